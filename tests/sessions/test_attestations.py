"""Attestations: what a visa delivers, replaces and withdraws; who reads them, and what their codes say."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable
from commun.domain.textes import normaliser
from services.sessions.commands import copies, resultats, suivre, validation
from services.sessions.queries import candidats as lectures
from services.sessions.queries import documents
from services.sessions.queries import resultats as lus
from tests.outils.requetes import requetes
from tests.outils.traces_exigees import sans_trace
from tests.sessions.banc import APRES, AUTRE, CENTRE, DEBUT, NATIONAL, TITRE, UD, UD_69, Banc, Corps
from tests.sessions.lettres import pages
from tests.sessions.test_resultats import FIN, convoquee_a_deux, debloquee, statuts, suite_de, texte_du_pv


def test_l_attestation_se_lit_et_se_verifie(banc: Banc) -> None:
    session = banc.cloturee()
    banc.viser(session)
    candidat = session["candidats"][0]["candidat_id"]
    (attestation,) = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]
    de_quoi = (session["numero"], session["certification"])
    assert (attestation["session_numero"], attestation["certification"]) == de_quoi
    assert attestation["decision"] == "titre"
    (texte,) = pages(banc.lire(UD, documents.attestation_pdf, attestation["id"]))
    assert banc.candidats[candidat]["nom_naissance"].upper() in texte.upper()
    assert attestation["code"] in texte
    nu = attestation["code"].lower().replace("-", "")
    for saisi in (attestation["code"].lower(), nu, attestation["code"].replace("-", " – ")):
        assert banc.lire(NATIONAL, lectures.verifier, saisi) == {"statut": "valide"}
    with pytest.raises(Introuvable):
        banc.lire(NATIONAL, lectures.verifier, "AAAA-BBBB-CCCC-DDDD")
    banc.candidats[candidat]["dans_le_perimetre"] = False
    with pytest.raises(Introuvable):
        banc.lire(AUTRE, documents.attestation_pdf, attestation["id"])


def test_une_attestation_qui_ne_vaut_plus_s_imprime_comme_telle(banc: Banc) -> None:
    session = banc.cloturee()
    banc.viser(session)
    candidat = session["candidats"][0]["candidat_id"]

    def dites() -> list[str]:
        siennes = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]
        lues = [" ".join(pages(banc.lire(UD, documents.attestation_pdf, a["id"]))[0].split()) for a in siennes]
        return ["".join(re.findall(r"(\w+) – Cette attestation a été", lue)) for lue in lues]

    assert dites() == [""]
    debloquee(banc, session)
    banc.clore(session, banc.feuille(session, entretien_final="defavorable"), jour=APRES)
    assert dites() == ["RETIRÉE"]
    banc.viser(session)
    assert dites() == ["", "REMPLACÉE"]


@pytest.mark.parametrize("qui", [UD_69, AUTRE])
def test_a_qui_la_fiche_montre_une_attestation_elle_s_ouvre(banc: Banc, qui: Acteur) -> None:
    """Le département du candidat, ou un centre qui se l'est rattaché : la session est d'ailleurs."""
    session = banc.cloturee()
    banc.viser(session)
    candidat = session["candidats"][0]["candidat_id"]
    (attestation,) = banc.lire(qui, lectures.lister_attestations, candidat, {})["elements"]
    assert banc.lire(qui, documents.attestation_pdf, attestation["id"]).nom.startswith("attestation-")
    banc.candidats[candidat]["dans_le_perimetre"] = False
    with pytest.raises(Introuvable):
        banc.lire(qui, documents.attestation_pdf, attestation["id"])


def test_les_attestations_d_une_session_s_impriment_ensemble(banc: Banc) -> None:
    """Une page chacune, dans l'ordre des noms, celles qui valent seules : les remplacées n'y sont plus."""
    session = convoquee_a_deux(banc)
    banc.clore(session, jour=FIN)
    with pytest.raises(Introuvable, match="visa"):
        banc.lire(CENTRE, documents.attestations_pdf, session["id"])
    banc.viser(session)
    debloquee(banc, session)
    revue = banc.feuille(session)
    revue["resultats"][1]["entretien_final"] = "defavorable"
    banc.clore(session, revue, jour=APRES)
    banc.viser(session)
    document = banc.lire(CENTRE, documents.attestations_pdf, session["id"])
    assert document.nom == f"attestations-{session['numero']}.pdf"
    une_chacun = pages(document)
    inscrits = banc.relire(session, jour=APRES)["candidats"]
    attendus = [c["numero"] for c in sorted(inscrits, key=lambda c: normaliser(f"{c['nom_naissance']} {c['prenoms']}"))]
    assert [re.findall(r"candidat n° (\S+)", page) for page in une_chacun] == [[numero] for numero in attendus]
    codes = [re.findall(r"verifications/((?:\w{4}-){3}\w{4})", page)[0] for page in une_chacun]
    assert [banc.lire(NATIONAL, lectures.verifier, code)["statut"] for code in codes] == ["valide", "valide"]
    assert [re.findall(r"Page (\d+ sur \d+)", page) for page in une_chacun] == [["1 sur 1"], ["1 sur 1"]]
    with pytest.raises(Introuvable):
        banc.lire(AUTRE, documents.attestations_pdf, session["id"])


def attestees(banc: Banc, session: Corps) -> list[tuple[str, str]]:
    """Returns what those of the first candidate of a session say, and what their codes say of them, newest first."""
    requete = "SELECT code, resultat->>'decision' FROM attestations WHERE session_id = :s AND candidat_id = :c"
    lui = session["candidats"][0]["candidat_id"]
    trouvees = banc.lignes(f"{requete} ORDER BY version DESC", s=session["id"], c=lui)
    return [(decision, banc.lire(NATIONAL, lectures.verifier, code)["statut"]) for code, decision in trouvees]


def attendues(banc: Banc, session: Corps) -> list[str]:
    """Returns those whom the page of a session says to be without an attestation, seen « délivrée » before it was."""
    return list(banc.lire(UD, lus.lire, session["id"], {})["attestations_attendues"])


def dites(banc: Banc) -> list[tuple[str, int, int, int]]:
    """Returns what centres were told of: in which session, how many were withdrawn, replaced and delivered."""
    evenements = banc.evenements("attestations_changees")
    return [(e["session_id"], e["retirees"], e["remplacees"], e["delivrees"]) for e in evenements]


def test_un_titre_n_est_atteste_que_confirme(banc: Banc) -> None:
    """RES-03, RES-04 : il repose aussi sur le CCP d'une autre session, dont le PV n'est pas visé, puis est corrigé ;
    celui d'un autre, qui a tout obtenu dans la même, ne repose que sur elle."""
    premiere, autre = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"}), banc.candidat()
    sur_elle = {"ccps": {"BC01": "deja_acquis", "BC02": "acquis"}}
    seconde = suite_de(banc, premiere, sur_elle, date(2026, 9, 7), autre)
    plus_tard = date(2026, 9, 20)
    assert attendues(banc, seconde) == []  # no more than its PV is signed
    banc.viser(seconde, jour=plus_tard)
    lui = seconde["candidats"][0]["candidat_id"]
    assert (attestees(banc, seconde), attendues(banc, seconde)) == ([], [lui])
    assert dites(banc) == []  # who signs that PV knows
    banc.viser(premiere, jour=plus_tard)
    assert (attestees(banc, seconde), attendues(banc, seconde)) == ([("titre", "valide")], [])
    assert dites(banc) == [(seconde["id"], 0, 0, 1)]

    debloquee(banc, premiere, plus_tard)
    assert attestees(banc, seconde) == [("titre", "valide")]
    banc.clore(premiere, banc.feuille(premiere, ccps={"BC01": "non_acquis", "BC02": "non_acquis"}), jour=plus_tard)
    assert (attestees(banc, seconde), attendues(banc, seconde)) == ([("titre", "retiree")], [lui])
    (la_sienne,) = banc.lire(UD, lectures.lister_attestations, autre, {})["elements"]
    assert la_sienne["statut"] == "valide"
    banc.viser(premiere, jour=plus_tard)
    assert attestees(banc, seconde) == [("titre", "retiree")]
    trace = "SELECT phrase, code FROM traces WHERE objet_id = :s AND action = 'attestation'"
    fait = "une autre session dont elle dépend a changé."
    traces = banc.lignes(f"{trace} ORDER BY rang", s=seconde["id"])
    assert [(phrase.partition(" a été ")[2], code) for phrase, code in traces] == [
        (f"délivrée : {fait}", "RES-04"),
        (f"retirée : {fait}", "RES-04"),
    ]
    assert dites(banc)[1:] == [(seconde["id"], 1, 0, 0)]

    debloquee(banc, premiere, plus_tard)
    banc.clore(premiere, banc.feuille(premiere, ccps={"BC01": "acquis", "BC02": "non_acquis"}), jour=plus_tard)
    banc.viser(premiere, jour=plus_tard)
    assert attestees(banc, seconde) == [("titre", "valide"), ("titre", "remplacee")]
    debloquee(banc, premiere, plus_tard)
    banc.confirmer(UD, validation.annuler, premiere["id"], {"motif": "Fraude"}, jour=plus_tard)
    assert attestees(banc, seconde) == [("titre", "retiree"), ("titre", "remplacee")]
    assert dites(banc)[2:] == [(seconde["id"], 0, 0, 1), (seconde["id"], 1, 0, 0)]


