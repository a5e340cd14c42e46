"""CTL-01 : les contrôles, leurs suites et leurs échéances ; qui les fait, qui les lit, ce qu'ils laissent."""

from datetime import date
from typing import Any

import pytest

from commun.bus.acteur import Acteur
from commun.domain.errors import Droit, Introuvable, Invalide, VersionPerimee
from services.referentiel.commands import controles, etablissements, reception
from services.referentiel.queries import controles as lectures
from services.referentiel.queries.etablissements import fiche_etablissement, lister_etablissements
from services.referentiel.queries.traces import traces_controle
from tests.outils.sirets import siret_nouveau
from tests.referentiel.conftest import DIRECCTE_11, JOUR, NATIONAL, UD_69, UD_75, Banc, centre
from tests.referentiel.exemples import CENTRE, LYON, session

CORPS = {"type": "sur_place", "date": "2026-03-02", "observations": "Plateau vu.", "conclusion": "avec_reserves"}
SUITE = {"date": "2026-03-10", "texte": "Mise en conformité demandée.", "echeance": "2026-04-30"}
SESSION = "0190a8c0-0000-7000-8000-00000000000a"


@pytest.fixture
def lieu(referentiel: Banc) -> str:
    return str(referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE)["id"])


@pytest.fixture
def fait(referentiel: Banc, lieu: str) -> dict[str, Any]:
    cree: dict[str, Any] = referentiel.faire(UD_75, controles.creer_controle, lieu, CORPS)
    return cree


def test_un_controle_dit_ce_qu_il_a_vu_et_ce_qu_il_attend(referentiel: Banc, lieu: str, fait: dict[str, Any]) -> None:
    assert (fait["controleur"], fait["etat"], fait["echeance"], fait["suites"]) == ("ud", "a_suivre", None, [])
    assert "avec réserves" in fait["avertissements"][0]["message"]
    lu = referentiel.lire(UD_75, lectures.fiche_controle, fait["id"])
    assert lu | {"avertissements": fait["avertissements"]} == fait
    assert referentiel.lire(UD_75, lectures.lister_controles, lieu, {})["elements"] == [lu]


def test_toutes_les_fautes_d_un_controle_et_d_une_suite_se_disent_ensemble(
    referentiel: Banc, lieu: str, fait: dict[str, Any]
) -> None:
    """Seen said in two times: those of a field, then those of the days."""
    tard = "2026-12-01"
    for acte, ou, corps, champs in (
        (controles.creer_controle, lieu, CORPS | {"date": tard, "observations": ""}, {"date", "observations"}),
        (controles.modifier_controle, fait["id"], {"date": tard, "conclusion": "x"}, {"date", "conclusion"}),
        (controles.donner_suite, fait["id"], SUITE | {"texte": "", "echeance": "2026-03-01"}, {"texte", "echeance"}),
    ):
        assert referentiel.fautes(UD_75, acte, ou, corps).keys() == champs


def test_la_derniere_suite_fixe_l_echeance_et_sans_elle_le_suivi_est_clos(
    referentiel: Banc, fait: dict[str, Any]
) -> None:
    suivi = referentiel.faire(DIRECCTE_11, controles.donner_suite, fait["id"], SUITE)
    assert (suivi["etat"], suivi["echeance"], suivi["avertissements"]) == ("a_suivre", date(2026, 4, 30), [])
    etats = {
        jour: referentiel.lire(UD_75, lectures.fiche_controle, fait["id"], jour=jour)["etat"]
        for jour in (date(2026, 4, 30), date(2026, 5, 1))
    }
    assert list(etats.values()) == ["a_suivre", "en_retard"]
    soldee = {"date": "2026-05-04", "texte": "Conforme désormais."}
    clos = referentiel.faire(UD_75, controles.donner_suite, fait["id"], soldee, jour=date(2026, 5, 4))
    assert (clos["etat"], clos["echeance"]) == ("clos", None)
    assert [(s["texte"], s["auteur"]) for s in clos["suites"]] == [
        ("Mise en conformité demandée.", "direccte"),
        ("Conforme désormais.", "ud"),
    ]
    dits = [corps for nom, corps in referentiel.evenements() if nom == "referentiel.controle_modifie"]
    assert [(c["version"], c["echeance"]) for c in dits] == [(1, None), (2, "2026-04-30"), (3, None)]
    assert dits[0]["auteur_id"] == "c-ud"


