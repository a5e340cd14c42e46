"""Birth places kept from before CAN-01 said of them what it says today: only who knows the person can correct them."""

from typing import Any

import sqlalchemy as sa

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.rules import verifier
from commun.storage.replica import en_tranche, tranche
from services.candidats.commands.identite import avec_commune, commune_de
from services.candidats.commands.questions import demander_communes
from services.candidats.domain.model import FaitsIdentite
from services.candidats.domain.rules import IDENTITE
from services.candidats.storage.candidats import NOMMES, candidat_de
from services.candidats.storage.tables import candidats


def naissances_refusees(acte: Acte, apres: str | None, limite: int) -> Etapes[dict[str, Any]]:
    """Returns, of a page of all candidates, those whose birth would be refused were they created today:
    `{numero, departement, manquements}` each; `departement`: that of the home, whose UD may correct it."""
    requete = tranche(sa.select(candidats).where(NOMMES), candidats.c.id, apres, limite)
    lus = [candidat_de(ligne) for ligne in acte.db.execute(requete).mappings()]
    communes = yield from demander_communes(c.identite.naissance.code_insee for c in lus)
    elements = []
    for c in lus:
        identite = avec_commune(c.identite, communes)
        manquements = verifier(IDENTITE, FaitsIdentite(acte.jour(), identite, commune_de(identite, communes)))
        if manquements:
            dits = [m.message for m in manquements]
            elements.append({"numero": c.numero, "departement": c.departement, "manquements": dits})
    return en_tranche(elements, [c.id for c in lus], limite)
