"""Acts on établissements and their sites."""

from dataclasses import replace
from functools import partial
from typing import Any

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.domain.referentiel import AGENTS, NATIONAL
from commun.domain.territoires import departement_de, region_du
from commun.schemas.champs import au_departement, dit_ou
from commun.schemas.forms import charger, instance
from commun.storage.db import nouvel_id
from commun.traces.changements import avec_changements
from services.referentiel.domain.model import Adresse, Etablissement, Site, Territoire
from services.referentiel.domain.perimetre import exiger_changement, exiger_modification, exiger_territoire
from services.referentiel.queries.etablissements import (
    etablissement_en_clair,
    etablissement_publie,
    fiche_etablissement,
)
from services.referentiel.queries.perimetre import etablissement_visible
from services.referentiel.schemas import entree
from services.referentiel.storage.etablissements import SiretPris, save_etablissement, sirets_connus

_MOTS = {
    "siret": "Le SIRET a été changé",
    "denomination": "La dénomination a été changée",
    "adresse": "L'adresse a été changée",
    "telephone": "Le téléphone a été changé",
    "courriel": "L'adresse électronique a été changée",
    "sites": "Les sites ont été changés",
}
_PRIS = {"siret": ["Un établissement porte déjà ce SIRET."]}


def creer_etablissement(acte: Acte, corps: Any) -> dict[str, Any]:
    """Creates an établissement. Without a site of its own, it holds its sessions where it is."""
    acte.exiger_profil(*AGENTS, *NATIONAL)
    forme = charger(entree.NouvelEtablissement, corps, aussi=partial(_fautes, acte))
    territoire = _territoire(forme["adresse"])
    ailleurs = "Cet établissement n'est pas dans votre territoire : c'est au service de son département de le créer."
    exiger_territoire(acte.acteur, territoire, ailleurs)
    sites = forme["sites"] or [{"libelle": forme["denomination"], "adresse": forme["adresse"]}]
    etablissement = Etablissement(
        id=nouvel_id(),
        siret=forme["siret"],
        denomination=forme["denomination"],
        adresse=Adresse(**forme["adresse"]),
        territoire=territoire,
        telephone=forme["telephone"],
        courriel=forme["courriel"],
        sites=tuple(_site(site) for site in sites),
    )
    enregistrer_etablissement(acte, etablissement, "creer", f"L'établissement {etablissement.denomination} a été créé.")
    return fiche_etablissement(acte, etablissement.id)


def modifier_etablissement(acte: Acte, etablissement_id: str, corps: Any) -> dict[str, Any]:
    """Changes an établissement: a centre its own identity block, an agent all of those of its territory."""
    avant, version = etablissement_visible(acte, etablissement_id, verrou=True)
    etait = etablissement_en_clair(avant, version)
    exiger_modification(acte.acteur, avant, _demandes(corps, etait))
    acte.exiger_version(version)
    with au_departement(avant.territoire.departement):
        vues = partial(_fautes, acte, avant=avant)
        forme = charger(entree.ModificationEtablissement, corps, partiel=True, deja={"adresse": None}, aussi=vues)
    apres = _modifie(avant, forme)
    exiger_changement(acte.acteur, avant, apres)
    if apres == avant:
        return fiche_etablissement(acte, avant.id)
    est = etablissement_en_clair(apres, version)
    phrase = avec_changements(f"L'établissement {avant.denomination} a été modifié.", etait, est, _MOTS)
    version = enregistrer_etablissement(acte, apres, "modifier", phrase, etait)
    if deplacements := apres.deplacements_depuis(avant):
        dit = {"id": apres.id, "denomination": apres.denomination, "version": version}
        acte.publier("etablissement_deplace", **dit, deplacements=deplacements)
    return fiche_etablissement(acte, avant.id)


