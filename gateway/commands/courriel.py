"""Changing the address of an account, and what it signs in under where that was its address (ADR 60)."""

from datetime import timedelta
from functools import partial
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable, Invalide
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.schemas.forms import OBLIGATOIRE, charger
from commun.traces.changements import avec_changements
from gateway import auth, regles, schemas
from gateway.commands.compte import eprouver, exiger_le_bon
from gateway.commands.comptes import compte_nomme
from gateway.commands.connexion import ralentir
from gateway.queries.courriel import demande_du_jeton, par_mot_de_passe
from gateway.regles import Faits
from gateway.storage import changements, comptes, freins, invitations, renouvellements
from gateway.storage.freins import Frein

_MOTS = {"courriel": "L'adresse électronique a été changée", "identifiant": "L'identifiant a été changé"}
_DEJA = "C'est déjà l'adresse de ce compte."
_TROP = "Plusieurs liens ont été demandés : regardez les courriels de cette adresse, indésirables compris, ou"
VALIDITE = timedelta(hours=1)
PAR_ADRESSE = Frein(3, timedelta(minutes=20))
PAR_COMPTE = Frein(6, timedelta(minutes=10))
"""Mails that leave for one address, and that one account may have leave."""


def demander(acte: Acte, corps: Any) -> Etapes[Json]:
    """Asks that one's own account have another address. The same is done for any: nothing says whether one is taken."""
    compte_id = acte.acteur.compte_id
    compte = comptes.get_compte(acte.db, compte_id)
    forme = charger(schemas.ChangementCourriel, corps, aussi=partial(_fautes, compte))
    nouveau = forme["courriel"]
    if par_mot_de_passe(compte):
        juste = yield from eprouver(acte, compte, forme["mot_de_passe"])
        exiger_le_bon(acte, compte, "mot_de_passe", juste=juste)
    compte = comptes.get_compte(acte.db, compte_id, verrou=True)  # its address may have changed since: it is told
    ralentir(acte, freins.cle("courriel", compte_id), PAR_COMPTE, _TROP)
    ralentir(acte, freins.cle("courriel", nouveau), PAR_ADRESSE, _TROP)
    changements.retirer_demandes(acte.db, compte_id, sauf=nouveau)
    changement_id = changements.demander(acte.db, _imprimer, VALIDITE, compte, nouveau)
    acte.publier("changement_courriel_demande", changement_id=changement_id)
    return {
        "message": f"Un message vient de partir à {nouveau} : ouvrez son lien dans l’heure, et confirmez. D’ici là, "
        f"rien n’est changé ; {compte['courriel']} en est avertie."
    }


def _fautes(compte: Json, forme: Json) -> dict[str, list[str]]:
    """Returns what a schema cannot see, of what is sound in the form of an account that changes its address."""
    deja = {"courriel": [_DEJA]} if forme.get("courriel") == compte["courriel"].lower() else {}
    sans = "mot_de_passe" in forme and not forme["mot_de_passe"] and par_mot_de_passe(compte)
    return deja | ({"mot_de_passe": [OBLIGATOIRE]} if sans else {})


def renoncer(acte: Acte, corps: Any) -> None:
    """Ends the links that one's own account waits for: its address stays.

    Raises:
        Introuvable: none waits; one that was confirmed meanwhile has changed the address.
    """
    compte = comptes.get_compte(acte.db, acte.acteur.compte_id, verrou=True)
    if not changements.retirer_demandes(acte.db, compte["id"]):
        raise Introuvable(f"Aucune autre adresse n’attend d’être confirmée : CERES vous écrit à {compte['courriel']}.")
    acte.exiger_version(compte["version"])


