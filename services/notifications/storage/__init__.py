"""Tables and their access; no rule."""

from services.notifications.storage.tables import metadata

__all__ = ["metadata"]
