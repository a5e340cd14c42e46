"""What travels with every call and every event: who, which request, which simulated day, how long it may take."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from commun.storage.db import nouvel_id

_TYPES: dict[str, Any] = {
    "requete": str,
    "jeton": str,
    "delai": (int, float),
    "cle": str,
    "empreinte": str,
    "version": int,
}


@dataclass(frozen=True)
class Appel:
    """The context of a call.

    Attributes:
        requete: the `X-Request-Id`; the same in every log line and trace that the request causes.
        jeton: the signed actor; empty for a call that nobody makes (a listener, a timer).
        date_simulee: the day of every rule, where the deployment allows it.
        delai: seconds left for this call when it was sent. Relative, because clocks of two machines differ.
        cle, empreinte: the `Idempotency-Key` and what it is bound to.
        version: the version that `If-Match` names.
    """

    requete: str
    jeton: str = ""
    date_simulee: date | None = None
    delai: float = 0.0
    cle: str | None = None
    empreinte: str | None = None
    version: int | None = None

    def en_tetes(self) -> dict[str, Any]:
        """Returns the message headers that carry this call; unset values are left out."""
        simulee = self.date_simulee.isoformat() if self.date_simulee else None
        valeurs = {**self.__dict__, "date_simulee": simulee}
        return {f"ceres-{cle}": v for cle, v in valeurs.items() if v not in (None, "")}

    @classmethod
    def depuis(cls, en_tetes: dict[str, Any]) -> "Appel":
        """Returns the call that these headers carry; what is not of its type counts as absent."""
        lus = {nom: en_tetes.get(f"ceres-{nom}") for nom in _TYPES}
        connus: dict[str, Any] = {nom: v for nom, v in lus.items() if isinstance(v, _TYPES[nom]) and v != ""}
        with suppress(ValueError, TypeError):
            connus["date_simulee"] = date.fromisoformat(en_tetes.get("ceres-date_simulee", ""))
        return cls(**{"requete": nouvel_id()} | connus)

    def suivant(self, delai: float) -> "Appel":
        """Returns the context of a call made on behalf of this one: same actor and request, no key, no version."""
        return replace(self, delai=delai, cle=None, empreinte=None, version=None)
