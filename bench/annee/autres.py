"""What else happens in a year: new jurés, habilitations taken back and given again, releases announced."""

from collections.abc import Iterator
from datetime import date, timedelta

from bench.annee.demandes import Demande, Dossier, Etapes
from bench.annee.plan import Annee
from bench.donnees.monde import Habilitation, Jure
from bench.donnees.tirage import DEPARTEMENTS
from commun.domain.json import Json

NATIONAL = "national"
ABONNES = 2_000
"""Subscribers to the releases, at full size."""

FAUTES_DES_JURES: dict[str, str] = {
    "emploi inconnu": "HAB-08",
    "emploi trop ancien": "HAB-07",
    "dates en désordre": "HAB-10",
    "périodes qui se chevauchent": "HAB-11",
    "habilitation créée par un centre": "DROIT",
}
"""What one new juré in eight meets, and the code of the refusal."""


def dossiers_des_jures(annee: Annee, combien: int) -> Iterator[Dossier]:
    """Yields `combien` new jurés, half as many suspended then reactivated, a quarter inactivated then activated."""
    fautes = list(FAUTES_DES_JURES)
    for rang in range(combien):
        jour = annee.premier_jour + timedelta(days=1 + rang * 350 // combien)
        yield Dossier(_nouveau_jure(annee, rang, jour, fautes[rang // 8 % len(fautes)] if rang % 8 == 0 else ""))
    libres = [j for j in annee.reserves if j.id not in {s.reserve[0].id for s in annee.sessions if s.reserve}]
    for rang, jure in enumerate(libres[: combien // 2]):
        actives = [h for h in jure.habilitations if h.etat == "active" and h.titre_code]
        jour = annee.premier_jour + timedelta(days=5 + rang * 300 // max(combien // 2, 1))
        vives = [h for h in actives if h.date_fin > jour + timedelta(days=40)]
        if vives:
            yield Dossier(_suspension(jure, vives[0], jour))
    for rang, jure in enumerate(libres[combien // 2 : combien // 2 + combien // 4]):
        yield Dossier(_inactivation(jure, annee.premier_jour + timedelta(days=10 + rang * 300 // max(combien // 4, 1))))


def refus_des_jures(combien: int) -> list[str]:
    """Returns the faults of that many new jurés."""
    fautes = list(FAUTES_DES_JURES)
    return [fautes[rang // 8 % len(fautes)] for rang in range(0, combien, 8)]


def dossier_des_versions(annee: Annee, abonnes: int) -> Dossier:
    """Returns the releases of the year, each announced to all the subscribers."""
    return Dossier(_versions(annee, abonnes))


def _nouveau_jure(annee: Annee, rang: int, jour: date, faute: str) -> Etapes:
    t = annee.tirage
    departement = DEPARTEMENTS.valeurs[rang * 7 % len(DEPARTEMENTS.valeurs)]
    ud = f"ud-{departement}"
    titre = annee.sessions[rang % len(annee.sessions)].titre
    nom = f"Nouveau-{''.join(chr(ord('a') + int(c)) for c in str(rang))}"
    corps: Json = {
        "civilite": "MME",
        "nom": nom,
        "prenom": "Camille",
        "date_naissance": "1980-05-17",
        "telephone_professionnel": "+33199001234",
        "adresse": t.adresse(departement),
    }
    jure = (yield Demande(jour, ud, "créer un juré", "POST", "/jures", corps)).corps
    chemin = f"/jures/{jure['id']}/habilitations"
    voulue: Json = {
        "titre_code": titre.code,
        "ccp_codes": sorted(titre.codes_ccp),
        "date_debut": (jour + timedelta(days=1)).isoformat(),
    }
    creer = "créer une habilitation"

    def refus(corps: Json, compte: str = ud) -> Demande:
        return Demande(jour, compte, creer, "POST", chemin, corps, FAUTES_DES_JURES[faute])

    if faute == "habilitation créée par un centre":
        yield refus(voulue, annee.sessions[0].compte)
    if faute == "emploi inconnu":
        yield refus(voulue)
    emploi: Json = {"intitule": titre.intitule[:200], "code_rome": min(titre.codes_rome), "date_debut": "2005-09-01"}
    if faute == "emploi trop ancien":
        ancien = emploi | {"date_fin": f"{jour.year - 7}-06-30"}
        yield Demande(jour, ud, "ajouter un emploi", "POST", f"/jures/{jure['id']}/emplois", ancien)
        yield refus(voulue)
    yield Demande(jour, ud, "ajouter un emploi", "POST", f"/jures/{jure['id']}/emplois", emploi)
    if faute == "dates en désordre":
        yield refus(voulue | {"date_fin": jour.isoformat()})
    habilitation = (yield Demande(jour, ud, creer, "POST", chemin, voulue)).corps
    if faute == "périodes qui se chevauchent":
        yield refus(voulue)
    yield Demande(jour, ud, "habilitation : valider", "POST", f"/habilitations/{habilitation['id']}/valider", {})


def _suspension(jure: Jure, h: Habilitation, jour: date) -> Etapes:
    ud = f"ud-{jure.departement}"
    for acte, dit, code, apres in (("suspendre", "suspendre", "HAB-04", 0), ("reactiver", "réactiver", "HAB-02", 20)):
        chemin, nom, le = f"/habilitations/{h.id}/{acte}", f"habilitation : {dit}", jour + timedelta(days=apres)
        yield Demande(le, ud, nom, "POST", chemin, {}, "CONFIRMATION_REQUISE")
        yield Demande(le, ud, nom, "POST", chemin, {"confirmer": [code]})


def _inactivation(jure: Jure, jour: date) -> Etapes:
    ud, chemin = f"ud-{jure.departement}", f"/jures/{jure.id}"
    yield Demande(jour, ud, "inactiver un juré", "POST", f"{chemin}/inactivation", {}, "CONFIRMATION_REQUISE")
    corps: Json = {"confirmer": ["JUR-02"]}
    yield Demande(jour, ud, "inactiver un juré", "POST", f"{chemin}/inactivation", corps)
    yield Demande(jour + timedelta(days=30), ud, "activer un juré", "POST", f"{chemin}/activation", {})


def _versions(annee: Annee, abonnes: int) -> Etapes:
    jour = annee.premier_jour + timedelta(days=2)
    fichier = "\n".join(["Courriel", *(f"abonne{n}@exemple.fr" for n in range(abonnes))]).encode()
    yield Demande(jour, NATIONAL, "importer les abonnés", "POST", "/abonnes/import", {}, fichier=fichier)
    for rang, attente in enumerate((60, 240), 1):
        le = annee.premier_jour + timedelta(days=attente)
        corps: Json = {
            "numero": f"2.{rang}.0",
            "date": le.isoformat(),
            "introduction": "Une nouvelle version est en service.",
            "modules": [{"titre": "Sessions", "items": [{"titre": "Listes", "profils": [{"texte": "Plus rapides."}]}]}],
        }
        yield Demande(le, NATIONAL, "créer une version", "POST", "/versions", corps)
        chemin = f"/versions/2.{rang}.0/diffusion"
        yield Demande(le, NATIONAL, "diffuser une version", "POST", chemin, {}, "CONFIRMATION_REQUISE")
        yield Demande(le, NATIONAL, "diffuser une version", "POST", chemin, {"confirmer": ["NOT-05"]})
