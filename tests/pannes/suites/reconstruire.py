"""What CERES follows event by event is what it would know if it asked again: copies filled anew do not change."""

from collections.abc import Iterator
from datetime import date

from bench.annee.calme import SERVICES
from tests.pannes.suites.pays import Pays

_LIGNE = "to_jsonb(t) - 'version' - 'faits'"
"""What a row says: by which event, and what will be asked again before it is told, is left out."""
_COPIES = {
    "sessions": ("titres", "etablissements", "agrements", "inscriptions_jures", "inscriptions_candidats", "creneaux"),
    "candidats": ("titres", "sessions", "inscriptions", "resultats_sessions", "resultats", "perimetres"),
    "jures": ("titres", "agrements", "sessions", "inscriptions"),
    "notifications": ("echeances",),
    "gateway": ("etablissements",),
}
_A_SON_HEURE = ("candidats.sessions", "jures.sessions", "notifications.echeances")
"""Those to which a session comes once it has somebody, or is validated: before, it matters to nobody there."""


def changes_a_la_reconstruction(pays: Pays, jour: date, a_elle: set[str]) -> Iterator[str]:
    """Yields, in words, each row of a copy that is another once it was asked for again.

    Args:
        a_elle: the ids of the sequence's sessions and people: others have days of their own.
    """
    avant = _copies(pays)
    for service in (*SERVICES, "gateway_gardes"):
        pays.appeler(service, "reconstruire_repliques", jour)
    pays.attendre_le_calme()
    apres = _copies(pays)
    for table, lignes in avant.items():
        for ligne in sorted(lignes - apres[table] if table in _A_SON_HEURE else lignes ^ apres[table]):
            if any(id_ in ligne for id_ in a_elle):
                yield f"{table}, {'avant' if ligne in lignes else 'après'} sa reconstruction : {ligne}"


def _copies(pays: Pays) -> dict[str, set[str]]:
    return {
        f"{service}.{table}": {ligne for (ligne,) in pays.lignes(service, f"SELECT ({_LIGNE})::text FROM {table} t")}
        for service, tables in _COPIES.items()
        for table in tables
    }
