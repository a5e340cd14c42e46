"""What time takes away: who accounts were, once closed or without a profil for long, invitations, and searches kept too
long; what was done under accounts stays."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.actes.conservation import NOM, PRENOM, echeances, encore_nommee, noter_anonymisees, ranger_noyau
from commun.actes.steps import UN_MOMENT, Etapes
from commun.actes.unit_of_work import Acte
from commun.storage.tables import traces
from gateway.commands.reception import SUIVI
from gateway.storage import changements, filtres
from gateway.storage.tables import comptes, invitations, profils

_LOT = 100


def ranger(acte: Acte) -> Etapes[None]:
    """Anonymises the accounts that have long let nobody in, removes searches and invitations kept long enough: a lot at
    a time, for a delay that the mission shortens has those of years due at once."""
    ranger_noyau(acte)
    bornes = yield from echeances(acte)
    filtres.remove_anciens(acte.db, bornes["conservation_candidat"])
    while fermes := a_anonymiser(acte.db, bornes["conservation_compte"]):
        anonymiser(acte, fermes)
        yield UN_MOMENT
    while oublier_invitations(acte, bornes["conservation_invitation"]):
        yield UN_MOMENT


def a_anonymiser(db: sa.Connection, avant: date | None) -> list[str]:
    """Returns, locked, a lot of the accounts that are closed, or have lost their last profil, and that nobody touched
    since this day: that is the last act on them. Who has left his service is most often taken his profil, and not
    closed.

    A centre that is renamed touches nobody. One who is being opened again, or given a profil, is left.
    """
    if avant is None:
        return []
    touche = sa.exists().where(
        traces.c.objet_type == "compte",
        traces.c.objet_id == sa.cast(comptes.c.id, sa.Text),
        traces.c.instant >= avant,
        traces.c.action != SUIVI,
    )
    sans_profil = ~sa.exists().where(profils.c.compte_id == comptes.c.id)
    fermes = sa.select(comptes.c.id).where(~comptes.c.actif | sans_profil, encore_nommee(comptes.c.id), ~touche)
    tenus = db.scalars(fermes.limit(_LOT).with_for_update(skip_locked=True)).all()
    return list(db.scalars(fermes.where(comptes.c.id.in_(tenus))))  # a profil given meanwhile is of another table


def anonymiser(acte: Acte, ids: Iterable[str]) -> None:
    """Takes away who these accounts were; none can be opened again."""
    for compte_id in ids:
        personne = {"identifiant": f"anonyme-{compte_id}", "nom": f"{PRENOM} {NOM}", "courriel": ""}
        acces: dict[str, Any] = {
            "mot_de_passe": None,
            "sujet": None,
            "preferences": [],
            "recherche": "",
            "actif": False,
        }
        acte.db.execute(comptes.update().where(comptes.c.id == compte_id).values(personne | acces))
        filtres.remove_filtres(acte.db, compte_id)
        changements.retirer(acte.db, compte_id)
        noter_anonymisees(acte.db, compte_id)
        acte.tracer(
            "compte", compte_id, "anonymiser", "Le compte a été anonymisé, sa durée de conservation étant passée."
        )


def oublier_invitations(acte: Acte, avant: date | None) -> bool:
    """Removes a lot of the invitations over before this day, accepted or not; their traces no longer say to whom they
    went. Returns whether there were any."""
    if avant is None:
        return False
    finie = sa.func.coalesce(invitations.c.acceptee_le, invitations.c.expire_le) < avant
    finies = acte.db.scalars(
        sa.select(invitations.c.id).where(finie).limit(_LOT).with_for_update(skip_locked=True)
    ).all()
    for invitation_id in finies:
        acte.db.execute(invitations.delete().where(invitations.c.id == invitation_id))
        noter_anonymisees(acte.db, invitation_id)
        phrase = "L'invitation a été effacée, sa durée de conservation étant passée."
        acte.tracer("invitation", invitation_id, "effacer", phrase)
    return bool(finies)
