"""Ce qui est à renouveler : la liste trouve, en SQL, ce que le domaine dit de chaque agrément."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun import clock
from commun.bus.acteur import Acteur
from commun.storage.db import nouvel_id
from services.referentiel.commands.etablissements import creer_etablissement
from services.referentiel.commands.titres import creer_titre
from services.referentiel.queries.liste_agrements import lister_agrements
from services.referentiel.storage.tables import agrements
from tests.outils.traces_exigees import sans_trace
from tests.referentiel.conftest import DIRECCTE_11, JOUR, NATIONAL, UD_75, Banc
from tests.referentiel.exemples import ADRESSE, CENTRE, titre

TITRES = {
    "TP-1": {},
    "TP-2": {"date_fin_de_vie": "2026-06-30"},
    "TP-3": {"date_fin_de_vie": "2026-06-30", "date_fin_prolongation": "2026-08-31"},
    "TP-4": {"date_fin_de_vie": "2026-07-01"},
    "TP-5": {"date_fin_de_vie": "2025-06-30", "date_fin_prolongation": "2026-07-31"},
}
CCS: dict[str, tuple[str, ...]] = {"CS-1": ("TP-1",), "CS-2": ("TP-2", "TP-4"), "CS-3": ("TP-3", "TP-5")}
JOURS = (JOUR, date(2025, 8, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
FINS = [
    date(2025, 12, 31),
    date(2026, 2, 28),
    date(2026, 6, 30),
    date(2026, 7, 1),
    date(2026, 7, 31),
    date(2026, 8, 31),
]
"""Many end together, and some the day before others begin."""


@pytest.fixture
def peuple(referentiel: Banc) -> Banc:
    """Agréments at six sites, of which three overseas: they follow each other, or leave days between."""
    hasard = random.Random(1)
    for code, dates in TITRES.items():
        ccs = [{"code": nom, "intitule": nom} for nom, siens in CCS.items() if code in siens]
        referentiel.faire(NATIONAL, creer_titre, titre(code, ccs=ccs, **dates))
    la_reunion = {"libelle": "Saint-Denis", "adresse": ADRESSE | {"code_postal": "97400", "code_insee": "97411"}}
    corps = {"sites": [{"libelle": "Paris", "adresse": ADRESSE}, la_reunion] * 3}
    chez = referentiel.faire(UD_75, creer_etablissement, CENTRE | corps)

    def un(rang: int) -> dict[str, Any]:
        site, certification = hasard.choice(chez["sites"]), hasard.choice([*TITRES, *CCS])
        debut = hasard.choice(FINS) + timedelta(days=hasard.choice((-700, -400, 1, 1, 2)))
        fin = max(debut, hasard.choice([*FINS, date(2028, 12, 31)]))
        nom = "ccs_code" if certification in CCS else "titre_code"
        lieu = {"id": nouvel_id(), "etablissement_id": chez["id"], "site_id": site["id"], "numero": f"n-{rang}"}
        statut = hasard.choice(("accorde", "accorde", "accorde", "suspendu", "retire"))
        sans = {"titre_code": None, "ccs_code": None}
        return lieu | sans | {nom: certification, "date_debut": debut, "date_fin": fin, "statut": statut}

    with sans_trace("referentiel") as db:
        db.execute(sa.insert(agrements), [un(rang) for rang in range(200)])
    return referentiel


def _lus(banc: Banc, jour: date | None, qui: Acteur = NATIONAL, **filtres: str) -> dict[str, dict[str, Any]]:
    lue = banc.lire(qui, lister_agrements, {"par_page": "200"} | filtres, jour=jour)
    assert lue["total"] == len(lue["elements"])
    return {a["numero"]: a for a in lue["elements"]}


@pytest.mark.parametrize("jour", JOURS)
def test_ce_qui_est_a_renouveler_en_sql_est_ce_que_dit_le_domaine(peuple: Banc, jour: date) -> None:
    tous = _lus(peuple, jour)
    for qui in (NATIONAL, UD_75, DIRECCTE_11):
        siens = _lus(peuple, jour, qui).keys()
        for voulu in (True, False):
            attendus = {numero for numero in siens if tous[numero]["a_renouveler"] is voulu}
            assert _lus(peuple, jour, qui, a_renouveler=f"{voulu}".lower()).keys() == attendus
            assert attendus
    finis = {numero for numero, a in tous.items() if a["finit_bientot"] and a["statut"] == "accorde"}
    assert {numero for numero, a in tous.items() if a["a_renouveler"]} < finis


def test_chacun_se_juge_au_jour_de_son_site(peuple: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the last day of December, in the evening, it is January in La Réunion."""
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2025, 12, 31, 21, tzinfo=UTC))
    tous = _lus(peuple, None)
    assert _lus(peuple, None, a_renouveler="true").keys() == {n for n, a in tous.items() if a["a_renouveler"]}
    la_veille, le_lendemain = (
        {n for n, a in _lus(peuple, jour).items() if a["a_renouveler"]}
        for jour in (date(2025, 12, 31), date(2026, 1, 1))
    )
    la_bas = {n for n, a in tous.items() if a["site"] == "Saint-Denis"}
    assert {n for n, a in tous.items() if a["a_renouveler"]} == la_veille - la_bas | le_lendemain & la_bas
    assert (le_lendemain - la_veille) & la_bas
