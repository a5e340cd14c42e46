"""ProConnect, with a real OpenID Connect provider: who comes back, and what is believed of it."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from structlog.testing import capture_logs

from commun.clock import maintenant
from commun.config import config
from commun.domain.errors import Indisponible, NonAuthentifie
from gateway import proconnect
from tests.gateway.openid import Fournisseur, parametres

REFUS = "ProConnect n'a pas confirmé votre identité."


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Gives this process the configuration of a gateway."""

    def poser(**reglages: str) -> None:
        for nom, valeur in ({"CERES_CLE_PRIVEE": "une clé d'essai"} | reglages).items():
            monkeypatch.setenv(nom, valeur)
        config.cache_clear()
        proconnect._lus.clear()

    yield poser
    monkeypatch.undo()
    config.cache_clear()
    proconnect._lus.clear()


@pytest.mark.parametrize("client", ["ceres", "ceres-rsa"])
def test_qui_revient(fournisseur: Fournisseur, regler: Callable[..., None], client: str) -> None:
    regler(**fournisseur.reglages(client))
    adresse, etat = proconnect.depart(suite="/jures", invitation="abc")
    demande = parametres(adresse)
    assert demande["response_type"] == "code" and demande["code_challenge_method"] == "S256"
    assert len(demande["state"]) >= 32 and len(demande["nonce"]) >= 32 and demande["acr_values"] == "eidas1"
    assert demande["redirect_uri"] == fournisseur.passerelle + proconnect.RETOUR
    retour = parametres(fournisseur.identifier(adresse, "alice~Alice@Exemple.fr~oui"))
    identite = proconnect.retour(retour, etat)
    assert (identite.sujet, identite.courriel) == ("alice~Alice@Exemple.fr~oui", "alice@exemple.fr")
    assert (identite.courriel_verifie, identite.nom) == (True, "Aïcha Nouvelle")
    assert (identite.suite, identite.invitation) == ("/jures", "abc")
    fin = parametres(proconnect.fin(identite.preuve))
    assert fin["id_token_hint"] == identite.preuve
    assert fin["post_logout_redirect_uri"] == f"{fournisseur.passerelle}/connexion" and len(fin["state"]) >= 32
    with pytest.raises(NonAuthentifie):
        proconnect.retour(retour, etat)  # a code serves once
    if client == "ceres":  # a provider that writes « false » in a text has verified nothing
        adresse, etat = proconnect.depart()
        mal_dit = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~mal dit"))
        assert not proconnect.retour(mal_dit, etat).courriel_verifie


@pytest.mark.parametrize("client", ["ceres-infos-en-clair", "ceres-infos-hs", "ceres-jeton-hs", "ceres-jeton-ps"])
def test_ce_que_le_fournisseur_ne_signe_pas_comme_il_faut_n_est_pas_cru(
    fournisseur: Fournisseur, regler: Callable[..., None], client: str
) -> None:
    """The provider really sends these: information in clear, or signed with a key that both sides hold."""
    regler(**fournisseur.reglages(client))
    adresse, etat = proconnect.depart()
    retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.retour(retour, etat)


def test_un_autre_navigateur_ne_prend_pas_la_suite(fournisseur: Fournisseur, regler: Callable[..., None]) -> None:
    """Neither with somebody else's way back, nor without having left, nor too late."""
    regler(**fournisseur.reglages())
    adresse, etat = proconnect.depart()
    retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
    autre = proconnect.depart()[1]
    faux = (
        (retour, autre),
        (retour, ""),
        (retour, etat[:-2] + "xx"),
        (retour | {"state": ""}, etat),
        (retour | {"iss": "https://ailleurs.exemple.fr"}, etat),
        ({"state": retour["state"], "error": "access_denied"}, etat),
    )
    for donnes, tenu in faux:
        with pytest.raises(NonAuthentifie, match=REFUS):
            proconnect.retour(donnes, tenu)
    assert proconnect.retour(retour, etat).sujet


def test_le_code_ne_sert_pas_sans_le_secret_du_depart(fournisseur: Fournisseur, regler: Callable[..., None]) -> None:
    """PKCE: a code that was overheard is worth nothing to another."""
    regler(**fournisseur.reglages())
    adresse, etat = proconnect.depart()
    retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
    tenu = proconnect._attendu(etat)
    vole = proconnect._sceau().dumps(tenu | {"code_verifier": "x" * 43})
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.retour(retour, vole)


def test_ce_qui_empeche_de_passer_par_le_fournisseur_se_dit_au_journal(
    fournisseur: Fournisseur, regler: Callable[..., None]
) -> None:
    """Its certificate, its address, the way out to it, our secret there: seen answering 503, or 401, to everybody, with
    nothing anywhere that said why.
    """
    with capture_logs() as lignes:
        regler(CERES_OIDC_EMETTEUR="https://127.0.0.1:9", CERES_OIDC_CLIENT="ceres")
        with pytest.raises(Indisponible):
            proconnect.depart()
        regler(**fournisseur.reglages() | {"CERES_OIDC_SECRET": "celui d'avant"})
        adresse, etat = proconnect.depart()
        retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
        with pytest.raises(NonAuthentifie, match=REFUS):
            proconnect.retour(retour, etat)
        regler(**fournisseur.reglages())
        adresse, etat = proconnect.depart()
        retour = parametres(fournisseur.identifier(adresse, "alice~alice@exemple.fr~oui"))
        proconnect._fournisseur()["token_endpoint"] = f"{fournisseur.url}/filtre"
        with pytest.raises(Indisponible):
            proconnect.retour(retour, etat)
        with pytest.raises(NonAuthentifie, match=REFUS):
            proconnect.retour({"state": retour["state"], "error": "invalid_scope"}, etat)
    absent, refuse, filtre, demande = lignes
    assert (absent["event"], absent["panne"]) == ("proconnect_injoignable", "ConnectionError")
    assert "127.0.0.1" in absent["raison"] and "refused" in absent["raison"]
    assert (refuse["event"], refuse["quoi"], refuse["raison"]) == ("proconnect_refuse", "token", "invalid_client")
    assert filtre["event"] == "proconnect_injoignable"
    assert (demande["quoi"], demande["raison"]) == ("code", "invalid_scope")


