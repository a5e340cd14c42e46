"""NOT-05 : une diffusion n'écrit jamais deux fois à une adresse, s'arrête, reprend, survit à tout."""

from contextlib import ExitStack

import pytest

from services.notifications.commands import versions
from services.notifications.queries import versions as lectures
from tests.notifications.conftest import NATIONAL, Banc
from tests.notifications.serveur_smtp import ServeurSmtp
from tests.outils.attente import attendre
from tests.outils.souche import Engendre


def diffuser(banc: Banc, n: int) -> list[str]:
    """Sends release 1.7.1 to `n` new subscribers; returns their addresses."""
    adresses = banc.abonner(n)
    banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})
    return adresses


def test_chaque_abonne_recoit_un_message(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 120)
    facteur.lancer()
    attendre(lambda: banc.etats() == {"envoye": 120})
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)
    assert smtp.connexions == 1
    assert len({recu.message["Message-ID"] for recu in smtp.recus}) == 120


def test_tue_a_chaque_point_d_une_longue_diffusion(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 600)
    points = ("mail", "rcpt", "data", "contenu", "reponse")
    for rang, point in enumerate(points):
        smtp.tuer_au(point, 40 + 31 * rang, lambda: facteur.pid)
        facteur.lancer()
        attendre(lambda: not facteur.vit)
    smtp.au_point = {}
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0, 300)
    recus = smtp.par_adresse()
    inconnus = {e["destinataire"] for e in banc.envois(etat="inconnu")}
    assert max(recus.values()) == 1
    assert set(adresses) - set(recus) <= inconnus  # the one window: killed between DATA and its answer
    assert len(inconnus) <= len(points)
    assert banc.etats().get("envoye", 0) + len(inconnus) == 600


def en_attente(banc: Banc) -> int:
    return int(banc.lire(NATIONAL, lectures.diffusion, "1.7.1")["en_attente"])


@pytest.mark.parametrize("point", ["mail", "rcpt", "prise"])
def test_tue_avant_data_le_message_part_une_fois(banc: Banc, smtp: ServeurSmtp, facteur: Engendre, point: str) -> None:
    adresses = diffuser(banc, 10)
    if point == "prise":
        with banc.verrouiller():
            facteur.lancer()
            attendre(banc.facteur_bloque)
            facteur.tuer()
    else:
        smtp.tuer_au(point, 4, lambda: facteur.pid)
        facteur.lancer()
        attendre(lambda: not facteur.vit)
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)
    # what became of the mail before may not have been written yet: it left, and nobody knows
    assert banc.etats().get("inconnu", 0) <= 1


@pytest.mark.parametrize("point", ["rcpt", "contenu"])
def test_tue_pendant_une_ecriture_jamais_deux_messages(
    banc: Banc, smtp: ServeurSmtp, facteur: Engendre, point: str
) -> None:
    """Killed while it notes that a mail is about to leave, or that it did: the note may be taken after its death."""
    adresses = diffuser(banc, 10)
    with ExitStack() as pile:

        def bloquer(adresse: str) -> None:
            if adresse == adresses[3]:
                pile.enter_context(banc.verrouiller())

        smtp.au_point[point] = bloquer
        facteur.lancer()
        attendre(banc.facteur_bloque)
        facteur.tuer()
    smtp.au_point.clear()
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    inconnus = {e["destinataire"] for e in banc.envois(etat="inconnu")}
    recus = smtp.par_adresse()
    assert len(inconnus) <= 1 and max(recus.values()) == 1
    assert set(adresses) - set(recus) <= inconnus
