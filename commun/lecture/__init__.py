"""Files that people send, xlsx, ods or csv, read as rows of text.

`tableau` reads any of the three; `a_part` does so where the file can hinder nobody.
"""
