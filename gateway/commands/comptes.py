"""Accounts, by those who administer them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from commun import clock
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Introuvable
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.domain.referentiel import TypeProfil
from commun.domain.textes import accorder
from commun.schemas.forms import AvecConfirmation, charger
from commun.storage.db import identifiant as exiger_id
from gateway import auth, mots_de_passe, regles, schemas
from gateway.commands.compte import poser_mot_de_passe
from gateway.commands.invitations import mettre_fin
from gateway.commands.roles import fautes_de_role, meme_role, role_voulu
from gateway.perimetre import Perimetre, administre
from gateway.queries.comptes import compte_visible, fiche, seuls_administrateurs
from gateway.regles import Faits
from gateway.storage import comptes, invitations, jetons
from gateway.storage.tables import invitations as table_des_invitations


def creer_compte(
    acte: Acte,
    identifiant: str,
    nom: str,
    courriel: str,
    mot_de_passe: str,
    roles: list[Json],
    hacher: Callable[[str], str] | None = None,
) -> str:
    """Creates an account with its profils (`{type, libelle, etablissement_id?, departement?, region?}`).

    For who installs CERES: the first account can only come from here, and its profils administer.

    Args:
        hacher: makes the password's hash; as slowly as `auth.hacher` unless everybody knows the password.

    Returns:
        The account's id. One that exists keeps its password; profils that it lacks are added.
    """
    compte = comptes.get_compte_par_identifiant(acte.db, identifiant)
    if compte is None:
        hache = (hacher or auth.hacher)(mot_de_passe) if mot_de_passe else None
        compte_id = comptes.add_compte(acte.db, identifiant, nom, courriel, mot_de_passe=hache)
    else:
        compte_id = str(compte["id"])
    deja = comptes.list_profils(acte.db, compte_id)
    nouveaux = [role for role in roles if not any(meme_role(role, profil) for profil in deja)]
    for role in nouveaux:
        comptes.add_profil(acte.db, compte_id, **{"administrateur": True} | role)
    if compte is None or nouveaux:
        phrase = accorder(f"Le compte {identifiant} a reçu {len(nouveaux)} profil(s).")
        acte.tracer("compte", compte_id, "creer", phrase, apres={"profils": [r["libelle"] for r in nouveaux]})
    return compte_id


def creer_national(acte: Acte, saisie: Any) -> tuple[bool, str]:
    """Creates an administrator of the national mission, or gives that profil to the account of this identifiant.

    Returns:
        Whether the account existed, and its identifiant.

    Raises:
        ReglesEnfreintes: it is closed: nobody would come in by it, whatever profil it has.
    """
    forme = charger(schemas.NouveauCompteNational, saisie, aussi=_devine)
    identifiant = forme["identifiant"].strip().lower()
    deja = comptes.get_compte_par_identifiant(acte.db, identifiant)
    if deja is not None:
        exiger_regles((regles.compte_actif,), Faits.du(deja))
    role = {"type": TypeProfil.NATIONAL, "libelle": "Mission nationale"}
    creer_compte(acte, identifiant, forme["nom"], forme["courriel"], forme["mot_de_passe"] or "", [role])
    return deja is not None, identifiant


def _devine(forme: Json) -> Json:
    connus = (forme[nom] for nom in ("identifiant", "courriel") if nom in forme)
    return mots_de_passe.fautes("mot_de_passe", *connus)(forme)


def compte_nomme(acte: Acte, identifiant: str) -> Json:
    """Returns the account that the operator names.

    Raises:
        Introuvable: none has this identifiant.
    """
    compte = comptes.get_compte_par_identifiant(acte.db, identifiant.strip().lower())
    if compte is None:
        raise Introuvable("Aucun compte n'a cet identifiant.")
    return compte


def compte_ouvert(acte: Acte, identifiant: str) -> Json:
    """Returns the account that the operator names.

    Raises:
        Introuvable: none has this identifiant.
        Refus: it is closed.
    """
    compte = compte_nomme(acte, identifiant)
    exiger_regles((regles.compte_actif,), Faits.du(compte))
    return compte


def remplacer_mot_de_passe(acte: Acte, identifiant: str, saisie: Any) -> str:
    """Gives an account another password, and ends every token and session: its holder has lost the one he had.

    Returns:
        Its identifiant.
    """
    nomme = compte_nomme(acte, identifiant)
    devine = mots_de_passe.fautes("mot_de_passe", nomme["identifiant"], nomme["courriel"])
    forme = charger(schemas.NouveauMotDePasse, saisie, aussi=devine)
    compte = comptes.get_compte(acte.db, nomme["id"], verrou=True)
    exiger_regles((regles.compte_actif,), Faits.du(compte))
    phrase = "Le mot de passe a été remplacé par l'exploitation."
    poser_mot_de_passe(acte, compte["id"], auth.hacher(forme["mot_de_passe"]), phrase)
    return str(compte["identifiant"])


def desactiver(acte: Acte, compte_id: str, corps: Any) -> Json:
    """Closes an account at once: its tokens and sessions are worth nothing any more."""
    return _basculer(acte, compte_id, corps, actif=False)


def reactiver(acte: Acte, compte_id: str, corps: Any) -> Json:
    """Opens an account again; it signs in anew."""
    return _basculer(acte, compte_id, corps, actif=True)


def _basculer(acte: Acte, compte_id: str, corps: Any, *, actif: bool) -> Json:
    perimetre, compte = _tenu(acte, compte_id)
    acte.exiger_version(compte["version"])
    motif = charger(AvecConfirmation, corps)["motif"]
    siens = comptes.list_profils(acte.db, compte["id"])
    faits = Faits.du(
        compte,
        soi_meme=compte["id"] == acte.acteur.compte_id,
        d_ailleurs=not all(perimetre.couvre(p) for p in siens),
    )
    exiger_regles((regles.un_autre_que_soi, regles.tout_entier_dans_le_perimetre), faits)
    if compte["actif"] != actif:
        comptes.save_compte(acte.db, compte["id"], actif=actif)
        jetons.retirer_tous(acte.db, compte["id"])
        fait, action = ("réactivé", "reactivation") if actif else ("désactivé", "desactivation")
        etats = {"avant": {"actif": not actif}, "apres": {"actif": actif}, "motif": motif}
        acte.tracer("compte", compte["id"], action, f"Le compte {compte['identifiant']} a été {fait}.", **etats)
        if not actif:
            _retirer_ses_invitations(acte, compte, siens, [])
            _dire_le_retrait(acte, compte, None)
    return fiche(acte, compte["id"])


def ajouter_profil(acte: Acte, compte_id: str, corps: Any) -> Etapes[Json]:
    """Gives an account one more profil."""
    perimetre = administre(acte)
    compte = compte_visible(acte, perimetre, compte_id)
    acte.exiger_version(compte["version"])
    forme = charger(schemas.NouveauProfil, corps, aussi=partial(fautes_de_role, perimetre))
    role = yield from role_voulu(acte, perimetre, forme)
    compte = compte_visible(acte, perimetre, compte_id, verrou=True)
    acte.exiger_version(compte["version"])
    deja = any(meme_role(role, profil) for profil in comptes.list_profils(acte.db, compte["id"]))
    faits = Faits.du(compte, a_deja_le_profil=deja)
    exiger_regles((regles.un_profil_une_fois, regles.compte_actif), faits)
    comptes.save_compte(acte.db, compte["id"])
    comptes.add_profil(acte.db, compte["id"], **role)
    phrase = f"Le compte {compte['identifiant']} a reçu le profil « {role['libelle']} »."
    acte.tracer("compte", compte["id"], "ajouter_profil", phrase, apres=role)
    return fiche(acte, compte["id"])


def retirer_profil(acte: Acte, compte_id: str, profil_id: str, corps: Any) -> Json:
    """Takes a profil away at once, with what was open in it."""
    compte, profil = _profil_tenu(acte, compte_id, profil_id)
    motif = charger(AvecConfirmation, corps)["motif"]
    exiger_regles((regles.un_autre_que_soi,), Faits(soi_meme=profil["id"] == acte.acteur.profil_id))
    comptes.save_compte(acte.db, compte["id"])
    comptes.remove_profil(acte.db, compte["id"], profil["id"])
    phrase = f"Le compte {compte['identifiant']} a perdu le profil « {profil['libelle']} »."
    avant = {nom: profil[nom] for nom in comptes.ROLE}
    acte.tracer("compte", compte["id"], "retirer_profil", phrase, avant=avant, motif=motif)
    _retirer_ses_invitations(acte, compte, [profil], comptes.list_profils(acte.db, compte["id"]))
    _retirer_ce_qui_le_rend(acte, compte, profil)
    _dire_le_retrait(acte, compte, profil["libelle"])
    return fiche(acte, compte["id"], reste=True)


def faire_administrer(acte: Acte, compte_id: str, profil_id: str, corps: Any) -> Json:
    """Has a profil administer the accounts of its place, from now on."""
    return _administrer(acte, compte_id, profil_id, corps, oui=True)


def ne_plus_faire_administrer(acte: Acte, compte_id: str, profil_id: str, corps: Any) -> Json:
    """Leaves a profil as it is, but that it administers no more, at once."""
    return _administrer(acte, compte_id, profil_id, corps, oui=False)


def _administrer(acte: Acte, compte_id: str, profil_id: str, corps: Any, *, oui: bool) -> Json:
    compte, profil = _profil_tenu(acte, compte_id, profil_id)
    forme, seuls = charger(AvecConfirmation, corps), seuls_administrateurs(acte, compte["id"])
    faits = Faits.du(
        compte,
        soi_meme=profil["id"] == acte.acteur.profil_id,
        sans_administrateur=(profil["libelle"],) if profil["id"] in seuls else (),
    )
    donner, retirer = (regles.compte_actif,), (regles.administrer_encore, regles.un_administrateur_reste)
    exiger_regles(donner if oui else retirer, faits, forme["confirmer"])
    if profil["administrateur"] != oui:
        comptes.save_compte(acte.db, compte["id"])
        comptes.save_profil(acte.db, profil["id"], administrateur=oui)
        avant = {nom: profil[nom] for nom in (*comptes.ROLE, "administrateur")}
        etats = {"avant": avant, "apres": avant | {"administrateur": oui}, "motif": forme["motif"]}
        fait = "administre désormais" if oui else "n'administre plus"
        action = "donner_administration" if oui else "retirer_administration"
        phrase = f"Le compte {compte['identifiant']} {fait} « {profil['libelle']} »."
        acte.tracer("compte", compte["id"], action, phrase, **etats)
        if not oui:
            restes = comptes.list_profils(acte.db, compte["id"])
            _retirer_ses_invitations(acte, compte, [profil], restes, a_administrer=True)
    return fiche(acte, compte["id"])


def _retirer_ses_invitations(
    acte: Acte, compte: Json, perdus: list[Json], restes: list[Json], *, a_administrer: bool = False
) -> None:
    """Ends the invitations to all that these profils administered, which an account has sent and nobody has accepted:
    who is put out comes back by no link that he had sent himself. A colleague who sends one again revives it.

    Args:
        restes: the profils that he goes on acting with: what he administers by one of them, he offers still.
        a_administrer: whether he has lost the administration alone: those that would give it go, the others stay.
    """
    pourquoi = "n'administre plus" if a_administrer else "a perdu le sien"
    administres = [p for p in restes if p["administrateur"]]
    la = _la_ou(perdus) & ~_la_ou(administres)
    if a_administrer:
        la &= table_des_invitations.c.administrateur
    for invitation in invitations.list_envoyees(acte.db, compte["id"], la):
        mettre_fin(acte, invitation, f"qui l'a envoyée {pourquoi}")


def _la_ou(administres: list[Json]) -> sa.ColumnElement[bool]:
    """Returns the condition of the invitations to what one of these profils administers: all, for the mission's."""
    return sa.or_(sa.false(), *(Perimetre.du(profil).condition(table_des_invitations) for profil in administres))


