"""Reading files of reference data: files in, rows and refusals out. No database, no clock."""
