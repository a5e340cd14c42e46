"""What enters and leaves, as several services say it: forms, fields, events."""
