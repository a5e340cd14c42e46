"""Ce que les autres services demandent, et les copies de ce qu'ils possèdent."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.errors import ConfirmationRequise
from commun.storage.db import moteur, nouvel_id
from services.jures.commands.fusion import fusionner
from services.jures.commands.habilitations import mettre_en_brouillon, reactiver, supprimer, suspendre, valider
from services.jures.commands.jures import inactiver_jure
from services.jures.commands.reception import recevoir_session, recevoir_titre, reconstruire_repliques
from services.jures.queries.aptitudes import aptitudes
from services.jures.queries.fiches import fiche_habilitation, fiche_jure, sessions_du_jure
from services.jures.queries.gardes import fins_avancees, habilitations_publiees, libelles
from services.jures.queries.listes import lister_jures
from services.jures.queries.possibles import possibles
from tests.jures.banc import CENTRE, CORPS_JURE, JOUR, NATIONAL, TITRE, UD_69, UD_75, Banc, Corps, session
from tests.outils.lectures import lignes_parcourues
from tests.outils.requetes import requetes_et_valeurs
from tests.outils.traces_exigees import sans_trace

DATES = {"date_debut": "2026-05-04", "date_fin": "2026-05-06"}
INCONNU = "0190a8c0-0000-7000-8000-0000000000ff"


def apte(banc: Banc, *jure_ids: str, qui: Acteur = CENTRE, **criteres: Any) -> list[Corps]:
    """What `sessions` learns before it registers these jurés in a session TITRE, unless told otherwise."""
    demande = {"type": "TITRE", "titre_code": "TP-1", "ccp_codes": ["BC01", "BC02"], "ccs_code": None} | DATES
    nommes = demande | {"jure_ids": list(jure_ids)} | criteres
    reponse: list[Corps] = banc.lire(qui, aptitudes, nommes=nommes)
    return reponse


def test_les_aptitudes_d_une_session_titre(banc: Banc) -> None:
    emploi = {"intitule": "x", "code_rome": "F1701", "date_debut": "2020-01-01", "employeur_siret": "73282932000074"}
    jure, sans = banc.jure(emploi=emploi), banc.jure(prenom="Anne")
    h = banc.habilitation(jure, ccp_codes=["BC02"])
    lu, non, inconnu = apte(banc, jure["id"], sans["id"], INCONNU)
    assert (lu["connu"], lu["actif"], lu["habilitation_id"], lu["ccp_codes"]) == (True, True, h["id"], ["BC02"])
    assert (lu["nom"], lu["employeur_sirets"]) == ("Essai", ["73282932000074"])
    assert (non["habilitation_id"], non["ccp_codes"]) == (None, [])
    assert inconnu == {"jure_id": INCONNU, "connu": False}


def test_les_aptitudes_selon_le_type_et_les_dates(banc: Banc) -> None:
    jure = banc.jure()
    banc.habilitation(jure, ccp_codes=["BC02"], date_fin="2026-05-06")
    sur_ccs = banc.habilitation(jure, ccs_code="CS-1")
    ccp: Corps = {"type": "CCP", "ccp_codes": ["BC01"]}
    assert apte(banc, jure["id"], **ccp)[0]["habilitation_id"] is None
    assert apte(banc, jure["id"], **ccp | {"ccp_codes": ["BC01", "BC02"]})[0]["ccp_codes"] == ["BC02"]
    ccs: Corps = {"type": "CCS", "titre_code": None, "ccp_codes": [], "ccs_code": "CS-1"}
    assert apte(banc, jure["id"], **ccs)[0]["habilitation_id"] == sur_ccs["id"]
    assert apte(banc, jure["id"], date_fin="2026-05-07")[0]["habilitation_id"] is None
    assert apte(banc, jure["id"], titre_code="TP-9")[0]["habilitation_id"] is None


@pytest.mark.parametrize(
    ("debut", "fin", "employe"),
    [
        ("2001-01-01", "2026-05-03", False),
        ("2001-01-01", "2026-05-04", True),
        ("2026-05-06", None, True),
        ("2026-05-07", None, False),
    ],
)
def test_un_employeur_est_celui_des_jours_de_la_session(banc: Banc, debut: str, fin: str | None, employe: bool) -> None:
    """JRY-03: who left the centre years ago is not « employé par le centre »."""
    dates = {"date_debut": debut, "date_fin": fin}
    jure = banc.jure(emploi={"intitule": "x", "code_rome": "F1701", "employeur_siret": "73282932000074"} | dates)
    assert bool(apte(banc, jure["id"])[0]["employeur_sirets"]) is employe


def test_une_habilitation_sur_un_titre_anterieur_vaut_pour_ce_qui_lui_correspond(banc: Banc) -> None:
    """REF-01: TP-2 is TP-1 revised; its N2 is what BC01 was, and N1 is new."""
    jure = banc.jure(nom="Ancien")
    h = banc.habilitation(jure, ccp_codes=["BC01"])
    revise: Corps = {"titre_code": "TP-2", "ccp_codes": ["N1", "N2"]}
    lu_a_travers = revise | {"equivalents": {"BC01": ["N2"]}}
    assert apte(banc, jure["id"], **revise)[0]["habilitation_id"] is None
    (lu,) = apte(banc, jure["id"], **lu_a_travers)
    assert (lu["habilitation_id"], lu["ccp_codes"]) == (h["id"], ["N2"])
    assert (noms_possibles(banc, **revise), noms_possibles(banc, **lu_a_travers)) == ([], ["Ancien"])
    sur_un_autre = revise | {"type": "CCP", "ccp_codes": ["N1"], "equivalents": {"BC02": ["N1"]}}
    assert apte(banc, jure["id"], **sur_un_autre)[0]["habilitation_id"] is None
    assert noms_possibles(banc, **sur_un_autre) == []

    banc.titre(code="TP-2", ccps=[{"code": c, "intitule": c} for c in ("N1", "N2")])
    neuve = banc.habilitation(jure, titre_code="TP-2", ccp_codes=["N1"])
    (lu,) = apte(banc, jure["id"], **lu_a_travers)
    assert (lu["habilitation_id"], lu["autres_habilitations"]) == (neuve["id"], [h["id"]]), "the titre's own first"
    assert lu["ccp_codes"] == ["N1", "N2"], "by both together (SES-07)"
    (en_double,) = apte(banc, jure["id"], **revise | {"equivalents": {"BC01": ["N1"]}})
    assert en_double["autres_habilitations"] == [], "nothing rests on one that adds no CCP"
    (possible,) = lister_possibles(banc, **lu_a_travers)
    assert (possible["nom"], possible["ccp_codes"]) == ("Ancien", ["N1", "N2"]), "once"
    assert possible["habilitation_id"] == neuve["id"]
    banc.titre(date_fin_de_vie="2026-05-05", version=3)
    assert apte(banc, jure["id"], **lu_a_travers | {"ccp_codes": ["N2"], "type": "CCP"})[0]["habilitation_id"] is None


SUR_LE_CCS: Corps = {"type": "CCS", "titre_code": None, "ccp_codes": [], "ccs_code": "CS-1"}
SUR_BC01: Corps = {"type": "CCP", "ccp_codes": ["BC01"]}
JUSQU_AU_5: Corps = {"date_fin": "2026-05-05"}


@pytest.mark.parametrize(
    ("criteres", "suite", "permise"),
    [
        ({}, {}, True),
        (JUSQU_AU_5, {}, True),  # by the first alone
        ({}, {"date_debut": "2026-05-07"}, False),
        ({}, {"date_fin": "2026-05-06"}, True),
        ({"date_fin": "2026-06-01"}, {"date_fin": "2026-05-31"}, False),
        ({}, {"ccp_codes": ["BC02"]}, True),
        (SUR_BC01, {"ccp_codes": ["BC02"]}, False),
        (SUR_BC01, {"ccp_codes": ["BC01", "BC02"]}, True),
        (SUR_LE_CCS, {}, True),
        (SUR_LE_CCS | JUSQU_AU_5, {}, True),
        (SUR_LE_CCS, {"date_debut": "2026-05-07"}, False),
        (SUR_LE_CCS | {"date_fin": "2026-06-01"}, {"date_fin": "2026-05-31"}, False),
    ],
)
def test_un_renouvellement_qui_suit_laisse_sieger_a_cheval(
    banc: Banc, criteres: Corps, suite: Corps, permise: bool
) -> None:
    """JRY-01, JRY-02: « n'est pas habilité à la date de la session », of who is on each of its days."""
    jure = banc.jure(nom="Renouvelé")
    quoi: Corps = {"ccs_code": "CS-1"} if criteres.get("ccs_code") else {}
    if quoi:
        banc.habilitation(jure)  # a CCP of its titre, in force (HAB-09)
    premiere = banc.habilitation(jure, date_fin="2026-05-05", **quoi)
    ensuite = banc.habilitation(jure, **quoi | {"date_debut": "2026-05-06"} | suite)
    (lu,) = apte(banc, jure["id"], **criteres)
    assert lu["habilitation_id"] == (premiere["id"] if permise else None)
    seule = criteres.get("date_fin") == "2026-05-05"
    assert lu["autres_habilitations"] == ([ensuite["id"]] if permise and not seule else [])
    moins_de_ccp = suite.get("ccp_codes") == ["BC02"]  # the list proposes who loses none on the way
    assert noms_possibles(banc, **criteres) == (["Renouvelé"] if permise and not moins_de_ccp else [])


