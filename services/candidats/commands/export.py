"""The list as filtered, page by page, for a file that is written as it goes. Reading it in bulk leaves a trace."""

from typing import Any

import sqlalchemy as sa

from commun.errors import Invalide
from commun.forms import charger
from commun.unit_of_work import Acte
from services.candidats import schemas
from services.candidats.queries.candidats import acquis_des, lieu_de_naissance, requete_des_candidats
from services.candidats.storage.candidats import candidat_de
from services.candidats.storage.tables import candidats

_PAGE = 500
COLONNES = (
    "Numéro",
    "Civilité",
    "Nom de naissance",
    "Nom d'usage",
    "Prénoms",
    "Date de naissance",
    "Lieu de naissance",
    "Adresse",
    "Complément d'adresse",
    "Code postal",
    "Commune de résidence",
    "Téléphone",
    "Courriel",
    "CCP acquis",
    "Titres obtenus",
    "CCS acquis",
)


def page_export(acte: Acte, filtres: dict[str, Any], apres: str | None = None) -> dict[str, Any]:
    """Returns a page of rows in the order of names: `{colonnes, elements, suivant, total}`.

    The first page writes the trace: who, which filters, how many rows (TRA-03).
    """
    p = charger(schemas.FiltresExport, filtres)
    requete = requete_des_candidats(acte.acteur, p)
    total = None
    if apres is None:
        total = acte.db.scalar(sa.select(sa.func.count()).select_from(requete.subquery()))
        _tracer(acte, p, total or 0)
    else:
        requete = requete.where(sa.tuple_(candidats.c.tri, candidats.c.id) > sa.tuple_(*_position(apres)))
    ordre = requete.add_columns(candidats.c.tri).order_by(candidats.c.tri, candidats.c.id).limit(_PAGE)
    rangees = acte.db.execute(ordre).mappings().all()
    page = [candidat_de(r) for r in rangees]
    obtenus = acquis_des(acte, [c.id for c in page])
    suivant = f"{page[-1].id}|{rangees[-1]['tri']}" if len(page) == _PAGE else None
    return {
        "colonnes": COLONNES,
        "elements": [_ligne(c, obtenus[c.id]) for c in page],
        "suivant": suivant,
        "total": total,
    }


def _position(apres: str) -> tuple[sa.BindParameter[str], sa.BindParameter[Any]]:
    identifiant, separateur, tri = apres.partition("|")
    if not separateur:
        raise Invalide(erreurs={"apres": ["Cette position n'existe pas."]})
    return sa.literal(tri), sa.literal(identifiant, candidats.c.id.type)


def _tracer(acte: Acte, p: dict[str, Any], total: int) -> None:
    acteur = acte.acteur
    filtre = {champ: p[champ] for champ in ("q", "date_naissance", "format") if p[champ]}
    phrase = f"{total} candidat(s) exporté(s)."
    # the chain is the account's: its lock orders two exports at once
    acte.db.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"export {acteur.compte_id}", 0))))
    acte.tracer("export", acteur.compte_id, "exporter", phrase, apres={"filtres": filtre, "lignes": total})


def _ligne(c: Any, acquis: Any) -> list[Any]:
    identite, adresse = c.identite, c.adresse
    lieu = [getattr(adresse, champ, None) for champ in ("voie", "complement", "code_postal", "commune")]
    codes = [", ".join(a.code for a in liste) for liste in (acquis.ccps, acquis.titres, acquis.ccs)]
    return [
        c.numero,
        identite.civilite,
        identite.nom_naissance,
        identite.nom_usage,
        identite.prenoms,
        identite.date_naissance,
        lieu_de_naissance(identite.naissance),
        *lieu,
        c.telephone,
        c.courriel,
        *codes,
    ]
