"""How an operation is tried on a place, and what is told of the answer."""

import re
from typing import Any

import httpx

from tests.parcours.acteurs import Corps
from tests.parcours.monde import CCS
from tests.perimetre.lieux import Lieu, Lieux, siret
from tests.perimetre.matrice import Ligne

PERMIS = "permis"
_INTRUS = "champ_que_personne_n_attend"
"""A form that bears it is refused by name (422) once 401, 403 and 404 are behind: so one sees a right without using it.
So does `If-Match` with a version that nothing has (412)."""

_CORPS = {"PATCH /etablissements/{etablissement_id}": {"telephone": "0199000009"}}
"""Forms whose fields say who may send them: a centre that sends an unknown one is told that it may not."""

_FICTIFS = {
    "confirmation": "faux",
    "desabonnement": "faux",
    "ccs": CCS,
    "versions": "1.7.1",
    "parametres": "plafond_fenetre",
}
"""What stands for an id where no place owns the thing."""

_LISTES = {
    "/jures": ({"titre": "{titres}"}, "jures"),
    "/habilitations": ({"titre": "{titres}"}, "habilitations"),
    "/sessions": ({"titre": "{titres}"}, "sessions"),
    "/agrements": ({"titre": "{titres}"}, "agrements"),
    "/candidats": ({"q": "{nom du candidat}"}, "candidats"),
    "/demandes-vae": ({"q": "{nom du candidat}"}, "demandes-vae"),
    "/etablissements": ({"q": "{denomination}"}, "etablissements"),
    "/alertes": ({"levee": "true", "par_page": "200"}, "sessions"),
    "/messages": ({"par_page": "200"}, "messages"),
}
"""How a place's thing is looked for in a list: filters, filled with what the place holds, and what must be seen."""


class Essai:
    """One operation, tried by one client.

    Args:
        http: an actor's client, or one that never signed in.
    """

    def __init__(self, lieux: Lieux, ligne: Ligne, http: httpx.Client) -> None:
        self._lieux, self._ligne, self._http = lieux, ligne, http

    def sur(self, nom: str) -> str:
        """Returns what became of it at this place: `PERMIS`, or the refusal as « 403 DROIT »."""
        lieu = self._lieux.lieux[nom]
        if self._ligne.liste:
            return self._lister(lieu)
        return self._issue(self._envoyer(lieu))

    def statut(self) -> int:
        """Returns the status of the answer."""
        return self._envoyer(self._lieux.lieux["sien"]).status_code

    def _envoyer(self, lieu: Lieu) -> httpx.Response:
        methode, chemin = self._ligne.methode, self.chemin(lieu)
        if methode == "GET":
            if chemin.endswith("/flux"):  # a stream never ends: its head says enough
                with self._http.stream("GET", chemin) as reponse:
                    if reponse.status_code != 200:
                        reponse.read()
                    return reponse
            return self._http.get(chemin)
        corps = None if methode == "DELETE" else self._corps(lieu)
        entetes = {} if self._ligne.nom in _LIEU_DANS_LE_CORPS else {"If-Match": '"999999"'}
        return self._http.request(methode, chemin, json=corps, headers=entetes)

    def _lister(self, lieu: Lieu) -> str:
        filtres, cherche = _LISTES[self._ligne.chemin]
        parametres = {nom: valeur.format_map(lieu.objets) for nom, valeur in filtres.items()}
        reponse = self._http.get(self._ligne.chemin, params=parametres)
        issue = self._issue(reponse)
        if issue != PERMIS:
            return issue
        return PERMIS if lieu.objets[cherche] in reponse.text else _ABSENT

    def chemin(self, lieu: Lieu) -> str:
        """Returns the path of this operation on this place's things."""
        return adresse(self._ligne.chemin, lieu)

    def _corps(self, lieu: Lieu) -> Corps:
        if faire := _LIEU_DANS_LE_CORPS.get(self._ligne.nom):
            return faire(self._lieux, lieu)
        return _CORPS.get(self._ligne.nom, {_INTRUS: 1})

    def _issue(self, reponse: httpx.Response) -> str:
        if reponse.is_success:
            return PERMIS
        corps: dict[str, Any] = reponse.json()
        ecrit = self._ligne.methode != "GET"
        if ecrit and (corps["code"] == "VERSION" or (corps["code"] == "INVALIDE" and _juge(corps["erreurs"]))):
            return PERMIS
        return f"{reponse.status_code} {corps['code']}"


def _juge(erreurs: Corps) -> bool:
    """Whether the form was judged: the intruder in it was seen, or the file that a form needs was missed."""
    return bool({_INTRUS, "fichier"} & erreurs.keys())


_ABSENT = "404 INTROUVABLE"
"""What a list says of a thing by leaving it out."""


def adresse(modele: str, lieu: Lieu) -> str:
    """Returns a path with this place's ids: each known by the segment before it."""

    def remplacer(trouve: re.Match[str]) -> str:
        segment = trouve[1]
        return f"{segment}/{lieu.objets.get(segment) or _FICTIFS.get(segment, 'inconnu')}"

    return re.sub(r"([\w-]+)/\{\w+\}", remplacer, modele)


_LIEU_DANS_LE_CORPS = {
    "POST /jures": lambda lieux, lieu: lieux.monde.corps_jure(adresse=lieu.adresse),
    "POST /etablissements": lambda lieux, lieu: {
        "siret": siret(),
        "denomination": "Centre d'essai du périmètre",
        "adresse": lieu.adresse,
    },
}
"""What says in which place a thing would be made; a right is then seen by using it."""
