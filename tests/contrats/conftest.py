"""The same demo and the same world as the scenarios."""

from tests.parcours.conftest import demo, monde

__all__ = ["demo", "monde"]
