"""What the rules of every service are written with. Pure: the standard library only."""
