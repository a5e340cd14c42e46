"""The mails that call somebody to a session: convocation, annulation, reminder (CNV-03, CNV-04)."""

import base64
from datetime import date
from typing import Any

from commun.dates import en_francais
from services.notifications.courrier import gabarits
from services.notifications.courrier.composition import Lettre, Piece
from services.notifications.domain.envois import Genre


def lettre_de_seance(genre: Genre, faits: dict[str, Any]) -> Lettre:
    """Returns the mail of a letter as `sessions` tells of it."""
    jure = faits["type"] == "jure"
    session = f"la session d'examen n° {faits['session_numero']}"
    objet, phrase, suite, alerte = _paroles(genre, jure, session, faits)
    vues = {
        "intitule": objet,
        "salutation": f"{'Madame' if faits['civilite'] == 'MME' else 'Monsieur'} {faits['nom']},",
        "alerte": alerte,
        "phrase": phrase,
        "faits": _details(faits),
        "suite": suite,
        "centre": faits["centre"],
    }
    return Lettre(
        objet,
        gabarits.texte("convocation", objet=objet, **vues),
        gabarits.html("convocation", objet=objet, **vues),
        _pieces(genre, faits),
    )


def _paroles(genre: Genre, jure: bool, session: str, faits: dict[str, Any]) -> tuple[str, str, str | None, str | None]:
    """Returns the subject, the sentence, what to do, and what must not be missed."""
    du = en_francais(date.fromisoformat(faits["date"]))
    quoi = "jury" if jure else "examen"
    if genre is Genre.ANNULATION:
        alerte = "Votre convocation est annulée : vous n'êtes plus attendu(e)."
        suite = "Conservez ce message. Si une nouvelle convocation vous est adressée, elle seule compte."
        return f"Annulation : {quoi} du {du}", f"La convocation ci-dessous à {session} ne tient plus.", suite, alerte
    suite = "Présentez-vous avec votre convocation, jointe à ce message, et une pièce d'identité."
    if genre is Genre.RAPPEL:
        return f"Rappel : {quoi} du {du}", f"Nous vous rappelons que vous êtes convoqué(e) à {session}.", suite, None
    role = "en qualité de membre du jury" if jure else "en qualité de candidat"
    remplace = None
    if precedente := faits["annule_et_remplace"]:
        remplace = f"Cette convocation annule et remplace celle du {en_francais(date.fromisoformat(precedente))}."
    return f"Convocation : {quoi} du {du}", f"Vous êtes convoqué(e) {role} à {session}.", suite, remplace


def _details(faits: dict[str, Any]) -> list[tuple[str, str]]:
    debut, fin = (en_francais(date.fromisoformat(faits[nom])) for nom in ("date", "date_fin"))
    details = {
        "Certification": faits["objet"],
        "Date": debut if debut == fin else f"du {debut} au {fin}",
        "Heure de convocation": faits["heure"].replace(":", " h ").removesuffix(" 00"),
        "Lieu": faits["lieu"],
        "Centre": faits["centre"],
    }
    return [(nom, valeur) for nom, valeur in details.items() if valeur]


def _pieces(genre: Genre, faits: dict[str, Any]) -> tuple[Piece, ...]:
    methode = "CANCEL" if genre is Genre.ANNULATION else "PUBLISH"
    nom = f"convocation-{faits['session_numero']}"
    agenda = Piece(f"{nom}.ics", "text/calendar", faits["ics"].encode(), {"method": methode, "charset": "utf-8"})
    if genre is Genre.ANNULATION:
        return (agenda,)
    return Piece(f"{nom}.pdf", "application/pdf", base64.b64decode(faits["pdf"])), agenda