def test_un_controle_se_trouve_par_le_departement_d_un_site_de_son_etablissement(
    referentiel: Banc, lieu: str, fait: dict[str, Any]
) -> None:
    """As its établissement, and as who sees it: a service that sees it by that site found it in none of its own."""
    (siege,) = referentiel.lire(NATIONAL, fiche_etablissement, lieu)["sites"]
    memes = {nom: siege[nom] for nom in ("id", "libelle", "adresse")}
    a_lyon = {"libelle": "Lyon", "adresse": LYON}
    referentiel.faire(NATIONAL, etablissements.modifier_etablissement, lieu, {"sites": [memes, a_lyon]})
    for departement, total in (("75", 1), ("69", 1), ("92", 0)):
        filtres = {"departement": departement}
        for liste in (lectures.lister_du_perimetre, lister_etablissements):
            assert referentiel.lire(UD_69, liste, filtres)["total"] == total, (departement, liste)


def test_la_liste_du_perimetre_dit_ou_en_est_chaque_controle(referentiel: Banc, lieu: str) -> None:
    """In SQL as in Python, whatever the day."""
    suites = ((), (SUITE,), (SUITE, {"date": "2026-03-11", "texte": "Clos."}), (SUITE | {"echeance": "2026-03-20"},))
    for conclusion in ("conforme", "avec_reserves"):
        for n, donnees in enumerate(suites):
            cle = referentiel.faire(
                UD_75, controles.creer_controle, lieu, CORPS | {"conclusion": conclusion, "observations": f"Cas {n}."}
            )["id"]
            for suite in donnees:
                referentiel.faire(UD_75, controles.donner_suite, cle, suite)

    def trouves(jour: date, **filtres: str) -> list[str]:
        lus = referentiel.lire(DIRECCTE_11, lectures.lister_du_perimetre, filtres, jour=jour)["elements"]
        return [lu["id"] for lu in lus]

    for jour in (date(2026, 3, 15), date(2026, 3, 20), date(2026, 3, 21), date(2026, 5, 1)):
        tous = referentiel.lire(UD_75, lectures.lister_du_perimetre, {}, jour=jour)["elements"]
        dits = {(lu["etablissement"], lu["etablissement_siret"]) for lu in tous}
        assert dits == {(CENTRE["denomination"], CENTRE["siret"])} and len(tous) == 8
        for etat in ("clos", "a_suivre", "en_retard"):
            attendus = {lu["id"] for lu in tous if lu["etat"] == etat}
            assert set(trouves(jour, etat=etat)) == attendus, (jour, etat)
        assert set(trouves(jour, etat="ouvert")) == {lu["id"] for lu in tous if lu["etat"] != "clos"}
    par_echeance = [
        referentiel.lire(UD_75, lectures.fiche_controle, cle)["echeance"]
        for cle in trouves(JOUR, etat="ouvert", tri="echeance")
    ]
    assert par_echeance == [None, *[date(2026, 3, 20)] * 2, *[date(2026, 4, 30)] * 2]  # the first waits for a suite
    conformes = trouves(JOUR, conclusion="conforme", departement="75", q="centre essai cas")
    assert len(conformes) == 4
    assert sorted(conformes) == sorted(lu["id"] for lu in tous if lu["conclusion"] == "conforme")
    assert trouves(JOUR, q="plateau") == []
    une_autre = referentiel.faire(UD_75, etablissements.creer_etablissement, CENTRE | {"siret": siret_nouveau()})["id"]
    vus = [referentiel.lire(UD_75, lectures.lister_controles, ici, {})["total"] for ici in (lieu, une_autre)]
    assert vus == [8, 0]
    assert trouves(JOUR, departement="92") == []
    for qui, n in ((centre(lieu), 8), (NATIONAL, 8), (UD_69, 0), (centre(SESSION), 0)):
        assert referentiel.lire(qui, lectures.lister_du_perimetre, {})["total"] == n


