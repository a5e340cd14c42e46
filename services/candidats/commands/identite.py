"""Creating a candidate, changing one."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from commun.actes.steps import Etapes
from commun.actes.unit_of_work import Acte
from commun.domain.errors import ConfirmationRequise
from commun.domain.lifecycle import exiger, exiger_regles
from commun.domain.referentiel import AGENTS, CENTRE
from commun.domain.rules import verifier
from commun.domain.territoires import departement_de
from commun.domain.textes import de
from commun.schemas.champs import au_departement
from commun.schemas.forms import charger
from commun.storage.requetes import attendre_son_tour
from commun.traces.changements import avec_changements, ce_qui_change
from services.candidats import schemas
from services.candidats.commands.questions import demander_communes, demander_departement
from services.candidats.commands.tentatives import CREER, compter, est_au_bout
from services.candidats.domain.communes import nom_de_la_commune
from services.candidats.domain.model import (
    COORDONNEES,
    Adresse,
    Candidat,
    Commune,
    FaitsIdentite,
    Identite,
    Naissance,
    Proches,
)
from services.candidats.domain.rules import CREATION, IDENTITE, MODIFICATION
from services.candidats.queries.candidats import en_clair, faits_modification, fiche_de
from services.candidats.storage.candidats import (
    add_candidats,
    distincts,
    get_candidat,
    list_proches,
    nouveau_candidat,
    nouveaux_numeros,
    perimetre,
    save_candidat,
    visibles,
)

_PROPRES = ("nom_naissance", "prenoms", "date_naissance", "civilite", "nom_usage")
_MOTS = {
    "civilite": "La civilité a été changée",
    "nom_naissance": "Le nom de naissance a été changé",
    "nom_usage": "Le nom d'usage a été changé",
    "prenoms": "Les prénoms ont été changés",
    "date_naissance": "La date de naissance a été changée",
    "naissance": "Le lieu de naissance a été changé",
    "adresse": "L'adresse a été changée",
    "telephone": "Le téléphone a été changé",
    "courriel": "L'adresse électronique a été changée",
    "departement": "Le département a été changé",
}


def creer(acte: Acte, corps: Any) -> Etapes[dict[str, Any]]:
    """Creates a candidate, who is then one of the centre's; possible duplicates are shown first (CAN-04)."""
    acte.exiger_profil(*CENTRE)
    with au_departement(acte.acteur.departement):
        forme = charger(schemas.NouveauCandidat, corps)
    identite = identite_de(forme)
    adresse = adresse_de(forme)
    communes = yield from demander_communes([identite.naissance.code_insee])
    departement = departement_du_domicile(adresse) or (yield from demander_departement(acte.acteur))

    identite = avec_commune(identite, communes)
    attendre_son_tour(acte.db, identite.tour)  # so that one person is not created twice at once
    faits = FaitsIdentite(acte.jour(), identite, commune_de(identite, communes), _proches(acte, identite))
    try:
        exiger_regles(CREATION, faits, forme["confirmer"])
    except ConfirmationRequise:
        yield None  # what was told of elsewhere is counted, though nobody is created
        raise

    candidat = nouveau_candidat(
        identite,
        nouveaux_numeros(acte.db, 1)[0],
        adresse=adresse,
        departement=departement,
        **{champ: forme[champ] for champ in COORDONNEES},
    )
    add_candidats(acte.db, [candidat], str(acte.acteur.etablissement_id), "creation")
    tracer_creations(acte, [candidat], forme["motif"])
    return fiche_de(acte, candidat)


def modifier(acte: Acte, candidat_id: str, corps: Any) -> Etapes[dict[str, Any]]:
    """Changes what is given. A centre changes the identity block until a result is recorded (CAN-02)."""
    acte.exiger_profil(*CENTRE, *AGENTS)
    candidat = get_candidat(acte.db, candidat_id, acte.acteur, verrou=True)
    acte.exiger_version(candidat.version)
    with au_departement(candidat.departement):
        forme = charger(schemas.ModificationCandidat, corps, partiel=True)
    ne_le = candidat.identite.date_naissance
    if "naissance" in forme or forme.get("date_naissance", ne_le) != ne_le:  # a code is a commune's on a day
        naissance = Naissance(**forme["naissance"]) if "naissance" in forme else candidat.identite.naissance
        communes = yield from demander_communes([naissance.code_insee])
        candidat = get_candidat(acte.db, candidat_id, acte.acteur, verrou=True)
        acte.exiger_version(candidat.version)
    else:
        communes = {}

    apres = _modifie(candidat, forme, communes)
    if apres.identite.etat_civil != candidat.identite.etat_civil:
        exiger(
            verifier(IDENTITE, FaitsIdentite(acte.jour(), apres.identite, commune_de(apres.identite, communes)))
            + verifier(MODIFICATION, faits_modification(acte, candidat))
        )
    return fiche_de(acte, enregistrer(acte, candidat, apres, motif=forme.get("motif")))


