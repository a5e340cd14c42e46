"""Forms: marshmallow schemas with French messages, unknown fields refused. A service's `schemas.py` builds on these.

The schemas are the published language of a service: its RPC loads them, and the gateway's OpenAPI shows them.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing, pre_load, validate

from commun.domain.errors import Invalide
from commun.domain.textes import ILLISIBLE, MARQUES, sans_invisibles

OBLIGATOIRE = "Cette information est obligatoire."
"""What is said of a field that holds nothing and must."""
_GRAND = 2**31 - 1
_AN_MIN, _AN_MAX = 1900, 2199
_INTERDITS = re.compile(rf"[\x00\ud800-\udfff{ILLISIBLE}{MARQUES}]")
"""A NUL, half of a surrogate pair, the sign of a letter lost on its way (a name that holds it is nobody's, and finds
nobody), the marks of what names a person: with them a text would escape being erased.
"""
_COMMANDES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters, but a tab and the end of a line."""
_EN_TROP = 100
"""Names that a form does not know and that it is told one by one: who sends more is sending something else."""
_DEMESURE = "Ce qui est envoyé contient bien trop d'informations qui ne sont pas attendues ici."
_MOTIF_MAX, _MOTIF_TROP_LONG = 1000, "1 000 caractères au plus."
_SANS_MOTIF = "Indiquez le motif."
_TRI = "Un champ de la liste, « - » devant pour l'ordre inverse ; le refus d'un autre nomme ceux qui s'y prêtent."
_SIMPLES = (fields.String, fields.Number, fields.Boolean, fields.Date, fields.Time)
_PLUSIEURS = "Indiquez une seule valeur."
_LISTE = "Indiquez une liste."
_ILLISIBLE: Any = object()
"""What no form and no field reads: each says so in its own words, which are ours."""

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}
"""The media type of each format of a file."""

_FRANCAIS: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {
        "required": OBLIGATOIRE,
        "null": OBLIGATOIRE,
        "validator_failed": "Cette valeur n'est pas acceptée.",
    },
    fields.String: {"invalid": "Indiquez un texte.", "invalid_utf8": "Ce texte contient des caractères illisibles."},
    fields.Number: {"invalid": "Indiquez un nombre.", "too_large": "Ce nombre est trop grand."},
    fields.Float: {"special": "Indiquez un nombre."},
    fields.Integer: {"invalid": "Indiquez un nombre entier.", "too_large": "Ce nombre est trop grand."},
    fields.Boolean: {"invalid": "Indiquez oui (true) ou non (false)."},
    fields.Date: {
        "invalid": "Indiquez une date qui existe, au format AAAA-MM-JJ.",
        "format": "Indiquez une date au format AAAA-MM-JJ.",
    },
    fields.Time: {"invalid": "Indiquez une heure au format HH:MM.", "format": "Indiquez une heure au format HH:MM."},
    fields.List: {"invalid": _LISTE, "null": _LISTE},
    fields.Nested: {"type": "Indiquez un objet."},
    fields.Dict: {"invalid": "Indiquez un objet."},
    fields.UUID: {"invalid_uuid": "Cet identifiant n'est pas valide."},
}
_JOUR = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _jour(ecrit: str) -> date:
    """Returns the day written AAAA-MM-JJ, as the contract has it: Python reads `20270308` and `2027-W10-1` too."""
    if not _JOUR.fullmatch(ecrit):
        raise ValueError(ecrit)
    return date.fromisoformat(ecrit)


fields.Date.DESERIALIZATION_FUNCS = {"iso": _jour}
for _champ, _messages in _FRANCAIS.items():
    _champ.default_error_messages = {**_champ.default_error_messages, **_messages}

validate.OneOf.default_message = "Valeurs possibles : {choices}."
validate.Regexp.default_message = "Cette valeur n'a pas la forme attendue."
validate.Range.message_min = "Indiquez au moins {{min}}."  # marshmallow fills it twice
validate.Range.message_max = "Indiquez au plus {{max}}."
validate.Range.message_all = "Indiquez de {{min}} à {{max}}."
validate.Length.message_min = "Indiquez au moins {min} caractères ou éléments."
validate.Length.message_max = "Indiquez au plus {max} caractères ou éléments."
validate.Length.message_all = "Indiquez de {min} à {max} caractères ou éléments."


class Formulaire(Schema):
    """What enters: unknown fields are refused, every message is a French sentence.

    A field that may be left out may be null too, or an empty text where a text, an id, a day or an hour is written:
    clients so write what they do not say. Where a form is partial, it would empty what it names: it is refused there,
    unless the field may be empty.
    """

    class Meta:
        unknown = RAISE

    error_messages: dict[str, str] = {  # noqa: RUF012 -- as marshmallow declares it
        "unknown": "Cette information n'est pas attendue ici.",
        "type": "Un objet JSON lisible est attendu ici.",
    }

    @pre_load
    def _sans_ce_qui_n_est_pas_dit(self, corps: Any, *, partial: Any = None, **options: Any) -> Any:
        if not isinstance(corps, dict) or not any(map(_rien_de_dit, corps.values())):
            return corps
        lu = {nom: None if _rien_de_dit(v) and _se_laisse_vide(self.fields.get(nom)) else v for nom, v in corps.items()}
        return lu if partial else {nom: v for nom, v in lu.items() if v is not None or not self._a_un_defaut(nom)}

    def _a_un_defaut(self, nom: str) -> bool:
        champ = self.fields.get(nom)
        return champ is not None and not champ.allow_none and champ.load_default is not missing


