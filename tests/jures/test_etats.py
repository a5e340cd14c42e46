"""L'état et le périmètre calculés en SQL sont ceux du domaine, sur des centaines d'habilitations au hasard."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable
from commun.storage.db import moteur, nouvel_id
from services.jures.commands.reception import recevoir_session
from services.jures.domain.model import Adresse, EtatHabilitation, Habilitation, Jure
from services.jures.queries.fiches import fiche_jure
from services.jures.queries.listes import lister_habilitations, lister_jures
from services.jures.storage.etats import etats_le
from services.jures.storage.fiches import get_fiches, save_habilitation, save_jure
from services.jures.storage.tables import habilitations, jures
from tests.jures.banc import (
    CENTRE,
    DIRECCTE_11,
    ETABLISSEMENT,
    JOUR,
    NATIONAL,
    TITRE,
    UD_75,
    UD_92,
    Banc,
    Corps,
    session,
)
from tests.jures.conftest import TABLES
from tests.outils.bases import garder, vider
from tests.outils.traces_exigees import sans_trace

E = EtatHabilitation
AUTRE = "0190a8c0-0000-7000-8000-0000000000fe"
TITRES = (
    ("TP-1", None, None),
    ("TP-2", "2025-12-31", None),
    ("TP-3", "2024-06-30", None),
    ("TP-4", "2025-12-31", "2026-03-01"),
    ("TP-5", "2026-03-02", "2028-01-01"),
    ("TP-6", "2025-12-31", None),
    ("TP-7", "2025-11-30", "2027-06-30"),
)
"""None of an end, in prolongation, hors délai, the day after, the last day, a twin of the second, and one whose life is
shorter than the second's, and its prolongation longer."""
CCS: dict[str, tuple[str, ...]] = {
    "CS-1": ("TP-1", "TP-2", "TP-3"),
    "CS-2": ("TP-3", "TP-4"),
    "CS-3": ("TP-2", "TP-6"),
    "CS-4": ("TP-3",),
    "CS-5": (),
    "CS-6": ("TP-2", "TP-7"),
}
"""The fifth was taken off every titre."""
SUITES = (E.SUPPRIMEE, E.BROUILLON)
"""What may follow an habilitation that ends: one was taken back, one is prepared."""
JOURS = (JOUR, date(2024, 7, 1), date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 2))
VILLES = {"75": ("75011", "11"), "92": ("92000", "11"), "69": ("69003", "84")}


@pytest.fixture(scope="module")
def peuplee(installe: list[str]) -> list[str]:
    """What `peuple` holds, written once."""
    vider("jures", TABLES, installe)
    banc, hasard = Banc(), random.Random(31)
    for version, (code, fin, prolongation) in enumerate(TITRES, 2):
        siens = [{"code": ccs, "intitule": ccs} for ccs, codes in CCS.items() if code in codes]
        dates = {"date_fin_de_vie": fin, "date_fin_prolongation": prolongation}
        banc.titre(code=code, ccs=siens, version=version, **dates)
    ids, sans_rien = [], ""
    with sans_trace("jures") as db:
        for n in range(200):
            departement = hasard.choice(list(VILLES))
            postal, region = VILLES[departement]
            adresse = Adresse("1 rue des Essais", postal, "Essai", "")
            jure = Jure(nouvel_id(), "M", f"Nom{n}", "Essai", departement, region, adresse=adresse)
            save_jure(db, jure)
            ids.append(jure.id)
            siennes = list(_habilitations(hasard, jure.id))
            for h in siennes:
                save_habilitation(db, h)
            sans_rien = sans_rien or (jure.id if not siennes else "")
        # one on the last of its days, and one that the longer of two prolongations bounds, which none is by chance
        sienne = {"titre_code": "TP-5", "ccp_codes": frozenset({"BC01"}), "etat": E.ACTIVE}
        save_habilitation(db, Habilitation(nouvel_id(), sans_rien, date(2026, 1, 1), JOUR, **sienne))
        sur_ccs = {"ccs_code": "CS-6", "etat": E.ACTIVE, "date_fin_fixee_en_prolongation": True}
        save_habilitation(db, Habilitation(nouvel_id(), sans_rien, date(2026, 1, 1), date(2030, 1, 1), **sur_ccs))
    for n in range(60):
        etat = hasard.choice(
            ["brouillon", "en_attente_de_validation", "validee", "refusee", "cloturee", "annulee", "debloquee"]
        )
        debut = JOUR + timedelta(days=hasard.choice([-400, -1, 0, 1, 300]))
        qui = [{"jure_id": id_, "habilitation_id": None} for id_ in hasard.sample(ids, 2)]
        ou = hasard.choice([ETABLISSEMENT, nouvel_id()])
        banc.consommer(recevoir_session, session(f"S-{n}", etat, debut.isoformat(), jures=qui, etablissement_id=ou))
    return garder("jures", TABLES, sous="peuple")