CLES = {nom: ECKey.generate_key("P-256", {"kid": "cle", "alg": "ES256", "use": "sig"}) for nom in ("sienne", "autre")}
EMETTEUR = "https://proconnect.exemple.fr"


@pytest.fixture
def publie(regler: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """What a provider publishes."""
    regler(CERES_OIDC_EMETTEUR=EMETTEUR, CERES_OIDC_CLIENT="ceres")
    monkeypatch.setattr(requests, "get", servir("sienne"))


def documents(cle: str) -> dict[str, object]:
    return {
        f"{EMETTEUR}/.well-known/openid-configuration": {"issuer": EMETTEUR, "jwks_uri": f"{EMETTEUR}/jwks"},
        f"{EMETTEUR}/jwks": KeySet([CLES[cle]]).as_dict(private=False),
    }


def servir(cle: str) -> Callable[..., requests.Response]:
    """Answers as the provider does whose key this is."""

    def lire(adresse: str, **_: object) -> requests.Response:
        reponse = requests.Response()
        reponse.status_code, reponse._content = 200, json.dumps(documents(cle)[adresse]).encode()
        return reponse

    return lire


def en_base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def signe(cle: str = "sienne", **autres: object) -> str:
    instant = int(maintenant().timestamp())
    charge = {"iss": EMETTEUR, "aud": "ceres", "sub": "alice", "nonce": "n" * 43, "iat": instant, "exp": instant + 300}
    charge = {nom: v for nom, v in (charge | autres).items() if v is not None}
    return jwt.encode({"alg": "ES256", "kid": "cle"}, charge, CLES[cle], algorithms=["ES256"])


def test_un_jeton_juste(publie: None) -> None:
    assert proconnect.jeton_identite(signe(), "n" * 43, "acces")["sub"] == "alice"
    assert proconnect.jeton_identite(signe(exp=int(maintenant().timestamp()) - 30), "n" * 43, "acces")  # clocks differ
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.jeton_identite(signe(exp=int(maintenant().timestamp()) - 90), "n" * 43, "acces")  # not by so much


@pytest.mark.parametrize(
    "faux",
    [
        {"iss": "https://ailleurs.exemple.fr"},
        {"aud": "un-autre"},
        {"aud": ["ceres", "un-autre"], "azp": "un-autre"},
        {"nonce": "autre"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_un_jeton_qui_n_est_pas_pour_nous(publie: None, faux: dict[str, object]) -> None:
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.jeton_identite(signe(**faux), "n" * 43, "acces")


@pytest.mark.parametrize(
    ("exige", "dit", "entre"),
    [
        ("", None, True),
        ("", "eidas2", True),
        ("deux-facteurs", "deux-facteurs", True),
        ("deux-facteurs certifie", "certifie", True),
        ("deux-facteurs", "eidas1", False),
        ("deux-facteurs", None, False),
        ("deux-facteurs", ["deux-facteurs"], False),
    ],
)
def test_qui_est_identifie_moins_surement_qu_on_ne_l_exige_n_entre_pas(
    publie: None, regler: Callable[..., None], exige: str, dit: object, entre: bool
) -> None:
    """Seen letting in who had given no second factor, where it was asked for: a provider may answer less."""
    if exige:
        regler(CERES_OIDC_EMETTEUR=EMETTEUR, CERES_OIDC_CLIENT="ceres", CERES_OIDC_ACR=exige)
    if entre:
        assert proconnect.jeton_identite(signe(acr=dit), "n" * 43, "acces")["sub"] == "alice"
        return
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.jeton_identite(signe(acr=dit), "n" * 43, "acces")


def test_un_jeton_force(publie: None) -> None:
    """Signed by another, by nobody, or with the public key as if both held it."""
    entete, corps, _ = signe().split(".")
    personne, partagee = (en_base64(f'{{"alg":"{alg}","kid":"cle"}}'.encode()) for alg in ("none", "HS256"))
    hs = f"{partagee}.{corps}"
    publique = CLES["sienne"].as_pem(private=False)
    forges = (
        signe("autre"),
        f"{hs}.{en_base64(hmac.digest(publique, hs.encode(), 'sha256'))}",
        f"{personne}.{corps}.",
        f"{entete}.{corps}.",
        "a.b.c",
        "",
    )
    for forge in forges:
        with pytest.raises(NonAuthentifie, match=REFUS):
            proconnect.decoder(forge)


def test_une_cle_changee_sous_le_nom_de_l_ancienne(publie: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is named after its algorithm: what the next had signed was refused for ten minutes."""
    assert proconnect.decoder(signe()).claims["sub"] == "alice"
    monkeypatch.setattr(requests, "get", servir("autre"))
    assert proconnect.decoder(signe("autre")).claims["sub"] == "alice"
    with pytest.raises(NonAuthentifie, match=REFUS):
        proconnect.decoder(signe())
