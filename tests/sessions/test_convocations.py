"""Convocations: frozen, numbered, each at its hour; drawn as PDF and as a calendar entry."""

import base64
import re
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from commun.actes.unit_of_work import Acte
from commun.domain.dates import en_lettres
from commun.domain.errors import Introuvable, Invalide
from commun.schemas.forms import charger
from commun.storage.db import moteur, nouvel_id
from services.sessions.commands import candidats, convocations, jures, modifier, validation
from services.sessions.queries import documents
from services.sessions.queries.lettres import lister_convocations
from services.sessions.schemas import entree
from tests.outils.requetes import requetes
from tests.sessions.banc import AUTRE, CENTRE, DEBUT, JOUR, UD, Banc, Corps
from tests.sessions.lettres import lettres_de, pages

PROJET = "PROJET – La session n’est pas validée par l’administration"
"""In words too, for who does not see what is written across the page."""


def test_une_lettre_par_personne(banc: Banc) -> None:
    session = banc.convoquee()
    assert session["convocations"] == {"editees_le": JOUR, "version": 1}
    elements = lettres_de(banc, session)
    assert [c["type"] for c in elements] == ["candidat", "jure", "jure"]
    assert {(c["heure"], c["version"], c["statut"], c["annulee"]) for c in elements} == {
        ("09:00", 1, "en_attente", False)
    }
    (evenement,) = banc.evenements("convocations_editees")
    assert {p["convocation_id"] for p in evenement["personnes"]} == {c["id"] for c in elements}
    assert len(pages(banc.lire(UD, documents.convocations_pdf, session["id"]))) == 3


def test_un_fichier_ne_reunit_pas_plus_de_lettres_que_le_service_n_en_tient_en_memoire(banc: Banc) -> None:
    """More than a megabyte a letter: two files of 486 had the service killed, under all who used it."""
    session = banc.validee()

    def se_remplir(acte: Acte) -> None:
        champs = "session_id, canonique_id, personne, courriel, parcours, inscrit_le"
        d_autres = f"SELECT gen_random_uuid(), {champs} FROM inscriptions_candidats, generate_series(1, 397)"
        acte.db.execute(sa.text(f"INSERT INTO inscriptions_candidats (candidat_id, {champs}) {d_autres}"))
        acte.tracer("session", session["id"], "inscrire_candidat", "397 candidats ont été inscrits.")

    banc.faire(CENTRE, se_remplir)
    assert banc.lire(CENTRE, documents.convocations_pdf, session["id"]), "with two jurés, four hundred"
    banc.inscrire(session)
    with pytest.raises(Invalide, match="400 documents au plus, et cette session a 401 convocations : ouvrez-les une"):
        banc.lire(CENTRE, documents.convocations_pdf, session["id"])


def test_des_feuilles_d_emargement_plus_longues_que_n_en_porte_le_bus_se_refusent_en_disant_quoi_verifier(
    banc: Banc,
) -> None:
    """A session whose end was a wrong year, three years on: fifteen seconds and 900 MB, then an unexpected error."""
    session = banc.validee(date_fin=(DEBUT + timedelta(days=6)).isoformat())

    def durer(acte: Acte, annees: int) -> None:
        acte.db.execute(sa.text(f"UPDATE sessions SET date_fin = date_debut + interval '{annees} years'"))
        acte.tracer("session", session["id"], "modifier", f"La session dure {annees} ans.")

    banc.faire(CENTRE, durer, 1)
    assert banc.lire(CENTRE, documents.emargement_pdf, session["id"]), "eighty-seven"
    banc.faire(CENTRE, durer, 9)
    phrase = r"demande \d{3} feuilles d'émargement pour 3 personnes, plus que n'en tient un fichier : vérifiez ses d"
    with pytest.raises(Invalide, match=phrase):
        banc.lire(CENTRE, documents.emargement_pdf, session["id"])


