"""The table of `regles.md` §3, copied here cell by cell, against the code's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.errors import ConfirmationRequise, Droit, ReglesEnfreintes
from commun.domain.referentiel import AGENTS, Situation, TypeProfil
from services.jures.domain.dossier import Dossier
from services.jures.domain.lifecycle import (
    HABILITATION,
    JURE,
    SAISIE,
    ActionHabilitation,
    ActionJure,
    ActionSaisie,
    appliquer,
    prolongeable,
)
from services.jures.domain.model import EtatHabilitation, Habilitation, StatutJure
from tests.jures.domain.faits import (
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    FIN_PROLONGATION,
    HORS_DELAI,
    TITRE,
    faits,
    habilitation,
)
from tests.jures.domain.faits import JURE as JURE_ACTIF
from tests.outils.cas import d_un_trait

E = EtatHabilitation
A = ActionHabilitation
JOURS = {Situation.EN_COURS: EN_COURS, Situation.EN_PROLONGATION: EN_PROLONGATION, Situation.HORS_DELAI: HORS_DELAI}

# In a cell: `action → state`, ⚠ and the code asked to confirm; `action: code` where another code than HAB-00 refuses;
# `*` any action. What is not in a cell is refused with HAB-00. (ne peut pas être): no dates lead there.
TABLE = """
| Habilitation             | Titre en cours                                   | Titre en prolongation                            | Titre hors délai                                  |
| brouillon                | valider → active · supprimer ⚠HAB-03 → supprimee | valider → active · supprimer ⚠HAB-03 → supprimee | supprimer ⚠HAB-03 → supprimee · valider: HAB-12   |
| active                   | mettre_en_brouillon → brouillon · suspendre ⚠HAB-04 → suspendue | mettre_en_brouillon → brouillon · suspendre ⚠HAB-04 → suspendue | (ne peut pas être) |
| suspendue                | reactiver ⚠HAB-02 → active                       | reactiver ⚠HAB-02 → active                       | reactiver: HAB-12                                 |
| expiree_avant_fin_de_vie | mettre_en_brouillon → brouillon                  | mettre_en_brouillon → brouillon                  | *: HAB-01                                         |
| expiree_fin_de_vie       | (ne peut pas être)                               | suspendre ⚠HAB-04 → suspendue                    | *: HAB-01                                         |
| supprimee                |                                                  |                                                  |                                                   |
"""  # noqa: E501


def _cellules() -> list[tuple[str, Situation, str]]:
    lignes = [[case.strip() for case in ligne.strip(" |").split("|")] for ligne in TABLE.strip().splitlines()[1:]]
    lignes = [[*ligne, "", "", ""][:4] for ligne in lignes]
    return [
        (ligne[0], situation, case) for ligne in lignes for situation, case in zip(Situation, ligne[1:], strict=True)
    ]


CELLULES = [(rangee, s, case) for rangee, s, case in _cellules() if case != "(ne peut pas être)"]


def _dans(rangee: str, situation: Situation) -> Habilitation:
    """The habilitation of a row in a situation: dates, and the state stored, that make it so."""
    jour, hier = JOURS[situation], JOURS[situation] - timedelta(days=1)
    debut = date(2024, 1, 1)
    if rangee in {"brouillon", "active", "suspendue", "supprimee"}:
        fin = max(jour, FIN_DE_VIE)
        return habilitation(debut, fin, E(rangee), date_fin_fixee_en_prolongation=fin > FIN_DE_VIE)
    if rangee == "expiree_fin_de_vie":
        return habilitation(debut, FIN_DE_VIE, E.ACTIVE)
    return habilitation(debut, min(hier, FIN_DE_VIE - timedelta(days=1)), E.ACTIVE)


def _attendu(case: str, action: A) -> tuple[str | None, tuple[str, ...], str | None]:
    """What a cell says of an action: (state reached, codes to confirm, code refused)."""
    for entree in filter(None, case.split(" · ")):
        nom, _, reste = entree.partition(" ")
        if nom == "*:" or nom == f"{action}:":
            return None, (), reste
        if nom == action:
            avertis, _, vers = reste.rpartition("→ ")
            return vers, (avertis.strip(" ⚠"),) if avertis.strip() else (), None
    return None, (), "HAB-00"


@d_un_trait
@pytest.mark.parametrize("qui", sorted(AGENTS))
@pytest.mark.parametrize("action", A)
@pytest.mark.parametrize(("rangee", "situation", "case"), CELLULES, ids=lambda x: str(x) if len(str(x)) < 30 else "")
def test_chaque_cellule(rangee: str, situation: Situation, case: str, action: A, qui: TypeProfil) -> None:
    f = faits(JOURS[situation], _dans(rangee, situation))
    assert f.titre.situation(f.jour) is situation
    hors_delai = situation is Situation.HORS_DELAI and rangee.startswith("expiree")
    assert f.etat == ("expiree_hors_delai" if hors_delai else rangee)

    decision = HABILITATION.decider(action, f.etat, qui, f)

    vers, avertis, refuse = _attendu(case, action)
    assert [m.code for m in decision.refus] == ([refuse] if refuse else [])
    if refuse is None:
        assert decision.vers == vers
        assert tuple(m.code for m in decision.avertissements) == avertis
        assert appliquer(action, f).etat == vers


def test_la_table_du_code_n_a_rien_de_plus() -> None:
    sans_ligne = {"HAB-00", "HAB-01"}
    ecrites = {
        (action, rangee) for rangee, _, case in CELLULES for action in A if _attendu(case, action)[2] not in sans_ligne
    }
    assert {(t.action, t.depuis) for t in HABILITATION.transitions} == ecrites


def test_les_cellules_impossibles_sont_exactement_celles_de_la_table() -> None:
    atteints = set()
    fins = [FIN_DE_VIE, FIN_PROLONGATION, HORS_DELAI, EN_COURS, EN_PROLONGATION, date(2030, 1, 1)]
    for situation, jour in JOURS.items():
        for fin in {f + timedelta(days=d) for f in fins for d in (-1, 0, 1)}:
            for en_prolongation in (False, True):
                h = habilitation(date(2024, 1, 1), fin, E.ACTIVE, date_fin_fixee_en_prolongation=en_prolongation)
                atteints.add((h.etat_le(jour, TITRE), situation))
    assert atteints == {
        (E.ACTIVE, Situation.EN_COURS),
        (E.ACTIVE, Situation.EN_PROLONGATION),
        (E.EXPIREE_AVANT_FIN_DE_VIE, Situation.EN_COURS),
        (E.EXPIREE_AVANT_FIN_DE_VIE, Situation.EN_PROLONGATION),
        (E.EXPIREE_FIN_DE_VIE, Situation.EN_PROLONGATION),
        (E.EXPIREE_HORS_DELAI, Situation.HORS_DELAI),
    }


@d_un_trait
@pytest.mark.parametrize("qui", [TypeProfil.CENTRE, TypeProfil.NATIONAL])
@pytest.mark.parametrize("action", A)
def test_ni_un_centre_ni_la_mission_nationale_n_agissent(action: A, qui: TypeProfil) -> None:
    with pytest.raises(Droit):
        HABILITATION.exiger_droit(action, qui)
    with pytest.raises(Droit):
        SAISIE.exiger_droit(ActionSaisie.MODIFIER, qui)
    for action_jure in ActionJure:
        with pytest.raises(Droit):
            JURE.exiger_droit(action_jure, qui)


def test_hab_00_dit_l_action_et_l_etat() -> None:
    f = faits(EN_COURS, _dans("active", Situation.EN_COURS))
    with pytest.raises(ReglesEnfreintes) as refus:
        HABILITATION.decider(A.VALIDER, f.etat, TypeProfil.UD, f).exiger()
    assert refus.value.en_clair()["code"] == "HAB-00"
    assert refus.value.detail == "Valider impossible : l'habilitation est à l'état « active »."


def test_hab_01_repond_seul_quelle_que_soit_l_action() -> None:
    f = faits(HORS_DELAI, _dans("expiree_fin_de_vie", Situation.HORS_DELAI))
    attendu = (
        "Le titre Coffreur bancheur est hors délai de prolongation depuis le 01/07/2027 : aucune action n'est possible "
        "sur cette habilitation expirée."
    )
    decisions = [HABILITATION.decider(action, f.etat, TypeProfil.UD, f) for action in A]
    decisions.append(SAISIE.decider(ActionSaisie.MODIFIER, f.etat, TypeProfil.UD, f))
    assert [[(m.code, m.message) for m in d.manquements] for d in decisions] == [[("HAB-01", attendu)]] * 6


def test_les_boutons_viennent_de_la_table() -> None:
    f = faits(EN_COURS, _dans("brouillon", Situation.EN_COURS))
    boutons = HABILITATION.boutons(f.etat, TypeProfil.UD, f)
    assert [b["action"] for b in boutons["actions"]] == ["valider", "supprimer"]
    assert boutons["actions"][0]["avertissement"] is None
    assert boutons["actions"][1]["avertissement"] == (
        "Vous allez supprimer l'habilitation de Zoé MARTIN sur Coffreur bancheur. Cette action est définitive."
    )
    assert {(r["action"], r["code"]) for r in boutons["refus"]} == {
        ("mettre_en_brouillon", "HAB-00"),
        ("suspendre", "HAB-00"),
        ("reactiver", "HAB-00"),
    }
    assert HABILITATION.boutons(f.etat, TypeProfil.CENTRE, f) == {"actions": [], "refus": []}


@pytest.mark.parametrize(
    ("rangee", "situation", "code"),
    [
        ("brouillon", Situation.EN_COURS, None),
        ("brouillon", Situation.EN_PROLONGATION, None),
        ("brouillon", Situation.HORS_DELAI, "HAB-12"),
        ("active", Situation.EN_COURS, "HAB-00"),
        ("suspendue", Situation.EN_COURS, "HAB-00"),
        ("suspendue", Situation.HORS_DELAI, "HAB-00"),
        ("expiree_avant_fin_de_vie", Situation.EN_COURS, "HAB-00"),
        ("expiree_fin_de_vie", Situation.EN_PROLONGATION, "HAB-00"),
        ("expiree_fin_de_vie", Situation.HORS_DELAI, "HAB-01"),
    ],
)
def test_seul_un_brouillon_se_modifie(rangee: str, situation: Situation, code: str | None) -> None:
    f = faits(JOURS[situation], _dans(rangee, situation))
    decision = SAISIE.decider(ActionSaisie.MODIFIER, f.etat, TypeProfil.DIRECCTE, f)
    assert [m.code for m in decision.manquements] == ([code] if code else [])


def test_la_confirmation_demandee_puis_donnee() -> None:
    f = faits(EN_COURS, _dans("active", Situation.EN_COURS))
    decision = HABILITATION.decider(A.SUSPENDRE, f.etat, TypeProfil.UD, f)
    with pytest.raises(ConfirmationRequise) as question:
        decision.exiger()
    assert [m.code for m in question.value.avertissements] == ["HAB-04"]
    assert decision.exiger(["HAB-04"]).vers is E.SUSPENDUE


class TestReactiver:
    """What réactiver makes of date_fin (`regles.md` §3, row « suspendue »)."""

    @pytest.mark.parametrize(
        ("date_fin", "jour", "date_fin_apres", "fixee", "etat"),
        [
            # Titre en cours: date_fin stays; past, the habilitation is expired at once.
            (FIN_DE_VIE, EN_COURS, FIN_DE_VIE, False, E.ACTIVE),
            (EN_COURS, EN_COURS, EN_COURS, False, E.ACTIVE),
            (EN_COURS - timedelta(days=1), EN_COURS, EN_COURS - timedelta(days=1), False, E.EXPIREE_AVANT_FIN_DE_VIE),
            # In prolongation: past and at the end of life, it goes to the end of the prolongation.
            (FIN_DE_VIE, EN_PROLONGATION, FIN_PROLONGATION, True, E.ACTIVE),
            (EN_PROLONGATION - timedelta(days=1), EN_PROLONGATION, FIN_PROLONGATION, True, E.ACTIVE),
            # Not past, it stays, and is in force again all the same.
            (EN_PROLONGATION, EN_PROLONGATION, EN_PROLONGATION, True, E.ACTIVE),
            (date(2030, 1, 1), EN_PROLONGATION, date(2030, 1, 1), True, E.ACTIVE),
            # Ended before the end of life, it is expired at once.
            (
                FIN_DE_VIE - timedelta(days=1),
                EN_PROLONGATION,
                FIN_DE_VIE - timedelta(days=1),
                False,
                E.EXPIREE_AVANT_FIN_DE_VIE,
            ),
        ],
    )
    def test_la_date_de_fin(
        self, date_fin: date, jour: date, date_fin_apres: date, fixee: bool, etat: EtatHabilitation
    ) -> None:
        apres = appliquer(A.REACTIVER, faits(jour, habilitation(date(2024, 1, 1), date_fin, E.SUSPENDUE)))
        assert (apres.date_fin, apres.date_fin_fixee_en_prolongation) == (date_fin_apres, fixee)
        assert apres.etat_le(jour, TITRE) is etat

    def test_dure_jusqu_au_dernier_jour_de_la_prolongation(self) -> None:
        suspendue = habilitation(date(2024, 1, 1), date(2030, 1, 1), E.SUSPENDUE)
        apres = appliquer(A.REACTIVER, faits(EN_PROLONGATION, suspendue))
        assert apres.fin_effective(TITRE) == FIN_PROLONGATION
        assert apres.etat_le(FIN_PROLONGATION, TITRE) is E.ACTIVE
        assert apres.etat_le(HORS_DELAI, TITRE) is E.EXPIREE_HORS_DELAI


class TestProlonger:
    """To suspend, then to give back: what is advised of an habilitation that the end of life of its titre has ended."""

    FINIE = habilitation(date(2024, 1, 1), date(2026, 8, 1), E.ACTIVE, date_fin_fixee_en_prolongation=True)

    def test_ce_qui_a_fini_avec_la_vie_du_titre_se_prolonge(self) -> None:
        assert prolongeable(faits(EN_PROLONGATION, self.FINIE))
        assert prolongeable(faits(EN_PROLONGATION, replace(self.FINIE, date_fin=FIN_DE_VIE)))

    def test_rien_ne_se_prolonge_la_ou_une_autre_a_pris_la_suite(self) -> None:
        """It was advised all the same: suspended, the habilitation could not be given back (HAB-11), nor anything."""
        suite = habilitation(date(2026, 8, 2), FIN_PROLONGATION, E.ACTIVE, id="h2", date_fin_fixee_en_prolongation=True)
        assert not prolongeable(faits(EN_PROLONGATION, self.FINIE, autres=(suite,)))

    def test_rien_ne_se_prolonge_d_un_jure_inactif(self) -> None:
        assert not prolongeable(faits(EN_PROLONGATION, self.FINIE, jure=replace(JURE_ACTIF, statut=StatutJure.INACTIF)))

    @pytest.mark.parametrize(
        ("fin", "jour"),
        [(FIN_DE_VIE - timedelta(days=1), EN_PROLONGATION), (FIN_DE_VIE, EN_COURS), (FIN_DE_VIE, HORS_DELAI)],
    )
    def test_rien_d_autre_ne_se_prolonge_ainsi(self, fin: date, jour: date) -> None:
        assert not prolongeable(faits(jour, habilitation(date(2024, 1, 1), fin, E.ACTIVE)))


def test_valider_retient_si_le_titre_est_en_prolongation() -> None:
    brouillon = habilitation(date(2026, 9, 1), date(2027, 3, 1))
    apres = appliquer(A.VALIDER, faits(EN_PROLONGATION, brouillon))
    assert (apres.date_fin_fixee_en_prolongation, apres.deja_active) == (True, True)
    assert apres.etat_le(date(2027, 3, 1), TITRE) is E.ACTIVE
    assert apres.etat_le(date(2027, 3, 2), TITRE) is E.EXPIREE_FIN_DE_VIE

    avant = appliquer(A.VALIDER, faits(EN_COURS, habilitation(date(2026, 1, 1), FIN_DE_VIE)))
    assert (avant.date_fin_fixee_en_prolongation, avant.deja_active) == (False, True)
    assert avant.etat_le(FIN_DE_VIE, TITRE) is E.ACTIVE
    assert avant.etat_le(FIN_DE_VIE + timedelta(days=1), TITRE) is E.EXPIREE_FIN_DE_VIE


def test_mettre_en_brouillon_garde_la_memoire_d_avoir_ete_active() -> None:
    active = appliquer(A.VALIDER, faits(EN_PROLONGATION, habilitation(date(2026, 9, 1), date(2027, 3, 1))))
    brouillon = appliquer(A.METTRE_EN_BROUILLON, faits(EN_PROLONGATION, active))
    assert (brouillon.deja_active, brouillon.date_fin_fixee_en_prolongation) == (True, False)


class TestJure:
    """The lifecycle of a juré: actif ⇄ inactif, and asking for the statut he has is no fault."""

    @pytest.mark.parametrize("qui", [TypeProfil.UD, TypeProfil.DIRECCTE])
    @pytest.mark.parametrize(
        ("action", "statut", "vers", "avertis"),
        [
            (ActionJure.INACTIVER, StatutJure.ACTIF, StatutJure.INACTIF, ["JUR-02"]),
            (ActionJure.INACTIVER, StatutJure.INACTIF, StatutJure.INACTIF, []),
            (ActionJure.ACTIVER, StatutJure.INACTIF, StatutJure.ACTIF, []),
            (ActionJure.ACTIVER, StatutJure.ACTIF, StatutJure.ACTIF, []),
        ],
    )
    def test_chaque_cellule(
        self, action: ActionJure, statut: StatutJure, vers: StatutJure, avertis: list[str], qui: TypeProfil
    ) -> None:
        dossier = Dossier(EN_COURS, replace(JURE_ACTIF, statut=statut))
        decision = JURE.decider(action, statut, qui, dossier)
        assert decision.vers is vers
        assert [m.code for m in decision.manquements] == avertis
