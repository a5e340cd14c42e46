"""Accounts, for who administers them: the list, one of them, its profils, invitations."""

from functools import partial
from typing import Any

from flask import g, url_for
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide
from commun.domain.referentiel import TypeProfil
from gateway.regles import Faits, un_administrateur_reste
from gateway.web import catalogue
from gateway.web.actes import Acte, agir
from gateway.web.appels import (
    Demande,
    demander,
    dernieres_traces,
    ensemble,
    etablissement_seul,
    introuvable,
    par_id,
    sinon_rien,
)
from gateway.web.formulaires import Formulaire, Place
from gateway.web.listes import Colonne, Filtre, Liste, par_etablissement
from gateway.web.mots import choix_parmi
from gateway.web.rendu import page
from gateway.web.retours import la_fiche_ou_la_liste
from gateway.web.site import site

SIRET = 14
"""Digits of a SIRET."""

_COMPTE = "/comptes/<compte_id>"
TYPES = choix_parmi(*TypeProfil)
_SES_INVITATIONS = (
    "Les invitations qu’elle a envoyées et que nul n’a acceptées sont retirées : renvoyez celles qui servent encore."
)
_DESACTIVER = Acte(
    f"POST {_COMPTE}/desactivation",
    "Désactiver le compte",
    "Le compte est désactivé : la personne n’a plus accès à CERES.",
    explication="L’effet est immédiat, même si la personne travaille dans CERES ; un courriel l’en avertit, qui nomme "
    f"votre profil et non vous. {_SES_INVITATIONS} Le compte peut être réactivé.",
)
_PREVENIR = "Prévenez la personne : CERES ne lui écrit pas."
_REACTIVER = Acte(f"POST {_COMPTE}/reactivation", "Réactiver le compte", f"Le compte est réactivé. {_PREVENIR}")
_RETIRER = Acte(
    f"DELETE {_COMPTE}/profils/<profil_id>",
    "Retirer ce profil",
    "Le profil est retiré.",
    explication="L’effet est immédiat. Un courriel en avertit la personne ; il nomme votre profil et non vous. "
    f"{_SES_INVITATIONS}",
)
_ADMINISTRER = Acte(
    f"POST {_COMPTE}/profils/<profil_id>/administration",
    "Nommer administrateur",
    "La personne administre désormais les comptes de ce service.",
    explication="Elle pourra inviter des collègues, leur donner ou retirer un profil, désactiver un compte et nommer "
    "d’autres administrateurs. Elle le voit dans son menu, « Comptes », à la prochaine page qu’elle ouvre.",
)
_NE_PLUS_ADMINISTRER = Acte(
    f"DELETE {_COMPTE}/profils/<profil_id>/administration",
    "Retirer l’administration",
    "La personne n’administre plus les comptes de ce service ; elle garde son profil.",
    explication="L’effet est immédiat. La personne garde son profil et continue à travailler avec lui. Celles de ses "
    "invitations qui feraient administrer, et que nul n’a acceptées, sont retirées.",
)
_RENVOYER = Acte(
    "POST /invitations/<invitation_id>/renvoi",
    "Renvoyer l’invitation",
    "L’invitation est renvoyée ; le lien précédent ne vaut plus.",
    motif=False,
)
_RETIRER_INVITATION = Acte(
    "POST /invitations/<invitation_id>/retrait",
    "Retirer l’invitation",
    "L’invitation est retirée : son lien ne vaut plus.",
    motif=False,
)
_INVITATIONS = Place("/comptes", "Comptes", "Invitations")


@site.get("/comptes")
def comptes() -> Response:
    """The accounts that one administers."""
    return Liste(
        operation="GET /comptes",
        intitule="Comptes",
        nom=("compte", "comptes"),
        recherche="Nom, identifiant ou adresse électronique",
        lignes="comptes/ligne.html",
        colonnes=(
            Colonne("Nom", "nom"),
            Colonne("Identifiant", "identifiant"),
            Colonne("Profils"),
            Colonne("État"),
        ),
        filtres=(
            Filtre("actif", "État", (("true", "Actifs"), ("false", "Désactivés"))),
            *(_places() if g.acteur.type is TypeProfil.NATIONAL else ()),
        ),
        actions=(
            ("Inviter quelqu’un", "/invitations/nouvelle", "POST /invitations"),
            ("Invitations", "/invitations", "GET /invitations"),
        ),
    ).repondre()


