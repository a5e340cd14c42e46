"""Changing the address of an account, and what it signs in under where that was its address (ADR 62)."""

from typing import Any

from commun.changements import avec_changements
from commun.errors import Introuvable, Invalide
from commun.forms import charger
from commun.lifecycle import exiger
from commun.rules import verifier
from commun.unit_of_work import Acte
from gateway import regles, schemas
from gateway.regles import Faits
from gateway.storage import changements, comptes, invitations, renouvellements

Json = dict[str, Any]

_MOTS = {"courriel": "L'adresse électronique a été changée", "identifiant": "L'identifiant a été changé"}
DEJA = "C'est déjà l'adresse de ce compte."


def remplacer_courriel(acte: Acte, identifiant: str, saisie: Any) -> str:
    """Gives an account another address: its holder has lost the mailbox of the one that he had, and his password.

    Returns:
        Its identifiant, from now on.

    Raises:
        Introuvable: no account has this identifiant.
    """
    nouveau = charger(schemas.Adresse, saisie)["courriel"]
    compte = comptes.get_compte_par_identifiant(acte.db, identifiant.strip().lower())
    if compte is None:
        raise Introuvable("Aucun compte n'a cet identifiant.")
    if nouveau == compte["courriel"].lower():
        raise Invalide(DEJA, {"courriel": [DEJA]})
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
    compte = comptes.get_compte(acte.db, compte_id, verrou=True) or {}
    prise = any(autre != compte_id for autre in comptes.list_comptes_par_courriel(acte.db, nouveau))
    faits = Faits(identifiant=compte["identifiant"], actif=compte["actif"], adresse_prise=prise)
    exiger(verifier((regles.compte_actif, regles.une_adresse_un_compte), faits))
    ancien, avant = compte["courriel"].lower(), compte["identifiant"]
    identifiant = nouveau if avant == ancien else avant
    comptes.save_courriel(acte.db, compte, identifiant, nouveau)
    renouvellements.retirer(acte.db, avant, ancien)
    _emmener_les_invitations(acte, ancien, nouveau)
    etats = {"courriel": compte["courriel"], "identifiant": avant}, {"courriel": nouveau, "identifiant": identifiant}
    dit = avec_changements(phrase, *etats, _MOTS)
    acte.tracer("compte", compte_id, "courriel", dit, avant=etats[0], apres=etats[1])
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
