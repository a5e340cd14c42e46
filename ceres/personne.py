"""Everything that CERES holds of one person, from every service's database: what she may ask for (RGPD, article 15).

`ceres personne exporter` writes it. The operator runs it, who has the databases (`DATABASE_URL_<SERVICE>`): no account
may read across all perimeters. Found by the person's id, wherever it stands, so that a table added tomorrow is not
forgotten; by those of the files merged into hers too, under which sessions, letters and traces go on naming her; what
agents are told of what is hers, an habilitation, a demande, by its own. Of
sealed traces, what is sealed under her key is read: those that she signed, or that name her among others,
tell of others too, and the file goes out of here (RGPD, article 15, 4).
"""

from collections.abc import Callable, Collection, Iterator, Set
from contextlib import suppress
from typing import Any

import orjson
import sqlalchemy as sa

from commun.domain.errors import Introuvable
from commun.storage.db import Identifiant, identifiant, moteur, sans_limite
from commun.traces.nominatif import AUTRUI, ouvrir_pour
from services.sessions.storage.sessions import nom_de, nommes
from services.sessions.storage.tables import alertes

_TECHNIQUES = frozenset({"outbox", "inbox", "cles_idempotence", "intentions", "cles_de_personnes", "jetons"})
_SECRETS = frozenset({"mot_de_passe", "empreinte", "precedente", "recherche", "rapprochement", "cles_proches"})
_DES_AUTRES = frozenset({"lignes", "jures_presents", "candidats", "invite_par", "formateurs"})
"""Columns of a row about several people, or that say who acted, or trained him, in one about somebody else."""
_FUSIONS = {"candidats": "canonique_id", "jures": "absorbe_par"}
"""By service, whose table has its name, the column that says into whom somebody was merged."""
_SIENS = {"candidats": ("demandes_vae", "candidat_id"), "jures": ("habilitations", "jure_id")}
"""By service, the table of what is somebody's and is told of by its own id (`objet_id`), and the column of whose."""

Lignes = dict[str, list[dict[str, Any]]]


def exporter_personne(
    personne_id: str, services: Collection[str], un_de_plus: Callable[[], Any] = lambda: None
) -> dict[str, Lignes]:
    """Returns, by service and table, every row that is about a person, whose id, or that of a file merged with hers,
    this is.

    Args:
        un_de_plus: called as each service has been read.

    Raises:
        Introuvable: this is no id.
    """
    identites, trouvees = _identites(identifiant(personne_id), services), {}
    siens = _siens(identites, services)
    for service in services:
        if lignes := _du_service(service, identites, siens):
            trouvees[service] = lignes
        un_de_plus()
    return trouvees


def _identites(personne_id: str, services: Collection[str]) -> frozenset[str]:
    """Returns the ids of all the files of a person, by what these services know."""
    siennes = {personne_id}
    for service in _FUSIONS.keys() & set(services):
        fiches = sa.table(service, sa.column("id", Identifiant), sa.column(_FUSIONS[service], Identifiant))
        vivante = sa.func.coalesce(fiches.c[_FUSIONS[service]], fiches.c.id)
        la_sienne = sa.select(vivante).where(fiches.c.id == personne_id).scalar_subquery()
        with moteur(service).connect() as db:
            siennes |= set(db.scalars(sa.select(fiches.c.id).where(vivante == la_sienne)))
    return frozenset(siennes)


def _siens(identites: Set[str], services: Collection[str]) -> frozenset[str]:
    """Returns the ids of what is hers, by what these services know."""
    siens: set[str] = set()
    for service in _SIENS.keys() & set(services):
        nom, de_qui = _SIENS[service]
        table = sa.table(nom, sa.column("id", Identifiant), sa.column(de_qui, Identifiant))
        with moteur(service).connect() as db:
            siens |= set(db.scalars(sa.select(table.c.id).where(table.c[de_qui].in_(identites))))
    return frozenset(siens)


def en_page(donnees: dict[str, Lignes]) -> str:
    """Returns the same for a person to read."""
    parties = ["# Ce que CERES sait de vous\n"]
    for service, tables in donnees.items():
        parties.append(f"## {service}\n")
        for table, lignes in tables.items():
            parties.append(f"### {table.replace('_', ' ')}\n")
            for ligne in lignes:
                connus = (
                    f"- {nom.replace('_', ' ')} : {_en_texte(v)}" for nom, v in ligne.items() if v not in (None, "")
                )
                parties.append("\n".join(connus) + "\n")
    return "\n".join(parties)


