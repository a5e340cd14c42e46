"""Tables and their access; no rule."""