def _places() -> tuple[Filtre, ...]:
    """What a profil is, and where: the mission is asked who administers a centre, or works in a département; the others
    administer the profils of one place, which are alike."""
    return (
        Filtre("sans_administrateur", "Administration", (("true", "Sans administrateur"),)),
        Filtre("type", "Profil", TYPES),
        Filtre("departement", "Département", catalogue.choix_departements()),
        Filtre("region", "Région", catalogue.choix_regions(), tous="Toutes"),
        *par_etablissement("etablissement_id"),
    )


@site.get(_COMPTE)
def compte(compte_id: str) -> Response:
    """An account, its profils, what was done to it."""
    ici = {"compte_id": compte_id}
    recus = ensemble(compte=Demande(f"GET {_COMPTE}", ici), traces=dernieres_traces(_COMPTE, ici))
    return page("comptes/fiche.html", lieu_du_profil=catalogue.lieu_du_profil, **recus)


@site.route(f"{_COMPTE}/desactivation", methods=["GET", "POST"])
def desactiver_compte(compte_id: str) -> Response:
    """Takes an account's access away, at once."""
    lu, fiche = _lu(compte_id), url_for("web.compte", compte_id=compte_id)
    return agir(_DESACTIVER, _place(lu), fiche, a_relire=partial(_ce_qui_reste, lu, ""), compte_id=compte_id)


@site.route(f"{_COMPTE}/reactivation", methods=["GET", "POST"])
def reactiver_compte(compte_id: str) -> Response:
    """Gives an account its access back."""
    lu, fiche = _lu(compte_id), url_for("web.compte", compte_id=compte_id)
    return agir(_REACTIVER, _place(lu), fiche, version=lu.get("version"), compte_id=compte_id)


def _lu(compte_id: str) -> dict[str, Any]:
    """Returns an account, nothing where it is out of reach: at a second click, it may be."""
    return sinon_rien(Demande(f"GET {_COMPTE}", {"compte_id": compte_id})) or {}


def _place(lu: dict[str, Any], profil_id: str = "") -> Place:
    """Returns what an act on an account, or on one of its profils, names."""
    if not lu:
        return Place("/comptes", "Comptes", "Compte")
    libelles = [f", {p['libelle']}" for p in lu["profils"] if p["id"] == profil_id]
    return Place("/comptes", "Comptes", f"{lu['nom']}{''.join(libelles)}")


@site.route(f"{_COMPTE}/profils/nouveau", methods=["GET", "POST"])
def nouveau_profil(compte_id: str) -> Response:
    """Gives an account one more profil."""
    fiche = url_for("web.compte", compte_id=compte_id)
    dit, place = f"Le profil est ajouté. {_PREVENIR}", _place(_lu(compte_id))
    return _profil(f"POST {_COMPTE}/profils", "Ajouter un profil", dit, fiche, place, compte_id=compte_id)


@site.route(f"{_COMPTE}/profils/<profil_id>/retrait", methods=["GET", "POST"])
def retirer_profil(compte_id: str, profil_id: str) -> Response:
    """Takes a profil away from an account, at once."""
    fiche = url_for("web.compte", compte_id=compte_id)
    retour = la_fiche_ou_la_liste(
        lambda _: fiche,
        par_id(f"GET {_COMPTE}"),
        "web.comptes",
        "Ce compte n’a plus de profil que vous administrez : il ne figure plus dans votre liste.",
    )
    lu = _lu(compte_id)
    a_relire, place = partial(_ce_qui_reste, lu, profil_id), _place(lu, profil_id)
    return agir(_RETIRER, place, fiche, retour=retour, a_relire=a_relire, compte_id=compte_id, profil_id=profil_id)


def _ce_qui_reste(lu: dict[str, Any], profil_id: str, _voulu: dict[str, Any]) -> list[dict[str, str]]:
    """Returns the warning of a place that nobody administers any more, without this profil of an account or without
    any. The API asks nothing here: programs close accounts as the contract says."""
    siens = (p for p in lu.get("profils", ()) if p["id"] == profil_id or not profil_id)
    seuls = tuple(p["libelle"] for p in siens if p["seul_administrateur"])
    manquement = un_administrateur_reste.verifier(Faits(sans_administrateur=seuls))
    return [{"code": manquement.code, "message": manquement.message}] if manquement else []


@site.route(f"{_COMPTE}/profils/<profil_id>/administration", methods=["GET", "POST"])
def faire_administrer(compte_id: str, profil_id: str) -> Response:
    """Has a colleague administer the accounts of his place."""
    return _administration(_ADMINISTRER, compte_id, profil_id)


