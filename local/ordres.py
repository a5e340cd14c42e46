"""What the supervisor asks of `local.preparer`, apart from it: the supervisor loads neither services nor kernel."""

import json
from dataclasses import asdict, dataclass, field


@dataclass
class Ordres:
    """What to prepare."""

    bases: list[tuple[str, str, str]] = field(default_factory=list)
    """(package, owner's address, application's role) of each database to migrate."""
    amqp_url: str = "memory://"
    port_amqp: int | None = None
    """Port to wait for, where the broker is ours and still starting."""
    modules: list[str] = field(default_factory=list)

    def json(self) -> str:
        """Returns what the process reads."""
        return json.dumps(asdict(self))
