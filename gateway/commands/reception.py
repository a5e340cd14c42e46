"""What the référentiel tells of centres: who acts there, or is invited to, reads their name and place of today."""

from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.storage.replica import Copie
from gateway.storage import etablissements
from gateway.storage.tables import etablissements as table

SUIVI = "suivre_etablissement"


def recevoir_etablissement(acte: Acte, corps: Json) -> None:
    """A centre was created, renamed or moved: invitations first, so that one being accepted is seen as a profil.

    The copy may be ahead of them: a profil given has brought it there (`role_voulu`), and told nobody else.
    """
    etablissements.suivre(acte.db, corps)
    la = etablissements.place(acte.db, corps["id"])
    _tracer(acte, "invitation", etablissements.deplacer_invitations(acte.db, corps["id"], la), la)
    _tracer(acte, "compte", etablissements.deplacer_profils(acte.db, corps["id"], la), la)


def reconstruire_repliques(acte: Acte) -> Etapes[Json]:
    """Refills the copy from the référentiel: what was missed meanwhile is set right."""
    copie = Copie(table, garder=True)
    recus = yield from reconstruire(acte, "referentiel_gardes", "etablissements", recevoir_etablissement, copie)
    return {"etablissements": recus}


def _tracer(acte: Acte, objet: str, avant: dict[str, Json], la: Json) -> None:
    phrase = f"Le profil « {la['libelle']} » suit son établissement, qui a changé de nom ou de lieu."
    dites = {i: {"phrase": phrase, "avant": dits, "apres": dits | la} for i, dits in avant.items()}
    acte.tracer_ensemble(objet, SUIVI, dites)
