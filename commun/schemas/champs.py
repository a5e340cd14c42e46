"""Fields that several services' forms share: codes of certifications, addresses, phones, SIRETs."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from commun.domain.territoires import REGIONS, departement_de
from commun.domain.textes import APOSTROPHES, TRAITS_D_UNION, sans_espaces, sans_invisibles
from commun.schemas.forms import OBLIGATOIRE, Formulaire, texte
from commun.schemas.telephones import PAS_UN_NUMERO, en_e164


class Forme(validate.Regexp):
    """The form of a text, to its last character: `$` alone lets a final newline pass.

    Its pattern is published (OpenAPI), where `\\d` is [0-9] and `\\Z` a letter: write [0-9], `^` and `$`.
    """

    def __call__(self, value: Any) -> Any:
        if not self.est_celle_de(value):
            raise ValidationError(self._format_error(value))
        return value

    def est_celle_de(self, lu: Any) -> bool:
        """Returns whether a text has it: for who reads files, which refuse in words of their own."""
        return self.regex.fullmatch(lu) is not None


CODE = Forme(
    r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,29}$",
    error="Un code compte 30 caractères au plus : lettres sans accent et chiffres d'abord, espaces, points et tirets.",
)
ROME = Forme(
    r"^[A-Z][0-9]{4}$", error="Un code ROME compte une lettre majuscule et quatre chiffres, par exemple D1212."
)
CIVILITE = validate.OneOf(("M", "MME"), error="Indiquez M ou MME.")
INSEE = Forme(r"^[0-9][0-9AB][0-9]{3}$", error="Un code INSEE de commune compte cinq caractères, par exemple 75112.")
POSTAL = Forme(r"^[0-9]{5}$", error="Un code postal compte cinq chiffres.")
_DEPARTEMENT: ContextVar[str] = ContextVar("departement", default="")
_SIGNES_DU_CLAVIER = str.maketrans(dict.fromkeys(TRAITS_D_UNION, "-") | dict.fromkeys(APOSTROPHES, "'"))
_NOM_MAX = 100
_NOM_BRUT_MAX = 1000
"""Characters of a name as it comes, spaces and accents apart included: what is longer is not looked at. To compose its
letters takes the square of how many accents follow each other."""
_COURRIEL_MAX = 254
_ENTRE_LETTRES = " '’.-"
"""What a name of the civil register has beside its letters."""


def trop_volumineux(quoi: str, octets: int) -> str:
    """Returns what is said of more than so many bytes: « Ce fichier est trop volumineux : 5 Mo au plus. »"""
    return f"{quoi} est trop volumineux : {octets // 1_000_000} Mo au plus."


def fichier_en_base64(octets: int) -> fields.String:
    """Returns the field of a file in base64, of so many bytes at most."""
    borne = validate.Length(max=(octets + 2) // 3 * 4, error=trop_volumineux("Ce fichier", octets))
    return fields.String(required=True, validate=borne)


def au_plus(nombre: int) -> validate.Length:
    """Returns what bounds a list or an object: so many elements."""
    return validate.Length(max=nombre, error="{max} éléments au plus.")


def liste(
    element: fields.Field[Any], maximum: int, *aussi: Callable[[list[Any]], None], **options: Any
) -> fields.List[Any]:
    """Returns the field of a list of so many elements at most; `aussi`: what else refuses one."""
    return fields.List(element, validate=[au_plus(maximum), *aussi], **options)


_AU_RNCP = re.compile(r"RNCP ?[0-9]{1,6}(?: ?BC[0-9]{2})?", re.IGNORECASE)


class Code(fields.String):
    """The code of a certification, its letters as they are, without the spaces that are copied with it: nobody sees
    them, and « TP-00520 » with one more would be another titre. One of the RNCP is written as it is there."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        lu = " ".join(sans_invisibles(super()._deserialize(value, attr, data, **options)).split())
        if not lu:
            raise ValidationError(OBLIGATOIRE)
        return sans_espaces(lu) if _AU_RNCP.fullmatch(lu) else lu


def code(*aussi: Callable[[str], None], **options: Any) -> fields.String:
    """Returns the field of a certification's code; `aussi`: what else refuses one."""
    return Code(validate=[CODE, *aussi], **options)


