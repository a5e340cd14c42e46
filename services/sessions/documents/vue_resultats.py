"""From frozen results to what the PV and the attestation show. Pure."""

from collections import Counter

from commun.domain.textes import accorder
from services.sessions.documents.francais import en_lettres
from services.sessions.documents.modele import (
    Attestation,
    MembreDuJury,
    ProcesVerbal,
    ResultatImprime,
    SessionImprimee,
    VersionResultats,
)
from services.sessions.documents.vue import Vue, identite, session
from services.sessions.domain.resultats import Issue, ResultatCcp

RESULTATS = {
    "acquis": "Acquis",
    "non_acquis": "Non acquis",
    "deja_acquis": "Déjà acquis",
    "favorable": "Favorable",
    "defavorable": "Défavorable",
    "non_tenu": "Non tenu",
}
DECISIONS = {
    Issue.TITRE: ("Titre obtenu", "titre obtenu", "titres obtenus"),
    Issue.CCS: ("CCS obtenu", "CCS obtenu", "CCS obtenus"),
    Issue.CCP: ("CCP acquis", "candidat avec CCP acquis", "candidats avec CCP acquis"),
    Issue.PARTIELLE: ("Réussite partielle", "réussite partielle", "réussites partielles"),
    Issue.ECHEC: ("Échec", "échec", "échecs"),
    Issue.ABSENT: ("Absence non excusée", "absence non excusée", "absences non excusées"),
    Issue.EXCUSE: ("Absence excusée", "absence excusée", "absences excusées"),
}
ABSENCES = (Issue.ABSENT, Issue.EXCUSE)
ATTESTEES = {
    Issue.TITRE: "Titre professionnel obtenu",
    Issue.CCS: "Certificat complémentaire de spécialisation obtenu",
    Issue.CCP: "Certificats de compétences professionnelles acquis",
    Issue.PARTIELLE: "Réussite partielle",
    Issue.ECHEC: "Certification non obtenue",
    Issue.ABSENT: "Absence non excusée",
    Issue.EXCUSE: "Absence excusée",
}
UN_CCP_ATTESTE = "Certificat de compétences professionnelles acquis"
# What the administration delivers beside the attestation, and which alone is proof.
TITRES_DELIVRES = {
    Issue.TITRE: "le parchemin du titre professionnel",
    Issue.CCS: "le parchemin du certificat",
    Issue.CCP: "le livret de certification",
    Issue.PARTIELLE: "le livret de certification",
}


def proces_verbal(pv: ProcesVerbal) -> Vue:
    """Returns the PV as its template shows it."""
    derniere = pv.versions[-1] if pv.versions else None
    return {
        "session": session(pv.session),
        "etat": _etat(pv),
        "mention": f"version {derniere.numero}, arrêtée le {en_lettres(derniere.arretee_le)}"
        if derniere and not pv.deblocage_en_cours
        else ("carence du jury" if pv.carence else "version de travail"),
        "remplace": _remplace(pv),
        "carence": bool(pv.carence),
        "epreuves": [{"rang": r, "code": c, "intitule": i} for r, c, i in _epreuves(pv.session)],
        "colonnes": [rang for rang, _, _ in _epreuves(pv.session)],
        "resultats": [_ligne(pv.session, r) for r in pv.resultats],
        "bilan": _bilan(pv.resultats),
        "jury": [_membre(m) for m in pv.jury],
        "versions": [_version(v) for v in pv.versions],
        "visa": pv.visa and [pv.visa.service, pv.visa.agent, f"le {en_lettres(pv.visa.le)}"],
    }


def attestation(a: Attestation) -> Vue:
    """Returns the attestation as its template shows it, its QR code drawn."""
    decision = a.resultat.decision
    if decision is None:
        raise ValueError("no attestation without a decision")
    cellules = zip(_epreuves(a.session), _cellules(a.session, a.resultat), strict=True)
    delivre = TITRES_DELIVRES.get(decision)
    return {
        "session": session(a.session),
        "auteur": a.autorite,
        "identite": identite(a.resultat.personne),
        "phrase": "figurait sur la liste des candidats de la session d'examen ci-dessous :"
        if decision in ABSENCES
        else "a présenté les épreuves de la session d'examen ci-dessous, et que le jury a décidé :",
        "decision": UN_CCP_ATTESTE if decision is Issue.CCP and _acquis_ici(a.resultat) == 1 else ATTESTEES[decision],
        "lignes": []
        if decision in ABSENCES
        else [{"code": code, "intitule": intitule, "resultat": valeur} for (_, code, intitule), valeur in cellules],
        "reserve": f"Cette attestation ne remplace pas {delivre}, que l'administration délivre par ailleurs."
        if delivre
        else "",
        "delivree_le": en_lettres(a.delivree_le),
        "version": a.version,
        "remplace": None
        if a.precedente_delivree_le is None
        else {"le": en_lettres(a.precedente_delivree_le), "version": a.version - 1},
        "code": a.code,
        "url": a.url,
        "qr": _qr(a.url),
    }


