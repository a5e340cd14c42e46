"""Les agréments : tout le tableau AGR-00, AGR-02 et AGR-03 case par case, l'échéance et la prolongation."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.errors import ConfirmationRequise, Droit, ReglesEnfreintes
from commun.domain.referentiel import Agrement, Certification, Titre, TypeProfil
from commun.domain.rules import verifier
from services.referentiel.domain.lifecycle import ACCORD, AGREMENT, AUTORITES, CREATION
from services.referentiel.domain.lifecycle import ActionAgrement as A
from services.referentiel.domain.model import FaitsAgrement, Inscrits, SessionAVenir, porte, sert_jusqu_au, statut_le
from services.referentiel.domain.model import StatutAgrement as S
from tests.outils.cas import d_un_trait

JOUR = date(2026, 3, 15)
UN_JOUR = timedelta(days=1)
TITRE = Titre(
    code="TP-00520",
    intitule="Conseiller de vente",
    ccps=(Certification("RNCP37098BC01", "Contribuer à l'efficacité commerciale"),),
    date_fin_de_vie=date(2026, 12, 31),
)
AGRE = Agrement("a1", "e1", "s1", "TP-00520", None, date(2024, 1, 1), date(2026, 12, 31))
SESSION = SessionAVenir("2026-75-00012", date(2026, 6, 1), date(2026, 6, 3))


def faits(**autres: object) -> FaitsAgrement:
    base = {"jour": JOUR, "agrement": AGRE, "numero": "75-001", "certification": TITRE.intitule, "titres": (TITRE,)}
    return FaitsAgrement(**(base | autres))  # type: ignore[arg-type]


PERMIS = {
    (A.MODIFIER, S.ACCORDE): S.ACCORDE,
    (A.MODIFIER, S.SUSPENDU): S.SUSPENDU,
    (A.SUSPENDRE, S.ACCORDE): S.SUSPENDU,
    (A.RETABLIR, S.SUSPENDU): S.ACCORDE,
    (A.RETIRER, S.ACCORDE): S.RETIRE,
    (A.RETIRER, S.SUSPENDU): S.RETIRE,
}


@d_un_trait
@pytest.mark.parametrize("qui", sorted(AUTORITES))
@pytest.mark.parametrize(("action", "etat"), list(AGREMENT.cellules()))
def test_chaque_case_du_tableau(action: A, etat: S, qui: TypeProfil) -> None:
    decision = AGREMENT.decider(action, etat, qui, faits())
    if (action, etat) in PERMIS:
        assert not decision.refus
        assert decision.vers is PERMIS[action, etat]
    else:
        assert [m.code for m in decision.refus] == ["AGR-00"]
        assert decision.refus[0].contexte == {"etat": etat.value}


@pytest.mark.parametrize("action", list(A))
def test_un_centre_n_agit_jamais_sur_un_agrement(action: A) -> None:
    with pytest.raises(Droit):
        AGREMENT.exiger_droit(action, TypeProfil.CENTRE)


@pytest.mark.parametrize(
    ("action", "etat"), [(A.SUSPENDRE, S.ACCORDE), (A.RETIRER, S.ACCORDE), (A.RETIRER, S.SUSPENDU)]
)
def test_agr_02_nomme_les_sessions_avant_d_agir(action: A, etat: S) -> None:
    decision = AGREMENT.decider(action, etat, TypeProfil.UD, faits(sessions=(SESSION,)))
    with pytest.raises(ConfirmationRequise, match="2026-75-00012") as question:
        decision.exiger()
    assert question.value.avertissements[0].contexte["numeros"] == ["2026-75-00012"]
    assert decision.exiger(["AGR-02"]).vers is (S.SUSPENDU if action is A.SUSPENDRE else S.RETIRE)


@pytest.mark.parametrize(
    ("debuts", "phrase"),
    [
        ([], "Aucune session à venir"),
        ([JOUR + UN_JOUR], "Une session à venir s'appuie"),
        ([JOUR], "Une session en cours s'appuie"),
        ([JOUR + UN_JOUR] * 2, "2 sessions à venir s'appuient"),
        ([JOUR, JOUR + UN_JOUR], "2 sessions à venir ou en cours s'appuient"),
    ],
)
def test_agr_02_compte_en_francais(debuts: list[date], phrase: str) -> None:
    sessions = tuple(replace(SESSION, numero=f"S{i}", date_debut=debut) for i, debut in enumerate(debuts))
    decision = AGREMENT.decider(A.SUSPENDRE, S.ACCORDE, TypeProfil.UD, faits(sessions=sessions))
    assert phrase in decision.avertissements[0].message


def test_agr_02_compte_chacun_une_fois_dans_les_seules_sessions_perdues() -> None:
    sessions = tuple(replace(SESSION, id=f"s{i}", numero=f"S{i}") for i in range(2))
    ailleurs = replace(SESSION, id="s2", numero="S2", date_debut=AGRE.date_debut, date_fin=AGRE.date_debut)
    inscrits = {
        "s0": Inscrits(frozenset("ab"), frozenset("j")),
        "s1": Inscrits(frozenset("bc"), frozenset("j")),
        "s2": Inscrits(frozenset("d"), frozenset("k")),
    }
    raccourci = replace(AGRE, date_fin=ailleurs.date_fin)
    f = faits(agrement=raccourci, sessions=(*sessions, ailleurs), inscrits=inscrits)
    (annonce,) = AGREMENT.decider(A.MODIFIER, S.ACCORDE, TypeProfil.UD, f).avertissements
    assert annonce.message.endswith(
        "2 sessions à venir s'appuient sur lui : S0, S1 ; 3 candidats et 1 juré y sont inscrits."
    )
    assert (annonce.contexte["nombre_candidats"], annonce.contexte["nombre_jures"]) == (3, 1)


@pytest.mark.parametrize(
    ("autre", "dit"),
    [
        ({}, " Restent couvertes par un autre agrément du site : S0, S1."),
        ({"date_fin": date(2026, 6, 3)}, " Reste couverte par un autre agrément du site : S0."),
        ({"statut": "suspendu"}, ""),
        ({"titre_code": "TP-00219"}, ""),
        ({"date_debut": date(2026, 6, 2)}, " Reste couverte par un autre agrément du site : S1."),
    ],
)
@pytest.mark.parametrize("action", [A.SUSPENDRE, A.RETIRER, A.MODIFIER])
def test_agr_02_dit_ce_qu_un_autre_agrement_couvre_encore(action: A, autre: dict[str, Any], dit: str) -> None:
    """Seen without: two for a same titre, and withdrawing one of them seemed to leave its sessions without any."""
    plus_tard = replace(SESSION, numero="S1", date_debut=date(2026, 7, 1), date_fin=date(2026, 7, 1))
    moi = replace(AGRE, date_fin=date(2026, 5, 1)) if action is A.MODIFIER else AGRE
    sessions, autres = (replace(SESSION, numero="S0"), plus_tard), (replace(AGRE, **({"id": "a9"} | autre)),)
    f = faits(agrement=moi, sessions=sessions, agrements_du_site=autres, numeros={"a9": "75-009"})
    (annonce,) = AGREMENT.decider(action, S.ACCORDE, TypeProfil.UD, f).avertissements
    assert annonce.message.endswith(f"s'appuient sur lui : S0, S1.{dit}")


@pytest.mark.parametrize(
    ("candidats", "jures", "dits"),
    [
        ("", "", "personne n'y est inscrit."),
        ("a", "", "1 candidat y est inscrit."),
        ("", "jk", "2 jurés y sont inscrits."),
        ("a", "j", "1 candidat et 1 juré y sont inscrits."),
    ],
)
def test_agr_02_dit_qui_est_inscrit(candidats: str, jures: str, dits: str) -> None:
    inscrits = {SESSION.id: Inscrits(frozenset(candidats), frozenset(jures))}
    decision = AGREMENT.decider(A.SUSPENDRE, S.ACCORDE, TypeProfil.UD, faits(sessions=(SESSION,), inscrits=inscrits))
    assert decision.avertissements[0].message.endswith(f" ; {dits}")


@pytest.mark.parametrize(
    ("debut", "fin", "previent"),
    [
        (date(2024, 1, 1), date(2026, 6, 3), False),
        (date(2024, 1, 1), date(2026, 6, 2), True),
        (date(2026, 6, 1), date(2026, 12, 31), False),
        (date(2026, 6, 2), date(2026, 12, 31), True),
    ],
)
@pytest.mark.parametrize("etat", [S.ACCORDE, S.SUSPENDU])
def test_agr_02_quand_de_nouvelles_dates_decouvrent_une_session(
    debut: date, fin: date, previent: bool, etat: S
) -> None:
    f = faits(agrement=replace(AGRE, date_debut=debut, date_fin=fin), sessions=(SESSION,))
    codes = [m.code for m in AGREMENT.decider(A.MODIFIER, etat, TypeProfil.UD, f).avertissements]
    assert codes == (["AGR-02"] if previent else [])


@pytest.mark.parametrize(
    ("autres", "fin", "previent"),
    [
        ({}, date(2026, 6, 1), False),  # the one that follows takes over
        ({}, date(2026, 5, 31), True),
        ({"statut": "suspendu"}, date(2026, 6, 1), True),
        ({"ccs_code": "CS-1", "titre_code": None}, date(2026, 6, 1), True),
    ],
)
def test_agr_02_l_agrement_qui_suit_couvre_les_jours_qui_restent(
    autres: dict[str, Any], fin: date, previent: bool
) -> None:
    suivant = replace(AGRE, id="a2", date_debut=date(2026, 6, 2), **autres)
    f = faits(agrement=replace(AGRE, date_fin=fin), agrements_du_site=(suivant,), sessions=(SESSION,))
    codes = [m.code for m in AGREMENT.decider(A.MODIFIER, S.ACCORDE, TypeProfil.UD, f).avertissements]
    assert codes == (["AGR-02"] if previent else [])


@pytest.mark.parametrize("statut", list(S))
def test_une_session_repose_sur_chacun_des_agrements_qui_se_suivent(statut: S) -> None:
    debut, fin = SESSION.date_debut, SESSION.date_fin
    premier = replace(AGRE, date_fin=debut, statut=statut)
    second = replace(AGRE, id="a2", date_debut=debut + UN_JOUR)
    assert porte(premier, debut, fin, (TITRE,), (second,))
    assert porte(second, debut, fin, (TITRE,), (premier,)) is (statut == S.ACCORDE)
    entier = replace(AGRE, id="a3", date_debut=debut, date_fin=fin)
    assert not porte(premier, debut, fin, (TITRE,), (second, entier)), "the session needs it no more"
    assert porte(entier, debut, fin, (TITRE,), (premier, second)), "one that covers every day is always named"


@pytest.mark.parametrize(("jours", "refuse"), [(-1, False), (0, False), (1, True)])
def test_agr_03_jamais_au_dela_de_la_fin_de_vie(jours: int, refuse: bool) -> None:
    fin = date(2026, 12, 31) + timedelta(days=jours)
    manquements = verifier(CREATION, faits(agrement=replace(AGRE, date_fin=fin)))
    assert [m.code for m in manquements] == (["AGR-03"] if refuse else [])
    if refuse:
        assert "au plus tard le 31/12/2026" in manquements[0].message
        assert manquements[0].contexte["date_fin"] == "2026-12-31"


def test_agr_03_sans_fin_de_vie_connue_aucune_borne() -> None:
    sans_fin = replace(TITRE, date_fin_de_vie=None)
    assert not verifier(CREATION, faits(agrement=replace(AGRE, date_fin=date(2099, 1, 1)), titres=(sans_fin,)))


CCS = replace(AGRE, id="a2", titre_code=None, ccs_code="RNCP37098BC09")


@pytest.mark.parametrize(
    ("autres", "refuse"),
    [
        pytest.param((), True, id="aucun agrément du titre"),
        pytest.param((AGRE,), False, id="agrément du titre en vigueur"),
        pytest.param((replace(AGRE, titre_code="TP-00001"),), True, id="agrément d'un autre titre"),
        pytest.param((replace(AGRE, statut="suspendu"),), True, id="agrément du titre suspendu"),
        pytest.param((replace(AGRE, statut="retire"),), True, id="agrément du titre retiré"),
        pytest.param((replace(AGRE, date_debut=date(2024, 1, 2)),), True, id="agrément du titre postérieur"),
    ],
)
def test_agr_03_un_ccs_suppose_l_agrement_du_titre_sur_le_site(autres: tuple[Agrement, ...], refuse: bool) -> None:
    codes = [m.code for m in verifier(CREATION, faits(agrement=CCS, agrements_du_site=autres))]
    assert codes == (["AGR-03"] if refuse else [])


@pytest.mark.parametrize(
    ("action", "etat"), [(A.RETABLIR, S.SUSPENDU), (A.MODIFIER, S.SUSPENDU), (A.MODIFIER, S.ACCORDE)]
)
@pytest.mark.parametrize(
    ("du_titre", "refuse"),
    [
        pytest.param({"date_debut": JOUR}, False, id="repris depuis"),
        pytest.param({"date_debut": JOUR + UN_JOUR}, True, id="repris demain"),
        pytest.param({"date_fin": AGRE.date_debut}, False, id="en vigueur au début"),
    ],
)
def test_agr_03_un_ccs_deja_accorde_suit_l_agrement_que_le_titre_a_recu_depuis(
    action: A, etat: S, du_titre: dict[str, Any], refuse: bool
) -> None:
    """Seen: the titre's agrément withdrawn, then granted anew, its CCS's was neither restored nor redated."""
    autres = (replace(AGRE, statut="retire"), replace(AGRE, id="a3", **du_titre))
    f = faits(agrement=replace(CCS, statut=etat.value), agrements_du_site=autres, deja_accorde=True)
    refus = [m.message for m in AGREMENT.decider(action, etat, TypeProfil.UD, f).refus]
    assert [f"en vigueur sur le même site le {JOUR:%d/%m/%Y}" in message for message in refus] == [True] * refuse


LENDEMAIN = {"date_debut": AGRE.date_fin + UN_JOUR, "date_fin": date(2028, 1, 1)}


@pytest.mark.parametrize(
    ("autre", "numero", "dits"),
    [
        pytest.param({}, "75-001", ["AGR-03 refuse", "AGR-03 informe"], id="le même"),
        pytest.param({}, "75-002", ["AGR-03 informe"], id="un autre numéro"),
        pytest.param({"date_fin": date(2026, 6, 1)}, "75-001", ["AGR-03 informe"], id="d'autres dates"),
        pytest.param({"statut": "suspendu"}, "75-001", ["AGR-03 refuse", "AGR-03 informe"], id="suspendu"),
        pytest.param({"statut": "retire"}, "75-001", [], id="retiré"),
        pytest.param({"titre_code": "TP-00001"}, "75-001", [], id="pour un autre titre"),
        pytest.param(LENDEMAIN | {"date_debut": AGRE.date_fin}, "75-001", ["AGR-03 informe"], id="dès le dernier jour"),
        pytest.param({"date_fin": AGRE.date_debut}, "75-001", ["AGR-03 informe"], id="jusqu'au premier jour"),
        pytest.param(LENDEMAIN, "75-001", [], id="à partir du lendemain"),
        pytest.param({"date_fin": AGRE.date_debut - UN_JOUR}, "75-001", [], id="jusqu'à la veille"),
    ],
)
def test_agr_03_un_agrement_ne_s_accorde_qu_une_fois(autre: dict[str, Any], numero: str, dits: list[str]) -> None:
    f = faits(agrements_du_site=(replace(AGRE, id="a3", **autre),), numeros={"a3": numero})
    assert [f"{m.code} {m.effet}" for m in verifier(ACCORD, f)] == dits


def test_agr_03_borne_un_ccs_par_la_fin_de_vie_des_titres_tenus_seulement() -> None:
    autre = replace(TITRE, code="TP-00219", date_fin_de_vie=date(2030, 1, 1))
    f = faits(agrement=replace(CCS, date_fin=date(2027, 1, 1)), titres=(TITRE, autre), agrements_du_site=(AGRE,))
    with pytest.raises(ReglesEnfreintes, match="31/12/2026"):
        AGREMENT.decider(A.MODIFIER, S.ACCORDE, TypeProfil.UD, f).exiger()


@pytest.mark.parametrize(("fin_de_vie", "borne"), [(date(2030, 1, 1), date(2030, 1, 1)), (None, None)])
def test_agr_03_borne_un_ccs_par_le_titre_tenu_qui_vit_le_plus(fin_de_vie: date | None, borne: date | None) -> None:
    autre = replace(TITRE, code="TP-00219", date_fin_de_vie=fin_de_vie)
    tenus = (AGRE, replace(AGRE, id="a3", titre_code=autre.code))
    for fin, refuse in ((date(2030, 1, 1), False), (date(2030, 1, 2), borne is not None)):
        f = faits(agrement=replace(CCS, date_fin=fin), titres=(TITRE, autre), agrements_du_site=tenus)
        assert [m.contexte["date_fin"] for m in verifier(CREATION, f)] == ["2030-01-01"] * refuse


COMPLET = replace(TITRE, ccs=(Certification("RNCP37098BC09", "Un complément"), Certification("CCS-2", "Un autre")))


@pytest.mark.parametrize(
    ("autres", "dit"),
    [
        pytest.param((), "", id="aucun CCS"),
        pytest.param(
            (CCS,), " Reste accordé sur ce site l'agrément pour le CCS Un complément, qui complète ce titre.", id="un"
        ),
        pytest.param(
            (CCS, replace(CCS, id="a3", ccs_code="CCS-2")),
            " Restent accordés sur ce site les agréments pour les CCS Un autre, Un complément, "
            "qui complètent ce titre.",
            id="deux",
        ),
        pytest.param((replace(CCS, ccs_code="AUTRE"),), "", id="CCS d'un autre titre"),
        pytest.param((replace(CCS, statut="suspendu"),), "", id="CCS déjà suspendu"),
        pytest.param((replace(CCS, date_fin=date(2026, 3, 14)),), "", id="CCS échu"),
        pytest.param((CCS, replace(AGRE, id="a4")), "", id="un autre agrément du titre"),
    ],
)
@pytest.mark.parametrize("action", [A.SUSPENDRE, A.RETIRER])
def test_agr_02_nomme_les_ccs_qui_restent_agrees_sans_leur_titre(
    action: A, autres: tuple[Agrement, ...], dit: str
) -> None:
    f = faits(titres=(COMPLET,), agrements_du_site=autres)
    (annonce,) = AGREMENT.decider(action, S.ACCORDE, TypeProfil.UD, f).avertissements
    assert annonce.message.endswith(f"Aucune session à venir ou en cours ne s'appuie sur lui.{dit}")


def test_agr_02_ne_dit_rien_des_autres_ccs_de_celui_d_un_ccs() -> None:
    f = faits(agrement=CCS, titres=(COMPLET,), agrements_du_site=(replace(CCS, id="a3", ccs_code="CCS-2"),))
    (annonce,) = AGREMENT.decider(A.SUSPENDRE, S.ACCORDE, TypeProfil.UD, f).avertissements
    assert annonce.message.endswith("Aucune session à venir ou en cours ne s'appuie sur lui.")


@pytest.mark.parametrize(
    ("agrement", "autres", "refuse"),
    [
        pytest.param(AGRE, (), False, id="jusqu'à la fin de vie"),
        pytest.param(replace(AGRE, date_fin=date(2027, 1, 1)), (), True, id="fin de vie avancée depuis"),
        pytest.param(CCS, (AGRE,), False, id="CCS, agrément du titre en vigueur"),
        pytest.param(CCS, (replace(AGRE, statut="retire"),), True, id="CCS, agrément du titre retiré depuis"),
    ],
)
@pytest.mark.parametrize(
    ("action", "etat"), [(A.RETABLIR, S.SUSPENDU), (A.MODIFIER, S.SUSPENDU), (A.MODIFIER, S.ACCORDE)]
)
def test_agr_03_tient_aussi_quand_on_retablit_ou_modifie(
    agrement: Agrement, autres: tuple[Agrement, ...], refuse: bool, action: A, etat: S
) -> None:
    f = faits(agrement=replace(agrement, statut=etat.value), agrements_du_site=autres)
    codes = [m.code for m in AGREMENT.decider(action, etat, TypeProfil.UD, f).refus]
    assert codes == (["AGR-03"] if refuse else [])
    boutons = AGREMENT.boutons(etat, TypeProfil.UD, f)
    assert {"action": "modifier", "avertissement": None} in boutons["actions"]  # what is to be mended can be


@pytest.mark.parametrize(
    ("date_fin", "jour", "attendu"),
    [
        pytest.param(date(2026, 6, 30), date(2026, 6, 30), S.ACCORDE, id="dernier jour"),
        pytest.param(date(2026, 6, 30), date(2026, 7, 1), S.ECHU, id="lendemain"),
        pytest.param(date(2026, 12, 31), date(2027, 12, 31), S.ACCORDE, id="couvre la prolongation"),
        pytest.param(date(2026, 12, 31), date(2028, 1, 1), S.ECHU, id="après la prolongation"),
        pytest.param(date(2026, 12, 30), date(2026, 12, 31), S.ECHU, id="pas en vigueur à la fin de vie"),
    ],
)
def test_agr_00_echu_est_calcule(date_fin: date, jour: date, attendu: S) -> None:
    assert statut_le(replace(AGRE, date_fin=date_fin), jour, (TITRE,)) is attendu


def test_agr_00_un_agrement_a_venir_est_accorde() -> None:
    assert statut_le(AGRE, date(2023, 1, 1), (TITRE,)) is S.ACCORDE


@pytest.mark.parametrize(("statut", "apres"), [("suspendu", S.ECHU), ("retire", S.RETIRE)])
def test_agr_00_un_retrait_survit_a_l_echeance(statut: str, apres: S) -> None:
    assert statut_le(replace(AGRE, statut=statut), date(2028, 1, 1), (TITRE,)) is apres


@pytest.mark.parametrize(
    ("fins_de_vie", "dernier"),
    [
        ((), AGRE.date_fin),
        ((date(2025, 6, 30),), date(2026, 6, 30)),
        ((date(2024, 6, 30), date(2025, 6, 30)), date(2026, 6, 30)),
        ((date(2025, 6, 30), None), AGRE.date_fin),
        ((date(2026, 6, 30),), date(2027, 6, 30)),
    ],
)
def test_un_agrement_ne_sert_plus_une_fois_ses_titres_hors_delai(
    fins_de_vie: tuple[date | None, ...], dernier: date
) -> None:
    """SES-02: it goes through their prolongation, no further; of those of a CCS, that which lives longest counts."""
    titres = [replace(TITRE, date_fin_de_vie=fin) for fin in fins_de_vie]
    assert sert_jusqu_au(CCS if len(titres) > 1 else AGRE, titres) == dernier
