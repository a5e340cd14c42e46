"""What dates make of an habilitation, of a job, of a session."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commun.domain.referentiel import Titre
from services.jures.domain.model import (
    EXPIREES,
    STOCKES,
    EtatHabilitation,
    Habilitation,
    borne_des_dates,
    date_fin_par_defaut,
)
from tests.jures.domain.faits import (
    EMPLOI,
    EN_COURS,
    EN_PROLONGATION,
    FIN_DE_VIE,
    FIN_PROLONGATION,
    HORS_DELAI,
    SANS_FIN,
    TITRE,
    habilitation,
    session,
)

E = EtatHabilitation
JOUR = timedelta(days=1)
DEBUT = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("date_fin", "fixee", "titre", "fin_effective"),
    [
        (date(2026, 5, 1), False, TITRE, date(2026, 5, 1)),
        (FIN_DE_VIE, False, TITRE, FIN_DE_VIE),
        (date(2030, 1, 1), False, TITRE, FIN_DE_VIE),
        (date(2026, 12, 1), True, TITRE, date(2026, 12, 1)),
        (date(2030, 1, 1), True, TITRE, FIN_PROLONGATION),
        (date(2030, 1, 1), True, replace(TITRE, date_fin_prolongation=date(2026, 9, 30)), date(2026, 9, 30)),
        (date(2030, 1, 1), False, SANS_FIN, date(2030, 1, 1)),
        (date(2030, 1, 1), True, SANS_FIN, date(2030, 1, 1)),
    ],
)
def test_fin_effective(date_fin: date, fixee: bool, titre: Titre, fin_effective: date) -> None:
    h = habilitation(DEBUT, date_fin, E.ACTIVE, date_fin_fixee_en_prolongation=fixee)
    assert h.fin_effective(titre) == fin_effective
    assert h.etat_le(fin_effective, titre) is E.ACTIVE
    assert h.etat_le(fin_effective + JOUR, titre) in EXPIREES


jours = st.dates(date(2020, 1, 1), date(2032, 1, 1))
titres = st.builds(
    lambda fin, marge: replace(
        TITRE, date_fin_de_vie=fin, date_fin_prolongation=fin + marge * JOUR if fin and marge is not None else None
    ),
    st.none() | jours,
    st.none() | st.integers(0, 800),
)


def _naif(jour: date, date_fin: date, fixee: bool, titre: Titre) -> str:
    """The paragraph of `regles.md` §3, said again word for word."""
    fin_de_vie, fin_prolongation = titre.date_fin_de_vie, titre.fin_prolongation
    bornes = [date_fin]
    if fixee:
        bornes += [fin_prolongation] if fin_prolongation else []
    else:
        bornes += [fin_de_vie] if fin_de_vie else []
    if all(jour <= borne for borne in bornes):
        return "active"
    if fin_prolongation and jour > fin_prolongation:
        return "expiree_hors_delai"
    return "expiree_fin_de_vie" if fin_de_vie and not date_fin < fin_de_vie else "expiree_avant_fin_de_vie"


@given(jours, jours, st.booleans(), titres)
def test_etat_le_selon_l_enonce(jour: date, date_fin: date, fixee: bool, titre: Titre) -> None:
    h = habilitation(DEBUT, date_fin, E.ACTIVE, date_fin_fixee_en_prolongation=fixee)
    assert h.etat_le(jour, titre) == _naif(jour, date_fin, fixee, titre)


@given(jours, jours, titres, st.sampled_from(sorted(STOCKES - {E.ACTIVE})))
def test_seule_une_active_expire(jour: date, date_fin: date, titre: Titre, etat: EtatHabilitation) -> None:
    assert habilitation(DEBUT, date_fin, etat).etat_le(jour, titre) is etat


@given(jours, jours, titres)
def test_une_active_ne_survit_jamais_a_la_prolongation(jour: date, date_fin: date, titre: Titre) -> None:
    for fixee in (False, True):
        h = habilitation(DEBUT, date_fin, E.ACTIVE, date_fin_fixee_en_prolongation=fixee)
        fin = titre.fin_prolongation
        assert h.etat_le(jour, titre) is not E.ACTIVE or fin is None or jour <= fin


def test_une_habilitation_a_venir_est_active_mais_pas_en_vigueur() -> None:
    h = habilitation(EN_COURS + JOUR, FIN_DE_VIE, E.ACTIVE)
    assert h.etat_le(EN_COURS, TITRE) is E.ACTIVE
    assert not h.couvre(EN_COURS, EN_COURS, TITRE)
    assert not h.couvre(EN_COURS, FIN_DE_VIE, TITRE)
    assert h.couvre(EN_COURS + JOUR, FIN_DE_VIE, TITRE)
    assert not h.couvre(EN_COURS + JOUR, FIN_DE_VIE + JOUR, TITRE)
    assert not replace(h, etat=E.SUSPENDUE).couvre(FIN_DE_VIE, FIN_DE_VIE, TITRE)


@pytest.mark.parametrize(
    ("etat", "publie"),
    [
        (E.BROUILLON, "brouillon"),
        (E.ACTIVE, "active"),
        (E.SUSPENDUE, "suspendue"),
        (E.SUPPRIMEE, "supprimee"),
        (E.EXPIREE_AVANT_FIN_DE_VIE, "expiree"),
        (E.EXPIREE_FIN_DE_VIE, "expiree"),
        (E.EXPIREE_HORS_DELAI, "expiree"),
    ],
)
def test_le_contrat_ne_connait_qu_une_facon_d_expirer(etat: EtatHabilitation, publie: str) -> None:
    assert etat.publie == publie


def test_une_habilitation_porte_sur_un_titre_ou_sur_un_ccs_et_n_est_pas_conservee_expiree() -> None:
    for titre_code, ccs_code in ((None, None), ("TP-00001", "CS-01")):
        with pytest.raises(ValueError, match="un titre ou sur un CCS"):
            Habilitation("h", "j", DEBUT, DEBUT, titre_code, ccs_code=ccs_code)
    with pytest.raises(ValueError, match="se calcule"):
        habilitation(DEBUT, DEBUT, E.EXPIREE_FIN_DE_VIE)


@pytest.mark.parametrize(
    ("jour", "titre", "borne", "par_defaut"),
    [
        (EN_COURS, TITRE, FIN_DE_VIE, FIN_DE_VIE),
        (EN_PROLONGATION, TITRE, FIN_PROLONGATION, FIN_PROLONGATION),
        (EN_COURS, SANS_FIN, None, date(2029, 2, 28)),
        (HORS_DELAI, TITRE, None, date(2029, 2, 28)),
    ],
)
def test_date_fin_par_defaut(jour: date, titre: Titre, borne: date | None, par_defaut: date) -> None:
    assert borne_des_dates(jour, titre) == borne
    assert date_fin_par_defaut(date(2024, 2, 29), jour, titre) == par_defaut


def test_la_date_de_fin_proposee_ne_precede_jamais_le_debut() -> None:
    """HAB-10 refused « du 01/03/2028 au 29/02/2028 » to who had given a date_debut alone, past the fin de vie."""
    tard = FIN_DE_VIE + timedelta(days=1)
    assert date_fin_par_defaut(tard, EN_COURS, TITRE) == tard
    assert date_fin_par_defaut(FIN_DE_VIE, EN_COURS, TITRE) == FIN_DE_VIE


@pytest.mark.parametrize(
    ("etat", "debut", "fin", "montre", "a_venir", "passee"),
    [
        ("brouillon", EN_COURS + JOUR, EN_COURS + JOUR, "brouillon", True, False),
        ("brouillon", EN_COURS, EN_COURS + JOUR, "caduque", False, False),
        ("en_attente_de_validation", EN_COURS - JOUR, EN_COURS - JOUR, "caduque", False, False),
        ("refusee", EN_COURS + JOUR, EN_COURS + JOUR, "refusee", True, False),
        ("validee", EN_COURS + JOUR, EN_COURS + JOUR, "validee", True, False),
        ("validee", EN_COURS - JOUR, EN_COURS, "en_cours", True, False),
        ("validee", EN_COURS, EN_COURS + JOUR, "en_cours", True, False),
        ("validee", EN_COURS - JOUR, EN_COURS - JOUR, "a_cloturer", False, True),
        ("convoquee", EN_COURS + JOUR, EN_COURS + JOUR, "convoquee", True, False),
        ("en_cours", EN_COURS - JOUR, EN_COURS, "en_cours", True, False),
        ("caduque", EN_COURS, EN_COURS, "caduque", False, False),
        ("a_cloturer", EN_COURS - JOUR, EN_COURS - JOUR, "a_cloturer", False, True),
        ("cloturee", EN_COURS, EN_COURS, "cloturee", False, True),
        ("debloquee", EN_COURS - JOUR, EN_COURS - JOUR, "debloquee", False, True),
        ("debloquee", EN_COURS, EN_COURS, "debloquee", False, True),
        ("annulee", EN_COURS + JOUR, EN_COURS + JOUR, "annulee", False, False),
        ("annulee", EN_COURS - JOUR, EN_COURS - JOUR, "annulee", False, False),
    ],
)
def test_une_session_est_a_venir_passee_ou_sans_poids(
    etat: str, debut: date, fin: date, montre: str, a_venir: bool, passee: bool
) -> None:
    s = session("S-1", etat, debut, fin)
    assert (s.etat, s.a_venir, s.passee) == (montre, a_venir, passee)


def test_un_emploi_dit_a_quoi_il_sert_et_a_quoi_un_agent_l_a_lie() -> None:
    """Of titres that are over, those alone that an agent has marked: a ROME code links those of forty years."""
    marque, autre = replace(TITRE, code="TP-00002", codes_rome=frozenset()), replace(TITRE, code="TP-00003")
    emploi = replace(EMPLOI, titres_lies=frozenset({marque.code}))
    sans_lien = replace(TITRE, code="TP-00004", codes_rome=frozenset({"K2111"}))
    assert emploi.liens([TITRE, marque, autre, sans_lien], EN_COURS) == [TITRE, marque, autre]
    assert emploi.liens([TITRE, marque, autre, sans_lien], HORS_DELAI) == [marque]


@pytest.mark.parametrize(
    ("debut", "fin", "occupe"),
    [
        (date(2024, 3, 4), date(2024, 6, 28), True),
        (date(2024, 1, 1), date(2024, 3, 4), True),
        (date(2024, 6, 28), date(2024, 12, 31), True),
        (date(2024, 1, 1), date(2024, 3, 3), False),
        (date(2024, 6, 29), date(2024, 12, 31), False),
    ],
)
def test_un_emploi_est_occupe_de_son_premier_jour_a_son_dernier(debut: date, fin: date, occupe: bool) -> None:
    emploi = replace(EMPLOI, date_debut=date(2024, 3, 4), date_fin=date(2024, 6, 28))
    assert emploi.occupe(debut, fin) is occupe
    assert replace(emploi, date_fin=None).occupe(debut, fin) is (fin >= emploi.date_debut)
