"""The signed actor: only the gateway's key makes one, and not for ever."""

import base64
import hmac
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey

from commun import clock
from commun.bus.acteur import DUREE, Acteur, exiger_cles, signer, verifier
from commun.config import ReglageFaux
from commun.domain.errors import NonAuthentifie
from commun.domain.referentiel import TypeProfil
from tests.outils.cles import paire

ACTEUR = Acteur("c-1", "alice", "p-1", TypeProfil.UD, departement="75")


PRIVEE, PUBLIQUE = paire()


def test_aller_et_retour() -> None:
    assert verifier(signer(ACTEUR, PRIVEE), PUBLIQUE) == ACTEUR


def test_deux_cles_valent_le_temps_que_l_une_remplace_l_autre() -> None:
    neuve, publiee = paire()
    toutes = PUBLIQUE + publiee
    assert {verifier(signer(ACTEUR, privee), toutes) for privee in (PRIVEE, neuve)} == {ACTEUR}
    with pytest.raises(NonAuthentifie):
        verifier(signer(ACTEUR, paire()[0]), toutes)
    exiger_cles(toutes, neuve)


@pytest.mark.parametrize(
    ("publique", "privee", "phrase"),
    [
        ("", "", "CERES_CLE_PUBLIQUE doit être une clé publique"),
        ("pas une clé", PRIVEE, "CERES_CLE_PUBLIQUE doit être une clé publique"),
        (PUBLIQUE, "pas une clé", "CERES_CLE_PRIVEE doit être une clé privée"),
        (PUBLIQUE, PUBLIQUE, "CERES_CLE_PRIVEE doit être une clé privée"),
        (PUBLIQUE, paire()[0], "CERES_CLE_PRIVEE n'est la clé privée d'aucune"),
    ],
)
def test_des_cles_dont_on_ne_peut_rien_faire_arretent_le_processus(publique: str, privee: str, phrase: str) -> None:
    """Seen started and ready, everybody answered 401."""
    with pytest.raises(ReglageFaux, match=phrase):
        exiger_cles(publique, privee)


def test_le_profil_se_lit() -> None:
    assert ACTEUR.profil == "UD 75"
    assert replace(ACTEUR, type=TypeProfil.DIRECCTE, departement=None, region="11").profil == "DIRECCTE 11"
    assert replace(ACTEUR, type=TypeProfil.NATIONAL, departement=None).profil == "NATIONAL"


def _b64(objet: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(objet)).decode().rstrip("=")


def _altere() -> str:
    tete, charge, signature = signer(ACTEUR, PRIVEE).split(".")
    contenu = orjson.loads(base64.urlsafe_b64decode(charge + "=="))
    return f"{tete}.{_b64(contenu | {'type': 'NATIONAL'})}.{signature}"


def _sans_signature() -> str:
    charge = {"compte_id": "c", "identifiant": "x", "profil_id": "p", "type": "NATIONAL", "exp": 4_000_000_000}
    return f"{_b64({'alg': 'none'})}.{_b64(charge)}."


def _public_pour_secret() -> str:
    charge = {"compte_id": "c", "identifiant": "x", "profil_id": "p", "type": "NATIONAL", "exp": 4_000_000_000}
    a_signer = f"{_b64({'alg': 'HS256'})}.{_b64(charge)}"
    signature = hmac.digest(PUBLIQUE.encode(), a_signer.encode(), "sha256")
    return f"{a_signer}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@pytest.mark.parametrize(
    "jeton",
    [
        "",
        "n'importe quoi",
        "a.b.c",
        "é.è.ê",
        signer(ACTEUR, paire()[0]),
        signer(ACTEUR, PRIVEE)[:-4] + "AAAA",
        _altere(),
        _sans_signature(),
        _public_pour_secret(),
    ],
    ids=["absent", "texte", "trois points", "accents", "autre clé", "signature", "charge", "alg none", "HS256"],
)
def test_tout_autre_jeton_est_refuse(jeton: str) -> None:
    with pytest.raises(NonAuthentifie):
        verifier(jeton, PUBLIQUE)


def _signe(**champs: Any) -> str:
    """A token that the gateway's key signs, as `signer` makes it but for these claims; `...`: it has not this one."""
    charge = signer(ACTEUR, PRIVEE).split(".")[1]
    charge = orjson.loads(base64.urlsafe_b64decode(charge + "==")) | champs
    charge = {nom: v for nom, v in charge.items() if v is not ...}
    return jwt.encode({"alg": "Ed25519"}, charge, OKPKey.import_key(PRIVEE), algorithms=["Ed25519"])


def test_le_temoin_des_charges_vaut() -> None:
    assert verifier(_signe(), PUBLIQUE) == ACTEUR


@pytest.mark.parametrize(
    "champs",
    [
        {"type": "ROI"},
        {"inconnu": 1},
        {"type": ...},
        {"exp": ...},
        {"exp": "demain"},
        {"exp": 4_000_000_000},
        {"aud": "ceres/navigateurs"},
        {"aud": None},
        {"iss": "ceres/jures"},
    ],
    ids=str,
)
def test_une_charge_qui_n_est_pas_un_acteur_est_refusee(champs: dict[str, Any]) -> None:
    with pytest.raises(NonAuthentifie):
        verifier(_signe(**champs), PUBLIQUE)


@pytest.mark.parametrize(
    ("plus_tard", "vaut"),
    [
        (timedelta(), True),
        (DUREE * 2 - timedelta(seconds=2), True),
        (DUREE * 2 + timedelta(seconds=2), False),
        (-DUREE * 2 + timedelta(seconds=2), True),  # the gateway's clock runs ahead
        (-DUREE * 2 - timedelta(seconds=2), False),
    ],
)
def test_un_jeton_expire_a_l_ecart_des_horloges_pres(
    monkeypatch: pytest.MonkeyPatch, plus_tard: timedelta, vaut: bool
) -> None:
    jeton = signer(ACTEUR, PRIVEE)
    assert verifier(jeton, PUBLIQUE) == ACTEUR  # known by now: remembered answers expire too
    instant = clock.maintenant() + plus_tard
    monkeypatch.setattr(clock, "maintenant", lambda: instant)
    if vaut:
        assert verifier(jeton, PUBLIQUE) == ACTEUR
    else:
        with pytest.raises(NonAuthentifie):
            verifier(jeton, PUBLIQUE)


@given(st.text(max_size=80))
def test_aucun_texte_ne_fait_tomber(jeton: str) -> None:
    with pytest.raises(NonAuthentifie):
        verifier(jeton, PUBLIQUE)
