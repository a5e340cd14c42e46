"""SES-09, SES-10, CNV-04: what is heavy, and said before it is done. Pure.

`regles.md` marks ⚠ some cells without naming a rule. They take the code of the act that they resemble: to constater
la carence is to cancel (SES-09), to refuse a validated session is to take its validation back (SES-10).
"""

from commun.domain.rules import Ecart, Effet, ecart, regle
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat

_CONVOQUEES = "Personnes convoquées, qu'un courriel préviendra si leur adresse est connue : {n}."
"""Who has no address is convoked too, by hand: to say that all of them will be told has nobody call him."""


@regle(
    "SES-09",
    f"Vous allez annuler la session {{numero}}. {_CONVOQUEES}",
    source="D",
    effet=Effet.CONFIRME,
)
def annulation_annoncee(f: Faits) -> Ecart | None:
    """Annuler une session dit d'abord combien de personnes sont convoquées, et que les acquis d'une session
    débloquée seront retirés ; tous ceux qui ont été convoqués en sont prévenus."""
    if f.etat is not Etat.DEBLOQUEE:
        return _annonce(f)
    return _annonce(f) | ecart(
        message=f"Vous allez annuler la session {{numero}} : les acquis qu'elle a donnés seront retirés. {_CONVOQUEES}"
    )


@regle(
    "SES-09",
    f"Vous allez constater la carence du jury de la session {{numero}}, qui sera annulée. {_CONVOQUEES}",
    source="R",
    effet=Effet.CONFIRME,
)
def carence_annoncee(f: Faits) -> Ecart | None:
    """Constater la carence du jury annule la session, et dit d'abord combien de personnes sont convoquées."""
    return _annonce(f)


@regle(
    "SES-10",
    f"La session {{numero}} est validée : la modifier la renvoie en attente de validation. {_CONVOQUEES}",
    source="D",
    effet=Effet.CONFIRME,
)
def retour_en_validation_annonce(f: Faits) -> Ecart | None:
    """Une session validée dont le cadre change retourne en validation ; ceux qui étaient convoqués en sont prévenus."""
    return _annonce(f)


@regle(
    "SES-10",
    f"La session {{numero}} est validée : la refuser la renvoie au centre. {_CONVOQUEES}",
    source="D",
    effet=Effet.CONFIRME,
)
def refus_apres_validation_annonce(f: Faits) -> Ecart | None:
    """Refuser une session déjà validée revient sur la validation ; ceux qui étaient convoqués en sont prévenus."""
    return _annonce(f)


@regle(
    "CNV-04",
    "Les convocations de la session {numero} ont été éditées le {editees_le} : une nouvelle version, qui annule et "
    f"remplace la précédente, sera envoyée à tous. {_CONVOQUEES}",
    source="D",
    effet=Effet.CONFIRME,
)
def nouvelle_version_annoncee(f: Faits) -> Ecart | None:
    """Changer l'heure ou le lieu après les convocations en fait une nouvelle version, envoyée à tous ; un changement de
    cadre, lui, les annule (SES-10)."""
    convocations = f.session.convocations
    if convocations is None or not convocations.en_vigueur or f.nouveau_cadre:
        return None
    if f.nouveaux_horaires and not f.session.horaires.a_une_autre_heure_que(f.nouveaux_horaires):
        return None
    return _annonce(f) | ecart(editees_le=convocations.editees_le)


def _annonce(f: Faits) -> Ecart:
    return ecart(numero=f.session.numero, n=f.session.personnes_convoquees)
