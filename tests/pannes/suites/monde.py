"""What a sequence acts upon: a titre, its successor, agréments, jurés and candidates that no other sequence knows."""

import itertools
import secrets
import string
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.pannes.suites.modele import AgrementSuivi
from tests.pannes.suites.pays import agents_de
from tests.parcours.acteurs import Corps

if TYPE_CHECKING:
    from tests.pannes.suites.suite import Suite

ROME = "D1212"
TROIS_ANS = 1_100
LIEUX: tuple[Corps, ...] = (
    {"code_postal": "75012", "commune": "Paris", "code_insee": "75112"},
    {"code_postal": "75020", "commune": "Paris", "code_insee": "75120"},
    {"code_postal": "92000", "commune": "Nanterre", "code_insee": "92050"},
    {"code_postal": "69001", "commune": "Lyon", "code_insee": "69381"},
)
_numeros = itertools.count(1)


def nom_a_soi(prefixe: str) -> str:
    """Returns a name that nobody bears: not drawn by `random`, which every sequence starts again from one seed."""
    return f"{prefixe}-{''.join(secrets.choice(string.ascii_lowercase) for _ in range(12))}"


class MondeDeSuite:
    """Made at the start of a sequence by those who may."""

    def __init__(self, suite: "Suite") -> None:
        self._suite = suite
        sceau = f"{secrets.token_hex(3).upper()}{next(_numeros)}"
        self.titre, self.successeur, self.ccs = f"SU-{sceau}", f"SV-{sceau}", f"SC-{sceau}"
        self.ccps = [f"{self.titre}-{n}" for n in (1, 2)]
        self.nouveaux_ccps = [f"{self.successeur}-{n}" for n in (1, 2)]
        self.agrements: list[AgrementSuivi] = []
        self.jures: list[str] = []
        self.noms_des_jures: set[str] = set()
        self.habilitations: list[str] = []
        self.candidats: list[str] = []
        self.du_voisin: list[str] = []
        """The candidates of the other centre."""
        self.demandes: list[str] = []
        self.controles: list[str] = []
        self.demenages: set[str] = set()
        """The centres of which something was changed."""
        self.identites: dict[str, Corps] = {}
        m = suite.pays.monde
        self.centres = {"centre": m.etablissement(m.centre), "autre_centre": m.etablissement(m.autre_centre)}

    def poster(self, nom: str, chemin: str, corps: Corps | None = None) -> Any:
        """Posts what must succeed."""
        return self._suite.agir(nom, "POST", chemin, corps).reussie()

    # -- what the référentiel holds -----------------------------------------------------------------------------

    def ouvrir(self) -> None:
        """Creates the titres and the agréments."""
        for code, ccps in ((self.titre, self.ccps), (self.successeur, self.nouveaux_ccps)):
            corps = {
                "code": code,
                "intitule": f"Titre de suite {code}",
                "niveau": 4,
                "codes_rome": [ROME],
                "ccps": [{"code": c, "intitule": f"CCP {c}"} for c in ccps],
                "ccs": [{"code": self.ccs, "intitule": f"CCS {self.ccs}"}],
            }
            self.poster("national", "/titres", corps)
            for centre, site in (("centre", 0), ("centre", 1), ("autre_centre", 0)):
                self.agreer(centre, site, titre_code=code)
        self.agreer("centre", 0, ccs_code=self.ccs)

    def site(self, centre: str, rang: int) -> str:
        """Returns one of a centre's sites."""
        sites = self.centres[centre]["sites"]
        return str(sites[rang % len(sites)]["id"])

    def demenagement(self, centre: str, rang: int) -> tuple[str, str, str, Corps]:
        """Returns the act that takes a centre's site elsewhere, in the same département or not."""
        sites = self.centres[centre]["sites"]
        site = sites[rang % len(sites)]
        adresse = {"voie": f"{1 + rang} rue des Suites", "complement": None} | LIEUX[rang % len(LIEUX)]
        corps = {"sites": [{"id": site["id"], "libelle": f"{site['libelle']} {rang}", "adresse": adresse}]}
        self.demenages.add(centre)
        return "national", "PATCH", f"/etablissements/{self.centres[centre]['id']}", corps

    def ramener(self) -> None:
        """Takes the sites back where they were: the centres serve the next sequence too."""
        for centre in sorted(self.demenages):
            fiche = self.centres[centre]
            corps = {"denomination": fiche["denomination"], "telephone": fiche["telephone"]}
            corps["sites"] = [{nom: site[nom] for nom in ("id", "libelle", "adresse")} for site in fiche["sites"]]
            self._suite.agir("national", "PATCH", f"/etablissements/{fiche['id']}", corps).reussie()
        self.demenages.clear()

    def agreer(self, centre: str, site: int, debut: int = -30, fin: int = TROIS_ANS, **certification: str) -> None:
        """Grants an agrément, of three years unless said; if it may be, once the first are."""
        s, numero = self._suite, f"SU-{secrets.token_hex(4)}"
        departement = self.centres[centre]["sites"][site]["departement"]
        corps = {
            "site_id": self.site(centre, site),
            "numero": numero,
            "date_debut": s.dans(debut),
            "date_fin": s.dans(fin),
        }
        chemin = f"/etablissements/{self.centres[centre]['id']}/agrements"
        reponse = s.agir("national", "POST", chemin, corps | certification)
        if not reponse.brute.is_success:
            return
        fiche = reponse.corps
        dates = (date.fromisoformat(fiche["date_debut"]), date.fromisoformat(fiche["date_fin"]))
        self.agrements.append(AgrementSuivi(fiche["id"], numero, *dates, agents_de(departement)))

    # -- people -------------------------------------------------------------------------------------------------

    def jure(self, *, ccs: bool = False, valider: bool = True, titre: str = "") -> str:
        """Creates a juré of Paris, with an habilitation on every CCP of a titre, and on the CCS where asked."""
        jure_id = self.jure_sans_habilitation()
        ccps = self.nouveaux_ccps if titre == self.successeur else self.ccps
        self.habiliter(jure_id, valider=valider, titre_code=titre or self.titre, ccp_codes=ccps)
        if ccs:
            self.habiliter(jure_id, valider=valider, ccs_code=self.ccs)
        return jure_id

    def jure_sans_habilitation(self) -> str:
        """Creates a juré of Paris, who holds the job of these titres."""
        s = self._suite
        jure = self.poster("ud", "/jures", s.pays.monde.corps_jure(nom=nom_a_soi("Juré")))
        self.noms_des_jures.add(jure["nom"])
        emploi = {"intitule": "Métier de l'essai", "code_rome": ROME, "date_debut": s.dans(-4000), "date_fin": None}
        self.poster("ud", f"/jures/{jure['id']}/emplois", emploi)
        self.jures.append(jure["id"])
        return str(jure["id"])

    def habiliter(self, jure_id: str, *, valider: bool, **certification: Any) -> None:
        """Gives an habilitation."""
        corps = {"date_debut": self._suite.dans(0)} | certification
        fiche = self.poster("ud", f"/jures/{jure_id}/habilitations", corps)
        if valider:
            self.poster("ud", f"/habilitations/{fiche['id']}/valider")
        self.habilitations.append(fiche["id"])

    def candidat(self, centre: str = "centre", double_de: str = "") -> str:
        """Creates a candidate of a centre, who bears the identity of another where asked."""
        corps = self.identites.get(double_de) or self.nouvelle_identite()
        return self.connaitre(centre, self.poster(centre, "/candidats", dict(corps))["id"], corps)

    def nouvelle_identite(self) -> Corps:
        """Returns who nobody knows."""
        nom = nom_a_soi("Candidat")
        return self._suite.pays.monde.corps_candidat(nom_naissance=nom, courriel=f"{nom.lower()}@exemple.fr")

    def connaitre(self, centre: str, candidat_id: str, identite: Corps) -> str:
        """Follows a candidate of a centre."""
        self.identites[candidat_id] = identite
        (self.candidats if centre == "centre" else self.du_voisin).append(candidat_id)
        return candidat_id
