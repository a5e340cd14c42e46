"""Takes a bounce in: `python -m services.notifications.retours < retour.eml`, as a mail server's alias calls it.

Ends well where the mail is no bounce of ours: the server must not bounce it in turn. Where it is not taken in, by a
fault that is ours, ends as a server understands « later »: it keeps the bounce, and gives it again.
"""

import os
import sys

from commun.actes.unit_of_work import Acte
from commun.config import ReglageFaux, config
from commun.domain.errors import Introuvable, Refus
from commun.telemetry import ouvrir_journal
from services.notifications.commands.convocations import noter_retour
from services.notifications.domain.retours import lire_retour

_TAILLE = 5_000_000


def recevoir(brut: bytes) -> str:
    """Keeps what a bounce says, and returns it for the log: ids and the server's words, no address of ours."""
    retour = lire_retour(brut)
    if retour is None:
        return "Ce message n'est pas un retour."
    try:
        Acte.de_ceres("notifications").faire(noter_retour, retour)
    except Introuvable as inconnu:
        return inconnu.detail
    return f"{retour.envoi_id} : {retour.action}, {retour.raison}"


def principal() -> int:
    """Returns the exit code."""
    try:
        config().exiger_base("notifications")
        dit = recevoir(sys.stdin.buffer.read(_TAILLE))
    except Refus as refus:
        sys.stderr.write(f"{refus.detail}\n")
        return os.EX_TEMPFAIL
    except ReglageFaux as faux:
        sys.stderr.write(f"{faux}\n")
        return os.EX_TEMPFAIL
    sys.stdout.write(f"{dit}\n")
    return 0


if __name__ == "__main__":
    ouvrir_journal("texte")
    sys.exit(principal())
