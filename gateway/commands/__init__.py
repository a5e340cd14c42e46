"""Acts on accounts and what is theirs."""
