"""Alerts that a titre raises as it changes: its dates, its CCPs, its CCSs, those that it follows."""

from datetime import date, timedelta

import pytest

from commun.actes.unit_of_work import Acte
from commun.domain.errors import Indisponible
from services.sessions.commands import (
    alertes,
    convocations,
    copies,
    inscription,
    modifier,
    parametres,
    resultats,
    suivre,
    validation,
)
from services.sessions.domain.faits import Faits
from tests.sessions.banc import CENTRE, CENTRE_ID, DEBUT, JOUR, NATIONAL, SITE, TITRE, UD, Banc, Corps
from tests.sessions.test_alertes import codes


def test_un_titre_dont_les_dates_changent(banc: Banc) -> None:
    session = banc.validee()
    fini = TITRE | {"version": 2, "date_fin_de_vie": "2025-01-31", "date_fin_prolongation": "2026-01-31"}
    banc.entendre(copies.recevoir_titre, fini)
    assert codes(banc, session) == ["SES-02"]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 3})
    assert codes(banc, session) == []


def test_un_titre_dont_toutes_les_sessions_n_ont_pas_ete_revues_les_revoit(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody held the second of them: its news is told again, and is news no more."""
    siennes = [banc.validee(date(2026, mois, 1)) for mois in (6, 7)]
    signaler, vues = alertes.signaler, list[Faits]()

    def signaler_la_premiere(acte: Acte, *faits: Faits) -> None:
        if vues:
            raise Indisponible()
        vues.extend(faits)
        signaler(acte, *faits)

    monkeypatch.setattr(alertes, "_LOT", 1)
    monkeypatch.setattr(alertes, "signaler", signaler_la_premiere)
    fini = TITRE | {"version": 2, "date_fin_de_vie": "2025-01-31", "date_fin_prolongation": "2026-01-31"}
    with pytest.raises(Indisponible):
        banc.entendre(copies.recevoir_titre, fini)
    monkeypatch.setattr(alertes, "signaler", signaler)
    banc.entendre(copies.recevoir_titre, fini)
    assert [codes(banc, session) for session in siennes] == [["SES-02"]] * 2


def test_une_fin_de_vie_decidee_apres_la_validation_met_la_session_en_prolongation(banc: Banc) -> None:
    """SES-02: nobody had to say why he may still come; nothing asked it of those already registered."""
    session = banc.validee()
    (inscrit,) = session["candidats"]
    fini = TITRE | {"version": 2, "date_fin_de_vie": "2026-06-01"}
    banc.entendre(copies.recevoir_titre, fini)
    (alerte,) = banc.relire(session)["alertes"]
    assert alerte["code"] == "SES-02"
    assert f"dites ce qui permet encore à Adam {inscrit['nom_naissance']} de s'y présenter" in alerte["message"]
    banc.candidats[inscrit["candidat_id"]]["nom_naissance"] = "Corrigé"
    lui = {"candidat_id": inscrit["candidat_id"], "canonique_id": inscrit["candidat_id"], "version": 9}
    banc.entendre(suivre.suivre_candidat, lui)
    assert "Adam Corrigé" in banc.relire(session)["alertes"][0]["message"]
    motif = {"motif_prolongation": "formation_commencee"}
    dite = banc.faire(CENTRE, inscription.modifier, session["id"], inscrit["candidat_id"], motif)
    assert dite["alertes"] == []


def test_une_fin_de_vie_anterieure_a_la_soumission(banc: Banc) -> None:
    """SES-02: the session could not be submitted any more, had it been known."""
    session = banc.validee()
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-03-01"})
    assert [a["message"] for a in banc.relire(session)["alertes"] if "soumise" in a["message"]] == [
        "La session finit pendant la prolongation du titre Maçon : elle devait être soumise au plus tard à la fin de "
        "vie du titre, le 01/03/2026."
    ]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 3})
    assert codes(banc, session) == []


@pytest.mark.parametrize("refusee", [False, True])
def test_qui_se_prepare_est_alerte_de_ce_que_son_titre_perd(banc: Banc, refusee: bool) -> None:
    """SES-02, SES-03: its centre went on preparing it, and learnt as it submitted it that it cannot be held."""
    session = banc.complete()
    if refusee:
        banc.faire(CENTRE, validation.soumettre, session["id"], {})
        banc.faire(UD, validation.refuser, session["id"], {"motif": "Salle à préciser"})
    for version, change, dit in (
        (2, {"date_fin_de_vie": "2025-01-31", "date_fin_prolongation": "2026-01-31"}, ["SES-02"]),
        (3, {}, []),
        (4, {"ccps": TITRE["ccps"][:1]}, ["SES-03"]),
        (5, {}, []),
    ):
        banc.entendre(copies.recevoir_titre, TITRE | {"version": version} | change)
        assert codes(banc, session) == dit


def test_un_brouillon_que_la_fin_de_vie_surprend_est_alerte_le_lendemain(banc: Banc) -> None:
    """SES-02: it can be submitted no more, and nobody writes as the day passes."""
    session, fin = banc.complete(), JOUR + timedelta(days=3)
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": fin.isoformat()})
    for jour, dit in ((fin, []), (fin + timedelta(days=1), ["SES-02"])):
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        assert [a["code"] for a in banc.relire(session, jour=jour)["alertes"] if a["code"] != "SES-08"] == dit


def test_un_ccp_ajoute_au_titre_d_une_session_validee(banc: Banc) -> None:
    """Held as it is, it would give the titre to nobody: its candidates are not examined on the new CCP."""
    session = banc.validee()
    complete = TITRE | {"version": 2, "ccps": [*TITRE["ccps"], {"code": "BC03", "intitule": "Fidéliser"}]}
    banc.entendre(copies.recevoir_titre, complete)
    assert codes(banc, session) == ["SES-03"]
    (alerte,) = banc.relire(session)["alertes"]
    assert "ajoutez Fidéliser" in alerte["message"]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 3})
    assert codes(banc, session) == []


def test_un_ccp_ajoute_au_titre_pendant_la_session(banc: Banc) -> None:
    """SES-03, RES-02: nothing can be added to it any more; who holds it, and who closes it, are told what it costs."""
    session = banc.validee()
    debut, fin = (date.fromisoformat(str(session[nom])) for nom in ("date_debut", "date_fin"))
    complete = TITRE | {"version": 2, "ccps": [*TITRE["ccps"], {"code": "BC03", "intitule": "Fidéliser"}]}
    banc.entendre(copies.recevoir_titre, complete, jour=debut)
    (alerte,) = banc.relire(session, jour=debut)["alertes"]
    assert alerte["message"] == (
        "Le titre Maçon exige aussi, depuis le début de la session, Fidéliser : elle ne le donne plus qu'aux candidats "
        "qui l'ont acquis ailleurs."
    )
    cloturee = banc.clore(session, jour=fin)
    assert [(a["code"], a["message"]) for a in cloturee["avertissements"]] == [
        (
            "RES-02",
            "Le titre Maçon exige aussi Fidéliser, que la session n'a pas examiné : elle ne le donne qu'aux candidats "
            "qui l'ont acquis ailleurs.",
        )
    ]


@pytest.mark.parametrize("ccps", [TITRE["ccps"], TITRE["ccps"][:1]])
def test_une_session_tenue_qui_peut_donner_son_titre_ne_le_dit_pas(banc: Banc, ccps: list[Corps]) -> None:
    session = banc.validee()
    debut, fin = (date.fromisoformat(str(session[nom])) for nom in ("date_debut", "date_fin"))
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccps": ccps}, jour=debut)
    assert banc.relire(session, jour=debut)["alertes"] == []
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=fin)
    assert banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=fin)["avertissements"] == []


def test_un_titre_hors_delai_pendant_la_session(banc: Banc) -> None:
    """SES-02, RES-02: a fin de vie decided then leaves the titre to nobody."""
    session = banc.validee()
    debut = date.fromisoformat(str(session["date_debut"]))
    fini = TITRE | {"version": 2, "date_fin_de_vie": "2025-01-31", "date_fin_prolongation": "2026-01-31"}
    banc.entendre(copies.recevoir_titre, fini, jour=debut)
    assert [a["code"] for a in banc.relire(session, jour=debut)["alertes"]] == ["SES-02"]


@pytest.mark.parametrize(("titre_code", "jour"), [(None, JOUR), (TITRE["code"], JOUR), (None, DEBUT)])
def test_un_ccs_que_son_titre_perd(banc: Banc, titre_code: str | None, jour: date) -> None:
    """A session CCS may name no titre: that which the CCS completed finds it all the same, once it does so no more.
    Held, it is still named by the CCS that its candidates were called for, and gives it."""
    session = banc.session(type="CCS", titre_code=titre_code, ccs_code="CS-1")
    for _ in range(2):
        banc.inscrire_jure(session, banc.jure(ccs_code="CS-1", ccp_codes=[]))
    candidat_id = banc.inscrire(session)
    banc.valider(session)
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccs": []}, jour=jour)
    assert codes(banc, session) == ["SES-03"]
    (alerte,) = banc.relire(session)["alertes"]
    perdu = "pas rattaché au titre Maçon" if titre_code else "rattaché à aucun titre : aucune session ne porte sur lui"
    assert alerte["message"] == f"Le CCS CS-1 n'est {perdu}."
    assert banc.relire(session)["certification"] == "Restaurer le patrimoine bâti"
    ligne: Corps = {"candidat_id": candidat_id, "present": True, "ccs": "acquis"}
    banc.clore(session, {"resultats": [ligne]}, jour=DEBUT + timedelta(days=2))
    banc.viser(session)
    ((certification,),) = banc.lignes("SELECT session -> 'certification' FROM attestations")
    assert certification == {"code": "CS-1", "intitule": "Restaurer le patrimoine bâti"}


def test_un_ccs_perdu_n_a_pas_le_nom_de_celui_pour_lequel_on_fut_convoque(banc: Banc) -> None:
    """Seen: a PV and an attestation bore the name of the CCS for which letters, since annulled, had called."""
    deux = [*TITRE["ccs"], {"code": "CS-2", "intitule": "Couvrir en lauze"}]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccs": deux})
    banc.entendre(copies.recevoir_agrement, banc.agrement(CENTRE_ID, SITE, titre_code=None, ccs_code="CS-2"))
    session = banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    for _ in range(2):
        banc.inscrire_jure(session, banc.jure(ccs_code="CS-1", ccp_codes=[]))
    banc.inscrire(session)
    banc.valider(session)
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    banc.confirmer(CENTRE, modifier.modifier, session["id"], {"ccs_code": "CS-2"})
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 3, "ccs": []})
    assert banc.relire(session)["certification"] == "CS-2"


def test_un_ccs_que_son_titre_retrouve(banc: Banc) -> None:
    session = banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "ccs": []})
    assert banc.relire(session)["certification"] == "CS-1"  # no letter has named it
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 3})
    assert (codes(banc, session), banc.relire(session)["certification"]) == ([], "Restaurer le patrimoine bâti")


@pytest.mark.parametrize("ccs", [False, True])
def test_une_fin_de_vie_decidee_apres_la_validation_abrege_les_habilitations(banc: Banc, ccs: bool) -> None:
    """SES-08: no habilitation was touched, and those of the jury now end before the session."""
    if ccs:
        session = banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
        for _ in range(2):
            banc.inscrire_jure(session, banc.jure(ccs_code="CS-1", ccp_codes=[]))
        banc.inscrire(session)
        session = banc.valider(session)
    else:
        session = banc.validee()
    habilitations = {j["jure_id"]: j["habilitation_id"] for j in session["jures"]}
    titre: Corps = {"titre_code": "TP-1", "ccs_codes": ["CS-1"], "version": 2}
    for jure in habilitations:
        banc.jures[jure]["habilitation_id"] = None
    banc.entendre(suivre.suivre_titre, titre | {"titre_code": "TP-2", "ccs_codes": []})
    assert codes(banc, session) == []
    banc.entendre(suivre.suivre_titre, titre)
    assert set(codes(banc, session)) == {"SES-07", "SES-08"}
    assert not any(j["habilite"] for j in banc.relire(session)["jures"])
    for jure, habilitation in habilitations.items():
        banc.jures[jure]["habilitation_id"] = habilitation
    banc.entendre(suivre.suivre_titre, titre | {"version": 3})
    assert codes(banc, session) == []


def test_une_habilitation_sur_un_ccs_que_le_temps_seul_abrege_ou_prolonge(banc: Banc) -> None:
    """SES-08: it follows the titre of its CCS of which the juré has a CCP in force on the day; that on a titre without
    end of life ends, and another's is before the session. Nobody has written anything."""
    session = banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    for _ in range(2):
        banc.inscrire_jure(session, banc.jure(ccs_code="CS-1", ccp_codes=[]))
    banc.inscrire(session)
    jure = banc.jures[banc.valider(session)["jures"][0]["jure_id"]]
    for habilitation_id, dites in ((None, {"SES-07", "SES-08"}), (jure["habilitation_id"], set())):
        jure["habilitation_id"] = habilitation_id
        banc.faire(NATIONAL, suivre.revoir_les_jurys)
        assert set(codes(banc, session)) == dites


def test_la_fin_de_vie_d_un_titre_anterieur_alerte_les_sessions_de_ses_successeurs(banc: Banc) -> None:
    """SES-08, REF-01: the jury sits by habilitations on TP-0, which TP-1 has revised."""
    anterieur = TITRE | {"code": "TP-0", "ccps": [{"code": "A1", "intitule": "A1"}], "ccs": []}
    reprise = {"ancien_ccp_code": "A1", "ccp_code": "BC02"}
    for titre in (anterieur, TITRE | {"version": 2, "correspondances": [reprise]}):
        banc.entendre(copies.recevoir_titre, titre)
    session = banc.validee()
    for j in session["jures"]:
        banc.jures[j["jure_id"]]["habilitation_id"] = None
    banc.entendre(suivre.suivre_titre, {"titre_code": "TP-0", "ccs_codes": [], "version": 2})
    assert set(codes(banc, session)) == {"SES-07", "SES-08"}


def test_un_titre_dont_un_autre_service_parle_le_premier_est_demande(banc: Banc) -> None:
    """REF-01: its correspondences say what is asked of each juré; these are taken away, and only `jures` has heard."""
    anterieur = TITRE | {"code": "TP-0", "ccps": [{"code": "A1", "intitule": "A1"}], "ccs": []}
    reprise = {"ancien_titre_code": "TP-0", "ancien_ccp_code": "A1", "ccp_code": "BC02"}
    for titre in (anterieur, TITRE | {"version": 2, "correspondances": [reprise]}):
        banc.entendre(copies.recevoir_titre, titre)
    banc.validee()
    assert "equivalents" in banc.questions[-1].arguments
    banc.referentiel["titre", "TP-1"] = TITRE | {"version": 3}
    banc.entendre(suivre.suivre_titre, {"titre_code": "TP-1", "ccs_codes": [], "version": 3})
    assert "equivalents" not in banc.questions[-1].arguments


def test_un_titre_qui_change_interroge_une_fois_chaque_jury(banc: Banc) -> None:
    sessions = [banc.validee(), banc.validee(date(2026, 9, 7))]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2})
    avant = len(banc.questions)
    banc.entendre(suivre.suivre_titre, {"titre_code": "TP-1", "ccs_codes": [], "version": 2})
    demandes = [set(question.arguments["jure_ids"]) for question in banc.questions[avant:]]
    assert demandes == [{j["jure_id"] for j in session["jures"]} for session in sessions]


