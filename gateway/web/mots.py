"""The French words of what the API says by a code: states, choices, fields, decisions."""

CIVILITES = (("MME", "Madame"), ("M", "Monsieur"))
"""Those that a form proposes."""

FAITS = {
    "date": "Date",
    "prochain_debut": "Possible à partir du",
    "fin": "Fin",
    "debut": "Début",
    "etat": "État actuel",
}
"""The words of the facts that rules read, where showing them helps."""

CHAMPS = {
    # de quoi il s’agit
    "jure_id": "Juré",
    "etablissement_id": "Établissement",
    "administrateur": "Administre les comptes",
    "site_id": "Site",
    "motif_prolongation": "Motif de prolongation",
    "session_id": "Session",
    "canonique_id": "Fiche gardée",
    "absorbe": "Fiche absorbée",
    # personnes
    "civilite": "Civilité",
    "numero": "Numéro",
    "nom_naissance": "Nom de naissance",
    "nom_usage": "Nom d’usage",
    "prenom": "Prénom",
    "prenoms": "Prénoms",
    "date_naissance": "Date de naissance",
    "naissance": "Lieu de naissance",
    "telephone": "Téléphone",
    "courriel": "Adresse électronique",
    "telephone_professionnel": "Téléphone professionnel",
    "telephone_personnel": "Téléphone personnel",
    "departement": "Département",
    "region": "Région",
    "code_insee": "Code INSEE",
    "code_rome": "Code ROME",
    "titres_lies": "Titres liés",
    "employeur_siret": "SIRET de l’employeur",
    "date_depot": "Date de dépôt",
    "date_notification": "Date de notification",
    # certifications, établissements
    "titre_code": "Titre",
    "ccp_codes": "CCP",
    "ccps": "CCP",
    "ccs_code": "CCS",
    "ccs": "CCS",
    "intitule": "Intitulé",
    "libelle": "Libellé",
    "code_rncp": "Numéro RNCP",
    "codes_rome": "Codes ROME",
    "date_debut": "Date de début",
    "date_fin": "Date de fin",
    "date_debut_validite": "Début de validité",
    "date_fin_de_vie": "Fin de vie",
    "date_fin_prolongation": "Fin de prolongation",
    "siret": "SIRET",
    "denomination": "Dénomination",
    "controleur": "Contrôleur",
    "echeance": "Échéance",
    # sessions
    "etat": "État",
    "heure_debut": "Heure de début",
    "heure_convocation": "Heure de convocation",
    "soumise_le": "Soumise le",
    "pv_vise_le": "PV visé le",
    "jures": "Jurés",
    "jures_presents": "Jurés présents",
    "resultats": "Résultats",
    "dte": "DTE",
    # versions
    "preambule": "Préambule",
    "previsions": "Prévisions",
    "n": "Destinataires",
    "relances": "Envois repris",
    "importes": "Importés",
    "deja_inscrits": "Déjà inscrits",
    "desabonnes": "Désabonnés",
    # comptes
    "profil_par_defaut": "Profil par défaut",
}
"""The French words of the fields that a trace tells, where their names are not these words."""

GENRES = {
    "habilitation_reactivee": "Habilitation réactivée",
    "habilitation_suspendue": "Habilitation suspendue",
    "habilitation_supprimee": "Habilitation supprimée",
    "jure_inactive": "Juré inactivé",
    "jure_active": "Juré activé",
    "session_refusee": "Session refusée",
    "demande_repondue": "Réponse de l’administration (validation, visa, DTE, fin changée)",
    "session_annulee": "Session annulée par l’administration",
    "annulee_par_son_centre": "Session annulée par son centre",
    "session_debloquee": "Session débloquée",
    "convocations_refaites": "Convocations refaites à une autre adresse",
    "attestations_changees": "Attestations changées par suite d’un autre acte",
    "agrement_decide": "Décision sur un agrément",
    "etablissement_deplace": "Changement de département d’un établissement",
    "habilitation_finit": "Habilitation bientôt terminée",
    "agrement_finit": "Agrément bientôt terminé",
    "recevabilite_finit": "Recevabilité VAE bientôt caduque",
    "resultats_attendus": "Résultats attendus",
    "controle_a_suivre": "Suite d’un contrôle attendue",
}
"""The kinds of message, in the words of the screens."""

