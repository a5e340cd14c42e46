"""What a token is worth, and what is never stored."""

from dataclasses import replace

import pytest

from commun.config import Config, ReglageFaux
from commun.domain.errors import NonAuthentifie
from commun.domain.referentiel import TypeProfil
from gateway import auth
from gateway.auth import (
    Signature,
    acteur,
    empreinte,
    jeton_changement,
    jeton_de,
    jeton_invitation,
    jeton_renouvellement,
    nouveau_jeton,
)


@pytest.mark.parametrize("autorisation", ["Bearer abc", "bearer abc", "BEARER   abc  "])
def test_le_jeton_d_un_en_tete(autorisation: str) -> None:
    assert jeton_de(autorisation) == "abc"


@pytest.mark.parametrize("autorisation", ["", "abc", "Bearer", "Bearer  ", "Basic abc", "Token abc"])
def test_un_en_tete_sans_jeton(autorisation: str) -> None:
    with pytest.raises(NonAuthentifie):
        jeton_de(autorisation)


def test_deux_jetons_ne_se_ressemblent_pas() -> None:
    faits = [nouveau_jeton() for _ in range(200)]
    assert len({jeton for jeton, _ in faits}) == 200
    assert all(imprime == empreinte(jeton) and jeton.encode() not in imprime for jeton, imprime in faits)


def test_le_secret_d_un_lien_n_ouvre_que_ce_pour_quoi_il_fut_ecrit() -> None:
    secrets = {jeton_invitation("un", 1), jeton_renouvellement("un 1"), jeton_changement("un 1")}
    assert len(secrets) == 3


def test_sans_sa_cle_la_passerelle_ne_demarre_pas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen ready, the secrets of its links made of no secret."""
    monkeypatch.setattr(auth, "config", Config)
    with pytest.raises(ReglageFaux, match=r"^CERES_CLE_PRIVEE doit être posée"):
        Signature().setup()


@pytest.mark.parametrize("manque", ["oidc_client", "oidc_secret"])
def test_sans_ce_que_proconnect_demande_la_passerelle_ne_demarre_pas(
    monkeypatch: pytest.MonkeyPatch, manque: str
) -> None:
    """Seen ready, and each who came refused by ProConnect, where it alone lets people in."""
    reglee = Config(cle_privee="x", oidc_emetteur="https://exemple.fr", oidc_client="ceres", oidc_secret="s")
    monkeypatch.setattr(auth, "config", lambda: reglee)
    Signature().setup()
    monkeypatch.setattr(auth, "config", lambda: replace(reglee, **{manque: ""}))
    with pytest.raises(ReglageFaux, match=r"^CERES_OIDC_EMETTEUR demande CERES_OIDC_CLIENT et"):
        Signature().setup()


def test_un_compte_dans_un_profil_est_un_acteur() -> None:
    porteur = {
        "compte_id": "c",
        "identifiant": "alice",
        "id": "p",
        "type": "UD",
        "etablissement_id": None,
        "departement": "75",
        "region": "11",
    }
    alice = acteur(porteur)
    assert (alice.profil_id, alice.type, alice.profil) == ("p", TypeProfil.UD, "UD 75")