def code_facultatif() -> fields.String:
    """Returns the field of a certification's code that may be left out, or empty."""
    return code(load_default=None, allow_none=True)


def sur_une_ligne(lu: str) -> str:
    """Returns a name as it is kept: composed letters, single spaces, capitals left as they are.

    Raises:
        ValidationError: it is empty, endless, of punctuation alone, or holds what is not written, such as the marks
            that turn writing round.
    """
    if len(lu) > _NOM_BRUT_MAX:
        raise ValidationError(f"Indiquez {_NOM_MAX} caractères au plus.")
    nom = " ".join(unicodedata.normalize("NFC", lu).translate(_SIGNES_DU_CLAVIER).split())
    if not nom:
        raise ValidationError(OBLIGATOIRE)
    if any(unicodedata.category(c) in ("Cc", "Cf") for c in nom):
        raise ValidationError("Ce nom contient des caractères invisibles : saisissez-le de nouveau.")
    if not any(c.isalnum() for c in nom):
        raise ValidationError("Un nom compte au moins une lettre ou un chiffre.")
    return nom


def nom_propre(lu: str) -> str:
    """Returns a name as `sur_une_ligne` does, a dash in it as the hyphen that nobody tells it from.

    Raises:
        ValidationError: something else than Latin letters, apostrophes, hyphens and spaces.
    """
    nom = sur_une_ligne(lu).replace("\N{EN DASH}", "-")
    if d_ailleurs := [c for c in nom if c.isalpha() and "LATIN" not in unicodedata.name(c, "LATIN")]:
        lettres = "".join(dict.fromkeys(d_ailleurs))  # some look like ours: a name that shows letters alone was refused
        raise ValidationError(f"Saisissez ce nom en lettres latines : « {lettres} » est d'un autre alphabet.")
    # « ² », one key away from the digits, is a letter to an expression's « \w »
    if not nom[0].isalpha() or not all(c.isalpha() or c in _ENTRE_LETTRES for c in nom):
        raise ValidationError("Un nom compte des lettres, des apostrophes, des traits d'union et des espaces.")
    return nom


class Nom(fields.String):
    """A name of a person, as he bears it, or of a place: one line, which no letter takes for several."""

    lire = staticmethod(sur_une_ligne)

    def __init__(self, maximum: int = _NOM_MAX, **options: Any) -> None:
        """Makes the field of so many characters at most."""
        super().__init__(**options)
        self._maximum = maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        lu = self.lire(super()._deserialize(value, attr, data, **options))
        if len(lu) > self._maximum:
            raise ValidationError(f"Indiquez {self._maximum} caractères au plus.")
        return lu


class NomPropre(Nom):
    """A name of the civil register: letters only."""

    lire = staticmethod(nom_propre)


class Identifiant(fields.String):
    """An id of something else, as we write it: some databases hand it back in capitals. One that nothing bears is
    answered like one out of the perimeter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Length(1, 64, error="Cet identifiant n'est pas valide."), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        lu = super()._deserialize(value, attr, data, **options)
        try:
            return str(UUID(lu))
        except ValueError:
            return lu


class Objet(fields.Nested):
    """An object inside a form: given, it is whole, even where the form itself may be partial."""

    def _load(self, value: Any, partial: Any = None) -> Any:
        return super()._load(value, partial=False)


class Telephone(fields.String):
    """A phone number, kept in E.164; without a country code, one of where the address of the same form is, else of
    `au_departement`, else of France."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        lu = super()._deserialize(value, attr, data, **options)
        numero = en_e164(lu, _departement_saisi(data))
        if numero is None:
            raise ValidationError(PAS_UN_NUMERO)
        return numero


@contextmanager
def au_departement(departement: str | None) -> Iterator[None]:
    """Says where somebody already lives, while a form that may leave out his address is loaded."""
    jeton = _DEPARTEMENT.set(departement or "")
    try:
        yield
    finally:
        _DEPARTEMENT.reset(jeton)


def fin_avant_debut(sains: Mapping[str, Any], debut: str = "date_debut", fin: str = "date_fin") -> dict[str, list[str]]:
    """Returns what is wrong between two dates of a form (`charger`), where both are sound: it ends before it begins."""
    du, au = sains.get(debut), sains.get(fin)
    return {fin: ["La date de fin précède la date de début."]} if du and au and au < du else {}


