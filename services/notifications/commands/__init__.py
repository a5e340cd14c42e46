"""Acts: load, gather the facts, decide, apply, trace, publish."""
