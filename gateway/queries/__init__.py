"""Reads of the gateway's own data."""