def test_une_fin_de_vie_qui_les_separe_ne_laisse_pas_sieger_a_cheval(banc: Banc) -> None:
    """Decided since, it ends the first before the second begins, or the second before the session ends."""
    jure = banc.jure(nom="Renouvelé")
    banc.habilitation(jure, date_fin="2026-05-05")
    banc.habilitation(jure, date_debut="2026-05-06")
    for version, fin_de_vie in enumerate(("2026-05-04", "2026-05-05", "2026-05-06"), start=2):
        banc.titre(date_fin_de_vie=fin_de_vie, version=version)
        permise = fin_de_vie == "2026-05-06"
        assert bool(apte(banc, jure["id"])[0]["habilitation_id"]) is permise
        assert noms_possibles(banc) == (["Renouvelé"] if permise else [])


def test_celle_qui_suit_finit_avec_la_fin_de_vie_que_la_premiere_a_passee(banc: Banc) -> None:
    """The first was given back in the prolongation, the second was not: no list proposes who may not be registered."""
    jure = banc.jure(nom="Renouvelé")
    du_titre = banc.habilitation(jure)
    premiere = banc.habilitation(jure, ccs_code="CS-1", date_fin="2026-05-05")
    suite = banc.habilitation(jure, ccs_code="CS-1", date_debut="2026-05-06")
    banc.titre(date_fin_de_vie=(JOUR - timedelta(days=1)).isoformat(), version=2)
    permis = []
    for h in (du_titre, premiere, suite):
        banc.faire(UD_75, suspendre, h["id"], {"confirmer": ["HAB-04"]})
        banc.faire(UD_75, reactiver, h["id"], {"confirmer": ["HAB-02"]})
        permis.append(bool(apte(banc, jure["id"], **SUR_LE_CCS)[0]["habilitation_id"]))
        assert noms_possibles(banc, **SUR_LE_CCS) == ["Renouvelé"] * permis[-1]
    assert permis == [False, False, True]


