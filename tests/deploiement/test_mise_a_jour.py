"""An upgrade: version N's services on N+1's databases and queues, then replaced one by one while people work.

Version N is taken from git, at the commit that `version-precedente` names (docs/mises-a-jour.md). `make mise-a-jour`
runs it, not `make test`.
"""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from local import pile as module_pile
from local.pile import PASSERELLE, RACINE, Pile, paquets
from tests.gateway.web.promenade import parcourir
from tests.gateway.web.visiteur import Visiteur
from tests.outils.migrations import ecarts_des_tables
from tests.parcours.acteurs import Utilisateur
from tests.parcours.monde import Monde
from tests.parcours.test_parcours_principal import test_d_un_jure_inconnu_aux_convocations as travailler

PRECEDENTE = (Path(__file__).parent / "version-precedente").read_text().split()[0]
PAQUETS = ("commun", "services", "gateway", "local", "demo")


class MondeAPart(Monde):
    """A world whose accounts are signed in on this system, and no other; what answers them is of two versions."""

    def _ouvert(self, identifiant: str) -> Utilisateur:  # type: ignore[override]
        ouverts = self.__dict__.setdefault("ouverts", {})
        if identifiant not in ouverts:
            ouverts[identifiant] = self.compte(identifiant)
            ouverts[identifiant].a_jour = False
        return ouverts[identifiant]  # type: ignore[no-any-return]


@pytest.fixture
def version_n(tmp_path: Path) -> Path:
    """The tree of version N."""
    git = ["git", "-C", str(RACINE)]
    if subprocess.run(
        [*git, "cat-file", "-e", f"{PRECEDENTE}^{{commit}}"], capture_output=True, check=False
    ).returncode:
        pytest.skip(
            f"la version précédente ({PRECEDENTE}) n'est pas dans cette copie de l'histoire (git fetch --unshallow)"
        )
    lieu = tmp_path / "version-n"
    lieu.mkdir()
    with subprocess.Popen([*git, "archive", PRECEDENTE, *PAQUETS], stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", str(lieu)], stdin=archive.stdout, check=True)
    assert archive.returncode == 0
    return lieu


@pytest.fixture
def pile(tmp_path: Path) -> Iterator[Pile]:
    """A system of its own."""
    tmp_path.chmod(0o711)
    la_pile = Pile(tmp_path / "pile", ephemere=True)
    yield la_pile
    la_pile.arreter()


def en_trop(paquet: str, url: str) -> frozenset[tuple[str, str]]:
    """Returns the columns that a base has and the code has no more; it differs in nothing else."""
    ecarts = ecarts_des_tables(paquet, url)
    colonnes = frozenset((ecart[2], ecart[3].name) for ecart in ecarts if ecart[0] == "remove_column")
    assert len(ecarts) == len(colonnes), ecarts
    return colonnes


def etendre(pile: Pile) -> int:
    """Does what any revision that expands may: a column more, in each table of each base. Returns how many."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    etendues = 0
    for base in pile.bases.values():
        with psycopg.connect(base.url_proprietaire) as db:
            for (table,) in db.execute(tables).fetchall():
                ajout = sql.SQL("ALTER TABLE {} ADD COLUMN de_la_version_suivante integer DEFAULT 1")
                db.execute(ajout.format(sql.Identifier(table)))
                etendues += 1
    return etendues


def regarder(url: str) -> None:
    """Opens the pages that links lead each profil to, and reads that none is refused."""
    for qui in ("national-demo", "direccte-demo", "ud-demo", "centre-demo"):
        vues = {adresse: page.statut for adresse, page in parcourir(Visiteur(url, qui))}
        assert set(vues.values()) == {200}, {adresse: statut for adresse, statut in vues.items() if statut != 200}
        assert len(vues) > 40


@pytest.mark.lente
def test_deux_versions_travaillent_ensemble(pile: Pile, version_n: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_pile, "RACINE", version_n)
    pile.demarrer()
    demo = [sys.executable, "-m", "demo"]
    env = pile.environnement(*pile.bases) | {"CERES_URL": pile.url}
    subprocess.run(demo, cwd=version_n, env=env, check=True)

    # The jobs of N+1: revisions, then queues. N goes on.
    monkeypatch.setattr(module_pile, "RACINE", RACINE)
    pile._migrer_et_declarer(paquets())
    for nom, paquet in paquets().items():
        a_retirer = getattr(importlib.import_module(f"{paquet}.storage.tables"), "A_RETIRER", frozenset())
        assert en_trop(paquet, pile.bases[nom].url_proprietaire) == a_retirer
    assert etendre(pile) > 50
    monde = MondeAPart(pile.url)
    travailler(monde)
    for nom in pile.services:
        pile.attendre_pret(nom)

    # Its processes take the place of N's, some before others: each gateway asks services of both versions.
    noms = [nom for nom in pile.services if nom != PASSERELLE]
    for remplaces in (noms[::2], [PASSERELLE], noms[1::2]):
        for nom in remplaces:
            pile.services[nom].demander_fin()
        for nom in remplaces:
            pile.services[nom].attendre_fin()
            assert pile.services[nom].code == 0
            pile.services[nom].dossier = RACINE
            pile.services[nom].lancer()
        for nom in remplaces:
            pile.attendre_pret(nom)
        travailler(monde)
        regarder(pile.url)