def test_un_controle_se_corrige_et_sa_trace_dit_avant_et_apres(referentiel: Banc, fait: dict[str, Any]) -> None:
    corps = {"conclusion": "non_conforme", "date": "2026-03-01", "motif": "Erreur de saisie"}
    corrige = referentiel.faire(UD_75, controles.modifier_controle, fait["id"], corps, version=1)
    assert (corrige["conclusion"], corrige["version"]) == ("non_conforme", 2)
    trace, creation = referentiel.lire(NATIONAL, traces_controle, fait["id"], {})["elements"]
    assert trace["phrase"] == (
        "Le contrôle du 02/03/2026 a été modifié. La date a été changée : 02/03/2026 → 01/03/2026. "
        "La conclusion a été changée : avec réserves → non conforme."
    )
    assert (trace["motif"], trace["avant"]["conclusion"], trace["apres"]["conclusion"]) == (
        "Erreur de saisie", "avec_reserves", "non_conforme",
    )  # fmt: skip
    assert creation["phrase"] == "Un contrôle sur place de Centre d'essai (fictif) a été enregistré : avec réserves."
    assert referentiel.faire(UD_75, controles.modifier_controle, fait["id"], {})["version"] == 2
    with pytest.raises(VersionPerimee):
        referentiel.faire(UD_75, controles.modifier_controle, fait["id"], corps, version=1)


def test_un_controleur_vide_est_qui_corrige(referentiel: Banc, fait: dict[str, Any]) -> None:
    for donne, attendu in (
        ("Une collègue", "Une collègue"),
        (" ", "ud"),
        ("Une collègue", "Une collègue"),
        (None, "ud"),
    ):
        corrige = referentiel.faire(UD_75, controles.modifier_controle, fait["id"], {"controleur": donne})
        assert corrige["controleur"] == attendu
    referentiel.faire(UD_75, controles.modifier_controle, fait["id"], {"controleur": "Une collègue"})
    corrige = referentiel.faire(UD_75, controles.modifier_controle, fait["id"], {"conclusion": "conforme"})
    assert corrige["controleur"] == "Une collègue"


@pytest.mark.parametrize(
    ("q", "total"), [("plateau", 1), ("VU", 1), ("plateau ud", 1), ("conformite demandee", 1), ("introuvable", 0)]
)
def test_un_controle_se_cherche_par_ce_qu_il_dit_son_controleur_et_ses_suites(
    referentiel: Banc, lieu: str, fait: dict[str, Any], q: str, total: int
) -> None:
    referentiel.faire(UD_75, controles.donner_suite, fait["id"], SUITE)
    assert referentiel.lire(UD_75, lectures.lister_controles, lieu, {"q": q})["total"] == total


def test_l_etat_ecrit_le_centre_et_le_national_lisent_les_autres_ne_voient_rien(
    referentiel: Banc, lieu: str, fait: dict[str, Any]
) -> None:
    actes: tuple[tuple[Any, str, dict[str, Any]], ...] = (
        (controles.creer_controle, lieu, CORPS),
        (controles.modifier_controle, fait["id"], {}),
        (controles.donner_suite, fait["id"], SUITE),
    )
    for qui in (centre(lieu), NATIONAL):
        assert referentiel.lire(qui, lectures.fiche_controle, fait["id"])["observations"] == "Plateau vu."
        assert referentiel.lire(qui, traces_controle, fait["id"], {})["total"] == 1
        for commande, objet, corps in actes:
            with pytest.raises(Droit):
                referentiel.faire(qui, commande, objet, corps)
    for commande, objet, corps in actes:
        with pytest.raises(Introuvable):
            referentiel.faire(UD_69, commande, objet, corps)
    for qui in (UD_69, centre(SESSION)):
        for lire in (lectures.fiche_controle, traces_controle):
            with pytest.raises(Introuvable):
                referentiel.lire(qui, lire, fait["id"], *([{}] if lire is traces_controle else []))
        with pytest.raises(Introuvable):
            referentiel.lire(qui, lectures.lister_controles, lieu, {})


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({"type": "a_distance"}, "type"),
        ({"conclusion": "bon"}, "conclusion"),
        ({"conclusion": None}, "conclusion"),
        ({"observations": " "}, "observations"),
        ({"date": "2026-03-16"}, "date"),
        ({"date": "hier"}, "date"),
        ({"session_id": "x"}, "session_id"),
        ({"etat": "clos"}, "etat"),
    ],
)
def test_un_controle_mal_forme_est_refuse(referentiel: Banc, lieu: str, corps: dict[str, Any], champ: str) -> None:
    assert referentiel.fautes(UD_75, controles.creer_controle, lieu, CORPS | corps).keys() == {champ}


