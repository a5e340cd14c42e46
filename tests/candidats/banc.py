"""The commands of candidats at hand, on a real database, without a bus: what other services would answer is given."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from commun.actes.steps import Question
from commun.bus.acteur import Acteur
from commun.domain.errors import ConfirmationRequise, Indisponible, Refus, ReglesEnfreintes, depuis_clair
from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from services.candidats.commands import identite, vae
from services.candidats.commands.reception import recevoir_resultats, recevoir_session, recevoir_titre
from tests.outils.bancs import INTROUVABLE, Commandes

Corps = dict[str, Any]
ETABLISSEMENT = "0190a8c0-0000-7000-8000-00000000000a"
AUTRE = "0190a8c0-0000-7000-8000-00000000000b"
CENTRE = Acteur("c-cen", "centre", "p-cen", TypeProfil.CENTRE, etablissement_id=ETABLISSEMENT)
AUTRE_CENTRE = Acteur("c-aut", "autre", "p-aut", TypeProfil.CENTRE, etablissement_id=AUTRE)
UD_75 = Acteur("c-ud", "ud", "p-ud", TypeProfil.UD, departement="75")
UD_69 = replace(UD_75, departement="69")
DIRECCTE_11 = Acteur("c-dir", "direccte", "p-dir", TypeProfil.DIRECCTE, region="11")
NATIONAL = Acteur("c-nat", "national", "p-nat", TypeProfil.NATIONAL)

TITRE: Corps = {
    "code": "TP-1",
    "intitule": "Coffreur",
    "codes_rome": ["F1701"],
    "ccps": [{"code": "BC01", "intitule": "Coffrer"}, {"code": "BC02", "intitule": "Couler"}],
    "ccs": [],
    "date_fin_de_vie": None,
    "date_fin_prolongation": None,
    "correspondances": [],
    "version": 1,
}
PERSONNE: Corps = {
    "civilite": "MME",
    "nom_naissance": "Lefèvre",
    "prenoms": "Zoé, Anne-Marie",
    "date_naissance": "1990-02-28",
    "naissance": {"pays_code": "FR", "code_insee": "75112", "commune": "Paris 12e Arrondissement"},
    "adresse": {"voie": "1 rue des Essais", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"},
    "telephone": "01 99 00 03 00",
    "courriel": "zoe@exemple.fr",
}
IDENTITE = {champ: PERSONNE[champ] for champ in ("nom_naissance", "prenoms", "date_naissance", "naissance")}
COMMUNES = {
    "01025": [("Bâgé-Dommartin", "commune-actuelle"), ("Bâgé-la-Ville", "commune-deleguee")],
    "51108": [("Châlons-en-Champagne", "commune-actuelle")],
    "69123": [("Lyon", "commune-actuelle")],
    "69383": [("Lyon 3e Arrondissement", "arrondissement-municipal")],
    "75056": [("Paris", "commune-actuelle")],
    "75112": [("Paris 12e Arrondissement", "arrondissement-municipal")],
    "97411": [("Saint-Denis", "commune-actuelle")],
    "93066": [("Saint-Denis", "commune-actuelle")],
    "14697": [("Ancienne commune, aujourd'hui Souleuvre-en-Bocage", "ancien-code")],
    "20137": [("Ancienne commune, aujourd'hui Linguizzetta", "ancien-code")],
}
DEVENUES = {"14697": "14061", "20137": "2B143"}
"""What these old codes have become."""
POSTAUX = {"20137": [{"code_insee": "2A247", "nom": "Porto-Vecchio"}]}
"""The communes of today whose postcode one of these old codes is."""
COMMUNES_NOMMEES = {
    "Lyon 3": [{"code_insee": "69383", "nom": "Lyon 3e Arrondissement", "departement": "69"}],
    "Saint-Denis": [
        {"code_insee": "93066", "nom": "Saint-Denis", "departement": "93"},
        {"code_insee": "97411", "nom": "Saint-Denis", "departement": "974"},
    ],
    "Évry": [
        {"code_insee": "89162", "nom": "Évry", "departement": "89"},
        {"code_insee": "91228", "nom": "Évry-Courcouronnes", "departement": "91", "commence": True},
    ],
    "Cherbourg": [
        {"code_insee": "50129", "nom": "Cherbourg-en-Cotentin", "departement": "50", "commence": True},
    ],
}
"""What the référentiel would say of the communes that a file names so."""
COMMUNES_VOISINES = {"Casablanca": [{"code_insee": "2B069", "nom": "Casabianca", "departement": "2B"}]}
"""What it would say of a name that none bears."""
PAYS = {"algérie": "DZ", "99352": "DZ", "maroc": "MA", "guadeloupe": "FR"}
"""What the référentiel would say of the countries that a file calls so."""


def ligne_resultat(candidat_id: str, *ccps: str, entretien: str | None = None, **champs: Any) -> Corps:
    """A candidate's line in closed results: the CCPs that he acquired."""
    base = {"candidat_id": candidat_id, "present": True, "absence": None, "ccs": None}
    return base | {"ccps": dict.fromkeys(ccps, "acquis"), "entretien_final": entretien} | champs


