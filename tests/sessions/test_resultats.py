"""Results: appended, closed, signed, unblocked; what they give. What is attested of them is in `test_attestations`."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun.domain.errors import Introuvable
from commun.schemas.forms import instance
from services.sessions.commands import candidats, convocations, copies, resultats, suivre, validation
from services.sessions.queries import candidats as lectures
from services.sessions.queries import documents, gardes, listes
from services.sessions.queries import resultats as lus
from services.sessions.schemas import sortie
from tests.outils.traces_exigees import sans_trace
from tests.sessions.banc import APRES, CENTRE, DEBUT, DIRECCTE, JOUR, NATIONAL, TITRE, UD, Banc, Corps
from tests.sessions.lettres import pages

FIN = DEBUT + timedelta(days=2)


def debloquee(banc: Banc, session: Corps, jour: date = APRES) -> Corps:
    return dict(banc.faire(UD, validation.debloquer, session["id"], {"motif": "Erreur de saisie"}, jour=jour))


def statuts(banc: Banc, session: Corps) -> list[str]:
    candidat = session["candidats"][0]["candidat_id"]
    return [a["statut"] for a in banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]]


def visa(banc: Banc, session: Corps) -> tuple[str, str]:
    """Returns the service and the agent who signed the last PV."""
    derniere = banc.lire(UD, lus.lire, session["id"], {})["clotures"][-1]
    return derniere["visa_service"], derniere["visa_agent"]


def convoquee_a_deux(banc: Banc) -> Corps:
    """Returns a session convoquée with two candidates."""
    session = banc.complete()
    banc.inscrire(session)
    banc.valider(session)
    return dict(banc.faire(CENTRE, convocations.editer, session["id"], {}))


def autre(session: Corps) -> str:
    """Returns the second candidate of a session."""
    return str(session["candidats"][1]["candidat_id"])


def ccps_du_titre(banc: Banc, *codes: str, version: int = 2) -> None:
    """Makes the CCPs of the titre these."""
    ccps = [{"code": code, "intitule": code} for code in codes]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": version, "ccps": ccps})


def test_la_trace_d_une_saisie_dit_les_lignes_qui_changent(banc: Banc) -> None:
    """TRA-01: a sheet of four hundred lines is saved each time that some are noted; each trace held it whole, twice."""
    session = convoquee_a_deux(banc)
    corps = banc.feuille(session)
    banc.faire(CENTRE, resultats.saisir, session["id"], corps, jour=DEBUT)
    ligne = corps["resultats"][0]
    corrigee = ligne | {"entretien_final": "defavorable"}
    corps = corps | {
        "resultats": [corrigee, *corps["resultats"][1:]],
        "jures_presents": [session["jures"][0]["jure_id"]],
    }
    banc.faire(CENTRE, resultats.saisir, session["id"], corps, jour=DEBUT)
    seconde, premiere = banc.lire(CENTRE, listes.traces, session["id"], {"par_page": "2"})["elements"]
    assert (premiere["avant"], len(premiere["apres"]["resultats"]), len(premiere["apres"]["jures_presents"])) == (
        None,
        2,
        2,
    )
    ((qui, avant),), ((lui, apres),) = (seconde[etat]["resultats"].items() for etat in ("avant", "apres"))
    assert qui == lui == ligne["candidat_id"]
    assert (avant["entretien_final"], apres["entretien_final"]) == ("favorable", "defavorable")
    assert [len(seconde[etat]["jures_presents"]) for etat in ("avant", "apres")] == [2, 1]
    banc.faire(CENTRE, resultats.saisir, session["id"], corps, jour=DEBUT)
    (rien,) = banc.lire(CENTRE, listes.traces, session["id"], {"par_page": "1"})["elements"]
    assert rien["avant"] == rien["apres"] == {"resultats": {}}


def test_de_la_saisie_a_l_attestation(banc: Banc) -> None:
    session = banc.convoquee()
    corps = banc.feuille(session)
    veille = DEBUT - timedelta(days=1)
    assert banc.codes_refuses(CENTRE, resultats.saisir, session["id"], corps, jour=veille) == ["RES-01"]
    saisie = banc.faire(CENTRE, resultats.saisir, session["id"], corps, jour=DEBUT)
    assert (saisie["version"], len(saisie["jures_presents"])) == (1, 2)
    assert banc.evenements("resultats_saisis")[-1]["candidats"][0]["resultat_saisi"] is True
    ((trace,),) = banc.lignes("SELECT apres FROM traces WHERE objet_id = :s AND action = 'resultats'", s=session["id"])
    assert {**trace["resultats"]}[session["candidats"][0]["candidat_id"]]["candidat"]  # whose these are, sealed
    assert len(trace["jures_presents"]) == 2  # TRA-01: the PV says it, and a closing rests on it
    assert banc.evenements("resultats_clos") == []

    close = banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=FIN)
    assert close["etat"] == "cloturee"
    (provisoire,) = banc.evenements("resultats_clos")
    assert (provisoire["confirmes"], provisoire["version"]) == (False, close["version"])
    assert statuts(banc, session) == []
    assert banc.codes_refuses(CENTRE, resultats.saisir, session["id"], corps, jour=FIN) == ["RES-03"]

    vise = banc.viser(session)
    assert vise["pv_vise_le"] == APRES
    assert banc.evenements("demande_repondue")[-1]["reponse"] == "pv_vise"
    assert visa(banc, session) == ("Unité départementale 75", "ud")  # as the PV and attestations name who signed
    confirme = banc.evenements("resultats_clos")[-1]
    assert (confirme["confirmes"], confirme["version"]) == (True, vise["version"])
    assert banc.codes_refuses(UD, resultats.viser, session["id"], {}, jour=APRES) == ["RES-03"]
    assert statuts(banc, session) == ["valide"]


def test_un_titre_modifie_apres_la_cloture_ne_reprend_ni_ne_donne_rien(banc: Banc) -> None:
    """RES-02, RES-03 : le PV est arrêté à la clôture, avec les CCP que le titre exigeait ce jour-là."""
    session = banc.cloturee()
    enrichi = [*TITRE["ccps"], {"code": "BC03", "intitule": "Neuf"}]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccps": enrichi})
    banc.viser(session)
    clos = banc.evenements("resultats_clos")
    assert [c["ccp_exiges"] for c in clos] == [["BC01", "BC02"]] * 2
    (lue,) = banc.lire(CENTRE, gardes.resultats_clos, None, 10)["elements"]
    assert lue["ccp_exiges"] == ["BC01", "BC02"]
    candidat = session["candidats"][0]["candidat_id"]
    (attestation,) = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]
    (page,) = pages(banc.lire(UD, documents.attestation_pdf, attestation["id"]))
    assert "Titre professionnel obtenu" in " ".join(page.split())


def test_debloquer_pour_l_un_ne_retire_pas_le_titre_aux_autres(banc: Banc) -> None:
    """RES-02, RES-04 : le titre a gagné un CCP depuis la clôture ; la suivante juge par ceux de la première."""
    session = convoquee_a_deux(banc)
    banc.clore(session, jour=FIN)
    ccps_du_titre(banc, "BC01", "BC02", "BC03")
    debloquee(banc, session)
    assert texte_du_pv(banc, session, APRES).count("Titre obtenu") == 2
    revue = banc.feuille(session)
    revue["resultats"][1]["entretien_final"] = "defavorable"
    banc.clore(session, revue, jour=APRES)
    assert banc.evenements("resultats_clos")[-1]["ccp_exiges"] == ["BC01", "BC02"]
    assert texte_du_pv(banc, session, APRES).count("Titre obtenu") == 1
    banc.faire(DIRECCTE, resultats.viser, session["id"], {}, jour=APRES)
    assert visa(banc, session) == ("DIRECCTE, région 11", "direccte")
    requete = "SELECT resultat->>'decision' FROM attestations ORDER BY candidat_id = :second"
    assert banc.lignes(requete, second=autre(session)) == [("titre",), ("partielle",)]


def test_clore_de_nouveau_repare_une_cloture_jugee_par_un_catalogue_faux(banc: Banc) -> None:
    """RES-02 : un CCP saisi par erreur, ou une fin de vie trop tôt, avaient refusé le titre à tous."""
    session = convoquee_a_deux(banc)
    ccps_du_titre(banc, "BC01", "BC02", "BC03")
    banc.clore(session, jour=FIN)
    assert "Titre obtenu" not in texte_du_pv(banc, session, APRES)
    ccps_du_titre(banc, "BC01", "BC02", version=3)
    debloquee(banc, session)
    banc.clore(session, jour=APRES)
    assert banc.evenements("resultats_clos")[-1]["ccp_exiges"] == ["BC01", "BC02"]
    assert texte_du_pv(banc, session, APRES).count("Titre obtenu") == 2


@pytest.mark.parametrize(
    ("ligne", "code"),
    [
        ({"ccps": {"BC01": "acquis"}}, "RES-01"),
        ({"ccps": {"BC01": "acquis", "BC02": "acquis", "BC03": "acquis"}}, "RES-01"),
        ({"entretien_final": None}, "SES-04"),
        ({"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}}, "SES-04"),
        ({"present": False}, "RES-01"),
        ({"absence": "excusee"}, "RES-01"),
        ({"ccs": "acquis"}, "RES-01"),
    ],
)
def test_une_feuille_qui_ne_tient_pas(banc: Banc, ligne: Corps, code: str) -> None:
    session = banc.convoquee()
    refus = banc.codes_refuses(CENTRE, resultats.saisir, session["id"], banc.feuille(session, **ligne), jour=DEBUT)
    assert code in refus


def test_qui_est_parti_apres_la_saisie_n_a_pas_de_resultat(banc: Banc) -> None:
    """INS-02 : le premier jour, un candidat déjà noté peut encore être désinscrit ; sa ligne ne lui donne rien."""
    session = convoquee_a_deux(banc)
    parti = autre(session)
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=DEBUT)
    banc.faire(CENTRE, candidats.desinscrire, session["id"], parti, {}, jour=DEBUT)
    restes = [c["candidat_id"] for c in session["candidats"] if c["candidat_id"] != parti]
    for version in ({}, {"version": "1"}):
        lue = banc.lire(CENTRE, lus.lire, session["id"], version, jour=DEBUT)
        assert [r["candidat_id"] for r in lue["resultats"]] == restes
    banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=FIN)
    assert [c["candidat_id"] for c in banc.evenements("resultats_clos")[-1]["candidats"]] == restes
    (clos,) = banc.lire(NATIONAL, gardes.resultats_clos, None, 500)["elements"]
    assert [c["candidat_id"] for c in clos["candidats"]] == restes


def test_cloturer_demande_un_resultat_pour_chacun_et_deux_jures(banc: Banc) -> None:
    session = convoquee_a_deux(banc)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=FIN) == ["RES-03", "RES-03"]
    d_un_seul = {"resultats": banc.feuille(session)["resultats"][:1]}
    banc.faire(CENTRE, resultats.saisir, session["id"], d_un_seul, jour=FIN)
    saisis = [c["resultat_saisi"] for c in banc.evenements("resultats_saisis")[-1]["candidats"]]
    assert saisis == [True, False], "CAN-02: who has none yet is still his centre's to correct"
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=FIN) == ["RES-03"]
    seul = banc.feuille(session) | {"jures_presents": [session["jures"][0]["jure_id"]]}
    banc.faire(CENTRE, resultats.saisir, session["id"], seul, jour=FIN)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=FIN) == ["RES-03"]
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=FIN)
    assert banc.faire(UD, resultats.cloturer, session["id"], {}, jour=FIN)["etat"] == "cloturee"


def test_qui_est_mal_nomme_dans_une_feuille_se_dit(banc: Banc) -> None:
    """Seen answered as if the session were not there, of a candidate named by his numero and of a juré by his name."""
    session = banc.convoquee()
    feuille = banc.feuille(session)
    mal_nomme = feuille | {
        "resultats": [*feuille["resultats"], feuille["resultats"][0] | {"candidat_id": "C00000001"}],
        "jures_presents": [session["jures"][0]["jure_id"].upper(), "MARTIN"],
    }
    refus = banc.refuse(CENTRE, resultats.saisir, session["id"], mal_nomme, jour=FIN).en_clair()
    dits = [m["message"].removesuffix(f" {session['numero']}.") for m in refus["manquements"]]
    assert dits[0].endswith(" : C00000001.") and dits[1:] == ["Un juré noté présent n'est pas du jury de la session"]


def test_les_versions_se_gardent(banc: Banc) -> None:
    session = banc.convoquee()
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=DEBUT)
    revue = banc.feuille(session, entretien_final="defavorable")
    banc.faire(CENTRE, resultats.saisir, session["id"], revue, jour=DEBUT)
    derniere = banc.lire(UD, lus.lire, session["id"], {})
    premiere = banc.lire(UD, lus.lire, session["id"], {"version": "1"})
    assert (derniere["version"], derniere["resultats"][0]["entretien_final"]) == (2, "defavorable")
    assert premiere["resultats"][0]["entretien_final"] == "favorable"
    assert [v["version"] for v in derniere["versions"]] == [2, 1]
    with pytest.raises(Introuvable):
        banc.lire(UD, lus.lire, session["id"], {"version": "3"})


def test_debloquer_ne_retire_rien_clore_de_nouveau_si(banc: Banc) -> None:
    session = banc.cloturee()
    banc.viser(session)
    n = len(banc.evenements("resultats_clos"))
    assert debloquee(banc, session)["etat"] == "debloquee"
    assert len(banc.evenements("resultats_clos")) == n
    assert statuts(banc, session) == ["valide"]

    echec = banc.feuille(session, ccps={"BC01": "acquis", "BC02": "non_acquis"}, entretien_final="defavorable")
    banc.clore(session, echec, jour=APRES)
    clos = banc.evenements("resultats_clos")[-1]
    assert (clos["confirmes"], clos["candidats"][0]["ccps"]["BC02"]) == (False, "non_acquis")
    assert statuts(banc, session) == ["retiree"]

    banc.viser(session)
    assert statuts(banc, session) == ["valide", "remplacee"]
    clotures = banc.lire(UD, lus.lire, session["id"], {})["clotures"]
    assert [(c["version"], c["resultats_version"], c["motif"]) for c in clotures] == [
        (1, 1, ""),
        (2, 2, "Erreur de saisie"),
    ]
    assert {*clotures[0]} == {*instance(sortie.Cloture).fields}, "what is kept to judge by is not told"


def test_annuler_une_debloquee_retire_ses_acquis(banc: Banc) -> None:
    session = banc.cloturee()
    banc.viser(session)
    debloquee(banc, session)
    banc.confirmer(UD, validation.annuler, session["id"], {"motif": "Fraude"}, jour=APRES)
    assert banc.evenements("resultats_clos")[-1]["candidats"] == []
    assert statuts(banc, session) == ["retiree"]
    assert [e["decision"] for e in banc.evenements("session_decidee")] == ["debloquee", "annulee"]  # told to its centre


def test_le_pv_d_une_debloquee_annulee_montre_la_version_qu_il_dit_ne_plus_valoir(banc: Banc) -> None:
    """Non ce qui a été saisi depuis, que personne n'a arrêté."""
    session = banc.cloturee()
    banc.viser(session)
    debloquee(banc, session)
    saisie = banc.feuille(session, ccps={"BC01": "acquis", "BC02": "non_acquis"}, entretien_final="defavorable")
    jures_presents = [j["jure_id"] for j in session["jures"][:1]]
    saisie = saisie | {"jures_presents": jures_presents}
    banc.faire(CENTRE, resultats.saisir, session["id"], saisie, jour=APRES)
    banc.confirmer(UD, validation.annuler, session["id"], {"motif": "Fraude"}, jour=APRES)
    texte = texte_du_pv(banc, session, APRES)
    assert "(version 1) ne valent plus" in texte
    assert ("Titre obtenu" in texte, "Réussite partielle" in texte, texte.count("Non")) == (True, False, 0)
    with sans_trace("sessions") as db:  # as a version of before has closed it: nothing of its PV was kept
        db.execute(sa.text("DELETE FROM proces_verbaux"))
    assert texte_du_pv(banc, session, APRES) == texte


