"""P2: whatever comes twice, late or in disorder, every listener of every service ends in the same state."""

import importlib
import inspect
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.inbox import Ecouteur, Recu
from commun.bus.topology import ecouteurs
from commun.config import config
from commun.domain.errors import Introuvable
from commun.storage.db import moteur, nouvel_id
from commun.storage.migrations import migrer
from commun.storage.tables import noyau
from local.pile import paquets
from tests.outils.bases import vider
from tests.pannes.banc import Banc
from tests.pannes.evenements import classe_de, versions

PAQUETS = paquets()
ECOUTEURS = ecouteurs(f"{paquet}.service" for paquet in PAQUETS.values())
_vus: Counter[str] = Counter()


class _Seul(Acte):
    """An act of a service that nobody answers: what it would ask for finds nothing, and the one titre that it would
    ask for is not known.
    """

    def demander(self, question: Question) -> Any:
        return Introuvable() if question.methode == "titre" else []


@pytest.fixture(scope="module")
def bases(banc: Banc) -> Iterator[Callable[[str], None]]:
    """Gives a service an empty, migrated database, the same for all its listeners."""
    faites: dict[str, list[str]] = {}

    def a_vide(service: str) -> None:
        if service not in faites:
            url = banc.serveur_de_bases().vierge(f"p2_{service}")
            migrer(PAQUETS[service], url)
            environnement.setenv(f"DATABASE_URL_{service.upper()}", url)
            config.cache_clear()
            moteur.cache_clear()
            with moteur(service).connect() as db:
                vides = [t for t in _tables(db) if not db.scalar(sa.text(f'SELECT EXISTS (SELECT FROM "{t}")'))]
            faites[service] = ["inbox", "outbox", *vides]
        vider(service, ", ".join(faites[service]))

    with pytest.MonkeyPatch.context() as environnement:  # the tests of each service have theirs, under the same name
        yield a_vide
        for service in faites:
            moteur(service).dispose()
            banc.serveur_de_bases().supprimer(f"p2_{service}")
    config.cache_clear()
    moteur.cache_clear()


def _methode(service: str, file: str) -> Callable[[Recu], None]:
    """Returns what delivers a message to a listener, as its consumer does."""
    for classe in importlib.import_module(f"{PAQUETS[service]}.service").SERVICES:
        for _, methode in inspect.getmembers(classe, inspect.isfunction):
            for entree in getattr(methode, "nameko_entrypoints", ()):
                if isinstance(entree, Ecouteur) and entree.ecouteur == file:

                    def livrer(recu: Recu, methode: Any = methode, classe: Any = classe) -> None:
                        instance = classe()
                        instance.acte = _Seul.de_ceres(service, "p2")
                        methode(instance, recu)

                    return livrer
    raise AssertionError(file)


def _tables(db: sa.Connection) -> list[str]:
    """Returns the service's own tables."""
    return sorted(set(sa.inspect(db).get_table_names()) - set(noyau.tables) - {"alembic_version"})


def _etat(service: str) -> dict[tuple[str, str], list[bytes]]:
    """Returns what each column of the service's own tables holds."""
    etat: dict[tuple[str, str], list[bytes]] = {}
    with moteur(service).connect() as db:
        for table in _tables(db):
            for ligne in db.execute(sa.text(f'SELECT to_jsonb(t) AS l FROM "{table}" t')):
                for colonne, valeur in ligne.l.items():
                    etat.setdefault((table, colonne), []).append(orjson.dumps(valeur, option=orjson.OPT_SORT_KEYS))
    return {cle: sorted(valeurs) for cle, valeurs in etat.items()}


@pytest.mark.parametrize(("file", "evenement"), ECOUTEURS, ids=[" ".join(paire) for paire in ECOUTEURS])
def test_le_desordre_ne_change_rien(
    bases: Callable[[str], None], file: str, evenement: str, longue: bool, dire: Callable[..., None],
    noter: Callable[[str, str], None],
) -> None:  # fmt: skip
    service = file.split(".")[0]
    livrer = _methode(service, file)
    objets, fois = versions(classe_de(evenement), 250 if longue else 2, 4), 10 if longue else 5
    attendu = []
    for _ in range(2):  # what differs between two runs in order is drawn or dated, and says nothing
        bases(service)
        for corps in (corps for objet in objets for corps in objet):
            livrer(Recu(nouvel_id(), file, corps))
        attendu.append(_etat(service))
    muettes = {cle for cle in attendu[0] if attendu[0][cle] != attendu[1].get(cle)}

    bases(service)
    livraisons = [
        (
            numero if random.random() < 0.7 else nouvel_id(),
            corps,
        )  # a copy may come under another number: it was replayed
        for objet in objets
        for corps in objet
        for numero in [nouvel_id()]
        for _ in range(random.randint(1, fois))
    ]
    random.shuffle(livraisons)
    for numero, corps in livraisons:
        livrer(Recu(numero, file, corps))
    obtenu = _etat(service)
    ecarts = {c: (obtenu.get(c), attendu[0].get(c)) for c in attendu[0].keys() | obtenu.keys() if c not in muettes}
    assert {c: paire for c, paire in ecarts.items() if paire[0] != paire[1]} == {}
    _vus.update(ecoutes=1, ordres=len(objets), evenements=4 * len(objets), livraisons=len(livraisons))
    dire(f"P2 : {file} ← {evenement}, {len(livraisons)} livraisons", True)
    noter(
        "P2",
        f"{_vus['ecoutes']} écoutes (une file, un événement), {4 * len(objets)} événements chacun, "
        f"{_vus['livraisons']} livraisons (de 1 à {fois} fois) en {_vus['ordres']} ordres : le même état à la fin",
    )
