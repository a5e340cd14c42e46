"""The columns of an imported file: their headings, what they hold, and the form that a line makes."""

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from commun.domain.dates import MOIS, lendemain
from commun.domain.territoires import avec_son_zero
from commun.domain.textes import avec_formule, normaliser, sans_espaces
from commun.lecture.csv import LIGNES_DE_TITRE
from services.candidats.fichiers.lecture import Feuille
from services.candidats.schemas import PAYS_MAL_DESIGNE

_PRECISION = re.compile(r"\((?:s|e|obligatoire|facultatif|jj\W.*|m\W.*)\)", re.IGNORECASE)
"""What headings add of how to fill them: « Prénom(s) », « Civilité (M/Mme) », « Né(e) le (JJ/MM/AAAA) »."""

_INTITULE_MAX = 200
"""Characters of a heading; a longer one names no column, and to look in it takes the square of its length."""


def _plier(entete: str) -> str:
    if len(entete) > _INTITULE_MAX:
        return entete
    return normaliser(re.sub("[_*:]", " ", _PRECISION.sub("", entete)))


@dataclass(frozen=True)
class Colonne:
    """A column.

    Attributes:
        champ: the field of the form that it fills, « naissance.code_insee ».
        intitule: the heading that the guide shows.
        accepte: what a cell may hold, as a refusal says it.
        autres: other headings that name it.
    """

    champ: str
    intitule: str
    accepte: str
    autres: tuple[str, ...] = ()

    @property
    def noms(self) -> frozenset[str]:
        """The headings that name this column, folded."""
        return frozenset(_plier(nom) for nom in (self.champ, self.intitule, *self.autres))


_NOM = "lettres, apostrophes, traits d'union et espaces"
_FORMAT_DATE = "au format JJ/MM/AAAA ou AAAA-MM-JJ"
_INSEE = "code INSEE à cinq caractères, par exemple 75112"
_MOBILES = ("mobile", "portable")

COLONNES = (
    Colonne("civilite", "Civilité", "M ou MME", ("civ", "sexe")),
    Colonne("nom_naissance", "Nom de naissance", _NOM, ("nom", "nom de famille", "nom de jeune fille")),
    Colonne("nom_usage", "Nom d'usage", _NOM, ("nom marital", "nom d'épouse")),
    Colonne("prenoms", "Prénoms", "tous les prénoms, dans l'ordre, séparés par des virgules", ("prénom",)),
    Colonne("date_naissance", "Date de naissance", f"date {_FORMAT_DATE}", ("né le", "date naissance", "ddn")),
    Colonne(
        "naissance.pays_code",
        "Pays de naissance",
        "nom du pays, ou son code à deux lettres (ES pour l'Espagne, MA pour le Maroc) ; FR si la cellule est vide",
        ("pays_code", "pays", "code pays de naissance", "pays naissance"),
    ),
    Colonne(
        "naissance.code_insee",
        "Code INSEE de naissance",
        _INSEE,
        ("code INSEE commune de naissance", "code INSEE naissance"),
    ),
    Colonne(
        "naissance.commune",
        "Commune de naissance",
        "nom de la commune, ou localité à l'étranger",
        ("lieu de naissance", "ville de naissance", "commune naissance", "lieu naissance", "ville naissance"),
    ),
    Colonne("adresse.voie", "Adresse", "200 caractères au plus", ("voie", "rue", "adresse postale")),
    Colonne(
        "adresse.complement", "Complément d'adresse", "200 caractères au plus", ("complement", "complément adresse")
    ),
    Colonne("adresse.code_postal", "Code postal", "cinq chiffres", ("code_postal", "cp")),
    Colonne("adresse.commune", "Commune de résidence", "100 caractères au plus", ("ville", "ville de résidence")),
    Colonne("adresse.code_insee", "Code INSEE de résidence", _INSEE),
    Colonne(
        "telephone",
        "Téléphone",
        "un seul numéro de téléphone, français sans indicatif, ou rien",
        (
            *("tel", "mobile", "portable", "numéro de téléphone", "n° de téléphone"),
            *(f"{nom} {lequel}" for nom in ("téléphone", "tél") for lequel in _MOBILES),
        ),
    ),
    Colonne(
        "courriel",
        "Courriel",
        "une seule adresse électronique, sans accent ni espace, ou rien",
        ("mél", "e-mail", "mail", "email", "adresse e-mail", "adresse mail", "adresse email", "adresse électronique"),
    ),
)
PAR_CHAMP = {c.champ: c for c in COLONNES}
_PAR_NOM = {nom: c for c in COLONNES for nom in c.noms}
OBLIGATOIRES = ("nom_naissance", "prenoms", "date_naissance")

