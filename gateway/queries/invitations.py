"""Invitations: as administrators see them, as the page that a link opens shows them, as the mail says them."""

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.schemas.forms import charger
from commun.schemas.sorties import page_publique
from commun.storage import pages
from commun.storage.db import identifiant
from commun.storage.requetes import une
from gateway import auth, proconnect, regles, schemas
from gateway.perimetre import Perimetre, administre
from gateway.queries.courriel import par_mot_de_passe
from gateway.regles import Faits
from gateway.storage.comptes import get_compte, get_compte_par_courriel, list_profils
from gateway.storage.invitations import EN_ATTENTE, EXPIREE, get_invitation, get_ouverte
from gateway.storage.tables import invitations as table

CONNEXION = {"adresse": "/connexion", "libelle": "Aller à la page de connexion"}
_VOTRE_IDENTITE = "votre identité ProConnect, qui l'ouvrira : s'il n'est pas le vôtre, ne faites rien"
_LAISSE = " Le mot de passe que vous venez d'indiquer n'est pas retenu : ce compte existait déjà."

_VISIBLES = (
    *("id", "courriel", "type", "libelle", "etablissement_id", "departement", "region", "administrateur"),
    *("envoyee_le", "expire_le", "acceptee_le", "version"),
)
_TRIS = {nom: table.c[nom] for nom in ("envoyee_le", "courriel", "expire_le")}
_ETATS = {
    "acceptee": table.c.acceptee_le.is_not(None),
    "expiree": table.c.acceptee_le.is_(None) & EXPIREE.element,
    "en_attente": EN_ATTENTE,
}


def lister(acte: Acte, filtres: Json) -> Json:
    """Returns a page of the invitations to what the actor administers."""
    perimetre = administre(acte)
    voulu = charger(schemas.FiltresInvitations, filtres)
    requete = sa.select(table, EXPIREE).where(perimetre.condition(table))
    requete = requete.where(table.c.courriel.contains(voulu["q"].lower(), autoescape=True))
    if voulu["etat"]:
        requete = requete.where(_ETATS[voulu["etat"]])
    lignes, cadre = pages.paginer(acte.db, requete, voulu, _TRIS, defaut="-envoyee_le", cle=table.c.id)
    return {"elements": [_en_clair(dict(ligne)) for ligne in lignes], **cadre}


def fiche(acte: Acte, invitation_id: str) -> Json:
    """Returns the invitation that an act has just made or changed."""
    invitation = get_invitation(acte.db, invitation_id)
    assert invitation
    return _en_clair(invitation)


def page_acceptation(acte: Acte, jeton: str) -> Json:
    """What the link shows. It changes nothing: mail filters follow links."""
    invitation = invitation_du_jeton(acte, jeton)
    compte = compte_invite(acte, invitation)
    nouveau, avec_mot_de_passe = compte is None, not config().sans_mot_de_passe
    deja = compte is not None and _a_deja_le_profil(acte, compte, invitation)
    phrases = [f"Cette invitation vous propose d’agir dans CERES avec le profil « {invitation['libelle']} »."]
    ferme = compte and regles.compte_actif.verifier(Faits.du(compte))
    if ferme:
        phrases.append(ferme.message)
    elif compte and deja and proconnect.actif():
        phrases.append(f"Votre compte {compte['identifiant']} a déjà ce profil : ce lien le relie à {_VOTRE_IDENTITE}.")
    elif compte:
        phrases.append(f"Ce profil s'ajoutera à ceux de votre compte {compte['identifiant']}.")
        if proconnect.actif() and compte["sujet"] is None:
            phrases.append(f"« Accepter avec ProConnect » relie aussi ce compte à {_VOTRE_IDENTITE}.")
    elif avec_mot_de_passe:
        phrases.append(f"Votre identifiant sera {invitation['courriel']}.")
        phrases.append(f"Votre mot de passe : {schemas.ASSEZ_LONG}.")
    else:
        phrases.append("Acceptez-la en vous identifiant avec ProConnect.")
    par_proconnect = {"adresse": f"/connexion/proconnect?invitation={jeton}", "libelle": "Accepter avec ProConnect"}
    page = page_publique(
        "Rejoindre CERES",
        *phrases,
        bouton="Accepter l’invitation" if not ferme and _sans_proconnect(compte, deja=deja) else "",
        champs=_CHAMPS if nouveau and avec_mot_de_passe else (),
        lien=par_proconnect if not ferme and proconnect.actif() else None,
    )
    return _vue(invitation) | page | {"nouveau": nouveau}


