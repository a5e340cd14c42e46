"""P10: a trace that was flipped, deleted, swapped or cut is found by `verifier`, every time."""

import random
from collections import Counter
from collections.abc import Callable

import psycopg
import sqlalchemy as sa

from tests.outils.traces import ruptures
from tests.pannes.banc import Banc
from tests.parcours.monde import Monde

Chaine = tuple[str, str, int]
"""An object's type and id, and how many traces it has."""

_ALTERATIONS = {
    "phrase": "phrase || '.'",
    "action": "action || 'x'",
    "motif": "coalesce(motif, '') || 'x'",
    "code": "coalesce(code, '') || 'x'",
    "requete": "requete || 'x'",
    "instant": "instant + interval '1 second'",
    "acteur": 'acteur || \'{"identifiant": "autre"}\'',
    "apres": "coalesce(apres, '{}') || '{\"faux\": 1}'",
}
_ICI = "objet_type = %(type)s AND objet_id = %(id)s"


def _alterer(chaine: Chaine) -> str:
    colonne = random.choice(list(_ALTERATIONS))
    return f"UPDATE traces SET {colonne} = {_ALTERATIONS[colonne]} WHERE {_ICI} AND rang = {_rang(chaine)}"


def _supprimer(chaine: Chaine) -> str:
    return f"DELETE FROM traces WHERE {_ICI} AND rang = {_rang(chaine)}"


def _tronquer(chaine: Chaine) -> str:
    return f"DELETE FROM traces WHERE {_ICI} AND rang >= {_rang(chaine)}"


def _echanger(chaine: Chaine) -> str:
    a, b = random.sample(range(1, chaine[2] + 1), 2)
    return (
        f"UPDATE traces SET rang = -rang WHERE {_ICI} AND rang IN ({a}, {b}); UPDATE traces SET rang = CASE rang "
        + (f"WHEN -{a} THEN {b} ELSE {a} END WHERE {_ICI} AND rang < 0")
    )


def _rang(chaine: Chaine) -> int:
    return random.randint(1, chaine[2])


ATTEINTES: dict[str, Callable[[Chaine], str]] = {
    "modifiée": _alterer,
    "supprimée": _supprimer,
    "chaîne coupée": _tronquer,
    "échangées": _echanger,
}


def test_toute_atteinte_au_registre_est_vue(
    banc: Banc, monde: Monde, longue: bool, dire: Callable[..., None], noter: Callable[[str, str], None]
) -> None:
    for _ in range(3):
        monde.confirmer_suspension(monde.jure_habilite())
    url = banc.bases["jures"].url_proprietaire
    moteur = sa.create_engine(url.replace("postgresql", "postgresql+psycopg", 1))
    vues: Counter[str] = Counter()
    with moteur.connect() as db:
        assert ruptures(db) == []
        chaines = [
            tuple(c) for c in db.execute(sa.text("SELECT objet_type, objet_id, count(*) FROM traces GROUP BY 1, 2"))
        ]
        db.rollback()
        for tour in range(1000 if longue else 24):
            quoi = list(ATTEINTES)[tour % len(ATTEINTES)]
            chaine = random.choice([c for c in chaines if c[2] > 1 or quoi != "échangées"])
            valeurs = {"type": chaine[0], "id": chaine[1]}
            brut: psycopg.Connection[tuple[object, ...]] = db.connection.driver_connection  # type: ignore[assignment]
            brut.execute("ALTER TABLE traces DISABLE TRIGGER USER")
            for ordre in ATTEINTES[quoi](chaine).split("; "):
                assert brut.execute(ordre.encode(), valeurs).rowcount > 0
            assert chaine[:2] in {tuple(rupture)[:2] for rupture in ruptures(db)}, (quoi, chaine)
            db.rollback()
            vues[quoi] += 1
            dire(f"P10 : {tour + 1} atteintes")
    noter("P10", ", ".join(f"{n} {quoi}" for quoi, n in vues.items()) + " : toutes trouvées par `verifier`")
