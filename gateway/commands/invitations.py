"""Inviting somebody to a profil, by a link that his mail alone brings, good once and for a week."""

from datetime import timedelta
from functools import partial
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import OBLIGATOIRE, charger
from gateway import auth, mots_de_passe, regles, schemas
from gateway.commands.connexion import exiger_les_mots_de_passe, ralentir
from gateway.commands.roles import fautes_de_role, meme_role, role_voulu
from gateway.perimetre import administre
from gateway.queries import invitations as lectures
from gateway.queries.invitations import compte_invite, invitation_a_changer, invitation_du_jeton
from gateway.regles import Faits
from gateway.storage import comptes, freins, invitations
from gateway.storage.freins import Frein

VALIDITE = timedelta(days=7)
PAR_ADRESSE = Frein(5, timedelta(hours=1))
PAR_COMPTE = Frein(50, timedelta(minutes=5))
"""Invitations that leave for one address, and that one account has leave: a centre's agents are invited in a morning,
and nobody writes to strangers by thousands in the name of the State. The mission, which invites all centres, may."""
_TROP = "Beaucoup d'invitations sont parties de votre compte :"


def inviter(acte: Acte, corps: Any) -> Etapes[Json]:
    """Offers a profil to whoever reads this address."""
    perimetre = administre(acte)
    forme = charger(schemas.NouvelleInvitation, corps, aussi=partial(fautes_de_role, perimetre))
    courriel = forme["courriel"]
    role = yield from role_voulu(acte, perimetre, forme)
    invitations.verrouiller(acte.db, courriel)
    _tenir_qui_administre(acte)
    _exiger_qui_manque(acte, courriel, role)
    invitation_id = invitations.nouvelle(
        acte.db, auth.empreinte_invitation, VALIDITE, courriel=courriel, invite_par=acte.acteur.compte_id, **role
    )
    phrase = f"Une invitation au profil « {role['libelle']} » a été envoyée."
    acte.tracer("invitation", invitation_id, "inviter", phrase, apres={"courriel": courriel} | role)
    _poster(acte, invitation_id, courriel, 1)
    return lectures.fiche(acte, invitation_id)


def renvoyer(acte: Acte, invitation_id: str, corps: Any) -> Json:
    """Sends an invitation again, by a new link: the one before is dead. It is from who does, from now on: its mail
    names him, and not a colleague who may have left."""
    invitation = _qui_attend(acte, invitation_id, corps)
    _exiger_qui_manque(acte, invitation["courriel"], invitation, sauf=invitation["id"])
    envoi = invitation["envoi"] + 1
    imprime = auth.empreinte_invitation(invitation["id"], envoi)
    envoyee = {"envoi": envoi, "empreinte": imprime, "invite_par": acte.acteur.compte_id}
    invitations.renouveler(acte.db, invitation["id"], validite=VALIDITE, **envoyee)
    phrase = f"L'invitation au profil « {invitation['libelle']} » a été renvoyée : le lien précédent ne vaut plus."
    acte.tracer("invitation", invitation["id"], "renvoyer", phrase)
    _poster(acte, invitation["id"], invitation["courriel"], envoi)
    return lectures.fiche(acte, invitation["id"])


def retirer(acte: Acte, invitation_id: str, corps: Any) -> Json:
    """Ends an invitation before its time: its link is dead. Sent again, it revives."""
    invitation = _qui_attend(acte, invitation_id, corps)
    mettre_fin(acte, invitation, "son lien ne vaut plus")
    return lectures.fiche(acte, invitation["id"])


def mettre_fin(acte: Acte, invitation: Json, pourquoi: str) -> None:
    """Has the link of an invitation be dead, and its trace say why. The caller holds it."""
    invitations.retirer(acte.db, invitation["id"])
    phrase = f"L'invitation au profil « {invitation['libelle']} » a été retirée : {pourquoi}."
    acte.tracer("invitation", invitation["id"], "retirer", phrase)


def _tenir_qui_administre(acte: Acte) -> None:
    """Holds the account that acts, and has it administer still: who puts him out has come before, or finds what he
    sends."""
    comptes.tenir(acte.db, acte.acteur.compte_id)
    administre(acte)


