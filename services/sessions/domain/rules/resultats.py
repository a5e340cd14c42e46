"""SES-04, INS-08, RES-01, RES-03: entering a results sheet, closing it, signing its PV. Pure.

RES-02 and RES-04 refuse nothing: but for a remark each, they are functions of `domain.resultats` and of
`commun.domain.acquis`.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from commun.domain.referentiel import Situation
from commun.domain.rules import Ecart, Effet, ecart, regle
from services.sessions.domain.faits import Faits
from services.sessions.domain.jury import MINIMUM
from services.sessions.domain.model import Etat, InscriptionJure, TypeSession, noms
from services.sessions.domain.resultats import ResultatCandidat, ResultatCcp, a_noter


@regle(
    "SES-04",
    "La session comporte un entretien final : notez-le favorable, défavorable ou non tenu pour {candidats}.",
    source="P",
)
def entretien_final_note(f: Faits) -> Ecart | None:
    """Dans une session avec entretien final, chaque candidat présent en a un favorable, défavorable ou non tenu ; dans
    les autres, aucun."""
    attendu = f.session.cadre.entretien_final
    candidats = _noms(f, lambda r: r.present and (r.entretien_final is not None) is not attendu)
    if not candidats:
        return None
    if attendu:
        return ecart(candidats=candidats)
    return ecart(message="La session n'a pas d'entretien final : n'en notez pas pour {candidats}.", candidats=candidats)


@regle("SES-04", "CCP notés déjà acquis sans l'être : {details}.", source="P")
def deja_acquis_verifie(f: Faits) -> Ecart | None:
    """Un CCP n'est noté déjà acquis que si le candidat l'a acquis dans une autre session ; la clôture le vérifie de
    nouveau, car cette session a pu être corrigée depuis."""
    inscrits, feuille = _inscrits(f), f.feuille_proposee or f.feuille
    details = [
        f"{inscrits.get(r.candidat_id, r.candidat_id)} ({', '.join(f.intitules_ccp(indus))})"
        for r in (feuille.resultats if feuille else ())
        if (notes := r.ccps_a(ResultatCcp.DEJA_ACQUIS)) and (indus := notes - f.acquis.get(r.candidat_id, frozenset()))
    ]
    return ecart(details=details) if details else None


@regle(
    "INS-08",
    "Des CCP sont notés non acquis alors que le candidat les a par une autre session : {details}. S'il n'y a pas été "
    "évalué de nouveau, notez-les déjà acquis : le procès-verbal et l'attestation disent ce qui est noté.",
    source="D",
    effet=Effet.INFORME,
)
def rien_de_deja_acquis_note_non_acquis(f: Faits) -> Ecart | None:
    """Un CCP que le candidat a par une autre session lui reste ; noté non acquis, il est signalé."""
    inscrits = _inscrits(f)
    details = [
        f"{inscrits.get(r.candidat_id, r.candidat_id)} ({', '.join(f.intitules_ccp(siens))})"
        for r in _lignes(f)
        if (siens := r.ccps_a(ResultatCcp.NON_ACQUIS) & f.acquis.get(r.candidat_id, frozenset()))
    ]
    return ecart(details=details) if details else None


@regle("RES-01", "Les résultats sont saisis à partir du premier jour de la session, le {debut}.", source="D")
def session_debutee(f: Faits) -> Ecart | None:
    """Les résultats sont saisis à partir du premier jour de la session."""
    debut = f.session.cadre.date_debut
    return ecart(debut=debut) if f.jour < debut else None


@regle("RES-01", "Un résultat concerne quelqu'un qui n'est pas inscrit à la session {numero} : {inconnus}.", source="D")
def candidats_de_la_session(f: Faits) -> Ecart | None:
    """Un résultat est celui d'un candidat inscrit à la session."""
    inconnus = sorted({r.candidat_id for r in _lignes(f)} - _inscrits(f).keys())
    return ecart(numero=f.session.numero, inconnus=inconnus) if inconnus else None


