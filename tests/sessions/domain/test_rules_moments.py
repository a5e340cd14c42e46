"""When each rule is checked: at which acts, and in every state where the act may be done (`regles.md` §4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.rules import Effet, verifier
from commun.domain.vae import DemandeVae
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Etat, InscriptionJure, MotifProlongation
from services.sessions.domain.resultats import Absence, Feuille, ResultatCandidat, ResultatCcp
from services.sessions.domain.rules.par_acte import ALERTES_NOMINATIVES, CREATION, alertes
from tests.outils.cas import d_un_trait
from tests.sessions.domain.fabrique import (
    BIEN_AVANT,
    CADRE,
    CADRE_CCS,
    DEBUT,
    DURAND,
    FEUILLE,
    JURES,
    JURES_CCS,
    NOUVEAU,
    NOUVEAU_VAE,
    SIMON,
    SIRET,
    SITE,
    TITRE,
    TITRE_EN_PROLONGATION,
    ailleurs,
    codes,
    faits,
    habilitation,
    parametres,
    pressenti,
    session,
)

E, A = Etat, Action
AVANT = (E.BROUILLON, E.EN_ATTENTE, E.REFUSEE, E.VALIDEE)
VALIDEES = (E.VALIDEE, E.CONVOQUEE)
TENUES = (E.EN_COURS, E.A_CLOTURER)
TROIS = tuple(ailleurs(date(2026, mois, 2)) for mois in (1, 2, 3))
Valeurs = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """An act, and the states in which it answers alike."""

    action: Action | None
    etats: tuple[Etat, ...]

    def reponses(self, faits_en: Callable[[Action | None, Etat], Faits]) -> Iterator[list[str]]:
        """Yields the codes that refuse or inform, state by state; what asks first is in `test_lifecycle`."""
        for etat in self.etats:
            f = faits_en(self.action, etat)
            lignes = [t for t in SESSION.transitions if (t.action, t.depuis) == (self.action, etat)]
            for regles in [t.regles for t in lignes] if self.action else [CREATION]:
                yield codes(m for m in verifier(regles, f) if m.effet is not Effet.CONFIRME)


def lire(table: str) -> list[tuple[str, str, str]]:
    """Returns (fault, moment, codes) for each cell."""
    entete, *lignes = [[case.strip() for case in ligne.strip(" |").split("|")] for ligne in table.strip().splitlines()]
    return [(faute, moment, dit) for faute, *dits in lignes for moment, dit in zip(entete[1:], dits, strict=True)]


# -- the frame ------------------------------------------------------------------------------------------------------

DU_CADRE = {
    "créer": Moment(None, (E.BROUILLON,)),
    "cadre": Moment(A.MODIFIER_CADRE, (E.BROUILLON, E.REFUSEE)),
    "validé": Moment(A.MODIFIER_CADRE, VALIDEES),
    "caduque": Moment(A.MODIFIER_CADRE, (E.CADUQUE,)),
    "fin": Moment(A.MODIFIER_CADRE, TENUES),
    "soumettre": Moment(A.SOUMETTRE, (E.BROUILLON, E.REFUSEE)),
    "valider": Moment(A.VALIDER, (E.EN_ATTENTE,)),
    "convoquer": Moment(A.EDITER_CONVOCATIONS, VALIDEES),
    "DTE": Moment(A.DEMANDER_DTE, VALIDEES),
}
MOTIVES = tuple(replace(c, motif_prolongation=MotifProlongation.ECHEC) for c in (DURAND, SIMON))
FAUTES_DU_CADRE: dict[str, Valeurs] = {
    "aucune": {},
    "pas d'agrément": {"agrements": ()},
    "titre hors délai": {"titre": replace(TITRE, date_fin_de_vie=date(2024, 1, 1))},
    "après la fin de vie": {
        "titre": replace(TITRE, date_fin_de_vie=BIEN_AVANT - timedelta(days=1)),
        "session": {"candidats": MOTIVES},
    },
    "motif non dit": {"titre": TITRE_EN_PROLONGATION},
    "CCP oublié": {"session": {"cadre": replace(CADRE, ccp_codes=frozenset({"BC01"}))}},
    "délai dépassé": {"parametres": parametres(delai_soumission_titre=400)},
    "plafond dépassé": {"autres_sessions": {"cand-1": TROIS}},
    "début venu": {"nouveau_cadre": {"date_debut": BIEN_AVANT}},
    "site changé": {"nouveau_cadre": {"site": replace(SITE, libelle="Paris 13e")}},
    "aucun candidat": {"session": {"candidats": ()}},
    "fiches fusionnées": {"session": {"candidats": (DURAND, replace(SIMON, canonique_id=DURAND.candidat_id))}},
    "long commentaire": {"commentaire": "x" * 1001},
}
TABLE_DU_CADRE = """
| faute               | créer  | cadre  | validé        | caduque | fin    | soumettre | valider | convoquer | DTE    |
| aucune              | –      | –      | –             | –       | –      | –         | –       | –         | –      |
| pas d'agrément      | SES-01 | SES-01 | SES-01        | SES-01  | SES-01 | SES-01    | SES-01  | SES-01    | –      |
| titre hors délai    | SES-02 | SES-02 | SES-02        | SES-02  | SES-02 | SES-02    | SES-02  | –         | –      |
| après la fin de vie | –      | –      | SES-02        | –       | –      | SES-02    | SES-02  | –         | –      |
| motif non dit       | –      | –      | –             | –       | –      | SES-02    | SES-02  | –         | –      |
| CCP oublié          | SES-03 | SES-03 | SES-03        | SES-03  | –      | SES-03    | SES-03  | –         | –      |
| délai dépassé       | –      | –      | SES-05        | –       | –      | SES-05    | –       | –         | –      |
| plafond dépassé     | –      | SES-06 | SES-06        | SES-06  | –      | SES-06    | SES-06  | –         | –      |
| début venu          | SES-11 | SES-11 | SES-05 SES-11 | SES-11  | SES-00 | –         | –       | –         | –      |
| site changé         | –      | –      | –             | SES-11  | SES-00 | –         | –       | –         | –      |
| aucun candidat      | –      | –      | –             | –       | –      | –         | –       | CNV-01    | –      |
| fiches fusionnées   | –      | –      | –             | –       | –      | –         | –       | –         | –      |
| long commentaire    | –      | –      | –             | –       | –      | –         | –       | –         | DTE-01 |
"""


@d_un_trait
@pytest.mark.parametrize(("faute", "moment", "dit"), lire(TABLE_DU_CADRE))
def test_a_quel_moment_le_cadre_est_verifie(faute: str, moment: str, dit: str) -> None:
    """Later dates are proposed; a later end, once it began."""
    valeurs = FAUTES_DU_CADRE[faute]
    plus_tard: Valeurs = {"date_debut": date(2026, 9, 14), "date_fin": date(2026, 9, 16)}

    def en(action: Action | None, etat: Etat) -> Faits:
        s = session(etat, **valeurs.get("session", {}))
        f = faits(etat, **valeurs | {"session": s, "nouveau_cadre": None})
        if action not in (None, A.MODIFIER_CADRE):
            return f
        dates = {"date_fin": date(2026, 6, 19)} if etat in TENUES else plus_tard
        return replace(f, nouveau_cadre=replace(s.cadre, **dates | valeurs.get("nouveau_cadre", {})))

    for reponse in DU_CADRE[moment].reponses(en):
        assert reponse == dit.strip("–").split()


# -- the jury -------------------------------------------------------------------------------------------------------

DU_JURY = {
    "entrer": Moment(A.INSCRIRE_JURE, (*AVANT, E.CONVOQUEE, E.EN_COURS)),
    "remplacer": Moment(A.REMPLACER_JURE, (*AVANT, E.CONVOQUEE, E.EN_COURS)),
    "retirer": Moment(A.RETIRER_JURE, VALIDEES),
    "soumettre": Moment(A.SOUMETTRE, (E.BROUILLON, E.REFUSEE)),
    "valider": Moment(A.VALIDER, (E.EN_ATTENTE,)),
}
SORTANT, AUTRE = (InscriptionJure(f"jure-{n}", "ROY Paul", habilitation("BC01", id=f"hab-{n}")) for n in (4, 5))
FAUTES_DU_JURY: dict[str, Valeurs] = {
    "aucune": {},
    "juré inactif": {"jure": pressenti(actif=False)},
    "sans habilitation": {"jure": pressenti(habilitation=None)},
    "habilité sur le titre du CCS": {"session": {"cadre": CADRE_CCS, "jures": JURES_CCS}},
    "siège ailleurs": {"jure": pressenti(autre_session=True)},
    "employé du centre": {"jure": pressenti(employeurs=frozenset({SIRET}))},
    "formateur": {"session": {"candidats": (replace(DURAND, formateurs=("Zoé Blanc",)),)}},
    "déjà du jury": {"jure": pressenti(jure_id="jure-1", identites=frozenset({"jure-1"}))},
    "un seul habilité": {"session": {"jures": JURES[:1]}},
    "CCP sans juré": {"session": {"jures": (JURES[1], AUTRE, SORTANT)}},
    "habilitation perdue": {"session": {"jures": (*JURES, replace(AUTRE, habilitation=None))}},
    "demande VAE perdue": {"session": {"candidats": (DURAND, NOUVEAU_VAE)}, "demandes_vae": {}},
}
TABLE_DU_JURY = """
| faute                        | entrer | remplacer | retirer | soumettre | valider |
| aucune                       | –      | –         | –       | –         | –       |
| juré inactif                 | JUR-05 | JUR-05    | –       | –         | –       |
| sans habilitation            | JRY-02 | JRY-02    | –       | –         | –       |
| habilité sur le titre du CCS | JRY-01 | JRY-01    | –       | –         | –       |
| siège ailleurs               | JRY-03 | JRY-03    | –       | –         | –       |
| employé du centre            | JRY-03 | JRY-03    | –       | –         | –       |
| formateur                    | JRY-03 | JRY-03    | –       | –         | –       |
| déjà du jury                 | INS-06 | INS-06    | –       | –         | –       |
| un seul habilité             | –      | –         | SES-07  | SES-07    | SES-07  |
| CCP sans juré                | –      | –         | SES-07  | SES-07    | SES-07  |
| habilitation perdue          | –      | –         | –       | –         | SES-08  |
| demande VAE perdue           | –      | –         | –       | INS-07    | INS-07  |
"""


@d_un_trait
@pytest.mark.parametrize(("faute", "moment", "dit"), lire(TABLE_DU_JURY))
def test_a_quel_moment_le_jury_est_verifie(faute: str, moment: str, dit: str) -> None:
    valeurs = FAUTES_DU_JURY[faute]

    def en(action: Action | None, etat: Etat) -> Faits:
        s = session(etat, **{"jures": (*JURES, SORTANT)} | valeurs.get("session", {}))
        sortant = SORTANT.jure_id if action in (A.REMPLACER_JURE, A.RETIRER_JURE) else None
        return faits(etat, **{"jure": pressenti()} | valeurs | {"session": s, "jure_sortant": sortant})

    for reponse in DU_JURY[moment].reponses(en):
        assert reponse == dit.strip("–").split()


# -- the alerts -----------------------------------------------------------------------------------------------------

DES_ALERTES = {
    "brouillon": (E.BROUILLON,),
    "refusée": (E.REFUSEE,),
    "à venir": (E.EN_ATTENTE, E.VALIDEE, E.CONVOQUEE),
    "en cours": (E.EN_COURS,),
    "ensuite": (E.A_CLOTURER, E.CLOTUREE, E.DEBLOQUEE, E.ANNULEE, E.CADUQUE),
}
TABLE_DES_ALERTES = """
| faute               | brouillon | refusée | à venir | en cours | ensuite |
| aucune              | –         | –       | –       | –        | –       |
| pas d'agrément      | SES-01    | SES-01  | SES-01  | SES-01   | –       |
| titre hors délai    | SES-02    | SES-02  | SES-02  | SES-02   | –       |
| après la fin de vie | SES-02    | SES-02  | SES-02  | –        | –       |
| motif non dit       | –         | –       | SES-02  | –        | –       |
| CCP oublié          | SES-03    | SES-03  | SES-03  | SES-03   | –       |
| plafond dépassé     | SES-06    | –       | SES-06  | –        | –       |
| un seul habilité    | –         | –       | SES-07  | SES-07   | –       |
| CCP sans juré       | –         | –       | SES-07  | SES-07   | –       |
| habilitation perdue | SES-08    | SES-08  | SES-08  | SES-08   | –       |
| fiches fusionnées   | INS-06    | INS-06  | INS-06  | –        | –       |
"""


@d_un_trait
@pytest.mark.parametrize(("faute", "quand", "dit"), lire(TABLE_DES_ALERTES))
def test_a_quel_moment_une_session_est_en_alerte(faute: str, quand: str, dit: str) -> None:
    valeurs = (FAUTES_DU_JURY | FAUTES_DU_CADRE)[faute]
    for etat in DES_ALERTES[quand]:
        f = faits(etat, **valeurs | {"session": session(etat, **valeurs.get("session", {}))})
        dites, gens = alertes(f), (*f.session.candidats, *f.session.jures)
        assert codes(dites) == dit.strip("–").split()
        nomment = {m.code for m in dites if any(qui.nom in m.message for qui in gens)}
        assert nomment <= ALERTES_NOMINATIVES, "an alert that names somebody goes when she is anonymised"


# -- a candidate ----------------------------------------------------------------------------------------------------

D_UN_CANDIDAT = {
    "inscrire": Moment(A.INSCRIRE_CANDIDAT, AVANT),
    "convoquée": Moment(A.INSCRIRE_CANDIDAT, (E.CONVOQUEE,)),
    "modifier": Moment(A.MODIFIER_INSCRIPTION, (*AVANT, E.CONVOQUEE)),
}
TRENTE_JOURS_AVANT = DEBUT - timedelta(days=30)
"""The last day of the others' registration is the first day of those by VAE once the convocations are edited."""
FAUTES_D_UN_CANDIDAT: dict[str, Valeurs] = {
    "aucune": {},
    "convocations éditées": {"candidat": NOUVEAU},
    "motif non dit": {"titre": TITRE_EN_PROLONGATION},
    "délai dépassé": {"parametres": parametres(delai_inscription=400)},
    "formé par le jury": {"formateurs": ("Léa Petit",)},
    "plafond dépassé": {"autres_sessions": {"cand-3": TROIS}},
    "déjà inscrit": {"session": {"candidats": (NOUVEAU,)}},
    "chevauchement": {"autres_sessions": {"cand-3": (ailleurs(DEBUT),)}},
    "sans demande VAE": {"candidat": NOUVEAU_VAE, "demandes_vae": {}},
    "déjà acquis": {"acquis": {"cand-3": frozenset({"BC01"})}},
}
TABLE_D_UN_CANDIDAT = """
| faute                | inscrire | convoquée | modifier |
| aucune               | –        | –         | –        |
| convocations éditées | –        | INS-01    | –        |
| motif non dit        | SES-02   | SES-02    | SES-02   |
| délai dépassé        | SES-05   | –         | –        |
| formé par le jury    | JRY-03   | JRY-03    | JRY-03   |
| plafond dépassé      | INS-04   | INS-04    | –        |
| déjà inscrit         | INS-06   | INS-06    | –        |
| chevauchement        | INS-06   | INS-06    | –        |
| sans demande VAE     | INS-07   | INS-07    | –        |
| déjà acquis          | INS-08   | INS-08    | –        |
"""


