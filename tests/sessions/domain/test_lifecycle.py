"""The table of section 4, cell by cell: action × state × who. Written as the specification writes it."""

import re
from dataclasses import dataclass

import pytest

from commun.domain.errors import ConfirmationRequise, Droit, ReglesEnfreintes
from commun.domain.lifecycle import T
from commun.domain.referentiel import TypeProfil
from commun.domain.rules import CATALOGUE, Effet
from services.sessions.domain.changements import apres
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import AUTRE_CODE, SESSION, Action
from services.sessions.domain.model import STOCKE, Etat
from tests.outils.cas import d_un_trait
from tests.sessions.domain.fabrique import CENTRE, DIRECCTE, FEUILLE, NATIONAL, NOUVEAU, TROIS_JURES, UD, faits, session

# C: the centre; U: UD and DIRECCTE; ⚠CODE: asks first; > where it leads, when it does not stay; else the code refused.
TABLE = """
ACTION               | brouillon     | en_attente  | refusee       | validee                | convoquee              | en_cours           | a_cloturer         | cloturee     | debloquee         | annulee | caduque
modifier_cadre       | C             | –           | C             | C ⚠SES-10 > en_attente | C ⚠SES-10 > en_attente | U                  | U                  | –            | –                 | –       | C > brouillon
modifier_horaires    | C             | C           | C             | C                      | C ⚠CNV-04              | C                  | –                  | –            | –                 | –       | SES-11
inscrire_jure        | C             | C           | C             | C                      | C                      | C                  | –                  | –            | –                 | –       | SES-11
retirer_jure         | C             | C           | C             | C                      | C                      | –                  | –                  | –            | –                 | –       | SES-11
remplacement         | C             | C           | C             | C                      | C                      | C                  | –                  | –            | –                 | –       | SES-11
inscrire_candidat    | C             | C           | C             | C                      | INS-01                 | INS-09             | INS-09             | INS-09       | INS-09            | –       | SES-11
desinscrire_candidat | C             | C           | C             | C                      | C                      | C                  | INS-02             | INS-02       | INS-02            | –       | SES-11
modifier_inscription | C             | C           | C             | C                      | C                      | –                  | –                  | –            | –                 | –       | SES-11
soumission           | C > en_attente| –           | C > en_attente| –                      | –                      | –                  | –                  | –            | –                 | –       | SES-11
retrait              | –             | C > brouillon | –           | –                      | –                      | –                  | –                  | –            | –                 | –       | SES-11
validation           | –             | U > validee | –             | –                      | –                      | –                  | –                  | –            | –                 | –       | SES-11
refus                | –             | U > refusee | –             | U ⚠SES-10 > refusee    | U ⚠SES-10 > refusee    | –                  | –                  | –            | –                 | –       | SES-11
convocations         | CNV-03        | CNV-03      | CNV-03        | C > convoquee          | C                      | –                  | –                  | –            | –                 | –       | SES-11
demandes_dte         | DTE-01        | DTE-01      | DTE-01        | C                      | C                      | –                  | –                  | –            | –                 | –       | SES-11
resultats            | RES-01        | RES-01      | RES-01        | RES-01                 | RES-01                 | C                  | C                  | RES-03       | C                 | –       | SES-11
carence              | –             | –           | –             | –                      | –                      | CU ⚠SES-09 > annulee | CU ⚠SES-09 > annulee | –        | –                 | –       | SES-11
cloture              | –             | –           | –             | –                      | –                      | CU > cloturee      | CU > cloturee      | –            | CU > cloturee     | –       | SES-11
visa                 | –             | –           | –             | –                      | –                      | –                  | –                  | U            | –                 | –       | SES-11
deblocage            | –             | –           | –             | –                      | –                      | –                  | –                  | U > debloquee | –                | –       | SES-11
annulation           | C > annulee   | C > annulee | C > annulee   | CU ⚠SES-09 > annulee   | CU ⚠SES-09 > annulee   | U ⚠SES-09 > annulee | U ⚠SES-09 > annulee | –          | U ⚠SES-09 > annulee | –     | C > annulee
"""  # noqa: E501

COURTS = {"en_attente": Etat.EN_ATTENTE}
QUI = {"C": {CENTRE}, "U": {UD, DIRECCTE}, "CU": {CENTRE, UD, DIRECCTE}}


@dataclass(frozen=True)
class Cellule:
    """What the specification's cell says: who, asked what, to where; or which code refuses."""

    qui: frozenset[TypeProfil]
    vers: Etat
    avertissement: str | None
    refus: str


def etat(mot: str) -> Etat:
    return COURTS.get(mot) or Etat(mot)


def lire(texte: str, depuis: Etat) -> Cellule:
    if lu := re.fullmatch(r"(CU|C|U)(?: ⚠([A-Z]{3}-\d\d))?(?: > (\w+))?", texte):
        return Cellule(frozenset(QUI[lu[1]]), etat(lu[3]) if lu[3] else depuis, lu[2], "SES-00")
    return Cellule(frozenset(), depuis, None, "SES-00" if texte == "–" else texte)


