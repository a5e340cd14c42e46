"""Acts on jurés, one file a kind of act."""
