"""How pages write what the API says: dates, states, numbers, in French."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from commun.domain.dates import PARIS, en_francais, en_lettres, periode
from commun.domain.textes import accorder, normaliser, prenom_usuel
from commun.schemas import telephones
from commun.traces.changements import en_clair
from gateway.web.typographie import INSECABLE

_JOUR = re.compile(r"\d{4}-\d\d-\d\d")

CIVILITES = (("MME", "Madame"), ("M", "Monsieur"))
"""Those that a form proposes."""

FAITS = {
    "date": "Date",
    "prochain_debut": "Possible à partir du",
    "fin": "Fin",
    "debut": "Début",
    "etat": "État actuel",
}
"""The words of the facts that rules read, where showing them helps."""

CHAMPS = {
    # de quoi il s’agit
    "jure_id": "Juré",
    "etablissement_id": "Établissement",
    "administrateur": "Administre les comptes",
    "site_id": "Site",
    "motif_prolongation": "Motif de prolongation",
    "session_id": "Session",
    "canonique_id": "Fiche gardée",
    # personnes
    "civilite": "Civilité",
    "numero": "Numéro",
    "nom_naissance": "Nom de naissance",
    "nom_usage": "Nom d’usage",
    "prenom": "Prénom",
    "prenoms": "Prénoms",
    "date_naissance": "Date de naissance",
    "naissance": "Lieu de naissance",
    "telephone": "Téléphone",
    "courriel": "Adresse électronique",
    "telephone_professionnel": "Téléphone professionnel",
    "telephone_personnel": "Téléphone personnel",
    "departement": "Département",
    "region": "Région",
    "code_insee": "Code INSEE",
    "code_rome": "Code ROME",
    "titres_lies": "Titres liés",
    "employeur_siret": "SIRET de l’employeur",
    "date_depot": "Date de dépôt",
    # certifications, établissements
    "titre_code": "Titre",
    "ccp_codes": "CCP",
    "ccps": "CCP",
    "ccs_code": "CCS",
    "ccs": "CCS",
    "intitule": "Intitulé",
    "libelle": "Libellé",
    "code_rncp": "Numéro RNCP",
    "codes_rome": "Codes ROME",
    "date_debut": "Date de début",
    "date_fin": "Date de fin",
    "date_debut_validite": "Début de validité",
    "date_fin_de_vie": "Fin de vie",
    "date_fin_prolongation": "Fin de prolongation",
    "siret": "SIRET",
    "denomination": "Dénomination",
    "controleur": "Contrôleur",
    "echeance": "Échéance",
    # sessions
    "etat": "État",
    "heure_debut": "Heure de début",
    "heure_convocation": "Heure de convocation",
    "soumise_le": "Soumise le",
    "pv_vise_le": "PV visé le",
    "jures": "Jurés",
    "jures_presents": "Jurés présents",
    "resultats": "Résultats",
    "dte": "DTE",
    # versions
    "preambule": "Préambule",
    "previsions": "Prévisions",
    "n": "Destinataires",
    "relances": "Envois repris",
    # comptes
    "profil_par_defaut": "Profil par défaut",
}
"""The French words of the fields that a trace tells, where their names are not these words."""

LIBELLES = {
    # habilitations, jurés
    "brouillon": "Brouillon",
    "active": "Active",
    "suspendue": "Suspendue",
    "expiree": "Expirée",
    "actif": "Actif",
    "inactif": "Inactif",
    # titres
    "en_cours": "En cours",
    "en_prolongation": "En prolongation",
    "hors_delai": "Hors délai",
    # agréments, contrôles
    "accorde": "Accordé",
    "suspendu": "Suspendu",
    "retire": "Retiré",
    "echu": "Échu",
    "sur_place": "Sur place",
    "sur_pieces": "Sur pièces",
    "conforme": "Conforme",
    "avec_reserves": "Avec réserves",
    "non_conforme": "Non conforme",
    "clos": "Suites closes",
    "a_suivre": "À suivre",
    "en_retard": "En retard",
    "ouvert": "Suites attendues",
    # demandes VAE
    "deposee": "Déposée",
    "recevable": "Recevable",
    "non_recevable": "Non recevable",
    "retiree": "Retirée",
    "caduque": "Caduque",
    # sessions : types, états, parcours, convocations, DTE, résultats
    "TITRE": "Titre",
    "CCP": "CCP",
    "CCS": "CCS",
    "en_attente_de_validation": "En attente de validation",
    "refusee": "Refusée",
    "validee": "Validée",
    "convoquee": "Convoquée",
    "a_cloturer": "À clôturer",
    "cloturee": "Clôturée",
    "debloquee": "Débloquée",
    "annulee": "Annulée",
    "vae": "VAE",
    "echec": "Échec",
    "reussite_partielle": "Réussite partielle",
    "formation_commencee": "Formation commencée avant la fin de vie du titre",
    "jure": "Juré",
    "envoyee": "Envoyée",
    "viser": "PV à viser",
    "repondre_dte": "DTE à traiter",
    "redemander_dte": "DTE refusé",
    "demandee": "À traiter",
    "transmise": "DTE transmis",
    "deja_acquis": "Déjà acquis",
    "defavorable": "Défavorable",
    "excusee": "Absence excusée",
    "non_excusee": "Absence non excusée",
    "acquis": "Acquis",
    "non_acquis": "Non acquis",
    "favorable": "Favorable",
    "non_tenu": "Non tenu",
    # acquis, attestations
    "provisoire": "Provisoire",
    "confirme": "Confirmé",
    "valide": "Valide",
    "remplacee": "Remplacée",
    # invitations, abonnés, versions, envois
    "en_attente": "En attente",
    "acceptee": "Acceptée",
    "desabonne": "Désabonné",
    "en_diffusion": "En diffusion",
    "arretee": "Arrêtée",
    "diffusee": "Diffusée",
    "prepare": "À envoyer",
    "envoye": "Envoyé",
    "echec_temporaire": "À réessayer",
    "echec_definitif": "Refusé",
    "inconnu": "Sort inconnu",
    # profils
    "CENTRE": "Centre",
    "UD": "Unité départementale",
    "DIRECCTE": "Direction régionale",
    "NATIONAL": "Mission nationale",
    # civilités
    "M": "M.",
    "MME": "Mme",
}
"""The French word of each value that the API publishes."""

_TONS = {
    "success": {
        "active", "actif", "en_cours", "accorde", "recevable", "valide", "conforme", "clos", "validee", "convoquee",
        "cloturee", "acceptee", "diffusee", "envoye", "envoyee", "transmise", "acquis", "deja_acquis", "favorable",
    },
    "warning": {
        "suspendue", "suspendu", "en_prolongation", "deposee", "en_attente", "en_attente_de_validation",
        "avec_reserves", "a_suivre", "a_cloturer", "debloquee", "demandee", "arretee", "echec_temporaire",
        "viser", "repondre_dte",
    },
    "error": {
        "expiree", "retire", "retiree", "echu", "hors_delai", "non_recevable", "refusee", "annulee", "caduque",
        "non_conforme", "en_retard", "en_echec", "echec", "echec_definitif", "non_acquis", "defavorable",
        "redemander_dte",
    },
    "new": {"brouillon"},
}  # fmt: skip


DECISIONS = {
    "titre": "titre obtenu",
    "ccs": "CCS obtenu",
    "ccp": "CCP acquis",
    "partielle": "réussite partielle",
    "echec": "échec",
    "absent": "absence non excusée",
    "excuse": "absence excusée",
}


def decision(issue: str) -> str:
    """Returns what a jury decided of a candidate, in a sentence."""
    return DECISIONS[issue]


def libelle(valeur: str | None) -> str:
    """Returns the French word of a value, itself with its spaces where none is known."""
    if not valeur:
        return ""
    return LIBELLES.get(valeur) or valeur.replace("_", " ").capitalize()


def champ(nom: str) -> str:
    """Returns the French words of a field."""
    return CHAMPS.get(nom) or libelle(nom)


def ton(valeur: str) -> str:
    """Returns the tone of a value's badge: success, warning, error, new or info."""
    return next((ton for ton, valeurs in _TONS.items() if valeur in valeurs), "info")