@pytest.fixture
def peuple(peuplee: list[str]) -> Banc:
    """200 jurés with habilitations of every kind, and sessions of every kind."""
    vider("jures", TABLES, peuplee)
    return Banc()


def _habilitations(hasard: random.Random, jure_id: str) -> Iterator[Habilitation]:
    certifications = [(code, None) for code, _, _ in TITRES] + [(None, ccs) for ccs in CCS]
    for titre_code, ccs_code in hasard.sample(certifications, hasard.randint(0, 5)):
        debut = date(2022, 1, 1) + timedelta(days=hasard.randint(0, 1500))
        yield Habilitation(
            id=nouvel_id(),
            jure_id=jure_id,
            titre_code=titre_code,
            ccs_code=ccs_code,
            ccp_codes=frozenset({"BC01"}) if titre_code else frozenset(),
            date_debut=debut,
            date_fin=debut + timedelta(days=hasard.choice([0, 200, 700, 1800])),
            etat=hasard.choice([E.ACTIVE, E.ACTIVE, E.ACTIVE, E.SUSPENDUE, E.BROUILLON, E.SUPPRIMEE]),
            date_fin_fixee_en_prolongation=hasard.random() < 0.3,
        )


@pytest.mark.parametrize("jour", JOURS)
def test_l_etat_et_la_fin_en_sql_sont_ceux_du_domaine(peuple: Banc, jour: date) -> None:
    etats = etats_le(jour)
    colonnes = (habilitations.c.id, habilitations.c.jure_id, etats.etat, etats.fin_effective)
    with moteur("jures").connect() as db:
        lignes = db.execute(sa.select(*colonnes).select_from(etats.source)).all()
        fiches = get_fiches(db, {ligne[1] for ligne in lignes}, lambda _zone: jour)
    attendus = {
        h.id: (fiche.dossier.etat(h).publie, fiche.dossier.fin_effective(h))
        for fiche in fiches.values()
        for h in fiche.dossier.habilitations
    }
    lus = {id_: (etat, fin) for id_, _, etat, fin in lignes if etat != "supprimee"}
    assert len(lus) > 300
    assert {etat for etat, _ in lus.values()} == {"active", "suspendue", "brouillon", "expiree"}
    assert lus == attendus


@pytest.mark.parametrize("jour", [*JOURS, date(2024, 2, 29), date(2025, 3, 1), date(2026, 9, 1)])
def test_ce_qui_est_a_renouveler_en_sql_est_ce_que_dit_le_domaine(peuple: Banc, jour: date) -> None:
    with sans_trace("jures") as db:
        db.execute(sa.update(jures).where(jures.c.nom.endswith("7")).values(statut="inactif"))
        for rang, h in enumerate(h for h, dit in _a_preparer(db, jour).items() if dit):
            ensuite = {"date_debut": h.date_fin + timedelta(days=1), "date_fin": h.date_fin + timedelta(days=99)}
            save_habilitation(db, replace(h, id=nouvel_id(), etat=SUITES[rang % len(SUITES)], **ensuite))
        dits = _a_preparer(db, jour)
    for voulu in (True, False):
        attendues = {h.id for h, dit in dits.items() if dit is voulu}
        assert _les_habilitations(peuple, jour, a_renouveler=f"{voulu}".lower()) == attendues
        assert attendues


