"""The parameters, with their history, and what follows them."""

from datetime import date

import pytest

from commun.domain.errors import Invalide
from services.sessions.commands import parametres
from services.sessions.queries import jury
from services.sessions.queries import parametres as lus
from tests.sessions.banc import CENTRE, JOUR, NATIONAL, Banc, Corps


def test_un_parametre_garde_son_histoire(banc: Banc) -> None:
    avant = {p["code"]: p for p in banc.lire(CENTRE, lus.lister, {})["elements"]}["plafond_portee"]
    assert avant["valeur"] == "candidat"
    du: Corps = {"valeur": "titre", "du": "2026-04-01"}
    apres = banc.faire(NATIONAL, parametres.poser, "plafond_portee", du)
    assert apres["valeur"] == "candidat"
    assert [(v["valeur"], v["du"]) for v in apres["valeurs"]] == [
        ("candidat", date(2016, 9, 1)),
        ("titre", date(2026, 4, 1)),
    ]
    plus_tard = {p["code"]: p for p in banc.lire(CENTRE, lus.lister, {}, jour=date(2026, 4, 1))["elements"]}
    assert plus_tard["plafond_portee"]["valeur"] == "titre"


def test_toutes_les_fautes_d_une_valeur_se_disent_ensemble(banc: Banc) -> None:
    """Seen said in three times: the day, the days in disorder, then the value."""
    for corps, champs in (
        ({"valeur": -1, "du": "x", "au": "2026-01-01"}, {"valeur", "du"}),
        ({"valeur": -1, "du": "2026-02-01", "au": "2026-01-01"}, {"valeur", "au"}),
    ):
        assert banc.fautes(NATIONAL, parametres.poser, "delai_convocation_titre", corps).keys() == champs


@pytest.mark.parametrize(
    ("code", "corps", "dit"),
    [
        ("delai_soumission_titre", {"valeur": 40, "du": "2026-01-01"},
         "vaut 40 à compter du 01/01/2026, au lieu de « hors service »."),
        ("delai_convocation_titre", {"valeur": None, "du": "2026-04-01", "au": "2026-06-30"},
         "vaut « hors service » du 01/04/2026 au 30/06/2026, au lieu de 30."),
        ("conservation_jure", {"valeur": None, "du": "2026-04-01"},
         "vaut « sans limite » à compter du 01/04/2026, au lieu de 60."),
    ],
)  # fmt: skip
def test_la_trace_d_un_parametre_dit_ce_que_sa_valeur_remplace(banc: Banc, code: str, corps: Corps, dit: str) -> None:
    """TRA-01: what it was worth on the day from which it changes, be it past already."""
    banc.faire(NATIONAL, parametres.poser, code, corps)
    trace = banc.traces(code)[-1]
    assert trace["phrase"].endswith(f" » {dit}")
    posee = corps | {"au": corps.get("au")}
    assert [posee.items() <= v.items() for v in trace["apres"]["valeurs"]].count(True) == 1
    assert trace["avant"]["valeurs"] and not any(posee.items() <= v.items() for v in trace["avant"]["valeurs"])


@pytest.mark.parametrize(
    ("code", "valeur"),
    [("plafond_portee", "centre"), ("delai_inscription", -1), ("delai_inscription", "30"), ("delai_inscription", True),
     ("prolongation_soumise_avant_fin_de_vie", 1)],
)  # fmt: skip
def test_une_valeur_qui_n_en_est_pas_une(banc: Banc, code: str, valeur: object) -> None:
    refus = banc.refuse(NATIONAL, parametres.poser, code, {"valeur": valeur, "du": "2026-04-01"})
    assert isinstance(refus, Invalide)


def test_les_echeances_suivent_les_parametres(banc: Banc) -> None:
    session = banc.session()
    sans = banc.lire(CENTRE, jury.echeances, session["id"])
    assert (sans["soumission"], sans["inscription"], sans["jour"]) == (None, None, JOUR)
    assert (sans["inscription_vae"], sans["convocations"]) == (date(2026, 6, 14), date(2026, 5, 16))
    banc.faire(NATIONAL, parametres.poser, "delai_soumission_titre", {"valeur": 30, "du": JOUR.isoformat()})
    assert banc.lire(CENTRE, jury.echeances, session["id"])["soumission"] == date(2026, 5, 16)
