"""The ledger of mails, as the service writes and reads it (the carrier has its own way: `facteur/registre.py`)."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.spans import porter
from commun.storage.db import nouvel_id
from commun.storage.requetes import ajout, toutes, une
from services.notifications.domain.abonnes import EtatAbonne
from services.notifications.domain.envois import ACHEVES, DESABONNEE, PRIORITES, Etat, Genre
from services.notifications.storage.tables import abonnes, envois

OUBLIE = "oublié "
"""How begins the recipient of a mail whose address was kept long enough: its id follows."""
_PREPARES = ajout(envois, ("id", "genre", "sujet", "destinataire", "priorite", "donnees"))
_POSE = _PREPARES.on_conflict_do_nothing().returning(envois.c.sujet)


def ajouter(db: sa.Connection, genre: Genre, lignes: Iterable[dict[str, Any]]) -> set[str]:
    """Prepares mails: `{sujet, destinataire, donnees}` each. One that is there already stays as it is.

    Returns:
        The subjects of those that are new.
    """
    commun = {"genre": genre, "priorite": PRIORITES[genre]}
    valeurs = [{"id": nouvel_id(), **commun, **li, "donnees": li.get("donnees", {}) | porter()} for li in lignes]
    return set(db.scalars(_POSE, {"lignes": valeurs})) if valeurs else set()


def ajouter_diffusion(db: sa.Connection, numero: str) -> int:
    """Prepares a release's mail for every subscriber who has none yet. Returns how many."""
    choisis = sa.select(
        sa.func.gen_random_uuid(),
        sa.literal(Genre.VERSION.value),
        sa.literal(numero),
        abonnes.c.courriel,
        sa.literal(PRIORITES[Genre.VERSION]),
        sa.literal(numero),
        sa.func.jsonb_build_object("abonne_id", abonnes.c.id),
    ).where(_attend(numero))
    colonnes = ["id", "genre", "sujet", "destinataire", "priorite", "version_numero", "donnees"]
    pose = insert(envois).from_select(colonnes, choisis).on_conflict_do_nothing()
    return db.execute(pose.execution_options(preserve_rowcount=True)).rowcount


def sans_envoi(db: sa.Connection, numero: str) -> int:
    """Returns how many subscribers this release has not been prepared for."""
    return int(db.scalar(sa.select(sa.func.count()).select_from(abonnes).where(_attend(numero))) or 0)


def _attend(numero: str) -> sa.ColumnElement[bool]:
    """Returns which subscribers wait for a release; by their ids, for in time the ledger forgets their addresses."""
    deja = sa.select(envois.c.id).where(
        envois.c.version_numero == numero, envois.c.donnees["abonne_id"].astext == sa.cast(abonnes.c.id, sa.Text)
    )
    return (abonnes.c.etat == EtatAbonne.ACTIF) & ~deja.exists()


def en_suspens(arretees: sa.Select[tuple[str]]) -> sa.ColumnElement[bool]:
    """Returns which mails wait for these diffusions to be resumed."""
    attend = envois.c.etat.in_([Etat.PREPARE, Etat.ECHEC_TEMPORAIRE]) & envois.c.porteur.is_(None)
    return attend & envois.c.version_numero.in_(arretees)


def retrouver(db: sa.Connection, numero: str) -> None:
    """Gives back its address to each mail of a diffusion that waited so long that it was forgotten, where it is
    subscribed still; gives up the others."""
    oublies = en_suspens(sa.select(sa.literal(numero))) & envois.c.destinataire.startswith(OUBLIE)
    lui = sa.cast(abonnes.c.id, sa.Text) == envois.c.donnees["abonne_id"].astext
    abonne = lui & (abonnes.c.etat == EtatAbonne.ACTIF)
    suite = {"destinataire": abonnes.c.courriel, "version": envois.c.version + 1}
    db.execute(envois.update().where(oublies, abonne).values(suite))
    renoncer(db, oublies, DESABONNEE)


def redemander(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> int:
    """Makes mails leave again, as if they never had; a mail under way is left alone. Returns how many."""
    a_neuf = {
        "etat": Etat.PREPARE,
        "demande": envois.c.demande + 1,
        "essais": 0,
        "prochain_le": sa.func.now(),
        "envoye_le": None,  # given up before it leaves, it would be taken for one that came back
        "erreur": None,
        "version": envois.c.version + 1,
    }
    libres = envois.c.porteur.is_(None) & envois.c.etat.in_(ACHEVES)
    return db.execute(envois.update().where(libres, *conditions).values(a_neuf)).rowcount


def renoncer(db: sa.Connection, lesquels: sa.ColumnElement[bool], raison: str) -> list[dict[str, Any]]:
    """Gives up mails that still wait to leave; one that the server may have taken goes on saying so. Returns of each
    `{genre, sujet, erreur, version}`."""
    attend = envois.c.etat.in_([Etat.PREPARE, Etat.ECHEC_TEMPORAIRE, Etat.INCONNU]) & envois.c.porteur.is_(None)
    pourquoi = sa.case((envois.c.etat == Etat.INCONNU, envois.c.erreur), else_=raison)
    suite = {"etat": Etat.ECHEC_DEFINITIF, "erreur": pourquoi, "prochain_le": None, "version": envois.c.version + 1}
    dites = (envois.c.genre, envois.c.sujet, envois.c.erreur, envois.c.version)
    return toutes(db, envois.update().where(lesquels, attend).values(suite).returning(*dites))


def versions_pour(courriel: str) -> sa.ColumnElement[bool]:
    """Returns which mails are releases for this address."""
    return (envois.c.genre == Genre.VERSION) & (envois.c.destinataire == courriel)


def a_un_abonne() -> sa.ColumnElement[bool]:
    """Returns which mails go to an address that is still subscribed."""
    return sa.exists().where(abonnes.c.courriel == envois.c.destinataire, abonnes.c.etat == EtatAbonne.ACTIF)


_DE_LA_SESSION = sa.text("donnees ? 'session_id' AND donnees ->> 'session_id' = :session")
"""No other parameter: a partial index must recognise its own condition. The ledger of ten years was read whole, twice,
for each session whose jurés are reminded."""
_ANNULEES = sa.select(envois.c.sujet).where(envois.c.genre == Genre.ANNULATION, _DE_LA_SESSION)
_TENUES = sa.select(envois).where(
    _DE_LA_SESSION,
    envois.c.genre == Genre.CONVOCATION,
    envois.c.donnees["type"].astext == "jure",
    envois.c.sujet.not_in(_ANNULEES),
)


def convocations_tenues(db: sa.Connection, session_id: str) -> list[dict[str, Any]]:
    """Returns the jurés' convocations to a session that were not annulled."""
    return toutes(db, _TENUES, {"session": session_id})


def compter(db: sa.Connection, numeros: Iterable[str]) -> dict[str, dict[str, int]]:
    """Returns how many mails of these releases are in each state."""
    requete = (
        sa.select(envois.c.version_numero, envois.c.etat, sa.func.count())
        .where(envois.c.version_numero.in_(list(numeros)))
        .group_by(envois.c.version_numero, envois.c.etat)
    )
    comptes: dict[str, dict[str, int]] = {}
    for numero, etat, n in db.execute(requete):
        comptes.setdefault(numero, {})[etat] = n
    return comptes


def verrouiller_envoi(db: sa.Connection, envoi_id: str) -> dict[str, Any] | None:
    """Returns a mail's row, locked."""
    return une(db, sa.select(envois).where(envois.c.id == envoi_id).with_for_update())