@d_un_trait
@pytest.mark.parametrize(("faute", "moment", "dit"), lire(TABLE_D_UN_CANDIDAT))
def test_a_quel_moment_un_candidat_est_verifie(faute: str, moment: str, dit: str) -> None:
    """Once the convocations are edited, the candidate comes by VAE."""
    valeurs = FAUTES_D_UN_CANDIDAT[faute]

    def en(action: Action | None, etat: Etat) -> Faits:
        qui = valeurs.get("candidat", NOUVEAU_VAE if etat is E.CONVOQUEE else NOUVEAU)
        base = {
            "candidat": replace(qui, formateurs=valeurs.get("formateurs", ())),
            "demandes_vae": {"cand-3": DemandeVae("vae-1", "cand-3", "TP-1", frozenset(), BIEN_AVANT, DEBUT)},
        }
        s = session(etat, **valeurs.get("session", {}))
        autres = {cle: v for cle, v in valeurs.items() if cle not in ("formateurs", "candidat", "session")}
        f = faits(etat, **base | autres | {"session": s})
        return replace(f, jour=TRENTE_JOURS_AVANT) if etat is E.CONVOQUEE else f

    for reponse in D_UN_CANDIDAT[moment].reponses(en):
        assert reponse == dit.strip("–").split()


# -- the results ----------------------------------------------------------------------------------------------------