def _a_preparer(db: sa.Connection, jour: date) -> dict[Habilitation, bool]:
    fiches = get_fiches(db, set(db.scalars(sa.select(jures.c.id))), lambda _zone: jour)
    return {h: f.dossier.a_preparer(h) for f in fiches.values() for h in f.dossier.habilitations}


def _les_habilitations(banc: Banc, jour: date, **filtres: str) -> set[str]:
    lues: list[Corps] = []
    for page in range(1, 9):
        demande = filtres | {"par_page": "100", "page": f"{page}"}
        lues += banc.lire(NATIONAL, lister_habilitations, demande, jour=jour)["elements"]
    dits = {f"{h['a_renouveler']}".lower() for h in lues}
    assert dits <= {filtres.get("a_renouveler", "")}  # who does not renew it read that none was to be
    return {h["id"] for h in lues}


@pytest.mark.parametrize(
    "qui",
    [UD_75, UD_92, DIRECCTE_11, NATIONAL, CENTRE, replace(CENTRE, etablissement_id=AUTRE)],
    ids=lambda a: f"{a.type}-{a.departement or a.region or a.etablissement_id}",
)
def test_la_liste_montre_ce_que_la_fiche_montre(peuple: Banc, qui: Acteur) -> None:
    peuple.agrement(titre_code="TP-2", date_debut="2025-01-01", date_fin="2025-12-31")  # covers the prolongation
    peuple.agrement(id=nouvel_id(), titre_code=None, ccs_code="CS-3")
    peuple.agrement(id=nouvel_id(), titre_code="TP-1", statut="suspendu")
    peuple.agrement(id=nouvel_id(), titre_code="TP-5")  # on the last day of its life
    tous = {j["id"] for page in "12" for j in _page(peuple, NATIONAL, page)}
    assert len(tous) == 200
    listes = {j["id"] for page in "12" for j in _page(peuple, qui, page)}
    ouverts = random.Random(4).sample(sorted(tous), 60)
    assert listes & set(ouverts) == {id_ for id_ in ouverts if _lisible(peuple, qui, id_)}
    assert (len(listes) > 0) == (qui.etablissement_id in (None, ETABLISSEMENT))


def _page(banc: Banc, qui: Acteur, page: str) -> list[Corps]:
    return list(banc.lire(qui, lister_jures, {"par_page": "100", "page": page})["elements"])


def _lisible(banc: Banc, qui: Acteur, id_: str) -> bool:
    try:
        banc.lire(qui, fiche_jure, id_)
    except Introuvable:
        return False
    return True


@pytest.mark.parametrize("etat", ["brouillon", "active", "suspendue", "expiree"])
def test_filtrer_par_etat_et_par_fin(peuple: Banc, etat: str) -> None:
    filtres = {"etat": etat, "par_page": "200", "tri": "-date_fin"}
    page = peuple.lire(NATIONAL, lister_habilitations, filtres)
    assert len(page["elements"]) == min(page["total"], 200) > 0
    assert {h["etat"] for h in page["elements"]} == {etat}
    dates = [h["date_fin"] for h in page["elements"]]
    assert dates == sorted(dates, reverse=True)
    tot = peuple.lire(NATIONAL, lister_habilitations, filtres | {"fin_avant": "2026-01-01"})
    assert 0 < tot["total"] < page["total"] or etat == "active"
    assert TITRE["code"] in {h["titre_code"] for h in page["elements"]}
