"""The published language of the sessions: what enters by RPC (`entree`), and what leaves (`sortie`)."""