@pytest.mark.parametrize(
    ("corps", "champ", "dit"),
    [
        ({"date": "2026-03-01"}, "date", "Une suite ne précède pas son contrôle."),
        ({"date": "2026-03-16"}, "date", "Cette date est à venir"),
        ({"texte": ""}, "texte", "Indiquez de 1 à 5000 caractères."),
    ],
)
def test_une_suite_mal_formee_est_refusee(
    referentiel: Banc, fait: dict[str, Any], corps: dict[str, Any], champ: str, dit: str
) -> None:
    ((faux, (phrase,)),) = referentiel.fautes(UD_75, controles.donner_suite, fait["id"], SUITE | corps).items()
    assert faux == champ and dit in phrase


@pytest.mark.parametrize("connue_ici", [True, False])
@pytest.mark.parametrize("du_centre", [True, False])
def test_un_controle_porte_sur_une_session_de_l_etablissement(
    referentiel: Banc, lieu: str, connue_ici: bool, du_centre: bool
) -> None:
    etablissement_id = lieu if du_centre else SESSION
    referentiel.reponses["sessions_gardes.participants"] = lambda session_ids: [{"etablissement_id": etablissement_id}]
    if connue_ici:
        vue = {"id": SESSION, "version": 1, "numero": "2026-75-000012", "type": "CCS", "etat": "validee"}
        vue |= {"date_debut": "2026-06-01", "date_fin": "2026-06-03", "jures": [], "candidats": []}
        (site,) = referentiel.lire(UD_75, fiche_etablissement, lieu)["sites"]
        lieux = {"etablissement_id": etablissement_id, "site_id": site["id"]}
        referentiel.faire(NATIONAL, reception.recevoir_session, vue | lieux)
    corps = CORPS | {"session_id": SESSION}
    if du_centre:
        cree = referentiel.faire(UD_75, controles.creer_controle, lieu, corps)
        assert (cree["session_id"], cree["session"]) == (SESSION, "2026-75-000012" if connue_ici else None)
        return
    assert referentiel.fautes(UD_75, controles.creer_controle, lieu, corps).keys() == {"session_id"}


def test_une_session_que_personne_ne_connait_est_refusee(referentiel: Banc, lieu: str) -> None:
    (site,) = referentiel.lire(UD_75, fiche_etablissement, lieu)["sites"]
    une_autre = session({"id": lieu, "sites": [site]}, id="0190a8c0-0000-7000-8000-00000000000b")
    referentiel.faire(NATIONAL, reception.recevoir_session, une_autre)
    referentiel.reponses["sessions_gardes.participants"] = lambda session_ids: []
    with pytest.raises(Invalide):
        referentiel.faire(UD_75, controles.creer_controle, lieu, CORPS | {"session_id": SESSION})


