"""What leads where, in a sentence that a service wrote."""

import re
from dataclasses import replace
from html import unescape

from commun.bus.acteur import Acteur
from commun.domain.referentiel import TypeProfil
from gateway.web.liens import sessions_a_cote, sessions_liees


def test_les_sessions_qu_un_message_nomme_s_ouvrent_et_rien_d_autre() -> None:
    phrase = (
        "L'agrément 2024-75-000001 prend fin. Remplacez <b> dans les sessions 2026-75-000004, 2027-974-000012 et "
        "2027-77-000013 avant le 2026-12-01."
    )

    national = Acteur("c", "national", "p", TypeProfil.NATIONAL)
    ud = Acteur("c", "ud", "p", TypeProfil.UD, departement="75", region="11")

    def liees(qui: Acteur) -> list[str]:
        return re.findall(r'href="/sessions\?q=[^"]+">([^<]+)</a>', sessions_liees(phrase, qui))

    assert liees(national) == ["2026-75-000004", "2027-974-000012", "2027-77-000013"]
    assert liees(ud) == ["2026-75-000004"]  # the list of sessions shows an agent those of his territory alone
    assert liees(replace(ud, type=TypeProfil.DIRECCTE)) == ["2026-75-000004", "2027-77-000013"]
    assert len(liees(replace(ud, type=TypeProfil.CENTRE))) == 3  # it is told of its own, wherever they are held
    assert unescape(re.sub("<[^>]+>", "", sessions_liees(phrase, national))) == phrase


def test_les_sessions_qu_un_refus_nomme_s_ouvrent_a_cote_sauf_sur_la_page_de_l_une_d_elles() -> None:
    """A juré could not be inactivated for a session whose number alone was said: what was typed waits meanwhile."""
    phrase = "Zoé <i> est inscrite à la session 2026-75-000004."
    ud = Acteur("c", "ud", "p", TypeProfil.UD, departement="75", region="11")
    lie = sessions_a_cote(phrase, "/jures/1/inactivation", ud)
    assert re.search(r'href="/sessions\?q=2026-75-000004" target="_blank" title="[^"]+ — nouvelle fenêtre"', lie)
    assert unescape(re.sub("<[^>]+>", "", lie)) == phrase
    assert "href" not in sessions_a_cote(phrase, "/sessions/1/annulation", ud)
