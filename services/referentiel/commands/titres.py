"""Acts on titres, CCPs and CCSs: the national mission's alone."""

from collections.abc import Collection
from dataclasses import fields, replace
from functools import partial
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.referentiel import Certification
from commun.schemas.forms import charger
from commun.traces.changements import avec_changements
from services.referentiel.domain.coherence import Erreurs, incoherences_correspondances, incoherences_titre
from services.referentiel.domain.model import Correspondance, TitreProfessionnel
from services.referentiel.domain.perimetre import exiger_national
from services.referentiel.queries.titres import fiche_titre, titre_connu, titre_publie
from services.referentiel.schemas import entree
from services.referentiel.storage.titres import (
    code_pris,
    codes_par_rncp,
    get_renommes,
    get_titres,
    save_titre,
    tenir_le_catalogue,
)

_MOTS = {
    "intitule": "L'intitulé a été changé",
    "niveau": "Le niveau a été changé",
    "code_rncp": "Le numéro RNCP a été changé",
    "codes_rome": "Les codes ROME ont été changés",
    "date_debut_validite": "Le début de validité a été changé",
    "date_fin_de_vie": "La fin de vie a été changée",
    "date_fin_prolongation": "La fin de prolongation a été changée",
    "ccps": "Les CCP ont été changés",
    "ccs": "Les CCS ont été changés",
    "remplace": "Les titres remplacés ont été changés",
}
_DATES = ("date_debut_validite", "date_fin_de_vie", "date_fin_prolongation")
_CHAMPS = {champ.name for champ in fields(TitreProfessionnel)}


def creer_titre(acte: Acte, corps: Any) -> dict[str, Any]:
    """Creates a titre with its CCPs and CCSs."""
    exiger_national(acte.acteur.type)
    tenir_le_catalogue(acte.db)
    forme = charger(entree.NouveauTitre, corps, aussi=partial(_fautes, acte, TitreProfessionnel("", "")))
    titre = TitreProfessionnel(**_valeurs(forme))
    enregistrer_titre(acte, titre, "creer", f"Le titre {titre.intitule} ({titre.code}) a été créé.")
    return fiche_titre(acte, titre.code)


def modifier_titre(acte: Acte, code: str, corps: Any) -> dict[str, Any]:
    """Changes a titre. A change of its dates reaches every service."""
    avant, version = _a_modifier(acte, code)
    deja = {nom: getattr(avant, nom) for nom in _DATES}
    vues = partial(_fautes, acte, avant)
    titre = _modifie(avant, charger(entree.ModificationTitre, corps, partiel=True, deja=deja, aussi=vues))
    if titre != avant:
        phrase = f"Le titre {titre.intitule} ({titre.code}) a été modifié."
        enregistrer_titre(acte, titre, "modifier", phrase, avant, version)
    return fiche_titre(acte, code)


def remplacer_correspondances(acte: Acte, code: str, corps: Any) -> dict[str, Any]:
    """Says which CCPs of earlier titres the CCPs of this one stand for (REF-01)."""
    avant, version = _a_modifier(acte, code)
    forme = charger(entree.RemplacementCorrespondances, corps)
    titre = replace(avant, correspondances=tuple(dict.fromkeys(Correspondance(**c) for c in forme["correspondances"])))
    if erreurs := _incoherences(acte, titre, avant.correspondances):
        raise Invalide(erreurs=erreurs)
    phrase = f"Les correspondances du titre {titre.intitule} ({titre.code}) ont été remplacées."
    if titre != avant:
        enregistrer_titre(acte, titre, "correspondances", phrase, avant, version)
    return fiche_titre(acte, code)


def _a_modifier(acte: Acte, code: str) -> tuple[TitreProfessionnel, int]:
    """Returns a titre and its version, the one that was seen: nobody else changes it until the transaction ends."""
    exiger_national(acte.acteur.type)
    tenir_le_catalogue(acte.db)
    titre, version = titre_connu(acte, code)
    acte.exiger_version(version)
    return titre, version


def _modifie(avant: TitreProfessionnel, forme: dict[str, Any]) -> TitreProfessionnel:
    """Returns a titre as a form changes it. One that sends back the prolongation that was computed sets none."""
    apres = replace(avant, **_valeurs(forme))
    rendue = avant.date_fin_prolongation is None and apres.date_fin_prolongation == avant.fin_prolongation
    return replace(apres, date_fin_prolongation=None) if rendue else apres


def _valeurs(forme: dict[str, Any]) -> dict[str, Any]:
    """Returns the form's values as the domain holds them."""
    valeurs = {nom: valeur for nom, valeur in forme.items() if nom in _CHAMPS}
    for nom in ("ccps", "ccs"):
        if nom in valeurs:
            valeurs[nom] = tuple(Certification(c["code"], c["intitule"]) for c in valeurs[nom])
    for nom in ("codes_rome", "remplace"):
        if nom in valeurs:
            valeurs[nom] = frozenset(valeurs[nom])
    if "code_rncp" in valeurs:
        valeurs["code_rncp"] = valeurs["code_rncp"] or ""
    return valeurs


def _fautes(acte: Acte, avant: TitreProfessionnel, forme: dict[str, Any]) -> Erreurs:
    """Returns what a schema cannot see, of what is sound in a form; a date at fault belies no other."""
    dates = {nom: forme.get(nom) for nom in _DATES}
    if "date_fin_de_vie" not in forme:
        dates["date_fin_prolongation"] = None
    pris = "code" in forme and code_pris(acte.db, forme["code"])
    erreurs = _incoherences(acte, _modifie(avant, forme | dates), avant.correspondances)
    return erreurs | ({"code": ["Un titre porte déjà ce code."]} if pris else {})


def _incoherences(acte: Acte, titre: TitreProfessionnel, correspondances: Collection[Correspondance]) -> Erreurs:
    """`correspondances`: those that it had."""
    erreurs = incoherences_titre(titre)
    if codes_par_rncp(acte.db, titre.code_rncp).get(titre.code_rncp, titre.code) != titre.code:
        erreurs["code_rncp"] = ["Un autre titre porte déjà ce numéro RNCP."]
    anciens = get_titres(acte.db, {c.ancien_titre_code for c in titre.correspondances})
    connus = {code: ancien for code, (ancien, _) in anciens.items()}
    return erreurs | incoherences_correspondances(titre, connus, correspondances)


def enregistrer_titre(
    acte: Acte,
    titre: TitreProfessionnel,
    action: str,
    phrase: str,
    avant: TitreProfessionnel | None = None,
    version: int = 0,
) -> Collection[str]:
    """Writes a titre, publishes it, and traces the change; so for the others that hold a CCS which it renames.

    Returns:
        The codes of these others.
    """
    partageant = get_renommes(acte.db, titre)
    _ecrire(acte, titre, action, phrase, avant, version)
    for code, avant_lui in partageant.items():
        autre, _ = get_titres(acte.db, [code])[code]
        _ecrire(acte, autre, "modifier", f"Un CCS du titre {autre.intitule} ({code}) a été renommé.", *avant_lui)
    return partageant.keys()


def _ecrire(
    acte: Acte, titre: TitreProfessionnel, action: str, phrase: str, avant: TitreProfessionnel | None, version: int
) -> None:
    apres = titre_publie(titre, save_titre(acte.db, titre))
    acte.publier("titre_publie", **apres)
    etat = titre_publie(avant, version) if avant else None
    dite = avec_changements(phrase, etat, apres, _MOTS)
    acte.tracer("titre", titre.code, action, dite, avant=etat, apres=apres)
