"""The carrier's round: take a lot, post it mail by mail, give back what is left; for ever, whatever breaks."""

import time
from collections.abc import Callable
from functools import partial

import eventlet
import psycopg
from eventlet.event import Event
from prometheus_client import Counter

from commun.config import Config
from commun.domain.errors import HorsDePortee, Refus
from commun.spans import EN_TETE, portee
from commun.telemetry import Absence, faute, journal
from services.notifications.courrier.composition import Abandon, Courrier, expediteur
from services.notifications.domain.envois import Etat, Genre, Issue, issue, remis_a_plus_tard, sans_nouvelles
from services.notifications.facteur.registre import Envoi, Registre
from services.notifications.facteur.smtp import LigneSmtp, Reponse, ServeurInjoignable

_RONDE = 1.0
"""Seconds between two looks at an empty ledger."""
_PAUSE_MAX = 30.0
"""Seconds between two tries of a mail server that cannot be reached."""
_RELEVE = 2.0
"""Seconds between two looks for dead carriers; after a crash of PostgreSQL it lets them all come back first."""

ENVOIS = Counter("ceres_envois", "Mails handed to the server, or not", ["genre", "etat"])
_ABANDONNE = "abandonne"
"""A mail that is no more to leave, or has no address: the ledger keeps it as failed, but no server has refused it."""
for _genre in Genre:  # a series that is born at more than zero hides what it was born with from those who watch it grow
    for _etat in (*Etat, _ABANDONNE):
        ENVOIS.labels(_genre, _etat)


Composer = Callable[[Envoi], Courrier]


class Facteur:
    """One carrier. Any number may work on one ledger; each keeps one connection to the mail server."""

    def __init__(self, url: str, conf: Config, composer: Composer) -> None:
        self._registre = Registre(url)
        self._smtp = LigneSmtp(conf, expediteur()[1])
        self._composer = composer
        self._intervalle = 1 / conf.smtp_debit if conf.smtp_debit else 0.0
        self._prochain = 0.0
        self._releve = 0.0
        self._absence = Absence("registre_injoignable")
        self._arret = Event()

    def tourner(self) -> None:
        """Works until `arreter`."""
        pause = _RONDE
        while not self._arret.ready():
            try:
                if not self._registre.ouvert:
                    self._registre.ouvrir()
                    self._releve = max(self._releve, time.monotonic() + _RELEVE * bool(self._releve))
                porte = self._faire_un_tour()
                self._absence.finir()  # not before: a base without room lets itself be opened, and takes nothing
                pause = _RONDE
                if porte:
                    continue
                self._smtp.quitter()  # nothing to carry: a server tires of silent callers
            except ServeurInjoignable:
                pause = min(pause * 2, _PAUSE_MAX)
            except psycopg.Error as panne:
                self._absence.constater(panne)
                self._registre.fermer()
                pause = _RONDE
            except Exception as erreur:
                journal.error("erreur", **faute(erreur))
                self._registre.fermer()
            self._attendre(pause)
        self._registre.fermer()
        self._smtp.quitter()

    def arreter(self) -> None:
        """Ends the round after the mail under way; the others are given back."""
        if not self._arret.ready():
            self._arret.send()

    def _faire_un_tour(self) -> bool:
        """Posts one lot. Returns whether there was any."""
        if time.monotonic() >= self._releve:
            self._registre.relever()
            self._releve = time.monotonic() + _RELEVE
        lot = self._registre.prendre()
        restent = len(lot)
        try:
            for envoi in lot:
                self._a_son_tour(envoi)
                if self._arret.ready() or not self._poster(envoi):
                    break
                restent -= 1
        finally:
            self._registre.rendre() if restent else self._registre.vider()
        return bool(lot)

    def _poster(self, envoi: Envoi) -> bool:
        """Posts one mail. Returns false where it was called back: the lot holds others of its kind."""
        with portee(f"courriel {envoi.genre}", envoi.donnees.get(EN_TETE)):
            return self._transmettre(envoi)

    def _transmettre(self, envoi: Envoi) -> bool:
        try:
            courrier = self._composer(envoi)
        except Abandon as abandon:
            self._solder(envoi, Issue(Etat.ECHEC_DEFINITIF, str(abandon)), _ABANDONNE)
            return True
        except Exception as erreur:
            absence = isinstance(erreur, HorsDePortee)
            self._solder(envoi, self._issue(envoi, Reponse(0, _pourquoi(erreur)), absence=absence))
            return True
        entrer = partial(self._registre.entrer, envoi)
        reponse = self._smtp.transmettre(courrier.adresse, courrier.contenu, envoi.message_id, entrer)
        if reponse is None:
            return False
        self._solder(envoi, self._issue(envoi, reponse))
        return True

    def _solder(self, envoi: Envoi, sort: Issue, mesure: str = "") -> None:
        ENVOIS.labels(envoi.genre, mesure or sort.etat).inc()
        self._registre.solder(envoi, sort)

    @staticmethod
    def _issue(envoi: Envoi, reponse: Reponse, *, absence: bool = False) -> Issue:
        if reponse.code == 0 and reponse.remis:
            return sans_nouvelles(Genre(envoi.genre), reponse.texte)
        essais = envoi.essais + 1
        if reponse.code == 0:
            return remis_a_plus_tard(reponse.texte, essais=essais, absence=absence)
        return issue(reponse.code, reponse.texte, remis=reponse.remis, essais=essais)

    def _a_son_tour(self, envoi: Envoi) -> None:
        """Keeps to the rate that the server is promised; what is known is written before anything that takes time."""
        if self._intervalle or envoi.genre != Genre.VERSION:
            self._registre.vider()
        if not self._intervalle:
            return
        maintenant = time.monotonic()
        if (reste := self._prochain - maintenant) > 0:
            self._attendre(reste)
        self._prochain = max(maintenant, self._prochain) + self._intervalle

    def _attendre(self, secondes: float) -> None:
        with eventlet.Timeout(secondes, False):
            self._arret.wait()


def _pourquoi(erreur: Exception) -> str:
    """Why a letter could not be written: a service that does not answer says so, a fault of ours is logged."""
    if isinstance(erreur, Refus):
        return erreur.detail
    journal.error("erreur", **faute(erreur))
    return "Ce message n'a pas pu être composé."
