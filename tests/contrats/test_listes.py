"""Les listes du contrat, toutes de la même forme : pages, tris, filtres, recherche."""

import pytest

from tests.contrats.formes import liste
from tests.parcours.monde import Monde, nom_nouveau

LISTES = [
    "/agrements", "/alertes", "/candidats", "/ccs", "/communes", "/controles", "/demandes-vae", "/departements",
    "/etablissements", "/filtres", "/habilitations", "/jures", "/messages", "/parametres", "/pays", "/sessions",
    "/taches", "/titres",
]  # fmt: skip


@pytest.mark.parametrize("chemin", LISTES)
def test_une_liste_a_la_forme_du_contrat(monde: Monde, chemin: str) -> None:
    _a_la_forme_d_une_liste(monde, chemin)


@pytest.mark.parametrize(
    ("objet", "listes"),
    [("jures", "sessions doublons"), ("candidats", "attestations doublons"), ("sessions", "convocations")],
)
def test_les_listes_d_un_objet_aussi(monde: Monde, objet: str, listes: str) -> None:
    cree = {"jures": monde.jure, "candidats": monde.candidat, "sessions": monde.session}[objet]()
    for nom in listes.split():
        _a_la_forme_d_une_liste(monde, f"/{objet}/{cree['id']}/{nom}")


def _a_la_forme_d_une_liste(monde: Monde, chemin: str) -> None:
    qui = monde.national
    liste(qui.lire(chemin))
    liste(qui.lire(chemin, page=2, par_page=1), page=2, par_page=1)
    assert liste(qui.lire(chemin, q="zzzz-introuvable")) == []
    for faux in (
        "page=0", "page=abc", "par_page=0", "par_page=201", "tri=inconnu", "tri=-", "filtre_inconnu=1", "q=%00",
        f"q={'x' * 201}",
    ):  # fmt: skip
        qui.demander("GET", f"{chemin}?{faux}").refusee("INVALIDE", 422)


@pytest.mark.parametrize(
    "deux", ["etat=brouillon&etat=validee", "debut_apres=2026-01-01&debut_apres=2027-01-01", "page=1&page=2", "q=a&q=b"]
)
def test_un_filtre_ne_se_dit_pas_de_deux_facons(monde: Monde, deux: str) -> None:
    nom = deux.partition("=")[0]
    assert nom in monde.centre.demander("GET", f"/sessions?{deux}").refusee("INVALIDE", 422)["erreurs"]
    meme, _, _ = deux.partition("&")
    monde.centre.demander("GET", f"/sessions?{meme}&{meme}&{nom}=").reussie()


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


@pytest.mark.parametrize("chemin", ["/ccs", "/communes", "/departements", "/pays"])
def test_les_pages_se_suivent(monde: Monde, chemin: str) -> None:
    tout = monde.national.lire(chemin, par_page=4)
    assert tout["total"] > 1
    pages = [monde.national.lire(chemin, page=n, par_page=2)["elements"] for n in (1, 2)]
    assert [*pages[0], *pages[1]] == tout["elements"]
    assert monde.national.lire(chemin, page=1_000_000, par_page=200)["elements"] == []


@pytest.mark.parametrize(
    ("chemin", "champ"),
    [
        ("/sessions", "date_debut"), ("/sessions", "numero"), ("/sessions", "titre_code"), ("/agrements", "date_fin"),
        ("/agrements", "statut"), ("/habilitations", "date_fin"), ("/habilitations", "etat"), ("/pays", "cog"),
        ("/candidats", "date_naissance"), ("/titres", "code"), ("/titres", "situation"), ("/departements", "code"),
        ("/communes", "code_insee"), ("/etablissements", "region"),
    ],
)  # fmt: skip
def test_le_tri_et_son_contraire(monde: Monde, chemin: str, champ: str) -> None:
    if chemin == "/sessions":
        monde.session(dans=50)
        monde.session(dans=51)
    montant = [e[champ] or "" for e in monde.national.lire(chemin, tri=champ, par_page=200)["elements"]]
    descendant = [e[champ] or "" for e in monde.national.lire(chemin, tri=f"-{champ}", par_page=200)["elements"]]
    assert len(montant) > 1
    assert montant == sorted(montant)
    assert descendant == sorted(descendant, reverse=True)


def test_la_recherche_ignore_accents_et_casse(monde: Monde) -> None:
    nom = nom_nouveau("Noël")
    monde.ud.poster("/jures", monde.corps_jure(nom=nom, prenom="Élodie")).reussie()
    candidat = monde.corps_candidat(nom_naissance=nom, prenoms="Élodie")
    monde.centre.poster("/candidats", candidat).reussie()
    sans_accent = nom.replace("ë", "e")
    for cherche in (nom, f"élodie {nom}", sans_accent.upper(), f"{sans_accent.lower()} elodie"):
        assert monde.ud.lire("/jures", q=cherche)["total"] == 1, cherche
        assert monde.centre.lire("/candidats", q=cherche)["total"] == 1, cherche


def test_un_nom_de_plusieurs_mots_se_cherche_d_un_seul(monde: Monde) -> None:
    fin = nom_nouveau("guyen")
    monde.ud.poster("/jures", monde.corps_jure(nom="Autre", nom_usage=f"N'{fin}")).reussie()
    monde.centre.poster("/candidats", monde.corps_candidat(nom_naissance=f"N'{fin}")).reussie()
    for cherche in (f"n'{fin}", f"n{fin}", f"N {fin}"):
        assert monde.ud.lire("/jures", q=cherche)["total"] == 1, cherche
        assert monde.centre.lire("/candidats", q=cherche)["total"] == 1, cherche


def test_la_recherche_prend_les_jokers_pour_des_lettres(monde: Monde) -> None:
    for joker in ("%", "_", "\\"):
        assert monde.national.lire("/titres", q=joker)["total"] == 0