@regle("RES-01", "Un seul résultat par candidat : {candidats} en {candidats:a|ont} plusieurs.", source="D")
def un_resultat_par_candidat(f: Faits) -> Ecart | None:
    """Chaque candidat a un seul résultat."""
    compte = Counter(r.candidat_id for r in _lignes(f))
    candidats = _noms(f, lambda r: compte[r.candidat_id] > 1)
    return ecart(candidats=candidats) if candidats else None


@regle("RES-01", "Dites si l'absence est excusée ou non : {candidats}.", source="D")
def absences_qualifiees(f: Faits) -> Ecart | None:
    """L'absence d'un candidat est excusée ou non excusée."""
    candidats = _noms(f, lambda r: not r.present and r.absence is None)
    return ecart(candidats=candidats) if candidats else None


@regle(
    "RES-01",
    "Un candidat absent n'a aucun résultat, un candidat présent n'a pas d'absence : {candidats}.",
    source="D",
)
def present_ou_absent(f: Faits) -> Ecart | None:
    """Un candidat présent n'a pas d'absence, un candidat absent n'a aucun résultat."""

    def incoherent(r: ResultatCandidat) -> bool:
        if r.present:
            return r.absence is not None
        return bool(r.ccps) or r.entretien_final is not None or r.ccs is not None

    candidats = _noms(f, incoherent)
    return ecart(candidats=candidats) if candidats else None


@regle(
    "RES-01",
    "Notez tous les CCP de la session, et eux seuls, pour {candidats}.",
    source="D",
)
def certifications_notees(f: Faits) -> Ecart | None:
    """Chaque candidat présent a un résultat pour chaque CCP de la session, ou pour son CCS, et pour rien d'autre."""
    cadre = f.session.cadre
    ccs_attendu = cadre.type is TypeSession.CCS
    candidats = _noms(
        f, lambda r: r.present and (r.ccps.keys() != cadre.ccp_codes or (r.ccs is not None) is not ccs_attendu)
    )
    if not candidats:
        return None
    if ccs_attendu:
        return ecart(message="Notez le CCS de la session, et lui seul, pour {candidats}.", candidats=candidats)
    return ecart(candidats=candidats)


@regle("RES-01", "Un juré noté présent n'est pas du jury de la session {numero}.", source="D")
def jures_presents_du_jury(f: Faits) -> Ecart | None:
    """Les jurés présents sont du jury de la session."""
    presents = f.feuille_proposee.jures_presents if f.feuille_proposee else frozenset()
    inconnus = sorted(presents - {j.jure_id for j in f.session.jures})
    return ecart(numero=f.session.numero, inconnus=inconnus) if inconnus else None


@regle(
    "RES-02",
    "Le titre {titre} exige aussi {manquants}, que la session n'a pas examiné : elle ne le donne qu'aux candidats qui "
    "l'ont acquis ailleurs.",
    source="R",
    effet=Effet.INFORME,
)
def titre_encore_possible(f: Faits) -> Ecart | None:
    """À la première clôture d'une session TITRE, un CCP que son titre a gagné depuis qu'elle a débuté est signalé : qui
    ne l'a pas n'obtient pas le titre. De toute session avec entretien final, un titre devenu hors délai avant sa fin
    l'est aussi : personne ne l'obtient."""
    cadre = f.session.cadre
    if f.titre is None or f.session.etat is not Etat.VALIDEE:
        return None
    if cadre.entretien_final and f.titre.situation(cadre.date_fin) is Situation.HORS_DELAI:
        return ecart(
            message="Le titre {titre} est hors délai de prolongation depuis le {hors_delai_depuis}, et la session "
            "finit le {fin} : elle ne le donne à aucun candidat.",
            titre=f.titre.intitule,
            hors_delai_depuis=f.titre.hors_delai_depuis,
            fin=cadre.date_fin,
        )
    manquants = f.intitules_ccp(f.ccp_exiges - cadre.ccp_codes)
    if cadre.type is not TypeSession.TITRE or not manquants:
        return None
    return ecart(titre=f.titre.intitule, manquants=manquants)


@regle(
    "RES-03",
    "La session {numero} est clôturée : ses résultats sont figés tant que l'administration ne l'a pas débloquée.",
    source="D",
)
def resultats_pas_figes(f: Faits) -> Ecart | None:
    """La clôture fige les résultats et le procès-verbal ; seule l'administration débloque."""
    return ecart(numero=f.session.numero) if f.session.etat is Etat.CLOTUREE else None


