"""A demande VAE: what it is for, how it is decided, until when it is good (VAE-01, VAE-02). Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from commun.domain.dates import plus_annees
from commun.domain.lifecycle import CycleDeVie, T
from commun.domain.referentiel import AGENTS, CENTRE, Situation, Titre
from commun.domain.rules import Ecart, Effet, ecart, regle

VALIDITE = 1
"""Calendar years that a recevabilité lasts, from its notification."""


class EtatDemande(StrEnum):
    """Where a demande stands. `CADUQUE` is computed, never stored."""

    DEPOSEE = "deposee"
    RECEVABLE = "recevable"
    NON_RECEVABLE = "non_recevable"
    RETIREE = "retiree"
    CADUQUE = "caduque"


class ActionDemande(StrEnum):
    """What may be done with a demande; a decision is named by what it decides."""

    RECEVABLE = "recevable"
    NON_RECEVABLE = "non_recevable"
    RETRAIT = "retrait"


@dataclass(frozen=True)
class DemandeVae:
    """A demande as stored. Without `ccp_codes` it is for the whole titre."""

    id: str
    candidat_id: str
    titre_code: str
    ccp_codes: tuple[str, ...]
    date_depot: date
    etat: EtatDemande = EtatDemande.DEPOSEE
    date_notification: date | None = None
    motif: str | None = None
    version: int = 1

    @property
    def caduque_le(self) -> date | None:
        """The first day on which the recevabilité is no longer good."""
        if self.etat is not EtatDemande.RECEVABLE or self.date_notification is None:
            return None
        return plus_annees(self.date_notification, VALIDITE)

    @property
    def recevable_jusqu_au(self) -> date | None:
        """The last day on which it is good."""
        return self.caduque_le - timedelta(days=1) if self.caduque_le else None

    def etat_le(self, jour: date) -> EtatDemande:
        """Returns where it stands on `jour`."""
        return EtatDemande.CADUQUE if self.caduque_le and jour >= self.caduque_le else self.etat


def a_invoquer(demandes: Iterable[DemandeVae]) -> dict[str, list[DemandeVae]]:
    """Returns, by candidate, the demandes recevables that he may invoke without naming one, the best first: for a whole
    titre rather than for some CCPs, the last notified, then the last filed: in whatever order the base gives them.

    The session takes the first that covers it and is good as it starts (INS-07): it alone knows what it examines.
    """

    def merite(d: DemandeVae) -> tuple[bool, date, date, str]:
        return not d.ccp_codes, d.date_notification or date.min, d.date_depot, d.id

    par_candidat: dict[str, list[DemandeVae]] = defaultdict(list)
    for demande in sorted((d for d in demandes if d.etat is EtatDemande.RECEVABLE), key=merite, reverse=True):
        par_candidat[demande.candidat_id].append(demande)
    return par_candidat


@dataclass(frozen=True)
class FaitsDepot:
    """What the rules read of a demande about to be filed. `autres`: those the candidate already has."""

    jour: date
    titre: Titre
    ccp_codes: tuple[str, ...]
    date_depot: date
    autres: tuple[DemandeVae, ...] = ()


@dataclass(frozen=True)
class FaitsDecision:
    """What the rules read of a demande about to be decided or withdrawn.

    Attributes:
        competent: whether who acts is the service of the candidate's home, whose département is `departement`.
        date_notification: `None` where it is only asked whether the decision may be taken.
    """

    jour: date
    demande: DemandeVae
    competent: bool
    departement: str | None = None
    date_notification: date | None = None


@regle("VAE-01", "Le titre {titre} ne compte pas de CCP {codes}.", source="P")
def ccps_du_titre(f: FaitsDepot) -> Ecart | None:
    """Une demande VAE porte sur un titre entier ou sur certains de ses CCP."""
    etrangers = [code for code in f.ccp_codes if code not in f.titre.codes_ccp]
    return ecart(titre=f.titre.intitule, codes=etrangers) if etrangers else None


@regle("VAE-01", "Le titre {titre} est hors délai de prolongation depuis le {date}.", source="D")
def titre_encore_delivre(f: FaitsDepot) -> Ecart | None:
    """Une demande VAE ne porte pas sur un titre hors délai de prolongation."""
    if f.titre.situation(f.jour) is Situation.HORS_DELAI:
        return ecart(titre=f.titre.intitule, date=f.titre.hors_delai_depuis)
    return None


@regle("VAE-01", "La date de dépôt ({date_depot}) est postérieure à aujourd'hui.", source="D")
def depot_passe(f: FaitsDepot) -> Ecart | None:
    """Une demande VAE est déposée au plus tard le jour de son enregistrement."""
    return ecart(date_depot=f.date_depot) if f.date_depot > f.jour else None


@regle(
    "VAE-01",
    "Une demande identique, déposée le {date_depot}, attend déjà une décision.",
    source="D",
)
def demande_nouvelle(f: FaitsDepot) -> Ecart | None:
    """Un candidat n'a pas deux demandes en attente sur la même certification."""
    for autre in f.autres:
        identique = autre.titre_code == f.titre.code and set(autre.ccp_codes) == set(f.ccp_codes)
        if identique and autre.etat is EtatDemande.DEPOSEE:
            return ecart(date_depot=autre.date_depot, demande_id=autre.id)
    return None


