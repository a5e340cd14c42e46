"""The ledger as the carrier works it: rows are taken, entered one by one, and settled.

A mail goes through three commits: *taken* with its lot (it still is `prepare`), *entered* just before the server gets
its content (`en_cours`), *settled*; what became of a release is written as the next one is entered, in one statement.
So that one who dies before the content was sent has sent nothing, and one who dies after leaves at most one mail of
which nobody knows: it becomes `inconnu`, and is never sent again by mistake.

A carrier proves that it lives by a lock that PostgreSQL frees the moment its connection ends: no clock, no timeout.

Each commit waits for the disk: a machine that takes PostgreSQL and the carrier with it would else have the mails of the
last half second leave twice. What could not be written is, once the ledger is open again (`ouvrir`).
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from commun import clock
from commun.storage.db import VEILLE, VEILLE_EN_FACE, nouvel_id
from services.notifications.domain.envois import ATTENTE_INCONNU, EVENEMENTS, Etat, Genre, Issue
from services.notifications.storage.tables import A_ENVOYER, NON_ARRETE

LOT = 100
_VERROU = 0x0CE7E5
_OPTIONS = f"-c lock_timeout=3000 -c statement_timeout=15000 -c timezone=UTC {VEILLE_EN_FACE}"

_ABONNE = "EXISTS (SELECT FROM abonnes WHERE courriel = destinataire AND abonnes.etat = 'actif')"
_PRENDRE = f"""
UPDATE envois SET porteur = %(porteur)s
WHERE id IN (
    SELECT id FROM envois
    WHERE {A_ENVOYER} AND prochain_le <= now() AND {NON_ARRETE}
    ORDER BY priorite, prochain_le, id LIMIT %(lot)s FOR UPDATE SKIP LOCKED)
RETURNING id::text, genre, sujet, destinataire, priorite, donnees, demande, essais,
          version_numero IS NOT NULL AND NOT {_ABONNE} AS desabonne
"""  # nosec B608
_ENTRER = f"""
UPDATE envois SET etat = 'en_cours'
WHERE id = %(id)s AND porteur = %(porteur)s AND etat <> 'en_cours'
  AND {NON_ARRETE} AND (version_numero IS NULL OR {_ABONNE})
"""  # nosec B608
_SOLDER = """
UPDATE envois SET etat = %(etat)s, erreur = %(erreur)s, prochain_le = now() + %(attente)s, essais = %(essais)s,
       envoye_le = %(envoye_le)s, porteur = NULL, version = version + 1
WHERE id = %(id)s AND demande = %(demande)s AND etat NOT IN ('envoye', 'echec_definitif')
  AND (%(etat)s = 'envoye' OR porteur = %(porteur)s OR porteur IS NULL AND essais < %(essais)s)
"""
"""What is written late, a carrier having been cut off, must not take from another the mail that he carries since."""
_SOLDER_ET_ENTRER = f"WITH precedent AS ({_SOLDER.replace('%(id)s', '%(solde)s')}) {_ENTRER}"
_ANNONCER = """
INSERT INTO outbox (id, evenement, corps, en_tetes)
SELECT %(numero)s, %(evenement)s, jsonb_build_object('convocation_id', sujet, 'erreur', erreur,
       'statut', CASE etat WHEN 'envoye' THEN 'envoyee' WHEN 'echec_definitif' THEN 'echec' WHEN 'inconnu' THEN 'echec'
                 ELSE 'en_attente' END, 'version', version), %(en_tetes)s
FROM envois WHERE id = %(id)s
"""
_RENDRE = "UPDATE envois SET porteur = NULL WHERE porteur = %s AND etat <> 'en_cours'"
_ABANDONNES = "SELECT DISTINCT porteur FROM envois WHERE porteur IS NOT NULL AND porteur <> %s"
_RELEVER = """
UPDATE envois SET porteur = NULL, version = version + 1,
       etat = CASE WHEN etat = 'en_cours' THEN 'inconnu' ELSE etat END,
       erreur = CASE WHEN etat = 'en_cours' THEN %(raison)s ELSE erreur END,
       prochain_le = CASE WHEN etat <> 'en_cours' THEN prochain_le
                          WHEN version_numero IS NULL THEN now() + %(attente)s END
