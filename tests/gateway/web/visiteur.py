"""Someone in a browser without JavaScript: opens pages, fills their forms, reads what comes back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx

from gateway.web import textes

_SANS_CLE = ("/connexion", "/deconnexion", "/profils")
"""Where forms go that bear no key: two clicks, there, come to the same as one."""


@dataclass
class Formulaire:
    """A form of a page: where it goes, and what its fields hold."""

    methode: str
    action: str
    champs: list[tuple[str, str]] = field(default_factory=list)
    boutons: dict[str, dict[str, str]] = field(default_factory=dict)
    """The words of its buttons, and what each adds to the fields."""

    def valeurs(self, nom: str) -> list[str]:
        """Returns what the fields of this name hold."""
        return [valeur for cle, valeur in self.champs if cle == nom]


class _Lecteur(HTMLParser):
    """Reads the forms and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[Formulaire] = []
        self._ouvert: Formulaire | None = None
        self.textes: list[str] = []
        self.liens: list[str] = []
        self._saisie: str | None = None
        self._choix: tuple[str, list[tuple[str, bool]]] | None = None
        self._bouton: dict[str, str] | None = None

    def handle_starttag(self, balise: str, attributs: list[tuple[str, str | None]]) -> None:
        a = {nom: valeur or "" for nom, valeur in attributs}
        if balise == "a":
            self.liens.append(a.get("href", ""))
        elif balise == "form":
            self._ouvert = Formulaire(a.get("method", "get"), a.get("action", ""))
            self.formulaires.append(self._ouvert)
        elif balise == "select":
            self._choix = (a["name"], [])
        elif balise == "option" and self._choix:
            self._choix[1].append((a.get("value", ""), "selected" in a))
        elif balise == "textarea":
            self._saisie = a["name"]
            self._noter(a["name"], "")
        elif balise == "input" and "name" in a:
            if a.get("type") not in ("radio", "checkbox") or "checked" in a:
                self._noter(a["name"], a.get("value", ""))
        elif balise == "button":
            self._bouton = {a["name"]: a.get("value", "")} if "name" in a else {}

    def handle_endtag(self, balise: str) -> None:
        if balise == "select" and self._choix:
            nom, options = self._choix
            retenue = next((v for v, choisie in options if choisie), options[0][0] if options else "")
            self._noter(nom, retenue)
            self._choix = None
        elif balise == "textarea":
            self._saisie = None
        elif balise == "button":
            self._bouton = None
        elif balise == "form":
            self._ouvert = None

    def handle_data(self, texte: str) -> None:
        if self._saisie and self._ouvert:
            self._ouvert.champs[-1] = (self._saisie, texte)
        if self._bouton is not None and self._ouvert and texte.strip():
            self._ouvert.boutons[" ".join(texte.split())] = self._bouton
        self.textes.append(texte)

    def _noter(self, nom: str, valeur: str) -> None:
        if self._ouvert:
            self._ouvert.champs.append((nom, valeur))


