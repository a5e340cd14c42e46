"""What each kind of mail says, and to which address: asked at the last moment of who knows it.

The ledger holds ids; names, addresses and letters stay with their owners until the mail leaves.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commun import clock
from commun.bus.appel import Appel
from commun.bus.rpc import client
from commun.config import config
from commun.domain.dates import PARIS, en_francais
from commun.domain.errors import Refus, est_introuvable
from commun.domain.fiches import page_de
from commun.storage.db import moteur, nouvel_id
from services.notifications import jetons
from services.notifications.courrier import gabarits
from services.notifications.courrier.composition import Abandon, Courrier, Lettre, Moule
from services.notifications.courrier.gabarits import lien
from services.notifications.courrier.seance import lettre_de_seance
from services.notifications.domain.envois import DESABONNEE, Genre
from services.notifications.domain.messages import RAPPEL_JOURS
from services.notifications.domain.messages import objet as objet_du_message
from services.notifications.facteur.registre import Envoi
from services.notifications.storage.messages import get_message
from services.notifications.storage.versions import get_version

_DELAI = 15.0
_MOULES = 4
_JETONS = {"lien": "/mot-de-passe-oublie", "invite": "/invitations/acceptation"}
"""Where the links open that the mail to who has lost his password may hold, by what is known of him."""
_OBJETS = {
    "lien": "Confirmez votre nouvelle adresse dans CERES",
    "pris": "Cette adresse a déjà un compte CERES",
    "averti": "Une autre adresse est demandée pour votre compte CERES",
}
"""Of the mails about an address that is asked for, by what is known of it."""


class Redaction:
    """Writes the mails that a carrier takes."""

    def __init__(self) -> None:
        self._moules: dict[str, Moule] = {}
        self._par_genre: dict[str, Callable[[Envoi], Courrier]] = {
            Genre.VERSION: self._version,
            Genre.ESSAI: self._essai,
            Genre.RENOUVELLEMENT: self._renouvellement,
            Genre.MOT_DE_PASSE: self._mot_de_passe,
            Genre.PROCONNECT_RELIE: self._proconnect_relie,
            Genre.ACCES_RETIRE: self._acces_retire,
            Genre.COURRIEL_DEMANDE: self._courriel_demande,
            Genre.COURRIEL_CHANGE: self._courriel_change,
            Genre.CONFIRMATION: self._confirmation,
            Genre.INVITATION: self._invitation,
            Genre.MESSAGE: self._message,
            Genre.CONVOCATION: self._seance,
            Genre.ANNULATION: self._seance,
            Genre.RAPPEL: self._seance,
        }

    def __call__(self, envoi: Envoi) -> Courrier:
        """Returns the mail.

        Raises:
            Abandon: it will never leave.
            Refus: who knows it does not answer now.
        """
        return self._par_genre[envoi.genre](envoi)

    def _version(self, envoi: Envoi) -> Courrier:
        if envoi.desabonne:
            raise Abandon(DESABONNEE)
        numero = envoi.sujet
        moule = self._moules.get(numero)
        if moule is None:
            with moteur("notifications").connect() as db:
                version = get_version(db, numero)
            assert version
            if len(self._moules) >= _MOULES:
                self._moules.clear()
            moule = self._moules[numero] = Moule(Lettre(**version["fige"]))
        jeton = jetons.ecrire(jetons.Usage.DESABONNEMENT, envoi.donnees["abonne_id"])
        return _couler(moule, envoi, envoi.destinataire, lien(f"/abonnements/desabonnement/{jeton}"))

    @staticmethod
    def _essai(envoi: Envoi) -> Courrier:
        lettre = Lettre(**envoi.donnees["mail"])
        sans_abonne = {nom: dit for nom, dit in lettre.entetes.items() if not nom.startswith("List-Unsubscribe")}
        marquee = replace(lettre, objet=f"[Essai] {lettre.objet}", entetes=sans_abonne)  # nobody to unsubscribe
        return _couler(Moule(marquee), envoi, envoi.donnees["courriel"], lien("/abonnements"))

    @staticmethod
    def _confirmation(envoi: Envoi) -> Courrier:
        abonne_id, demande, deja = (envoi.donnees[nom] for nom in ("abonne_id", "demande", "deja"))
        expire = None if deja else clock.maintenant() + jetons.VALIDITE
        usage = jetons.Usage.DESABONNEMENT if deja else jetons.Usage.CONFIRMATION
        jeton = jetons.ecrire(usage, abonne_id, demande, expire)
        faits = {"deja": deja, "lien": lien(f"/abonnements/{usage}/{jeton}"), "duree": "48 heures"}
        objet = "Votre inscription au mail CERES" if deja else "Confirmez votre inscription au mail CERES"
        return _couler(_moule("confirmation", objet, **faits), envoi, envoi.destinataire)

    @staticmethod
    def _renouvellement(envoi: Envoi) -> Courrier:
        passe = "Cette adresse n'est celle d'aucun compte, ou ce lien ne vaut plus."
        faits = _de_la_passerelle("renouvellement", envoi, passe, "renouvellement_id")
        courriel, adresse = faits.pop("courriel"), f"{config().url_publique}/connexion"
        if jeton := faits.pop("jeton", None):
            adresse = lien(f"{_JETONS[faits['cas']]}/{jeton}")
        if "expire_a" in faits:
            faits["expire_le"] = _jusqu_a(faits)
        moule = _moule("renouvellement", "Votre accès à CERES", adresse=adresse, **faits)
        return _couler(moule, envoi, courriel)

    @staticmethod
    def _mot_de_passe(envoi: Envoi) -> Courrier:
        faits = {"change_le": _instant(envoi.donnees["change_le"]), "adresse": lien(_JETONS["lien"])}
        moule = _moule("mot_de_passe", "Votre mot de passe CERES a été changé", **faits)
        return _couler(moule, envoi, _du_compte(envoi))

    @staticmethod
    def _proconnect_relie(envoi: Envoi) -> Courrier:
        faits = {"relie_le": _instant(envoi.donnees["relie_le"]), "adresse": f"{config().url_publique}/connexion"}
        moule = _moule("proconnect_relie", "Votre compte CERES est relié à ProConnect", **faits)
        return _couler(moule, envoi, _du_compte(envoi))

    @staticmethod
    def _acces_retire(envoi: Envoi) -> Courrier:
        passe = "Ce compte n'est plus celui de personne."
        connu = _obtenir("gateway_gardes", "acces", passe, compte_id=envoi.destinataire)
        libelle, par = envoi.donnees["libelle"], envoi.donnees["par"]
        if connu["actif"] is (libelle is None) or libelle in connu["profils"]:
            raise Abandon("Ce qui avait été retiré a été rendu, ou le compte désactivé, entre-temps.")
        objet = "Un profil de votre compte CERES a été retiré" if libelle else "Votre compte CERES a été désactivé"
        moule = _moule("acces_retire", objet, libelle=libelle, par=par, fait_le=_instant(envoi.donnees["fait_le"]))
        return _couler(moule, envoi, connu["courriel"])

    @staticmethod
    def _courriel_demande(envoi: Envoi) -> Courrier:
        passe = "Ce lien ne vaut plus, ou a déjà servi."
        faits = _de_la_passerelle("demande_courriel", envoi, passe, "changement_id", "a")
        courriel, adresse = faits.pop("courriel"), lien(_JETONS["lien"])
        if jeton := faits.pop("jeton", None):
            adresse = f"{config().url_publique}/mon-compte/adresse/{jeton}"
        return _couler(_moule("courriel_demande", _OBJETS[faits["cas"]], adresse=adresse, **faits), envoi, courriel)

    @staticmethod
    def _courriel_change(envoi: Envoi) -> Courrier:
        passe = "Ce compte n'est plus celui de personne."
        faits = _de_la_passerelle("changement_courriel", envoi, passe, "changement_id", "a")
        courriel, fait_le = faits.pop("courriel"), _instant(faits.pop("fait_le"))
        objet, adresse = "L’adresse de votre compte CERES a été changée", f"{config().url_publique}/connexion"
        moule = _moule("courriel_change", objet, a=envoi.donnees["a"], fait_le=fait_le, adresse=adresse, **faits)
        return _couler(moule, envoi, courriel)

    @staticmethod
    def _invitation(envoi: Envoi) -> Courrier:
        passe = "Cette invitation a été acceptée, renvoyée, retirée, ou a expiré entre-temps."
        faits = _de_la_passerelle("invitation", envoi, passe, "invitation_id", "envoi")
        courriel, jeton = faits.pop("courriel"), faits.pop("jeton")
        faits["expire_le"] = _jusqu_a(faits)
        adresse = lien(f"/invitations/acceptation/{jeton}")
        moule = _moule("invitation", "Invitation à rejoindre CERES", lien=adresse, **faits)
        return _couler(moule, envoi, courriel)

    @staticmethod
    def _message(envoi: Envoi) -> Courrier:
        adresse = _du_compte(envoi)
        with moteur("notifications").connect() as db:
            message = get_message(db, envoi.sujet)
        if not message:
            raise Abandon("Ce message n'est plus conservé.")
        page, phrase = page_de(message["genre"], message["objet_type"], message["objet_id"]), message["phrase"]
        moule = _moule("message", objet_du_message(phrase), phrase=phrase, lien=f"{config().url_publique}{page}")
        return _couler(moule, envoi, adresse)

    @staticmethod
    def _seance(envoi: Envoi) -> Courrier:
        genre = Genre(envoi.genre)
        laquelle = {"convocation_id": envoi.sujet, "annulation": genre is Genre.ANNULATION}
        faits = _obtenir("sessions_gardes", "lettre", "Cette convocation n'existe plus.", **laquelle)
        if not faits["courriel"]:
            raise Abandon("Aucune adresse électronique n'est connue pour cette personne.")
        if faits["annulee"] and genre is not Genre.ANNULATION:
            raise Abandon("Cette convocation a été annulée ou remplacée avant d'être envoyée.")
        if genre is Genre.ANNULATION and faits["rappelee"]:
            raise Abandon("Une nouvelle convocation a remplacé celle-ci avant que son annulation ne parte.")
        if genre is Genre.RAPPEL and faits["ne_compte_plus"]:
            raise Abandon("Ce juré ne compte plus dans le jury de la session.")
        if genre is Genre.RAPPEL and faits["commencee"]:
            raise Abandon("La session a débuté avant que ce rappel ne parte.")
        if genre is Genre.RAPPEL and _vient_d_etre_editee(faits):
            raise Abandon("Cette convocation date de la semaine qui précède la session.")
        return _couler(Moule(lettre_de_seance(genre, faits)), envoi, faits["courriel"])


def _vient_d_etre_editee(faits: dict[str, Any]) -> bool:
    """Returns whether a letter was edited since its juré would have been reminded of it: he has just read it."""
    editee_le, seance = (date.fromisoformat(faits[nom]) for nom in ("editee_le", "date"))
    return editee_le >= seance - timedelta(days=RAPPEL_JOURS)


def _instant(dit: str) -> str:
    return en_francais(datetime.fromisoformat(dit).astimezone(ZoneInfo(PARIS)))


def _jusqu_a(faits: dict[str, Any]) -> str:
    """Returns until when the link of an invitation serves: its day is not over by then."""
    return f"{_instant(faits.pop('expire_a'))} (heure de Paris)"


def _moule(gabarit: str, objet: str, **faits: Any) -> Moule:
    texte = gabarits.texte(gabarit, objet=objet, **faits)
    return Moule(Lettre(objet, texte, gabarits.html(gabarit, objet=objet, **faits)))


def _couler(moule: Moule, envoi: Envoi, adresse: str, lien_personnel: str = "") -> Courrier:
    try:
        contenu = moule.remplir(
            adresse=adresse, envoi=envoi.message_id, instant=clock.maintenant(), lien=lien_personnel
        )
        if any(ord(lettre) <= 32 or lettre in "<>" for lettre in adresse):
            raise Abandon("Cette adresse électronique contient des caractères interdits.")
    except UnicodeEncodeError:
        raise Abandon("Cette adresse électronique contient des lettres accentuées.") from None
    return Courrier(adresse, contenu)


def _du_compte(envoi: Envoi) -> str:
    """Returns the address of the account, which a mail to one names by its id."""
    comptes = _demander("gateway_gardes", "destinataires", comptes=[envoi.destinataire])
    if not comptes:
        raise Abandon("Ce compte n'est plus actif.")
    return str(comptes[0]["courriel"])


def _de_la_passerelle(methode: str, envoi: Envoi, passe: str, *noms: str) -> dict[str, Any]:
    """Returns what the gateway knows of what the mail's own data of these names say. `passe`: as for `_obtenir`."""
    return _obtenir("gateway_gardes", methode, passe, **{nom: envoi.donnees[nom] for nom in noms})


def _obtenir(service: str, methode: str, passe: str, **arguments: Any) -> dict[str, Any]:
    """Returns what a service knows of what a mail is about. `passe`: why the mail leaves no more, where it knows it no
    more.
    """
    try:
        return dict(_demander(service, methode, **arguments))
    except Refus as refus:
        if est_introuvable(refus):
            raise Abandon(passe) from refus
        raise


def _demander(service: str, methode: str, **arguments: Any) -> Any:
    return client.appeler(service, methode, Appel(nouvel_id(), delai=_DELAI), **arguments)
