"""Whatever a client sends: the contract's status and code, one French sentence, and nothing half done."""

import concurrent.futures
from uuid import uuid4

import pytest

from tests.parcours.monde import Monde


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("nom_naissance", 12),
        ("nom_naissance", "x" * 100_000),
        ("nom_naissance", "a\x00b"),
        ("nom_naissance", None),
        ("date_naissance", "2023-02-29"),
        ("date_naissance", "28/02/1990"),
        ("date_naissance", []),
        ("naissance", "Paris"),
        ("civilite", "DR"),
        ("courriel", "a@b@c"),
        ("numero", "1"),
        ("inconnu", True),
    ],
)
def test_un_champ_faux_est_nomme(monde: Monde, champ: str, valeur: object) -> None:
    probleme = monde.centre.poster("/candidats", monde.corps_candidat(**{champ: valeur})).refusee("INVALIDE", 422)
    assert champ in probleme["erreurs"]


@pytest.mark.parametrize("corps", [b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"a": NaN}', b"[" * 5000])
def test_un_corps_illisible(monde: Monde, corps: bytes) -> None:
    monde.centre.demander("POST", "/candidats", corps).refusee("INVALIDE", 422)


def test_un_corps_enorme(monde: Monde) -> None:
    corps = b'{"nom_naissance": "' + b"x" * 2_000_000 + b'"}'
    monde.centre.demander("POST", "/candidats", corps).refusee("INVALIDE", 422)


@pytest.mark.parametrize("filtre", ["page=0", "par_page=201", "page=abc", "tri=inconnu", "inconnu=1", "q=%00"])
def test_des_filtres_faux(monde: Monde, filtre: str) -> None:
    for liste in ("jures", "candidats", "sessions", "titres"):
        monde.national.demander("GET", f"/{liste}?{filtre}").refusee("INVALIDE", 422)


@pytest.mark.parametrize(
    ("liste", "filtres"),
    [
        ("jures", ("statut", "titre", "page", "par_page")),
        ("habilitations", ("etat", "fin_avant", "departement")),
        ("sessions", ("etat", "type", "debut_apres")),
        ("messages", ("non_lus",)),
    ],
)
def test_un_filtre_vide_n_est_pas_un_filtre(monde: Monde, liste: str, filtres: tuple[str, ...]) -> None:
    for filtre in filtres:
        assert monde.ud.lire(f"/{liste}", **{filtre: ""})["par_page"] == 25


def test_ce_qui_n_existe_pas(monde: Monde) -> None:
    for chemin in ("/jures/{}", "/candidats/{}", "/sessions/{}", "/habilitations/{}", "/etablissements/{}"):
        for identifiant in (uuid4(), "pas-un-id", "1; drop table jures"):
            monde.ud.demander("GET", chemin.format(identifiant)).refusee("INTROUVABLE", 404)


def test_un_jure_qui_n_est_pas_la(monde: Monde) -> None:
    session = monde.session()
    monde.centre.poster(f"/sessions/{session['id']}/jures", {"jure_id": str(uuid4())}).refusee("INTROUVABLE", 404)


def test_l_ordre_des_reponses(monde: Monde) -> None:
    chemin = f"/sessions/{uuid4()}/soumission"
    monde.ud.demander("POST", chemin, b"{").refusee("DROIT", 403)
    monde.centre.demander("POST", chemin, b"{").refusee("INTROUVABLE", 404)
    session = monde.session()
    monde.centre.demander("PATCH", f"/sessions/{session['id']}", b"{", If_Match='"99"').refusee("VERSION", 412)
    monde.centre.demander("PATCH", f"/sessions/{session['id']}", b"{").refusee("INVALIDE", 422)


def test_une_version_perimee(monde: Monde) -> None:
    session = monde.session()
    chemin = f"/sessions/{session['id']}"
    vue = monde.centre.demander("GET", chemin).brute.headers["etag"]
    assert vue == f'"{session["version"]}"'
    monde.centre.demander("PATCH", chemin, {"responsable": "Autre personne"}, If_Match=vue).reussie()
    monde.centre.demander("PATCH", chemin, {"responsable": "Troisième"}, If_Match=vue).refusee("VERSION", 412)


def test_deux_cents_envois_sous_une_cle(monde: Monde) -> None:
    corps, cle = monde.corps_candidat(), str(uuid4())
    with concurrent.futures.ThreadPoolExecutor(16) as fils:
        reponses = list(fils.map(lambda _: monde.centre.poster("/candidats", corps, Idempotency_Key=cle), range(200)))
    ids = {r.corps["id"] for r in reponses if r.statut == 201}
    assert len(ids) == 1
    assert {r.statut for r in reponses} <= {201, 503}
    trouves = monde.centre.lire("/candidats", q=corps["nom_naissance"])
    assert trouves["total"] == 1
    monde.centre.poster("/candidats", {**corps, "prenoms": "Autre"}, Idempotency_Key=cle).refusee("INVALIDE", 422)


def test_une_cle_n_est_liee_que_par_un_succes(monde: Monde) -> None:
    cle = str(uuid4())
    habilitation = monde.jure_habilite()["habilitation"]
    chemin = f"/habilitations/{habilitation['id']}/suspendre"
    monde.ud.poster(chemin, {}, Idempotency_Key=cle).a_confirmer("HAB-04")
    premiere = monde.ud.poster(chemin, {"confirmer": ["HAB-04"]}, Idempotency_Key=cle).reussie()
    assert monde.ud.poster(chemin, {"confirmer": ["HAB-04"]}, Idempotency_Key=cle).reussie() == premiere


def test_sans_jeton(monde: Monde) -> None:
    inconnu = monde.compte("centre-demo")
    inconnu._http.headers["Authorization"] = "Bearer faux"
    inconnu.demander("GET", "/moi").refusee("NON_AUTHENTIFIE", 401)
    del inconnu._http.headers["Authorization"]
    inconnu.demander("GET", "/jures").refusee("NON_AUTHENTIFIE", 401)
