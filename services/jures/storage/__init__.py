"""What jurés keeps: rows in, domain objects out."""

from services.jures.storage.tables import metadata

__all__ = ["metadata"]
