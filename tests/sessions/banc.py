"""The commands of the sessions at hand, on a real database, without a bus: what neighbours would answer is given."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from commun.actes.steps import Question
from commun.bus.acteur import Acteur
from commun.bus.inbox import Recu
from commun.domain.errors import Indisponible, depuis_clair
from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from services.sessions.commands import (
    candidats,
    convocations,
    copies,
    creer,
    jures,
    parametres,
    resultats,
    suivre,
    validation,
)
from services.sessions.queries import fiche
from tests.outils.attente import attendre
from tests.outils.bancs import INTROUVABLE, JOUR, Commandes

Corps = dict[str, Any]
DEBUT = date(2026, 6, 15)
APRES = DEBUT + timedelta(days=10)
SITE, SITE_974 = nouvel_id(), nouvel_id()
CENTRE_ID, AUTRE_ID = nouvel_id(), nouvel_id()
CENTRE = Acteur("c-cen", "centre", "p-cen", TypeProfil.CENTRE, etablissement_id=CENTRE_ID)
AUTRE = Acteur("c-aut", "autre", "p-aut", TypeProfil.CENTRE, etablissement_id=AUTRE_ID)
UD = Acteur("c-ud", "ud", "p-ud", TypeProfil.UD, departement="75", region="11")
UD_69 = replace(UD, departement="69", region="84")
DIRECCTE = Acteur("c-dir", "direccte", "p-dir", TypeProfil.DIRECCTE, region="11")
NATIONAL = Acteur("c-nat", "national", "p-nat", TypeProfil.NATIONAL)

TITRE: Corps = {
    "code": "TP-1",
    "intitule": "Maçon",
    "niveau": 3,
    "codes_rome": ["F1703"],
    "ccps": [{"code": "BC01", "intitule": "Préparer le chantier"}, {"code": "BC02", "intitule": "Poser les ouvrages"}],
    "ccs": [
        {"code": "CS-0", "intitule": "Bâtir en terre crue"},
        {"code": "CS-1", "intitule": "Restaurer le patrimoine bâti"},
    ],
    "date_fin_de_vie": None,
    "date_fin_prolongation": None,
    "correspondances": [],
    "version": 1,
}


def _etablissement(id_: str, siret: str, *sites: Corps) -> Corps:
    lieu = {"departement": sites[0]["departement"], "region": sites[0]["region"]}
    return {"id": id_, "siret": siret, "denomination": "Centre d'essai", **lieu, "sites": list(sites), "version": 1}


def _site(id_: str, departement: str, region: str) -> Corps:
    adresse = {"voie": "1 rue des Essais", "complement": None, "code_postal": "75012", "commune": "Paris"}
    return {
        "id": id_,
        "libelle": f"Site {departement}",
        "adresse": adresse,
        "departement": departement,
        "region": region,
    }


@dataclass
class Banc(Commandes):
    """Runs commands and queries as somebody, on a day.

    Attributes:
        jures, candidats: what their services would answer, by id; anonymes: of whom they would say, by service, that
            they are named no more.
        referentiel: what its owner would answer beyond what the copies hold, by (method, key).
        pendant: called while a question is being asked; en_chemin: while its answer, made, has not arrived.
    """

    service = "sessions"

    jures: dict[str, Corps] = field(default_factory=dict)
    candidats: dict[str, Corps] = field(default_factory=dict)
    anonymes: dict[str, list[Corps]] = field(default_factory=dict)
    referentiel: dict[tuple[str, str], Any] = field(default_factory=dict)
    agents: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    en_panne: set[str] = field(default_factory=set)
    pendant: Callable[[Question], Any] = lambda question: None
    en_chemin: Callable[[Question], Any] = lambda question: None
    _noms: Any = field(default_factory=lambda: itertools.count(1))

    # -- running ------------------------------------------------------------------------------------------------

    def entendre(self, commande: Callable[..., Any], corps: Corps, *, jour: date = JOUR) -> None:
        """Runs a listener's command on an event."""
        self._acte(None, jour=jour).consommer(Recu(nouvel_id(), "essai", corps), commande)

    def entendre_enfin(self, commande: Callable[..., Any], corps: Corps) -> None:
        """Runs it as the bus does: again, for as long as somebody it must come after is not over."""

        def entendu() -> bool:
            with suppress(Indisponible):
                self.entendre(commande, corps)
                return True
            return False

        attendre(entendu)

    # -- neighbours ---------------------------------------------------------------------------------------------

    def repondre(self, question: Question) -> Any:
        """Answers as the neighbour would."""
        self.questions.append(question)
        self.pendant(question)
        if question.service in self.en_panne:
            raise Indisponible()
        reponse = self._reponse(question)
        self.en_chemin(question)
        return reponse

    def _reponse(self, question: Question) -> Any:
        a = question.arguments
        match question.methode:
            case "aptitudes":
                return [self._aptitude(i, a) for i in a["jure_ids"]]
            case "pour_inscription":
                inconnu = {"connu": False, "dans_le_perimetre": False}
                return [self.candidats.get(i, {"candidat_id": i, **inconnu}) for i in a["candidat_ids"]]
            case "nom":
                return self.agents.get(a["identifiant"], "")
            case "identites":
                return [self.candidats[i] for i in a["candidat_ids"] if i in self.candidats]
            case "anonymises":
                return {"elements": self.anonymes.get(question.service, []), "suivant": None}
            case "dans_mon_perimetre":
                siens = {i: self.candidats[i] for i in a["candidat_ids"] if i in self.candidats}
                return {i: c["canonique_id"] for i, c in siens.items() if c["dans_le_perimetre"]}
        cle = (question.methode, a.get("code") or a.get("etablissement_id", ""))
        if cle not in self.referentiel:
            raise depuis_clair(INTROUVABLE)
        return self.referentiel[cle]

    def _aptitude(self, jure_id: str, criteres: Corps) -> Corps:
        if (jure := self.jures.get(jure_id)) is None:
            return {"jure_id": jure_id, "connu": False}
        couvre = jure["ccs_code"] == criteres["ccs_code"] and (
            bool(criteres["ccs_code"]) or bool({*jure["ccp_codes"]} & {*criteres["ccp_codes"]})
        )
        perdue = {"habilitation_id": None, "ccp_codes": []}
        return jure if couvre and jure["habilitation_id"] else jure | perdue

    def reconstruire(self, *, jour: date = JOUR) -> None:
        """Rebuilds the copies; the référentiel knows what they hold, and nothing else."""
        for methode, ligne in (("titres", "corps"), ("etablissements", "corps"), ("agrements", "to_jsonb(agrements)")):
            connus = [corps for (corps,) in self.lignes(f"SELECT {ligne} FROM {methode}")]
            self.referentiel[methode, ""] = {"elements": connus, "suivant": None}
        self.faire(NATIONAL, suivre.reconstruire_repliques, jour=jour)

    # -- what there is ------------------------------------------------------------------------------------------

    def installer(self) -> None:
        """Puts a centre with two sites, another centre, a titre and their agréments in the copies."""
        self.entendre(copies.recevoir_titre, TITRE)
        sites = (_site(SITE, "75", "11"), _site(SITE_974, "974", "04"))
        self.entendre(copies.recevoir_etablissement, _etablissement(CENTRE_ID, "35600000009075", *sites))
        self.entendre(
            copies.recevoir_etablissement, _etablissement(AUTRE_ID, "99900001100018", _site(SITE, "75", "11"))
        )
        for etablissement_id, site_id in ((CENTRE_ID, SITE), (CENTRE_ID, SITE_974), (AUTRE_ID, SITE)):
            self.entendre(copies.recevoir_agrement, self.agrement(etablissement_id, site_id))
        self.entendre(copies.recevoir_agrement, self.agrement(CENTRE_ID, SITE, titre_code=None, ccs_code="CS-1"))
        self.sans_delais()

    def agrement(self, etablissement_id: str = CENTRE_ID, site_id: str = SITE, **autres: Any) -> Corps:
        """Returns an agrément as its event tells of it."""
        base = {
            "id": nouvel_id(),
            "etablissement_id": etablissement_id,
            "site_id": site_id,
            "titre_code": "TP-1",
            "ccs_code": None,
            "numero": "A-1",
            "date_debut": "2020-01-01",
            "date_fin": "2035-12-31",
            "statut": "accorde",
            "version": 1,
        }
        return base | autres

    def sans_delais(self) -> None:
        """Puts the délais of SES-05 out of use, as the demo does."""
        for code in ("delai_soumission_titre", "delai_soumission_ccp_ccs", "delai_inscription"):
            self.faire(NATIONAL, parametres.poser, code, {"valeur": None, "du": "2016-09-01"})

    def jure(self, *ccps: str, **autres: Any) -> str:
        """Returns a new juré, habilité on these CCPs (all, by default)."""
        n, cle = next(self._noms), nouvel_id()
        base = {
            "jure_id": cle,
            "canonique_id": cle,
            "identites": [cle],
            "connu": True,
            "actif": True,
            "civilite": "MME",
            "nom": f"Juré{n}",
            "nom_usage": None,
            "prenom": "Zoé",
            "courriel": f"jure{n}@exemple.fr",
            "adresse": {"voie": "2 rue du Jury", "code_postal": "75011", "commune": "Paris"},
            "habilitation_id": nouvel_id(),
            "ccp_codes": list(ccps or ("BC01", "BC02")),
            "ccs_code": None,
            "autres_habilitations": [],
            "employeur_sirets": [],
            "en_suspens": False,
        }
        jure = base | autres
        self.jures[jure["jure_id"]] = jure
        return str(jure["jure_id"])

    def candidat(self, **autres: Any) -> str:
        """Returns a new candidate."""
        n, cle = next(self._noms), nouvel_id()
        base = {
            "candidat_id": cle,
            "canonique_id": cle,
            "version": 9,  # later than what any test tells of a candidate
            "connu": True,
            "dans_le_perimetre": True,
            "numero": f"C{n:08}",
            "civilite": "M",
            "nom_naissance": f"Candidat{n}",
            "nom_usage": None,
            "prenoms": "Adam, Jean",
            "date_naissance": "1990-02-28",
            "naissance": {"pays_code": "FR", "code_insee": "75112", "commune": "Paris"},
            "adresse": None,
            "courriel": f"candidat{n}@exemple.fr",
            "anonyme": False,
            "demandes_vae": [],
        }
        candidat = base | autres
        self.candidats[candidat["candidat_id"]] = candidat
        return str(candidat["candidat_id"])

    def session(self, debut: date = DEBUT, *, qui: Acteur = CENTRE, jour: date | None = JOUR, **autres: Any) -> Corps:
        """Returns a new session TITRE of three days, a brouillon."""
        corps = {
            "type": "TITRE",
            "titre_code": "TP-1",
            "site_id": SITE,
            "date_debut": debut.isoformat(),
            "date_fin": (debut + timedelta(days=2)).isoformat(),
            "heure_debut": "09:00",
        }
        return dict(self.faire(qui, creer.creer, corps | autres, jour=jour))

    def inscrire_jure(self, session: Corps, jure_id: str | None = None, *, jour: date = JOUR) -> str:
        """Registers a juré."""
        qui = jure_id or self.jure()
        self.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": qui}, jour=jour)
        return qui

    def inscrire(self, session: Corps, candidat_id: str | None = None, *, jour: date = JOUR, **autres: Any) -> str:
        """Registers a candidate."""
        qui = candidat_id or self.candidat()
        self.faire(CENTRE, candidats.inscrire, session["id"], {"candidat_id": qui, **autres}, jour=jour)
        return qui

    def demande_vae(self, candidat_id: str, **autres: Any) -> str:
        """Files a demande VAE for a candidate, recevable and for the whole titre unless said otherwise."""
        demande = {
            "id": nouvel_id(),
            "titre_code": "TP-1",
            "ccp_codes": [],
            "date_notification": "2026-01-05",
            "recevable_jusqu_au": "2027-01-04",
        } | autres
        candidat = self.candidats[candidat_id]
        candidat["demandes_vae"] = [d for d in candidat["demandes_vae"] if d["id"] != demande["id"]] + [demande]
        return str(demande["id"])

    def complete(self, debut: date = DEBUT, **autres: Any) -> Corps:
        """Returns a brouillon with two jurés and a candidate."""
        return self.relire(self._remplie(debut, **autres))

    def validee(self, debut: date = DEBUT, **autres: Any) -> Corps:
        """Returns a session that its UD has validated."""
        return self.valider(self._remplie(debut, **autres))

    def _remplie(self, debut: date, **autres: Any) -> Corps:
        """Makes such a brouillon; returns it as it was made, empty: what is next done to it gives it whole."""
        session = self.session(debut, **autres)
        self.inscrire_jure(session)
        self.inscrire_jure(session)
        self.inscrire(session)
        return session

    def convoquee(self, debut: date = DEBUT, **autres: Any) -> Corps:
        """Returns a session whose convocations are edited."""
        session = self.validee(debut, **autres)
        return dict(self.faire(CENTRE, convocations.editer, session["id"], {}))

    def cloturee(self, debut: date = DEBUT, **lignes: Any) -> Corps:
        """Returns a session closed on its last day; everybody obtained the titre, unless `lignes` says otherwise."""
        session = self.convoquee(debut)
        fin = date.fromisoformat(str(session["date_fin"]))
        return self.clore(session, self.feuille(session, **lignes), jour=fin)

    def valider(self, session: Corps, *, jour: date = JOUR) -> Corps:
        """Has a session submitted, and validated by its UD; returns it."""
        self.faire(CENTRE, validation.soumettre, session["id"], {}, jour=jour)
        return dict(self.faire(UD, validation.valider, session["id"], {}, jour=jour))

    def clore(self, session: Corps, feuille: Corps | None = None, *, jour: date) -> Corps:
        """Enters a sheet, `feuille` unless it is given, and closes it; returns the session."""
        self.faire(CENTRE, resultats.saisir, session["id"], feuille or self.feuille(session), jour=jour)
        return dict(self.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=jour))

    def viser(self, session: Corps, *, jour: date = APRES) -> Corps:
        """Has the UD sign the PV of a closed session; returns it."""
        return dict(self.faire(UD, resultats.viser, session["id"], {}, jour=jour))

    @staticmethod
    def feuille(session: Corps, **ligne: Any) -> Corps:
        """Returns a results sheet: every CCP acquired and a favourable entretien, unless said otherwise."""
        base = {"present": True, "ccps": {"BC01": "acquis", "BC02": "acquis"}, "entretien_final": "favorable"}
        return {"resultats": [{"candidat_id": c["candidat_id"], **base, **ligne} for c in session["candidats"]]}

    def relire(self, session: Corps, *, qui: Acteur = CENTRE, jour: date = JOUR) -> Corps:
        """Returns a session as it is now."""
        return dict(self.lire(qui, fiche.fiche, session["id"], jour=jour))

    # -- what was left ------------------------------------------------------------------------------------------

    def evenements(self, nom: str) -> list[Corps]:
        """Returns the bodies of the events of this name, in the order of their publication."""
        return [corps for dit, corps in super().evenements() if dit == f"sessions.{nom}"]

    def temoin(self) -> list[Any]:
        """Returns what a refusal must leave as it was: rows of every table but those that a refused act may read."""
        return [
            self.lignes(f"SELECT count(*), max(x::text) FROM {table} x")
            for table in ("sessions", "inscriptions_candidats", "inscriptions_jures", "outbox", "traces", "intentions")
        ]
