"""NOT-01 : le message de la 1.7.1 dit tout ce que disait l'original, dans le même ordre, en français correct."""

import difflib
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest

from services.notifications.courrier.composition import LIEN, Lettre, Moule
from services.notifications.courrier.versions import lettre_version, page_version
from tests.notifications.conftest import DONNEES

ORIGINAL = (Path(__file__).parent / "source-1.7.1.txt").read_text()
CORRECTIONS = {
    ("Evolutions", "Évolutions"),
    ("réactivez", "réactiverez"),
    ("précédents", "précédant"),
    ("centre", "centres"),
    ("convocations", "convocation"),
    ("Profils", "Profil"),
    ("Un", "un"),
    ("", "que nécessaire"),
    # said by the button, where the original had none
    ("", "Je m'inscris"),
    # the line printed twice
    (
        "Revenir à l'état brouillon pour une habilitation expirée avant la date de fin de vie du titre avec un titre "
        "dans le délai de prolongation",
        "",
    ),
}


@pytest.fixture(scope="module")
def lettre() -> Lettre:
    return lettre_version(orjson.loads(DONNEES.read_bytes()))


class _Visible(HTMLParser):
    """The words that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.texte: list[str] = []
        self._cache = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        cache = tag in ("style", "title") or ("style", "display: none") in [(n, (v or "")[:13]) for n, v in attrs]
        self._cache += cache
        self.texte.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._cache -= bool(self._cache) and tag in ("style", "title", "div")

    def handle_data(self, data: str) -> None:
        if not self._cache:
            self.texte.append(data)


def mots(texte: str) -> list[str]:
    return re.findall(r"\w+(?:['.]\w+)*", texte.replace("’", "'"))


def test_il_dit_tout_dans_le_meme_ordre(lettre: Lettre) -> None:
    lecteur = _Visible()
    lecteur.feed(lettre.html)
    avant, apres = mots(ORIGINAL), mots("".join(lecteur.texte))
    ecarts = {
        (" ".join(avant[a:b]), " ".join(apres[c:d]))
        for genre, a, b, c, d in difflib.SequenceMatcher(None, avant, apres, autojunk=False).get_opcodes()
        if genre != "equal"
    }
    assert ecarts == CORRECTIONS


def test_le_texte_seul_dit_la_meme_chose(lettre: Lettre) -> None:
    du_texte, du_html = mots(lettre.texte.upper()), _Visible()
    du_html.feed(lettre.html)
    manquent = [mot for mot in mots("".join(du_html.texte).upper()) if mot not in du_texte]
    assert manquent == ["BOUTON", "JE", "M'INSCRIS"]  # it says « lien », and gives the address


def test_chaque_destinataire_a_son_lien_et_seulement_le_sien(lettre: Lettre) -> None:
    moule, instant = Moule(lettre), datetime.fromisoformat("2026-03-15T08:00:00+00:00")
    lien = "https://ceres.exemple.fr/api/v1/abonnements/desabonnement/" + "J" * 54
    fil = moule.remplir(adresse="a@exemple.fr", envoi="un-id", instant=instant, lien=lien)
    brut = fil.replace(b"\r\n..", b"\r\n.")  # as the server undoes it
    message = message_from_bytes(brut, policy=policy.default)
    assert isinstance(message, EmailMessage) and not message.defects
    assert message["List-Unsubscribe"] == f"<{lien}>" and message["To"] == "a@exemple.fr"
    for genre in ("plain", "html"):
        corps = message.get_body((genre,))
        assert corps and not corps.defects
        assert corps.get_content().count(lien) == 1 and LIEN not in corps.get_content()
    longues = [ligne for ligne in brut.partition(b"\r\n\r\n")[2].split(b"\r\n") if len(ligne) > 76]
    assert not longues  # RFC 2045: what mail servers fold by themselves, they may break


def test_la_copie_du_web_n_a_rien_de_personne() -> None:
    page = page_version(orjson.loads(DONNEES.read_bytes()))
    assert LIEN not in page and "désabonner" not in page and "cliquez ici" not in page
