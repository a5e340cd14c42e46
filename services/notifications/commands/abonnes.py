"""The list of subscribers, as the national mission keeps it."""

import base64
import re
from collections.abc import Collection, Iterator
from functools import partial
from typing import Any

from commun import clock
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.referentiel import TypeProfil
from commun.domain.textes import accorder, avec_formule, enumerer, nombre, normaliser
from commun.fils import Places
from commun.lecture.a_part import lire_recu
from commun.lecture.classeur import Illisible
from commun.lecture.csv import LIGNES_DE_TITRE
from commun.schemas.champs import adresse_electronique
from commun.schemas.forms import AvecConfirmation, charger
from commun.storage.requetes import attendre_son_tour
from services.notifications import schemas
from services.notifications.commands.abonnements import retirer
from services.notifications.domain.abonnes import EtatAbonne
from services.notifications.queries.abonnes import connu, fiche, tableau
from services.notifications.storage import abonnes

_ADRESSES_MAX = 50_000
_NOMS = ("courriel", "email", "e mail", "mail", "mel", "electronique")
_DES_CONTACTS = ("adresse de messagerie", "e mail address", "e mail 1 value")
"""The first address of a contact in the files of Outlook and of Google, beside the others and what is said of each."""
_COLONNES = (*_NOMS, *(f"adresse {nom}" for nom in _NOMS), *_DES_CONTACTS, "adresse")
"""Headings of the column of addresses, as `normaliser` gives them; the first that is there."""
_MOTS = frozenset({"courriel", "courriels", "email", "mail", "mel", "messagerie"})
"""Words by which another heading tells it, where one alone does: « Mél professionnel »."""
_AVEC_UN_NOM = re.compile(r"[^<>]*<([^<>]+)>")
"""What mailers copy: « Zoé Martin <zoe@exemple.fr> »."""
_ENTRE_DEUX = re.compile(r"[;\n]|,(?=\s*[^\s<>,;]+@)")
"""What is between two addresses of one cell; the comma of « Martin, Zoé <zoe@exemple.fr> » is between none."""
_ERREURS_MAX = 200
_ENTRENT = ("nouveau", EtatAbonne.EN_ATTENTE)
"""The states from which an import subscribes an address."""
_LECTURES = Places(1, 20)
"""The addresses of a file take seconds."""
_SANS_INTITULE = "Aucun intitulé de la ligne {ligne} ne dit où sont les adresses : nommez cette colonne « Courriel »."
_PLUSIEURS = "À la ligne {ligne}, {intitules} disent où sont des adresses : nommez « Courriel » la colonne à lire."
_VIDE = " ,;\t"
"""What is left of an empty line, where the first one shows no separator."""


def importer(acte: Acte, corps: Any) -> Etapes[dict[str, Any]]:
    """Subscribes the addresses of a file: all or nothing. Who had left is not brought back. The dry run (`essai`) tells
    what the import would do.
    """
    acte.exiger_profil(TypeProfil.NATIONAL)
    forme = charger(schemas.ImportAbonnes, corps)
    courriels, remarques = yield partial(_LECTURES.a_part, _ouvrir, forme["fichier"])
    essai = forme["essai"]
    etats = abonnes.etats_de(acte.db, courriels, verrou=not essai)
    avant = list(etats.values())
    resultat = {
        "importes": sum(map(avant.count, _ENTRENT)),
        "deja_inscrits": avant.count(EtatAbonne.ACTIF),
        "desabonnes": avant.count(EtatAbonne.DESABONNE),
    }
    if not essai:
        abonnes.importer(acte.db, [c for c in courriels if etats[c] in _ENTRENT], clock.maintenant())
        _tracer(acte, "importer", accorder(f"{resultat['importes']} abonné(s) importé(s)."), resultat)
    return resultat | {"essai": essai, "remarques": remarques}


def desabonner(acte: Acte, abonne_id: str, corps: Any) -> dict[str, Any]:
    """Unsubscribes an address for who asked the mission to, or one that no longer exists: an import does not bring it
    back; only its owner does, by asking. The trace names no address, for traces stay."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    abonne = connu(acte, abonne_id, verrou=True)
    acte.exiger_version(abonne["version"])
    motif = charger(AvecConfirmation, corps)["motif"]
    if retirer(acte, abonne):
        _tracer(acte, "desabonner", "Une adresse a été désabonnée.", {"abonne_id": abonne_id}, motif)
    return fiche(acte, abonne_id)


def exporter(acte: Acte, filtres: Any) -> dict[str, str]:
    """Gives the active subscribers as a file, and keeps a trace of it."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    charger(schemas.FiltresExport, filtres)
    contenu, n = tableau(acte)
    _tracer(acte, "exporter", accorder(f"{n} abonné(s) exporté(s)."), {"lignes": n})
    octets = contenu.encode("utf-8-sig")
    return {"contenu": base64.b64encode(octets).decode(), "type": "text/csv; charset=utf-8", "nom": "abonnes.csv"}


def _tracer(acte: Acte, action: str, phrase: str, apres: dict[str, Any], motif: str | None = None) -> None:
    attendre_son_tour(acte.db, "abonnes")  # no row is locked before the first of these traces
    acte.tracer("liste", "abonnes", action, phrase, apres=apres, motif=motif)


def _ouvrir(fichier: str) -> tuple[list[str], list[str]]:
    """Returns the addresses of a file, and what is to say of it.

    Raises:
        Invalide: it cannot be read, or lines are at fault.
    """
    try:
        lu = lire_recu(base64.b64decode(fichier, validate=True), lignes_max=_ADRESSES_MAX)
    except ValueError as erreur:
        raise Invalide(erreurs={"fichier": ["Ce fichier n'est pas lisible."]}) from erreur
    except Illisible as erreur:
        raise Invalide(str(erreur), {"fichier": [str(erreur)]}) from erreur
    courriels, remarques = _lire(lu.lignes)
    return courriels, [dite for dite in (lu.seule_lue, lu.masquees_lues) if dite] + remarques


