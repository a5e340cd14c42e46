"""The commands of jurés at hand, on a real database, without a bus: what other services would answer is given."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from commun.actes.steps import Question
from commun.bus.acteur import Acteur
from commun.domain.dates import fuseau
from commun.domain.errors import Indisponible, depuis_clair
from commun.domain.referentiel import TypeProfil
from services.jures.commands import emplois, habilitations, jures
from services.jures.commands.reception import recevoir_agrement, recevoir_session, recevoir_titre
from services.sessions.domain.model import Etat, etat_le
from tests.outils.bancs import INTROUVABLE, JOUR, ActeEntoure, Commandes

Corps = dict[str, Any]
UD_75 = Acteur("c-ud", "ud", "p-ud", TypeProfil.UD, departement="75", region="11")
UD_92 = replace(UD_75, departement="92")
UD_69 = replace(UD_75, departement="69", region="84")
UD_974 = replace(UD_75, departement="974", region="04")
DIRECCTE_11 = Acteur("c-dir", "direccte", "p-dir", TypeProfil.DIRECCTE, region="11")
NATIONAL = Acteur("c-nat", "national", "p-nat", TypeProfil.NATIONAL)
ETABLISSEMENT = "0190a8c0-0000-7000-8000-00000000000e"
CENTRE = Acteur("c-cen", "centre", "p-cen", TypeProfil.CENTRE, etablissement_id=ETABLISSEMENT)

TITRE: Corps = {
    "code": "TP-1",
    "intitule": "Coffreur",
    "codes_rome": ["F1701"],
    "ccps": [{"code": "BC01", "intitule": "Coffrer"}, {"code": "BC02", "intitule": "Couler"}],
    "ccs": [{"code": "CS-1", "intitule": "Béton architectonique"}],
    "date_fin_de_vie": None,
    "date_fin_prolongation": None,
    "version": 1,
}
CORPS_JURE: Corps = {
    "civilite": "MME",
    "nom": "Essai",
    "prenom": "Zoé",
    "date_naissance": "1970-02-28",
    "telephone_professionnel": "0199000101",
    "courriel": "zoe@exemple.fr",
    "adresse": {"voie": "1 rue des Essais", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"},
}
EMPLOI: Corps = {"intitule": "Coffreuse", "code_rome": "F1701", "employeur": "Exemple", "date_debut": "2010-01-04"}
LYON = {"voie": "2 quai des Essais", "code_postal": "69003", "commune": "Lyon", "code_insee": "69383"}


def session(numero: str = "S-1", etat: str = "validee", debut: str = "2026-05-04", **autres: Any) -> Corps:
    """A session as `sessions` tells of it, without jurés unless told otherwise."""
    id_ = f"0190a8c0-0000-7000-8000-{int(numero[2:]):012d}"
    champs = {"id": id_, "numero": numero, "etat": etat, "date_debut": debut, "date_fin": debut, "version": 1}
    return champs | {"etablissement_id": ETABLISSEMENT, "departement": "75", "jures": []} | autres


class _ActeEntoure(ActeEntoure):
    """An act whose day its neighbours know."""

    def demander(self, question: Question) -> Any:
        self.banc.jour_a = self.jour
        return super().demander(question)


@dataclass
class Banc(Commandes):
    """Runs commands and queries as somebody, on a day.

    Attributes:
        referentiel: what its owner would answer of a titre or CCS, by code.
        inscriptions: the sessions in which each juré is registered, as they are stored.
        convoquees: the ids of those whose convocations were sent.
        jour_a: the day of whoever asks, in a time zone.
        pendant: called while a question is being asked.
    """

    service = "jures"
    acte = _ActeEntoure

    referentiel: dict[str, Corps] = field(default_factory=dict)
    inscriptions: dict[str, list[Corps]] = field(default_factory=dict)
    convoquees: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    en_panne: set[str] = field(default_factory=set)
    jour_a: Callable[[str], date] = lambda _zone: JOUR
    pendant: Callable[[], Any] = lambda: None

    # -- neighbours ---------------------------------------------------------------------------------------------

    def repondre(self, question: Question) -> Any:
        """Answers as the neighbour would."""
        self.questions.append(question)
        self.pendant()
        if question.service in self.en_panne:
            raise Indisponible()
        if question.methode == "inscrites_depuis":
            ids, jour = question.arguments["personne_ids"], question.arguments["jour"].isoformat()
            return [i for i in ids if any(s["date_fin"] >= jour for s in self.inscriptions.get(i, []))]
        if question.methode == "inscriptions_du_jure":
            return [self._inscription(s) for s in self.inscriptions.get(question.arguments["jure_id"], [])]
        if (code := question.arguments["code"]) not in self.referentiel:
            raise depuis_clair(INTROUVABLE)
        return self.referentiel[code]

    def _inscription(self, corps: Corps) -> Corps:
        """Returns what `sessions` answers of a registration: its state on the day, and no longer the stored one."""
        debut, fin = (date.fromisoformat(corps[nom]) for nom in ("date_debut", "date_fin"))
        jour = self.jour_a(fuseau(corps["departement"]))
        etat = etat_le(Etat(corps["etat"]), debut, fin, convoquee=corps["id"] in self.convoquees, jour=jour)
        return {"session_id": corps["id"], "autres_habilitations": [], **corps, "etat": etat}

    def inscrire(self, habilitation: Corps, **champs: Any) -> None:
        """Makes `sessions` know of a registration of the habilitation's juré, as an answer and as an event."""
        corps = session(**champs)
        qui = {"jure_id": habilitation["jure_id"], "habilitation_id": habilitation["id"]}
        self.inscriptions.setdefault(qui["jure_id"], []).append(corps | qui)
        self.consommer(recevoir_session, corps | {"jures": [qui]})

    def consommer(self, commande: Callable[..., Any], corps: Corps) -> None:
        """Receives an event."""
        self.faire(NATIONAL, commande, corps)

    def titre(self, **champs: Any) -> Corps:
        """Receives a titre."""
        corps = TITRE | champs
        self.consommer(recevoir_titre, corps)
        return corps

    def agrement(self, **champs: Any) -> None:
        """Receives an agrément of `CENTRE` for `TITRE`."""
        ids = {nom: f"0190a8c0-0000-7000-8000-{nom[:1].encode().hex():0>12}" for nom in ("id", "site_id")}
        dates = {"date_debut": "2025-01-01", "date_fin": "2027-12-31", "statut": "accorde", "version": 1}
        certification = {"titre_code": TITRE["code"], "ccs_code": None, "etablissement_id": ETABLISSEMENT}
        self.consommer(recevoir_agrement, ids | dates | certification | champs)

    # -- short ways ---------------------------------------------------------------------------------------------

    def jure(self, qui: Acteur = UD_75, *, emploi: Corps | None = EMPLOI, **champs: Any) -> Corps:
        """Creates a juré, with a job linked to `TITRE` unless told otherwise."""
        cree: Corps = self.faire(qui, jures.creer_jure, CORPS_JURE | {"confirmer": ["JUR-06"]} | champs)
        if emploi:
            self.faire(qui, emplois.creer_emploi, cree["id"], emploi)
        return cree

    def habilitation(
        self, jure: Corps, *, valider: bool = True, jour: date = JOUR, qui: Acteur = UD_75, **champs: Any
    ) -> Corps:
        """Creates an habilitation on all of `TITRE`, active unless told otherwise."""
        base = {"titre_code": "TP-1", "ccp_codes": ["BC01", "BC02"], "date_debut": "2026-01-05"}
        base = base if "ccs_code" not in champs else {"date_debut": "2026-01-05"}
        creee: Corps = self.faire(qui, habilitations.creer_habilitation, jure["id"], base | champs, jour=jour)
        return self.faire(qui, habilitations.valider, creee["id"], {}, jour=jour) if valider else creee


def actions(habilitation: Corps) -> list[str]:
    """Returns what may be done now with an habilitation that was read."""
    return [bouton["action"] for bouton in habilitation["actions"]]
