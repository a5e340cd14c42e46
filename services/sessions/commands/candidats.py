"""Candidates: who enters a session, alone or with others, and who leaves it.

INS-04 holds between centres: the candidates are locked before their sessions are counted.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marshmallow import Schema

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible, Introuvable, Invalide
from commun.domain.json import Json
from commun.domain.lifecycle import Decision, exiger
from commun.domain.rules import Manquement
from commun.domain.textes import nombre
from commun.domain.vae import DemandeVae
from commun.schemas.forms import charger
from commun.storage.db import identifiant
from commun.traces.nominatif import nominatif
from services.sessions.commands.annonces import annoncer_annulation, convoquer
from services.sessions.commands.base import accomplir, decider, exiger_acces, inscription_de, session_a_changer
from services.sessions.commands.plafonds import annoncer_les_credits_de, exiger_a_jour, occuper, verrouiller
from services.sessions.documents.modele import Personne
from services.sessions.domain.faits import Faits
from services.sessions.domain.lifecycle import SESSION, Action
from services.sessions.domain.model import Cadre, InscriptionCandidat, MotifProlongation, Parcours, Session
from services.sessions.domain.rules.inscriptions import plafond_du_candidat
from services.sessions.domain.vae import qui_ouvre
from services.sessions.queries.faits import faits_de
from services.sessions.schemas import entree
from services.sessions.storage import inscriptions
from services.sessions.storage.imprimes import adresse, lieu_de_naissance
from services.sessions.storage.sessions import Inscrit, get_session

_INSCRIRE = Action.INSCRIRE_CANDIDAT
_INCONNU = "Ce candidat n'existe pas ou n'est pas dans votre périmètre."


@dataclass(frozen=True)
class _Candidature:
    """A candidate who asks to enter, as the form and the service of the candidats say."""

    qui: Inscrit
    inscription: InscriptionCandidat
    demande_vae: DemandeVae | None


@dataclass(frozen=True)
class _Examen:
    """What the rules say of those who ask to enter a session, locked: each as if those before him were in."""

    faits: Faits
    candidatures: tuple[_Candidature, ...]
    decisions: tuple[Decision, ...]

    @property
    def manquements(self) -> list[Manquement]:
        return [m for d in self.decisions for m in d.manquements]


def inscrire(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
    """Registers a candidate."""
    forme = _forme(acte, session_id, entree.InscriptionCandidat, corps)
    reponses = yield _question(acte, [forme])
    session = session_a_changer(acte, session_id, _INSCRIRE)
    examen = _examiner(acte, session, [forme], reponses)
    return _faire_entrer(acte, examen, forme)


def inscrire_ensemble(acte: Acte, session_id: str, corps: Any) -> Etapes[Json]:
    """Registers candidates together, all or none; a trial says what each would be told, and changes nothing."""
    forme = _forme(acte, session_id, entree.InscriptionCandidats, corps)
    reponses = yield _question(acte, forme["candidats"])
    return _essayer_ou_faire_entrer(acte, session_a_changer(acte, session_id, _INSCRIRE), forme, reponses)


def inscrire_connus(acte: Acte, session_id: str, corps: Any, connus: list[Json]) -> Json:
    """Registers candidates of whom the caller says what `pour_inscription` would: an import has just read them."""
    session = session_a_changer(acte, session_id, _INSCRIRE)
    return _essayer_ou_faire_entrer(acte, session, charger(entree.InscriptionCandidats, corps), connus)


def _essayer_ou_faire_entrer(acte: Acte, session: Session, forme: Json, reponses: list[Json]) -> Json:
    examen = _examiner(acte, session, forme["candidats"], reponses)
    if forme["essai"]:
        return {"lignes": [_ligne(f, d) for f, d in zip(forme["candidats"], examen.decisions, strict=True)]}
    return _faire_entrer(acte, examen, forme)


def desinscrire(acte: Acte, session_id: str, candidat_id: str, corps: Any) -> Json:
    """Takes a candidate out of a session, up to its first day included (INS-02)."""
    action = Action.DESINSCRIRE_CANDIDAT
    session = session_a_changer(acte, session_id, action)
    sortant = inscription_de(session, candidat_id)
    forme = charger(entree.Acte, corps)
    faits = faits_de(acte, session)
    decision = decider(acte, action, faits, forme)
    lui = sortant.candidat_id
    reste = any(c.identite == sortant.identite and c.candidat_id != lui for c in session.candidats)  # under another id
    (sortant,) = verrouiller(acte, [sortant])
    inscriptions.desinscrire_candidat(acte.db, session.id, lui)
    if session.convocations_en_vigueur:
        annoncer_annulation(acte, session, lui, attendues=reste)
    occuper(acte, [sortant.identite], session)
    annoncer_les_credits_de(acte, [sortant.identite], session)
    phrase = f"Le candidat {nominatif(lui, sortant.nom)} a été désinscrit de la session {session.numero}."
    return accomplir(acte, faits, decision, phrase, motif=forme["motif"])


def _forme(acte: Acte, session_id: str, schema: type[Schema], corps: Any) -> Json:
    """Returns the form of a registration. A session that is not there is said before a bad form, and read here for that
    only: where the form is good, it is read once locked.
    """
    SESSION.exiger_droit(_INSCRIRE, acte.acteur.type)
    try:
        return charger(schema, corps)
    except Invalide:
        exiger_acces(acte, session_id, _INSCRIRE)
        raise


def _question(acte: Acte, formes: list[Json]) -> Question:
    """Asks of these candidates whether they are the centre's: it registers in its own sessions alone."""
    return Question(
        "candidats_gardes",
        "pour_inscription",
        candidat_ids=[identifiant(f["candidat_id"], _INCONNU) for f in formes],
        etablissement_id=acte.acteur.etablissement_id,
    )


