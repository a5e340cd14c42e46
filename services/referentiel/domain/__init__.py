"""The rules of the référentiel: standard library and pure kernel only."""
