"""Reads of the mailing list: the pages that a link opens, and the list for the national mission."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.domain.dates import en_francais, jour_a
from commun.domain.errors import Introuvable
from commun.domain.referentiel import TypeProfil
from commun.domain.textes import sans_formule
from commun.schemas.forms import charger
from commun.schemas.sorties import CHAMP_COURRIEL, page_publique
from commun.storage.db import identifiant
from commun.storage.pages import paginer
from services.notifications import jetons, schemas
from services.notifications.domain.adresses import masquer
from services.notifications.storage.abonnes import get_abonne, list_actifs
from services.notifications.storage.tables import abonnes

_VISIBLES = ("id", "courriel", "etat", "origine", "demande_le", "confirme_le", "desabonne_le", "version")


def abonne_du_jeton(acte: Acte, usage: jetons.Usage, jeton: str, *, verrou: bool = False) -> dict[str, Any]:
    """Returns the subscriber that a link speaks of.

    Raises:
        Introuvable: forged, out of date, or overtaken by an unsubscription.
    """
    lu = jetons.lire(usage, jeton, clock.maintenant())
    abonne = get_abonne(acte.db, lu.abonne_id, verrou=verrou)
    if abonne is None or (usage is jetons.Usage.CONFIRMATION and lu.demande != abonne["demande"]):
        raise Introuvable("Ce lien n'est plus valable : demandez une nouvelle inscription.")
    return abonne


def page_inscription(acte: Acte) -> dict[str, Any]:
    """The form that the mail's button opens."""
    return page_publique(
        "Inscrivez-vous au mail CERES",
        "Recevez l’annonce de chaque nouvelle version de CERES.",
        bouton="M’inscrire",
        champs=[CHAMP_COURRIEL],
    )


def page_confirmation(acte: Acte, jeton: str) -> dict[str, Any]:
    """What the link of a confirmation shows. It changes nothing: mail filters follow links."""
    abonne = abonne_du_jeton(acte, jetons.Usage.CONFIRMATION, jeton)
    courriel = masquer(abonne["courriel"])
    return page_publique(
        "Confirmez votre inscription au mail CERES",
        f"Confirmez, et l’adresse {courriel} recevra l’annonce de chaque nouvelle version de CERES.",
        bouton="Confirmer mon inscription",
    ) | {"courriel": courriel}


def page_desabonnement(acte: Acte, jeton: str) -> dict[str, Any]:
    """What the link of an unsubscription shows: whose address it is, for the mail may have been forwarded."""
    abonne = abonne_du_jeton(acte, jetons.Usage.DESABONNEMENT, jeton)
    courriel = masquer(abonne["courriel"])
    return page_publique(
        "Se désabonner du mail CERES",
        f"Confirmez, et l’adresse {courriel} ne recevra plus l’annonce des versions de CERES.",
        "Si ce message vous a été transféré, cette adresse n’est peut-être pas la vôtre.",
        bouton="Désabonner cette adresse",
    ) | {"courriel": courriel}


def fiche(acte: Acte, abonne_id: str) -> dict[str, Any]:
    """A subscriber."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    return _visible(connu(acte, abonne_id))


def connu(acte: Acte, abonne_id: str, *, verrou: bool = False) -> dict[str, Any]:
    """Returns a subscriber's row.

    Raises:
        Introuvable: there is none of this id.
    """
    abonne = get_abonne(acte.db, identifiant(abonne_id), verrou=verrou)
    if abonne is None:
        raise Introuvable()
    return abonne


def lister(acte: Acte, filtres: Any) -> dict[str, Any]:
    """The subscribers."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    voulu = charger(schemas.FiltresAbonnes, filtres)
    requete = sa.select(abonnes)
    if voulu["etat"]:
        requete = requete.where(abonnes.c.etat == voulu["etat"])
    if voulu["q"]:
        requete = requete.where(abonnes.c.courriel.contains(voulu["q"].lower(), autoescape=True))
    tris = {nom: abonnes.c[nom] for nom in _VISIBLES[1:]}
    lignes, cadre = paginer(acte.db, requete, voulu, tris, defaut="courriel", cle=abonnes.c.id)
    return {"elements": [_visible(ligne) for ligne in lignes], **cadre}


def _visible(ligne: Mapping[str, Any]) -> dict[str, Any]:
    return {nom: ligne[nom] for nom in _VISIBLES}


def tableau(acte: Acte) -> tuple[str, int]:
    """Returns the active subscribers as CSV, and how many they are."""
    sortie = io.StringIO()
    lignes = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    lignes.writerow(("Courriel", "Origine", "Abonné depuis"))
    n = 0
    for abonne in list_actifs(acte.db):
        depuis = en_francais(jour_a(abonne["confirme_le"])) if abonne["confirme_le"] else ""
        lignes.writerow((sans_formule(abonne["courriel"]), abonne["origine"].capitalize(), depuis))
        n += 1
    return sortie.getvalue(), n
