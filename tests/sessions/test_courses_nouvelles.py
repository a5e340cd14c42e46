"""Races with what others tell: a juré, an agrément, a candidate, a titre changes while a session asks or is written."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.domain.errors import Indisponible, ReglesEnfreintes
from commun.storage.db import moteur
from services.sessions.commands import (
    base,
    conservation,
    copies,
    creer,
    jures,
    modifier,
    suivre,
    validation,
)
from services.sessions.commands.alertes import revoir_par_lots
from services.sessions.queries import listes
from services.sessions.storage import inscriptions as inscriptions_stockees
from tests.outils.simultanes import aller_au_bout, ensemble, pendant
from tests.sessions.banc import CENTRE, TITRE, UD, Banc, Corps


def perdre_pendant_que_la_reponse_tarde(
    banc: Banc, jure: str, fil: ThreadPoolExecutor, module: ModuleType, nom: str, pose: pytest.MonkeyPatch
) -> list[Future[None]]:
    """Has a juré lose his habilitation, and the news arrive, while an act is told what he could do before.

    Args:
        module, nom: of the function in which the act takes the answer up.
    """
    habilitation, suite, prendre = banc.jures[jure]["habilitation_id"], list[Future[None]](), getattr(module, nom)

    def perdre(_: Question) -> None:
        banc.pendant = lambda _: None
        banc.jures[jure]["habilitation_id"] = None
        suite.append(fil.submit(banc.entendre_enfin, suivre.suivre_jure, {"jure_id": jure}))
        aller_au_bout("sessions", suite[0])
        banc.jures[jure]["habilitation_id"] = habilitation

    def prendre_une_fois_perdue(*arguments: Any) -> Any:
        banc.jures[jure] = banc.jures[jure] | {"habilitation_id": None}
        return prendre(*arguments)

    banc.pendant = perdre
    pose.setattr(module, nom, prendre_une_fois_perdue)
    return suite


@pytest.mark.parametrize("acte", ["valider", "inscrire"])
def test_ce_qu_un_jure_perd_pendant_qu_on_l_interroge_alerte(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, acte: str
) -> None:
    """SES-08: the news finds nothing to change, and what is then written is of before it."""
    with ThreadPoolExecutor(1) as fil:
        if acte == "valider":
            session = banc.complete()
            banc.faire(CENTRE, validation.soumettre, session["id"], {})
            jure = session["jures"][0]["jure_id"]
            suite = perdre_pendant_que_la_reponse_tarde(banc, jure, fil, validation, "actualiser_jury", monkeypatch)
            banc.faire(UD, validation.valider, session["id"], {})
        else:
            session, jure = banc.validee(), banc.jure()
            suite = perdre_pendant_que_la_reponse_tarde(banc, jure, fil, jures, "inscrit_de", monkeypatch)
            banc.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
    assert [f.exception() for f in suite] == [None]
    assert "SES-08" in {a["code"] for a in banc.relire(session)["alertes"]}


def perdre_sa_reponse_en_chemin(
    banc: Banc, jure: str, fil: ThreadPoolExecutor, apprendre: Callable[[], Any]
) -> list[Future[None]]:
    """Has a juré lose his habilitation, and it be learnt, once somebody has been told what he could do before."""
    suite = list[Future[None]]()

    def perdre(_: Question) -> None:
        banc.en_chemin = lambda _: None
        banc.jures[jure] = banc.jures[jure] | {"habilitation_id": None}
        suite.append(fil.submit(apprendre))
        aller_au_bout("sessions", suite[0])

    banc.en_chemin = perdre
    return suite


@pytest.mark.parametrize("par", ["une nouvelle", "une reconstruction"])
def test_de_deux_reponses_sur_un_jure_la_plus_ancienne_ne_reste_pas(banc: Banc, par: str) -> None:
    """SES-08: each listener asks, as a rebuilding does, and who asked first may write last."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    apprendre: Callable[[], Any] = partial(banc.entendre_enfin, suivre.suivre_jure, {"jure_id": jure})
    if par == "une reconstruction":
        apprendre = banc.reconstruire
    with ThreadPoolExecutor(1) as fil:
        suite = perdre_sa_reponse_en_chemin(banc, jure, fil, apprendre)
        banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    assert [f.exception() for f in suite] == [None]
    assert "SES-08" in {a["code"] for a in banc.relire(session)["alertes"]}


