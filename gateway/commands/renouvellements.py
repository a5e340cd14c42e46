"""Replacing a lost password, by a link that its holder's mail alone brings, good once and for an hour (ADR 59)."""

from datetime import timedelta
from functools import partial
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.schemas.forms import charger
from commun.schemas.sorties import page_publique
from gateway import auth, mots_de_passe, schemas
from gateway.commands.compte import poser_mot_de_passe
from gateway.commands.connexion import empreinte_source, exiger_les_mots_de_passe, ralentir
from gateway.queries.invitations import CONNEXION
from gateway.queries.renouvellements import compte_du_jeton
from gateway.storage import comptes, freins, renouvellements
from gateway.storage.freins import Frein

VALIDITE = timedelta(hours=1)
PAR_ADRESSE = Frein(3, timedelta(minutes=20))
PAR_SOURCE = Frein(20, timedelta(minutes=1))
"""Mails that leave for one address, and that one source may have leave; whether the address is known or not."""
_DEJA = "Plusieurs liens ont été demandés pour cette adresse : regardez vos courriels, indésirables compris, ou"


def demander(acte: Acte, corps: Any, source: str) -> Json:
    """Takes a request for a link. The same is done for any address: neither answer nor time says whose it is."""
    exiger_les_mots_de_passe()
    courriel = charger(schemas.DemandeRenouvellement, corps)["courriel"]
    ralentir(acte, freins.cle("renouvellement", empreinte_source(source).hex()), PAR_SOURCE)
    ralentir(acte, freins.cle("renouvellement", courriel), PAR_ADRESSE, _DEJA)
    renouvellement_id = renouvellements.nouveau(acte.db, _imprimer, VALIDITE, courriel)
    acte.publier("renouvellement_demande", renouvellement_id=renouvellement_id)
    return page_publique(
        "Regardez vos courriels",
        f"Si CERES connaît l’adresse {courriel}, un message vient d’y partir : son lien vaut une heure.",
        "Rien dans quelques minutes ? Regardez parmi les indésirables, et vérifiez que c’est bien l’adresse où CERES "
        "vous écrit. Sinon, voyez l’administrateur de votre centre ou de votre service.",
        lien=CONNEXION,
    )


def renouveler(acte: Acte, jeton: str, corps: Any) -> Etapes[Json]:
    """Replaces the password of the account that a link was sent for, and ends every token, session and link of it.

    Nothing else is opened: he signs in as anybody does.
    """
    exiger_les_mots_de_passe()
    vu = compte_du_jeton(acte, jeton)
    devine = mots_de_passe.fautes("mot_de_passe", vu["identifiant"], vu["courriel"])
    forme = charger(schemas.NouveauMotDePasse, corps, aussi=devine)
    hache = yield partial(auth.hacher, forme["mot_de_passe"])
    compte_id = compte_du_jeton(acte, jeton)["id"]
    comptes.get_compte(acte.db, compte_id, verrou=True)  # whoever else uses one of his links waits, then finds none
    compte = compte_du_jeton(acte, jeton)
    auth.agir_pour(acte, compte, auth.profil_du_compte(acte, compte["id"], None, champ="mot_de_passe"))
    phrase = "Le mot de passe oublié a été remplacé, par le lien envoyé à l'adresse du compte."
    poser_mot_de_passe(acte, compte_id, hache, phrase)
    return page_publique(
        "Votre mot de passe est changé",
        f"Connectez-vous avec l’identifiant {compte['identifiant']} et votre nouveau mot de passe.",
        lien=CONNEXION,
    ) | {"identifiant": compte["identifiant"]}


def _imprimer(renouvellement_id: str) -> bytes:
    return auth.empreinte(auth.jeton_renouvellement(renouvellement_id))
