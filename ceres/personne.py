"""Everything that CERES holds of one person, from every service's database: what she may ask for (RGPD, article 15).

`ceres personne exporter` writes it. The operator runs it, who has the databases (`DATABASE_URL_<SERVICE>`): no account
may read across all perimeters. Found by the person's id, wherever it stands, so that a table added tomorrow is not
forgotten; by those of the files merged into hers too, under which sessions, letters and traces go on naming her. Of
sealed traces, what is sealed under her key is read: those that she signed, or that name her among others,
tell of others too, and the file goes out of here (RGPD, article 15, 4).
"""

from collections.abc import Callable, Collection, Set
from contextlib import suppress
from typing import Any

import orjson
import sqlalchemy as sa

from commun.domain.errors import Introuvable
from commun.storage.db import Identifiant, identifiant, moteur, sans_limite
from commun.traces.nominatif import ouvrir_pour

_TECHNIQUES = frozenset({"outbox", "inbox", "cles_idempotence", "intentions", "cles_de_personnes", "jetons"})
_SECRETS = frozenset({"mot_de_passe", "empreinte", "precedente", "recherche", "rapprochement", "cles_proches"})
_DES_AUTRES = frozenset({"lignes", "jures_presents", "candidats", "invite_par", "formateurs"})
"""Columns of a row about several people, or that say who acted, or trained him, in one about somebody else."""
_FUSIONS = {"candidats": "canonique_id", "jures": "absorbe_par"}
"""By service, whose table has its name, the column that says into whom somebody was merged."""

Lignes = dict[str, list[dict[str, Any]]]


def exporter_personne(
    personne_id: str, services: Collection[str], un_de_plus: Callable[[], Any] = lambda: None
) -> dict[str, Lignes]:
    """Returns, by service and table, every row that is about a person, whose id, or that of a file merged with hers,
    this is.

    Args:
        un_de_plus: called as each service has been read.

    Raises:
        Introuvable: this is no id.
    """
    identites, trouvees = _identites(identifiant(personne_id), services), {}
    for service in services:
        if lignes := _du_service(service, identites):
            trouvees[service] = lignes
        un_de_plus()
    return trouvees


def _identites(personne_id: str, services: Collection[str]) -> frozenset[str]:
    """Returns the ids of all the files of a person, by what these services know."""
    siennes = {personne_id}
    for service in _FUSIONS.keys() & set(services):
        fiches = sa.table(service, sa.column("id", Identifiant), sa.column(_FUSIONS[service], Identifiant))
        vivante = sa.func.coalesce(fiches.c[_FUSIONS[service]], fiches.c.id)
        la_sienne = sa.select(vivante).where(fiches.c.id == personne_id).scalar_subquery()
        with moteur(service).connect() as db:
            siennes |= set(db.scalars(sa.select(fiches.c.id).where(vivante == la_sienne)))
    return frozenset(siennes)


def en_page(donnees: dict[str, Lignes]) -> str:
    """Returns the same for a person to read."""
    parties = ["# Ce que CERES sait de vous\n"]
    for service, tables in donnees.items():
        parties.append(f"## {service}\n")
        for table, lignes in tables.items():
            parties.append(f"### {table.replace('_', ' ')}\n")
            for ligne in lignes:
                connus = (
                    f"- {nom.replace('_', ' ')} : {_en_texte(v)}" for nom, v in ligne.items() if v not in (None, "")
                )
                parties.append("\n".join(connus) + "\n")
    return "\n".join(parties)


def _en_texte(valeur: Any) -> str:
    return valeur if isinstance(valeur, str) else orjson.dumps(valeur).decode()


def _du_service(service: str, identites: Set[str]) -> Lignes:
    trouvees: Lignes = {}
    with moteur(service).connect() as db:
        sans_limite(db)
        noms = db.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
        for nom in (n for n in noms if n not in _TECHNIQUES):
            table = sa.table(nom)
            en_json = sa.func.to_jsonb(sa.literal_column(f'"{nom}"'))
            texte = sa.cast(en_json, sa.Text)
            requete = sa.select(en_json).select_from(table).where(sa.or_(*(texte.contains(i) for i in identites)))
            lignes = [_siennes(identites, _sans(ligne)) for ligne in db.scalars(requete)]
            if gardees := [ouvrir_pour(db, identites, ligne) for ligne in lignes if _la_dit(identites, ligne)]:
                trouvees[nom] = gardees
    return trouvees


def _la_dit(identites: Set[str], ligne: Any) -> bool:
    texte = str(ligne)
    return any(identite in texte for identite in identites)


def _sans(ligne: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in ligne.items() if nom not in _SECRETS | _DES_AUTRES}


def _siennes(identites: Set[str], valeur: Any) -> Any:
    """Returns a value without what it holds of others by their ids, such as their results."""
    match valeur:
        case dict():
            siens = {nom: v for nom, v in valeur.items() if nom in identites or not _est_un_id(nom)}
            return {nom: _siennes(identites, v) for nom, v in siens.items()}
        case list():
            return [_siennes(identites, v) for v in valeur]
        case _:
            return valeur


def _est_un_id(nom: str) -> bool:
    with suppress(Introuvable):
        return bool(identifiant(nom))
    return False