@site.route(f"{_COMPTE}/profils/<profil_id>/administration/fin", methods=["GET", "POST"])
def ne_plus_faire_administrer(compte_id: str, profil_id: str) -> Response:
    """Leaves a colleague his profil, without the accounts."""
    return _administration(_NE_PLUS_ADMINISTRER, compte_id, profil_id)


def _administration(acte: Acte, compte_id: str, profil_id: str) -> Response:
    place, fiche = _place(_lu(compte_id), profil_id), url_for("web.compte", compte_id=compte_id)
    return agir(acte, place, fiche, compte_id=compte_id, profil_id=profil_id)


@site.get("/invitations")
def invitations() -> Response:
    """The invitations to what one administers."""
    etats = (("en_attente", "En attente"), ("acceptee", "Acceptées"), ("expiree", "Expirées ou retirées"))
    return Liste(
        operation="GET /invitations",
        intitule="Invitations",
        nom=("invitation", "invitations"),
        recherche="Adresse électronique",
        lignes="comptes/ligne_invitation.html",
        colonnes=(
            Colonne("Adresse", "courriel"),
            Colonne("Profil"),
            Colonne("Envoi", "envoyee_le"),
            Colonne("État"),
            Colonne("Action"),
        ),
        filtres=(Filtre("etat", "État", etats),),
        actions=(("Inviter quelqu’un", "/invitations/nouvelle", "POST /invitations"),),
        filtres_enregistres=False,
    ).repondre(gabarit="comptes/invitations.html")


@site.route("/invitations/nouvelle", methods=["GET", "POST"])
def nouvelle_invitation() -> Response:
    """Invites somebody, by mail."""
    dit = "L’invitation est envoyée : elle vaut sept jours."
    return _profil("POST /invitations", "Inviter quelqu’un", dit, url_for("web.invitations"))


@site.route("/invitations/<invitation_id>/renvoi", methods=["GET", "POST"])
def renvoyer_invitation(invitation_id: str) -> Response:
    """Sends an invitation again."""
    return agir(_RENVOYER, _INVITATIONS, url_for("web.invitations"), invitation_id=invitation_id)


@site.route("/invitations/<invitation_id>/retrait", methods=["GET", "POST"])
def retirer_invitation(invitation_id: str) -> Response:
    """Ends an invitation that nobody has accepted."""
    return agir(_RETIRER_INVITATION, _INVITATIONS, url_for("web.invitations"), invitation_id=invitation_id)


def _profil(
    operation: str, intitule: str, dit: str, retour: str, place: Place | None = None, **chemin: str
) -> Response:
    """Answers with the form of a profil to give or to offer: all but the mission offer their own alone."""
    miens: dict[str, Any] = {}
    if g.acteur.type is not TypeProfil.NATIONAL:  # who is invited into the mission is chosen, not left there
        miens["type"] = g.acteur.type.value
    if g.acteur.type is TypeProfil.CENTRE:
        miens["etablissement_id"] = g.acteur.etablissement_id
    return Formulaire(
        operation=operation,
        chemin=chemin,
        gabarit="comptes/profil.html",
        intitule=intitule,
        initial=miens,
        dit=dit,
        contexte={
            "types": TYPES,
            "departements": catalogue.choix_departements(),
            "regions": catalogue.choix_regions(),
            "invite": "invitations" in operation,
        },
        place=place,
        annuler=retour,
        complement=_avec_son_etablissement,
    ).repondre()


def _avec_son_etablissement(corps: dict[str, Any]) -> dict[str, Any]:
    """Returns what the form says, an établissement named by its SIRET become the one that bears it.

    Raises:
        Invalide: none does, or none is of this reference: it is said beside its field, which the API does not name.
    """
    dit = "".join(str(corps.get("etablissement_id") or "").split())
    if not dit or corps.get("type") != TypeProfil.CENTRE:  # of another type it is to be emptied, which the API says
        return corps
    if len(dit) != SIRET or not dit.isdigit():
        if introuvable(etablissement_seul(dit)):
            raise Invalide(erreurs={"etablissement_id": ["Aucun établissement n’a ce SIRET ni cette référence."]})
        return corps | {"etablissement_id": dit}
    trouves = demander("GET /etablissements", filtres={"q": dit, "agrements": "false"})["elements"]
    lui = next((e["id"] for e in trouves if e["siret"] == dit), None)
    if lui is None:
        raise Invalide(erreurs={"etablissement_id": ["Aucun établissement ne porte ce SIRET."]})
    return corps | {"etablissement_id": lui}
