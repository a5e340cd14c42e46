"""SES-00 to SES-06 and SES-11: what a session may be, and until when it may be submitted or changed. Pure."""

from datetime import date, timedelta

from commun.domain.dates import lendemain
from commun.domain.referentiel import Situation, Titre, agreent
from commun.domain.rules import Ecart, ecart, regle
from services.sessions.domain.delais import avant, finit_en_prolongation
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat, InscriptionCandidat, TypeSession, champs_changes, noms
from services.sessions.domain.parametres import Portee
from services.sessions.domain.plafond import depassement

DATES = frozenset({"date_debut", "date_fin"})
DE_POIDS_AU_PLAFOND = DATES | {"type", "entretien_final"}
"""The fields whose change makes INS-04 be checked again (SES-06)."""

MOTIF_MANQUANT = (
    "La session finit pendant la prolongation du titre {titre}, après sa fin de vie ({fin_de_vie}) : dites ce qui "
    "permet encore à {candidats} de s'y présenter (échec, réussite partielle, ou formation commencée avant la fin de "
    "vie)."
)

PLUS_EXIGEANT = (
    "Le titre {titre} exige aussi, depuis le début de la session, {manquants} : elle ne le donne plus qu'aux candidats "
    "qui l'ont acquis ailleurs."
)


@regle(
    "SES-00",
    "Modifier le cadre impossible : la session a débuté le {debut}, seule sa date de fin peut encore être modifiée.",
    source="D",
)
def seule_la_fin_change(f: Faits) -> Ecart | None:
    """Une fois la session débutée, l'administration n'en change que la date de fin."""
    if champs_changes(f.session.cadre, f.cadre) <= {"date_fin"}:
        return None
    return ecart(debut=f.session.cadre.date_debut)


@regle(
    "SES-00",
    "Modifier le cadre impossible : la session est en attente de validation. Son centre l'en retire d'abord, puis la "
    "soumet de nouveau.",
    source="D",
)
def pas_en_validation(f: Faits) -> Ecart | None:
    """Une session en attente de validation en est retirée par son centre avant d'être modifiée."""
    return ecart() if f.etat is Etat.EN_ATTENTE else None


@regle(
    "SES-00",
    "Modifier le cadre impossible : la session a débuté le {debut}, et seule l'administration peut encore en changer "
    "la date de fin.",
    source="D",
)
def fin_a_l_administration(f: Faits) -> Ecart | None:
    """Une fois la session débutée, son centre n'en change plus le cadre : l'administration peut en changer la date de
    fin, jusqu'à la clôture."""
    tenue = f.etat in (Etat.EN_COURS, Etat.A_CLOTURER)
    return ecart(etat=f.etat.value, debut=f.session.cadre.date_debut) if tenue else None


@regle(
    "SES-00",
    "Annuler impossible : la session a débuté le {debut}, et seule l'administration peut encore l'annuler.",
    source="D",
)
def annulation_selon_l_etat(f: Faits) -> Ecart | None:
    """Une session est annulée par son centre jusqu'à la veille de son début, par l'administration à partir de la
    validation ; clôturée, elle est d'abord débloquée."""
    valeurs = ecart(etat=f.etat.value)
    match f.etat:
        case Etat.EN_COURS | Etat.A_CLOTURER | Etat.DEBLOQUEE:
            return valeurs | ecart(debut=f.session.cadre.date_debut)
        case Etat.CLOTUREE:
            return valeurs | ecart(
                message="Annuler impossible : la session est clôturée. L'administration la débloque d'abord."
            )
        case Etat.BROUILLON | Etat.EN_ATTENTE | Etat.REFUSEE | Etat.CADUQUE:
            return valeurs | ecart(
                message="Annuler impossible : la session n'est pas validée, et seul son centre peut l'annuler."
            )
        case _:
            return None


@regle(
    "SES-01",
    "L'établissement n'a pas d'agrément en vigueur pour {certification} sur le site {site} du {debut} au {fin}.",
    source="R",
)
def agrement_en_vigueur(f: Faits) -> Ecart | None:
    """Le centre détient un agrément en vigueur, sur ce site et aux dates de la session, pour le titre ou le CCS, ou
    plusieurs qui se suivent sans un jour d'écart ; un agrément en vigueur à la fin de vie du titre couvre sa
    prolongation."""
    c = f.cadre
    vise = (None, c.ccs_code) if c.type is TypeSession.CCS else (c.titre_code, None)
    if not any(vise):
        return None  # SES-03 says what is missing
    voulu = (c.etablissement_id, c.site.id, *vise)
    siens = (a for a in f.agrements if (a.etablissement_id, a.site_id, a.titre_code, a.ccs_code) == voulu)
    if agreent(siens, c.date_debut, c.date_fin, (f.titre, *f.titres_du_ccs)):
        return None
    return ecart(certification=f.certification, site=c.site.libelle, debut=c.date_debut, fin=c.date_fin)


