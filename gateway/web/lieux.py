"""Whether the codes of an address agree on where it is: the one of before, left beside a new postcode, keeps who has
moved under the service that he leaves. Pure."""

from collections.abc import Mapping
from typing import Any

from commun.domain.territoires import departement_de

_DESACCORD = (
    "D’après son code postal, {adresse[code_postal]} {adresse[commune]} est dans le département {postal} ; d’après son "
    "code INSEE ({adresse[code_insee]}), qui l’emporte, dans le département {insee}. Si ce code est resté d’une autre "
    "adresse, corrigez-le ou videz-le."
)


def desaccord(
    adresse: Mapping[str, Any] | None, avant: Mapping[str, Any] | None, noms: Mapping[str, str]
) -> list[dict[str, str]]:
    """Returns the warning of an address whose INSEE code and postcode name two départements; nothing of the one that
    there was. It is a question: a few communes get their mail from the next département.

    Args:
        noms: of the départements, by their codes.
    """
    if not adresse or adresse == avant:
        return []
    insee, postal = departement_de(adresse["code_insee"], None), departement_de(None, adresse["code_postal"])
    if None in (insee, postal) or insee == postal:
        return []
    dits = {nom: f"{code} ({noms.get(str(code), '')})" for nom, code in (("insee", insee), ("postal", postal))}
    return [{"code": "lieu", "message": _DESACCORD.format(adresse=adresse, **dits)}]
