"""The letters of a session, and how their sending went."""

from dataclasses import asdict

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.storage.pages import Tris, contient, lire_page, plie
from services.sessions.documents.modele import Personne
from services.sessions.queries.fiche import en_heure, session_seule_visible
from services.sessions.schemas import entree
from services.sessions.storage import convocations
from services.sessions.storage.convocations import Lettre
from services.sessions.storage.sessions import Inscrit, inscrits_parmi
from services.sessions.storage.tables import convocations as table


def _dit(champ: str) -> sa.ColumnElement[str]:
    return table.c.personne[champ].astext


_USAGE = sa.func.coalesce(sa.func.nullif(_dit("nom_usage"), ""), _dit("nom"))
_NOM = plie(_USAGE + " " + _dit("prenoms"))
"""As `lettre_en_clair` gives it."""
_PUIS = sa.tuple_(table.c.qualite, plie(_dit("nom") + " " + _dit("prenoms")), table.c.id)
_TRIS: Tris = {"nom": _NOM, "heure": table.c.heure, "version": table.c.version}


def lister_convocations(acte: Acte, session_id: str, filtres: Json) -> Json:
    """Returns a page of the letters of a session, and how many of all are annulled: the latest version first,
    candidates before jurés, in the order of their names. A session called again and again has thousands."""
    session = session_seule_visible(acte, session_id)
    p = charger(entree.FiltresConvocations, filtres)
    siennes = sa.select(table).where(table.c.session_id == session.id, contient(_NOM, p["q"]))
    if p["annulee"] is not None:
        siennes = siennes.where(table.c.annulee == p["annulee"])
    if p["a_suivre"]:
        siennes = siennes.where(~table.c.annulee | (table.c.annulation_statut == "echec"))
    lignes, cadre = lire_page(acte.db, siennes, p, _TRIS, defaut="-version", cle=_PUIS)
    lettres = [convocations.lettre_lue(ligne) for ligne in lignes]
    connus = inscrits_parmi(acte.db, session.id, {_a_qui(lettre).id for lettre in lettres})
    elements = [lettre_en_clair(lettre, connus.get(_a_qui(lettre).id)) for lettre in lettres]
    return {"elements": elements, **cadre, "annulees": convocations.compter_annulees(acte.db, session.id)}


def lettre_en_clair(lettre: Lettre, inscrit: Inscrit | None) -> Json:
    """Returns a letter as the contract shows it. `inscrit`: to whom it was sent, as he is now; `None` if he left."""
    c = lettre.convocation
    personne = _a_qui(lettre)
    return {
        "id": lettre.id,
        "session_id": lettre.session_id,
        "type": c.convoque.qualite,
        "personne_id": personne.id,
        "nom": f"{personne.nom_usage or personne.nom} {personne.prenoms}",
        "heure": en_heure(c.heure),
        "version": c.version,
        "editee_le": c.editee_le,
        "statut": lettre.statut,
        "erreur": lettre.erreur,
        "annulee": lettre.annulee,
        "identite_changee": inscrit is not None and not inscrit.personne.est_appele(personne),
        "annulation": asdict(lettre.annulation) if lettre.annulation else None,
    }


def _a_qui(lettre: Lettre) -> Personne:
    return lettre.convocation.convoque.personne


def lettre_visible(acte: Acte, convocation_id: str) -> Lettre:
    """Returns a letter of a session of the actor's perimeter."""
    lettre = convocations.lettre(acte.db, identifiant(convocation_id))
    session_seule_visible(acte, lettre.session_id)
    return lettre