def test_les_noms_accentues_sont_a_leur_place(banc: Banc) -> None:
    """In all that lists the people of a session, as in the list of candidates: « Évrard » is not after « Zola »."""
    noms = ["Dupont", "Évrard", "Fabre", "Œuvrard", "Ølsen", "Zola"]
    session = banc.validee()
    for nom in reversed(noms):
        banc.inscrire(session, banc.candidat(nom_naissance=nom, prenoms="Zoé"))
    feuille, pv = (banc.lire(CENTRE, lu, session["id"]) for lu in (documents.emargement_pdf, documents.pv_pdf))
    for texte in ("".join(pages(feuille)), "".join(pages(pv)).partition("Résultats")[2]):
        assert re.findall(r"(\S+) Zoé", texte)[: len(noms)] == noms
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert [c["nom"].removesuffix(" Zoé") for c in lettres_de(banc, session)][1 : 1 + len(noms)] == noms


def test_sans_candidat_pas_de_convocations(banc: Banc) -> None:
    session = banc.validee()
    banc.faire(CENTRE, candidats.desinscrire, session["id"], session["candidats"][0]["candidat_id"], {})
    refus = banc.refuse(CENTRE, convocations.editer, session["id"], {})
    debut = f"Aucun candidat n'est inscrit à la session {session['numero']} : "
    assert refus.detail == f"{debut}les convocations ne peuvent pas être envoyées."


def test_avant_la_validation_rien_que_des_projets(banc: Banc) -> None:
    session = banc.complete()
    assert banc.codes_refuses(CENTRE, convocations.editer, session["id"], {}) == ["CNV-03"]
    for lue in (documents.convocations_pdf, documents.emargement_pdf, documents.pv_pdf):
        assert all(PROJET in " ".join(page.split()) for page in pages(banc.lire(CENTRE, lue, session["id"])))


def test_validee_mais_non_editees_les_convocations_le_disent(banc: Banc) -> None:
    """La lettre que personne n'a reçue portait le numéro de celle qui serait éditée, ou de celle qui l'avait été."""
    session = banc.validee()

    def non_editees() -> bool:
        lues = pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"]))
        dites = ["NON ÉDITÉES – Les convocations ne sont pas éditées" in " ".join(page.split()) for page in lues]
        assert len(set(dites)) == 1
        assert all(("version" in page, "non éditée" in page) == (not dites[0], dites[0]) for page in lues)
        return dites[0]

    assert non_editees()
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert not non_editees()
    demain = {"date_fin": (DEBUT + timedelta(days=3)).isoformat()}
    banc.confirmer(CENTRE, modifier.modifier, session["id"], demain)
    banc.faire(UD, validation.valider, session["id"], {})
    assert non_editees()


def test_d_une_session_annulee_aucune_lettre_ne_se_dit_non_editee(banc: Banc) -> None:
    """They had been: it is the session that calls nobody any more. On whatever day one reads them, all are of its
    first: jurés were called to the day of reading."""
    session = banc.convoquee()
    banc.confirmer(UD, validation.annuler, session["id"], {"motif": "Locaux fermés"})
    lues = pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"], jour=DEBUT + timedelta(days=1)))
    assert {("session annulée" in page, "non éditée" in page) for page in lues} == {(True, False)}
    assert all(f"Le {en_lettres(DEBUT, semaine=True)} à " in page for page in lues)


def test_sans_personne_une_page_le_dit(banc: Banc) -> None:
    session = banc.session()
    (page,) = pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"]))
    assert PROJET in " ".join(page.split()) and session["numero"] in page
    assert "Personne n’est inscrit à cette session" in page


