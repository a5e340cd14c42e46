"""A centre creates a session."""

from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.dates import fuseau
from commun.domain.errors import Introuvable, Invalide
from commun.domain.json import Json
from commun.domain.lifecycle import exiger_regles
from commun.schemas.champs import fin_avant_debut
from commun.schemas.forms import charger
from commun.storage.db import identifiant, nouvel_id
from services.sessions.commands.annonces import annoncer
from services.sessions.commands.base import en_reponse, enregistrer, tracer
from services.sessions.commands.copies import completer, completer_agrements
from services.sessions.domain.model import Cadre, Horaires, Session, Site, TypeSession
from services.sessions.domain.perimetre import exiger_creation
from services.sessions.domain.rules.par_acte import CREATION
from services.sessions.queries.faits import faits_de
from services.sessions.schemas import entree
from services.sessions.storage import copies
from services.sessions.storage.sessions import nouveau_numero


def creer(acte: Acte, corps: Any) -> Etapes[Json]:
    """Creates a session, a brouillon, under an agrément of the centre."""
    exiger_creation(acte.acteur)
    forme = charger(entree.NouvelleSession, corps, aussi=fin_avant_debut)
    etablissement_id = identifiant(forme["etablissement_id"] or acte.acteur.etablissement_id)
    if acte.acteur.etablissement_id != etablissement_id:
        raise Introuvable()
    yield from completer(acte, etablissement_id, forme["site_id"], forme["titre_code"], forme["ccs_code"])

    faits = faits_de(acte, _neuve(acte, etablissement_id, forme))
    if (yield from completer_agrements(acte, faits)):
        faits = faits_de(acte, _neuve(acte, etablissement_id, forme))  # its site may have moved meanwhile
    remarques = exiger_regles(CREATION, faits)

    cadre = faits.cadre
    numero = nouveau_numero(acte.db, cadre.date_debut, cadre.site.departement)
    session = enregistrer(acte, replace(faits.session, numero=numero))
    tracer(acte, None, session, "creer", "{session} a été créée.", None)
    annoncer(acte, session, "session_creee")
    return en_reponse(acte, faits_de(acte, session), remarques)


def cadre_de(acte: Acte, etablissement_id: str, forme: Json) -> Cadre:
    """Returns the frame that a form describes.

    Raises:
        Invalide: it names a site or a certification that are not there, or dates in disorder.
    """
    erreurs: dict[str, list[str]] = {}
    centre = copies.etablissements_par_id(acte.db, [etablissement_id]).get(etablissement_id, {"sites": []})
    site = copies.site_de(centre, forme["site_id"])
    if site is None:
        erreurs["site_id"] = ["Ce site n'est pas un site de votre établissement."]
    titres = copies.titres_par_code(acte.db, [forme["titre_code"]] if forme["titre_code"] else [])
    if forme["titre_code"] and not titres:
        erreurs["titre_code"] = [f"{forme['titre_code']} n'est pas dans le catalogue : vérifiez ce code."]
    cadre = Cadre(
        type=TypeSession(forme["type"]),
        titre_code=forme["titre_code"],
        ccp_codes=frozenset(forme["ccp_codes"]),
        ccs_code=forme["ccs_code"],
        entretien_final=forme["entretien_final"],
        etablissement_id=etablissement_id,
        site=site or Site(forme["site_id"], "", "", "", fuseau(None)),
        date_debut=forme["date_debut"],
        date_fin=forme["date_fin"] or forme["date_debut"],
    )
    if erreurs := erreurs | fin_avant_debut(vars(cadre)):
        raise Invalide(erreurs=erreurs)
    return cadre.complete(titres.get(forme["titre_code"] or ""))


def _neuve(acte: Acte, etablissement_id: str, forme: Json) -> Session:
    """Returns the session that a form describes, without a number; its site stays where it is, and its certification as
    it is, until it is written."""
    copies.tenir_etablissement(acte.db, etablissement_id, pour_lire=True)
    copies.tenir_titres(acte.db, forme["titre_code"], forme["ccs_code"])
    horaires = Horaires(forme["heure_debut"], forme["heure_convocation"], forme["responsable"])
    return Session(nouvel_id(), "", cadre_de(acte, etablissement_id, forme), horaires)
