"""How pages write what the API says: dates, states, numbers, in French."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from commun.domain.dates import PARIS, en_francais, en_lettres, lendemain, periode
from commun.domain.textes import accorder, normaliser, prenom_usuel, sans_ordre
from commun.schemas import telephones
from commun.traces.changements import VIDES, en_clair
from gateway.web.mots import LIBELLES
from gateway.web.typographie import INSECABLE

_JOUR = re.compile(r"\d{4}-\d\d-\d\d")
_MOT = re.compile(r"[\w'/-]+")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def jour(valeur: str | date | None) -> str:
    """Returns a day in full: « 15 janvier 2026 »."""
    return en_lettres(_date(valeur)) if valeur else ""


def jour_court(valeur: str | date | None) -> str:
    """Returns a day as tables show it: « 15/01/2026 »."""
    return en_francais(_date(valeur)) if valeur else ""


def lendemain_de(valeur: str) -> str:
    """Returns the day after one, as the API says days."""
    return lendemain(_date(valeur)).isoformat()


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


def a_prolonger(habilitation: Mapping[str, Any]) -> str:
    """Returns what follows the situation of its titre, for one that its end of life has ended: suspending what has
    expired is how it lasts longer, which its button does not say."""
    suite = " : pour prolonger l’habilitation, suspendez-la, puis réactivez-la"
    return suite if habilitation["prolongeable"] else ""


def jusqu_a_son_titre(agrement: Mapping[str, Any]) -> str:
    """Returns what follows the end of an agrément whose titre lasts less, or, once that end is near, whose prolongation
    it covers (AGR-03)."""
    fin = agrement["fin_effective"]
    if fin > agrement["date_fin"] and (agrement["finit_bientot"] or agrement["couvre_la_prolongation"]):
        return f" (couvre la prolongation du titre, jusqu’au {jour_court(fin)})"
    return f" (abrégé par son titre au {jour_court(fin)})" if fin < agrement["date_fin"] else ""


def instant(valeur: str | datetime | None, zone: str = PARIS) -> str:
    """Returns an instant, in the time of this zone: « 15/01/2026 à 14:05 »."""
    return f"{_lu(valeur).astimezone(ZoneInfo(zone)):%d/%m/%Y à %H:%M}" if valeur else ""


def machine_instant(valeur: str | datetime) -> str:
    """Returns an instant as HTML has machines read it: to the second, for it allows three digits of one, not six."""
    return _lu(valeur).isoformat(timespec="seconds")


def _lu(instant: str | datetime) -> datetime:
    return datetime.fromisoformat(instant) if isinstance(instant, str) else instant


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
    usage = jure["nom_usage"]
    return f"{jure['prenom']} {jure['nom']}{f' ({usage})' if usage else ''}"


def nom_de_l_agrement(agrement: Mapping[str, Any]) -> str:
    """Returns how pages name an agrément: « Agrément 2026-75-0001, Maçon »."""
    return f"Agrément {agrement['numero']}, {agrement['certification']}"


def nom_de_la_demande(demande: Mapping[str, Any]) -> str:
    """Returns how pages name a demande VAE: « Léa Petit, Maçon »."""
    return f"{nom_du_candidat(demande['candidat'])}, {demande['titre_intitule'] or demande['titre_code']}"


def membres_du_jury(jures: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Returns the names of each juré, by all that a formateur who is he may be told by (`noms_des_formateurs`)."""
    membres: dict[str, str] = {}
    for j in jures:
        noms = {f"{prenom_usuel(j['prenom'])} {nom}" for nom in (j["nom"], j["nom_usage"]) if nom}
        siens = {j["jure_id"], j["canonique_id"], *map(sans_ordre, noms)}
        membres |= dict.fromkeys(siens, nom_du_jure(j))
    return membres


def noms_des_formateurs(formateurs: Sequence[str], membres: Mapping[str, str]) -> str:
    """Returns who trained a candidate, named or told by an id, and who of them is of the jury (JRY-03)."""
    lus = (membres.get(qui.lower()) or membres.get(sans_ordre(qui)) for qui in formateurs)
    dits = (f"{lui} (membre du jury)" if lui else qui for qui, lui in zip(formateurs, lus, strict=True))
    return ", ".join(dits) or "—"


