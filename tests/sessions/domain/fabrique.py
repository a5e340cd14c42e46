"""Facts for the tests: a session that keeps every rule, from which each test departs on one point."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import Any

from commun.domain.referentiel import Agrement, Certification, Titre, TypeProfil
from commun.domain.rules import Manquement, Regle
from services.sessions.domain.faits import Faits
from services.sessions.domain.jury import JurePressenti
from services.sessions.domain.model import (
    Cadre,
    Convocations,
    Etat,
    Habilitation,
    Horaires,
    InscriptionCandidat,
    InscriptionJure,
    Parcours,
    Session,
    Site,
    TypeSession,
)
from services.sessions.domain.parametres import A_L_INSTALLATION, Parametre, Parametres, Valeur, ValeurDatee
from services.sessions.domain.plafond import SessionDuCandidat
from services.sessions.domain.resultats import Entretien, Feuille, ResultatCandidat, ResultatCcp

DEBUT, FIN = date(2026, 6, 15), date(2026, 6, 17)
BIEN_AVANT = date(2026, 3, 2)
SIRET = "35600000009075"

BLOC_1 = Certification("BC01", "Préparer le chantier")
BLOC_2 = Certification("BC02", "Poser les ouvrages")
CCS = Certification("CS-1", "Restaurer le patrimoine bâti")
TITRE = Titre("TP-1", "Maçon", ccps=(BLOC_1, BLOC_2), ccs=(CCS,))
TITRE_EN_PROLONGATION = replace(TITRE, date_fin_de_vie=date(2026, 5, 31))
"""The session of these tests ends in its prolongation."""

SITE = Site("site-1", "Paris 12e", "75", "11")
CADRE = Cadre(TypeSession.TITRE, "TP-1", frozenset({"BC01", "BC02"}), None, True, "centre-1", SITE, DEBUT, FIN)
CADRE_CCP = replace(CADRE, type=TypeSession.CCP, ccp_codes=frozenset({"BC01"}), entretien_final=False)
CADRE_CCS = replace(CADRE, type=TypeSession.CCS, ccp_codes=frozenset(), ccs_code="CS-1", entretien_final=False)
HORAIRES = Horaires(time(9, 0), time(8, 30), "Mme Roux")


def agrement(**valeurs: Any) -> Agrement:
    base = Agrement("agr-1", "centre-1", "site-1", "TP-1", None, date(2024, 1, 1), date(2028, 12, 31))
    return replace(base, **valeurs)


def habilitation(*ccps: str, **valeurs: Any) -> Habilitation:
    codes = frozenset(ccps or ("BC01", "BC02"))
    return replace(Habilitation("hab-1", "TP-1", codes, None, date(2024, 1, 1), date(2027, 12, 31)), **valeurs)


HABILITATION_CCS = habilitation(titre_code=None, ccp_codes=frozenset(), ccs_code="CS-1")
JURES = (
    InscriptionJure("jure-1", "PETIT Léa", habilitation()),
    InscriptionJure("jure-2", "MOREL Jean", habilitation("BC01", id="hab-2")),
)
TROIS_JURES = (*JURES, InscriptionJure("jure-3", "BLANC Zoé", habilitation("BC01", id="hab-3")))
"""The third may leave."""
JURES_CCS = tuple(replace(j, habilitation=replace(HABILITATION_CCS, id=f"hab-ccs-{j.jure_id}")) for j in JURES)
DURAND = InscriptionCandidat("cand-1", "DURAND Camille", Parcours.FORMATION, BIEN_AVANT)
SIMON = InscriptionCandidat("cand-2", "SIMON Noé", Parcours.FORMATION, BIEN_AVANT)
NOUVEAU = InscriptionCandidat("cand-3", "LEROY Ana")
NOUVEAU_VAE = replace(NOUVEAU, parcours=Parcours.VAE, demande_vae_id="vae-1")
SESSION = Session("s-1", "2026-75-0001", CADRE, HORAIRES, jures=JURES, candidats=(DURAND, SIMON))


def session(etat: Etat = Etat.BROUILLON, **valeurs: Any) -> Session:
    """Returns the session stored so that it is in this state on the day of `jour_de(etat)`."""
    base = replace(SESSION, etat=stocke(etat))
    if etat not in (Etat.BROUILLON, Etat.CADUQUE):
        base = replace(base, soumise_le=BIEN_AVANT)
    if etat in (Etat.CONVOQUEE, Etat.EN_COURS, Etat.A_CLOTURER, Etat.CLOTUREE, Etat.DEBLOQUEE):
        base = replace(base, convocations=Convocations(1, date(2026, 5, 4)))
    return replace(base, **valeurs)


def stocke(etat: Etat) -> Etat:
    """Returns what is stored for a state, computed or not."""
    match etat:
        case Etat.CONVOQUEE | Etat.EN_COURS | Etat.A_CLOTURER:
            return Etat.VALIDEE
        case Etat.CADUQUE:
            return Etat.EN_ATTENTE
        case _:
            return etat


def jour_de(etat: Etat) -> date:
    """Returns a day on which the session of `session(etat)` is in this state."""
    match etat:
        case Etat.CONVOQUEE:
            return date(2026, 5, 10)
        case Etat.EN_COURS | Etat.CADUQUE:
            return DEBUT
        case Etat.A_CLOTURER | Etat.CLOTUREE | Etat.DEBLOQUEE:
            return date(2026, 6, 18)
        case _:
            return BIEN_AVANT


FEUILLE = Feuille(
    tuple(
        ResultatCandidat(
            c.candidat_id,
            present=True,
            ccps={"BC01": ResultatCcp.ACQUIS, "BC02": ResultatCcp.ACQUIS},
            entretien_final=Entretien.FAVORABLE,
        )
        for c in (DURAND, SIMON)
    ),
    frozenset({"jure-1", "jure-2"}),
)


def faits(etat: Etat = Etat.BROUILLON, **valeurs: Any) -> Faits:
    """Returns facts that keep every rule, on a day when the session is in this state."""
    base: dict[str, Any] = {
        "session": session(etat),
        "jour": jour_de(etat),
        "titre": TITRE,
        "ccs": CCS,
        "agrements": (agrement(), agrement(id="agr-2", titre_code=None, ccs_code="CS-1")),
        "siret": SIRET,
    }
    return Faits(**base | valeurs)


def avec_cadre(cadre: Cadre, etat: Etat = Etat.BROUILLON, **valeurs: Any) -> Faits:
    """Returns the same facts for a session with this frame."""
    jures = JURES_CCS if cadre.type is TypeSession.CCS else JURES
    return faits(etat, **{"session": session(etat, cadre=cadre, jures=jures)} | valeurs)


def pressenti(**valeurs: Any) -> JurePressenti:
    base = JurePressenti("jure-3", frozenset({"jure-3"}), "BLANC Zoé", True, habilitation(id="hab-3"))
    return replace(base, **valeurs)


def ailleurs(debut: date, **valeurs: Any) -> SessionDuCandidat:
    """Returns another session of a candidate, which counts for INS-04 and lasts a day."""
    base = SessionDuCandidat("autre", TypeSession.TITRE, "TP-1", True, debut, debut, Etat.VALIDEE)
    return base._replace(**valeurs)


def parametres(**valeurs: Valeur | tuple[ValeurDatee, ...]) -> Parametres:
    """Returns the parameters at installation, some of them otherwise: for ever, or by dated values."""
    autres: dict[str, tuple[ValeurDatee, ...]] = {
        Parametre(code): v if isinstance(v, tuple) else (ValeurDatee(v, date(2000, 1, 1)),)
        for code, v in valeurs.items()
    }
    return Parametres({**A_L_INSTALLATION.valeurs, **autres})


def refus(regle: Regle, f: Faits) -> Manquement:
    """Returns what this rule says of these facts, which break it."""
    manquement = regle.verifier(f)
    assert manquement is not None, f"{regle.code} est respectée."
    return manquement


def codes(manquements: Iterable[Manquement]) -> list[str]:
    return [m.code for m in manquements]


CENTRE, UD, DIRECCTE, NATIONAL = TypeProfil.CENTRE, TypeProfil.UD, TypeProfil.DIRECCTE, TypeProfil.NATIONAL