def _rien_de_dit(valeur: Any) -> bool:
    return valeur is None or (isinstance(valeur, str) and not valeur.strip())


def _se_laisse_vide(champ: fields.Field[Any] | None) -> bool:
    if not isinstance(champ, fields.String | fields.UUID | fields.Date | fields.Time):
        return False
    return champ.allow_none or champ.load_default is not missing


class Sortie(Schema):
    """What leaves, as the documentation shows it. Services answer plain dicts: this documents, it does not dump."""


class Remarque(Sortie):
    """A rule as its reader sees it."""

    code = fields.String(required=True)
    message = fields.String(required=True)


class _Confirmes(fields.List[Any]):
    """The codes confirmed: none where it is null, in a partial form too."""

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        return super().deserialize([] if value is None else value, *args, **options)


class _Texte(fields.String):
    """A text as its reader sees it: without surrounding spaces, nor what is copied with it unseen; its lines end as
    ours do. Of control characters, some that would have a terminal obey, none is read.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        lu = sans_invisibles(super()._deserialize(value, attr, data, **options)).replace("\r\n", "\n").strip()
        if _COMMANDES.search(lu):
            raise ValidationError("Ce texte contient des caractères invisibles : saisissez-le de nouveau.")
        return lu


class AvecConfirmation(Formulaire):
    """An act that may ask for confirmation, and whose reason is kept."""

    confirmer = _Confirmes(
        fields.String(validate=validate.Length(max=20)), load_default=list, validate=validate.Length(max=50)
    )
    motif = _Texte(load_default=None, allow_none=True, validate=validate.Length(max=_MOTIF_MAX, error=_MOTIF_TROP_LONG))


class _Recherche(fields.String):
    """What is looked for, without the spaces that are copied around it, nor what is unseen in it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return sans_invisibles(super()._deserialize(value, attr, data, **options)).strip()


class AvecRecherche(Formulaire):
    """What bears on what a search finds."""

    q = _Recherche(
        load_default="",
        validate=validate.Length(max=200, error="200 caractères au plus."),
        metadata={"description": "Ce que l'on cherche : chaque mot, sans accents ni casse."},
    )


class Page(AvecRecherche):
    """The parameters of every list."""

    page = fields.Integer(
        load_default=1, validate=validate.Range(1, 1_000_000, error="Indiquez une page à partir de 1.")
    )
    par_page = fields.Integer(load_default=25, validate=validate.Range(1, 200, error="Indiquez un nombre de 1 à 200."))
    tri = fields.String(load_default="", metadata={"description": _TRI})


class AvecFormat(Formulaire):
    """The filters of a list, for a file of it: `page` and `par_page`, which the list has too, change nothing."""

    format = fields.String(
        load_default="xlsx", validate=validate.OneOf([*TYPES], error="Formats possibles : {choices}.")
    )


def texte(maximum: int, *, minimum: int = 1, **options: Any) -> fields.String:
    """Returns a text field, trimmed, whose length is bounded."""
    bornes = f"Indiquez de {minimum} à {maximum} caractères."
    if options.get("required") is None and "load_default" not in options:
        options |= {"load_default": None, "allow_none": True}
    return _Texte(validate=validate.Length(minimum, maximum, error=bornes), **options)


class AvecMotif(AvecConfirmation):
    """An act that its author must explain."""

    motif = _Texte(
        required=True,
        error_messages={"required": _SANS_MOTIF, "null": _SANS_MOTIF},
        validate=[validate.Length(1, error=_SANS_MOTIF), validate.Length(max=_MOTIF_MAX, error=_MOTIF_TROP_LONG)],
    )


def instance(schema: type[Schema] | Schema) -> Schema:
    """Returns an instance of a schema, the same each time: making one copies all its fields, and takes longer than
    loading a form with it.
    """
    return _instance(schema) if isinstance(schema, type) else schema


@cache
def _instance(schema: type[Schema]) -> Schema:
    return schema()