CALCULEES = {"CCP acquis": "ccps", "Titres obtenus": "titres", "CCS acquis": "ccs"}
"""Headings of an exported file that say what CERES makes of a candidate: those of his acquis that each tells."""
_LIEU = "Lieu de naissance"
_ECRITES = frozenset(map(_plier, ("Numéro", *CALCULEES)))
"""Headings of an exported file that an import passes over: an identity alone makes somebody known. Where all are there,
so is its readable birth place, beside the columns that make it; elsewhere two columns of one place are one too many."""

_RANGS = frozenset(map(_plier, ("N°", "Nº", "Rang", "N° d'ordre")))
"""Headings of a column that counts the lines: they say nothing of anybody."""

_PARTAGES = {"commune": "commune", "code insee": "code_insee"}
"""Headings that birth place and home could share: they are the birth place's, unless another column says it is."""

_CIVILITES = dict.fromkeys(("m", "mr", "monsieur", "h", "homme", "masculin"), "M") | dict.fromkeys(
    ("mme", "madame", "mlle", "melle", "mademoiselle", "f", "femme", "feminin"), "MME"
)
_FRANCE = "france"
_ISO = re.compile(r"[A-Za-z]{2}")
_CODE_DE_PAYS = re.compile(r"99\d{3}")
_AUTREMENT = {PAYS_MAL_DESIGNE: "Aucun pays n'est connu sous ce nom."}
_YOUGOSLAVIE = "Bosnie-Herzégovine, Croatie, Kosovo, Macédoine du Nord, Monténégro, Serbie ou Slovénie"
_URSS = "Russie, Ukraine, Arménie, Géorgie, Moldavie…"
_TCHECOSLOVAQUIE, _SERBIE_ET_MONTENEGRO = "Tchéquie ou Slovaquie", "Serbie, Monténégro ou Kosovo"
_DEVENUS = {
    **dict.fromkeys(("yougoslavie", "yu"), _YOUGOSLAVIE),
    **dict.fromkeys(("urss", "unionsovietique", "su"), _URSS),
    "tchecoslovaquie": _TCHECOSLOVAQUIE,
    "serbiemontenegro": _SERBIE_ET_MONTENEGRO,
    "cs": f"{_TCHECOSLOVAQUIE} ; ou {_SERBIE_ET_MONTENEGRO}",
    "dd": "Allemagne",
    **dict.fromkeys(("indochine", "indochinefrancaise"), "Viêt Nam, Laos ou Cambodge"),
    "rhodesie": "Zimbabwe ou Zambie",
    "coree": "Corée du Sud ou Corée du Nord",
}
"""What has become of countries that were parted, by their names and former ISO codes as `_sans_mots` folds them: a
birth there is in one of today, which its place alone tells."""
_VIDES = frozenset({"l", "la", "le", "et", "ex", "ancienne"})
_ENTRE = r"(?: ?[/.\-] ?| )"
_JOUR = re.compile(rf"(\d{{1,2}}){_ENTRE}(\d{{1,2}}){_ENTRE}(\d{{4}}|\d\d)")
_ANNEE_DABORD = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_EN_LETTRES = re.compile(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]{3,9}) (\d{4}|\d\d)")
_HEURE = re.compile(r"[ T]\d{1,2}[:h]\d\d(:\d\d(\.\d+)?)?Z?$")
_MINUIT_A_L_EST = re.compile(r"[ T](?:13|19|2[0-3]):00(?::00(?:\.0+)?)?Z$")
"""The midnight at which a day begins in France east of Greenwich, as programs write it in UTC: of Paris, at 22:00 or
23:00 of the eve, the day that they say. West, it is of the same day in UTC, and so is noon, at 14:00 to 17:00."""
_MOIS = tuple(map(normaliser, MOIS))
_NUMERO = re.compile(r"([1-9]\d{4})(?:\.\d+)?")
"""A day as a spreadsheet counts it, from 1927 on; its hour follows."""
_EN_TEXTE = re.compile(r'^="([^"]*)"$')
"""How programs write in a csv what a spreadsheet would take for a number: « ="01000" »."""
_EN_NOMBRE = re.compile(r"(\d+)[.,]0")
"""A code or a phone that a program saved as a number with decimals: « 75011.0 »."""
_AGES = range(10, 100)
"""The ages that a candidate may have: one century at most gives him one, where a year has two figures."""


