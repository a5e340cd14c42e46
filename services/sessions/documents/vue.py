"""From frozen facts to what a template shows: ready-made French texts, and nothing left to decide. Pure."""

from datetime import date
from typing import Any

from commun.domain.lots import par_lots
from commun.domain.referentiel import Certification
from commun.domain.textes import de, prenom_usuel
from services.sessions.documents import francais
from services.sessions.documents.modele import (
    Adresse,
    Centre,
    Convocation,
    Emargement,
    Personne,
    Qualite,
    SessionImprimee,
    Site,
)
from services.sessions.domain.model import TypeSession, compte_au_plafond

TYPES = {"TITRE": "session titre", "CCP": "session CCP", "CCS": "session CCS"}
NATURES = {
    "TITRE": "Titre professionnel",
    "CCP": "Titre professionnel",
    "CCS": "Certificat complémentaire de spécialisation",
}

JOURS_PAR_FEUILLE = 3
HORS_SIGNATURES = 8
"""Lines that what is around those of people takes on an attendance sheet: its headings, who answers for it."""

Vue = dict[str, Any]

ATTESTATIONS_PERIMEES: dict[str, Vue] = {
    "remplacee": {
        "filigrane": "REMPLACÉE",
        "avis": "Cette attestation a été remplacée par une autre : elle n'est plus valable.",
    },
    "retiree": {"filigrane": "RETIRÉE", "avis": "Cette attestation a été retirée : elle n'est plus valable."},
}
CONVOCATIONS_A_EDITER: Vue = {
    "filigrane": "NON ÉDITÉES",
    "avis": "Les convocations ne sont pas éditées : ce document ne convoque personne.",
}
CONVOCATION_ANNULEE: Vue = {
    "filigrane": "ANNULÉE",
    "avis": "Cette convocation est annulée, ou une autre l'a remplacée : elle n'a plus d'effet.",
}


def enveloppe(s: SessionImprimee, titre: str, auteur: str = "") -> Vue:
    """Returns what every document says of itself: its title, who issues it, its subject, what it is worth."""
    filigrane, avis = _valeur(s)
    return {
        "titre": titre,
        "auteur": auteur or s.centre.denomination,
        "sujet": f"Session d'examen n° {s.numero} – {NATURES[s.type]} {s.certification.intitule}",
        "filigrane": filigrane,
        "avis": avis,
    }


def nom_courant(personne: Personne) -> str:
    """Returns the name by which a letter calls a person: « Mme Marie Durand »."""
    mots = (
        francais.civilite(personne.civilite),
        prenom_usuel(personne.prenoms),
        personne.nom_usage or personne.nom,
    )
    return " ".join(mot for mot in mots if mot)


def identite(personne: Personne) -> Vue:
    """Returns a person's civil identity, in the parts that tables and attestations lay out."""
    naissance = ""
    if personne.date_naissance:
        naissance = f"{_accord(personne, 'né', 'née', 'né(e)')} le {francais.en_lettres(personne.date_naissance)}"
        if personne.lieu_naissance:
            naissance += f" à {personne.lieu_naissance}"
    return {
        "nom": personne.nom,
        "prenoms": ", ".join(p.strip() for p in personne.prenoms.split(",") if p.strip()),
        "usage": personne.nom_usage if personne.nom_usage != personne.nom else "",
        "naissance": naissance,
        "numero": personne.numero,
    }


def session(s: SessionImprimee) -> Vue:
    """Returns the session's own block."""
    return {
        "numero": s.numero,
        "type": TYPES[s.type] + (" avec entretien final" if s.type == "CCP" and s.entretien_final else ""),
        "nature": NATURES[s.type],
        "certification": s.certification.intitule,
        "niveau": s.niveau,
        "ccps": [certification(ccp) for ccp in s.ccps],
        "entretien_final": s.entretien_final,
        "comptee": compte_au_plafond(TypeSession(s.type), s.entretien_final),
        "periode": francais.periode(s.date_debut, s.date_fin),
        "responsable": s.responsable,
        "centre": centre(s.centre),
        "site": site(s.site),
    }


def certification(c: Certification) -> Vue:
    """Returns the titre or CCS that a document is about."""
    return {"code": c.code, "intitule": c.intitule}


def centre(c: Centre) -> Vue:
    """Returns the centre, its address line by line, how to reach it."""
    return {
        "denomination": c.denomination,
        "lignes": list(c.adresse.lignes),
        "telephone": c.telephone,
        "courriel": c.courriel,
    }


