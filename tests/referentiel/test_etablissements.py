"""Les actes sur les établissements et leurs sites : qui les change, et où."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from commun.bus.acteur import Acteur
from commun.domain.errors import Droit, Introuvable, Invalide
from services.referentiel.commands import etablissements
from services.referentiel.queries import etablissements as lectures
from tests.outils.requetes import requetes
from tests.referentiel.conftest import DIRECCTE_11, NATIONAL, UD_69, UD_75, Banc, centre
from tests.referentiel.exemples import ADRESSE, CENTRE, LYON


def test_un_etablissement_sans_site_tient_ses_sessions_chez_lui(referentiel: Banc) -> None:
    cree = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE)
    assert [(s["libelle"], s["adresse"]) for s in cree["sites"]] == [(CENTRE["denomination"], cree["adresse"])]


def test_un_etablissement_prend_son_territoire_de_son_adresse(etablissement: dict[str, Any]) -> None:
    assert (etablissement["departement"], etablissement["region"]) == ("75", "11")
    assert [(s["departement"], s["region"]) for s in etablissement["sites"]] == [("75", "11"), ("69", "84")]
    assert etablissement["telephone"] == "+33199000001"


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({"siret": "99900001100019"}, "siret"),
        ({"departement": "69"}, "departement"),
        ({"adresse": ADRESSE | {"code_postal": "00100", "code_insee": None}}, "adresse"),
        ({"adresse": {"voie": "1 rue"}}, "adresse"),
        ({"telephone": "bonjour"}, "telephone"),
        ({"courriel": "pas-une-adresse"}, "courriel"),
        ({"sites": "deux"}, "sites"),
    ],
)
def test_un_etablissement_mal_forme_est_refuse(referentiel: Banc, corps: dict[str, Any], champ: str) -> None:
    assert champ in referentiel.fautes(NATIONAL, etablissements.creer_etablissement, CENTRE | corps)


def test_toutes_les_fautes_d_un_etablissement_se_disent_ensemble(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    """Seen said in as many times as there were: a field, then the address, then each site."""
    nulle_part = ADRESSE | {"code_postal": "00100", "code_insee": None}
    ici, la = {"libelle": "Ici", "adresse": nulle_part}, {"libelle": "Là", "adresse": ADRESSE, "region": "84"}
    with pytest.raises(Invalide) as refus:
        referentiel.faire(
            NATIONAL,
            etablissements.creer_etablissement,
            CENTRE | {"siret": "1", "departement": "69", "region": "84", "sites": [ici, la]},
        )
    assert (refus.value.erreurs or {}).keys() == {"siret", "departement", "region", "sites"}
    assert (refus.value.erreurs or {})["sites"] == [
        "Site « Ici ». Le code 00100 ne correspond à aucun département : vérifiez ce code.",
        "Site « Là ». L'adresse est dans la région 11 : indiquez celle-là, ou rien.",
    ]
    corps = {"denomination": "", "adresse": nulle_part, "sites": [la | {"id": "0190a8c0-0000-7000-8000-0000000000ff"}]}
    with pytest.raises(Invalide) as refus:
        referentiel.faire(NATIONAL, etablissements.modifier_etablissement, etablissement["id"], corps)
    assert (refus.value.erreurs or {}).keys() == {"denomination", "adresse", "sites"}
    assert len((refus.value.erreurs or {})["sites"]) == 2


def test_le_siret_de_la_poste_est_accepte_et_aucun_ne_sert_deux_fois(referentiel: Banc) -> None:
    referentiel.faire(NATIONAL, etablissements.creer_etablissement, CENTRE | {"siret": "356 000 000 09075"})
    with pytest.raises(Invalide) as refus:
        fautive = CENTRE | {"siret": "35600000009075", "denomination": "", "departement": "69"}
        referentiel.faire(NATIONAL, etablissements.creer_etablissement, fautive)
    assert (refus.value.erreurs or {}).keys() == {"siret", "denomination", "departement"}


def test_de_creations_simultanees_d_un_siret_une_seule_reussit(referentiel: Banc) -> None:
    def creer(_: int) -> Any:
        with suppress(Invalide):
            return referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE)

    with ThreadPoolExecutor(6) as fils:
        crees = [cree for cree in fils.map(creer, range(6)) if cree]
    assert len(crees) == referentiel.lire(NATIONAL, lectures.lister_etablissements, {})["total"] == 1


def test_un_siret_change_est_refuse_s_il_est_pris(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    pris = CENTRE | {"siret": "99900002900010"}
    referentiel.faire(UD_75, etablissements.creer_etablissement, pris)
    assert referentiel.fautes(
        UD_75, etablissements.modifier_etablissement, etablissement["id"], {"siret": "99900002900010"}
    ) == {"siret": ["Un établissement porte déjà ce SIRET."]}


def test_une_ud_ne_cree_pas_hors_de_son_departement(referentiel: Banc) -> None:
    with pytest.raises(Introuvable, match="n'est pas dans votre territoire : c'est au service de son département"):
        referentiel.faire(UD_69, etablissements.creer_etablissement, CENTRE)


def test_chacun_lit_son_perimetre_et_rien_d_autre(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    autre = referentiel.faire(
        NATIONAL, etablissements.creer_etablissement, CENTRE | {"siret": "99900002900010", "adresse": LYON}
    )
    a_paris = {"siret": "99900003700013", "adresse": LYON, "sites": [{"libelle": "Paris", "adresse": ADRESSE}]}
    par_son_siege = referentiel.faire(NATIONAL, etablissements.creer_etablissement, CENTRE | a_paris)
    tous = {etablissement["id"], autre["id"], par_son_siege["id"]}
    visibles = {
        NATIONAL: tous,
        UD_75: tous - {autre["id"]},
        DIRECCTE_11: tous - {autre["id"]},
        UD_69: tous,
        centre(autre["id"]): {autre["id"]},
    }
    for qui, attendus in visibles.items():
        page = referentiel.lire(qui, lectures.lister_etablissements, {})
        assert {e["id"] for e in page["elements"]} == attendus
        for e in (etablissement, autre, par_son_siege):
            if e["id"] not in attendus:
                with pytest.raises(Introuvable):
                    referentiel.lire(qui, lectures.fiche_etablissement, e["id"])


def test_un_centre_ne_change_que_son_bloc_identite(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    moi = centre(etablissement["id"])
    change = referentiel.faire(
        moi, etablissements.modifier_etablissement, etablissement["id"], {"denomination": "Tout\n\nneuf"}
    )
    assert (change["denomination"], change["version"], change["siret"]) == ("Tout neuf", 2, CENTRE["siret"])
    with pytest.raises(Droit):
        referentiel.faire(moi, etablissements.modifier_etablissement, etablissement["id"], {"siret": "99900002900010"})
    with pytest.raises(Introuvable):
        referentiel.faire(
            centre("x"), etablissements.modifier_etablissement, etablissement["id"], {"denomination": "A"}
        )


def test_un_centre_renvoie_tout_ce_qu_il_a_lu_et_se_trompe_de_nom(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    moi, etablissement_id = centre(etablissement["id"]), etablissement["id"]
    lu = {nom: etablissement[nom] for nom in (*CENTRE, "departement", "region", "sites")}
    change = referentiel.faire(
        moi, etablissements.modifier_etablissement, etablissement_id, lu | {"courriel": "n@exemple.fr", "region": None}
    )
    assert (change["courriel"], change["region"]) == ("n@exemple.fr", "11")  # what is empty asks for nothing
    with pytest.raises(Droit):  # 403 before what is stale, or ill formed
        referentiel.faire(moi, etablissements.modifier_etablissement, etablissement_id, lu | {"siret": "1"}, version=1)
    assert "telefone" in referentiel.fautes(
        moi, etablissements.modifier_etablissement, etablissement_id, {"telefone": "0199000009"}
    )


def test_un_centre_ne_se_soustrait_pas_a_son_territoire(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    def demenager(adresse: dict[str, Any]) -> Any:
        moi = centre(etablissement["id"])
        return referentiel.faire(moi, etablissements.modifier_etablissement, etablissement["id"], {"adresse": adresse})

    assert demenager(ADRESSE | {"voie": "3 rue de l'Exemple"})["departement"] == "75"
    with pytest.raises(Droit, match="relève de l'administration"):
        demenager(LYON)


def test_un_site_se_change_et_s_ajoute_sans_qu_aucun_ne_parte(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    sites = [{"id": etablissement["sites"][0]["id"], "libelle": "Bercy", "adresse": ADRESSE}]
    sites.append({"libelle": "Annexe", "adresse": LYON})
    change = referentiel.faire(UD_75, etablissements.modifier_etablissement, etablissement["id"], {"sites": sites})
    assert [s["libelle"] for s in change["sites"]] == ["Bercy", "Lyon", "Annexe"]
    inconnu = [{"id": "0190a8c0-0000-7000-8000-0000000000ff", "libelle": "X", "adresse": ADRESSE}]
    with pytest.raises(Invalide):
        referentiel.faire(UD_75, etablissements.modifier_etablissement, etablissement["id"], {"sites": inconnu})


def test_un_site_d_un_autre_territoire_ne_se_prend_ni_ne_se_donne(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    paris, lyon = etablissement["sites"]

    def modifier(*sites: dict[str, Any], qui: Acteur = UD_75) -> Any:
        vus = [{nom: site[nom] for nom in ("id", "libelle", "adresse")} for site in sites]
        return referentiel.faire(
            qui, etablissements.modifier_etablissement, etablissement["id"], {"denomination": "Neuf", "sites": vus}
        )

    for pris in (lyon | {"adresse": ADRESSE}, lyon | {"libelle": "Pris"}, paris | {"adresse": LYON}):
        nom = next(site["libelle"] for site in (paris, lyon) if site["id"] == pris["id"])
        with pytest.raises(Introuvable, match=f"Le site « {nom} » n'est pas, ou ne serait plus, dans votre territoire"):
            modifier(pris)
    with pytest.raises(Introuvable, match="L'établissement ne serait plus dans votre territoire"):
        referentiel.faire(UD_75, etablissements.modifier_etablissement, etablissement["id"], {"adresse": LYON})
    with pytest.raises(Introuvable, match="Cet établissement n'est pas dans votre territoire"):
        referentiel.faire(UD_69, etablissements.modifier_etablissement, etablissement["id"], {"denomination": "Neuf"})
    assert modifier(paris | {"libelle": "Bercy"}, lyon)["sites"][1] == lyon, "a form sends all of them back"
    assert modifier(lyon | {"adresse": ADRESSE}, qui=NATIONAL)["sites"][1]["departement"] == "75"


def test_un_demenagement_est_a_dire_a_qui_le_perd_et_a_qui_le_gagne(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    """Of what changes département alone: neither another street, nor a new site."""
    paris, _ = ({nom: site[nom] for nom in ("id", "libelle", "adresse")} for site in etablissement["sites"])
    for corps in (
        {"adresse": ADRESSE | {"voie": "3 rue de l'Exemple"}, "sites": [{"libelle": "Annexe", "adresse": LYON}]},
        {"adresse": LYON, "sites": [paris | {"adresse": LYON}]},
    ):
        apres = referentiel.faire(NATIONAL, etablissements.modifier_etablissement, etablissement["id"], corps)
    (dit,) = (corps for nom, corps in referentiel.evenements() if nom == "referentiel.etablissement_deplace")
    assert (dit["id"], dit["version"], dit["denomination"]) == (apres["id"], apres["version"], apres["denomination"])
    dehors = [{"site": site, "de": "75", "vers": "69", "reste": False} for site in (None, paris["libelle"])]
    assert dit["deplacements"] == dehors


def test_ce_qui_reste_la_d_ou_un_etablissement_part_se_dit(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    """Seen sending away, as having nothing left, a unit where a site stayed, with contrôles to follow."""
    referentiel.faire(NATIONAL, etablissements.modifier_etablissement, etablissement["id"], {"adresse": LYON})
    (dit,) = (corps for nom, corps in referentiel.evenements() if nom == "referentiel.etablissement_deplace")
    assert dit["deplacements"] == [{"site": None, "de": "75", "vers": "69", "reste": True}]


def test_un_site_n_est_cite_qu_une_fois(referentiel: Banc, etablissement: dict[str, Any]) -> None:
    site = {"id": etablissement["sites"][0]["id"], "adresse": ADRESSE}
    corps = {"sites": [site | {"libelle": "Un"}, site | {"libelle": "Deux"}]}
    assert referentiel.fautes(UD_75, etablissements.modifier_etablissement, etablissement["id"], corps) == {
        "sites": ["Chaque site n'est cité qu'une fois."]
    }


def test_un_telephone_seul_est_de_la_ou_est_l_etablissement(referentiel: Banc) -> None:
    """Seen refused: without its address, a change was read as a number of mainland France."""
    a_noumea = ADRESSE | {"code_postal": "98800", "commune": "Nouméa", "code_insee": "98818"}
    cree = referentiel.faire(NATIONAL, etablissements.creer_etablissement, CENTRE | {"adresse": a_noumea})
    modifie = referentiel.faire(NATIONAL, etablissements.modifier_etablissement, cree["id"], {"telephone": "25 70 00"})
    assert modifie["telephone"] == "+687257000"


def test_les_lettres_d_un_centre_apprennent_comment_le_joindre(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    joindre = {"telephone": "+33199000001", "courriel": etablissement["courriel"]}
    ou = {"adresse": etablissement["adresse"]}
    assert referentiel.lire(NATIONAL, lectures.contact, etablissement["id"]) == joindre | ou
    assert not joindre.keys() & referentiel.lire(NATIONAL, lectures.etablissement_garde, etablissement["id"]).keys()
    with pytest.raises(Introuvable):
        referentiel.lire(NATIONAL, lectures.contact, "01a21744-6fad-766b-9e3d-9ac79c73f7b7")


def test_un_etablissement_se_lit_sans_ses_agrements(referentiel: Banc, agre: dict[str, Any]) -> None:
    """A centre has hundreds, each with what may be done to it: a centre's list of jurés, which opens on its région,
    and eight other pages read them all, to show its name or its sites."""
    lui = agre["etablissement_id"]
    entier = referentiel.lire(NATIONAL, lectures.fiche_etablissement, lui, {})
    assert [a["id"] for a in entier.pop("agrements")] == [agre["id"]]
    with requetes("referentiel") as faites:
        assert referentiel.lire(NATIONAL, lectures.fiche_etablissement, lui, {"agrements": "false"}) == entier
    assert not any("FROM agrements" in requete for requete in faites)


def test_enregistrer_un_etablissement_coute_autant_d_ordres_quels_que_soient_ses_sites(referentiel: Banc) -> None:
    """One of two hundred sites wrote them one by one, whatever had changed."""
    comptes = []
    for rang, combien in enumerate((1, 5)):
        sites = [{"libelle": f"Site {n}", "adresse": ADRESSE} for n in range(combien)]
        corps = CENTRE | {"siret": ("35600000009075", "99900001100018")[rang], "sites": sites}
        cree = referentiel.faire(NATIONAL, etablissements.creer_etablissement, corps)
        with requetes("referentiel") as faites:
            autres = {"sites": [s | {"libelle": f"{s['libelle']} bis"} for s in map(_saisi, cree["sites"])]}
            modifie = referentiel.faire(NATIONAL, etablissements.modifier_etablissement, cree["id"], autres)
        comptes.append(len(faites))
        assert [s["libelle"] for s in modifie["sites"]] == [f"Site {n} bis" for n in range(combien)]
    assert comptes[0] == comptes[1]


def _saisi(site: dict[str, Any]) -> dict[str, Any]:
    return {nom: site[nom] for nom in ("id", "libelle", "adresse")}