def test_un_agrement_suspendu_pendant_qu_une_session_se_cree_alerte(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES-01: its news looks at the sessions of the centre, and this one is not there yet."""
    agrement = banc.agrement(titre_code="TP-9")
    banc.entendre(copies.recevoir_titre, TITRE | {"code": "TP-9", "ccs": []})
    banc.entendre(copies.recevoir_agrement, agrement)
    numeroter, suite = creer.nouveau_numero, list[Future[None]]()

    def numeroter_une_fois_suspendu(*arguments: Any) -> str:
        suspendu = agrement | {"statut": "suspendu", "version": 2}
        suite.append(fil.submit(banc.entendre_enfin, copies.recevoir_agrement, suspendu))
        aller_au_bout("sessions", suite[0])
        return numeroter(*arguments)

    monkeypatch.setattr(creer, "nouveau_numero", numeroter_une_fois_suspendu)
    with ThreadPoolExecutor(1) as fil:
        session = banc.session(titre_code="TP-9")
    assert [f.exception() for f in suite] == [None]
    assert [a["code"] for a in banc.relire(session)["alertes"]] == ["SES-01"]


@pytest.mark.parametrize("acte", ["creer", "modifier"])
def test_un_titre_qui_change_pendant_qu_une_session_le_prend_alerte(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, acte: str
) -> None:
    """SES-01: its agrément covered the prolongation of a titre that has none any more; and it is found by its name."""
    en_prolongation = TITRE | {"code": "TP-9", "ccs": [], "date_fin_de_vie": "2026-05-31"}
    en_prolongation |= {"date_fin_prolongation": "2027-05-31"}
    banc.entendre(copies.recevoir_titre, en_prolongation)
    banc.entendre(copies.recevoir_agrement, banc.agrement(titre_code="TP-9", date_fin="2026-05-31"))
    change = en_prolongation | {"intitule": "Tailleur", "version": 2}
    change |= {"date_fin_de_vie": None, "date_fin_prolongation": None}
    ecrire, suite = base.enregistrer, list[Future[None]]()

    def ecrire_une_fois_change(*arguments: Any) -> Any:
        suite.append(fil.submit(banc.entendre_enfin, copies.recevoir_titre, change))
        aller_au_bout("sessions", suite[0])
        return ecrire(*arguments)

    session = banc.session() if acte == "modifier" else {}
    for module in (base, creer):
        monkeypatch.setattr(module, "enregistrer", ecrire_une_fois_change)
    with ThreadPoolExecutor(1) as fil:
        if acte == "creer":
            session = banc.session(titre_code="TP-9")
        else:
            banc.faire(CENTRE, modifier.modifier, session["id"], {"titre_code": "TP-9"})
    assert [f.exception() for f in suite] == [None]
    assert [a["code"] for a in banc.relire(session)["alertes"]] == ["SES-01"]
    assert banc.lire(CENTRE, listes.lister, {"q": "tailleur"})["total"] == 1


@pytest.mark.parametrize("acte", ["creer", "modifier"])
def test_une_session_prend_le_titre_tel_que_la_nouvelle_qu_elle_attendait_le_dit(banc: Banc, acte: str) -> None:
    """Its act had read it before it waited: that news did not find the session, which nobody would look at again."""
    banc.entendre(copies.recevoir_titre, TITRE | {"code": "TP-9", "ccs": []})
    banc.entendre(copies.recevoir_agrement, banc.agrement(titre_code="TP-9"))
    agir: Callable[[], Any] = partial(banc.session, titre_code="TP-9")
    if acte == "modifier":
        agir = partial(banc.faire, CENTRE, modifier.modifier, banc.session()["id"], {"titre_code": "TP-9"})
    nouvelle = """UPDATE titres SET version = 2, corps = corps || '{"intitule": "Tailleur"}' WHERE code = 'TP-9'"""
    assert pendant("sessions", nouvelle, agir) == "fait"
    assert banc.lire(CENTRE, listes.lister, {"q": "tailleur"})["total"] == 1


def test_les_sessions_d_un_ccs_perdu_sont_laissees_avant_que_les_autres_soient_revues(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each lot is locked in the order of ids: held meanwhile, they came before those of a lot that has begun."""
    session, libres = banc.session(type="CCS", titre_code=None, ccs_code="CS-1"), list[str]()

    def revoir_une_fois_laissees(*arguments: Any) -> Any:
        with moteur("sessions").begin() as db:
            libres.extend(db.scalars(sa.text("SELECT id::text FROM sessions FOR UPDATE SKIP LOCKED")))
        yield from revoir_par_lots(*arguments)

    monkeypatch.setattr(copies, "revoir_par_lots", revoir_une_fois_laissees)
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccs": []})
    assert libres == [session["id"]]


def test_de_deux_nouvelles_d_un_candidat_la_plus_ancienne_reponse_ne_reste_pas(banc: Banc) -> None:
    """Nor that of before he was anonymised: a name would come back that nothing takes away."""
    session = banc.complete()
    candidat = session["candidats"][0]["candidat_id"]
    dite: Corps = {"candidat_id": candidat, "canonique_id": candidat}
    for version, nom, ecoute in (
        (11, "Renommé", suivre.suivre_candidat),
        (12, "anonymisée", conservation.oublier_candidat),
    ):

        def apprendre(_: Question, version: int = version, nom: str = nom, ecoute: Any = ecoute) -> None:
            banc.en_chemin = lambda _: None
            anonyme = ecoute is conservation.oublier_candidat
            suite = {"nom_naissance": nom, "version": version, "anonyme": anonyme}
            banc.candidats[candidat] = banc.candidats[candidat] | suite
            banc.entendre(ecoute, dite | {"version": version})

        banc.en_chemin = apprendre
        with pytest.raises(Indisponible):
            banc.entendre(suivre.suivre_candidat, dite | {"version": version - 1})
        banc.entendre(suivre.suivre_candidat, dite | {"version": version - 1})
        assert banc.lignes("SELECT personne ->> 'nom' FROM inscriptions_candidats") == [(nom,)]


def test_qui_entre_ailleurs_pendant_qu_on_le_renomme_est_a_entendre_de_nouveau(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That session was neither locked nor looked at: an alert there would go on naming him as he was."""
    candidat, ailleurs = banc.inscrire(banc.session()), banc.session(date(2026, 9, 7))
    nouvelle = {"candidat_id": candidat, "canonique_id": candidat, "version": 9}
    apprendre = partial(banc.entendre, suivre.suivre_candidat, nouvelle)
    entrer = partial(banc.inscrire, ailleurs, candidat)
    assert ensemble(monkeypatch, "sessions", entrer, apprendre) == ("fait", "INDISPONIBLE")
    apprendre()


def test_ce_qu_on_apprend_d_un_jure_ne_defait_pas_l_annulation_qu_on_attendait(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The news would write the session as it had read it, or hold its jury while it waits for it."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure] |= {"actif": False}
    annuler = partial(banc.confirmer, CENTRE, validation.annuler, session["id"], {"motif": "Salle inondée"})
    apprendre = partial(banc.entendre, suivre.suivre_jure, {"jure_id": jure})
    assert ensemble(monkeypatch, "sessions", annuler, apprendre) == ("fait", "fait")
    assert banc.relire(session)["etat"] == "annulee"


def test_qui_entre_au_jury_pendant_que_son_titre_change_est_revu(banc: Banc) -> None:
    """SES-08: the news of a titre looks at those who sit, and he does not yet."""
    session, jure = banc.validee(), banc.jure()
    titre: Corps = {"titre_code": "TP-1", "ccs_codes": [], "version": 1}
    with ThreadPoolExecutor(1) as fil:
        suite = perdre_sa_reponse_en_chemin(banc, jure, fil, partial(banc.entendre_enfin, suivre.suivre_titre, titre))
        banc.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
    assert [f.exception() for f in suite] == [None]
    assert "SES-08" in {a["code"] for a in banc.relire(session)["alertes"]}


def deux_fiches_d_un_candidat(banc: Banc) -> tuple[str, str, list[Corps], Corps]:
    """Returns two files of one person: the first is in nothing, the second in three sessions; and a fourth session."""
    une, autre = banc.candidat(), banc.candidat()
    siennes = [banc.validee(date(2026, mois, 1)) for mois in (6, 7, 8)]
    for session in siennes:
        banc.inscrire(session, autre)
    return une, autre, siennes, banc.validee(date(2026, 9, 1))


def test_qui_est_inscrit_pendant_que_ses_fiches_fusionnent_alerte_partout(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INS-04: the session that he enters under the file that goes is over the cap as the others are, once it is heard
    again: it was answered who he was before."""
    une, autre, siennes, quatrieme = deux_fiches_d_un_candidat(banc)
    verrouiller = suivre.get_sessions

    def verrouiller_puis_inscrire(*arguments: Any, **nommes: Any) -> Any:
        verrouillees = verrouiller(*arguments, **nommes)
        banc.candidats[une]["canonique_id"] = une  # as was answered just before
        banc.inscrire(quatrieme, une)
        banc.candidats[une]["canonique_id"] = autre
        return verrouillees

    monkeypatch.setattr(suivre, "get_sessions", verrouiller_puis_inscrire)
    fusion: Corps = {"candidat_id": une, "canonique_id": autre, "version": 2}
    with pytest.raises(Indisponible):
        banc.entendre(suivre.suivre_candidat, fusion)
    monkeypatch.setattr(suivre, "get_sessions", verrouiller)
    banc.entendre(suivre.suivre_candidat, fusion)
    for session in (*siennes, quatrieme):
        assert [a["code"] for a in banc.relire(session)["alertes"]] == ["SES-06"]


def test_qui_entre_sous_une_fiche_qu_on_fusionne_ou_l_autre_est_deja_y_a_le_nom_qui_reste(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session was looked at for the other: who was entering it had not been asked about."""
    session = banc.complete()
    reste, part = session["candidats"][0]["candidat_id"], banc.candidat()
    fusion: Corps = {"candidat_id": part, "canonique_id": reste, "version": 9}

    def apprendre() -> None:
        banc.candidats[part] = banc.candidats[reste] | {"candidat_id": part}
        banc.entendre_enfin(suivre.suivre_candidat, fusion)

    assert ensemble(monkeypatch, "sessions", partial(banc.inscrire, session, part), apprendre) == ("fait", "fait")
    noms = banc.lignes("SELECT DISTINCT personne ->> 'nom' FROM inscriptions_candidats")
    assert noms == [(banc.candidats[reste]["nom_naissance"],)]


def test_une_fusion_et_une_inscription_ailleurs_ne_s_attendent_pas_l_une_l_autre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both make the registrations of the file that goes those of the one that stays."""
    une, autre, (premiere, *_), quatrieme = deux_fiches_d_un_candidat(banc)
    banc.inscrire(premiere, une)
    banc.candidats[une]["canonique_id"] = autre
    renommer, suite = inscriptions_stockees.renommer_candidat, list[Future[str]]()

    def renommer_puis_inscrire(*arguments: Any) -> None:
        renommer(*arguments)
        if not suite:
            suite.append(fil.submit(banc.inscrire, quatrieme, une))
            aller_au_bout("sessions", suite[0])

    monkeypatch.setattr(inscriptions_stockees, "renommer_candidat", renommer_puis_inscrire)
    with ThreadPoolExecutor(1) as fil:
        banc.entendre(suivre.suivre_candidat, {"candidat_id": une, "canonique_id": autre, "version": 2})
    assert isinstance(suite[0].exception(), ReglesEnfreintes)  # INS-04: he is in three already
