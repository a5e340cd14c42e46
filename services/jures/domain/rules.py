"""The rules of sections 2 and 3: jurés, habilitations. Pure.

Those of a juré read his `Dossier`, those of an habilitation read `Faits`, in the order of `regles.md`. Where the
titre is hors délai HAB-12 says it all: the rules on dates, which no date could satisfy any more, keep silent.
"""

from collections.abc import Iterable

from commun.domain.dates import lendemain, plus_annees
from commun.domain.referentiel import Situation
from commun.domain.rules import Ecart, Effet, ecart, regle
from services.jures.domain.dossier import Dossier, Faits, FaitsEmploi
from services.jures.domain.model import (
    ANCIENNETE,
    EtatHabilitation,
    Habilitation,
    Proches,
    SessionDuJure,
    StatutJure,
    borne_des_dates,
    dernier_debut_admis,
    derniere_occupation,
)


@regle(
    "JUR-02",
    "Vous allez inactiver le juré {nom}. Il ne pourra plus être inscrit à une session.",
    source="M",
    effet=Effet.CONFIRME,
)
def inactivation_annoncee(d: Dossier) -> Ecart | None:
    """Inactiver un juré demande confirmation, en nommant ses sessions à venir et ses habilitations."""
    numeros = _numeros(d.sessions_a_venir())
    concernees = (h for h in d.habilitations if d.etat(h) in {EtatHabilitation.ACTIVE, EtatHabilitation.SUSPENDUE})
    habilitations = sorted({d.certification(h) for h in concernees})
    suite = ["Sessions à venir : {numeros}."] * bool(numeros)
    suite += ["Habilitations concernées : {habilitations}."] * bool(habilitations)
    return ecart(nom=d.jure.nom_complet, numeros=numeros, habilitations=habilitations, suite=suite)


@regle(
    "JUR-03",
    "Le juré {nom} est inscrit à une session en attente de validation ({numeros}) : il ne peut pas être inactivé.",
    source="M",
)
def aucune_session_en_attente(d: Dossier) -> Ecart | None:
    """Un juré inscrit à une session en attente de validation ne peut pas être inactivé."""
    numeros = _numeros(s for s in d.sessions_a_venir() if s.etat == "en_attente_de_validation")
    return ecart(nom=d.jure.nom_complet, numeros=numeros) if numeros else None


@regle(
    "JUR-04",
    "Le juré {nom} est inscrit à une session validée à venir ({numeros}) : il devra y être remplacé.",
    source="D",
    effet=Effet.CONFIRME,
)
def remplacements_annonces(d: Dossier) -> Ecart | None:
    """Inactiver un juré inscrit à une session validée non terminée demande confirmation : il y sera remplacé."""
    numeros = _numeros(s for s in d.sessions_a_venir() if not s.jamais_validee)
    return ecart(nom=d.jure.nom_complet, numeros=numeros) if numeros else None


@regle("JUR-05", "Le juré {nom} est inactif : activez-le avant de l'habiliter.", source="D")
def jure_actif(f: Faits) -> Ecart | None:
    """Un juré inactif n'est pas habilité ; ses habilitations sont conservées."""
    return ecart(nom=f.jure.nom_complet) if f.jure.statut is StatutJure.INACTIF else None


@regle(
    "JUR-06",
    "{nom:Un juré proche existe|Des jurés proches existent} déjà : {nom}.",
    source="D",
    effet=Effet.CONFIRME,
)
def aucun_jure_proche(p: Proches) -> Ecart | None:
    """Un doublon possible (même nom, et même date de naissance, courriel ou téléphone) est montré avant la création."""
    visibles = sorted(p.visibles, key=lambda jure: (jure.nom_complet, jure.id))
    if not visibles:
        return ecart(message="Un juré proche existe déjà hors de votre périmètre.") if p.existe_ailleurs else None
    suite = ["Un autre existe hors de votre périmètre."] * p.existe_ailleurs
    qui = {"ids": [jure.id for jure in visibles], "communes": [jure.commune for jure in visibles]}
    return ecart(nom=[jure.nom_complet for jure in visibles], suite=suite, **qui)