@pytest.mark.parametrize(
    ("commande", "prete", "inapte"),
    [
        (suspendre, True, {"habilitation_id": None, "actif": True}),
        (mettre_en_brouillon, True, {"habilitation_id": None, "actif": True}),
        (supprimer, False, {"habilitation_id": None, "actif": True}),
        (inactiver_jure, True, {"actif": False}),
    ],
)
def test_un_retrait_en_cours_compte_comme_fait(banc: Banc, commande: Any, prete: bool, inapte: Corps) -> None:
    """HAB-05 contre JRY-02 : qui inscrit a déjà écrit son intention ; l'un des deux voit l'autre."""
    jure = banc.jure()
    h = banc.habilitation(jure, valider=prete)
    vus: list[Corps] = []
    banc.pendant = lambda: vus.extend(apte(banc, jure["id"]))
    assert apte(banc, jure["id"])[0]["habilitation_id"] == (h["id"] if prete else None)
    with suppress(ConfirmationRequise):
        banc.faire(UD_75, commande, jure["id"] if commande is inactiver_jure else h["id"], {})
    assert [{champ: vu[champ] for champ in inapte} for vu in vus] == [inapte]
    assert [vu["en_suspens"] for vu in (*vus, *apte(banc, jure["id"]))] == [prete, False]
    assert banc.compter("intentions") == 0


