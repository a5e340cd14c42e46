"""The carrier: takes mails from the ledger, one after the other, and hands them to the mail server."""
