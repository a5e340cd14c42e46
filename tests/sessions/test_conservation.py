"""A person whom its owner has anonymised is named no more by sessions: registrations, letters, traces."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun import clock
from commun.actes.steps import Question
from commun.domain.dates import plus_mois
from commun.domain.errors import Indisponible
from commun.storage.db import moteur, nouvel_id
from commun.storage.tables import inbox
from commun.traces.nominatif import EFFACE
from services.sessions.commands import candidats, conservation, convocations, jures, suivre, validation
from services.sessions.queries import gardes, listes
from tests.outils.requetes import requetes_et_valeurs
from tests.outils.simultanes import aller_au_bout, ensemble
from tests.sessions.banc import CENTRE, JOUR, NATIONAL, Banc

NOMS = ("Marquisat", "Vaucanson", "Ferrandier", "Delavigne")


def inscrits(banc: Banc) -> str:
    """Returns all that registrations say of people."""
    eux = "SELECT personne FROM inscriptions_candidats UNION ALL SELECT personne FROM inscriptions_jures"
    return str(banc.lignes(eux))


def test_qui_est_anonymise_ailleurs_l_est_ici(banc: Banc) -> None:
    session, ici = banc.session(), {"voie": "7 sente des Mûriers", "code_postal": "75020", "commune": "Paris"}
    ne_la = {
        "date_naissance": "1987-03-04",
        "naissance": {"pays_code": "FR", "code_insee": "29019", "commune": "Brest"},
    }
    candidat = banc.candidat(nom_naissance="Marquisat", adresse=ici, **ne_la)
    autre = banc.candidat(nom_naissance="Vaucanson")
    jure, autre_jure = (
        banc.inscrire_jure(session, banc.jure(nom=nom, **qui))
        for nom, qui in (("Ferrandier", {"adresse": ici}), ("Condorcet", {}))
    )
    banc.inscrire(session, candidat, formateurs=["Delavigne"])
    banc.inscrire(session, autre)
    assert noms(banc, session["id"]) == set(NOMS)
    siens = ("Mûriers", "75020", "1987", "Brest")
    assert [dit in inscrits(banc) for dit in siens] == [True] * 4

    banc.entendre(conservation.oublier_candidat, {"candidat_id": candidat, "version": 9})
    banc.entendre(conservation.oublier_jure, {"jure_id": jure, "version": 9})

    assert noms(banc, session["id"]) == {"Vaucanson"}
    assert [dit for dit in siens if dit in inscrits(banc)] == []
    ou = ("SELECT jure_id, courriel FROM inscriptions_jures", "candidat_id, courriel FROM inscriptions_candidats")
    eux = " UNION SELECT ".join(ou)
    joignables = {str(qui) for qui, courriel in banc.lignes(eux) if courriel}
    assert joignables == {autre, autre_jure}, "they alone may be written to"
    assert EFFACE in str(traces(banc, session["id"]))


def test_ce_qu_un_serveur_a_dit_de_sa_lettre_part_avec_elle(banc: Banc) -> None:
    """As the version before noted it, with the address."""
    candidat = banc.convoquee()["candidats"][0]["candidat_id"]
    ((lettre,),) = banc.lignes("SELECT id::text FROM convocations WHERE personne_id = CAST(:c AS uuid)", c=candidat)
    echec = {"convocation_id": lettre, "statut": "echec", "erreur": "550 <nul@exemple.fr>", "version": 5}
    banc.entendre(convocations.suivre_envoi, echec)
    banc.entendre(convocations.suivre_annulation, echec)
    banc.entendre(conservation.oublier_candidat, {"candidat_id": candidat, "version": 9})
    assert "nul@exemple.fr" not in str(banc.lignes("SELECT * FROM convocations"))


def test_qui_est_oublie_ne_fait_pas_lire_les_lettres_de_tous(banc: Banc) -> None:
    """Half a second for each person, of those of ten years: those of a month kept the queue for hours."""
    candidat = banc.convoquee()["candidats"][0]["candidat_id"]
    with requetes_et_valeurs("sessions") as faites:
        banc.entendre(conservation.oublier_candidat, {"candidat_id": candidat, "version": 9})
    (lettres,) = (dite for dite in faites if dite[0].startswith("UPDATE convocations"))
    with moteur("sessions").begin() as db:
        db.exec_driver_sql("SET LOCAL enable_seqscan = off")  # here they are few
        plan = str(db.exec_driver_sql(f"EXPLAIN {lettres[0]}", lettres[1]).all())
    assert "convocations_par_personne" in plan


def test_qui_est_oublie_avec_d_autres_n_attend_pas_pour_eux(banc: Banc) -> None:
    """Rebuilt, a copy forgets many: one held while another is waited for made a deadlock."""
    candidats = [banc.cloturee()["candidats"][0]["candidat_id"] for _ in range(2)]
    banc.anonymes["candidats_gardes"] = [{"candidat_id": c, "version": 9} for c in candidats]
    siennes = (
        "SELECT s.id FROM sessions s JOIN inscriptions_candidats i ON i.session_id = s.id WHERE i.candidat_id = :c"
    )
    with ThreadPoolExecutor(1) as fil, moteur("sessions").begin() as db:
        db.execute(sa.text(f"{siennes} FOR NO KEY UPDATE OF s"), {"c": candidats[1]})
        suite = fil.submit(banc.reconstruire)
        aller_au_bout("sessions", suite)
        db.execute(sa.text("SELECT 1 FROM candidats WHERE id = :c FOR NO KEY UPDATE NOWAIT"), {"c": candidats[0]})
        db.commit()
        suite.result()


def test_ceux_que_dix_ans_ont_anonymises_ne_se_demandent_pas_un_a_un(banc: Banc) -> None:
    """All of them are told of at each rebuilding: a question of the base for each took minutes."""
    partis = [{"candidat_id": nouvel_id(), "version": 9} for _ in range(20)]
    for corps in partis[1:]:
        banc.entendre(conservation.oublier_candidat, corps)
    banc.anonymes["candidats_gardes"] = partis
    with requetes_et_valeurs("sessions") as faites:
        banc.reconstruire()
    lectures = [ordre for ordre, _ in faites if ordre.startswith("SELECT personnes_anonymisees")]
    oublis = [ordre for ordre, _ in faites if ordre.startswith("INSERT INTO personnes_anonymisees")]
    assert (len(lectures), len(oublis)) == (2, 1), "a page of each service"


def test_qui_est_encore_inscrit_se_dit_a_qui_l_anonymiserait(banc: Banc) -> None:
    session, ailleurs = banc.complete(), banc.candidat()
    siens = [session["candidats"][0]["candidat_id"], *(j["jure_id"] for j in session["jures"])]
    fin = date.fromisoformat(str(session["date_fin"]))
    for jours, dits in ((0, sorted(siens)), (1, [])):
        depuis = (fin + timedelta(days=jours)).isoformat()
        assert banc.lire(NATIONAL, gardes.inscrites_depuis, [ailleurs, *siens], depuis) == dits


def laisser_partir(banc: Banc, candidat: str) -> Any:
    """Has `candidats` say that it anonymises somebody not seen for years; returns what it is told."""
    version = {candidat: banc.candidats[candidat]["version"] + 1}
    return banc.faire(None, conservation.laisser_anonymiser, {candidat: candidat}, version, f"{JOUR}")


def test_qui_est_anonymise_pendant_qu_on_l_inscrit_n_entre_pas_sans_nom(banc: Banc) -> None:
    """What was answered of him is of before: asked again, `candidats` knows."""
    session, candidat, autre = banc.session(), banc.candidat(), banc.candidat()
    banc.inscrire(session, autre)

    def laisser_partir_une_fois(_: Question) -> None:
        banc.en_chemin = lambda _: None
        assert laisser_partir(banc, candidat) == []

    banc.en_chemin = laisser_partir_une_fois
    with pytest.raises(Indisponible):
        banc.inscrire(session, candidat)
    banc.candidats[candidat]["version"] += 1  # he was seen, and keeps his name
    banc.inscrire(session, candidat)
    assert laisser_partir(banc, candidat) == [candidat]
    banc.inscrire(banc.session(date(2026, 9, 1)), autre)  # of whom nothing was said


def test_qui_fut_anonymise_avant_d_etre_connu_ici_n_entre_pas_sous_le_nom_qu_il_avait(banc: Banc) -> None:
    session, candidat = banc.session(), banc.candidat()

    def oublier(_: Question) -> None:
        banc.en_chemin = lambda _: None
        version = banc.candidats[candidat]["version"] + 1
        banc.entendre(conservation.oublier_candidat, {"candidat_id": candidat, "version": version})

    banc.en_chemin = oublier
    with pytest.raises(Indisponible):
        banc.inscrire(session, candidat)


def test_qu_on_anonymise_attend_qui_l_inscrit(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    session, candidat = banc.session(), banc.candidat()
    dits: list[list[str]] = []
    partir = lambda: dits.append(laisser_partir(banc, candidat))  # noqa: E731
    assert ensemble(monkeypatch, "sessions", partial(banc.inscrire, session, candidat), partir) == ("fait", "fait")
    assert dits == [[candidat]]


def test_qui_est_anonymise_pendant_qu_on_le_convoque_n_est_pas_nomme_par_sa_lettre(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was written after his name had been taken away, and would be kept."""
    session = banc.validee()
    candidat, jure = session["candidats"][0]["candidat_id"], session["jures"][0]["jure_id"]
    nom, editer = banc.candidats[candidat]["nom_naissance"], partial(banc.faire, CENTRE, convocations.editer)
    partir = partial(banc.entendre, conservation.oublier_candidat, {"candidat_id": candidat, "version": 9})
    assert ensemble(monkeypatch, "sessions", partial(editer, session["id"], {}), partir) == ("fait", "fait")
    lettres = str(banc.lignes("SELECT personne FROM convocations"))
    assert nom not in lettres and banc.jures[jure]["nom"] in lettres