def charger(
    schema: type[Schema] | Schema,
    corps: Any,
    *,
    partiel: bool = False,
    deja: Mapping[str, Any] = MappingProxyType({}),
    aussi: Callable[[dict[str, Any]], dict[str, Any]] = lambda sains: {},
) -> dict[str, Any]:
    """Returns `corps` as the schema loads it.

    Args:
        partiel: whether fields may be left out; what is given is given whole, and an object in it lacks nothing.
        deja: what is kept of the fields that a partial form may leave as they are, for `aussi`.
        aussi: what the act alone sees, by field: it is said with the rest. It is given the fields that are sound, so
            not all of them, and of an object what is sound in it; what it says of a field already at fault is left out.

    Raises:
        Invalide: every field at fault, with its messages.
    """
    forme = instance(schema)
    if isinstance(corps, dict) and (pleins := trop_pleins(forme, corps)):
        raise Invalide(erreurs=pleins)
    illisibles = _fautes(corps, _lisible)
    if "_schema" in illisibles:
        raise Invalide(erreurs=illisibles)
    lisible = corps | dict.fromkeys(illisibles, _ILLISIBLE) if isinstance(corps, dict) else _ILLISIBLE
    absents = tuple(forme.fields) if partiel else None  # `True` would go down into nested objects
    erreurs: dict[str, Any] = illisibles
    try:
        charge: dict[str, Any] = forme.load(lisible, partial=absents)
    except ValidationError as erreur:
        charge, erreurs = erreur.valid_data, erreur.normalized_messages() | illisibles  # type: ignore
        multiples = [nom for nom in erreurs.keys() - illisibles.keys() if _en_a_plusieurs(forme, corps, nom)]
        erreurs |= {nom: [_PLUSIEURS] for nom in multiples}
    erreurs = _fautes(charge, _raisonnable) | erreurs
    en_partie = {nom for nom, lu in charge.items() if isinstance(lu, dict)}
    sains = {nom: lu for nom, lu in {**deja, **charge}.items() if nom not in erreurs or nom in en_partie}
    if erreurs := aussi(sains) | erreurs:
        raise Invalide(erreurs=erreurs)
    return charge


def trop_pleins(forme: Schema, corps: dict[str, Any]) -> dict[Any, Any]:
    """Returns what is said of the lists and objects of a body that hold more than they may, by field; of none, nothing.

    Said before what they hold is looked at: marshmallow bounds a list once it has loaded it, and a megabyte of `{}` is
    a minute of the processor of all, and fifty megabytes of messages.
    """
    if len(corps) > len(forme.fields) + _EN_TROP:
        return {"_schema": [_DEMESURE]}
    fautes = ((nom, _trop_plein(forme.fields.get(nom), v)) for nom, v in corps.items() if isinstance(v, list | dict))
    return {nom: dites for nom, dites in fautes if dites}


def _trop_plein(champ: Any, valeur: Any) -> Any:
    for borne in champ.validators if champ else ():
        if isinstance(borne, validate.Length) and borne.max is not None and len(valeur) > borne.max:
            try:
                borne(valeur)
            except ValidationError as erreur:
                return erreur.messages
    match champ, valeur:
        case fields.Nested(), dict():
            return trop_pleins(champ.schema, valeur)
        case fields.List(inner=fields.Nested() as element), list():
            dites = ((n, trop_pleins(element.schema, o)) for n, o in enumerate(valeur) if isinstance(o, dict))
            return {n: fautes for n, fautes in dites if fautes}
    return None


def _en_a_plusieurs(forme: Schema, corps: Any, nom: str) -> bool:
    """Returns whether several values are given where one is read: a filter that an address names twice."""
    valeur = corps.get(nom) if isinstance(corps, dict) else None
    return isinstance(valeur, list) and len(valeur) > 1 and isinstance(forme.fields.get(nom), _SIMPLES)


def _lisible(valeur: Any) -> str | None:
    """Says what makes a text unfit for PostgreSQL, for the bus, for a trace or for a search."""
    illisible = isinstance(valeur, str) and _INTERDITS.search(valeur)
    if not illisible:
        return None
    if illisible[0] != ILLISIBLE:
        return "Ce texte contient des caractères illisibles."
    debut, fin = illisible.span()  # it shows, and may be one of a long text: it is to be found, and written again
    return f"Ce texte contient des caractères illisibles : « {valeur[max(0, debut - 15) : fin + 15].strip()} »."


def _raisonnable(valeur: Any) -> str | None:
    """Says what makes a number or a date absurd: no column holds it, or no calendar computation can start from it."""
    if isinstance(valeur, int | float) and not -_GRAND <= valeur <= _GRAND:
        return "Ce nombre est trop grand."
    if isinstance(valeur, date) and not _AN_MIN <= valeur.year <= _AN_MAX:
        return f"Indiquez une date entre {_AN_MIN} et {_AN_MAX}."
    return None


def _fautes(corps: Any, examen: Callable[[Any], str | None]) -> dict[str, Any]:
    """Returns what `examen` says of each field that holds, however deep, a value at fault."""
    erreurs: dict[str, Any] = {}
    for champ, valeur in corps.items() if isinstance(corps, dict) else ():
        reste = [champ, valeur]  # a stack, not a recursion: depth is the client's choice
        while reste:
            match vu := reste.pop():
                case dict():
                    reste += [*vu.keys(), *vu.values()]
                case list() | tuple() | set() | frozenset():
                    reste += vu
                case _ if faute := examen(vu):
                    erreurs[champ if examen(champ) is None else "_schema"] = [faute]
    return erreurs
