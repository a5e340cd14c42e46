"""Sessions with their jury and their candidates."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from commun.domain.dates import JourA, fuseau
from commun.domain.errors import Introuvable
from commun.domain.textes import normaliser, prenom_usuel
from commun.storage.ensemble import Ligne
from commun.storage.requetes import changement, ecrire, objet, parmi
from services.sessions.documents.modele import Personne
from services.sessions.domain.model import (
    Cadre,
    Convocations,
    Etat,
    Habilitation,
    Horaires,
    InscriptionCandidat,
    InscriptionJure,
    MotifProlongation,
    Parcours,
    Session,
    Site,
    TypeSession,
    etat_le,
)
from services.sessions.storage import avance, imprimes
from services.sessions.storage.inscrits import lignes_inscrites
from services.sessions.storage.memoire import DE_LA_SESSION, SESSION, Avance, Lecture, oublier, par_cle, retenir
from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures, numeros, sessions

_LUES = sa.select(sessions).where(parmi(sessions.c.id)).order_by(sessions.c.id)


_CLES = ((inscriptions_jures, "jure_id"), (inscriptions_candidats, "candidat_id"))
_PARMI = [
    (cle, sa.select(table).where(table.c.session_id == sa.bindparam("session"), parmi(table.c[cle])))
    for table, cle in _CLES
]


def _par_id(lignes: Iterable[Ligne]) -> dict[str, Ligne]:
    return {ligne["id"]: ligne for ligne in lignes}


_LECTURE = Lecture(SESSION, _LUES, _par_id)
_VERROU = Lecture(SESSION, _LUES.with_for_update(key_share=True), _par_id)
DE_L_ETAT = (
    sessions.c.etat,
    sessions.c.date_debut,
    sessions.c.date_fin,
    sessions.c.convocations_en_vigueur,
    sessions.c.departement,
)
"""What `etat_lu` reads of a session."""


def etat_lu(ligne: Ligne, jour_a: JourA) -> Etat:
    """Returns the state that a session read has on the day of its site."""
    return etat_le(
        Etat(ligne["etat"]),
        ligne["date_debut"],
        ligne["date_fin"],
        convoquee=ligne["convocations_en_vigueur"],
        jour=jour_a(fuseau(ligne["departement"])),
    )


@dataclass(frozen=True)
class Inscrit:
    """Somebody in a session, as letters name them. `heure`: at which this one is called (CNV-02)."""

    personne: Personne
    courriel: str | None = None
    heure: time | None = None

    @property
    def nom(self) -> str:
        """The name as a sentence says it: « Léa Petit »."""
        return nom_de(self.personne)


class Nomme(NamedTuple):
    """Somebody in a session, as a list names them: a page of sessions makes three hundred, and shows no address.
    `code_postal` says whose he is, where he has one."""

    nom: str
    prenoms: str
    nom_usage: str
    numero: str
    heure: time | None
    code_postal: str


def nom_de(personne: Personne | Nomme) -> str:
    """Returns a name as a sentence says it."""
    return f"{prenom_usuel(personne.prenoms)} {personne.nom_usage or personne.nom}"


def nouveau_numero(db: sa.Connection, debut: date, departement: str) -> str:
    """Returns the number of a new session: « 2027-75-000123 »."""
    return f"{debut.year}-{departement}-{db.scalar(sa.select(numeros.next_value())):06}"


def get_session(db: sa.Connection, session_id: str, *, verrou: bool = False, d_avance: Avance | None = None) -> Session:
    """Returns a session. See `get_sessions`.

    Raises:
        Introuvable: there is none.
    """
    trouvees = get_sessions(db, [session_id], verrou=verrou, d_avance=d_avance)
    if session_id not in trouvees:
        raise Introuvable()
    return trouvees[session_id]


def get_sessions(
    db: sa.Connection, ids: Iterable[str], *, verrou: bool = False, d_avance: Avance | None = None
) -> dict[str, Session]:
    """Returns sessions by id, locked in the order of their ids where asked.

    Args:
        d_avance: what the caller will read of them next, if it is more than their people. A lock is for an act.

    The lock is `FOR NO KEY UPDATE`: a stronger one would also stop whoever only names the session in another row, such
    as the places of its candidates, and two registrations of one candidate would then wait for each other.
    """
    voulus = list(ids)
    lignes = _lignes(db, voulus, verrou=verrou)
    if (suite := d_avance or (avance.POUR_AGIR if verrou else None)) and lignes:
        avance.lire(db, suite, lignes.values())
    jures = get_jurys(db, voulus)
    candidats: dict[str, list[InscriptionCandidat]] = defaultdict(list)
    for c in lignes_inscrites(db, inscriptions_candidats, voulus):
        candidats[c["session_id"]].append(_candidat(c))
    return {
        id_: replace(_session(ligne), jures=jures[id_], candidats=tuple(candidats[id_]))
        for id_, ligne in lignes.items()
    }


def get_jurys(db: sa.Connection, ids: Iterable[str]) -> dict[str, tuple[InscriptionJure, ...]]:
    """Returns the jury of each of these sessions: of a session read alone, for who looks at none of its candidates."""
    jures: dict[str, list[InscriptionJure]] = {id_: [] for id_ in ids}
    for j in lignes_inscrites(db, inscriptions_jures, jures):
        nom, habilitation = nom_de(_nomme(j)), _habilitation(j["habilitation"])
        jures[j["session_id"]].append(InscriptionJure(j["jure_id"], nom, habilitation, j["actif"], j["canonique_id"]))
    return {id_: tuple(siens) for id_, siens in jures.items()}


def get_session_seule(db: sa.Connection, session_id: str) -> Session:
    """Returns a session without its people, for who only asks whose it is.

    Raises:
        Introuvable: there is none.
    """
    if seule := get_sessions_seules(db, [session_id]).get(session_id):
        return seule
    raise Introuvable()


def get_sessions_seules(db: sa.Connection, ids: Iterable[str], *, verrou: bool = False) -> dict[str, Session]:
    """Returns sessions by id without their people, for who looks at none of them; locked as `get_sessions` does."""
    return {id_: _session(ligne) for id_, ligne in _lignes(db, ids, verrou=verrou).items()}


def _lignes(db: sa.Connection, ids: Iterable[str], *, verrou: bool) -> dict[str, Ligne]:
    if verrou:
        oublier(db, *DE_LA_SESSION)  # what was read before the lock may change while it is waited for
    return par_cle(db, _VERROU if verrou else _LECTURE, ids)


def save_session(db: sa.Connection, session: Session, complements: str) -> None:
    """Writes a session, in a new version. Its jury and candidates are rows of their own.

    Args:
        complements: what a search finds it by, beside its number and its head.
    """
    c, h, convocations = session.cadre, session.horaires, session.convocations
    valeurs = {
        "id": session.id,
        "numero": session.numero,
        "type": c.type.value,
        "titre_code": c.titre_code,
        "ccp_codes": sorted(c.ccp_codes),
        "ccs_code": c.ccs_code,
        "entretien_final": c.entretien_final,
        "etablissement_id": c.etablissement_id,
        "site_id": c.site.id,
        "site_libelle": c.site.libelle,
        "departement": c.site.departement,
        "region": c.site.region,
        "date_debut": c.date_debut,
        "date_fin": c.date_fin,
        "heure_debut": h.heure_debut,
        "heure_convocation": h.heure_convocation,
        "responsable": h.responsable,
        "etat": session.etat.value,
        "soumise_le": session.soumise_le,
        "convocations_version": convocations.version if convocations else None,
        "convocations_editees_le": convocations.editees_le if convocations else None,
        "convocations_en_vigueur": session.convocations_en_vigueur,
        "pv_vise_le": session.pv_vise_le,
        "motif": session.motif,
        "carence": session.carence,
        "recherche": _recherche(session.numero, h.responsable, complements),
    }
    ecrite = db.execute(_ecriture(tuple(valeurs)), valeurs).mappings().one()
    retenir(db, SESSION, {session.id: ecrite})


def autrement_retrouvees(db: sa.Connection, complements: Mapping[str, str]) -> list[str]:
    """Returns which of these sessions a search finds by other names than these.

    Args:
        complements: by session, as `save_session` takes it.
    """
    lignes = _lignes(db, complements, verrou=False).items()
    return [id_ for id_, s in lignes if s["recherche"] != _recherche(s["numero"], s["responsable"], complements[id_])]


def rechercher(db: sa.Connection, liste: Iterable[Session], complements: Mapping[str, str]) -> None:
    """Writes what a search finds sessions by, where names that they do not hold have changed. The caller has their
    locks; their versions stay: nothing that they show of their own has.

    Args:
        complements: by session, as `save_session` takes it.
    """
    lignes = ({"id": s.id, "recherche": _recherche(s.numero, s.horaires.responsable, complements[s.id])} for s in liste)
    ecrire(db, changement(sessions, ("id",), ("recherche",)), lignes)
    oublier(db, SESSION)


def _recherche(numero: str, responsable: str | None, complements: str) -> str:
    return normaliser(f"{numero} {responsable or ''} {complements}")


@cache
def _ecriture(noms: tuple[str, ...]) -> sa.Executable:
    """Returns the statement that writes a session. Its keys are left out of what an update sets: one that names them
    takes the lock that stops whoever names the session in another row.
    """
    neuve = insert(sessions)
    suite: dict[str, Any] = {nom: neuve.excluded[nom] for nom in noms if nom not in ("id", "numero")}
    suite |= {"version": sessions.c.version + 1}
    return neuve.on_conflict_do_update(index_elements=["id"], set_=suite).returning(sessions)


def inscrits(db: sa.Connection, session_id: str) -> dict[str, Inscrit]:
    """Returns everybody in a session, by juré or candidate."""
    return {qui: _inscrit(ligne) for (_, qui), ligne in _de_chacun(db, [session_id])}


def inscrits_parmi(db: sa.Connection, session_id: str, personnes: Iterable[str]) -> dict[str, Inscrit]:
    """Returns those of these jurés and candidates who are in a session: a page of it shows a few of its thousands."""
    voulus = {"session": session_id, "ids": list(personnes)}
    return {ligne[cle]: _inscrit(ligne) for cle, lus in _PARMI for ligne in db.execute(lus, voulus).mappings()}


def nommes(db: sa.Connection, ids: Iterable[str]) -> dict[tuple[str, str], Nomme]:
    """Returns how everybody in these sessions is named, by (session, juré or candidate)."""
    return {qui: _nomme(ligne) for qui, ligne in _de_chacun(db, ids)}


def _de_chacun(db: sa.Connection, ids: Iterable[str]) -> Iterator[tuple[tuple[str, str], Ligne]]:
    voulus = list(ids)
    for table, cle in _CLES:
        for ligne in lignes_inscrites(db, table, voulus):
            yield (ligne["session_id"], ligne[cle]), ligne


def _inscrit(ligne: Ligne) -> Inscrit:
    return Inscrit(imprimes.personne(ligne["personne"]), ligne["courriel"], ligne["heure"])


def _nomme(ligne: Ligne) -> Nomme:
    qui = ligne["personne"]
    code_postal = (qui.get("adresse") or {}).get("code_postal", "")
    usage, numero = qui.get("nom_usage", ""), qui.get("numero", "")
    return Nomme(qui["nom"], qui["prenoms"], usage, numero, ligne["heure"], code_postal)


def _session(ligne: Any) -> Session:
    site = Site(
        ligne["site_id"],
        ligne["site_libelle"],
        ligne["departement"],
        ligne["region"],
        fuseau(ligne["departement"]),
    )
    return objet(
        Session,
        ligne,
        cadre=objet(Cadre, ligne, type=TypeSession(ligne["type"]), ccp_codes=frozenset(ligne["ccp_codes"]), site=site),
        horaires=Horaires(ligne["heure_debut"], ligne["heure_convocation"], ligne["responsable"]),
        etat=Etat(ligne["etat"]),
        jures=(),
        candidats=(),
        convocations=_convocations(ligne),
    )


def _convocations(ligne: Any) -> Convocations | None:
    if (version := ligne["convocations_version"]) is None:
        return None
    return Convocations(version, ligne["convocations_editees_le"], ligne["convocations_en_vigueur"])


def _candidat(ligne: Any) -> InscriptionCandidat:
    motif = ligne["motif_prolongation"]
    return InscriptionCandidat(
        candidat_id=ligne["candidat_id"],
        nom=nom_de(_nomme(ligne)),
        parcours=Parcours(ligne["parcours"]),
        inscrit_le=ligne["inscrit_le"],
        demande_vae_id=ligne["demande_vae_id"],
        motif_prolongation=MotifProlongation(motif) if motif else None,
        formateurs=tuple(ligne["formateurs"]),
        absence_excusee=ligne["absence_excusee"],
        canonique_id=ligne["canonique_id"],
        anonyme=ligne["personne"].get("date_naissance", "") is None,
    )


def _habilitation(j: dict[str, Any] | None) -> Habilitation | None:
    if j is None:
        return None
    return Habilitation(
        id=j["id"],
        titre_code=j["titre_code"],
        ccp_codes=frozenset(j["ccp_codes"]),
        ccs_code=j["ccs_code"],
        date_debut=date.fromisoformat(j["date_debut"]),
        date_fin=date.fromisoformat(j["date_fin"]),
        autres=frozenset(j.get("autres", ())),
    )