@regle("VAE-02", "La demande relève du domicile du candidat : seul le département {departement} la décide.", source="R")
def service_du_domicile(f: FaitsDecision) -> Ecart | None:
    """Une demande VAE est décidée par le service du domicile du candidat."""
    return None if f.competent else ecart(departement=f.departement)


@regle(
    "VAE-02",
    "La décision ne peut pas avoir été notifiée ({date}) avant le dépôt de la demande ({date_depot}).",
    source="D",
)
def notification_apres_depot(f: FaitsDecision) -> Ecart | None:
    """Une décision est notifiée au plus tôt le jour du dépôt."""
    notifiee = f.date_notification
    if notifiee and notifiee < f.demande.date_depot:
        return ecart(date=notifiee, date_depot=f.demande.date_depot)
    return None


@regle("VAE-02", "La date de notification ({date}) est postérieure à aujourd'hui.", source="D")
def notification_passee(f: FaitsDecision) -> Ecart | None:
    """Une décision est enregistrée une fois notifiée : sa validité d'un an court de ce jour."""
    notifiee = f.date_notification
    return ecart(date=notifiee) if notifiee and notifiee > f.jour else None


@regle(
    "VAE-02",
    "Notifiée le {date}, cette recevabilité a pris fin le {fin} : elle n'ouvre plus aucune session. Si la date est "
    "une erreur de saisie, déposez une autre demande.",
    source="D",
    effet=Effet.INFORME,
)
def recevabilite_encore_valable(f: FaitsDecision) -> Ecart | None:
    """Une recevabilité enregistrée plus d'un an après sa notification n'est plus valable : la décision est prise, et
    cela se dit."""
    if f.date_notification is None:
        return None
    prise = replace(f.demande, etat=EtatDemande.RECEVABLE, date_notification=f.date_notification)
    if prise.etat_le(f.jour) is not EtatDemande.CADUQUE:
        return None
    return ecart(date=f.date_notification, fin=prise.recevable_jusqu_au)


DEPOT = (ccps_du_titre, titre_encore_delivre, depot_passe, demande_nouvelle)
_DECISION = (service_du_domicile, notification_apres_depot, notification_passee)
_RECEVABLE = (*_DECISION, recevabilite_encore_valable)

DEMANDE_VAE = CycleDeVie(
    objet="la demande VAE",
    code="VAE",
    etats=EtatDemande,
    actions=ActionDemande,
    libelles={
        EtatDemande.DEPOSEE: "déposée",
        EtatDemande.RECEVABLE: "recevable",
        EtatDemande.NON_RECEVABLE: "non recevable",
        EtatDemande.RETIREE: "retirée",
        EtatDemande.CADUQUE: "caduque",
    },
    libelles_actions={
        ActionDemande.RECEVABLE: "Déclarer recevable",
        ActionDemande.NON_RECEVABLE: "Déclarer non recevable",
        ActionDemande.RETRAIT: "Retirer",
    },
    transitions=(
        T(ActionDemande.RECEVABLE, EtatDemande.DEPOSEE, EtatDemande.RECEVABLE, AGENTS, _RECEVABLE),
        T(ActionDemande.NON_RECEVABLE, EtatDemande.DEPOSEE, EtatDemande.NON_RECEVABLE, AGENTS, _DECISION),
        T(ActionDemande.RETRAIT, EtatDemande.DEPOSEE, EtatDemande.RETIREE, CENTRE | AGENTS),
    ),
)
