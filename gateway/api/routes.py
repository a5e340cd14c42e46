"""What a route of the API is: a line that says which call of which service answers which HTTP request.

The URL map, the right to call, the OpenAPI document and the perimeter tests all come from these lines. A route
validates nothing: the service does, in the order of answers of `regles.md` §1 (403, 404, 412, 422, rules).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from commun.domain.referentiel import TypeProfil

Locale = Callable[..., Any]
"""A command or query of the gateway itself: it takes the `Acte` first, like those of a service."""


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the API.

    Attributes:
        methode, chemin: « GET », « /jures/<jure_id> »; path parameters go to the call by their names.
        cible: « jures.fiche » (an RPC), or a function of the gateway.
        qui: profil types that may ever call it; `None`: public.
        resume: one French sentence for the documentation.
        corps: schema of the JSON body, which the call gets as `corps`.
        partiel: whether the body may leave out any field, which then stays as it is.
        filtres: schema of the query string, which the call gets as `filtres`.
        reponse: schema of the success.
        statut: of the success; 201 for what creates. A call that returns nothing answers 204.
        agit: whether it acts on an object, whose version may be asked for, where no read of it answers the same.
        muette: whether the success may say nothing too, and then answers 204.
        fichier: whether the answer is a file: `{contenu: base64, type, nom}`.
        multipart: whether the body is a form with a `fichier`, handed over as `{fichier: base64, nom, …}`.
        taille: bytes that the body's JSON, or its `fichier`, may hold.
        page: whether a person opens it by a link: the answer has a `page` to draw
            (`commun.schemas.sorties.page_publique`), or `html` as it is, beside its data; forms are read as JSON is.
        repli: where a person whose link is worth nothing any more goes on, and its words.
        flux: whether the answer is a stream; the call gets `apres`, returns `{evenements: [{id, type, donnees}], fin}`,
            and `suite` where there is more to tell already, or `acheve` where nothing ever comes any more.
        reperes: « notifications.reperes_messages », which says of many accounts whether their stream has something new
            to tell (`gateway.guet`); without it each stream asks for itself.
        export: whether the answer is the file of a list (`commun.actes.export`); the call gets `filtres` and `apres`.
        source: whether the call gets the client's network address, as `source`.
        delai: seconds that the call may take, where it is longer than for others: a file.
        sans_cle: whether what writes takes no `Idempotency-Key`: its body holds a password, which the print that a key
            keeps of it would let one look for.
    """

    methode: str
    chemin: str
    cible: str | Locale
    qui: frozenset[TypeProfil] | None
    resume: str
    corps: type[Schema] | None = None
    partiel: bool = False
    filtres: type[Schema] | None = None
    reponse: type[Schema] | None = None
    statut: int = 200
    agit: bool = False
    muette: bool = False
    fichier: bool = False
    multipart: bool = False
    taille: int = 1_000_000
    sans_cle: bool = False
    page: bool = False
    repli: tuple[str, str] | None = None
    flux: bool = False
    reperes: str = ""
    export: bool = False
    source: bool = False
    delai: float | None = None

    @property
    def nom(self) -> str:
        """The route's unique name, Flask's endpoint."""
        cible = self.cible if isinstance(self.cible, str) else f"gateway.{self.cible.__name__}"
        return f"{self.methode.lower()}:{self.chemin}:{cible}"

    @property
    def rpc(self) -> tuple[str, str] | None:
        """The service and the method that it calls; `None` where the gateway itself answers."""
        if not isinstance(self.cible, str):
            return None
        service, _, methode = self.cible.partition(".")
        return service, methode

    @property
    def ecrit(self) -> bool:
        return self.methode != "GET"
