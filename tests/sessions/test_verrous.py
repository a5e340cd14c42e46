"""Two acts stepped by hand: the second begins while the first, which has decided, is not yet committed."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.storage.db import moteur
from services.sessions.commands import alertes, candidats, dte, modifier, parametres, resultats, suivre, validation
from services.sessions.storage import plafonds
from tests.outils.simultanes import aller_au_bout, avant_la_fin, ensemble, issue
from tests.sessions.banc import AUTRE, CENTRE, NATIONAL, UD, Banc, Corps
from tests.sessions.test_courses import APRES, corriger, deux_debloquees

Acte = Callable[[], Any]


def inscrit_deux_fois(banc: Banc) -> str:
    """Returns a candidate who may enter one more session in the year 2026."""
    candidat = banc.candidat()
    for mois in (6, 7):
        banc.inscrire(banc.session(date(2026, mois, 1)), candidat)
    return candidat


def refusee_qu_on_soumet(banc: Banc, candidat: str) -> Acte:
    """A refused session weighs nothing on its candidates; submitted again, it does."""
    session = banc.complete(date(2026, 8, 3))
    banc.inscrire(session, candidat)
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    banc.faire(UD, validation.refuser, session["id"], {"motif": "Incomplète"})
    return partial(banc.faire, CENTRE, validation.soumettre, session["id"], {})


def lointaine_qu_on_avance(banc: Banc, candidat: str) -> Acte:
    """A session of another year comes into this one."""
    session = banc.session(date(2028, 3, 6))
    banc.inscrire(session, candidat)
    dates = {"date_debut": "2026-08-03", "date_fin": "2026-08-04"}
    return partial(banc.faire, CENTRE, modifier.modifier, session["id"], dates)


@pytest.mark.parametrize("compter", [refusee_qu_on_soumet, lointaine_qu_on_avance])
def test_qui_compte_de_nouveau_quelque_part_n_entre_pas_ailleurs_a_la_fois(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, compter: Callable[[Banc, str], Acte]
) -> None:
    """INS-04: each of the two is his third session of the year."""
    candidat = inscrit_deux_fois(banc)
    un, ailleurs = compter(banc, candidat), banc.session(date(2026, 9, 7), qui=AUTRE)
    autre = partial(banc.faire, AUTRE, candidats.inscrire, ailleurs["id"], {"candidat_id": candidat})
    assert ensemble(monkeypatch, "sessions", un, autre) == ("fait", "INS-04")


def test_qui_entre_ici_et_sort_de_la_garde_ses_places(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both write all his places anew: whoever comes second met those of the first, and failed."""
    candidat = inscrit_deux_fois(banc)
    quittee, ailleurs = banc.session(date(2026, 8, 3)), banc.session(date(2027, 9, 6), qui=AUTRE)
    banc.inscrire(quittee, candidat)
    entrer = partial(banc.faire, AUTRE, candidats.inscrire, ailleurs["id"], {"candidat_id": candidat})
    sortir = partial(banc.faire, CENTRE, candidats.desinscrire, quittee["id"], candidat, {})
    assert ensemble(monkeypatch, "sessions", entrer, sortir) == ("fait", "fait")
    assert banc.lignes("SELECT count(*) FROM creneaux") == [(3,)]


@pytest.mark.parametrize("issues", [("fait", "SES-04"), ("fait", "fait")], ids=["l'appui d'abord", "l'appui ensuite"])
def test_deux_sessions_dont_l_une_s_appuie_sur_l_autre_closes_ensemble(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, issues: tuple[str, str]
) -> None:
    """SES-04: no CCP is `deja_acquis` that the other session has just taken back. RES-04: nor is it attested."""
    une, autre = deux_debloquees(banc)
    corriger(banc, une)
    clore = [partial(banc.faire, CENTRE, resultats.cloturer, s["id"], {}, jour=APRES) for s in (une, autre)]
    if issues[1] == "fait":
        clore.reverse()
    assert ensemble(monkeypatch, "sessions", *clore) == issues
    assert banc.lignes("SELECT count(*) FROM attestations WHERE retiree_le IS NULL") == [(0,)]


