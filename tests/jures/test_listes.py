"""Les listes : chercher, filtrer, trier, paginer."""

from collections.abc import Callable
from typing import Any

import pytest

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.errors import Invalide
from commun.storage.db import moteur
from services.jures.commands.fusion import fusionner
from services.jures.commands.jures import modifier_jure
from services.jures.queries.listes import lister_habilitations, lister_jures
from tests.jures.banc import CENTRE, NATIONAL, UD_69, UD_75, Banc
from tests.outils.lectures import lignes_parcourues
from tests.outils.requetes import requetes, requetes_et_valeurs
from tests.outils.traces_exigees import sans_trace


@pytest.mark.parametrize(
    ("filtres", "noms"),
    [
        ({}, ["O'Neil-Dupré", "Élan", "Essai"]),
        ({"tri": "-nom"}, ["Essai", "Élan", "O'Neil-Dupré"]),
        ({"tri": "prenom"}, ["Élan", "Essai", "O'Neil-Dupré"]),
        ({"tri": "departement", "departement": "69"}, ["O'Neil-Dupré"]),
        ({"tri": "nom", "region": "11"}, ["Élan", "Essai"]),
        ({"region": "84", "departement": "75"}, []),
        ({"q": "élan ea"}, ["Élan"]),
        ({"q": "oneil"}, ["O'Neil-Dupré"]),
        ({"q": "O’NEIL dupre"}, ["O'Neil-Dupré"]),
        ({"q": "zoe@exemple"}, ["O'Neil-Dupré", "Essai"]),
        ({"q": "lyon"}, ["O'Neil-Dupré"]),
        ({"q": "100%_"}, []),
        ({"statut": "inactif"}, ["Élan"]),
        ({"titre": "TP-1"}, ["Essai"]),
        ({"ccs": "CS-1"}, []),
        ({"par_page": "2", "page": "2"}, ["Essai"]),
        ({"page": "9"}, []),
    ],
)
def test_chercher_et_trier(trois: Banc, filtres: dict[str, str], noms: list[str]) -> None:
    page = trois.lire(NATIONAL, lister_jures, filtres)
    assert [j["nom"] for j in page["elements"]] == noms


@pytest.mark.parametrize(
    "filtres",
    [{"tri": "telephone"}, {"tri": "--nom"}, {"par_page": "201"}, {"page": "0"}, {"statut": "x"}, {"inconnu": "1"}],
)
def test_un_filtre_faux_est_refuse(trois: Banc, filtres: dict[str, str]) -> None:
    with pytest.raises(Invalide):
        trois.lire(NATIONAL, lister_jures, filtres)
    with pytest.raises(Invalide):
        trois.lire(NATIONAL, lister_habilitations, filtres | {"etat": "supprimee"})


def test_la_liste_d_habilitations_porte_les_boutons_de_chacune(trois: Banc) -> None:
    (h,) = trois.lire(UD_75, lister_habilitations, {"q": "zoe", "departement": "75", "titre": "TP-1"})["elements"]
    assert [bouton["action"] for bouton in h["actions"]] == ["mettre_en_brouillon", "suspendre"]
    assert trois.lire(UD_69, lister_habilitations, {})["total"] == 0


def test_la_liste_d_habilitations_montre_le_nom_par_lequel_elle_se_trie(trois: Banc) -> None:
    usage = trois.jure(nom="Zola", nom_usage="Abc")
    trois.habilitation(usage)
    noms = [h["jure"] for h in trois.lire(UD_75, lister_habilitations, {"tri": "nom"})["elements"]]
    assert [(n["nom"], n["nom_usage"]) for n in noms] == [("Zola", "Abc"), ("Essai", None)]


@pytest.mark.parametrize("qui", [NATIONAL, UD_75, CENTRE])
@pytest.mark.parametrize(("liste", "filtres"), [(lister_jures, {}), (lister_habilitations, {"etat": "active"})])
def test_une_page_coute_un_nombre_fixe_de_requetes(
    trois: Banc, qui: Acteur, liste: Callable[..., Any], filtres: dict[str, str]
) -> None:
    trois.agrement()
    with requetes("jures") as une:
        assert trois.lire(qui, liste, filtres | {"par_page": "1"})["elements"]
    for lettre in "abcdefgh":
        trois.habilitation(trois.jure(prenom=f"Autre {lettre}"))
    with requetes("jures") as toutes:
        assert len(trois.lire(qui, liste, filtres | {"par_page": "200"})["elements"]) >= 8
    assert len(toutes) == len(une) < 12


@pytest.mark.parametrize("qui", [NATIONAL, CENTRE])
@pytest.mark.parametrize("tri", ["nom", "-departement"])
def test_les_pages_se_suivent_et_le_total_reste_juste(trois: Banc, qui: Acteur, tri: str) -> None:
    trois.agrement()
    for lettre in "abcd":
        trois.habilitation(trois.jure(prenom=f"Autre {lettre}"))
    toutes = trois.lire(qui, lister_jures, {"tri": tri, "par_page": "200"})
    n = toutes["total"]
    pages = [trois.lire(qui, lister_jures, {"tri": tri, "par_page": "2", "page": str(p)}) for p in range(1, n + 2)]
    assert [j["id"] for page in pages for j in page["elements"]] == [j["id"] for j in toutes["elements"]]
    assert {page["total"] for page in pages} == {n, len(toutes["elements"])}


