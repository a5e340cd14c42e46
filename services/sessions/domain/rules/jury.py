"""SES-07, SES-08, JUR-05, JRY-01 to JRY-03: the jury, as a whole and juré by juré. Pure."""

from collections.abc import Iterable

from commun.domain.rules import Ecart, Effet, ecart, regle
from commun.domain.textes import sans_ordre
from services.sessions.domain.faits import Faits
from services.sessions.domain.jury import MINIMUM, Couverture, couverture, est_habilite, permet
from services.sessions.domain.model import Etat, TypeSession, noms
from services.sessions.domain.rules.cadre import (
    debut_avec_un_jury,
    jury_a_jamais_impossible,
    jury_a_venir,
    jury_encore_impossible,
)

_JAMAIS = (
    "Aucune habilitation ne dépasse la fin de vie du titre, le {fin_de_vie}, tant qu'il est en cours : pour avoir un "
    "jury, la session doit finir au plus tard ce jour-là, ou débuter au plus tôt le {debut_au_plus_tot}."
)


_PAS_ENCORE = (
    "Aucune habilitation ne dépasse la fin de vie du titre, le {fin_de_vie}, tant qu'il est en cours : le jury ne peut "
    "être habilité qu'ensuite."
)


@regle("JUR-05", "Le juré {nom} est inactif : il ne peut pas être inscrit à une session.", source="D")
def jure_actif(f: Faits) -> Ecart | None:
    """Un juré inactif n'est pas inscrit à une session."""
    return ecart(nom=f.jure.nom) if f.jure and not f.jure.actif else None


@regle("SES-07", "Le jury compte {n} juré(s) habilité(s) : il en faut au moins 2.", source="R")
def jury_suffisant(f: Faits) -> Ecart | None:
    """À la soumission et à la validation, le jury compte au moins deux jurés habilités ; en retirer un d'une session
    validée le laisse tel. Une session qui finit pendant la prolongation d'un titre encore en cours, où nul ne peut
    encore être habilité (HAB-10), est soumise sans lui ; la validation l'exige. Si elle débute avant que quelqu'un
    puisse l'être, elle n'est pas soumise sans lui."""
    n = len(_jury(f).habilites)
    return _ou_la_deplacer(f) | ecart(n=n) if n < MINIMUM else None


@regle("SES-07", _JAMAIS, source="R")
def jury_possible_un_jour(f: Faits) -> Ecart | None:
    """Une session validée ne reçoit pas de dates où elle ne pourrait plus avoir de jury avant de débuter."""
    return _dates_d_un_jury(f) if len(_jury(f).habilites) < MINIMUM and jury_a_jamais_impossible(f) else None


@regle("SES-07", "Le jury ne couvre pas tous les CCP de la session : aucun juré habilité sur {ccps}.", source="R")
def jury_couvre_les_ccp(f: Faits) -> Ecart | None:
    """Les habilitations des jurés couvrent ensemble tous les CCP d'une session TITRE ou CCP."""
    if manquants := _jury(f).manquants:
        return ecart(ccps=f.intitules_ccp(manquants), ccp_codes=list(manquants))
    return None


@regle("SES-08", "{noms} n'est plus habilité sur {certification} : remplacez-le avant de valider.", source="D")
def jures_toujours_habilites(f: Faits) -> Ecart | None:
    """La validation interroge de nouveau le service des jurés pour chacun d'eux, et nomme ceux dont l'habilitation
    s'est perdue depuis, et ceux qui sont inactifs ; une session déjà validée en est alertée, jusqu'à sa fin. Il n'est
    pas dit de les remplacer tant que la fin de vie du titre empêche d'en habiliter d'autres."""
    perdus = [j for j in f.session.jures if not est_habilite(j, f.cadre)]
    if not perdus:
        return None
    inactifs, plus_habilites = (noms(j for j in perdus if j.actif is actif) for actif in (False, True))
    dits = ["{noms} {noms:n'est plus habilité|ne sont plus habilités} sur {certification}"] * bool(plus_habilites)
    dits += ["{inactifs} {inactifs:est inactif|sont inactifs}"] * bool(inactifs)
    phrase, issue = " ; ".join(dits), _ou_la_deplacer(f)
    if not issue:
        phrase += f" : remplacez-{'les' if len([*plus_habilites, *inactifs]) > 1 else 'le'}"
        phrase += " avant de valider" * (f.session.etat is not Etat.VALIDEE)
    valeurs = issue | ecart(noms=plus_habilites, inactifs=inactifs, certification=f.certification_examinee)
    return valeurs | ecart(message=f"{phrase}.", jure_ids=[j.jure_id for j in perdus])


@regle("JRY-01", "{nom} n'est pas habilité sur le CCS {ccs} à la date de la session.", source="M")
def habilite_sur_le_ccs(f: Faits) -> Ecart | None:
    """Un juré n'est inscrit à une session CCS qu'avec une habilitation sur ce CCS, en vigueur à ses dates, ou plusieurs
    qui se suivent sans un jour d'écart."""
    if f.jure is None or f.cadre.type is not TypeSession.CCS or permet(f.jure.habilitation, f.cadre):
        return None
    return _ou_la_deplacer(f) | ecart(nom=f.jure.nom, ccs=f.certification)


