"""Sessions, their jury and candidates, convocations, results, attestations, alerts, dated parameters."""

from commun.forms import Page
from commun.referentiel import AGENTS, CENTRE, NATIONAL, TOUS
from commun.sorties import Trace, page_de
from gateway.api.routes import Route
from services.sessions import schemas

_CENTRE_ET_AGENTS = CENTRE | AGENTS
_SESSION = "/sessions/<session_id>"
_JURE = f"{_SESSION}/jures/<jure_id>"

ROUTES_API = (
    # -- the session and its validation
    Route("GET", "/sessions", "sessions.lister", TOUS, "Les sessions du périmètre.",
          filtres=schemas.FiltresSessions, reponse=page_de(schemas.SessionListe)),
    Route("GET", _SESSION, "sessions.fiche", TOUS, "Une session, et ce qui peut y être fait.",
          reponse=schemas.Session),
    Route("GET", "/sessions/export", "sessions.page_export", TOUS, "Le fichier des sessions de la liste.",
          filtres=schemas.ExportSessions, export=True),
    Route("POST", "/sessions", "sessions.creer", CENTRE, "Crée une session.",
          corps=schemas.NouvelleSession, reponse=schemas.Session, statut=201),
    Route("PATCH", _SESSION, "sessions.modifier", _CENTRE_ET_AGENTS,
          "Modifie une session : son cadre, que l'administration valide, ou ses heures.",
          corps=schemas.ModificationSession, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/soumission", "sessions.soumettre", CENTRE, "Soumet une session à la validation.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/retrait", "sessions.retirer", CENTRE, "Retire une session de la validation.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/validation", "sessions.valider", AGENTS, "Valide une session.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/refus", "sessions.refuser", AGENTS, "Refuse une session, avec un motif.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/annulation", "sessions.annuler", _CENTRE_ET_AGENTS,
          "Annule une session, avec un motif ; ceux qui étaient convoqués en sont prévenus.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("GET", f"{_SESSION}/echeances", "sessions.echeances", TOUS, "Les échéances d'une session.",
          reponse=schemas.Echeances),
    Route("GET", f"{_SESSION}/alertes", "sessions.alertes_de_la_session", TOUS, "Les alertes d'une session.",
          filtres=Page, reponse=page_de(schemas.AlerteListe)),
    Route("GET", f"{_SESSION}/traces", "sessions.traces", TOUS, "Ce qui a été fait sur une session.",
          filtres=Page, reponse=page_de(Trace)),
    # -- its jury
    Route("POST", f"{_SESSION}/jures", "sessions.inscrire_jure", CENTRE, "Inscrit un juré.",
          corps=schemas.InscriptionJure, reponse=schemas.Session, statut=201),
    Route("DELETE", _JURE, "sessions.retirer_jure", CENTRE, "Retire un juré.", reponse=schemas.Session),
    Route("POST", f"{_JURE}/remplacement", "sessions.remplacer_jure", CENTRE, "Remplace un juré par un autre.",
          corps=schemas.InscriptionJure, reponse=schemas.Session),
    Route("GET", f"{_SESSION}/jures-possibles", "sessions.jures_possibles", TOUS,
          "Les jurés qui peuvent siéger dans une session.",
          filtres=Page, reponse=page_de(schemas.JurePossible)),
    Route("GET", f"{_SESSION}/couverture", "sessions.couverture", TOUS, "Ce que le jury couvre de la session.",
          reponse=schemas.Couverture),
    # -- its candidates
    Route("POST", f"{_SESSION}/candidats", "sessions.inscrire_candidat", CENTRE, "Inscrit un candidat.",
          corps=schemas.InscriptionCandidat, reponse=schemas.Session, statut=201),
    Route("DELETE", f"{_SESSION}/candidats/<candidat_id>", "sessions.desinscrire_candidat", CENTRE,
          "Désinscrit un candidat.", reponse=schemas.Session),
    Route("GET", "/candidats/<candidat_id>/credits", "sessions.credits", TOUS,
          "Les sessions d'un candidat sur un an, et la date de la prochaine possible.",
          filtres=schemas.FiltresCredits, reponse=schemas.Credits),
    # -- its convocations
    Route("POST", f"{_SESSION}/convocations", "sessions.editer_convocations", CENTRE,
          "Édite les convocations, ou en édite une nouvelle version.",
          corps=schemas.EditionConvocations, reponse=schemas.Session),
    Route("GET", f"{_SESSION}/convocations", "sessions.convocations", TOUS,
          "Les convocations d'une session, personne par personne.",
          liste_recente=True, filtres=Page, reponse=page_de(schemas.Convocation)),
    Route("POST", "/convocations/<convocation_id>/renvoi", "sessions.renvoyer_convocation", CENTRE,
          "Renvoie une convocation.", corps=schemas.Acte, reponse=schemas.Convocation),
    # -- its documents
    Route("GET", f"{_SESSION}/convocations.pdf", "sessions.convocations_pdf", TOUS,
          "Les convocations d'une session, en un fichier.", fichier=True),
    Route("GET", f"{_SESSION}/emargement.pdf", "sessions.emargement_pdf", TOUS, "Les feuilles d'émargement.",
          fichier=True),
    Route("GET", f"{_SESSION}/pv.pdf", "sessions.pv_pdf", TOUS, "Le procès-verbal.", fichier=True),
    Route("GET", "/convocations/<convocation_id>.pdf", "sessions.convocation_pdf", TOUS, "Une convocation.",
          fichier=True),
    Route("GET", "/convocations/<convocation_id>.ics", "sessions.convocation_ics", TOUS,
          "Une convocation, pour un agenda.", fichier=True),
    # -- the exam's subject
    Route("POST", f"{_SESSION}/demandes-dte", "sessions.demander_dte", CENTRE,
          "Demande le dossier technique d'évaluation.", corps=schemas.DemandeDte, reponse=schemas.Session, statut=201),
    Route("GET", "/demandes-dte/<demande_id>", "sessions.demande_dte", TOUS, "Une demande de DTE.",
          reponse=schemas.Dte),
    Route("PATCH", "/demandes-dte/<demande_id>", "sessions.repondre_dte", AGENTS,
          "Dit ce que devient une demande de DTE.", corps=schemas.SuiteDte, reponse=schemas.Dte),
    # -- its results
    Route("PUT", f"{_SESSION}/resultats", "sessions.saisir_resultats", CENTRE, "Saisit les résultats.",
          corps=schemas.SaisieResultats, reponse=schemas.Resultats),
    Route("GET", f"{_SESSION}/resultats", "sessions.resultats", TOUS, "Les résultats, dans une de leurs versions.",
          filtres=schemas.FiltresResultats, reponse=schemas.Resultats),
    Route("POST", f"{_SESSION}/cloture", "sessions.cloturer", _CENTRE_ET_AGENTS, "Clôture une session.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/visa", "sessions.viser", AGENTS, "Vise le procès-verbal : les acquis sont confirmés.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/deblocage", "sessions.debloquer", AGENTS, "Débloque une session, avec un motif.",
          corps=schemas.Acte, reponse=schemas.Session),
    Route("POST", f"{_SESSION}/carence", "sessions.constater_carence", _CENTRE_ET_AGENTS,
          "Constate la carence du jury : la session est annulée.", corps=schemas.Acte, reponse=schemas.Session),
    Route("GET", "/candidats/<candidat_id>/attestations", "sessions.attestations", TOUS,
          "Les attestations d'un candidat.", liste_recente=True, filtres=Page, reponse=page_de(schemas.Attestation)),
    Route("GET", "/attestations/<attestation_id>.pdf", "sessions.attestation_pdf", TOUS, "Une attestation.",
          fichier=True),
    Route("GET", "/verifications/<code>", "sessions.verifier_attestation", None,
          "Dit si une attestation est encore valable.", reponse=schemas.Verification),
    # -- alerts and parameters
    Route("GET", "/alertes", "sessions.alertes", TOUS, "Les alertes des sessions du périmètre.",
          filtres=schemas.FiltresAlertes, reponse=page_de(schemas.AlerteListe)),
    Route("GET", "/chiffres", "sessions.chiffres", NATIONAL,
          "Les chiffres d'une année : sessions, candidats, réussite par titre.",
          filtres=schemas.FiltresChiffres, reponse=schemas.Chiffres),
    Route("GET", "/parametres", "sessions.lister_parametres", TOUS, "Les paramètres datés, et leur histoire.",
          filtres=Page, reponse=page_de(schemas.Parametre)),
    Route("POST", "/parametres/<code>/valeurs", "sessions.poser_parametre", NATIONAL,
          "Donne à un paramètre une valeur à compter d'un jour.",
          corps=schemas.NouvelleValeur, reponse=schemas.Parametre, statut=201),
)  # fmt: skip
"""The routes of this resource."""
