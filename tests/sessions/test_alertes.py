"""Alerts: raised by what happens elsewhere, lifted as soon as it is mended."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.steps import Attente, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import HorsDePortee, Indisponible
from commun.storage.db import moteur, nouvel_id
from services.sessions.commands import (
    alertes,
    candidats,
    copies,
    jures,
    modifier,
    parametres,
    resultats,
    suivre,
    validation,
)
from services.sessions.domain.faits import Faits
from services.sessions.queries import listes
from services.sessions.queries.gardes import INSCRIRE
from tests.outils.requetes import requetes
from tests.sessions.banc import AUTRE, CENTRE, CENTRE_ID, DEBUT, JOUR, NATIONAL, SITE_974, TITRE, UD, Banc, Corps

_MOI = sa.text("SELECT pg_backend_pid()")


def codes(banc: Banc, session: Corps) -> list[str]:
    return [a["code"] for a in banc.relire(session)["alertes"]]


def dire(banc: Banc, jure: str) -> None:
    banc.entendre(suivre.suivre_jure, {"jure_id": jure})


def agrement_suspendu(banc: Banc, session: Corps) -> Corps:
    """Returns what the référentiel says once the agrément of this session's site is suspended."""
    (cle, *_) = banc.lignes(
        "SELECT id FROM agrements WHERE etablissement_id = :e AND titre_code IS NOT NULL AND site_id = :s",
        e=CENTRE_ID,
        s=session["site_id"],
    )
    return banc.agrement(id=str(cle[0]), statut="suspendu", version=2)


def test_un_agrement_suspendu_coute_autant_d_ordres_quel_que_soit_le_nombre_de_ses_sessions(banc: Banc) -> None:
    """Of a centre that has a thousand to come, their alerts were read and written one by one."""
    comptes, toutes = [], list[Corps]()
    suspendu = agrement_suspendu(banc, banc.session())
    for version, combien in ((2, 1), (4, 6)):
        toutes += [banc.validee() for _ in range(combien)]
        for rang, statut in enumerate(("suspendu", "accorde")):
            with requetes("sessions") as faites:
                banc.entendre(copies.recevoir_agrement, suspendu | {"statut": statut, "version": version + rang})
            comptes.append(len(faites))
            assert {tuple(codes(banc, s)) for s in toutes} == {("SES-01",) if statut == "suspendu" else ()}
    assert comptes[:2] == comptes[2:]


def test_une_habilitation_perdue_puis_retrouvee(banc: Banc) -> None:
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    habilitation = banc.jures[jure]["habilitation_id"]
    banc.jures[jure]["habilitation_id"] = None
    dire(banc, jure)
    assert codes(banc, session) == ["SES-07", "SES-08"]
    assert banc.relire(session)["jures"][0]["habilite"] is False
    dite = banc.evenements("session_modifiee")
    assert {j["jure_id"]: j["habilitation_id"] for j in dite[-1]["jures"]}[jure] is None  # as `jures` is to know
    assert dite[-1]["version"] == banc.relire(session)["version"] > session["version"]
    dire(banc, jure)  # said twice
    assert codes(banc, session) == ["SES-07", "SES-08"]
    assert banc.evenements("session_modifiee") == dite
    ailleurs = banc.validee()["jures"][0]["jure_id"]
    banc.jures[ailleurs]["habilitation_id"] = None
    dire(banc, ailleurs)  # what another session lacks is none of its history, nor mended with it
    banc.jures[jure]["habilitation_id"] = habilitation
    dire(banc, jure)
    assert codes(banc, session) == []
    assert banc.lignes("SELECT DISTINCT code FROM alertes WHERE levee_a IS NULL ORDER BY 1") == [
        ("SES-07",),
        ("SES-08",),
    ]
    histoire = banc.lire(UD, listes.alertes_de_la_session, session["id"], {})["elements"]
    assert {(a["code"], a["levee"]) for a in histoire} == {("SES-07", True), ("SES-08", True)}


