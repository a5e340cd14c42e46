"""The file of the jurés (JUR-01) and that of their habilitations."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from commun.actes.export import Colonne, Ligne, Tableau, page
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
    return page(acte, _JURES, requete, p, apres, TRIS_DES_JURES, defaut=JURES_PAR_DEFAUT)


def page_habilitations(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of the habilitations of the list as filtered and sorted."""
    p = charger(schemas.ExportHabilitations, filtres)
    etats = etats_le(acte.jour())
    vues = (*_DE_QUI, *_CONTENU)
    calculees = (etats.etat.label("etat_du_jour"), etats.fin.label("fin"))
    requete = requete_des_habilitations(acte, p, etats, etats.source).add_columns(*vues, *calculees)
    tris = tris_des_habilitations(etats)
    return page(acte, _HABILITATIONS, requete, p, apres, tris, defaut=HABILITATIONS_PAR_DEFAUT)


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
_DE_QUI = (jures.c.nom, jures.c.nom_usage, jures.c.prenom, jures.c.departement, jures.c.statut)
_CONTENU = (
    habilitations.c.titre_code,
    habilitations.c.ccs_code,
    habilitations.c.ccp_codes,
    habilitations.c.date_debut,
    habilitations.c.date_fin,
)


def _completer_jures(acte: Acte, lignes: list[Ligne]) -> None:
    actives = _actives(acte, [j["id"] for j in lignes])
    for j in lignes:
        j["habilite_sur"], j["jusqu_au"] = actives[j["id"]]


def _actives(acte: Acte, ids: Iterable[str]) -> dict[str, tuple[str, date | None]]:
    """Returns, by juré, the certifications that he is habilité on, from when where that is to come, and the last day of
    the last of them."""
    etats = etats_le(acte.jour())
    code = sa.func.coalesce(habilitations.c.titre_code, habilitations.c.ccs_code)
    siens = sa.any_(sa.literal(list(ids), ARRAY(Identifiant)))  # one parameter: a thousand take longer than the query
    requete = (
        sa.select(habilitations.c.jure_id, code, habilitations.c.date_debut, etats.fin_effective)
        .select_from(etats.source)
        .where(habilitations.c.jure_id == siens, etats.est("active"))
        .order_by(code, habilitations.c.date_debut)
    )
    noms, dites = intitules(acte.db), cache(en_francais)
    siennes: dict[str, tuple[str, date | None]] = defaultdict(lambda: ("", None))
    for jure_id, sur, debut, fin in acte.db.execute(requete):
        periode = f"du {dites(debut)} au" if debut > acte.jour() else "jusqu'au"
        phrase, (deja, au) = f"{noms.get(sur, sur)} ({periode} {dites(fin)})", siennes[jure_id]
        siennes[jure_id] = (f"{deja} ; {phrase}" if deja else phrase, max(au or fin, fin))
    return siennes


def _completer_habilitations(acte: Acte, lignes: list[Ligne]) -> None:
    noms = intitules(acte.db)
    for h in lignes:
        h["code"] = h["titre_code"] or h["ccs_code"]
        h["certification"] = noms.get(h["code"])


_JURES = Tableau(
    quoi="juré(s)",
    cle=jures.c.id,
    colonnes=(
        Colonne("Civilité", "civilite"),
        Colonne("Nom", "nom"),
        Colonne("Nom d'usage", "nom_usage"),
        Colonne("Prénom", "prenom"),
        Colonne("Téléphone professionnel", lambda j: en_clair(j["telephone_professionnel"])),
        Colonne("Téléphone personnel", lambda j: en_clair(j["telephone_personnel"])),
        Colonne("Courriel", "courriel"),
        Colonne("Adresse", "voie"),
        Colonne("Complément d'adresse", "complement"),
        Colonne("Code postal", "code_postal"),
        Colonne("Commune", "commune"),
        Colonne("Département", "departement"),
        Colonne("Statut", "statut"),
        Colonne("Habilitations en vigueur", "habilite_sur"),
        Colonne("Habilité jusqu'au", "jusqu_au", date=True),
    ),
    completer=_completer_jures,
)
_HABILITATIONS = Tableau(
    quoi="habilitation(s)",
    cle=habilitations.c.id,
    colonnes=(
        Colonne("Nom", "nom"),  # as the file of the jurés says it: one is read beside the other
        Colonne("Nom d'usage", "nom_usage"),
        Colonne("Prénom", "prenom"),
        Colonne("Département", "departement"),
        Colonne("Statut du juré", "statut"),
        Colonne("Code de la certification", "code"),
        Colonne("Certification", "certification"),
        Colonne("CCP", lambda h: ", ".join(h["ccp_codes"])),
        Colonne("État", lambda h: LIBELLES.get(h["etat_du_jour"], "expirée")),
        Colonne("Date de début", "date_debut", date=True),
        Colonne("Date de fin", "date_fin", date=True),
        Colonne("Fin effective", "fin", date=True),
    ),
    completer=_completer_habilitations,
)
