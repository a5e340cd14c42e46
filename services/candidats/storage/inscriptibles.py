"""Who asks to enter a session: all that `sessions` must know of him, in one trip."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from commun.storage.ensemble import Ensemble, groupees
from services.candidats.domain.lifecycle import DemandeVae, EtatDemande
from services.candidats.domain.model import Candidat
from services.candidats.storage.candidats import DE_LA_PORTEE, VIVANTS_CITES, candidat_de, portee_du_centre
from services.candidats.storage.tables import demandes_vae, perimetres
from services.candidats.storage.vae import demande_de

_qui = VIVANTS_CITES.subquery()
_recevable = demandes_vae.c.etat == EtatDemande.RECEVABLE.value
_LUS = Ensemble(
    candidats=VIVANTS_CITES,
    du_centre=DE_LA_PORTEE.where(perimetres.c.candidat_id.in_(sa.select(_qui.c.id))),
    demandes=sa.select(demandes_vae).where(demandes_vae.c.candidat_id.in_(sa.select(_qui.c.id)), _recevable),
)


@dataclass(frozen=True)
class Inscriptible:
    """A candidate, whether he is one of the centre's, and his demandes VAE that are recevables."""

    candidat: Candidat
    du_centre: bool
    demandes: list[DemandeVae]


def get_inscriptibles(db: sa.Connection, ids: Iterable[str], etablissement_id: str) -> dict[str, Inscriptible]:
    """Returns, by id asked, who the candidate is now, whoever asks; those unknown are left out."""
    portee = portee_du_centre(etablissement_id)
    lues = _LUS.lire(db, ids=list(ids), portee=portee)
    siens = {ligne["candidat_id"] for ligne in lues["du_centre"]}
    siennes = groupees(lues["demandes"], "candidat_id")
    return {
        ligne["cite"]: Inscriptible(
            candidat_de(ligne), ligne["id"] in siens, [demande_de(d) for d in siennes.get(ligne["id"], ())]
        )
        for ligne in lues["candidats"]
    }
