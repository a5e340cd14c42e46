"""The account of somebody whom ProConnect identified: the one bound to him, the one that he was invited to, or the one
that he has himself bound to his identity, from within it.
"""

import secrets
from typing import Any

from commun import clock
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.config import config
from commun.domain.errors import Introuvable, NonAuthentifie
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.schemas.forms import charger
from commun.telemetry import attribuer
from gateway import auth, proconnect, regles, schemas
from gateway.commands.compte import eprouver, exiger_le_bon
from gateway.commands.comptes import compte_nomme
from gateway.commands.invitations import VALIDITE, accueillir
from gateway.commands.roles import meme_role
from gateway.proconnect import Identite
from gateway.queries.compte import mon_proconnect
from gateway.queries.courriel import par_mot_de_passe
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
    """Returns the account bound to an identity; the first time, or where that one was closed since, binds one.

    It is bound to the account of an address that he is known to read: by the link of an invitation, or by what the
    provider says that it verified.

    Raises:
        NonAuthentifie: there is none, it is closed, or it is somebody else's.
    """
    compte = comptes.get_compte_par_sujet(acte.db, identite.sujet)
    if compte is not None and not compte["actif"]:
        compte = None  # what it was is over: who has been invited since is invited elsewhere
    offertes = _offertes(acte, identite, connu=compte is not None)
    if compte is None:
        compte = _a_relier(acte, identite, offertes)
    compte = _exiger_ouvert(compte)
    for invitation in offertes:
        accueillir(acte, invitation, compte["id"])
    if compte["sujet"] is None:
        auth.agir_pour(acte, compte, auth.profil_du_compte(acte, compte["id"], None))
        _relier(acte, compte, identite.sujet)
    return compte


def relier_le_mien(acte: Acte, corps: Any) -> Etapes[Json]:
    """Binds one's own account to who came back from ProConnect, and opens it from now on; its password too, still.

    The password is asked: who has found a session open does not come back by an identity of his own.

    Raises:
        Introuvable: nobody signs in with ProConnect here.
        Invalide: nobody came back for this account lately, or the password is not the right one.
        ReglesEnfreintes: the account has another identity, or the identity another account; no password opens it.
    """
    if not proconnect.actif():
        raise Introuvable("On ne se connecte pas avec ProConnect sur cette installation.")
    sien = comptes.get_compte(acte.db, acte.acteur.compte_id)
    forme = charger(schemas.IdentiteARelier, corps)
    sujet = proconnect.scellee(forme["identite"], sien["id"]).sujet
    _exiger_reliable(acte, sien, sujet)
    juste = yield from eprouver(acte, sien, forme["mot_de_passe"])
    comptes.get_compte_par_sujet(acte.db, sujet)  # the identity waits its turn before the account does
    exiger_le_bon(acte, sien, "mot_de_passe", juste=juste)
    compte = comptes.get_compte(acte.db, sien["id"])
    _exiger_reliable(acte, compte, sujet)
    if compte["sujet"] is None:
        _relier(acte, compte, sujet)
    return mon_proconnect(acte)


def delier_le_mien(acte: Acte, corps: Any) -> None:
    """Has ProConnect open one's own account no more, and ends what else is open in it: a password still does.

    Raises:
        Introuvable: it is bound to no identity.
        ReglesEnfreintes: no password opens it.
    """
    compte = comptes.get_compte(acte.db, acte.acteur.compte_id, verrou=True)
    if compte["sujet"] is None:
        raise Introuvable("Votre compte n'est relié à aucune identité ProConnect.")
    acte.exiger_version(compte["version"])
    exiger_regles((regles.un_mot_de_passe_ouvre,), Faits.du(compte, par_mot_de_passe=par_mot_de_passe(compte)))
    comptes.save_compte(acte.db, compte["id"], sujet=None)
    auth.fermer_les_autres(acte)
    phrase = f"Le compte {compte['identifiant']} n'est plus relié à une identité ProConnect."
    acte.tracer("compte", compte["id"], "delier", phrase)


def _exiger_reliable(acte: Acte, compte: Json, sujet: str) -> None:
    """Refuses to bind an account to an identity that is another's, or to a second one."""
    autre = comptes.get_compte_par_sujet(acte.db, sujet)
    faits = Faits.du(
        compte,
        identite_de=autre["identifiant"] if autre and autre["actif"] and autre["id"] != compte["id"] else "",
        deja_reliee=compte["sujet"] not in (None, sujet),
        par_mot_de_passe=par_mot_de_passe(compte),
    )
    voulues = (regles.compte_actif, regles.un_mot_de_passe_ouvre)
    exiger_regles((*voulues, regles.un_compte_une_identite, regles.une_identite_un_compte), faits)


def _relier(acte: Acte, compte: Json, sujet: str) -> None:
    """Binds an account to an identity, which leaves one that is closed, and has its holder told by mail: it may be
    another who did it."""
    if ferme := comptes.get_compte_par_sujet(acte.db, sujet):
        comptes.save_compte(acte.db, ferme["id"], sujet=None)
        phrase = (
            f"Le compte désactivé {ferme['identifiant']} n'est plus relié à une identité ProConnect : un autre l'est."
        )
        acte.tracer("compte", ferme["id"], "delier", phrase)
    comptes.save_compte(acte.db, compte["id"], sujet=sujet)
    phrase = f"Le compte {compte['identifiant']} est relié à une identité ProConnect."
    acte.tracer("compte", compte["id"], "relier", phrase)
    version = comptes.get_compte(acte.db, compte["id"])["version"]
    relie_le = clock.maintenant().isoformat(timespec="seconds")
    acte.publier("proconnect_relie", compte_id=compte["id"], version=version, relie_le=relie_le)


def _exiger_ouvert(compte: Json | None) -> Json:
    if compte is None or not compte["actif"]:
        raise NonAuthentifie(
            "Aucun compte CERES actif n'est relié à votre identité ProConnect : "
            f"demandez une invitation à l'administrateur de votre service. Vous avez déjà un compte ? {_deja()}"
        )
    return compte


def _deja(par_mot_de_passe: bool | None = None) -> str:
    """Returns how who has an account binds it to the identity that he came by. `par_mot_de_passe`: whether a password
    opens it, which is not known of who has not said which it is."""
    sans = config().sans_mot_de_passe if par_mot_de_passe is None else not par_mot_de_passe
    if sans:
        return "L'administrateur de votre service demande à l'exploitation de CERES le lien qui l'y relie."
    return "Connectez-vous avec votre mot de passe, puis reliez-le à ProConnect dans « Mon compte »."


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
                "Le compte de cette adresse est relié à une autre identité ProConnect. "
                f"{_deja(par_mot_de_passe(compte))}"
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
