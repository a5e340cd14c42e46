"""Jurés: who may sit in juries, and by which right."""

from commun.actes.conservation import ranger_noyau
from commun.actes.methodes import UN_JOUR, UNE_HEURE, commande, ecoute, lecture, minuterie
from commun.actes.unite import Unite
from commun.traces import sceaux
from services.jures.commands import conservation, emplois, export, fusion, habilitations, jures, reception
from services.jures.queries import aptitudes as lectures_aptitudes
from services.jures.queries import couverture as lectures_couverture
from services.jures.queries import fiches, gardes, listes
from services.jures.queries import possibles as lectures_possibles


class Jures:
    """Jurés, their jobs and their habilitations."""

    name = "jures"
    acte = Unite(sans_acteur={"reconstruire_repliques"})

    # -- jurés
    lister = lecture(listes.lister_jures)
    page_export = commande(export.page_jures)
    fiche = lecture(fiches.fiche_jure)
    creer = commande(jures.creer_jure)
    modifier = commande(jures.modifier_jure)
    inactiver = commande(jures.inactiver_jure)
    activer = commande(jures.activer_jure)
    sessions_du_jure = lecture(fiches.sessions_du_jure)
    doublons = lecture(fiches.doublons)
    fusionner = commande(fusion.fusionner)
    traces_jure = lecture(fiches.traces_jure)

    # -- jobs
    creer_emploi = commande(emplois.creer_emploi)
    modifier_emploi = commande(emplois.modifier_emploi)
    supprimer_emploi = commande(emplois.supprimer_emploi)

    # -- habilitations
    lister_habilitations = lecture(listes.lister_habilitations)
    couverture = lecture(lectures_couverture.couverture)
    page_export_habilitations = commande(export.page_habilitations)
    habilitation = lecture(fiches.fiche_habilitation)
    creer_habilitation = commande(habilitations.creer_habilitation)
    modifier_habilitation = commande(habilitations.modifier_habilitation)
    valider = commande(habilitations.valider)
    suspendre = commande(habilitations.suspendre)
    reactiver = commande(habilitations.reactiver)
    mettre_en_brouillon = commande(habilitations.mettre_en_brouillon)
    supprimer = commande(habilitations.supprimer)
    traces_habilitation = lecture(fiches.traces_habilitation)

    # -- copies of what others own
    titre_publie = ecoute(reception.recevoir_titre, "referentiel.titre_publie", file="jures.titres")
    agrement_publie = ecoute(reception.recevoir_agrement, "referentiel.agrement_publie", file="jures.agrements")
    session_modifiee = ecoute(
        reception.recevoir_session, "sessions.session_modifiee", "sessions.instruction_modifiee", file="jures.sessions"
    )
    jury_modifie = ecoute(reception.recevoir_session, "sessions.jury_modifie", file="jures.jurys")
    reconstruire_repliques = commande(reception.reconstruire_repliques)

    # -- what time brings
    ranger = minuterie(UNE_HEURE, ranger_noyau)
    chaque_jour = minuterie(UN_JOUR, conservation.ranger)
    sceller_les_traces = minuterie(UNE_HEURE, sceaux.tenir)


class JuresGardes:
    """What other services ask, on workers kept for it: each answers alone, for nobody's perimeter."""

    name = "jures_gardes"
    acte = Unite("jures")

    aptitudes = lecture(lectures_aptitudes.aptitudes, d_un_trait=True)
    possibles = lecture(lectures_possibles.possibles)
    libelles = lecture(gardes.libelles)
    anonymises = lecture(gardes.anonymises)
    habilitations = lecture(gardes.habilitations_publiees)
    fins_avancees = lecture(gardes.fins_avancees)


SERVICES = [Jures, JuresGardes]
