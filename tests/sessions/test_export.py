"""Le fichier des sessions : celui de la liste filtrée, dans son ordre, tracé."""

from datetime import timedelta

import pytest

from commun.actes import export as pages
from services.sessions.commands import modifier
from services.sessions.commands.export import page_export
from services.sessions.queries import listes
from tests.outils.requetes import requetes
from tests.sessions.banc import CENTRE, DEBUT, Banc


def test_une_session_avec_ses_effectifs(banc: Banc) -> None:
    session = banc.complete()
    banc.faire(CENTRE, modifier.modifier, session["id"], {"responsable": "Mme Petit"})
    page = banc.faire(CENTRE, page_export, {"etat": "brouillon"})
    (ligne,) = [dict(zip(page["colonnes"], elements, strict=True)) for elements in page["elements"]]
    assert ligne == {
        "Numéro": session["numero"],
        "Type": "TITRE",
        "Code de la certification": "TP-1",
        "Certification": "Maçon",
        "CCP": "BC01, BC02",
        "Centre": "Centre d'essai",
        "SIRET": "35600000009075",
        "Site": "Site 75",
        "Département": "75",
        "Date de début": DEBUT,
        "Date de fin": DEBUT + timedelta(days=2),
        "Heure de début": "09:00",
        "Responsable": "Mme Petit",
        "État": "brouillon",
        "Candidats inscrits": 1,
        "Jurés inscrits": 2,
    }
    assert page["dates"] == ["Date de début", "Date de fin"]
    assert banc.faire(CENTRE, page_export, {"etat": "cloturee"})["elements"] == []
    (trace,) = banc.lignes("SELECT apres FROM traces WHERE objet_type = 'export' ORDER BY rang DESC LIMIT 1")
    assert trace[0] == {"filtres": {"etat": "cloturee", "format": "xlsx"}, "lignes": 0}


def test_la_certification_d_une_session_ccs_est_son_ccs(banc: Banc) -> None:
    banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    page = banc.faire(CENTRE, page_export, {})
    (lue,) = (dict(zip(page["colonnes"], ligne, strict=True)) for ligne in page["elements"])
    assert (lue["Code de la certification"], lue["Certification"]) == ("CS-1", "Restaurer le patrimoine bâti")


def test_une_page_coute_autant_quel_que_soit_son_nombre_de_lignes(banc: Banc) -> None:
    banc.complete()
    with requetes("sessions") as un:
        banc.faire(CENTRE, page_export, {})
    for _ in range(3):
        banc.session()
    with requetes("sessions") as tous:
        assert len(banc.faire(CENTRE, page_export, {})["elements"]) == 4
    assert len(tous) == len(un)
    assert pages.PAGE > 4


@pytest.mark.parametrize(
    "tri", ["", "date_debut", "-date_fin", "numero", "-numero", "etat", "-type", "titre_code", "-ccs_code"]
)
def test_le_fichier_a_l_ordre_de_la_liste(banc: Banc, monkeypatch: pytest.MonkeyPatch, tri: str) -> None:
    """Seen in the order of numbers, whatever that of the list that was exported."""
    monkeypatch.setattr(pages, "PAGE", 1)
    for n in (5, 0, 9):
        banc.session(type="CCP", ccp_codes=["BC01"], date_debut=DEBUT + timedelta(n), date_fin=DEBUT + timedelta(n + 1))
    banc.session()
    montres = [s["numero"] for s in banc.lire(CENTRE, listes.lister, {"tri": tri})["elements"]]
    page = banc.faire(CENTRE, page_export, {"tri": tri})
    lus = [ligne[0] for ligne in page["elements"]]
    while page["suivant"]:
        page = banc.faire(CENTRE, page_export, {"tri": tri}, page["suivant"])
        lus += [ligne[0] for ligne in page["elements"]]
    assert lus == montres