def _examiner(acte: Acte, session: Session, formes: list[Json], reponses: list[Json]) -> _Examen:
    demandees = _candidatures(session.cadre, formes, reponses)
    entrants = verrouiller(acte, (c.inscription for c in demandees))
    session = get_session(acte.db, session.id)  # a merger that the answers tell of may concern who is there already
    if len(session.candidats) + len(formes) > entree.CANDIDATS_MAX:  # nobody could enter its results any more
        raise Invalide.au_champ("_schema", f"Une session compte {nombre(entree.CANDIDATS_MAX)} candidats au plus.")
    candidatures = tuple(replace(c, inscription=i) for c, i in zip(demandees, entrants, strict=True))
    exiger_a_jour(acte, reponses)
    faits = faits_de(acte, session, entrants)
    decisions, avant_lui = [], dict[str, InscriptionCandidat]()
    for c in candidatures:
        demandes, identite = {c.inscription.candidat_id: c.demande_vae}, c.inscription.identite
        siens = replace(faits, candidat=c.inscription, demandes_vae=demandes)
        if identite in avant_lui:  # of those before him, the rules only ask whether he is one: all would be thousands
            siens = replace(siens, session=replace(session, candidats=(*session.candidats, avant_lui[identite])))
        decisions.append(SESSION.decider(_INSCRIRE, siens.etat, acte.acteur.type, siens))
        avant_lui[identite] = c.inscription
    return _Examen(faits, candidatures, tuple(decisions))


