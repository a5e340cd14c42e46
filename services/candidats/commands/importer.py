"""CAN-05: importing a file of candidates. All or nothing; a report that says everything at once; a dry run."""

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from commun import clock
from commun.actes.steps import Attente, Etapes, Question, insister
from commun.actes.unit_of_work import Acte
from commun.domain.errors import ConfirmationRequise, Indisponible, Invalide, Refus
from commun.domain.referentiel import TypeProfil
from commun.domain.rules import Effet, Manquement
from commun.domain.textes import accorder, nombre, normaliser
from commun.fils import Places, a_part
from commun.lecture.a_part import est_grand
from commun.lecture.classeur import Illisible
from commun.schemas.forms import charger
from commun.storage.requetes import attendre_son_tour
from services.candidats import schemas
from services.candidats.commands.identite import adresse_de, departement_du_domicile, tracer_creations
from services.candidats.commands.plan_import import Plan, Sort, codes_a_comparer, planifier
from services.candidats.commands.questions import (
    demander_codes,
    demander_communes,
    demander_departement,
    demander_pays,
    demander_voisines,
)
from services.candidats.commands.rattachement import rattacher_candidats
from services.candidats.domain.lifecycle import a_invoquer
from services.candidats.domain.model import FRANCE, Candidat, Commune, FaitsIdentite, Identite, Naissance
from services.candidats.domain.rules import sans_commune_depuis
from services.candidats.fichiers.bilan import Bilan, Observation, codes_en_clair, qui_se_portent
from services.candidats.fichiers.controle import Fichier, Lecture, Ligne, controler, ouvrir
from services.candidats.fichiers.copie import garder
from services.candidats.queries.gardes import inscriptible
from services.candidats.storage import replicas
from services.candidats.storage.candidats import (
    add_candidats,
    delete_candidats,
    distincts,
    list_proches,
    nouveaux_numeros,
    sans_suite,
)
from services.candidats.storage.journaux import add_import, noter_importes
from services.candidats.storage.vae import list_demandes

_MONTREES = 10
"""Lines whose warnings a confirmation spells out; the report and the annotated copy have them all."""

_REFUS, _RESTE = 5_000_000, 2_000_000
"""Bytes that an answer gives to refusals, which it says in two forms, and to confirmations or remarks, of the sixteen
million that the bus carries; the annotated copy has them all."""

_GRANDS, _PETITS, _GRAND = Places(1, 20), Places(2, 20), 60_000
"""Five files of 5,000 lines at once on a busy machine: none was done in forty seconds, and the service answered nobody
meanwhile. A file waits for its turn from so many characters on, some five hundred lines. So does one that is large once
unfolded, whatever it weighs: each has a process, and its memory.

Those of a session wait for none of these; to be read, for each other alone: one of ten kilobytes, made to harm, takes
some seconds of the processor, and thirty at once kept the service from answering for a minute.
"""

Lieu = Callable[..., Any]
"""Where a file is read: a thread of ours, in its turn."""

_FOIS = 3
"""How many more times a file is looked at, whose people others are creating."""

_CODE, _COMMUNE, _PAYS = "naissance.code_insee", "naissance.commune", "naissance.pays_code"
_FRANCE = ("", "fr", "france")
"""How a cell says it, folded."""

_EFFETS = {"refus": Effet.REFUSE, "avertissements": Effet.CONFIRME, "remarques": Effet.INFORME}


@dataclass
class FichierRefuse(Invalide):
    """422: lines of the file are refused. `contexte`: the report, and the id of the annotated copy."""

    contexte: dict[str, Any] | None = None

    def en_clair(self) -> dict[str, Any]:
        return super().en_clair() | {"contexte": self.contexte or {}}


def importer(acte: Acte, corps: Any) -> Etapes[dict[str, Any]]:
    """Creates, attaches and, where a session is named, registers the candidates of a file.

    A line whose complete identity is already known changes nothing of it. The session is asked first what it would
    say of each line. The dry run (`essai`) tells what the import would do.
    """
    acte.exiger_profil(TypeProfil.CENTRE)
    forme = charger(schemas.Import, corps)
    if not _est_grand(forme["fichier"]):
        return (yield from _avec_insistance(acte, forme, _PETITS.a_part))
    yield Attente(_GRANDS.prendre)
    try:
        return (yield from _avec_insistance(acte, forme, a_part))
    finally:
        _GRANDS.rendre()


