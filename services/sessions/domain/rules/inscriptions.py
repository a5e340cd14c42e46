"""INS-01 to INS-09: who enters a session, who leaves it, and until when. Pure.

INS-03 and INS-05 are freedoms: the first is in `convocations_pas_encore_editees` and `inscrit_a_temps` (SES-05), the
second in `model.compte_au_plafond`.
"""

from collections import Counter

from commun.domain.rules import Ecart, Effet, ecart, regle
from services.sessions.domain.delais import JOURS_VAE, avant, dans_la_fenetre_vae
from services.sessions.domain.faits import Faits
from services.sessions.domain.model import Etat, InscriptionCandidat, TypeSession, noms
from services.sessions.domain.plafond import depassement, prochain_debut
from services.sessions.domain.rules.cadre import redatee
from services.sessions.domain.vae import ouvre

_PAS_AU_CCS = (
    "Aucune demande VAE n'ouvre une session CCS : {qui} ne {qui:peut|peuvent} y venir que par un autre parcours."
)
PLUS_DE_CANDIDAT = (
    " La session n'en compte plus aucun : pour en inscrire d'autres, changez ses dates, ou demandez à l'unité "
    "départementale de la refuser ; ses convocations seront annulées, et elle sera validée de nouveau."
)


@regle(
    "INS-01",
    "Les convocations ont été éditées le {editees_le} : il n'est plus possible d'inscrire un candidat.",
    source="M",
)
def convocations_pas_encore_editees(f: Faits) -> Ecart | None:
    """Les candidats sont inscrits jusqu'à l'édition des convocations ; un candidat VAE l'est encore dans les trente
    jours qui précèdent le début (INS-03), sauf à une session CCS, qu'aucune demande VAE n'ouvre. Quand tous sont
    partis, le refus dit comment en inscrire d'autres."""
    if f.etat is not Etat.CONVOQUEE or f.session.convocations is None:
        return None
    editees_le, debut = f.session.convocations.editees_le, f.session.cadre.date_debut
    issue = "" if f.session.candidats else PLUS_DE_CANDIDAT
    if f.cadre.type is TypeSession.CCS or (f.candidat is not None and not f.candidat.est_vae):
        return ecart(message=convocations_pas_encore_editees.message + issue, editees_le=editees_le)
    if dans_la_fenetre_vae(debut, f.jour):
        return None
    return ecart(
        message="Les convocations ont été éditées le {editees_le} : seul un candidat VAE pourra encore être inscrit, à "
        "partir du {vae_a_partir_du}." + issue,
        editees_le=editees_le,
        vae_a_partir_du=avant(debut, JOURS_VAE),
    )


@regle("INS-02", "La session a débuté le {debut} : il n'est plus possible de désinscrire un candidat.", source="M")
def debut_pas_passe(f: Faits) -> Ecart | None:
    """Les candidats sont désinscrits jusqu'au jour du début de la session inclus."""
    debut = f.session.cadre.date_debut
    deja_cloturee = f.etat in (Etat.CLOTUREE, Etat.DEBLOQUEE)
    return ecart(debut=debut) if deja_cloturee or f.jour > debut else None


@regle(
    "INS-04",
    "{candidat} est déjà inscrit à {n} sessions Titre ou CCP avec entretien final sur un an ({dates}) : il peut être "
    "inscrit à une session débutant à partir du {prochain_debut}.",
    source="M",
)
def plafond_du_candidat(f: Faits) -> Ecart | None:
    """Un candidat est inscrit à trois sessions TITRE ou CCP avec entretien final au plus sur un an : aucune fenêtre
    d'un an n'en compte plus de trois, annulées, refusées, caduques et absences excusées mises à part."""
    if f.candidat is None or not f.cadre.compte_au_plafond:
        return None
    debuts, fenetre = f.debuts_comptes(f.candidat.candidat_id), f.parametres.fenetre(f.jour)
    dates = depassement(debuts, f.cadre.date_debut, fenetre)
    if dates is None:
        return None
    prochain = prochain_debut(debuts, f.cadre.date_debut, fenetre)
    return ecart(candidat=f.candidat.nom, n=len(dates), dates=list(dates), prochain_debut=prochain)


@regle("INS-06", "{candidat} est déjà inscrit à la session {numero}.", source="D")
def pas_deja_inscrit(f: Faits) -> Ecart | None:
    """Un candidat n'est pas inscrit deux fois à la même session, ni sous deux fiches qui ont été fusionnées."""
    if f.candidat is None or f.candidat.identite not in f.session.identites:
        return None
    return ecart(candidat=f.candidat.nom, numero=f.session.numero)


@regle("INS-06", "{nom} est déjà du jury de la session {numero}.", source="D")
def pas_deja_du_jury(f: Faits) -> Ecart | None:
    """Un juré n'est pas inscrit deux fois à la même session, ni sous deux fiches qui ont été fusionnées."""
    if f.jure is None:
        return None
    autres = {j.jure_id for j in f.session.jures if j.jure_id != f.jure_sortant}
    if f.jure.jure_id != f.jure_sortant and not f.jure.identites & autres:
        return None
    return ecart(nom=f.jure.nom, numero=f.session.numero)


@regle(
    "INS-06",
    "{noms} {noms:figure|figurent} deux fois dans la session, sous deux fiches qui ont été fusionnées depuis : gardez-"
    "en une.",
    source="D",
)
def chacun_une_fois(f: Faits) -> Ecart | None:
    """Une personne qu'une fusion laisse deux fois dans une session, candidat ou juré, est signalée au centre : elle y
    est convoquée, et comptée, deux fois."""
    fiches = Counter(c.identite for c in f.session.candidats) + Counter(j.identite for j in f.session.jures)
    noms_de = {c.identite: c.nom for c in f.session.candidats} | {j.identite: j.nom for j in f.session.jures}
    doubles = sorted(noms_de[identite] for identite, n in fiches.items() if n > 1)
    return ecart(noms=doubles) if doubles else None