WHERE porteur = %(porteur)s
RETURNING id::text, genre, etat
"""
_INTERROMPU = "L'envoi a été interrompu : le serveur l'a peut-être reçu."


@dataclass(frozen=True)
class Envoi:
    """A mail in hand. `desabonne`: its release is for somebody who has unsubscribed since."""

    id: str
    genre: str
    sujet: str
    destinataire: str
    priorite: int
    donnees: dict[str, Any]
    demande: int
    essais: int
    desabonne: bool

    @property
    def message_id(self) -> str:
        """The local part of its Message-ID: always the same, unless somebody asked for the mail again."""
        return self.id if self.demande == 1 else f"{self.id}.{self.demande}"


class Registre:
    """The ledger, over a connection of its own. Any call may raise `psycopg.Error`: `ouvrir` again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._db: psycopg.Connection[Any] | None = None
        self._porteur = 0
        self._en_suspens: dict[str, Any] | None = None

    def ouvrir(self) -> None:
        """Connects, takes a name and proves that it lives; then writes what a cut kept from being written."""
        self.fermer()
        self._db = psycopg.connect(
            self._url, autocommit=True, connect_timeout=3, options=_OPTIONS, application_name="ceres-facteur", **VEILLE
        )
        self._porteur = self._un("SELECT nextval('porteurs')")[0]
        self._un("SELECT pg_advisory_lock(%s, %s)", _VERROU, self._porteur)
        self.vider()

    def fermer(self) -> None:
        """Lets the connection go, and with it the name; whatever is still in hand is another's to take up."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @property
    def ouvert(self) -> bool:
        return self._db is not None and not self._db.closed

    def prendre(self) -> list[Envoi]:
        """Returns the next lot, in hand from now on."""
        with self._connexion.cursor(row_factory=class_row(Envoi)) as curseur:
            lot = curseur.execute(_PRENDRE, {"porteur": self._porteur, "lot": LOT}).fetchall()
        return sorted(lot, key=lambda envoi: (envoi.priorite, envoi.id))

    def entrer(self, envoi: Envoi) -> bool:
        """Notes that the server is about to get this mail.

        Returns:
            Whether it may: its diffusion was not stopped meanwhile, nor the mail taken for that of a dead carrier.
        """
        qui = {"id": envoi.id, "porteur": self._porteur}
        if self._en_suspens is None:
            return self._executer(_ENTRER, qui) == 1
        precedent = self._en_suspens | {"solde": self._en_suspens["id"]}
        entre = self._executer(_SOLDER_ET_ENTRER, precedent | qui) == 1
        self._en_suspens = None
        return entre

    def solder(self, envoi: Envoi, issue: Issue) -> None:
        """Notes what became of a mail: at once, or for a release with the next one's entry (or `vider`)."""
        self.vider()
        self._en_suspens = {
            "id": envoi.id,
            "genre": envoi.genre,
            "porteur": self._porteur,
            "demande": envoi.demande,
            "etat": issue.etat,
            "erreur": issue.raison,
            "attente": issue.attente,
            "essais": envoi.essais + issue.essais,
            "envoye_le": clock.maintenant() if issue.etat is Etat.ENVOYE else None,
        }
        if envoi.genre != Genre.VERSION:
            self.vider()

    def vider(self) -> None:
        """Writes what `solder` has kept, for later or because the line was cut."""
        if self._en_suspens is not None:
            self._ecrire(self._en_suspens)
            self._en_suspens = None

    def rendre(self) -> None:
        """Gives back what was taken and not entered."""
        self.vider()
        self._executer(_RENDRE, (self._porteur,))

    def relever(self) -> int:
        """Takes up what carriers left that died. Returns how many mails."""
        releves = 0
        for (porteur,) in self._connexion.execute(_ABANDONNES, (self._porteur,)).fetchall():
            if not self._un("SELECT pg_try_advisory_lock(%s, %s)", _VERROU, porteur)[0]:
                continue  # it lives
            valeurs = {"porteur": porteur, "raison": _INTERROMPU, "attente": ATTENTE_INCONNU}
            with self._connexion.transaction():
                for id_, genre, etat in self._connexion.execute(_RELEVER, valeurs).fetchall():
                    releves += 1
                    if etat == Etat.INCONNU:
                        self._annoncer(id_, genre)
            self._un("SELECT pg_advisory_unlock(%s, %s)", _VERROU, porteur)
        return releves

    def _ecrire(self, valeurs: dict[str, Any]) -> None:
        if valeurs["genre"] not in EVENEMENTS:
            self._executer(_SOLDER, valeurs)
            return
        with self._connexion.transaction():
            if self._executer(_SOLDER, valeurs):
                self._annoncer(valeurs["id"], valeurs["genre"])

    def _annoncer(self, envoi_id: str, genre: str) -> None:
        """Tells the session of a mail, where it is one that it follows."""
        if evenement := EVENEMENTS.get(genre):
            en_tetes = Jsonb({"ceres-requete": nouvel_id()})
            quoi = {"evenement": f"notifications.{evenement}", "numero": nouvel_id(), "en_tetes": en_tetes}
            self._executer(_ANNONCER, {"id": envoi_id, **quoi})

    @property
    def _connexion(self) -> "psycopg.Connection[Any]":
        if self._db is None:
            raise psycopg.OperationalError("The ledger is closed.")
        return self._db

    def _executer(self, ordre: str, valeurs: Any = ()) -> int:
        return self._connexion.execute(ordre, valeurs, prepare=True).rowcount

    def _un(self, ordre: str, *valeurs: Any) -> Any:
        return self._connexion.execute(ordre, valeurs).fetchone()
