"""Notifications: the mail that CERES sends, the warning messages, the mailing list of its releases."""
