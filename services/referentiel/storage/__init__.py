"""The référentiel's rows: its tables, and how they become what the domain knows. No rule here."""

from services.referentiel.storage.tables import metadata

__all__ = ["metadata"]
