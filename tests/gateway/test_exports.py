"""Files of lists over HTTP: refused before the first byte, cut where they cannot be whole, never in anybody's way."""

import csv
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import eventlet
import openpyxl
import psycopg
import pytest
from flask import Flask
from structlog.testing import capture_logs

from commun import clock
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.domain.errors import Indisponible, Invalide, NonAuthentifie, TropDeRequetes
from commun.domain.referentiel import TypeProfil
from gateway import auth, exports
from gateway.api.table import PAR_OPERATION
from gateway.ouvertes import Ouvertes
from local.pile import RACINE
from tests.gateway.conftest import NATIONAL, UD, Client, refuse

LISTES = ("jures", "habilitations", "candidats", "sessions", "agrements")
LUI = Acteur("lui", "agent", "p", TypeProfil.UD, departement="75", region="11")
ENTETE = {"format": "csv", "feuille": "jures", "colonnes": ["Nom"], "dates": [], "gzip": False}


@pytest.mark.parametrize("liste", LISTES)
def test_chaque_liste_a_son_fichier(client: Callable[..., Client], liste: str) -> None:
    national = client(NATIONAL)
    avant = national.http.get(f"/{liste}").json()["total"]
    reponse = national.http.get(f"/{liste}/export")
    assert reponse.status_code == 200, reponse.text
    assert reponse.headers["content-type"] == exports.TYPES["xlsx"]
    assert reponse.headers["content-disposition"].startswith(f'attachment; filename="{liste}-20')
    feuille = openpyxl.load_workbook(io.BytesIO(reponse.content))[liste]
    lignes = list(csv.reader(io.StringIO(national.http.get(f"/{liste}/export?format=csv").text), delimiter=";"))
    assert [c.value for c in next(feuille.iter_rows())] == [lignes[0][0].lstrip("\ufeff"), *lignes[0][1:]]
    apres = national.http.get(f"/{liste}").json()["total"]  # other tests may add to the list meanwhile
    assert avant < feuille.max_row <= len(lignes) <= apres + 1


@pytest.mark.parametrize("liste", LISTES)
def test_un_filtre_faux_est_refuse_avant_le_premier_octet(client: Callable[..., Client], liste: str) -> None:
    for filtre in ("format=pdf", "inconnu=1"):
        refuse(client(UD).http.get(f"/{liste}/export?{filtre}"), 422, "INVALIDE")


