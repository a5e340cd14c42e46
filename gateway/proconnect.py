"""Signing in with ProConnect (OpenID Connect): the authorization code with PKCE, from the way out to who came back.

What the provider says is believed only where it signed it, by an algorithm of our own list: never `none`, never one
whose key both sides hold. Roles stay in CERES: an identity opens the account that it is bound to, and no other.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from commun import clock
from commun.config import config
from commun.domain.errors import Indisponible, Invalide, NonAuthentifie
from commun.fils import au_plus
from commun.telemetry import journal

if TYPE_CHECKING:  # else loaded when somebody signs in so: they are 5 MB, and many deployments never do
    import requests
    from authlib.integrations.requests_client import OAuth2Session

ALGORITHMES = ["ES256", "RS256"]
RETOUR = "/connexion/proconnect/retour"
FIN = "/connexion/proconnect/fin"
SEJOUR = 600
"""Seconds that a person may spend at the provider."""
_LE_MOINS = "eidas1"
"""The level below which nobody is identified (eIDAS)."""
_PATIENCE, _EN_TOUT = 4, 8
"""Seconds that it has to answer us, and to answer all that one page asks of it: up to four questions."""
_MEMOIRE = 600.0
_ECART = 60
"""Seconds that its clock may differ from ours."""
_LONGUEUR = 40
"""Characters of an OAuth code that a browser brought: the longest known has half of them."""
_ABSENT = "ProConnect ne répond pas : réessayez dans quelques instants."
_A_REFAIRE = (
    "Rien n'attend d'être relié à ce compte : un retour de ProConnect vaut dix minutes, pour le compte d'où l'on est "
    "parti. Recommencez depuis « Mon compte »."
)


@dataclass(frozen=True)
class Identite:
    """Who came back. `invitation`: the secret of the link that he came by, if any; `suite`: where he was going;
    `pour`: the account that is to be bound to him, which left while signed in to it.
    """

    sujet: str
    courriel: str
    courriel_verifie: bool
    nom: str
    preuve: str
    invitation: str
    suite: str
    pour: str = ""


def actif() -> bool:
    """Whether this deployment signs in with ProConnect."""
    return bool(config().oidc_emetteur)


def depart(**apres: str) -> tuple[str, str]:
    """Returns where to send the browser, and what it must bring back: to be kept in a cookie for `SEJOUR` seconds.

    Args:
        apres: `invitation`, `suite` and `pour`, as in `Identite`.
    """
    garde = {nom: secrets.token_urlsafe(32) for nom in ("state", "nonce", "code_verifier")}
    demande = garde | {"acr_values": config().oidc_acr}
    with _session() as client:
        adresse, _ = client.create_authorization_url(_fournisseur()["authorization_endpoint"], **demande)
    return str(adresse), _sceau().dumps(garde | apres)


def retour(parametres: Mapping[str, str], etat: str) -> Identite:
    """Returns who comes back from the provider.

    Raises:
        NonAuthentifie: it is not the browser that left, the provider did not say who he is, or what it says is not
            signed as it must be.
        Indisponible: the provider does not answer.
    """
    attendu = _attendu(etat)
    conforme = hmac.compare_digest(parametres.get("state", "").encode(), attendu["state"].encode())
    if not conforme or parametres.get("iss", config().oidc_emetteur) != config().oidc_emetteur:
        raise _refuser("state")
    if "code" not in parametres:
        raise _refuser("code", raison=parametres.get("error", "")[:_LONGUEUR])
    with au_plus(_EN_TOUT, _injoignable), _session() as client:  # slow each time, it would hold a page for long
        recu, reponse = _echanger(client, parametres["code"], attendu["code_verifier"])
        identite = jeton_identite(recu.get("id_token", ""), attendu["nonce"], recu["access_token"])
        infos = _infos(reponse, identite["sub"])
    return Identite(
        sujet=identite["sub"],
        courriel=str(infos.get("email", "")).strip().lower(),
        courriel_verifie=infos.get("email_verified") is True,
        nom=" ".join(str(infos[nom]) for nom in ("given_name", "usual_name") if infos.get(nom)),
        preuve=recu["id_token"],
        **{nom: attendu.get(nom, "") for nom in ("invitation", "suite", "pour")},
    )


def sceller(identite: Identite) -> str:
    """Returns who came back to be bound to an account, as a cookie keeps it until its holder says so."""
    return _sceau("identite").dumps(asdict(replace(identite, preuve="")))


def scellee(sceau: str, compte_id: str) -> Identite:
    """Returns who came back to be bound to this account.

    Raises:
        Invalide: nobody did, for `SEJOUR` seconds, or it was to be bound to another.
    """
    try:
        identite = Identite(**_sceau("identite").loads(sceau, max_age=SEJOUR))
    except BadSignature as erreur:
        raise Invalide.au_champ("identite", _A_REFAIRE) from erreur
    if identite.pour != compte_id:
        raise Invalide.au_champ("identite", _A_REFAIRE)
    return identite


def _echanger(client: "OAuth2Session", code: str, secret: str) -> tuple[dict[str, Any], "requests.Response"]:
    """Returns the tokens that the provider gives for a code, and what it then says of the person.

    Raises:
        NonAuthentifie: it gives none.
        Indisponible: it does not answer.
    """
    import requests
    from authlib.integrations.base_client import OAuthError

    try:
        recu = client.fetch_token(_fournisseur()["token_endpoint"], code=code, code_verifier=secret)
        reponse = client.get(_fournisseur()["userinfo_endpoint"])
        reponse.raise_for_status()
    except OAuthError as erreur:
        raise _refuser("token", raison=erreur.error) from erreur
    except (requests.RequestException, ValueError) as panne:  # no JSON: what stands before it answers in its place
        raise _injoignable(panne) from panne
    return recu, reponse


def fin(preuve: str) -> str:
    """Returns where to send a browser that also signs out of the provider (RP-initiated logout)."""
    suite = {
        "id_token_hint": preuve,
        "post_logout_redirect_uri": _ici("/connexion"),
        "state": secrets.token_urlsafe(32),
    }
    return f"{_fournisseur()['end_session_endpoint']}?{urlencode(suite)}"


def jeton_identite(jeton: str, nonce: str, jeton_acces: str) -> dict[str, Any]:
    """Returns what an id_token says, once all of it was checked."""
    from authlib.oidc.core import CodeIDToken

    lu, client = decoder(jeton), config().oidc_client
    charge = CodeIDToken(
        lu.claims,
        lu.header,
        options={nom: {"essential": True, "value": v} for nom, v in (("iss", config().oidc_emetteur), ("aud", client))},
        params={"nonce": nonce, "client_id": client, "access_token": jeton_acces},
    )
    try:
        charge.validate(now=int(clock.maintenant().timestamp()), leeway=_ECART)
    except JoseError as erreur:
        raise _refuser("id_token") from erreur
    if not _assez_sur(charge.get("acr")):
        raise _refuser("acr", raison=charge.get("acr"))
    return dict(charge)


def _assez_sur(acr: object) -> bool:
    """Whether somebody was identified as surely as we ask: to ask is all that a provider is told, and it may answer
    less (OpenID Connect Core, 5.5.1.1). The lowest level, whoever is identified has.
    """
    demandes = config().oidc_acr.split()
    return _LE_MOINS in demandes or acr in demandes


def decoder(jeton: str) -> jwt.Token:
    """Returns a token that the provider signed.

    Raises:
        NonAuthentifie: it did not, or not by an algorithm that we accept.
    """
    try:
        try:
            return jwt.decode(jeton, _cles(), algorithms=ALGORITHMES)
        except (InvalidKeyIdError, BadSignatureError):  # a key may be new, be it under the name of the one before it
            return jwt.decode(jeton, _cles(relire=True), algorithms=ALGORITHMES)
    except (JoseError, ValueError) as erreur:
        raise _refuser("signature") from erreur


def _infos(reponse: "requests.Response", sujet: str) -> dict[str, Any]:
    """Returns what the provider says of a person: signed, by it, for us, and of him."""
    if not reponse.headers.get("content-type", "").startswith("application/jwt"):
        raise _refuser("userinfo")
    infos = dict(decoder(reponse.text).claims)
    audience = infos.get("aud")
    pour_nous = config().oidc_client in (audience if isinstance(audience, list) else [audience])
    if infos.get("iss") != config().oidc_emetteur or not pour_nous or infos.get("sub") != sujet:
        raise _refuser("userinfo")
    return infos


def _session() -> "OAuth2Session":
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        config().oidc_client,
        config().oidc_secret,
        scope=config().oidc_portee,
        redirect_uri=_ici(RETOUR),
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 -- the name of a method
        code_challenge_method="S256",
        default_timeout=_PATIENCE,
        leeway=0,  # the library holds a token for ended a minute before it is: ProConnect's live for a minute
    )


_lus: dict[str, tuple[float, Any]] = {}


def _lire(adresse: str) -> Any:
    """Returns a document that the provider publishes, kept for a while."""
    import requests

    lu = _lus.get(adresse)
    if lu is None or time.monotonic() - lu[0] > _MEMOIRE:
        try:
            reponse = requests.get(adresse, timeout=_PATIENCE)
            reponse.raise_for_status()
            lu = _lus[adresse] = (time.monotonic(), reponse.json())
        except (requests.RequestException, ValueError) as panne:
            raise _injoignable(panne) from panne
    return lu[1]


def _fournisseur() -> dict[str, str]:
    publie: dict[str, str] = _lire(f"{config().oidc_emetteur.rstrip('/')}/.well-known/openid-configuration")
    if publie.get("issuer") != config().oidc_emetteur:
        raise _refuser("issuer")
    return publie


def _cles(*, relire: bool = False) -> KeySet:
    adresse = _fournisseur()["jwks_uri"]
    if relire:
        _lus.pop(adresse, None)
    return KeySet.import_key_set(_lire(adresse))


def _attendu(etat: str) -> dict[str, str]:
    try:
        lu: dict[str, str] = _sceau().loads(etat, max_age=SEJOUR)
    except BadSignature as erreur:
        raise _refuser("cookie") from erreur
    return lu


def _sceau(usage: str = "depart") -> URLSafeTimedSerializer:
    cle = hashlib.sha256(b"proconnect\0" + config().cle_privee.encode()).digest()
    return URLSafeTimedSerializer(cle, salt=usage)


def _ici(chemin: str) -> str:
    return config().url_publique + chemin


def _injoignable(panne: BaseException) -> Indisponible:
    """Says in the log why the provider was not reached (its certificate, its address, the way out to it), which nobody
    else is told: what is said of a line names hosts and paths, and never who signs in.
    """
    journal.warning("proconnect_injoignable", panne=type(panne).__name__, raison=str(panne))
    return Indisponible(_ABSENT)


def _refuser(quoi: str, raison: str | None = None) -> NonAuthentifie:
    """`raison`: OAuth's code, where the provider gave one (« invalid_client »: our name or our secret is wrong;
    « invalid_scope »: what we ask of it).
    """
    journal.warning("proconnect_refuse", quoi=quoi, raison=raison)
    return NonAuthentifie("ProConnect n'a pas confirmé votre identité.")
