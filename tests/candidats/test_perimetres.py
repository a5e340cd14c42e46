"""Qui voit quels candidats : la table que tiennent les déclencheurs dit ce que dirait un recomptage complet."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa

from commun.bus.acteur import Acteur
from commun.storage.db import moteur, nouvel_id
from services.candidats.commands.fusion import fusionner
from services.candidats.commands.reception import reconstruire_repliques
from services.candidats.queries import vae
from services.candidats.queries.candidats import lister
from services.candidats.storage import candidats as stockes
from services.candidats.storage.candidats import delete_candidats, rattacher
from services.candidats.storage.tables import candidats, inscriptions, perimetres, rattachements, sessions
from tests.candidats.banc import AUTRE, CENTRE, DIRECCTE_11, NATIONAL, UD_69, UD_75, Banc
from tests.outils.requetes import requetes
from tests.outils.simultanes import aller_au_bout, ensemble
from tests.outils.traces_exigees import sans_trace

_VILLES = ({"code_postal": "75011", "code_insee": "75111"}, {"code_postal": "69003", "code_insee": "69383"})
_LIEUX = (("75", "11"), ("92", "11"), ("69", "84"))


def _dus() -> set[tuple[str, str]]:
    """Returns who should see whom, from the rows that decide it, one after the other."""
    with moteur("candidats").connect() as db:
        tous = {c["id"]: c for c in db.execute(sa.select(candidats)).mappings()}
        lieux = {s["id"]: s for s in db.execute(sa.select(sessions)).mappings()}
        inscrits = list(db.execute(sa.select(inscriptions)).mappings())
        rattaches = list(db.execute(sa.select(rattachements)).mappings())
    vivants = {i: c for i, c in tous.items() if c["canonique_id"] is None}
    dus = {(f"D{c['departement']}", i) for i, c in vivants.items() if c["departement"]}
    dus |= {(f"R{c['region']}", i) for i, c in vivants.items() if c["region"]}
    dus |= {(f"E{r['etablissement_id']}", r["candidat_id"]) for r in rattaches if r["candidat_id"] in vivants}
    for inscrit in inscrits:
        if (fiche := tous.get(inscrit["candidat_id"])) is None:
            continue
        qui, s = fiche["canonique_id"] or fiche["id"], lieux[inscrit["session_id"]]
        dus |= {(f"E{s['etablissement_id']}", qui), (f"D{s['departement']}", qui), (f"R{s['region']}", qui)}
    return dus


def _tenus() -> set[tuple[str, str]]:
    with moteur("candidats").connect() as db:
        return {(p, str(i)) for p, i in db.execute(sa.select(perimetres.c.portee, perimetres.c.candidat_id))}


def _agir(banc: Banc, hasard: random.Random) -> Iterator[None]:
    """Does what changes who sees whom, at random; yields after each act."""
    ids: list[str] = []
    for rang in range(12):
        ou = _VILLES[0] if rang < 2 else hasard.choice(_VILLES)  # the first two are merged by the UD of Paris
        adresse = {"voie": "1 rue des Essais", "commune": "Essai"} | ou
        ids.append(banc.candidat(prenoms="Zoé" + "abcdefghijkl"[rang], adresse=adresse)["id"])
        yield
    for version in range(2, 8):
        for numero in (1, 2, 3):
            (departement, region), choisis = hasard.choice(_LIEUX), hasard.sample(ids, hasard.randrange(4))
            lieu = {
                "departement": departement,
                "region": region,
                "etablissement_id": hasard.choice((AUTRE, nouvel_id())),
            }
            banc.session(*choisis, numero=numero, version=version, **lieu)
            yield
        with sans_trace("candidats") as db:
            rattacher(db, hasard.sample(ids, 2), AUTRE, "rattachement")
        yield
    garde, absorbe = ids[:2]
    banc.faire(UD_75, fusionner, garde, {"absorbe_id": absorbe, "motif": "Essai.", "confirmer": ["CAN-04"]})
    yield
    banc.session(absorbe, numero=1, version=9, departement="69", region="84")
    yield
    with sans_trace("candidats") as db:
        db.execute(inscriptions.delete())
        delete_candidats(db, ids[4:6])
    yield


@pytest.mark.parametrize("graine", range(3))
def test_les_declencheurs_tiennent_les_perimetres(banc: Banc, graine: int) -> None:
    for _ in _agir(banc, random.Random(graine)):
        assert _tenus() == _dus()


def test_les_listes_comptent_ce_qui_est_vu(banc: Banc) -> None:
    etapes = _agir(banc, random.Random(7))
    for _ in range(20):
        next(etapes)
    dus = _dus()
    for qui, portee in ((UD_75, "D75"), (UD_69, "D69"), (DIRECCTE_11, "R11"), (CENTRE, f"E{CENTRE.etablissement_id}")):
        vus = {i for p, i in dus if p == portee}
        page = banc.lire(qui, lister, {"par_page": "200"})
        assert ({c["id"] for c in page["elements"]}, page["total"]) == (vus, len(vus))
        assert banc.lire(qui, lister, {"par_page": "1", "page": "2"})["total"] == len(vus)
        assert banc.lire(qui, lister, {"page": "900"}) == {
            "elements": [],
            "total": len(vus),
            "page": 900,
            "par_page": 25,
        }
    assert banc.lire(NATIONAL, lister, {})["total"] == 12


@pytest.mark.parametrize("qui", [NATIONAL, UD_75, CENTRE])
def test_une_page_coute_un_nombre_fixe_de_requetes(banc: Banc, qui: Acteur) -> None:
    banc.demande(banc.candidat())
    mesures = []
    for n in (1, 8):
        with requetes("candidats") as faites:
            assert len(banc.lire(qui, lister, {})["elements"]) == n
            assert len(banc.lire(qui, vae.lister, {})["elements"]) == n
        mesures.append(len(faites))
        for rang in range(7):
            banc.demande(banc.candidat(prenoms="Zoé" + "abcdefg"[rang]))
    assert mesures[0] == mesures[1]


def test_deux_actes_a_la_fois_sur_un_candidat(banc: Banc) -> None:
    """L'un retire une inscription, l'autre en ajoute une : le second voit ce que le premier a fait."""
    candidat, une, deux = _inscrit_a_la_premiere_de_deux(banc, departement="92", region="11")
    _pendant(_desinscrire(une), _inscrire(candidat, deux))
    assert _tenus() == _dus()
    assert ("D92", candidat) in _tenus()
    assert ("D69", candidat) not in _tenus()


def test_qui_retire_attend_qui_vient_d_ajouter(banc: Banc) -> None:
    """Deux sessions d'un même lieu : l'inscription que l'autre acte n'a pas encore validée garde le périmètre."""
    candidat, une, deux = _inscrit_a_la_premiere_de_deux(banc, departement="69", region="84")
    _pendant(_inscrire(candidat, deux), _desinscrire(une))
    assert ("D69", candidat) in _tenus()
    assert _tenus() == _dus()


@pytest.mark.parametrize("suite", ["il la quitte", "elle déménage"])
def test_qui_est_fusionne_pendant_que_sa_session_change_est_vu_d_ou_il_est(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, suite: str
) -> None:
    """Celui qui attendait la fusion ne voyait que la fiche qui n'est plus : l'autre restait vue d'où elle n'est pas."""
    garde, absorbe = (banc.candidat(prenoms=f"Zoé {lettre}")["id"] for lettre in "AB")
    banc.session(absorbe, departement="69", region="84")
    corps = {"absorbe_id": absorbe, "motif": "Essai.", "confirmer": ["CAN-04"]}
    unir = partial(banc.faire, UD_75, fusionner, garde, corps)
    changer = partial(banc.session, version=2, departement="69", region="84")
    if suite == "elle déménage":
        changer = partial(banc.session, absorbe, version=2, departement="92", region="11")
    assert ensemble(monkeypatch, "candidats", unir, changer) == ("fait", "fait")
    assert _tenus() == _dus()


def test_reconstruire_remet_d_aplomb_qui_voit_qui(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ce qui était faux avant que les déclencheurs le tiennent bien : rien ne le leur faisait revoir."""
    monkeypatch.setattr(stockes, "_LOT", 2)
    ids = [banc.candidat(prenoms=f"Zoé {lettre}")["id"] for lettre in "ABC"]
    with moteur("candidats").begin() as db:
        db.execute(perimetres.delete().where(perimetres.c.candidat_id == ids[2]))
        db.execute(perimetres.insert().values(portee="D69", candidat_id=ids[0]))
    assert _tenus() != _dus()
    monkeypatch.setattr(banc, "repondre", lambda question: {"elements": [], "suivant": None})
    banc.faire(NATIONAL, reconstruire_repliques)
    assert _tenus() == _dus()


