"""The rows of the candidats: tables, and how they become what the domain knows. No rule here."""

from services.candidats.storage.tables import metadata

__all__ = ["metadata"]
