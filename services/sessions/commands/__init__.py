"""Acts: one function each, cut by act. Load, gather the facts, decide, apply, trace, publish."""