def _avec_insistance(acte: Acte, forme: dict[str, Any], a_son_tour: Lieu) -> Etapes[dict[str, Any]]:
    """Imports a file, anew where somebody who resembles one of its people was created while it was looked at: of two
    that are sent at once, the second finds those of the first known."""
    essai = partial(_importer, acte, forme, a_son_tour)
    bilan: dict[str, Any] | None = yield from insister(essai, lambda bilan: bilan is None, _FOIS)
    if bilan is None:
        raise Indisponible()
    return bilan


def _importer(acte: Acte, forme: dict[str, Any], a_son_tour: Lieu) -> Etapes[dict[str, Any] | None]:
    """Returns the report; `None`, and nothing done, where what its plan was made on has changed."""
    lecture = yield from _lire(acte, forme["fichier"], a_son_tour)
    communes = yield from demander_communes(lecture.codes_de_naissance | codes_a_comparer(acte, lecture))
    departement = yield from _departement_du_centre(acte, lecture)
    plan = planifier(acte, lecture, communes, departement)
    yield from _dire_les_codes(lecture, communes)
    session_id = str(forme["session_id"]) if forme["session_id"] else None
    a_inscrire = _a_inscrire(acte, plan, session_id)
    if session_id and a_inscrire:
        reponse = yield _inscription(acte, session_id, a_inscrire, forme | {"essai": True})
        deja = _deja_inscrits(reponse["lignes"])
        a_inscrire = [c for c in a_inscrire if c.id not in deja]
        _rapporter(lecture.bilan, plan, [dite for dite in reponse["lignes"] if dite["candidat_id"] not in deja])

    copie = garder(lecture.feuille, lecture.colonnes, lecture.bilan)
    if not (forme["essai"] or lecture.bilan.refus or _vaut_encore(acte, plan)):
        return None
    import_id = add_import(acte.db, acte.acteur, forme["nom"], copie, clock.maintenant())
    bilan = _bilan(plan, lecture, import_id, essai=forme["essai"]) | {"inscrits": len(a_inscrire)}
    if refus := _refus(lecture, bilan, set(forme["confirmer"])):
        yield None  # the annotated copy outlives the refusal
        raise refus
    if forme["essai"]:
        return bilan
    crees = {c.id: c for c in _creer(acte, plan, forme["motif"])}
    rattacher_candidats(acte, plan.candidats(Sort.RATTACHE), forme["motif"])
    noter_importes(acte.db, import_id, (p.candidat.id for p in plan.places))
    if session_id and a_inscrire:
        inscrits = [crees.get(c.id, c) for c in a_inscrire]
        yield from _inscrire(acte, _inscription(acte, session_id, inscrits, forme), list(crees.values()))
    return bilan


# -- the file ----------------------------------------------------------------------------------------------------------


def _lire(acte: Acte, fichier: str, a_son_tour: Lieu) -> Etapes[Lecture]:
    """Reads a file, with no transaction open: it is long, and longer where the processor is busy."""
    ouvert: Fichier = yield partial(a_son_tour, _ouvert, fichier)
    pays = yield from demander_pays(ouvert.pays)
    lu: Lecture = yield partial(a_son_tour, controler, ouvert, acte.jour(), pays, acte.acteur.departement)
    return lu


def _est_grand(fichier: str) -> bool:
    if len(fichier) >= _GRAND:
        return True
    with suppress(ValueError):
        return est_grand(base64.b64decode(fichier, validate=True))
    return False


def _ouvert(fichier: str) -> Fichier:
    try:
        return ouvrir(base64.b64decode(fichier, validate=True))
    except ValueError as erreur:
        raise Invalide(erreurs={"fichier": ["Ce fichier n'est pas lisible."]}) from erreur
    except Illisible as erreur:
        raise Invalide(str(erreur), {"fichier": [str(erreur)]}) from erreur


def _departement_du_centre(acte: Acte, lecture: Lecture) -> Etapes[str | None]:
    """Returns the département of the centre, asked only where somebody has no address to tell his own."""
    if all(departement_du_domicile(adresse_de(ligne.forme)) for ligne in lecture.lignes):
        return None
    return (yield from demander_departement(acte.acteur))


# -- the report --------------------------------------------------------------------------------------------------------


def _bilan(plan: Plan, lecture: Lecture, import_id: str, *, essai: bool) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "essai": essai,
        "lignes": len(lecture.feuille.lignes),
        "importes": len(plan.candidats(Sort.CREE)),
        "deja_connus": len(plan.candidats(Sort.CONNU)),
        "rattaches": len(plan.candidats(Sort.RATTACHE)),
        **_dites(lecture.bilan, "confirmations", Effet.CONFIRME),
        **_dites(lecture.bilan, "remarques", Effet.INFORME),
    }


