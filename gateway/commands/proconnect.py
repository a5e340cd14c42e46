"""The account of somebody whom ProConnect identified: the one bound to him, or the one that he was invited to."""

import secrets

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable, NonAuthentifie
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.telemetry import attribuer
from gateway import auth, regles
from gateway.commands.comptes import compte_nomme
from gateway.commands.invitations import VALIDITE, accueillir
from gateway.commands.roles import meme_role
from gateway.proconnect import Identite
from gateway.queries.invitations import invitation_du_jeton
from gateway.regles import Faits
from gateway.storage import changements, comptes, invitations, jetons


def entrer(acte: Acte, identite: Identite, ancien: str = "") -> str:
    """Opens a browser's session to who came back from ProConnect. Returns its secret. `ancien`: as `auth.revenir`.

    Raises:
        NonAuthentifie: as `reconnaitre`, or his account was closed meanwhile.
    """
    compte = reconnaitre(acte, identite)
    attribuer(compte["id"])
    comptes.tenir(acte.db, compte["id"])
    _exiger_ouvert(comptes.get_compte(acte.db, compte["id"]))
    secret, *_ = auth.revenir(acte, compte, ancien)
    return secret


def reconnaitre(acte: Acte, identite: Identite) -> Json:
    """Returns the account bound to an identity; the first time, binds it.

    It is bound to the account of an address that he is known to read: by the link of an invitation, or by what the
    provider says that it verified.

    Raises:
        NonAuthentifie: there is none, it is closed, or it is somebody else's.
    """
    compte = comptes.get_compte_par_sujet(acte.db, identite.sujet)
    offertes = _offertes(acte, identite, connu=compte is not None)
    if compte is None:
        compte = _a_relier(acte, identite, offertes)
    compte = _exiger_ouvert(compte)
    for invitation in offertes:
        accueillir(acte, invitation, compte["id"])
    if compte["sujet"] is None:
        comptes.save_compte(acte.db, compte["id"], sujet=identite.sujet)
        auth.agir_pour(acte, compte, auth.profil_du_compte(acte, compte["id"], None))
        phrase = f"Le compte {compte['identifiant']} est relié à une identité ProConnect."
        acte.tracer("compte", compte["id"], "relier", phrase)
    return compte


def _exiger_ouvert(compte: Json | None) -> Json:
    if compte is None or not compte["actif"]:
        raise NonAuthentifie(
            "Aucun compte CERES actif n'est relié à votre identité ProConnect : "
            "demandez une invitation à l'administrateur de votre service. Vous avez déjà un compte ? Il demande à "
            "l'exploitation de CERES le lien qui l'y relie."
        )
    return compte


def _offertes(acte: Acte, identite: Identite, *, connu: bool) -> list[Json]:
    """Returns the invitations that this sign-in accepts: that of the link he came by, else those to his address."""
    if identite.invitation:
        return [invitation_du_jeton(acte, identite.invitation, verrou=True)]
    if connu or not identite.courriel_verifie:
        return []
    return invitations.list_en_attente(acte.db, identite.courriel, verrou=True)


def _a_relier(acte: Acte, identite: Identite, offertes: list[Json]) -> Json | None:
    adresse = offertes[0]["courriel"] if offertes else identite.courriel if identite.courriel_verifie else ""
    compte = comptes.get_compte_par_courriel(acte.db, adresse) if adresse else None
    if compte is not None:
        if not _lit_son_adresse(acte, identite, offertes, compte):
            return None
        if compte["actif"] and compte["sujet"] not in (None, identite.sujet):
            raise NonAuthentifie(
                "Le compte de cette adresse est relié à une autre identité ProConnect : l'administrateur de votre "
                "service demande à l'exploitation de CERES le lien qui le relie à celle-ci."
            )
        return compte
    if not offertes:
        return None
    compte_id = comptes.add_compte(acte.db, adresse, identite.nom or adresse, adresse)
    return comptes.get_compte(acte.db, compte_id)


def _lit_son_adresse(acte: Acte, identite: Identite, offertes: list[Json], compte: Json) -> bool:
    """Whether who comes back reads the address that an account has now: a link sent before it changed, whose invitation
    has followed, lies in a mailbox that somebody else may read.
    """
    if not identite.invitation:
        return True
    return not changements.a_change_depuis(acte.db, compte["id"], offertes[0]["envoyee_le"])


def relier(acte: Acte, identifiant: str) -> str:
    """Makes the link by which the holder of an account binds it to his identity, and unbinds it from any other.

    For the operator, where nobody else can: who administers alone is invited by nobody, and an identity may change with
    its provider. The link is that of an invitation to a profil which the account has already.

    Returns:
        The secret of the link, which nobody else is told.

    Raises:
        Introuvable: none has this identifiant, or it has no profil.
        ReglesEnfreintes: it is closed, or another account has its address.
    """
    nomme = compte_nomme(acte, identifiant)
    courriel = nomme["courriel"].lower()
    offertes = invitations.list_en_attente(acte.db, courriel, verrou=True)
    compte = comptes.get_compte(acte.db, nomme["id"], verrou=True)
    prise = comptes.list_comptes_par_courriel(acte.db, courriel) != [compte["id"]]  # whose account would be bound?
    exiger_regles((regles.compte_actif, regles.une_adresse_un_compte), Faits.du(compte, adresse_prise=prise))
    siens = comptes.list_profils(acte.db, compte["id"])
    if not siens:
        raise Introuvable("Ce compte n'a aucun profil : faites-le d'abord inviter par son administrateur.")
    role = {nom: siens[0][nom] for nom in (*comptes.ROLE, "administrateur")}
    for ancienne in offertes:
        if meme_role(role, ancienne):
            invitations.retirer(acte.db, ancienne["id"])
    jeton = secrets.token_urlsafe(32)
    propres = {"courriel": courriel, "invite_par": compte["id"], **role}
    invitations.nouvelle(acte.db, lambda *_: auth.empreinte(jeton), VALIDITE, **propres)
    comptes.save_compte(acte.db, compte["id"], sujet=None)
    jetons.retirer_tous(acte.db, compte["id"])
    phrase = (
        f"Le compte {compte['identifiant']} n'est relié à aucune identité ProConnect : l'exploitation remet un lien."
    )
    acte.tracer("compte", compte["id"], "delier", phrase)
    return jeton
