"""Each service checks for itself: what the gateway refuses, a call put on the bus without it is refused too.

Every method of every service, found in its classes. A service refuses a call without an actor that the gateway signed;
one with an actor, as the matrix says of the operations that the method answers.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator
from pkgutil import iter_modules
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nameko.rpc import Rpc as MethodeAppelable

import services
from commun import clock
from commun.actes.unite import Unite
from commun.bus.acteur import DUREE, Acteur, signer
from commun.bus.appel import Appel
from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from gateway.api.table import ROUTES
from tests.outils.cas import d_un_trait
from tests.outils.rpc import Refuse, Rpc
from tests.perimetre.essais import chercher, formulaire, parametres
from tests.perimetre.lieux import Lieux
from tests.perimetre.matrice import Ligne, lire

SANS_ACTEUR = {
    "sessions.verifier_attestation": "public: who holds an attestation reads its code, and is told one word",
    "notifications.page_inscription": "public: a page without data",
    "notifications.demander_abonnement": "public: its pace is limited, and its answer never says who is subscribed",
    "notifications.page_confirmation": "public: the mail's own token says whom it is about",
    "notifications.confirmer_abonnement": "public: the mail's own token",
    "notifications.page_desabonnement": "public: the mail's own token",
    "notifications.desabonner": "public: the mail's own token",
    "notifications.version_publique": "public: the web copy of a release",
    "notifications.reperes_messages": "the gateway's own: how many messages are whose, and the last one's id",
    **{
        f"{service}.reconstruire_repliques": "the operator's: the broker lets nobody else call it"
        for service in ("candidats", "jures", "notifications", "referentiel", "sessions")
    },
}
"""The methods that answer without an actor, and why that is right."""

GARDES = {
    "candidats_gardes": "sessions asks who the candidates are, notifications when their recevabilités lapse",
    "gateway_gardes": "notifications asks where to write to whom, sessions who signed a PV",
    "jures_gardes": "sessions and notifications ask who may sit, and how a juré is named",
    "notifications_gardes": "run by hand: warns of what is due, which the service does by itself anyway",
    "referentiel_gardes": "all ask for certifications, places and their agréments",
    "sessions_gardes": "all ask who is registered where and how long people are kept; notifications, for its letters; "
    "run by hand: looks at alerts again, as the service does every hour",
}
"""What services ask of each other. Listeners and timers act for nobody, so these methods ask for no actor: the broker
alone says who may call them. They answer services, never people: no operation of the API leads to one."""

SANS_OPERATION = {
    "sessions.inscrire_candidats": "POST /sessions/{session_id}/candidats",
}
"""The methods that no operation calls by itself, each with the one whose line it follows."""


def methodes() -> Iterator[tuple[type, str, Callable[..., Any]]]:
    """Yields every class of service, with each of its methods that the bus can call."""
    for paquet in (*(f"services.{module.name}" for module in iter_modules(services.__path__)), "gateway"):
        for classe in importlib.import_module(f"{paquet}.service").SERVICES:
            for nom, methode in inspect.getmembers(classe, inspect.isfunction):
                if any(isinstance(entree, MethodeAppelable) for entree in getattr(methode, "nameko_entrypoints", ())):
                    yield classe, f"{classe.name}.{nom}", methode


METHODES = {nom: methode for _, nom, methode in methodes()}
CLASSES = {classe.name: classe for classe, _, _ in methodes()}  # type: ignore[attr-defined]
AVEC_ACTEUR = [nom for nom in METHODES if nom not in SANS_ACTEUR and nom.split(".")[0] not in GARDES]
LIGNES = {ligne.nom: ligne for ligne in lire() if not ligne.variante}


def lignes_de(nom: str) -> list[Ligne]:
    """Returns the lines of the matrix that a method answers."""
    if nom in SANS_OPERATION:
        return [LIGNES[SANS_OPERATION[nom]]]
    operations = (f"{r.methode} {r.chemin.replace('<', '{').replace('>', '}')}" for r in ROUTES if r.cible == nom)
    return [LIGNES[operation] for operation in operations if operation in LIGNES]


CAS = [(nom, ligne) for nom in AVEC_ACTEUR for ligne in lignes_de(nom)]


def test_chaque_methode_est_dans_une_table_et_chaque_table_est_vraie() -> None:
    unites = [(nom, u) for nom, classe in CLASSES.items() for u in vars(classe).values() if isinstance(u, Unite)]
    assert {f"{service}.{nom}" for service, unite in unites for nom in unite.sans_acteur} == set(SANS_ACTEUR)
    assert {nom for nom in CLASSES if nom.endswith("_gardes")} == set(GARDES)
    assert [nom for nom in AVEC_ACTEUR if not lignes_de(nom)] == [], "sans opération ni ligne"
    assert set(SANS_OPERATION) <= set(AVEC_ACTEUR)


class Appelant:
    """Who has reached the bus, and forges or steals what they can."""

    def __init__(self, lieux: Lieux, rpc: Rpc) -> None:
        self._lieux, self._rpc = lieux, rpc
        self.cle = (lieux.systeme.journaux.parent / "cles" / "privee.pem").read_text()

    def acteur(self, profil: str) -> Acteur:
        """Returns the actor that the matrix's account of this type makes."""
        p = self._lieux.acteurs[profil].profil
        lieu = {nom: p.get(nom) for nom in ("etablissement_id", "departement", "region")}
        return Acteur(nouvel_id(), "essai", p["id"], TypeProfil(profil), **lieu)

    def appeler(self, nom: str, jeton: str, **arguments: Any) -> Any:
        """Calls a method; returns its answer."""
        service, methode = nom.split(".")
        return self._rpc.appeler(service, methode, Appel("essai", jeton=jeton, delai=10), **arguments)

    def refus(self, nom: str, jeton: str, **arguments: Any) -> str:
        """Calls a method; returns the code by which it refuses."""
        try:
            return f"accepté : {self.appeler(nom, jeton, **arguments)}"
        except Refuse as refus:
            return refus.code