def _faire_entrer(acte: Acte, examen: _Examen, forme: Json) -> Json:
    remarques = exiger(examen.manquements, forme["confirmer"])
    session, faits = examen.faits.session, examen.faits
    entrants = [c.inscription for c in examen.candidatures]
    inscriptions.inscrire_candidats(acte.db, session.id, [c.qui for c in examen.candidatures], entrants, faits.jour)
    occuper(acte, (i.identite for i in entrants), session)
    relus = faits_de(acte, session, entrants)  # by what was read once their places were given back
    if any(plafond_du_candidat.verifier(replace(relus, candidat=i)) for i in entrants):
        raise Indisponible()  # others have registered him since he was counted: to be asked again
    noms = [nominatif(i.candidat_id, i.nom) for i in entrants]
    qui = f"Le candidat {noms[0]} a été inscrit" if len(noms) == 1 else f"{len(noms)} candidats ont été inscrits"
    decision = replace(examen.decisions[0], manquements=remarques)
    phrase = f"{qui} à la session {session.numero}."
    reponse = accomplir(acte, faits, decision, phrase, motif=forme["motif"])
    if session.convocations_en_vigueur:
        convoquer(acte, session.id, *(i.candidat_id for i in entrants))
    return reponse


def _candidatures(cadre: Cadre, formes: list[Json], reponses: list[Json]) -> tuple[_Candidature, ...]:
    """Returns who asks to enter.

    Raises:
        Introuvable: one of them is unknown, or not one of this centre's.
    """
    par_id = {r["candidat_id"]: r for r in reponses}
    candidatures = []
    for forme in formes:
        reponse = par_id.get(forme["candidat_id"])
        if reponse is None or not reponse["connu"] or not reponse["dans_le_perimetre"]:
            raise Introuvable(_INCONNU)
        candidatures.append(_candidature(cadre, forme, reponse))
    return tuple(candidatures)


def _demande_invoquee(cadre: Cadre, forme: Json, reponse: Json) -> DemandeVae | None:
    """Returns the demande VAE with which a candidate enters: the one that is named, else the first that will do; none
    by another parcours, whatever was left in the field."""
    if forme["parcours"] != Parcours.VAE:
        return None
    siennes = demandes_vae_de(reponse)
    if nommee := forme["demande_vae_id"]:
        return siennes.get(str(nommee))
    return qui_ouvre(siennes.values(), cadre)


def _candidature(cadre: Cadre, forme: Json, reponse: Json) -> _Candidature:
    qui, demande = inscrit_de(reponse), _demande_invoquee(cadre, forme, reponse)
    motif = forme["motif_prolongation"]
    return _Candidature(
        qui=qui,
        inscription=InscriptionCandidat(
            candidat_id=reponse["candidat_id"],
            nom=qui.nom,
            parcours=Parcours(forme["parcours"]),
            demande_vae_id=demande.id if demande else None,
            motif_prolongation=MotifProlongation(motif) if motif else None,
            formateurs=tuple(forme["formateurs"]),
            canonique_id=reponse["canonique_id"],
        ),
        demande_vae=demande,
    )


def inscrit_de(reponse: Json) -> Inscrit:
    """Returns a candidate as letters name him."""
    personne = Personne(
        id=reponse["candidat_id"],
        nom=reponse["nom_naissance"],
        prenoms=reponse["prenoms"],
        civilite=reponse["civilite"],
        nom_usage=reponse["nom_usage"] or "",
        adresse=adresse(reponse["adresse"]),
        date_naissance=date.fromisoformat(reponse["date_naissance"]),
        lieu_naissance=lieu_de_naissance(reponse["naissance"]),
        numero=reponse["numero"],
    )
    return Inscrit(personne, reponse["courriel"])


def demandes_vae_de(reponse: Json) -> dict[str, DemandeVae]:
    """Returns the demandes VAE that a candidate may invoke, by id, in the order in which he would; none of one whom his
    service, restored to before him, does not know."""
    return {d["id"]: DemandeVae.dite(d, reponse["candidat_id"]) for d in reponse.get("demandes_vae", ())}


def _ligne(forme: Json, decision: Decision) -> Json:
    return {
        "candidat_id": forme["candidat_id"],
        "refus": [m.en_clair() for m in decision.refus],
        "avertissements": [m.en_clair() for m in decision.avertissements],
        "remarques": [m.en_clair() for m in decision.remarques],
    }
