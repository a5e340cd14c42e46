"""What a transaction has read, it reads once; what is written, or waited for, is read anew."""

from datetime import timedelta

import sqlalchemy as sa

from commun.storage.db import moteur
from services.sessions.commands import candidats, convocations, copies, dte, inscription, jures, suivre, validation
from services.sessions.storage import copies as copies_lues
from services.sessions.storage import inscriptions
from services.sessions.storage.avance import POUR_AGIR, POUR_MONTRER
from services.sessions.storage.inscrits import lignes_inscrites
from services.sessions.storage.memoire import par_cle
from services.sessions.storage.parametres import get_parametres
from services.sessions.storage.plafonds import AVANCE_DES_IDENTITES
from services.sessions.storage.sessions import get_session
from services.sessions.storage.tables import inscriptions_candidats, sessions
from tests.outils.requetes import requetes
from tests.sessions.banc import APRES, CENTRE, CENTRE_ID, DEBUT, TITRE, UD, Banc

FINI = TITRE | {"date_fin_de_vie": "2025-01-31", "date_fin_prolongation": "2026-05-31", "version": 2}


def lire_le_jury_ailleurs(session_id: str) -> int:
    with moteur("sessions").begin() as db:
        return len(get_session(db, session_id).jures)


def test_un_acte_lit_une_fois_chaque_chose(banc: Banc) -> None:
    session = banc.complete()
    with requetes("sessions") as faites:
        banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert len(faites) <= 30  # 68 without the memory


def test_la_seconde_lecture_n_interroge_personne(banc: Banc) -> None:
    with moteur("sessions").begin() as db:
        premiers = get_parametres(db)
        with requetes("sessions") as faites:
            assert get_parametres(db) is premiers
        assert len(faites) == 0


def test_ce_qui_est_ecrit_est_relu(banc: Banc) -> None:
    session = banc.complete()
    with moteur("sessions").connect() as db:  # undone at the end
        assert len(get_session(db, session["id"]).candidats) == 1
        inscriptions.desinscrire_candidat(db, session["id"], session["candidats"][0]["candidat_id"])
        assert get_session(db, session["id"]).candidats == ()
        assert len(lignes_inscrites(db, inscriptions_candidats, [session["id"]])) == 0


def relire_tout(db: sa.Connection) -> None:
    """Finds again in the base all that a transaction keeps, as it ends: whoever wrote some has forgotten it."""
    ids = db.scalars(sa.select(sessions.c.id)).all()
    cles = {"ids": ids, "codes": ["TP-1"], "etablissements": [CENTRE_ID]}
    for lecture in POUR_AGIR.lectures:
        parametres_de = {lecture.cles: cles[lecture.cles]} if lecture.cles else {}
        vraies = lecture.ranger(db.execute(lecture.requete, parametres_de).mappings().all())
        assert par_cle(db, lecture, cles.get(lecture.cles, [""])) == vraies, lecture.genre


def test_ce_qu_un_acte_garde_est_ce_que_la_base_dit_quand_il_finit(banc: Banc) -> None:
    session = banc.complete()
    lui, jure = session["candidats"][0]["candidat_id"], session["jures"][0]["jure_id"]
    sa.event.listen(moteur("sessions"), "commit", relire_tout)
    try:
        banc.faire(CENTRE, inscription.modifier, session["id"], lui, {"formateurs": ["Zoé Blanc"]})
        banc.candidats[lui] |= {"nom_naissance": "MOREL", "version": 2}
        banc.entendre(suivre.suivre_candidat, {"candidat_id": lui, "canonique_id": lui, "version": 2})
        banc.faire(CENTRE, candidats.desinscrire, session["id"], banc.inscrire(session), {})
        banc.faire(CENTRE, jures.remplacer, session["id"], jure, {"jure_id": banc.jure()})
        banc.valider(session)
        banc.faire(CENTRE, dte.demander, session["id"], {"commentaire": "Pour juin"})
        banc.entendre(copies.recevoir_titre, FINI)  # an alert
        banc.entendre(copies.recevoir_titre, TITRE | {"version": 3})
        banc.faire(CENTRE, convocations.editer, session["id"], {})
        banc.viser(banc.clore(banc.relire(session), jour=DEBUT))
        banc.faire(UD, validation.debloquer, session["id"], {"motif": "Erreur"}, jour=APRES)
    finally:
        sa.event.remove(moteur("sessions"), "commit", relire_tout)


def test_un_verrou_fait_relire_ce_qu_il_protege(banc: Banc) -> None:
    """What others committed while the lock was waited for is seen."""
    session = banc.complete()
    with moteur("sessions").begin() as db:
        assert len(get_session(db, session["id"]).jures) == 2
        banc.inscrire_jure(session)
        assert len(get_session(db, session["id"]).jures) == 2
        assert len(get_session(db, session["id"], verrou=True).jures) == 3


def test_une_autre_transaction_ne_se_souvient_de_rien(banc: Banc) -> None:
    session = banc.complete()
    assert lire_le_jury_ailleurs(session["id"]) == 2
    banc.inscrire_jure(session)
    assert lire_le_jury_ailleurs(session["id"]) == 3


def test_ce_qui_n_existe_pas_n_est_pas_redemande(banc: Banc) -> None:
    with moteur("sessions").begin() as db:
        db.execute(sa.text("SELECT 1"))
        with requetes("sessions") as faites:
            for _ in range(2):
                assert copies_lues.titres_par_code(db, ["TP-INCONNU"]) == {}
        assert len(faites) == 1


def test_ce_qui_est_lu_d_avance_est_ce_qu_on_lirait(banc: Banc) -> None:
    """In one trip as in ten: the same rows, in the same order, of the same types."""
    session, close = banc.validee(), banc.cloturee(DEBUT - timedelta(days=30))
    banc.faire(CENTRE, dte.demander, session["id"], {"commentaire": "Pour juin"})
    banc.entendre(copies.recevoir_titre, FINI)  # an alert
    cles = {"codes": ["TP-1"], "etablissements": [CENTRE_ID]}
    deux = [session["id"], close["id"]]
    identites = [c["candidat_id"] for c in (*session["candidats"], *close["candidats"])]
    with moteur("sessions").begin() as db:
        for lecteur, ids in ((POUR_AGIR, deux), (POUR_MONTRER, deux), (AVANCE_DES_IDENTITES, identites)):
            d_avance = lecteur.ensemble.lire(db, ids=ids, **cles)
            for lecture in lecteur.lectures:
                seules = db.execute(lecture.requete, {"ids": ids} | cles).mappings()
                assert [dict(ligne) for ligne in seules] == d_avance[lecture.genre] != [], lecture.genre


def test_un_verrou_lit_d_avance_tout_ce_dont_un_acte_a_besoin(banc: Banc) -> None:
    session = banc.complete()
    with moteur("sessions").begin() as db:
        with requetes("sessions") as faites:
            verrouillee = get_session(db, session["id"], verrou=True)
        assert len(faites) == 2  # the lock, then the rest
        with requetes("sessions") as faites:
            titres = copies_lues.titres_des_sessions(db, [verrouillee])
            assert titres[session["id"]] and copies_lues.agrements_des_etablissements(db, [CENTRE_ID])
        assert len(faites) == 0