def alertes_qui_nomment(banc: Banc) -> list[str]:
    lignes = banc.lignes("SELECT message FROM alertes WHERE code IN ('SES-06', 'SES-08')")
    return [message for (message,) in lignes]


def perdre_un_jure(banc: Banc) -> tuple[str, str]:
    """Has an alert name a juré; returns the session and him."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure]["habilitation_id"] = None
    banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    assert "n'est plus habilité" in str(alertes_qui_nomment(banc))
    return session["id"], jure


def test_aucune_alerte_de_ses_sessions_ne_le_nomme_plus(banc: Banc) -> None:
    (ailleurs, _), (session_id, jure) = perdre_un_jure(banc), perdre_un_jure(banc)
    banc.entendre(conservation.oublier_jure, {"jure_id": jure, "version": 9})
    assert banc.lignes("SELECT session_id::text FROM alertes WHERE code IN ('SES-06', 'SES-08')") == [(ailleurs,)]
    assert banc.lignes("SELECT 1 FROM alertes WHERE session_id = :s", s=session_id)  # those that name nobody stay


def test_celle_du_plafond_ne_nomme_plus_un_candidat(banc: Banc) -> None:
    un, autre = banc.candidat(), banc.candidat()
    validee = banc.validee(date(2026, 4, 1))
    for qui, sessions in ((un, [validee, banc.session(date(2026, 6, 1))]), (autre, [banc.session(), banc.session()])):
        for session in sessions:
            banc.inscrire(session, qui)
    banc.candidats[autre]["canonique_id"] = un
    banc.entendre(suivre.suivre_candidat, {"candidat_id": autre, "canonique_id": un, "version": 2})
    nom = banc.candidats[un]["nom_naissance"]
    assert nom in str(alertes_qui_nomment(banc))
    for fiche in (un, autre):  # as their owner says it of each
        banc.entendre(conservation.oublier_candidat, {"candidat_id": fiche, "version": 9})
    assert alertes_qui_nomment(banc) == []


def test_l_alerte_levee_d_un_jure_remplace_ne_dure_pas(banc: Banc) -> None:
    session_id, jure = perdre_un_jure(banc)
    banc.faire(CENTRE, jures.remplacer, session_id, jure, {"jure_id": banc.jure()})
    banc.entendre(conservation.oublier_jure, {"jure_id": jure, "version": 9})
    with moteur("sessions").begin() as db:  # what the kernel no longer needs goes too
        db.execute(inbox.insert().values(message_id=nouvel_id(), ecouteur="x.y", recu_le=date(2020, 1, 1)))
    leve = clock.maintenant().date()  # the instants of alerts are real, and in UTC
    for jours, reste in ((0, 1), (1, 0)):
        banc.faire(NATIONAL, conservation.ranger, jour=plus_mois(leve, 12) + timedelta(days=jours))
        assert len(alertes_qui_nomment(banc)) == reste
    assert banc.lignes("SELECT 1 FROM inbox WHERE ecouteur = 'x.y'") == []
    assert banc.lignes("SELECT code FROM alertes") == [("SES-07",)]  # lifted as well, it names nobody


def test_une_session_reprise_des_annees_apres_n_est_pas_soumise_avec_qui_n_a_plus_de_nom(banc: Banc) -> None:
    """Seen given new dates, validated, and « Personne anonymisée » convoked to it."""
    session = banc.complete()
    perdu = session["candidats"][0]["candidat_id"]
    banc.entendre(conservation.oublier_candidat, {"candidat_id": perdu, "version": 10})
    refus = banc.refuse(CENTRE, validation.soumettre, session["id"], {}).en_clair()
    assert (refus["code"], refus["detail"], refus["contexte"]["candidat_ids"]) == (
        "SES-06",
        "La session compte 1 candidat anonymisé depuis son inscription, sa durée de conservation étant passée : "
        "désinscrivez-le.",
        [perdu],
    )
    banc.faire(CENTRE, candidats.desinscrire, session["id"], perdu, {})
    banc.inscrire(session)
    assert banc.faire(CENTRE, validation.soumettre, session["id"], {})["etat"] == "en_attente_de_validation"


def traces(banc: Banc, session_id: str) -> list[object]:
    return list(banc.lire(CENTRE, listes.traces, session_id, {"par_page": "200"})["elements"])


def noms(banc: Banc, session_id: str) -> set[str]:
    """Returns those of these names that this service still tells, in its rows or its traces."""
    with moteur("sessions").connect() as db:
        tables = ("inscriptions_candidats", "inscriptions_jures", "convocations", "attestations")
        lignes = str([db.execute(sa.text(f"SELECT * FROM {table}")).all() for table in tables])
    return {nom for nom in NOMS if nom in lignes + str(traces(banc, session_id))}