@pytest.mark.parametrize("qui", [NATIONAL, CENTRE])
def test_une_fusion_ne_laisse_aucune_habilitation_derriere_elle(trois: Banc, qui: Acteur) -> None:
    """De là vient que ces listes prennent et comptent les habilitations sans regarder à qui elles sont."""
    trois.agrement()
    garde, absorbe = trois.jure(prenom="Zoéa"), trois.jure(prenom="Zoéb")
    trois.habilitation(absorbe)
    avant = trois.lire(qui, lister_habilitations, {})["total"]
    trois.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"], "motif": "Essai."})
    for filtres in ({}, {"etat": "active"}, {"tri": "nom"}, {"titre": "TP-1"}, {"fin_avant": "2040-01-01"}):
        page = trois.lire(qui, lister_habilitations, filtres)
        assert page["total"] == len(page["elements"]) == avant > 0
        assert all(h["jure_id"] != absorbe["id"] for h in page["elements"])


_MAL_NOMMEES = "SELECT h.id FROM habilitations AS h JOIN jures ON jures.id = jure_id WHERE h.tri <> jures.tri"


@pytest.mark.parametrize("qui", [NATIONAL, CENTRE])
def test_une_habilitation_suit_le_nom_de_son_jure(trois: Banc, qui: Acteur) -> None:
    """These lists are sorted by its own copy of it."""
    trois.agrement()
    elle, autre, doublon = trois.jure(nom="Milieu"), trois.jure(nom="Zola"), trois.jure(nom="Aaron", prenom="Zoéb")
    for jure in (autre, doublon):
        trois.habilitation(jure)

    def noms(tri: str) -> list[str]:
        return [h["jure"]["nom"] for h in trois.lire(qui, lister_habilitations, {"tri": tri})["elements"]]

    assert noms("nom") == ["Aaron", "Essai", "Zola"]
    trois.faire(UD_75, modifier_jure, autre["id"], {"nom": "Abel"})
    assert noms("nom") == ["Aaron", "Abel", "Essai"]
    assert noms("-nom") == ["Essai", "Abel", "Aaron"]
    trois.confirmer(UD_75, fusionner, elle["id"], {"absorbe_id": doublon["id"], "motif": "Essai."})
    assert noms("nom") == ["Abel", "Essai", "Milieu"]
    with moteur("jures").connect() as db:
        assert not db.exec_driver_sql(_MAL_NOMMEES).all()


@pytest.mark.parametrize("qui", [NATIONAL, CENTRE])
def test_les_habilitations_du_pays_se_lisent_d_un_index_seul(trois: Banc, qui: Acteur) -> None:
    """Seen reading each row of the table, for a titre to which nothing of it looked: three to seven times as long."""
    trois.agrement()
    with moteur("jures").connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql("VACUUM ANALYZE jures, habilitations")  # else it plans for what another test left there

    def plan(acte: Acte) -> str:
        with requetes_et_valeurs("jures") as faites:
            assert lister_habilitations(acte, {"tri": "nom"})["elements"]
        acte.db.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        ((page, valeurs),) = ((ordre, valeurs) for ordre, valeurs in faites if "OFFSET" in ordre)
        return str(acte.db.exec_driver_sql(f"EXPLAIN {page}", valeurs).scalars().all())

    assert "Index Only Scan using habilitations_nom on habilitations " in trois.lire(qui, plan)


_DE_PLUS = (
    "INSERT INTO jures SELECT (jsonb_populate_record(jures, jsonb_build_object('id', gen_random_uuid()))).*"
    " FROM jures, generate_series(1, 8000)",
    "INSERT INTO habilitations SELECT (jsonb_populate_record(habilitations, jsonb_build_object("
    "'id', gen_random_uuid(), 'jure_id', jures.id))).* FROM habilitations, jures WHERE jures.id <> jure_id",
    "ANALYZE jures, habilitations",
    "UPDATE jures SET recherche = '' WHERE nom = 'Essai' AND id IN (SELECT id FROM jures ORDER BY id LIMIT 2000)",
)
"""Many of whom PostgreSQL, which had counted them before, does not know yet that they were anonymised together."""


def test_beaucoup_d_anonymises_ensemble_n_alourdissent_pas_la_liste_du_pays(banc: Banc) -> None:
    banc.habilitation(banc.jure())
    with sans_trace("jures") as db:
        for ordre in _DE_PLUS:
            db.exec_driver_sql(ordre)

    def lister(acte: Acte) -> tuple[int, int]:
        with requetes_et_valeurs("jures") as faites:
            total = lister_habilitations(acte, {})["total"]
        return total, lignes_parcourues(acte.db, faites)

    total, parcourues = banc.lire(NATIONAL, lister)
    assert total == 6001
    assert parcourues < 4 * 8001
