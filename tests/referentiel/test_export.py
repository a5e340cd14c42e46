"""Le fichier des agréments : celui de la liste filtrée, dans le périmètre."""

from datetime import date
from typing import Any

import pytest

from commun.actes import export as pages
from services.referentiel.commands import agrements, etablissements, titres
from services.referentiel.commands.export import page_export
from services.referentiel.queries.liste_agrements import lister_agrements
from tests.referentiel.conftest import NATIONAL, UD_69, UD_75, Banc
from tests.referentiel.exemples import ADRESSE, CENTRE, agrement, titre

_CCS = {"code": "CCS-1", "intitule": "Un complément"}


def test_un_agrement_avec_son_centre_et_son_statut(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31"))
    sites = [{"libelle": "Paris", "adresse": ADRESSE}]
    cree = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    corps = agrement(cree["sites"][0]["id"])
    referentiel.faire(UD_75, agrements.creer_agrement, cree["id"], corps)
    page = referentiel.faire(UD_75, page_export, {"statut": "accorde", "format": "ods"})
    (ligne,) = [dict(zip(page["colonnes"], elements, strict=True)) for elements in page["elements"]]
    assert ligne == {
        "Numéro": corps["numero"],
        "Établissement": CENTRE["denomination"],
        "SIRET": CENTRE["siret"],
        "Site": "Paris",
        "Département": "75",
        "Code de la certification": corps["titre_code"],
        "Certification": titre()["intitule"],
        "Date de début": date.fromisoformat(corps["date_debut"]),
        "Date de fin": date.fromisoformat(corps["date_fin"]),
        "Statut": "accordé",
        "Sessions permises jusqu'au": date(2028, 12, 31),  # it covers the prolongation (AGR-03)
    }
    assert page["dates"] == ["Date de début", "Date de fin", "Sessions permises jusqu'au"]
    assert referentiel.faire(UD_69, page_export, {})["total"] == 0


def test_un_agrement_qui_couvre_une_prolongation_dit_jusqu_a_quand(referentiel: Banc) -> None:
    """« accordé », and a date of end that was past for months: the page said what it covers, the file did not."""
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-06-30", ccs=[_CCS]))
    sites = [{"libelle": "Paris", "adresse": ADRESSE}]
    cree = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    sujets: tuple[dict[str, Any], ...] = ({}, {"titre_code": None, "ccs_code": _CCS["code"]}, {})
    du_site = agrement(cree["sites"][0]["id"], date_fin="2027-06-30")
    for numero, sujet in zip("ABC", sujets, strict=True):
        agre = referentiel.faire(UD_75, agrements.creer_agrement, cree["id"], du_site | sujet | {"numero": numero})
    referentiel.faire(UD_75, agrements.suspendre_agrement, agre["id"], {"motif": "X.", "confirmer": ["AGR-02"]})

    def dit(jour: date) -> list[tuple[str, date | None]]:
        page = referentiel.faire(UD_75, page_export, {"tri": "numero"}, jour=jour)
        lignes = [dict(zip(page["colonnes"], elements, strict=True)) for elements in page["elements"]]
        return [(ligne["Statut"], ligne["Sessions permises jusqu'au"]) for ligne in lignes]

    prolonge = date(2028, 6, 30)
    assert dit(date(2028, 6, 30))[:2] == [("accordé", prolonge)] * 2
    assert dit(date(2027, 6, 30)) == [("accordé", prolonge)] * 2 + [("suspendu", None)]
    assert dit(date(2028, 7, 1))[:2] == [("échu", None)] * 2


def test_un_agrement_que_son_titre_abrege_finit_dans_le_fichier_ou_la_page_le_dit(referentiel: Banc) -> None:
    """« Date de fin » said the end of the prolongation, in a file that one compares with decisions, whose date the page
    says."""
    referentiel.faire(NATIONAL, titres.creer_titre, titre())
    sites = [{"libelle": "Paris", "adresse": ADRESSE}]
    cree = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    corps = agrement(cree["sites"][0]["id"], date_fin="2030-12-31")
    referentiel.faire(UD_75, agrements.creer_agrement, cree["id"], corps)
    referentiel.faire(NATIONAL, titres.modifier_titre, corps["titre_code"], {"date_fin_de_vie": "2026-12-31"})
    (lu,) = referentiel.lire(UD_75, lister_agrements, {})["elements"]
    page = referentiel.faire(UD_75, page_export, {})
    (ligne,) = [dict(zip(page["colonnes"], elements, strict=True)) for elements in page["elements"]]
    assert ligne["Date de fin"] == lu["date_fin"] == date(2030, 12, 31)
    assert ligne["Sessions permises jusqu'au"] == lu["fin_effective"] == date(2027, 12, 31)


def test_le_fichier_a_l_ordre_de_la_liste(referentiel: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen in the order of numbers, whatever that of the list that was exported."""
    monkeypatch.setattr(pages, "PAGE", 1)
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31"))
    sites = [{"libelle": "Paris", "adresse": ADRESSE}]
    cree = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    for numero, fin in (("B", "2026-12-31"), ("A", "2027-12-31")):
        bornes = {"date_debut": f"{fin[:4]}-01-01", "date_fin": fin}
        referentiel.faire(
            UD_75, agrements.creer_agrement, cree["id"], agrement(cree["sites"][0]["id"], numero=numero, **bornes)
        )
    for tri in ("", "-date_fin", "numero", "-date_debut", "titre_code", "-ccs_code", "statut"):  # none has a CCS
        montres = [a["numero"] for a in referentiel.lire(UD_75, lister_agrements, {"tri": tri})["elements"]]
        premiere = referentiel.faire(UD_75, page_export, {"tri": tri})
        suite = referentiel.faire(UD_75, page_export, {"tri": tri}, premiere["suivant"])
        assert [a[0] for a in (*premiere["elements"], *suite["elements"])] == montres