def _dites(bilan: Bilan, nom: str, effet: Effet) -> dict[str, Any]:
    """Returns the observations of one kind, as many as an answer carries, and how many it leaves unsaid."""
    toutes = bilan.de_l_effet(effet)
    dites = qui_se_portent(toutes, _RESTE)
    return {nom: [o.en_clair() for o in dites], f"{nom}_tues": len(toutes) - len(dites)}


def _dire_les_codes(lecture: Lecture, communes: dict[str, Commune]) -> Etapes[None]:
    """Says which code each commune bears that a line names without its code, or with one that is not its own, its
    postcode most often: nobody knows them, and to look for forty of them takes a morning. Of a name that none bears,
    those whose name is near. It is for whoever sent the file to write it: of two homonyms, only they know which."""
    refusees = {(o.ligne, o.champ) for o in lecture.bilan.refus}
    sans_code: dict[int, str] = {}
    d_une_autre: dict[int, str] = {}
    for ligne in lecture.toutes:
        lieu, nommee = ligne.forme.get("naissance", {}), ligne.valeurs.get(_COMMUNE, "").strip()
        pays = lieu.get("pays_code") or ligne.valeurs.get(_PAYS, "")
        if not nommee or normaliser(pays) not in _FRANCE:  # a town abroad would be told the code of its namesake here
            continue
        if (ligne.numero, _CODE) in refusees and not _designe_une_commune(ligne, communes):
            sans_code[ligne.numero] = nommee
        elif (ligne.numero, _COMMUNE) in refusees:
            d_une_autre[ligne.numero] = nommee
    trouves = yield from demander_codes({*sans_code.values(), *d_une_autre.values()})
    codes = trouves or {}
    inconnus = set() if trouves is None else {*sans_code.values()} - codes.keys()
    voisines = yield from demander_voisines(inconnus)

    def precision(nom: str) -> str:
        inconnu = f"Aucune commune ne porte le nom « {nom} ». " if nom in inconnus else ""
        return inconnu + codes_en_clair(codes.get(nom, ()), voisines.get(nom, ()))

    lecture.bilan.preciser(_CODE, {ligne: precision(nom) for ligne, nom in sans_code.items()})
    connues = {ligne: codes_en_clair(codes[nom]) for ligne, nom in d_une_autre.items() if nom in codes}
    lecture.bilan.preciser(_COMMUNE, connues)


def _designe_une_commune(ligne: Ligne, communes: dict[str, Commune]) -> bool:
    """Returns whether the code of a line was that of a commune at the birth, or is said with what refuses it."""
    code = ligne.forme.get("naissance", {}).get("code_insee")
    if not code or not communes[code].connu:
        return False
    lieu, ne_le = Naissance(FRANCE, code), ligne.forme.get("date_naissance", date.min)
    return sans_commune_depuis(FaitsIdentite(date.max, Identite("", "", ne_le, lieu), communes[code])) is None


def _refus(lecture: Lecture, bilan: dict[str, Any], confirmes: set[str]) -> Refus | None:
    """Returns the refusals of all the lines at once, else the confirmations that are not given yet."""
    if refus := lecture.bilan.refus:
        n = len({o.ligne for o in refus})
        detail = accorder(f"{n} ligne(s) du fichier à corriger : rien n'a été importé.")
        dits = qui_se_portent(refus, _REFUS)
        if tus := len(refus) - len(dits):
            detail += f" Les {nombre(len(dits))} premières fautes sont dites ici ; la copie annotée les donne toutes."
        rapport = {"importes": 0, "inscrits": 0, "refus": [o.en_clair() for o in dits], "refus_tus": tus}
        return FichierRefuse(detail, lecture.bilan.erreurs(dits), bilan | rapport)
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
    reste = len(observations) - len(phrases)
    return " ".join([*phrases, accorder(f"Et {reste} autre(s) ligne(s).")] if reste else phrases)


def _rapporter(bilan: Bilan, plan: Plan, lignes: list[dict[str, Any]]) -> None:
    """Adds to the report what the session would say of each line."""
    places = {p.candidat.id: p.ligne for p in plan.places}
    for dite in lignes:
        for sorte, effet in _EFFETS.items():
            for manquement in dite[sorte]:
                bilan.dire(places[dite["candidat_id"]], effet, manquement["message"], code=manquement["code"])


# -- the act -----------------------------------------------------------------------------------------------------------


