"""The mail of a release, and its copy on the web (NOT-01, NOT-02, NOT-04)."""

from typing import Any

from services.notifications.courrier import gabarits
from services.notifications.courrier.composition import LIEN, Lettre
from services.notifications.courrier.gabarits import lien

LIST_ID = "Versions de CERES <versions.ceres>"
PREAMBULE = (
    "Dans un but d’amélioration constante, la mission des politiques de certifications professionnelles (MPCP) et la "
    "mission ingénierie des systèmes d’information (MISI) ont planifié la mise en production régulière de versions "
    "correctives pour CERES."
)
INTRODUCTION = (
    "Nous avons le plaisir de vous annoncer que la nouvelle version {numero} de CERES est en production.\n"
    "Vous pouvez désormais utiliser CERES.\n"
    "Cette version intègre les évolutions et correctifs listés ci-dessous :"
)
TRANSFERT = (
    "Important : nous vous remercions de transférer ce mail à tous les agents qui ne sont pas encore destinataires de "
    "ce message."
)


def lettre_version(contenu: dict[str, Any]) -> Lettre:
    """Returns the mail of a release, the unsubscription link left open for each recipient."""
    faits = _faits(contenu) | {"lien_desabonnement": LIEN, "lien_web": lien(f"/versions/{contenu['numero']}/publique")}
    objet = f"CERES : la version {contenu['numero']} est en production"
    apercu = f"Évolutions apportées par la v{contenu['numero']}"
    return Lettre(
        objet,
        gabarits.texte("version", **faits),
        gabarits.html("version", objet=objet, apercu=apercu, **faits),
        entetes={
            "List-Id": LIST_ID,
            "List-Unsubscribe": f"<{LIEN}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Precedence": "bulk",
        },
    )


def page_version(contenu: dict[str, Any], *, projet: bool = False) -> str:
    """Returns the public web copy: nothing in it is anybody's. `projet`: announced to nobody yet, which it says."""
    faits = _faits(contenu) | {"lien_desabonnement": None, "lien_web": None, "projet": projet}
    return gabarits.html("version", objet=f"CERES : version {contenu['numero']}", **faits)


def _faits(contenu: dict[str, Any]) -> dict[str, Any]:
    introduction = contenu.get("introduction") or INTRODUCTION.format(numero=contenu["numero"])
    return {
        "numero": contenu["numero"],
        "preambule": contenu.get("preambule") or PREAMBULE,
        "introduction": introduction.splitlines(),
        "modules": contenu["modules"],
        "previsions": contenu.get("previsions"),
        "transfert": contenu.get("transfert") or TRANSFERT,
        "lien_inscription": lien("/abonnements"),
        "projet": False,
    }
