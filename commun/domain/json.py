"""What services tell each other, as they hold it: what JSON calls an object."""

from typing import Any

Json = dict[str, Any]
