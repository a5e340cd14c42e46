"""What CERES refuses, and how: one exception a kind of answer of the HTTP contract. Pure.

Every refusal crosses RPC as the dict of `en_clair()` and nothing else: a code, a French sentence, and data that
explains it. Neither SQL nor a traceback ever leaves a service.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from commun.domain.rules import Manquement


@dataclass
class Refus(Exception):
    """A refusal that its reader understands. `detail` is one French sentence."""

    detail: str
    statut: ClassVar[int] = 500
    code: ClassVar[str] = "ERREUR"

    def en_clair(self) -> dict[str, Any]:
        """Returns the refusal as JSON-ready data: `{statut, code, detail, …}`."""
        return {"statut": self.statut, "code": self.code, "detail": self.detail}

    def __str__(self) -> str:
        return f"{self.code} : {self.detail}"


@dataclass
class NonAuthentifie(Refus):
    """401: nobody is known behind this request."""

    detail: str = "Identifiez-vous pour accéder à CERES."
    statut = 401
    code = "NON_AUTHENTIFIE"


@dataclass
class Droit(Refus):
    """403: the profil may never do this, whatever the object."""

    detail: str = "Votre profil ne permet pas cette action."
    statut = 403
    code = "DROIT"


@dataclass
class Introuvable(Refus):
    """404: absent, or outside the profil's perimeter; the answer is the same."""

    detail: str = "Cet élément n'existe pas ou n'est pas dans votre périmètre."
    statut = 404
    code = "INTROUVABLE"


@dataclass
class Anonymisee(Introuvable):
    """404: nothing is done any more on a person who was anonymised (ADR 15)."""

    detail: str = (
        "Cette personne a été anonymisée, sa durée de conservation étant passée : sa fiche ne peut plus servir."
    )


@dataclass
class VersionPerimee(Refus):
    """412: the caller saw an older version than the one stored."""

    detail: str = "Cet élément a été modifié entre-temps : rechargez-le avant de recommencer."
    statut = 412
    code = "VERSION"


@dataclass
class Invalide(Refus):
    """422: the form itself is wrong. `erreurs` maps each field to its French messages."""

    detail: str = "Certaines informations sont manquantes ou incorrectes."
    erreurs: dict[str, Any] | None = None
    statut = 422
    code = "INVALIDE"

    @classmethod
    def au_champ(cls, champ: str, phrase: str) -> "Invalide":
        """Returns the refusal of one field, « _schema » for the whole form, whose sentence says it all."""
        return cls(phrase, {champ: [phrase]})

    def en_clair(self) -> dict[str, Any]:
        return super().en_clair() | {"erreurs": self.erreurs or {}}


def _contexte(manquements: tuple[Manquement, ...]) -> dict[str, Any]:
    """Returns the facts of all these manquements; of two that bear one name, those of the first."""
    return {nom: valeur for m in reversed(manquements) for nom, valeur in m.contexte.items()}


@dataclass
class ReglesEnfreintes(Refus):
    """409: rules refuse. `manquements` holds all of them; the first gives the code and the sentence."""

    manquements: tuple[Manquement, ...] = ()
    statut = 409

    @classmethod
    def de(cls, manquements: tuple[Manquement, ...]) -> "ReglesEnfreintes":
        """Returns the refusal that these broken rules make."""
        return cls(manquements[0].message, manquements)

    def en_clair(self) -> dict[str, Any]:
        return {
            "statut": self.statut,
            "code": self.manquements[0].code,
            "detail": self.detail,
            "manquements": [m.en_clair() for m in self.manquements],
            "contexte": _contexte(self.manquements),
        }


@dataclass
class ConfirmationRequise(Refus):
    """409: nothing was changed; the same act with these codes in `confirmer` goes through."""

    avertissements: tuple[Manquement, ...] = ()
    statut = 409
    code = "CONFIRMATION_REQUISE"

    @classmethod
    def de(cls, avertissements: tuple[Manquement, ...]) -> "ConfirmationRequise":
        """Returns the question that these warnings ask."""
        return cls(" ".join(m.message for m in avertissements), avertissements)

    def en_clair(self) -> dict[str, Any]:
        return super().en_clair() | {
            "avertissements": [m.en_clair() for m in self.avertissements],
            "contexte": _contexte(self.avertissements),
        }


@dataclass
class TropDeRequetes(Refus):
    """429: too many tries; `reessayer_dans` in seconds."""

    detail: str = "Trop de tentatives : patientez avant de recommencer."
    reessayer_dans: int = 60
    statut = 429
    code = "TROP_DE_REQUETES"

    def en_clair(self) -> dict[str, Any]:
        return super().en_clair() | {"reessayer_dans": self.reessayer_dans}


@dataclass
class Indisponible(Refus):
    """503: a service, its database or the broker is down. Nothing was changed, or the same key may be sent again."""

    detail: str = "Le service est momentanément indisponible. Rien n'a été perdu : réessayez dans quelques instants."
    reessayer_dans: int = 3
    statut = 503
    code = "INDISPONIBLE"

    def en_clair(self) -> dict[str, Any]:
        return super().en_clair() | {"reessayer_dans": self.reessayer_dans}


@dataclass
class HorsDePortee(Indisponible):
    """503: what was needed is away, whatever is asked of it: a base that takes nobody or no writing, a service that
    nobody runs. What was asked is not at fault, and can wait for its return.
    """


@dataclass
class BaseAbsente(HorsDePortee):
    """503: it is the base of this process, which then does nothing of what it is asked."""


@dataclass
class ErreurInterne(Refus):
    """500: a fault of ours. The reader gets a sentence and the request's id, the log gets the rest."""

    detail: str = "Une erreur inattendue s'est produite. Elle a été enregistrée ; réessayez ou signalez-la."
    statut = 500
    code = "ERREUR_INTERNE"


@dataclass
class RefusDistant(Refus):
    """A refusal said by another service, carried as it came."""

    clair: dict[str, Any] | None = None

    def en_clair(self) -> dict[str, Any]:
        return self.clair or {}


def depuis_clair(clair: dict[str, Any]) -> Refus:
    """Returns the exception to raise for a refusal that another service sent."""
    if clair["code"] == Indisponible.code:
        return Indisponible(clair["detail"], clair.get("reessayer_dans", Indisponible.reessayer_dans))
    return RefusDistant(clair["detail"], clair)


def est_introuvable(refus: Refus) -> bool:
    """Returns whether a refusal, of this process or of another service, is that a thing is not there."""
    return bool(refus.en_clair()["code"] == Introuvable.code)