@regle(
    "SES-02",
    "Le titre {titre} sera hors délai de prolongation le {hors_delai_depuis} : la session, qui finit le {fin}, doit "
    "finir avant cette date.",
    source="R",
)
def titre_dans_les_delais(f: Faits) -> Ecart | None:
    """Le titre n'est pas hors délai de prolongation à la fin de la session."""
    if f.titre is None or f.titre.situation(f.cadre.date_fin) is not Situation.HORS_DELAI:
        return None
    depuis = f.titre.hors_delai_depuis
    valeurs = ecart(titre=f.titre.intitule, hors_delai_depuis=depuis, fin=f.cadre.date_fin)
    if depuis is None or f.jour < depuis:
        return valeurs
    phrase = "Le titre {titre} est hors délai de prolongation depuis le {hors_delai_depuis} : "
    if f.cadre.date_debut < depuis:  # being held, it may still be ended sooner
        return valeurs | ecart(message=f"{phrase}la session, qui finit le {{fin}}, doit finir avant cette date.")
    return valeurs | ecart(message=f"{phrase}aucune session ne peut plus porter sur lui.")


@regle(
    "SES-02",
    "La session finit pendant la prolongation du titre {titre} : elle devait être soumise au plus tard à la fin "
    "de vie du titre, le {au_plus_tard}.",
    source="R",
)
def soumise_avant_la_fin_de_vie(f: Faits) -> Ecart | None:
    """Une session TITRE ou CCP d'un titre en prolongation a été soumise, la première fois, au plus tard le jour de la
    fin de vie du titre."""
    titre = _titre_en_prolongation(f)
    premiere = f.soumise_le or f.jour
    if titre is None or not f.parametres.prolongation_soumise_avant_fin_de_vie(f.jour):
        return None
    if titre.date_fin_de_vie is None or premiere <= titre.date_fin_de_vie:
        return None
    return ecart(titre=titre.intitule, au_plus_tard=titre.date_fin_de_vie)


@regle("SES-02", MOTIF_MANQUANT, source="R")
def motifs_de_prolongation(f: Faits) -> Ecart | None:
    """Pour un titre en prolongation, chaque candidat dit pourquoi il peut encore venir : échec, réussite partielle,
    formation commencée avant la fin de vie."""
    return _sans_motif(f, f.session.candidats)


@regle("SES-02", MOTIF_MANQUANT, source="R")
def motif_du_candidat(f: Faits) -> Ecart | None:
    """Pour un titre en prolongation, le candidat qu'on inscrit dit pourquoi il peut encore venir."""
    return _sans_motif(f, (f.candidat,) if f.candidat else ())


@regle("SES-03", "Une session {type} porte sur un titre : indiquez lequel.", source="R")
def certification_coherente(f: Faits) -> Ecart | None:
    """Une session TITRE porte sur tous les CCP du titre, une session CCP sur au moins un d'entre eux, une session CCS
    sur un CCS et lui seul."""
    c = f.cadre
    if c.type is TypeSession.CCS:
        if c.ccs_code is None or c.ccp_codes:
            return ecart(message="Une session CCS porte sur un CCS, du titre indiqué s'il y en a un, et sur aucun CCP.")
        return None if f.ccs else _ccs_sans_titre(c.ccs_code, f.titre)
    if c.ccs_code is not None:
        return ecart(message="Une session {type} ne porte sur aucun CCS.", type=c.type.value)
    if f.titre is None:
        return ecart(type=c.type.value)
    return _ccps_du_titre(f, f.titre)


