"""Les données de la démonstration : justes quel que soit le jour, et inventées là où elles doivent l'être."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import siret

from commun.domain.dates import plus_annees
from commun.domain.referentiel import Agrement, Certification, Situation, Titre
from demo.donnees import DOSSIER, aux_jours_ouvres, date_relative, est_ouvre, lire

JOURS = st.dates(date(2024, 1, 1), date(2044, 12, 31))


def titres(jour: date) -> dict[str, Titre]:
    return {t["code"]: en_titre(t) for t in lire("catalogue", jour)}


def en_titre(t: dict[str, Any]) -> Titre:
    return Titre(
        code=t["code"],
        intitule=t["intitule"],
        codes_rome=frozenset(t["codes_rome"]),
        ccps=tuple(Certification(**c) for c in t["ccps"]),
        ccs=tuple(Certification(**c) for c in t["ccs"]),
        date_fin_de_vie=date.fromisoformat(t["date_fin_de_vie"]),
    )


@pytest.mark.parametrize(
    ("texte", "jour", "attendu"),
    [
        ("J", date(2026, 3, 1), date(2026, 3, 1)),
        ("J+3 ans", date(2028, 2, 29), date(2031, 2, 28)),
        ("J-1 an", date(2026, 3, 1), date(2025, 3, 1)),
        ("J-4 mois", date(2026, 3, 31), date(2025, 11, 30)),
        ("J+1 jour", date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_une_date_relative(texte: str, jour: date, attendu: date) -> None:
    assert date_relative(texte, jour) == attendu


@pytest.mark.parametrize("texte", ["", "demain", "J+ 3 ans", "J+3", "2026-01-01"])
def test_une_date_relative_mal_ecrite_est_refusee(texte: str) -> None:
    with pytest.raises(ValueError, match="illisible"):
        date_relative(texte, date(2026, 1, 1))


@given(JOURS)
def test_les_situations_tiennent_quel_que_soit_le_jour(jour: date) -> None:
    catalogue = titres(jour).values()
    en_cours = [t for t in catalogue if t.situation(jour) is Situation.EN_COURS]
    assert len(catalogue) >= 14
    assert all(t.situation(plus_annees(jour, 2)) is Situation.EN_COURS for t in en_cours)
    assert len([t for t in en_cours if t.ccs]) >= 2
    assert {t.situation(jour) for t in catalogue} == set(Situation)


@given(JOURS)
def test_les_sessions_se_tiennent_les_jours_ou_l_on_travaille(jour: date) -> None:
    """Who tried CERES on a Wednesday found a session validated for a Saturday, or for Christmas."""
    tels = {plan["cle"]: plan["corps"] for plan in lire("sessions", jour)}
    for plan in aux_jours_ouvres(lire("sessions", jour), jour):
        debut, fin = (date.fromisoformat(plan["corps"][nom]) for nom in ("date_debut", "date_fin"))
        avait = tuple(date.fromisoformat(tels[plan["cle"]][nom]) for nom in ("date_debut", "date_fin"))
        if plan["cle"] == "du-jour":
            assert (debut, fin) == avait == (jour, jour + timedelta(days=1))
            continue
        assert est_ouvre(debut)
        assert est_ouvre(fin)
        assert (debut < fin) == (avait[0] < avait[1])
        assert (debut > jour, fin < jour) == (avait[0] > jour, avait[1] < jour)
        assert date.fromisoformat(plan["prepare"]) < debut
        assert debut - avait[0] < timedelta(days=6) > avait[1] - fin


@pytest.mark.parametrize("ferie", ["2026-12-25", "2027-03-29", "2027-05-06", "2027-05-17", "2027-07-14", "2026-12-05"])
def test_un_jour_ferie_n_est_pas_ouvre(ferie: str) -> None:
    assert not est_ouvre(date.fromisoformat(ferie))


@given(JOURS)
def test_le_centre_de_demonstration_detient_ce_que_le_contrat_promet(jour: date) -> None:
    catalogue = titres(jour)
    centre = next(e for e in lire("etablissements", jour) if e["cle"] == "centre-demo")
    tenus = set()
    for a in centre["agrements"]:
        corps = a["corps"]
        agrement = Agrement(
            "", "", "", corps.get("titre_code"), corps.get("ccs_code"),
            date.fromisoformat(corps["date_debut"]), date.fromisoformat(corps["date_fin"]),
        )  # fmt: skip
        titre = catalogue.get(agrement.titre_code or "")
        if a["site"] == 0 and agrement.couvre(jour, jour, titre):
            tenus.add(agrement.titre_code or agrement.ccs_code)
    detenus = [catalogue[code] for code in tenus if code in catalogue]
    durables = [t for t in detenus if t.situation(plus_annees(jour, 2)) is Situation.EN_COURS]
    assert any(len(t.ccps) >= 2 for t in durables)
    assert any(t.situation(jour) is Situation.EN_PROLONGATION for t in detenus)
    assert any(c.code in tenus for t in durables for c in t.ccs)


@given(JOURS)
def test_aucun_agrement_ne_depasse_la_fin_de_vie_de_son_titre(jour: date) -> None:
    catalogue = lire("catalogue", jour)
    fins = {t["code"]: t["date_fin_de_vie"] for t in catalogue}
    fins |= {c["code"]: t["date_fin_de_vie"] for t in catalogue for c in t["ccs"]}
    for etablissement in lire("etablissements", jour):
        for agrement in etablissement["agrements"]:
            corps = agrement["corps"]
            assert corps["date_debut"] < corps["date_fin"] <= fins[corps.get("titre_code") or corps["ccs_code"]]


@given(JOURS)
def test_les_habilitations_respectent_la_vie_des_titres_et_l_anciennete(jour: date) -> None:
    catalogue = titres(jour)
    for jure in lire("jures", jour):
        for habilitation in jure["habilitations"]:
            corps = habilitation["corps"]
            if code := corps.get("titre_code"):
                titre = catalogue[code]
                borne = titre.date_fin_de_vie if titre.situation(jour) is Situation.EN_COURS else titre.fin_prolongation
                assert date.fromisoformat(corps["date_fin"]) <= (borne or date.max)
                assert set(corps["ccp_codes"]) <= titre.codes_ccp
                assert any(e["code_rome"] in titre.codes_rome and e["date_fin"] is None for e in jure["emplois"])


def test_les_siret_sont_valides_et_les_etablissements_se_disent_fictifs() -> None:
    etablissements = lire("etablissements", date(2026, 1, 1))
    assert all(siret.is_valid(e["corps"]["siret"]) and "(fictif)" in e["corps"]["denomination"] for e in etablissements)
    assert len({e["corps"]["siret"] for e in etablissements}) == len(etablissements)


def test_les_personnes_sont_inventees() -> None:
    jures, candidats = lire("jures", date(2026, 1, 1)), lire("candidats", date(2026, 1, 1))
    assert (len(jures), len(candidats)) == (33, 64)
    for personne in [x["corps"] for x in (*jures, *candidats)]:
        assert personne["courriel"].endswith("@exemple.fr")
        assert "fictive" in personne["adresse"]["complement"]
        telephones = [v for cle, v in personne.items() if cle.startswith("telephone")]
        assert telephones
        assert all(re.fullmatch(r"019900\d{4}", t) for t in telephones)


def test_toute_commune_citee_est_dans_les_territoires_de_la_demonstration() -> None:
    communes = json.loads((DOSSIER / "territoires" / "communes.json").read_text("utf-8"))
    connus = {c["code"] for c in communes} | {a for c in communes for a in c.get("anciensCodes", [])}
    for nom in ("etablissements", "jures", "candidats"):
        cites = set(re.findall(r'"code_insee": "(\w+)"', (DOSSIER / f"{nom}.json").read_text("utf-8")))
        assert cites <= connus
