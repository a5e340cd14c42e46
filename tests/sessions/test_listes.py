"""Les listes de sessions : filtrer par état garde exactement celles que la liste montre dans cet état."""

from datetime import date, timedelta
from typing import Any

from services.sessions.commands import candidats, convocations, dte, modifier, resultats, validation
from services.sessions.domain.a_faire import AFaire
from services.sessions.domain.model import Etat
from services.sessions.queries.documents import courrier
from services.sessions.queries.jury import couvrir, echeances
from services.sessions.queries.lettres import lettre_visible, lister_convocations
from services.sessions.queries.listes import alertes_de_la_session, lister, traces
from tests.outils.requetes import requetes
from tests.sessions.banc import CENTRE, DEBUT, SITE_974, UD, Banc


def test_filtrer_par_etat_garde_ce_que_la_liste_montre(banc: Banc) -> None:
    """Seen failing where caduques were looked for among the sessions stored as such: there are none."""
    banc.session()
    banc.validee()
    banc.convoquee()
    banc.cloturee()
    vus = set()
    for jour in (DEBUT - timedelta(days=1), DEBUT, DEBUT + timedelta(days=30)):
        toutes = banc.lire(CENTRE, lister, {"par_page": "50"}, jour=jour)["elements"]
        for etat in Etat:
            gardees = banc.lire(CENTRE, lister, {"etat": etat.value}, jour=jour)["elements"]
            assert {s["id"] for s in gardees} == {s["id"] for s in toutes if s["etat"] == etat}, (jour, etat)
        vus |= {s["etat"] for s in toutes}
    assert vus == {"brouillon", "validee", "convoquee", "cloturee", "caduque", "en_cours", "a_cloturer"}


def test_filtrer_par_ce_qui_est_a_faire_garde_ce_que_la_liste_montre(banc: Banc) -> None:
    def demander(session: dict[str, Any], *suites: str) -> str:
        for suite in suites:
            demande = banc.faire(CENTRE, dte.demander, session["id"], {})["dte"][-1]
            banc.faire(UD, dte.repondre, demande["id"], {"etat": suite})
        return str(session["id"])

    rien = {demander(banc.validee()), demander(banc.validee(), "refusee", "transmise")}
    attend, refuse = demander(banc.convoquee(), "refusee", "demandee"), demander(banc.validee(), "refusee")
    reprise = banc.validee()
    demander(reprise, "demandee")
    banc.confirmer(CENTRE, modifier.modifier, reprise["id"], {"date_fin": str(DEBUT + timedelta(days=3))})
    close, visee = banc.cloturee()["id"], banc.viser(banc.cloturee(), jour=DEBUT)["id"]

    def gardees(quoi: AFaire, jour: date) -> set[str]:
        vues = banc.lire(UD, lister, {"a_faire": quoi.value, "par_page": "50"}, jour=jour)
        return {s["id"] for s in vues["elements"]}

    attendues = {
        DEBUT - timedelta(days=1): {AFaire.REPONDRE_DTE: {attend}, AFaire.REDEMANDER_DTE: {refuse}},
        DEBUT: {AFaire.REPONDRE_DTE: {attend}},
        DEBUT + timedelta(days=30): {},
    }
    for jour, par_acte in attendues.items():
        toutes = banc.lire(UD, lister, {"par_page": "50"}, jour=jour)["elements"]
        assert not any(s["a_faire"] for s in toutes if s["id"] in {*rien, reprise["id"], visee})
        for quoi in AFaire:
            assert gardees(quoi, jour) == {s["id"] for s in toutes if quoi in s["a_faire"]}, (jour, quoi)
            assert gardees(quoi, jour) == ({close} if quoi is AFaire.VISER else par_acte.get(quoi, set()))


def test_les_sessions_ou_une_convocation_n_est_pas_partie_se_trouvent(banc: Banc) -> None:
    """Of letters in force only: who has left, or was called again, is no longer to be reached."""
    banc.convoquee()
    session = banc.complete()
    injoignable = banc.inscrire(session, banc.candidat(courriel=None))
    banc.valider(session)
    banc.faire(CENTRE, convocations.editer, session["id"], {})

    def trouvees() -> list[str]:
        filtres = {"convocations": "echec", "etat": "convoquee"}
        return [s["id"] for s in banc.lire(CENTRE, lister, filtres)["elements"]]

    assert trouvees() == [session["id"]]
    banc.faire(CENTRE, candidats.desinscrire, session["id"], injoignable, {})
    assert trouvees() == []


def test_un_centre_cherche_ses_sessions_par_leur_site(banc: Banc) -> None:
    """Its list shows where each is held: of two sites, one looks for those of one."""
    ici, la_bas = banc.session(), banc.session(site_id=SITE_974)
    for q, trouvee in (("site 75", ici), (f"{la_bas['numero']} SITE 974", la_bas)):
        assert [s["id"] for s in banc.lire(CENTRE, lister, {"q": q})["elements"]] == [trouvee["id"]]


def test_ce_qui_ne_montre_aucun_candidat_d_une_session_n_en_lit_aucun(banc: Banc) -> None:
    """Seen read by each of the seven things that the page of a session asks of it; and for each letter that is drawn,
    each mail that annuls one."""
    session = banc.convoquee()
    (lettre, *_) = banc.lire(CENTRE, lister_convocations, session["id"], {})["elements"]
    banc.faire(UD, validation.annuler, session["id"], {"motif": "Grève.", "confirmer": ["SES-09"]})
    with requetes("sessions") as faites:
        for requete in (alertes_de_la_session, traces, lister_convocations):
            banc.lire(CENTRE, requete, session["id"], {})
        assert len(banc.lire(CENTRE, couvrir, session["id"])["habilites"]) == 2
        banc.lire(CENTRE, echeances, session["id"])
        banc.lire(CENTRE, lettre_visible, lettre["id"])
        assert banc.faire(CENTRE, courrier, lettre["id"], True).faits["session_annulee"]
    assert not [ordre for ordre in faites if "FROM inscriptions_candidats" in ordre and "candidat_id = " not in ordre]


def test_une_liste_ne_lit_les_acquis_que_si_une_feuille_en_parle(banc: Banc) -> None:
    """Most pages have none: they would read all that their candidates ever closed, a third of the time of the list."""
    session = banc.convoquee()
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=DEBUT)
    with requetes("sessions") as faites:
        (vue,) = banc.lire(CENTRE, lister, {}, jour=DEBUT)["elements"]
    assert "cloture" in {a["action"] for a in vue["actions"]}
    assert not any("clotures" in requete for requete in faites)
