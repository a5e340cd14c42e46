"""The mails that call somebody to a session: convocation, annulation, reminder (CNV-03, CNV-04)."""

import base64
from dataclasses import dataclass
from datetime import date
from typing import Any

from commun.domain.dates import JOURS, en_francais
from commun.domain.textes import de, enumerer
from services.notifications.courrier import gabarits
from services.notifications.courrier.composition import Lettre, Piece
from services.notifications.domain.envois import Genre


def lettre_de_seance(genre: Genre, faits: dict[str, Any]) -> Lettre:
    """Returns the mail of a letter as `sessions` tells of it."""
    paroles = _PAROLES[genre](faits)
    vues = {
        "intitule": paroles.objet,
        "salutation": f"{_accord(faits, 'Monsieur', 'Madame', 'Madame, Monsieur')} {faits['nom']},",
        "alerte": paroles.alerte,
        "phrase": paroles.phrase,
        "faits": _details(faits),
        "suite": paroles.suite,
        "de_qui": de(faits["centre"]),
    }
    return Lettre(
        paroles.objet,
        gabarits.texte("convocation", objet=paroles.objet, **vues),
        gabarits.html("convocation", objet=paroles.objet, **vues),
        _pieces(genre, faits),
        {"Reply-To": faits["reponse"]} if faits["reponse"] else {},
    )


@dataclass(frozen=True)
class _Paroles:
    """The words of a letter. `alerte`: what must not be missed; `suite`: what to do."""

    objet: str
    phrase: str
    suite: str
    alerte: str | None = None


_VENEZ = "Présentez-vous avec votre convocation, jointe à ce message, et une pièce d’identité."


def _convocation(faits: dict[str, Any]) -> _Paroles:
    convoque = _accord(faits, "Vous êtes convoqué", "Vous êtes convoquée", "Nous vous convoquons")
    phrase = f"{convoque} {_qualite(faits)} à la session d’examen ci-dessous."
    precedente = faits["annule_et_remplace"]
    if not precedente:
        return _Paroles(f"Convocation : {_quoi(faits)}", phrase, _VENEZ)
    alerte = f"Cette convocation annule et remplace celle du {_jour(precedente)}.{_ce_qui_differe(faits)}"
    return _Paroles(f"Nouvelle convocation : {_quoi(faits)}", phrase, _VENEZ, alerte)


_DITS = {"date": "la date", "heure": "l’heure", "lieu": "le lieu", "epreuves": "les épreuves"}


def _ce_qui_differe(faits: dict[str, Any]) -> str:
    if not faits["differe"]:
        return " La date, l’heure, le lieu et les épreuves restent les mêmes."
    return f" Vérifiez ce qui a changé : {enumerer([_DITS[quoi] for quoi in faits['differe']])}."


def _rappel(faits: dict[str, Any]) -> _Paroles:
    quoi = _accord(faits, "que vous êtes convoqué", "que vous êtes convoquée", "votre convocation")
    phrase = f"Nous vous rappelons {quoi} à la session d’examen ci-dessous."
    return _Paroles(f"Rappel : {_quoi(faits)}", phrase, _VENEZ)


def _annulation(faits: dict[str, Any]) -> _Paroles:
    fait = _accord(faits, "n’êtes plus attendu", "n’êtes plus attendue", "n’avez plus à vous présenter")
    alerte = f"Votre convocation est annulée : vous {fait}."
    suite = (
        f"Conservez ce message. Il ne vaut que pour la session n° {faits['session_numero']} : une convocation à une "
        "autre session tient toujours."
    )
    phrase = "Votre convocation à cette session ne tient plus."
    if not faits["session_annulee"]:
        suite = f"{suite} Si une nouvelle convocation à celle-ci vous est adressée, elle seule compte."
    else:
        phrase = "La session d’examen ci-dessous est annulée : personne n’y est plus convoqué."
        sans_resultats = "Les résultats qu’elle a pu donner ne valent plus."
        if faits["finie"]:  # nobody is on his way, and some came
            alerte, phrase = "La session d’examen ci-dessous est annulée.", sans_resultats
        elif faits["commencee"]:
            phrase = f"{phrase} {sans_resultats}"
        if faits["commencee"] and faits["type"] != "jure":
            phrase = f"{phrase} Adressez-vous au centre pour connaître la suite."
    return _Paroles(f"Annulation : {_quoi(faits)}", phrase, suite, alerte)


_PAROLES = {Genre.CONVOCATION: _convocation, Genre.RAPPEL: _rappel, Genre.ANNULATION: _annulation}


def _quoi(faits: dict[str, Any]) -> str:
    """Returns what a subject is about: of two sessions on one day, one may be annulled and the other not."""
    quoi = "jury" if faits["type"] == "jure" else "examen"
    return f"{quoi} du {_jour(faits['date'])}, session {faits['session_numero']}"


def _qualite(faits: dict[str, Any]) -> str:
    if faits["type"] == "jure":
        return "en qualité de membre du jury"
    return _accord(faits, "en qualité de candidat", "en qualité de candidate", "pour vos épreuves")


def _accord(faits: dict[str, Any], masculin: str, feminin: str, inconnu: str) -> str:
    """Returns the words for this civilité; `inconnu` agrees with nobody."""
    return {"M": masculin, "MME": feminin}.get(faits["civilite"], inconnu)


def _jour(iso: str) -> str:
    return en_francais(date.fromisoformat(iso))


def _jour_de_semaine(iso: str) -> str:
    """Returns « lundi 01/03/2027 »."""
    return f"{JOURS[date.fromisoformat(iso).weekday()]} {_jour(iso)}"


def _heure(iso: str) -> str:
    """Returns « 9 h 30 », « 9 h », as the convocation prints it."""
    heures, minutes = iso.split(":")[:2]
    return f"{int(heures)} h {minutes}".removesuffix(" 00")


def _details(faits: dict[str, Any]) -> list[tuple[str, str]]:
    debut, fin = _jour_de_semaine(faits["date"]), _jour_de_semaine(faits["date_fin"])
    heure = _heure(faits["heure"]) + (" (heure locale)" if faits["heure_locale"] else "")
    details = {
        "Session": f"n° {faits['session_numero']}",
        "Certification": faits["objet"],
        "Date": debut if debut == fin else f"du {debut} au {fin}",
        "Heure de convocation": heure if debut == fin else f"{heure}, le {debut}",
        "Début des épreuves": _commencement(faits),
        "Lieu": gabarits.sans_lien(faits["lieu"]),
        "Centre": gabarits.sans_lien(faits["centre"]),
        "Contact": faits["contact"],
    }
    return [(nom, valeur) for nom, valeur in details.items() if valeur]


def _commencement(faits: dict[str, Any]) -> str:
    """Returns when the exams begin, as the letter says it too, where somebody is expected at another hour."""
    debut = faits["heure_debut"]
    if debut in (None, faits["heure"]):
        return ""
    premier_jour = "" if faits["date"] == faits["date_fin"] else ", le premier jour"
    return f"{_heure(debut)}{faits['pour_qui_commence']}{premier_jour}"


def _pieces(genre: Genre, faits: dict[str, Any]) -> tuple[Piece, ...]:
    methode = "CANCEL" if genre is Genre.ANNULATION else "PUBLISH"
    nom = f"convocation-{faits['session_numero']}"
    agenda = Piece(f"{nom}.ics", "text/calendar", faits["ics"].encode(), {"method": methode, "charset": "utf-8"})
    if genre is Genre.ANNULATION:
        return (agenda,)
    return Piece(f"{nom}.pdf", "application/pdf", base64.b64decode(faits["pdf"])), agenda
