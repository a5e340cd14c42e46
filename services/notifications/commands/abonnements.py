"""Subscribing and leaving, by anybody who can read the address's mail (NOT-03, NOT-04)."""

from datetime import datetime, timedelta
from typing import Any

from commun import clock
from commun.actes.unit_of_work import Acte
from commun.schemas.forms import charger
from commun.schemas.sorties import page_publique
from commun.storage.db import nouvel_id
from services.notifications import jetons, schemas
from services.notifications.domain.abonnes import EtatAbonne
from services.notifications.domain.adresses import boite, masquer
from services.notifications.domain.envois import DESABONNEE, Genre
from services.notifications.queries.abonnes import abonne_du_jeton
from services.notifications.storage import envois
from services.notifications.storage.abonnes import (
    PAR_FORMULAIRE,
    compter,
    deja_comptes,
    get_ou_creer,
    oublier_limites,
    save_abonne,
)

_HEURE, _JOUR = timedelta(hours=1), timedelta(days=1)
PAR_ADRESSE = ((timedelta(minutes=15), 1), (_JOUR, 3))
PAR_SOURCE = ((_HEURE, 100),)
EN_TOUT = ((_HEURE, 1000),)
"""How many confirmations leave in a span of time. Over it, the answer is the same, and no mail leaves."""


def demander(acte: Acte, corps: Any, source: str) -> dict[str, Any]:
    """Takes a request to subscribe. The answer never says who is subscribed."""
    courriel = charger(schemas.Abonnement, corps)["courriel"]
    maintenant = clock.maintenant()
    if _sous_les_limites(acte, courriel, source, maintenant):
        abonne = get_ou_creer(acte.db, courriel, maintenant)
        donnees = {"abonne_id": abonne["id"], "demande": abonne["demande"], "deja": abonne["etat"] == EtatAbonne.ACTIF}
        sujet = f"{abonne['id']}:{nouvel_id()}"
        envois.ajouter(acte.db, Genre.CONFIRMATION, [{"sujet": sujet, "destinataire": courriel, "donnees": donnees}])
    return page_publique(
        "Votre demande est enregistrée",
        "Si cette adresse peut être inscrite, un message vient de lui être envoyé : ouvrez-le pour confirmer.",
    )


def confirmer(acte: Acte, jeton: str) -> dict[str, Any]:
    """Subscribes; a second time changes nothing."""
    abonne = abonne_du_jeton(acte, jetons.Usage.CONFIRMATION, jeton, verrou=True)
    if abonne["etat"] != EtatAbonne.ACTIF:
        lui_meme = {"origine": PAR_FORMULAIRE, "confirme_le": clock.maintenant(), "desabonne_le": None}
        save_abonne(acte.db, abonne["id"], etat=EtatAbonne.ACTIF, **lui_meme)
    courriel = masquer(abonne["courriel"])
    phrase = f"L’adresse {courriel} est inscrite : elle recevra l’annonce de la prochaine version de CERES."
    return page_publique("Inscription confirmée", phrase) | {"courriel": courriel}


def desabonner(acte: Acte, jeton: str) -> dict[str, Any]:
    """Unsubscribes, by the page's button or in one click (RFC 8058); earlier confirmation links are void."""
    abonne = abonne_du_jeton(acte, jetons.Usage.DESABONNEMENT, jeton, verrou=True)
    retirer(acte, abonne)
    courriel = masquer(abonne["courriel"])
    phrase = f"L’adresse {courriel} ne recevra plus l’annonce des versions de CERES."
    return page_publique("Désabonnement enregistré", phrase) | {"courriel": courriel}


def retirer(acte: Acte, abonne: dict[str, Any]) -> bool:
    """Takes a subscriber, locked, out of the list: no release that still waits leaves to them. Returns whether it had
    to."""
    if abonne["etat"] == EtatAbonne.DESABONNE:
        return False
    suite = {"etat": EtatAbonne.DESABONNE, "desabonne_le": clock.maintenant(), "demande": abonne["demande"] + 1}
    save_abonne(acte.db, abonne["id"], **suite)
    envois.renoncer(acte.db, envois.versions_pour(abonne["courriel"]), DESABONNEE)
    return True


def _sous_les_limites(acte: Acte, courriel: str, source: str, maintenant: datetime) -> bool:
    """Counts this request where a mail may leave for it. One that sends none weighs on nothing: its address would be
    kept from asking by who has written to nobody, and each would leave rows behind.
    """
    limites = [
        (quoi, duree, permis)
        for quoi, siennes in (
            (f"adresse {boite(courriel)}", PAR_ADRESSE),
            (f"source {source}", PAR_SOURCE),
            ("", EN_TOUT),
        )
        for duree, permis in siennes
    ]
    if any(deja_comptes(acte.db, quoi, duree, maintenant) >= permis for quoi, duree, permis in limites):
        return False
    return all(compter(acte.db, quoi, duree, maintenant) <= permis for quoi, duree, permis in limites)


def oublier_les_comptes(acte: Acte) -> None:
    """Removes the counts of requests that no limit reads any more."""
    oublier_limites(acte.db, clock.maintenant() - 2 * _JOUR)
