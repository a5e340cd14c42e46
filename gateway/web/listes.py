"""A list: its filters in the address, its counter, its sorts, its pages; one description a list."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import g, redirect, request
from werkzeug.wrappers import Response

from commun.domain.errors import Invalide, Refus
from commun.domain.textes import nombre, normaliser
from commun.schemas.forms import instance
from gateway.queries.taches import finie
from gateway.web import lecture
from gateway.web.appels import Demande, etablissement_seul, permise, poser, sinon_rien
from gateway.web.rendu import page

PAR_PAGE = 25
_PAS_DANS_LA_LISTE = "Choisissez une valeur de la liste."
"""What is said of a choice that only an address can make: its codes are nobody's words."""


@dataclass(frozen=True)
class Colonne:
    """A column; `tri`: the field that sorts it, if any."""

    libelle: str
    tri: str = ""


@dataclass(frozen=True)
class Filtre:
    """A filter. With `options` (value, label) one chooses, else one types; `genre`: `text` or `date`.

    `tous`: what is said of no choice.
    """

    nom: str
    libelle: str
    options: Sequence[tuple[str, str]] = ()
    genre: str = "text"
    tous: str = "Tous"


def choisi_ailleurs(
    nom: str, libelle: str, lire: Callable[[str], Demande], intitule: str, inconnu: str, tous: str = "Tous"
) -> tuple[Filtre, ...]:
    """What is chosen from its own page, such as an établissement: the list then says which, and lets go of it.

    Args:
        lire: the call that reads what bears an id; `intitule`: the field by which it is named, `inconnu`: how, where it
            cannot be read.
    """
    choisi = request.args.get(nom, "").strip()
    if not choisi:
        return ()
    lui = sinon_rien(lire(choisi))
    return (Filtre(nom, libelle, ((choisi, lui[intitule] if lui else inconnu),), tous=tous),)


def par_etablissement(nom: str) -> tuple[Filtre, ...]:
    """The établissement from whose page one comes."""
    return choisi_ailleurs(nom, "Établissement", etablissement_seul, "denomination", "Établissement choisi")


@dataclass(frozen=True)
class Ouverture:
    """What a list opens on while its address asks for nothing: its filters, why these, what offers to see all; what is
    said of it without a row."""

    filtres: Callable[[], Mapping[str, str]]
    phrase: str
    tout: str
    vide: str


@dataclass(frozen=True)
class Liste:
    """A list of the API, as a page, whose query string is the API's.

    Attributes:
        operation: « GET /jures »; `chemin`: the parameters of its path.
        intitule: the page's title.
        nom: what is counted, in the singular and the plural: « juré », « jurés ».
        colonnes: its columns; `lignes` is the template of one row, which gets `e` and `contexte`.
        recherche: what `q` looks in, said beside its field; none where the list is not searched.
        toujours: what is asked of the API whatever the address says: what the rows do not show is not read.
        export: the operation that exports it, if any.
        actions: (label, address, operation) of the buttons above it, shown to who may do them.
        vide: what is said of a list that has nothing; `sans_resultat`: of a search that found nothing in it.
        ouverture: what it opens on, where that is not all of it.

    Of one of the profil's queues, all done, the queue itself says what (`gateway.queries.taches`).
    """

    operation: str
    intitule: str
    nom: tuple[str, str]
    colonnes: Sequence[Colonne]
    lignes: str
    filtres: Sequence[Filtre] = ()
    recherche: str = ""
    chemin: Mapping[str, str] = field(default_factory=dict)
    toujours: Mapping[str, str] = field(default_factory=dict)
    export: str = ""
    actions: Sequence[tuple[str, str, str]] = ()
    vide: str = "Il n’y en a pas encore."
    sans_resultat: str = "Aucun résultat. Élargissez la recherche ou retirez un filtre."
    filtres_enregistres: bool = True
    ouverture: Ouverture | None = None

    @property
    def code(self) -> str:
        """The name under which filters of this list are saved."""
        return self.operation.removeprefix("GET /")

    def repondre(self, gabarit: str = "liste.html", **contexte: Any) -> Response:
        """Answers with the page of a list, as its address asks."""
        ouvre = None if request.args else self.ouverture
        demandes = dict(ouvre.filtres()) if ouvre else request.args.to_dict()
        demandes = {nom: v for nom, v in demandes.items() if v.strip()} | {"par_page": str(PAR_PAGE)}
        erreurs: dict[str, list[str]] = {}
        try:
            recue = poser(Demande(self.operation, self.chemin, {**demandes, **self.toujours}))
        except Refus as refus:
            clair = refus.en_clair()
            if clair["statut"] != Invalide.statut:
                raise
            erreurs = lecture.aplatir(clair.get("erreurs") or {}, request.args)
            recue = {"elements": [], "total": 0, "page": 1, "par_page": PAR_PAGE}
        else:
            demandes = {nom: v for nom, v in (demandes | self._choix_compris(demandes)).items() if v}
        vue = Vue(self, recue, demandes, erreurs, ouvre)
        if recue["page"] > 1 and not recue["elements"]:  # what was on this page is done: the list is shorter now
            return redirect(vue.vers(page=vue.derniere), 303)
        return page(gabarit, 422 if erreurs else 200, vue=vue, liste=self, **contexte)

    def _choix_compris(self, demandes: Mapping[str, str]) -> dict[str, str]:
        """Returns the choices that an address writes otherwise than their list does, as the API has understood them:
        « 2a » filters by 2A, and is to be read in the form; « levee=false », by what no choice means."""
        filtres = Demande(self.operation).route.filtres
        champs = instance(filtres).fields if filtres else {}
        autrement = {f.nom for f in self.filtres if f.options and demandes.get(f.nom) not in dict(f.options)}
        lus = {nom: champs[nom].deserialize(demandes[nom]) for nom in autrement & champs.keys() & demandes.keys()}
        lus = {nom: "true" * lu if isinstance(lu, bool) else lu for nom, lu in lus.items()}
        return {nom: lu for nom, lu in lus.items() if isinstance(lu, str)}