def test_une_heure_pour_tous_une_autre_pour_quelqu_un(banc: Banc) -> None:
    session, ailleurs = banc.validee(), banc.validee()
    tardif, appele = banc.inscrire(session), banc.inscrire(ailleurs)
    banc.faire(CENTRE, convocations.editer, ailleurs["id"], {"par_personne": {appele: "10:45"}})
    corps: Corps = {"heure_convocation": "08:15", "par_personne": {tardif.upper(): "13:30"}}
    editee = banc.faire(CENTRE, convocations.editer, session["id"], corps)
    assert (editee["heure_convocation"], editee["avertissements"]) == ("08:15", [])
    heures = {c["personne_id"]: c["heure"] for c in lettres_de(banc, session)}
    assert heures.pop(tardif) == "13:30"
    assert set(heures.values()) == {"08:15"}
    texte = " ".join(pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"])))
    assert "8 h 15" in texte
    assert "13 h 30" in texte
    tard = banc.faire(CENTRE, convocations.editer, session["id"], {"heure_convocation": "09:30"})
    assert [a["code"] for a in tard["avertissements"]] == ["CNV-02"]
    tot = banc.faire(CENTRE, convocations.editer, session["id"], {"heure_convocation": None})
    assert (tot["heure_convocation"], tot["avertissements"]) == (None, [])
    siennes = "SELECT to_char(heure, 'HH24:MI') FROM inscriptions_candidats WHERE candidat_id = :c"
    assert banc.lignes(siennes, c=appele) == [("10:45",)], "he is called to another session"


def test_une_page_de_convocations_ne_lit_que_les_siennes_et_dit_ce_qui_est_a_suivre(banc: Banc) -> None:
    """Four hundred candidates called eight times have thousands of letters: the page of their session read them all,
    as many times as there are pages of two hundred."""
    session = banc.validee()
    injoignable, autre = banc.inscrire(session, banc.candidat(courriel=None)), banc.inscrire(session)
    for _ in range(3):
        banc.faire(CENTRE, convocations.editer, session["id"], {})
    banc.faire(CENTRE, candidats.desinscrire, session["id"], injoignable, {})
    lues: list[int] = []

    def compter(_connexion: Any, curseur: Any, requete: str, *_: Any) -> None:
        lues.append(curseur.rowcount if "FROM convocations" in requete else 0)

    sa.event.listen(moteur("sessions"), "after_cursor_execute", compter)
    page = banc.lire(CENTRE, lister_convocations, session["id"], {"par_page": "2", "page": "3"})
    sa.event.remove(moteur("sessions"), "after_cursor_execute", compter)
    assert (page["total"], page["annulees"], max(lues)) == (15, 11, 2)
    assert [lettre["version"] for lettre in page["elements"]] == [3, 2], "the latest first"

    def trouvees(**filtres: str) -> list[tuple[str, int, bool]]:
        lettres = banc.lire(CENTRE, lister_convocations, session["id"], {"par_page": "50"} | filtres)["elements"]
        return [(lettre["personne_id"], lettre["version"], lettre["annulee"]) for lettre in lettres]

    nul_ne_l_a_prevenu = (injoignable, 3, True)
    assert [lettre for lettre in trouvees(a_suivre="true") if lettre[2]] == [nul_ne_l_a_prevenu]
    assert len(trouvees(a_suivre="true")) == len(trouvees(annulee="false")) + 1 == 5
    assert len(trouvees(annulee="true")) == 11
    nom = banc.candidats[autre]["nom_naissance"]
    assert trouvees(q=f"{nom.upper()} adam", tri="version") == [(autre, 1, True), (autre, 2, True), (autre, 3, False)]


def test_donner_son_heure_a_chacun_coute_autant_d_ordres_qu_a_un_seul(banc: Banc) -> None:
    """Four hundred candidates, each called at his own hour, took sixteen hundred statements."""
    session = banc.validee()
    eux = [banc.inscrire(session) for _ in range(4)]
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    comptes = []
    for heures in ({eux[0]: "08:00"}, {qui: f"{9 + n:02}:15" for n, qui in enumerate(eux)}):
        with requetes("sessions") as faites:
            banc.faire(CENTRE, convocations.editer, session["id"], {"par_personne": heures})
        comptes.append(len(faites))
        dites = {c["personne_id"]: c["heure"] for c in lettres_de(banc, session) if not c["annulee"]}
        assert {qui: heure for qui, heure in dites.items() if heure != "09:00"} == heures
    assert comptes[0] == comptes[1]


def test_toute_une_session_peut_etre_appelee_chacun_a_son_heure() -> None:
    """Hours are said together: of a session of more than a thousand people, they could no longer be."""
    tous = {nouvel_id(): "08:00" for _ in range(entree.CANDIDATS_MAX + entree.JURES_MAX)}
    assert len(charger(entree.EditionConvocations, {"par_personne": tous})["par_personne"]) == len(tous)


def test_une_personne_qui_n_est_pas_la(banc: Banc) -> None:
    for session in (banc.validee(), banc.session()):  # before the rules: the second may not be convoked at all
        refus = banc.refuse(CENTRE, convocations.editer, session["id"], {"par_personne": {"absent": "09:00"}})
        assert isinstance(refus, Invalide)


def test_une_nouvelle_version_annule_et_remplace(banc: Banc) -> None:
    session = banc.convoquee()
    lendemain = JOUR + timedelta(days=1)
    editee = banc.faire(CENTRE, convocations.editer, session["id"], {}, jour=lendemain)
    assert editee["convocations"] == {"editees_le": lendemain, "version": 2}
    elements = lettres_de(banc, session)
    assert [(c["version"], c["annulee"]) for c in elements] == [(2, False)] * 3 + [(1, True)] * 3
    (page, *_) = pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"]))
    assert "nnule et remplace" in page
    ancienne = pages(banc.lire(CENTRE, documents.convocation_pdf, elements[-1]["id"]))
    assert "nnule et remplace" not in ancienne[0]
    plus_d_effet = "ANNULÉE – Cette convocation est annulée, ou une autre l’a remplacée"
    assert [plus_d_effet in lue.replace("\xa0", " ") for lue in (*ancienne, page)] == [True, False]
    assert banc.evenements("convocations_editees")[-1]["annule"] == []


def test_qui_revient_est_convoque_de_nouveau(banc: Banc) -> None:
    """A juré, or a VAE candidate, who leaves a session that stays convoquée and comes back (INS-03, CNV-03)."""
    session, jour, jure, candidat = banc.validee(), DEBUT - timedelta(days=10), banc.jure(), banc.candidat()
    vae = {"parcours": "vae", "demande_vae_id": banc.demande_vae(candidat)}
    banc.faire(CENTRE, convocations.editer, session["id"], {}, jour=jour)
    for _ in range(2):
        banc.inscrire_jure(session, jure, jour=jour)
        banc.inscrire(session, candidat, jour=jour, **vae)
        banc.faire(CENTRE, jures.retirer, session["id"], jure, {}, jour=jour)
        banc.faire(CENTRE, candidats.desinscrire, session["id"], candidat, {}, jour=jour)
    banc.inscrire_jure(session, jure, jour=jour)
    banc.inscrire(session, candidat, jour=jour, **vae)
    for qui in (jure, candidat):
        versions = [(c["version"], c["annulee"]) for c in lettres_de(banc, session) if c["personne_id"] == qui]
        assert versions == [(3, False), (2, True), (1, True)]
    banc.faire(CENTRE, convocations.editer, session["id"], {}, jour=jour)
    tenues = [c for c in lettres_de(banc, session) if not c["annulee"]]
    assert {(c["personne_id"] in (jure, candidat), c["version"]) for c in tenues} == {(True, 4), (False, 2)}


def test_qui_revient_a_la_place_de_son_autre_fiche_est_convoque_a_la_suite_des_deux(banc: Banc) -> None:
    """He was called twice, and left; his other file, since merged into this one, was called once."""
    session, lui, autre = banc.convoquee(), banc.jure(), banc.jure()
    for _ in range(2):
        banc.inscrire_jure(session, lui)
        banc.faire(CENTRE, jures.retirer, session["id"], lui, {})
    banc.inscrire_jure(session, autre)
    banc.jures[lui]["identites"] = [lui, autre]
    banc.faire(CENTRE, jures.remplacer, session["id"], autre, {"jure_id": lui})
    lettres = {(c["personne_id"], c["version"]) for c in lettres_de(banc, session) if c["personne_id"] in (lui, autre)}
    assert lettres == {(lui, 1), (lui, 2), (lui, 3), (autre, 1)}


def test_un_changement_d_heure_convoque_de_nouveau(banc: Banc) -> None:
    session = banc.convoquee()
    corps: Corps = {"heure_debut": "10:30"}
    assert banc.a_confirmer(CENTRE, modifier.modifier, session["id"], corps) == ["CNV-04"]
    change = banc.confirmer(CENTRE, modifier.modifier, session["id"], corps)
    assert (change["etat"], change["convocations"]["version"]) == ("convoquee", 2)
    assert {c["heure"] for c in lettres_de(banc, session) if not c["annulee"]} == {"10:30"}
    banc.faire(CENTRE, modifier.modifier, session["id"], {"responsable": "M. Petit"})
    assert banc.relire(session)["convocations"]["version"] == 2


def test_personne_n_est_convoque_a_un_jour_passe(banc: Banc) -> None:
    """An hour changed on the second day called every candidate anew to the day before."""
    session, jure = banc.convoquee(), banc.jure()
    candidat = session["candidats"][0]["candidat_id"]

    def lettres_changees(heure: str, le: date) -> set[tuple[str, int, str]]:
        banc.faire(CENTRE, modifier.modifier, session["id"], {"heure_debut": heure}, jour=le)
        return {(c["type"], c["version"], c["heure"]) for c in lettres_de(banc, session) if not c["annulee"]}

    lendemain = DEBUT + timedelta(days=1)
    assert lettres_changees("10:30", DEBUT) == {("candidat", 2, "10:30"), ("jure", 2, "10:30")}
    avant = len(banc.evenements("convocations_editees"))
    assert lettres_changees("11:00", lendemain) == {("candidat", 2, "10:30"), ("jure", 3, "11:00")}
    (dit,) = banc.evenements("convocations_editees")[avant:]
    assert {p["type"] for p in dit["personnes"]} == {"jure"} and dit["annule"] == []
    remplace = session["jures"][0]["jure_id"]
    banc.faire(CENTRE, jures.remplacer, session["id"], remplace, {"jure_id": jure}, jour=lendemain)
    en_vigueur = {c["personne_id"] for c in lettres_de(banc, session) if not c["annulee"]}
    assert en_vigueur == {candidat, jure, session["jures"][1]["jure_id"]}


def test_l_agenda_et_son_annulation(banc: Banc) -> None:
    session = banc.convoquee()
    jure = next(c for c in lettres_de(banc, session) if c["type"] == "jure")

    def entree(annulation: bool = False) -> Any:
        courrier = documents.poster(banc.lire(CENTRE, documents.courrier, jure["id"], annulation))
        return Calendar.from_ical(courrier["ics"])

    assert entree()["METHOD"] == "PUBLISH"
    assert entree(annulation=True)["METHOD"] == "CANCEL"
    ics = documents.livrer(banc.lire(CENTRE, documents.convocation_ics, jure["id"]))
    assert ics["type"].startswith("text/calendar")


def test_l_agenda_d_une_lettre_remplacee_ne_dit_pas_de_rester_chez_soi(banc: Banc) -> None:
    """Among the letters replaced, that of somebody still expected said: « vous n'avez plus à vous présenter »."""
    session = banc.convoquee()
    banc.faire(CENTRE, convocations.editer, session["id"], {})

    def entree(lettre: Corps) -> Any:
        ics = documents.livrer(banc.lire(CENTRE, documents.convocation_ics, lettre["id"]))["contenu"]
        (evenement,) = Calendar.from_ical(base64.b64decode(ics)).walk("VEVENT")
        return evenement

    nouvelle, ancienne = (entree(lettres_de(banc, session)[n]) for n in (0, -1))
    assert (ancienne["STATUS"], nouvelle["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert ancienne["SEQUENCE"] < nouvelle["SEQUENCE"]
    assert ancienne["SUMMARY"].startswith("Convocation remplacée – Jury")
    assert ancienne["DESCRIPTION"].startswith("Cette convocation est remplacée par une autre, qui seule compte.")
    banc.confirmer(UD, validation.annuler, session["id"], {"motif": "Locaux fermés"})
    assert "vous n'avez plus à vous présenter" in entree(lettres_de(banc, session)[-1])["DESCRIPTION"]


def test_les_lettres_d_un_autre_centre_n_existent_pas(banc: Banc) -> None:
    session = banc.convoquee()
    lettre = lettres_de(banc, session)[0]["id"]
    for requete in (documents.convocation_pdf, documents.convocation_ics):
        with pytest.raises(Introuvable):
            banc.lire(AUTRE, requete, lettre)
    assert isinstance(banc.refuse(AUTRE, convocations.renvoyer, lettre, {}), Introuvable)
