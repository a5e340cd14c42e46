"""The rules of section 5, on identity: CAN-01, CAN-02, CAN-04. Pure. Those of VAE are beside their lifecycle."""

import re
from dataclasses import dataclass
from datetime import date

from commun.domain.dates import en_francais
from commun.domain.pays import nom_du_pays
from commun.domain.rules import Ecart, Effet, ecart, regle
from commun.domain.textes import normaliser
from services.candidats.domain.model import Candidat, FaitsIdentite, FaitsModification

CODES_STABLES = date(1976, 1, 1)
"""Before that day a birth commune may have no code of today (Seine, French Algeria, Corsica 20): a label is enough."""

FIN_DE_LA_SEINE = date(1968, 1, 1)
"""From that day no commune bears a code of the Seine: a postcode of Paris, taken for an INSEE code, reads as one."""
LIMITE = 20
"""Identities of elsewhere that an account may ask about in an hour: enough for a class, too few to look for people."""

_TUS = (
    f"Hors de votre périmètre, {LIMITE} identités proches vous ont été signalées en une heure, et il n'en est plus dit "
    "pour l'instant : cherchez d'abord ce candidat par son identité complète, et créez-le si elle ne le trouve pas."
)
_CODE_DE_LA_SEINE = re.compile(r"75(?!056)0\d\d")

_SCISSIONS = {
    "78": (date(1968, 1, 1), frozenset({"91", "92", "93", "94", "95"})),
    "20": (date(1976, 1, 1), frozenset({"2A", "2B"})),
}
"""When Seine-et-Oise and Corsica were cut, and into what: from that day the codes of the communes that left them are no
commune's, and many read as a postcode of those that stayed (78100, Saint-Germain-en-Laye; 20137, Porto-Vecchio)."""

_MOTS_COMMUNS = "a arrondissement au aux d de des du e en er et l la le les lez ste st saint sainte sous sur"


@regle("CAN-01", "La date de naissance ({date_naissance}) est postérieure à aujourd'hui.", source="D")
def naissance_passee(f: FaitsIdentite) -> Ecart | None:
    """Un candidat est né au plus tard le jour même."""
    date_naissance = f.identite.date_naissance
    return ecart(champ="date_naissance", date_naissance=date_naissance) if date_naissance > f.jour else None


@regle("CAN-01", "Indiquez le code INSEE de la commune de naissance.", source="D")
def commune_designee(f: FaitsIdentite) -> Ecart | None:
    """Une naissance en France est désignée par le code INSEE de sa commune ; à l'étranger, par le pays."""
    naissance = f.identite.naissance
    if naissance.en_france:
        sans_code_possible = f.identite.date_naissance < CODES_STABLES and naissance.commune
        return None if naissance.code_insee or sans_code_possible else ecart(champ="naissance.code_insee")
    if naissance.code_insee:
        phrase = "Un code INSEE de commune désigne une naissance en France, non dans un autre pays ({pays})."
        pays, champ = nom_du_pays(naissance.pays_code), "naissance.code_insee"
        return ecart(message=phrase, champ=champ, pays=pays, pays_code=naissance.pays_code)
    return None


@regle(
    "CAN-01", "Aucune commune ne portait le code {code_insee} à la date de naissance ({date_naissance}).", source="D"
)
def commune_connue(f: FaitsIdentite) -> Ecart | None:
    """Le code INSEE de la commune de naissance existait à la date de naissance."""
    code_insee = f.identite.naissance.code_insee
    if not code_insee:
        return None
    if _code_postal_de_paris(f):
        phrase = "Le code {code_insee} n'est plus celui d'une commune depuis 1968 : pour une naissance à Paris, "
        phrase += "indiquez le code INSEE de l'arrondissement, de 75101 (1er) à 75120 (20e)."
        return ecart(message=phrase, champ="naissance.code_insee", code_insee=code_insee)
    if depuis := sans_commune_depuis(f):
        phrase = "Le code {code_insee} n'est plus celui d'une commune depuis {depuis} : indiquez le code INSEE de la "
        phrase += "commune de naissance, qui n'est pas son code postal."
        return ecart(message=phrase, champ="naissance.code_insee", code_insee=code_insee, depuis=depuis)
    if f.commune.connu:
        return None
    return ecart(champ="naissance.code_insee", code_insee=code_insee, date_naissance=f.identite.date_naissance)


@regle(
    "CAN-01", "Indiquez le nom que portait la commune de naissance : le code {code_insee} ne le donne pas.", source="D"
)
def commune_nommee(f: FaitsIdentite) -> Ecart | None:
    """La commune de naissance est nommée quand son code, qui ne sert plus, n'en donne plus le nom."""
    naissance = f.identite.naissance
    connu = f.commune.connu and not _code_postal_de_paris(f) and not sans_commune_depuis(f)
    if naissance.code_insee and naissance.en_france and connu and not naissance.commune:
        return ecart(champ="naissance.commune", code_insee=naissance.code_insee)
    return None


@regle(
    "CAN-01",
    "Le code {code_insee} est le code postal de {commune} : indiquez le code INSEE de la commune de naissance "
    "({attendu}).",
    source="D",
)
def code_non_postal(f: FaitsIdentite) -> Ecart | None:
    """Le code de la commune de naissance n'est pas le code postal de celle qui est nommée ; un code d'autrefois peut se
    lire ainsi."""
    naissance = f.identite.naissance
    saisie = normaliser(naissance.commune)
    if _code_postal_de_paris(f) or sans_commune_depuis(f):
        return None
    for code, nom in f.commune.postales.items():
        if code != f.commune.devenue and normaliser(nom) == saisie:
            return ecart(champ="naissance.code_insee", code_insee=naissance.code_insee, commune=nom, attendu=code)
    return None