@regle(
    "SES-06",
    "La session compte {n} {n:candidat anonymisé depuis son|candidats anonymisés depuis leur} inscription, {n:sa|leur} "
    "durée de conservation étant passée : désinscrivez-{n:le|les}.",
    source="D",
)
def candidats_encore_nommes(f: Faits) -> Ecart | None:
    """Une session restée des années en préparation n'est pas soumise avec un candidat anonymisé depuis : nul ne sait
    plus qui convoquer."""
    anonymes = [c.candidat_id for c in f.session.candidats if c.anonyme]
    return ecart(n=len(anonymes), candidat_ids=anonymes) if anonymes else None


@regle(
    "INS-06",
    "{candidat} est inscrit à {n:une autre session qui a|d'autres sessions qui ont} des jours en commun avec celle-ci "
    "({dates}).",
    source="D",
    effet=Effet.INFORME,
)
def pas_de_chevauchement(f: Faits) -> Ecart | None:
    """Une session qui en chevauche une autre du candidat est signalée : elle dure des jours, son passage une heure."""
    if f.candidat is None:
        return None
    autres = f.autres_sessions.get(f.candidat.candidat_id, ())
    debuts = [s.date_debut for s in autres if s.chevauche(f.cadre.date_debut, f.cadre.date_fin)]
    return ecart(candidat=f.candidat.nom, n=len(debuts), dates=sorted(set(debuts))) if debuts else None


@regle(
    "INS-06",
    "{candidats} {candidats:est inscrit|sont inscrits} à une autre session qui a des jours en commun avec ces dates.",
    source="D",
    effet=Effet.INFORME,
)
def candidats_disponibles(f: Faits) -> Ecart | None:
    """De nouvelles dates qui chevauchent une autre session d'un candidat de la session sont signalées."""
    if not redatee(f):
        return None
    debut, fin = f.cadre.date_debut, f.cadre.date_fin
    pris = noms(
        c for c in f.session.candidats if any(s.chevauche(debut, fin) for s in f.autres_sessions.get(c.candidat_id, ()))
    )
    return ecart(candidats=pris) if pris else None


@regle(
    "INS-07",
    "{candidat} n'a pas de demande VAE recevable pour {certification} et encore valable le {debut}, premier jour de la "
    "session.",
    source="R",
)
def demande_vae_recevable(f: Faits) -> Ecart | None:
    """Un candidat VAE a une demande recevable, qui couvre le titre ou les CCP de la session et vaut encore le jour où
    elle débute."""
    if f.candidat is None or _est_recevable(f, f.candidat):
        return None
    return ecart(candidat=f.candidat.nom) | _demande_attendue(f, "candidat")


@regle(
    "INS-07",
    "{candidats} {candidats:n'a|n'ont} pas de demande VAE recevable pour {certification} et encore valable le {debut}, "
    "premier jour de la session.",
    source="R",
)
def demandes_vae_recevables(f: Faits) -> Ecart | None:
    """La soumission et la validation vérifient de nouveau la demande de chaque candidat VAE : le cadre peut avoir
    changé depuis son inscription."""
    sans = [c for c in f.session.candidats if not _est_recevable(f, c)]
    if not sans:
        return None
    qui = ecart(candidats=noms(sans), candidat_ids=[c.candidat_id for c in sans])
    return qui | _demande_attendue(f, "candidats")


@regle("INS-08", "{candidat} a déjà {certifications}.", source="D", effet=Effet.INFORME)
def rien_de_deja_acquis(f: Faits) -> Ecart | None:
    """Un CCP, un CCS ou un titre de la session que le candidat a déjà est signalé."""
    if f.candidat is None:
        return None
    deja = f.acquis.get(f.candidat.candidat_id, frozenset())
    certifications = f.intitules_ccp(deja & f.cadre.ccp_codes)
    principale = f.cadre.ccs_code if f.cadre.type is TypeSession.CCS else f.cadre.titre_code
    if f.cadre.type is not TypeSession.CCP and principale in deja:
        certifications.insert(0, f.certification)
    return ecart(candidat=f.candidat.nom, certifications=certifications) if certifications else None


@regle("INS-09", "La session a débuté le {debut}.", source="D")
def pas_encore_debutee(f: Faits) -> Ecart | None:
    """Personne n'entre dans une session à partir de son premier jour."""
    debut = f.session.cadre.date_debut
    return ecart(debut=debut) if f.jour >= debut else None


def _demande_attendue(f: Faits, qui: str) -> Ecart:
    """Returns what a demande VAE must be for, and until when: one for a CCP of the titre bears the titre's name too; of
    a CCS session, for which none is ever filed, that none would do for those whom the value `qui` names."""
    entier = " (titre entier)" if f.cadre.type is TypeSession.TITRE else ""
    attendue = ecart(debut=f.cadre.date_debut, certification=f"{f.certification_examinee}{entier}")
    au_ccs = f.cadre.type is TypeSession.CCS
    return attendue | (ecart(message=_PAS_AU_CCS.replace("{qui", "{" + qui)) if au_ccs else ecart())


def _est_recevable(f: Faits, candidat: InscriptionCandidat) -> bool:
    """Returns whether a candidate needs no demande VAE for this session, or invokes one of his own that lets him in."""
    if not candidat.est_vae:
        return True
    demande = (f.demandes_vae or {}).get(candidat.candidat_id)
    return demande is not None and demande.candidat_id == candidat.candidat_id and ouvre(demande, f.cadre)