def sous_les_titres(feuille: Feuille) -> Feuille:
    """Returns a sheet from its line of headings on: the first that names all that is compulsory, else the first."""
    lignes = [(feuille.rang, feuille.entetes), *feuille.lignes]
    for place, (numero, cellules) in enumerate(lignes[:LIGNES_DE_TITRE]):
        nommes = {_PAR_NOM[p].champ for cellule in cellules if (p := _plier(cellule)) in _PAR_NOM}
        if nommes.issuperset(OBLIGATOIRES):
            entetes = [cellule.strip() for cellule in cellules]
            return replace(feuille, rang=numero, entetes=entetes, lignes=lignes[place + 1 :], titres=lignes[:place])
    return feuille


def reconnaitre(entetes: list[str]) -> tuple[dict[int, Colonne], list[str]]:
    """Returns the column that each heading names, by its place, and the sentences of what is wrong with them."""
    plies = [_plier(e) for e in entetes]
    lues: dict[int, Colonne] = {}
    entete_de: dict[Colonne, str] = {}
    fautes: list[str] = []
    inattendues: list[str] = []
    passees = _ECRITES | _RANGS | ({_plier(_LIEU)} if set(plies) >= _ECRITES else set())
    nommes = {_PAR_NOM[p].champ for p in plies if p in _PAR_NOM}
    for place, (entete, plie) in enumerate(zip(entetes, plies, strict=True)):
        if not plie or plie in passees:
            continue
        colonne = _nommee(plie, nommes)
        if colonne is None:
            inattendues.append(f"« {entete} »")
        elif premiere := entete_de.get(colonne):
            fautes.append(
                f"La colonne « {colonne.intitule} » figure deux fois : gardez « {premiere} » ou « {entete} »."
            )
        else:
            lues[place], entete_de[colonne] = colonne, entete
    if inattendues:
        fautes.append(_dire_inattendues(inattendues))
    presents = {c.champ for c in lues.values()}
    fautes += [f"La colonne « {PAR_CHAMP[c].intitule} » est obligatoire." for c in OBLIGATOIRES if c not in presents]
    if not presents & {"naissance.code_insee", "naissance.commune", "naissance.pays_code"}:
        fautes.append(
            "La colonne « Code INSEE de naissance », « Commune de naissance » ou « Pays de naissance » est obligatoire."
        )
    return lues, fautes


def _nommee(plie: str, nommes: set[str]) -> Colonne | None:
    """Returns the column that a folded heading names. `nommes`: the fields that other headings name, alone."""
    if champ := _PARTAGES.get(plie):
        return PAR_CHAMP[f"{'adresse' if f'naissance.{champ}' in nommes else 'naissance'}.{champ}"]
    return _PAR_NOM.get(plie)


def _dire_inattendues(entetes: list[str]) -> str:
    une = len(entetes) == 1
    debut = "La colonne {} n'est pas attendue" if une else "Les colonnes {} ne sont pas attendues"
    quoi = "retirez-la ou renommez-la" if une else "retirez-les ou renommez-les"
    connues = ", ".join(c.intitule for c in COLONNES)
    return f"{debut.format(', '.join(entetes))} : {quoi}. Colonnes possibles : {connues}."


def designation_de_pays(colonne: Colonne, lu: str) -> bool:
    """Returns whether a cell calls a country by its name, or by its INSEE code: who knows them is asked."""
    match colonne.champ:
        case "naissance.pays_code":
            return bool(lu) and not _ISO.fullmatch(lu) and normaliser(lu) != _FRANCE
        case "naissance.code_insee":
            return bool(_CODE_DE_PAYS.fullmatch(lu))
        case _:
            return False


@dataclass(frozen=True)
class Contexte:
    """What cells are read by.

    Attributes:
        jour: the day, by which a year of two figures is understood.
        origine: the day from which the workbook counts days; `None` for a csv, which does not say.
        pays: ISO codes, by what cells call countries.
    """

    jour: date
    origine: date | None = None
    pays: dict[str, str] = field(default_factory=dict)


