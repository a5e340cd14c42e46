"""Rows of the référentiel."""

from collections.abc import Iterator
from typing import Any

from bench.donnees.copie import Lot
from bench.donnees.monde import Centre, Monde
from bench.donnees.tirage import region
from commun.domain.textes import normaliser
from services.referentiel.storage import tables


def lots(monde: Monde) -> Iterator[Lot]:
    """Yields tables and their rows, in the order that foreign keys ask."""
    corps = monde.certifications.corps.values()
    propres = ("code", "code_rncp", "intitule", "niveau", "codes_rome", "date_fin_de_vie")
    yield tables.titres, ({n: c[n] for n in propres} | {"recherche": _cherche(c)} for c in corps)
    yield (
        tables.ccps,
        (
            {"titre_code": c["code"], "code": ccp["code"], "rang": rang, "intitule": ccp["intitule"]}
            for c in corps
            for rang, ccp in enumerate(c["ccps"])
        ),
    )
    yield (
        tables.ccs,
        (
            {"code": c.code, "intitule": c.intitule, "recherche": normaliser(f"{c.code} {c.intitule}")}
            for c in monde.certifications.ccs.values()
        ),
    )
    yield tables.titres_ccs, ({"titre_code": c["code"], "ccs_code": ccs["code"]} for c in corps for ccs in c["ccs"])
    yield tables.etablissements, map(_etablissement, monde.centres)
    yield (
        tables.sites,
        (
            {"id": s["id"], "etablissement_id": c.id, "rang": rang, **{n: s[n] for n in _SITE}}
            for c in monde.centres
            for rang, s in enumerate(c.sites)
        ),
    )
    yield tables.agrements, ({**a.__dict__, "numero": f"AGR-{a.id[-8:]}"} for c in monde.centres for a in c.agrements)
    yield (
        tables.sessions,
        (
            {
                "id": s.id,
                "numero": s.numero,
                "etablissement_id": s.centre.id,
                "site_id": s.site["id"],
                "type": s.type,
                "titre_code": s.titre.code,
                "ccs_code": s.ccs_code,
                "date_debut": s.date_debut,
                "date_fin": s.date_fin,
                "etat": s.etat,
                "version": 1,
            }
            for s in monde.sessions
        ),
    )


_SITE = ("libelle", "adresse", "departement", "region")


def _cherche(titre: dict[str, Any]) -> str:
    return normaliser(f"{titre['code']} {titre['code_rncp'] or ''} {titre['intitule']}")


def _etablissement(c: Centre) -> dict[str, Any]:
    return {
        "id": c.id,
        "siret": c.siret,
        "denomination": c.denomination,
        "adresse": c.adresse,
        "departement": c.departement,
        "region": region(c.departement),
        "telephone": c.telephone,
        "courriel": None,
        "recherche": normaliser(f"{c.denomination} {c.siret} {c.adresse['commune']}"),
    }


def etablissement_publie(c: Centre) -> dict[str, Any]:
    """Returns an établissement as its event tells of it."""
    publics = ("id", "siret", "denomination")
    sites = [{"id": s["id"], **{n: s[n] for n in _SITE}} for s in c.sites]
    lieu = {"commune": c.adresse["commune"], "departement": c.departement, "region": region(c.departement)}
    return {n: getattr(c, n) for n in publics} | lieu | {"sites": sites, "version": 1}
