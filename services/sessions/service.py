"""The sessions d'examen: from a centre's brouillon to confirmed results."""

from commun.actes.methodes import UN_JOUR, UNE_HEURE, commande, ecoute, lecture, minuterie
from commun.actes.unite import Unite
from commun.traces import sceaux
from services.sessions.commands import alertes as actes_alertes
from services.sessions.commands import candidats as actes_candidats
from services.sessions.commands import conservation, copies, dte, export, inscription, jures, suivre, validation
from services.sessions.commands import convocations as actes_convocations
from services.sessions.commands import creer as actes_creer
from services.sessions.commands import modifier as actes_modifier
from services.sessions.commands import parametres as actes_parametres
from services.sessions.commands import resultats as actes_resultats
from services.sessions.queries import candidats, documents, gardes, jury, lettres, listes, parametres
from services.sessions.queries import chiffres as lectures_chiffres
from services.sessions.queries import dte as lectures_dte
from services.sessions.queries import fiche as lectures_fiche
from services.sessions.queries import resultats as lectures_resultats


class Sessions:
    """Sessions, their jury and candidates, convocations, results, attestations, alerts, dated parameters."""

    name = "sessions"
    acte = Unite(sans_acteur={"reconstruire_repliques", "verifier_attestation"})

    # -- reads
    lister = lecture(listes.lister)
    page_export = commande(export.page_export)
    fiche = lecture(lectures_fiche.fiche)
    couverture = lecture(jury.couvrir)
    echeances = lecture(jury.echeances)
    jures_possibles = lecture(jury.jures_possibles)
    alertes = lecture(listes.lister_alertes)
    alertes_de_la_session = lecture(listes.alertes_de_la_session)
    traces = lecture(listes.traces)
    demande_dte = lecture(lectures_dte.dte_visible)
    resultats = lecture(lectures_resultats.lire)
    convocations = lecture(lettres.lister_convocations)
    credits = lecture(candidats.credits)
    attestations = lecture(candidats.lister_attestations)
    verifier_attestation = lecture(candidats.verifier)
    chiffres = lecture(lectures_chiffres.chiffres)
    lister_parametres = lecture(parametres.lister)
    traces_parametre = lecture(parametres.traces)

    # -- documents
    convocations_pdf = lecture(documents.convocations_pdf, puis=documents.livrer)
    emargement_pdf = lecture(documents.emargement_pdf, puis=documents.livrer)
    pv_pdf = lecture(documents.pv_pdf, puis=documents.livrer)
    attestations_pdf = lecture(documents.attestations_pdf, puis=documents.livrer)
    convocation_pdf = lecture(documents.convocation_pdf, puis=documents.livrer)
    convocation_ics = lecture(documents.convocation_ics, puis=documents.livrer)
    attestation_pdf = lecture(documents.attestation_pdf, puis=documents.livrer)

    # -- the frame, and its validation
    creer = commande(actes_creer.creer)
    modifier = commande(actes_modifier.modifier)
    soumettre = commande(validation.soumettre)
    retirer = commande(validation.retirer)
    valider = commande(validation.valider)
    refuser = commande(validation.refuser)
    annuler = commande(validation.annuler)

    # -- the jury and the candidates
    inscrire_jure = commande(jures.inscrire)
    retirer_jure = commande(jures.retirer)
    remplacer_jure = commande(jures.remplacer)
    inscrire_candidat = commande(actes_candidats.inscrire)
    inscrire_candidats = commande(actes_candidats.inscrire_ensemble)
    desinscrire_candidat = commande(actes_candidats.desinscrire)
    modifier_inscription = commande(inscription.modifier)

    # -- convocations and DTE
    editer_convocations = commande(actes_convocations.editer)
    renvoyer_convocation = commande(actes_convocations.renvoyer)
    demander_dte = commande(dte.demander)
    repondre_dte = commande(dte.repondre)

    # -- results
    saisir_resultats = commande(actes_resultats.saisir)
    cloturer = commande(actes_resultats.cloturer)
    viser = commande(actes_resultats.viser)
    debloquer = commande(validation.debloquer)
    constater_carence = commande(validation.constater_carence)

    # -- parameters
    poser_parametre = commande(actes_parametres.poser)

    # -- what others tell
    titre_publie = ecoute(copies.recevoir_titre, "referentiel.titre_publie", file="sessions.titres")
    etablissement_publie = ecoute(
        copies.recevoir_etablissement, "referentiel.etablissement_publie", file="sessions.etablissements"
    )
    agrement_publie = ecoute(copies.recevoir_agrement, "referentiel.agrement_publie", file="sessions.agrements")
    habilitation_modifiee = ecoute(suivre.suivre_jure, "jures.habilitation_modifiee", file="sessions.habilitations")
    jure_modifie = ecoute(suivre.suivre_jure, "jures.jure_modifie", file="sessions.jures")
    titre_suivi = ecoute(suivre.suivre_titre, "jures.titre_suivi", file="sessions.titres_des_jures")
    credits_modifies = ecoute(suivre.suivre_credits, "sessions.credits_modifies", file="sessions.credits")
    candidat_modifie = ecoute(suivre.suivre_candidat, "candidats.candidat_modifie", file="sessions.candidats")
    candidat_anonymise = ecoute(
        conservation.oublier_candidat, "candidats.candidat_anonymise", file="sessions.candidats_anonymises"
    )
    jure_anonymise = ecoute(conservation.oublier_jure, "jures.jure_anonymise", file="sessions.jures_anonymises")
    envoi_modifie = ecoute(actes_convocations.suivre_envoi, "notifications.envoi_modifie", file="sessions.envois")
    annulation_modifiee = ecoute(
        actes_convocations.suivre_annulation, "notifications.annulation_modifiee", file="sessions.annulations"
    )
    reconstruire_repliques = commande(suivre.reconstruire_repliques)

    # -- what time brings
    ranger = minuterie(UNE_HEURE, conservation.ranger)
    revoir_les_alertes = minuterie(UNE_HEURE, actes_alertes.revoir_les_alertes)
    chaque_jour = minuterie(UN_JOUR, suivre.revoir_les_jurys)
    sceller_les_traces = minuterie(UNE_HEURE, sceaux.tenir)


class SessionsGardes:
    """What other services ask, on workers kept for it: each answers alone."""

    name = "sessions_gardes"
    acte = Unite("sessions")

    inscriptions_du_jure = lecture(gardes.inscriptions_du_jure)
    inscrites_depuis = lecture(gardes.inscrites_depuis)
    laisser_anonymiser = commande(conservation.laisser_anonymiser)
    inscrire_candidats = commande(actes_candidats.inscrire_connus)
    sessions = lecture(gardes.sessions_publiees)
    resultats_clos = lecture(gardes.resultats_clos)
    participants = lecture(gardes.participants)
    a_venir = lecture(gardes.a_venir)
    durees_de_conservation = lecture(parametres.durees_de_conservation)
    lettre = lecture(documents.courrier, puis=documents.poster)


SERVICES = [Sessions, SessionsGardes]