@regle(
    "HAB-01",
    "Le titre {titre} est hors délai de prolongation depuis le {date} : aucune action n'est possible sur cette "
    "habilitation expirée.",
    source="M",
)
def expiree_hors_delai(f: Faits) -> Ecart | None:
    """Rien ne peut être fait d'une habilitation expirée dont le titre est hors délai de prolongation."""
    if f.etat is not EtatHabilitation.EXPIREE_HORS_DELAI:
        return None
    return ecart(titre=f.titre.intitule, date=f.titre.hors_delai_depuis)


@regle(
    "HAB-02",
    "Vous allez réactiver l'habilitation de {nom} sur {certification}, jusqu'au {date_fin}.",
    source="M",
    effet=Effet.CONFIRME,
)
def reactivation_annoncee(f: Faits) -> Ecart | None:
    """Réactiver demande confirmation, en disant jusqu'à quand, et si l'habilitation sera aussitôt expirée."""
    date_fin = f.dossier.fin_effective(f.habilitation.reactivee(f.jour, f.titre))
    suite = ["Cette date est passée : l'habilitation sera aussitôt expirée."] * (date_fin < f.jour)
    return ecart(**_de_qui_sur_quoi(f), date_fin=date_fin, suite=suite)


@regle(
    "HAB-03",
    "Vous allez supprimer l'habilitation de {nom} sur {certification}. Cette action est définitive.",
    source="M",
    effet=Effet.CONFIRME,
)
def suppression_annoncee(f: Faits) -> Ecart | None:
    """Supprimer demande confirmation."""
    return ecart(**_de_qui_sur_quoi(f))


@regle(
    "HAB-04",
    "Vous allez suspendre l'habilitation de {nom} sur {certification}. {n} {n:session|sessions} à venir en "
    "{n:dépend|dépendent} : {numeros}.",
    source="M",
    effet=Effet.CONFIRME,
)
def suspension_annoncee(f: Faits) -> Ecart | None:
    """Suspendre demande confirmation, en nommant les sessions à venir qui reposent sur l'habilitation, ou sur celle
    d'un CCS qui finirait sans elle avant ces sessions."""
    annonce = _annonce(f, f.habilitation.suspendue())
    if annonce["n"]:
        return annonce
    seule = "Vous allez suspendre l'habilitation de {nom} sur {certification}. Aucune session à venir n'en dépend."
    return annonce | ecart(message=seule)


@regle(
    "HAB-05",
    "{nom} est inscrit {numeros:à la session|aux sessions} {numeros} : son habilitation ne peut pas être supprimée.",
    source="M",
)
def jure_inscrit_nulle_part(f: Faits) -> Ecart | None:
    """Une habilitation n'est pas supprimée tant que son juré est inscrit à une session ni terminée ni annulée, ni si
    une session passée reposait sur elle."""
    nom = f.jure.nom_complet
    if a_venir := _numeros(f.dossier.sessions_a_venir()):
        return ecart(nom=nom, numeros=a_venir)
    dessus = (s for s in f.dossier.sessions if s.repose_sur(f.habilitation.id))
    if passees := _numeros(s for s in dessus if s.passee):
        phrase = "{nom} a été inscrit {numeros:à la session|aux sessions} {numeros} avec cette habilitation : elle ne "
        return ecart(message=f"{phrase}peut pas être supprimée.", nom=nom, numeros=passees)
    return None


@regle(
    "HAB-06",
    "Vous allez mettre en brouillon l'habilitation de {nom} sur {certification}. {n} {n:session|sessions} à venir en "
    "{n:dépend|dépendent} : {numeros}.",
    source="D",
    effet=Effet.CONFIRME,
)
def mise_en_brouillon_annoncee(f: Faits) -> Ecart | None:
    """Mettre en brouillon une habilitation active dont dépend une session à venir, par elle ou par celle d'un CCS,
    demande confirmation."""
    annonce = _annonce(f, f.habilitation.mise_en_brouillon())
    return annonce if annonce["n"] else None


@regle(
    "HAB-07",
    "La dernière date connue d'occupation de l'emploi lié au titre ({date}) remonte à plus de 5 ans avant le début de "
    "l'habilitation ({date_debut}).",
    source="M",
)
def anciennete(f: Faits) -> Ecart | None:
    """Pas d'habilitation sur un titre si la dernière date connue d'occupation d'un emploi lié (même code ROME, ou
    marqué comme lié) précède de plus de cinq ans le début de l'habilitation ; cinq ans jour pour jour sont admis."""
    debut = f.habilitation.date_debut
    derniere = None if f.habilitation.ccs_code else derniere_occupation(f.jure.emplois, f.titre, debut)
    if derniere is None or derniere >= plus_annees(debut, -ANCIENNETE):
        return None
    return ecart(date=derniere, date_debut=debut, date_debut_au_plus_tard=dernier_debut_admis(derniere))


