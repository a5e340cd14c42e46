"""Le fichier des sessions : celui de la liste filtrée, dans l'ordre des numéros, tracé."""

from commun import export as pages
from services.sessions.commands.export import page_export
from tests.sessions.banc import CENTRE, DEBUT, Banc, Compteur


def test_une_session_avec_ses_effectifs(banc: Banc) -> None:
    session = banc.complete()
    page = banc.faire(CENTRE, page_export, {"etat": "brouillon"})
    (ligne,) = [dict(zip(page["colonnes"], elements, strict=True)) for elements in page["elements"]]
    assert (ligne["Numéro"], ligne["État"], ligne["Date de début"]) == (session["numero"], "brouillon", DEBUT)
    assert (ligne["Candidats inscrits"], ligne["Jurés inscrits"]) == (
        len(banc.relire(session)["candidats"]),
        len(banc.relire(session)["jures"]),
    )
    assert banc.faire(CENTRE, page_export, {"etat": "cloturee"})["elements"] == []
    (trace,) = banc.lignes("SELECT apres FROM traces WHERE objet_type = 'export' ORDER BY rang DESC LIMIT 1")
    assert trace[0] == {"filtres": {"etat": "cloturee", "format": "xlsx"}, "lignes": 0}


def test_une_page_coute_autant_quel_que_soit_son_nombre_de_lignes(banc: Banc, compteur: Compteur) -> None:
    banc.complete()
    with compteur as un:
        banc.faire(CENTRE, page_export, {})
    cout = un.n
    for _ in range(3):
        banc.session()
    with compteur as tous:
        assert len(banc.faire(CENTRE, page_export, {})["elements"]) == 4
    assert tous.n == cout
    assert pages.PAGE > 4
