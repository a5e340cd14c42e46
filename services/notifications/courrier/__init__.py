"""Letters: from facts to the bytes that a mail server takes."""