def _a_deja_le_profil(acte: Acte, compte: Json, invitation: Json) -> bool:
    return any(Perimetre.du(profil) == Perimetre.du(invitation) for profil in list_profils(acte.db, compte["id"]))


def _sans_proconnect(compte: Json | None, *, deja: bool) -> bool:
    """Whether an invitation may be accepted without ProConnect: seen spent by an account that nothing else lets in."""
    if compte is None:
        return not config().sans_mot_de_passe
    return not proconnect.actif() or (not deja and (compte["sujet"] is not None or par_mot_de_passe(compte)))


def page_acceptee(acte: Acte, invitation: Json, compte_id: str, *, mot_de_passe_laisse: bool) -> Json:
    """What is shown once an invitation is accepted. `mot_de_passe_laisse`: one was chosen for nothing."""
    compte = get_compte(acte.db, compte_id)
    avec = f"l'identifiant {compte['identifiant']}" if par_mot_de_passe(compte) else "ProConnect"
    phrase = f"C'est fait : connectez-vous à CERES avec {avec}.{_LAISSE if mot_de_passe_laisse else ''}"
    page = page_publique("Invitation acceptée", phrase, lien=CONNEXION)
    return _vue(invitation) | page | {"identifiant": compte["identifiant"]}


def lettre(acte: Acte, invitation_id: str, envoi: int) -> Json:
    """What the mail of an invitation says, and its address, for the one who carries it.

    Raises:
        Introuvable: it was accepted, is over, or was sent again since.
    """
    invitation = get_invitation(acte.db, identifiant(invitation_id))
    if not invitation or invitation["envoi"] != envoi or invitation["acceptee_le"] or invitation["expiree"]:
        raise Introuvable()
    invitant = get_compte(acte.db, invitation["invite_par"])
    return {
        "courriel": invitation["courriel"],
        "libelle": invitation["libelle"],
        "invitant": invitant["nom"],
        "expire_a": invitation["expire_le"],
        "jeton": auth.jeton_invitation(invitation["id"], envoi),
    }


def la_derniere(acte: Acte, courriel: str) -> Json | None:
    """Returns the invitation last sent to an address that has accepted none; `expiree`: whether its link is over."""
    requete = sa.select(table, EXPIREE).where(table.c.courriel == courriel, table.c.acceptee_le.is_(None))
    return une(acte.db, requete.order_by(table.c.envoyee_le.desc()).limit(1))


def invitation_a_changer(acte: Acte, perimetre: Perimetre, invitation_id: str) -> Json:
    """Returns an invitation to what the actor administers, locked.

    Raises:
        Introuvable: there is none.
    """
    invitation = get_invitation(acte.db, identifiant(invitation_id), verrou=True)
    if invitation is None or not perimetre.couvre(invitation):
        raise Introuvable()
    return invitation


def invitation_du_jeton(acte: Acte, jeton: str, *, verrou: bool = False) -> Json:
    """Returns the invitation that a link opens.

    Raises:
        Introuvable: forged, over, replaced or used.
    """
    invitation = get_ouverte(acte.db, auth.empreinte(jeton), verrou=verrou)
    if invitation is None:
        raise Introuvable(
            "Cette invitation n'est plus valable. Déjà acceptée : connectez-vous. Sinon, demandez-en une autre."
        )
    return invitation


def compte_invite(acte: Acte, invitation: Json) -> Json | None:
    """Returns the account that an invitation speaks to, `None` where it is to be made."""
    return get_compte_par_courriel(acte.db, invitation["courriel"])


_CHAMPS = (
    {"nom": "nom", "libelle": "Vos prénom et nom", "type": "text", "saisie": "name"},
    {"nom": "mot_de_passe", "libelle": "Votre mot de passe", "type": "password", "saisie": "new-password"},
)


def _vue(invitation: Json) -> Json:
    return {nom: invitation[nom] for nom in ("courriel", "type", "libelle")}


def _en_clair(invitation: Json) -> Json:
    etat = "acceptee" if invitation["acceptee_le"] else "expiree" if invitation["expiree"] else "en_attente"
    return {nom: invitation[nom] for nom in _VISIBLES} | {"etat": etat}
