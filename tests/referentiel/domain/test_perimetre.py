"""Les périmètres de la section 1 : qui agit sur quel établissement et sur quel agrément."""

from contextlib import nullcontext
from typing import Any

import pytest

from commun.bus.acteur import Acteur
from commun.domain.errors import Droit, Introuvable
from commun.domain.referentiel import TypeProfil
from services.referentiel.domain.model import Adresse, Etablissement, Site, Territoire
from services.referentiel.domain.perimetre import couvre, exiger_modification, exiger_national, exiger_territoire

PARIS, LYON = Territoire("75", "11"), Territoire("69", "84")
ADRESSE = Adresse("1 rue de l'Exemple", "75012", "Paris", "75112")
CENTRE = Etablissement(
    "e1", "99900001100018", "Centre (fictif)", ADRESSE, PARIS, sites=(Site("s1", "Lyon", ADRESSE, LYON),)
)
UD, DIRECCTE, NATIONAL, PROFIL_CENTRE = TypeProfil.UD, TypeProfil.DIRECCTE, TypeProfil.NATIONAL, TypeProfil.CENTRE


def profil(
    qui: TypeProfil, *, departement: str | None = None, region: str | None = None, centre: str | None = None
) -> Acteur:
    return Acteur("c1", "quelqu-un", "p1", qui, centre, departement, region)


TERRITOIRES = [
    (profil(UD, departement="75", region="11"), None),
    (profil(UD, departement="93", region="11"), Introuvable),
    (profil(DIRECCTE, region="11"), None),
    (profil(DIRECCTE, region="84"), Introuvable),
    (profil(NATIONAL), None),
]


def attendre(exception: type[Exception] | None) -> Any:
    return pytest.raises(exception) if exception else nullcontext()


@pytest.mark.parametrize(("qui", "refus"), [*TERRITOIRES, (profil(PROFIL_CENTRE), Droit)])
def test_les_agents_du_territoire_seuls_agissent_sur_les_agrements(qui: Acteur, refus: Any) -> None:
    with attendre(refus):
        exiger_territoire(qui, PARIS, "Ailleurs.")


@pytest.mark.parametrize(("qui", "refus"), TERRITOIRES)
def test_les_agents_du_territoire_changent_un_etablissement(qui: Acteur, refus: Any) -> None:
    with attendre(refus):
        exiger_modification(qui, CENTRE, {"siret"})


@pytest.mark.parametrize(
    ("etablissement_id", "champs", "refus"),
    [
        ("e1", {"denomination", "adresse", "telephone", "courriel"}, None),
        ("e1", {"telephone", "siret"}, Droit),
        ("e1", {"sites"}, Droit),
        ("e2", {"telephone"}, Introuvable),
    ],
)
def test_un_centre_ne_change_que_son_bloc_identite(etablissement_id: str, champs: set[str], refus: Any) -> None:
    with attendre(refus):
        exiger_modification(profil(PROFIL_CENTRE, centre=etablissement_id), CENTRE, champs)


def test_un_etablissement_se_lit_depuis_le_territoire_de_chacun_de_ses_sites() -> None:
    assert couvre(profil(UD, departement="69", region="84"), CENTRE.territoires)
    assert not couvre(profil(UD, departement="13", region="93"), CENTRE.territoires)
    assert couvre(profil(DIRECCTE, region="84"), CENTRE.territoires)
    assert not couvre(profil(DIRECCTE, region="93"), CENTRE.territoires)
    assert not couvre(profil(PROFIL_CENTRE, departement="75", region="11"), CENTRE.territoires)


@pytest.mark.parametrize("qui", list(TypeProfil))
def test_seule_la_mission_nationale_change_les_titres(qui: TypeProfil) -> None:
    with attendre(None if qui is NATIONAL else Droit):
        exiger_national(qui)