def nombre_d_acquis(acquis: dict[str, list[Any]]) -> str:
    """Returns how much a candidate has acquired: « 1 titre, 2 CCP », « Aucun »."""
    titres, ccps, ccs = (len(acquis[nom]) for nom in ("titres", "ccps", "ccs"))
    if not titres + ccps + ccs:
        return "Aucun"
    return accorder(f"{titres} titre(s), {ccps} CCP{f', {ccs} CCS' if ccs else ''}")


def pour_cent(part: int, tout: int) -> str:
    """Returns a share of what is not nothing, whole: « 0 % » of none alone, « 100 % » of all alone."""
    arrondi = round(100 * part / tout)
    return f"{arrondi if part in (0, tout) else min(max(arrondi, 1), 99)} %"


def par_nom(candidats: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns candidates in the order of their names, as the attendance sheet and the PV print them."""
    return sorted(candidats, key=lambda c: normaliser(f"{c['nom_naissance']} {c['prenoms']}"))


def jury_par_nom(jures: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns jurés in the order of their names, as pages write these."""
    return sorted(jures, key=lambda j: normaliser(f"{j['nom']} {j['prenom']}"))


def en_suite(phrase: str) -> str:
    """Returns a sentence as it follows a colon: without its capital, unless it begins with an acronym."""
    return phrase if phrase[1:2].isupper() else phrase[:1].lower() + phrase[1:]


def deja_dit(accepte: str, message: str) -> bool:
    """Returns whether a message holds each word of what is accepted, which then tells nothing more."""
    return set(_MOT.findall(accepte)) <= set(_MOT.findall(message))


def en_bref(phrase: str, signes: int) -> str:
    """Returns a sentence within so many signs: of those that it lists, the first, how many others, and the last, after
    which it goes on."""
    if len(phrase) <= signes:
        return phrase
    *noms, fin = phrase.split(", ")
    reste = signes - len(fin) - len(f", puis {len(noms)} autres, ")
    tailles = accumulate(len(nom) + len(", ") for nom in noms)
    dits = noms[: sum(taille - len(", ") <= reste for taille in tailles)]
    autres = accorder(f"{len(noms) - len(dits)} autre(s)")
    return f"{', '.join(dits)}, puis {autres}, {fin}" if dits else f"{phrase[: signes - 1]}…"


def valeur(lue: Any) -> str:
    """Returns any value of a trace or of a rule's facts as one reads it."""
    match lue:
        case None | "" | []:
            return "non renseigné"
        case bool():
            return "oui" if lue else "non"
        case str() if _JOUR.fullmatch(lue):
            return jour_court(lue)
        case str() if telephones.est_stocke(lue):
            return telephone(lue)
        case str():
            return LIBELLES.get(lue, lue)
        case list():
            return ", ".join(valeur(v) for v in lue)
        case {"code_postal": _} | {"pays_code": _}:
            return en_clair(lue)
        case dict():  # and not {} above: as a pattern, it is any dict
            dites = ((nom, valeur(v)) for nom, v in lue.items() if v not in VIDES and not est_un_id(v))
            # a CCP is named by its code; fields, which no capital begins, go without their names
            return ", ".join(f"{nom} : {dit}" if nom[:1].isupper() else dit for nom, dit in dites) or "non renseigné"
        case _:
            return str(lue)


def est_un_id(lue: Any) -> bool:
    """Returns whether a value is an id, which tells nothing to who reads it."""
    return isinstance(lue, str) and _ID.fullmatch(lue) is not None


def choix_de(certifications: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Returns titres, CCPs or CCSs as a select offers them: « Installer un réseau (CCP-1) »."""
    return [(c["code"], f"{c['intitule']} ({c['code']})") for c in certifications]


def possibles(objet: Mapping[str, Any]) -> set[str]:
    """Returns the acts that an object says may be done to it now, by who reads it."""
    return {a["action"] for a in objet.get("actions", ())}


def adresses_actes(base: str, actions: Iterable[str]) -> dict[str, str]:
    """Returns the address of each act of an object, « /habilitations/…/suspendre », with the query of `base`."""
    chemin, signe, requete = base.partition("?")
    return {action: f"{chemin}/{action}{signe}{requete}" for action in actions}


def ancre(nom: str) -> str:
    """Returns a field's name as an id of the page."""
    return "champ-" + re.sub(r"[^A-Za-z0-9]+", "-", nom).strip("-")


def _date(valeur: str | date) -> date:
    return date.fromisoformat(valeur[:10]) if isinstance(valeur, str) else valeur
