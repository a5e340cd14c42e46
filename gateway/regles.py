"""What accounts hold to. Pure."""

from dataclasses import dataclass
from typing import Any

from commun.domain.json import Json
from commun.domain.rules import Ecart, Effet, ecart, regle


@dataclass(frozen=True)
class Faits:
    """What these rules may know of an act on an account."""

    identifiant: str = ""
    soi_meme: bool = False
    d_ailleurs: bool = False
    a_deja_le_profil: bool = False
    attend_deja: bool = False
    acceptee: bool = False
    actif: bool = True
    adresse_prise: bool = False
    identite_de: str = ""
    """The identifiant of another account, open, that is bound to this identity of ProConnect."""
    deja_reliee: bool = False
    """Whether the account is bound to another identity."""
    par_mot_de_passe: bool = True
    sans_administrateur: tuple[str, ...] = ()
    """The places that this act leaves without an administrator."""

    @classmethod
    def du(cls, compte: Json, **reste: Any) -> "Faits":
        """Returns what they know of an act on an account that exists."""
        return cls(identifiant=compte["identifiant"], actif=compte["actif"], **reste)


@regle("CPT-01", "Vous ne pouvez ni désactiver votre compte ni retirer le profil avec lequel vous agissez.", source="D")
def un_autre_que_soi(f: Faits) -> Ecart | None:
    """Un administrateur ne désactive pas son propre compte et ne retire pas son profil courant."""
    return ecart() if f.soi_meme else None


@regle(
    "CPT-01",
    "Vous ne pouvez pas retirer l'administration au profil avec lequel vous agissez : nommez un autre administrateur, "
    "qui le fera.",
    source="D",
)
def administrer_encore(f: Faits) -> Ecart | None:
    """Un administrateur ne cesse pas de lui-même d'administrer avec son profil courant : un autre s'en charge."""
    return ecart() if f.soi_meme else None


@regle(
    "CPT-02",
    "Le compte {identifiant} a aussi des profils hors de votre périmètre : retirez-lui plutôt ceux du vôtre.",
    source="D",
)
def tout_entier_dans_le_perimetre(f: Faits) -> Ecart | None:
    """Un compte n'est désactivé ou réactivé que par qui administre tous ses profils."""
    return ecart(identifiant=f.identifiant) if f.d_ailleurs else None


@regle("CPT-03", "Le compte {identifiant} a déjà ce profil.", source="D")
def un_profil_une_fois(f: Faits) -> Ecart | None:
    """Un compte n'a pas deux fois le même profil."""
    return ecart(identifiant=f.identifiant) if f.a_deja_le_profil else None


@regle("CPT-04", "Une invitation à ce profil attend déjà à cette adresse : renvoyez-la plutôt.", source="D")
def une_invitation_a_la_fois(f: Faits) -> Ecart | None:
    """Une adresse n'a qu'une invitation en cours pour un profil."""
    return ecart() if f.attend_deja else None


@regle("CPT-05", "Cette invitation a déjà été acceptée.", source="D")
def pas_encore_acceptee(f: Faits) -> Ecart | None:
    """Une invitation acceptée ne se renvoie ni ne se retire : c'est le profil qui se retire, sur le compte."""
    return ecart() if f.acceptee else None


@regle("CPT-06", "Le compte {identifiant} est désactivé : adressez-vous à votre administrateur.", source="D")
def compte_actif(f: Faits) -> Ecart | None:
    """Un compte désactivé ne reçoit ni profil, ni mot de passe, ni adresse."""
    return None if f.actif else ecart(identifiant=f.identifiant)


@regle("CPT-07", "Cette adresse est déjà celle d'un autre compte.", source="D")
def une_adresse_un_compte(f: Faits) -> Ecart | None:
    """Un compte ne prend pas l'adresse d'un autre : une adresse mène à un seul compte."""
    return ecart() if f.adresse_prise else None


@regle(
    "CPT-08",
    "Plus personne n'administrera {lieux} : seule la mission nationale pourra y nommer un administrateur, y inviter un "
    "collègue ou y désactiver un compte.",
    source="D",
    effet=Effet.CONFIRME,
)
def un_administrateur_reste(f: Faits) -> Ecart | None:
    """Désactiver le seul administrateur d'un centre ou d'un service, lui retirer son profil ou l'administration, le dit
    d'abord."""
    return ecart(lieux=list(f.sans_administrateur)) if f.sans_administrateur else None


@regle(
    "CPT-09",
    "Cette identité ProConnect est celle du compte {identifiant} : connectez-vous avec ProConnect pour l'ouvrir.",
    source="D",
)
def une_identite_un_compte(f: Faits) -> Ecart | None:
    """Une identité ProConnect n'ouvre qu'un compte."""
    return ecart(identifiant=f.identite_de) if f.identite_de else None


@regle(
    "CPT-10",
    "Votre compte est déjà relié à une autre identité ProConnect : dans « Mon compte », mettez-y fin d'abord.",
    source="D",
)
def un_compte_une_identite(f: Faits) -> Ecart | None:
    """Un compte n'est relié qu'à une identité ProConnect à la fois."""
    return ecart() if f.deja_reliee else None


@regle(
    "CPT-11",
    "Aucun mot de passe n'ouvre votre compte : l'administrateur de votre service demande à l'exploitation de CERES le "
    "lien qui le relie à une autre identité ProConnect.",
    source="D",
)
def un_mot_de_passe_ouvre(f: Faits) -> Ecart | None:
    """Le titulaire relie son compte à ProConnect, ou y met fin, avec le mot de passe qui l'ouvre aussi."""
    return None if f.par_mot_de_passe else ecart()
