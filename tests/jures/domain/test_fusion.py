"""Merging two files of one juré: what is said before, and what stands against it."""

from dataclasses import replace
from datetime import date

import pytest

from services.jures.domain.dossier import Dossier
from services.jures.domain.fusion import Fusion
from services.jures.domain.model import COORDONNEES, Adresse, Habilitation
from tests.jures.domain.faits import (
    EMPLOI,
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    FIN_PROLONGATION,
    HORS_DELAI,
    JURE,
    TITRE,
    E,
    habilitation,
    session,
)

AUTRE = replace(JURE, id="j2", prenom="Zoe", emplois=())
DEBUT, FIN = date(2026, 1, 5), date(2026, 6, 30)


def _fusion(absorbe: Dossier) -> Fusion:
    gardees = (habilitation(DEBUT, FIN, E.ACTIVE),)
    return Fusion(Dossier(EN_COURS, JURE, gardees, (TITRE,)), absorbe)


def test_la_confirmation_dit_ce_que_recoit_la_fiche_gardee() -> None:
    vide = _fusion(Dossier(EN_COURS, AUTRE)).boutons()
    assert vide["refus"] == []
    assert vide["actions"][0]["avertissement"] == (
        "Vous allez fusionner la fiche de Zoe MARTIN dans celle de Zoé MARTIN, qui en reçoit ce qu'elle savait de plus."
        " La fiche fusionnée n'apparaîtra plus dans les listes. Cette action est définitive."
    )
    la = Adresse("2 rue des Essais", "92000", "Nanterre", "92050")
    nes = ((JURE, {"date_naissance": date(1970, 5, 5)}), (AUTRE, {"adresse": la}))  # seen: of X into that of X
    garde, absorbe = (Dossier(EN_COURS, replace(qui, **sait)) for qui, sait in nes)
    assert (
        Fusion(garde, absorbe)
        .boutons()["actions"][0]["avertissement"]
        .startswith(
            "Vous allez fusionner la fiche de Zoe MARTIN (92000 Nanterre) dans celle de Zoé MARTIN, né(e) le 05/05/1970"
        )
    )
    mariee = _fusion(Dossier(EN_COURS, replace(AUTRE, nom="Durand", nom_usage="MARTIN"))).boutons()
    assert "la fiche de Zoe Durand (MARTIN) dans celle de Zoé MARTIN," in mariee["actions"][0]["avertissement"]
    sienne = replace(habilitation(date(2025, 1, 6), date(2025, 6, 30), E.ACTIVE, id="h2"), jure_id="j2")
    a_venir = [session(n, "validee", date(2026, 4, 1), habilitation_id="h2") for n in ("S-1", "S-2")]
    jure = replace(AUTRE, emplois=(EMPLOI, replace(EMPLOI, id="e2")))
    pleine = _fusion(Dossier(EN_COURS, jure, (sienne,), (TITRE,), tuple(a_venir))).boutons()
    attendu = "qui en reçoit 2 emplois, 1 habilitation et 2 sessions à venir."
    assert attendu in pleine["actions"][0]["avertissement"]


def test_deux_habilitations_qui_se_chevauchent_interdisent_la_fusion() -> None:
    sienne = replace(habilitation(DEBUT, FIN, E.ACTIVE, id="h2"), jure_id="j2")
    boutons = _fusion(Dossier(EN_COURS, AUTRE, (sienne,), (TITRE,))).boutons()
    assert boutons["actions"] == []
    assert {(r["action"], r["code"]) for r in boutons["refus"]} == {("fusion", "HAB-11")}
    assert boutons["refus"][0]["message"].endswith(
        ". Avant de fusionner, mettez en brouillon celle qui est de trop, puis changez-en les dates ; si aucune "
        "session ne s'y oppose (HAB-05), vous pouvez aussi la supprimer. Dans une session à venir, le juré siégera par "
        "l'autre."
    )


