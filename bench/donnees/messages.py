"""Rows of the notifications: the warning messages of accounts, those of the demo's and of others."""

from collections.abc import Iterator, Sequence
from typing import Any

from bench.donnees.copie import Lot
from bench.donnees.monde import Monde
from commun.domain.textes import normaliser
from services.notifications.storage import tables

_POUR_CHACUN = 3_000
_AUTRES = 500
_GENRES = ("habilitation_suspendue", "jure_inactive", "habilitation_finit", "resultats_attendus")


def lots(monde: Monde, comptes: Sequence[str]) -> Iterator[Lot]:
    """Yields the messages of these accounts, and of as many other ones as a country has."""
    part = min(1.0, len(monde.jures) / 60_000)
    n, autres = int(_POUR_CHACUN * part), [f"autre-{i}" for i in range(int(_AUTRES * part))]
    yield tables.messages, (_message(monde, c, rang) for rang in range(n) for c in (*comptes, *autres))


def _message(monde: Monde, compte_id: str, rang: int) -> dict[str, Any]:
    t = monde.tirage
    jure, genre = t.un(monde.jures), _GENRES[rang % len(_GENRES)]
    phrase = f"L'habilitation de {jure.prenom} {jure.nom} sur {jure.metier.intitule} demande votre attention."
    return {
        "id": t.id(),
        "compte_id": compte_id,
        "cle": f"{genre} {rang}",
        "genre": genre,
        "phrase": phrase,
        "recherche": normaliser(phrase),  # no trigger folds what is copied
        "objet_type": "jure",
        "objet_id": jure.id,
        "application": True,
        "lu_le": None if rang % 5 == 0 else t.jour,
    }
