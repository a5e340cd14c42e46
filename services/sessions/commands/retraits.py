"""What correcting an unblocked session, or cancelling it, takes from its candidates beyond what it gave (RES-04)."""

from collections.abc import Mapping
from dataclasses import replace

from commun.actes.unit_of_work import Acte
from commun.domain.lifecycle import Decision
from services.sessions.domain.faits import Faits
from services.sessions.domain.rules.resultats import titres_toujours_acquis
from services.sessions.storage import copies

Titres = Mapping[str, frozenset[str]]
"""By candidate, the codes of the titres that he has."""


def disant_les_titres_perdus(acte: Acte, faits: Faits, decision: Decision, avant: Titres, apres: Titres) -> Decision:
    """Returns a decision that also says who loses a titre by it: another session may have given it."""
    perdus = {candidat_id: sorted(codes - apres[candidat_id]) for candidat_id, codes in avant.items()}
    connus = copies.titres_par_code(acte.db, {code for codes in perdus.values() for code in codes})
    intitules = {candidat_id: [connus[code].intitule for code in codes] for candidat_id, codes in perdus.items()}
    dit = titres_toujours_acquis.verifier(replace(faits, titres_perdus=intitules))
    return replace(decision, manquements=(*decision.manquements, dit)) if dit else decision