def test_ce_que_le_debut_change_d_une_alerte(banc: Banc) -> None:
    """Nobody writes when a session begins: it was still asked why its candidates may come, and to add a CCP, which
    nobody can do any more, until it was over."""
    session = banc.validee()
    ccps = [*TITRE["ccps"], {"code": "BC03", "intitule": "Fidéliser"}]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-06-01", "ccps": ccps})
    debut = date.fromisoformat(str(session["date_debut"]))
    avant = ["La session finit pendant la prolongation du titre Maçon", "Une session TITRE porte sur tous les CCP"]
    for jour, dites in ((debut - timedelta(days=1), avant), (debut, ["Le titre Maçon exige aussi, depuis le début"])):
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        messages = sorted(a["message"] for a in banc.relire(session, jour=jour)["alertes"])
        assert [m[: len(dite)] for m, dite in zip(messages, dites, strict=True)] == dites


def test_un_parametre_leve_l_alerte_qu_il_faisait(banc: Banc) -> None:
    """SES-02: whether a session must be submitted before the fin de vie is a dated parameter."""
    session = banc.validee()
    (inscrit,) = session["candidats"]
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2026-03-01"})
    motif = {"motif_prolongation": "echec"}
    banc.faire(CENTRE, inscription.modifier, session["id"], inscrit["candidat_id"], motif)
    for jour, exigee in ((JOUR, True), (JOUR + timedelta(days=1), False), (JOUR + timedelta(days=2), True)):
        corps = {"valeur": exigee, "du": jour.isoformat()}
        banc.faire(NATIONAL, parametres.poser, "prolongation_soumise_avant_fin_de_vie", corps)
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        assert [a["code"] for a in banc.relire(session, jour=jour)["alertes"]] == ["SES-02"] * exigee, jour
