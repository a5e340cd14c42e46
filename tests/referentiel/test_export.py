"""Le fichier des agréments : celui de la liste filtrée, dans le périmètre."""

from datetime import date

from services.referentiel.commands import agrements, etablissements, titres
from services.referentiel.commands.export import page_export
from tests.referentiel.conftest import NATIONAL, UD_69, UD_75, Banc
from tests.referentiel.exemples import ADRESSE, CENTRE, agrement, titre


def test_un_agrement_avec_son_centre_et_son_statut(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31"))
    sites = [{"libelle": "Paris", "adresse": ADRESSE}]
    cree = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"sites": sites})
    corps = agrement(cree["sites"][0]["id"])
    referentiel.faire(UD_75, agrements.creer_agrement, cree["id"], corps)
    page = referentiel.faire(UD_75, page_export, {"statut": "accorde", "format": "ods"})
    (ligne,) = [dict(zip(page["colonnes"], elements, strict=True)) for elements in page["elements"]]
    assert (ligne["Numéro"], ligne["Établissement"]) == (corps["numero"], CENTRE["denomination"])
    assert (ligne["Statut"], ligne["Date de fin"]) == ("accordé", date.fromisoformat(corps["date_fin"]))
    assert referentiel.faire(UD_69, page_export, {})["total"] == 0
