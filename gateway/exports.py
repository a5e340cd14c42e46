"""Files of lists: pages asked of a service, rows handed to a writer, bytes sent as they come.

A file is written by a process of its own (`gateway/fichiers`): whoever waits for a page of the site waits for no file.
Cut on its way, the answer ends without the mark of its end, which every client of HTTP/1.1 takes for the failure that
it is; an xlsx or an ods that was cut does not open, and a csv says so in its last line.
"""

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import eventlet
import orjson
from eventlet.green import subprocess
from flask import Response
from nameko.extensions import DependencyProvider

from commun import clock
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.domain.errors import Indisponible, Invalide, Refus
from commun.domain.textes import nombre
from commun.fils import attendre, lancer
from commun.schemas.forms import TYPES
from commun.telemetry import faute, journal
from gateway import auth, compression
from gateway.affluence import affluence
from gateway.api.routes import Route
from gateway.appel import demandeur, fuseau_de
from gateway.brouillons import brouillon
from gateway.ouvertes import Ouvertes

LIGNES_D_UN_CLASSEUR = 1_048_575
"""Rows that Excel and LibreOffice open under the one of the headings."""
_RACINE = Path(__file__).resolve().parent.parent
_ESSAIS = 3
"""Times that a page is asked for: a service that restarts costs a file a pause, not its life."""
_PAUSE = 2.0
_CEDE = {"xlsx": 0.02, "ods": 0.04, "csv": 0.04}
"""Seconds, at most, for which a page of a file lets those of people pass: no more than it takes, so that no file stops.
An xlsx, whose writer takes longer than its pages, has less to give (ADR 21)."""
_FIN = 15.0
"""Seconds that the process, once it must go, leaves to the files under way."""
_MORCEAU = 1 << 16

_ouverts = Ouvertes(4, 3, "Vous recevez déjà 3 fichiers : attendez que l'un d'eux soit entier.", 10)


def exporter(route: Route, appel: Appel, filtres: dict[str, str], acteur: Acteur) -> Response:
    """Answers with the file of a list as filtered, which bears the day of who asks for it; the service traces it as it
    gives its first page.

    Raises:
        Refus: what failed before the first byte is answered as any other refusal; for an xlsx, that is all of it.
    """
    demander = partial(demandeur(route, appel), filtres=filtres)
    veiller = auth.veilleur()

    def la_suite(apres: str) -> Any:
        veiller()  # a profil withdrawn, an account deactivated: what was open closes at once
        return demander(apres=apres)

    place = _ouverts.prendre(acteur.compte_id)
    try:
        premiere = demander(apres=None)
        nom, format_ = route.chemin.split("/")[1], filtres.get("format", "xlsx")
        exiger_la_place(format_, premiere["total"])
        comprime = format_ == "csv" and compression.sans_danger()  # workbooks are compressed already
        entete = {"format": format_, "feuille": nom, "gzip": comprime}
        entete |= {cle: premiere.pop(cle) for cle in ("colonnes", "dates")}
        fichier = _fichier(entete, premiere, la_suite, appel.requete)
        debut = next(fichier)
    except BaseException:
        _ouverts.rendre(place)
        raise
    reponse = Response(chain([debut], fichier), content_type=TYPES[format_])
    reponse.call_on_close(fichier.close)
    reponse.call_on_close(lambda: _ouverts.rendre(place))
    if comprime:
        reponse.headers["Content-Encoding"] = compression.GZIP
    jour = clock.jour(appel.date_simulee, fuseau_de(acteur))
    reponse.headers["Content-Disposition"] = f'attachment; filename="{nom}-{jour.isoformat()}.{format_}"'
    return reponse


def exiger_la_place(format_: str, lignes: int) -> None:
    """Refuses a workbook of more rows than programs open: they, or its writer, would leave the last ones out.

    Raises:
        Invalide: it would have more.
    """
    if format_ != "csv" and lignes > LIGNES_D_UN_CLASSEUR:
        phrase = (
            f"Un classeur tient {nombre(LIGNES_D_UN_CLASSEUR)} lignes, cette liste en compte {nombre(lignes)} : "
            "choisissez csv, ou filtrez-la."
        )
        raise Invalide.au_champ("format", phrase)


def _fichier(
    entete: dict[str, Any], premiere: dict[str, Any], demander: Any, requete: str
) -> Generator[bytes, None, None]:
    """Yields the file. `requete`: the id of who asked for it, which this greenlet's log lines do not bear.

    Raises:
        Refus: it could not be brought to its end; what was sent is not whole.
    """
    if entete["format"] != "xlsx":  # the others keep no draft: a full disk is no reason to refuse them
        yield from _ecrire({}, entete, premiere, demander, requete)
        return
    with ExitStack() as tenus:
        try:
            # xlsxwriter's drafts have names, and a writer that was killed or had no room left leaves them there
            dossier = tenus.enter_context(brouillon())
        except OSError as panne:
            raise Indisponible() from panne
        yield from _ecrire({"TMPDIR": dossier}, entete, premiere, demander, requete)


def _ecrire(
    lieu: dict[str, str], entete: dict[str, Any], premiere: dict[str, Any], demander: Any, requete: str
) -> Generator[bytes, None, None]:
    commande = [sys.executable, "-m", "gateway.fichiers"]
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_RACINE), **lieu}  # it needs no secret of ours
    ecrivain = subprocess.Popen(commande, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    alimentation = lancer(_alimenter, ecrivain.stdin, entete, premiere, demander)
    dit = {"liste": entete["feuille"], "requete": requete}
    try:
        while octets := ecrivain.stdout.read(_MORCEAU):
            yield octets
        if ecrivain.wait():
            if alimentation.dead:  # else it writes to nobody without end: eventlet takes a broken pipe for a full one
                with suppress(OSError):  # the writer was gone
                    attendre(alimentation)
            raise Indisponible()
    except Refus as refus:
        journal.warning("export_coupe", code=refus.en_clair()["code"], **dit)
        raise
    except Exception as panne:  # whoever sends the file says nothing of it
        journal.error("export_coupe", **faute(panne), **dit)
        raise
    finally:
        alimentation.kill()
        ecrivain.kill()
        ecrivain.wait()
        ecrivain.stdout.close()


def _alimenter(entree: Any, entete: dict[str, Any], premiere: dict[str, Any], demander: Any) -> None:
    """Hands the pages to the writer, the next one being asked for while it writes."""
    with entree:
        _dire(entree, entete)
        page, cede = premiere, _CEDE[entete["format"]]
        while True:
            suivante = lancer(_page_apres, demander, page["suivant"], cede) if page["suivant"] else None
            _dire(entree, page["elements"])
            if suivante is None:
                _dire(entree, None)
                return
            page = attendre(suivante)


def _page_apres(demander: Any, apres: str, cede: float) -> Any:
    for essai in range(1, _ESSAIS + 1):
        if _ouverts.fermees:
            raise Indisponible()
        affluence.laisser_passer(cede)
        try:
            return demander(apres)
        except Indisponible:
            if essai == _ESSAIS:
                raise
            eventlet.sleep(_PAUSE)
    raise AssertionError


def _dire(entree: Any, valeur: Any) -> None:
    entree.write(orjson.dumps(valeur) + b"\n")
    entree.flush()


class Exports(DependencyProvider):
    """Lets the files under way end before the process goes; then cuts them."""

    def stop(self) -> None:
        _ouverts.attendre_la_fin(_FIN)
        _ouverts.fermer()