def _en_texte(valeur: Any) -> str:
    return valeur if isinstance(valeur, str) else orjson.dumps(valeur).decode()


def _du_service(service: str, identites: Set[str], siens: Set[str]) -> Lignes:
    """Each table is read in a transaction of its own: minutes of all, which read every row, kept PostgreSQL from
    cleaning what everybody changed meanwhile."""
    trouvees: Lignes = {}
    with moteur(service).begin() as db:
        noms = db.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
    for nom in (n for n in noms if n not in _TECHNIQUES):
        with moteur(service).begin() as db:
            sans_limite(db)
            ligne_entiere: sa.ColumnElement[Any] = sa.literal_column(f'"{nom}"')
            en_json, texte = sa.func.to_jsonb(ligne_entiere), sa.cast(ligne_entiere, sa.Text)
            des_siens = en_json.op("->>", return_type=sa.Text())("objet_id").in_(siens)
            la_nomment = sa.or_(*(texte.contains(i) for i in identites))
            les_nomment = sa.or_(*(texte.contains(i) for i in siens), sa.false())  # JSON of a row costs twice its text
            requete = sa.select(en_json).select_from(sa.table(nom)).where(la_nomment | (les_nomment & des_siens))
            lignes = [_siennes(identites, _sans(ligne)) for ligne in db.scalars(requete)]
            if gardees := [ouvrir_pour(db, identites, ligne) for ligne in lignes if _la_dit(identites | siens, ligne)]:
                trouvees[nom] = gardees
    if service == "sessions":
        with moteur(service).begin() as db:
            sans_limite(db)
            if dites := [*_alertes(db, identites, trouvees)]:
                trouvees["alertes"] = dites
    return trouvees


def _alertes(db: sa.Connection, identites: Set[str], trouvees: Lignes) -> Iterator[dict[str, Any]]:
    """Yields the alerts that name her, of the sessions where she is: by her name, for they hold no id. Those in force
    name nobody but who is registered; the others of these are not told.
    """
    ses_sessions = {
        ligne["session_id"]
        for nom in ("inscriptions_candidats", "inscriptions_jures")
        for ligne in trouvees.get(nom, ())
    }
    noms: dict[str, dict[bool, set[str]]] = {cle: {True: set(), False: set()} for cle in ses_sessions}
    for (session_id, qui), nomme in nommes(db, ses_sessions).items():
        noms[session_id][qui in identites].add(nom_de(nomme))
    en_force = sa.select(alertes).where(alertes.c.session_id.in_(ses_sessions), alertes.c.levee_a.is_(None))
    for ligne in db.execute(en_force.order_by(alertes.c.depuis)).mappings():
        siens, autres = noms[ligne["session_id"]][True], noms[ligne["session_id"]][False]
        if any(nom in ligne["message"] for nom in siens):
            sienne = {str(nom): valeur for nom, valeur in ligne.items()}  # a name of SQLAlchemy's own is no key of JSON
            yield sienne | {"message": _sans_eux(ligne["message"], autres - siens)}


def _sans_eux(phrase: str, noms: Set[str]) -> str:
    for nom in sorted(noms, key=len, reverse=True):  # « Léa Petit » is in « Léa Petit-Roux »
        phrase = phrase.replace(nom, AUTRUI)
    return phrase


def _la_dit(identites: Set[str], ligne: Any) -> bool:
    texte = str(ligne)
    return any(identite in texte for identite in identites)


def _sans(ligne: dict[str, Any]) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in ligne.items() if nom not in _SECRETS | _DES_AUTRES}


def _siennes(identites: Set[str], valeur: Any) -> Any:
    """Returns a value without what it holds of others by their ids, such as their results."""
    match valeur:
        case dict():
            siens = {nom: v for nom, v in valeur.items() if nom in identites or not _est_un_id(nom)}
            return {nom: _siennes(identites, v) for nom, v in siens.items()}
        case list():
            return [_siennes(identites, v) for v in valeur]
        case _:
            return valeur


def _est_un_id(nom: str) -> bool:
    with suppress(Introuvable):
        return bool(identifiant(nom))
    return False
