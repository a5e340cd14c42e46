"""The rows of the candidats: tables, and how they become what the domain knows. No rule here."""
