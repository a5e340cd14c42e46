"""What a session's closed results give: told to those who keep acquis, attested once they are confirmed (RES-03)."""

from datetime import date

from commun import clock
from commun.acteur import Acteur
from commun.db import nouvel_id
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte
from services.sessions.documents.modele import Attestation
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Session
from services.sessions.domain.resultats import Feuille
from services.sessions.queries.impression import session_imprimee
from services.sessions.queries.proces_verbal import resultats_imprimes
from services.sessions.queries.resultats import resultats_publies
from services.sessions.storage import attestations
from services.sessions.storage.attestations import AttestationStockee
from services.sessions.storage.resultats import Cloture


def annoncer_resultats(acte: Acte, session: Session) -> None:
    """Tells the last closed results of a session; none where it was cancelled."""
    if corps := resultats_publies(acte, session):
        acte.publier("resultats_clos", **corps)


def attester(acte: Acte, faits: Faits, feuille: Feuille, cloture: Cloture) -> None:
    """Delivers the attestations of a session whose PV has just been signed: each replaces the one before."""
    session = faits.session
    imprimee = session_imprimee(acte, session)
    precedentes = attestations.dernieres(acte.db, session.id)
    delivrees = []
    for r in resultats_imprimes(acte, faits, feuille, cloture):
        if not next(ligne.present for ligne in feuille.resultats if ligne.candidat_id == r.personne.id):
            continue
        version, le = precedentes.get(r.personne.id, (0, None))
        attestation = Attestation(
            session=imprimee,
            resultat=r,
            autorite=autorite(acte.acteur),
            delivree_le=faits.jour,
            code=attestations.nouveau_code(),
            url="",
            version=version + 1,
            precedente_delivree_le=le,
        )
        delivrees.append(
            AttestationStockee(nouvel_id(), session.id, r.personne.id, attestation, clock.maintenant(), "valide")
        )
    attestations.ajouter(acte.db, delivrees)


def sans_acquis(acte: Acte, session: Session, jour: date) -> None:
    """Withdraws the attestations of a session: what they attest is no longer confirmed."""
    attestations.retirer(acte.db, session.id, jour)


def autorite(acteur: Acteur) -> str:
    """Returns the service of the State in whose name an agent signs."""
    if acteur.type is TypeProfil.UD:
        return f"Unité départementale {acteur.departement}"
    return f"DIRECCTE, région {acteur.region}"
