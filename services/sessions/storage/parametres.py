"""The dated parameters: what the installation set, then what the national mission did."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from commun import clock
from commun.storage.db import nouvel_id
from commun.storage.ensemble import Ligne
from commun.storage.requetes import attendre_son_tour
from services.sessions.domain.parametres import A_L_INSTALLATION, Parametre, Parametres, Valeur, ValeurDatee
from services.sessions.storage.memoire import PARAMETRES, Lecture, oublier, une_fois
from services.sessions.storage.tables import parametres


def _parametres(lignes: Iterable[Ligne]) -> dict[str, Parametres]:
    posees: dict[str, list[ValeurDatee]] = defaultdict(list)
    for ligne in lignes:
        posees[ligne["code"]].append(ValeurDatee(ligne["valeur"], ligne["du"], ligne["au"]))
    return {"": Parametres({code: (*A_L_INSTALLATION.valeurs[code], *posees[code]) for code in Parametre})}


LECTURE = Lecture(PARAMETRES, sa.select(parametres).order_by(parametres.c.id), _parametres, "")


def get_parametres(db: sa.Connection) -> Parametres:
    """Returns every value, in the order in which they were set."""
    return une_fois(db, LECTURE)


def ajouter_valeur(db: sa.Connection, code: Parametre, valeur: Valeur, du: date, au: date | None, par: str) -> None:
    """Sets a value; those before it stay, for the acts of their own days."""
    db.execute(
        parametres.insert().values(
            id=nouvel_id(), code=code.value, valeur=valeur, du=du, au=au, pose_a=clock.maintenant(), pose_par=par
        )
    )
    oublier(db, PARAMETRES)


def verrouiller(db: sa.Connection, code: Parametre) -> None:
    """Makes whoever else sets this parameter wait for the end of the transaction."""
    attendre_son_tour(db, f"parametre {code}")