def _code_postal_de_paris(f: FaitsIdentite) -> bool:
    """Returns whether the code is one of the Seine's communes, for someone born since there is no Seine."""
    code_insee = f.identite.naissance.code_insee or ""
    return bool(_CODE_DE_LA_SEINE.fullmatch(code_insee)) and f.identite.date_naissance >= FIN_DE_LA_SEINE


def sans_commune_depuis(f: FaitsIdentite) -> int | None:
    """Returns the year since when the code is no commune's, its département having been cut before the birth."""
    jour, departements = _SCISSIONS.get((f.identite.naissance.code_insee or "")[:2], (date.max, frozenset()))
    partie = f.commune.devenue[:2] in departements
    return jour.year if partie and f.identite.date_naissance >= jour else None


@regle("CAN-01", "Le code {code_insee} est celui de {attendu}, non de « {commune} ».", source="P")
def commune_et_code_concordent(f: FaitsIdentite) -> Ecart | None:
    """Le nom de la commune de naissance est celui que désigne son code INSEE, sous son nom d'alors."""
    naissance = f.identite.naissance
    if not naissance.code_insee or not f.commune.noms:
        return None
    saisis = _mots(naissance.commune)
    if not saisis or any(saisis & _mots(nom) for nom in f.commune.noms):
        return None
    attendu = " ou ".join(f.commune.noms)
    return ecart(champ="naissance.commune", code_insee=naissance.code_insee, attendu=attendu, commune=naissance.commune)


@regle(
    "CAN-02",
    "Un résultat est enregistré pour {nom} : son identité ne peut plus être modifiée par le centre. Adressez-vous à "
    "l'unité départementale.",
    source="P",
)
def identite_modifiable(f: FaitsModification) -> Ecart | None:
    """Un centre modifie l'identité de ses candidats jusqu'à l'enregistrement d'un résultat ; ensuite, l'UD."""
    return ecart(nom=f.nom) if f.par_un_centre and f.resultat_enregistre else None


@regle(
    "CAN-04",
    "{noms:Une identité proche existe|Des identités proches existent} déjà : {noms}.",
    source="D",
    effet=Effet.CONFIRME,
)
def aucune_identite_proche(f: FaitsIdentite) -> Ecart | None:
    """Les doublons possibles (même nom, premier prénom et date de naissance, jour et mois inversés ou non) sont montrés
    avant la création ; hors du périmètre, il n'est dit que leur existence, de vingt identités par heure au plus :
    ensuite, rien n'en est dit, et toute création est à confirmer."""
    visibles = sorted(f.proches.visibles, key=lambda c: c.numero)
    ailleurs = "une identité proche existe : rattachez-la par son identité complète."
    if visibles:
        suite = [_TUS] if f.proches.tus else [f"Hors de votre périmètre, {ailleurs}"] * f.proches.ailleurs
        noms = [signalement(c) for c in visibles]
        return ecart(noms=noms, ids=[c.id for c in visibles], ailleurs=bool(suite), suite=suite)
    if f.proches.tus:
        return ecart(message=_TUS, ids=[], ailleurs=True)
    return ecart(message=ailleurs.capitalize(), ids=[], ailleurs=True) if f.proches.ailleurs else None


_NOMMEE = (commune_nommee, commune_et_code_concordent, code_non_postal)
IDENTITE = (naissance_passee, commune_designee, commune_connue, *_NOMMEE)
SANS_DATE = (commune_designee, *_NOMMEE)
"""What can be said of a birth place whose day is not known: said of the earliest, when a label was enough."""
SANS_LIEU = (naissance_passee,)
CREATION = (*IDENTITE, aucune_identite_proche)
MODIFICATION = (identite_modifiable,)


@dataclass(frozen=True)
class FaitsFusion:
    """The two candidates of a merge."""

    garde: Candidat
    absorbe: Candidat


@regle(
    "CAN-04",
    "Vous allez fusionner {absorbe} dans {garde} : ses inscriptions, ses acquis et ses demandes VAE suivront. Cette "
    "action est définitive.",
    source="D",
    effet=Effet.CONFIRME,
)
def fusion_annoncee(f: FaitsFusion) -> Ecart | None:
    """Fusionner deux candidats demande confirmation, en disant ce qui les distingue."""
    garde, absorbe = f.garde.identite, f.absorbe.identite
    differences = [
        intitule
        for intitule, a, b in (
            ("nom de naissance", normaliser(garde.nom_naissance), normaliser(absorbe.nom_naissance)),
            ("prénoms", normaliser(garde.prenoms), normaliser(absorbe.prenoms)),
            ("date de naissance", garde.date_naissance, absorbe.date_naissance),
            ("lieu de naissance", garde.naissance.cle, absorbe.naissance.cle),
        )
        if a != b
    ]
    suite = ["Attention, leurs identités diffèrent : {differences}."] * bool(differences)
    return ecart(garde=signalement(f.garde), absorbe=signalement(f.absorbe), differences=differences, suite=suite)


FUSION = (fusion_annoncee,)


def signalement(candidat: Candidat) -> str:
    """Returns a candidate as a warning names him: with what tells him from a homonym."""
    identite = candidat.identite
    ne_le = en_francais(identite.date_naissance)
    return f"{identite.nom_naissance} {identite.prenoms}, né(e) le {ne_le} ({candidat.numero})"


def _mots(nom: str | None) -> frozenset[str]:
    return frozenset(normaliser(nom).split()) - frozenset(_MOTS_COMMUNS.split())
