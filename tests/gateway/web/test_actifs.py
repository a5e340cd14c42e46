"""Style sheets and scripts: what is served of the disk, and what nobody is told of the rest."""

import pytest
from werkzeug.test import Client

from gateway.web import actifs


def test_un_fichier_d_ailleurs_repond_comme_un_fichier_absent(passant: Client) -> None:
    """A visitor told apart the files that the machine has: those there had another answer than those that are not."""
    dehors = "/".join([".."] * len(actifs.CONSTRUITS.parts))
    present, absent = (actifs.adresse(f"{dehors}{chemin}") for chemin in (__file__, f"{__file__}.absent"))
    for accepte in ("*/*", "text/html"):
        lus = [passant.get(adresse, headers={"Accept": accepte}) for adresse in (present, absent)]
        dits = [(r.status_code, r.content_type, {**r.get_json(), "requete": ""}) for r in lus]
        assert dits[0] == dits[1]
        assert dits[0][0] == 404


@pytest.mark.parametrize("chemin", ["../actifs.py", "a\0b"])
def test_rien_n_est_servi_hors_des_actifs(passant: Client, chemin: str) -> None:
    assert passant.get(actifs.adresse(chemin)).status_code == 404
