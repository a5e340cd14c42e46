"""The published language of the référentiel: what enters by RPC (`entree`), and what leaves (`sortie`)."""
