"""Merging two files of one juré: what is said before, and what stands against it."""

from dataclasses import replace
from datetime import date

from services.jures.domain.dossier import Dossier
from services.jures.domain.fusion import Fusion
from tests.jures.domain.faits import EMPLOI, EN_COURS, JURE, TITRE, E, habilitation, session

AUTRE = replace(JURE, id="j2", prenom="Zoe", emplois=())
DEBUT, FIN = date(2026, 1, 5), date(2026, 6, 30)


def _fusion(absorbe: Dossier) -> Fusion:
    gardees = (habilitation(DEBUT, FIN, E.ACTIVE),)
    return Fusion(Dossier(EN_COURS, JURE, gardees, (TITRE,)), absorbe)


def test_la_confirmation_dit_ce_que_recoit_la_fiche_gardee() -> None:
    vide = _fusion(Dossier(EN_COURS, AUTRE)).boutons()
    assert vide["refus"] == []
    assert "qui en reçoit ce qu'elle savait de plus." in vide["actions"][0]["avertissement"]
    sienne = replace(habilitation(date(2025, 1, 6), date(2025, 6, 30), E.ACTIVE, id="h2"), jure_id="j2")
    a_venir = [session(n, "validee", date(2026, 4, 1), habilitation_id="h2") for n in ("S-1", "S-2")]
    jure = replace(AUTRE, emplois=(EMPLOI, replace(EMPLOI, id="e2")))
    pleine = _fusion(Dossier(EN_COURS, jure, (sienne,), (TITRE,), tuple(a_venir))).boutons()
    attendu = "qui en reçoit 2 emplois, 1 habilitation et 2 inscriptions à des sessions à venir."
    assert attendu in pleine["actions"][0]["avertissement"]


def test_deux_habilitations_qui_se_chevauchent_interdisent_la_fusion() -> None:
    sienne = replace(habilitation(DEBUT, FIN, E.ACTIVE, id="h2"), jure_id="j2")
    boutons = _fusion(Dossier(EN_COURS, AUTRE, (sienne,), (TITRE,))).boutons()
    assert boutons["actions"] == []
    assert {(r["action"], r["code"]) for r in boutons["refus"]} == {("fusionner", "HAB-11")}
