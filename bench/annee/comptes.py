"""The accounts that act in the year, with a token each: who identified them, and how, is no part of it.

In production ProConnect does; a password checked by argon2 costs 50 ms of processor, on purpose, at each sign-in.
"""

from collections.abc import Iterator
from typing import Any

import psycopg

from bench.annee.autres import NATIONAL
from bench.donnees.monde import Monde
from bench.donnees.tirage import DEPARTEMENTS
from commun.domain.referentiel import TypeProfil
from commun.domain.territoires import REGIONS
from commun.storage.db import nouvel_id
from gateway.auth import nouveau_jeton


def ouvrir_comptes(url: str, monde: Monde) -> dict[str, str]:
    """Adds the accounts to the gateway's database; returns the token of each."""
    jetons: dict[str, str] = {}
    with psycopg.connect(url) as db, db.cursor() as curseur:
        for identifiant, profil in _comptes(monde):
            compte_id, profil_id = nouvel_id(), nouvel_id()
            jetons[identifiant], empreinte = nouveau_jeton()
            curseur.execute(
                "INSERT INTO comptes (id, identifiant, nom, courriel) VALUES (%s, %s, %s, %s)",
                (compte_id, identifiant, profil["libelle"], f"{identifiant}@exemple.fr"),
            )
            curseur.execute(
                "INSERT INTO profils (id, compte_id, type, libelle, etablissement_id, departement, region) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (profil_id, compte_id, *(profil.get(nom) for nom in _PROFIL)),
            )
            curseur.execute(
                "INSERT INTO jetons (empreinte, compte_id, profil_id, expire_le) "
                "VALUES (%s, %s, %s, now() + interval '12 hours')",
                (empreinte, compte_id, profil_id),
            )
    return jetons


_PROFIL = ("type", "libelle", "etablissement_id", "departement", "region")


def _comptes(monde: Monde) -> Iterator[tuple[str, dict[str, Any]]]:
    yield NATIONAL, {"type": TypeProfil.NATIONAL, "libelle": "Mission nationale"}
    for code in DEPARTEMENTS.valeurs:
        lieu = {"departement": code, "region": REGIONS[code]}
        yield f"ud-{code}", {"type": TypeProfil.UD, "libelle": f"UD {code}"} | lieu
    for c in monde.centres:
        lieu = {"departement": c.departement, "region": REGIONS[c.departement]}
        yield (
            f"centre-{c.id}",
            {"type": TypeProfil.CENTRE, "libelle": c.denomination, "etablissement_id": c.id} | lieu,
        )