_MASQUE = 3
"""Any of the eight masks of a QR code is read as well: this one as the best, 150 codes of 150. To try them all took as
long as half the drawing of an attestation, in Python, whose lock the whole process waits for."""


def _qr(url: str) -> str:
    """Returns a QR code, as SVG."""
    import segno  # with the first attestation, in its thread

    return str(segno.make(url, error="m", mask=_MASQUE).svg_inline(scale=4, border=2))


def _epreuves(s: SessionImprimee) -> list[tuple[str, str, str]]:
    """Returns `(short name, code, intitulé)` of everything the jury judges in the session."""
    if s.type == "CCS":
        return [("CCS", s.certification.code, s.certification.intitule)]
    ccps = [(f"CCP {rang}", ccp.code, ccp.intitule) for rang, ccp in enumerate(s.ccps, start=1)]
    return ccps + ([("Entretien final", "", "Entretien final avec le jury")] if s.entretien_final else [])


def _cellules(s: SessionImprimee, r: ResultatImprime) -> list[str]:
    if s.type == "CCS":
        valeurs = [r.ccs]
    else:
        valeurs = [r.ccps.get(ccp.code) for ccp in s.ccps] + ([r.entretien_final] if s.entretien_final else [])
    manquante = "–" if r.decision else ""
    return [RESULTATS[v] if v else manquante for v in valeurs]


def _acquis_ici(r: ResultatImprime) -> int:
    """Returns how many CCPs the candidate acquired in the session."""
    return sum(resultat == ResultatCcp.ACQUIS for resultat in r.ccps.values())


def _ligne(s: SessionImprimee, r: ResultatImprime) -> Vue:
    return {
        "identite": identite(r.personne),
        "cellules": _cellules(s, r),
        "decision": DECISIONS[r.decision][0] if r.decision else "",
    }


def _membre(m: MembreDuJury) -> Vue:
    return identite(m.personne) | {"presence": {True: "Oui", False: "Non", None: ""}[m.present]}


def _bilan(resultats: tuple[ResultatImprime, ...]) -> str:
    """Returns « 12 candidats inscrits, 10 présents : 7 titres obtenus, 3 échecs. »"""
    inscrits = accorder(f"{len(resultats)} candidat(s) inscrit(s)")
    comptes = Counter(r.decision for r in resultats if r.decision)
    if not comptes:
        return f"{inscrits}."
    presents = sum(n for decision, n in comptes.items() if decision not in ABSENCES)
    details = [f"{comptes[d]} {DECISIONS[d][2 if comptes[d] > 1 else 1]}" for d in Issue if d in comptes]
    return accorder(f"{inscrits}, {presents} présent(s) : {', '.join(details)}.")


def _etat(pv: ProcesVerbal) -> str:
    if pv.carence:
        return (
            "Moins de deux membres du jury étaient présents : le jury n'a pas pu délibérer et les candidats n'ont pas "
            f"été évalués. Motif : {pv.carence}"
        )
    if pv.session.annulee:
        if not pv.versions:
            return "Session annulée : aucun résultat n'y est arrêté."
        derniere = pv.versions[-1]
        quand = f"arrêtés le {en_lettres(derniere.arretee_le)} (version {derniere.numero})"
        return f"Session annulée : les résultats {quand} ne valent plus."
    if not pv.versions:
        return "Résultats non arrêtés : ce procès-verbal prendra effet à la clôture de la session."
    if pv.deblocage_en_cours:
        return "Session débloquée : les résultats ci-dessous sont en cours de correction."
    arretes = f"Résultats arrêtés le {en_lettres(pv.versions[-1].arretee_le)} (version {pv.versions[-1].numero})"
    if pv.visa:
        return f"{arretes}, confirmés par le visa de l'administration le {en_lettres(pv.visa.le)}."
    return f"{arretes}, provisoires jusqu'au visa de l'administration."


def _remplace(pv: ProcesVerbal) -> str | None:
    if pv.deblocage_en_cours or pv.session.annulee or len(pv.versions) < 2:
        return None
    precedente = pv.versions[-2]
    le = en_lettres(precedente.arretee_le)
    return f"Annule et remplace le procès-verbal arrêté le {le} (version {precedente.numero})."


def _version(v: VersionResultats) -> str:
    suite = f", après déblocage : {v.motif}" if v.motif else ""
    return f"Version {v.numero}, arrêtée le {en_lettres(v.arretee_le)}{suite}"
