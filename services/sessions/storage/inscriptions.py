"""Who enters a session and who leaves it: rows of its jury and of its candidates."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from commun.domain.dates import JourA
from commun.storage.requetes import ajout, ajouter, changement, ecrire, parmi
from services.sessions.domain.model import SANS_POIDS, Habilitation, InscriptionCandidat
from services.sessions.storage.convocations import suivre_adresse
from services.sessions.storage.inscrits import lignes_inscrites
from services.sessions.storage.memoire import AILLEURS, CANDIDATS, JURES, oublier, oublier_de, retenir
from services.sessions.storage.sessions import DE_L_ETAT, Inscrit, etat_lu
from services.sessions.storage.tables import inscriptions_candidats, inscriptions_jures, sessions

_ENTRENT = ajout(
    inscriptions_candidats,
    (
        "session_id",
        "candidat_id",
        "canonique_id",
        "personne",
        "courriel",
        "parcours",
        "inscrit_le",
        "demande_vae_id",
        "motif_prolongation",
        "formateurs",
    ),
).returning(inscriptions_candidats)

_SIEGE_AILLEURS = (
    sa.select(*DE_L_ETAT)
    .join_from(inscriptions_jures, sessions)
    .where(
        parmi(inscriptions_jures.c.jure_id),
        inscriptions_jures.c.session_id != sa.bindparam("session_id"),
        sessions.c.date_debut <= sa.bindparam("fin"),
        sessions.c.date_fin >= sa.bindparam("debut"),
    )
)


def inscrire_jure(
    db: sa.Connection, session_id: str, qui: Inscrit, habilitation: Habilitation, canonique_id: str
) -> None:
    """Adds a juré to a session's jury. `canonique_id`: the one whom he is, where he was merged into another."""
    ligne = {
        "session_id": session_id,
        "jure_id": qui.personne.id,
        "canonique_id": canonique_id,
        "personne": qui.personne,
        "courriel": qui.courriel,
        "habilitation_id": habilitation.id,
        "habilitation": _en_json(habilitation),
    }
    ajouter(db, inscriptions_jures, [ligne])
    oublier(db, JURES)


def retirer_jure(db: sa.Connection, session_id: str, jure_id: str) -> None:
    """Takes a juré out of a session's jury."""
    db.execute(inscriptions_jures.delete().where(*_du(inscriptions_jures.c.jure_id, session_id, jure_id)))
    oublier(db, JURES)


def actualiser_jure(
    db: sa.Connection,
    session_id: str,
    qui: Inscrit,
    habilitation: Habilitation | None,
    canonique_id: str,
    *,
    actif: bool,
) -> None:
    """Keeps what `jures` now answers of a member; his letter follows his address. A lost habilitation leaves its id: he
    had sat on it."""
    valeurs: dict[str, Any] = {
        "canonique_id": canonique_id,
        "personne": qui.personne,
        "courriel": qui.courriel,
        "actif": actif,
    }
    if habilitation:
        valeurs |= {"habilitation_id": habilitation.id, "habilitation": _en_json(habilitation)}
    else:
        valeurs["habilitation"] = sa.null()
    _changer_jure(db, session_id, qui.personne.id, **valeurs)
    suivre_adresse(db, qui.personne.id, qui.courriel, [session_id])


def perdre_jure(db: sa.Connection, session_id: str, jure_id: str) -> None:
    """Keeps that nobody knows a member any more: he counts in no jury."""
    _changer_jure(db, session_id, jure_id, actif=False, habilitation=sa.null())


def identifier_jure(db: sa.Connection, session_id: str, jure_id: str, canonique_id: str, *, active: bool) -> None:
    """Keeps who a member is, where he was merged into another since. `active`: he counts again, if he did not."""
    _changer_jure(db, session_id, jure_id, canonique_id=canonique_id, **({"actif": True} if active else {}))


def _changer_jure(db: sa.Connection, session_id: str, jure_id: str, **valeurs: Any) -> None:
    t = inscriptions_jures
    db.execute(t.update().where(*_du(t.c.jure_id, session_id, jure_id)).values(valeurs))
    oublier(db, JURES)


def inscrire_candidats(
    db: sa.Connection,
    session_id: str,
    qui_entre: Iterable[Inscrit],
    entrants: Collection[InscriptionCandidat],
    jour: date,
) -> None:
    """Adds candidates to a session: how letters name each, his registration."""
    lignes = [
        {
            "session_id": session_id,
            "candidat_id": inscription.candidat_id,
            "canonique_id": inscription.identite,
            "personne": qui.personne,
            "courriel": qui.courriel,
            "parcours": inscription.parcours.value,
            "inscrit_le": jour,
            "demande_vae_id": inscription.demande_vae_id,
            "motif_prolongation": inscription.motif_prolongation and inscription.motif_prolongation.value,
            "formateurs": list(inscription.formateurs),
        }
        for qui, inscription in zip(qui_entre, entrants, strict=True)
    ]
    t = inscriptions_candidats
    deja = lignes_inscrites(db, t, [session_id])
    entres = db.execute(_ENTRENT, {"lignes": lignes}).mappings()
    retenir(db, CANDIDATS, {session_id: [*deja, *sorted(entres, key=itemgetter("candidat_id"))]})
    oublier_de(db, AILLEURS, {inscription.identite for inscription in entrants})


