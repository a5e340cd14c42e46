"""Reads: rows in, dicts ready to serialise out."""