def test_viser_ne_revoit_pas_les_sessions_d_avant(banc: Banc) -> None:
    """What they attest rests on none that came after: a candidate with a long past costs no more than another."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    banc.viser(premiere)
    couts = []
    for debut in (date(2026, 9, 7), date(2026, 10, 5)):
        suivante = suite_de(banc, premiere, {"ccps": {"BC01": "deja_acquis", "BC02": "non_acquis"}}, debut)
        with requetes("sessions") as faites:
            banc.viser(suivante, jour=date(2026, 10, 20))
        couts.append(len(faites))
    assert couts[1] == couts[0]


REPRISE = {"ancien_titre_code": "TP-0", "ancien_ccp_code": "VX01", "ccp_code": "BC01"}


def titre_revise(banc: Banc, version: int, *reprises: Corps) -> None:
    """Makes the correspondences of the titre with the one that it revises these."""
    banc.entendre(copies.recevoir_titre, TITRE | {"version": version, "correspondances": list(reprises)})


def close_a_travers_une_reprise(banc: Banc, bc01: str) -> Corps:
    """Returns a closed session of a candidate who has what stands for one CCP of the titre, from the titre before, and
    who obtains the other here."""
    banc.entendre(copies.recevoir_titre, TITRE | {"code": "TP-0", "ccps": [{"code": "VX01", "intitule": "Ancien"}]})
    banc.entendre(copies.recevoir_agrement, banc.agrement(titre_code="TP-0"))
    ancienne = banc.session(titre_code="TP-0")
    for _ in range(2):
        banc.inscrire_jure(ancienne, banc.jure("VX01"))
    banc.inscrire(ancienne)
    banc.valider(ancienne)
    ancienne = banc.relire(ancienne)
    banc.clore(ancienne, banc.feuille(ancienne, ccps={"VX01": "acquis"}), jour=FIN)
    banc.viser(ancienne)
    titre_revise(banc, 2, REPRISE)
    return suite_de(banc, ancienne, {"ccps": {"BC01": bc01, "BC02": "acquis"}})


def test_une_correspondance_retiree_apres_la_cloture_ne_reprend_rien(banc: Banc) -> None:
    """REF-01, RES-03: the PV was closed through it; the attestation, delivered at the visa, says what the PV says."""
    jour = date(2026, 9, 20)
    session = close_a_travers_une_reprise(banc, "deja_acquis")
    titre_revise(banc, 3)
    banc.viser(session, jour=jour)
    assert "Titre obtenu" in texte_du_pv(banc, session, jour)
    assert attestees(banc, session) == [("titre", "valide")]
    clos = [c for c in banc.evenements("resultats_clos") if c["session_id"] == session["id"]]
    assert [c["correspondances"] for c in clos] == [{"VX01": ["BC01"]}] * 2

    debloquee(banc, session, jour)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=jour) == ["SES-04"]
    banc.clore(session, banc.feuille(session, ccps={"BC01": "non_acquis", "BC02": "acquis"}), jour=jour)
    banc.viser(session, jour=jour)
    assert banc.evenements("resultats_clos")[-1]["correspondances"] == {}
    assert attestees(banc, session) == [("partielle", "valide"), ("titre", "remplacee")]


def test_une_correspondance_dite_apres_la_cloture_n_y_ajoute_rien(banc: Banc) -> None:
    """REF-01, RES-04: a new closing gives what the titre takes up since."""
    jour = date(2026, 9, 20)
    session = close_a_travers_une_reprise(banc, "non_acquis")
    debloquee(banc, session, jour)
    titre_revise(banc, 3)
    banc.clore(session, banc.feuille(session, ccps={"BC01": "non_acquis", "BC02": "acquis"}), jour=jour)
    titre_revise(banc, 4, REPRISE)
    banc.viser(session, jour=jour)
    assert "Titre obtenu" not in texte_du_pv(banc, session, jour)
    assert attestees(banc, session) == [("partielle", "valide")]
    debloquee(banc, session, jour)
    banc.clore(session, jour=jour)
    banc.viser(session, jour=jour)
    assert attestees(banc, session) == [("titre", "valide"), ("partielle", "remplacee")]


def test_une_cloture_d_avant_se_lit_a_travers_les_correspondances_du_jour(banc: Banc) -> None:
    """Which the version before closed: it kept none."""
    session = close_a_travers_une_reprise(banc, "non_acquis")
    with sans_trace("sessions") as db:
        db.execute(sa.text("UPDATE clotures SET correspondances = NULL"))
    banc.viser(session, jour=date(2026, 9, 20))
    assert banc.evenements("resultats_clos")[-1]["correspondances"] is None
    assert attestees(banc, session) == [("titre", "valide")]


def test_un_titre_que_complete_une_session_visee_plus_tard_est_atteste(banc: Banc) -> None:
    """RES-02 : le CCP d'avant est clos et visé après ; celui qui n'est pas noté déjà acquis est repassé."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    seconde = suite_de(banc, premiere, {"ccps": {"BC01": "non_acquis", "BC02": "acquis"}})
    banc.viser(seconde, jour=date(2026, 9, 20))
    assert attestees(banc, seconde) == [("partielle", "valide")]
    banc.viser(premiere, jour=date(2026, 9, 21))
    assert attestees(banc, seconde) == [("titre", "valide"), ("partielle", "remplacee")]


