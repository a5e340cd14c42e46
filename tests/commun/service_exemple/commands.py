"""What the example does."""

import os
from collections import Counter
from typing import Any

import sqlalchemy as sa

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Invalide
from commun.storage.db import nouvel_id
from tests.commun.service_exemple.storage import compteurs, effets, occupations, personnes

_echecs: Counter[str] = Counter()


def noter(acte: Acte, cle: str) -> None:
    """Writes an effect that a test counts."""
    ligne = {"id": nouvel_id(), "cle": cle, "requete": acte.appel.requete, "jour": acte.jour(), "pid": os.getpid()}
    acte.db.execute(effets.insert().values(ligne))


def dormir(acte: Acte, secondes: float) -> int:
    """Lets the database sleep."""
    acte.db.execute(sa.select(sa.func.pg_sleep(secondes)))
    return os.getpid()


def ajouter(acte: Acte, compteur_id: str, corps: dict[str, Any]) -> dict[str, Any]:
    """Adds to a counter, made at the first addition; `pause`: seconds spent under its lock."""
    ligne = acte.db.execute(sa.select(compteurs).where(compteurs.c.id == compteur_id).with_for_update()).first()
    if ligne:
        acte.exiger_version(ligne.version)
    if corps.get("refuser"):
        raise Invalide()
    acte.db.execute(sa.select(sa.func.pg_sleep(corps.get("pause", 0))))
    valeur, version = (ligne.valeur, ligne.version) if ligne else (0, 0)
    nouveau = {"id": compteur_id, "valeur": valeur + corps.get("n", 1), "version": version + 1}
    if ligne:
        acte.db.execute(compteurs.update().where(compteurs.c.id == compteur_id).values(nouveau))
    else:
        acte.db.execute(compteurs.insert().values(nouveau))
    acte.tracer("compteur", compteur_id, "ajouter", "Le compteur a changé.", apres={"valeur": nouveau["valeur"]})
    return nouveau


def publier(acte: Acte, corps: dict[str, Any]) -> None:
    """Publishes an event of any name."""
    acte.publier(corps["evenement"], **corps["corps"])


def recevoir(acte: Acte, corps: dict[str, Any]) -> None:
    """Handles an event: its effect first, then whatever went wrong."""
    noter(acte, corps["cle"])
    acte.db.execute(sa.select(sa.func.pg_sleep(corps.get("pause", 0))))
    if corps.get("echouer_fois", 0) > _echecs[corps["cle"]]:
        _echecs[corps["cle"]] += 1
        raise OSError("Pas encore.")
    if corps.get("echouer"):
        raise ValueError(f"Madame {corps['nom']} n'a pas pu être enregistrée.")


def echouer(acte: Acte, corps: dict[str, Any]) -> None:
    """Fails as a fault of ours would, with somebody's name in the exception."""
    if corps.get("en_base"):
        acte.db.execute(personnes.insert().values([{"nom": corps["nom"]}, {"nom": corps["nom"]}]))
    raise KeyError(f"{corps['nom']} : SELECT * FROM personnes")


def illisible(acte: Acte) -> dict[str, Any]:
    """Returns what JSON cannot carry."""
    return {"objet": object()}


def enorme(acte: Acte) -> dict[str, Any]:
    """Returns more than the bus takes."""
    return {"octets": "x" * 17_000_000}


def prendre(acte: Acte, objet_id: str, autre_id: str, gardes: str) -> Etapes[bool]:
    """Takes an object, unless the other one is taken: whoever takes the other asks the same of this one."""
    acte.reserver("prendre", objet_id)
    if (yield Question(gardes, "occupe", objet_id=autre_id)):
        return False
    acte.db.execute(occupations.insert().values(objet_id=objet_id))
    return True


def occupe(acte: Acte, objet_id: str) -> bool:
    """Whether an object is taken, or is being taken."""
    pris = acte.db.scalar(sa.select(occupations.c.objet_id).where(occupations.c.objet_id == objet_id))
    return pris is not None or bool(acte.intentions_sur(objet_id, "prendre"))


def prendre_lentement(acte: Acte, objet_id: str, gardes: str, secondes: float) -> Etapes[bool]:
    """Takes an object after a long question."""
    acte.reserver("prendre", objet_id)
    yield Question(gardes, "dormir", secondes=secondes)
    acte.db.execute(occupations.insert().values(objet_id=objet_id))
    return True