def test_une_alerte_dit_le_centre_et_se_cherche_par_lui(banc: Banc) -> None:
    """« L'établissement n'a pas d'agrément » : a DIRECCTE has hundreds, and its list did not say which."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure]["habilitation_id"] = None
    dire(banc, jure)
    fiche = banc.relire(session)
    alerte = banc.lire(UD, listes.lister_alertes, {"q": fiche["etablissement"]})["elements"][0]
    assert fiche["etablissement"]
    dits = ("numero", "etablissement_id", "etablissement", "etablissement_siret", "site", "departement")
    assert {nom: alerte[nom] for nom in dits} == {nom: fiche[nom] for nom in dits}
    assert banc.lire(UD, listes.lister_alertes, {"q": "un autre centre"})["elements"] == []
    for qui, trouve in ((CENTRE, True), (UD, False)):  # a centre reads there, and looks for, its site
        assert bool(banc.lire(qui, listes.lister_alertes, {"q": fiche["site"]})["total"]) is trouve


def test_un_retrait_demande_et_refuse_n_alerte_pas(banc: Banc) -> None:
    """`jures` counts as done an act under way: this one was only asked whether it is sure, while other news came."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    apte, n = banc.jures[jure], len(banc.questions)
    banc.jures[jure] = apte | {"habilitation_id": None, "ccp_codes": [], "en_suspens": True}

    def renoncer(_: Question) -> None:
        if len(banc.questions) > n + 2:
            banc.jures[jure] = apte

    banc.pendant = renoncer
    dire(banc, jure)
    assert codes(banc, session) == []
    assert banc.relire(session)["jures"][0]["habilite"] is True


def test_un_retrait_en_cours_trop_longtemps_se_reexamine_plus_tard(banc: Banc) -> None:
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure] |= {"habilitation_id": None, "ccp_codes": [], "en_suspens": True}
    with pytest.raises(Indisponible):
        dire(banc, jure)
    assert codes(banc, session) == []