def revenir(adresse: str) -> str | None:
    """Returns the list at this address as it was left, for a page opened from one of its rows; None for another."""
    requete = request.args.get("liste")
    if requete is None:
        return None
    return f"{adresse}?{urlencode(parse_qsl(requete))}" if requete else adresse


@dataclass
class Vue:
    """A list as it was asked for."""

    liste: Liste
    recue: dict[str, Any]
    demandes: dict[str, str]
    erreurs: dict[str, list[str]]
    ouvre: Ouverture | None = None
    """What it has just opened on, nothing having been asked for."""

    @property
    def compte(self) -> str:
        n = self.recue["total"]
        un, plusieurs = self.liste.nom
        return f"{nombre(n)} {un if n <= 1 else plusieurs}"

    @cached_property
    def fautes(self) -> dict[str, str]:
        """What is to be corrected in what was asked, by its field."""
        champs: dict[str, Sequence[tuple[str, str]]] = {filtre.nom: filtre.options for filtre in self.liste.filtres}
        champs |= {"q": ()} if self.liste.recherche else {}
        dites = {nom: messages for nom, messages in self.erreurs.items() if nom in champs}
        return {nom: _PAS_DANS_LA_LISTE if champs[nom] else " ".join(messages) for nom, messages in dites.items()}

    @property
    def fautes_dites(self) -> list[tuple[str, str]]:
        """The same, by the words of their fields."""
        mots = {"q": "Rechercher"} | {filtre.nom: filtre.libelle for filtre in self.liste.filtres}
        return [(mots[nom], faute) for nom, faute in self.fautes.items()]

    @property
    def derniere(self) -> int:
        return max(1, -(-self.recue["total"] // self.recue["par_page"]))

    @property
    def pages(self) -> list[int | None]:
        """The pages that are offered; `None` for a gap."""
        ici, fin = self.recue["page"], self.derniere
        proches = sorted({1, fin, *range(max(1, ici - 2), min(fin, ici + 2) + 1)})
        avec_trous: list[int | None] = []
        for n in proches:
            if avec_trous and n - (avec_trous[-1] or 0) > 1:
                avec_trous.append(None)
            avec_trous.append(n)
        return avec_trous

    def vers(self, **autres: Any) -> str:
        """Returns the address of this list with these parameters instead."""
        parametres = {**self.demandes, **autres}
        parametres.pop("par_page", None)
        return self._adresse(request.path, parametres)

    @property
    def requete(self) -> str:
        """What this list asks, for the page of one of its rows: acts done there come back to it (`revenir`)."""
        return urlsplit(self.vers()).query

    @property
    def tout(self) -> str:
        """The address of this list without a filter."""
        return self._adresse(request.path, {})

    def export(self, format_: str) -> str:
        """Returns the address of the file of this view."""
        sans = {nom: v for nom, v in self.demandes.items() if nom not in ("page", "par_page")}
        return self._adresse(f"{request.path}/export", sans | {"format": format_})

    def tri(self, champ: str) -> tuple[str, str]:
        """Returns (the order now as ARIA says it, the address that sorts by this column, or turns it round)."""
        actuel = self.demandes.get("tri", "")
        sens = {champ: "ascending", f"-{champ}": "descending"}.get(actuel, "none")
        return sens, self.vers(tri=f"-{champ}" if sens == "ascending" else champ, page=None)

    @property
    def filtree(self) -> bool:
        return any(nom not in ("page", "par_page", "tri") for nom in self.demandes)

    @property
    def vide(self) -> str:
        """What is said where no row is shown."""
        if self.ouvre:
            return self.ouvre.vide
        if not self.filtree:
            return self.liste.vide
        chemin = self.liste.operation.removeprefix("GET ")
        return finie(g.acteur, chemin, self.demandes) or self.liste.sans_resultat

    @cached_property
    def homonymes(self) -> set[str]:
        """The établissements of this page whose name another of it bears: one in six does, in its département."""
        porteurs: dict[str, set[str]] = defaultdict(set)
        for e in self.recue["elements"]:
            porteurs[normaliser(e["etablissement"])].add(e["etablissement_id"])
        return {qui for ids in porteurs.values() if len(ids) > 1 for qui in ids}

    @cached_property
    def enregistres(self) -> list[dict[str, Any]]:
        """The filters that one saved for this list."""
        if not self.liste.filtres_enregistres:
            return []
        siens = Demande("GET /filtres", filtres={"liste": self.liste.code}, entiere=True)
        return (sinon_rien(siens) or {"elements": []})["elements"]

    @property
    def boutons(self) -> list[tuple[str, str]]:
        return [(libelle, adresse) for libelle, adresse, operation in self.liste.actions if permise(operation)]

    def _adresse(self, chemin: str, parametres: Mapping[str, Any]) -> str:
        utiles = {nom: v for nom, v in parametres.items() if v not in (None, "", 1)}
        if self.liste.ouverture and not utiles:
            utiles = {"page": 1}  # an address that asks for nothing would open on something else
        return f"{chemin}?{urlencode(utiles)}" if utiles else chemin
