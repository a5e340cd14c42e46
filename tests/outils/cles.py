"""The keys with which a gateway signs whoever acts."""

from joserfc.jwk import OKPKey


def paire() -> tuple[str, str]:
    """Returns a private key and its public key, PEM."""
    cle = OKPKey.generate_key("Ed25519")
    return cle.as_pem(private=True).decode(), cle.as_pem(private=False).decode()
