"""Les actes sur les titres et leurs CCS : droits, cohérence, versions, événements."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from commun.domain.errors import Droit, Introuvable, Invalide
from services.referentiel.commands import titres
from services.referentiel.queries import titres as lectures_titres
from tests.outils.traces import traces_de
from tests.referentiel.conftest import NATIONAL, UD_75, Banc
from tests.referentiel.exemples import titre


def test_un_titre_cree_puis_modifie_se_relit_et_se_publie(referentiel: Banc) -> None:
    cree = referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2026-02-28"))
    assert (cree["situation"], cree["date_fin_prolongation"]) == ("en_prolongation", date(2027, 2, 28))
    modifie = referentiel.faire(
        NATIONAL, titres.modifier_titre, "TP-00520", {"date_fin_de_vie": "2028-02-29"}, version=1
    )
    assert (modifie["situation"], modifie["version"], modifie["ccps"]) == ("en_cours", 2, cree["ccps"])
    publies = [corps for nom, corps in referentiel.evenements() if nom == "referentiel.titre_publie"]
    assert [(c["version"], c["date_fin_de_vie"]) for c in publies] == [(1, "2026-02-28"), (2, "2028-02-29")]
    assert publies[1]["date_fin_prolongation"] == "2029-02-28"


def test_une_prolongation_calculee_que_le_formulaire_rend_suit_la_fin_de_vie(referentiel: Banc) -> None:
    """A form sends back all that it was shown, the prolongation that nobody set included."""
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31"))
    for rendue, fin_de_vie, prolongation in (
        ("2028-12-31", "2027-12-31", date(2028, 12, 31)),
        ("2028-12-31", "2030-06-30", date(2031, 6, 30)),
        ("2031-06-30", None, None),
    ):
        corps = {"date_fin_de_vie": fin_de_vie, "date_fin_prolongation": rendue}
        assert referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", corps)["date_fin_prolongation"] == (
            prolongation
        )


def test_toutes_les_fautes_d_un_titre_se_disent_ensemble(referentiel: Banc) -> None:
    """Seen said in three times: a field, the code that is taken, the dates. A date at fault belies no other."""
    referentiel.faire(NATIONAL, titres.creer_titre, titre(date_fin_de_vie="2027-12-31"))
    dates = {"date_debut_validite": "2028-01-01", "date_fin_prolongation": "2027-01-01"}
    fausses = {"date_fin_de_vie", "date_fin_prolongation"}
    for acte, args, corps, champs in (
        (titres.creer_titre, (), titre(niveau=9, date_fin_de_vie="2027-12-31", **dates), {"niveau", "code"} | fausses),
        (titres.creer_titre, (), titre("TP-2", date_fin_de_vie="x", **dates), {"date_fin_de_vie"}),
        (titres.modifier_titre, ("TP-00520",), {"niveau": 9, **dates}, {"niveau"} | fausses),
        (titres.modifier_titre, ("TP-00520",), {"date_fin_de_vie": "x", **dates}, {"date_fin_de_vie"}),
    ):
        assert referentiel.fautes(NATIONAL, acte, *args, corps).keys() == champs


def test_une_prolongation_fixee_ne_suit_pas_la_fin_de_vie(referentiel: Banc) -> None:
    fixee = {"date_fin_de_vie": "2027-12-31", "date_fin_prolongation": "2029-03-31"}
    referentiel.faire(NATIONAL, titres.creer_titre, titre(**fixee))
    corps = fixee | {"date_fin_de_vie": "2028-01-31"}
    modifie = referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", corps)
    assert modifie["date_fin_prolongation"] == date(2029, 3, 31)
    with pytest.raises(Invalide, match="incorrectes"):
        referentiel.faire(NATIONAL, titres.modifier_titre, "TP-00520", fixee | {"date_fin_de_vie": None})


@pytest.mark.parametrize(
    ("code", "dit"),
    [
        ("a/b", "lettres sans accent"),
        ("..", "lettres sans accent"),
        ("<i>", "lettres sans accent"),
        ("x" * 31, "30 caractères au plus"),
        ("nouveau", "réservé"),
    ],
)
def test_un_code_refuse_dit_pourquoi(referentiel: Banc, code: str, dit: str) -> None:
    """« nouveau » would have the creation form for its page."""
    assert dit in str(referentiel.fautes(NATIONAL, titres.creer_titre, titre(code=code)))


@pytest.mark.parametrize("corps", [titre(), {}])
def test_un_agent_ne_cree_pas_de_titre_meme_mal_forme(referentiel: Banc, corps: dict[str, Any]) -> None:
    with pytest.raises(Droit):
        referentiel.faire(UD_75, titres.creer_titre, corps)


@pytest.mark.parametrize(
    ("autres", "champ"),
    [
        ({"ccps": []}, "ccps"),
        ({"ccps": [{"code": "A", "intitule": "x"}, {"code": "A", "intitule": "y"}]}, "ccps"),
        ({"ccs": [{"code": "C", "intitule": "x"}, {"code": "C", "intitule": "y"}]}, "ccs"),
        ({"niveau": 9}, "niveau"),
        ({"niveau": "4"}, "niveau"),
        ({"codes_rome": ["XX"]}, "codes_rome"),
        ({"date_fin_de_vie": "2027-02-29"}, "date_fin_de_vie"),
        ({"inconnu": 1}, "inconnu"),
        ({"code": "X" * 31}, "code"),
        ({"intitule": "x" * 301}, "intitule"),
    ],
)
def test_un_titre_mal_forme_est_refuse_champ_par_champ(referentiel: Banc, autres: dict[str, Any], champ: str) -> None:
    assert champ in referentiel.fautes(NATIONAL, titres.creer_titre, titre(**autres))


def test_deux_titres_n_ont_ni_le_meme_code_ni_le_meme_numero_rncp(referentiel: Banc) -> None:
    """Copied with a space, or in small letters, it is the same to who reads it."""
    referentiel.faire(NATIONAL, titres.creer_titre, titre(code_rncp="RNCP1"))
    for corps, champ in (
        (titre(), "code"),
        (titre("TP-00520 "), "code"),
        (titre("tp-00520"), "code"),
        (titre("TP-2", code_rncp="RNCP1"), "code_rncp"),
        (titre("TP-2", code_rncp=" rncp 1"), "code_rncp"),
    ):
        assert referentiel.fautes(NATIONAL, titres.creer_titre, corps).keys() == {champ}


@pytest.mark.parametrize("commun", ["code", "code_rncp"])
def test_de_creations_simultanees_d_un_titre_une_seule_reussit(referentiel: Banc, commun: str) -> None:
    """Seen to overwrite one another without a word (a code), or to fail as nobody could understand (an RNCP number)."""

    def creer(rang: int) -> Any:
        propre = {"code": f"TP-{rang}", "code_rncp": f"RNCP{rang}", "intitule": f"Essai {rang}"}
        del propre[commun]
        with suppress(Invalide):
            return referentiel.faire(NATIONAL, titres.creer_titre, titre(code_rncp="RNCP99") | propre)

    with ThreadPoolExecutor(6) as fils:
        crees = [cree for cree in fils.map(creer, range(6)) if cree]
    (seul,) = referentiel.lire(NATIONAL, lectures_titres.lister_titres, {})["elements"]
    assert [cree["intitule"] for cree in crees] == [seul["intitule"]]


def test_ref_01_les_correspondances_lient_des_ccp_qui_existent(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, titres.creer_titre, titre("ANCIEN"))
    referentiel.faire(NATIONAL, titres.creer_titre, titre("NEUF"))
    lien = {"ancien_titre_code": "ANCIEN", "ancien_ccp_code": "ANCIEN-1", "ccp_code": "NEUF-2"}

    def remplacer(*liens: dict[str, str]) -> Any:
        return referentiel.faire(NATIONAL, titres.remplacer_correspondances, "NEUF", {"correspondances": list(liens)})

    assert remplacer(lien)["correspondances"] == [lien]
    for faux in (
        {"ancien_titre_code": "X"},
        {"ancien_titre_code": "NEUF", "ancien_ccp_code": "NEUF-1"},
        {"ancien_ccp_code": "X"},
        {"ccp_code": "X"},
    ):
        with pytest.raises(Invalide, match="incorrectes"):
            remplacer(lien | faux)
    with pytest.raises(Invalide) as refus:  # seen: « NEUF-2 n'est pas un CCP du titre NEUF », of no field of the form
        referentiel.faire(NATIONAL, titres.modifier_titre, "NEUF", {"ccps": [{"code": "NEUF-1", "intitule": "Seul"}]})
    dit = "NEUF-2 reprend ANCIEN-1, du titre ANCIEN : ôtez-le d'abord des correspondances."
    assert refus.value.erreurs == {"ccps": [dit]}
    assert remplacer()["correspondances"] == []


def test_ref_01_un_ccp_que_le_titre_anterieur_perd_n_empeche_pas_de_modifier_son_successeur(referentiel: Banc) -> None:
    """What candidates acquired on it is still read through the correspondence: it stays, and nothing waits for it."""
    referentiel.faire(NATIONAL, titres.creer_titre, titre("ANCIEN"))
    referentiel.faire(NATIONAL, titres.creer_titre, titre("NEUF"))
    lien = {"ancien_titre_code": "ANCIEN", "ancien_ccp_code": "ANCIEN-1", "ccp_code": "NEUF-2"}
    autre = lien | {"ancien_ccp_code": "ANCIEN-2"}
    referentiel.faire(NATIONAL, titres.remplacer_correspondances, "NEUF", {"correspondances": [lien]})
    reste = {"ccps": [{"code": "ANCIEN-2", "intitule": "Seul"}]}
    referentiel.faire(NATIONAL, titres.modifier_titre, "ANCIEN", reste)
    fini = referentiel.faire(NATIONAL, titres.modifier_titre, "NEUF", {"date_fin_de_vie": "2030-01-01"})
    assert fini["correspondances"] == [lien]
    deux = {"correspondances": [lien, autre]}
    assert len(referentiel.faire(NATIONAL, titres.remplacer_correspondances, "NEUF", deux)["correspondances"]) == 2
    referentiel.faire(NATIONAL, titres.remplacer_correspondances, "NEUF", {"correspondances": [autre]})
    with pytest.raises(Invalide, match="incorrectes"):
        referentiel.faire(NATIONAL, titres.remplacer_correspondances, "NEUF", deux)


def test_un_ccs_nomme_les_titres_qu_il_complete(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, titres.creer_titre, titre("TP-0", ccs=[{"code": "CCS-0", "intitule": "Un autre"}]))
    ccs = [{"code": "CCS-1", "intitule": "Un complément"}]
    for code in ("TP-1", "TP-2"):
        referentiel.faire(NATIONAL, titres.creer_titre, titre(code, ccs=ccs))
    assert referentiel.lire(UD_75, lectures_titres.fiche_ccs, "CCS-1")["titres"] == ["TP-1", "TP-2"]
    (seul,) = referentiel.lire(UD_75, lectures_titres.lister_ccs, {"q": "complement"})["elements"]
    assert seul == referentiel.lire(UD_75, lectures_titres.fiche_ccs, "CCS-1")
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-1", {"ccs": []})
    assert referentiel.lire(UD_75, lectures_titres.fiche_ccs, "CCS-1")["titres"] == ["TP-2"]


def test_un_ccs_renomme_par_un_titre_l_est_pour_tous_ceux_qu_il_complete(referentiel: Banc) -> None:
    for code in ("TP-1", "TP-2"):
        referentiel.faire(NATIONAL, titres.creer_titre, titre(code, ccs=[{"code": "CCS-1", "intitule": "Un"}]))
    deja = len(referentiel.evenements())
    renomme = [{"code": "CCS-1", "intitule": "Deux"}]
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-1", {"ccs": renomme})
    publies = [(corps["code"], corps["version"], corps["ccs"]) for _, corps in referentiel.evenements()[deja:]]
    assert publies == [("TP-1", 2, renomme), ("TP-2", 2, renomme)]
    trace = referentiel.lire(NATIONAL, lambda acte: traces_de(acte.db, "titre", "TP-2")[0])
    assert trace["phrase"].endswith("Les CCS ont été changés : Un (CCS-1) → Deux (CCS-1).")
    assert (trace["avant"]["version"], trace["apres"]["version"]) == (1, 2)
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-1", {"ccs": renomme})
    assert len(referentiel.evenements()) == deja + 2, "nothing changes, nothing is told"


def test_des_ccs_n_ont_pas_de_rang(referentiel: Banc) -> None:
    """Whoever names them in whichever order: what is told of a titre is what its page, and a copy rebuilt, say."""
    ccs = [{"code": code, "intitule": intitule} for code, intitule in (("C-2", "Un"), ("C-1", "Un"), ("C-3", "Autre"))]
    referentiel.faire(NATIONAL, titres.creer_titre, titre("TP-1", ccs=ccs))
    _, dit = referentiel.evenements()[-1]
    relu = referentiel.lire(NATIONAL, lectures_titres.titres_publies, None, 10)["elements"]
    assert ([c["code"] for c in dit["ccs"]], relu) == (["C-3", "C-1", "C-2"], [dit])
    deja = len(referentiel.evenements())
    referentiel.faire(NATIONAL, titres.modifier_titre, "TP-1", {"ccs": ccs})
    assert len(referentiel.evenements()) == deja, "nothing changes, nothing is told"


def test_une_liste_se_cherche_sans_accents_et_se_trie(referentiel: Banc) -> None:
    for code, intitule in (("A", "Électricien d'équipement"), ("B", "Électronicien"), ("C", "Cuisinier")):
        referentiel.faire(NATIONAL, titres.creer_titre, titre(code, intitule=intitule))
    referentiel.faire(NATIONAL, titres.creer_titre, titre("D", intitule="Vendeur"))
    for tri, codes in (({}, "CABD"), ({"tri": "-intitule"}, "DBAC")):
        assert [t["code"] for t in referentiel.lire(UD_75, lectures_titres.lister_titres, tri)["elements"]] == [*codes]
    page = referentiel.lire(UD_75, lectures_titres.lister_titres, {"q": "electr equip"})
    assert [t["code"] for t in page["elements"]] == ["A"]
    page = referentiel.lire(UD_75, lectures_titres.lister_titres, {"tri": "-code", "par_page": "2", "page": "2"})
    assert ([t["code"] for t in page["elements"]], page["total"]) == (["B", "A"], 4)
    for filtres in ({"tri": "nimporte"}, {"par_page": "201"}, {"page": "0"}, {"situation": "x"}, {"autre": "1"}):
        with pytest.raises(Invalide):
            referentiel.lire(UD_75, lectures_titres.lister_titres, filtres)


@pytest.mark.parametrize("code", ["INCONNU", "TP\x00", "", "x" * 5000])
def test_un_code_que_rien_ne_porte_est_introuvable(referentiel: Banc, code: str) -> None:
    for lire in (lectures_titres.fiche_titre, lectures_titres.titre_garde, lectures_titres.fiche_ccs):
        with pytest.raises(Introuvable):
            referentiel.lire(UD_75, lire, code)
    with pytest.raises(Introuvable):
        referentiel.faire(NATIONAL, titres.modifier_titre, code, {})
