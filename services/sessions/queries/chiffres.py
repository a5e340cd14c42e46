"""The figures of a year, for the national mission: sessions, candidates, success per titre."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from commun.forms import charger
from commun.referentiel import TypeProfil
from commun.unit_of_work import Acte, exiger_profil
from services.sessions import schemas
from services.sessions.documents.modele import Decision
from services.sessions.queries.listes import etat_sql
from services.sessions.storage.tables import attestations, inscriptions_candidats, sessions

Json = dict[str, Any]


def chiffres(acte: Acte, filtres: Json) -> Json:
    """Returns the figures of the sessions that start in a year, that of the day unless another is asked for."""
    exiger_profil(acte.acteur, TypeProfil.NATIONAL)
    annee = charger(schemas.FiltresChiffres, filtres)["annee"] or acte.jour().year
    de_l_annee = sessions.c.date_debut.between(date(annee, 1, 1), date(annee, 12, 31))
    return {
        "annee": annee,
        "mois": _par_mois(acte, de_l_annee),
        "etats": _par_etat(acte, de_l_annee),
        "titres": _par_titre(acte, de_l_annee),
    }


def _par_mois(acte: Acte, de_l_annee: sa.ColumnElement[bool]) -> list[Json]:
    """Returns, for each month, the sessions that start in it and the candidates registered in them; none left out."""
    mois = sa.cast(sa.extract("month", sessions.c.date_debut), sa.Integer)
    tenues = de_l_annee & sessions.c.etat.not_in(("annulee", "refusee"))
    par_mois = sa.select(mois, sa.func.count()).where(tenues).group_by(mois)
    nombres = _compter(acte, par_mois)
    personnes = _compter(acte, par_mois.join(inscriptions_candidats))
    return [{"mois": m, "sessions": nombres.get(m, 0), "candidats": personnes.get(m, 0)} for m in range(1, 13)]


def _par_etat(acte: Acte, de_l_annee: sa.ColumnElement[bool]) -> list[Json]:
    etat = etat_sql(acte).label("etat")
    requete = sa.select(etat, sa.func.count()).where(de_l_annee).group_by(etat).order_by(sa.func.count().desc(), etat)
    return [{"etat": nom, "sessions": n} for nom, n in acte.db.execute(requete)]


def _par_titre(acte: Acte, de_l_annee: sa.ColumnElement[bool]) -> list[Json]:
    """Returns, for each titre, its sessions, its candidates, and of those whose PV is signed, who obtained the titre.

    The rate is of the titre sessions alone: who sits for a CCP does not leave with a titre.
    """
    c, a = sessions.c, attestations.c
    des_titres = de_l_annee & c.titre_code.is_not(None) & c.etat.not_in(("annulee", "refusee"))
    par_titre = sa.select(c.titre_code, sa.func.count()).where(des_titres).group_by(c.titre_code)
    tenues = _compter(acte, par_titre)
    personnes = _compter(acte, par_titre.join(inscriptions_candidats))
    suivante = attestations.alias()
    remplacee = sa.exists().where(
        suivante.c.session_id == a.session_id,
        suivante.c.candidat_id == a.candidat_id,
        suivante.c.version > a.version,
    )
    reussis = sa.func.count().filter(a.resultat["decision"].astext == Decision.TITRE.value)
    delivrees = (
        sa.select(c.titre_code, sa.func.count(), reussis)
        .join(attestations)
        .where(des_titres, c.type == "TITRE", a.retiree_le.is_(None), ~remplacee)
        .group_by(c.titre_code)
    )
    obtenus = {code: (n, titres) for code, n, titres in acte.db.execute(delivrees)}
    return [
        {
            "titre_code": code,
            "sessions": n,
            "candidats": personnes.get(code, 0),
            "proclames": obtenus.get(code, (0, 0))[0],
            "titres_obtenus": obtenus.get(code, (0, 0))[1],
        }
        for code, n in sorted(tenues.items(), key=lambda paire: (-paire[1], paire[0]))
    ]


def _compter(acte: Acte, requete: sa.Executable) -> dict[Any, int]:
    return {ligne[0]: ligne[1] for ligne in acte.db.execute(requete)}
