"""One act, from the call that asks for it to its commit: actor, day, transaction, trace, events, idempotency.

A service's entrypoint (`commun.actes.methodes`) hands a function to one of:

    acte.lire(queries.fiche, jure_id)                             # a read
    acte.faire(commands.suspendre, habilitation_id, corps)        # a write, in one transaction
    acte.essayer(commands.suspendre, habilitation_id, corps)      # the same answer, nothing of it kept
    acte.consommer(recu, commands.recevoir_titre)                 # an event, once

Each function gets the `Acte` first. A command that must ask another service is a generator: at each `yield
Question(...)` the transaction is committed (so the other service can see the intention it wrote), the question is
asked with no transaction open, and the answer comes back in a new transaction:

    acte.reserver("suppression", habilitation_id)
    inscriptions = yield Question("sessions_gardes", "inscriptions_du_jure", jure_id=jure_id)

`yield None` asks nobody: it only commits, so that what must outlive a refusal does (an attempt that counts, a report).
`yield partial(...)` commits and computes: what is long holds no connection, and may last however busy the processor is.
`yield Attente(...)` commits and waits, in the caller's patience.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from inspect import isgeneratorfunction
from typing import Any

import eventlet
import sqlalchemy as sa

from commun import clock
from commun.actes.steps import Attente, Essaye, Etape, Etapes, Fin, Question, avancer, en_suite, pour_voir
from commun.bus import acteur as acteurs
from commun.bus.acteur import SYSTEME, Acteur
from commun.bus.appel import Appel
from commun.bus.broker import en_json
from commun.bus.inbox import Recu
from commun.bus.outbox import Relais
from commun.bus.rpc import client
from commun.config import config
from commun.domain.dates import PARIS
from commun.domain.errors import Droit, Indisponible, Refus, VersionPerimee
from commun.domain.referentiel import TypeProfil
from commun.spans import Portee, porter
from commun.storage import transaction as transactions
from commun.storage.db import nouvel_id
from commun.storage.idempotence import Cle, Occupee
from commun.storage.intentions import VIE_INTENTION, Intentions
from commun.storage.requetes import pose
from commun.storage.tables import inbox, outbox
from commun.storage.transaction import Transaction
from commun.telemetry import journal
from commun.traces import audit
from commun.traces.nominatif import nominatif

_PATIENCE_SYSTEME = 30.0
"""Seconds that a transaction of a listener or a timer may last; where an operator asks, as long as he waits."""

_PATIENCE_MINIMALE = 1.0
"""Seconds that any transaction has, so that an act out of time can still undo what it had committed."""

_PATIENCE_QUESTION = 30.0
"""Seconds that one question may take, however long its act may last: one that is lost with the last process of who was
to answer would hold a rebuilding, and who is told to stop, for a quarter of an hour.
"""

_MARGE = 0.2
"""Seconds kept of the caller's patience to answer it after a question."""

_ANNONCE = sa.insert(outbox)
_DEJA_RECU = sa.select(sa.true()).where(*(c == sa.bindparam(c.name) for c in inbox.primary_key.columns))
_RECU = pose(inbox).returning(sa.true())


def exiger_vue(vue: int | None, version: int) -> None:
    """Raises `VersionPerimee` where who acts saw another version of an object; `None`: he does not say which."""
    if vue not in (None, version):
        raise VersionPerimee()


