"""One's own account: password, name and preferences."""

from functools import partial
from typing import Any

from commun import clock
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide, VersionPerimee
from commun.domain.json import Json
from commun.schemas.forms import charger
from commun.traces.changements import avec_changements
from gateway import auth, mots_de_passe, schemas
from gateway.commands.connexion import PAR_COMPTE, ralentir
from gateway.queries.compte import moi, preferences
from gateway.storage import changements, comptes, freins, jetons, renouvellements

_MOTS = {"nom": "Le nom a été changé"}


def changer_mot_de_passe(acte: Acte, corps: Any) -> Etapes[None]:
    """Changes one's own password, and ends every token and session."""
    sien = comptes.get_compte(acte.db, acte.acteur.compte_id)
    acte.exiger_version(sien["version"])
    devine = mots_de_passe.fautes("nouveau", sien["identifiant"], sien["courriel"])
    forme = charger(schemas.ChangementMotDePasse, corps, aussi=devine)
    juste = yield from eprouver(acte, sien, forme["ancien"])
    hache = (yield partial(auth.hacher, forme["nouveau"])) if juste else ""
    exiger_le_bon(acte, sien, "ancien", juste=juste)
    poser_mot_de_passe(acte, sien["id"], hache, "Le mot de passe a été changé.")


def eprouver(acte: Acte, sien: Json, mot_de_passe: str) -> Etapes[bool]:
    """Returns whether this is the password of one's own account, as it was read, for `exiger_le_bon`; the try counts:
    whoever found an open session does not guess the password from it."""
    ralentir(acte, freins.cle("mot_de_passe", sien["id"]), PAR_COMPTE)
    juste: bool = yield partial(auth.mot_de_passe_juste, sien, mot_de_passe)
    return juste


def exiger_le_bon(acte: Acte, sien: Json, champ: str, *, juste: bool) -> None:
    """Locks one's own account, whose password must still be the one that was right.

    Raises:
        Invalide: it was not, or is no more; said on `champ`.
    """
    compte_id = sien["id"]
    if not (juste and auth.meme_mot_de_passe(sien, comptes.get_compte(acte.db, compte_id, verrou=True))):
        raise Invalide.au_champ(champ, "Votre mot de passe actuel n'est pas celui-là.")
    freins.oublier(acte.db, freins.cle("mot_de_passe", compte_id))


def poser_mot_de_passe(acte: Acte, compte_id: str, hache: str, phrase: str) -> None:
    """Gives an account another password: every token, session and link of it ends, and its holder is told by mail."""
    comptes.save_compte(acte.db, compte_id, mot_de_passe=hache)
    jetons.retirer_tous(acte.db, compte_id)
    compte = comptes.get_compte(acte.db, compte_id)
    renouvellements.retirer(acte.db, compte["identifiant"], compte["courriel"].lower())
    changements.retirer_demandes(acte.db, compte_id)
    acte.tracer("compte", compte_id, "mot_de_passe", phrase)
    change = {"version": compte["version"], "change_le": clock.maintenant().isoformat(timespec="seconds")}
    acte.publier("mot_de_passe_change", compte_id=compte_id, **change)


def changer_nom(acte: Acte, corps: Any) -> Json:
    """Changes the name under which one is shown, for what one has done before too; nobody else may."""
    sien = comptes.get_compte(acte.db, acte.acteur.compte_id, verrou=True)
    acte.exiger_version(sien["version"])
    forme = charger(schemas.MonNom, corps)
    if forme["nom"] != sien["nom"]:
        comptes.save_qui(acte.db, sien, **forme)
        avant = {"nom": sien["nom"]}
        phrase = avec_changements("Le titulaire a corrigé son nom.", avant, forme, _MOTS)
        acte.tracer("compte", sien["id"], "nom", phrase, avant=avant, apres=forme)
    return moi(acte)


def regler_preferences(acte: Acte, corps: Any) -> Json:
    """Sets one's own preferences."""
    compte_id = acte.acteur.compte_id
    compte = comptes.get_compte(acte.db, compte_id, verrou=True)
    acte.exiger_version(compte["version"])
    forme = charger(schemas.Preferences, corps)
    if forme.pop("version") not in (None, compte["version"]):
        raise VersionPerimee()
    voulu = forme["profil_par_defaut"]
    if voulu is not None:
        auth.profil_du_compte(acte, compte_id, voulu, champ="profil_par_defaut")
    comptes.save_compte(acte.db, compte_id, profil_par_defaut=voulu, preferences=forme["messages"])
    acte.tracer("compte", compte_id, "preferences", "Les préférences ont été réglées.", apres=forme)
    return preferences(acte)