def _exiger_qui_manque(acte: Acte, courriel: str, role: Json, sauf: str = "") -> None:
    """Refuses to offer to an address what it has, or is offered already. `sauf`: by the invitation that is sent again,
    beside which another may have left once it was over.
    """
    compte = comptes.get_compte_par_courriel(acte.db, courriel)
    siens = comptes.list_profils(acte.db, compte["id"]) if compte else []
    offerts = [i for i in invitations.list_en_attente(acte.db, courriel) if i["id"] != sauf]
    faits = Faits(
        identifiant=compte["identifiant"] if compte else courriel,
        a_deja_le_profil=any(meme_role(role, p) for p in siens),
        attend_deja=any(meme_role(role, i) for i in offerts),
    )
    exiger_regles((regles.un_profil_une_fois, regles.une_invitation_a_la_fois), faits)


def _qui_attend(acte: Acte, invitation_id: str, corps: Any) -> Json:
    """Returns an invitation that nobody has accepted, to be changed."""
    invitation = invitation_a_changer(acte, administre(acte), invitation_id)
    _tenir_qui_administre(acte)
    acte.exiger_version(invitation["version"])
    charger(schemas.Vide, corps)
    exiger_regles((regles.pas_encore_acceptee,), Faits(acceptee=invitation["acceptee_le"] is not None))
    return invitation


def accepter(acte: Acte, jeton: str, corps: Any) -> Etapes[Json]:
    """Gives the profil to the account of who reads the address; makes that account, with its password, if need be.

    Nothing else is opened: he signs in as anybody does.
    """
    vue = invitation_du_jeton(acte, jeton)
    nouveau: Json = {}
    if compte_invite(acte, vue) is None:
        nouveau = yield from _nouveau(charger(schemas.Acceptation, corps, aussi=partial(_fautes, vue["courriel"])))
    invitation = invitation_du_jeton(acte, jeton, verrou=True)
    compte = compte_invite(acte, invitation)
    courriel = invitation["courriel"]
    compte_id = compte["id"] if compte else comptes.add_compte(acte.db, courriel, courriel=courriel, **nouveau)
    accueillir(acte, invitation, compte_id)
    choisi = isinstance(corps, dict) and bool(corps.get("mot_de_passe"))
    return lectures.page_acceptee(acte, invitation, compte_id, mot_de_passe_laisse=compte is not None and choisi)


def accueillir(acte: Acte, invitation: Json, compte_id: str) -> None:
    """Gives an account the profil that it was invited to; from here on the act is its own.

    Raises:
        ReglesEnfreintes: it is closed.
    """
    role = {nom: invitation[nom] for nom in (*comptes.ROLE, "administrateur")}
    compte = comptes.get_compte(acte.db, compte_id, verrou=True)  # who gives it this profil too, or closes it, waits
    exiger_regles((regles.compte_actif,), Faits.du(compte))
    siens = comptes.list_profils(acte.db, compte_id)
    profil = next((p for p in siens if meme_role(role, p)), None)
    profil_id = profil["id"] if profil else comptes.add_profil(acte.db, compte_id, **role)
    comptes.save_compte(acte.db, compte_id)
    invitations.save_acceptee(acte.db, invitation["id"], compte_id)
    auth.agir_pour(acte, compte, role | {"id": profil_id})
    phrase = f"Le compte {compte['identifiant']} a accepté le profil « {role['libelle']} »."
    acte.tracer("compte", compte_id, "accepter_invitation", phrase, apres=role)
    acte.tracer("invitation", invitation["id"], "accepter", phrase)


def _fautes(courriel: str, forme: Json) -> dict[str, list[str]]:
    """Returns what an account that exists does without, and a new one does not; or what is wrong with its password."""
    manques = {nom: [OBLIGATOIRE] for nom in ("nom", "mot_de_passe") if nom in forme and not forme[nom]}
    return mots_de_passe.fautes("mot_de_passe", courriel)(forme) | manques


def _nouveau(forme: Json) -> Etapes[Json]:
    """Returns what a new account needs."""
    exiger_les_mots_de_passe()
    hache = yield partial(auth.hacher, forme["mot_de_passe"])
    return {"nom": forme["nom"], "mot_de_passe": hache}


def _poster(acte: Acte, invitation_id: str, courriel: str, envoi: int) -> None:
    if acte.acteur.type is not TypeProfil.NATIONAL:
        ralentir(acte, freins.cle("invitation", acte.acteur.compte_id), PAR_COMPTE, _TROP)
    ralentir(acte, freins.cle("invitation", courriel), PAR_ADRESSE)
    acte.publier("invitation_emise", invitation_id=invitation_id, envoi=envoi)
