"""The copies of the référentiel: filled by its events, rebuilt from it, completed by asking what is not there yet."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from commun.actes.reconstruction import reconstruire
from commun.actes.steps import Etapes, Question, en_suite, si_connu
from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.referentiel import Titre
from commun.storage.replica import Copie, suivre
from services.sessions.commands.alertes import reexaminer, revoir_par_lots
from services.sessions.commands.lieux import centres_a_suivre, suivre_les_sites
from services.sessions.commands.retrouver import retrouver, retrouver_par_lots
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Cadre
from services.sessions.domain.rules.cadre import agrement_en_vigueur
from services.sessions.storage import copies
from services.sessions.storage.memoire import COPIES, oublier
from services.sessions.storage.tables import agrements, etablissements, sessions, titres

_REFERENTIEL = "referentiel_gardes"


def copier_titre(acte: Acte, corps: Json) -> Titre | None:
    """Keeps a titre. Returns what the news before it had left."""
    copies.tenir_titres(acte.db, corps["code"], pour_lire=False)
    connu = copies.titres_par_code(acte.db, [corps["code"]]).get(corps["code"])
    _copier(acte, titres, copies.ligne_titre(corps))
    return connu


def copier_etablissement(acte: Acte, corps: Json) -> bool:
    """Keeps an établissement and its sites. Returns whether it is news."""
    return _copier(acte, etablissements, copies.ligne_etablissement(corps))


def copier_agrement(acte: Acte, corps: Json) -> bool:
    """Keeps an agrément."""
    return _copier(acte, agrements, copies.ligne_agrement(corps))


def _copier(acte: Acte, table: sa.Table, ligne: Json) -> bool:
    oublier(acte.db, *COPIES)
    return suivre(acte.db, table, ligne)


def recevoir_titre(acte: Acte, corps: Json) -> Etapes[None]:
    """A titre has changed: its sessions are found by its new name, and those of its CCSs by theirs; those to come or
    being held may end out of its dates, lack a CCP that it has now, or be on a CCP or a CCS that it has no more. They
    are looked at by lots; all of them again where it is told again, as it is until all were."""
    connu, code, c = copier_titre(acte, corps), corps["code"], sessions.c
    if _version_du_titre(acte, code) != corps["version"]:
        return  # something later was heard of it
    ccs = {certificat["code"] for certificat in corps["ccs"]}
    if connu and (perdus := {certificat.code for certificat in connu.ccs} - ccs):
        retrouver(acte, c.ccs_code.in_(perdus))  # told again, it would not say which
        reexaminer(acte, c.ccs_code.in_(perdus), tenues=True)
    yield None
    siennes = (c.titre_code == code) | c.ccs_code.in_(ccs)
    yield from retrouver_par_lots(acte, siennes)
    yield from revoir_par_lots(acte, siennes)


def recevoir_etablissement(acte: Acte, corps: Json) -> Etapes[None]:
    """An établissement has changed: the sessions of its sites that moved go where these now are; all are found by its
    new name, by lots."""
    connus = copies.tenir_etablissement(acte.db, corps["id"], pour_lire=False)["sites"]
    changes = [site["id"] for site in corps["sites"] if site not in connus]
    if copier_etablissement(acte, corps) and changes:
        suivre_les_sites(acte, corps["id"], changes)
    yield None
    yield from retrouver_par_lots(acte, sessions.c.etablissement_id == corps["id"])


def recevoir_agrement(acte: Acte, corps: Json) -> None:
    """An agrément was granted, changed, suspended, restored or withdrawn: sessions to come, or being held, may lose or
    find theirs."""
    _recevoir_agrements(acte, corps["etablissement_id"], [corps])


def _recevoir_agrements(acte: Acte, etablissement_id: str, recus: Iterable[Json]) -> bool:
    """Keeps agréments of a centre, and looks at its sessions where one is news; one that is being created, which holds
    the centre's copy, is among them. Returns whether any was."""
    copies.tenir_etablissement(acte.db, etablissement_id, pour_lire=False)
    nouveaux = [copier_agrement(acte, corps) for corps in recus]
    if any(nouveaux):
        reexaminer(acte, sessions.c.etablissement_id == etablissement_id, tenues=True)
    return any(nouveaux)