def suivi_par_un_ccs(banc: Banc) -> tuple[Corps, Corps, Corps]:
    """Makes a juré habilité on two titres of a CCS until 5 May and 31 December; returns him, his habilitation on the
    second, and that on the CCS, which follows it."""
    jure, tp2 = banc.jure(), TITRE | {"code": "TP-2", "date_fin_de_vie": "2026-12-31"}
    banc.referentiel["TP-2"] = tp2
    banc.consommer(recevoir_titre, tp2)
    banc.titre(date_fin_de_vie="2026-05-05", version=2)
    suivie = [banc.habilitation(jure, titre_code=titre) for titre in ("TP-1", "TP-2")][-1]
    return jure, suivie, banc.habilitation(jure, ccs_code="CS-1")


def test_le_retrait_en_cours_de_ce_que_suit_un_ccs_compte_comme_fait(banc: Banc) -> None:
    """An habilitation on a CCS follows the titre that lives longest of those on which the juré is habilité."""
    jure, suivie, sur_ccs = suivi_par_un_ccs(banc)
    ccs: Corps = {"type": "CCS", "titre_code": None, "ccp_codes": [], "ccs_code": "CS-1"}
    vus: list[Corps] = []
    banc.pendant = lambda: vus.extend(apte(banc, jure["id"], **ccs))
    assert apte(banc, jure["id"], **ccs)[0]["habilitation_id"] == sur_ccs["id"]
    with suppress(ConfirmationRequise):
        banc.faire(UD_75, suspendre, suivie["id"], {})
    assert [(vu["habilitation_id"], vu["en_suspens"]) for vu in vus] == [(None, True)]


@pytest.mark.parametrize(("expire", "vu"), [("5 s", True), ("-2 s", True), ("-6 s", False)])
def test_un_retrait_en_cours_se_voit_le_temps_que_son_acte_peut_mettre_a_finir(
    banc: Banc, expire: str, vu: bool
) -> None:
    """ADR 2: past its time an act can still be committing; its intention is seen for 5 s more, by the base's clock."""
    jure = banc.jure()
    h = banc.habilitation(jure)
    with moteur("jures").begin() as db:
        db.execute(
            sa.text(
                "INSERT INTO intentions (id, genre, objet_id, expire_le) "
                "VALUES (:id, 'suspendre_habilitation', :objet, now() + CAST(:expire AS interval))"
            ),
            {"id": nouvel_id(), "objet": h["id"], "expire": expire},
        )
    (lu,) = apte(banc, jure["id"])
    assert (lu["en_suspens"], lu["habilitation_id"]) == (vu, None if vu else h["id"])


def test_un_jure_fusionne_reste_connu_sous_ses_deux_identites(banc: Banc) -> None:
    garde, absorbe = banc.jure(emploi=None), banc.jure()
    h = banc.habilitation(absorbe)
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    lus = apte(banc, absorbe["id"], garde["id"])
    assert [(lu["jure_id"], lu["habilitation_id"]) for lu in lus] == [(absorbe["id"], h["id"]), (garde["id"], h["id"])]
    assert [(lu["canonique_id"], lu["identites"]) for lu in lus] == [(garde["id"], [garde["id"], absorbe["id"]])] * 2


def test_les_pages_pour_reconstruire_une_copie(banc: Banc) -> None:
    hs = [banc.habilitation(banc.jure(prenom=prenom))["id"] for prenom in ("Abel", "Éva", "Noé")]
    debut = banc.lire(NATIONAL, habilitations_publiees, None, 2)
    fin = banc.lire(NATIONAL, habilitations_publiees, debut["suivant"], 2)
    assert [h["habilitation_id"] for h in debut["elements"] + fin["elements"]] == hs
    assert fin["suivant"] is None


# -- les jurés possibles, et comment on les nomme


