"""How an operation is tried on a place, and what is told of the answer."""

import re
from typing import Any

import httpx

from tests.outils.sirets import siret_nouveau
from tests.parcours.acteurs import Corps
from tests.parcours.monde import CCS, nom_nouveau
from tests.perimetre.lieux import Lieu, Lieux
from tests.perimetre.matrice import Ligne

PERMIS = "permis"
INTRUS = "champ_que_personne_n_attend"
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

_TOUT = {"par_page": "200"}
_TOUTES_LES_ALERTES = {"levee": "true", "par_page": "200"}
_FICHIER = {"format": "csv"}
_LISTES = {
    "/jures": ({"titre": "{titres}"}, "jures"),
    "/habilitations": ({"titre": "{titres}"}, "habilitations"),
    "/sessions": ({"titre": "{titres}"}, "sessions"),
    "/agrements": ({"titre": "{titres}"}, "agrements"),
    "/candidats": ({"q": "{nom du candidat}"}, "candidats"),
    "/demandes-vae": ({"q": "{nom du candidat}"}, "demandes-vae"),
    "/etablissements": ({"q": "{denomination}"}, "etablissements"),
    "/controles": ({"q": "{denomination}"}, "controles"),
    "/alertes": (_TOUTES_LES_ALERTES, "sessions"),
    "/comptes": ({"q": "{identifiant}"}, "comptes"),
    "/comptes@ud": ({"q": "{identifiant@ud}"}, "comptes@ud"),
    "/invitations": (_TOUT, "invitations"),
    "/jures/export": (_FICHIER, "nom du juré"),
    "/habilitations/export": (_FICHIER, "nom du juré"),
    "/candidats/export": (_FICHIER, "nom du candidat"),
    "/sessions/export": (_FICHIER, "numero"),
    "/agrements/export": (_FICHIER, "titres"),
    "/messages": (_TOUT, "messages"),
}
"""How a place's thing is looked for in a list: filters, filled with what the place holds, and what must be seen."""


class Essai:
    """One operation, tried by one client.

    Args:
        http: an actor's client, or one that never signed in.
    """

    def __init__(self, lieux: Lieux, ligne: Ligne, http: httpx.Client) -> None:
        self._lieux, self._ligne, self._http = lieux, ligne, http
        self._lues: dict[str, httpx.Response] = {}

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
        methode, chemin = self._ligne.methode, adresse(self._ligne.chemin, lieu, self._ligne.variante)
        if methode == "GET":
            if chemin.endswith("/flux"):  # a stream never ends: its head says enough
                with self._http.stream("GET", chemin) as reponse:
                    if reponse.status_code != 200:
                        reponse.read()
                    return reponse
            return self._http.get(chemin)
        corps = None if methode == "DELETE" else formulaire(self._ligne, self._lieux, lieu)
        entetes = {} if self._ligne.nom in _LIEU_DANS_LE_CORPS else {"If-Match": '"999999"'}
        return self._http.request(methode, chemin, json=corps, headers=entetes)

    def _lister(self, lieu: Lieu) -> str:
        filtres, cherche = chercher(self._ligne, lieu)
        reponse = self._lues.get(str(filtres)) or self._http.get(self._ligne.chemin, params=filtres)
        self._lues[str(filtres)] = reponse
        issue = self._issue(reponse)
        if issue != PERMIS:
            return issue
        return PERMIS if cherche in reponse.text else _ABSENT

    def _issue(self, reponse: httpx.Response) -> str:
        if reponse.is_success:
            return PERMIS
        corps: dict[str, Any] = reponse.json()
        ecrit = self._ligne.methode != "GET"
        if ecrit and (corps["code"] == "VERSION" or (corps["code"] == "INVALIDE" and _juge(corps["erreurs"]))):
            return PERMIS
        return f"{reponse.status_code} {corps['code']}"


def formulaire(ligne: Ligne, lieux: Lieux, lieu: Lieu) -> Corps:
    """Returns the form that tries a write at a place."""
    if faire := _LIEU_DANS_LE_CORPS.get(ligne.nom):
        return faire(lieux, lieu)
    return _CORPS.get(ligne.nom, {INTRUS: 1})


def chercher(ligne: Ligne, lieu: Lieu) -> tuple[dict[str, str], str]:
    """Returns the filters by which a list should show this place's thing, and what then shows it."""
    filtres, cherche = _LISTES[ligne.chemin + ligne.variante]
    return {nom: valeur.format_map(lieu.objets) for nom, valeur in filtres.items()}, lieu.objets[cherche]


def _juge(erreurs: Corps) -> bool:
    """Whether the form was judged: the intruder in it was seen, or the file that a form needs was missed."""
    return bool({INTRUS, "fichier"} & erreurs.keys())


_ABSENT = "404 INTROUVABLE"
"""What a list says of a thing by leaving it out."""


def adresse(modele: str, lieu: Lieu, variante: str = "") -> str:
    """Returns a path with this place's ids: each known by the segment before it."""

    return re.sub(r"([\w-]+)/\{\w+\}", lambda trouve: f"{trouve[1]}/{_objet(trouve[1] + variante, lieu)}", modele)


def parametres(modele: str, lieu: Lieu) -> dict[str, str]:
    """Returns the parameters of a path, by name, with this place's ids."""
    return {nom: _objet(segment, lieu) for segment, nom in re.findall(r"([\w-]+)/\{(\w+)\}", modele)}


def _objet(segment: str, lieu: Lieu) -> str:
    return lieu.objets.get(segment) or _FICTIFS.get(segment, "inconnu")


_LIEU_DANS_LE_CORPS = {
    "POST /invitations": lambda lieux, lieu: {
        "courriel": f"{nom_nouveau('invite').lower()}@exemple.fr",
        "type": "CENTRE",
        "etablissement_id": lieu.objets["etablissements"],
    },
    "POST /jures": lambda lieux, lieu: lieux.monde.corps_jure(adresse=lieu.adresse),
    "POST /etablissements": lambda lieux, lieu: {
        "siret": siret_nouveau(),
        "denomination": "Centre d'essai du périmètre",
        "adresse": lieu.adresse,
    },
}
"""What says in which place a thing would be made; a right is then seen by using it."""
