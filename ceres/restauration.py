"""A base brought back to an instant, among others that went on (ADR 49): what it must outrun, what others missed.

Each of these may be done again, and while CERES works; the operator has every base (`DATABASE_URL_<SERVICE>`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from commun.bus.broker import RETOURS, Envoi, Ligne
from commun.storage.db import moteur, sans_limite
from commun.storage.replica import tranche
from commun.storage.requetes import parmi
from commun.storage.tables import inbox, outbox

SAUT = 1_000_000
"""What is added to versions: more acts than any object will ever see, so that nobody has heard of a later one."""

NUMEROS = 100_000
"""The numbers of sessions and candidates that are left out: those given since may be on paper."""

_LOT = 500

_VERSIONNEES = sa.text(
    "SELECT c.relname FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid "
    "JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.adrelid, d.adnum) "
    "WHERE c.relnamespace = 'public'::regnamespace AND a.attname = 'version' "
    "AND pg_get_expr(d.adbin, d.adrelid) = '1' ORDER BY 1"
)
"""The tables whose rows count their own acts from 1; a copy's version is its source's, and has no default."""
_SUITES = sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")


def depasser(service: str) -> tuple[int, int]:
    """Takes the versions and the numbers of a base past all that it gave between the instant and its loss.

    Copies then follow it again, instead of waiting for a version that they have already; a form opened before the loss
    is out of date (412), instead of being taken for another act's; no number is given twice.

    Returns:
        How many rows, and how many numbers were left out.
    """
    with moteur(service).begin() as db:
        sans_limite(db)
        lignes = 0
        for nom in db.scalars(_VERSIONNEES).all():
            table = sa.table(nom, sa.column("version", sa.Integer))
            lignes += db.execute(table.update().values(version=table.c.version + SAUT)).rowcount
        suites = db.scalars(_SUITES).all()
        for suite in suites:  # its role may take numbers, not set them
            pris = sa.select(sa.func.nextval(sa.literal_column(f"'{suite}'::regclass")).label("n"))
            pris = pris.select_from(sa.func.generate_series(1, NUMEROS))
            db.scalar(sa.select(sa.func.count(pris.subquery().c.n)))
    return lignes, len(suites) * NUMEROS


class Manque(NamedTuple):
    """An event that left, and that one of its listeners has not handled."""

    ecouteur: str
    evenement: str
    numero: str
    cree_le: datetime
    envoi: Envoi


def manques(services: Iterable[str], depuis: datetime, ecouteurs: Iterable[tuple[str, str]]) -> Iterator[Manque]:
    """Yields what these services' listeners have not handled of what was published since an instant.

    Either the base of the listener was restored to before it handled it, or it was in a queue that was emptied. It may
    also be under way, or among the dead: a listener handles it once, however often it comes.

    Args:
        services: whose listeners; events are looked for in every base that publishes to them.
        ecouteurs: (queue, event), all of them (`commun.bus.topology.ecouteurs`).
    """
    voulus = set(services)
    files: dict[str, list[str]] = {}
    for file, evenement in ecouteurs:
        if file.split(".")[0] in voulus:
            files.setdefault(evenement, []).append(file)
    for source in sorted({evenement.split(".")[0] for evenement in files}):
        siens = [evenement for evenement in files if evenement.startswith(f"{source}.")]
        for lot in _publies(source, siens, depuis):
            attendus = [(ligne, file) for ligne in lot for file in files[ligne["evenement"]]]
            recus = _recus((ligne["id"], file) for ligne, file in attendus)
            yield from (_manque(ligne, file) for ligne, file in attendus if (ligne["id"], file) not in recus)


def rejouer(manquants: Sequence[Manque], ligne: Ligne) -> list[bool]:
    """Puts events back in the queues of their listeners; returns whether each was taken there."""
    return ligne.publier_ensemble([manquant.envoi for manquant in manquants])


def _publies(source: str, evenements: list[str], depuis: datetime) -> Iterator[Sequence[Any]]:
    apres: str | None = None
    requete = sa.select(outbox.c.id, outbox.c.evenement, outbox.c.corps, outbox.c.en_tetes, outbox.c.cree_le)
    requete = requete.where(outbox.c.publie_le.is_not(None), outbox.c.cree_le >= depuis, parmi(outbox.c.evenement, "e"))
    while True:
        with moteur(source).connect() as db:
            lot = db.execute(tranche(requete, outbox.c.id, apres, _LOT), {"e": evenements}).mappings().all()
        if not lot:
            return
        yield lot
        apres = lot[-1]["id"]


def _recus(attendus: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Returns those of these (number, queue) that the queue's service has handled."""
    par_service: dict[str, set[str]] = {}
    for numero, file in attendus:
        par_service.setdefault(file.split(".")[0], set()).add(numero)
    recus: set[tuple[str, str]] = set()
    requete = sa.select(inbox.c.message_id, inbox.c.ecouteur).where(parmi(inbox.c.message_id))
    for service, numeros in par_service.items():
        with moteur(service).connect() as db:
            recus |= {(r.message_id, r.ecouteur) for r in db.execute(requete, {"ids": sorted(numeros)})}
    return recus


def _manque(ligne: Mapping[str, Any], file: str) -> Manque:
    numero = {"message_id": ligne["id"]}
    envoi = Envoi(ligne["corps"], RETOURS.name, file, dict(ligne["en_tetes"]), mandatory=True, proprietes=numero)
    return Manque(file, ligne["evenement"], ligne["id"], ligne["cree_le"], envoi)
