"""Copies in other services, row by row against their source, once every event has been handled."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.suites.pays import Pays


@dataclass(frozen=True)
class Copie:
    """A copy: where it is, and the two queries that must give the same rows. A row that the source lacks is a fault;
    one that the copy lacks is one too, unless `partielle`."""

    quoi: str
    source: str
    de_la_source: str
    service: str
    de_la_copie: str
    partielle: bool = False


_AGREMENTS = (
    "SELECT id::text, etablissement_id::text, site_id::text, titre_code, ccs_code, date_debut, date_fin, statut "
    "FROM agrements"
)
_VALIDEES = "etat IN ('validee', 'cloturee', 'debloquee')"
_FINS = "SELECT code, date_fin_de_vie::text FROM titres"

COPIES = (
    *(Copie(f"agréments de {s}", "referentiel", _AGREMENTS, s, _AGREMENTS) for s in ("sessions", "jures")),
    Copie("titres de jures", "referentiel", _FINS, "jures", _FINS),
    *(
        Copie(f"titres de {s}", "referentiel", _FINS, s, "SELECT code, corps ->> 'date_fin_de_vie' FROM titres")
        for s in ("sessions", "candidats")
    ),
    *(
        Copie(
            f"sessions de {s}",
            "sessions",
            f"SELECT id::text, etat, date_debut, date_fin FROM sessions WHERE {_VALIDEES}",
            s,
            f"SELECT id::text, etat, date_debut, date_fin FROM sessions WHERE {_VALIDEES}",
        )
        for s in ("jures", "candidats", "referentiel")
    ),
    Copie(
        "inscriptions de candidats",
        "sessions",
        "SELECT session_id::text, candidat_id::text, parcours FROM inscriptions_candidats",
        "candidats",
        "SELECT session_id::text, candidat_id::text, parcours FROM inscriptions",
    ),
    Copie(
        "inscriptions de jures",
        "sessions",
        "SELECT session_id::text, jure_id::text, CASE WHEN habilitation IS NOT NULL THEN habilitation_id::text END "
        "FROM inscriptions_jures",
        "jures",
        "SELECT session_id::text, jure_id::text, habilitation_id::text FROM inscriptions",
    ),
    Copie(
        "identités de sessions",
        "candidats",
        "SELECT id::text, coalesce(canonique_id, id)::text FROM candidats",
        "sessions",
        "SELECT id::text, canonique_id::text FROM candidats",
        partielle=True,
    ),
    Copie(
        "noms des inscrits",
        "candidats",
        "SELECT c.id::text, k.nom_naissance, k.courriel FROM candidats c "
        "JOIN candidats k ON k.id = coalesce(c.canonique_id, c.id)",
        "sessions",
        "SELECT candidat_id::text, personne ->> 'nom', courriel FROM inscriptions_candidats",
        partielle=True,
    ),
    Copie(
        "identités des inscrits",
        "candidats",
        "SELECT id::text, coalesce(canonique_id, id)::text FROM candidats",
        "sessions",
        "SELECT candidat_id::text, canonique_id::text FROM inscriptions_candidats",
        partielle=True,
    ),
)


def ecarts_des_copies(pays: Pays) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yields, in words, each row that a copy has and its source has not, or the other way round."""
    for copie in COPIES:
        source = set(pays.lignes(copie.source, copie.de_la_source))
        copiees = set(pays.lignes(copie.service, copie.de_la_copie))
        ecarts = copiees - source if copie.partielle else copiees ^ source
        for ligne in sorted(ecarts, key=str):
            yield f"{copie.quoi}, {'en trop' if ligne in copiees else 'absente'}", ligne