def lister_possibles(banc: Banc, filtres: Corps | None = None, qui: Acteur = CENTRE, **criteres: Any) -> list[Corps]:
    """Those who could sit in a session TITRE at Lyon, unless told otherwise."""
    ou = {"departement": "69", "region": "84", "sauf": []}
    quoi = {"type": "TITRE", "titre_code": "TP-1", "ccp_codes": ["BC01", "BC02"], "ccs_code": None}
    page = banc.lire(qui, possibles, filtres or {}, nommes=ou | quoi | DATES | criteres)
    assert page["total"] == len(page["elements"])
    return list(page["elements"])


def noms_possibles(banc: Banc, filtres: Corps | None = None, qui: Acteur = CENTRE, **criteres: Any) -> list[str]:
    """Their names."""
    return [j["nom"] for j in lister_possibles(banc, filtres, qui, **criteres)]


def test_les_plus_proches_d_abord_puis_par_nom(banc: Banc) -> None:
    lyon = {"voie": "1 rue", "code_postal": "69003", "commune": "Lyon"}
    grenoble = {"voie": "1 rue", "code_postal": "38000", "commune": "Grenoble"}
    ud_38 = replace(UD_69, departement="38")
    for qui, nom, adresse in (
        (UD_75, "Abel", CORPS_JURE["adresse"]),
        (ud_38, "Élie", grenoble),
        (UD_69, "Noé", lyon),
        (UD_69, "Eva", lyon),
    ):
        jure = banc.jure(qui, nom=nom, adresse=adresse)
        banc.habilitation(jure, qui=qui, date_debut=DATES["date_debut"])  # from its first day
    assert noms_possibles(banc) == ["Eva", "Noé", "Élie", "Abel"]
    assert noms_possibles(banc, {"tri": "nom", "q": "e"}) == ["Abel", "Élie", "Eva", "Noé"]
    assert noms_possibles(banc, {"q": "eva"}) == ["Eva"]


def test_on_ne_cherche_personne_par_ce_qu_on_ne_lit_pas_de_lui(banc: Banc) -> None:
    """An UD is shown the name of who lives in another région, not his file: letter after letter, `q` told his address
    and his town.
    """
    banc.habilitation(banc.jure(nom="Abel", courriel="abel.rivoire@exemple.fr"))
    banc.agrement()
    for q in ("rivoire", "paris"):
        trouves = {qui: noms_possibles(banc, {"q": q}, qui) for qui in (CENTRE, UD_75, NATIONAL, UD_69)}
        assert trouves == {CENTRE: ["Abel"], UD_75: ["Abel"], NATIONAL: ["Abel"], UD_69: []}
    communes = {qui: lister_possibles(banc, {"q": "abel"}, qui)[0]["commune"] for qui in (CENTRE, UD_75, UD_69)}
    assert communes == {CENTRE: "Paris", UD_75: "Paris", UD_69: None}


def test_un_centre_ne_cherche_pas_non_plus_qui_il_ne_lit_plus(banc: Banc) -> None:
    """Under the agrément that it lost, it went on finding by his address and his town who may sit in its old sessions;
    so did one that is agréé for the revised titre alone, of those of the earlier one.
    """
    banc.habilitation(banc.jure(nom="Abel", courriel="abel.rivoire@exemple.fr"))
    revise: Corps = {"titre_code": "TP-2", "ccp_codes": ["N1"], "equivalents": {"BC01": ["N1"]}}
    for agrement, demande in (({"statut": "retire"}, {}), ({"titre_code": "TP-2", "version": 2}, revise)):
        banc.agrement(**agrement)
        trouves = {q: noms_possibles(banc, {"q": q}, **demande) for q in ("abel", "rivoire", "paris")}
        assert trouves == {"abel": ["Abel"], "rivoire": [], "paris": []}
        assert lister_possibles(banc, **demande)[0]["commune"] is None


_D_UN_AUTRE_TITRE = (
    "INSERT INTO jures SELECT (jsonb_populate_record(jures, jsonb_build_object('id', gen_random_uuid(), 'recherche',"
    " 'autre'))).* FROM jures, generate_series(1, 3000)",
    "INSERT INTO habilitations SELECT (jsonb_populate_record(habilitations, jsonb_build_object('id', gen_random_uuid(),"
    " 'jure_id', jures.id, 'titre_code', 'TP-2'))).* FROM habilitations, jures WHERE jures.recherche = 'autre'",
    "ANALYZE jures, habilitations",
)


