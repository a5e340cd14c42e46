"""What time takes away: candidates nobody has seen for years, the motifs of old demandes VAE, copies of files."""

from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun import clock
from commun.actes.conservation import NOM, PRENOM, anonymiser_par_lots, echeances, noter_anonymisees, ranger_noyau
from commun.actes.unit_of_work import Acte, Question
from commun.storage.tables import traces
from services.candidats.domain.model import Candidat, Identite, Naissance
from services.candidats.storage.candidats import NOMMES, VIVANT, get_candidats, save_candidat
from services.candidats.storage.journaux import (
    FENETRE,
    list_departs,
    noter_departs,
    oublier_departs,
    oublier_tentatives,
)
from services.candidats.storage.tables import candidats, demandes_vae, imports, inscriptions, resultats, sessions

Recherche = Callable[[sa.ColumnElement[bool]], list[str]]
"""Returns those, among the candidates who meet a condition, whom nobody has seen for long."""
_LOT = 200
_fiches = candidats.alias()


def ranger(acte: Acte) -> Generator[Question | None, Any, None]:
    """Removes or anonymises what was kept long enough, a lot at a time."""
    ranger_noyau(acte)
    oublier_tentatives(acte.db, clock.maintenant() - 2 * FENETRE)  # those that their account has not forgotten itself
    bornes = yield from echeances(acte)
    if avant := bornes["conservation_import"]:
        acte.db.execute(imports.delete().where(imports.c.instant < avant))
    if avant := bornes["conservation_demande_vae"]:
        _effacer_les_motifs(acte, avant)
    yield None
    sans_acquis, certifie = bornes["conservation_candidat"], bornes["conservation_candidat_certifie"]

    lot: list[str] = []

    def chercher(condition: sa.ColumnElement[bool]) -> list[str]:
        return a_anonymiser(acte.db, sans_acquis, certifie, condition)

    def demander(fiches: dict[str, str]) -> Question:
        lot[:] = {*fiches.values()}
        return _question(acte.db, fiches, depuis=max(connues))

    def conclure(perdus: Collection[str]) -> None:
        _anonymiser_les_perdus(acte, perdus, chercher)
        oublier_departs(acte.db, lot)

    _garder_les_revenus(acte, chercher)
    if connues := [borne for borne in (sans_acquis, certifie) if borne]:
        yield from anonymiser_par_lots(
            lambda retenus: chercher(candidats.c.id.not_in(retenus)),
            lambda perdus: _identites(acte.db, perdus),
            demander,
            conclure,
        )


def _effacer_les_motifs(acte: Acte, avant: date) -> None:
    """Takes away what was typed of the demandes VAE decided before a day, or filed before it and never decided."""
    ancienne = sa.func.coalesce(demandes_vae.c.date_notification, demandes_vae.c.date_depot) < avant
    efface = demandes_vae.update().where(ancienne, demandes_vae.c.motif.is_not(None)).values(motif=None)
    dite = {"phrase": "Le motif gardé avec cette demande en a été effacé, sa durée de conservation étant passée."}
    effacees = acte.db.scalars(efface.returning(demandes_vae.c.id))
    acte.tracer_ensemble("demande_vae", "effacer_motif", dict.fromkeys(effacees, dite))


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
    revenus = attendus.keys() - {*chercher(candidats.c.id.in_(attendus))} if attendus else set()
    for fiche in get_candidats(acte.db, revenus, verrou=True).values():
        if fiche.version < attendus[fiche.id]:
            _garder(acte, fiche)
    oublier_departs(acte.db, revenus)


def _anonymiser_les_perdus(acte: Acte, ids: Collection[str], chercher: Recherche) -> None:
    """Anonymises these candidates, but who was seen meanwhile: he is told of, as `sessions` awaits."""
    fiches = get_candidats(acte.db, _identites(acte.db, ids), verrou=True).values()
    restent = chercher(candidats.c.id.in_(ids))
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


def a_anonymiser(
    db: sa.Connection, sans_acquis: date | None, certifie: date | None, *conditions: sa.ColumnElement[bool]
) -> list[str]:
    """Returns candidates who were last seen before these days: an act on their file, or a session.

    Args:
        sans_acquis, certifie: for those who have acquired nothing, and for the others; `None`: never.
        conditions: what else they must meet.
    """
    vu = sa.exists().where(
        traces.c.objet_type == "candidat",
        traces.c.objet_id == sa.cast(candidats.c.id, sa.Text),
        traces.c.instant >= sa.bindparam("borne", type_=sa.Date),
    )
    # all joined by equality, his own files with him: the nation's registrations, and results, are read once
    le_sien = sa.func.coalesce(_fiches.c.canonique_id, _fiches.c.id) == candidats.c.id
    en_session = sa.exists().where(
        _fiches.c.id == inscriptions.c.candidat_id,
        le_sien,
        inscriptions.c.session_id == sessions.c.id,
        sessions.c.date_fin >= sa.bindparam("borne", type_=sa.Date),
    )
    acquis = sa.exists().where(
        _fiches.c.id == resultats.c.candidat_id,
        le_sien,
        (sa.func.cardinality(resultats.c.ccps) > 0) | resultats.c.ccs_acquis,
    )
    requete = sa.select(candidats.c.id).where(NOMMES, ~vu, ~en_session, *conditions).limit(_LOT)
    trouves: list[str] = []
    for borne, condition in ((sans_acquis, ~acquis), (certifie, acquis)):
        if borne:
            trouves += db.scalars(requete.where(condition), {"borne": borne})
    return trouves


def anonymiser(acte: Acte, fiches: Iterable[Candidat]) -> None:
    """Takes away what names these candidates, locked; their number, year of birth, sessions and results stay, to be
    counted."""
    for candidat in fiches:
        anonyme = _anonyme(candidat)
        save_candidat(acte.db, anonyme)
        noter_anonymisees(acte.db, candidat.id)
        phrase = f"Le candidat {candidat.numero} a été anonymisé, sa durée de conservation étant passée."
        acte.tracer("candidat", candidat.id, "anonymiser", phrase)
        acte.publier("candidat_anonymise", candidat_id=candidat.id, version=anonyme.version)


def _anonyme(candidat: Candidat) -> Candidat:
    ne_en = date(candidat.identite.date_naissance.year, 1, 1)
    naissance = Naissance(pays_code=candidat.identite.naissance.pays_code)
    identite = Identite(NOM, PRENOM, ne_en, naissance, civilite=candidat.identite.civilite)
    sans_lui: dict[str, Any] = {"adresse": None, "telephone": None, "courriel": None, "anonyme": True}
    return replace(candidat, identite=identite, version=candidat.version + 1, **sans_lui)
