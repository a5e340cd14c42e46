"""CAN-05: importing a file of candidates. All or nothing; a report that says everything at once; a dry run."""

import base64
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from eventlet import tpool

from commun import clock
from commun.errors import ConfirmationRequise, Indisponible, Invalide, Refus
from commun.forms import charger
from commun.referentiel import TypeProfil
from commun.rules import Effet, Manquement
from commun.unit_of_work import Acte, Question, exiger_profil
from services.candidats import schemas
from services.candidats.commands.identite import departement_du_domicile, tracer_creation
from services.candidats.commands.plan_import import Plan, planifier
from services.candidats.commands.questions import demander_communes, demander_departement
from services.candidats.commands.rattachement import rattacher_candidats
from services.candidats.domain.model import Candidat
from services.candidats.fichiers.bilan import Observation, annoter
from services.candidats.fichiers.controle import Lecture, controler
from services.candidats.fichiers.lecture import Illisible
from services.candidats.storage import replicas
from services.candidats.storage.candidats import add_candidats, delete_candidats, nouveau_candidat, nouveaux_numeros
from services.candidats.storage.journaux import add_import

_MONTREES = 10
"""Lines whose warnings a confirmation spells out; the report and the annotated copy have them all."""

_TAILLE_MAX = 5_000_000 * 4 // 3
"""Characters of a file in base64: 5 MB."""

Suite = Generator[Question | None, Any, Any]


@dataclass
class FichierRefuse(Invalide):
    """422: lines of the file are refused. `contexte`: the report, and the id of the annotated copy."""

    contexte: dict[str, Any] | None = None

    def en_clair(self) -> dict[str, Any]:
        return super().en_clair() | {"contexte": self.contexte or {}}


def importer(acte: Acte, corps: Any) -> Generator[Question | None, Any, dict[str, Any]]:
    """Creates, attaches and, where a session is named, registers the candidates of a file.

    A line whose complete identity is already known changes nothing of it. The dry run (`essai`) tells what the import
    would do.
    """
    exiger_profil(acte.acteur, TypeProfil.CENTRE)
    _exiger_taille(corps)
    forme = charger(schemas.Import, corps)
    lecture = _lire(forme["fichier"])
    communes = yield from demander_communes(ligne.forme["naissance"]["code_insee"] for ligne in lecture.lignes)
    departement = yield from demander_departement(acte.acteur)
    plan = planifier(acte, lecture, communes)
    copie = tpool.execute(annoter, lecture.feuille, lecture.colonnes, lecture.bilan)
    import_id = add_import(acte.db, acte.acteur, forme["nom"], copie, clock.maintenant())
    bilan = _bilan(plan, lecture, import_id, essai=forme["essai"])
    if refus := _refus(lecture, bilan, set(forme["confirmer"])):
        yield None  # the annotated copy outlives the refusal
        raise refus

    session_id = str(forme["session_id"]) if forme["session_id"] else None
    if forme["essai"]:
        return (yield from _essayer_inscription(session_id, forme, plan, bilan))
    crees = _creer(acte, plan, departement)
    rattacher_candidats(acte, plan.rattaches)
    if session_id:
        candidats = [*crees, *plan.rattaches, *plan.connus]
        bilan["inscrits"] = yield from _inscrire(acte, session_id, forme, candidats, crees)
    return bilan


def _exiger_taille(corps: Any) -> None:
    fichier = corps.get("fichier") if isinstance(corps, dict) else None
    if isinstance(fichier, str) and len(fichier) > _TAILLE_MAX:
        raise Invalide(erreurs={"fichier": ["Ce fichier est trop volumineux : 5 Mo au plus."]})


def _lire(fichier: str) -> Lecture:
    try:
        lecture: Lecture = tpool.execute(controler, base64.b64decode(fichier, validate=True))
    except ValueError as erreur:
        raise Invalide(erreurs={"fichier": ["Ce fichier n'est pas lisible."]}) from erreur
    except Illisible as erreur:
        raise Invalide(str(erreur), {"fichier": [str(erreur)]}) from erreur
    return lecture


def _bilan(plan: Plan, lecture: Lecture, import_id: str, *, essai: bool) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "essai": essai,
        "lignes": len(lecture.feuille.lignes),
        "importes": len(plan.nouveaux),
        "deja_connus": len(plan.connus),
        "rattaches": len(plan.rattaches),
        "inscrits": 0,
        "confirmations": [o.en_clair() for o in lecture.bilan.de_l_effet(Effet.CONFIRME)],
        "remarques": [o.en_clair() for o in lecture.bilan.de_l_effet(Effet.INFORME)],
    }