def formulaire(cellules: list[str], lues: dict[int, Colonne], contexte: Contexte) -> dict[str, Any]:
    """Returns the form that a line makes: its filled cells, nested as the API expects them."""
    corps: dict[str, Any] = {"naissance": {}}
    for place, colonne in lues.items():
        if place >= len(cellules) or not (lu := avec_formule(_EN_TEXTE.sub(r"\1", cellules[place].strip()))):
            continue
        bloc, _, champ = colonne.champ.rpartition(".")
        (corps.setdefault(bloc, {}) if bloc else corps)[champ] = _lire(champ, lu, contexte)
    corps["naissance"] = _lieu(corps["naissance"], contexte.pays)
    return corps


def _lieu(lu: dict[str, str], pays: dict[str, str]) -> dict[str, str]:
    """Returns a birth place, its country by its ISO code; the code of a country is no commune's (99352, Algérie)."""
    dit = lu.get("pays_code", "")
    lieu = lu | ({"pays_code": pays.get(dit, dit)} if dit else {})
    code = pays.get(lieu.get("code_insee", ""))
    if code is None or lieu.setdefault("pays_code", code) != code:
        return lieu
    return {champ: valeur for champ, valeur in lieu.items() if champ != "code_insee"}


def message_de_fichier(message: str, champ: str, valeur: str) -> str:
    """Returns what the form says of a field as a file hears it, where dates and countries may be written as
    people do."""
    if champ == "naissance.pays_code" and (devenu := _DEVENUS.get(_sans_mots(valeur))):
        return f"Indiquez le pays d'aujourd'hui où se trouve le lieu de naissance : {devenu}."
    return _AUTREMENT.get(message) or message.replace("au format AAAA-MM-JJ", _FORMAT_DATE)


def _sans_mots(pays: str) -> str:
    """Returns a country's name in one word: « l'ex-U.R.S.S. » is « urss »."""
    return "".join(mot for mot in normaliser(pays).split() if mot not in _VIDES)


def _lire(champ: str, lu: str, contexte: Contexte) -> str:
    """Returns a cell as the form expects it; what cannot be understood is left for the form to refuse."""
    match champ:
        case "civilite":
            return _CIVILITES.get(normaliser(lu), lu)
        case "prenoms":  # of three columns joined, some are blank
            return ",".join(p for p in lu.split(",") if p.strip()) or lu
        case "pays_code":
            return "FR" if normaliser(lu) == _FRANCE else lu
        case "code_postal" | "code_insee":
            return avec_son_zero(sans_espaces(_sans_decimales(lu)))
        case "telephone":
            numero = _sans_decimales(lu)
            return f"0{numero}" if numero.isdigit() and len(numero) == 9 else numero
        case "date_naissance":
            return _date(lu, contexte.jour, contexte.origine)
        case _:
            return lu


def _sans_decimales(lu: str) -> str:
    nombre = _EN_NOMBRE.fullmatch(lu)
    return nombre[1] if nombre else lu


def _date(lu: str, jour: date, origine: date | None) -> str:
    """Returns a date as a spreadsheet, a program or a person writes it in ISO 8601, what is none as it is."""
    dit = _jour_dit(_HEURE.sub("", lu), jour, origine)
    if _MINUIT_A_L_EST.search(lu):
        with suppress(ValueError, OverflowError):  # of what is no date, the form says so
            return lendemain(date.fromisoformat(dit)).isoformat()
    return dit


def _jour_dit(lu: str, jour: date, origine: date | None) -> str:
    if origine and (compte := _NUMERO.fullmatch(lu)):
        return (origine + timedelta(days=int(compte[1]))).isoformat()
    if trouve := _JOUR.fullmatch(lu):
        return _jour_de(jour, trouve[3], trouve[2], trouve[1]) or lu
    if trouve := _ANNEE_DABORD.fullmatch(lu):
        return _jour_de(jour, trouve[1], trouve[2], trouve[3]) or lu
    if trouve := _EN_LETTRES.fullmatch(normaliser(lu.replace("/", " "))):
        mois = [str(n) for n, nom in enumerate(_MOIS, 1) if nom.startswith(trouve[2])]
        return (len(mois) == 1 and _jour_de(jour, trouve[3], mois[0], trouve[1])) or lu
    return lu


def _jour_de(jour: date, annee: str, mois: str, quantieme: str) -> str | None:
    siecles = (1900, 2000) if len(annee) == 2 else (0,)
    for debut in siecles:
        try:
            ne_le = date(debut + int(annee), int(mois), int(quantieme))
        except ValueError:
            continue
        if not debut or jour.year - ne_le.year in _AGES:
            return ne_le.isoformat()
    return None
