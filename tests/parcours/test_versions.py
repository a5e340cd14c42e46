"""NOT-01 à NOT-05 : composer une version, la relire, l'essayer, la diffuser, la suivre."""

import itertools

import httpx
import pytest

from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps
from tests.parcours.courrier import courriels
from tests.parcours.monde import Monde, nom_nouveau

_numeros = itertools.count(1)
CONFIRME = {"confirmer": ["NOT-05"]}


def corps_version(**autres: object) -> Corps:
    bloc = {"profils": ["UD", "DIRECCTE"], "texte": "Vous pourrez désormais :", "lignes": ["Suspendre <b>vite</b>."]}
    return {
        "numero": f"9.{abs(hash(nom_nouveau('v'))) % 9999}.{next(_numeros)}",
        "date": "2026-01-15",
        "modules": [{"titre": "Module Essai", "items": [{"titre": "Un changement", "profils": [bloc]}]}],
        "previsions": {"numero": "9.9", "lignes": ["La suite"]},
    } | autres


def nouvelle(monde: Monde, **autres: object) -> Corps:
    return dict(monde.national.poster("/versions", corps_version(**autres)).reussie())


def abonner(monde: Monde, *adresses: str) -> Corps:
    fichier = "\r\n".join(("courriel", *adresses)).encode()
    envoi = monde.national._http.post("/abonnes/import", files={"fichier": ("abonnes.csv", fichier, "text/csv")})
    assert envoi.status_code == 200, envoi.text
    return dict(envoi.json())


def test_la_version_1_7_1_est_livree(monde: Monde) -> None:
    version = monde.national.lire("/versions/1.7.1")
    assert [m["titre"] for m in version["modules"]] == ["Module Jurés", "Module Session", "Ergonomie"]
    assert len(version["previsions"]["lignes"]) == 9


def test_composer_relire_corriger(monde: Monde) -> None:
    version = nouvelle(monde)
    chemin = f"/versions/{version['numero']}"
    assert version["etat"] == "brouillon" and "modifier" in {a["action"] for a in version["actions"]}
    nommees = {b["action"] for b in (*version["actions"], *version["refus"])}
    assert nommees == {"modifier", "diffusion", "arret", "reprise"}  # each as its address names it
    apercu = monde.national.lire(f"{chemin}/apercu")
    assert "Profils UD et DIRECCTE" in apercu["html"] and "&lt;b&gt;vite&lt;/b&gt;" in apercu["html"]
    assert "- Suspendre <b>vite</b>." in apercu["texte"]
    change = monde.national.demander("PATCH", chemin, {"introduction": "Autrement dit."}, if_match='"1"').reussie()
    assert change["introduction"] == "Autrement dit." and change["modules"] == version["modules"]
    monde.national.demander("PATCH", chemin, {"introduction": "Trop tard."}, if_match='"1"').refusee("VERSION", 412)
    monde.national.poster("/versions", corps_version(numero=version["numero"])).refusee("INVALIDE", 422)


def test_un_point_perd_la_puce_copiee_avec_lui_et_garde_ses_tirets(monde: Monde) -> None:
    saisis = [
        "- • Un point",
        "o\tUn autre",
        "\uf0b7  Un troisième",
        "o de plus",
        "[Candidat] – Profil Centre – Le bloc identité",
        "Bandeau - La commune",
    ]
    bloc = {"profils": [], "texte": "Vous pourrez :", "lignes": saisis}
    modules = [{"titre": "Module", "items": [{"titre": "Un changement", "profils": [bloc]}]}]
    version = nouvelle(monde, modules=modules, previsions={"numero": "9.9", "lignes": saisis})
    attendus = ["Un point", "Un autre", "Un troisième", *saisis[3:]]  # as Word copies them: « - o », « - □ » were sent
    assert version["modules"][0]["items"][0]["profils"][0]["lignes"] == attendus
    assert version["previsions"]["lignes"] == attendus


