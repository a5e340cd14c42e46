"""Reads of the releases and of their diffusion."""

from typing import Any

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import charger
from commun.storage.pages import paginer
from commun.traces import audit
from services.notifications import schemas
from services.notifications.courrier.composition import LIEN
from services.notifications.courrier.gabarits import lien
from services.notifications.courrier.versions import lettre_version, page_version
from services.notifications.domain.envois import EN_ATTENTE, EN_ECHEC, ENSEMBLES, Etat
from services.notifications.domain.versions import VERSION, EtatVersion, FaitsVersion, etat_de
from services.notifications.storage.envois import compter, sans_envoi
from services.notifications.storage.tables import envois, versions
from services.notifications.storage.versions import RANG, get_version


def lue(acte: Acte, numero: str, *, verrou: bool = False) -> dict[str, Any]:
    """Returns a release's row."""
    version = get_version(acte.db, numero, verrou=verrou)
    if version is None:
        raise Introuvable()
    return version


def etat(ligne: Any, comptes: dict[str, int]) -> EtatVersion:
    """Returns where a release stands, its mails counted."""
    return etat_de(EtatVersion(ligne["etat"]), sum(comptes.get(e, 0) for e in EN_ATTENTE))


def fiche(acte: Acte, numero: str) -> dict[str, Any]:
    """A release, and what may be done with it."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    ligne = lue(acte, numero)
    comptes = compter(acte.db, [numero]).get(numero, {})
    faits = FaitsVersion(numero, sans_envoi(acte.db, numero))
    return _en_clair(ligne, comptes) | VERSION.boutons(etat(ligne, comptes), acte.acteur.type, faits)


def traces(acte: Acte, numero: str, filtres: dict[str, Any]) -> dict[str, Any]:
    """A page of what was done with a release: who wrote it, sent it, stopped it; the newest first."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    return audit.page(acte.db, "version", lue(acte, numero)["numero"], filtres)


def lister(acte: Acte, filtres: Any) -> dict[str, Any]:
    """The releases, newest first."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    voulu = charger(schemas.FiltresVersions, filtres)
    requete = sa.select(versions)
    if voulu["q"]:
        requete = requete.where(versions.c.numero.contains(voulu["q"], autoescape=True))
    if voulu["en_preparation"] is not None:
        requete = requete.where((versions.c.etat == EtatVersion.BROUILLON) == voulu["en_preparation"])
    tris = {"date": versions.c.date, "numero": RANG, "diffusee_le": versions.c.diffusee_le}
    lignes, cadre = paginer(acte.db, requete, voulu, tris, defaut="-date", cle=versions.c.numero)
    comptes = compter(acte.db, [v["numero"] for v in lignes])
    return {"elements": [_en_clair(v, comptes.get(v["numero"], {})) for v in lignes], **cadre}


def _en_clair(ligne: Any, comptes: dict[str, int]) -> dict[str, Any]:
    commun = {nom: ligne[nom] for nom in ("numero", "date", "diffusee_le", "version")}
    return {**ligne["contenu"], **commun, "etat": etat(ligne, comptes)}


def apercu(acte: Acte, numero: str) -> dict[str, Any]:
    """The mail as it will be, its unsubscription link without anybody's token."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    lettre = lettre_version(lue(acte, numero)["contenu"])
    sans_jeton = lien("/abonnements")
    texte, html = (contenu.replace(LIEN, sans_jeton) for contenu in (lettre.texte, lettre.html))
    return {"objet": lettre.objet, "texte": texte, "html": html}


def publique(acte: Acte, numero: str) -> dict[str, Any]:
    """The web copy of a release: the same for everybody; drafts too, since a test mail links to it, but marked so."""
    ligne = lue(acte, numero)
    return {"html": page_version(ligne["contenu"], projet=ligne["etat"] == EtatVersion.BROUILLON)}


def diffusion(acte: Acte, numero: str) -> dict[str, Any]:
    """How far a diffusion is."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    ligne = lue(acte, numero)
    comptes = compter(acte.db, [numero]).get(numero, {})
    return {
        "numero": numero,
        "etat": etat(ligne, comptes),
        "destinataires": sum(comptes.values()),
        "envoyes": comptes.get(Etat.ENVOYE, 0),
        "en_attente": sum(comptes.get(e, 0) for e in EN_ATTENTE),
        "en_echec": sum(comptes.get(e, 0) for e in EN_ECHEC),
        "inconnus": comptes.get(Etat.INCONNU, 0),
    }


def flux_diffusion(acte: Acte, numero: str, apres: str | None = None) -> dict[str, Any]:
    """The progress since the stream's last event; the stream ends with the diffusion, for good once all has left."""
    ou_en_est = diffusion(acte, numero)
    marque = "-".join(str(ou_en_est[nom]) for nom in ("etat", "destinataires", "envoyes", "en_attente", "en_echec"))
    nouveau = [{"id": marque, "type": "progression", "donnees": ou_en_est}] if marque != apres else []
    fin, acheve = ou_en_est["etat"] != EtatVersion.EN_DIFFUSION, ou_en_est["etat"] == EtatVersion.DIFFUSEE
    return {"evenements": nouveau, "fin": fin, "acheve": acheve}


def lister_envois(acte: Acte, numero: str, filtres: Any) -> dict[str, Any]:
    """The mails of a diffusion, one recipient each."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    lue(acte, numero)
    voulu = charger(schemas.FiltresEnvois, filtres)
    requete = sa.select(envois).where(envois.c.version_numero == numero)
    if voulu["etat"]:
        requete = requete.where(envois.c.etat.in_(ENSEMBLES.get(voulu["etat"], [voulu["etat"]])))
    if voulu["q"]:
        requete = requete.where(envois.c.destinataire.contains(voulu["q"].lower(), autoescape=True))
    visibles = ("id", "destinataire", "etat", "essais", "erreur", "envoye_le", "prochain_le")
    tris = {nom: envois.c[nom] for nom in visibles[1:]}
    lignes, cadre = paginer(acte.db, requete, voulu, tris, defaut="destinataire", cle=envois.c.id)
    return {"elements": [{nom: ligne[nom] for nom in visibles} for ligne in lignes], **cadre}