@regle(
    "HAB-08",
    "Aucune occupation d'un emploi lié au titre n'est connue pour {nom} : renseignez-la d'abord.",
    source="D",
)
def emploi_lie_connu(f: Faits) -> Ecart | None:
    """Pas d'habilitation sur un titre sans emploi lié, commencé au plus tard au début de l'habilitation."""
    if f.habilitation.ccs_code or derniere_occupation(f.jure.emplois, f.titre, f.habilitation.date_debut):
        return None
    return ecart(nom=f.jure.nom_complet, titre=f.titre.intitule, codes_rome=sorted(f.titre.codes_rome))


@regle(
    "HAB-09",
    "{nom} ne dispose d'aucun CCP {titre:du titre|des titres} {titre} : il ne peut pas être habilité sur le CCS {ccs}.",
    source="M",
)
def ccp_en_vigueur(f: Faits) -> Ecart | None:
    """Un juré n'est habilité sur un CCS que s'il a, en vigueur, au moins un CCP d'un titre auquel ce CCS appartient."""
    if f.habilitation.ccs_code is None or f.dossier.est_portee(f.habilitation):
        return None
    titres = sorted(t.intitule for t in f.dossier.titres_de(None, f.habilitation.ccs_code))
    valeurs = ecart(nom=f.jure.nom_complet, titre=titres, ccs=f.certification)
    if titres:
        return valeurs
    return valeurs | ecart(message="Le CCS {ccs} n'appartient plus à aucun titre : {nom} ne peut pas y être habilité.")


@regle("HAB-10", "La date de fin ({date_fin}) précède la date de début ({date_debut}).", source="D")
def dates_dans_l_ordre(f: Faits) -> Ecart | None:
    """La date de fin ne précède pas la date de début."""
    h, borne = f.habilitation, borne_des_dates(f.jour, f.titre)
    if h.date_debut <= h.date_fin or (borne and h.date_debut > borne):
        return None
    return ecart(
        date_debut=h.date_debut,
        date_fin=h.date_fin,
        date_fin_au_plus_tot=h.date_debut,
        date_fin_au_plus_tard=borne,
    )


@regle(
    "HAB-10",
    "L'habilitation (du {date_debut} au {date_fin}) dépasse la {limite} du titre {titre} : ses dates vont au plus tard "
    "jusqu'au {date_fin_au_plus_tard}.",
    source="D",
)
def dates_dans_la_vie_du_titre(f: Faits) -> Ecart | None:
    """Les dates ne dépassent pas la fin de vie du titre en cours, ou la fin de prolongation du titre qui y est."""
    h, borne = f.habilitation, borne_des_dates(f.jour, f.titre)
    if borne is None or max(h.date_debut, h.date_fin) <= borne:
        return None
    return ecart(
        date_debut=h.date_debut,
        date_fin=h.date_fin,
        limite="fin de vie" if f.titre.situation(f.jour) is Situation.EN_COURS else "fin de prolongation",
        titre=f.titre.intitule,
        date_fin_au_plus_tard=borne,
    )


@regle("HAB-11", "{nom} a déjà une habilitation sur {certification} du {debut} au {fin}.", source="D")
def periodes_disjointes(f: Faits) -> Ecart | None:
    """Les périodes des habilitations d'un juré sur une même certification ne se chevauchent pas (brouillon, active,
    suspendue) ; une habilitation expirée n'occupe la sienne que jusqu'à sa fin."""
    return _chevauchement(f, f.habilitation)


@regle("HAB-11", periodes_disjointes.message, source="D")
def periode_reactivee_disjointe(f: Faits) -> Ecart | None:
    """Une habilitation n'est pas réactivée si la période qu'elle aurait alors chevauche celle d'une autre."""
    return _chevauchement(f, f.habilitation.reactivee(f.jour, f.titre))