@dataclass
class Banc(Commandes):
    """Runs commands and queries as somebody, on a day.

    Attributes:
        communes: what the référentiel would answer, by INSEE code; `liste_complete`: whether it has them all.
        refus_session: what the session would refuse a registration for; `None`: it accepts.
        dites: what it says of each candidate when it is only asked.
        pendant: called while a question is being asked.
        inscrites: the ids under which its sessions have seen people lately.
        essais, inscrits: the registrations that were tried, and asked.
    """

    service = "candidats"

    communes: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: dict(COMMUNES))
    liste_complete: bool = True
    refus_session: Refus | None = None
    dites: Corps = field(default_factory=dict)
    essais: list[Corps] = field(default_factory=list)
    inscrits: list[Corps] = field(default_factory=list)
    inscrites: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    en_panne: set[str] = field(default_factory=set)
    pendant: Callable[[Question], Any] = lambda question: None

    # -- running ------------------------------------------------------------------------------------------------

    def code_refuse(self, qui: Acteur, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> str:
        """Returns the code of a command's refusal."""
        return str(self.refuse(qui, commande, *arguments, **contexte).en_clair()["code"])

    def regles_enfreintes(self, qui: Acteur, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Corps:
        """Returns the sentence of each rule that refuses a command, by code."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, ReglesEnfreintes), refus
        return {m.code: m.message for m in refus.manquements}

    def phrases_a_confirmer(self, qui: Acteur, commande: Callable[..., Any], *arguments: Any, **contexte: Any) -> Corps:
        """Returns the sentence of each question that a command asks, by code."""
        refus = self.refuse(qui, commande, *arguments, **contexte)
        assert isinstance(refus, ConfirmationRequise), refus
        return {m.code: m.message for m in refus.avertissements}

    # -- neighbours ---------------------------------------------------------------------------------------------

    def repondre(self, question: Question) -> Any:
        """Answers as the neighbour would."""
        self.questions.append(question)
        self.pendant(question)
        if question.service in self.en_panne:
            raise Indisponible()
        arguments = question.arguments
        match question.methode:
            case "inscrites_depuis":
                return sorted(self.inscrites & {*arguments["personne_ids"]})
            case "laisser_anonymiser":
                return sorted(self.inscrites & arguments["fiches"].keys())
            case "communes":
                actuelles = {ancien: {"code_insee": code, "nom": ""} for ancien, code in DEVENUES.items()}
                connues = {
                    code: [
                        {"code_insee": code, "nom": nom, "nature": nature, "commune_actuelle": actuelles.get(code)}
                        for nom, nature in self.communes[code]
                    ]
                    for code in arguments["codes"]
                    if code in self.communes
                }
                postaux = {code: POSTAUX[code] for code in connues.keys() & POSTAUX.keys()}
                return {"communes": connues, "postaux": postaux, "complete": self.liste_complete}
            case "communes_nommees":
                return {nom: COMMUNES_NOMMEES[nom] for nom in arguments["noms"] if nom in COMMUNES_NOMMEES}
            case "communes_voisines":
                return {nom: COMMUNES_VOISINES[nom] for nom in arguments["noms"] if nom in COMMUNES_VOISINES}
            case "pays":
                return {dite: PAYS[nom] for dite in arguments["designations"] if (nom := dite.casefold()) in PAYS}
            case "etablissement":
                return {"id": arguments["etablissement_id"], "departement": "75", "region": "11"}
            case "titre" if arguments["code"] == "TP-NEUF":
                return TITRE | {"code": "TP-NEUF", "intitule": "Titre tout neuf"}
            case "inscrire_candidats" if arguments["corps"]["essai"]:
                self.essais.append(arguments)
                return {"lignes": [self._dite(c["candidat_id"]) for c in arguments["corps"]["candidats"]]}
            case "inscrire_candidats":
                if self.refus_session:
                    raise self.refus_session
                self.inscrits.append(arguments)
                return {}
            case _:
                raise depuis_clair(INTROUVABLE)

    def _dite(self, candidat_id: str) -> Corps:
        """What the session says of a candidate who would enter."""
        rien: Corps = {"refus": [], "avertissements": [], "remarques": []}
        return {"candidat_id": candidat_id} | rien | self.dites

    def titre(self, **champs: Any) -> None:
        """Receives a titre."""
        self.faire(NATIONAL, recevoir_titre, TITRE | champs)

    def session(self, *candidats: str, numero: int = 1, **champs: Any) -> Corps:
        """Receives a session of `ETABLISSEMENT`, in Paris, in which these candidates are registered."""
        corps: Corps = {
            "id": f"0190a8c0-0000-7000-8000-{numero:012d}",
            "version": 1,
            "numero": f"2026-75-{numero:06d}",
            "type": "TITRE",
            "titre_code": "TP-1",
            "ccs_code": None,
            "etat": "validee",
            "date_debut": "2026-05-04",
            "date_fin": "2026-05-05",
            "etablissement_id": ETABLISSEMENT,
            "site_id": ETABLISSEMENT,
            "departement": "75",
            "region": "11",
            "jures": [],
        } | champs
        saisis = corps.pop("saisis", ())
        corps["candidats"] = [
            {"candidat_id": c, "parcours": "formation", "resultat_saisi": c in saisis} for c in candidats
        ]
        self.faire(NATIONAL, recevoir_session, corps)
        return corps

    def resultats(self, lignes: Iterable[Corps], *, session: int = 1, **champs: Any) -> None:
        """Receives closed results."""
        self.faire(NATIONAL, recevoir_resultats, resultats_clos(lignes, session=session, **champs))

    # -- short ways ---------------------------------------------------------------------------------------------

    def candidat(self, qui: Acteur = CENTRE, **champs: Any) -> Corps:
        """Creates a candidate, whatever resembles him."""
        cree: Corps = self.faire(qui, identite.creer, PERSONNE | {"confirmer": ["CAN-04"]} | champs)
        return cree

    def demande(self, candidat: Corps, qui: Acteur = CENTRE, **champs: Any) -> Corps:
        """Files a demande VAE on `TITRE`."""
        corps = {"titre_code": "TP-1", "date_depot": "2026-03-01"} | champs
        return dict(self.faire(qui, vae.deposer, candidat["id"], corps))

    def evenements(self) -> list[Corps]:
        """Returns the bodies of what was published, oldest first."""
        return [corps for _, corps in super().evenements()]


def resultats_clos(lignes: Iterable[Corps], *, session: int = 1, **champs: Any) -> Corps:
    """The body of closed results."""
    return {
        "session_id": f"0190a8c0-0000-7000-8000-{session:012d}",
        "version": 1,
        "type": "TITRE",
        "titre_code": "TP-1",
        "ccs_code": None,
        "date_fin": "2026-05-05",
        "confirmes": False,
        "candidats": list(lignes),
    } | champs


def message_id() -> str:
    """Returns the id of a new message."""
    return nouvel_id()