def confirmer(acte: Acte, jeton: str, corps: Any) -> Json:
    """Gives one's own account the address that a link came to."""
    demande, compte_id = demande_du_jeton(acte, jeton), acte.acteur.compte_id
    compte = comptes.get_compte(acte.db, compte_id)
    acte.exiger_version(compte["version"])
    charger(schemas.Vide, corps)
    attendre_les_adresses(acte, compte, demande["nouveau"])
    comptes.get_compte(acte.db, compte_id, verrou=True)  # who uses the link too, or changes the password, came before
    nouveau = demande_du_jeton(acte, jeton)["nouveau"]
    identifiant = changer(acte, compte_id, nouveau, "Le titulaire a confirmé sa nouvelle adresse.")
    return {"courriel": nouveau, "identifiant": identifiant}


def remplacer_courriel(acte: Acte, identifiant: str, saisie: Any) -> str:
    """Gives an account another address: its holder has lost the mailbox of the one that he had, and his password.

    Returns:
        Its identifiant, from now on.
    """
    nouveau = charger(schemas.Adresse, saisie)["courriel"]
    compte = compte_nomme(acte, identifiant)
    if nouveau == compte["courriel"].lower():
        raise Invalide.au_champ("courriel", _DEJA)
    attendre_les_adresses(acte, compte, nouveau)
    return changer(acte, compte["id"], nouveau, "L'adresse a été remplacée par l'exploitation.")


def attendre_les_adresses(acte: Acte, compte: Json, nouveau: str) -> None:
    """Makes whoever else takes the address that an account has, or is to have, wait for the end of the transaction."""
    for adresse in sorted({compte["courriel"].lower(), nouveau}):
        invitations.verrouiller(acte.db, adresse)


def changer(acte: Acte, compte_id: str, nouveau: str, phrase: str) -> str:
    """Gives an account another address. Its identifiant follows where it was the old one, as do the invitations that it
    has not accepted there; links to replace its password end, since they went to the old one. Both are told by mail.

    Returns:
        Its identifiant, from now on.
    """
    compte = comptes.get_compte(acte.db, compte_id, verrou=True)
    prise = any(autre != compte_id for autre in comptes.list_comptes_par_courriel(acte.db, nouveau))
    faits = Faits.du(compte, adresse_prise=prise)
    exiger_regles((regles.compte_actif, regles.une_adresse_un_compte), faits)
    ancien, avant = compte["courriel"].lower(), compte["identifiant"]
    identifiant = nouveau if avant == ancien else avant
    comptes.save_qui(acte.db, compte, identifiant=identifiant, courriel=nouveau)
    renouvellements.retirer(acte.db, avant, ancien)
    changements.retirer_demandes(acte.db, compte_id)
    _emmener_les_invitations(acte, ancien, nouveau)
    etait = {"courriel": compte["courriel"], "identifiant": avant}
    est = {"courriel": nouveau, "identifiant": identifiant}
    dit = avec_changements(phrase, etait, est, _MOTS)
    acte.tracer("compte", compte_id, "courriel", dit, avant=etait, apres=est)
    quitte = avant if identifiant != avant else None
    adresses = {"ancien": compte["courriel"], "nouveau": nouveau, "identifiant_avant": quitte}
    acte.publier("courriel_change", changement_id=changements.add_fait(acte.db, compte_id, **adresses))
    return identifiant


def _emmener_les_invitations(acte: Acte, ancien: str, nouveau: str) -> None:
    """Has the invitations sent to an address follow, where no other account reads it: else they may be that one's."""
    if comptes.list_comptes_par_courriel(acte.db, ancien):
        return
    etats = {"avant": {"courriel": ancien}, "apres": {"courriel": nouveau}}
    for invitation in invitations.suivre(acte.db, ancien, nouveau):
        phrase = f"L'invitation au profil « {invitation['libelle']} » suit son destinataire à sa nouvelle adresse."
        acte.tracer("invitation", invitation["id"], "courriel", phrase, **etats)


def _imprimer(changement_id: str) -> bytes:
    return auth.empreinte(auth.jeton_changement(changement_id))