def test_une_session_d_un_autre_territoire_est_refusee_comme_une_inconnue(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """That of Paris, for Lyon, where the établissement has a site too: its id given was kept, and so said to exist."""
    lieu, inconnue = etablissement["id"], "0190a8c0-0000-7000-8000-00000000000b"
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement))
    referentiel.reponses["sessions_gardes.participants"] = lambda session_ids: []
    cle = referentiel.faire(UD_75, controles.creer_controle, lieu, CORPS)["id"]

    def dites(session_id: str) -> list[Any]:
        corps = {"session_id": session_id}
        cree = referentiel.fautes(UD_69, controles.creer_controle, lieu, CORPS | corps)
        return [cree, referentiel.fautes(UD_69, controles.modifier_controle, cle, corps)]

    assert dites(SESSION) == dites(inconnue)


def test_une_session_d_un_autre_territoire_ne_se_lit_pas_et_se_garde(
    referentiel: Banc, etablissement: dict[str, Any], agre: dict[str, Any]
) -> None:
    """That of Paris, for Lyon: who corrects the contrôle without having seen it leaves it there."""
    lieu = etablissement["id"]
    referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement))
    cle = referentiel.faire(UD_75, controles.creer_controle, lieu, CORPS)["id"]
    referentiel.faire(UD_75, controles.modifier_controle, cle, {"session_id": SESSION})
    corrige = referentiel.faire(UD_69, controles.modifier_controle, cle, {"session_id": None, "observations": "Relu."})
    assert (corrige["session_id"], corrige["session"], corrige["observations"]) == (None, None, "Relu.")
    for qui in (UD_75, DIRECCTE_11, NATIONAL, centre(lieu), UD_69):
        vus = [
            referentiel.lire(qui, lectures.fiche_controle, cle),
            *referentiel.lire(qui, lectures.lister_controles, lieu, {})["elements"],
        ]
        dits = (None, None) if qui is UD_69 else (SESSION, "2026-75-00012")
        trouves = referentiel.lire(qui, lectures.lister_du_perimetre, {"session_id": SESSION})["total"]
        assert trouves == int(qui is not UD_69)
        assert [(vu["session_id"], vu["session"]) for vu in vus] == [dits] * 2
        traces = referentiel.lire(qui, traces_controle, cle, {})["elements"]
        assert (SESSION in str(traces)) is (qui is not UD_69)
        dite = "une session d'un autre territoire" if qui is UD_69 else "2026-75-00012"
        assert traces[1]["phrase"].endswith(f"non renseigné → {dite}.")
    lachee = referentiel.faire(UD_75, controles.modifier_controle, cle, {"session_id": None})
    assert lachee["session_id"] is None, "who reads it may take it away"


def test_une_session_finie_reste_ou_elle_a_eu_lieu_quand_son_site_demenage(
    referentiel: Banc, etablissement: dict[str, Any]
) -> None:
    """Held in Paris, at a site now in Lyon: `sessions` shows it to Paris, which no longer found its contrôle."""
    lieu, (site, _) = etablissement["id"], etablissement["sites"]
    a_paris = session(etablissement, etat="cloturee", departement="75")
    referentiel.faire(NATIONAL, reception.recevoir_session, a_paris)
    cle = referentiel.faire(UD_75, controles.creer_controle, lieu, CORPS | {"session_id": SESSION})["id"]
    a_lyon = {"sites": [{"id": site["id"], "libelle": site["libelle"], "adresse": LYON}]}
    referentiel.faire(NATIONAL, etablissements.modifier_etablissement, lieu, a_lyon)

    def vue(qui: Acteur) -> tuple[str | None, int]:
        trouves = referentiel.lire(qui, lectures.lister_du_perimetre, {"session_id": SESSION})["total"]
        return referentiel.lire(qui, lectures.fiche_controle, cle)["session"], trouves

    finie, ailleurs = ("2026-75-00012", 1), (None, 0)
    assert (vue(UD_75), vue(DIRECCTE_11), vue(UD_69)) == (finie, finie, ailleurs)
    # to come, it has followed its site; of one that was copied before, only its site is known
    for version, suite in ((2, {"departement": "69"}), (3, {})):
        referentiel.faire(NATIONAL, reception.recevoir_session, session(etablissement, version=version, **suite))
        assert (vue(UD_75), vue(UD_69)) == (ailleurs, finie)
