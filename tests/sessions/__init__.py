"""Tests of the service of the sessions."""
