"""A real SMTP server (aiosmtpd) that a test makes slow, refusing, or cutting; and that kills its client on demand."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from local.ports import port_libre


@dataclass(frozen=True)
class Recu:
    """A mail taken."""

    a: str
    brut: bytes
    le: float = field(default_factory=time.monotonic)

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.brut, policy=policy.default)


Reponse = str | None
"""What the server says at a point: its own answer where `None`; « coupe » hangs up."""


class ServeurSmtp:
    """What it does at a point of the dialogue is `au_point[point](adresse)`: mail, rcpt, data, contenu, reponse."""

    def __init__(self) -> None:
        self.recus: list[Recu] = []
        self.connexions = 0
        self.au_point: dict[str, Callable[[str], Reponse]] = {}
        self.lenteur = 0.0
        self.en_rafale = False
        """Whether it says that it takes commands in a row (PIPELINING)."""
        self.port = port_libre()

    def demarrer(self) -> None:
        """Listens; on the same port again after a stop."""
        serveur = self

        class _Protocole(SMTP):
            async def push(self, status: Any) -> None:
                await super().push(status)
                if serveur._rendu and str(status).startswith("250"):
                    serveur._rendu = ""
                    serveur._jouer("reponse", serveur._dernier)

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                serveur.connexions += 1
                super().connection_made(transport)

            @syntax("DATA")
            async def smtp_DATA(self, arg: str) -> None:
                reponse = serveur._jouer("data", self.envelope.rcpt_tos[0])
                if reponse == "coupe":
                    self.transport.close()
                elif reponse:
                    await self.push(reponse)
                    self._set_post_data_state()
                else:
                    await super().smtp_DATA(arg)

        class _Controleur(Controller):
            def factory(self) -> SMTP:
                return _Protocole(self.handler, hostname="essai", timeout=60)

        self._rendu, self._dernier = "", ""
        self._controleur = _Controleur(self, hostname="127.0.0.1", port=self.port)
        self._controleur.start()
        self.connexions = 0  # but that by which the library tries its own server

    def arreter(self) -> None:
        """Listens no more."""
        self._controleur.stop()

    async def handle_EHLO(
        self, serveur: SMTP, session: Session, env: Envelope, nom: str, reponses: list[str]
    ) -> list[str]:
        session.host_name = nom
        return [*reponses[:-1], *(["250-PIPELINING"] if self.en_rafale else []), reponses[-1]]

    async def handle_MAIL(
        self, serveur: SMTP, session: Session, env: Envelope, adresse: str, options: list[str]
    ) -> str:
        reponse = self._jouer("mail", "")
        env.mail_from = adresse
        env.mail_options.extend(options)
        return reponse or "250 OK"

    async def handle_RCPT(
        self, serveur: SMTP, session: Session, env: Envelope, adresse: str, options: list[str]
    ) -> str:
        reponse = self._jouer("rcpt", adresse)
        if reponse is None:
            env.rcpt_tos.append(adresse)
        return reponse or "250 OK"

    async def handle_DATA(self, serveur: SMTP, session: Session, env: Envelope) -> str:
        if self.lenteur:
            await asyncio.sleep(self.lenteur)
        adresse = env.rcpt_tos[0]
        assert len(env.rcpt_tos) == 1 and isinstance(env.content, bytes)
        reponse = self._jouer("contenu", adresse)
        if reponse is None or reponse == "coupe":
            self.recus.append(Recu(adresse, env.content))
        if reponse == "coupe":
            serveur.transport.close()
            return "451 coupe"
        self._rendu, self._dernier = "oui" if reponse is None else "", adresse
        return reponse or "250 OK"

    def _jouer(self, point: str, adresse: str) -> Reponse:
        geste = self.au_point.get(point)
        return geste(adresse) if geste else None

    def par_adresse(self) -> Counter[str]:
        """Returns how many mails each address got."""
        return Counter(recu.a for recu in self.recus)

    def tuer_au(self, point: str, rang: int, pid: Callable[[], int]) -> None:
        """Kills a process (kill -9) when this point is reached for the `rang`-th time."""
        vus = 0

        def tuer(adresse: str) -> Reponse:
            nonlocal vus
            vus += 1
            if vus == rang:
                os.kill(pid(), signal.SIGKILL)
            return None

        self.au_point = {point: tuer}