def jour(valeur: str | date | None) -> str:
    """Returns a day in full: « 15 janvier 2026 »."""
    return en_lettres(_date(valeur)) if valeur else ""


def jour_court(valeur: str | date | None) -> str:
    """Returns a day as tables show it: « 15/01/2026 »."""
    return en_francais(_date(valeur)) if valeur else ""


def dates(objet: Mapping[str, Any]) -> str:
    """Returns from when to when something is, in full, saying nothing twice: « le 15 janvier 2026 », « du 15 au 16
    janvier 2026 ».
    """
    return periode(_date(objet["date_debut"]), _date(objet["date_fin"]))


def dates_courtes(objet: Mapping[str, Any]) -> str:
    """Returns it as tables show it: « le 15/01/2026 », « du 15/01/2026 au … »."""
    debut, fin = jour_court(objet["date_debut"]), jour_court(objet["date_fin"])
    return f"le {debut}" if debut == fin else f"du {debut} au {fin}"


def abregee(habilitation: Mapping[str, Any]) -> str:
    """Returns what follows the end of an habilitation whose titre ends it sooner."""
    fin = habilitation["fin_effective"]
    return "" if fin == habilitation["date_fin"] else f" (abrégée par son titre au {jour_court(fin)})"


def jusqu_a_son_titre(agrement: Mapping[str, Any]) -> str:
    """Returns what follows the end of an agrément whose titre lasts less."""
    fin = agrement["fin_effective"]
    return f" (abrégé par son titre au {jour_court(fin)})" if fin < agrement["date_fin"] else ""


