"""Reads: rows into what the contract shows."""