@dataclass
class Acte:
    """What a command or a query works with. `db` is the open transaction's connection; `appele`: the bus called it."""

    service: str
    appel: Appel
    systeme: bool = False
    appele: bool = False
    exige_acteur: bool = False
    numero: str = field(default_factory=nouvel_id)
    recu_a: float = field(default_factory=time.monotonic)
    portee: Portee | None = None
    _jours: dict[str, date] = field(default_factory=dict, init=False)
    _db: sa.Connection | None = None
    _acteur: Acteur | None = None
    _intentions: Intentions = field(default_factory=Intentions)
    _cle: Cle | None = None
    _entame: bool = False
    _a_publier: bool = False

    @classmethod
    def de_ceres(cls, service: str, requete: str = "") -> "Acte":
        """Returns an act that no call asks for: an operator's, an import's. `requete`: what its traces bear."""
        return cls(service, Appel(requete or nouvel_id()), systeme=True)

    # -- who and when -------------------------------------------------------------------------------------------

    @property
    def acteur(self) -> Acteur:
        """The account behind the call; CERES itself for a listener or a timer.

        Raises:
            NonAuthentifie: a call without a token, or with one that the gateway did not sign.
        """
        if self._acteur is None:
            self._acteur = SYSTEME if self.systeme else acteurs.verifier(self.appel.jeton, config().cle_publique)
        return self._acteur

    def jour(self, zone: str = PARIS) -> date:
        """Returns the day that every rule of this act reads, in this zone: one day, however long it lasts."""
        if zone not in self._jours:
            self._jours[zone] = clock.jour(self.appel.date_simulee, zone)
        return self._jours[zone]

    @property
    def duree(self) -> float:
        """Seconds of its caller's patience that it has taken: since it was received, `_calculer` apart."""
        return time.monotonic() - self.recu_a

    @property
    def db(self) -> sa.Connection:
        if self._db is None:
            raise RuntimeError("No transaction is open here: a question is being asked, or the act is over.")
        return self._db

    # -- the ways to work ---------------------------------------------------------------------------------------

    def lire(self, requete: Callable[..., Any], *arguments: Any, **nommes: Any) -> Any:
        """Runs a query in a read-only transaction; a query may ask questions too (`yield Question(...)`).

        Raises:
            Refus: nothing was read. Among others `NonAuthentifie`, where the call must bear its actor and does not.
        """
        return self._derouler(requete, arguments, nommes, Transaction.LECTURE)

    def lire_d_un_trait(self, requete: Callable[..., Any], *arguments: Any, **nommes: Any) -> Any:
        """Runs a query of one statement, as `lire` does, without the trips that several need to hold together."""
        return self._derouler(requete, arguments, nommes, Transaction.SEULE)

    def faire(self, commande: Callable[..., Any], *arguments: Any, **nommes: Any) -> Any:
        """Runs a command, once for each `Idempotency-Key`, and commits before it returns.

        Raises:
            Refus: nothing was changed. Among others `NonAuthentifie`, where the call must bear its actor and does not.
        """
        if self.appel.cle:
            self._cle = Cle(self.acteur.compte_id, self.appel.cle, self.appel.empreinte or "", self.numero)
        while True:
            try:
                return self._derouler(commande, arguments, nommes, Transaction.ECRITURE, liant=True)
            except Occupee:
                if self.duree > self._delai / 2:
                    raise Indisponible() from None
                eventlet.sleep(0.03)
            except BaseException:
                self._abandonner()
                raise

    def essayer(self, commande: Callable[..., Any], *arguments: Any, **nommes: Any) -> Any:
        """Runs a command, and returns or raises what `faire` would, with nothing of it kept (ADR 98)."""
        try:
            self._derouler(pour_voir(commande), arguments, nommes, Transaction.ECRITURE)
        except Essaye as essaye:
            return essaye.reponse
        finally:
            self._abandonner()

    def consommer(self, recu: Recu, commande: Callable[..., Any]) -> None:
        """Runs a listener's command on an event's body, in the transaction that notes the event as received; a second
        time is nothing.

        One that asks questions has several: the event is noted in the last, where all of its effect is there.
        """
        message = {"message_id": recu.message_id, "ecouteur": recu.ecouteur}

        def une_fois(acte: "Acte") -> None:
            if acte.db.scalar(_RECU, message):
                commande(acte, recu.corps)

        def pas_a_pas(acte: "Acte") -> Etapes[None]:
            if acte.db.scalar(_DEJA_RECU, message):
                return
            yield from commande(acte, recu.corps)
            if acte.db.scalar(_RECU, message) is None:
                raise _DejaRecu

        fonction = pas_a_pas if isgeneratorfunction(commande) else une_fois
        with suppress(_DejaRecu):
            try:
                self._derouler(fonction, (), {}, Transaction.ECRITURE)
            except BaseException:
                self._abandonner()
                raise

    # -- what a command does ------------------------------------------------------------------------------------

    def exiger_profil(self, *types: TypeProfil) -> None:
        """Raises `Droit` where the actor's profil type is none of these."""
        if self.acteur.type not in types:
            raise Droit()

    def exiger_version(self, version: int) -> None:
        """Raises `VersionPerimee` where the caller saw another version (`If-Match`)."""
        exiger_vue(self.appel.version, version)

    def tracer(self, objet_type: str, objet_id: str, action: str, phrase: str, **etats: Any) -> None:
        """Writes the trace of a change.

        Args:
            etats: avant, apres (JSON-ready), motif, code; and personne, whom all of it is about, and who may one day be
                erased from it (`commun.traces.nominatif`): the object itself, where it is a person. A trace that names
                several people marks each name instead.
        """
        audit.ecrire(self.db, **self._trace(objet_type, objet_id, action, phrase, **etats))

    def tracer_ensemble(self, objet_type: str, action: str, dites: Mapping[str, dict[str, Any]]) -> None:
        """Writes the traces of one change of several objects: by id, what `tracer` takes (`phrase`, `apres`…)."""
        if dites:
            audit.ecrire_ensemble(self.db, [self._trace(objet_type, i, action, **dits) for i, dits in dites.items()])

    def _trace(self, objet_type: str, objet_id: str, action: str, phrase: str, **etats: Any) -> dict[str, Any]:
        personne = etats.pop("personne", None) or (objet_id if objet_type in audit.PERSONNES else None)
        dits = {"phrase": phrase, **etats}
        if personne:
            dits = nominatif(personne, audit.en_json(dits)) | {"code": etats.get("code")}
        return {
            "objet_type": objet_type,
            "objet_id": objet_id,
            "instant": clock.maintenant(),
            "acteur": self.acteur.en_trace,
            "action": action,
            "requete": self.appel.requete,
            **dits,
        }

    def publier(self, evenement: str, **corps: Any) -> None:
        """Puts an event in the outbox: it leaves once this transaction is committed, and only then.

        Raises:
            TypeError: it could not leave (`commun.bus.broker.en_json`): it would keep there, with it, all that follow.
        """
        en_json(corps)
        en_tetes = self.appel.suivant(0).en_tetes() | {"ceres-jeton": ""} | porter()
        nom = f"{self.service}.{evenement}"
        self.db.execute(_ANNONCE, {"id": nouvel_id(), "evenement": nom, "corps": corps, "en_tetes": en_tetes})
        self._a_publier = True

    def reserver(self, genre: str, *objets: str, **details: Any) -> None:
        """Writes an intention on each object, that others see from the next `yield` on; it goes with this act, done or
        refused."""
        self._intentions.poser(self.db, genre, objets, details)

    def intentions_sur(self, objet_id: str, *genres: str) -> list[dict[str, Any]]:
        """Returns the details of others' live intentions on an object; those of acts that died are live for a while.

        In a command, call it before reading what these intentions lead to: an act that ends between two reads is then
        seen twice, rather than never. A query sees one instant.
        """
        return self._intentions.des_autres(self.db, objet_id, genres)

    def intentions_en_cours(self, *genres: str, sur: Collection[str] | None = None) -> set[str]:
        """Returns the ids of others' live intentions, on these objects, or on any: whose acts began before now."""
        return self._intentions.en_cours(self.db, genres, sur)

    def liberer(self) -> None:
        """Takes away, with this transaction, what this act had said that it would do; it may go on, and say more.

        Raises:
            Indisponible: too late, others see it no more.
        """
        if not self._intentions.conclure(self.db):
            raise Indisponible()

    def demander(self, question: Question) -> Any:
        """Asks another service, in what remains of the caller's patience. Never from inside a transaction."""
        if self._db is not None:
            raise RuntimeError("A question is never asked from inside a transaction.")
        suivant = self.appel.suivant(self._attente())
        return client.appeler(question.service, question.methode, suivant, **question.arguments)

    def _attente(self) -> float:
        """Returns how long a question may be waited for."""
        if not self.appel.delai:
            return config().delai_appel
        return min(self.appel.delai - self.duree - _MARGE, _PATIENCE_QUESTION)

    @contextmanager
    def transaction(self, genre: Transaction = Transaction.ECRITURE) -> Iterator[None]:
        """Opens a transaction on the service's database; its errors leave as refusals."""
        with transactions.ouvrir(self.service, self._patience(), genre) as db:
            self._db = db
            try:
                yield
            finally:
                self._db = None
        if self._a_publier:
            Relais.de(self.service).reveiller()

    def _patience(self) -> float:
        """Returns how long a transaction may last: what remains of the caller's patience."""
        if self.systeme:
            return max(_PATIENCE_SYSTEME, self.appel.delai)
        return max(self._delai - self.duree, _PATIENCE_MINIMALE)

    @property
    def _delai(self) -> float:
        """Seconds that its caller gives it; those of any call, where it does not say."""
        return self.appel.delai or config().delai_appel

    def _derouler(
        self, fonction: Callable[..., Any], arguments: Any, nommes: Any, genre: Transaction, *, liant: bool = False
    ) -> Any:
        """Runs a function, each of its steps in a transaction of this kind."""
        if self.exige_acteur:
            _ = self.acteur
        suite, reponse = None, None
        try:
            while True:
                with self.transaction(genre):
                    if suite is None:
                        if self._cle and (deja := self._cle.prendre(self.db, VIE_INTENTION)):
                            return deja["reponse"]
                        suite = en_suite(fonction(self, *arguments, **nommes))
                    question = avancer(suite, reponse)
                    if isinstance(question, Fin):
                        return self._conclure(question.valeur, liant)
                self._entame = True
                try:
                    reponse = self._repondre(question)
                except Refus as refus:
                    reponse = refus
        finally:
            if suite is not None:
                suite.close()  # a transaction that fails between two steps leaves it there, with what it holds

    def _repondre(self, etape: Etape) -> Any:
        """Returns what the next step is to be told; no transaction is open meanwhile."""
        match etape:
            case None:
                return None
            case Question():
                return self.demander(etape)
            case Attente():
                return etape.attendre()
            case _:
                return self._calculer(etape)

    def _calculer(self, calcul: Callable[[], Any]) -> Any:
        """Returns what a computation gives; patience is for those whom one waits for, and is not spent on it, unless by
        who calls on the bus: he has gone once it is over, told that nothing was done."""
        debut = time.monotonic()
        try:
            return calcul()
        finally:
            self.recu_a += 0 if self.appele else time.monotonic() - debut

    def _conclure(self, resultat: Any, liant: bool) -> Any:
        """Ends the last transaction: intentions are over, and the key is bound to the answer with the effect.

        Raises:
            Indisponible: too late, nothing is applied: the caller waits no more, or another act took this one for dead.
        """
        if liant and self.appel.delai and self.duree > self.appel.delai:
            raise Indisponible()
        self.liberer()
        if self._cle and not self._cle.lier(self.db, resultat):
            raise Indisponible()
        return resultat

    def _abandonner(self) -> None:
        """Undoes what a refused act had committed on its way: its intentions, and its hold on the key."""
        if not self._entame or not (self._intentions or self._cle):
            return
        try:
            with self.transaction():
                self._intentions.abandonner(self.db)
                if self._cle:
                    self._cle.rendre(self.db)
        except Refus:
            journal.warning("abandon_differe")  # both expire by themselves


class _DejaRecu(Exception):
    """The message was handled meanwhile by another: its transaction rolls back."""
