"""What was done, by whom: chained, sealed, said in French, and forgotten of a person."""