@regle("JRY-02", "{nom} n'est pas habilité sur {certification} à la date de la session.", source="M")
def habilite_sur_le_titre(f: Faits) -> Ecart | None:
    """Un juré n'est inscrit à une session TITRE qu'avec une habilitation sur le titre, à une session CCP qu'avec une
    habilitation sur un de ses CCP au moins, en vigueur à ses dates, ou plusieurs qui se suivent sans un jour d'écart ;
    celle d'un titre antérieur vaut pour les CCP que les correspondances du titre en reprennent (REF-01)."""
    if f.jure is None or f.cadre.type is TypeSession.CCS or permet(f.jure.habilitation, f.cadre):
        return None
    valeurs = ecart(nom=f.jure.nom, certification=f.certification_examinee)
    a_soumettre = f.session.etat in (Etat.BROUILLON, Etat.REFUSEE)
    if a_soumettre and jury_encore_impossible(f) and f.titre:
        phrase = habilite_sur_le_titre.message.removesuffix(".")
        phrase += " : aucune habilitation ne dépasse la fin de vie du titre, le {fin_de_vie}, tant qu'il est en cours. "
        phrase += "La session peut être soumise sans jury ; il sera exigé à sa validation."
        return valeurs | ecart(message=phrase, fin_de_vie=f.titre.date_fin_de_vie)
    return _ou_la_deplacer(f) | valeurs


@regle("JRY-03", "{nom} siège dans une autre session aux mêmes dates.", source="D", effet=Effet.INFORME)
def jure_disponible(f: Faits) -> Ecart | None:
    """Un juré inscrit à une autre session les mêmes jours est signalé."""
    return ecart(nom=f.jure.nom) if f.jure and f.jure.autre_session else None


@regle("JRY-03", "{noms} {noms:siège|siègent} dans une autre session à ces dates.", source="D", effet=Effet.INFORME)
def jury_disponible(f: Faits) -> Ecart | None:
    """De nouvelles dates auxquelles un juré de la session siège dans une autre sont signalées."""
    return ecart(noms=list(f.jures_pris)) if f.jures_pris else None


@regle("JRY-03", "{nom} est employé par le centre qui organise la session.", source="D", effet=Effet.INFORME)
def jure_exterieur_au_centre(f: Faits) -> Ecart | None:
    """Un juré employé par le centre qui tient la session est signalé."""
    return ecart(nom=f.jure.nom) if f.jure and f.siret in f.jure.employeurs else None


@regle(
    "JRY-03", "{nom} a formé {candidats}, {candidats:inscrit|inscrits} à la session.", source="D", effet=Effet.INFORME
)
def jure_non_formateur(f: Faits) -> Ecart | None:
    """Un juré qui a formé un candidat de la session est signalé."""
    if f.jure is None:
        return None
    qui = {*f.jure.identites, sans_ordre(f.jure.nom)}
    candidats = noms(c for c in f.session.candidats if qui & _formateurs(c.formateurs))
    return ecart(nom=f.jure.nom, candidats=candidats) if candidats else None


@regle("JRY-03", "{noms}, du jury de la session, {noms:a|ont} formé {candidat}.", source="D", effet=Effet.INFORME)
def candidat_non_forme_par_le_jury(f: Faits) -> Ecart | None:
    """Un candidat formé par un juré de la session est signalé."""
    if f.candidat is None:
        return None
    formateurs = _formateurs(f.candidat.formateurs)
    jures = noms(j for j in f.session.jures if {j.jure_id, j.identite, sans_ordre(j.nom)} & formateurs)
    return ecart(noms=jures, candidat=f.candidat.nom) if jures else None


def _ou_la_deplacer(f: Faits) -> Ecart:
    """Returns what to do of a session for which nobody will be habilité in time, or may be yet; nothing of another."""
    if jury_a_jamais_impossible(f):
        return _dates_d_un_jury(f) | ecart(suite=[_JAMAIS])
    if jury_a_venir(f) and f.titre:
        return ecart(fin_de_vie=f.titre.date_fin_de_vie, suite=[_PAS_ENCORE])
    return ecart()


def _dates_d_un_jury(f: Faits) -> Ecart:
    return ecart(fin_de_vie=f.titre.date_fin_de_vie if f.titre else None, debut_au_plus_tot=debut_avec_un_jury(f))


def _jury(f: Faits) -> Couverture:
    return couverture(f.cadre, (j for j in f.session.jures if j.jure_id != f.jure_sortant))


def _formateurs(formateurs: Iterable[str]) -> set[str]:
    """Returns who trained a candidate, as ids and as folded names: the centre types either, in capitals or not."""
    return {*map(str.lower, formateurs), *map(sans_ordre, formateurs)}
