"""Accounts of servers that tests come to as somebody else."""

from urllib.parse import urlsplit


def en_inconnu(url: str) -> str:
    """Returns the address of a PostgreSQL or of a broker for « personne », whom it does not let in."""
    lieu = urlsplit(url)
    return lieu._replace(netloc=f"personne:faux@{lieu.netloc.rpartition('@')[2]}").geturl()