def test_deux_fiches_fusionnees_ont_ensemble_un_titre_atteste(banc: Banc) -> None:
    """CAN-04, RES-02 : chacune avait un CCP."""
    premiere = banc.cloturee(DEBUT, ccps={"BC01": "acquis", "BC02": "non_acquis"})
    seconde = banc.cloturee(date(2026, 9, 7), ccps={"BC01": "non_acquis", "BC02": "acquis"})
    for session in (premiere, seconde):
        banc.viser(session, jour=date(2026, 9, 20))
    garde, absorbe = (s["candidats"][0]["candidat_id"] for s in (premiere, seconde))
    banc.candidats[absorbe]["canonique_id"] = garde
    banc.entendre(suivre.suivre_candidat, {"candidat_id": absorbe, "canonique_id": garde, "version": 2})
    assert attestees(banc, seconde) == [("titre", "valide"), ("partielle", "remplacee")]
    assert attestees(banc, premiere) == [("partielle", "valide")]
    siennes = "SELECT DISTINCT a.session->>'numero' = s.numero FROM attestations a JOIN sessions s ON s.id = session_id"
    assert banc.lignes(siennes) == [(True,)]
    ((phrase, code),) = banc.lignes(
        "SELECT phrase, code FROM traces WHERE objet_id = :s AND action = 'attestation'", s=seconde["id"]
    )
    assert (phrase.partition(" a été ")[2], code) == (
        "remplacée : deux fiches du candidat ont été fusionnées.",
        "CAN-04",
    )


