"""Rows of the jurés."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bench.donnees.copie import Lot
from bench.donnees.monde import Jure, Monde
from bench.donnees.tirage import region
from commun.domain.dates import plus_annees
from services.jures.domain import model
from services.jures.storage import tables
from services.jures.storage.fiches import ligne_du_jure


def lots(monde: Monde) -> Iterator[Lot]:
    """Yields tables and their rows, in the order that foreign keys ask."""
    corps = monde.certifications.corps.values()
    yield (
        tables.titres,
        (
            {
                **{nom: c[nom] for nom in ("code", "intitule", "codes_rome", "date_fin_de_vie", "version")},
                "ccps": c["ccps"],
                "ccs": c["ccs"],
                "ccs_codes": [x["code"] for x in c["ccs"]],
                "fin_prolongation": monde.certifications.titres[c["code"]].fin_prolongation,
            }
            for c in corps
        ),
    )
    yield tables.agrements, ({**a.__dict__, "version": 1} for c in monde.centres for a in c.agrements)
    yield tables.jures, (ligne_du_jure(jure(j)) for j in monde.jures)
    yield tables.emplois, (_emploi(monde, j) for j in monde.jures)
    yield (
        tables.habilitations,
        (
            {nom: getattr(h, nom) for nom in _PROPRES} | {"jure_id": j.id, "deja_active": h.etat != "brouillon"}
            for j in monde.jures
            for h in j.habilitations
        ),
    )
    propres = ("id", "numero", "etat", "date_debut", "date_fin")
    yield (
        tables.sessions,
        (
            {nom: getattr(s, nom) for nom in propres}
            | {"etablissement_id": s.centre.id, "departement": s.site["departement"], "version": 1}
            for s in monde.sessions
        ),
    )
    yield (
        tables.inscriptions,
        ({"session_id": s.id, "jure_id": j.id, "habilitation_id": h.id} for s in monde.sessions for j, h in s.jures),
    )


_PROPRES = ("id", "titre_code", "ccs_code", "ccp_codes", "date_debut", "date_fin", "etat")


def jure(j: Jure) -> model.Jure:
    """Returns a juré as the service knows him."""
    return model.Jure(
        id=j.id,
        civilite=j.civilite,
        nom=j.nom,
        prenom=j.prenom,
        departement=j.departement,
        region=region(j.departement),
        date_naissance=j.date_naissance,
        telephone_professionnel=j.professionnel,
        telephone_personnel=j.personnel,
        courriel=j.courriel,
        adresse=model.Adresse(**j.adresse),
        statut=model.StatutJure.ACTIF if j.actif else model.StatutJure.INACTIF,
    )


def _emploi(monde: Monde, j: Jure) -> dict[str, Any]:
    debut = plus_annees(j.date_naissance, 22)
    return {
        "id": monde.tirage.id(),
        "jure_id": j.id,
        "intitule": j.metier.intitule,
        "code_rome": min(j.metier.codes_rome),
        "date_debut": max(debut, date(1985, 1, 1)),
        "date_fin": None,
        "titres_lies": [],
        "employeur": "Entreprise fictive",
        "employeur_siret": None,
    }
