"""Everything that CERES holds of one person, from every service's database: what she may ask for (RGPD, article 15).

`ceres personne exporter` writes it. The operator runs it, who has the databases (`DATABASE_URL_<SERVICE>`): no account
may read across all perimeters. Found by the person's id, wherever it stands, so that a table added tomorrow is not
forgotten. Of sealed traces, what is sealed under her key is read: those that she signed, or that name her among others,
tell of others too, and the file goes out of here (RGPD, article 15, 4).
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson
import sqlalchemy as sa

from commun.db import identifiant, moteur
from commun.errors import Introuvable
from commun.nominatif import ouvrir_pour

_TECHNIQUES = frozenset({"outbox", "inbox", "cles_idempotence", "intentions", "cles_de_personnes", "jetons"})
_SECRETS = frozenset({"mot_de_passe", "empreinte", "precedente", "recherche", "rapprochement", "cles_proches"})
_DES_AUTRES = frozenset({"lignes", "jures_presents", "jures", "candidats", "invite_par"})
"""Columns of a row about several people, or that say who acted in one about somebody else."""

Lignes = dict[str, list[dict[str, Any]]]


def exporter_personne(personne_id: str, services: Iterable[str]) -> dict[str, Lignes]:
    """Returns, by service and table, every row that is about a person, under this id of hers.

    Raises:
        Introuvable: this is no id.
    """
    cle = identifiant(personne_id)
    return {service: lignes for service in services if (lignes := _du_service(service, cle))}


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


def _du_service(service: str, personne_id: str) -> Lignes:
    trouvees: Lignes = {}
    with moteur(service).connect() as db:
        noms = db.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
        for nom in (n for n in noms if n not in _TECHNIQUES):
            table = sa.table(nom)
            en_json = sa.func.to_jsonb(sa.literal_column(f'"{nom}"'))
            requete = sa.select(en_json).select_from(table).where(sa.cast(en_json, sa.Text).contains(personne_id))
            lignes = [_siennes(personne_id, _sans(ligne)) for ligne in db.scalars(requete)]
            if gardees := [ouvrir_pour(db, personne_id, ligne) for ligne in lignes if personne_id in str(ligne)]:
                trouvees[nom] = gardees
    return trouvees


def _sans(ligne: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in ligne.items() if nom not in _SECRETS | _DES_AUTRES}


def _siennes(personne_id: str, valeur: Any) -> Any:
    """Returns a value without what it holds of others by their ids, such as their results."""
    match valeur:
        case dict():
            siens = {nom: v for nom, v in valeur.items() if nom == personne_id or not _est_un_id(nom)}
            return {nom: _siennes(personne_id, v) for nom, v in siens.items()}
        case list():
            return [_siennes(personne_id, v) for v in valeur]
        case _:
            return valeur


def _est_un_id(nom: str) -> bool:
    with suppress(Introuvable):
        return bool(identifiant(nom))
    return False