def suite_de(banc: Banc, premiere: Corps, feuille: Corps, debut: date = date(2026, 9, 7), *autres: str) -> Corps:
    """Returns a later session of the candidate of a first one, which gave him a CCP (INS-08); closed. `autres` obtain
    all of the titre there."""
    suivante = banc.session(debut)
    banc.inscrire_jure(suivante)
    banc.inscrire_jure(suivante)
    corps = {"candidat_id": premiere["candidats"][0]["candidat_id"]}
    inscrite = banc.faire(CENTRE, candidats.inscrire, suivante["id"], corps, jour=APRES)
    assert [a["code"] for a in inscrite["avertissements"]] == ["INS-08"]
    for autre in autres:
        banc.inscrire(suivante, autre, jour=APRES)
    banc.valider(suivante, jour=APRES)
    suivante = banc.relire(suivante)
    notes = banc.feuille(suivante)
    notes["resultats"][0] |= feuille
    banc.clore(suivante, notes, jour=debut)
    return suivante


def test_ce_qu_un_candidat_a_deja_se_voit_avant_qu_on_le_note(banc: Banc) -> None:
    """SES-04 : dans la grille et sur le procès-verbal à remplir ; personne ne s'en souvient le jour du jury."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    candidat, suivante = premiere["candidats"][0]["candidat_id"], banc.session(date(2026, 9, 7))
    banc.faire(CENTRE, candidats.inscrire, suivante["id"], {"candidat_id": candidat}, jour=APRES)
    banc.inscrire(suivante)
    assert banc.lire(CENTRE, lus.lire, suivante["id"], {})["deja_acquis"] == {candidat: ["BC01"]}
    assert texte_du_pv(banc, suivante, APRES).count("Déjà acquis") == 1


def test_la_cloture_verifie_de_nouveau_ce_qui_est_note_deja_acquis(banc: Banc) -> None:
    """SES-04 : la session qui avait donné le CCP a été corrigée entre la saisie et la clôture. La page disait alors la
    saisie impossible elle aussi, pour cette même raison : nul ne pouvait plus ni corriger la feuille, ni la clore."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    seconde = suite_de(banc, premiere, {"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}})
    jour = date(2026, 9, 20)
    debloquee(banc, seconde, jour)
    debloquee(banc, premiere, jour)
    banc.clore(premiere, banc.feuille(premiere, ccps={"BC01": "non_acquis", "BC02": "non_acquis"}), jour=jour)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, seconde["id"], {}, jour=jour) == ["SES-04"]
    refuses = {r["action"]: r["code"] for r in banc.relire(seconde, jour=jour)["refus"]}
    assert (refuses["cloture"], "resultats" in refuses) == ("SES-04", False)
    banc.clore(seconde, banc.feuille(seconde, ccps={"BC01": "non_acquis", "BC02": "acquis"}), jour=jour)


