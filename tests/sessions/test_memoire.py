"""What a transaction has read, it reads once; what is written, or waited for, is read anew."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.db import moteur
from services.sessions.commands import validation
from services.sessions.storage import inscriptions, memoire
from services.sessions.storage.parametres import get_parametres
from services.sessions.storage.sessions import get_session
from services.sessions.storage.tables import inscriptions_candidats
from tests.sessions.banc import CENTRE, Banc, Compteur


def lire_le_jury_ailleurs(session_id: str) -> int:
    with moteur("sessions").begin() as db:
        return len(get_session(db, session_id).jures)


def test_un_acte_lit_une_fois_chaque_chose(banc: Banc, compteur: Compteur) -> None:
    session = banc.complete()
    with compteur:
        banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert compteur.n <= 30  # 68 without the memory


def test_la_seconde_lecture_n_interroge_personne(banc: Banc, compteur: Compteur) -> None:
    with moteur("sessions").begin() as db:
        premiers = get_parametres(db)
        with compteur:
            assert get_parametres(db) is premiers
        assert compteur.n == 0


def test_ce_qui_est_ecrit_est_relu(banc: Banc) -> None:
    session = banc.complete()
    with moteur("sessions").connect() as db:  # undone at the end
        assert len(get_session(db, session["id"]).candidats) == 1
        inscriptions.desinscrire_candidat(db, session["id"], session["candidats"][0]["candidat_id"])
        assert get_session(db, session["id"]).candidats == ()
        assert len(memoire.lignes_inscrites(db, inscriptions_candidats, [session["id"]])) == 0


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
    demandes: list[list[str]] = []

    def lire(cles: list[str]) -> dict[str, Any]:
        demandes.append(cles)
        return {"un": date(2026, 3, 2)}

    with moteur("sessions").begin() as db:
        db.execute(sa.text("SELECT 1"))
        for _ in range(2):
            assert memoire.par_cle(db, "essai", ["un", "rien"], lire) == {"un": date(2026, 3, 2)}
    assert demandes == [["un", "rien"]]
