"""The référentiel: what everybody refers to, and the agréments of the centres."""

from commun.actes.conservation import ranger_noyau
from commun.actes.methodes import UNE_HEURE, commande, ecoute, lecture, minuterie
from commun.actes.unite import Unite
from commun.traces import sceaux
from services.referentiel.commands import agrements as actes_agrements
from services.referentiel.commands import controles as actes_controles
from services.referentiel.commands import etablissements as actes_etablissements
from services.referentiel.commands import export, reception
from services.referentiel.commands import titres as actes_titres
from services.referentiel.queries import agrements as lectures_agrements
from services.referentiel.queries import controles as lectures_controles
from services.referentiel.queries import etablissements as lectures_etablissements
from services.referentiel.queries import fins, liste_agrements, territoires, traces
from services.referentiel.queries import titres as lectures_titres


class Referentiel:
    """Titres, CCSs, établissements, agréments, contrôles, territories."""

    name = "referentiel"
    acte = Unite(sans_acteur={"reconstruire_repliques"})

    # -- certifications
    lister_titres = lecture(lectures_titres.lister_titres)
    titre = lecture(lectures_titres.fiche_titre)
    creer_titre = commande(actes_titres.creer_titre)
    modifier_titre = commande(actes_titres.modifier_titre)
    remplacer_correspondances = commande(actes_titres.remplacer_correspondances)
    traces_titre = lecture(traces.traces_titre)
    lister_ccs = lecture(lectures_titres.lister_ccs)
    ccs = lecture(lectures_titres.fiche_ccs)

    # -- établissements and agréments
    lister_etablissements = lecture(lectures_etablissements.lister_etablissements)
    etablissement = lecture(lectures_etablissements.fiche_etablissement)
    creer_etablissement = commande(actes_etablissements.creer_etablissement)
    modifier_etablissement = commande(actes_etablissements.modifier_etablissement)
    traces_etablissement = lecture(traces.traces_etablissement)
    lister_agrements = lecture(liste_agrements.lister_agrements)
    page_export_agrements = commande(export.page_export)
    agrement = lecture(lectures_agrements.fiche_agrement)
    incidences_agrement = lecture(lectures_agrements.incidences)
    creer_agrement = commande(actes_agrements.creer_agrement)
    modifier_agrement = commande(actes_agrements.modifier_agrement)
    suspendre_agrement = commande(actes_agrements.suspendre_agrement)
    retablir_agrement = commande(actes_agrements.retablir_agrement)
    retirer_agrement = commande(actes_agrements.retirer_agrement)
    traces_agrement = lecture(traces.traces_agrement)

    # -- contrôles
    lister_controles = lecture(lectures_controles.lister_controles)
    lister_controles_du_perimetre = lecture(lectures_controles.lister_du_perimetre)
    controle = lecture(lectures_controles.fiche_controle)
    creer_controle = commande(actes_controles.creer_controle)
    modifier_controle = commande(actes_controles.modifier_controle)
    donner_suite = commande(actes_controles.donner_suite)
    traces_controle = lecture(traces.traces_controle)

    # -- territories
    lister_communes = lecture(territoires.lister_communes)
    lister_pays = lecture(territoires.lister_pays)
    lister_departements = lecture(territoires.lister_departements)

    # -- copies of what others own
    session_modifiee = ecoute(
        reception.recevoir_session, "sessions.session_creee", "sessions.session_modifiee", file="referentiel.sessions"
    )
    reconstruire_repliques = commande(reception.reconstruire_repliques)

    # -- what time brings
    ranger = minuterie(UNE_HEURE, ranger_noyau)
    sceller_les_traces = minuterie(UNE_HEURE, sceaux.tenir)


class ReferentielGardes:
    """What other services ask, on workers kept for it: each answers alone, for nobody's perimeter."""

    name = "referentiel_gardes"
    acte = Unite("referentiel")

    titre = lecture(lectures_titres.titre_garde)
    ccs = lecture(lectures_titres.fiche_ccs)
    etablissement = lecture(lectures_etablissements.etablissement_garde)
    contact_etablissement = lecture(lectures_etablissements.contact)
    libelles_etablissements = lecture(lectures_etablissements.libelles)
    communes = lecture(territoires.communes_par_code)
    communes_nommees = lecture(territoires.communes_nommees)
    communes_voisines = lecture(territoires.communes_voisines)
    pays = lecture(territoires.pays_designes)
    titres = lecture(lectures_titres.titres_publies)
    etablissements = lecture(lectures_etablissements.etablissements_publies)
    agrements_de = lecture(lectures_agrements.agrements_de)
    fins_d_agrements = lecture(fins.fins_d_agrements)
    fins_avancees = lecture(fins.fins_avancees)
    agrements = lecture(lectures_agrements.agrements_publies)
    controles = lecture(lectures_controles.controles_publies)


SERVICES = [Referentiel, ReferentielGardes]
