"""What time takes away of jurés: seen with a moved clock, both sides of the delay."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun import clock
from commun.dates import plus_mois
from commun.db import moteur
from commun.nominatif import EFFACE
from services.jures.commands import conservation, jures
from services.jures.commands.fusion import fusionner
from services.jures.queries import fiches, listes
from tests.jures.banc import NATIONAL, UD_75, Banc

AUJOURD_HUI = clock.maintenant().date()  # the instants of traces are real, and in UTC


@pytest.fixture
def ranger(banc: Banc) -> Any:
    """Tidies up as if five years, and so many days, had passed since today."""
    repondre = banc.repondre
    banc.repondre = lambda q: (  # type: ignore[method-assign]
        {"conservation_jure": 60} if q.methode == "durees_de_conservation" else repondre(q)
    )
    return lambda jours: banc.faire(
        NATIONAL, conservation.ranger, jour=plus_mois(AUJOURD_HUI, 60) + timedelta(days=jours)
    )


def test_un_jure_inactif_perdu_de_vue_n_est_plus_nomme(banc: Banc, ranger: Any) -> None:
    jure = banc.jure(nom="Marquisat", telephone_personnel="0612345678", courriel="marquisat@exemple.fr")
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], {"confirmer": ["JUR-02"]})
    ranger(0)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "Marquisat"

    ranger(1)

    lu = banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])
    assert (lu["prenom"], lu["nom"], lu["statut"], lu["courriel"]) == ("Personne", "anonymisée", "inactif", None)
    assert (lu["telephone_personnel"], lu["date_naissance"], lu["departement"]) == (None, None, "75")
    with moteur("jures").connect() as db:
        gardee = str(db.execute(sa.text("SELECT * FROM jures, emplois, outbox WHERE jures.id = :id"), jure).all())
    assert not [mot for mot in ("arquisat", "612345678") if mot in gardee]
    traces = banc.lire(NATIONAL, fiches.traces_jure, jure["id"], {})["elements"]
    assert EFFACE in [trace["phrase"] for trace in traces]
    assert "Marquisat" not in str(traces)


def test_une_session_ou_il_siegea_sous_une_fiche_fusionnee_le_garde(banc: Banc, ranger: Any) -> None:
    jure, absorbe = banc.jure(nom="Marquisat"), banc.jure(nom="Marquisat")
    banc.inscrire(banc.habilitation(absorbe), debut=(AUJOURD_HUI + timedelta(days=1)).isoformat())
    banc.confirmer(UD_75, fusionner, jure["id"], {"absorbe_id": absorbe["id"]})
    confirmes = {"confirmer": ["JUR-02", "JUR-04"]}
    banc.faire(UD_75, jures.inactiver_jure, jure["id"], confirmes)
    ranger(1)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "Marquisat"
    ranger(2)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "anonymisée"


def test_un_jure_actif_est_garde(banc: Banc, ranger: Any) -> None:
    jure = banc.jure(nom="Marquisat")
    ranger(400)
    assert banc.lire(NATIONAL, fiches.fiche_jure, jure["id"])["nom"] == "Marquisat"
    assert banc.lire(NATIONAL, listes.lister_jures, {"q": "marquisat"})["total"] == 1
