"""A centre creates its sessions, under its agréments; each form that is wrong has its own answer."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from commun.domain.errors import Introuvable, Invalide
from services.sessions.commands import copies, creer, modifier, parametres, validation
from services.sessions.queries import fiche, listes
from tests.outils.requetes import requetes
from tests.sessions.banc import (
    AUTRE,
    AUTRE_ID,
    CENTRE,
    CENTRE_ID,
    DEBUT,
    DIRECCTE,
    JOUR,
    NATIONAL,
    SITE,
    SITE_974,
    TITRE,
    UD,
    UD_69,
    Banc,
    Corps,
)


def corps(**autres: object) -> Corps:
    base = {
        "type": "TITRE",
        "titre_code": "TP-1",
        "site_id": SITE,
        "date_debut": "2026-06-15",
        "date_fin": "2026-06-17",
        "heure_debut": "09:00",
    }
    return base | autres


def test_une_session_titre_a_tous_les_ccp_et_un_entretien(banc: Banc) -> None:
    session = banc.session()
    assert (session["etat"], session["ccp_codes"], session["entretien_final"]) == ("brouillon", ["BC01", "BC02"], True)
    assert session["etablissement_id"] == CENTRE_ID
    assert session["numero"].startswith("2026-75-")
    assert session["heure_debut"] == "09:00"
    assert session["version"] == 1
    assert {"soumission", "annulation"} <= {b["action"] for b in session["actions"] + session["refus"]}
    (evenement,) = banc.evenements("session_creee")
    assert (evenement["id"], evenement["version"], evenement["etat"]) == (session["id"], 1, "brouillon")
    assert "nom" not in str(evenement)


def test_une_heure_de_convocation_apres_le_debut_se_dit_des_la_creation(banc: Banc) -> None:
    """CNV-02: it was said of a change, and of an edition, whose letters leave at once."""
    creee = banc.faire(CENTRE, creer.creer, corps(heure_convocation="10:30"))
    assert creee["avertissements"] == [
        {
            "code": "CNV-02",
            "message": "L'heure de convocation (10:30) est après le début de la session (09:00) : vérifiez-la.",
        }
    ]
    assert banc.faire(CENTRE, creer.creer, corps(heure_convocation="09:00"))["avertissements"] == []


def test_deux_sessions_n_ont_pas_le_meme_numero(banc: Banc) -> None:
    assert banc.session()["numero"] != banc.session()["numero"]


@pytest.mark.parametrize(("fin", "couverte"), [("2027-05-31", True), ("2027-06-01", False)])
def test_l_agrement_d_un_ccs_couvre_la_prolongation_de_l_un_de_ses_titres(banc: Banc, fin: str, couverte: bool) -> None:
    """SES-01, AGR-03: the successor of a titre keeps its CCS, and has no end, or a later one, by which the CCS lives on
    (SES-02); the référentiel says it covered."""
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-05-31"})
    ((cle,),) = banc.lignes("SELECT id::text FROM agrements WHERE ccs_code = 'CS-1'")
    finit = banc.agrement(id=cle, titre_code=None, ccs_code="CS-1", date_fin="2026-05-31", version=2)
    banc.entendre(copies.recevoir_agrement, finit)
    ccs = corps(type="CCS", titre_code=None, ccs_code="CS-1", date_debut=fin, date_fin=fin)
    for version, sa_fin in enumerate((None, "2040-05-31"), 1):
        successeur = {"code": "TP-0", "version": version, "date_fin_de_vie": sa_fin}
        banc.entendre(copies.recevoir_titre, TITRE | successeur)
        if couverte:
            assert banc.faire(CENTRE, creer.creer, ccs)["etat"] == "brouillon"
        else:
            assert banc.codes_refuses(CENTRE, creer.creer, ccs) == ["SES-01"]


def test_sans_agrement_a_ces_dates(banc: Banc) -> None:
    trop_tard = corps(date_debut="2036-01-01", date_fin="2036-01-01")
    assert banc.codes_refuses(CENTRE, creer.creer, trop_tard) == ["SES-01"]
    au_dernier_jour = corps(date_debut="2035-12-31", date_fin="2035-12-31")
    assert banc.faire(CENTRE, creer.creer, au_dernier_jour)["etat"] == "brouillon"


@pytest.mark.parametrize("action", ["creer", "modifier"])
def test_un_agrement_tout_neuf_sert_tout_de_suite(banc: Banc, action: str) -> None:
    acte: tuple[Any, ...] = (creer.creer, corps(titre_code="TP-2"))
    if action == "modifier":
        acte = (modifier.modifier, banc.session()["id"], {"titre_code": "TP-2"})
    neuf = TITRE | {"code": "TP-2", "intitule": "Couvreur"}
    assert banc.refuse(CENTRE, *acte).en_clair()["erreurs"].keys() == {"titre_code"}
    banc.referentiel["titre", "TP-2"] = neuf
    assert banc.codes_refuses(CENTRE, *acte) == ["SES-01"]
    banc.referentiel["agrements_de", CENTRE_ID] = [banc.agrement(titre_code="TP-2")]
    assert banc.faire(CENTRE, *acte)["titre_code"] == "TP-2"


def test_un_ccs_tout_neuf_sert_tout_de_suite(banc: Banc) -> None:
    """The copy has its titre, without it."""
    neuf = {"code": "CS-9", "intitule": "Isoler"}
    banc.referentiel["ccs", "CS-9"] = neuf | {"titres": ["TP-1"]}
    banc.referentiel["titre", "TP-1"] = TITRE | {"version": 2, "ccs": [*TITRE["ccs"], neuf]}
    banc.referentiel["agrements_de", CENTRE_ID] = [banc.agrement(titre_code=None, ccs_code="CS-9")]
    assert banc.session(type="CCS", titre_code=None, ccs_code="CS-9")["certification"] == "Isoler"


def test_refuser_faute_d_agrement_coute_autant_quel_qu_en_soit_le_nombre(banc: Banc) -> None:
    """Seen: each of those that were known was written again in vain; three seconds for five hundred."""
    trop_tard, connus, couts = corps(date_debut="2036-01-01", date_fin="2036-01-01"), [], []
    for n in (2, 20):
        connus += [banc.agrement(date_fin="2020-01-01") for _ in range(n)]
        for connu in connus[-n:]:
            banc.entendre(copies.recevoir_agrement, connu)
        banc.referentiel["agrements_de", CENTRE_ID] = connus
        with requetes("sessions") as faites:
            assert banc.codes_refuses(CENTRE, creer.creer, trop_tard) == ["SES-01"]
        couts.append(len(faites))
    assert couts[0] == couts[1]


def test_le_referentiel_n_est_interroge_que_pour_ce_qui_manque(banc: Banc) -> None:
    banc.session()
    assert banc.questions == []


def test_un_site_qui_n_est_pas_du_centre(banc: Banc) -> None:
    assert banc.fautes(AUTRE, creer.creer, corps(site_id=SITE_974)) == {
        "site_id": ["Ce site n'est pas un site de votre établissement."]
    }


def test_un_centre_ne_cree_pas_pour_un_autre(banc: Banc) -> None:
    assert isinstance(banc.refuse(CENTRE, creer.creer, corps(etablissement_id=AUTRE_ID)), Introuvable)


def test_toutes_les_fautes_d_une_session_se_disent_ensemble(banc: Banc) -> None:
    """Seen said in two times: the hour first, then the dates."""
    fausse = {"heure_debut": "9h", "date_fin": "2026-06-14"}
    session = banc.session()
    assert banc.fautes(CENTRE, creer.creer, corps(**fausse)).keys() == fausse.keys()
    assert banc.fautes(CENTRE, modifier.modifier, session["id"], fausse).keys() == fausse.keys()
    fausse = {"date_debut": "x", "date_fin": "2026-06-14"}
    assert banc.fautes(CENTRE, modifier.modifier, session["id"], fausse).keys() == {"date_debut"}


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("type", "AUTRE"),
        ("date_debut", "2026-02-29"),
        ("date_fin", "2026-06-14"),
        ("date_debut", "2027-W10-1"),
        ("heure_debut", "25:00"),
        ("heure_debut", "9h"),
        ("heure_debut", "9:5"),
        ("heure_debut", "09:00\n"),
        ("etat", "validee"),
        ("site_id", 12),
        ("ccp_codes", "BC01"),
        ("responsable", "x" * 201),
        ("inconnu", 1),
    ],
)
def test_un_formulaire_faux_le_dit(banc: Banc, champ: str, valeur: object) -> None:
    assert banc.fautes(CENTRE, creer.creer, corps(**{champ: valeur})).keys() == {champ}


@pytest.mark.parametrize(
    ("changements", "code"),
    [
        ({"type": "TITRE", "ccp_codes": ["BC01"]}, "SES-03"),
        ({"type": "CCP"}, "SES-03"),
        ({"type": "CCP", "ccp_codes": ["BC99"]}, "SES-03"),
        ({"type": "CCS", "titre_code": None, "ccs_code": "CS-9"}, "SES-01"),
        ({"date_debut": "2026-03-02", "date_fin": "2026-03-02"}, "SES-11"),
    ],
)
def test_ce_qu_une_session_ne_peut_pas_etre(banc: Banc, changements: Corps, code: str) -> None:
    assert banc.codes_refuses(CENTRE, creer.creer, corps(**changements))[0] == code


def test_une_session_ccp_et_une_session_ccs(banc: Banc) -> None:
    ccp = banc.session(type="CCP", ccp_codes=["BC01"])
    assert (ccp["ccp_codes"], ccp["entretien_final"]) == (["BC01"], False)
    ccs = banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    assert (ccs["certification"], ccs["ccp_codes"]) == ("Restaurer le patrimoine bâti", [])


def test_une_modification_du_brouillon(banc: Banc) -> None:
    session = banc.session()
    change = banc.faire(CENTRE, modifier.modifier, session["id"], {"date_fin": "2026-06-18", "responsable": "Mme Roux"})
    assert (change["date_fin"], change["responsable"]) == (date(2026, 6, 18), "Mme Roux")
    assert change["version"] == 2
    (trace,) = banc.lire(CENTRE, listes.traces, session["id"], {"par_page": "1"})["elements"]
    assert trace["apres"] == {"date_fin": "2026-06-18", "responsable": "Mme Roux"}
    assert trace["avant"] == {"date_fin": "2026-06-17", "responsable": None}


def test_ne_rien_changer_ne_fait_rien(banc: Banc) -> None:
    session = banc.session()
    assert banc.faire(CENTRE, modifier.modifier, session["id"], {"date_fin": "2026-06-17"})["version"] == 1
    assert banc.evenements("session_modifiee") == []


def test_changer_de_type_change_de_ccp(banc: Banc) -> None:
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    change = banc.faire(CENTRE, modifier.modifier, session["id"], {"type": "TITRE"})
    assert (change["ccp_codes"], change["entretien_final"]) == (["BC01", "BC02"], True)
    change = banc.faire(CENTRE, modifier.modifier, session["id"], {"type": "CCS", "ccs_code": "CS-1"})
    assert (change["titre_code"], change["ccp_codes"], change["entretien_final"]) == (None, [], False)
    change = banc.faire(CENTRE, modifier.modifier, session["id"], {"type": "TITRE", "titre_code": "TP-1"})
    assert (change["ccs_code"], change["ccp_codes"]) == (None, ["BC01", "BC02"]), "the way back is the way there"
    nomme = {"type": "CCS", "ccs_code": "CS-1", "titre_code": "TP-1"}
    change = banc.faire(CENTRE, modifier.modifier, banc.session()["id"], nomme)
    assert (change["titre_code"], change["ccs_code"]) == ("TP-1", "CS-1")


def test_une_version_perimee_est_refusee(banc: Banc) -> None:
    session = banc.session()
    refus = banc.refuse(CENTRE, modifier.modifier, session["id"], {"responsable": "X"}, version=7)
    assert refus.en_clair()["code"] == "VERSION"


def test_hors_du_perimetre_rien_n_existe(banc: Banc) -> None:
    session = banc.session()
    for qui in (AUTRE, UD_69, replace(DIRECCTE, region="84")):
        assert isinstance(banc.refuse(qui, fiche_de, session["id"]), Introuvable)
        assert banc.lire(qui, listes.lister, {})["total"] == 0
    for qui in (CENTRE, UD, DIRECCTE, NATIONAL):
        assert banc.lire(qui, listes.lister, {})["total"] == 1
    assert isinstance(banc.refuse(AUTRE, validation.soumettre, session["id"], {}), Introuvable)


def fiche_de(acte: object, session_id: str) -> Corps:
    return fiche.fiche(acte, session_id)  # type: ignore[arg-type]


def test_le_jour_est_celui_du_site(banc: Banc) -> None:
    """À La Réunion, il est déjà demain quand Paris va se coucher."""
    session = banc.session(site_id=SITE_974.upper())
    assert session["numero"].startswith("2026-974-")
    veille, jour = DEBUT - timedelta(days=1), DEBUT
    assert banc.relire(session, jour=veille)["etat"] == "brouillon"
    assert banc.relire(session, jour=jour)["etat"] == "caduque"


def test_une_caduque_ne_recoit_que_de_nouvelles_dates(banc: Banc) -> None:
    session = banc.session()
    assert banc.codes_refuses(CENTRE, validation.soumettre, session["id"], {}, jour=DEBUT) == ["SES-11"]
    ailleurs = {"date_debut": "2026-07-06", "date_fin": "2026-07-07"}
    type_ = ailleurs | {"type": "CCP", "ccp_codes": ["BC01"]}
    assert "SES-11" in banc.codes_refuses(CENTRE, modifier.modifier, session["id"], type_, jour=DEBUT)
    assert banc.faire(CENTRE, modifier.modifier, session["id"], ailleurs, jour=DEBUT)["etat"] == "brouillon"


def test_les_filtres_de_la_liste(banc: Banc) -> None:
    """Each keeps what it says, and nothing else."""
    banc.session()
    filtres = {
        "etat": ("brouillon", "validee"),
        "type": ("TITRE", "CCP"),
        "titre": ("TP-1", "TP-9"),
        "ccs": ("", "CS-1"),
        "etablissement": (CENTRE_ID.upper(), AUTRE_ID),
        "departement": ("75", "69"),
        "region": ("11", "84"),
        "debut_apres": ("2026-06-15", "2026-06-16"),
        "debut_avant": ("2026-06-15", "2026-06-14"),
        "q": ("macon", "couvreur"),
    }
    for nom, valeurs in filtres.items():
        assert [banc.lire(NATIONAL, listes.lister, {nom: v})["total"] for v in valeurs] == [1, 0], nom


@pytest.mark.parametrize(("ecart", "etat"), [(-1, "convoquee"), (0, "en_cours"), (2, "en_cours"), (3, "a_cloturer")])
def test_l_etat_du_jour_en_sql_est_celui_du_domaine(banc: Banc, ecart: int, etat: str) -> None:
    session, jour = banc.convoquee(), DEBUT + timedelta(days=ecart)
    assert banc.relire(session, jour=jour)["etat"] == etat
    assert banc.lire(CENTRE, listes.lister, {"etat": etat}, jour=jour)["total"] == 1


def test_un_tri_inconnu_est_refuse(banc: Banc) -> None:
    with pytest.raises(Invalide):
        banc.lire(CENTRE, listes.lister, {"tri": "responsable"})


@pytest.mark.parametrize("actions", [True, False])
def test_une_liste_coute_un_nombre_fixe_de_requetes(banc: Banc, actions: bool) -> None:
    banc.complete()
    with requetes("sessions") as pour_une:
        banc.lire(CENTRE, listes.lister, {"actions": actions})
    for mois in range(7, 12):
        banc.complete(date(2026, mois, 1))
    with requetes("sessions") as pour_toutes:
        lues = banc.lire(CENTRE, listes.lister, {"actions": actions})["elements"]
    assert len(pour_toutes) == len(pour_une)
    assert [s for s in lues if s.get("actions")] == (lues if actions else [])
    fiches = [banc.relire(s) for s in lues]
    sans = fiches[0].keys() - {"actions", "refus"}
    assert lues == fiches if actions else all(s.keys() == sans for s in lues) and len(lues) == 6


def test_les_delais_de_ses_05_sont_en_vigueur_a_l_installation(banc: Banc) -> None:
    session = banc.complete(JOUR + timedelta(days=30))
    banc.faire(NATIONAL, parametres.poser, "delai_soumission_titre", {"valeur": 31, "du": "2016-09-01"})
    assert banc.codes_refuses(CENTRE, validation.soumettre, session["id"], {}) == ["SES-05"]
    banc.faire(NATIONAL, parametres.poser, "delai_soumission_titre", {"valeur": 30, "du": "2016-09-01"})
    assert banc.faire(CENTRE, validation.soumettre, session["id"], {})["etat"] == "en_attente_de_validation"
