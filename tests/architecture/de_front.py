"""Every kind of file that CERES draws or reads, many at once and mixed, in a process patched as a service's is.

Prints, as JSON: the kinds whose answer was not that of the same one alone, and the descriptors that stayed open.
"""

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

import base64
import json
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from argon2 import PasswordHasher

from commun.fils import a_part
from commun.schemas.telephones import en_clair, en_e164
from services.candidats.fichiers.controle import controler, ouvrir
from services.candidats.fichiers.copie import copie_annotee, garder
from services.notifications.commands.abonnes import _ouvrir
from services.sessions.documents import rendu
from services.sessions.documents.agenda import Retrait, convocation_ics
from tests.candidats.fichiers import ENTETES, LEO, ZOE
from tests.outils.tableaux import en_csv, en_ods, en_xlsx
from tests.sessions.documents import exemples as ex

_FOIS = 2
_JOUR = date(2026, 3, 2)
_HACHEUR = PasswordHasher(time_cost=1, memory_cost=1024)


def _import(contenu: bytes) -> bytes:
    """Returns what an import says of a file, as its annotated copy keeps it."""
    lu = controler(ouvrir(contenu), _JOUR, {}, "974")
    garde = garder(lu.feuille, lu.colonnes, lu.bilan)
    assert copie_annotee(garde).startswith(b"PK")
    return garde + repr([ligne.forme for ligne in lu.lignes]).encode()


def travaux() -> dict[str, Callable[[], object]]:
    """Returns what is done, by its name."""
    tous: dict[str, Callable[[], object]] = {}
    for n, nom in enumerate(("Benali", "Lefèvre", "Ravelonarivo")):
        qui = replace(ex.AICHA, nom=nom)
        zone = ("Europe/Paris", "Indian/Reunion", "America/Martinique")[n]
        lettre = ex.convocation(qui, replace(ex.SESSION, site=replace(ex.SESSION.site, zone=zone)))
        lignes = [[*ENTETES, "Téléphone"], [*ZOE, f"0692 12 34 5{n}"], [*LEO, "06"], ["?", nom, "", "31/02/1990"]]
        abonnes = f"{nom[0]}{n}@exemple.fr\n".encode()
        tous |= {
            f"convocation {n}": partial(rendu.convocation_pdf, lettre, ex.HORODATAGE),
            f"convocations {n}": partial(rendu.convocations_pdf, [lettre, ex.convocation_jure()], ex.HORODATAGE),
            f"agenda {n}": partial(convocation_ics, lettre, ex.HORODATAGE),
            f"agenda repris {n}": partial(convocation_ics, lettre, ex.HORODATAGE, Retrait.ANNULATION),
            f"csv {n}": partial(_import, en_csv(lignes)),
            f"xlsx {n}": partial(_import, en_xlsx(lignes)),
            f"ods {n}": partial(_import, en_ods(lignes)),
            f"abonnés {n}": partial(_ouvrir, base64.b64encode(abonnes).decode()),
            f"téléphone {n}": partial(en_e164, f"06 92 12 34 5{n}", ("974", "971", "75")[n]),
            f"téléphone lu {n}": partial(en_clair, ("+262692123450", "+4930123456", "+590690123456")[n]),
            f"mot de passe {n}": partial(_HACHEUR.verify, _HACHEUR.hash(nom), nom),
        }
    return tous | {
        "émargement": partial(rendu.emargement_pdf, ex.emargement(), ex.HORODATAGE),
        "pv": partial(rendu.pv_pdf, ex.PV, ex.HORODATAGE),
        "attestation": partial(rendu.attestation_pdf, ex.ATTESTATION, ex.HORODATAGE),
    }


def _ouverts() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def principal() -> None:
    """Does all of it at once, in threads, and in the loop too what services do there; then each alone."""
    tous = travaux()
    a_part(str)
    avant = _ouverts()
    sys.setswitchinterval(1e-5)  # threads meet where they seldom would
    verrouilles = [nom for nom in tous if nom.startswith(("agenda", "téléphone"))]
    noms = list(tous) * _FOIS + verrouilles * 25  # quick, and made under a lock: they must meet
    random.Random(1).shuffle(noms)

    def faire(nom: str) -> tuple[str, object]:
        if nom.startswith("téléphone"):
            tous[nom]()
        return nom, a_part(tous[nom])

    ensemble = list(eventlet.GreenPool(50).imap(faire, noms))
    restes = _ouverts() - avant
    seuls = {nom: travail() for nom, travail in tous.items()}
    sys.stdout.write(json.dumps([sorted({nom for nom, fait in ensemble if fait != seuls[nom]}), restes]))


if __name__ == "__main__":
    principal()
