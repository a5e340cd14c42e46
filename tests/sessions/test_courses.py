"""Races: whoever comes at the same instant, INS-04 holds, and its last wall holds alone."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from commun.domain.errors import ErreurInterne, Indisponible, ReglesEnfreintes
from commun.storage.db import moteur
from services.sessions.commands import (
    annonces,
    candidats,
    convocations,
    modifier,
    parametres,
    resultats,
    suivre,
    validation,
)
from services.sessions.storage import plafonds
from tests.outils.requetes import requetes
from tests.outils.simultanes import aller_au_bout, ensemble, issue
from tests.sessions.banc import AUTRE, CENTRE, DEBUT, JOUR, NATIONAL, UD, Banc, Corps

APRES = date(2026, 9, 20)
PARALLELES = 16  # what the pool of connections holds; 64 in all


def lancer(actes: list[Callable[[], Any]]) -> list[str]:
    """Runs all these acts at once; returns the issue of each."""
    with ThreadPoolExecutor(PARALLELES) as fils:
        return list(fils.map(issue, actes))


def inscriptions(banc: Banc, candidat: str, sessions: list[Corps]) -> list[Callable[[], Any]]:
    """Returns 64 registrations of one candidate, by two centres, in as many sessions as there are."""

    def acte(rang: int) -> Callable[[], Any]:
        qui, session = (CENTRE, AUTRE)[rang % 2], sessions[rang % len(sessions)]
        return lambda: banc.faire(qui, candidats.inscrire, session["id"], {"candidat_id": candidat})

    return [acte(rang) for rang in range(64)]


@pytest.fixture
def sessions(banc: Banc) -> list[Corps]:
    """Sessions of two centres, all within a year."""
    return [banc.session(DEBUT + timedelta(days=7 * n), qui=(CENTRE, AUTRE)[n % 2]) for n in range(16)]


@pytest.mark.parametrize("tour", range(3))
def test_soixante_quatre_inscriptions_trois_passent(banc: Banc, sessions: list[Corps], tour: int) -> None:
    candidat = banc.candidat()
    issues = lancer(inscriptions(banc, candidat, sessions))
    assert issues.count("fait") == 3
    assert set(issues) <= {"fait", "INS-04", "INS-06"}
    assert banc.lignes("SELECT count(*) FROM inscriptions_candidats") == [(3,)]
    assert banc.lignes("SELECT count(*) FROM creneaux") == [(3,)]


def test_qui_entre_ne_touche_pas_aux_places_de_qui_y_est_deja(banc: Banc, sessions: list[Corps]) -> None:
    """Their locks are others' to take: rewriting their places while they enter elsewhere broke one act or the other."""
    deja = [banc.inscrire(sessions[0]) for _ in range(4)]
    ailleurs = [(candidat, session) for session in sessions[1:3] for candidat in deja]
    entrants = [(banc.candidat(), sessions[0]) for _ in range(8)]

    def acte(candidat: str, session: Corps) -> Callable[[], Any]:
        qui = (CENTRE, AUTRE)[sessions.index(session) % 2]
        return lambda: banc.faire(qui, candidats.inscrire, session["id"], {"candidat_id": candidat})

    paires = [paire for deux in zip(entrants, ailleurs, strict=True) for paire in deux]
    assert lancer([acte(*paire) for paire in paires]) == ["fait"] * 16
    assert banc.lignes("SELECT count(*) FROM creneaux") == [(20,)]


def test_une_place_gardee_n_est_pas_ecrite_de_nouveau(banc: Banc) -> None:
    """Submitted then validated, a session of four hundred wrote all the places of everybody, which do not move."""
    session, ailleurs = banc.complete(), banc.session(DEBUT + timedelta(days=30))
    (candidat,) = (c["candidat_id"] for c in session["candidats"])
    entrer = partial(banc.faire, CENTRE, candidats.inscrire, ailleurs["id"], {"candidat_id": candidat})
    soumettre = partial(banc.faire, CENTRE, validation.soumettre, session["id"], {})
    retirer = partial(banc.faire, CENTRE, candidats.desinscrire, ailleurs["id"], candidat, {})
    for acte, ecrites in ((entrer, ["INSERT INTO creneaux"]), (soumettre, []), (retirer, [])):
        with requetes("sessions") as faites:
            acte()
        assert [mots for r in faites if (mots := " ".join(r.split()[:3])).endswith("INTO creneaux")] == ecrites
    assert banc.lignes("SELECT count(*) FROM creneaux") == [(1,)]


