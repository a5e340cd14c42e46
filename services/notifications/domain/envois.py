"""The life of one mail to one recipient: its states, and what a server's answer makes of it (NOT-06). Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.notifications.domain.adresses import sans_adresses


class Genre(StrEnum):
    """What a mail is for."""

    RENOUVELLEMENT = "renouvellement"
    MOT_DE_PASSE = "mot_de_passe"
    PROCONNECT_RELIE = "proconnect_relie"
    ACCES_RETIRE = "acces_retire"
    COURRIEL_DEMANDE = "courriel_demande"
    COURRIEL_CHANGE = "courriel_change"
    CONFIRMATION = "confirmation"
    INVITATION = "invitation"
    ANNULATION = "annulation"
    CONVOCATION = "convocation"
    RAPPEL = "rappel"
    MESSAGE = "message"
    ESSAI = "essai"
    VERSION = "version"


PRIORITES = {genre: rang for rang, genre in enumerate(Genre)}
"""A diffusion of 20,000 mails makes no convocation wait, and who is called elsewhere has read that he was annulled."""
EVENEMENTS: dict[str, str] = {Genre.CONVOCATION: "envoi_modifie", Genre.ANNULATION: "annulation_modifiee"}
"""Of which mails the session is told what becomes, and by which event."""


class Etat(StrEnum):
    """Where a mail stands."""

    PREPARE = "prepare"
    EN_COURS = "en_cours"
    ENVOYE = "envoye"
    ECHEC_TEMPORAIRE = "echec_temporaire"
    ECHEC_DEFINITIF = "echec_definitif"
    INCONNU = "inconnu"


EN_ATTENTE = frozenset({Etat.PREPARE, Etat.EN_COURS, Etat.ECHEC_TEMPORAIRE})
EN_ECHEC = frozenset({Etat.ECHEC_DEFINITIF, Etat.INCONNU})
ACHEVES = EN_ECHEC | {Etat.ENVOYE}
ENSEMBLES = {"en_attente": EN_ATTENTE, "en_echec": EN_ECHEC}
"""The states that the progress of a diffusion counts together, by the name of their count."""

PERSEVERANCE = timedelta(hours=24)
"""How long a mail that the server puts off (4xx) is tried again."""
ATTENTE_INCONNU = timedelta(hours=1)
"""How long a mail waits that the server may have taken: time for its answer, a bounce, to come in."""
DESABONNEE = "Cette adresse s'est désabonnée."
"""Why a release does not leave any more."""
_DELAIS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240))


@dataclass(frozen=True)
class Issue:
    """What became of a try. `attente`: until the next, where there is one; `essais`: how many it makes."""

    etat: Etat
    raison: str | None = None
    attente: timedelta | None = None
    essais: int = 1


def issue(code: int, reponse: str, *, remis: bool, essais: int) -> Issue:
    """Returns what this SMTP answer makes of a mail tried `essais` times.

    Before its last byte (`remis`) a mail may be refused, not taken: one of which a server says so is tried again.
    """
    raison = sans_adresses(f"{code} {reponse}").strip()[:500]
    if remis and 200 <= code < 400:
        return Issue(Etat.ENVOYE)
    if code >= 500:
        return Issue(Etat.ECHEC_DEFINITIF, raison)
    return remis_a_plus_tard(raison, essais=essais)


def remis_a_plus_tard(raison: str, *, essais: int, absence: bool = False) -> Issue:
    """Returns the next try of a mail that could not leave now, or its end once those of a day were done: days on which
    there was no server to try, or no carrier, were none of them.

    Args:
        absence: who is asked for its letter is away (ADR 53): it waits as long, and has a try left once he is back.
    """
    attentes = [_DELAIS[min(n, len(_DELAIS) - 1)] for n in range(max(essais, 1))]
    if sum(attentes, timedelta()) > PERSEVERANCE:
        if absence:
            return Issue(Etat.ECHEC_TEMPORAIRE, raison, attentes[-1], essais=0)
        return Issue(Etat.ECHEC_DEFINITIF, f"Abandonné après 24 h d'essais. Dernière réponse : {raison}")
    return Issue(Etat.ECHEC_TEMPORAIRE, raison, attentes[-1])


def sans_nouvelles(genre: Genre, raison: str) -> Issue:
    """Returns the state of a mail whose server fell silent after the last byte.

    A convocation is better received twice than never: it waits, then goes again under the same Message-ID. A release
    never goes twice to one address (NOT-05): it waits until a person asks for it again.
    """
    return Issue(Etat.INCONNU, raison, None if genre is Genre.VERSION else ATTENTE_INCONNU)
