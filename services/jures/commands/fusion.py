"""Merging two files of one person: one stays, the other becomes a tombstone that names it."""

from typing import Any

from commun.errors import Invalide
from commun.forms import charger
from commun.lifecycle import exiger
from commun.unit_of_work import Acte
from services.jures import schemas
from services.jures.commands.ecriture import enregistrer_habilitation, enregistrer_jure, jure_reussi, par, quoi
from services.jures.commands.preparation import jure_a_ecrire
from services.jures.domain.fusion import Fusion
from services.jures.queries.vues import identite, jure_publie
from services.jures.storage.fiches import absorber


def fusionner(acte: Acte, jure_id: str, corps: Any) -> dict[str, Any]:
    """Merges `absorbe_id` into a juré of the same perimeter."""
    garde = jure_a_ecrire(acte, jure_id)
    acte.exiger_version(garde.version)
    forme = charger(schemas.Fusion, corps)
    absorbe_id = str(forme["absorbe_id"])
    if absorbe_id == garde.jure.id:
        raise Invalide(erreurs={"absorbe_id": ["Un juré ne peut pas être fusionné avec lui-même."]})
    absorbe = jure_a_ecrire(acte, absorbe_id)
    fusion = Fusion(garde.dossier, absorbe.dossier)
    remarques = exiger(fusion.manquements(), forme["confirmer"])
    reuni, motif = fusion.reuni, forme["motif"]
    phrase = f"La fiche de {absorbe.jure.nom_complet} a été fusionnée dans celle de {reuni.jure.nom_complet}."
    for h in fusion.habilitations_changees():
        suite = f"{quoi(reuni, h)} suit la fusion des fiches du juré."
        enregistrer_habilitation(acte, reuni, h, "fusionner", suite, motif)
    version = absorber(acte.db, absorbe_id, garde.jure.id)
    acte.tracer("jure", absorbe_id, "fusionner", phrase, avant=identite(absorbe.jure), motif=motif)
    publie = jure_publie(absorbe_id, absorbe.jure.statut.value, version, garde.jure.id)
    acte.publier("jure_modifie", **publie, **par(acte, "fusionner"))
    etats = {"avant": identite(garde.jure), "apres": identite(reuni.jure), "motif": motif}
    enregistrer_jure(acte, reuni.jure, "fusionner", phrase, **etats)
    return jure_reussi(acte, garde.jure.id, remarques)
