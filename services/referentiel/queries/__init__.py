"""Reads: rows become what the contract shows."""
