"""Files of candidates: read as rows of text, checked line by line, given back annotated."""
