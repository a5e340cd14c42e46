"""VAE-00, VAE-01, VAE-02: demandes filed, decided, withdrawn, and how long a recevabilité lasts."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.errors import Introuvable, Invalide
from services.candidats.commands import vae
from services.candidats.commands.fusion import fusionner
from services.candidats.commands.rattachement import rattacher_par_identite
from services.candidats.queries import gardes
from services.candidats.queries import vae as lectures
from tests.candidats.banc import (
    AUTRE_CENTRE,
    CENTRE,
    DIRECCTE_11,
    ETABLISSEMENT,
    NATIONAL,
    UD_69,
    UD_75,
    Banc,
    ligne_resultat,
)
from tests.outils.bancs import JOUR

RECEVABLE = {"decision": "recevable", "date_notification": "2026-03-01"}


def test_le_parcours_d_une_demande(banc: Banc) -> None:
    candidat = banc.candidat(prenoms="Élise")
    demande = banc.demande(candidat)
    assert (demande["etat"], demande["ccp_codes"], demande["titre_intitule"]) == ("deposee", [], "Coffreur")
    assert demande["actions"] == [{"action": "retrait", "avertissement": None}]
    vue = banc.lire(UD_75, lectures.fiche, demande["id"])
    assert [a["action"] for a in vue["actions"]] == ["recevable", "non_recevable", "retrait"]

    decidee = banc.faire(UD_75, vae.decider, demande["id"], RECEVABLE)
    assert (decidee["etat"], decidee["version"]) == ("recevable", 2)
    assert (decidee["recevable_jusqu_au"], decidee["caduque_le"]) == (date(2027, 2, 28), date(2027, 3, 1))
    assert decidee["actions"] == []
    assert {r["code"] for r in decidee["refus"]} == {"VAE-00"}
    assert [t["action"] for t in banc.traces(demande["id"])] == ["deposer", "recevable"]
    assert banc.traces(candidat["id"])[-1]["action"] == "demande_vae_recevable"
    assert [t["phrase"] for t in banc.traces(candidat["id"])[1:]] == [
        f"{debut} VAE d'Élise Lefèvre sur Coffreur a été {fait}."
        for debut, fait in (("Une demande", "déposée"), ("La demande", "déclarée recevable"))
    ]


def test_l_historique_d_une_demande_ne_nomme_pas_un_autre_centre_a_un_centre(banc: Banc) -> None:
    candidat = banc.candidat()
    demande = banc.demande(candidat)
    banc.faire(UD_75, vae.decider, demande["id"], RECEVABLE)
    identite = {nom: candidat[nom] for nom in ("nom_naissance", "prenoms", "date_naissance", "naissance")}
    with pytest.raises(Introuvable):
        banc.lire(AUTRE_CENTRE, lectures.traces, demande["id"], {})
    banc.faire(AUTRE_CENTRE, rattacher_par_identite, identite)
    for qui, depositaire in ((CENTRE, CENTRE.identifiant), (AUTRE_CENTRE, "un autre centre")):
        lues = banc.lire(qui, lectures.traces, demande["id"], {})["elements"]
        assert [(t["action"], t["acteur"]["identifiant"]) for t in lues] == [
            ("recevable", UD_75.identifiant),
            ("deposer", depositaire),
        ]


@pytest.mark.parametrize(("notifiee", "dite"), [("2025-02-01", True), ("2025-02-02", False)])
def test_une_recevabilite_deja_finie_quand_on_l_enregistre_se_dit(banc: Banc, notifiee: str, dite: bool) -> None:
    """In January one still types the year before; and a decision is final."""
    demande, jour = banc.demande(banc.candidat(), date_depot="2025-01-01"), date(2026, 2, 1)
    corps = {"decision": "recevable", "date_notification": notifiee}
    decidee = banc.faire(UD_75, vae.decider, demande["id"], corps, jour=jour)
    assert decidee["etat"] == ("caduque" if dite else "recevable")
    assert [a["code"] for a in decidee["avertissements"]] == ["VAE-02"] * dite
    assert all("a pris fin le 31/01/2026" in a["message"] for a in decidee["avertissements"])


@pytest.mark.parametrize(
    ("notifiee", "dernier"),
    [("2026-03-01", date(2027, 2, 28)), ("2024-02-29", date(2025, 2, 27)), ("2024-01-01", date(2024, 12, 31))],
)
def test_une_recevabilite_vaut_un_an_de_date_a_date(banc: Banc, notifiee: str, dernier: date) -> None:
    demande = banc.demande(banc.candidat(), date_depot="2024-01-01")
    corps = {"decision": "recevable", "date_notification": notifiee}
    banc.faire(UD_75, vae.decider, demande["id"], corps)
    for jour, etat in ((dernier, "recevable"), (dernier + timedelta(days=1), "caduque")):
        assert banc.lire(UD_75, lectures.fiche, demande["id"], jour=jour)["etat"] == etat
        for filtre in ("recevable", "caduque"):  # the same in SQL
            total = banc.lire(UD_75, lectures.lister, {"etat": filtre}, jour=jour)["total"]
            assert total == (1 if filtre == etat else 0)


def test_une_non_recevabilite_dit_son_motif(banc: Banc) -> None:
    demande = banc.demande(banc.candidat())
    assert banc.fautes(UD_75, vae.decider, demande["id"], {"decision": "non_recevable"}).keys() == {"motif"}
    corps = {"decision": "non_recevable", "motif": "Activité sans lien"}
    decidee = banc.faire(UD_75, vae.decider, demande["id"], corps)
    assert (decidee["etat"], decidee["motif"], decidee["date_notification"]) == (
        "non_recevable",
        "Activité sans lien",
        JOUR,
    )
    assert decidee["recevable_jusqu_au"] is None


def test_une_demande_retiree_ne_se_decide_plus(banc: Banc) -> None:
    demande = banc.demande(banc.candidat())
    assert banc.faire(CENTRE, vae.retirer, demande["id"], {})["etat"] == "retiree"
    phrase = "Déclarer recevable impossible : la demande VAE est à l'état « retirée »."
    assert banc.regles_enfreintes(UD_75, vae.decider, demande["id"], RECEVABLE) == {"VAE-00": phrase}


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"ccp_codes": ["BC01", "XX"]}, "Le titre Coffreur ne compte pas de CCP XX."),
        ({"date_depot": "2026-03-03"}, "La date de dépôt (03/03/2026) est postérieure à aujourd'hui."),
    ],
)
def test_une_demande_impossible(banc: Banc, champs: dict[str, Any], phrase: str) -> None:
    candidat = banc.candidat()
    corps = {"titre_code": "TP-1", "date_depot": "2026-03-02"} | champs
    assert banc.regles_enfreintes(CENTRE, vae.deposer, candidat["id"], corps) == {"VAE-01": phrase}


def test_un_titre_hors_delai_ne_se_demande_plus(banc: Banc) -> None:
    banc.titre(version=2, date_fin_de_vie="2025-03-01", date_fin_prolongation="2026-03-02")
    candidat = banc.candidat()
    assert banc.demande(candidat)["etat"] == "deposee"
    corps = {"titre_code": "TP-1", "date_depot": "2026-03-03", "ccp_codes": ["BC01"]}
    phrase = "Le titre Coffreur est hors délai de prolongation depuis le 03/03/2026."
    refus = banc.regles_enfreintes(CENTRE, vae.deposer, candidat["id"], corps, jour=date(2026, 3, 3))
    assert refus == {"VAE-01": phrase}


def test_la_meme_demande_n_attend_pas_deux_fois(banc: Banc) -> None:
    candidat = banc.candidat()
    premiere = banc.demande(candidat)
    corps = {"titre_code": "TP-1", "date_depot": "2026-03-02"}
    assert list(banc.regles_enfreintes(CENTRE, vae.deposer, candidat["id"], corps)) == ["VAE-01"]
    assert banc.demande(candidat, ccp_codes=["BC02", "BC02"])["ccp_codes"] == ["BC02"]
    banc.faire(CENTRE, vae.retirer, premiere["id"], {})
    banc.demande(candidat)


@pytest.mark.parametrize(
    ("notifiee", "debut"),
    [
        ("2026-02-27", "La décision ne peut pas avoir été notifiée (27/02/2026)"),
        ("2026-03-03", "La date de notification"),
    ],
)
def test_une_notification_impossible(banc: Banc, notifiee: str, debut: str) -> None:
    demande = banc.demande(banc.candidat(), date_depot="2026-02-28")
    corps = {"decision": "recevable", "date_notification": notifiee}
    phrases = banc.regles_enfreintes(UD_75, vae.decider, demande["id"], corps)
    assert phrases["VAE-02"].startswith(debut)


def test_le_service_du_domicile_decide_seul(banc: Banc) -> None:
    candidat = banc.candidat()
    demande = banc.demande(candidat)
    banc.session(candidat["id"], departement="69", region="84")
    phrase = "La demande relève du domicile du candidat : seul le département 75 la décide."
    assert banc.regles_enfreintes(UD_69, vae.decider, demande["id"], RECEVABLE | {"date_notification": None}) == {
        "VAE-02": phrase
    }
    refus = banc.lire(UD_69, lectures.fiche, demande["id"])["refus"]
    assert [r["action"] for r in refus] == ["recevable", "non_recevable"]
    assert banc.faire(DIRECCTE_11, vae.decider, demande["id"], {"decision": "recevable"})["etat"] == "recevable"


def test_qui_n_en_a_pas_le_droit_ni_le_territoire_ne_depose_ni_ne_decide(banc: Banc) -> None:
    candidat = banc.candidat()
    demande = banc.demande(candidat)
    corps = {"titre_code": "TP-1", "date_depot": "2026-03-02"}
    assert banc.code_refuse(NATIONAL, vae.deposer, candidat["id"], corps) == "DROIT"
    for forme in (corps, {}):
        assert banc.code_refuse(AUTRE_CENTRE, vae.deposer, candidat["id"], forme) == "INTROUVABLE"
    assert banc.code_refuse(NATIONAL, vae.retirer, demande["id"], {}) == "DROIT"
    for qui in (CENTRE, NATIONAL):
        assert banc.code_refuse(qui, vae.decider, demande["id"], RECEVABLE) == "DROIT"
    assert banc.code_refuse(UD_69, vae.decider, demande["id"], RECEVABLE) == "INTROUVABLE"
    assert banc.code_refuse(UD_75, vae.decider, demande["id"], RECEVABLE, version=2) == "VERSION"
    assert banc.code_refuse(UD_75, vae.decider, demande["id"], {"decision": "peut-être"}) == "INVALIDE"


def test_un_titre_tout_neuf_est_demande_a_son_proprietaire(banc: Banc) -> None:
    assert banc.demande(banc.candidat(), titre_code="TP-NEUF")["titre_intitule"] == "Titre tout neuf"
    corps = {"titre_code": "TP-RIEN", "date_depot": "2026-03-02"}
    assert banc.fautes(CENTRE, vae.deposer, banc.candidat()["id"], corps) == {
        "titre_code": ["Aucun titre ne porte ce code."]
    }


def test_les_demandes_se_filtrent_et_chacun_voit_celles_de_son_perimetre(banc: Banc) -> None:
    parisien = banc.candidat()
    lyonnais = banc.candidat(nom_naissance="Rhône", adresse={"code_postal": "69003", "commune": "Lyon"})
    premiere, _ = banc.demande(parisien), banc.demande(lyonnais)
    banc.faire(UD_75, vae.decider, premiere["id"], {"decision": "recevable"})
    totaux = {
        str(filtres): banc.lire(CENTRE, lectures.lister, filtres)["total"]
        for filtres in ({}, {"etat": "recevable"}, {"departement": "69"}, {"q": "rhone"}, {"etat": "retiree"})
    }
    assert list(totaux.values()) == [2, 1, 1, 1, 0]
    assert banc.lire(UD_69, lectures.lister, {})["total"] == 1
    assert [banc.lire(CENTRE, lectures.lister, {"region": r})["total"] for r in ("11", "84", "93")] == [1, 1, 0]
    siennes = banc.lire(CENTRE, lectures.lister_du_candidat, parisien["id"], {})
    assert [d["id"] for d in siennes["elements"]] == [premiere["id"]]


def test_les_demandes_d_un_candidat_se_lisent_par_pages(banc: Banc) -> None:
    candidat = banc.candidat()
    banc.demande(banc.candidat(prenoms="Léa"))
    deposees = {"2026-02-27": ["BC01"], "2026-03-01": ["BC02"], "2026-02-28": None}
    ids = [banc.demande(candidat, date_depot=jour, ccp_codes=ccps)["id"] for jour, ccps in deposees.items()]
    pages = [
        banc.lire(CENTRE, lectures.lister_du_candidat, candidat["id"], {"page": str(n), "par_page": "2"})
        for n in (1, 2)
    ]
    assert [[d["id"] for d in page.pop("elements")] for page in pages] == [[ids[1], ids[2]], [ids[0]]]
    assert pages == [{"total": 3, "page": n, "par_page": 2} for n in (1, 2)]
    with pytest.raises(Invalide):
        banc.lire(CENTRE, lectures.lister_du_candidat, candidat["id"], {"par_page": "0"})


# -- what sessions asks ------------------------------------------------------------------------------------------------


def test_la_garde_dit_tout_de_qui_s_inscrit(banc: Banc) -> None:
    candidat = banc.candidat()
    demande = banc.demande(candidat, ccp_codes=["BC01"])
    banc.faire(UD_75, vae.decider, demande["id"], RECEVABLE)
    inconnu = "0190a8c0-0000-7000-8000-0000000000ff"
    vus = banc.lire(CENTRE, gardes.pour_inscription, [candidat["id"], inconnu, "illisible"], ETABLISSEMENT)
    assert [(v["connu"], v["dans_le_perimetre"]) for v in vus] == [(True, True), (False, False), (False, False)]
    assert vus[0]["demandes_vae"] == [
        {
            "id": demande["id"],
            "titre_code": "TP-1",
            "ccp_codes": ["BC01"],
            "date_notification": date(2026, 3, 1),
            "recevable_jusqu_au": date(2027, 2, 28),
        }
    ]
    assert "telephone" not in vus[0]
    ailleurs = banc.lire(AUTRE_CENTRE, gardes.pour_inscription, [candidat["id"]], AUTRE_CENTRE.etablissement_id)
    assert not ailleurs[0]["dans_le_perimetre"]


def test_deux_fiches_fusionnees_gardent_chacune_leur_demande(banc: Banc) -> None:
    """Both are registered in a session, each with its demande: seen answered with one of the two for both."""
    garde, absorbe = banc.candidat(), banc.candidat(prenoms="Zoé")
    ids = [banc.demande(c, ccp_codes=[ccp])["id"] for c, ccp in ((garde, "BC01"), (absorbe, "BC02"))]
    for demande_id in ids:
        banc.faire(UD_75, vae.decider, demande_id, RECEVABLE)
    banc.faire(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"], "confirmer": ["CAN-04"]})
    vus = banc.lire(CENTRE, gardes.pour_inscription, [garde["id"], absorbe["id"]], ETABLISSEMENT)
    assert [v["canonique_id"] for v in vus] == [garde["id"]] * 2
    assert [{d["id"] for d in v["demandes_vae"]} for v in vus] == [set(ids)] * 2


def test_les_identites_et_le_perimetre_en_nombre(banc: Banc) -> None:
    a, b = banc.candidat(), banc.candidat(AUTRE_CENTRE, prenoms="Léa")
    ids = [a["id"], b["id"]]
    assert [i["prenoms"] for i in banc.lire(CENTRE, gardes.identites, ids)] == ["Zoé, Anne-Marie", "Léa"]
    assert banc.lire(CENTRE, gardes.dans_mon_perimetre, ids) == {a["id"]: a["id"]}


def test_une_demande_est_acquise_avec_tout_ce_qu_elle_demande(banc: Banc) -> None:
    candidat = banc.candidat()
    titre, un, deux = (
        banc.demande(candidat, **champs)["id"]
        for champs in ({}, {"ccp_codes": ["BC01"]}, {"ccp_codes": ["BC01", "BC02"]})
    )

    def acquises() -> set[str]:
        lues = banc.lire(CENTRE, gardes.demandes_de, [titre, un, deux])
        return {id_ for id_, d in lues.items() if d["acquise"]}

    assert acquises() == set()
    banc.resultats([ligne_resultat(candidat["id"], "BC01")])
    assert acquises() == set()  # before its PV is signed, it may be withdrawn (RES-04)
    banc.resultats([ligne_resultat(candidat["id"], "BC01")], version=2, confirmes=True)
    assert acquises() == {un}
    banc.resultats([ligne_resultat(candidat["id"], "BC02", entretien="favorable")], session=2, confirmes=True)
    assert acquises() == {titre, un, deux}


def test_les_demandes_suivies_se_relisent_telles_que_leurs_evenements(banc: Banc) -> None:
    """So that whoever has lost what he followed of them has it again; one only filed was told to nobody."""
    siens = [banc.candidat(prenoms=p) for p in ("Ada", "Bea", "Cléo")]
    recevable, retiree, _deposee = (banc.demande(lui)["id"] for lui in siens)
    banc.faire(UD_75, vae.decider, recevable, RECEVABLE)
    banc.faire(UD_75, vae.retirer, retiree, {})
    page = banc.lire(CENTRE, gardes.demandes_suivies, None, 1)
    suite = banc.lire(CENTRE, gardes.demandes_suivies, page["suivant"], 5)
    relues = json.loads(json.dumps([*page["elements"], *suite["elements"]], default=str))
    dites = [corps for corps in banc.evenements() if "demande_id" in corps]
    assert {e["demande_id"]: e for e in relues} == {e["demande_id"]: e for e in dites}
    assert banc.lire(CENTRE, gardes.demandes_de, [retiree, "inconnue"]) == {
        e["demande_id"]: e | {"acquise": False, "numero": siens[1]["numero"]}
        for e in (*page["elements"], *suite["elements"])
        if e["demande_id"] == retiree
    }
    assert (len(page["elements"]), suite["suivant"], {e["demande_id"] for e in dites}) == (
        1,
        None,
        {recevable, retiree},
    )
