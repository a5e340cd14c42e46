"""CAN-04: a centre attaches a candidate known elsewhere, by his exact and complete identity."""

import hashlib
from collections.abc import Generator, Iterable
from typing import Any

from commun import clock
from commun.acteur import exiger_profil
from commun.errors import Introuvable, TropDeRequetes
from commun.forms import charger
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte
from services.candidats import schemas
from services.candidats.commands.identite import identite_de
from services.candidats.domain.model import Candidat
from services.candidats.queries.candidats import fiche_de
from services.candidats.storage.candidats import du_centre, list_exacts, rattacher
from services.candidats.storage.journaux import FENETRE, list_tentatives, noter_tentatives

LIMITE = 20
"""Identities that an account may try in an hour, alone or in a file: enough for a class, too few to look for people."""


def rattacher_par_identite(acte: Acte, corps: Any) -> Generator[None, Any, dict[str, Any]]:
    """Attaches the one candidate who bears this identity, else answers 404. A try counts, found or not."""
    exiger_profil(acte.acteur, TypeProfil.CENTRE)
    identite = identite_de(charger(schemas.Rattachement, corps))
    if compter(acte, [identite.cle_exacte]):
        raise TropDeRequetes(
            f"{LIMITE} rattachements au plus par heure : patientez avant de recommencer.", reessayer_dans=_attente(acte)
        )
    yield None  # the try is committed: it counts even where nobody is found

    trouves = list_exacts(acte.db, [identite.cle_exacte]).get(identite.cle_exacte)
    if not trouves:
        raise Introuvable("Aucun candidat ne porte exactement cette identité.")
    rattacher_candidats(acte, trouves[:1])
    return fiche_de(acte, trouves[0])


def rattacher_candidats(acte: Acte, candidats: list[Candidat]) -> None:
    """Attaches candidates to the actor's centre, each with its trace; nothing for those that it has already."""
    centre = str(acte.acteur.etablissement_id)
    deja = du_centre(acte.db, [c.id for c in candidats], centre)
    nouveaux = [c for c in candidats if c.id not in deja]
    rattacher(acte.db, [c.id for c in nouveaux], centre, "rattachement")
    dite = "{} ({}) a été rattaché à un centre par son identité."
    dites = {c.id: {"phrase": dite.format(c.identite.nom_complet, c.numero)} for c in nouveaux}
    acte.tracer_ensemble("candidat", "rattachement", dites)


def compter(acte: Acte, cles: Iterable[str]) -> list[str]:
    """Counts these complete identities, tried by this account, and returns those too many, which are not counted.

    One tried again within the hour counts once: a file tried, corrected, then imported is one file. The hour is of the
    real clock, never of a simulated one.
    """
    maintenant, compte_id = clock.maintenant(), acte.acteur.compte_id
    faites = list_tentatives(acte.db, compte_id, maintenant)
    neuves = {cle: e for cle in cles if (e := _empreinte(compte_id, cle)) not in faites}
    permises = list(neuves)[: max(LIMITE - len(faites), 0)]
    noter_tentatives(acte.db, compte_id, maintenant, [neuves[cle] for cle in permises])
    return list(neuves)[len(permises) :]


def _attente(acte: Acte) -> int:
    """Returns in how many seconds the first of this hour's tries no longer counts."""
    maintenant = clock.maintenant()
    premiere = min(list_tentatives(acte.db, acte.acteur.compte_id, maintenant).values(), default=maintenant)
    return int((premiere + FENETRE - maintenant).total_seconds()) + 1


def _empreinte(compte_id: str, cle: str) -> str:
    """Returns what is kept of an identity that was tried: enough to know it again, not to read it."""
    return hashlib.sha256(f"{compte_id} {cle}".encode()).hexdigest()
