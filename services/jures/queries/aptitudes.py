"""Whether these jurés may sit in a session, and by which habilitations, as `sessions` asks it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from commun.actes.unit_of_work import Acte
from services.jures.domain.dossier import Dossier, Droit
from services.jures.domain.lifecycle import ActionHabilitation, ActionJure
from services.jures.domain.model import StatutJure
from services.jures.queries.vues import identite
from services.jures.storage.fiches import Fiche, get_fiches_et_retraits

Equivalents = Mapping[str, list[str]]
"""By CCP of an earlier titre, those of a session that it stands for (REF-01)."""

RETRAITS = frozenset(
    {
        f"{ActionHabilitation.SUPPRIMER}_habilitation",
        f"{ActionHabilitation.SUSPENDRE}_habilitation",
        f"{ActionHabilitation.METTRE_EN_BROUILLON}_habilitation",
        f"{ActionJure.INACTIVER}_jure",
    }
)
"""The intentions that may take a juré out of a jury: an act that has written one is about to ask who relies on it."""


@dataclass(frozen=True)
class SessionDemandee:
    """A session in which jurés may sit, as `sessions` describes it on the bus: its days in ISO 8601.

    `equivalents`: where the CCPs of earlier titres count too.
    """

    type: str
    titre_code: str | None
    ccp_codes: list[str]
    ccs_code: str | None
    date_debut: str
    date_fin: str
    equivalents: Equivalents | None = None

    @cached_property
    def jours(self) -> tuple[date, date]:
        """Its first day and its last."""
        return date.fromisoformat(self.date_debut), date.fromisoformat(self.date_fin)

    @cached_property
    def demandes(self) -> frozenset[str]:
        """The CCPs that it examines."""
        return frozenset(self.ccp_codes)

    @property
    def certifie(self) -> str | None:
        """The code of what it certifies: a CCS, or a titre, in whole or in part."""
        return self.ccs_code if self.type == "CCS" else self.titre_code

    @property
    def anciens(self) -> Equivalents:
        """The CCPs of earlier titres that count, with those for which they stand."""
        return self.equivalents or {}


def aptitudes(acte: Acte, jure_ids: list[str], **session: Any) -> list[dict[str, Any]]:
    """Returns, for each of these jurés, who he is and the habilitation by which he may sit in a session (JRY-01, 02),
    whose `SessionDemandee` the other arguments make.

    `canonique_id` is the juré that he is now, where he was merged into another; `identites`, every id of his;
    `ccp_codes`, those of the session on which he is habilité, by its titre or by earlier ones (REF-01, SES-07);
    `autres_habilitations`, those that follow the first on its days, or add some to its CCPs;
    `employeur_sirets`, those who employ him on its days (JRY-03).

    An act under way that would withdraw it counts as done: whoever registers a juré has already written his own
    intention, so that of the two at least one sees the other. `en_suspens` says so: it may yet be refused.
    """
    s = SessionDemandee(**session)
    fiches, retires = get_fiches_et_retraits(acte.db, jure_ids, acte.jour(), RETRAITS)
    return [
        aptitude(jure_id, fiches[jure_id], s, retires) if jure_id in fiches else {"jure_id": jure_id, "connu": False}
        for jure_id in jure_ids
    ]


def aptitude(jure_id: str, fiche: Fiche, s: SessionDemandee, retires: Collection[str] = ()) -> dict[str, Any]:
    """Returns what `aptitudes` says of one, by his file; `retires`: what acts under way would withdraw."""
    jure, qui = fiche.jure, identite(fiche.jure)
    siennes = _permettent(fiche.dossier, s)
    tenues = _permettent(fiche.dossier.sans(retires), s) if retires else siennes
    ids, ccps = _retenues(tenues, s.demandes, s.anciens)
    employeurs = {e.employeur_siret for e in jure.emplois if e.employeur_siret and e.occupe(*s.jours)}
    return {
        "jure_id": jure_id,
        "canonique_id": jure.id,
        "identites": list(fiche.identites),
        "connu": True,
        "actif": jure.statut is StatutJure.ACTIF and jure.id not in retires,
        **{champ: qui[champ] for champ in ("civilite", "nom", "nom_usage", "prenom", "courriel", "adresse")},
        "habilitation_id": ids[0] if ids else None,
        "ccp_codes": ccps,
        "autres_habilitations": ids[1:],
        "employeur_sirets": sorted(employeurs),
        "en_suspens": jure.id in retires or len(tenues) < len(siennes),
    }


def _permettent(dossier: Dossier, s: SessionDemandee) -> tuple[Droit, ...]:
    """Returns what of a file lets sit in a session, that by which he sits first."""
    debut, fin = s.jours
    return dossier.droits_pour(
        debut,
        fin,
        titre_code=s.titre_code,
        ccp_codes=s.demandes if s.type == "CCP" else frozenset(),
        ccs_code=s.ccs_code if s.type == "CCS" else None,
        anciens=frozenset(s.anciens),
    )


def invoquees(dossier: Dossier, s: SessionDemandee) -> list[str]:
    """Returns the ids of the habilitations on which the juré would sit in a session, that by which he may first."""
    siennes, _ = _retenues(_permettent(dossier, s), s.demandes, s.anciens)
    return siennes


def _retenues(
    tenus: tuple[Droit, ...], demandes: frozenset[str], equivalents: Equivalents
) -> tuple[list[str], list[str]]:
    """Returns the ids of the habilitations by which a juré sits, and the CCPs that they cover together: those of the
    first of these, then of those that add some."""
    siennes, ccps = list[str](), set[str]()
    for droit in tenus:
        en_plus = set(ccps_de_la_session(droit.ccp_codes, demandes, equivalents)) - ccps
        if en_plus or not siennes:
            siennes += droit.ids
            ccps |= en_plus
    return siennes, sorted(ccps)


def ccps_de_la_session(tenus: Iterable[str], demandes: frozenset[str], equivalents: Equivalents) -> list[str]:
    """Returns the CCPs of a session for which these stand; all of them where it asks for none in particular."""
    lus = {*tenus, *(neuf for ccp in tenus for neuf in equivalents.get(ccp, ()))}
    return sorted(lus & demandes if demandes else tenus)
