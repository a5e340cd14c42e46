"""Loads the demo through the HTTP API, as its users would: every rule holds, every act leaves its trace.

Each request bears a fixed `Idempotency-Key`, so that a loading that was cut goes on where it stopped: on another day
too, for its dates count from the day when its first account was created.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from commun.domain.territoires import departement_de
from demo import communes, comptes
from demo.client import Client
from demo.donnees import aux_jours_ouvres, lire
from demo.sessions import Lieu
from services.referentiel.importer import importer

_DELAIS = ("delai_soumission_titre", "delai_soumission_ccp_ccs", "delai_inscription")
_ORIGINE = "2016-09-01"
"""The day from which installation sets the délais: the demo's values, set later for the same day, replace them."""


class Chargement:
    """One loading of the demo.

    Args:
        url: the gateway's address.
        territoires: the folder of those to import; none, all the communes of France where they can be fetched.
    """

    def __init__(self, url: str, territoires: Path | None = None) -> None:
        self._url, self._dossier = url, territoires
        self._etablissements: dict[str, dict[str, Any]] = {}
        self._clients: dict[str, Client] = {}
        self._jures_ids: list[str] = []
        self._candidats_ids: list[str] = []

    @property
    def deja_fait(self) -> bool:
        """Whether the demo was loaded to its end: the last account that it creates is there."""
        return comptes.cree_le(comptes.DERNIER) is not None

    def etapes(self) -> Iterator[tuple[str, int]]:
        """Loads step by step; yields what each has just loaded, and how many."""
        yield "communes, départements, régions et pays", self._territoires()
        comptes.creer_agents()
        yield "délais de SES-05 levés", self._lever_les_delais()
        yield "titres", self._titres()
        yield "établissements et agréments", self._etablissements_et_agrements()
        centres = self._etablissements
        comptes.creer("multi-demo", "", *(comptes.centre(centre) for centre in centres.values()))
        yield "jurés", self._jures()
        yield "candidats", self._candidats()
        yield "sessions, de leur préparation à leur visa", self._sessions()
        comptes.creer("centre-demo", "Centre de démonstration", comptes.centre(centres["centre-demo"]))
        comptes.creer(comptes.DERNIER, "Autre centre", comptes.centre(centres["centre-autre-demo"]))

    def _territoires(self) -> int:
        """Loads reference files as an operator does: no account enters them."""
        dossier, rien = self._dossier or communes.dossier(), lambda _: None
        return importer("territoires", dossier, rien) + importer("pays", communes.EXTRAIT / "pays.csv", rien)

    def _lire(self, nom: str) -> list[dict[str, Any]]:
        return lire(nom, self._jour)

    def _lever_les_delais(self) -> int:
        """Puts the délais of SES-05 out of use, whatever day is simulated: version 1.7.1 had none."""
        for code in _DELAIS:
            corps = {"valeur": None, "du": _ORIGINE}
            self._national.poster(f"/parametres/{code}/valeurs", corps, cle=f"demo-parametre-{code}")
        return len(_DELAIS)

    def _titres(self) -> int:
        titres = self._lire("catalogue")
        for titre in titres:
            self._national.poster("/titres", titre, cle=f"demo-titre-{titre['code']}")
        return len(titres)

    def _etablissements_et_agrements(self) -> int:
        centres = self._lire("etablissements")
        for centre in centres:
            cle = f"demo-etablissement-{centre['cle']}"
            etablissement = self._national.poster("/etablissements", centre["corps"], cle=cle)
            self._etablissements[centre["cle"]] = etablissement
            for agrement in centre["agrements"]:
                corps = {**agrement["corps"], "site_id": etablissement["sites"][agrement["site"]]["id"]}
                cle = f"demo-agrement-{corps['numero']}"
                accorde = self._national.poster(f"/etablissements/{etablissement['id']}/agrements", corps, cle=cle)
                if acte := agrement.get("acte"):
                    chemin = f"/agrements/{accorde['id']}/{acte['action']}"
                    self._national.poster(chemin, acte["corps"], cle=f"{cle}-{acte['action']}")
        return len(centres)

    def _jures(self) -> int:
        jures = self._lire("jures")
        for rang, jure in enumerate(jures):
            adresse = jure["corps"]["adresse"]
            departement = departement_de(adresse.get("code_insee"), adresse["code_postal"]) or "75"
            agent = self._en_tant_que(type="UD", departement=departement)
            cle = f"demo-jure-{rang}"
            self._jures_ids.append(agent.poster("/jures", jure["corps"], cle=cle)["id"])
            chemin = f"/jures/{self._jures_ids[-1]}"
            for n, emploi in enumerate(jure["emplois"]):
                agent.poster(f"{chemin}/emplois", emploi, cle=f"{cle}-emploi-{n}")
            for n, habilitation in enumerate(jure["habilitations"]):
                self._habiliter(agent, chemin, habilitation, f"{cle}-habilitation-{n}")
            if jure.get("inactif"):
                agent.poster(f"{chemin}/inactivation", cle=f"{cle}-inactivation")
        return len(jures)

    @staticmethod
    def _habiliter(agent: Client, chemin: str, habilitation: dict[str, Any], cle: str) -> None:
        brouillon = agent.poster(f"{chemin}/habilitations", habilitation["corps"], cle=cle)
        for etape in habilitation["etapes"]:
            agent.poster(f"/habilitations/{brouillon['id']}/{etape}", cle=f"{cle}-{etape}")

    def _candidats(self) -> int:
        candidats = self._lire("candidats")
        for rang, candidat in enumerate(candidats):
            centre = self._en_tant_que(etablissement_id=self._etablissements[candidat["centre"]]["id"])
            cree = centre.poster("/candidats", candidat["corps"], cle=f"demo-candidat-{rang}")
            self._candidats_ids.append(cree["id"])
        return len(candidats)

    def _sessions(self) -> int:
        centre, plans = self._etablissements["centre-demo"], aux_jours_ouvres(self._lire("sessions"), self._jour)
        lieu = Lieu(
            self._en_tant_que(etablissement_id=centre["id"]),
            self._en_tant_que(type="UD", departement=centre["departement"]),
            centre["sites"][0]["id"],
            self._jures_ids,
            self._candidats_ids,
        )
        for plan in plans:
            lieu.jouer(plan)
        return len(plans)

    @cached_property
    def _jour(self) -> date:
        """The day from which the demo's dates count."""
        jour = comptes.cree_le(comptes.PREMIER)
        assert jour is not None
        return jour

    @property
    def _national(self) -> Client:
        return self._client(comptes.PREMIER)

    def _client(self, identifiant: str, profil: str | None = None) -> Client:
        cle = profil or identifiant
        if cle not in self._clients:
            self._clients[cle] = Client(self._url, identifiant, comptes.MOT_DE_PASSE, profil)
        return self._clients[cle]

    def _en_tant_que(self, **attendu: str) -> Client:
        """Returns `multi-demo` in the one of its profils that has these values."""
        profil = next(p for p in self._profils if attendu.items() <= p.items())
        return self._client("multi-demo", profil["id"])

    @cached_property
    def _profils(self) -> list[dict[str, Any]]:
        profils: list[dict[str, Any]] = self._client("multi-demo").lire("/moi")["profils"]
        return profils