def lire_la_table() -> dict[tuple[Action, Etat], Cellule]:
    entete, *lignes = ([c.strip() for c in ligne.split("|")] for ligne in TABLE.strip().splitlines())
    etats = [etat(mot) for mot in entete[1:]]
    return {
        (Action(action), depuis): lire(texte, depuis)
        for action, *cellules in lignes
        for depuis, texte in zip(etats, cellules, strict=True)
    }


CELLULES = lire_la_table()


def faits_de(action: Action, depuis: Etat) -> Faits:
    """Returns facts that keep every rule of the act; the candidate to register is not VAE."""
    match action:
        case Action.INSCRIRE_CANDIDAT:
            return faits(depuis, candidat=NOUVEAU)
        case Action.CLOTURER:
            return faits(depuis, feuille=FEUILLE)
        case Action.RETIRER_JURE:
            return faits(depuis, session=session(depuis, jures=TROIS_JURES))
        case _:
            return faits(depuis)


def capables(action: Action) -> set[TypeProfil]:
    """Returns the profils that may do this somewhere: the others are told 403 before any state is looked at."""
    return {qui for (a, _), cellule in CELLULES.items() if a is action for qui in cellule.qui}


def test_la_table_de_la_specification_est_entiere() -> None:
    assert CELLULES.keys() == set(SESSION.cellules())


@d_un_trait
@pytest.mark.parametrize(("action", "depuis"), CELLULES, ids=lambda x: x.value)
def test_chaque_cellule(action: Action, depuis: Etat) -> None:
    cellule = CELLULES[action, depuis]
    f = faits_de(action, depuis)
    assert f.etat is depuis
    for qui in capables(action):
        decision = SESSION.decider(action, depuis, qui, f)
        if qui in cellule.qui:
            assert decision.refus == (), qui
            assert decision.vers is cellule.vers
            assert [m.code for m in decision.avertissements] == [cellule.avertissement] * bool(cellule.avertissement)
            continue
        with pytest.raises(ReglesEnfreintes) as refus:
            decision.exiger()
        assert [m.code for m in refus.value.manquements] == [cellule.refus], qui


@d_un_trait
@pytest.mark.parametrize(("action", "depuis"), [c for c in CELLULES if CELLULES[c].avertissement])
def test_un_avertissement_demande_puis_laisse_passer(action: Action, depuis: Etat) -> None:
    cellule = CELLULES[action, depuis]
    f = faits_de(action, depuis)
    for qui in cellule.qui:
        decision = SESSION.decider(action, depuis, qui, f)
        with pytest.raises(ConfirmationRequise) as question:
            decision.exiger()
        assert [m.code for m in question.value.avertissements] == [cellule.avertissement]
        assert decision.exiger([str(cellule.avertissement)]) is decision


@d_un_trait
@pytest.mark.parametrize("action", Action)
def test_qui_n_agit_jamais_recoit_403(action: Action) -> None:
    for qui in (CENTRE, UD, DIRECCTE, NATIONAL):
        if qui in capables(action):
            SESSION.exiger_droit(action, qui)
        else:
            with pytest.raises(Droit):
                SESSION.exiger_droit(action, qui)


@d_un_trait
@pytest.mark.parametrize(("action", "depuis"), [c for c in CELLULES if CELLULES[c].qui])
def test_ce_qui_est_stocke_redonne_l_etat_de_la_table(action: Action, depuis: Etat) -> None:
    cellule = CELLULES[action, depuis]
    f = faits_de(action, depuis)
    decision = SESSION.decider(action, depuis, next(iter(cellule.qui)), f)
    ensuite = apres(f, decision)
    assert ensuite.etat in {STOCKE[e] for e in Etat} - {Etat.CADUQUE}
    lendemain_de_caduque = depuis is Etat.CADUQUE and action is Action.MODIFIER_CADRE
    assert ensuite.etat_le(f.jour) is (Etat.CADUQUE if lendemain_de_caduque else cellule.vers)


def test_le_message_d_une_cellule_vide_dit_l_etat() -> None:
    decision = SESSION.decider(Action.VALIDER, Etat.CLOTUREE, UD, faits(Etat.CLOTUREE))
    assert decision.refus[0].message == "Valider impossible : la session est à l'état « clôturée »."
    decision = SESSION.decider(Action.MODIFIER_CADRE, Etat.EN_ATTENTE, CENTRE, faits(Etat.EN_ATTENTE))
    assert decision.refus[0].message == (
        "Modifier le cadre impossible : la session est en attente de validation. Son centre l'en retire d'abord, puis "
        "la soumet de nouveau."
    )


