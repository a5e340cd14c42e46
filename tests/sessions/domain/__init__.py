"""Tests of what a session is and may become: no database, no bus."""
