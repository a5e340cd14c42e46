"""The juré, titre and CCS of these tests, and short ways to make a habilitation and its facts on a day."""

from dataclasses import replace
from datetime import date
from typing import Any

from commun.domain.referentiel import Certification, Titre
from commun.domain.rules import Manquement, Regle
from services.jures.domain.dossier import Dossier, Faits
from services.jures.domain.model import Emploi, EtatHabilitation, Habilitation, Jure, SessionDuJure

E = EtatHabilitation

FIN_DE_VIE = date(2026, 6, 30)
FIN_PROLONGATION = date(2027, 6, 30)
EN_COURS = date(2026, 3, 2)
EN_PROLONGATION = date(2026, 9, 1)
HORS_DELAI = date(2027, 7, 1)

CCP_1, CCP_2 = Certification("BC01", "Coffrer"), Certification("BC02", "Couler")
CCS = Certification("CS-01", "Béton architectonique")

TITRE = Titre("TP-00001", "Coffreur bancheur", frozenset({"F1701"}), (CCP_1, CCP_2), (CCS,), FIN_DE_VIE)
SANS_FIN = replace(TITRE, date_fin_de_vie=None)

EMPLOI = Emploi("e1", "Coffreur", "F1701", date(2010, 1, 4))
JURE = Jure("j1", "MME", "MARTIN", "Zoé", "75", "11", emplois=(EMPLOI,))
NOM = "Zoé MARTIN"


def habilitation(debut: date, fin: date, etat: EtatHabilitation = E.BROUILLON, **autres: Any) -> Habilitation:
    """An habilitation on both CCPs of `TITRE`, unless told otherwise."""
    valeurs = {"id": "h1", "titre_code": TITRE.code, "ccp_codes": TITRE.codes_ccp} | autres
    return Habilitation(jure_id=JURE.id, date_debut=debut, date_fin=fin, etat=etat, **valeurs)


def sur_ccs(debut: date, fin: date, etat: EtatHabilitation = E.BROUILLON, **autres: Any) -> Habilitation:
    """An habilitation on `CCS`."""
    sans_titre: dict[str, Any] = {"id": "h2", "titre_code": None, "ccp_codes": frozenset(), "ccs_code": CCS.code}
    return habilitation(debut, fin, etat, **sans_titre | autres)


def session(numero: str, etat: str, debut: date, fin: date | None = None, **autres: Any) -> SessionDuJure:
    """A registration that relies on `h1`, in a session of one day, unless told otherwise; seen on `EN_COURS`."""
    valeurs = {"etablissement_id": "centre-1", "habilitation_id": "h1"} | autres
    return SessionDuJure(numero, numero, etat, debut, fin or debut, **valeurs).au(EN_COURS)


def faits(
    jour: date,
    h: Habilitation,
    *,
    titre: Titre = TITRE,
    jure: Jure = JURE,
    autres: tuple[Habilitation, ...] = (),
    sessions: tuple[SessionDuJure, ...] = (),
) -> Faits:
    """The facts of `h` on `jour`, in a file that holds it among `autres`."""
    return Faits(Dossier(jour, jure, (h, *autres), (titre,), sessions), h)


def refuse(regle: Regle, f: Any) -> Manquement:
    """The manquement that these facts must make."""
    manquement = regle.verifier(f)
    assert manquement is not None
    return manquement


def admet(regle: Regle, f: Any) -> bool:
    """Whether these facts keep the rule."""
    return regle.verifier(f) is None
