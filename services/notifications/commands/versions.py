"""Composing a release and sending it (NOT-01, NOT-05)."""

from dataclasses import asdict
from typing import Any

from commun import clock
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Droit, Invalide
from commun.domain.referentiel import TypeProfil
from commun.domain.textes import accorder
from commun.schemas.forms import charger
from commun.storage.db import nouvel_id
from services.notifications import schemas
from services.notifications.commands.messages import destinataires
from services.notifications.courrier.versions import lettre_version
from services.notifications.domain.envois import Etat, Genre
from services.notifications.domain.versions import VERSION, ActionVersion, EtatVersion, FaitsVersion
from services.notifications.queries import versions as lectures
from services.notifications.storage import envois
from services.notifications.storage.tables import envois as table
from services.notifications.storage.versions import add_version, figer, save_version

_A = ActionVersion


def creer(acte: Acte, corps: Any) -> dict[str, Any]:
    """Adds a release to announce."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    forme = charger(schemas.NouvelleVersion, corps)
    numero = forme["numero"]
    if deja := add_version(acte.db, numero, forme["date"], _contenu(forme)):
        raise Invalide(erreurs={"numero": [f"La version {deja} existe déjà."]})
    acte.tracer("version", numero, "creer", f"L'annonce de la version {numero} a été créée.", apres=_contenu(forme))
    return lectures.fiche(acte, numero)


def modifier(acte: Acte, numero: str, corps: Any) -> dict[str, Any]:
    """Changes a release that has not been sent to anybody."""
    ligne = _a_changer(acte, numero)
    forme = charger(schemas.ContenuVersion, corps, partiel=True)
    _decider(acte, _A.MODIFIER, ligne)
    contenu, date = ligne["contenu"] | _contenu(forme), forme.get("date", ligne["date"])
    if (contenu, date) == (ligne["contenu"], ligne["date"]):
        return lectures.fiche(acte, numero)
    save_version(acte.db, numero, contenu=contenu, date=date)
    phrase = f"L'annonce de la version {numero} a été modifiée."
    acte.tracer("version", numero, _A.MODIFIER, phrase, avant=ligne["contenu"], apres=contenu)
    return lectures.fiche(acte, numero)


def diffuser(acte: Acte, numero: str, corps: Any) -> dict[str, Any]:
    """Sends a release to every subscriber who has not been sent it."""
    ligne = _a_changer(acte, numero)
    forme = charger(schemas.Diffuser, corps)
    _decider(acte, _A.DIFFUSER, ligne, forme["confirmer"])
    figer(acte.db, numero, _mail(ligne["contenu"]), clock.maintenant())
    n = envois.ajouter_diffusion(acte.db, numero)
    phrase = accorder(f"La diffusion de la version {numero} à {n} abonné(s) a commencé.")
    acte.tracer("version", numero, _A.DIFFUSER, phrase, apres={"n": n}, motif=forme["motif"])
    return lectures.diffusion(acte, numero)


def arreter(acte: Acte, numero: str, corps: Any) -> dict[str, Any]:
    """Stops a diffusion: no mail leaves after the one under way."""
    ligne = _a_changer(acte, numero)
    motif = charger(schemas.Diffuser, corps)["motif"]
    _decider(acte, _A.ARRETER, ligne)
    save_version(acte.db, numero, etat=EtatVersion.ARRETEE)
    acte.tracer("version", numero, _A.ARRETER, f"La diffusion de la version {numero} a été arrêtée.", motif=motif)
    return lectures.diffusion(acte, numero)


def reprendre(acte: Acte, numero: str, corps: Any) -> dict[str, Any]:
    """Resumes a diffusion where it stopped; what failed leaves again only where asked for, and to who is subscribed.
    Of one that is over and of which nothing leaves again, nothing resumes, and nothing is noted."""
    ligne = _a_changer(acte, numero)
    forme = charger(schemas.Reprendre, corps)
    _decider(acte, _A.REPRENDRE, ligne)
    etats = [Etat.ECHEC_DEFINITIF] * forme["echecs"] + [Etat.INCONNU] * forme["inconnus"]
    ceux_la = (table.c.version_numero == numero, table.c.etat.in_(etats), envois.a_un_abonne())
    relances = envois.redemander(acte.db, *ceux_la) if etats else 0
    if not relances and ligne["etat"] != EtatVersion.ARRETEE:
        return lectures.diffusion(acte, numero)
    save_version(acte.db, numero, etat=EtatVersion.EN_DIFFUSION)
    envois.retrouver(acte.db, numero)
    phrase = f"La diffusion de la version {numero} a repris."
    acte.tracer("version", numero, _A.REPRENDRE, phrase, apres={"relances": relances})
    return lectures.diffusion(acte, numero)


def essayer(acte: Acte, numero: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Sends the mail of a release to who asks for it, and to nobody else."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    acte.exiger_version(lectures.lue(acte, numero)["version"])
    charger(schemas.Diffuser, corps)
    compte_id = acte.acteur.compte_id
    comptes = yield destinataires(comptes=[compte_id])
    if not comptes:
        raise Droit()  # closed meanwhile
    ligne = lectures.lue(acte, numero)
    courriel = comptes[0]["courriel"]
    donnees = {"mail": _mail(ligne["contenu"]), "courriel": courriel}
    essai = {"sujet": f"{numero}:{nouvel_id()}", "destinataire": compte_id, "donnees": donnees}
    envois.ajouter(acte.db, Genre.ESSAI, [essai])
    avancement = {"destinataires": 1, "envoyes": 0, "en_attente": 1, "en_echec": 0}
    return {"message": f"Un essai part à l'adresse {courriel}.", **avancement}


def _a_changer(acte: Acte, numero: str) -> dict[str, Any]:
    acte.exiger_profil(TypeProfil.NATIONAL)
    ligne = lectures.lue(acte, numero, verrou=True)
    acte.exiger_version(ligne["version"])
    return ligne


def _decider(acte: Acte, action: ActionVersion, ligne: dict[str, Any], confirmes: list[str] | None = None) -> None:
    numero = ligne["numero"]
    etat = lectures.etat(ligne, envois.compter(acte.db, [numero]).get(numero, {}))
    faits = FaitsVersion(numero, envois.sans_envoi(acte.db, numero))
    VERSION.decider(action, etat, acte.acteur.type, faits).exiger(confirmes or ())


def _mail(contenu: dict[str, Any]) -> dict[str, Any]:
    return asdict(lettre_version(contenu))


def _contenu(forme: dict[str, Any]) -> dict[str, Any]:
    """Returns a form as it is stored: its date is ISO text."""
    return forme | ({"date": forme["date"].isoformat()} if "date" in forme else {})