@regle(
    "SES-05",
    "La session doit être soumise au moins {n} jours avant son début : au plus tard le {au_plus_tard}.",
    source="P",
)
def soumise_a_temps(f: Faits) -> Ecart | None:
    """Une session est soumise, la première fois, un nombre minimal de jours avant son début : celui du paramètre en
    vigueur ce jour-là."""
    premiere = f.soumise_le or f.jour
    n = f.parametres.delai_de_soumission(f.cadre.type, premiere)
    if n is None or premiere <= avant(f.cadre.date_debut, n):
        return None
    return ecart(n=n, au_plus_tard=avant(f.cadre.date_debut, n), debut_possible=premiere + timedelta(days=n))


@regle(
    "SES-05",
    "Les candidats s'inscrivent au moins {n} jours avant le début de la session : au plus tard le {au_plus_tard}.",
    source="P",
)
def inscrit_a_temps(f: Faits) -> Ecart | None:
    """Un candidat est inscrit un nombre minimal de jours avant le début : celui du paramètre en vigueur ce jour-là. Un
    candidat VAE en est dispensé (INS-03), sauf à une session CCS, qu'aucune demande VAE n'ouvre."""
    vae_admis = f.cadre.type is not TypeSession.CCS
    if vae_admis and (f.candidat is None or f.candidat.est_vae):
        return None
    n = f.parametres.delai_d_inscription(f.jour)
    if n is None or f.jour <= avant(f.cadre.date_debut, n):
        return None
    limites = ecart(n=n, au_plus_tard=avant(f.cadre.date_debut, n), debut_possible=f.jour + timedelta(days=n))
    return limites | ecart(suite=["Seuls les candidats VAE s'inscrivent encore."] * vae_admis)


@regle("SES-06", "{n} candidat(s) dépassent 3 sessions sur un an : {noms}.", source="M")
def plafonds_tenus(f: Faits) -> Ecart | None:
    """La soumission, la validation, et un changement de dates, de type ou d'entretien final (ou de titre, là où le
    plafond se compte par titre) vérifient de nouveau INS-04 pour chaque candidat."""
    c = f.cadre
    par_titre = f.parametres.portee(f.jour) is Portee.TITRE
    de_poids = DE_POIDS_AU_PLAFOND | {"titre_code"} if par_titre else DE_POIDS_AU_PLAFOND
    if f.nouveau_cadre and not champs_changes(f.session.cadre, f.nouveau_cadre) & de_poids:
        return None
    if not c.compte_au_plafond:
        return None
    fenetre = f.parametres.fenetre(f.jour)
    au_dela = noms(
        candidat
        for candidat in f.session.candidats
        if depassement(f.debuts_comptes(candidat.candidat_id), c.date_debut, fenetre)
    )
    return ecart(n=len(au_dela), noms=au_dela) if au_dela else None


@regle(
    "SES-11",
    "La session {numero} n'a pas été validée avant son début, le {debut} : elle ne peut plus que recevoir de nouvelles "
    "dates ou être annulée.",
    source="D",
)
def pas_caduque(f: Faits) -> Ecart | None:
    """Une session jamais validée dont le début est venu ne peut que recevoir de nouvelles dates ou être annulée."""
    if f.etat is not Etat.CADUQUE:
        return None
    return ecart(numero=f.session.numero, debut=f.session.cadre.date_debut)


@regle(
    "SES-11",
    "La session {numero} n'a pas été validée avant son début, le {debut} : seules ses dates peuvent être modifiées.",
    source="D",
)
def seules_les_dates_changent(f: Faits) -> Ecart | None:
    """Une session caduque reçoit de nouvelles dates, et rien d'autre."""
    if champs_changes(f.session.cadre, f.cadre) <= DATES:
        return None
    return ecart(numero=f.session.numero, debut=f.session.cadre.date_debut)


@regle("SES-11", "La session doit débuter au plus tôt le {au_plus_tot}.", source="D")
def debut_a_venir(f: Faits) -> Ecart | None:
    """Une session qui n'est pas encore validée débute après le jour où elle est créée ou reçoit ses dates."""
    return ecart(au_plus_tot=lendemain(f.jour)) if f.cadre.date_debut <= f.jour else None


def redatee(f: Faits) -> bool:
    """Returns whether other dates are proposed."""
    return bool(champs_changes(f.session.cadre, f.cadre) & DATES)


def _titre_en_prolongation(f: Faits) -> Titre | None:
    """Returns the titre where the session ends in its prolongation."""
    return f.titre if finit_en_prolongation(f.cadre, f.titre) else None


