"""JUR-02 to JUR-06: inactivating a juré, looking for his duplicates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.rules import Effet
from services.jures.domain import rules
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import Adresse, EtatHabilitation, Habilitation, Proches, SessionDuJure, StatutJure
from tests.jures.domain.faits import (
    EN_COURS,
    FIN_DE_VIE,
    JURE,
    NOM,
    TITRE,
    admet,
    faits,
    habilitation,
    refuse,
    session,
    sur_ccs,
)

E = EtatHabilitation
JOUR = timedelta(days=1)
INACTIF = replace(JURE, statut=StatutJure.INACTIF)
PEINTRE = replace(TITRE, code="TP-00002", intitule="Peintre", ccs=())


class TestInactiver:
    """JUR-02 to JUR-05."""

    @staticmethod
    def dossier(*sessions: SessionDuJure, habilitations: tuple[Habilitation, ...] = ()) -> Dossier:
        return Dossier(EN_COURS, JURE, habilitations, (TITRE, PEINTRE), sessions)

    def test_jur_02_previent_toujours(self) -> None:
        m = refuse(rules.inactivation_annoncee, self.dossier())
        assert (m.code, m.effet) == ("JUR-02", Effet.CONFIRME)
        assert m.message == f"Vous allez inactiver le juré {NOM}. Il ne pourra plus être inscrit à une session."

    def test_jur_02_nomme_sessions_a_venir_et_habilitations(self) -> None:
        m = refuse(
            rules.inactivation_annoncee,
            self.dossier(
                session("S-2", "validee", EN_COURS + JOUR),
                session("S-1", "brouillon", EN_COURS + JOUR),
                session("S-0", "cloturee", EN_COURS - JOUR),
                habilitations=(
                    habilitation(date(2025, 1, 1), date(2026, 3, 31), E.ACTIVE),
                    habilitation(date(2026, 4, 1), FIN_DE_VIE, E.ACTIVE, id="renouvelee"),  # named once
                    sur_ccs(date(2025, 1, 1), FIN_DE_VIE, E.SUSPENDUE),
                    habilitation(date(2020, 1, 1), date(2021, 1, 1), E.ACTIVE, id="expiree", titre_code=PEINTRE.code),
                    habilitation(EN_COURS, FIN_DE_VIE, id="brouillon", titre_code=PEINTRE.code),
                ),
            ),
        )
        assert m.message == (
            f"Vous allez inactiver le juré {NOM}. Il ne pourra plus être inscrit à une session. "
            "Sessions à venir : S-1, S-2. Habilitations concernées : Béton architectonique, Coffreur bancheur."
        )
        assert m.contexte["numeros"] == ["S-1", "S-2"]

    def test_jur_03_une_session_en_attente_de_validation(self) -> None:
        m = refuse(
            rules.aucune_session_en_attente,
            self.dossier(session("S-1", "en_attente_de_validation", EN_COURS + JOUR)),
        )
        assert (m.code, m.effet) == ("JUR-03", Effet.REFUSE)
        assert m.message == (
            f"Le juré {NOM} est inscrit à une session en attente de validation (S-1) : il ne peut pas être inactivé."
        )

    @pytest.mark.parametrize(
        ("etat", "debut"),
        [
            ("en_attente_de_validation", EN_COURS),  # caduque: it starts today and nobody validated it
            ("brouillon", EN_COURS + JOUR),
            ("refusee", EN_COURS + JOUR),
            ("validee", EN_COURS + JOUR),
            ("annulee", EN_COURS + JOUR),
        ],
    )
    def test_jur_03_et_aucune_autre(self, etat: str, debut: date) -> None:
        assert admet(rules.aucune_session_en_attente, self.dossier(session("S-1", etat, debut)))

    @pytest.mark.parametrize("etat", ["validee", "convoquee", "en_cours"])
    def test_jur_04_une_session_validee_non_terminee(self, etat: str) -> None:
        m = refuse(rules.remplacements_annonces, self.dossier(session("S-1", etat, EN_COURS - JOUR, EN_COURS)))
        assert (m.code, m.effet) == ("JUR-04", Effet.CONFIRME)
        assert m.message == (
            f"Le juré {NOM} est inscrit à une session validée à venir (S-1) : il devra y être remplacé."
        )

    @pytest.mark.parametrize(
        ("etat", "debut", "fin"),
        [
            ("a_cloturer", EN_COURS - 2 * JOUR, EN_COURS - JOUR),
            ("cloturee", EN_COURS - JOUR, EN_COURS),
            ("debloquee", EN_COURS - JOUR, EN_COURS),
            ("annulee", EN_COURS + JOUR, EN_COURS + JOUR),
            ("brouillon", EN_COURS + JOUR, EN_COURS + JOUR),
            ("refusee", EN_COURS + JOUR, EN_COURS + JOUR),
        ],
    )
    def test_jur_04_et_aucune_autre(self, etat: str, debut: date, fin: date) -> None:
        assert admet(rules.remplacements_annonces, self.dossier(session("S-1", etat, debut, fin)))

    def test_jur_05_un_inactif_n_est_pas_habilite(self) -> None:
        h = habilitation(EN_COURS, FIN_DE_VIE)
        habiliter = refuse(rules.jure_actif, faits(EN_COURS, h, jure=INACTIF))
        assert habiliter.code == "JUR-05"
        assert habiliter.message == f"Le juré {NOM} est inactif : activez-le avant de l'habiliter."
        assert admet(rules.jure_actif, faits(EN_COURS, h))


AUTRE = replace(JURE, id="j0", prenom="Zoë")


@pytest.mark.parametrize(
    ("proches", "message"),
    [
        (Proches((JURE,)), "Un juré proche existe déjà : Zoé MARTIN."),
        (Proches((AUTRE, JURE)), "Des jurés proches existent déjà : Zoé MARTIN, Zoë MARTIN."),
        (Proches((), True), "Un juré proche existe déjà hors de votre périmètre."),
        (
            Proches((JURE,), True),
            "Un juré proche existe déjà : Zoé MARTIN. Un autre existe hors de votre périmètre.",
        ),
    ],
)
def test_jur_06_nomme_dans_le_perimetre_seulement(proches: Proches, message: str) -> None:
    m = refuse(rules.aucun_jure_proche, proches)
    assert (m.code, m.effet, m.message) == ("JUR-06", Effet.CONFIRME, message)
    assert m.contexte.get("ids", []) == [j.id for j in (JURE, AUTRE) if j in proches.visibles]
    assert m.contexte.get("communes", []) == ["" for _ in proches.visibles]  # theirs is not known


def test_jur_06_dit_ou_habite_chacun_de_ceux_qui_portent_un_nom() -> None:
    """To open « Zoé MARTIN » or « Zoé MARTIN » was all that one was offered."""
    ici = replace(JURE, adresse=Adresse("1 rue", "75011", "Paris", "75111"))
    m = refuse(rules.aucun_jure_proche, Proches((ici, replace(ici, id="j9", adresse=None))))
    assert m.contexte["communes"] == ["75011 Paris", ""]


def test_jur_06_se_tait_sans_proche() -> None:
    assert admet(rules.aucun_jure_proche, Proches())
