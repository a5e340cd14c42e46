"""CNV-01 to CNV-04, DTE-01, SES-09, SES-10: what is called, and what is said before a heavy act."""

from dataclasses import replace
from datetime import date, time

import pytest

from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Convocations, Etat
from services.sessions.domain.rules import annonces, convocations
from tests.sessions.domain.fabrique import CADRE, CENTRE, HORAIRES, UD, codes, faits, refus, session

AVANT_VALIDATION = (Etat.BROUILLON, Etat.EN_ATTENTE, Etat.REFUSEE)

CONVOQUEES = "Personnes convoquées, qu'un courriel préviendra si leur adresse est connue : "
"""Who has no address was counted among those who would be told: nobody called him."""


def test_pas_de_convocations_sans_candidat() -> None:
    manquement = refus(convocations.un_candidat_au_moins, faits(session=session(Etat.VALIDEE, candidats=())))
    assert manquement.code == "CNV-01"
    assert manquement.message == (
        "Aucun candidat n'est inscrit à la session 2026-75-0001 : les convocations ne peuvent pas être envoyées."
    )


def test_pas_de_convocations_sans_agrement() -> None:
    decision = SESSION.decider(Action.EDITER_CONVOCATIONS, Etat.VALIDEE, CENTRE, faits(Etat.VALIDEE, agrements=()))
    assert codes(decision.refus) == ["SES-01"]


@pytest.mark.parametrize("etat", AVANT_VALIDATION)
def test_ni_convocations_ni_dte_avant_la_validation(etat: Etat) -> None:
    (refusee,) = SESSION.decider(Action.EDITER_CONVOCATIONS, etat, CENTRE, faits(etat)).refus
    assert (refusee.code, refusee.message) == (
        "CNV-03",
        "La session 2026-75-0001 n'est pas validée : ses convocations ne peuvent pas encore être éditées.",
    )
    (refusee,) = SESSION.decider(Action.DEMANDER_DTE, etat, CENTRE, faits(etat)).refus
    assert (refusee.code, refusee.message) == (
        "DTE-01",
        "La session 2026-75-0001 n'est pas validée : son dossier technique d'évaluation ne peut pas encore être "
        "demandé.",
    )


@pytest.mark.parametrize(("commentaire", "permis"), [(None, True), ("", True), ("é" * 1000, True), ("é" * 1001, False)])
def test_le_commentaire_du_dte_compte_mille_caracteres_au_plus(commentaire: str | None, permis: bool) -> None:
    f = faits(Etat.VALIDEE, commentaire=commentaire)
    decision = SESSION.decider(Action.DEMANDER_DTE, Etat.VALIDEE, CENTRE, f)
    assert [m.message for m in decision.refus] == (
        [] if permis else ["Le commentaire compte 1001 caractères : il ne peut pas en dépasser 1000."]
    )


@pytest.mark.parametrize(
    ("convocation", "signalee"), [(None, False), (time(8, 30), False), (time(9, 0), False), (time(9, 1), True)]
)
@pytest.mark.parametrize("action", [Action.EDITER_CONVOCATIONS, Action.MODIFIER_HORAIRES])
@pytest.mark.parametrize("etat", [Etat.VALIDEE, Etat.CONVOQUEE])
def test_une_heure_de_convocation_apres_le_debut_est_signalee(
    etat: Etat, action: Action, convocation: time | None, signalee: bool
) -> None:
    """CNV-02: the start was moved before it, or it was mistyped; nothing is refused."""
    f = faits(etat, nouveaux_horaires=replace(HORAIRES, heure_convocation=convocation))
    decision = SESSION.decider(action, etat, CENTRE, f)
    assert decision.refus == ()
    phrase = "L'heure de convocation (09:01) est après le début de la session (09:00) : vérifiez-la."
    assert [(m.code, m.message) for m in decision.remarques] == [("CNV-02", phrase)] * signalee


