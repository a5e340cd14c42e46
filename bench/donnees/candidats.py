"""Rows of the candidats."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench.donnees.copie import Lot
from bench.donnees.monde import Candidat, Monde, Session
from commun.domain.dates import plus_mois
from services.candidats.domain import model
from services.candidats.storage import tables
from services.candidats.storage.candidats import ligne_du_candidat


def lots(monde: Monde) -> Iterator[Lot]:
    """Yields tables and their rows, in the order that foreign keys ask."""
    yield tables.titres, ({"code": c["code"], "corps": c, "version": 1} for c in monde.certifications.corps.values())
    yield tables.candidats, (ligne_du_candidat(candidat(c)) for c in monde.candidats)
    yield tables.rattachements, _rattachements(monde)
    yield tables.sessions, map(_session, monde.sessions)
    yield (
        tables.inscriptions,
        (
            {"session_id": s.id, "candidat_id": c.id, "parcours": "formation", "resultat_saisi": s.close}
            for s in monde.sessions
            for c in s.candidats
        ),
    )
    closes = [s for s in monde.sessions if s.close]
    yield (
        tables.resultats_sessions,
        (
            {
                "session_id": s.id,
                "date": s.date_fin,
                "titre_code": s.titre.code,
                "ccs_code": s.ccs_code,
                "confirmes": s.visee_le is not None,
                "version": 1,
            }
            for s in closes
        ),
    )
    yield (
        tables.resultats,
        (_resultat(s, c, reussi) for s in closes for c, reussi in zip(s.candidats, s.reussites, strict=True)),
    )
    yield tables.demandes_vae, (_demande(monde, rang) for rang in range(monde.demandes_vae))


SUITES = (f"SELECT setval('{tables.numeros.name}', (SELECT count(*) FROM candidats))", "SELECT refaire_perimetres()")
"""What brings sequences past the numbers that were given, and does at once what triggers would have, row by row."""


def candidat(c: Candidat) -> model.Candidat:
    """Returns a candidate as the service knows him."""
    identite = model.Identite(c.nom, c.prenoms, c.date_naissance, model.Naissance(**c.naissance), c.civilite)
    adresse = model.Adresse(**c.adresse | {"complement": None})
    return model.Candidat(c.id, c.numero, identite, adresse, c.telephone, c.courriel, c.departement)


def _rattachements(monde: Monde) -> Iterator[dict[str, Any]]:
    """Each candidate belongs to the centre of his first session; a few have none yet."""
    premiers: dict[str, str] = {}
    for s in monde.sessions:
        for c in s.candidats:
            premiers.setdefault(c.id, s.centre.id)
    for c in monde.candidats:
        centre = premiers.get(c.id) or monde.tirage.un(monde.centres).id
        yield {"etablissement_id": centre, "candidat_id": c.id, "origine": "creation"}


def _session(s: Session) -> dict[str, Any]:
    memes = ("id", "numero", "type", "ccs_code", "etat", "date_debut", "date_fin")
    lieu = {"departement": s.site["departement"], "region": s.site["region"]}
    ailleurs = {"titre_code": s.titre.code, "etablissement_id": s.centre.id, "version": 1}
    return {nom: getattr(s, nom) for nom in memes} | lieu | ailleurs


def _resultat(s: Session, c: Candidat, reussi: bool) -> dict[str, Any]:
    return {
        "session_id": s.id,
        "candidat_id": c.id,
        "ccps": s.ccp_codes if reussi else s.ccp_codes[1:],
        "ccs_acquis": bool(s.ccs_code) and reussi,
        "entretien_final": ("favorable" if reussi else "defavorable") if s.entretien_final else None,
    }


def _demande(monde: Monde, rang: int) -> dict[str, Any]:
    t = monde.tirage
    depot = t.date_entre(plus_mois(monde.jour, -30), monde.jour)
    etat = t.un(("deposee", "recevable", "recevable", "recevable", "non_recevable", "retiree"))
    decidee = etat in ("recevable", "non_recevable")
    return {
        "id": t.id(),
        "candidat_id": monde.candidats[rang * 7 % len(monde.candidats)].id,
        "titre_code": monde.certifications.par_popularite.tirer(t.hasard),
        "date_depot": depot,
        "etat": etat,
        "date_notification": depot + timedelta(days=40) if decidee else None,
        "motif": "Expérience insuffisante." if etat == "non_recevable" else None,
    }