def test_chercher_qui_peut_sieger_ne_lit_pas_tous_ceux_qu_un_centre_voit(banc: Banc) -> None:
    """Each search took, twice, all those whom the other agréments of the centre show it."""
    banc.habilitation(banc.jure(nom="Abel", courriel="abel.rivoire@exemple.fr"))
    banc.titre(code="TP-2")
    banc.agrement()
    banc.agrement(id=INCONNU, titre_code="TP-2")
    with sans_trace("jures") as db:
        for ordre in _D_UN_AUTRE_TITRE:
            db.exec_driver_sql(ordre)
    quoi = {"type": "TITRE", "titre_code": "TP-1", "ccp_codes": ["BC01", "BC02"], "ccs_code": None, **DATES}

    def chercher(acte: Acte) -> tuple[list[str], int]:
        with requetes_et_valeurs("jures") as faites:
            page = possibles(acte, {"q": "rivoire"}, departement="69", region="84", sauf=[], **quoi)
        return [j["nom"] for j in page["elements"]], lignes_parcourues(acte.db, faites)

    trouves, parcourues = banc.lire(CENTRE, chercher)
    assert trouves == ["Abel"]
    assert parcourues < 300


def test_qui_n_est_pas_lu_se_cherche_aussi_par_son_nom_en_un_mot(banc: Banc) -> None:
    banc.habilitation(banc.jure(nom="Le Goff"))
    for q in ("le goff", "legoff"):
        assert noms_possibles(banc, {"q": q}, UD_69) == ["Le Goff"]


def test_qui_ne_se_lit_pas_se_dit_parmi_les_possibles(banc: Banc) -> None:
    """The name of one who may sit by an earlier titre led its centre, agréé for the revised one, to « introuvable »."""
    ancien = banc.habilitation(banc.jure(nom="Ancien"))["jure_id"]
    banc.agrement(titre_code="TP-2")
    revise: Corps = {"titre_code": "TP-2", "ccp_codes": ["N1"], "equivalents": {"BC01": ["N1"]}}
    for qui, lu in ((CENTRE, False), (UD_75, True), (UD_69, False), (NATIONAL, True)):
        (possible,) = lister_possibles(banc, qui=qui, **revise)
        assert (possible["jure_id"], possible["visible"]) == (ancien, lu)


def test_seuls_ceux_qui_peuvent_sieger(banc: Banc) -> None:
    apte_, inactif, suspendu, trop_tot = (banc.jure(nom=nom) for nom in ("Apte", "Inactif", "Suspendu", "Tard"))
    h = banc.habilitation(apte_, ccp_codes=["BC02"])
    sur_ccs = banc.habilitation(apte_, ccs_code="CS-1")
    banc.habilitation(inactif)
    banc.confirmer(UD_75, inactiver_jure, inactif["id"], {})
    banc.confirmer(UD_75, suspendre, banc.habilitation(suspendu)["id"], {})
    banc.habilitation(trop_tot, date_debut="2026-05-05")
    banc.habilitation(banc.jure(nom="Brouillon"), valider=False)
    assert noms_possibles(banc) == ["Apte"]
    assert noms_possibles(banc, sauf=[apte_["id"]]) == []
    assert noms_possibles(banc, type="CCP", ccp_codes=["BC01"]) == []
    assert noms_possibles(banc, type="CCP", ccp_codes=["BC02"]) == ["Apte"]
    assert noms_possibles(banc, type="CCS", titre_code=None, ccp_codes=[], ccs_code="CS-1") == ["Apte"]
    banc.titre(date_fin_de_vie="2026-05-05", version=2)
    assert noms_possibles(banc) == []
    assert h["jure_id"] == sur_ccs["jure_id"]


def test_on_nomme_encore_ce_qui_n_est_plus(banc: Banc) -> None:
    garde, absorbe = banc.jure(prenom="Anne", emploi=None), banc.jure()
    h = banc.habilitation(absorbe, valider=False)
    banc.confirmer(UD_75, supprimer, h["id"], {})
    banc.confirmer(UD_75, fusionner, garde["id"], {"absorbe_id": absorbe["id"]})
    lus = banc.lire(NATIONAL, libelles, [garde["id"], absorbe["id"], INCONNU], [h["id"], INCONNU])
    anne = {"nom": "Anne Essai", "departement": "75", "identites": (garde["id"], absorbe["id"])}
    rien = {"certification": None, "fin": None, "prolonge": {}, "a_renouveler": False, "titre_finissant": None}
    assert lus == {
        garde["id"]: anne | rien,
        absorbe["id"]: anne | rien,
        h["id"]: anne | rien | {"certification": "Coffreur", "fin": h["date_fin"], "a_renouveler": True},
    }


