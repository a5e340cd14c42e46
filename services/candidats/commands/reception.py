"""What this service keeps of others' events: titres, sessions, closed results. Late, twice, out of order: no matter."""

from collections.abc import Collection, Iterable
from typing import Any

from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from commun.storage.replica import Copie
from services.candidats.domain.acquis import changement
from services.candidats.queries.candidats import acquis_des
from services.candidats.storage import replicas
from services.candidats.storage.candidats import canoniques, get_candidats, revoir_perimetres
from services.candidats.storage.tables import inscriptions, resultats_sessions, sessions, titres

_TITRES = Copie(titres, "code", garder=True)
_SESSIONS = Copie(sessions, membres=(inscriptions,))
_RESULTATS = Copie(resultats_sessions, "session_id")


def recevoir_titre(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows a titre."""
    replicas.suivre_titre(acte.db, corps)


def recevoir_session(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows a session and who is registered in it."""
    if replicas.suivre_session(acte.db, corps):
        champs = ("candidat_id", "parcours", "resultat_saisi")
        inscrits = [{champ: c[champ] for champ in champs} for c in corps["candidats"]]
        replicas.remplacer_inscriptions(acte.db, corps["id"], inscrits)


def recevoir_resultats(acte: Acte, corps: dict[str, Any]) -> None:
    """Follows a session's closed results: what is new is given, what is no longer acquired is withdrawn (RES-04).

    A session cancelled since comes without a line. `confirmes`: the UD has signed the PV.

    Raises:
        Indisponible: others of the same session were heard meanwhile.
    """
    session_id = corps["session_id"]
    nommes = _nommes(acte, [corps])
    concernes = _verrouiller(acte, nommes)
    avant = acquis_des(acte, concernes)
    entete = {champ: corps[champ] for champ in ("session_id", "titre_code", "ccs_code", "confirmes", "version")}
    facultatifs = ("acquis_le", "juge_le", "ccp_exiges", "correspondances")
    entete |= {"date": corps["date_fin"]} | {champ: corps.get(champ) for champ in facultatifs}
    if not replicas.suivre_resultats(acte.db, entete):
        return
    if not replicas.candidats_de(acte.db, session_id) <= nommes:
        raise Indisponible()  # those that it waited for name others, who are to lose theirs with a trace: heard again
    replicas.remplacer_resultats(acte.db, session_id, [_ligne(c) for c in _presents(corps)])
    apres = acquis_des(acte, concernes)
    changes = {i: changement(avant[i], apres[i]) for i in concernes if avant[i] != apres[i]}
    acte.tracer_ensemble("candidat", "acquis", changes)


def reconstruire_repliques(acte: Acte) -> Etapes[dict[str, int]]:
    """Refills the copies from their sources, then makes who sees whom what it must be."""
    comptes = {
        "titres": (yield from reconstruire(acte, "referentiel_gardes", "titres", recevoir_titre, _TITRES)),
        "sessions": (
            yield from reconstruire(acte, "sessions_gardes", "sessions", recevoir_session, _SESSIONS, par_versions=True)
        ),
        "resultats": (
            yield from reconstruire(
                acte,
                "sessions_gardes",
                "resultats_clos",
                recevoir_resultats,
                _RESULTATS,
                _retirer_resultats,
                tenir=lambda acte, page: _verrouiller(acte, _nommes(acte, page)),
                par_versions=True,
            )
        ),
    }
    yield None
    dernier: str | None = None
    while dernier := revoir_perimetres(acte.db, dernier):
        yield None  # a lot at a time: whoever acts on one of them waits for no more
    return comptes


def _retirer_resultats(acte: Acte, inconnues: Collection[str]) -> None:
    """Withdraws what was acquired in sessions that `sessions` does not know, or has not closed: with its trace."""
    _verrouiller(acte, replicas.candidats_de(acte.db, *inconnues))
    for entete in replicas.entetes(acte.db, inconnues):
        rien = {"date_fin": entete["date"], "version": entete["version"] + 1, "candidats": []}
        recevoir_resultats(acte, entete | rien)
        replicas.oublier_resultats(acte.db, entete["session_id"])


def _presents(corps: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for c in corps["candidats"] if c["present"]]


def _nommes(acte: Acte, clos: list[dict[str, Any]]) -> frozenset[str]:
    """Returns the candidates whom these closed results give something, or who had something of the same sessions."""
    eux = frozenset(c["candidat_id"] for corps in clos for c in _presents(corps))
    return eux | replicas.candidats_de(acte.db, *(corps["session_id"] for corps in clos))


def _verrouiller(acte: Acte, ids: Iterable[str]) -> list[str]:
    """Locks these candidates, and returns the ids under which they live now: a merge under way is waited for."""
    connus = canoniques(acte.db, ids)
    get_candidats(acte.db, {*connus, *connus.values()}, verrou=True)
    return sorted(set(canoniques(acte.db, connus).values()))


def _ligne(c: dict[str, Any]) -> dict[str, Any]:
    return {
        "candidat_id": c["candidat_id"],
        "ccps": sorted(code for code, resultat in c["ccps"].items() if resultat == "acquis"),
        "ccs_acquis": c["ccs"] == "acquis",
        "entretien_final": c["entretien_final"],
    }
