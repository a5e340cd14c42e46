"""The gateway's own data: accounts and how they come in. Tables and their access, no rule."""

from gateway.storage.tables import metadata

__all__ = ["metadata"]