def test_une_inscription_qui_dure_fait_redire_la_nouvelle_d_un_jure(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was told of him may be of before, and be written after."""
    monkeypatch.setattr(suivre, "_FOIS", 1)
    session, inscription = banc.validee(), banc._acte(CENTRE)
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure]["habilitation_id"] = None
    with inscription.transaction():
        inscription.reserver(INSCRIRE, jure)
    with pytest.raises(Indisponible):
        dire(banc, jure)
    with inscription.transaction():
        inscription.liberer()
    dire(banc, jure)
    assert codes(banc, session) == ["SES-07", "SES-08"]


def test_un_jure_inactif_est_a_remplacer(banc: Banc) -> None:
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure]["actif"] = False
    dire(banc, jure)
    assert codes(banc, session) == ["SES-07", "SES-08"]
    banc.faire(CENTRE, jures.remplacer, session["id"], jure, {"jure_id": banc.jure()})
    assert codes(banc, session) == []


def test_un_jure_inactive_pendant_la_session(banc: Banc) -> None:
    """JUR-04: the alert comes on the first day too, outlives an act that mends nothing, and goes with the session."""
    session = banc.validee()
    debut, fin = (date.fromisoformat(str(session[nom])) for nom in ("date_debut", "date_fin"))
    premier, second = (j["jure_id"] for j in session["jures"])
    banc.jures[premier]["actif"] = False
    banc.entendre(suivre.suivre_jure, {"jure_id": premier}, jour=debut)

    def alertes_le(jour: date) -> list[str]:
        lues = banc.lire(UD, listes.lister_alertes, {}, jour=jour)["elements"]
        assert sorted(a["code"] for a in lues) == sorted(a["code"] for a in banc.relire(session, jour=jour)["alertes"])
        return sorted(a["code"] for a in lues)

    assert alertes_le(debut) == ["SES-07", "SES-08"]
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=debut)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=debut) == ["RES-03"]
    banc.faire(CENTRE, modifier.modifier, session["id"], {"responsable": "Une autre"}, jour=debut)
    assert alertes_le(fin) == ["SES-07", "SES-08"]
    assert alertes_le(fin + timedelta(days=1)) == []
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=fin + timedelta(days=1)) == ["RES-03"]
    banc.faire(CENTRE, jures.remplacer, session["id"], premier, {"jure_id": banc.jure()}, jour=fin)
    assert alertes_le(fin) == []
    assert second in {j["jure_id"] for j in banc.relire(session)["jures"]}


@pytest.mark.parametrize("active_de_nouveau", [True, False])
def test_un_jure_inactive_par_erreur_le_dernier_jour(banc: Banc, active_de_nouveau: bool) -> None:
    """RES-03: once the session is over nobody replaces him; the State may still make him count again."""
    session = banc.validee()
    fin = date.fromisoformat(str(session["date_fin"]))
    jure = session["jures"][0]["jure_id"]
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=fin)
    banc.jures[jure]["actif"] = False
    banc.entendre(suivre.suivre_jure, {"jure_id": jure}, jour=fin)
    apres = fin + timedelta(days=1)
    banc.jures[jure]["actif"] = active_de_nouveau
    banc.entendre(suivre.suivre_jure, {"jure_id": jure}, jour=apres)
    if active_de_nouveau:
        assert banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=apres)["etat"] == "cloturee"
    else:
        assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=apres) == ["RES-03"]


@pytest.mark.parametrize("jours", [-1, 1])
def test_la_fin_corrigee_apres_coup_laisse_compter_qui_a_siege(banc: Banc, jours: int) -> None:
    """RES-03: who was inactivated once the session was over has sat, whatever the end that the State then corrects;
    whose file was merged since is known to be, and counts once."""
    session = banc.validee()
    fin, jure = date.fromisoformat(str(session["date_fin"])), session["jures"][0]["jure_id"]
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=fin)
    apres = fin + timedelta(days=9)
    banc.jures[jure] |= {"actif": False, "habilitation_id": None}
    banc.entendre(suivre.suivre_jure, {"jure_id": jure}, jour=apres)
    corrigee, garde = {"date_fin": (fin + timedelta(days=jours)).isoformat()}, nouvel_id()
    banc.jures[jure] |= {"canonique_id": garde}
    assert banc.faire(UD, modifier.modifier, session["id"], corrigee, jour=apres)["etat"] == "a_cloturer"
    assert (garde,) in banc.lignes("SELECT canonique_id::text FROM inscriptions_jures")
    assert banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=apres)["etat"] == "cloturee"


def test_un_agrement_suspendu_puis_retabli(banc: Banc) -> None:
    session = banc.validee()
    suspendu = agrement_suspendu(banc, session)
    banc.entendre(copies.recevoir_agrement, suspendu)
    assert codes(banc, session) == ["SES-01"]
    banc.entendre(copies.recevoir_agrement, suspendu | {"statut": "accorde", "version": 1})  # an old message
    assert codes(banc, session) == ["SES-01"]
    banc.entendre(copies.recevoir_agrement, suspendu | {"statut": "accorde", "version": 3})
    assert codes(banc, session) == []


def test_un_agrement_suspendu_pendant_la_session(banc: Banc) -> None:
    """AGR-02: who suspends it is told of the session being held, of which its UD then heard nothing; and one that had
    the alert since before its first day kept it for good, restored or not, until an act of its centre hid it."""
    session = banc.validee()
    debut = date.fromisoformat(str(session["date_debut"]))
    suspendu = agrement_suspendu(banc, session)
    banc.entendre(copies.recevoir_agrement, suspendu, jour=debut)
    assert codes(banc, session) == ["SES-01"]
    banc.faire(CENTRE, modifier.modifier, session["id"], {"responsable": "Une autre"}, jour=debut)
    assert codes(banc, session) == ["SES-01"]
    banc.entendre(copies.recevoir_agrement, suspendu | {"statut": "accorde", "version": 3}, jour=debut)
    assert codes(banc, session) == []
    banc.referentiel |= {(nom, ""): {"elements": [], "suivant": None} for nom in ("titres", "etablissements")}
    banc.referentiel["agrements", ""] = {"elements": [suspendu | {"version": 4}], "suivant": None}
    banc.faire(NATIONAL, copies.reconstruire_repliques, jour=debut)  # its event was lost
    assert codes(banc, session) == ["SES-01"]


def test_un_agrement_appris_avant_son_evenement_alerte_quand_meme(banc: Banc) -> None:
    """A session that had none of the copy asked for all of the centre's: heard afterwards, that one is no news."""
    session = banc.validee()
    suspendu, nouveau = agrement_suspendu(banc, session), banc.agrement(site_id=SITE_974, titre_code=None)
    banc.referentiel["agrements_de", CENTRE_ID] = [suspendu, nouveau | {"ccs_code": "CS-1"}]
    banc.session(site_id=SITE_974, type="CCS", titre_code=None, ccs_code="CS-1")
    banc.entendre(copies.recevoir_agrement, suspendu)
    assert codes(banc, session) == ["SES-01"]


def test_un_agrement_suspendu_alerte_aussi_qui_se_prepare(banc: Banc) -> None:
    """AGR-02: every session to come that its suspension named, the brouillon and the refused one included."""
    brouillon, refusee = banc.session(), banc.complete()
    banc.faire(CENTRE, validation.soumettre, refusee["id"], {})
    banc.faire(UD, validation.refuser, refusee["id"], {"motif": "Jury à compléter"})
    caduque = banc.session(JOUR + timedelta(days=1))
    suspendu = agrement_suspendu(banc, brouillon)
    banc.entendre(copies.recevoir_agrement, suspendu, jour=JOUR + timedelta(days=1))
    assert [codes(banc, s) for s in (brouillon, refusee, caduque)] == [["SES-01"], ["SES-01"], []]
    banc.entendre(copies.recevoir_agrement, suspendu | {"statut": "accorde", "version": 3})
    assert [codes(banc, s) for s in (brouillon, refusee)] == [[], []]


def test_une_caduque_n_alerte_plus(banc: Banc) -> None:
    """Nothing is written when a session lapses: its alert would stay in everybody's queue for ever."""
    debut = JOUR + timedelta(days=2)
    session = banc.session(debut)
    banc.entendre(copies.recevoir_agrement, agrement_suspendu(banc, session))
    for jour, en_cours in ((JOUR, True), (debut, False)):
        levees = [
            a["levee"] for a in banc.lire(UD, listes.alertes_de_la_session, session["id"], {}, jour=jour)["elements"]
        ]
        filtres = ({"levee": "false"}, {"levee": "true"})
        totaux = [banc.lire(UD, listes.lister_alertes, f, jour=jour)["total"] for f in filtres]
        assert (levees, totaux) == ([not en_cours], [int(en_cours), int(not en_cours)])
        assert bool(banc.relire(session, jour=jour)["alertes"]) is en_cours


def test_une_caduque_dit_qui_siegerait_encore(banc: Banc) -> None:
    """Its days being over, it went on showing as habilité who was suspended since: he would be lost with new dates."""
    session, apres = banc.complete(), DEBUT + timedelta(days=9)
    premier, second = (j["jure_id"] for j in session["jures"])
    titre: Corps = {"titre_code": "TP-1", "ccs_codes": [], "version": 2}
    for perdu, nouvelle in (
        (premier, (suivre.suivre_jure, {"jure_id": premier})),
        (second, (suivre.suivre_titre, titre)),
    ):
        banc.jures[perdu]["habilitation_id"] = None
        banc.entendre(*nouvelle, jour=apres)
        lue = banc.relire(session, jour=apres)
        habilites = {j["jure_id"] for j in lue["jures"] if j["habilite"]}
        assert (lue["etat"], habilites, lue["alertes"]) == ("caduque", {second} - {perdu}, [])


@pytest.mark.parametrize("refusee", [False, True])
def test_qui_se_prepare_est_alerte_d_une_habilitation_perdue(banc: Banc, refusee: bool) -> None:
    """HAB-04: every session to come that its suspension named; that the jury is short is for the centre to see."""
    session = banc.complete()
    if refusee:
        banc.faire(CENTRE, validation.soumettre, session["id"], {})
        banc.faire(UD, validation.refuser, session["id"], {"motif": "Salle à préciser"})
    jure = session["jures"][0]["jure_id"]
    habilitation, banc.jures[jure]["habilitation_id"] = banc.jures[jure]["habilitation_id"], None
    dire(banc, jure)
    assert codes(banc, session) == ["SES-08"]
    banc.jures[jure]["habilitation_id"] = habilitation
    dire(banc, jure)
    assert codes(banc, session) == []


def test_l_alerte_du_plafond_suit_ce_qui_arrive_a_une_autre_session(banc: Banc) -> None:
    """SES-06: raised by an absence excused no longer, lifted by whatever gives a place back."""
    absente = banc.cloturee(date(2026, 4, 1), present=False, absence="excusee", ccps={}, entretien_final=None)
    absent = absente["candidats"][0]["candidat_id"]
    autres = [banc.validee(date(2026, mois, 1)) for mois in (6, 7, 8)]
    for session in autres:
        banc.inscrire(session, absent)
    assert not any(banc.relire(s)["alertes"] for s in autres)
    n = len(banc.evenements("credits_modifies"))

    def dites() -> list[list[str]]:
        """Hears the event just told, as this very service does, and returns the alerts of each session."""
        nonlocal n
        dits = banc.evenements("credits_modifies")
        assert len(dits) > n, "nothing was told"
        n = len(dits)
        avant = alertes()
        banc.entendre(suivre.suivre_credits, {"candidats": [nouvel_id()]})
        assert alertes() == avant, "who is not told of changes nothing"
        banc.entendre(suivre.suivre_credits, dits[-1])
        return alertes()

    def alertes() -> list[list[str]]:
        return [[a["code"] for a in banc.relire(s)["alertes"]] for s in autres]

    jour = date(2026, 4, 10)
    banc.faire(UD, validation.debloquer, absente["id"], {"motif": "Sans excuse"}, jour=jour)
    feuille = banc.feuille(absente, present=False, absence="non_excusee", ccps={}, entretien_final=None)
    banc.clore(absente, feuille, jour=jour)
    assert dites() == [["SES-06"]] * 3
    banc.faire(CENTRE, candidats.desinscrire, autres[2]["id"], absent, {})
    assert dites() == [[], [], []]
    banc.faire(CENTRE, candidats.desinscrire, autres[1]["id"], absent, {})
    assert len(banc.evenements("credits_modifies")) == n  # nobody is over the cap: nothing to say


def au_dela_du_plafond(banc: Banc, quatrieme: Corps) -> list[Corps]:
    """Returns the three other sessions of a candidate who is in this one too, under a file merged since."""
    un, autre = banc.candidat(), banc.candidat()
    banc.inscrire(quatrieme, autre)
    restes = [banc.validee(date(2026, mois, 1)) for mois in (6, 7, 8)]
    for session in restes:
        banc.inscrire(session, un)
    banc.candidats[autre]["canonique_id"] = un
    banc.entendre(suivre.suivre_candidat, {"candidat_id": autre, "canonique_id": un, "version": 2})
    assert all([a["code"] for a in banc.relire(s)["alertes"]] == ["SES-06"] for s in (*restes, quatrieme))
    return restes


def test_une_session_devenue_caduque_leve_l_alerte_des_autres(banc: Banc) -> None:
    """SES-06: it no longer counts, and nobody writes when it lapses."""
    caduque = banc.session(date(2026, 4, 1))
    restes = au_dela_du_plafond(banc, caduque)
    for jour, reste in ((date(2026, 3, 31), ["SES-06"]), (date(2026, 4, 1), [])):
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        assert all([a["code"] for a in banc.relire(s, jour=jour)["alertes"]] == reste for s in restes)


@pytest.mark.parametrize("par", ["le temps", "une reconstruction", "un titre"])
def test_qui_agit_sur_une_session_n_attend_pas_que_toutes_soient_revues(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, par: str
) -> None:
    """Seen locked until the last of a thousand was looked at: 8 s for who acted on the first. Nor does who is served
    by the same process: a hundred at once held it for half a second, hour after hour, and a registration for two.
    """
    au_dela_du_plafond(banc, banc.session(date(2026, 4, 1)))
    assert alertes._LOT <= 10
    signaler, vues, pauses = alertes.signaler, list[str](), list[int]()

    def suivre_les_verrous(acte: Acte, *faits: Faits) -> None:
        assert len(faits) == 1  # else those of a lot, whatever their number
        signaler(acte, *faits)
        with moteur("sessions").connect() as autre:
            for id_ in vues:
                autre.execute(sa.text("SELECT FROM sessions WHERE id = :id FOR NO KEY UPDATE NOWAIT"), {"id": id_})
        vues.extend(f.session.id for f in faits)

    monkeypatch.setattr(alertes, "_LOT", 1)
    monkeypatch.setattr(alertes, "signaler", suivre_les_verrous)
    monkeypatch.setattr(alertes, "UN_MOMENT", Attente(lambda: pauses.append(len(vues))))
    if par == "le temps":
        banc.faire(NATIONAL, alertes.revoir_les_alertes)
    elif par == "une reconstruction":
        banc.reconstruire()
    else:
        banc.entendre(copies.recevoir_titre, TITRE | {"version": 2})
    assert len(vues) == 4
    assert pauses == [1, 2, 3, 4]


def test_une_session_qui_ne_se_revoit_pas_n_empeche_pas_les_autres_de_l_etre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held, or of data that nobody had foreseen: those after it, in its order, would never be looked at again."""
    siennes = [banc.validee(date(2026, mois, 1)) for mois in (6, 7, 8)]
    signaler, vues = alertes.signaler, list[str]()

    def signaler_sauf_la_deuxieme(acte: Acte, *faits: Faits) -> None:
        signaler(acte, *faits)
        vues.append(faits[0].session.id)
        if len(vues) == 2:
            raise KeyError(vues[-1])  # what it had written is undone

    monkeypatch.setattr(alertes, "_LOT", 1)
    monkeypatch.setattr(alertes, "signaler", signaler_sauf_la_deuxieme)
    fini = TITRE | {"version": 2, "date_fin_de_vie": "2025-01-31", "date_fin_prolongation": "2026-01-31"}
    with pytest.raises(KeyError):
        banc.entendre(copies.recevoir_titre, fini)
    assert sorted(vues) == sorted(s["id"] for s in siennes)
    assert {s["id"]: codes(banc, s) for s in siennes} == {v: [] if v == vues[1] else ["SES-02"] for v in vues}


def test_une_base_qui_s_en_va_pendant_qu_on_revoit_les_sessions_n_est_pas_une_faute(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is out of reach uses up no try, and the lots that follow are not tried."""
    for mois in (6, 7):
        banc.validee(date(2026, mois, 1))
    vues = list[str]()

    def perdre_la_base(acte: Acte, *faits: Faits) -> None:
        vues.append(faits[0].session.id)
        with moteur("sessions").connect() as autre:
            autre.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": acte.db.scalar(_MOI)})
        acte.db.execute(_MOI)

    monkeypatch.setattr(alertes, "_LOT", 1)
    monkeypatch.setattr(alertes, "signaler", perdre_la_base)
    with pytest.raises(HorsDePortee):
        banc.entendre(copies.recevoir_titre, TITRE | {"version": 2})
    assert len(vues) == 1


def test_l_alerte_du_plafond_se_leve_quand_la_session_debute(banc: Banc) -> None:
    """Nobody writes when it begins: it stayed in everybody's list until the session was over."""
    debutee = au_dela_du_plafond(banc, banc.session(date(2026, 12, 1)))[0]
    debut = date.fromisoformat(str(debutee["date_debut"]))
    for jour, reste in ((debut - timedelta(days=1), ["SES-06"]), (debut, [])):
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        assert [a["code"] for a in banc.relire(debutee, jour=jour)["alertes"]] == reste


def test_un_plafond_qui_change_alerte_ceux_qu_il_laisse_au_dela(banc: Banc) -> None:
    """INS-04: three starts of a civil year and one of the next, right in their day, are four in twelve months."""
    jours = [JOUR + timedelta(days=n) for n in range(3)]
    for jour, fenetre in zip(jours, ("civile", "glissante", "civile"), strict=True):
        banc.faire(NATIONAL, parametres.poser, "plafond_fenetre", {"valeur": fenetre, "du": jour.isoformat()})
    siennes = [
        banc.validee(jour) for jour in (date(2026, 10, 5), date(2026, 11, 2), date(2026, 12, 7), date(2027, 1, 4))
    ]
    candidat = banc.candidat()
    for session in siennes:
        banc.inscrire(session, candidat)
    for jour, dites in zip(jours, ([], ["SES-06"], []), strict=True):
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        assert [codes(banc, session) for session in siennes] == [dites] * 4


def test_l_alerte_du_plafond_nomme_chacun_comme_il_se_nomme(banc: Banc) -> None:
    session = banc.validee(date(2026, 9, 1))
    restes = au_dela_du_plafond(banc, session)
    (inscrit,) = {c["candidat_id"] for c in restes[0]["candidats"]} ^ {
        c["candidat_id"] for c in banc.relire(restes[0])["candidats"]
    }
    banc.candidats[inscrit]["nom_naissance"] = "Corrigé"
    banc.entendre(suivre.suivre_candidat, {"candidat_id": inscrit, "canonique_id": inscrit, "version": 3})
    assert all("Adam Corrigé" in banc.relire(s)["alertes"][0]["message"] for s in restes)


@pytest.mark.parametrize("acte", [validation.annuler, validation.refuser, modifier.modifier])
def test_une_session_qui_ne_compte_plus_leve_l_alerte_des_autres(banc: Banc, acte: Callable[..., Any]) -> None:
    fin = banc.validee(date(2026, 9, 1))
    restes = au_dela_du_plafond(banc, fin)
    plus_tard = {"date_debut": "2027-07-01", "date_fin": "2027-07-02"}
    corps = plus_tard if acte is modifier.modifier else {"motif": "Salle indisponible"}
    banc.confirmer(CENTRE if acte is not validation.refuser else UD, acte, fin["id"], corps)
    banc.entendre(suivre.suivre_credits, banc.evenements("credits_modifies")[-1])
    assert not any(banc.relire(s)["alertes"] for s in restes)


def test_la_liste_des_alertes_est_celle_du_perimetre(banc: Banc) -> None:
    session = banc.validee()
    banc.jures[session["jures"][0]["jure_id"]]["habilitation_id"] = None
    dire(banc, session["jures"][0]["jure_id"])
    for qui in (CENTRE, UD, NATIONAL):
        page = banc.lire(qui, listes.lister_alertes, {"levee": "false"})
        assert {a["session_id"] for a in page["elements"]} == {session["id"]}
        assert page["total"] == 2
    assert banc.lire(AUTRE, listes.lister_alertes, {})["total"] == 0
    assert banc.lire(CENTRE, listes.lister_alertes, {"levee": "true"})["total"] == 0


def test_les_alertes_se_traitent_par_la_session_la_plus_proche(banc: Banc) -> None:
    """Raised together, by an habilitation that is lost, the one of the next session was the last of the list."""
    loin, bientot = banc.validee(date(2026, 9, 1)), banc.validee(date(2026, 7, 1))
    for session in (bientot, loin):
        banc.jures[session["jures"][0]["jure_id"]]["habilitation_id"] = None
        dire(banc, session["jures"][0]["jure_id"])
    page = banc.lire(UD, listes.lister_alertes, {"tri": "date_debut"})["elements"]
    assert [a["numero"] for a in page] == [s["numero"] for s in (bientot, loin) for _ in range(2)]
    assert page[0]["date_debut"] == date(2026, 7, 1)
