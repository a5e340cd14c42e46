"""What a service publishes: each event declared once, with its schema, its version and an example that fits it."""

from typing import Any, ClassVar

from marshmallow import Schema


class Evenement(Schema):
    """An event, by its past participle. Its body holds ids and facts, nothing personal.

    Attributes:
        nom: the routing key, « service.evenement_passe ».
        version_schema: adding a field does not change it; what has another meaning is another event, beside this one.
        exemple: a body that the schema accepts; the documentation shows it, a test loads it.
    """

    nom: ClassVar[str]
    version_schema: ClassVar[int] = 1
    exemple: ClassVar[dict[str, Any]]