def _refus(lecture: Lecture, bilan: dict[str, Any], confirmes: set[str]) -> Refus | None:
    """Returns the refusals of all the lines at once, else the confirmations that are not given yet."""
    if refus := lecture.bilan.refus:
        n = len({o.ligne for o in refus})
        detail = f"{n} ligne(s) du fichier sont à corriger : rien n'a été importé."
        clairs = [o.en_clair() for o in refus]
        return FichierRefuse(detail, lecture.bilan.erreurs(), bilan | {"importes": 0, "refus": clairs})
    par_code: dict[str, list[Observation]] = {}
    for o in lecture.bilan.de_l_effet(Effet.CONFIRME):
        if o.code and o.code not in confirmes:
            par_code.setdefault(o.code, []).append(o)
    if not par_code or bilan["essai"]:
        return None
    questions = [Manquement(c, _resume(liste), Effet.CONFIRME, bilan) for c, liste in par_code.items()]
    return ConfirmationRequise.de(tuple(questions))


def _resume(observations: list[Observation]) -> str:
    phrases = [f"Ligne {o.ligne} : {o.message}" for o in observations[:_MONTREES]]
    if reste := len(observations) - _MONTREES:
        phrases += [f"Et {reste} autre(s) ligne(s)."] if reste > 0 else []
    return " ".join(phrases)


def _creer(acte: Acte, plan: Plan, departement: str | None) -> list[Candidat]:
    numeros = nouveaux_numeros(acte.db, len(plan.nouveaux)) if plan.nouveaux else []
    crees = [
        nouveau_candidat(
            n.identite,
            numero,
            adresse=n.adresse,
            telephone=n.telephone,
            courriel=n.courriel,
            departement=departement_du_domicile(n.adresse) or departement,
        )
        for numero, n in zip(numeros, plan.nouveaux, strict=True)
    ]
    add_candidats(acte.db, crees, str(acte.acteur.etablissement_id), "import")
    for candidat in crees:
        tracer_creation(acte, candidat)
    return crees


def _essayer_inscription(session_id: str | None, forme: dict[str, Any], plan: Plan, bilan: dict[str, Any]) -> Suite:
    """Asks the session what it would say of the candidates already known; of the others nothing can be asked yet."""
    connus = [*plan.connus, *plan.rattaches]
    if session_id and plan.connus:
        corps = _inscriptions(plan.connus, forme) | {"essai": True}
        try:
            yield Question("sessions", "inscrire_candidats", session_id=session_id, corps=corps)
        except Refus as refus:
            if refus.en_clair()["code"] != ConfirmationRequise.code:
                raise
            for question in refus.en_clair()["avertissements"]:
                bilan["confirmations"].append(
                    {"ligne": 0, "colonne": None, "valeur": None, "accepte": None, **question}
                )
    bilan["inscrits"] = len(plan.nouveaux) + len(connus) if session_id else 0
    return bilan


def _inscrire(
    acte: Acte, session_id: str, forme: dict[str, Any], candidats: list[Candidat], crees: list[Candidat]
) -> Suite:
    """Registers the candidates, who are committed by then. Refused, those just created go away: all or nothing.

    Where no answer came, nothing is undone: the same file sent again finds them known, and registers the rest.
    """
    deja = replicas.inscrits_a(acte.db, session_id)
    a_inscrire = [c for c in candidats if c.id not in deja]
    if not a_inscrire:
        return 0
    try:
        yield Question("sessions", "inscrire_candidats", session_id=session_id, corps=_inscriptions(a_inscrire, forme))
    except Indisponible:
        raise
    except Refus:
        for candidat in crees:
            phrase = f"{candidat.identite.nom_complet} ({candidat.numero}) a été retiré : son inscription est refusée."
            acte.tracer("candidat", candidat.id, "retirer", phrase)
        delete_candidats(acte.db, [c.id for c in crees])
        yield None
        raise
    return len(a_inscrire)


def _inscriptions(candidats: list[Candidat], forme: dict[str, Any]) -> dict[str, Any]:
    lignes = [{"candidat_id": c.id, "parcours": forme["parcours"]} for c in candidats]
    return {"candidats": lignes, "confirmer": forme["confirmer"]}