@dataclass
class Page:
    """A page as it came."""

    brute: httpx.Response

    @cached_property
    def _lu(self) -> _Lecteur:
        lecteur = _Lecteur()
        lecteur.feed(self.brute.text)
        return lecteur

    @property
    def statut(self) -> int:
        return self.brute.status_code

    @property
    def adresse(self) -> str:
        return self.brute.url.path

    @property
    def liens(self) -> list[str]:
        return self._lu.liens

    @property
    def identifiant(self) -> str:
        """The id of what it shows: the last segment of its address."""
        return self.adresse.rsplit("/", 1)[1]

    def dit(self, nom: str) -> str:
        """Returns the message beside a field, which the field names as its description."""
        ancre = textes.ancre(nom)
        trouve = re.search(rf'id="{ancre}-erreur"[^>]*>([^<]*)<', self.brute.text)
        assert trouve, f"rien n'est dit de « {nom} » : {self.texte[:2000]}"
        assert re.search(rf'aria-(?:describedby|labelledby)="[^"]*{ancre}-erreur', self.brute.text)
        if (
            f'href="#{ancre}"' in self.brute.text
        ):  # a link of the summary gives the focus to what may have it, nowhere else
            assert re.search(
                rf'<(?:input|select|textarea)\b[^>]* id="{ancre}"| id="{ancre}" tabindex="-1"', self.brute.text
            )
        return unescape(trouve[1])

    @cached_property
    def texte(self) -> str:
        """Its text, spaces folded."""
        return " ".join(" ".join(self._lu.textes).split())

    def rubrique(self, ancre: str) -> str:
        """Returns what the page says under the heading of this id, up to the next."""
        dite = re.search(rf'<h(\d)[^>]* id="{ancre}".*?(?=<h\1|</main>)', self.brute.text, re.DOTALL)
        assert dite, f"{ancre} n'est pas une rubrique de {self.adresse}"
        return Page(httpx.Response(200, html=dite[0])).texte

    def formulaire(self, bouton: str) -> Formulaire:
        """Returns the form that this button sends."""
        for formulaire in self._lu.formulaires:
            if any(bouton in mot for mot in formulaire.boutons):
                return formulaire
        raise AssertionError(f"« {bouton} » n'est pas un bouton de {self.adresse} : {self.texte[:2000]}")

    def propose(self, bouton: str) -> bool:
        """Whether a form of the page has this button."""
        return any(bouton in mot for f in self._lu.formulaires for mot in f.boutons)


class Visiteur:
    """A person signed in, or nobody yet where there is no `identifiant`.

    Args:
        profil: the words of the profil to work in, if it is not the account's first.
        le: the day that the person's requests simulate.
    """

    def __init__(
        self, url: str, identifiant: str, mot_de_passe: str = "demo", *, le: date | None = None, profil: str = ""
    ) -> None:
        entetes = {"Origin": url} | ({"X-Date-Simulee": le.isoformat()} if le else {})
        self.http = httpx.Client(base_url=url, timeout=60, follow_redirects=True, headers=entetes, verify=False)
        if not identifiant:
            return
        # not by its page, nor to the home that it leads to, the longest to make: those who open them see them
        dits = {"identifiant": identifiant, "mot_de_passe": mot_de_passe}
        recu = self.http.post("/connexion", data=dits, follow_redirects=False)
        assert (recu.status_code, recu.headers.get("location")) == (303, "/"), recu.text
        if profil:
            self.envoyer(self.ouvrir("/profils"), profil)

    def ouvrir(self, adresse: str, **parametres: str) -> Page:
        """Opens a page."""
        return Page(self.http.get(adresse, params=parametres or None))

    def envoyer(self, page: Page, bouton: str, fichier: tuple[str, bytes] | None = None, **champs: Any) -> Page:
        """Fills the form of this button as said, sends it, and returns the page where that leads.

        A field of the form that is not said stays as it is; `None` leaves it out.
        """
        formulaire = page.formulaire(bouton)
        champs = next(ajoute for mot, ajoute in formulaire.boutons.items() if bouton in mot) | champs
        dits = {nom.replace("__", "."): valeur for nom, valeur in champs.items()}
        donnees: dict[str, list[str]] = {}
        for nom, valeur in formulaire.champs:
            donnees.setdefault(nom, []).append(valeur)
        for nom, valeur in dits.items():
            donnees[nom] = [] if valeur is None else valeur if isinstance(valeur, list) else [str(valeur)]
        cible = formulaire.action or str(page.brute.url.raw_path, "ascii")
        if formulaire.methode == "get":
            return Page(self.http.get(cible, params=donnees))
        assert formulaire.valeurs("_cle") or urlsplit(cible).path in _SANS_CLE, f"deux clics, deux actes : {cible}"
        return Page(self.http.post(cible, data=donnees, files={"fichier": fichier} if fichier else None))


Visiteurs = Callable[..., Visiteur]
"""What opens the pages as one of the accounts of the demo."""