def _demandes(corps: Any, la: dict[str, Any]) -> set[str]:
    """Returns the fields of a form that ask for something: what is sent back as it was read does not (ADR 48), and a
    field that no form has is refused with the form, by its name.
    """
    connus = instance(entree.ModificationEtablissement).fields.keys()
    dits = corps if isinstance(corps, dict) else {}
    return {nom for nom in connus & dits.keys() if dits[nom] and dits[nom] != la[nom]}


def _modifie(avant: Etablissement, forme: dict[str, Any]) -> Etablissement:
    valeurs: dict[str, Any] = {
        nom: forme[nom] for nom in ("siret", "denomination", "telephone", "courriel") if nom in forme
    }
    if "adresse" in forme:
        valeurs["adresse"] = Adresse(**forme["adresse"])
        valeurs["territoire"] = _territoire(forme["adresse"])
    sites = {site.id: site for site in avant.sites}
    for donne in forme.get("sites", ()):
        site = _site(donne, str(donne["id"]) if donne["id"] else None)
        sites[site.id] = site
    return replace(avant, **valeurs, sites=tuple(sites.values()))


def enregistrer_etablissement(
    acte: Acte, etablissement: Etablissement, action: str, phrase: str, avant: dict[str, Any] | None = None
) -> int:
    """Writes an établissement, publishes it, and traces the change. Returns its version."""
    try:
        version = save_etablissement(acte.db, etablissement)
    except SiretPris as erreur:
        raise Invalide(erreurs=_PRIS) from erreur  # meanwhile
    apres = etablissement_en_clair(etablissement, version)
    acte.publier("etablissement_publie", **etablissement_publie(etablissement, version))
    acte.tracer("etablissement", etablissement.id, action, phrase, avant=avant, apres=apres)
    return version


def _site(donne: dict[str, Any], site_id: str | None = None) -> Site:
    adresse = donne["adresse"]
    return Site(site_id or nouvel_id(), donne["libelle"], Adresse(**adresse), _territoire(adresse))


def _fautes(acte: Acte, forme: dict[str, Any], avant: Etablissement | None = None) -> dict[str, list[str]]:
    """Returns what a schema cannot see, of what is sound in a form."""
    erreurs = _fautes_de_lieu(forme, avant)
    siret = forme.get("siret")
    if siret and not (avant and siret == avant.siret) and sirets_connus(acte.db, [siret]):
        erreurs |= _PRIS
    siens = {site.id for site in avant.sites} if avant else set()
    sites: list[str] = []
    for site in forme.get("sites", ()):
        if site.get("id") and str(site["id"]) not in siens:
            sites.append(f"{site['id']} n'est pas un site de cet établissement.")
        sites += (f"Site « {site['libelle']} ». {phrase}" for (phrase,) in _fautes_de_lieu(site).values())
    return erreurs | ({"sites": list(dict.fromkeys(sites))} if sites else {})


def _fautes_de_lieu(forme: dict[str, Any], avant: Etablissement | None = None) -> dict[str, list[str]]:
    """Returns what is wrong in an address, and in the département and the région that are said with it."""
    if not dit_ou(forme):
        return {}
    adresse = forme["adresse"]
    code = adresse and (adresse.get("code_insee") or adresse.get("code_postal"))
    territoire = _territoire(adresse) if adresse else avant.territoire if avant else Territoire("", "")
    if not territoire.region:
        return {"adresse": [f"Le code {code} ne correspond à aucun département : vérifiez ce code."]} if code else {}
    erreurs = {}
    if forme.get("departement") not in (None, territoire.departement):
        dit = f"L'adresse est dans le département {territoire.departement} : indiquez celui-là, ou rien."
        erreurs["departement"] = [dit]
    if forme.get("region") not in (None, territoire.region):
        erreurs["region"] = [f"L'adresse est dans la région {territoire.region} : indiquez celle-là, ou rien."]
    return erreurs


def _territoire(adresse: dict[str, Any]) -> Territoire:
    """Returns where an address is: by its INSEE code, else by its postcode; a région that is empty: nowhere."""
    departement = departement_de(adresse.get("code_insee"), adresse.get("code_postal"))
    return Territoire(departement or "", region_du(departement) or "")