def _inscrit_a_la_premiere_de_deux(banc: Banc, **lieu_de_la_seconde: str) -> tuple[str, str, str]:
    """Returns a candidate, the session where he is, in département 69, and another where he is not."""
    candidat = banc.candidat()["id"]
    banc.session(candidat, numero=1, departement="69", region="84")
    banc.session(numero=2, **lieu_de_la_seconde)
    with moteur("candidats").connect() as db:
        une, deux = db.scalars(sa.select(sessions.c.id).order_by(sessions.c.numero)).all()
    return candidat, une, deux


def _pendant(un: sa.Executable, autre: sa.Executable) -> None:
    """Commits an act once another has begun after it, and waits for both."""

    def faire_l_autre() -> None:
        with moteur("candidats").begin() as db:
            db.execute(autre)

    with ThreadPoolExecutor() as fils:
        with moteur("candidats").begin() as db:
            db.execute(un)
            suite = fils.submit(faire_l_autre)
            aller_au_bout("candidats", suite)
        suite.result()


def _desinscrire(session: str) -> sa.Executable:
    return inscriptions.delete().where(inscriptions.c.session_id == session)


def _inscrire(candidat: str, session: str) -> sa.Executable:
    return inscriptions.insert().values(session_id=session, candidat_id=candidat)
