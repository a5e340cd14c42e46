"""What a juré is and what may be done with his habilitations. Pure: standard library and pure kernel only."""