def test_sans_le_verrou_la_contrainte_tient_encore(
    banc: Banc, sessions: list[Corps], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock taken out, at most three pass all the same: a place is held by one session. Of who has none yet: once he
    has one, each act holds it, and the key of the places is enough to let one act through at a time.
    """
    candidat = banc.candidat()
    with moteur("sessions").begin() as db:
        plafonds.verrouiller(db, {candidat: candidat})
    occuper, quatre = plafonds.occuper, Barrier(4)

    def occuper_ensemble(*arguments: Any) -> None:
        with suppress(BrokenBarrierError):  # the first four have all counted before any takes its place
            quatre.wait(10)
        quatre.abort()
        occuper(*arguments)

    monkeypatch.setattr(plafonds, "verrouiller", lambda db, identites: dict(identites))
    monkeypatch.setattr(plafonds, "occuper", occuper_ensemble)
    issues = lancer(inscriptions(banc, candidat, sessions))
    assert banc.lignes("SELECT count(*) FROM inscriptions_candidats")[0][0] <= 3
    assert {ErreurInterne.code, Indisponible.code} & set(issues)


def test_sans_verrou_ni_contrainte_le_plafond_creve(
    banc: Banc, sessions: list[Corps], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the two protections are for: without them, counting and then inserting lets more than three through."""
    candidat = banc.inscrire(sessions[0])
    monkeypatch.setattr(plafonds, "verrouiller", lambda db, identites: dict(identites))
    monkeypatch.setattr(plafonds, "occuper", lambda *_: None)
    lancer(inscriptions(banc, candidat, sessions))
    assert banc.lignes("SELECT count(*) FROM inscriptions_candidats")[0][0] > 3


def test_ce_qui_fut_lu_avant_le_verrou_est_relu(banc: Banc, sessions: list[Corps]) -> None:
    """An act may read a candidate's sessions, then wait for his lock: it counts those of who held it."""
    candidat = banc.inscrire(sessions[0])
    with moteur("sessions").begin() as db:
        assert len(plafonds.sessions_des_identites(db, [candidat], lambda _zone: JOUR)[candidat]) == 1
        banc.faire(AUTRE, candidats.inscrire, sessions[1]["id"], {"candidat_id": candidat})
        assert len(plafonds.sessions_des_identites(db, [candidat], lambda _zone: JOUR)[candidat]) == 1
        plafonds.verrouiller(db, {candidat: candidat})
        assert len(plafonds.sessions_des_identites(db, [candidat], lambda _zone: JOUR)[candidat]) == 2


def test_qui_est_fusionne_pendant_qu_on_attend_son_verrou_compte_pour_celui_qu_il_est(
    banc: Banc, sessions: list[Corps], monkeypatch: pytest.MonkeyPatch
) -> None:
    garde, absorbe = banc.candidat(), banc.candidat()
    for session in sessions[2:7:2]:
        banc.inscrire(session, garde)
    banc.inscrire(session := banc.complete(), absorbe)
    sans_poids = banc.session(type="CCP", ccp_codes=["BC01"], entretien_final=False)
    banc.candidats[absorbe]["canonique_id"] = garde
    entrer = partial(banc.faire, CENTRE, candidats.inscrire, sans_poids["id"], {"candidat_id": absorbe})
    soumettre = partial(banc.faire, CENTRE, validation.soumettre, session["id"], {})
    assert ensemble(monkeypatch, "sessions", entrer, soumettre) == ("fait", "SES-06")


def test_qui_est_fusionne_par_un_autre_acte_n_est_pas_deux_fois_dans_la_session_ou_il_est(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen entering unsaid: the merger concerned who was there already, and not who entered."""
    garde, absorbe = banc.candidat(), banc.candidat()
    la, ailleurs = (banc.session(type="CCP", ccp_codes=["BC01"], entretien_final=False) for _ in range(2))
    banc.inscrire(la, absorbe)
    banc.candidats[absorbe]["canonique_id"] = garde
    fusionner = partial(banc.faire, CENTRE, candidats.inscrire, ailleurs["id"], {"candidat_id": absorbe})
    entrer = partial(banc.faire, CENTRE, candidats.inscrire, la["id"], {"candidat_id": garde})
    assert ensemble(monkeypatch, "sessions", fusionner, entrer) == ("fait", "INS-06")


def test_une_session_deplacee_tient_sa_place_ou_elle_va(banc: Banc) -> None:
    session = banc.session()
    banc.inscrire(session)
    debut = DEBUT + timedelta(days=30)
    dates = {"date_debut": f"{debut}", "date_fin": f"{debut + timedelta(days=2)}"}
    banc.faire(CENTRE, modifier.modifier, session["id"], dates)
    assert banc.lignes("SELECT lower(periode) FROM creneaux") == [(debut,)]


def test_les_places_suffisent_a_tout_calendrier_permis(banc: Banc) -> None:
    """Starts registered in any order fill three places a year without the constraint ever refusing one."""
    candidat = banc.candidat()
    debuts = [date(2027, 3, 1), date(2026, 9, 1), date(2028, 2, 29), date(2027, 9, 1), date(2026, 6, 1)]
    debuts += [date(2028, 3, 1), date(2028, 9, 1)]
    for debut in debuts:
        banc.inscrire(banc.session(debut), candidat)
    assert banc.lignes("SELECT count(*) FROM creneaux") == [(len(debuts),)]
    trop = banc.session(date(2027, 4, 1))
    assert banc.codes_refuses(CENTRE, candidats.inscrire, trop["id"], {"candidat_id": candidat}) == ["INS-04"]


def test_valider_deux_fois_a_la_fois(banc: Banc) -> None:
    session = banc.complete()
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    issues = lancer([lambda: banc.faire(UD, validation.valider, session["id"], {})] * 8)
    assert sorted(issues) == ["SES-00"] * 7 + ["fait"]


def test_convoquer_et_desinscrire_a_la_fois(banc: Banc) -> None:
    """CNV-01: whichever is first, nobody is convoked to a session without a candidate."""
    for n in range(5):
        session = banc.validee(DEBUT + timedelta(days=n))
        candidat = session["candidats"][0]["candidat_id"]
        lancer(
            [
                lambda s=session: banc.faire(CENTRE, convocations.editer, s["id"], {}),
                lambda s=session, c=candidat: banc.faire(CENTRE, candidats.desinscrire, s["id"], c, {}),
            ]
        )
        relue = banc.relire(session)
        vivantes = banc.lignes(
            "SELECT count(*) FROM convocations WHERE session_id = :s AND personne_id = :p AND NOT annulee",
            s=session["id"],
            p=candidat,
        )
        assert relue["candidats"] == []
        assert vivantes == [(0,)]


def test_une_adresse_corrigee_pendant_l_edition_est_celle_de_la_lettre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = banc.validee()
    (candidat,) = (c["candidat_id"] for c in session["candidats"])
    ecrire = annonces.convocations_de

    def ecrire_pendant_que_l_adresse_change(*arguments: Any) -> Any:
        lettres = ecrire(*arguments)
        banc.candidats[candidat]["courriel"] = "corrigee@exemple.fr"
        corps = {"candidat_id": candidat, "canonique_id": candidat, "version": 2}
        suite.append(fil.submit(banc.entendre_enfin, suivre.suivre_candidat, corps))
        aller_au_bout("sessions", suite[0])
        return lettres

    suite: list[Future[None]] = []
    monkeypatch.setattr(annonces, "convocations_de", ecrire_pendant_que_l_adresse_change)
    with ThreadPoolExecutor(1) as fil:
        banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert [f.exception() for f in suite] == [None]
    adresses = banc.lignes("SELECT courriel FROM convocations WHERE qualite = 'candidat'")
    assert adresses == [("corrigee@exemple.fr",)]


def test_une_lettre_remplacee_pendant_qu_on_la_renvoie_ne_part_pas(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """CNV-03: people would get a letter that no longer holds, as if it did."""
    session = banc.convoquee()
    (lettre,) = banc.lignes("SELECT id::text FROM convocations")[0]
    verrouiller = convocations.session_a_changer

    def editer_puis_verrouiller(*arguments: Any) -> Any:
        monkeypatch.undo()
        banc.faire(CENTRE, convocations.editer, session["id"], {})
        return verrouiller(*arguments)

    monkeypatch.setattr(convocations, "session_a_changer", editer_puis_verrouiller)
    with pytest.raises(ReglesEnfreintes, match="annulée ou remplacée"):
        banc.faire(CENTRE, convocations.renvoyer, lettre, {})
    assert len(banc.evenements("convocations_editees")) == 2


def test_qui_a_perdu_une_place_ailleurs_entre_ou_la_regle_le_permet(banc: Banc) -> None:
    """A parameter has changed: five registrations, right in their day, are too many for a year. A later one is not."""
    banc.faire(NATIONAL, parametres.poser, "plafond_fenetre", {"valeur": "civile", "du": "2026-03-02"})
    candidat = banc.candidat()
    for debut in (date(2026, 10, 5), date(2026, 11, 2), date(2026, 12, 7), date(2027, 1, 11), date(2027, 2, 8)):
        banc.inscrire(banc.session(debut), candidat)
    banc.faire(NATIONAL, parametres.poser, "plafond_fenetre", {"valeur": "glissante", "du": "2026-03-03"})
    banc.inscrire(banc.session(date(2027, 12, 20)), candidat, jour=date(2026, 3, 3))
    assert banc.lignes("SELECT count(*) FROM inscriptions_candidats") == [(6,)]
    assert banc.lignes("SELECT count(*) FROM creneaux") == [(4,)]


def deux_debloquees(banc: Banc) -> tuple[Corps, Corps]:
    """Returns a CCP session, and a TITRE session of its candidates that rests on it: both attested, then unblocked."""
    siens = [banc.candidat() for _ in range(4)]
    une, autre = banc.session(type="CCP", ccp_codes=["BC01"], entretien_final=False), banc.session(date(2026, 9, 7))
    feuilles = {
        une["id"]: {"ccps": {"BC01": "acquis"}, "entretien_final": None},
        autre["id"]: {"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}},
    }
    for session in (une, autre):
        for _ in range(2):
            banc.inscrire_jure(session)
        for candidat in siens:
            banc.inscrire(session, candidat)
        banc.valider(session)
        feuille = banc.feuille(banc.relire(session), **feuilles[session["id"]])
        banc.clore(session, feuille, jour=APRES)
    viser = [partial(banc.faire, UD, resultats.viser, s["id"], {}, jour=APRES) for s in (une, autre)]
    assert lancer(viser) == ["fait", "fait"]
    assert banc.lignes("SELECT count(*) FROM attestations WHERE retiree_le IS NULL") == [(8,)]
    for session in (une, autre):
        banc.faire(UD, validation.debloquer, session["id"], {"motif": "Erreur"}, jour=APRES)
    return une, autre


def corriger(banc: Banc, session: Corps) -> None:
    """Takes its CCP back from the candidates of the first of two sessions; it is still to be closed."""
    corrigee = banc.feuille(banc.relire(session), ccps={"BC01": "non_acquis"}, entretien_final=None)
    banc.faire(CENTRE, resultats.saisir, session["id"], corrigee, jour=APRES)


def test_une_session_annulee_pendant_qu_une_autre_dont_elle_depend_est_close(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RES-04: the one that is closed writes in the history of the other, which would wait for its candidates."""
    une, autre = deux_debloquees(banc)
    corriger(banc, une)
    retirer = validation.sans_acquis

    def retirer_pendant_que_l_autre_se_clot(*arguments: Any) -> None:
        suite.append(fil.submit(banc.faire, CENTRE, resultats.cloturer, une["id"], {}, jour=APRES))
        aller_au_bout("sessions", suite[0])
        retirer(*arguments)

    suite: list[Future[Any]] = []
    monkeypatch.setattr(validation, "sans_acquis", retirer_pendant_que_l_autre_se_clot)
    with ThreadPoolExecutor(1) as fil:
        banc.confirmer(UD, validation.annuler, autre["id"], {"motif": "Sujet divulgué"}, jour=APRES)
    assert [f.exception() for f in suite] == [None]
    assert banc.lignes("SELECT count(*) FROM attestations WHERE retiree_le IS NULL") == [(0,)]
