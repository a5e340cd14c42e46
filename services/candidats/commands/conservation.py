"""What time takes away: candidates nobody has seen for years, the motifs of old demandes VAE, copies of files."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun import clock
from commun.actes.conservation import (
    NOM,
    PRENOM,
    anonymiser_par_lots,
    echeances,
    noter_anonymisees,
    ranger_noyau,
    retirer_par_lots,
)
from commun.actes.steps import UN_MOMENT, Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.storage.replica import tranche
from commun.storage.requetes import parmi, un_lot
from commun.storage.tables import traces
from services.candidats.domain.model import COORDONNEES, Candidat, Identite, Naissance
from services.candidats.storage.candidats import NOMMES, VIVANT, get_candidats, save_candidat
from services.candidats.storage.journaux import (
    FENETRE,
    list_departs,
    noter_departs,
    oublier_departs,
    oublier_tentatives,
)
from services.candidats.storage.tables import candidats, demandes_vae, imports, inscriptions, resultats, sessions

Recherche = Callable[[Collection[str]], list[str]]
"""Returns those of some candidates whom nobody has seen for long."""
_LOT = 200


def nettoyer(acte: Acte) -> None:
    """Removes what is kept for hours, or days, whoever it is about."""
    ranger_noyau(acte)
    oublier_tentatives(acte.db, clock.maintenant() - 2 * FENETRE)  # those that their account has not forgotten itself


def ranger(acte: Acte) -> Etapes[None]:
    """Removes or anonymises what was kept long enough, a lot at a time."""
    nettoyer(acte)
    bornes = yield from echeances(acte)
    if avant := bornes["conservation_import"]:
        yield from retirer_par_lots(acte, imports, imports.c.instant < avant)
    if avant := bornes["conservation_demande_vae"]:
        while _effacer_des_motifs(acte, avant):
            yield UN_MOMENT
    yield UN_MOMENT
    sans_acquis, certifie = bornes["conservation_candidat"], bornes["conservation_candidat_certifie"]

    lot: list[str] = []

    def chercher(ids: Collection[str]) -> list[str]:
        return a_anonymiser(acte.db, ids, sans_acquis, certifie)

    def demander(fiches: dict[str, str]) -> Question:
        lot[:] = {*fiches.values()}
        return _question(acte.db, fiches, depuis=max(connues))

    def conclure(perdus: Collection[str]) -> None:
        _anonymiser_les_perdus(acte, perdus, chercher)
        oublier_departs(acte.db, lot)

    _garder_les_revenus(acte, chercher)
    if connues := [borne for borne in (sans_acquis, certifie) if borne]:
        yield from anonymiser_par_lots(
            acte,
            lambda apres: list(acte.db.scalars(tranche(_NOMMES, candidats.c.id, apres, _LOT))),
            chercher,
            lambda perdus: _identites(acte.db, perdus),
            demander,
            conclure,
        )


def _effacer_des_motifs(acte: Acte, avant: date) -> bool:
    """Takes away what was typed of a lot of the demandes VAE decided before a day, or filed before it and never
    decided. Returns whether there were any."""
    ancienne = sa.func.coalesce(demandes_vae.c.date_notification, demandes_vae.c.date_depot) < avant
    lot = un_lot(demandes_vae, ancienne & demandes_vae.c.motif.is_not(None))
    effacees = acte.db.scalars(demandes_vae.update().where(lot).values(motif=None).returning(demandes_vae.c.id)).all()
    dite = {"phrase": "Le motif gardé avec cette demande en a été effacé, sa durée de conservation étant passée."}
    acte.tracer_ensemble("demande_vae", "effacer_motif", dict.fromkeys(effacees, dite))
    return bool(effacees)


def _identites(db: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    """Returns, by id, who each of these candidates is: himself, and those who were merged into him."""
    requete = sa.select(candidats.c.id, VIVANT).where(candidats.c.id.in_(ids) | candidats.c.canonique_id.in_(ids))
    return {ligne.id: ligne.vivant for ligne in db.execute(requete)}


def _question(db: sa.Connection, fiches: dict[str, str], *, depuis: date) -> Question:
    """Asks who of these is registered since a day, and that nobody else be from here on by what was answered of them
    before: they are to be heard of in these versions next, which is noted first: an act may be cut short here."""
    versions = {c.id: c.version + 1 for c in get_candidats(db, set(fiches.values())).values()}
    noter_departs(db, versions)
    return Question("sessions_gardes", "laisser_anonymiser", fiches=fiches, versions=versions, jour=depuis)


def _garder_les_revenus(acte: Acte, chercher: Recherche) -> None:
    """Tells of those whom an act cut short has had let go, and who were seen since: no other would, and they could be
    registered nowhere as long as their file did not change."""
    attendus = list_departs(acte.db)
    revenus = attendus.keys() - {*chercher(attendus)} if attendus else set()
    for fiche in get_candidats(acte.db, revenus, verrou=True).values():
        if fiche.version < attendus[fiche.id]:
            _garder(acte, fiche)
    oublier_departs(acte.db, revenus)


def _anonymiser_les_perdus(acte: Acte, ids: Collection[str], chercher: Recherche) -> None:
    """Anonymises these candidates, but who was seen meanwhile: he is told of, as `sessions` awaits."""
    fiches = get_candidats(acte.db, _identites(acte.db, ids), verrou=True).values()
    restent = chercher(ids)
    anonymiser(acte, (c for c in fiches if (c.canonique_id or c.id) in restent))
    for revenu in (c for c in fiches if c.id in ids and c.id not in restent and not c.canonique_id):
        _garder(acte, revenu)


def _garder(acte: Acte, revenu: Candidat) -> None:
    """Tells of who keeps his name, in the version that `sessions` awaits."""
    garde = replace(revenu, version=revenu.version + 1)
    save_candidat(acte.db, garde)
    phrase = f"Le candidat {garde.numero} garde son nom : on l'a revu au moment de l'anonymiser."
    acte.tracer("candidat", garde.id, "garder", phrase)
    acte.publier("candidat_modifie", candidat_id=garde.id, canonique_id=garde.id, version=garde.version)


def a_anonymiser(db: sa.Connection, ids: Collection[str], sans_acquis: date | None, certifie: date | None) -> list[str]:
    """Returns those of these candidates who were last seen before these days: an act on their file, or a session.

    Args:
        sans_acquis, certifie: for those who have acquired nothing, and for the others; `None`: never.
    """
    return list(db.scalars(_PERDUS, {"ids": list(ids), "sans_acquis": sans_acquis, "certifie": certifie}))


_NOMMES = sa.select(candidats.c.id).where(NOMMES)
_lot = _NOMMES.where(parmi(candidats.c.id)).cte("lot")
_fiches = candidats.alias()
_siennes = sa.union_all(
    sa.select(_lot.c.id.label("a_qui"), _lot.c.id.label("fiche")),
    sa.select(_fiches.c.canonique_id, _fiches.c.id).join(_lot, _lot.c.id == _fiches.c.canonique_id),
).cte("siennes")
"""The files of each: his own, and those that were merged into it."""
_acquis = sa.exists().where(
    _siennes.c.a_qui == _lot.c.id,
    resultats.c.candidat_id == _siennes.c.fiche,
    (sa.func.cardinality(resultats.c.ccps) > 0) | resultats.c.ccs_acquis,
)
_certifie, _sans_acquis = (sa.bindparam(nom, type_=sa.Date) for nom in ("certifie", "sans_acquis"))
_bornes = sa.select(_lot.c.id, sa.case((_acquis, _certifie), else_=_sans_acquis).label("borne")).cte("bornes")
_bornes = _bornes.prefix_with("MATERIALIZED")  # what each has acquired is looked up once
_PERDUS = sa.select(_bornes.c.id).where(
    _bornes.c.borne.is_not(None),
    ~sa.exists().where(
        _siennes.c.a_qui == _bornes.c.id,
        inscriptions.c.candidat_id == _siennes.c.fiche,
        sessions.c.id == inscriptions.c.session_id,
        sessions.c.date_fin >= _bornes.c.borne,
    ),
    ~sa.exists().where(
        traces.c.objet_type == "candidat",
        traces.c.objet_id == sa.cast(_bornes.c.id, sa.Text),
        traces.c.instant >= _bornes.c.borne,
    ),
)
"""Those of a lot, found by indexes alone: the nation's registrations, and results, are read by nobody at once."""


