"""Rows in, frozen objects of the domain out. No rule here."""

from services.sessions.storage.tables import metadata

__all__ = ["metadata"]
