"""What time takes away of accounts: seen with a moved clock, both sides of the delay."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun import audit, clock
from commun.appel import Appel
from commun.dates import plus_mois
from commun.db import moteur
from commun.migrations import migrer
from commun.nominatif import EFFACE
from commun.unit_of_work import Acte, Question
from gateway.commands import conservation
from gateway.commands.comptes import creer_compte
from tests.conftest import demander

AUJOURD_HUI = clock.maintenant().date()  # the instants of traces are real, and in UTC
UD = {"type": "UD", "libelle": "UD 75", "departement": "75", "region": "11"}


class ActeEntoure(Acte):
    """An act to which `sessions` answers."""

    def demander(self, question: Question) -> Any:
        return {"conservation_compte": 24}


@pytest.fixture
def base() -> Iterator[sa.Engine]:
    nom, url = demander("base_vierge")
    migrer("gateway", url)
    avant, os.environ["DATABASE_URL_GATEWAY"] = os.environ.get("DATABASE_URL_GATEWAY"), url
    moteur.cache_clear()
    yield moteur("gateway")
    moteur("gateway").dispose()
    os.environ.pop("DATABASE_URL_GATEWAY")
    if avant:
        os.environ["DATABASE_URL_GATEWAY"] = avant
    moteur.cache_clear()
    demander("supprimer_base", nom)


def ranger(jours: int) -> None:
    """Tidies up as if two years, and so many days, had passed since today."""
    jour = plus_mois(AUJOURD_HUI, 24) + timedelta(days=jours)
    ActeEntoure("gateway", Appel("essai", date_simulee=jour), systeme=True).faire(conservation.ranger)


def test_un_compte_ferme_depuis_longtemps_n_est_plus_celui_de_personne(base: sa.Engine) -> None:
    def creer(identifiant: str) -> str:
        acte = Acte("gateway", Appel("essai"), systeme=True)
        return str(acte.faire(creer_compte, identifiant, "Zoé Martin", f"{identifiant}@exemple.fr", "demo demo", [UD]))

    ferme, ouvert = creer("zoe.martin"), creer("leo.durand")
    with base.begin() as db:
        db.execute(sa.text("UPDATE comptes SET actif = false WHERE id = :id"), {"id": ferme})

    def lire(compte_id: str) -> Any:
        with base.connect() as db:
            return db.execute(sa.text("SELECT * FROM comptes WHERE id = :id"), {"id": compte_id}).mappings().one()

    ranger(0)
    assert lire(ferme)["identifiant"] == "zoe.martin"
    ranger(1)
    assert lire(ouvert)["identifiant"] == "leo.durand"
    assert not [mot for mot in ("zoe", "Zoé", "artin") if mot in str(lire(ferme))]
    assert lire(ferme)["mot_de_passe"] is None
    with base.connect() as db:
        phrases = [trace["phrase"] for trace in audit.lister(db, "compte", ferme)]
    assert phrases[1:] == [EFFACE]
    assert phrases[0].startswith("Le compte a été anonymisé")