LIBELLES = {
    # habilitations, jurés
    "brouillon": "Brouillon",
    "active": "Active",
    "suspendue": "Suspendue",
    "expiree": "Expirée",
    "expiree_avant_fin_de_vie": "Expirée avant la fin de vie du titre",
    "expiree_fin_de_vie": "Expirée à la fin de vie du titre",
    "expiree_hors_delai": "Expirée, titre hors délai",
    "supprimee": "Supprimée",
    "actif": "Actif",
    "inactif": "Inactif",
    # titres
    "en_cours": "En cours",
    "en_prolongation": "En prolongation",
    "hors_delai": "Hors délai",
    # agréments, contrôles
    "accorde": "Accordé",
    "suspendu": "Suspendu",
    "retire": "Retiré",
    "echu": "Échu",
    "sur_place": "Sur place",
    "sur_pieces": "Sur pièces",
    "conforme": "Conforme",
    "avec_reserves": "Avec réserves",
    "non_conforme": "Non conforme",
    "clos": "Suites closes",
    "a_suivre": "À suivre",
    "en_retard": "En retard",
    "ouvert": "Suites attendues",
    # demandes VAE
    "deposee": "Déposée",
    "recevable": "Recevable",
    "non_recevable": "Non recevable",
    "retiree": "Retirée",
    "caduque": "Caduque",
    # sessions : types, états, parcours, convocations, DTE, résultats
    "TITRE": "Titre",
    "CCP": "CCP",
    "CCS": "CCS",
    "en_attente_de_validation": "En attente de validation",
    "refusee": "Refusée",
    "validee": "Validée",
    "convoquee": "Convoquée",
    "a_cloturer": "À clôturer",
    "cloturee": "Clôturée",
    "debloquee": "Débloquée",
    "annulee": "Annulée",
    "formation": "Formation",
    "capitalisation": "Capitalisation",
    "vae": "VAE",
    "echec": "Échec",
    "reussite_partielle": "Réussite partielle",
    "formation_commencee": "Formation commencée avant la fin de vie du titre",
    "candidat": "Candidat",
    "jure": "Juré",
    "envoyee": "Envoyée",
    "viser": "PV à viser",
    "repondre_dte": "DTE à traiter",
    "redemander_dte": "DTE refusé",
    "demandee": "À traiter",
    "transmise": "DTE transmis",
    "deja_acquis": "Déjà acquis",
    "defavorable": "Défavorable",
    "excusee": "Absence excusée",
    "non_excusee": "Absence non excusée",
    "acquis": "Acquis",
    "non_acquis": "Non acquis",
    "favorable": "Favorable",
    "non_tenu": "Non tenu",
    # acquis, attestations
    "provisoire": "Provisoire",
    "confirme": "Confirmé",
    "valide": "Valide",
    "remplacee": "Remplacée",
    # invitations, abonnés, versions, envois
    "en_attente": "En attente",
    "acceptee": "Acceptée",
    "desabonne": "Désabonné",
    "en_diffusion": "En diffusion",
    "arretee": "Arrêtée",
    "diffusee": "Diffusée",
    "prepare": "À envoyer",
    "envoye": "Envoyé",
    "echec_temporaire": "À réessayer",
    "echec_definitif": "Refusé",
    "inconnu": "Sort inconnu",
    # profils
    "CENTRE": "Centre",
    "UD": "Unité départementale",
    "DIRECCTE": "Direction régionale",
    "NATIONAL": "Mission nationale",
    # civilités
    "M": "M.",
    "MME": "Mme",
    **GENRES,
}
"""The French word of each value that the API publishes."""

_TONS = {
    "success": {
        "active", "actif", "en_cours", "accorde", "recevable", "valide", "conforme", "clos", "validee", "convoquee",
        "cloturee", "acceptee", "diffusee", "envoye", "envoyee", "transmise", "acquis", "deja_acquis", "favorable",
    },
    "warning": {
        "suspendue", "suspendu", "en_prolongation", "deposee", "en_attente", "en_attente_de_validation",
        "avec_reserves", "a_suivre", "a_cloturer", "debloquee", "demandee", "arretee", "echec_temporaire",
        "viser", "repondre_dte",
    },
    "error": {
        "expiree", "retire", "retiree", "echu", "hors_delai", "non_recevable", "refusee", "annulee", "caduque",
        "non_conforme", "en_retard", "echec", "echec_definitif", "non_acquis", "defavorable",
        "redemander_dte",
    },
    "new": {"brouillon"},
}  # fmt: skip


DECISIONS = {
    "titre": "titre obtenu",
    "ccs": "CCS obtenu",
    "ccp": "CCP acquis",
    "partielle": "réussite partielle",
    "echec": "échec",
    "absent": "absence non excusée",
    "excuse": "absence excusée",
}


def decision(issue: str) -> str:
    """Returns what a jury decided of a candidate, in a sentence."""
    return DECISIONS[issue]


def libelle(valeur: str | None) -> str:
    """Returns the French word of a value, itself with its spaces where none is known."""
    if not valeur:
        return ""
    return LIBELLES.get(valeur) or valeur.replace("_", " ").capitalize()


def champ(nom: str) -> str:
    """Returns the French words of a field."""
    return CHAMPS.get(nom) or libelle(nom)


def ton(valeur: str) -> str:
    """Returns the tone of a value's badge: success, warning, error, new or info."""
    return next((ton for ton, valeurs in _TONS.items() if valeur in valeurs), "info")


def fait(nom: str) -> str:
    """Returns the words of a fact that a rule read, nothing where its sentence says it all."""
    return FAITS.get(nom, "")


def choix_parmi(*valeurs: str) -> tuple[tuple[str, str], ...]:
    """Returns values that the API publishes as a select offers them, each with its word."""
    return tuple((str(v), libelle(v)) for v in valeurs)
