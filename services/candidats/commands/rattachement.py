"""CAN-04: a centre attaches a candidate known elsewhere, by his exact and complete identity."""

from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible, Introuvable, TropDeRequetes
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import charger
from services.candidats import schemas
from services.candidats.commands.identite import identite_de
from services.candidats.commands.questions import demander_communes
from services.candidats.commands.tentatives import attente, compter
from services.candidats.domain.model import Candidat, Identite, devenues, du_lieu_dit_autrement, nes_ailleurs
from services.candidats.domain.rules import LIMITE
from services.candidats.queries.candidats import fiche_de
from services.candidats.storage.candidats import (
    distincts,
    du_centre,
    get_vivants,
    list_exacts,
    list_proches,
    rattacher,
)


def rattacher_par_identite(acte: Acte, corps: Any) -> Etapes[dict[str, Any]]:
    """Attaches the one candidate who bears this identity, else answers 404. Each try counts, found or not."""
    acte.exiger_profil(TypeProfil.CENTRE)
    identite = identite_de(charger(schemas.Rattachement, corps))
    if compter(acte, [identite.cle_exacte], encore=True):
        raise TropDeRequetes(
            f"{LIMITE} rattachements au plus par heure : patientez avant de recommencer.", reessayer_dans=attente(acte)
        )
    yield None  # the try is committed: it counts even where nobody is found

    trouves = list_exacts(acte.db, [identite.cle_exacte]).get(identite.cle_exacte)
    trouves = trouves or (yield from _du_lieu_dit_autrement(acte, identite))
    if not trouves:
        raise Introuvable("Aucun candidat ne porte exactement cette identité.")
    rattacher_candidats(acte, trouves[:1])
    return fiche_de(acte, trouves[0])


def _du_lieu_dit_autrement(acte: Acte, identite: Identite) -> Etapes[list[Candidat]]:
    """Returns the one candidate who bears this identity but for how it tells its birth place; nobody where two do."""
    codes = {c.identite.naissance.code_insee for c in nes_ailleurs(identite, _proches(acte, identite))}
    communes = (yield from demander_communes({identite.naissance.code_insee, *codes})) if codes else {}
    return du_lieu_dit_autrement(identite, _proches(acte, identite), devenues(communes))


def _proches(acte: Acte, identite: Identite) -> list[Candidat]:
    return distincts(list_proches(acte.db, identite.cles_proches))


def rattacher_candidats(acte: Acte, candidats: list[Candidat], motif: str | None = None) -> None:
    """Attaches candidates to the actor's centre, each with its trace; nothing for those that it has already.

    Raises:
        Indisponible: one of them was merged or anonymised meanwhile; asked again, he is found in the file that is kept,
            or nowhere.
    """
    centre = str(acte.acteur.etablissement_id)
    deja = du_centre(acte.db, [c.id for c in candidats], centre)
    nouveaux = [c for c in candidats if c.id not in deja]
    faits = rattacher(acte.db, [c.id for c in nouveaux], centre, "rattachement")
    relus = get_vivants(acte.db, [c.id for c in nouveaux])  # nobody changes one from here on
    if any(relu.id != c or relu.anonyme for c, relu in relus.items()):
        raise Indisponible()
    dite = "Le candidat {} ({}) a été rattaché à un centre par son identité."
    vus = (c for c in nouveaux if c.id in faits)
    dites = {c.id: {"phrase": dite.format(c.identite.nom_complet, c.numero), "motif": motif} for c in vus}
    acte.tracer_ensemble("candidat", "rattachement", dites)
