"""CAN-04: the service of the State merges two candidates who are one person."""

from dataclasses import replace
from typing import Any

from commun.actes.unit_of_work import Acte, exiger_vue
from commun.domain.errors import Invalide, VersionPerimee
from commun.domain.lifecycle import exiger_regles
from commun.domain.referentiel import AGENTS
from commun.schemas.forms import charger
from services.candidats import schemas
from services.candidats.domain.acquis import changement
from services.candidats.domain.model import Candidat
from services.candidats.domain.rules import FUSION, FaitsFusion, signalement
from services.candidats.queries.candidats import acquis_des, en_clair, fiche_de
from services.candidats.storage import candidats as lignes
from services.candidats.storage import vae


def fusionner(acte: Acte, candidat_id: str, corps: Any) -> dict[str, Any]:
    """Merges a candidate into this one, who takes his registrations, results, demandes VAE and centres.

    The absorbed one keeps its id, which answers as the one that is kept.
    """
    acte.exiger_profil(*AGENTS)
    vu = lignes.get_candidat(acte.db, candidat_id, acte.acteur)
    acte.exiger_version(vu.version)
    forme = charger(schemas.Fusion, corps)
    autre = lignes.get_candidat(acte.db, str(forme["absorbe_id"]), acte.acteur)
    if autre.id == vu.id:
        raise Invalide(erreurs={"absorbe_id": ["Indiquez un autre candidat que celui qui est gardé."]})
    eux = [vu.id, autre.id, *lignes.fusionnes_dans(acte.db, autre.id)]  # who follow him: all are locked in one order
    verrouilles = lignes.get_candidats(acte.db, eux, verrou=True)
    garde, absorbe = (lignes.exiger_nomme(verrouilles[c.id]) for c in (vu, autre))
    if garde.canonique_id or absorbe.canonique_id:
        raise VersionPerimee()  # merged meanwhile: one of them is somebody else now
    acte.exiger_version(garde.version)
    exiger_vue(forme["absorbe_version"], absorbe.version)
    exiger_regles(FUSION, FaitsFusion(garde, absorbe), forme["confirmer"])

    avant = acquis_des(acte, [garde.id])[garde.id]
    deja_absorbes = lignes.suivre_fusion(acte.db, absorbe.id, garde.id)
    demandes = vae.suivre_fusion(acte.db, absorbe.id, garde.id)
    jamais_lue = max(garde.version, absorbe.version) + 1  # of either, whose ids both lead to him
    apres = replace(_complete(garde, absorbe), version=jamais_lue)
    efface = replace(absorbe, canonique_id=garde.id, version=absorbe.version + 1)
    lignes.save_candidat(acte.db, efface)
    lignes.save_candidat(acte.db, apres)
    _tracer(acte, garde, absorbe, apres, forme["motif"])
    _tracer_la_suite(acte, garde, absorbe, deja_absorbes, demandes, forme["motif"])
    reunis = acquis_des(acte, [garde.id])[garde.id]
    if reunis != avant:  # together they may have a titre that neither had
        acte.tracer_ensemble("candidat", "acquis", {garde.id: changement(avant, reunis, "CAN-04")})
    acte.publier("candidat_modifie", candidat_id=absorbe.id, canonique_id=garde.id, version=efface.version)
    acte.publier("candidat_modifie", candidat_id=garde.id, canonique_id=garde.id, version=apres.version)
    return fiche_de(acte, apres)


def _complete(garde: Candidat, absorbe: Candidat) -> Candidat:
    """Returns the one that is kept, with what only the other knew: nothing known is replaced, nothing is lost."""
    identite = replace(
        garde.identite,
        civilite=garde.identite.civilite or absorbe.identite.civilite,
        nom_usage=garde.identite.nom_usage or absorbe.identite.nom_usage,
    )
    return replace(
        garde,
        identite=identite,
        adresse=garde.adresse or absorbe.adresse,
        departement=garde.departement if garde.adresse or not absorbe.adresse else absorbe.departement,
        **{champ: connue or absorbe.coordonnees[champ] for champ, connue in garde.coordonnees.items()},
    )


def _dite(garde: Candidat, absorbe: Candidat) -> str:
    """Returns what a trace says of it, for a sentence to end or to go on with."""
    return f"{signalement(absorbe)} a été fusionné dans {signalement(garde)}"


def _tracer(acte: Acte, garde: Candidat, absorbe: Candidat, apres: Candidat, motif: str | None) -> None:
    phrase = f"{_dite(garde, absorbe)}."
    avant = en_clair(garde) | {"absorbe": en_clair(absorbe)}
    acte.tracer("candidat", garde.id, "fusion", phrase, avant=avant, apres=en_clair(apres), motif=motif)
    acte.tracer("candidat", absorbe.id, "fusion", phrase, apres={"canonique_id": garde.id}, motif=motif)


def _tracer_la_suite(
    acte: Acte, garde: Candidat, absorbe: Candidat, deja_absorbes: list[str], demandes: list[str], motif: str | None
) -> None:
    """Traces what follows the absorbed candidate: those merged into him before, and his demandes VAE."""
    suivi = _dite(garde, absorbe)
    for candidat_id in deja_absorbes:
        etats = {"avant": {"canonique_id": absorbe.id}, "apres": {"canonique_id": garde.id}}
        phrase = f"{suivi}, que cette ancienne fiche désigne désormais."
        acte.tracer("candidat", candidat_id, "fusion", phrase, motif=motif, **etats)
    for demande_id in demandes:
        etats = {"avant": {"candidat_id": absorbe.id}, "apres": {"candidat_id": garde.id}}
        phrase = f"{suivi}, qui reprend cette demande."
        acte.tracer("demande_vae", demande_id, "fusion", phrase, personne=garde.id, motif=motif, **etats)
