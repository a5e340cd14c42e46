"""What acts share before they decide: the file under lock, and what other services know."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from commun.actes.steps import Etapes, Question, si_connu
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Anonymisee, Invalide, VersionPerimee
from commun.storage.db import identifiant
from services.jures.commands.reception import recevoir_titre
from services.jures.domain.dossier import Dossier
from services.jures.domain.model import Certifiante, Habilitation, SessionDuJure
from services.jures.domain.perimetre import exiger_agent, exiger_ecriture
from services.jures.queries.aptitudes import SessionDemandee, invoquees
from services.jures.storage.fiches import Fiche, get_fiche, jure_de_l_habilitation, lock_jures
from services.jures.storage.replicas import titres_connus, titres_des_certifications


def jure_a_ecrire(acte: Acte, jure_id: str, *, verrou: bool = True, avec: Collection[Certifiante] = ()) -> Fiche:
    """Returns a juré's file, by any of his ids, locked unless told otherwise.

    Raises:
        Droit, Introuvable: this profil never writes one, or not this one.
        Anonymisee: nothing is done on him any more.
    """
    exiger_agent(acte.acteur)
    fiche = get_fiche(acte.db, identifiant(jure_id), acte.jour, verrou=verrou, avec=avec)
    exiger_ecriture(acte.acteur, fiche.jure)
    if fiche.jure.anonyme:
        raise Anonymisee()
    return fiche


def habilitation_a_ecrire(acte: Acte, habilitation_id: str) -> tuple[Fiche, Habilitation]:
    """Returns an habilitation in its juré's file, locked, in the version that the caller saw."""
    exiger_agent(acte.acteur)
    id_ = identifiant(habilitation_id)
    fiche = jure_a_ecrire(acte, jure_de_l_habilitation(acte.db, id_))
    h = fiche.habilitation(id_)
    acte.exiger_version(fiche.versions[h.id])
    return fiche, h


def jures_a_ecrire(acte: Acte, *jure_ids: str) -> tuple[Fiche, ...]:
    """Returns these jurés' files, locked together: two acts on the same ones never wait for each other.

    Raises:
        VersionPerimee: one of them is another by now, whom nothing locks.
    """
    lock_jures(acte.db, jure_ids)
    fiches = tuple(jure_a_ecrire(acte, jure_id, verrou=False) for jure_id in jure_ids)
    if [fiche.jure.id for fiche in fiches] != [*jure_ids]:
        raise VersionPerimee()
    return fiches


def demander_sessions(acte: Acte, fiche: Fiche, *avec: str) -> Etapes[Fiche]:
    """Asks `sessions` where the juré is registered, at this very moment; returns his file, read and locked again.

    Write an intention first: a registration under way will see it, or be in the answer.

    Args:
        avec: the ids of other jurés, locked again with him.

    Raises:
        VersionPerimee: he was merged meanwhile, into another or another into him; or one of them into another.
    """
    recues: list[dict[str, Any]] = []
    for id_ in fiche.identites:
        recues += yield Question("sessions_gardes", "inscriptions_du_jure", jure_id=id_)
    relue, *_ = jures_a_ecrire(acte, fiche.jure.id, *avec)
    if relue.identites != fiche.identites:
        raise VersionPerimee()  # merged meanwhile: who else he is was not asked
    return replace(
        relue, dossier=replace(relue.dossier, sessions=tuple(_session(recue, relue.dossier) for recue in recues))
    )


def apprendre_certification(acte: Acte, titre_code: str | None, ccs_code: str | None) -> Etapes[Any]:
    """Makes sure that the titres of a certification are known here, asking their owner for those that are not yet.

    Raises:
        Invalide: there is no such certification.
    """
    cle = (titre_code, ccs_code)
    if titres_des_certifications(acte.db, [cle])[cle]:
        return
    codes = [titre_code]
    if ccs_code:
        codes = (yield from _demander("ccs", ccs_code, "ccs_code"))["titres"]
    for code in codes:
        titre = yield from _demander("titre", code, "titre_code")
        recevoir_titre(acte, titre)
    if not titres_des_certifications(acte.db, [cle])[cle]:
        raise _inconnu(ccs_code, "ccs_code")  # no titre has it any more


def apprendre_titres(acte: Acte, codes: Iterable[str]) -> Etapes[Any]:
    """Makes sure that the titres which a form ties to a job are known here.

    Raises:
        Invalide: one does not exist.
    """
    voulus = set(codes)
    for code in sorted(voulus - titres_connus(acte.db, voulus)):
        titre = yield from _demander("titre", code, "titres_lies")
        recevoir_titre(acte, titre)


def _demander(methode: str, code: str | None, champ: str) -> Etapes[Any]:
    corps = yield from si_connu(Question("referentiel_gardes", methode, code=code))
    if corps is None:
        raise _inconnu(code, champ)
    return corps


def _inconnu(code: str | None, champ: str) -> Invalide:
    return Invalide(erreurs={champ: [f"Aucune certification ne porte le code {code}."]})


def _session(recue: dict[str, Any], dossier: Dossier) -> SessionDuJure:
    """Returns a registration. One under way does not know on which habilitations it will rely: the file says."""
    if (demande := recue.get("demande")) is None:
        siennes = [recue["habilitation_id"], *recue["autres_habilitations"]]
    else:
        siennes = invoquees(dossier, SessionDemandee(**demande)) or [None]
    return SessionDuJure(
        id=recue["session_id"],
        numero=recue["numero"],
        etat=recue["etat"],
        date_debut=date.fromisoformat(recue["date_debut"]),
        date_fin=date.fromisoformat(recue["date_fin"]),
        etablissement_id=recue["etablissement_id"],
        habilitation_id=siennes[0],
        autres_habilitations=frozenset(siennes[1:]),
    )
