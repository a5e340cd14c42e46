"""The file of the jurés (JUR-01) and that of their habilitations."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from commun.actes import export
from commun.actes.unit_of_work import Acte
from commun.domain.dates import en_francais
from commun.schemas.forms import charger
from commun.schemas.telephones import en_clair
from commun.storage.db import Identifiant
from services.jures import schemas
from services.jures.domain.lifecycle import LIBELLES
from services.jures.queries.listes import (
    HABILITATIONS_PAR_DEFAUT,
    JURES_PAR_DEFAUT,
    TRIS_DES_JURES,
    choix_des_jures,
    requete_des_habilitations,
    tris_des_habilitations,
)
from services.jures.storage.etats import etats_le
from services.jures.storage.replicas import intitules
from services.jures.storage.tables import habilitations, jures


def page_jures(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the jurés of the list as filtered and sorted."""
    p = charger(schemas.ExportJures, filtres)
    requete = sa.select(*_VUS).where(choix_des_jures(acte, p))
    return export.page(acte, _JURES, requete, p, apres, TRIS_DES_JURES, defaut=JURES_PAR_DEFAUT)


def page_habilitations(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the habilitations of the list as filtered and sorted."""
    p = charger(schemas.ExportHabilitations, filtres)
    etats = etats_le(acte.jour())
    vues = (jures.c.nom, jures.c.nom_usage, jures.c.prenom, jures.c.departement, *_CONTENU)
    calculees = (etats.etat.label("etat_du_jour"), etats.fin_effective.label("fin_effective"))
    requete = requete_des_habilitations(acte, p, etats).add_columns(*vues, *calculees)
    tris = tris_des_habilitations(etats)
    return export.page(acte, _HABILITATIONS, requete, p, apres, tris, defaut=HABILITATIONS_PAR_DEFAUT)


_VUS = (
    jures.c.id,
    jures.c.civilite,
    jures.c.nom,
    jures.c.nom_usage,
    jures.c.prenom,
    jures.c.telephone_professionnel,
    jures.c.telephone_personnel,
    jures.c.courriel,
    *(jures.c.adresse[champ].astext.label(champ) for champ in ("voie", "complement", "code_postal", "commune")),
    jures.c.departement,
    jures.c.statut,
)
_CONTENU = (
    habilitations.c.titre_code,
    habilitations.c.ccs_code,
    habilitations.c.ccp_codes,
    habilitations.c.date_debut,
)


def _lire_jures(acte: Acte, lignes: Sequence[Any]) -> list[list[Any]]:
    actives = _actives(acte, [j["id"] for j in lignes])
    return [_ligne_jure(j, *actives[j["id"]]) for j in lignes]


def _actives(acte: Acte, ids: Iterable[str]) -> dict[str, tuple[str, date | None]]:
    """Returns, by juré, the certifications that he is habilité on today, and the last day of the last of them."""
    etats = etats_le(acte.jour())
    code = sa.func.coalesce(habilitations.c.titre_code, habilitations.c.ccs_code)
    siens = sa.any_(sa.literal(list(ids), ARRAY(Identifiant)))  # one parameter: a thousand take longer than the query
    requete = (
        sa.select(habilitations.c.jure_id, code, etats.fin_effective)
        .select_from(etats.source)
        .where(habilitations.c.jure_id == siens, etats.est("active"))
        .order_by(code)
    )
    noms, dites = intitules(acte.db), cache(en_francais)
    siennes: dict[str, tuple[str, date | None]] = defaultdict(lambda: ("", None))
    for jure_id, sur, fin in acte.db.execute(requete):
        phrase, (deja, au) = f"{noms.get(sur, sur)} (jusqu'au {dites(fin)})", siennes[jure_id]
        siennes[jure_id] = (f"{deja} ; {phrase}" if deja else phrase, max(au or fin, fin))
    return siennes


def _ligne_jure(j: Any, habilite_sur: str, jusqu_au: date | None) -> list[Any]:
    return [
        j["civilite"],
        j["nom"],
        j["nom_usage"],
        j["prenom"],
        en_clair(j["telephone_professionnel"]),
        en_clair(j["telephone_personnel"]),
        j["courriel"],
        j["voie"],
        j["complement"],
        j["code_postal"],
        j["commune"],
        j["departement"],
        j["statut"],
        habilite_sur,
        jusqu_au,
    ]


def _lire_habilitations(acte: Acte, lignes: Sequence[Any]) -> list[list[Any]]:
    noms = intitules(acte.db)
    return [
        [
            h["nom_usage"] or h["nom"],
            h["prenom"],
            h["departement"],
            h["titre_code"] or h["ccs_code"],
            noms.get(h["titre_code"] or h["ccs_code"]),
            ", ".join(h["ccp_codes"]),
            LIBELLES.get(h["etat_du_jour"], "expirée"),
            h["date_debut"],
            h["fin_effective"],
        ]
        for h in lignes
    ]


_JURES = export.Tableau(
    quoi="juré(s)",
    cle=jures.c.id,
    colonnes=(
        "Civilité",
        "Nom",
        "Nom d'usage",
        "Prénom",
        "Téléphone professionnel",
        "Téléphone personnel",
        "Courriel",
        "Adresse",
        "Complément d'adresse",
        "Code postal",
        "Commune",
        "Département",
        "Statut",
        "Habilitations en vigueur",
        "Habilité jusqu'au",
    ),
    dates=frozenset({"Habilité jusqu'au"}),
    lire=_lire_jures,
)
_HABILITATIONS = export.Tableau(
    quoi="habilitation(s)",
    cle=habilitations.c.id,
    colonnes=(
        "Nom",
        "Prénom",
        "Département",
        "Code de la certification",
        "Certification",
        "CCP",
        "État",
        "Date de début",
        "Date de fin",
    ),
    dates=frozenset({"Date de début", "Date de fin"}),
    lire=_lire_habilitations,
)
