"""The list of subscribers, as the national mission keeps it."""

import base64
import binascii
import csv
import io
from typing import Any

import sqlalchemy as sa

from commun import clock
from commun.errors import Invalide
from commun.forms import charger
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte, exiger_profil
from services.notifications import schemas
from services.notifications.queries.abonnes import tableau
from services.notifications.storage import abonnes

_LIGNES_MAX = 50_000
_COLONNES = ("courriel", "email", "e-mail", "mail", "adresse")
_ERREURS_MAX = 200
_CHAINE = 0x0CE7E6
"""Lock that orders the traces of the list, which is no row of its own."""


def importer(acte: Acte, corps: Any) -> dict[str, Any]:
    """Subscribes the addresses of a CSV file: all or nothing. Who had left is not brought back."""
    exiger_profil(acte.acteur, TypeProfil.NATIONAL)
    forme = charger(schemas.ImportAbonnes, corps)
    courriels = _lire(forme["fichier"])
    avant = list(abonnes.importer(acte.db, courriels, clock.maintenant()).values())
    resultat = {
        "importes": avant.count("nouveau") + avant.count("en_attente"),
        "deja_inscrits": avant.count("actif"),
        "desabonnes": avant.count("desabonne"),
    }
    _tracer(acte, "importer", f"{resultat['importes']} abonné(s) importé(s).", resultat)
    return resultat


def exporter(acte: Acte, filtres: Any) -> dict[str, str]:
    """Gives the active subscribers as a file, and keeps a trace of it."""
    exiger_profil(acte.acteur, TypeProfil.NATIONAL)
    charger(schemas.FiltresExport, filtres)
    contenu, n = tableau(acte)
    _tracer(acte, "exporter", f"{n} abonné(s) exporté(s).", {"lignes": n})
    octets = contenu.encode("utf-8-sig")
    return {"contenu": base64.b64encode(octets).decode(), "type": "text/csv; charset=utf-8", "nom": "abonnes.csv"}


def _tracer(acte: Acte, action: str, phrase: str, apres: dict[str, Any]) -> None:
    acte.db.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAINE)))
    acte.tracer("liste", "abonnes", action, phrase, apres=apres)


def _lire(fichier: str) -> list[str]:
    """Returns the addresses of a file, each once.

    Raises:
        Invalide: every line at fault.
    """
    lignes = [(n, ligne) for n, ligne in enumerate(_tableau(fichier), 1) if any(case.strip() for case in ligne)]
    if not lignes:
        raise Invalide(erreurs={"fichier": ["Ce fichier est vide."]})
    if len(lignes) > _LIGNES_MAX:
        raise Invalide(erreurs={"fichier": [f"Ce fichier compte plus de {_LIGNES_MAX} lignes."]})
    entetes = [case.strip().lower() for case in lignes[0][1]]
    colonne = next((entetes.index(nom) for nom in _COLONNES if nom in entetes), None)
    adresses: dict[str, None] = {}
    erreurs: dict[str, list[str]] = {}
    for numero, ligne in lignes[colonne is not None :]:
        valeur = ligne[colonne or 0].strip() if len(ligne) > (colonne or 0) else ""
        try:
            adresses[schemas.adresse_electronique(valeur)] = None
        except ValueError as erreur:
            erreurs[f"ligne {numero}"] = [f"« {valeur[:60]} » : {erreur}"]
    if erreurs:
        raise Invalide(erreurs=dict(list(erreurs.items())[:_ERREURS_MAX]))
    return list(adresses)


def _tableau(fichier: str) -> list[list[str]]:
    try:
        octets = base64.b64decode(fichier, validate=True)
    except binascii.Error:
        octets = b""
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            texte = octets.decode(encodage)
        except UnicodeDecodeError:
            continue
        separateur = ";" if ";" in texte.partition("\n")[0] else ","
        try:
            return list(csv.reader(io.StringIO(texte), delimiter=separateur))
        except csv.Error:
            break
    raise Invalide(erreurs={"fichier": ["Ce fichier n'est pas un fichier CSV lisible."]})
