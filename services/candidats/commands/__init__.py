"""One function an act: load, gather the facts, decide, apply, trace, publish."""