@regle(
    "HAB-14",
    "La date de fin de l'habilitation ({date_fin}) est passée : choisissez-en une à partir du {date_fin_au_plus_tot}.",
    source="D",
)
def date_fin_a_venir(f: Faits) -> Ecart | None:
    """Une habilitation n'est pas validée après sa date de fin."""
    if f.habilitation.date_fin >= f.jour or _hors_delai(f):
        return None
    return ecart(date_fin=f.habilitation.date_fin, date_fin_au_plus_tot=f.jour)


@regle(
    "HAB-14",
    "Cette habilitation a déjà été active : la valider à nouveau ouvre un nouveau droit, dont la date de début "
    "({date_debut}) ne peut pas précéder le {date_debut_au_plus_tot}.",
    source="D",
)
def renouvellement_sans_retroactivite(f: Faits) -> Ecart | None:
    """Une habilitation qui a déjà été active est un nouveau droit quand elle est validée : elle ne commence pas avant
    le jour de sa validation."""
    h = f.habilitation
    if not h.deja_active or h.date_debut >= f.jour or _hors_delai(f):
        return None
    return ecart(date_debut=h.date_debut, date_debut_au_plus_tot=f.jour)


@regle("HAB-12", "Le titre {titre} est hors délai de prolongation depuis le {date}.", source="D")
def titre_dans_les_delais(f: Faits) -> Ecart | None:
    """Le titre n'est pas hors délai quand une habilitation est créée, modifiée, validée ou réactivée."""
    return ecart(titre=f.titre.intitule, date=f.titre.hors_delai_depuis) if _hors_delai(f) else None


@regle(
    "HAB-13",
    "Plus aucun CCP en vigueur ne porte {ccs:l'habilitation|les habilitations} de {nom} sur {ccs:le|les} CCS {ccs} : "
    "{ccs:elle est conservée ; vérifiez qu'elle doit|elles sont conservées ; vérifiez qu'elles doivent} l'être.",
    source="D",
    effet=Effet.INFORME,
)
def ccs_encore_porte(f: Faits) -> Ecart | None:
    """Une habilitation sur un CCS demeure quand le dernier CCP qui la portait est suspendu ; l'agent en est averti."""
    apres = f.dossier.avec(f.habilitation.suspendue())
    orphelines = sorted(
        f.dossier.certification(h)
        for h in f.dossier.habilitations
        if h.ccs_code
        and f.dossier.etat(h) is EtatHabilitation.ACTIVE
        and f.dossier.est_portee(h)
        and not apres.est_portee(h)
    )
    return ecart(nom=f.jure.nom_complet, ccs=orphelines) if orphelines else None


@regle(
    "HAB-15",
    "{certification:L'habilitation|Les habilitations} de {nom} sur {certification} {certification:reposait|reposaient} "
    "sur cet emploi : vérifiez {certification:qu'elle doit être conservée|qu'elles doivent être conservées}.",
    source="D",
    effet=Effet.INFORME,
)
def emploi_sous_habilitation(f: FaitsEmploi) -> Ecart | None:
    """Modifier ou retirer l'emploi sur lequel reposait une habilitation active est permis ; l'agent en est averti."""
    certifications = sorted(f.dossier.certification(h) for h in f.fragilisees())
    return ecart(nom=f.dossier.jure.nom_complet, certification=certifications) if certifications else None


def _hors_delai(f: Faits) -> bool:
    return f.titre.situation(f.jour) is Situation.HORS_DELAI


def _numeros(sessions: Iterable[SessionDuJure]) -> list[str]:
    """Returns the numbers of these sessions, once each: two files of one juré may sit in one."""
    return sorted({s.numero for s in sessions})


def _de_qui_sur_quoi(f: Faits) -> Ecart:
    return ecart(nom=f.jure.nom_complet, certification=f.certification)


def _chevauchement(f: Faits, h: Habilitation) -> Ecart | None:
    autres = sorted(f.dossier.concurrentes(h), key=lambda autre: autre.date_debut)
    if not autres:
        return None
    fins = [f.dossier.fin_occupee(autre) for autre in autres]
    return ecart(
        **_de_qui_sur_quoi(f),
        debut=autres[0].date_debut,
        fin=fins[0],
        date_debut_au_plus_tot=lendemain(max(fins)),
    )


def _annonce(f: Faits, apres: Habilitation) -> Ecart:
    numeros = _numeros(f.sessions_perdues(apres))
    return ecart(**_de_qui_sur_quoi(f), n=len(numeros), numeros=numeros)