def test_ce_qu_une_habilitation_prolonge_se_dit_avant_et_apres_l_avoir_suspendue(banc: Banc) -> None:
    """Who tells of a suspension asks once it is done."""
    _, suivie, sur_ccs = suivi_par_un_ccs(banc)
    dit = {sur_ccs["id"]: {"avec": date(2026, 12, 31), "sans": date(2026, 5, 5)}}
    assert banc.lire(NATIONAL, libelles, [], [suivie["id"], sur_ccs["id"]])[suivie["id"]]["prolonge"] == dit
    banc.confirmer(UD_75, suspendre, suivie["id"], {})
    lus = banc.lire(NATIONAL, libelles, [], [suivie["id"], sur_ccs["id"]])
    assert [lus[h["id"]]["prolonge"] for h in (suivie, sur_ccs)] == [dit, {}]
    for acte, h in ((suspendre, sur_ccs), (reactiver, sur_ccs), (reactiver, suivie), (mettre_en_brouillon, suivie)):
        banc.faire(UD_75, acte, h["id"], {"confirmer": ["HAB-02", "HAB-04"]})
        dit_ensuite = banc.lire(NATIONAL, libelles, [], [suivie["id"]])[suivie["id"]]["prolonge"]
        assert dit_ensuite == (dit if acte is reactiver else {})


@pytest.mark.parametrize(
    ("suite", "reste"),
    [
        ({"date_debut": "2027-01-01"}, False),
        ({"date_debut": "2027-01-01", "ccp_codes": ["BC01"]}, True),
        ({"date_debut": "2027-01-02"}, True),
    ],
)
def test_une_habilitation_qu_une_autre_releve_n_est_plus_a_renouveler(banc: Banc, suite: Corps, reste: bool) -> None:
    """Nor is that of a juré who is inactive (JUR-05)."""
    jure = banc.jure()
    h = banc.habilitation(jure, date_fin="2026-12-31")

    def a_renouveler() -> bool:
        return bool(banc.lire(NATIONAL, libelles, [], [h["id"]])[h["id"]]["a_renouveler"])

    autre = banc.habilitation(jure, valider=False, **suite)
    assert a_renouveler()
    banc.faire(UD_75, valider, autre["id"], {})
    assert a_renouveler() is reste
    banc.confirmer(UD_75, suspendre, autre["id"], {})
    assert a_renouveler()
    banc.confirmer(UD_75, inactiver_jure, jure["id"], {})
    assert not a_renouveler()


def test_une_fin_de_vie_decidee_apres_coup_avance_des_fins(banc: Banc) -> None:
    longue, courte = (banc.habilitation(banc.jure(prenom=p), date_fin=f) for p, f in (("A", None), ("B", "2026-12-31")))
    assert banc.lire(NATIONAL, fins_avancees, None, 10)["elements"] == []
    banc.titre(version=2, date_fin_de_vie="2027-01-31")
    fin = date(2027, 1, 31)
    avancees = {"elements": [{"habilitation_id": longue["id"], "fin": fin}], "suivant": None}
    for jour in (JOUR, fin + timedelta(days=1)):  # ended by it, too: what is told no more is put back
        assert banc.lire(NATIONAL, fins_avancees, None, 10, jour=jour) == avancees
    assert banc.lire(NATIONAL, fins_avancees, None, 1)["suivant"] == longue["id"]
    assert banc.lire(NATIONAL, fins_avancees, longue["id"], 1)["elements"] == []
    lus = banc.lire(NATIONAL, libelles, [], [longue["id"], courte["id"]])
    assert [lus[h["id"]]["fin"] for h in (longue, courte)] == [fin, courte["date_fin"]]
    dit = {champ: TITRE[champ] for champ in ("code", "intitule")} | {"fin_prolongation": date(2028, 1, 31)}
    assert [lus[h["id"]]["titre_finissant"] for h in (longue, courte)] == [dit, None]