def dit_ou(sains: Mapping[str, Any]) -> bool:
    """Returns whether what is sound of a form (`charger`) tells where its address is: wholly, or by its being `None`.
    Of half of an address, or of none that is sound, nobody can tell.
    """
    adresse = sains.get("adresse", {})
    return adresse is None or {"code_insee", "code_postal"} <= adresse.keys()


def _departement_saisi(forme: Any) -> str:
    """Returns the département of the address of a form, such as it came; where it names none, `au_departement`."""
    adresse = forme.get("adresse")
    if not isinstance(adresse, dict):
        return _DEPARTEMENT.get()
    dits = (adresse.get(champ) for champ in ("code_insee", "code_postal"))
    insee, postal = (sans_espaces(dit) if isinstance(dit, str) else None for dit in dits)
    return departement_de(insee, postal) or _DEPARTEMENT.get()


def adresse_electronique(lu: str) -> str:
    """Returns an e-mail address to which a letter can leave: in ASCII, its domain too (« é.fr » as « xn--9ca.fr »),
    without what is copied with it unseen.

    Raises:
        ValueError: it is none, and why.
    """
    from email_validator import EmailNotValidError, validate_email  # 1 MB, for who types one

    lu = sans_invisibles(lu).strip()
    if len(lu) > _COURRIEL_MAX:  # before its letters are composed: as a name's
        raise ValueError(f"Cette adresse est trop longue : {_COURRIEL_MAX} caractères au plus.")
    try:
        exacte = validate_email(lu, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("Indiquez une adresse électronique valide.") from None
    return str(exacte.ascii_email)


class Courriel(fields.String):
    """An e-mail address, as `adresse_electronique` gives it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        try:
            return adresse_electronique(super()._deserialize(value, attr, data, **options))
        except ValueError as erreur:
            raise ValidationError(str(erreur)) from erreur


class SansEspaces(fields.String):
    """A code in capitals, the spaces left out that people set in it (« 75 012 »), and what they copy with it unseen."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return sans_espaces(super()._deserialize(value, attr, data, **options))


class _Territoire(SansEspaces):
    """The code of a territory, with the zero that a spreadsheet drops before it, without those that some files add."""

    def __init__(self, codes: Iterable[str], inconnu: str) -> None:
        possibles = validate.OneOf(sorted({*codes}), error=inconnu)
        super().__init__(load_default=None, allow_none=True, validate=possibles)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return super()._deserialize(value, attr, data, **options).lstrip("0").zfill(2)


def departement() -> fields.String:
    """Returns the field of a département's code."""
    return _Territoire(REGIONS, "Ce département n'existe pas : indiquez son code, par exemple 01, 2A ou 974.")


def region() -> fields.String:
    """Returns the field of a région's code."""
    return _Territoire(REGIONS.values(), "Cette région n'existe pas : indiquez son code, par exemple 11 ou 84.")


class AvecTerritoire(Formulaire):
    """What names a territory, or is narrowed to one, where it says so."""

    departement = departement()
    region = region()


class Siret(SansEspaces):
    """A SIRET, its check digits right (those of La Poste are computed another way)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        from stdnum.fr import siret  # 1 MB, for what is typed now and then

        lu = siret.compact(super()._deserialize(value, attr, data, **options))
        if not siret.is_valid(lu):
            raise ValidationError("Ce SIRET n'est pas valide : vérifiez ses quatorze chiffres.")
        return lu


class Adresse(Formulaire):
    """A postal address. Its INSEE code, else its postcode, makes its département."""

    voie = texte(200, required=True)
    complement = texte(200)
    code_postal = SansEspaces(required=True, validate=POSTAL)
    commune = texte(100, required=True)
    code_insee = SansEspaces(load_default=None, allow_none=True, validate=INSEE)


class UneCertification(Formulaire):
    """What is about one titre, or one CCS."""

    titre_code = code_facultatif()
    ccs_code = code_facultatif()

    @validates_schema(skip_on_field_errors=False)
    def une_seule_certification(self, corps: dict[str, Any], **_: Any) -> None:
        """Refuses both, or neither."""
        lus = [bool(corps[nom]) for nom in ("titre_code", "ccs_code") if nom in corps]
        if lus in ([True, True], [False, False]):
            raise ValidationError("Indiquez un titre ou un CCS, et un seul.", "titre_code")