def _vaut_encore(acte: Acte, plan: Plan) -> bool:
    """Returns whether nobody who resembles those whom a plan creates was created since it was made; who would create
    one from here on waits."""
    identites = [c.identite for c in plan.candidats(Sort.CREE)]
    attendre_son_tour(acte.db, *{identite.tour for identite in identites})
    cles = {cle for identite in identites for cle in identite.cles_cherchees}
    return all(c.id in plan.vus for c in distincts(list_proches(acte.db, cles)))


def _creer(acte: Acte, plan: Plan, motif: str | None) -> list[Candidat]:
    """Creates those who are new."""
    nouveaux = plan.candidats(Sort.CREE)
    numeros = nouveaux_numeros(acte.db, len(nouveaux)) if nouveaux else []
    crees = [replace(c, numero=numero) for numero, c in zip(numeros, nouveaux, strict=True)]
    add_candidats(acte.db, crees, str(acte.acteur.etablissement_id), "import")
    tracer_creations(acte, crees, motif)
    return crees


def _a_inscrire(acte: Acte, plan: Plan, session_id: str | None) -> list[Candidat]:
    moi = acte.acteur.etablissement_id
    deja = replicas.inscrits_a(acte.db, session_id, moi) if session_id else frozenset()
    return [p.candidat for p in plan.places if session_id and p.candidat.id not in deja]


def _deja_inscrits(lignes: list[dict[str, Any]]) -> set[str]:
    """Returns those whom the session says it has: of who has just entered it, no event has told yet (`_a_inscrire`)."""
    return {dite["candidat_id"] for dite in lignes if any(refus["code"] == "INS-06" for refus in dite["refus"])}


def _inscription(acte: Acte, session_id: str, candidats: list[Candidat], forme: dict[str, Any]) -> Question:
    """Returns the question that registers candidates, with all that the session must know of them: by the VAE, the
    demandes among which it chooses, for a file names none."""
    par_la_vae = [c.id for c in candidats] if forme["parcours"] == schemas.VAE else []
    demandes = a_invoquer(list_demandes(acte.db, par_la_vae)) if par_la_vae else {}
    corps = {
        "candidats": [
            {
                "candidat_id": c.id,
                "parcours": forme["parcours"],
                "motif_prolongation": forme["motif_prolongation"],
            }
            for c in candidats
        ],
        "confirmer": forme["confirmer"],
        "motif": forme["motif"],
        "essai": forme["essai"],
    }
    connus = [inscriptible(c, demandes.get(c.id, [])) for c in candidats]
    return Question("sessions_gardes", "inscrire_candidats", session_id=session_id, corps=corps, connus=connus)


def _inscrire(acte: Acte, question: Question, crees: list[Candidat]) -> Etapes[None]:
    """Registers the candidates, committed by then. Refused after all, those just created go away: all or nothing.

    Where no answer came, nothing is undone: the same file sent again finds them known, and registers the rest.
    """
    try:
        yield question
    except Indisponible:
        raise
    except Refus:
        yield from _retirer(acte, crees)
        raise


def _retirer(acte: Acte, crees: list[Candidat]) -> Etapes[None]:
    """Takes back those who were just created. But whom another centre was given meanwhile, or on whom somebody has
    acted, is theirs too, and stays; and who was registered elsewhere meanwhile, by another import of the same file.

    Who was being registered as he went comes back: whoever was told of the others before registers them no more.
    """
    ids = [c.id for c in crees]
    inscrits = yield Question("sessions_gardes", "inscrites_depuis", personne_ids=ids, jour=acte.jour())
    seuls = sans_suite(acte.db, sorted({*ids} - {*inscrits}))
    retires = [c for c in crees if c.id in seuls]
    _tracer(acte, retires, "retirer", "Le candidat {} ({}) a été retiré : son inscription est refusée.")
    delete_candidats(acte.db, seuls)
    if retires:
        fiches, versions = {c.id: c.id for c in retires}, {c.id: c.version + 1 for c in retires}
        with suppress(Indisponible):  # the refusal is to be said
            inscrits = yield Question(
                "sessions_gardes", "laisser_anonymiser", fiches=fiches, versions=versions, jour=acte.jour()
            )
            revenus = [c for c in retires if c.id in inscrits]
            add_candidats(acte.db, revenus, str(acte.acteur.etablissement_id), "import")
            garde = "Le candidat {} ({}) est gardé : il a été inscrit au moment de le retirer."
            _tracer(acte, revenus, "garder", garde)
    yield None  # what is taken back is committed, and the refusal said


def _tracer(acte: Acte, candidats: list[Candidat], action: str, dite: str) -> None:
    dites = {c.id: {"phrase": dite.format(c.identite.nom_complet, c.numero)} for c in candidats}
    acte.tracer_ensemble("candidat", action, dites)