def test_un_evenement_dit_l_acte_et_le_compte(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    banc.confirmer(UD_75, suspendre, h["id"], {})
    corps = banc.evenements()[-1][1]
    assert (corps["action"], corps["acteur_id"]) == ("suspendre", "c-ud")


# -- les copies


def test_une_copie_suit_par_version_quel_que_soit_l_ordre(banc: Banc) -> None:
    h = banc.habilitation(banc.jure())
    qui = {"jure_id": h["jure_id"], "habilitation_id": h["id"]}
    versions: list[tuple[Any, Corps]] = [
        (recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-01-31"}),
        (recevoir_titre, TITRE | {"version": 3, "date_fin_de_vie": "2026-03-31"}),
        (recevoir_session, session("S-1", jures=[qui])),
        (recevoir_session, session("S-1", jures=[], version=2)),
        (recevoir_session, session("S-1", jures=[qui], version=3, debut="2026-06-01")),
    ]
    hasard = random.Random(7)
    for _ in range(20):
        for commande, corps in hasard.sample(versions * 2, 10):
            banc.consommer(commande, corps)
        lue = banc.lire(UD_75, fiche_habilitation, h["id"], jour=date(2026, 2, 15))
        assert (lue["etat"], lue["situation_titre"]) == ("active", "en_cours")
        (s,) = banc.lire(UD_75, sessions_du_jure, h["jure_id"], {})["elements"]
        assert (s["numero"], s["date_debut"], s["habilitation_id"]) == ("S-1", date(2026, 6, 1), h["id"])


def test_un_titre_suivi_se_dit_a_qui_s_appuie_sur_les_habilitations(banc: Banc) -> None:
    """Once this copy answers by the new dates, and not before; a CCS that the titre has no more is named too."""
    ccs = [{"code": "CS-9", "intitule": "Neuf"}]
    banc.consommer(recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-01-31", "ccs": ccs})
    nom, corps = banc.evenements()[-1]
    connus = [c["code"] for c in TITRE["ccs"]]
    attendu = {"titre_code": TITRE["code"], "ccs_codes": sorted({"CS-9", *connus}), "version": 2}
    assert (nom, corps) == ("jures.titre_suivi", attendu)


def test_un_titre_rattrape_se_dit_comme_un_titre_annonce(banc: Banc) -> None:
    """A lost event, then « copies reconstruites »: the sessions that rely on it were told nothing; what is no news is
    not said again."""
    change = TITRE | {"version": 2, "date_fin_de_vie": "2026-01-31"}
    pages = {"titres": [change], "agrements": [], "sessions": []}
    banc.repondre = lambda q: {"elements": pages[q.methode], "suivant": None}  # type: ignore[method-assign]
    for _ in range(2):
        banc.faire(NATIONAL, reconstruire_repliques)
    banc.consommer(recevoir_titre, change)
    assert [corps["version"] for nom, corps in banc.evenements() if nom == "jures.titre_suivi"] == [1, 2]


def test_le_centre_perd_la_lecture_avec_son_agrement(banc: Banc) -> None:
    banc.habilitation(banc.jure())
    banc.agrement()
    assert banc.lire(CENTRE, lister_jures, {})["total"] == 1
    banc.agrement(statut="suspendu", version=2)
    assert banc.lire(CENTRE, lister_jures, {})["total"] == 0


def test_le_centre_lit_les_jures_d_un_agrement_a_venir(banc: Banc) -> None:
    """It prepares its sessions before: of the jurés that it was offered, it could read no file, nor a phone."""
    jure = banc.habilitation(banc.jure())["jure_id"]
    banc.agrement(date_debut="2026-06-01")
    assert banc.lire(CENTRE, lister_jures, {})["total"] == 1
    assert banc.lire(CENTRE, fiche_jure, jure)["id"] == jure
    assert lister_possibles(banc)[0]["visible"]
    banc.agrement(date_debut="2025-01-01", date_fin="2025-12-31", version=2)
    assert banc.lire(CENTRE, lister_jures, {})["total"] == 0, "that one is over"
