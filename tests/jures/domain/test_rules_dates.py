"""HAB-10, HAB-11, HAB-12, HAB-14: the dates of an habilitation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.referentiel import Titre
from services.jures.domain import rules
from services.jures.domain.model import EtatHabilitation
from tests.jures.domain.faits import (
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    FIN_PROLONGATION,
    HORS_DELAI,
    NOM,
    SANS_FIN,
    TITRE,
    admet,
    faits,
    habilitation,
    refuse,
    sur_ccs,
)

E = EtatHabilitation
JOUR = timedelta(days=1)


class TestDates:
    """HAB-10, HAB-11, HAB-12, HAB-14."""

    @pytest.mark.parametrize(
        ("jour", "titre", "debut", "fin"),
        [
            (EN_COURS, TITRE, EN_COURS, EN_COURS),
            (EN_COURS, TITRE, EN_COURS, FIN_DE_VIE),
            (EN_COURS, SANS_FIN, EN_COURS, date(2099, 1, 1)),
            (EN_PROLONGATION, TITRE, EN_PROLONGATION, FIN_PROLONGATION),
        ],
    )
    def test_hab_10_admet(self, jour: date, titre: Titre, debut: date, fin: date) -> None:
        f = faits(jour, habilitation(debut, fin), titre=titre)
        assert admet(rules.dates_dans_l_ordre, f)
        assert admet(rules.dates_dans_la_vie_du_titre, f)

    def test_hab_10_la_fin_precede_le_debut(self) -> None:
        m = refuse(rules.dates_dans_l_ordre, faits(EN_COURS, habilitation(EN_COURS, EN_COURS - JOUR)))
        assert (m.code, m.message) == (
            "HAB-10",
            "La date de fin (01/03/2026) précède la date de début (02/03/2026).",
        )
        assert m.contexte["date_fin_au_plus_tot"] == "2026-03-02"
        assert m.contexte["date_fin_au_plus_tard"] == "2026-06-30"
        du_dernier_jour = habilitation(FIN_DE_VIE, FIN_DE_VIE - JOUR)
        assert refuse(rules.dates_dans_l_ordre, faits(EN_COURS, du_dernier_jour)).code == "HAB-10"

    @pytest.mark.parametrize(
        ("jour", "debut", "fin", "message"),
        [
            (
                EN_COURS,
                EN_COURS,
                FIN_DE_VIE + JOUR,
                (
                    "L'habilitation (du 02/03/2026 au 01/07/2026) dépasse la fin de vie du titre Coffreur bancheur : "
                    "ses dates vont au plus tard jusqu'au 30/06/2026."
                ),
            ),
            (
                EN_COURS,
                FIN_DE_VIE + JOUR,
                FIN_DE_VIE,
                (
                    "L'habilitation (du 01/07/2026 au 30/06/2026) dépasse la fin de vie du titre Coffreur bancheur : "
                    "ses dates vont au plus tard jusqu'au 30/06/2026."
                ),
            ),
            (
                EN_PROLONGATION,
                EN_PROLONGATION,
                FIN_PROLONGATION + JOUR,
                (
                    "L'habilitation (du 01/09/2026 au 01/07/2027) dépasse la fin de prolongation du titre Coffreur "
                    "bancheur : ses dates vont au plus tard jusqu'au 30/06/2027."
                ),
            ),
        ],
    )
    def test_hab_10_au_dela_du_titre(self, jour: date, debut: date, fin: date, message: str) -> None:
        f = faits(jour, habilitation(debut, fin))
        m = refuse(rules.dates_dans_la_vie_du_titre, f)
        assert (m.code, m.message) == ("HAB-10", message)
        assert admet(rules.dates_dans_l_ordre, f)

    @pytest.mark.parametrize("etat", [E.BROUILLON, E.ACTIVE, E.SUSPENDUE])
    def test_hab_11_deux_periodes_se_touchent(self, etat: EtatHabilitation) -> None:
        autre = habilitation(EN_COURS, date(2026, 4, 30), etat, id="autre")
        m = refuse(
            rules.periodes_disjointes, faits(EN_COURS, habilitation(date(2026, 4, 30), FIN_DE_VIE), autres=(autre,))
        )
        assert (m.code, m.message) == (
            "HAB-11",
            f"{NOM} a déjà une habilitation sur Coffreur bancheur du 02/03/2026 au 30/04/2026.",
        )
        assert m.contexte["date_debut_au_plus_tot"] == "2026-05-01"
        avant = habilitation(date(2026, 1, 1), EN_COURS)
        assert not admet(rules.periodes_disjointes, faits(EN_COURS, avant, autres=(autre,)))
        avant = replace(avant, date_fin=EN_COURS - JOUR)
        assert admet(rules.periodes_disjointes, faits(EN_COURS, avant, autres=(autre,)))
        suite = habilitation(date(2026, 5, 1), FIN_DE_VIE)
        assert admet(rules.periodes_disjointes, faits(EN_COURS, suite, autres=(autre,)))

    def test_hab_11_dit_le_jour_apres_la_derniere_qui_gene(self) -> None:
        autres = (
            habilitation(date(2026, 5, 1), date(2026, 5, 31), id="seconde"),
            habilitation(EN_COURS, date(2026, 4, 30), id="premiere"),
        )
        m = refuse(rules.periodes_disjointes, faits(EN_COURS, habilitation(EN_COURS, FIN_DE_VIE), autres=autres))
        assert m.message.endswith("du 02/03/2026 au 30/04/2026.")
        assert m.contexte["date_debut_au_plus_tot"] == "2026-06-01"

    def test_hab_11_autre_certification_ou_supprimee(self) -> None:
        h = habilitation(EN_COURS, FIN_DE_VIE)
        supprimee = habilitation(EN_COURS, FIN_DE_VIE, E.SUPPRIMEE, id="autre")
        assert admet(rules.periodes_disjointes, faits(EN_COURS, h, autres=(sur_ccs(EN_COURS, FIN_DE_VIE),)))
        assert admet(rules.periodes_disjointes, faits(EN_COURS, h, autres=(supprimee,)))

    def test_hab_11_une_fin_de_vie_decidee_apres_libere_la_suite(self) -> None:
        """Expirée à la fin de vie, elle n'occupe plus les jours qui suivent, quoi que dise sa date de fin."""
        expiree = habilitation(date(2025, 1, 1), date(2029, 12, 31), E.ACTIVE, id="autre")
        suite = habilitation(FIN_DE_VIE + JOUR, FIN_PROLONGATION)
        f = faits(EN_PROLONGATION, suite, autres=(expiree,))
        assert admet(rules.periodes_disjointes, f)
        assert f.dossier.bornees_par(suite) == (replace(expiree, date_fin=FIN_DE_VIE),)
        dessus = habilitation(FIN_DE_VIE, FIN_PROLONGATION)
        m = refuse(rules.periodes_disjointes, faits(EN_PROLONGATION, dessus, autres=(expiree,)))
        assert m.message.endswith("du 01/01/2025 au 30/06/2026.")

    def test_hab_11_reactiver_en_prolongation_ne_recouvre_pas_un_renouvellement(self) -> None:
        suspendue = habilitation(date(2025, 1, 1), FIN_DE_VIE, E.SUSPENDUE)
        suite = habilitation(
            FIN_DE_VIE + JOUR, FIN_PROLONGATION, E.ACTIVE, id="autre", date_fin_fixee_en_prolongation=True
        )
        m = refuse(rules.periode_reactivee_disjointe, faits(EN_PROLONGATION, suspendue, autres=(suite,)))
        assert m.message.endswith("du 01/07/2026 au 30/06/2027.")
        assert admet(rules.periode_reactivee_disjointe, faits(EN_COURS, suspendue, autres=(suite,)))
        assert admet(rules.periodes_disjointes, faits(EN_PROLONGATION, suspendue, autres=(suite,)))

    @pytest.mark.parametrize(("fin", "refusee"), [(EN_COURS, False), (EN_COURS - JOUR, True)])
    def test_hab_14_la_date_de_fin_n_est_pas_passee(self, fin: date, refusee: bool) -> None:
        f = faits(EN_COURS, habilitation(date(2025, 1, 1), fin))
        if not refusee:
            assert admet(rules.date_fin_a_venir, f)
            return
        m = refuse(rules.date_fin_a_venir, f)
        assert (m.code, m.message) == (
            "HAB-14",
            "La date de fin de l'habilitation (01/03/2026) est passée : choisissez-en une à partir du 02/03/2026.",
        )

    @pytest.mark.parametrize(
        ("debut", "deja_active", "refusee"),
        [(EN_COURS, True, False), (EN_COURS - JOUR, False, False), (EN_COURS - JOUR, True, True)],
    )
    def test_hab_14_un_renouvellement_ne_remonte_pas_le_temps(
        self, debut: date, deja_active: bool, refusee: bool
    ) -> None:
        f = faits(EN_COURS, habilitation(debut, FIN_DE_VIE, deja_active=deja_active))
        if not refusee:
            assert admet(rules.renouvellement_sans_retroactivite, f)
            return
        m = refuse(rules.renouvellement_sans_retroactivite, f)
        assert (m.code, m.message) == (
            "HAB-14",
            (
                "Cette habilitation a déjà été active : la valider à nouveau ouvre un nouveau droit, dont la date de "
                "début (01/03/2026) ne peut pas précéder le 02/03/2026."
            ),
        )

    def test_hab_12_hors_delai_dit_tout(self) -> None:
        h = habilitation(date(2025, 1, 1), date(2030, 1, 1), deja_active=True)
        m = refuse(rules.titre_dans_les_delais, faits(HORS_DELAI, h))
        assert (m.code, m.message) == (
            "HAB-12",
            "Le titre Coffreur bancheur est hors délai de prolongation depuis le 01/07/2027.",
        )
        assert admet(rules.titre_dans_les_delais, faits(FIN_PROLONGATION, h))
        passee = faits(HORS_DELAI, replace(h, date_fin=FIN_DE_VIE))
        for regle in (
            rules.dates_dans_la_vie_du_titre,
            rules.date_fin_a_venir,
            rules.renouvellement_sans_retroactivite,
        ):
            assert admet(regle, passee)
