"""The PDFs of a session. Pure: the same facts and the same `horodatage` (aware) give the same bytes.

A page costs a few milliseconds of processor: call by `commun.fils.a_part`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commun.domain.textes import de
from services.sessions.documents import vue, vue_resultats
from services.sessions.documents.composition import compiler
from services.sessions.documents.modele import (
    Attestation,
    Convocation,
    Emargement,
    ProcesVerbal,
    SessionImprimee,
)


def convocation_pdf(convocation: Convocation, horodatage: datetime, *, annulee: bool = False) -> bytes:
    """Returns the letter that calls one candidate or juré; `annulee`: one that holds no longer, which it says."""
    valeur = vue.CONVOCATION_ANNULEE if annulee else None
    return _lettres([convocation], vue.titre_convocation(convocation), horodatage, valeur)


def convocations_pdf(convocations: Sequence[Convocation], horodatage: datetime, *, editees: bool = True) -> bytes:
    """Returns all the letters of one session in one file, in the order given, a bookmark each; at least one.

    Args:
        editees: whether they call people; else they are what an edition would make, and say so.
    """
    session = convocations[0].session
    valeur = None if editees or session.annulee or not session.validee else vue.CONVOCATIONS_A_EDITER
    return _lettres(convocations, vue.titre_convocations(session), horodatage, valeur, editees=editees)


def aucune_convocation_pdf(session: SessionImprimee, horodatage: datetime) -> bytes:
    """Returns what stands for the letters of a session that calls nobody: a page that says so."""
    enveloppe = vue.enveloppe(session, vue.titre_convocations(session))
    return compiler("convocation", enveloppe | {"convocations": [], "session": vue.session(session)}, horodatage)


def emargement_pdf(emargement: Emargement, horodatage: datetime) -> bytes:
    """Returns the attendance sheets: candidates and jury, one signature a half-day."""
    enveloppe = vue.enveloppe(emargement.session, "Feuille d'émargement")
    return compiler("emargement", enveloppe | vue.emargement(emargement), horodatage)


def pv_pdf(pv: ProcesVerbal, horodatage: datetime) -> bytes:
    """Returns the procès-verbal, ready to be signed. One of carence keeps its value though the session is cancelled."""
    session = replace(pv.session, annulee=pv.session.annulee and not pv.carence)
    enveloppe = vue.enveloppe(session, "Procès-verbal de carence" if pv.carence else "Procès-verbal de session")
    return compiler("pv", enveloppe | vue_resultats.proces_verbal(pv), horodatage)


def attestation_pdf(attestation: Attestation, horodatage: datetime, statut: str = "valide") -> bytes:
    """Returns a candidate's attestation of results, with its verification code. `ValueError` without a decision.

    Args:
        statut: what its code tells; one that is not valid any more says so itself.
    """
    titre = f"Attestation de résultats {de(vue.nom_courant(attestation.resultat.personne))}"
    return _attestations([attestation], titre, horodatage, vue.ATTESTATIONS_PERIMEES.get(statut))


def attestations_pdf(attestations: Sequence[Attestation], horodatage: datetime) -> bytes:
    """Returns all the attestations of one session in one file, in the order given, a bookmark each; at least one."""
    return _attestations(attestations, vue.titre_attestations(attestations[0].session), horodatage)


def _attestations(
    attestations: Sequence[Attestation], titre: str, horodatage: datetime, valeur: vue.Vue | None = None
) -> bytes:
    enveloppe = vue.enveloppe(attestations[0].session, titre, attestations[0].autorite) | (valeur or {})
    vues = [vue_resultats.attestation(a) for a in attestations]
    return compiler("attestation", enveloppe | {"attestations": vues}, horodatage)


def _lettres(
    convocations: Sequence[Convocation],
    titre: str,
    horodatage: datetime,
    valeur: vue.Vue | None = None,
    *,
    editees: bool = True,
) -> bytes:
    enveloppe = vue.enveloppe(convocations[0].session, titre) | (valeur or {})
    lettres = [vue.convocation(c, editee=editees) for c in convocations]
    return compiler("convocation", enveloppe | {"convocations": lettres}, horodatage)
