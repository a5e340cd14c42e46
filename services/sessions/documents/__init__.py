"""The documents of a session d'examen: from frozen facts to bytes. No database, no clock, no network.

`modele` says what a document needs to know, `rendu` makes the PDFs, `agenda` the calendar entries.
"""