def instant(valeur: str | datetime | None, zone: str = PARIS) -> str:
    """Returns an instant, in the time of this zone: « 15/01/2026 à 14:05 »."""
    if not valeur:
        return ""
    lu = datetime.fromisoformat(valeur) if isinstance(valeur, str) else valeur
    return f"{lu.astimezone(ZoneInfo(zone)):%d/%m/%Y à %H:%M}"


def siret(valeur: str | None) -> str:
    """Returns a SIRET as it is read: « 999 000 011 00018 », which no line break cuts."""
    brut = valeur or ""
    return INSECABLE.join((brut[:3], brut[3:6], brut[6:9], brut[9:])) if len(brut) == 14 else brut


def telephone(valeur: str | None) -> str:
    """Returns a stored phone number as it is dialled, « 01 99 00 12 34 », which no line break cuts."""
    return (telephones.en_clair(valeur) or "").replace(" ", INSECABLE)


def nom_du_candidat(candidat: dict[str, Any]) -> str:
    """Returns a candidate's name as a sentence says it: « Léa Petit »."""
    return f"{prenom_usuel(candidat['prenoms'])} {candidat['nom_naissance']}"


def noms_des_candidats(candidats: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Returns how a sentence calls each candidate of a session, by their ids: `nom_du_candidat`, made distinct."""
    par_id = {c["candidat_id"]: c for c in candidats}
    noms = distinguer([(qui, nom_du_candidat(c)) for qui, c in par_id.items()], numeros(par_id.values()))
    return dict(zip(par_id, noms, strict=True))


def numeros(candidats: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Returns the number of each candidate of a session, by their ids."""
    return {c["candidat_id"]: c["numero"] for c in candidats}


def distinguer(nommes: Sequence[tuple[str, str]], numeros: Mapping[str, str]) -> list[str]:
    """Returns the name of each (id, name), with his number where somebody else bears it: « Léa Petit (C00000012) ».

    Two candidates who are not told apart are noted, or called, one for the other.
    """
    porteurs = defaultdict(set)
    for qui, nom in nommes:
        porteurs[normaliser(nom)].add(qui)
    return [
        f"{nom} ({numeros[qui]})" if len(porteurs[normaliser(nom)]) > 1 and qui in numeros else nom
        for qui, nom in nommes
    ]


def nom_du_jure(jure: dict[str, Any]) -> str:
    """Returns a juré's names: « Zoé Durand (N'Diaye) », the second being that which letters and rules use."""
    usage = jure.get("nom_usage")
    return f"{jure['prenom']} {jure['nom']}{f' ({usage})' if usage else ''}"


def nombre_d_acquis(acquis: dict[str, list[Any]]) -> str:
    """Returns how much a candidate has acquired: « 1 titre, 2 CCP », « Aucun »."""
    titres, ccps, ccs = (len(acquis[nom]) for nom in ("titres", "ccps", "ccs"))
    if not titres + ccps + ccs:
        return "Aucun"
    return accorder(f"{titres} titre(s), {ccps} CCP{f', {ccs} CCS' if ccs else ''}")


def par_nom(candidats: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns candidates in the order of their names, as the attendance sheet and the PV print them."""
    return sorted(candidats, key=lambda c: normaliser(f"{c['nom_naissance']} {c['prenoms']}"))


def fait(nom: str) -> str:
    """Returns the words of a fact that a rule read, nothing where its sentence says it all."""
    return FAITS.get(nom, "")


def en_suite(phrase: str) -> str:
    """Returns a sentence as it follows a colon: without its capital, unless it begins with an acronym."""
    return phrase if phrase[1:2].isupper() else phrase[:1].lower() + phrase[1:]


def valeur(lue: Any) -> str:
    """Returns any value of a trace or of a rule's facts as one reads it."""
    match lue:
        case None | "" | []:
            return "non renseigné"
        case bool():
            return "oui" if lue else "non"
        case str() if _JOUR.fullmatch(lue):
            return jour_court(lue)
        case str():
            return LIBELLES.get(lue, lue)
        case list():
            return ", ".join(valeur(v) for v in lue)
        case {"code_postal": _} | {"pays_code": _}:
            return en_clair(lue)
        case dict():  # and not {} above: as a pattern, it is any dict
            dites = ((nom, valeur(v)) for nom, v in lue.items() if v not in (None, "", [], {}))
            # a CCP is named by its code; fields, which no capital begins, go without their names
            return ", ".join(f"{nom} : {dit}" if nom[:1].isupper() else dit for nom, dit in dites) or "non renseigné"
        case _:
            return str(lue)


def choix_de(certifications: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Returns titres, CCPs or CCSs as a select offers them: « Installer un réseau (CCP-1) »."""
    return [(c["code"], f"{c['intitule']} ({c['code']})") for c in certifications]


def choix_parmi(*valeurs: str) -> tuple[tuple[str, str], ...]:
    """Returns values that the API publishes as a select offers them, each with its word."""
    return tuple((str(v), libelle(v)) for v in valeurs)


def adresses_actes(base: str, actions: Iterable[str]) -> dict[str, str]:
    """Returns the address of each act of an object, « /habilitations/…/suspendre », with the query of `base`."""
    chemin, signe, requete = base.partition("?")
    return {action: f"{chemin}/{action}{signe}{requete}" for action in actions}


def ancre(nom: str) -> str:
    """Returns a field's name as an id of the page."""
    return "champ-" + re.sub(r"[^A-Za-z0-9]+", "-", nom).strip("-")


def _date(valeur: str | date) -> date:
    return date.fromisoformat(valeur[:10]) if isinstance(valeur, str) else valeur
