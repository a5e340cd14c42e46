"""The world of the scenarios: new people and sessions for each, on the demo's titres and centres."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from commun import clock
from tests.parcours.acteurs import Corps, Utilisateur

TITRE = "TP-00520"
"""Conseiller de vente: en cours, two CCPs; centre-demo is agréé."""
TITRE_EN_PROLONGATION = "RNCP13620"
TITRE_A_CCS = "RNCP25651"
CCS = "RNCP25651BC03"
_LETTRES = "abcdefghijklmnopqrstuvwxyz"


def nom_nouveau(prefixe: str) -> str:
    """Returns a name that nobody bears yet."""
    return prefixe + "-" + "".join(random.choices(_LETTRES, k=10)).capitalize()


@dataclass
class Monde:
    """Who acts, and how to make what they act on."""

    url: str
    au: date | None = None
    """The day that it is there; none, that of the machine."""

    @property
    def jour(self) -> date:
        """Today in Paris, which near midnight is not the machine's day, nor that on which the tests began."""
        return self.au or clock.jour()

    def compte(self, identifiant: str, *, le: date | None = None, **profil: str) -> Utilisateur:
        """Returns an account, signed in."""
        return Utilisateur(self.url, identifiant, le=le, **profil)

    @property
    def centre(self) -> Utilisateur:
        return self._ouvert("centre-demo")

    @property
    def autre_centre(self) -> Utilisateur:
        return self._ouvert("centre-autre-demo")

    @property
    def ud(self) -> Utilisateur:
        return self._ouvert("ud-demo")

    @property
    def direccte(self) -> Utilisateur:
        return self._ouvert("direccte-demo")

    @property
    def national(self) -> Utilisateur:
        return self._ouvert("national-demo")

    def _ouvert(self, identifiant: str, _ouverts: dict[tuple[str, str], Utilisateur] = {}) -> Utilisateur:  # noqa: B006
        cle = (self.url, identifiant)  # tests of faults have a system of their own
        if cle not in _ouverts:
            _ouverts[cle] = self.compte(identifiant)
        return _ouverts[cle]

    # -- jurés --------------------------------------------------------------------------------------------------

    def corps_jure(self, **autres: Any) -> Corps:
        """Returns the form of a new juré of Paris."""
        return {
            "civilite": "MME",
            "nom": nom_nouveau("Essai"),
            "prenom": "Alix",
            "telephone_professionnel": "0199000101",
            "courriel": f"{nom_nouveau('jure').lower()}@exemple.fr",
            "adresse": {"voie": "1 rue des Essais", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"},
        } | autres

    def jure(self, *, rome: str = "D1212", depuis: date | None = None, jusqu_au: date | None = None) -> Corps:
        """Returns a new juré who holds a job of this ROME code."""
        jure: Corps = self.ud.poster("/jures", self.corps_jure()).reussie()
        debut = depuis or self.jour - timedelta(days=4000)
        emploi = {
            "intitule": "Métier de l'essai",
            "code_rome": rome,
            "employeur": "Entreprise d'essai (fictive)",
            "date_debut": debut.isoformat(),
            "date_fin": jusqu_au.isoformat() if jusqu_au else None,
        }
        self.ud.poster(f"/jures/{jure['id']}/emplois", emploi).reussie()
        return jure

    def habilitation(
        self, jure: Corps, titre: str = TITRE, *, valider: bool = True, par: Utilisateur | None = None, **autres: Any
    ) -> Corps:
        """Returns a new habilitation on every CCP of a titre, active unless said otherwise."""
        agent = par or self.ud
        ccps = [ccp["code"] for ccp in self.national.lire(f"/titres/{titre}")["ccps"]]
        corps = {"titre_code": titre, "ccp_codes": ccps, "date_debut": self.jour.isoformat()} | autres
        habilitation: Corps = agent.poster(f"/jures/{jure['id']}/habilitations", corps).reussie()
        if not valider:
            return habilitation
        return dict(agent.poster(f"/habilitations/{habilitation['id']}/valider").reussie())

    def jure_habilite(self) -> Corps:
        """Returns a new juré with an active habilitation on `TITRE`."""
        jure = self.jure()
        return {**jure, "habilitation": self.habilitation(jure)}

    def confirmer_suspension(self, jure: Corps) -> Any:
        """Suspends a juré's habilitation."""
        chemin = f"/habilitations/{jure['habilitation']['id']}/suspendre"
        return self.ud.poster(chemin, {"confirmer": ["HAB-04"]}).reussie()

    # -- candidats ----------------------------------------------------------------------------------------------

    def corps_candidat(self, **autres: Any) -> Corps:
        """Returns the form of a new candidate born in Paris."""
        return {
            "civilite": "M",
            "nom_naissance": nom_nouveau("Candidat"),
            "prenoms": "Camille, Jean",
            "date_naissance": "1990-02-28",
            "naissance": {"pays_code": "FR", "code_insee": "75112", "commune": "Paris 12e Arrondissement"},
        } | autres

    def candidat(self, centre: Utilisateur | None = None, **autres: Any) -> Corps:
        """Returns a new candidate of a centre."""
        return dict((centre or self.centre).poster("/candidats", self.corps_candidat(**autres)).reussie())

    # -- sessions -----------------------------------------------------------------------------------------------

    def corps_session(self, dans: int = 60, **autres: Any) -> Corps:
        """Returns the form of a session TITRE at centre-demo's first site, in `dans` days."""
        debut = self.jour + timedelta(days=dans)
        return {
            "type": "TITRE",
            "titre_code": TITRE,
            "site_id": self.centre.site,
            "responsable": "Responsable d'essai",
            "date_debut": debut.isoformat(),
            "date_fin": (debut + timedelta(days=1)).isoformat(),
            "heure_debut": "09:00",
        } | autres

    def etablissement(self, centre: Utilisateur) -> Corps:
        """Returns the établissement of a centre's account."""
        return dict(centre.lire(f"/etablissements/{centre.profil['etablissement_id']}"))

    def session(self, dans: int = 60, **autres: Any) -> Corps:
        """Returns a new session of centre-demo, a brouillon."""
        return dict(self.centre.poster("/sessions", self.corps_session(dans, **autres)).reussie())

    def jury(self, _sieges: dict[tuple[str, date], list[Corps]] = {}) -> list[Corps]:  # noqa: B006
        """Returns two jurés who sit in many sessions: half of what one costs. Not for who changes something of them."""
        cle = (self.url, self.jour)
        if cle not in _sieges:
            _sieges[cle] = self.jury_neuf()
        return _sieges[cle]

    def jury_neuf(self) -> list[Corps]:
        """Returns two new jurés with an active habilitation on `TITRE`."""
        return [self.jure_habilite() for _ in range(2)]

    def session_complete(
        self, dans: int = 60, candidat: Corps | None = None, jury: list[Corps] | None = None, **autres: Any
    ) -> Corps:
        """Returns a brouillon with its two jurés and a candidate; those of `jury`, a new one, unless they are given."""
        return self.relire(self._remplie(dans, candidat, jury, **autres))

    def session_validee(
        self, dans: int = 60, candidat: Corps | None = None, jury: list[Corps] | None = None, **autres: Any
    ) -> Corps:
        """Returns such a session, once its UD has validated it."""
        session = self._remplie(dans, candidat, jury, **autres)
        self.valider(session)
        return self.relire(session)

    def _remplie(self, dans: int, candidat: Corps | None, jury: list[Corps] | None, **autres: Any) -> Corps:
        """Makes such a brouillon; returns it as it was made, empty."""
        session = self.session(dans, **autres)
        for jure in jury or self.jury():
            self.inscrire_jure(session, jure)
        self.inscrire(session, candidat or self.candidat())
        return session

    def valider(self, session: Corps) -> None:
        """Has a session submitted, and validated by its UD."""
        self.centre.poster(f"/sessions/{session['id']}/soumission").reussie()
        self.ud.poster(f"/sessions/{session['id']}/validation").reussie()

    def convoquer(self, session: Corps) -> None:
        """Has the convocations of a validated session edited."""
        self.centre.poster(f"/sessions/{session['id']}/convocations").reussie()

    def relire(self, session: Corps) -> Corps:
        """Returns a session as it is now."""
        return dict(self.centre.lire(f"/sessions/{session['id']}"))

    def inscrire_jure(self, session: Corps, jure: Corps) -> Any:
        """Registers a juré."""
        return self.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": jure["id"]}).reussie()

    def inscrire(self, session: Corps, candidat: Corps, parcours: str = "formation") -> Any:
        """Registers a candidate."""
        corps = {"candidat_id": candidat["id"], "parcours": parcours}
        return self.centre.poster(f"/sessions/{session['id']}/candidats", corps).reussie()