class TestNouvelleVersion:
    MESSAGE = (
        "Les convocations de la session 2026-75-0001 ont été éditées le 04/05/2026 : une nouvelle version, qui "
        f"annule et remplace la précédente, sera envoyée à tous. {CONVOQUEES}4."
    )

    @pytest.mark.parametrize(
        "horaires",
        [replace(HORAIRES, heure_debut=time(10, 0)), replace(HORAIRES, heure_convocation=None)],
    )
    def test_une_heure_changee_la_demande(self, horaires: object) -> None:
        f = faits(Etat.CONVOQUEE, nouveaux_horaires=horaires)
        manquement = refus(annonces.nouvelle_version_annoncee, f)
        assert (manquement.code, manquement.message) == ("CNV-04", self.MESSAGE)

    def test_un_responsable_change_sans_elle(self) -> None:
        f = faits(Etat.CONVOQUEE, nouveaux_horaires=replace(HORAIRES, responsable="M. Faure"))
        assert annonces.nouvelle_version_annoncee.verifier(f) is None

    def test_un_cadre_change_annule_les_convocations_sans_la_demander(self) -> None:
        f = faits(
            Etat.CONVOQUEE,
            nouveaux_horaires=replace(HORAIRES, heure_debut=time(10, 0)),
            nouveau_cadre=replace(CADRE, date_fin=date(2026, 6, 18)),
        )
        assert annonces.nouvelle_version_annoncee.verifier(f) is None

    @pytest.mark.parametrize("convocations", [None, Convocations(1, date(2026, 5, 4), en_vigueur=False)])
    def test_sans_convocations_en_vigueur_il_n_y_a_rien_a_remplacer(self, convocations: Convocations | None) -> None:
        s = session(Etat.VALIDEE, convocations=convocations)
        f = faits(Etat.VALIDEE, session=s, nouveaux_horaires=replace(HORAIRES, heure_debut=time(10, 0)))
        assert annonces.nouvelle_version_annoncee.verifier(f) is None


@pytest.mark.parametrize(("etat", "n"), [(Etat.VALIDEE, 0), (Etat.CONVOQUEE, 4), (Etat.EN_COURS, 4)])
def test_annuler_dit_combien_sont_prevenus(etat: Etat, n: int) -> None:
    manquement = refus(annonces.annulation_annoncee, faits(etat))
    assert manquement.code == "SES-09"
    assert manquement.message == (f"Vous allez annuler la session 2026-75-0001. {CONVOQUEES}{n}.")


def test_annuler_une_session_debloquee_retire_ses_acquis() -> None:
    assert refus(annonces.annulation_annoncee, faits(Etat.DEBLOQUEE)).message == (
        f"Vous allez annuler la session 2026-75-0001 : les acquis qu'elle a donnés seront retirés. {CONVOQUEES}4."
    )


def test_la_carence_annule_la_session() -> None:
    (avis,) = SESSION.decider(Action.CONSTATER_CARENCE, Etat.EN_COURS, CENTRE, faits(Etat.EN_COURS)).avertissements
    assert (avis.code, avis.message) == (
        "SES-09",
        f"Vous allez constater la carence du jury de la session 2026-75-0001, qui sera annulée. {CONVOQUEES}4.",
    )


def test_modifier_le_cadre_d_une_session_validee_la_renvoie_en_validation() -> None:
    f = faits(Etat.CONVOQUEE, nouveau_cadre=replace(CADRE, date_fin=date(2026, 6, 18)))
    decision = SESSION.decider(Action.MODIFIER_CADRE, Etat.CONVOQUEE, CENTRE, f)
    assert decision.refus == ()
    assert [(m.code, m.message) for m in decision.avertissements] == [
        (
            "SES-10",
            f"La session 2026-75-0001 est validée : la modifier la renvoie en attente de validation. {CONVOQUEES}4.",
        )
    ]


def test_refuser_une_session_validee_revient_sur_sa_validation() -> None:
    (avis,) = SESSION.decider(Action.REFUSER, Etat.VALIDEE, UD, faits(Etat.VALIDEE)).avertissements
    assert (avis.code, avis.message) == (
        "SES-10",
        f"La session 2026-75-0001 est validée : la refuser la renvoie au centre. {CONVOQUEES}0.",
    )
    assert SESSION.decider(Action.REFUSER, Etat.EN_ATTENTE, UD, faits(Etat.EN_ATTENTE)).manquements == ()