def test_une_attestation_dont_la_fiche_est_fusionnee_le_dit(banc: Banc) -> None:
    """CAN-04 : elle disait l'identité corrigée, quand c'est une autre fiche qui reste."""
    session, garde = banc.cloturee(), banc.candidat()
    banc.viser(session)
    absorbe = session["candidats"][0]["candidat_id"]
    banc.candidats[absorbe] |= banc.candidats[garde] | {"candidat_id": absorbe, "canonique_id": garde}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": absorbe, "canonique_id": garde, "version": 2})
    assert statuts(banc, session) == ["valide", "remplacee"]
    ((phrase, code),) = banc.lignes(
        "SELECT phrase, code FROM traces WHERE objet_id = :s AND action = 'attestation'", s=session["id"]
    )
    assert (phrase.partition(" : ")[2], code) == ("deux fiches du candidat ont été fusionnées.", "CAN-04")


def test_une_identite_corrigee_apres_le_visa_remplace_l_attestation(banc: Banc) -> None:
    """CAN-02 : l'UD corrige encore l'état civil ; ce qu'elle atteste le suit, et rien d'autre ne la fait reprendre."""
    session = convoquee_a_deux(banc)
    banc.clore(session, jour=FIN)
    banc.viser(session)
    candidat, autre = (c["candidat_id"] for c in session["candidats"])
    ailleurs = {"adresse": {"voie": "3 rue Neuve", "code_postal": "75012", "commune": "Paris"}}
    naissance = {"naissance": {"pays_code": "FR", "code_insee": "13055", "commune": "Marseille"}}
    for champs, attendus in (
        (ailleurs | {"nom_usage": "Autre", "civilite": "MME"}, ["valide"]),
        ({"prenoms": "Adam, Jean-Paul"}, ["valide", "remplacee"]),
        ({}, ["valide", "remplacee"]),
        (naissance, ["valide", "remplacee", "remplacee"]),
    ):
        banc.candidats[candidat] |= champs
        entendu = {"candidat_id": candidat, "canonique_id": candidat, "version": 2}
        banc.entendre(suivre.suivre_candidat, entendu, jour=APRES)
        assert statuts(banc, session) == attendus
    (sienne,) = banc.lire(UD, lectures.lister_attestations, autre, {})["elements"]
    assert sienne["statut"] == "valide"
    attestation = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"][0]
    (page,) = pages(banc.lire(UD, documents.attestation_pdf, attestation["id"]))
    assert "Adam, Jean-Paul" in page and "Marseille" in page
    traces = "SELECT phrase, code FROM traces WHERE objet_id = :s AND action = 'attestation'"
    lues = banc.lignes(traces, s=session["id"])
    assert [code for _, code in lues] == ["CAN-02"] * 2
    assert all("L'attestation d'" in phrase and phrase.endswith("a été corrigée.") for phrase, _ in lues)


def test_une_identite_corrigee_apres_une_fusion_se_dit_corrigee(banc: Banc) -> None:
    """CAN-02 : la fusion redite, seule nouvelle qui reste d'une correction perdue, n'en est pas une autre."""
    session, garde = banc.cloturee(), banc.candidat()
    banc.viser(session)
    absorbe = session["candidats"][0]["candidat_id"]
    banc.candidats[absorbe] |= {"canonique_id": garde}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": absorbe, "canonique_id": garde, "version": 2})
    banc.candidats[absorbe] |= {"nom_naissance": "Corrigé"}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": absorbe, "canonique_id": garde, "version": 3})
    *_, (phrase, code) = banc.lignes(
        "SELECT phrase, code FROM traces WHERE objet_id = :s AND action = 'attestation' ORDER BY rang", s=session["id"]
    )
    assert (phrase.partition(" : ")[2], code) == ("l'identité du candidat a été corrigée.", "CAN-02")