def jury_encore_impossible(f: Faits) -> bool:
    """Returns whether nobody may be habilité yet over the session's dates, which must be submitted all the same: before
    the end of life of its titre (SES-02), from which a CCS session is free."""
    exigee = f.parametres.prolongation_soumise_avant_fin_de_vie(f.jour) and f.cadre.type is not TypeSession.CCS
    return exigee and jury_a_venir(f)


def jury_a_venir(f: Faits) -> bool:
    """Returns whether nobody may be habilité yet over the session's dates, and somebody may once its titre is no longer
    en cours: until then its end of life bounds every habilitation (HAB-10)."""
    return _finira_en_prolongation(f) and not jury_a_jamais_impossible(f)


def jury_a_jamais_impossible(f: Faits) -> bool:
    """Returns whether nobody will be habilité on the titre over the session's dates before it starts: that end of life
    leaves no day between itself and the start."""
    return _finira_en_prolongation(f) and f.jour < f.cadre.date_debut < debut_avec_un_jury(f)


def debut_avec_un_jury(f: Faits) -> date:
    """Returns the first day on which a session that ends in the prolongation of its titre may start: the end of life
    passed, it takes a day to be habilité, and to be validated."""
    fin_de_vie = f.titre.date_fin_de_vie if f.titre else None
    return lendemain(lendemain(fin_de_vie)) if fin_de_vie else f.cadre.date_debut


def _finira_en_prolongation(f: Faits) -> bool:
    """Returns whether the session ends in the prolongation of a titre still en cours, which bounds whoever sits there:
    its own, or the only one that its CCS completes. Of several, one may let sit whom another does not."""
    titre = f.titre
    if f.cadre.type is TypeSession.CCS and (f.cadre.titre_code or len(f.titres_du_ccs) != 1):
        return False
    if titre is None or titre.situation(f.cadre.date_fin) is not Situation.EN_PROLONGATION:
        return False
    return titre.situation(f.jour) is Situation.EN_COURS


def _sans_motif(f: Faits, candidats: tuple[InscriptionCandidat, ...]) -> Ecart | None:
    titre = _titre_en_prolongation(f)
    sans = noms(c for c in candidats if c.motif_prolongation is None)
    if titre is None or not sans:
        return None
    return ecart(titre=titre.intitule, fin_de_vie=titre.date_fin_de_vie, candidats=sans)


def _ccs_sans_titre(ccs: str, titre: Titre | None) -> Ecart:
    """Returns what is said of a CCS that completes no titre, or not the one named: it may have, when it was chosen."""
    if titre is None:
        return ecart(message="Le CCS {ccs} n'est rattaché à aucun titre : aucune session ne porte sur lui.", ccs=ccs)
    return ecart(message="Le CCS {ccs} n'est pas rattaché au titre {titre}.", ccs=ccs, titre=titre.intitule)


def _ccps_du_titre(f: Faits, titre: Titre) -> Ecart | None:
    c = f.cadre
    if c.type is TypeSession.TITRE and c.ccp_codes != titre.codes_ccp:
        return _tous_les_ccps(f, titre)
    if not c.ccp_codes:
        return ecart(message="Une session CCP porte sur au moins un CCP du titre {titre}.", titre=titre.intitule)
    if inconnus := sorted(c.ccp_codes - titre.codes_ccp):
        return ecart(message="Ces CCP ne sont pas ceux du titre {titre} : {ccps}.", titre=titre.intitule, ccps=inconnus)
    return None


def _tous_les_ccps(f: Faits, titre: Titre) -> Ecart | None:
    """Returns what to mend in the CCPs of a TITRE session, which its titre may have changed since it was created."""
    manquants = f.intitules_ccp(titre.codes_ccp - f.cadre.ccp_codes)
    if f.etat is Etat.EN_COURS:  # nothing of its frame changes any more: what it examines in excess harms nobody
        return ecart(message=PLUS_EXIGEANT, titre=titre.intitule, manquants=manquants) if manquants else None
    en_trop = f.intitules_ccp(f.cadre.ccp_codes - titre.codes_ccp)
    message = "Une session TITRE porte sur tous les CCP du titre {titre}"
    message += ", et sur eux seuls : " if en_trop else " : "
    message += ", ".join(["ajoutez {manquants}"] * bool(manquants) + ["retirez {en_trop}"] * bool(en_trop))
    return ecart(message=f"{message}.", titre=titre.intitule, manquants=manquants, en_trop=en_trop)