DES_RESULTATS = {
    "saisir": Moment(A.SAISIR_RESULTATS, (*TENUES, E.DEBLOQUEE)),
    "carence": Moment(A.CONSTATER_CARENCE, TENUES),
    "clôturer": Moment(A.CLOTURER, TENUES),
    "reclôturer": Moment(A.CLOTURER, (E.DEBLOQUEE,)),
}
CAMILLE, NOE = FEUILLE.resultats
TITRE_PLUS_EXIGEANT = replace(TITRE, ccps=(*TITRE.ccps, replace(TITRE.ccps[0], code="BC03")))


def feuille(*lignes: ResultatCandidat, jures: frozenset[str] = FEUILLE.jures_presents) -> Valeurs:
    f = Feuille(lignes or FEUILLE.resultats, jures)
    return {"feuille": f, "feuille_proposee": f}


FAUTES_DES_RESULTATS: dict[str, Valeurs] = {
    "aucune": feuille(),
    "un seul juré présent": feuille(jures=frozenset({"jure-1"})),
    "juré étranger": feuille(jures=FEUILLE.jures_presents | {"jure-9"}),
    "résultat manquant": feuille(NOE),
    "entretien non noté": feuille(replace(CAMILLE, entretien_final=None), NOE),
    "déjà acquis à tort": feuille(replace(CAMILLE, ccps=dict.fromkeys(CAMILLE.ccps, ResultatCcp.DEJA_ACQUIS)), NOE),
    "inconnu": feuille(*FEUILLE.resultats, replace(CAMILLE, candidat_id="cand-9")),
    "deux lignes": feuille(*FEUILLE.resultats, NOE),
    "absence non qualifiée": feuille(ResultatCandidat("cand-1", present=False), NOE),
    "présent et absent": feuille(replace(CAMILLE, absence=Absence.EXCUSEE), NOE),
    "CCP non noté": feuille(replace(CAMILLE, ccps={}), NOE),
    "titre plus exigeant": feuille() | {"titre": TITRE_PLUS_EXIGEANT},
}
TABLE_DES_RESULTATS = """
| faute                 | saisir | carence | clôturer | reclôturer |
| aucune                | –      | RES-03  | –        | –          |
| un seul juré présent  | –      | –       | RES-03   | RES-03     |
| juré étranger         | RES-01 | RES-03  | –        | –          |
| résultat manquant     | –      | RES-03  | RES-03   | RES-03     |
| entretien non noté    | SES-04 | RES-03  | –        | –          |
| déjà acquis à tort    | SES-04 | RES-03  | SES-04   | SES-04     |
| inconnu               | RES-01 | RES-03  | –        | –          |
| deux lignes           | RES-01 | RES-03  | –        | –          |
| absence non qualifiée | RES-01 | RES-03  | –        | –          |
| présent et absent     | RES-01 | RES-03  | –        | –          |
| CCP non noté          | RES-01 | RES-03  | –        | –          |
| titre plus exigeant   | –      | RES-03  | RES-02   | –          |
"""


@d_un_trait
@pytest.mark.parametrize(("faute", "moment", "dit"), lire(TABLE_DES_RESULTATS))
def test_a_quel_moment_les_resultats_sont_verifies(faute: str, moment: str, dit: str) -> None:
    for reponse in DES_RESULTATS[moment].reponses(lambda action, etat: faits(etat, **FAUTES_DES_RESULTATS[faute])):
        assert reponse == dit.strip("–").split()


@pytest.mark.parametrize(
    ("moments", "fautes", "table"),
    [
        (DU_CADRE, FAUTES_DU_CADRE, TABLE_DU_CADRE),
        (DU_JURY, FAUTES_DU_JURY, TABLE_DU_JURY),
        (D_UN_CANDIDAT, FAUTES_D_UN_CANDIDAT, TABLE_D_UN_CANDIDAT),
        (DES_RESULTATS, FAUTES_DES_RESULTATS, TABLE_DES_RESULTATS),
    ],
)
def test_aucun_moment_ni_aucune_faute_n_est_oublie(
    moments: dict[str, Moment], fautes: dict[str, Valeurs], table: str
) -> None:
    assert {(faute, moment) for faute, moment, _ in lire(table)} == {(f, m) for f in fautes for m in moments}