def site(s: Site) -> Vue:
    """Returns where the session is held."""
    return {"libelle": s.libelle, "lignes": list(s.adresse.lignes)}


def convocation(c: Convocation, *, editee: bool = True) -> Vue:
    """Returns one letter; `editee`: whether it calls somebody, else it is of no version and of no day."""
    s, personne = c.session, c.convoque.personne
    jure = c.convoque.qualite is Qualite.JURE
    sans_edition = "session annulée" if s.annulee else "non éditée"  # its letters may have been edited, and annulled
    return {
        "jure": jure,
        "titre": titre_convocation(c),
        "nom": nom_courant(personne),
        "de_qui": de(nom_courant(personne)),
        "lignes": list(personne.adresse.lignes),
        "appel": francais.appel(personne.civilite),
        "identite": None if jure else identite(personne),
        "centre": centre(s.centre),
        "site": site(s.site),
        "session": session(s),
        "deroulement": _deroulement(c),
        "lieu": _commune(s.centre.adresse, s.site.adresse),
        "jour": francais.en_lettres(c.jour, semaine=True),
        "heure": francais.heure(c.heure),
        "heure_locale": c.heure_locale,
        "edition": f"version {c.version}, éditée le {francais.en_lettres(c.editee_le)}" if editee else sans_edition,
        "editee_le": francais.en_lettres(c.editee_le) if editee else "",
        "remplace": None
        if c.precedente_editee_le is None
        else {"le": francais.en_lettres(c.precedente_editee_le), "version": c.version - 1},
    }


def feuilles_d_emargement(s: SessionImprimee) -> list[list[date]]:
    """Returns the days of each attendance sheet of a session: a few each, shared out evenly."""
    return _parts_egales(francais.jours_de_session(s.date_debut, s.date_fin), JOURS_PAR_FEUILLE)


def lignes_d_emargement(e: Emargement) -> int:
    """Returns how many lines the attendance sheets have: what they cost to draw is in proportion."""
    return len(feuilles_d_emargement(e.session)) * (HORS_SIGNATURES + len(e.candidats) + len(e.jures))


def emargement(e: Emargement) -> Vue:
    """Returns the attendance sheets."""
    feuilles = feuilles_d_emargement(e.session)
    return {
        "session": session(e.session),
        "imprimee_le": francais.en_lettres(e.imprimee_le),
        "feuilles": [[francais.en_lettres(j, semaine=True, annee=False) for j in jours] for jours in feuilles],
        "candidats": [identite(p) for p in e.candidats],
        "jures": [identite(p) | {"naissance": ""} for p in e.jures],
    }


def titre_convocation(c: Convocation) -> str:
    """Returns « Convocation de Mme Marie Durand au jury »: what a bookmark or a tab of a reader shows."""
    suite = "comme membre du jury" if c.convoque.qualite is Qualite.JURE else "à l'examen"
    return f"Convocation {de(nom_courant(c.convoque.personne))} {suite}"


def titre_convocations(s: SessionImprimee) -> str:
    """Returns what the file of all the letters of a session is called."""
    return f"Convocations de la session d'examen n° {s.numero}"


def titre_attestations(s: SessionImprimee) -> str:
    """Returns what the file of all the attestations of a session is called."""
    return f"Attestations de la session d'examen n° {s.numero}"


def _valeur(s: SessionImprimee) -> tuple[str, str]:
    if s.annulee:
        return "ANNULÉE", "La session est annulée : ce document n'a plus d'effet."
    if not s.validee:
        return "PROJET", "La session n'est pas validée par l'administration : ce document n'a pas de valeur officielle."
    return "", ""


def _deroulement(c: Convocation) -> str:
    s = c.session
    quand = francais.periode(s.date_debut, s.date_fin)
    premier_jour = "" if s.date_debut == s.date_fin else "le premier jour "
    debut = f"{premier_jour}à {francais.heure(s.heure_debut)}{c.pour_qui_commence}"
    return f"{quand[0].upper()}{quand[1:]}. Début des épreuves {debut}."


def _accord(personne: Personne, masculin: str, feminin: str, inconnu: str) -> str:
    return {"M": masculin, "MME": feminin}.get(personne.civilite or "", inconnu)


def _commune(*adresses: Adresse) -> str:
    return next((a.commune for a in adresses if a.commune), "")


def _parts_egales(jours: list[date], maximum: int) -> list[list[date]]:
    feuilles = -(-len(jours) // maximum)
    return list(par_lots(jours, -(-len(jours) // feuilles)))
