"""The candidats: who they are, what they have acquired, their demandes VAE."""

from commun.actes.methodes import UN_JOUR, UNE_HEURE, commande, ecoute, lecture, minuterie
from commun.actes.unite import Unite
from commun.traces import sceaux
from services.candidats.commands import conservation, export, fusion, identite, rattachement, reception
from services.candidats.commands import importer as actes_importer
from services.candidats.commands import vae as actes_vae
from services.candidats.queries import candidats, gardes, imports, vae


class Candidats:
    """Candidates and their demandes VAE."""

    name = "candidats"
    acte = Unite(sans_acteur={"reconstruire_repliques"})

    # -- candidates
    lister = lecture(candidats.lister)
    fiche = lecture(candidats.fiche)
    creer = commande(identite.creer)
    modifier = commande(identite.modifier)
    bandeau = lecture(candidats.bandeau)
    traces = lecture(candidats.traces)
    rattacher = commande(rattachement.rattacher_par_identite)
    doublons = lecture(candidats.doublons)
    fusionner = commande(fusion.fusionner)

    # -- files
    importer = commande(actes_importer.importer)
    fichier_import = lecture(imports.fichier, puis=imports.livrer)
    page_export = commande(export.page_export)

    # -- VAE
    lister_demandes_vae = lecture(vae.lister)
    demandes_vae_du_candidat = lecture(vae.lister_du_candidat)
    demande_vae = lecture(vae.fiche)
    traces_demande_vae = lecture(vae.traces)
    deposer_demande_vae = commande(actes_vae.deposer)
    decider_demande_vae = commande(actes_vae.decider)
    retirer_demande_vae = commande(actes_vae.retirer)

    # -- copies of what others own
    titre_publie = ecoute(reception.recevoir_titre, "referentiel.titre_publie", file="candidats.titres")
    session_modifiee = ecoute(
        reception.recevoir_session,
        "sessions.session_modifiee",
        "sessions.instruction_modifiee",
        "sessions.resultats_saisis",
        file="candidats.sessions",
    )
    inscrits_modifies = ecoute(reception.recevoir_session, "sessions.inscrits_modifies", file="candidats.inscrits")
    resultats_clos = ecoute(reception.recevoir_resultats, "sessions.resultats_clos", file="candidats.resultats")
    reconstruire_repliques = commande(reception.reconstruire_repliques)

    # -- what time brings
    ranger = minuterie(UNE_HEURE, conservation.nettoyer)
    chaque_jour = minuterie(UN_JOUR, conservation.ranger)
    sceller_les_traces = minuterie(UNE_HEURE, sceaux.tenir)


class CandidatsGardes:
    """What other services ask, on workers kept for it: leaf reads that call nobody."""

    name = "candidats_gardes"
    acte = Unite("candidats")

    pour_inscription = lecture(gardes.pour_inscription, d_un_trait=True)
    identites = lecture(gardes.identites)
    dans_mon_perimetre = lecture(gardes.dans_mon_perimetre)
    anonymises = lecture(gardes.anonymises)
    demandes_vae = lecture(gardes.demandes_suivies)
    demandes_de = lecture(gardes.demandes_de)


SERVICES = [Candidats, CandidatsGardes]
