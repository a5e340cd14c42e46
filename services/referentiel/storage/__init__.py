"""The référentiel's rows: its tables, and how they become what the domain knows. No rule here."""
