"""Rows of the sessions: they come closed, with their results, up to three weeks before the day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import orjson
from psycopg.types.range import DateRange

from bench.donnees.copie import Lot
from bench.donnees.monde import Candidat, Habilitation, Jure, Monde, Session
from bench.donnees.referentiel import etablissement_publie
from commun.domain.dates import plus_annees
from commun.domain.textes import normaliser
from services.sessions.domain.parametres import CONSERVATIONS
from services.sessions.storage import imprimes, tables

Ligne = dict[str, Any]


def lots(monde: Monde) -> Iterator[Lot]:
    """Yields tables and their rows, in the order that foreign keys ask."""
    yield (
        tables.titres,
        (
            {"code": c["code"], "corps": c, "ccs_codes": [x["code"] for x in c["ccs"]], "version": 1}
            for c in monde.certifications.corps.values()
        ),
    )
    yield tables.etablissements, ({"id": c.id, "corps": etablissement_publie(c), "version": 1} for c in monde.centres)
    yield tables.agrements, ({**a.__dict__, "version": 1} for c in monde.centres for a in c.agrements)
    yield tables.parametres, _conserver_sans_fin(monde)
    yield tables.sessions, map(_session, monde.sessions)
    inscrits = {c.id for s in monde.sessions for c in s.candidats}
    yield tables.candidats, ({"id": i, "canonique_id": i} for i in sorted(inscrits))
    yield tables.inscriptions_jures, (_jure(s, j, h) for s in monde.sessions for j, h in s.jures)
    yield tables.inscriptions_candidats, (_candidat(s, c) for s in monde.sessions for c in s.candidats)
    yield tables.creneaux, _creneaux(monde)
    closes = [s for s in monde.sessions if s.close]
    yield tables.resultats, map(_resultats, closes)
    yield tables.clotures, map(_cloture, closes)
    yield tables.alertes, _alertes(monde)
    yield tables.demandes_dte, _dte(monde)


SUITES = (f"SELECT setval('{tables.numeros.name}', (SELECT count(*) FROM sessions))",)
"""What brings sequences past the numbers that were given."""


def _conserver_sans_fin(monde: Monde) -> Iterator[Ligne]:
    """Nobody here was seen by an act that left a trace: conservation would anonymise them by thousands at start-up."""
    for code in CONSERVATIONS:
        pose = {"pose_a": datetime.combine(monde.jour, time(), UTC), "pose_par": "banc"}
        yield {"id": monde.tirage.id(), "code": code.value, "valeur": "null", "du": monde.jour, "au": None, **pose}


def _session(s: Session) -> Ligne:
    memes = ("id", "numero", "type", "ccp_codes", "ccs_code", "entretien_final", "date_debut", "date_fin", "etat")
    responsable = f"Responsable de {s.site['libelle']}"
    cherche = f"{s.numero} {responsable} {s.centre.denomination} {s.titre.intitule} {s.titre.code}"
    return {nom: getattr(s, nom) for nom in memes} | {
        "titre_code": s.titre.code,
        "etablissement_id": s.centre.id,
        "site_id": s.site["id"],
        "site_libelle": s.site["libelle"],
        "departement": s.site["departement"],
        "region": s.site["region"],
        "heure_debut": time(9, 0),
        "responsable": responsable,
        "soumise_le": None if s.etat == "brouillon" else s.date_debut - timedelta(days=90),
        "convocations_version": 1 if s.convoquee or s.close else None,
        "convocations_editees_le": s.date_debut - timedelta(days=20) if s.convoquee or s.close else None,
        "convocations_en_vigueur": s.convoquee or s.close,
        "pv_vise_le": s.visee_le,
        "recherche": normaliser(cherche),
    }


def _jure(s: Session, j: Jure, h: Habilitation) -> Ligne:
    vue = {
        "id": h.id,
        "titre_code": h.titre_code,
        "ccp_codes": h.ccp_codes,
        "ccs_code": h.ccs_code,
        "date_debut": h.date_debut,
        "date_fin": h.date_fin,
        "active": True,
    }
    return {
        "session_id": s.id,
        "jure_id": j.id,
        "personne": _personne(j, j.prenom),
        "canonique_id": j.id,
        "courriel": j.courriel,
        "habilitation_id": h.id,
        "habilitation": vue,
        "inscrit_a": _instant(s.date_debut - timedelta(days=60)),
    }


def _candidat(s: Session, c: Candidat) -> Ligne:
    jour = s.date_debut - timedelta(days=45)
    return {
        "session_id": s.id,
        "candidat_id": c.id,
        "canonique_id": c.id,
        "personne": _personne(
            c,
            c.prenoms,
            date_naissance=c.date_naissance,
            lieu_naissance=imprimes.lieu_de_naissance(c.naissance),
            numero=c.numero,
        ),
        "courriel": c.courriel,
        "parcours": "formation",
        "inscrit_le": jour,
        "inscrit_a": _instant(jour),
    }


def _personne(qui: Jure | Candidat, prenoms: str, **etat_civil: Any) -> str:
    """Returns a person as documents freeze them, as JSON: what the service that holds them answers, to the letter."""
    inconnu = {"date_naissance": None, "lieu_naissance": "", "numero": ""}
    nomme = {"id": qui.id, "nom": qui.nom, "prenoms": prenoms, "civilite": qui.civilite, "nom_usage": ""}
    return orjson.dumps(nomme | {"adresse": asdict(imprimes.adresse(qui.adresse))} | inconnu | etat_civil).decode()


@cache
def _instant(jour: date) -> datetime:
    return datetime.combine(jour, time(8), UTC)


def _creneaux(monde: Monde) -> Iterator[Ligne]:
    """Yields the places that INS-04 gives: the first of three that is free on the day of the start."""
    libres: dict[str, list[date]] = defaultdict(lambda: [date.min] * 3)
    for s in monde.sessions:
        if not s.entretien_final or s.etat in ("annulee", "refusee"):
            continue
        fin = plus_annees(s.date_debut, 1)
        for c in s.candidats:
            rang = next((r for r, libre_le in enumerate(libres[c.id]) if libre_le <= s.date_debut), None)
            if rang is None:
                continue
            libres[c.id][rang] = fin
            periode = DateRange(s.date_debut, fin)
            yield {"session_id": s.id, "canonique_id": c.id, "plafond": c.id, "rang": rang + 1, "periode": periode}


def _resultats(s: Session) -> Ligne:
    return {
        "session_id": s.id,
        "version": 1,
        "saisis_a": _instant(s.date_fin),
        "saisis_par": "centre-national",
        "jures_presents": [j.id for j, _ in s.jures],
        "lignes": {c.id: _ligne(s, reussi) for c, reussi in zip(s.candidats, s.reussites, strict=True)},
    }


def _ligne(s: Session, reussi: bool) -> Ligne:
    acquis = "acquis" if reussi else "non_acquis"
    return {
        "present": True,
        "absence": None,
        "ccps": {code: acquis if rang == 0 else "acquis" for rang, code in enumerate(s.ccp_codes)},
        "entretien_final": ("favorable" if reussi else "defavorable") if s.entretien_final else None,
        "ccs": acquis if s.ccs_code else None,
    }


def _cloture(s: Session) -> Ligne:
    return {
        "session_id": s.id,
        "version": 1,
        "resultats_version": 1,
        "arretee_le": s.date_fin + timedelta(days=3),
        "visee_le": s.visee_le,
    }


def _alertes(monde: Monde) -> Iterator[Ligne]:
    """One session in eight had an alert; those of past sessions are lifted."""
    for s in monde.sessions[::8]:
        for code in ("HAB-04", "JUR-04")[: 1 + (s.numero[-1] == "1")]:
            yield {
                "id": monde.tirage.id(),
                "session_id": s.id,
                "code": code,
                "message": f"Un juré de la session {s.numero} n'est plus habilité : remplacez-le.",
                "depuis": _instant(s.date_debut - timedelta(days=30)),
                "levee_a": _instant(s.date_debut) if s.date_debut < monde.jour else None,
            }


def _dte(monde: Monde) -> Iterator[Ligne]:
    """Every session that was validated asked for its DTE; one in five of those to come waits for an answer."""
    for s in monde.sessions:
        if s.etat in ("validee", "cloturee"):
            yield {
                "id": monde.tirage.id(),
                "session_id": s.id,
                "etat": monde.tirage.un(("demandee", *("transmise",) * 4)) if s.etat == "validee" else "transmise",
                "demandee_le": s.date_debut - timedelta(days=30),
            }