def anonymiser(acte: Acte, fiches: Iterable[Candidat]) -> None:
    """Takes away what names these candidates, locked; their number, year of birth, sessions and results stay, to be
    counted."""
    anonymes = [_anonyme(candidat) for candidat in fiches]
    if not anonymes:
        return
    for anonyme in anonymes:
        save_candidat(acte.db, anonyme)
        acte.publier("candidat_anonymise", candidat_id=anonyme.id, version=anonyme.version)
    noter_anonymisees(acte.db, *(anonyme.id for anonyme in anonymes))
    phrase = "Le candidat {} a été anonymisé, sa durée de conservation étant passée."
    acte.tracer_ensemble("candidat", "anonymiser", {a.id: {"phrase": phrase.format(a.numero)} for a in anonymes})


def _anonyme(candidat: Candidat) -> Candidat:
    ne_en = date(candidat.identite.date_naissance.year, 1, 1)
    naissance = Naissance(pays_code=candidat.identite.naissance.pays_code)
    identite = Identite(NOM, PRENOM, ne_en, naissance, civilite=candidat.identite.civilite)
    joignable: dict[str, Any] = dict.fromkeys(COORDONNEES)
    version = candidat.version + 1
    return replace(candidat, identite=identite, adresse=None, anonyme=True, version=version, **joignable)