def _retirer_ce_qui_le_rend(acte: Acte, compte: Json, perdu: Json) -> None:
    """Ends the invitations that would give an account the profil that it has just lost, whoever sent them: to send one
    anew is to decide so."""
    for invitation in invitations.list_recues(acte.db, compte["id"]):
        if meme_role(perdu, invitation):
            mettre_fin(acte, invitation, "ce profil l'a été à son compte")


def _dire_le_retrait(acte: Acte, compte: Json, libelle: str | None) -> None:
    """Has the holder of an account told, by mail, what he has lost: this profil, or all where it is closed. Of what is
    tidied in an account closed before, he has lost nothing.
    """
    par = comptes.get_profil(acte.db, acte.acteur.profil_id)
    if compte["actif"] and par:
        fait_le = clock.maintenant().isoformat(timespec="seconds")
        dits = {"version": compte["version"] + 1, "libelle": libelle, "par": par["libelle"], "fait_le": fait_le}
        acte.publier("acces_retire", compte_id=compte["id"], **dits)


def _tenu(acte: Acte, compte_id: str) -> tuple[Perimetre, Json]:
    """Returns what the actor administers and an account there, both as they are until the act is over: of two who take
    from one another the right to act, the second has lost it.
    """
    administre(acte)
    invitations.tenir_siennes(acte.db, exiger_id(compte_id))
    comptes.tenir_ensemble(acte.db, acte.acteur.compte_id, exiger_id(compte_id))
    perimetre = administre(acte)
    return perimetre, compte_visible(acte, perimetre, compte_id, verrou=True)


def _profil_tenu(acte: Acte, compte_id: str, profil_id: str) -> tuple[Json, Json]:
    perimetre, compte = _tenu(acte, compte_id)
    profil = comptes.get_profil(acte.db, exiger_id(profil_id))
    if profil is None or profil["compte_id"] != compte["id"] or not perimetre.couvre(profil):
        raise Introuvable()
    acte.exiger_version(compte["version"])
    return compte, profil
