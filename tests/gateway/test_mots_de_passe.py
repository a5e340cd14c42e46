"""A password that everybody would try first is refused as it is chosen, wherever it is."""

from collections.abc import Callable

import httpx
import pytest

from gateway.mots_de_passe import se_devine
from tests.gateway.conftest import CENTRE, MOT_DE_PASSE, NATIONAL, UD, Client, refuse
from tests.gateway.test_administration import centre_nouveau
from tests.gateway.test_invitations import NOUVEAU, adresse_nouvelle, inviter, lien_recu

Creer = Callable[..., Client]
CONNUS = ("zoe.martin", "zoe.martin@exemple.fr")


@pytest.mark.parametrize(
    "mot",
    [
        *("aaaaaaaaaaaa", "abababababab", "111122223333", "123456789012", "abcdefghijkl", "zyxwvutsrqpo"),
        *("motdepasse12", "MotDePasse2026", "azertyuiop12", "Password1234", "ceresceresceres", "azertyazerty"),
        *("zoe.martin@exemple.fr", "Zoe.Martin12", "zoe.martinzoe.martin"),
    ],
)
def test_ce_que_n_importe_qui_essaierait_se_devine(mot: str) -> None:
    assert len(mot) >= 12 and se_devine(mot, *CONNUS)


@pytest.mark.parametrize(
    "mot", [MOT_DE_PASSE, NOUVEAU["mot_de_passe"], "Tr0ub4dor&3xyz", "zoe.martin aime la mer", "é" * 3 + "kqwzvtmpx"]
)
def test_les_autres_non(mot: str) -> None:
    assert not se_devine(mot, *CONNUS)


def test_il_est_refuse_partout_ou_on_le_choisit(client: Creer, anonyme: httpx.Client) -> None:
    """Seen accepted: the address of the account, or one letter twelve times, which who is slowed has time to try."""
    national = client(NATIONAL)
    centre = centre_nouveau(national)
    chef = client(CENTRE | {"etablissement_id": centre["id"], "departement": "75", "region": "11"})
    courriel = adresse_nouvelle()
    inviter(chef, courriel, type="CENTRE")
    lien = lien_recu(chef, courriel)
    for devine in (courriel, "aaaaaaaaaaaa"):
        document = refuse(anonyme.post(lien, json=NOUVEAU | {"mot_de_passe": devine}), 422, "INVALIDE")
        assert list(document["erreurs"]) == ["mot_de_passe"]
    alice = client(UD)
    corps = {"ancien": MOT_DE_PASSE, "nouveau": f"{alice.identifiant}12"}
    assert list(refuse(alice.http.put("/moi/mot-de-passe", json=corps), 422, "INVALIDE")["erreurs"]) == ["nouveau"]
    alice.connecter()