@pytest.mark.parametrize("etat", [E.ACTIVE, E.SUSPENDUE])
def test_ce_dont_rien_n_est_plus_possible_n_interdit_pas_la_fusion(etat: E) -> None:
    """HAB-01 : two files, each with an habilitation on a titre of long ago, could never be one: HAB-11 advised to draft
    what may not be."""
    garde = Dossier(HORS_DELAI, JURE, (habilitation(DEBUT, FIN, E.ACTIVE),), (TITRE,))
    sienne = replace(habilitation(DEBUT, FIN, etat, id="h2"), jure_id="j2")
    fusion = Fusion(garde, Dossier(HORS_DELAI, AUTRE, (sienne,), (TITRE,)))
    boutons = fusion.boutons()
    assert boutons["refus"] == []
    assert (
        "qui en reçoit ce qu'elle savait de plus. L'habilitation sur Coffreur bancheur (du 05/01/2026 au 30/06/2026), "
        "dont le titre est hors délai et que recouvre la sienne, disparaît. La fiche fusionnée"
    ) in boutons["actions"][0]["avertissement"]
    assert fusion.laissees == (replace(sienne, jure_id=JURE.id),)
    assert fusion.habilitations_changees() == ()


@pytest.mark.parametrize("etats", [(E.BROUILLON, E.ACTIVE), (E.ACTIVE, E.BROUILLON)])
def test_un_brouillon_d_un_titre_hors_delai_se_supprime_avant_la_fusion(etats: tuple[E, E]) -> None:
    gardee, autre = (habilitation(DEBUT, FIN, etat, id=cle) for etat, cle in zip(etats, ("h1", "h2"), strict=True))
    garde = Dossier(HORS_DELAI, JURE, (gardee,), (TITRE,))
    absorbe = Dossier(HORS_DELAI, AUTRE, (replace(autre, jure_id="j2"),), (TITRE,))
    fusion = Fusion(garde, absorbe)
    assert ([r["code"] for r in fusion.boutons()["refus"]], fusion.laissees) == (["HAB-11"], ())


def test_une_suspendue_n_occupe_que_sa_periode_dans_un_sens_comme_dans_l_autre() -> None:
    """Réactivée, elle irait jusqu'à la fin de la prolongation ; la fusion ne la réactive pas."""
    suspendue = habilitation(DEBUT, FIN_DE_VIE, E.SUSPENDUE)
    suite = habilitation(date(2026, 8, 1), FIN_PROLONGATION, E.ACTIVE, id="h2", date_fin_fixee_en_prolongation=True)

    def refus(gardee: Habilitation, absorbee: Habilitation) -> list[str]:
        garde = Dossier(EN_PROLONGATION, JURE, (gardee,), (TITRE,))
        absorbe = Dossier(EN_PROLONGATION, AUTRE, (replace(absorbee, jure_id="j2"),), (TITRE,))
        return [r["code"] for r in Fusion(garde, absorbe).boutons()["refus"]]

    assert refus(suspendue, suite) == refus(suite, suspendue) == []


def test_ce_qu_on_savait_de_la_fiche_gardee_reste_et_l_autre_dit_le_reste() -> None:
    champs = ("nom_usage", *COORDONNEES)
    connu = dict.fromkeys(champs, "gardé") | {"date_naissance": date(1970, 2, 28)}
    autre = dict.fromkeys(champs, "autre") | {"date_naissance": date(1971, 2, 28)}
    for garde, absorbe, reuni in ((connu, autre, connu), (connu, {}, connu), ({}, autre, autre)):
        dossiers = (Dossier(EN_COURS, replace(qui, **sait)) for qui, sait in ((JURE, garde), (AUTRE, absorbe)))
        assert Fusion(*dossiers).reuni.jure == replace(JURE, **reuni)


def test_qui_est_gardee_sous_son_nom_d_usage_retrouve_le_sien() -> None:
    """Seen: « Zoé Durand (Durand) », and the name of birth nowhere any more, without a word."""

    def noms(garde: tuple[str, str], absorbe: tuple[str, str]) -> tuple[str, str]:
        siens = zip((JURE, AUTRE), (garde, absorbe), strict=True)
        reuni = Fusion(*(Dossier(EN_COURS, replace(qui, nom=n, nom_usage=u)) for qui, (n, u) in siens)).reuni.jure
        return (reuni.nom, reuni.nom_usage)

    assert noms(("Durand", ""), ("MARTIN", "DURAND")) == ("MARTIN", "Durand")
    assert noms(("MARTIN", "Durand"), ("Durand", "")) == ("MARTIN", "Durand")
    assert noms(("MARTIN", ""), ("MARTIN", "Durand")) == ("MARTIN", "Durand")
    assert noms(("MARTIN", "Petit"), ("MARTIN", "Durand")) == ("MARTIN", "Petit")