def invoquer(db: sa.Connection, session_id: str, demandes: Mapping[str, str]) -> None:
    """Keeps, by candidate, the demande VAE with which he is now in a session."""
    lignes = [{"session_id": session_id, "candidat_id": c, "demande_vae_id": d} for c, d in demandes.items()]
    if lignes:
        ecrire(db, changement(inscriptions_candidats, ("session_id", "candidat_id"), ("demande_vae_id",)), lignes)
        oublier(db, CANDIDATS)


def desinscrire_candidat(db: sa.Connection, session_id: str, candidat_id: str) -> None:
    """Takes a candidate out of a session."""
    t = inscriptions_candidats
    db.execute(t.delete().where(*_du(t.c.candidat_id, session_id, candidat_id)))
    oublier(db, CANDIDATS, AILLEURS)


def modifier_inscription(db: sa.Connection, session_id: str, inscription: InscriptionCandidat) -> None:
    """Writes why a candidate may still come, and who trained him."""
    t, motif = inscriptions_candidats, inscription.motif_prolongation
    valeurs = {"motif_prolongation": motif and motif.value, "formateurs": list(inscription.formateurs)}
    db.execute(t.update().where(*_du(t.c.candidat_id, session_id, inscription.candidat_id)).values(valeurs))
    oublier(db, CANDIDATS)


def renommer_candidat(db: sa.Connection, qui: Inscrit) -> None:
    """Keeps a candidate's present identity in every session where he is; his letters follow his address."""
    t = inscriptions_candidats
    lui = t.c.candidat_id == qui.personne.id
    db.execute(t.update().where(lui).values(personne=qui.personne, courriel=qui.courriel))
    suivre_adresse(db, qui.personne.id, qui.courriel, sa.select(t.c.session_id).where(lui))
    oublier(db, CANDIDATS)


def noter_absences(db: sa.Connection, session_id: str, excuses: Iterable[str]) -> list[str]:
    """Keeps whose absence was excused, by the results just closed. Returns the identities for whom that is a change."""
    t = inscriptions_candidats
    excusee = t.c.candidat_id.in_(list(excuses))
    change = t.update().where(t.c.session_id == session_id, t.c.absence_excusee != excusee)
    changes = db.scalars(change.values(absence_excusee=excusee).returning(t.c.canonique_id))
    oublier(db, CANDIDATS, AILLEURS)
    return sorted(set(changes))


def fixer_heures(db: sa.Connection, session_id: str, heures: dict[str, time]) -> None:
    """Sets the hours at which some people are called, and nobody else (CNV-02)."""
    for table, cle in ((inscriptions_jures, "jure_id"), (inscriptions_candidats, "candidat_id")):
        avaient = (table.c.session_id == session_id, table.c.heure.is_not(None))
        db.execute(table.update().where(*avaient).values(heure=None))
        lignes = ({"session_id": session_id, cle: qui, "heure": heure} for qui, heure in heures.items())
        ecrire(db, changement(table, ("session_id", cle), ("heure",)), lignes)
    oublier(db, JURES, CANDIDATS)


def sessions_du_jure(db: sa.Connection, jure_id: str) -> list[tuple[str, str | None, list[str], bool]]:
    """Returns (session, habilitation on which he sits, those on which he relies too, whether they were lost) of every
    session where a juré is registered."""
    t = inscriptions_jures
    requete = sa.select(t.c.session_id, t.c.habilitation_id, t.c.habilitation).where(t.c.jure_id == jure_id)
    return [(i, h, sorted((dite or {}).get("autres", ())), dite is None) for i, h, dite in db.execute(requete)]


def ne_compte_plus(db: sa.Connection, session_id: str, jure_id: str) -> bool:
    """Returns whether a juré is still in a jury where he no longer counts: inactive (JUR-04), or no longer habilité."""
    t = inscriptions_jures
    perdu = ~t.c.actif | t.c.habilitation.is_(sa.null())
    return bool(db.scalar(sa.select(perdu).where(*_du(t.c.jure_id, session_id, jure_id))))


def siege_ailleurs(
    db: sa.Connection, identites: Iterable[str], session_id: str, debut: date, fin: date, jour_a: JourA
) -> bool:
    """Returns whether a juré sits, under one of his ids, on one of these days in another session, which may still take
    place (JRY-03)."""
    cherche = {"ids": sorted(identites), "session_id": session_id, "debut": debut, "fin": fin}
    return any(etat_lu(ligne, jour_a) not in SANS_POIDS for ligne in db.execute(_SIEGE_AILLEURS, cherche).mappings())


def _du(colonne: sa.Column[str], session_id: str, personne_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return colonne.table.c.session_id == session_id, colonne == personne_id


def _en_json(h: Habilitation) -> dict[str, Any]:
    return {**h.__dict__, "ccp_codes": sorted(h.ccp_codes), "autres": sorted(h.autres)}
