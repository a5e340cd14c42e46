"""Ce qui est calculé en SQL pour les listes est ce que dit le domaine, et une page coûte toujours autant."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun.storage.db import nouvel_id
from services.referentiel.commands import agrements as actes
from services.referentiel.commands import etablissements, titres
from services.referentiel.domain.model import sert_jusqu_au, statut_le
from services.referentiel.queries.agrements import faits_agrements
from services.referentiel.queries.liste_agrements import lister_agrements, statut_sql
from services.referentiel.queries.titres import lister_titres
from services.referentiel.storage.etablissements import AGREMENTS, agrements_lus
from services.referentiel.storage.tables import agrements
from services.referentiel.storage.tables import ccs as table_ccs
from tests.outils.requetes import requetes
from tests.outils.traces_exigees import sans_trace
from tests.referentiel.conftest import JOUR, NATIONAL, Banc
from tests.referentiel.exemples import CENTRE, titre

JOURS = [JOUR + timedelta(days=n) for n in (-653, -380, -1, 0, 1, 31, 364, 365, 366, 367, 500)]
FINS = (
    None,
    JOUR,
    JOUR + timedelta(days=30),
    date(2024, 2, 29),
    date(2023, 6, 1),  # of a prolongation of 366 days
    JOUR - timedelta(days=365),
    JOUR - timedelta(days=366),
)


@pytest.fixture
def catalogue(referentiel: Banc) -> Banc:
    for n, fin in enumerate(FINS):
        corps = titre(f"TP-{n}", date_fin_de_vie=fin.isoformat() if fin else None)
        if n == 1:
            corps["date_fin_prolongation"] = JOUR.isoformat()
        referentiel.faire(NATIONAL, titres.creer_titre, corps)
    return referentiel


@pytest.mark.parametrize("jour", JOURS)
def test_la_situation_en_sql_est_celle_du_domaine(catalogue: Banc, jour: date) -> None:
    tous = catalogue.lire(NATIONAL, lister_titres, {"par_page": "200"}, jour=jour)["elements"]
    for situation in ("en_cours", "en_prolongation", "hors_delai"):
        filtres = {"situation": situation}
        trouves = {t["code"] for t in catalogue.lire(NATIONAL, lister_titres, filtres, jour=jour)["elements"]}
        assert trouves == {t["code"] for t in tous if t["situation"] == situation}


@pytest.fixture
def agrees(catalogue: Banc) -> Banc:
    """Agréments of each state, over each titre and CCS, for each of some periods."""
    etablissement = catalogue.faire(NATIONAL, etablissements.creer_etablissement, CENTRE)
    site = etablissement["sites"][0]["id"]
    with sans_trace("referentiel") as db:
        db.execute(table_ccs.insert().values(code="CCS-1", intitule="Un CCS", recherche="un ccs"))
        db.execute(table_ccs.insert().values(code="CCS-2", intitule="Un autre", recherche="un autre"))
        tenus = "('TP-1', 'CCS-1'), ('TP-3', 'CCS-1'), ('TP-2', 'CCS-2'), ('TP-5', 'CCS-2')"
        db.execute(sa.text(f"INSERT INTO titres_ccs VALUES {tenus}"))
        for debut, fin in ((-800, -1), (-800, 0), (-800, 30), (1, 400), (-900, -400), (-900, -366)):
            for statut in ("accorde", "suspendu", "retire"):
                for sujet in (*(f"TP-{n}" for n in range(len(FINS))), "CCS-1", "CCS-2"):
                    db.execute(
                        agrements.insert().values(
                            id=nouvel_id(),
                            etablissement_id=etablissement["id"],
                            site_id=site,
                            titre_code=None if sujet.startswith("CCS") else sujet,
                            ccs_code=sujet if sujet.startswith("CCS") else None,
                            numero="N",
                            date_debut=JOUR + timedelta(days=debut),
                            date_fin=JOUR + timedelta(days=fin),
                            statut=statut,
                        )
                    )
    return catalogue


def _du_domaine(acte: Any) -> dict[str, tuple[str, date]]:
    """Returns the state of each agrément, and its end, as the domain says them."""
    dits = {}
    for id_, f in faits_agrements(acte, agrements_lus(acte.db, AGREMENTS)).items():
        statut, fin = statut_le(f.agrement, f.jour, f.titres), f.agrement.date_fin
        dits[id_] = (statut, fin if statut == "retire" else min(fin, sert_jusqu_au(f.agrement, f.titres)))
    return dits


def _trouves(agrees: Banc, jour: date, **filtres: str) -> set[str]:
    page = agrees.lire(NATIONAL, lister_agrements, {**filtres, "par_page": "200"}, jour=jour)
    return {a["id"] for a in page["elements"]}


@pytest.mark.parametrize("jour", JOURS)
def test_le_statut_en_sql_est_celui_du_domaine(agrees: Banc, jour: date) -> None:
    def en_sql(acte: Any) -> dict[str, str]:
        vus = AGREMENTS.with_only_columns(agrements.c.id, statut_sql(acte), maintain_column_froms=True)
        return {ligne.id: ligne[1] for ligne in acte.db.execute(vus)}

    attendus = {id_: statut for id_, (statut, _) in agrees.lire(NATIONAL, _du_domaine, jour=jour).items()}
    assert agrees.lire(NATIONAL, en_sql, jour=jour) == attendus
    for statut in ("accorde", "suspendu", "retire", "echu"):
        assert _trouves(agrees, jour, statut=statut) == {i for i, s in attendus.items() if s == statut}


def test_la_fin_en_sql_est_celle_du_domaine(agrees: Banc) -> None:
    fins = {id_: fin for id_, (_, fin) in agrees.lire(NATIONAL, _du_domaine, jour=JOUR).items()}
    for borne in sorted({*fins.values()}):
        assert _trouves(agrees, JOUR, fin_avant=borne.isoformat()) == {i for i, fin in fins.items() if fin < borne}
        assert _trouves(agrees, JOUR, fin_apres=borne.isoformat()) == {i for i, fin in fins.items() if fin >= borne}


def test_une_meme_page_coute_le_meme_nombre_de_requetes(catalogue: Banc) -> None:
    etablissement = catalogue.faire(NATIONAL, etablissements.creer_etablissement, CENTRE)
    comptes = []
    for n in range(2):
        for m in range(1 + 5 * n):
            corps = {
                "titre_code": "TP-0",
                "site_id": etablissement["sites"][0]["id"],
                "numero": f"{n}-{m}",
                "date_debut": "2025-01-01",
                "date_fin": "2027-01-01",
            }
            catalogue.faire(NATIONAL, actes.creer_agrement, etablissement["id"], corps)
        with requetes("referentiel") as faites:
            catalogue.lire(NATIONAL, lister_agrements, {})
        comptes.append(len(faites))
    assert comptes[0] == comptes[1]
