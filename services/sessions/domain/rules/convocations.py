"""CNV-01 to CNV-03, DTE-01: convocations and the exam's subject, for a validated session. Pure.

CNV-04 announces, with the other warnings, in `annonces`.
"""

from typing import Protocol

from commun.domain.rules import Ecart, Effet, ecart, regle
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import JAMAIS_VALIDEE

COMMENTAIRE_MAX = 1000


@regle(
    "CNV-01",
    "Aucun candidat n'est inscrit à la session {numero} : les convocations ne peuvent pas être envoyées.",
    source="M",
)
def un_candidat_au_moins(f: Faits) -> Ecart | None:
    """Pas de convocations sans candidat inscrit."""
    return None if f.session.candidats else ecart(numero=f.session.numero)


@regle(
    "CNV-02",
    "L'heure de convocation ({convocation}) est après le début de la session ({debut}) : vérifiez-la.",
    source="D",
    effet=Effet.INFORME,
)
def convoques_avant_le_debut(f: Faits) -> Ecart | None:
    """L'heure de convocation d'une session peut différer de celle de son début ; si elle vient après, elle est
    signalée. Celle qui n'est donnée qu'à une personne est libre."""
    h = f.nouveaux_horaires or f.session.horaires
    if h.heure_convocation is None or h.heure_convocation <= h.heure_debut:
        return None
    return ecart(convocation=h.heure_convocation.isoformat("minutes"), debut=h.heure_debut.isoformat("minutes"))


@regle(
    "CNV-03",
    "La session {numero} n'est pas validée : ses convocations ne peuvent pas encore être éditées.",
    source="D",
)
def convocations_apres_validation(f: Faits) -> Ecart | None:
    """Les convocations ne sont éditées que pour une session validée ; chaque édition annule et remplace la
    précédente."""
    return ecart(numero=f.session.numero) if f.session.etat in JAMAIS_VALIDEE else None


@regle(
    "DTE-01",
    "La session {numero} n'est pas validée : son dossier technique d'évaluation ne peut pas encore être demandé.",
    source="P",
)
def dte_apres_validation(f: Faits) -> Ecart | None:
    """Un DTE est demandé pour une session validée."""
    return ecart(numero=f.session.numero) if f.session.etat in JAMAIS_VALIDEE else None


@regle("DTE-01", "Le commentaire compte {n} caractères : il ne peut pas en dépasser {maximum}.", source="P")
def commentaire_assez_court(f: Faits) -> Ecart | None:
    """Le commentaire d'une demande de DTE compte 1 000 caractères au plus."""
    if f.commentaire is None or len(f.commentaire) <= COMMENTAIRE_MAX:
        return None
    return ecart(n=len(f.commentaire), maximum=COMMENTAIRE_MAX)


class LettreEditee(Protocol):
    """What a rule reads of a letter."""

    @property
    def annulee(self) -> bool: ...


@regle("CNV-03", "Cette convocation a été annulée ou remplacée : elle ne peut pas être renvoyée.", source="D")
def lettre_encore_valable(lettre: LettreEditee) -> Ecart | None:
    """Seule une convocation en vigueur est renvoyée."""
    return ecart() if lettre.annulee else None
