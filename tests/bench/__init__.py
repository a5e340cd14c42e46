"""The benches that judge must be able to find fault."""
