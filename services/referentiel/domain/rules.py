"""The rules of section 6: what an agrément may be for, until when, and what its suspension puts at risk. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from commun.domain.referentiel import agreent
from commun.domain.rules import Ecart, Effet, ecart, regle
from commun.domain.textes import accorder
from services.referentiel.domain.model import FaitsAgrement, SessionAVenir, nombres, porte, pour_le_meme


@regle(
    "AGR-03",
    "L'agrément pour le CCS {certification} suppose celui d'un titre auquel ce CCS se rattache, en vigueur sur le même "
    "site le {le_plus_tard}.",
    source="R",
)
def ccs_avec_le_titre(f: FaitsAgrement) -> Ecart | None:
    """Un centre n'est agréé pour un CCS que s'il détient, sur le même site, l'agrément d'un titre de ce CCS."""
    if f.agrement.ccs_code is None or f.titres_tenus or f.dates_gardees:
        return None
    return ecart(certification=f.certification, le_plus_tard=f.le_plus_tard)


@regle(
    "AGR-03",
    "L'agrément ne peut pas dépasser la fin de vie du titre {titre} : sa date de fin est au plus tard le {date_fin}.",
    source="R",
)
def dans_la_vie_du_titre(f: FaitsAgrement) -> Ecart | None:
    """Un agrément ne dépasse jamais la fin de vie du titre ; en vigueur ce jour-là, il couvre la prolongation."""
    titres = f.titres if f.agrement.ccs_code is None else f.titres_tenus
    bornes = [(titre.date_fin_de_vie, titre.intitule) for titre in titres if titre.date_fin_de_vie]
    if len(bornes) < len(titres) or not bornes or f.dates_gardees:
        return None
    derniere, intitule = max(bornes)
    return ecart(titre=intitule, date_fin=derniere) if f.agrement.date_fin > derniere else None


@regle(
    "AGR-03",
    "L'agrément {numero} pour {certification} est déjà accordé sur ce site, du {date_debut} au {date_fin}.",
    source="D",
)
def pas_deja_accorde(f: FaitsAgrement) -> Ecart | None:
    """Un agrément n'est pas accordé deux fois, ni changé au point d'en faire deux, sous le même numéro et aux mêmes
    dates : suspendre ou retirer l'un laisserait l'autre en vigueur. Retiré, il peut l'être de nouveau."""
    moi = f.agrement
    for a in f.memes:
        if (a.date_debut, a.date_fin, f.numeros[a.id]) == (moi.date_debut, moi.date_fin, f.numero):
            return ecart(numero=f.numero, certification=f.certification, date_debut=a.date_debut, date_fin=a.date_fin)
    return None


@regle(
    "AGR-03",
    "Le centre a déjà sur ce site, pour une partie de ces dates, {numeros:l'agrément|les agréments} {numeros} pour "
    "{certification}.",
    source="D",
    effet=Effet.INFORME,
)
def seul_a_ces_dates(f: FaitsAgrement) -> Ecart | None:
    """Accorder un agrément, ou le redater, dit celui que le centre a déjà pour la même certification, sur le même site,
    certains de ces jours."""
    numeros = sorted({f.numeros[a.id] for a in f.memes})
    return ecart(numeros=numeros, certification=f.certification) if numeros else None


@regle(
    "AGR-02",
    "Vous allez suspendre l'agrément {numero} pour {certification}. {sessions}",
    source="D",
    effet=Effet.CONFIRME,
)
def suspension_annoncee(f: FaitsAgrement) -> Ecart | None:
    """Suspendre un agrément nomme d'abord les sessions à venir ou en cours qui s'appuient sur lui, et les CCS restés
    agréés."""
    return _annonce(f, f.sessions, f.ccs_restants)


@regle(
    "AGR-02",
    "Vous allez retirer l'agrément {numero} pour {certification}. Cette action est définitive. {sessions}",
    source="D",
    effet=Effet.CONFIRME,
)
def retrait_annonce(f: FaitsAgrement) -> Ecart | None:
    """Retirer un agrément nomme d'abord les sessions à venir ou en cours qui s'appuient sur lui, et les CCS restés
    agréés."""
    return _annonce(f, f.sessions, f.ccs_restants)


@regle(
    "AGR-02",
    "Avec ces dates, l'agrément {numero} pour {certification} ne couvrira plus toutes ses sessions. {sessions}",
    source="D",
    effet=Effet.CONFIRME,
)
def sessions_toujours_couvertes(f: FaitsAgrement) -> Ecart | None:
    """Changer les dates d'un agrément nomme d'abord les sessions à venir ou en cours qu'il ne couvrirait plus, ni seul
    ni avec ceux qui le précèdent ou le suivent."""
    perdues = tuple(
        s for s in f.sessions if not porte(f.agrement, s.date_debut, s.date_fin, f.titres, f.agrements_du_site)
    )
    return _annonce(f, perdues) if perdues else None


def _annonce(f: FaitsAgrement, sessions: Iterable[SessionAVenir], ccs: Sequence[str] = ()) -> Ecart:
    sessions = list(sessions)
    numeros = sorted(s.numero for s in sessions)
    connus = f.inscrits
    comptes = {} if connus is None else nombres(connus[s.id] for s in sessions if s.id in connus)
    match len(numeros):
        case 0:
            phrase = "Aucune session à venir ou en cours ne s'appuie sur lui."
        case 1:
            phrase = f"Une session {_quand(f, sessions)} s'appuie sur lui : {numeros[0]}{_dits(comptes)}."
        case n:
            phrase = f"{n} sessions {_quand(f, sessions)} s'appuient sur lui : {', '.join(numeros)}{_dits(comptes)}."
    phrase += _couvertes_encore(f, sessions) + _restent(ccs)
    return ecart(numero=f.numero, certification=f.certification, sessions=phrase, numeros=numeros, **comptes)


def _couvertes_encore(f: FaitsAgrement, sessions: Sequence[SessionAVenir]) -> str:
    """Returns what is said of the sessions that lose nothing: the site's others for the same are enough (SES-01)."""
    autres = pour_le_meme(f.agrement, f.agrements_du_site)
    numeros = sorted(s.numero for s in sessions if agreent(autres, s.date_debut, s.date_fin, f.titres))
    if not numeros:
        return ""
    restent = "Restent couvertes" if len(numeros) > 1 else "Reste couverte"
    return f" {restent} par un autre agrément du site : {', '.join(numeros)}."


def _quand(f: FaitsAgrement, sessions: Iterable[SessionAVenir]) -> str:
    """Returns « à venir », « en cours » or « à venir ou en cours »: one being held is not seen to as the others are."""
    return " ou ".join(sorted({"en cours" if s.date_debut <= f.jour else "à venir" for s in sessions}, reverse=True))


def _restent(ccs: Sequence[str]) -> str:
    match ccs:
        case []:
            return ""
        case [seul]:
            return f" Reste accordé sur ce site l'agrément pour le CCS {seul}, qui complète ce titre."
        case _:
            noms = ", ".join(ccs)
            return f" Restent accordés sur ce site les agréments pour les CCS {noms}, qui complètent ce titre."


def _dits(comptes: Mapping[str, int]) -> str:
    if not comptes:
        return ""
    candidats, jures = comptes["nombre_candidats"], comptes["nombre_jures"]
    dits = [accorder(f"{n} {nom}(s)") for n, nom in ((candidats, "candidat"), (jures, "juré")) if n]
    if not dits:
        return " ; personne n'y est inscrit"
    return f" ; {' et '.join(dits)} y {'sont inscrits' if candidats + jures > 1 else 'est inscrit'}"