def test_une_session_caduque_dit_ce_qu_elle_peut_encore() -> None:
    decision = SESSION.decider(Action.SOUMETTRE, Etat.CADUQUE, CENTRE, faits(Etat.CADUQUE))
    assert decision.refus[0].message == (
        "La session 2026-75-0001 n'a pas été validée avant son début, le 15/06/2026 : elle ne peut plus que "
        "recevoir de nouvelles dates ou être annulée."
    )


def test_les_boutons_ne_montrent_que_ce_que_le_profil_fait_quelque_part() -> None:
    boutons = SESSION.boutons(Etat.EN_ATTENTE, UD, faits(Etat.EN_ATTENTE))
    assert {b["action"] for b in boutons["actions"]} == {"validation", "refus"}
    assert {r["action"] for r in boutons["refus"]} == {
        "modifier_cadre",
        "carence",
        "cloture",
        "visa",
        "deblocage",
        "annulation",
    }
    assert SESSION.boutons(Etat.EN_ATTENTE, NATIONAL, faits(Etat.EN_ATTENTE)) == {"actions": [], "refus": []}


def test_un_cadre_devenu_faux_n_empeche_pas_de_le_corriger() -> None:
    boutons = SESSION.boutons(Etat.BROUILLON, CENTRE, faits(agrements=()))
    assert "modifier_cadre" in {b["action"] for b in boutons["actions"]}
    assert [r["code"] for r in boutons["refus"] if r["action"] == "soumission"] == ["SES-01"]


PAGE = """
SES-00 SES-01 SES-02 SES-03 SES-04 SES-05 SES-06 SES-10 SES-11 SES-07 SES-08 SES-09 JUR-05 JRY-01 JRY-02 JRY-03 INS-01
INS-02 INS-03 INS-04 INS-05 INS-06 INS-07 INS-08 INS-09 CNV-01 CNV-02 CNV-03 CNV-04 DTE-01 RES-01 RES-02 RES-03
"""
RANGS = {code: rang for rang, code in enumerate(PAGE.split())}


@d_un_trait
@pytest.mark.parametrize("transition", SESSION.transitions, ids=lambda t: f"{t.action}-{t.depuis}")
def test_les_reponses_suivent_le_code_de_l_etat_puis_l_ordre_de_la_page(transition: T) -> None:
    rangs = [RANGS[r.code] for r in transition.regles]
    if transition.regles and transition.regles[0].code in ("INS-01", "SES-11"):
        rangs = rangs[1:]
    if transition.action in (Action.INSCRIRE_JURE, Action.REMPLACER_JURE):
        assert transition.regles[0].code == "JUR-05"
    assert rangs == sorted(rangs)


def test_un_code_a_un_seul_effet_sauf_ins_06() -> None:
    for code, regles in CATALOGUE.items():
        if any(r.predicat.__module__.startswith("services.sessions") for r in regles):
            assert len({r.effet for r in regles}) == 1 or code == "INS-06", code
    assert {r.effet for r in CATALOGUE["INS-06"]} == {Effet.REFUSE, Effet.INFORME}


def test_les_cellules_d_un_autre_code_sont_hors_de_la_table_pour_quelqu_un() -> None:
    pour_tous = {cle for cle, cellule in CELLULES.items() if cellule.qui >= capables(cle[0])}
    assert not pour_tous & AUTRE_CODE.keys()


DEBUTEE = "la session a débuté le 15/06/2026, et seule l'administration peut encore"


@d_un_trait
@pytest.mark.parametrize(
    ("action", "depuis", "qui", "suite"),
    [
        (Action.MODIFIER_CADRE, Etat.EN_COURS, CENTRE, f"{DEBUTEE} en changer la date de fin."),
        (Action.MODIFIER_CADRE, Etat.A_CLOTURER, CENTRE, f"{DEBUTEE} en changer la date de fin."),
        (Action.ANNULER, Etat.EN_COURS, CENTRE, f"{DEBUTEE} l'annuler."),
        (Action.ANNULER, Etat.DEBLOQUEE, CENTRE, f"{DEBUTEE} l'annuler."),
        (Action.ANNULER, Etat.CLOTUREE, UD, "la session est clôturée. L'administration la débloque d'abord."),
        (Action.ANNULER, Etat.EN_ATTENTE, UD, "la session n'est pas validée, et seul son centre peut l'annuler."),
        (Action.ANNULER, Etat.CADUQUE, UD, "la session n'est pas validée, et seul son centre peut l'annuler."),
        (Action.ANNULER, Etat.ANNULEE, UD, "la session est à l'état « annulée »."),
    ],
)
def test_ce_qu_un_autre_peut_faire_se_dit(action: Action, depuis: Etat, qui: TypeProfil, suite: str) -> None:
    """On the morning of an exam, a centre read « impossible », and not who could."""
    (refus,) = SESSION.decider(action, depuis, qui, faits(depuis)).refus
    assert refus.message == f"{SESSION.libelles_actions[action]} impossible : {suite}"
    assert (refus.code, refus.contexte["etat"]) == ("SES-00", depuis.value)
