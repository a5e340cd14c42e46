"""What documents show, frozen as JSON in the rows that must never change, and read back."""

from datetime import date, time

from commun.domain.json import Json
from commun.domain.pays import nom_du_pays
from commun.domain.referentiel import Certification
from commun.domain.territoires import departement_du_code_insee
from services.sessions.documents.modele import (
    Adresse,
    Centre,
    Personne,
    ResultatImprime,
    SessionImprimee,
    Site,
)
from services.sessions.domain.resultats import Issue

_FRANCE = "FR"


def personne(j: Json) -> Personne:
    """Returns a person as they were frozen."""
    naissance = j["date_naissance"]
    return Personne(
        **j | {"adresse": adresse(j["adresse"]), "date_naissance": date.fromisoformat(naissance) if naissance else None}
    )


def adresse(j: Json | None) -> Adresse:
    """Returns an address, from the one that other services give or from one that was frozen."""
    connus = {champ: (j or {}).get(champ) or "" for champ in Adresse.__dataclass_fields__}
    return Adresse(**connus)


def lieu_de_naissance(j: Json) -> str:
    """Returns where a candidate was born, as « né à » goes on: with its département, since communes have homonyms, or
    its country, which may be all that is known.
    """
    commune, code, pays = (j.get(champ) or "" for champ in ("commune", "code_insee", "pays_code"))
    ou = departement_du_code_insee(code) if pays == _FRANCE else nom_du_pays(pays)
    if commune:
        return f"{commune} ({ou})" if ou else commune
    return f"l'étranger ({ou})" if ou and pays != _FRANCE else ""


def session(j: Json) -> SessionImprimee:
    """Returns a session as it was frozen."""
    centre, site = j["centre"], j["site"]
    convocation = j["heure_convocation"]
    return SessionImprimee(
        **j
        | {
            "certification": Certification(**j["certification"]),
            "ccps": tuple(Certification(**ccp) for ccp in j["ccps"]),
            "date_debut": date.fromisoformat(j["date_debut"]),
            "date_fin": date.fromisoformat(j["date_fin"]),
            "heure_debut": time.fromisoformat(j["heure_debut"]),
            "heure_convocation": time.fromisoformat(convocation) if convocation else None,
            "centre": Centre(**centre | {"adresse": adresse(centre["adresse"])}),
            "site": Site(**site | {"adresse": adresse(site["adresse"])}),
        }
    )


def resultat(j: Json) -> ResultatImprime:
    """Returns a candidate's results as they were frozen; none were decided where the jury could not sit."""
    decision = Issue(j["decision"]) if j["decision"] else None
    return ResultatImprime(**j | {"personne": personne(j["personne"]), "decision": decision})
