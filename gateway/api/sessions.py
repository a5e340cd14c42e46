"""Sessions, their jury and candidates, convocations, results, attestations, alerts, dated parameters."""

from marshmallow import fields

from commun.domain.referentiel import AGENTS, CENTRE, NATIONAL, TOUS
from commun.schemas.forms import Page
from commun.schemas.sorties import Trace, page_de
from gateway.api.routes import Route
from services.sessions.schemas import entree, sortie

_CENTRE_ET_AGENTS = CENTRE | AGENTS
_SESSION = "/sessions/<session_id>"
_JURE = f"{_SESSION}/jures/<jure_id>"
_DESSIN = 20.0
"""Seconds to draw what is of everybody in a session: four hundred letters, or as many lines of a PV, take three or four
of a processor that does nothing else, and there may be one before."""

ROUTES_API = (
    # -- the session and its validation
    Route("GET", "/sessions", "sessions.lister", TOUS, "Les sessions du périmètre.",
          filtres=entree.FiltresListeSessions, reponse=page_de(sortie.SessionListe)),
    Route("GET", _SESSION, "sessions.fiche", TOUS, "Une session, et ce qui peut y être fait.",
          reponse=sortie.Session),
    Route("GET", "/sessions/export", "sessions.page_export", TOUS, "Le fichier des sessions de la liste.",
          filtres=entree.ExportSessions, export=True),
    Route("POST", "/sessions", "sessions.creer", CENTRE, "Crée une session.",
          corps=entree.NouvelleSession, reponse=sortie.Session, statut=201),
    Route("PATCH", _SESSION, "sessions.modifier", _CENTRE_ET_AGENTS,
          "Modifie une session : son cadre, que l'administration valide, ou ses heures.",
          corps=entree.ModificationSession, partiel=True, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/soumission", "sessions.soumettre", CENTRE, "Soumet une session à la validation.",
          corps=entree.Acte, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/retrait", "sessions.retirer", CENTRE, "Retire une session de la validation.",
          corps=entree.Acte, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/validation", "sessions.valider", AGENTS, "Valide une session.",
          corps=entree.Acte, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/refus", "sessions.refuser", AGENTS, "Refuse une session, avec un motif.",
          corps=entree.ActeMotive, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/annulation", "sessions.annuler", _CENTRE_ET_AGENTS,
          "Annule une session, avec un motif ; ceux qui étaient convoqués en sont prévenus.",
          corps=entree.ActeMotive, reponse=sortie.Session),
    Route("GET", f"{_SESSION}/echeances", "sessions.echeances", TOUS, "Les échéances d'une session.",
          reponse=sortie.Echeances),
    Route("GET", f"{_SESSION}/alertes", "sessions.alertes_de_la_session", TOUS, "Les alertes d'une session.",
          filtres=Page, reponse=page_de(sortie.AlerteListe)),
    Route("GET", f"{_SESSION}/traces", "sessions.traces", TOUS, "Ce qui a été fait sur une session.",
          filtres=Page, reponse=page_de(Trace)),
    # -- its jury
    Route("POST", f"{_SESSION}/jures", "sessions.inscrire_jure", CENTRE, "Inscrit un juré.",
          corps=entree.InscriptionJure, reponse=sortie.Session, statut=201),
    Route("DELETE", _JURE, "sessions.retirer_jure", CENTRE, "Retire un juré.", reponse=sortie.Session),
    Route("POST", f"{_JURE}/remplacement", "sessions.remplacer_jure", CENTRE, "Remplace un juré par un autre.",
          corps=entree.InscriptionJure, reponse=sortie.Session),
    Route("GET", f"{_SESSION}/jures-possibles", "sessions.jures_possibles", TOUS,
          "Les jurés qui peuvent siéger dans une session ; « ecartes » : ceux qu'une recherche dont la réponse tient "
          "en une page trouve et qui ne le peuvent pas, et pourquoi.",
          filtres=Page,
          reponse=page_de(sortie.JurePossible, ecartes=fields.List(fields.Nested(sortie.JureEcarte), required=True))),
    Route("GET", f"{_SESSION}/couverture", "sessions.couverture", TOUS, "Ce que le jury couvre de la session.",
          reponse=sortie.Couverture),
    # -- its candidates
    Route("POST", f"{_SESSION}/candidats", "sessions.inscrire_candidat", CENTRE, "Inscrit un candidat.",
          corps=entree.InscriptionCandidat, reponse=sortie.Session, statut=201),
    Route("PATCH", f"{_SESSION}/candidats/<candidat_id>", "sessions.modifier_inscription", CENTRE,
          "Modifie l'inscription d'un candidat : pourquoi il peut encore venir, qui l'a formé.",
          corps=entree.ModificationInscription, partiel=True, reponse=sortie.Session),
    Route("DELETE", f"{_SESSION}/candidats/<candidat_id>", "sessions.desinscrire_candidat", CENTRE,
          "Désinscrit un candidat.", reponse=sortie.Session),
    Route("GET", "/candidats/<candidat_id>/credits", "sessions.credits", TOUS,
          "Les sessions d'un candidat sur un an, et la date de la prochaine possible.",
          filtres=entree.FiltresCredits, reponse=sortie.Credits),
    # -- its convocations
    Route("POST", f"{_SESSION}/convocations", "sessions.editer_convocations", CENTRE,
          "Édite les convocations, ou en édite une nouvelle version.",
          corps=entree.EditionConvocations, reponse=sortie.Session),
    Route("GET", f"{_SESSION}/convocations", "sessions.convocations", TOUS,
          "Les convocations d'une session, personne par personne ; « annulees » : combien ne sont plus en vigueur.",
          filtres=entree.FiltresConvocations,
          reponse=page_de(sortie.Convocation, annulees=fields.Integer(required=True))),
    Route("POST", "/convocations/<convocation_id>/renvoi", "sessions.renvoyer_convocation", CENTRE,
          "Renvoie une convocation.", corps=entree.Acte, reponse=sortie.Convocation),
    # -- its documents
    Route("GET", f"{_SESSION}/convocations.pdf", "sessions.convocations_pdf", TOUS,
          "Les convocations d'une session, en un fichier.", fichier=True, delai=_DESSIN),
    Route("GET", f"{_SESSION}/emargement.pdf", "sessions.emargement_pdf", TOUS, "Les feuilles d'émargement.",
          fichier=True, delai=_DESSIN),
    Route("GET", f"{_SESSION}/pv.pdf", "sessions.pv_pdf", TOUS, "Le procès-verbal.", fichier=True,
          delai=_DESSIN),
    Route("GET", f"{_SESSION}/attestations.pdf", "sessions.attestations_pdf", TOUS,
          "Les attestations valides d'une session, en un fichier.", fichier=True, delai=_DESSIN),
    Route("GET", "/convocations/<convocation_id>.pdf", "sessions.convocation_pdf", TOUS, "Une convocation.",
          fichier=True),
    Route("GET", "/convocations/<convocation_id>.ics", "sessions.convocation_ics", TOUS,
          "Une convocation, pour un agenda.", fichier=True),
    # -- the exam's subject
    Route("POST", f"{_SESSION}/demandes-dte", "sessions.demander_dte", CENTRE,
          "Demande le dossier technique d'évaluation.", corps=entree.DemandeDte, reponse=sortie.DteDemandee,
          statut=201, agit=True),
    Route("GET", "/demandes-dte/<demande_id>", "sessions.demande_dte", TOUS, "Une demande de DTE.",
          reponse=sortie.Dte),
    Route("PATCH", "/demandes-dte/<demande_id>", "sessions.repondre_dte", AGENTS,
          "Dit ce que devient une demande de DTE.", corps=entree.SuiteDte, reponse=sortie.Dte),
    # -- its results
    Route("PUT", f"{_SESSION}/resultats", "sessions.saisir_resultats", CENTRE, "Saisit les résultats.",
          corps=entree.SaisieResultats, reponse=sortie.Resultats),
    Route("GET", f"{_SESSION}/resultats", "sessions.resultats", TOUS, "Les résultats, dans une de leurs versions.",
          filtres=entree.FiltresResultats, reponse=sortie.Resultats),
    Route("POST", f"{_SESSION}/cloture", "sessions.cloturer", _CENTRE_ET_AGENTS, "Clôture une session.",
          corps=entree.Acte, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/visa", "sessions.viser", AGENTS, "Vise le procès-verbal : les acquis sont confirmés.",
          corps=entree.Acte, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/deblocage", "sessions.debloquer", AGENTS, "Débloque une session, avec un motif.",
          corps=entree.ActeMotive, reponse=sortie.Session),
    Route("POST", f"{_SESSION}/carence", "sessions.constater_carence", _CENTRE_ET_AGENTS,
          "Constate la carence du jury : la session est annulée.", corps=entree.ActeMotive, reponse=sortie.Session),
    Route("GET", "/candidats/<candidat_id>/attestations", "sessions.attestations", TOUS,
          "Les attestations d'un candidat.", filtres=Page, reponse=page_de(sortie.Attestation)),
    Route("GET", "/attestations/<attestation_id>.pdf", "sessions.attestation_pdf", TOUS, "Une attestation.",
          fichier=True),
    Route("GET", "/verifications/<code>", "sessions.verifier_attestation", None,
          "Dit si une attestation est encore valable.", reponse=sortie.Verification),
    # -- alerts and parameters
    Route("GET", "/alertes", "sessions.alertes", TOUS, "Les alertes des sessions du périmètre.",
          filtres=entree.FiltresAlertes, reponse=page_de(sortie.AlerteListe)),
    Route("GET", "/chiffres", "sessions.chiffres", NATIONAL,
          "Les chiffres d'une année : sessions, candidats, réussite par titre.",
          filtres=entree.FiltresChiffres, reponse=sortie.Chiffres),
    Route("GET", "/parametres", "sessions.lister_parametres", TOUS, "Les paramètres datés, et leur histoire.",
          filtres=Page, reponse=page_de(sortie.Parametre)),
    Route("GET", "/parametres/<code>/traces", "sessions.traces_parametre", NATIONAL,
          "Ce qui a été fait d'un paramètre.",
          filtres=Page, reponse=page_de(Trace)),
    Route("POST", "/parametres/<code>/valeurs", "sessions.poser_parametre", NATIONAL,
          "Donne à un paramètre une valeur à compter d'un jour.",
          corps=entree.NouvelleValeur, reponse=sortie.Parametre, statut=201, agit=True),
)  # fmt: skip