def _lire(lues: list[tuple[int, list[str]]]) -> tuple[list[str], list[str]]:
    """Returns the addresses of the lines of a file, each once, and what is to say of those that it leaves aside.

    Raises:
        Invalide: every line at fault.
    """
    lignes = [(n, ligne) for n, ligne in lues if any(case.strip(_VIDE) for case in ligne)]
    if not lignes:
        raise Invalide(erreurs={"fichier": ["Ce fichier est vide."]})
    sous_elles, entetes, colonne = _intitules(lignes)
    if sous_elles == len(lignes):
        raise Invalide(erreurs={"fichier": ["Ce fichier ne contient aucune adresse sous ses intitulés."]})
    if colonne is None and len(lignes) > 1 and _sans_adresse(lignes[0][1]):
        raise Invalide(erreurs={"fichier": [_sans_colonne(*lignes[0])]})
    dites = [(n, v) for n, ligne in lignes[sous_elles:] for v in _adresses(ligne, len(entetes), colonne)]
    if len(dites) > _ADRESSES_MAX:
        raise Invalide(erreurs={"fichier": [f"Ce fichier compte plus de {nombre(_ADRESSES_MAX)} adresses."]})
    adresses: dict[str, None] = {}
    erreurs: dict[str, list[str]] = {}
    for numero, valeur in dites:
        try:
            seule = nommee[1] if (nommee := _AVEC_UN_NOM.fullmatch(valeur)) else avec_formule(valeur)
            adresses[adresse_electronique(seule).lower()] = None
        except ValueError as erreur:
            dite = f"« {valeur[:60]} » : {erreur}" if valeur else "aucune adresse, alors que la ligne n'est pas vide."
            erreurs.setdefault(f"ligne {numero}", []).append(dite)
    if erreurs:
        raise Invalide(_a_corriger(len(erreurs)), dict(list(erreurs.items())[:_ERREURS_MAX]))
    laissees = [] if colonne is None else _laissees([ligne for _, ligne in lignes[sous_elles - 1 :]], colonne, adresses)
    return list(adresses), laissees


def _a_corriger(n: int) -> str:
    """Returns what is said of a file of which that many lines are at fault: those that an answer does not tell too."""
    dit = f"{accorder(f'{n} ligne(s) du fichier à corriger')} : rien n'a été importé."
    suite = f" Les {_ERREURS_MAX} premières sont dites ici ; corrigez-les, puis essayez le fichier de nouveau."
    return dit + suite * (n > _ERREURS_MAX)


def _laissees(lignes: list[list[str]], lue: int, adresses: Collection[str]) -> list[str]:
    """Returns what is said of the addresses that are under other headings, the first of these lines, than that which is
    read; nothing where that one has them too."""
    entetes, *dessous = lignes
    dites = []
    for place, intitule in enumerate(entetes):
        siennes = {ligne[place].strip().lower() for ligne in dessous if len(ligne) > place and "@" in ligne[place]}
        if place != lue and (autres := siennes.difference(adresses)):
            dites.append(f"« {intitule.strip()} » ({nombre(len(autres))})")
    laissees = f"d'autres adresses sont laissées de côté : {enumerer(dites)}."
    return [f"Seule la colonne « {entetes[lue].strip()} » est lue ; {laissees}"] if dites else []


def _sans_colonne(ligne: int, entetes: list[str]) -> str:
    """Returns what is said of headings none of which, or several, may be that of the addresses."""
    dits = [f"« {entetes[place].strip()} »" for place in _approchants([normaliser(case) for case in entetes])]
    if dits:
        return _PLUSIEURS.format(ligne=ligne, intitules=enumerer(dits))
    return _SANS_INTITULE.format(ligne=ligne)


def _sans_adresse(ligne: list[str]) -> bool:
    """Returns whether a line seems one of headings, none of which is known."""
    return len([case for case in ligne if case.strip()]) > 1 and not any("@" in case for case in ligne)


def _intitules(lignes: list[tuple[int, list[str]]]) -> tuple[int, list[str], int | None]:
    """Returns how many lines come before the addresses: their headings, and titles above them; these headings, and the
    place of theirs. There are none in a file of addresses alone."""
    for place, (_, ligne) in enumerate(lignes[:LIGNES_DE_TITRE]):
        if any("@" in case for case in ligne):
            break
        entetes = [normaliser(case) for case in ligne]
        if (colonne := _colonne(entetes)) is not None:
            return place + 1, entetes, colonne
    return 0, [], None


def _colonne(entetes: list[str]) -> int | None:
    for nom in _COLONNES:
        if nom in entetes:
            return entetes.index(nom)
    approchants = _approchants(entetes)
    return approchants[0] if len(approchants) == 1 and len(entetes) > 1 else None


def _approchants(entetes: list[str]) -> list[int]:
    """Returns the places of the headings that may be that of the addresses."""
    return [place for place, entete in enumerate(entetes) if _MOTS & set(entete.split())]


def _adresses(ligne: list[str], largeur: int, colonne: int | None) -> Iterator[str]:
    """Yields the addresses of a line: under their heading and beyond all headings; where there is none, anywhere."""
    cases = [case.strip() for case in ligne]
    if colonne is None:
        lues = [case for case in cases if "@" in case] or cases[:1]
    else:
        lues = [cases[colonne] if len(cases) > colonne else "", *(case for case in cases[largeur:] if "@" in case)]
    for case in lues:
        yield from [dite for lu in _ENTRE_DEUX.split(case) if (dite := lu.strip())] or [""]
