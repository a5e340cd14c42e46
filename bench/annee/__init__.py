"""The national year: drawn from a seed, replayed through the gateway, counted again in SQL. `make annee`."""
