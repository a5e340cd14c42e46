"""Four places, each with one of everything, made through HTTP by those whose right it is; and who tries from Paris."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from commun.storage.db import moteur
from demo import comptes
from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.outils.sirets import siret_nouveau
from tests.parcours.acteurs import Corps, Utilisateur
from tests.parcours.monde import Monde, nom_nouveau

_ADRESSES = {
    "sien": {"voie": "1 rue du Périmètre", "code_postal": "75012", "commune": "Paris", "code_insee": "75112"},
    "voisin": {"voie": "2 rue du Périmètre", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"},
    "departement": {
        "voie": "3 rue du Périmètre",
        "code_postal": "93100",
        "commune": "Montreuil",
        "code_insee": "93048",
    },
    "ailleurs": {"voie": "4 rue du Périmètre", "code_postal": "69003", "commune": "Lyon", "code_insee": "69383"},
}
_FICHIER = {
    "fichier": (
        "candidats.csv",
        b"nom_naissance;prenoms;date_naissance;naissance.code_insee\nEssai;Camille;28/02/1990;75112\n",
        "text/csv",
    )
}
_TERRITOIRES = {"sien": "75", "voisin": "75", "departement": "93", "ailleurs": "69"}


@dataclass
class Lieu:
    """A place: a centre, its département's UD, and what they hold.

    `objets`: its things, by the segment of a path that their id follows (« sessions » → its session's id), and what
    names them in a list.
    """

    nom: str
    adresse: Corps
    centre: Utilisateur
    ud: Utilisateur
    objets: dict[str, str] = field(default_factory=dict)


class Lieux:
    """The four places, and the profils that try: each is of Paris, `sien` is its own place."""

    def __init__(self, systeme: Systeme) -> None:
        self.systeme = systeme
        self.url = f"{systeme.url}/api/v1"
        self.monde = Monde(systeme.url)
        self.lieux: dict[str, Lieu] = {}
        self.acteurs: dict[str, Utilisateur] = {}
        self._versions: dict[str, Any] = {}
        self.anonyme = httpx.Client(base_url=self.url, timeout=15, verify=False)

    @classmethod
    def batir(cls, systeme: Systeme) -> "Lieux":
        """Makes the four places."""
        with pytest.MonkeyPatch.context() as environnement:
            environnement.setenv("DATABASE_URL_GATEWAY", systeme.url_base("gateway"))
            moteur("gateway").dispose()
            tous = cls(systeme)
            chantiers = [_Chantier(tous, nom) for nom in _ADRESSES]
            region = tous.compte(comptes.direccte("11"))
        with ThreadPoolExecutor(len(chantiers)) as ouvriers:
            list(ouvriers.map(_Chantier.batir, chantiers))
        sien = tous.lieux["sien"]
        tous.acteurs = {"CENTRE": sien.centre, "UD": sien.ud, "DIRECCTE": region, "NATIONAL": tous.monde.national}
        return tous

    def compte(self, profil: Corps) -> Utilisateur:
        """Returns a new account with this profil, signed in."""
        identifiant = nom_nouveau("perimetre").lower()
        comptes.creer(identifiant, "Compte d'essai", profil)
        return self.monde.compte(identifiant)

    def version(self, chemin: str) -> Any:
        """Returns the version of a thing now, as the national mission reads it."""
        return self.monde.national.lire(chemin)["version"]

    def version_d_origine(self, chemin: str) -> Any:
        """Returns the version that a thing had when it was first looked at."""
        if chemin not in self._versions:
            self._versions[chemin] = self.version(chemin)
        return self._versions[chemin]


class _Chantier:
    """The making of one place."""

    def __init__(self, tous: Lieux, nom: str) -> None:
        self._monde, self._adresse = tous.monde, _ADRESSES[nom]
        self._national = tous.monde.national
        self._titre = f"TP-{random.randrange(10**8, 10**9)}"
        etablissement = self._etablissement(nom)
        centre = tous.compte(comptes.centre(etablissement))
        ud = tous.compte(comptes.ud(_TERRITOIRES[nom]))
        self._lieu = tous.lieux[nom] = Lieu(nom, self._adresse, centre, ud)
        self._noter(etablissements=etablissement["id"], titres=self._titre, sites=etablissement["sites"][0]["id"])
        self._noter(denomination=etablissement["denomination"])
        for compte, variante in ((centre, ""), (ud, "@ud")):
            self._lieu.objets["identifiant" + variante] = compte.identifiant
            self._lieu.objets["profils" + variante] = compte.profil["id"]

    def batir(self) -> None:
        """Makes what the centre and its UD hold."""
        agrement = {"titre_code": self._titre, "site_id": self._lieu.objets["sites"], "numero": self._titre}
        agrement |= {"date_debut": self._jour(-100), "date_fin": self._jour(900)}
        chemin = f"/etablissements/{self._lieu.objets['etablissements']}"
        self._noter(agrements=self._national.poster(f"{chemin}/agrements", agrement).reussie()["id"])
        for variante in ("", "@ud"):
            identifiant = self._lieu.objets["identifiant" + variante]
            compte = self._national.lire("/comptes", q=identifiant)["elements"][0]
            self._lieu.objets["comptes" + variante] = compte["id"]
        invite = {"courriel": f"{self._lieu.objets['identifiant']}.invite@exemple.fr", "type": "CENTRE"}
        self._noter(invitations=self._lieu.centre.poster("/invitations", invite).reussie()["id"])
        controle = {"type": "sur_place", "date": self._jour(-1), "observations": "Rien.", "conclusion": "conforme"}
        self._noter(controles=self._lieu.ud.poster(f"{chemin}/controles", controle).reussie()["id"])
        self._session([self._jure() for _ in range(3)], self._candidat())

    def _noter(self, **objets: str) -> None:
        self._lieu.objets |= objets

    def _jour(self, dans: int) -> str:
        return (self._monde.jour + timedelta(days=dans)).isoformat()

    def _etablissement(self, nom: str) -> Corps:
        ccps = [{"code": f"{self._titre}-{n}", "intitule": f"CCP {n} du périmètre"} for n in (1, 2)]
        titre = {"code": self._titre, "intitule": f"Titre d'essai {self._titre}", "niveau": 4, "ccps": ccps}
        self._national.poster("/titres", titre | {"codes_rome": ["D1212"]}).reussie()
        corps = {
            "siret": siret_nouveau(),
            "denomination": f"Centre d'essai {nom_nouveau(nom)}",
            "adresse": self._adresse,
            "sites": [{"libelle": "Site d'essai", "adresse": self._adresse}],
        }
        return dict(self._national.poster("/etablissements", corps).reussie())

    def _jure(self) -> Corps:
        """Makes a juré who lives here, may sit for this place's titre, and so is known to its centre alone."""
        ud = self._lieu.ud
        jure: Corps = ud.poster("/jures", self._monde.corps_jure(adresse=self._adresse)).reussie()
        emploi = {"intitule": "Essai", "code_rome": "D1212", "employeur": "Essai", "date_debut": self._jour(-4000)}
        emploi_id = ud.poster(f"/jures/{jure['id']}/emplois", emploi).reussie()["id"]
        ccps = [f"{self._titre}-1", f"{self._titre}-2"]
        corps = {"titre_code": self._titre, "ccp_codes": ccps, "date_debut": self._jour(0)}
        chemin = f"/jures/{jure['id']}/habilitations"
        habilitation = attendre(lambda: (r := ud.poster(chemin, corps)).brute.is_success and r)
        self._noter(jures=jure["id"], emplois=emploi_id, habilitations=habilitation.corps["id"])
        ud.poster(f"/habilitations/{self._lieu.objets['habilitations']}/valider").reussie()
        self._lieu.objets["nom du juré"] = jure["nom"]
        return jure | {"habilitation": self._lieu.objets["habilitations"]}

    def _candidat(self) -> Corps:
        centre = self._lieu.centre
        candidat: Corps = centre.poster("/candidats", self._monde.corps_candidat(adresse=self._adresse)).reussie()
        depot = {"titre_code": self._titre, "date_depot": self._jour(0)}
        demande = attendre(
            lambda: (r := centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot)).brute.is_success and r
        )
        bilan = centre._http.post("/candidats/import", params={"essai": "true"}, files=_FICHIER).raise_for_status()
        self._noter(candidats=candidat["id"], imports=bilan.json()["import_id"])
        self._lieu.objets["demandes-vae"] = demande.corps["id"]
        self._lieu.objets["nom du candidat"] = candidat["nom_naissance"]
        return candidat

    def _session(self, jures: list[Corps], candidat: Corps) -> None:
        """Takes a session from its brouillon to its attestations, with an alert on the way."""
        centre, ud = self._lieu.centre, self._lieu.ud
        corps = self._monde.corps_session(40, titre_code=self._titre, site_id=self._lieu.objets["sites"])
        session = attendre(lambda: (r := centre.poster("/sessions", corps)).brute.is_success and r).corps
        chemin, debut = f"/sessions/{session['id']}", self._monde.jour + timedelta(days=40)
        self._noter(sessions=session["id"], numero=session["numero"])
        for jure in jures:
            centre.poster(f"{chemin}/jures", {"jure_id": jure["id"]}).reussie()
        centre.poster(f"{chemin}/candidats", {"candidat_id": candidat["id"], "parcours": "formation"}).reussie()
        centre.poster(f"{chemin}/soumission").reussie()
        ud.poster(f"{chemin}/validation").reussie()
        centre.poster(f"{chemin}/convocations").reussie()
        self._noter(convocations=centre.lire(f"{chemin}/convocations")["elements"][0]["id"])
        self._lieu.objets["demandes-dte"] = centre.poster(f"{chemin}/demandes-dte").reussie()["dte"][0]["id"]
        ud.poster(f"/habilitations/{jures[0]['habilitation']}/suspendre", {"confirmer": ["HAB-04"]}).reussie()
        attendre(lambda: centre.lire(f"{chemin}/alertes")["total"])
        ligne = {"candidat_id": candidat["id"], "present": True, "entretien_final": "favorable"}
        resultats = {"resultats": [ligne | {"ccps": dict.fromkeys(session["ccp_codes"], "acquis")}]}
        centre.demander("PUT", f"{chemin}/resultats", resultats, le=debut).reussie()
        centre.poster(f"{chemin}/cloture", le=debut).reussie()
        ud.poster(f"{chemin}/visa", le=debut).reussie()
        self._noter(messages=attendre(lambda: centre.lire("/messages")["elements"])[0]["id"])
        attestation = attendre(lambda: centre.lire(f"/candidats/{candidat['id']}/attestations")["elements"])[0]
        self._noter(attestations=attestation["id"], verifications=attestation["code"])
