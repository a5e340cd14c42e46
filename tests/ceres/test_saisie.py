"""What an operator types in a terminal, without seeing it."""

import os
import select
import subprocess
import sys

from local.pile import RACINE

_DEMANDER = "from ceres.commandes.comptes import _mot_de_passe; print('LU', _mot_de_passe())"


def test_deux_saisies_qui_different_se_redemandent_en_francais() -> None:
    """Seen: « Error: The two entered values do not match. »"""
    terminal, clavier = os.openpty()
    commande = [sys.executable, "-W", "ignore", "-c", _DEMANDER]
    essai = subprocess.Popen(
        commande, cwd=RACINE, stdin=clavier, stdout=clavier, stderr=clavier, start_new_session=True
    )
    os.close(clavier)
    for invite, saisie in (("Mot de passe", "un"), ("Encore une fois", "autre"), ("diffèrent", ""), ("Mot", "le bon")):
        _lire(terminal, invite)
        if saisie:
            os.write(terminal, f"{saisie}\n".encode())
    _lire(terminal, "Encore une fois : ")
    os.write(terminal, b"le bon\n")
    assert "LU le bon" in _lire(terminal, "LU le bon")
    assert essai.wait(30) == 0
    os.close(terminal)


def _lire(terminal: int, attendu: str) -> str:
    """Returns what is said, as far as this; a terminal that is left before it raises."""
    dit = b""
    while attendu.encode() not in dit:
        assert select.select([terminal], [], [], 20)[0], dit.decode()
        dit += os.read(terminal, 1)
    return dit.decode()