@pytest.mark.parametrize("format_", ["xlsx", "ods"])
def test_un_classeur_qui_perdrait_des_lignes_est_refuse(monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    """Seen written without its last rows, and without a word."""
    exports.exiger_la_place(format_, exports.LIGNES_D_UN_CLASSEUR)
    exports.exiger_la_place("csv", exports.LIGNES_D_UN_CLASSEUR + 1)
    monkeypatch.setattr(auth, "veilleur", lambda: bool)
    monkeypatch.setattr(exports, "demandeur", lambda *_: lambda **_: {"total": exports.LIGNES_D_UN_CLASSEUR + 1})
    with pytest.raises(Invalide, match=r"Un classeur tient 1.048.575 lignes, cette liste en compte 1.048.576 :"):
        exports.exporter(PAR_OPERATION["GET /jures/export"], Appel("essai"), {"format": format_}, LUI)


def test_les_abonnes_s_enregistrent_comme_les_autres_listes(client: Callable[..., Client]) -> None:
    reponse = client(NATIONAL).http.get("/abonnes/export")
    assert reponse.headers["content-disposition"] == 'attachment; filename="abonnes.csv"'


def test_qui_exporte_est_trace(client: Callable[..., Client]) -> None:
    agent = client(UD)
    agent.http.get("/jures/export?q=personne&format=ods")
    with psycopg.connect(agent.systeme.url_base("jures")) as db:
        requete = "SELECT acteur, apres, action FROM traces WHERE objet_type = 'export' AND objet_id = %s"
        ((acteur, apres, action),) = db.execute(requete, [agent.compte_id])
    assert (acteur["identifiant"], acteur["profil"], action) == (agent.identifiant, "UD 75", "exporter")
    assert apres == {"filtres": {"q": "[texte cherché]", "format": "ods"}, "lignes": 0}


# -- what a service does meanwhile


@pytest.fixture
def pages() -> list[Any]:
    """What the service answers, page after page: a page, or a refusal."""
    return []


def _fichier(pages: list[Any], monkeypatch: pytest.MonkeyPatch, format_: str = "csv") -> Generator[bytes, None, None]:
    monkeypatch.setattr(exports, "_PAUSE", 0.01)

    def demander(apres: str) -> Any:
        suite = pages.pop(0)
        if isinstance(suite, Exception):
            raise suite
        return suite

    yield from exports._fichier(ENTETE | {"format": format_}, {"elements": [["Un"]], "suivant": "1"}, demander, "r-1")


def test_un_service_qui_redemarre_ne_coute_qu_une_pause(pages: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen failing without the tries of `_page_apres`; people pass before each."""
    pages += [Indisponible(), Indisponible(), {"elements": [["Deux"]], "suivant": None}]
    essais: list[tuple[float, float]] = []
    monkeypatch.setattr(exports.affluence, "laisser_passer", lambda cede: essais.append((time.monotonic(), cede)))
    assert b"".join(_fichier(pages, monkeypatch)).decode("utf-8-sig").split() == ["Nom", "Un", "Deux"]
    assert [cede for _, cede in essais] == [exports._CEDE["csv"]] * 3
    assert essais[2][0] - essais[0][0] >= 2 * exports._PAUSE


@pytest.mark.parametrize("panne", [[Indisponible()] * 3, [Invalide()]])
def test_un_fichier_qui_ne_peut_finir_est_coupe(pages: list[Any], panne: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer ends by an exception: the server then sends no last chunk. Seen failing where it ended quietly."""
    pages += panne
    recu = []
    with pytest.raises((Indisponible, Invalide)), capture_logs() as dits:
        for octets in _fichier(pages, monkeypatch):
            recu.append(octets)
    assert "FICHIER INCOMPLET" in b"".join(recu).decode()
    assert [(dit["event"], dit["liste"], dit["code"]) for dit in dits] == [("export_coupe", "jures", panne[0].code)]


@pytest.mark.parametrize(("panne", "mot"), [([Indisponible()] * 3, "INDISPONIBLE"), ([KeyError("nom")], "KeyError")])
def test_un_fichier_coupe_se_dit_en_une_ligne(
    pages: list[Any], panne: Any, mot: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """eventlet wrote the whole stack of the greenlet that asked for the page, then of the one that fed the file."""
    pages += panne
    with pytest.raises((Indisponible, KeyError)):
        list(_fichier(pages, monkeypatch))
    dit = "".join(capfd.readouterr())
    (ligne,) = (ligne for ligne in dit.splitlines() if "export_coupe" in ligne)
    assert ("Traceback" in dit, "r-1" in ligne, mot in ligne) == (False, True, True)


def test_qui_vient_de_perdre_son_acces_ne_recoit_pas_la_suite(flask: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a whole nation's list, it went on for as long as its signed actor was good: ten minutes."""
    page = {"elements": [["Un"]], "colonnes": ["Nom"], "dates": [], "total": 2}

    def demander(filtres: Any, apres: str | None) -> dict[str, Any]:
        return page | {"suivant": None if apres else "1"}

    def ferme() -> None:
        raise NonAuthentifie()

    monkeypatch.setattr(auth, "veilleur", lambda: ferme)
    monkeypatch.setattr(exports, "demandeur", lambda *_: demander)
    with flask.test_request_context():
        reponse = exports.exporter(PAR_OPERATION["GET /jures/export"], Appel("essai"), {"format": "csv"}, LUI)
    with pytest.raises(NonAuthentifie):
        list(reponse.response)
    reponse.close()


def test_qui_s_en_va_arrete_qui_ecrit_et_qui_demande(pages: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each file that one gives up would leave a process that waits to be read, and somebody who feeds it."""
    pages += [{"elements": [["x" * 1000]] * 100, "suivant": "1"} for _ in range(50)]
    eventlet.sleep(0)  # its hub has a descriptor of its own
    ouverts = set(Path("/proc/self/fd").iterdir())
    envoi = _fichier(pages, monkeypatch)
    assert next(envoi)
    eventlet.sleep(0.3)  # each waits for the other by now
    with eventlet.Timeout(30):
        envoi.close()
    assert set(Path("/proc/self/fd").iterdir()) <= ouverts
    assert pages


def test_une_reponse_que_l_on_ferme_arrete_son_fichier(flask: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the server does once who asked has gone: not when somebody forgets the answer."""
    page = {"elements": [["Un"]], "suivant": "1"}
    entete = {"colonnes": ["Nom"], "dates": [], "total": 2}
    monkeypatch.setattr(auth, "veilleur", lambda: bool)
    monkeypatch.setattr(
        exports, "demandeur", lambda *_: lambda filtres, apres: page | ({"suivant": None} if apres else entete)
    )
    with flask.test_request_context():
        reponse = exports.exporter(PAR_OPERATION["GET /jures/export"], Appel("essai"), {"format": "csv"}, LUI)
    reponse.close()
    assert len(list(islice(reponse.response, 2))) == 1  # what had been written before


@pytest.mark.parametrize(
    ("departement", "simulee", "jour"),
    [("75", None, "2027-01-01"), ("972", None, "2026-12-31"), ("972", date(2026, 5, 4), "2026-05-04")],
)
def test_un_fichier_porte_le_jour_de_qui_le_demande(
    flask: Flask, monkeypatch: pytest.MonkeyPatch, departement: str, simulee: date | None, jour: str
) -> None:
    """One that Martinique took on New Year's eve bore the day of Paris, another than that of its own rows."""
    page = {"elements": [["Un"]], "suivant": None, "colonnes": ["Nom"], "dates": [], "total": 1}
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2027, 1, 1, 3, 30, tzinfo=UTC))
    monkeypatch.setattr(auth, "veilleur", lambda: bool)
    monkeypatch.setattr(exports, "demandeur", lambda *_: lambda filtres, apres: page)
    qui, appel = replace(LUI, departement=departement), Appel("essai", date_simulee=simulee)
    with flask.test_request_context():
        reponse = exports.exporter(PAR_OPERATION["GET /jures/export"], appel, {"format": "csv"}, qui)
    reponse.close()
    assert reponse.headers["content-disposition"] == f'attachment; filename="jures-{jour}.csv"'


def test_un_fichier_refuse_ne_garde_pas_de_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else who is refused a few times has none until the gateway starts again."""

    def refuser(**_: Any) -> Any:
        raise Invalide()

    monkeypatch.setattr(exports, "_ouverts", Ouvertes(1, 1, "", 1))
    monkeypatch.setattr(auth, "veilleur", lambda: bool)
    monkeypatch.setattr(exports, "demandeur", lambda *_: refuser)
    for _ in range(2):
        with pytest.raises(Invalide):
            exports.exporter(PAR_OPERATION["GET /jures/export"], Appel("essai"), {}, LUI)


def test_qui_ecrit_un_fichier_ne_tient_aucun_secret(
    pages: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    programme = tmp_path / "dit-son-environnement"
    programme.write_text("#!/bin/sh\ncat > /dev/null\nenv\n")
    programme.chmod(0o700)
    monkeypatch.setattr(exports, "sys", SimpleNamespace(executable=str(programme)))
    monkeypatch.setenv("CERES_CLE_PRIVEE", "un secret")
    pages += [{"elements": [], "suivant": None}]
    dit = b"".join(_fichier(pages, monkeypatch)).decode()
    assert "PATH=" in dit and "secret" not in dit


MEURT = """
import eventlet; eventlet.monkey_patch()
from commun.domain.errors import Indisponible
from gateway import exports
page = {"elements": [["2026-02-28"]] * 20_000 + [["2026-02-30"]], "suivant": "1"}
entete = {"format": "xlsx", "feuille": "jures", "colonnes": ["Le"], "dates": ["Le"], "gzip": False}
fils, naitre = [], eventlet.spawn
eventlet.spawn = lambda *quoi: fils.append(naitre(*quoi)) or fils[-1]
try:
    with eventlet.Timeout(120):
        list(exports._fichier(entete, page, lambda apres: page, "r-1"))
except Indisponible:
    eventlet.sleep(0.1)
    print("indisponible", all(fil.dead for fil in fils))
"""


def test_qui_ecrit_un_fichier_et_meurt_ne_laisse_personne_attendre() -> None:
    """For want of disk or memory; here of a date that is none. Under eventlet, who feeds it writes on for ever."""
    commande = [sys.executable, "-W", "ignore", "-c", MEURT]
    fait = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=False, timeout=300)
    assert fait.stdout.endswith("indisponible True\n")


SANS_PLACE = """#!/bin/sh
ulimit -f 64
TMPDIR=${TMPDIR:-%s} exec %s "$@" 2> /dev/null
"""


def test_un_classeur_qui_manque_de_place_ne_garde_pas_celle_qu_il_a_prise(
    pages: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Seen left where they were written: the disk that one had filled stayed so, and nobody had a workbook any more."""
    disque, programme = tmp_path / "disque", tmp_path / "sans-place"
    disque.mkdir()
    programme.write_text(SANS_PLACE % (disque, sys.executable))
    programme.chmod(0o700)
    monkeypatch.setattr(exports, "sys", SimpleNamespace(executable=str(programme)))
    monkeypatch.setattr(tempfile, "tempdir", str(disque))
    pages += [{"elements": [[f"Nom {rang}"] for rang in range(20_000)], "suivant": None}]
    with pytest.raises(Indisponible):
        list(_fichier(pages, monkeypatch, "xlsx"))
    assert list(disque.iterdir()) == []


def test_sans_place_pour_commencer_un_classeur_est_refuse_et_les_autres_partent(
    pages: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "plein"))  # where nothing can be written
    with pytest.raises(Indisponible):
        list(_fichier([], monkeypatch, "xlsx"))
    pages += [{"elements": [["Deux"]], "suivant": None}]
    assert b"".join(_fichier(pages, monkeypatch)).decode("utf-8-sig").split() == ["Nom", "Un", "Deux"]


def test_un_compte_recoit_trois_fichiers_a_la_fois_et_tous_quatre() -> None:
    places = [exports._ouverts.prendre("lui") for _ in range(3)]
    try:
        with pytest.raises(TropDeRequetes, match="Vous recevez déjà 3 fichiers : attendez"):
            exports._ouverts.prendre("lui")
        places.append(exports._ouverts.prendre("un autre"))
        with pytest.raises(Indisponible):
            exports._ouverts.prendre("un troisième")
    finally:
        for place in places:
            exports._ouverts.rendre(place)


def test_la_passerelle_laisse_finir_puis_coupe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen failing without the wait: an export under way was cut at once."""
    ouverts = Ouvertes(1, 1, "", 1)
    monkeypatch.setattr(exports, "_ouverts", ouverts)
    monkeypatch.setattr(exports, "_FIN", 5)
    rendus: list[object] = []

    def rendre(place: object) -> None:
        rendus.append(ouverts.fermees)
        ouverts.rendre(place)

    exports.eventlet.spawn_after(0.05, rendre, ouverts.prendre("lui"))
    exports.Exports().stop()
    assert rendus == [False] and ouverts.fermees
    with pytest.raises(Indisponible):
        exports._page_apres(lambda apres: {}, "1", 0)


def test_qui_s_en_va_n_occupe_plus_de_place(client: Callable[..., Client]) -> None:
    national = client(NATIONAL)
    for _ in range(2 * exports._ouverts._combien):
        with national.http.stream("GET", "/jures/export?format=csv") as reponse:
            assert reponse.status_code == 200
    assert national.http.get("/jures/export").status_code == 200