@pytest.mark.parametrize("reponse", ["première", "dernière"])
def test_qui_entre_sous_une_fiche_fusionnee_et_perd_son_droit_ne_siege_pas_sans_alerte(
    banc: Banc, reponse: str
) -> None:
    """SES-08: his news name the file that is kept, under which nobody is known to be about to sit."""
    session, garde = banc.validee(), banc.jure()
    siennes = [garde, banc.jure(canonique_id=garde, identites=[garde])]
    reponses: list[Question] = []
    suite: list[Future[None]] = []

    def perdre(question: Question) -> None:
        reponses.append(question)
        if len(reponses) == (1 if reponse == "première" else 2):
            banc.jures |= {i: banc.jures[i] | {"habilitation_id": None} for i in siennes}
            suite.append(fil.submit(banc.entendre_enfin, suivre.suivre_jure, {"jure_id": garde}))
            aller_au_bout("sessions", suite[0])

    banc.en_chemin = perdre
    with ThreadPoolExecutor(1) as fil:
        entre = issue(partial(banc.inscrire_jure, session, siennes[1]))
    assert [f.exception() for f in suite] == [None]
    alertes = [a["code"] for a in banc.relire(session)["alertes"]]
    assert (entre, alertes) == (("JRY-02", []) if reponse == "première" else ("fait", ["SES-08"]))


def test_ce_qu_un_jure_pouvait_dans_un_cadre_qui_change_n_est_pas_garde(banc: Banc) -> None:
    """SES-07: his news asks what he may do, and the session is on another CCP by the time of the answer."""
    session: Corps = banc.session(type="CCP", ccp_codes=["BC01"], entretien_final=False)
    jure = banc.inscrire_jure(session, banc.jure("BC01"))

    def changer_de_ccp(_: Question) -> None:
        banc.en_chemin = lambda _: None
        banc.faire(CENTRE, modifier.modifier, session["id"], {"ccp_codes": ["BC02"]})

    banc.en_chemin = changer_de_ccp
    banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    assert banc.lignes("SELECT habilitation FROM inscriptions_jures") == [(None,)]


@pytest.mark.parametrize("qui", ["le service qui valide", "le centre qui déplace"])
def test_un_jury_qui_change_pendant_qu_on_l_interroge_est_a_redemander(banc: Banc, qui: str) -> None:
    """SES-07, SES-08: nobody was asked of who has just entered."""
    session = banc.complete()
    acte = partial(banc.faire, CENTRE, modifier.modifier, session["id"], {"date_fin": session["date_debut"]})
    if qui == "le service qui valide":
        banc.faire(CENTRE, validation.soumettre, session["id"], {})
        acte = partial(banc.faire, UD, validation.valider, session["id"], {})

    def entrer(_: Question) -> None:
        banc.en_chemin = lambda _: None
        banc.inscrire_jure(session)

    banc.en_chemin = entrer
    assert (issue(acte), issue(acte)) == ("INDISPONIBLE", "fait")


def test_une_demande_de_dte_ou_un_parametre_ne_se_decident_qu_une_fois(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has read the same version."""
    (demande,) = banc.faire(CENTRE, dte.demander, banc.validee()["id"], {})["dte"]
    repondre = partial(banc.faire, UD, dte.repondre, demande["id"], version=demande["version"])
    un, autre = (partial(repondre, {"etat": etat, "motif": "Vu"}) for etat in ("transmise", "refusee"))
    assert ensemble(monkeypatch, "sessions", un, autre) == ("fait", "VERSION")
    vue = banc.faire(NATIONAL, parametres.poser, "delai_inscription", {"valeur": 30, "du": "2027-01-01"})["version"]
    poser = partial(banc.faire, NATIONAL, parametres.poser, "delai_inscription", version=vue)
    un, autre = (partial(poser, {"valeur": valeur, "du": "2028-01-01"}) for valeur in (15, 45))
    assert ensemble(monkeypatch, "sessions", un, autre) == ("fait", "VERSION")


def test_les_fiches_d_une_personne_se_verrouillent_dans_un_seul_ordre(banc: Banc) -> None:
    """Each held one of the two and waited for the other: who only knew the file that was merged took it first."""
    garde, absorbe = sorted((banc.candidat(), banc.candidat()))
    with moteur("sessions").begin() as db:
        plafonds.verrouiller(db, {absorbe: garde})

    def par_la_fiche_absorbee() -> dict[str, str]:
        with moteur("sessions").begin() as db:
            return plafonds.verrouiller(db, {absorbe: absorbe})

    with ThreadPoolExecutor(1) as fil:
        with moteur("sessions").begin() as db:
            plafonds.verrouiller(db, {garde: garde})
            suite = fil.submit(par_la_fiche_absorbee)
            aller_au_bout("sessions", suite)
            plafonds.verrouiller(db, {absorbe: absorbe})
        assert suite.result() == {absorbe: garde}


def test_deux_regards_a_la_fois_ne_levent_qu_une_alerte(banc: Banc) -> None:
    banc.validee()
    with moteur("sessions").begin() as db:
        db.execute(sa.text("UPDATE agrements SET statut = 'suspendu'"))
    regard = partial(banc.faire, None, alertes.reexaminer)
    assert avant_la_fin(banc._acte(None), alertes.reexaminer, regard) == "fait"
    assert banc.lignes("SELECT code FROM alertes") == [("SES-01",)]
