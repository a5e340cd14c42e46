"""The delays that docs/rgpd.md tells are those of the installation, and it forgets none."""

import re
from datetime import date
from pathlib import Path

from commun.actes import conservation
from services.sessions.domain.parametres import A_L_INSTALLATION

PAGE = (Path(__file__).parents[3] / "docs" / "rgpd.md").read_text()


def test_la_page_dit_les_durees_de_l_installation() -> None:
    dites = {code: int(mois) for code, mois in re.findall(r"`(conservation_\w+)` : (\d+) mois", PAGE)}
    assert dites == A_L_INSTALLATION.durees_de_conservation(date(2026, 1, 1))


def test_la_page_dit_les_delais_du_noyau() -> None:
    noyau = re.findall(r"(\d+) jours", PAGE.split("## Ce que le noyau efface")[1])
    assert [int(jours) for jours in noyau] == [
        delai.days for delai in (conservation.OUTBOX, conservation.INBOX, conservation.CLES)
    ]