def enregistrer(acte: Acte, avant: Candidat, apres: Candidat, *, motif: str | None = None) -> Candidat:
    """Writes what changed, with its trace; nothing where nothing changed. Returns the candidate as he is kept."""
    etait, est = en_clair(avant), en_clair(apres)
    if est == etait:
        return avant
    apres = replace(apres, version=avant.version + 1)
    save_candidat(acte.db, apres)
    acte.tracer(
        "candidat",
        avant.id,
        "modifier",
        avec_changements(f"La fiche {de(apres.identite.nom_complet)} a été modifiée.", etait, est, _MOTS),
        avant=ce_qui_change(etait, est),
        apres=ce_qui_change(est, etait),
        motif=motif,
    )
    acte.publier("candidat_modifie", candidat_id=avant.id, canonique_id=avant.id, version=apres.version)
    return apres


def tracer_creations(acte: Acte, crees: Iterable[Candidat], motif: str | None) -> None:
    """Traces the creation of these candidates. Nobody is told: who has just been created is nowhere else yet, and who
    registers him asks who he is."""
    acte.tracer_ensemble("candidat", "creer", {c.id: _creation(c) | {"motif": motif} for c in crees})


def _creation(candidat: Candidat) -> dict[str, Any]:
    apres = {champ: valeur for champ, valeur in en_clair(candidat).items() if champ not in ("id", "version")}
    return {"phrase": f"Le candidat {candidat.identite.nom_complet} ({candidat.numero}) a été créé.", "apres": apres}


def identite_de(forme: dict[str, Any]) -> Identite:
    """Returns the identity that a form holds."""
    propres = {champ: forme[champ] for champ in _PROPRES if champ in forme}
    return Identite(**propres, naissance=Naissance(**forme["naissance"]))


def adresse_de(forme: dict[str, Any]) -> Adresse | None:
    """Returns the address that a form holds; one without anything in it is none."""
    adresse = Adresse(**forme["adresse"]) if forme["adresse"] else None
    return adresse if adresse != Adresse() else None


def departement_du_domicile(adresse: Adresse | None) -> str | None:
    """Returns the département of an address, `None` where it names none."""
    return departement_de(adresse.code_insee, adresse.code_postal) if adresse else None


def commune_de(identite: Identite, communes: dict[str, Commune]) -> Commune:
    """Returns what the référentiel says of the birth commune of an identity; where it has no code, nothing is wrong."""
    return communes.get(identite.naissance.code_insee or "", Commune(connu=True))


def avec_commune(identite: Identite, communes: dict[str, Commune]) -> Identite:
    """Returns the identity with its birth commune named: as it was typed, spelled as the référentiel does, else as the
    référentiel names it; by the name of yesterday where it gives two, for who may be a candidate was born before there
    were communes nouvelles."""
    naissance, commune = identite.naissance, commune_de(identite, communes)
    if not naissance.code_insee or not commune.noms:
        return identite
    nom = commune.noms[-1]
    if naissance.commune:
        nom = nom_de_la_commune(naissance.commune, commune.noms, naissance.departement or "")
    return replace(identite, naissance=replace(naissance, commune=nom))


def _proches(acte: Acte, identite: Identite) -> Proches:
    proches = distincts(list_proches(acte.db, identite.cles_cherchees))
    vus = visibles(acte.db, [c.id for c in proches], perimetre(acte.acteur))
    ailleurs = len(vus) < len(proches)
    tus = bool(compter(acte, [identite.cle_exacte], dans=CREER)) if ailleurs else est_au_bout(acte, dans=CREER)
    return Proches(tuple(c for c in proches if c.id in vus), ailleurs, tus)


def _modifie(candidat: Candidat, forme: dict[str, Any], communes: dict[str, Commune]) -> Candidat:
    """Returns the candidate as this form changes him."""
    identite = replace(candidat.identite, **{champ: forme[champ] for champ in _PROPRES if champ in forme})
    if "naissance" in forme and (voulue := Naissance(**forme["naissance"])) != identite.naissance:
        identite = avec_commune(replace(identite, naissance=voulue), communes)
    apres = replace(candidat, identite=identite)
    if "adresse" in forme:
        adresse = adresse_de(forme)
        apres = replace(apres, adresse=adresse, departement=departement_du_domicile(adresse) or apres.departement)
    return replace(apres, **{champ: forme[champ] for champ in COORDONNEES if champ in forme})
