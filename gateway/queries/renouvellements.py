"""Lost passwords: the page that asks for a link, what the mail says, the page that the link opens (ADR 59)."""

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.schemas.sorties import CHAMP_COURRIEL, page_publique
from commun.storage.db import identifiant
from gateway import auth, proconnect, regles, schemas
from gateway.queries.invitations import CONNEXION, la_derniere
from gateway.regles import Faits
from gateway.storage import renouvellements
from gateway.storage.comptes import get_compte_par_courriel, list_profils

_TITRE = "Mot de passe oublié"
_CHAMP_NOUVEAU = {
    "nom": "mot_de_passe",
    "libelle": f"Votre nouveau mot de passe ({schemas.ASSEZ_LONG})",
    "type": "password",
    "saisie": "new-password",
}


def page_demande(acte: Acte) -> Json:
    """The page where one asks for a link."""
    if config().sans_mot_de_passe:
        phrase = "Ici, on se connecte avec ProConnect : CERES n’a pas de mot de passe à vous rendre."
        return page_publique(_TITRE, phrase, lien=CONNEXION)
    return page_publique(
        _TITRE,
        "Indiquez l’adresse où vous recevez les courriels de CERES, celle de votre invitation si vous n’en avez pas "
        "changé : un lien vous y sera envoyé pour choisir un autre mot de passe.",
        bouton="Recevoir un lien",
        champs=[CHAMP_COURRIEL],
    )


def lettre(acte: Acte, renouvellement_id: str) -> Json:
    """What the mail to who asked for a link says, and its address, for the one who carries it.

    `cas` is `lien` (with `jeton` and `identifiant`), `proconnect`, `ferme`, `invite` (with `libelle`, `jeton` and
    `expire_a`) or `invitation_passee` (with `libelle`).

    Raises:
        Introuvable: the link is over or has served, or the address is nobody's: nothing is to leave.
    """
    demande = renouvellements.get_vivant(acte.db, identifiant(renouvellement_id))
    if demande is None:
        raise Introuvable()
    compte = get_compte_par_courriel(acte.db, demande["courriel"])
    if compte is None:
        return _lettre_d_invite(acte, demande["courriel"])
    lui = {"courriel": compte["courriel"], "identifiant": compte["identifiant"]}
    if not compte["actif"] or not list_profils(acte.db, compte["id"]):
        return lui | {"cas": "ferme"}
    if compte["mot_de_passe"] is None and proconnect.actif():
        return lui | {"cas": "proconnect"}
    return lui | {"cas": "lien", "jeton": auth.jeton_renouvellement(demande["id"])}


def page_choix(acte: Acte, jeton: str) -> Json:
    """What the link shows. It changes nothing: mail filters follow links."""
    compte = compte_du_jeton(acte, jeton)
    page = page_publique(
        "Choisissez un autre mot de passe",
        f"Votre identifiant est {compte['identifiant']}.",
        "Vos connexions ouvertes, sur tous vos appareils, prendront fin.",
        bouton="Changer mon mot de passe",
        champs=[_CHAMP_NOUVEAU],
    )
    return page | {"identifiant": compte["identifiant"]}


def compte_du_jeton(acte: Acte, jeton: str) -> Json:
    """Returns the account whose lost password a link replaces.

    Raises:
        Introuvable: forged, over or used.
        ReglesEnfreintes: the account was closed meanwhile.
    """
    demande = renouvellements.get_ouvert(acte.db, auth.empreinte(jeton))
    compte = demande and get_compte_par_courriel(acte.db, demande["courriel"])
    if not compte:
        raise Introuvable(
            "Ce lien ne vaut plus : il sert une seule fois, dans l’heure. Demandez-en un autre, ou connectez-vous si "
            "votre mot de passe est déjà changé."
        )
    exiger_regles((regles.compte_actif,), Faits.du(compte))
    return compte


def _lettre_d_invite(acte: Acte, courriel: str) -> Json:
    """What the mail says to who has no account yet: his invitation, once more."""
    invitation = la_derniere(acte, courriel)
    if invitation is None:
        raise Introuvable()
    lui = {"courriel": courriel, "libelle": invitation["libelle"]}
    if invitation["expiree"]:
        return lui | {"cas": "invitation_passee"}
    jeton = auth.jeton_invitation(invitation["id"], invitation["envoi"])
    return lui | {"cas": "invite", "jeton": jeton, "expire_a": invitation["expire_le"]}
