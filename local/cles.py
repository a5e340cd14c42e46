"""The secrets of this machine's CERES: made once, kept in `.ceres/cles/`, readable by their owner alone."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Cles:
    """The signing keys of the actors' tokens, and the passwords of databases and broker."""

    def __init__(self, dossier: Path) -> None:
        dossier.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._graine = garder(dossier / "graine", lambda: secrets.token_hex(32))
        self.privee = garder(dossier / "privee.pem", _nouvelle_cle)

    @property
    def publique(self) -> str:
        """The public key, PEM: every process checks actors with it."""
        cle = serialization.load_pem_private_key(self.privee.encode(), password=None).public_key()
        forme = serialization.PublicFormat.SubjectPublicKeyInfo
        return cle.public_bytes(serialization.Encoding.PEM, forme).decode()

    def mot_de_passe(self, role: str) -> str:
        """Returns the password of `role`: always the same one on this machine, another one on the next."""
        return hmac.new(self._graine.encode(), role.encode(), hashlib.sha256).hexdigest()[:32]


def _nouvelle_cle() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def garder(fichier: Path, fabriquer: Callable[[], str]) -> str:
    """Returns the secret that a file holds; makes it where there is none, whole or, of who is cut as it writes, not at
    all."""
    if not fichier.exists():
        neuf = fichier.with_name(f"{fichier.name}.neuf")
        neuf.touch(mode=0o600)
        neuf.write_text(fabriquer())
        neuf.replace(fichier)
    return fichier.read_text()