def test_un_pv_arrete_ne_suit_pas_ce_qui_change_ailleurs(banc: Banc) -> None:
    """RES-03: what was deliberated stays written; RES-04 takes the titre from the candidate, not from the PV."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    seconde = suite_de(banc, premiere, {"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}})
    jour = date(2026, 9, 20)
    debloquee(banc, premiere, jour)
    banc.clore(premiere, banc.feuille(premiere, ccps={"BC01": "non_acquis", "BC02": "non_acquis"}), jour=jour)
    assert "Titre obtenu" in texte_du_pv(banc, seconde, jour)
    debloquee(banc, seconde, jour)
    assert "Titre obtenu" not in texte_du_pv(banc, seconde, jour)


def test_ce_qui_retire_un_titre_le_dit_de_qui_l_avait_par_une_autre_session(banc: Banc) -> None:
    """RES-04 : corriger la session qui avait donné un CCP, ou l'annuler, retire le titre que la seconde a donné."""
    jour, rien = date(2026, 9, 20), {"BC01": "non_acquis", "BC02": "non_acquis"}
    for annulee in (False, True):
        premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
        suite_de(banc, premiere, {"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}})
        debloquee(banc, premiere, jour)
        sans_effet = banc.clore(premiere, banc.feuille(premiere, ccps=rien | {"BC01": "acquis"}), jour=jour)
        assert sans_effet["avertissements"] == []
        debloquee(banc, premiere, jour)
        if annulee:
            faite = banc.confirmer(UD, validation.annuler, premiere["id"], {"motif": "Fraude"}, jour=jour)
        else:
            faite = banc.clore(premiere, banc.feuille(premiere, ccps=rien), jour=jour)
        nom = banc.candidats[premiere["candidats"][0]["candidat_id"]]["nom_naissance"]
        dit = f"Un titre acquis ne l'est plus : Adam {nom} (Maçon)."
        assert faite["avertissements"] == [{"code": "RES-04", "message": dit}]


def test_le_proces_verbal_garde_le_ccp_que_le_titre_a_perdu(banc: Banc) -> None:
    """RES-03 : la clôture l'a arrêté ; sous son nom, que les convocations donnaient, et l'attestation de même."""
    session = banc.cloturee()
    ccps_du_titre(banc, "BC01")
    assert "BC02 Poser les ouvrages" in texte_du_pv(banc, session, APRES)
    banc.viser(session)
    assert "BC02 Poser les ouvrages" in pages(banc.lire(UD, documents.attestations_pdf, session["id"]))[0]


def test_le_titre_s_obtient_sur_plusieurs_sessions(banc: Banc) -> None:
    """RES-02 : un CCP d'une session, l'autre et l'entretien d'une suivante, sans repasser le premier."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    debut = date(2026, 9, 7)
    seconde = suite_de(banc, premiere, {"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}}, debut)
    assert "Titre obtenu" in texte_du_pv(banc, seconde, debut)
    assert "Réussite partielle" in texte_du_pv(banc, premiere, debut)


def test_le_visa_dit_le_nom_de_qui_l_a_donne(banc: Banc) -> None:
    """By his identifiant alone where nobody knows a name, or the gateway is away: the PV is printed all the same."""
    session = banc.viser(banc.cloturee())
    banc.agents = {UD.identifiant: "Zoé Martin"}
    assert f"Zoé Martin, {UD.identifiant}" in texte_du_pv(banc, session, APRES)
    banc.en_panne = {"gateway_gardes"}
    texte = texte_du_pv(banc, session, APRES)
    assert "Zoé Martin" not in texte and f"\n{UD.identifiant}\n" in texte
    debloquee(banc, session)
    assert UD.identifiant not in texte_du_pv(banc, session, APRES), "what is being corrected was signed by nobody"


def texte_du_pv(banc: Banc, session: Corps, jour: date) -> str:
    return " ".join(pages(banc.lire(UD, documents.pv_pdf, session["id"], jour=jour)))


def test_une_absence_excusee_rend_son_credit(banc: Banc) -> None:
    absent: dict[str, Any] = {"present": False, "ccps": {}, "entretien_final": None}
    session = banc.cloturee(DEBUT, **absent, absence="excusee")
    candidat = session["candidats"][0]["candidat_id"]
    assert banc.lire(CENTRE, lectures.credits, candidat, {"debut": DEBUT.isoformat()})["n"] == 0
    assert banc.relire(session)["candidats"][0]["credits"]["n"] == 0
    autre = banc.cloturee(date(2026, 9, 1), **absent, absence="non_excusee")
    candidat = autre["candidats"][0]["candidat_id"]
    assert banc.lire(CENTRE, lectures.credits, candidat, {"debut": "2026-09-01"})["n"] == 1
    assert banc.relire(autre)["candidats"][0]["credits"]["n"] == 1
    assert banc.relire(session)["candidats"][0]["credits"]["n"] == 0  # a closing says nothing of another
    assert [c["version"] for c in banc.lire(UD, lus.lire, autre["id"], {})["clotures"]] == [1]


def un_absent_excuse_et_un_present(banc: Banc) -> tuple[str, str]:
    """Returns the two candidates of a closed session."""
    session = convoquee_a_deux(banc)
    corps = banc.feuille(session)
    un, deux = (ligne["candidat_id"] for ligne in corps["resultats"])
    corps["resultats"][0] = {"candidat_id": un, "present": False, "absence": "excusee", "ccps": {}}
    banc.clore(session, corps, jour=FIN)
    return un, deux


def test_une_personne_inscrite_sous_deux_fiches_a_ce_que_l_une_a_obtenu(banc: Banc) -> None:
    """Seen with nothing, and without her session counted: her other file, absent, stood for both."""
    un, deux = un_absent_excuse_et_un_present(banc)
    banc.candidats[un]["canonique_id"] = deux
    banc.entendre(suivre.suivre_candidat, {"candidat_id": un, "canonique_id": deux, "version": 2}, jour=APRES)
    assert banc.lire(CENTRE, lectures.credits, deux, {"debut": DEBUT.isoformat()})["n"] == 1
    suivante = banc.session(date(2026, 9, 7))
    inscrite = banc.faire(CENTRE, candidats.inscrire, suivante["id"], {"candidat_id": deux}, jour=APRES)
    assert [a["code"] for a in inscrite["avertissements"]] == ["INS-08"]


@pytest.mark.parametrize(
    ("ligne", "compte", "decision"),
    [
        ({}, 1, "TITRE OBTENU"),
        ({"present": False, "absence": "excusee", "ccps": {}, "entretien_final": None}, 0, "ABSENCE EXCUSÉE"),
    ],
)
def test_de_deux_fiches_fusionnees_pendant_la_session_une_seule_est_a_noter(
    banc: Banc, ligne: Corps, compte: int, decision: str
) -> None:
    """Neither could leave any more (INS-02): the one was to be noted absent, and the PV said so of who was there."""
    session = convoquee_a_deux(banc)
    un, deux = (c["candidat_id"] for c in session["candidats"])
    banc.candidats[deux] = banc.candidats[un] | {"candidat_id": deux, "canonique_id": un}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": deux, "canonique_id": un, "version": 2}, jour=FIN)
    corps = banc.feuille(session, **ligne)
    banc.clore(session, corps | {"resultats": corps["resultats"][:1]}, jour=FIN)
    dernier = banc.evenements("resultats_saisis")[-1]
    assert [c["resultat_saisi"] for c in dernier["candidats"]] == [True, True]
    assert banc.lire(CENTRE, lectures.credits, un, {"debut": DEBUT.isoformat()})["n"] == compte
    dit = texte_du_pv(banc, session, jour=FIN).upper()
    assert dit.count(banc.candidats[un]["nom_naissance"].upper()) == 1
    assert decision in dit


def test_une_absence_n_est_excusee_que_pour_qui_l_a_ete(banc: Banc) -> None:
    """Of two who sat together, seen later on one page."""
    un, deux = un_absent_excuse_et_un_present(banc)
    suivante = banc.session(date(2026, 9, 7))
    for qui in (un, deux):
        banc.inscrire(suivante, qui, jour=APRES)
    assert {c["candidat_id"]: c["credits"]["n"] for c in banc.relire(suivante)["candidats"]} == {un: 1, deux: 2}


def test_la_carence_du_jury(banc: Banc) -> None:
    session = banc.convoquee()
    corps: Corps = {"motif": "Un seul juré s'est présenté"}
    assert banc.codes_refuses(UD, validation.constater_carence, session["id"], corps) == ["SES-00"]
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=DEBUT)
    assert banc.codes_refuses(CENTRE, validation.constater_carence, session["id"], corps, jour=DEBUT) == ["RES-03"]
    seul = banc.feuille(session) | {"jures_presents": [session["jures"][0]["jure_id"]]}
    banc.faire(CENTRE, resultats.saisir, session["id"], seul, jour=DEBUT)
    carence = banc.confirmer(CENTRE, validation.constater_carence, session["id"], corps, jour=DEBUT)
    assert (carence["etat"], banc.evenements("session_decidee")) == ("annulee", [])  # its centre did it: it knows
    assert [dite["carence"] for dite in banc.evenements("annulee_par_son_centre")] == [True]
    texte = texte_du_pv(banc, session, DEBUT)
    assert "carence" in texte
    assert "Un seul juré s’est présenté" in texte


def test_les_copies_se_refont_depuis_ici(banc: Banc) -> None:
    session = banc.cloturee()
    publiees = banc.lire(NATIONAL, gardes.sessions_publiees, None, 500)
    assert publiees == {"elements": [banc.evenements("session_modifiee")[-1]], "suivant": None}
    clos = banc.lire(NATIONAL, gardes.resultats_clos, None, 500)
    assert clos == {"elements": [banc.evenements("resultats_clos")[-1]], "suivant": None}
    assert clos["elements"][0]["session_id"] == session["id"]
    banc.session(jour=JOUR)
    page = banc.lire(NATIONAL, gardes.sessions_publiees, None, 1)
    assert page["suivant"] == page["elements"][0]["id"]
