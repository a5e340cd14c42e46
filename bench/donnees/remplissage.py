"""The nation into the services' databases, with accounts to look at it."""

import os
from collections.abc import Callable, Mapping

import psycopg

import commun.storage.db  # (before psycopg)
from bench.donnees import candidats, jures, messages, referentiel, sessions
from bench.donnees.copie import copier
from bench.donnees.monde import Centre, Monde
from bench.donnees.referentiel import etablissement_publie
from commun.config import config
from demo import comptes
from local.bases import Base


def remplir(bases: Mapping[str, Base], monde: Monde, dire: Callable[[str], None]) -> None:
    """Copies `monde` into these databases, migrated and empty."""
    modules = {"referentiel": referentiel, "jures": jures, "candidats": candidats, "sessions": sessions}
    for nom, module in modules.items():
        dire(f"{nom} :")
        copier(bases[nom].url_proprietaire, module.lots(monde), dire)
        with psycopg.connect(bases[nom].url_proprietaire, autocommit=True) as db:
            for suite in getattr(module, "SUITES", ()):
                db.execute(suite)
    dire("notifications :")
    lots = messages.lots(monde, _creer_comptes(bases["gateway"].url, monde))
    copier(bases["notifications"].url_proprietaire, lots, dire)


def _creer_comptes(url: str, monde: Monde) -> list[str]:
    """Creates the demo's accounts, the centres' being the two largest, of Paris and Lyon; returns their ids."""
    os.environ["DATABASE_URL_GATEWAY"] = url
    config.cache_clear()  # a bench may fill several nations
    commun.storage.db.moteur.cache_clear()
    comptes.creer_agents()
    paris, lyon = monde.centres[0], monde.centres[1]
    comptes.creer("centre-demo", "Centre de Paris", _profil(paris))
    comptes.creer("centre-autre-demo", "Centre de Lyon", _profil(lyon))
    with psycopg.connect(url) as db:
        return [str(ligne[0]) for ligne in db.execute("SELECT id FROM comptes ORDER BY identifiant")]


def _profil(centre: Centre) -> dict[str, object]:
    return comptes.centre(etablissement_publie(centre) | {"adresse": centre.adresse})
