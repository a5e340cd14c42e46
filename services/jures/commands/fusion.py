"""Merging two files of one person: one stays, the other becomes a tombstone that names it."""

from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte, exiger_vue
from commun.domain.errors import Invalide
from commun.domain.lifecycle import exiger
from commun.domain.textes import de
from commun.schemas.forms import charger
from services.jures import schemas
from services.jures.commands.ecriture import (
    ecrire_habilitation,
    enregistrer_habilitation,
    enregistrer_jure,
    jure_reussi,
    par,
    quoi,
)
from services.jures.commands.preparation import demander_sessions, jure_a_ecrire, jures_a_ecrire
from services.jures.domain.fusion import Fusion
from services.jures.domain.lifecycle import ActionJure
from services.jures.queries.vues import emploi_en_clair, identite
from services.jures.storage.fiches import absorber


def fusionner(acte: Acte, jure_id: str, corps: Any) -> Etapes[Any]:
    """Merges `absorbe_id` into a juré of the same perimeter; where this inactivates him, his sessions are asked for."""
    vu = jure_a_ecrire(acte, jure_id, verrou=False)
    acte.exiger_version(vu.version)
    forme = charger(schemas.Fusion, corps)
    absorbe_id = str(forme["absorbe_id"])
    if absorbe_id == vu.jure.id:
        raise Invalide(erreurs={"absorbe_id": ["Un juré ne peut pas être fusionné avec lui-même."]})
    garde, absorbe = jures_a_ecrire(acte, vu.jure.id, absorbe_id)
    acte.exiger_version(garde.version)
    if Fusion(garde.dossier, absorbe.dossier).inactive:
        acte.reserver(f"{ActionJure.INACTIVER}_jure", absorbe_id)
        absorbe = yield from demander_sessions(acte, absorbe, garde.jure.id)
        garde = jure_a_ecrire(acte, garde.jure.id, verrou=False)
        acte.exiger_version(garde.version)
    exiger_vue(forme["absorbe_version"], absorbe.version)
    fusion = Fusion(garde.dossier, absorbe.dossier)
    remarques = exiger(fusion.manquements(), forme["confirmer"])
    _reunir(acte, fusion, forme["motif"])
    return jure_reussi(acte, garde.jure.id, remarques)


def _reunir(acte: Acte, fusion: Fusion, motif: str | None) -> None:
    garde, absorbe, reuni = fusion.garde.jure, fusion.absorbe.jure, fusion.reuni
    dite = f"La fiche {de(absorbe.nom_complet)} a été fusionnée dans celle {de(reuni.jure.nom_complet)}"
    phrase = f"{dite}."
    for h in fusion.habilitations_changees():
        suite = f"{quoi(reuni, h)} suit la fusion des fiches du juré."
        enregistrer_habilitation(acte, reuni, h, "fusion", suite, motif)
        reuni = reuni.avec(h)  # cut: the one that follows it would cut it again
    for h in fusion.laissees:
        suite = f"{quoi(reuni, h)} est supprimée par la fusion des fiches du juré : la sienne la recouvre."
        ecrire_habilitation(acte, fusion.absorbe, h.supprimee(), "fusion", suite, motif)
    version, deja_absorbes = absorber(acte.db, absorbe.id, garde.id)
    acte.tracer("jure", absorbe.id, "fusion", phrase, avant=identite(absorbe), motif=motif)
    for jure_id in deja_absorbes:
        etats = {"avant": {"canonique_id": absorbe.id}, "apres": {"canonique_id": garde.id}, "motif": motif}
        suite = f"{dite}, que cette ancienne fiche désigne désormais."
        acte.tracer("jure", jure_id, "fusion", suite, **etats)
    acte.publier("jure_modifie", jure_id=absorbe.id, version=version, **par(acte, "fusionner"))
    for emploi in absorbe.emplois:  # added in the history of the file that goes, which no page leads to any more
        suite = f"L'emploi « {emploi.intitule} » {de(reuni.jure.nom_complet)} lui vient de la fiche fusionnée."
        acte.tracer("jure", garde.id, "fusion", suite, apres=emploi_en_clair(emploi), motif=motif)
    etats = {"avant": identite(garde), "apres": identite(reuni.jure), "motif": motif}
    # Who is told that a juré was inactivated is told so of this one.
    annonce = ActionJure.INACTIVER.value if fusion.inactive else "fusionner"
    enregistrer_jure(acte, reuni.jure, "fusion", phrase, annonce=annonce, **etats)
