"""What time takes away: inactive jurés nobody has seen for years."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.actes.conservation import NOM, PRENOM, anonymiser_par_lots, echeances, noter_anonymisees, ranger_noyau
from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.storage.replica import tranche
from commun.storage.requetes import RIEN, parmi
from commun.storage.tables import traces
from services.jures.domain.model import COORDONNEES, Adresse, Jure
from services.jures.storage.fiches import VIVANT, get_fiches, ligne_du_jure, lock_jures, save_jure
from services.jures.storage.tables import emplois, habilitations, inscriptions, jures, sessions

_CONTACT = ("nom_usage", *COORDONNEES)
_NOMMENT = ("nom", "prenom", "date_naissance", "tri", "recherche", "rapprochement")
_LOT = 200


def ranger(acte: Acte) -> Etapes[None]:
    """Anonymises those who were kept long enough, a lot at a time."""
    ranger_noyau(acte)
    bornes = yield from echeances(acte)
    if avant := bornes["conservation_jure"]:
        yield from anonymiser_par_lots(
            acte,
            lambda apres: list(acte.db.scalars(tranche(_INACTIFS, jures.c.id, apres, _LOT))),
            lambda lot: a_anonymiser(acte.db, lot, avant),
            lambda perdus: _identites(acte.db, perdus),
            lambda fiches: Question("sessions_gardes", "inscrites_depuis", personne_ids=sorted(fiches), jour=avant),
            lambda perdus: _anonymiser_les_perdus(acte, perdus, avant),
        )


def _identites(db: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    """Returns, by id, who each of these jurés is: himself, and those who were merged into him."""
    requete = sa.select(jures.c.id, VIVANT).where(jures.c.id.in_(ids) | jures.c.absorbe_par.in_(ids))
    return {ligne.id: ligne.vivant for ligne in db.execute(requete)}


def _anonymiser_les_perdus(acte: Acte, ids: Collection[str], avant: date) -> None:
    """Anonymises these jurés, but who was activated meanwhile."""
    lock_jures(acte.db, ids)
    anonymiser(acte, a_anonymiser(acte.db, ids, avant))


def a_anonymiser(db: sa.Connection, ids: Collection[str], avant: date) -> list[str]:
    """Returns those of these jurés who are inactive, whose file nobody touched, habilitations included, and who sat in
    no session, since this day."""
    return list(db.scalars(_PERDUS, {"ids": list(ids), "avant": avant}))


_INACTIFS = sa.select(jures.c.id).where(
    jures.c.statut == "inactif", jures.c.absorbe_par.is_(None), jures.c.recherche != RIEN
)
_lot = _INACTIFS.where(parmi(jures.c.id)).cte("lot")
_fiches = jures.alias()
_siennes = sa.union_all(
    sa.select(_lot.c.id.label("a_qui"), _lot.c.id.label("fiche")),
    sa.select(_fiches.c.absorbe_par, _fiches.c.id).join(_lot, _lot.c.id == _fiches.c.absorbe_par),
).cte("siennes")
"""The files of each: his own, and those that were merged into it."""
_depuis = traces.c.instant >= sa.bindparam("avant", type_=sa.Date)


def _trace(objet_type: str, objet_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return (traces.c.objet_type == objet_type) & (traces.c.objet_id == sa.cast(objet_id, sa.Text)) & _depuis


_PERDUS = sa.select(_lot.c.id).where(
    ~sa.exists().where(_trace("jure", _lot.c.id)),
    ~sa.exists().where(habilitations.c.jure_id == _lot.c.id, _trace("habilitation", habilitations.c.id)),
    ~sa.exists().where(
        _siennes.c.a_qui == _lot.c.id,
        inscriptions.c.jure_id == _siennes.c.fiche,
        sessions.c.id == inscriptions.c.session_id,
        sessions.c.date_fin >= sa.bindparam("avant", type_=sa.Date),
    ),
)
"""Those of a lot, found by indexes alone."""


def anonymiser(acte: Acte, ids: Iterable[str]) -> None:
    """Takes away what names these jurés, locked; their habilitations and sessions stay, to be counted."""
    anonymes = [_anonyme(fiche.jure) for fiche in get_fiches(acte.db, ids, acte.jour).values()]
    if not anonymes:
        return
    versions = {anonyme.id: save_jure(acte.db, anonyme) for anonyme in anonymes}
    identites = _identites(acte.db, versions)
    ligne = ligne_du_jure(anonymes[0])
    vide = {champ: ligne[champ] for champ in (*_CONTACT, *_NOMMENT)} | {"adresse": {}}
    acte.db.execute(jures.update().where(jures.c.absorbe_par.in_(versions)).values(vide))
    acte.db.execute(emplois.update().where(emplois.c.jure_id.in_(versions)).values(employeur="", employeur_siret=None))
    noter_anonymisees(acte.db, *identites)
    dite = {"phrase": "Le juré a été anonymisé, sa durée de conservation étant passée."}
    acte.tracer_ensemble("jure", "anonymiser", dict.fromkeys(identites, dite))
    for fiche, vivant in identites.items():
        acte.publier("jure_anonymise", jure_id=fiche, version=versions[vivant])


def _anonyme(jure: Jure) -> Jure:
    contact: dict[str, Any] = dict.fromkeys(_CONTACT, "")
    nulle_part = Adresse("", "", "", "")
    return replace(jure, nom=NOM, prenom=PRENOM, date_naissance=None, adresse=nulle_part, anonyme=True, **contact)
