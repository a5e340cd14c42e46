"""The national year: the same seed draws the same, and its recount finds what breaks a rule."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bench.annee import fautes
from bench.annee.autres import dossiers_des_jures
from bench.annee.demandes import Attendre, Demande, Dossier, Passer, Repere, Reponse
from bench.annee.plan import FAUTES, QUATRIEME, dessiner_annee, fichier_de
from bench.annee.recomptes import Constat, refus_prevus
from bench.annee.regles_sql import RECOMPTES
from bench.annee.rejeu import Rejeu
from bench.donnees.monde import Tailles, dessiner
from commun import clock
from commun.storage.db import moteur, nouvel_id
from commun.traces import audit
from tests.sessions.banc import DEBUT, Banc, Corps
from tests.sessions.conftest import banc, base, installe

__all__ = ["banc", "base", "installe"]

TAILLES = Tailles(candidats=20, sessions=20, demandes_vae=20, un_courriel_sur=100).reduites(0.02)
JOUR = date(2027, 1, 1)


def test_la_meme_graine_dessine_la_meme_annee() -> None:
    annees = [dessiner_annee(dessiner(TAILLES, JOUR), 300) for _ in range(2)]
    un, autre = [[(s.centre.id, s.debut, s.faute, fichier_de(s.personnes)) for s in a.sessions] for a in annees]
    assert un == autre
    assert annees[0].fautes == annees[1].fautes


def test_une_annee_croyable() -> None:
    annee = dessiner_annee(dessiner(TAILLES, JOUR), 2_000)
    par_titre = Counter(s.titre.code for s in annee.sessions)
    assert sum(n for _, n in par_titre.most_common(15)) > 0.5 * len(annee.sessions)
    assert 8 < sum(len(s.personnes) for s in annee.sessions) / len(annee.sessions) < 9
    assert {QUATRIEME, *FAUTES} - annee.fautes.keys() <= {"juré non habilité sur le CCS"}  # rare in a small country
    assert refus_prevus(annee, 80).total() == annee.fautes.total() + 10
    assert len(list(dossiers_des_jures(annee, 80))) > 80


def test_la_quatrieme_session_attend_les_trois_autres() -> None:
    """A dossier that waits goes on when the other has passed its point, or has ended before it."""
    dits: list[str] = []
    point, jamais = Repere(), Repere()

    def premier() -> Any:
        dits.append("premier")
        yield Passer(point)

    def second() -> Any:
        yield Attendre(point)
        yield Attendre(jamais)
        dits.append("second")

    def tombe() -> Any:
        yield Demande(JOUR, "x", "x", "GET", "/")

    rejeu = Rejeu("http://127.0.0.1:9", {"x": ""}, clients=1)  # nobody listens there
    bilan = rejeu.jouer([Dossier(second()), Dossier(tombe(), jamais), Dossier(premier())])
    assert dits == ["premier", "second"]
    assert len(bilan.ecarts) == 1


def test_un_refus_porte_le_code_de_ses_lignes() -> None:
    refus = {"contexte": {"refus": [{"code": None}, {"code": "INS-04"}]}, "code": "INVALIDE"}
    assert Reponse(422, refus).code == "INS-04"
    assert Reponse(409, {"code": "SES-01"}).code == "SES-01"
    assert Reponse(200, {"code": "75056"}).code == ""


def constat(base: str) -> Constat:
    trouve = Constat()
    trouve.noter(fautes.d_une_base(base, "sessions"))
    return trouve


def test_une_annee_sans_faute_n_en_montre_aucune(banc: Banc, base: str) -> None:
    banc.viser(banc.cloturee())
    trouve = constat(base)
    assert trouve.ecarts == []
    assert {code for code, _ in trouve.violations} >= {r.code for r in RECOMPTES if r.service == "sessions"}


def planter(session: Corps, *ordres: tuple[str, Corps]) -> None:
    """Changes the base behind CERES's back, with the trace without which the test base refuses any change."""
    with moteur("sessions").begin() as db:
        for ordre, valeurs in ordres:
            db.execute(sa.text(ordre), valeurs)
        dit: Corps = {"objet_type": "session", "objet_id": session["id"], "action": "planter", "phrase": "Planté."}
        audit.ecrire(db, **dit, instant=clock.maintenant(), acteur={}, requete="essai")


PLANTEES = {
    "INS-01": "UPDATE inscriptions_candidats SET inscrit_le = (SELECT max(editee_le) + 1 FROM convocations)",
    "INS-02": "DELETE FROM inscriptions_candidats",
    "INS-07": "UPDATE inscriptions_candidats SET parcours = 'vae'",
    "INS-09": "UPDATE inscriptions_candidats SET inscrit_le = '2026-06-15'",
    "SES-01": "UPDATE agrements SET statut = 'suspendu'",
    "SES-02": 'UPDATE titres SET corps = corps || \'{"date_fin_de_vie": "2026-01-01"}\'',
    "SES-03": "UPDATE sessions SET ccp_codes = '{BC01}'",
    "SES-04": "UPDATE sessions SET entretien_final = false",
    "SES-05": "UPDATE sessions SET soumise_le = '2026-06-01'",
    "SES-07": "UPDATE inscriptions_jures SET actif = false",
    "SES-11": "UPDATE sessions SET soumise_le = '2026-06-15'",
    "CNV-01": "UPDATE convocations SET qualite = 'jure'",
    "CNV-02": "UPDATE convocations SET annulee = true",
    "CNV-03": "UPDATE sessions SET etat = 'refusee'",
    "RES-01": "UPDATE resultats SET lignes = (SELECT jsonb_object_agg(key, value || '{\"ccps\": {}}') "
    "FROM jsonb_each(lignes))",
    "RES-03": "UPDATE resultats SET jures_presents = jures_presents[1:1]",
    "SES-00": "UPDATE clotures SET visee_le = NULL",
    "TRA-01": "UPDATE sessions SET version = version + 2",
}


@pytest.mark.parametrize(("code", "ordre"), PLANTEES.items(), ids=PLANTEES)
def test_une_faute_plantee_est_trouvee(banc: Banc, base: str, code: str, ordre: str) -> None:
    planter(banc.viser(banc.cloturee()), (ordre, {}))
    assert code in {c for (c, _), n in constat(base).violations.items() if n}


def test_une_quatrieme_session_est_trouvee(banc: Banc, base: str) -> None:
    session = banc.viser(banc.cloturee())
    copier = (
        "INSERT INTO sessions SELECT (jsonb_populate_record(s, jsonb_build_object('id', cast(:id AS text), "
        "'numero', cast(:numero AS text), 'date_debut', cast(:debut AS date), 'date_fin', cast(:debut AS date)))).* "
        "FROM sessions s WHERE s.id = :modele"
    )
    inscrire = (
        "INSERT INTO inscriptions_candidats SELECT (jsonb_populate_record(i, jsonb_build_object("
        "'session_id', cast(:id AS text)))).* FROM inscriptions_candidats i WHERE i.session_id = :modele"
    )
    for rang in range(3):
        autre: Corps = {"id": nouvel_id(), "numero": f"essai-{rang}", "debut": DEBUT + timedelta(days=60 * rang + 60)}
        planter(autre, (copier, autre | {"modele": session["id"]}), (inscrire, autre | {"modele": session["id"]}))
        trouvees = sum(n for (code, _), n in constat(base).violations.items() if code == "INS-04")
        assert bool(trouvees) == (rang == 2)