def reconstruire_repliques(acte: Acte) -> Etapes[Json]:
    """Refills the copies from the référentiel, takes sessions where their sites are, has all be found by their present
    names, then looks at those to come, or being held."""
    comptes = {}
    sources: tuple[tuple[str, Callable[[Acte, Json], Any], Copie], ...] = (
        ("titres", copier_titre, Copie(titres, "code", garder=True)),
        ("etablissements", copier_etablissement, Copie(etablissements, garder=True)),
        ("agrements", copier_agrement, Copie(agrements)),
    )
    for methode, copier, copie in sources:
        comptes[methode] = yield from reconstruire(acte, _REFERENTIEL, methode, copier, copie)
    oublier(acte.db, *COPIES)
    for etablissement_id in centres_a_suivre(acte):
        yield None  # each centre in its transaction: sessions are locked by id, and by centre they are not
        copies.tenir_etablissement(acte.db, etablissement_id, pour_lire=True)  # an event of it comes before, or waits
        suivre_les_sites(acte, etablissement_id)
    yield None
    yield from retrouver_par_lots(acte)
    yield from revoir_par_lots(acte)
    return comptes


def completer(
    acte: Acte, etablissement_id: str, site_id: str, titre_code: str | None, ccs_code: str | None
) -> Etapes[None]:
    """Asks the référentiel for what the copies do not hold, so that what was just created there works at once."""
    centre = copies.etablissements_par_id(acte.db, [etablissement_id]).get(etablissement_id)
    if centre is None or copies.site_de(centre, site_id) is None:
        yield from _demander(acte, recevoir_etablissement, "etablissement", etablissement_id=etablissement_id)
        yield None  # the sessions that went with a site are left to others
    if titre_code and not copies.titres_par_code(acte.db, [titre_code]):
        yield from _demander(acte, recevoir_titre, "titre", code=titre_code)
        yield None
    if ccs_code and not acte.db.scalar(
        sa.select(titres.c.code).where(titres.c.ccs_codes.contains([ccs_code])).limit(1)
    ):
        ccs = yield from _demander(acte, None, "ccs", code=ccs_code)
        for code in (ccs or {}).get("titres", ()):
            yield from _demander(acte, recevoir_titre, "titre", code=code)  # it may be known, without this CCS
        yield None


def rattraper_titre(acte: Acte, code: str, version: int) -> Etapes[None]:
    """Asks for a titre of which others have heard a later version than the copy's."""
    connue = _version_du_titre(acte, code)
    if connue is None or connue < version:
        yield from _demander(acte, recevoir_titre, "titre", code=code)
        yield None  # the sessions that were looked at are left to others


def _version_du_titre(acte: Acte, code: str) -> int | None:
    return acte.db.scalar(sa.select(titres.c.version).where(titres.c.code == code))


def completer_agrements(acte: Acte, faits: Faits) -> Etapes[bool]:
    """Asks for the établissement's agréments where none of the copy covers the session. Returns whether it asked.

    What it learns before the events that tell of it is news for the centre's other sessions: by then it is none.
    """
    if agrement_en_vigueur.verifier(faits) is None:
        return False
    cadre: Cadre = faits.cadre
    dits = yield from _demander(acte, None, "agrements_de", etablissement_id=cadre.etablissement_id)
    connus = copies.versions_des_agrements(acte.db, cadre.etablissement_id)  # a centre may have five hundred
    recus = [corps for corps in dits or () if corps["version"] > connus.get(corps["id"], 0)]
    if _recevoir_agrements(acte, cadre.etablissement_id, recus):
        yield None  # the sessions that were looked at are left to others
    return True


def _demander(acte: Acte, copier: Callable[[Acte, Json], Any] | None, methode: str, **arguments: Any) -> Etapes[Any]:
    """Asks, and keeps the answer; what the référentiel does not know either is `None`."""
    reponse = yield from si_connu(Question(_REFERENTIEL, methode, **arguments))
    if copier and reponse is not None:
        yield from en_suite(copier(acte, reponse))
    return reponse