@regle(
    "RES-03",
    "La session {numero} ne peut pas être clôturée : il manque {candidats:le résultat|les résultats} de {candidats}.",
    source="D",
)
def un_resultat_pour_chacun(f: Faits) -> Ecart | None:
    """La session est clôturée quand chaque candidat a un résultat ; de qui y est sous deux fiches fusionnées depuis, un
    seul suffit."""
    candidats = noms(a_noter(f.session, f.feuille).values())
    return ecart(numero=f.session.numero, candidats=candidats) if candidats else None


@regle("RES-03", "Le jury compte {n} juré(s) présent(s) : il en faut au moins 2 pour délibérer.", source="R")
def deux_jures_presents(f: Faits) -> Ecart | None:
    """La session est clôturée quand deux jurés au moins sont notés présents ; un juré inactivé avant sa fin n'y compte
    plus (JUR-04)."""
    n, inactifs = _jures_presents(f), noms(j for j in _notes_presents(f) if not j.actif)
    if n >= MINIMUM:
        return None
    if not inactifs:
        return ecart(n=n)
    suite = "{inactifs}, {inactifs:inactivé|inactivés} avant la fin de la session, "
    suite += "{inactifs:n'y compte plus tant qu'il n'est pas activé|n'y comptent plus tant qu'ils ne sont pas activés} "
    return ecart(n=n, inactifs=inactifs, suite=[f"{suite}de nouveau."])


@regle(
    "RES-03",
    "{n} jurés sont notés présents : la carence suppose qu'il y en ait moins de 2.",
    source="R",
)
def moins_de_deux_jures_presents(f: Faits) -> Ecart | None:
    """La carence est celle d'un jury dont moins de deux membres sont présents."""
    n = _jures_presents(f)
    return ecart(n=n) if n >= MINIMUM else None


@regle("RES-03", "Le PV de la session {numero} est déjà visé, depuis le {vise_le}.", source="D")
def pv_pas_encore_vise(f: Faits) -> Ecart | None:
    """Le PV d'une clôture est visé une fois ; les acquis, provisoires jusque-là, sont alors confirmés."""
    vise_le = f.session.pv_vise_le
    return ecart(numero=f.session.numero, vise_le=vise_le) if vise_le else None


@regle(
    "RES-04",
    "{details:Un titre acquis ne l'est plus|Des titres acquis ne le sont plus} : {details}.",
    source="P",
    effet=Effet.INFORME,
)
def titres_toujours_acquis(f: Faits) -> Ecart | None:
    """Clôturer de nouveau une session débloquée, ou l'annuler, dit à qui cela retire un titre, même donné par une autre
    session."""
    perdus = {c.identite: (c.nom, f.titres_perdus.get(c.candidat_id)) for c in f.session.candidats}
    details = [f"{nom} ({', '.join(siens)})" for nom, siens in perdus.values() if siens]
    return ecart(details=details) if details else None


def _lignes(f: Faits) -> tuple[ResultatCandidat, ...]:
    return f.feuille_proposee.resultats if f.feuille_proposee else ()


def _inscrits(f: Faits) -> dict[str, str]:
    return {c.candidat_id: c.nom for c in f.session.candidats}


def _noms(f: Faits, fautif: Callable[[ResultatCandidat], bool]) -> list[str]:
    """Returns the names of those whose line is wrong, each once, in the order of the sheet."""
    inscrits = _inscrits(f)

    def fautifs() -> Iterator[str]:
        for r in _lignes(f):
            if fautif(r):
                yield inscrits.get(r.candidat_id, r.candidat_id)

    return list(dict.fromkeys(fautifs()))


def _notes_presents(f: Faits) -> list[InscriptionJure]:
    """Returns the members of the jury whom the saved sheet marks present."""
    presents = f.feuille.jures_presents if f.feuille else frozenset()
    return [j for j in f.session.jures if j.jure_id in presents]


def _jures_presents(f: Faits) -> int:
    """Returns how many of them count: not who was inactivated before it was over (JUR-04); one under two merged
    identities is one."""
    return len({j.identite for j in _notes_presents(f) if j.actif})
