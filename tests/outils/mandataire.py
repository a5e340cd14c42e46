"""A TCP proxy that cuts, freezes, slows and balances, in a process of its own; a test steers it line by line.

Written here: the packages of this kind drive a server that they do not bring, or have no freeze. What stands behind a
line is tried in turn, as behind a Kubernetes service, so that a replica can be taken out before it is stopped.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

Adresse = tuple[str, int]
_RACINE = Path(__file__).resolve().parents[2]


class Mandataire:
    """The proxy, as a test sees it."""

    def __init__(self) -> None:
        commande = [sys.executable, "-m", "tests.outils.mandataire"]
        self._enfant = subprocess.Popen(
            commande, cwd=_RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def ouvrir(self, nom: str, *vers: int) -> int:
        """Opens a line to these ports of 127.0.0.1; returns its own port."""
        return int(self._dire("ouvrir", nom, vers=vers))

    def diriger(self, nom: str, *vers: int) -> None:
        """New connections go to these ports from now on; those that are open stay."""
        self._dire("diriger", nom, vers=vers)

    def couper(self, nom: str) -> None:
        """Resets every connection, and each new one, until `retablir`."""
        self._dire("couper", nom)

    def geler(self, nom: str) -> None:
        """Keeps connections and lets nothing through, until `retablir`."""
        self._dire("geler", nom)

    def ralentir(self, nom: str, secondes: float) -> None:
        """Holds back whatever passes, either way, until `retablir`."""
        self._dire("ralentir", nom, secondes=secondes)

    def retablir(self, nom: str) -> None:
        """Lets everything through again."""
        self._dire("retablir", nom)

    def fermer(self) -> None:
        """Ends the process."""
        assert self._enfant.stdin
        self._enfant.stdin.close()
        self._enfant.wait(30)

    def _dire(self, ordre: str, nom: str, **details: Any) -> str:
        assert self._enfant.stdin and self._enfant.stdout
        self._enfant.stdin.write(json.dumps({"ordre": ordre, "nom": nom, **details}) + "\n")
        self._enfant.stdin.flush()
        return self._enfant.stdout.readline().strip()


class _Ligne:
    """One line of the proxy."""

    def __init__(self, vers: Sequence[int]) -> None:
        self.vers = list(vers)
        self.tour = 0
        self.coupee = False
        self.delai = 0.0
        self.passe = asyncio.Event()
        self.passe.set()
        self.ouverts: set[asyncio.StreamWriter] = set()

    async def accueillir(self, lit: asyncio.StreamReader, ecrit: asyncio.StreamWriter) -> None:
        self.ouverts.add(ecrit)
        try:
            if not self.coupee and (la_bas := await self._joindre()):
                lit_la_bas, ecrit_la_bas = la_bas
                self.ouverts.add(ecrit_la_bas)
                await asyncio.gather(self._couler(lit, ecrit_la_bas), self._couler(lit_la_bas, ecrit))
                self.ouverts.discard(ecrit_la_bas)
        finally:
            self.ouverts.discard(ecrit)
            ecrit.transport.abort()

    async def _joindre(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self.vers)):
            self.tour += 1
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.vers[self.tour % len(self.vers)])
        return None

    async def _couler(self, lit: asyncio.StreamReader, ecrit: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while octets := await lit.read(65536):
                if self.delai:
                    await asyncio.sleep(self.delai)
                await self.passe.wait()
                ecrit.write(octets)
                await ecrit.drain()
            await self.passe.wait()
            ecrit.write_eof()
            return
        ecrit.transport.abort()

    def regler(self, ordre: str, secondes: float) -> None:
        self.coupee = ordre == "couper"
        self.delai = secondes if ordre == "ralentir" else 0.0
        self.passe.clear() if ordre == "geler" else self.passe.set()
        if self.coupee:
            for ecrit in self.ouverts:
                ecrit.transport.abort()


async def _servir() -> None:
    lignes: dict[str, _Ligne] = {}
    entree = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(entree), sys.stdin)
    while brut := await entree.readline():
        ordre = json.loads(brut)
        reponse = "fait"
        if ordre["ordre"] == "ouvrir":
            ligne = lignes[ordre["nom"]] = _Ligne(ordre["vers"])
            serveur = await asyncio.start_server(ligne.accueillir, "127.0.0.1", 0)
            reponse = str(serveur.sockets[0].getsockname()[1])
        elif ordre["ordre"] == "diriger":
            lignes[ordre["nom"]].vers = ordre["vers"]
        else:
            lignes[ordre["nom"]].regler(ordre["ordre"], ordre.get("secondes", 0.0))
        sys.stdout.write(reponse + "\n")
        sys.stdout.flush()
    os._exit(0)  # whatever is still open goes with us


if __name__ == "__main__":
    asyncio.run(_servir())
