"""What mail, messages and releases are, and their rules. Pure."""
