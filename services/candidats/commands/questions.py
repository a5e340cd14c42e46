"""What the acts ask of the référentiel, outside any transaction."""

from collections.abc import Iterable
from typing import Any

from commun.actes.steps import Etapes, Question, si_connu
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.errors import Invalide, Refus
from commun.domain.referentiel import Titre
from services.candidats.domain.model import Commune
from services.candidats.storage import replicas

_SANS_NOM = "ancien-code"
"""The nature of a code that no longer serves: what the commune was called is not known."""


def demander_communes(codes: Iterable[str | None]) -> Etapes[dict[str, Commune]]:
    """Returns what the référentiel knows of these INSEE codes. Where only an extract is loaded, no code is unknown."""
    demandes = sorted({code for code in codes if code})
    if not demandes:
        return {}
    reponse = yield Question("referentiel_gardes", "communes", codes=demandes)
    connues, postaux = reponse["communes"], reponse["postaux"]
    return {
        code: Commune(
            connu=code in connues or not reponse["complete"],
            noms=tuple(dict.fromkeys(c["nom"] for c in connues.get(code, ()) if c["nature"] != _SANS_NOM)),
            devenue=_devenue(connues.get(code, ())),
            postales={c["code_insee"]: c["nom"] for c in postaux.get(code, ())},
        )
        for code in demandes
    }


def _devenue(lues: Iterable[dict[str, Any]]) -> str:
    """Returns the code of today of a place whose own no longer serves; none where it is not known, or serves."""
    return next(
        (c["commune_actuelle"]["code_insee"] for c in lues if c["nature"] == _SANS_NOM and c["commune_actuelle"]), ""
    )


def demander_codes(noms: Iterable[str]) -> Etapes[dict[str, list[dict[str, str]]] | None]:
    """Returns the communes that bear each of these names, `{nom: [{code_insee, nom, departement}]}`, without a name
    that none bears: a help, which is done without where the référentiel does not give it (`None`)."""
    return (yield from _communes_dites("communes_nommees", noms))


def demander_voisines(noms: Iterable[str]) -> Etapes[dict[str, list[dict[str, str]]]]:
    """Returns the communes whose name is near each of these, which none bears: a help, done without as well."""
    return (yield from _communes_dites("communes_voisines", noms)) or {}


def _communes_dites(comment: str, noms: Iterable[str]) -> Etapes[dict[str, list[dict[str, str]]] | None]:
    demandes = sorted(set(noms))
    if not demandes:
        return {}
    try:
        trouvees: dict[str, list[dict[str, str]]] = yield Question("referentiel_gardes", comment, noms=demandes)
    except Refus:
        return None
    return trouvees


def demander_pays(designations: Iterable[str]) -> Etapes[dict[str, str]]:
    """Returns the ISO codes of countries by what a file calls them; one that is unknown is left out."""
    demandes = sorted(set(designations))
    if not demandes:
        return {}
    codes: dict[str, str] = yield Question("referentiel_gardes", "pays", designations=demandes)
    return codes


def demander_departement(acteur: Acteur) -> Etapes[str | None]:
    """Returns the département of the actor's centre, `None` where the référentiel does not know the centre."""
    centre = Question("referentiel_gardes", "etablissement", etablissement_id=acteur.etablissement_id)
    connu = yield from si_connu(centre)
    return connu and connu["departement"]


def demander_titre(acte: Acte, code: str) -> Etapes[Titre]:
    """Returns a titre: from the copy, else from its owner, so that one just created serves at once.

    Raises:
        Invalide: no titre bears this code.
    """
    if code not in replicas.get_titres(acte.db, [code]):
        corps = yield from si_connu(Question("referentiel_gardes", "titre", code=code))
        if corps is None:
            raise Invalide(erreurs={"titre_code": ["Aucun titre ne porte ce code."]})
        replicas.suivre_titre(acte.db, corps)
    return replicas.get_titres(acte.db, [code])[code]
