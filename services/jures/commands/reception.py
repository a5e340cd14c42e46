"""What jurés follows of other services."""

from typing import Any

from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.storage.replica import Copie
from services.jures.storage import replicas
from services.jures.storage.tables import agrements, inscriptions, sessions, titres

_TITRES = Copie(titres, "code", garder=True)
_AGREMENTS = Copie(agrements)
_SESSIONS = Copie(sessions, membres=(inscriptions,))


def recevoir_titre(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows a titre: its dates make the state of habilitations, its ROME codes say which jobs count. However it is
    heard of, what is news is said: who relies on habilitations asks again what they are worth.

    A CCS that it completes no more is named too: the dates of an habilitation on it are now those of another titre.
    """
    avant = replicas.ccs_du_titre(acte.db, corps["code"])
    if replicas.suivre_titre(acte.db, corps):
        ccs_codes = sorted({ccs["code"] for ccs in corps["ccs"]} | avant)
        acte.publier("titre_suivi", titre_code=corps["code"], ccs_codes=ccs_codes, version=corps["version"])


def recevoir_agrement(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows an agrément: it says which jurés a centre may read."""
    replicas.suivre_agrement(acte.db, corps)


def recevoir_session(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows a session and who sits in it, so that pages wait for no other service."""
    replicas.suivre_session(acte.db, corps)


def reconstruire_repliques(acte: Acte) -> Etapes[dict[str, int]]:
    """Refills the copies from their owners; returns how many of each were received."""
    return {
        "titres": (yield from reconstruire(acte, "referentiel_gardes", "titres", recevoir_titre, _TITRES)),
        "agrements": (yield from reconstruire(acte, "referentiel_gardes", "agrements", recevoir_agrement, _AGREMENTS)),
        "sessions": (
            yield from reconstruire(acte, "sessions_gardes", "sessions", recevoir_session, _SESSIONS, par_versions=True)
        ),
    }