def test_un_essai_ne_part_qu_a_soi(monde: Monde, demo: Systeme) -> None:
    version = nouvelle(monde)
    avant = len(httpx.get(f"{demo.url_courrier}/messages.json?a=national-demo@exemple.fr", timeout=30).json())
    envoi = f"/versions/{version['numero']}/essai"
    monde.national.poster(envoi, If_Match='"99"').refusee("VERSION", 412)
    essai = monde.national.poster(envoi).reussie()
    comptes = {"destinataires": 1, "envoyes": 0, "en_attente": 1, "en_echec": 0}
    assert {nom: essai[nom] for nom in comptes} == comptes
    recu = courriels(demo.url_courrier, "national-demo@exemple.fr", avant + 1)[0]
    assert version["numero"] in recu["objet"]
    assert monde.national.lire(f"/versions/{version['numero']}/diffusion")["destinataires"] == 0


def test_diffuser_a_chacun_une_fois_et_suivre(monde: Monde, demo: Systeme) -> None:
    adresses = [f"{nom_nouveau('abonne').lower()}@exemple.fr" for _ in range(3)]
    assert abonner(monde, *adresses)["importes"] == 3
    version = nouvelle(monde)
    chemin = f"/versions/{version['numero']}"
    question = monde.national.poster(f"{chemin}/diffusion").a_confirmer("NOT-05")
    assert version["numero"] in question["detail"]
    monde.national.poster(f"{chemin}/diffusion", CONFIRME).reussie()

    progres = [
        donnees for genre, donnees in monde.national.ecouter(f"{chemin}/diffusion/flux") if genre == "progression"
    ]

    assert progres[-1]["etat"] == "diffusee" and progres[-1]["en_attente"] == 0
    assert progres[-1]["destinataires"] >= progres[-1]["envoyes"] >= 3  # others come and go, for other tests

    def plus_personne() -> bool:
        """Whether everybody has it; who subscribed meanwhile, for another test, gets it first."""
        return bool(monde.national.poster(f"{chemin}/diffusion", CONFIRME).corps.get("code") == "NOT-05")

    assert attendre(plus_personne)
    for adresse in adresses:
        (recu,) = [m for m in courriels(demo.url_courrier, adresse) if version["numero"] in m["objet"]]
        assert recu["entetes"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert recu["entetes"]["To"] == adresse
    monde.national.demander("PATCH", chemin, {"introduction": "Trop tard."}).refusee("NOT-00")
    envois = monde.national.lire(f"{chemin}/diffusion/envois", etat="envoye", q=adresses[0])
    assert [(e["destinataire"], e["erreur"]) for e in envois["elements"]] == [(adresses[0], None)]
    progres_lu = monde.national.lire(f"{chemin}/diffusion")
    for ensemble in ("en_attente", "en_echec"):
        assert monde.national.lire(f"{chemin}/diffusion/envois", etat=ensemble)["total"] == progres_lu[ensemble]


def test_qui_a_tout_suivi_n_est_pas_rappele(monde: Monde, demo: Systeme) -> None:
    """Seen: who listens as the standard says came back every other second to a diffusion that was over, for ever."""
    abonner(monde, f"{nom_nouveau('abonne').lower()}@exemple.fr")
    chemin = f"/versions/{nouvelle(monde)['numero']}/diffusion"
    assert len([*monde.national.ecouter(f"{chemin}/flux")]) == 1  # a draft may be sent yet
    monde.national.poster(chemin, CONFIRME).reussie()
    *_, (_, dernier) = monde.national.ecouter(f"{chemin}/flux")
    vu = "-".join(str(dernier[nom]) for nom in ("etat", "destinataires", "envoyes", "en_attente", "en_echec"))
    assert dernier["etat"] == "diffusee"
    assert monde.national.demander("GET", f"{chemin}/flux", Last_Event_ID=vu).statut == 204
    assert [donnees for _, donnees in monde.national.ecouter(f"{chemin}/flux", **{"Last-Event-ID": "autre"})] == [
        dernier
    ]


def test_un_clic_desabonne_et_la_page_dit_qui(monde: Monde, demo: Systeme) -> None:
    moi = f"{nom_nouveau('partant').lower()}@exemple.fr"
    abonner(monde, moi)
    version = nouvelle(monde)
    monde.national.poster(f"/versions/{version['numero']}/diffusion", CONFIRME).reussie()
    recu = courriels(demo.url_courrier, moi)[0]
    lien = recu["entetes"]["List-Unsubscribe"].strip("<>")
    assert lien in recu["texte"]
    page = httpx.get(lien, headers={"Accept": "text/html"}, timeout=30)
    assert "p…" in page.text and moi not in page.text
    assert actif(monde, moi) == "actif"  # a filter that follows links unsubscribes nobody
    un_clic = httpx.post(lien, data={"List-Unsubscribe": "One-Click"}, timeout=30)
    assert un_clic.status_code == 200 and not un_clic.history
    assert actif(monde, moi) == "desabonne"
    bilan = {"importes": 0, "deja_inscrits": 0, "desabonnes": 1, "essai": False, "remarques": []}
    assert abonner(monde, moi) == bilan


def actif(monde: Monde, adresse: str) -> str:
    (abonne,) = monde.national.lire("/abonnes", q=adresse)["elements"]
    return str(abonne["etat"])


def test_la_mission_desabonne_une_adresse_telle_qu_elle_l_a_lue(monde: Monde) -> None:
    moi = f"{nom_nouveau('parti').lower()}@exemple.fr"
    abonner(monde, moi)
    (ligne,) = monde.national.lire("/abonnes", q=moi)["elements"]
    chemin = f"/abonnes/{ligne['id']}"
    lu = monde.national.demander("GET", chemin)
    etag = lu.brute.headers["etag"]
    assert (lu.reussie(), etag) == (ligne, f'"{ligne["version"]}"')
    monde.national.poster(f"{chemin}/desabonnement", If_Match='"99"').refusee("VERSION", 412)
    assert actif(monde, moi) == "actif"
    assert monde.national.poster(f"{chemin}/desabonnement", If_Match=etag).reussie()["etat"] == "desabonne"


def test_la_copie_sur_le_web_est_a_tous(demo: Systeme) -> None:
    page = httpx.get(f"{demo.url}/api/v1/versions/1.7.1/publique", timeout=30)
    assert page.headers["content-type"].startswith("text/html")
    assert "désabonner" not in page.text and "Module Jurés" in page.text
    assert httpx.get(f"{demo.url}/api/v1/versions/0.0.0/publique", timeout=30).status_code == 404


def test_un_import_dit_chaque_ligne_fausse(monde: Monde) -> None:
    fichier = b"courriel\r\nbon@exemple.fr\r\npas une adresse\r\n@exemple.fr\r\n"
    refus = monde.national._http.post("/abonnes/import", files={"fichier": ("a.csv", fichier)})
    assert refus.status_code == 422 and set(refus.json()["erreurs"]) == {"ligne 3", "ligne 4"}
    assert monde.national.lire("/abonnes", q="bon@exemple.fr")["total"] == 0


def test_l_export_donne_les_inscrits(monde: Monde) -> None:
    moi = f"{nom_nouveau('exporte').lower()}@exemple.fr"
    abonner(monde, moi)
    export = monde.national._http.get("/abonnes/export", params={"format": "csv"})
    assert export.headers["content-type"].startswith("text/csv")
    assert f"{moi};Import;" in export.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("numero", "1.7.1; DROP"),
        ("numero", "../1"),
        ("date", "2026-02-30"),
        ("modules", []),
        ("modules", [{"titre": "x" * 201, "items": []}]),
        ("modules", [{"titre": "M", "items": [{"titre": "I", "profils": [{"profils": ["ROI"], "texte": "t"}]}]}]),
        ("previsions", {"numero": "1"}),
        ("inconnu", 1),
    ],
)
def test_une_version_mal_composee_est_refusee(monde: Monde, champ: str, valeur: object) -> None:
    refus = monde.national.poster("/versions", corps_version(**{champ: valeur})).refusee("INVALIDE", 422)
    assert champ in refus["erreurs"]


def test_arreter_puis_reprendre(monde: Monde) -> None:
    version = nouvelle(monde)
    chemin = f"/versions/{version['numero']}/diffusion"
    monde.national.poster(f"{chemin}/arret").refusee("NOT-00")
    abonner(monde, f"{nom_nouveau('abonne').lower()}@exemple.fr")
    monde.national.poster(chemin, CONFIRME).reussie()
    attendre(lambda: monde.national.lire(chemin)["en_attente"] == 0)
    monde.national.poster(f"{chemin}/reprise").reussie()
    assert monde.national.lire(chemin)["etat"] == "diffusee"
