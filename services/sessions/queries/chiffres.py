"""The figures of a year, for the national mission: sessions, candidates, success per titre."""

from collections import Counter
from datetime import date

import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.schemas.forms import charger
from services.sessions.domain.resultats import Issue
from services.sessions.queries.listes import caduque_sql, etat_sql
from services.sessions.schemas import entree
from services.sessions.storage.attestations import remplacee
from services.sessions.storage.tables import attestations, inscriptions_candidats, sessions


def chiffres(acte: Acte, filtres: Json) -> Json:
    """Returns the figures of the sessions that start in a year, that of the day unless another is asked for."""
    acte.exiger_profil(TypeProfil.NATIONAL)
    annee = charger(entree.FiltresChiffres, filtres)["annee"] or acte.jour().year
    de_l_annee = sessions.c.date_debut.between(date(annee, 1, 1), date(annee, 12, 31))
    tenues = de_l_annee & sessions.c.etat.not_in(("annulee", "refusee")) & ~caduque_sql(acte)
    par_mois, par_titre = _compter(acte, tenues, sessions)
    personnes_par_mois, personnes_par_titre = _compter(acte, tenues, sessions.join(inscriptions_candidats))
    return {
        "annee": annee,
        "mois": [{"mois": m, "sessions": par_mois[m], "candidats": personnes_par_mois[m]} for m in range(1, 13)],
        "etats": _par_etat(acte, de_l_annee),
        "titres": _par_titre(acte, tenues, par_titre, personnes_par_titre),
    }


def _compter(acte: Acte, tenues: sa.ColumnElement[bool], quoi: sa.FromClause) -> tuple[Counter[int], Counter[str]]:
    """Returns how many rows there are by month of the start, then by titre: one reading of the year counts both."""
    mois = sa.cast(sa.extract("month", sessions.c.date_debut), sa.Integer)
    # A session of a CCS may name one of its titres, and gives none. No parameter: the expression stands three times.
    titre = sa.case((sessions.c.type != sa.literal_column("'CCS'"), sessions.c.titre_code))
    requete = sa.select(sa.func.grouping(titre), mois, titre, sa.func.count()).select_from(quoi).where(tenues)
    par_mois, par_titre = Counter[int](), Counter[str]()
    for du_mois, m, code, n in acte.db.execute(
        requete.group_by(sa.func.grouping_sets(sa.tuple_(mois), sa.tuple_(titre)))
    ):
        if du_mois:
            par_mois[m] = n
        elif code:
            par_titre[code] = n
    return par_mois, par_titre


def _par_etat(acte: Acte, de_l_annee: sa.ColumnElement[bool]) -> list[Json]:
    etat = etat_sql(acte).label("etat")
    requete = sa.select(etat, sa.func.count()).where(de_l_annee).group_by(etat).order_by(sa.func.count().desc(), etat)
    return [{"etat": nom, "sessions": n} for nom, n in acte.db.execute(requete)]


def _par_titre(
    acte: Acte, tenues: sa.ColumnElement[bool], nombres: Counter[str], personnes: Counter[str]
) -> list[Json]:
    """Returns, for each titre, its sessions, its candidates, and of those whose PV is signed, who obtained the titre.

    The rate is of the titre sessions alone: who sits for a CCP does not leave with a titre.
    """
    c, a = sessions.c, attestations.c
    reussis = sa.func.count().filter(a.resultat["decision"].astext == Issue.TITRE.value)
    delivrees = (
        sa.select(c.titre_code, sa.func.count(), reussis)
        .join(attestations)
        .where(tenues, c.titre_code.is_not(None), c.type == "TITRE", a.retiree_le.is_(None), ~remplacee())
        .group_by(c.titre_code)
    )
    obtenus = {code: (n, titres) for code, n, titres in acte.db.execute(delivrees)}
    return [
        {
            "titre_code": code,
            "sessions": n,
            "candidats": personnes[code],
            "proclames": obtenus.get(code, (0, 0))[0],
            "titres_obtenus": obtenus.get(code, (0, 0))[1],
        }
        for code, n in sorted(nombres.items(), key=lambda paire: (-paire[1], paire[0]))
    ]