@pytest.fixture(scope="module")
def appelant(lieux: Lieux) -> Iterator[Appelant]:
    with Rpc(lieux.systeme.amqp_url) as rpc:
        yield Appelant(lieux, rpc)


def arguments(nom: str, ligne: Ligne, lieux: Lieux, lieu: str) -> dict[str, Any]:
    """Returns what the gateway would give the method for a place's things, with a form that nobody should read."""
    ici = lieux.lieux[lieu]
    filtres = chercher(ligne, ici)[0] if ligne.liste else {}
    connus = parametres(ligne.chemin, ici) | {"filtres": filtres, "corps": formulaire(ligne, lieux, ici)}
    attendus = list(inspect.signature(METHODES[nom]).parameters)[1:]
    return {parametre: connus[parametre] for parametre in attendus if parametre in connus}


@d_un_trait
@pytest.mark.parametrize("nom", AVEC_ACTEUR)
def test_sans_acteur_signe_par_la_passerelle_rien_n_est_fait(lieux: Lieux, appelant: Appelant, nom: str) -> None:
    national = appelant.acteur("NATIONAL")
    jetons = {"aucun": "", "illisible": "a.b.c", "signé d'une autre clé": signer(national, autre_cle())}
    alors = clock.maintenant() - 3 * DUREE
    with pytest.MonkeyPatch.context() as horloge:
        horloge.setattr(clock, "maintenant", lambda: alors)
        jetons["périmé"] = signer(national, appelant.cle)

    donnes = arguments(nom, lignes_de(nom)[0], lieux, "sien")
    refus = {cas: appelant.refus(nom, jeton, **donnes) for cas, jeton in jetons.items()}
    assert refus == dict.fromkeys(jetons, "NON_AUTHENTIFIE")


@d_un_trait
@pytest.mark.parametrize(("nom", "permis"), CAS, ids=lambda v: v.nom if isinstance(v, Ligne) else v)
def test_un_acteur_sans_ce_droit_est_refuse(lieux: Lieux, appelant: Appelant, nom: str, permis: Ligne) -> None:
    """The type that may never do it, on its own things; the others, on those of another région."""
    for profil, cellule in permis.cellules.items():
        jeton = signer(appelant.acteur(profil), appelant.cle)
        sien, ailleurs = (arguments(nom, permis, lieux, lieu) for lieu in ("sien", "ailleurs"))
        if cellule == "-":
            assert appelant.refus(nom, jeton, **sien) == "DROIT", profil
        elif permis.liste:
            vus = str(appelant.appeler(nom, jeton, **ailleurs))
            assert (chercher(permis, lieux.lieux["ailleurs"])[1] in vus) == (cellule == "tout"), profil
        elif cellule not in ("oui", "tout"):
            assert appelant.refus(nom, jeton, **ailleurs) == "INTROUVABLE", profil


def autre_cle() -> str:
    """Returns a signing key that is not the gateway's."""
    forme = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Ed25519PrivateKey.generate().private_bytes(*forme).decode()
