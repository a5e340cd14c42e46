"""The demandes de DTE: asked for by the centre, answered by the administration."""

from datetime import date, timedelta

import pytest

from services.sessions.commands import dte, validation
from services.sessions.queries import dte as lectures_dte
from services.sessions.queries import fiche
from tests.sessions.banc import CENTRE, DEBUT, JOUR, UD, Banc, Corps

VEILLE = DEBUT - timedelta(days=1)


def test_le_dte_se_demande_et_l_administration_repond(banc: Banc) -> None:
    brouillon = banc.complete()
    assert banc.codes_refuses(CENTRE, dte.demander, brouillon["id"], {}) == ["DTE-01"]
    session = banc.validee()
    trop_long: Corps = {"commentaire": "x" * 1001}
    assert banc.codes_refuses(CENTRE, dte.demander, session["id"], trop_long) == ["DTE-01"]
    demandee = banc.faire(CENTRE, dte.demander, session["id"], {"commentaire": "x" * 1000})
    (demande,) = demandee["dte"]
    assert demandee == {**demande, "dte": [demande], "avertissements": []}
    assert (demande["etat"], demande["version"]) == ("demandee", 1)
    assert banc.refuse(CENTRE, dte.repondre, demande["id"], {"etat": "transmise"}).en_clair()["code"] == "DROIT"
    assert banc.faire(UD, dte.repondre, demande["id"], {"etat": "transmise"}) == demande | {
        "etat": "transmise",
        "version": 2,
    }
    assert banc.lire(CENTRE, lectures_dte.dte_visible, demande["id"])["etat"] == "transmise"
    assert banc.evenements("demande_repondue")[-1]["reponse"] == "dte_transmis"


def test_le_centre_lit_pourquoi_son_dte_est_refuse(banc: Banc) -> None:
    session = banc.validee()
    (demande,) = banc.faire(CENTRE, dte.demander, session["id"], {})["dte"]
    refusee = banc.faire(UD, dte.repondre, demande["id"], {"etat": "refusee", "motif": "Le titre a été révisé."})
    assert banc.lire(CENTRE, fiche.fiche, session["id"])["dte"] == [refusee]
    assert refusee["motif"] == "Le titre a été révisé."
    trace = banc.traces(session["id"])[-1]
    assert (trace["avant"], trace["apres"]) == ({"dte": "demandee"}, {"dte": "refusee"})
    assert trace["motif"] == "Le titre a été révisé."
    banc.faire(UD, dte.repondre, demande["id"], {"etat": "demandee"})
    dites = [(e["reponse"], e["motivee"]) for e in banc.evenements("demande_repondue")]
    assert dites == [("session_validee", False), ("dte_refuse", True)]
    banc.faire(UD, dte.repondre, demande["id"], {"etat": "refusee"})
    assert banc.evenements("demande_repondue")[-1]["motivee"] is False
    banc.faire(UD, dte.repondre, demande["id"], {"etat": "demandee"})
    assert banc.lire(CENTRE, lectures_dte.dte_visible, demande["id"])["motif"] is None


@pytest.mark.parametrize(
    ("jour", "annulee", "encore"),
    [(VEILLE, False, VEILLE.isoformat()), (DEBUT, False, None), (JOUR, True, None)],
)
def test_le_centre_n_est_pas_envoye_redemander_un_dte_qui_ne_peut_plus_l_etre(
    banc: Banc, jour: date, annulee: bool, encore: str | None
) -> None:
    """Told to ask again « au besoin » from the first day on, or once cancelled, it found no button, then a refusal."""
    session = banc.validee()
    (demande,) = banc.faire(CENTRE, dte.demander, session["id"], {})["dte"]
    if annulee:
        banc.faire(CENTRE, validation.annuler, session["id"], {"motif": "Salle prise", "confirmer": ["SES-09"]})
    banc.faire(UD, dte.repondre, demande["id"], {"etat": "refusee", "motif": "Trop tard."}, jour=jour)
    assert banc.evenements("demande_repondue")[-1]["echeance"] == encore
    redemander = "demandes_dte" in [a["action"] for a in banc.relire(session, jour=jour)["actions"]]
    assert redemander is (encore is not None)


def test_les_demandes_d_une_session_ont_une_fin(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """All the lists that show it bear them: a program that asks in a loop left its unit without any."""
    monkeypatch.setattr(dte, "MAXIMUM", 2)
    session, autre = banc.validee(), banc.validee()
    for _ in range(2):
        banc.faire(CENTRE, dte.demander, session["id"], {})
    refus = banc.refuse(CENTRE, dte.demander, session["id"], {}).en_clair()
    assert refus["erreurs"] == {"_schema": ["Cette session a déjà 2 demandes de DTE."]}
    assert len(banc.faire(CENTRE, dte.demander, autre["id"], {})["dte"]) == 1
