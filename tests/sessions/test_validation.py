"""A session goes to its administration and comes back, with every reason why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from commun import clock
from commun.actes.steps import Question
from commun.domain.dates import en_francais
from commun.domain.errors import Droit, Indisponible, ReglesEnfreintes
from services.sessions.commands import alertes, convocations, copies, modifier, validation
from services.sessions.queries import listes
from tests.sessions.banc import (
    AUTRE,
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
    Banc,
    Corps,
)


def test_le_chemin_le_plus_court(banc: Banc) -> None:
    session = banc.complete()
    soumise = banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert (soumise["etat"], soumise["soumise_le"]) == ("en_attente_de_validation", JOUR)
    validee = banc.faire(DIRECCTE, validation.valider, session["id"], {})
    assert validee["etat"] == "validee"
    (dite,) = banc.evenements("demande_repondue")
    assert (dite["reponse"], dite["echeance"]) == ("session_validee", (DEBUT - timedelta(days=30)).isoformat())
    traces = banc.lire(UD, listes.traces, session["id"], {})["elements"]
    assert [t["action"] for t in traces[:2]] == ["validation", "soumission"]
    assert traces[0]["phrase"] == f"La session {session['numero']} a été validée."
    assert traces[0]["acteur"]["profil"] == "DIRECCTE 11"


def test_qui_entend_quoi_de_la_creation_a_la_validation(banc: Banc) -> None:
    """ADR 36: an event goes to those whom it concerns, and says all that the session then is."""
    session = banc.complete()
    assert [e["etat"] for e in banc.evenements("session_creee")] == ["brouillon"]
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    banc.faire(UD, validation.refuser, session["id"], {"motif": "Le plateau technique manque."})
    instruites = banc.evenements("instruction_modifiee")
    assert [e["etat"] for e in instruites] == ["en_attente_de_validation", "refusee"]
    assert banc.evenements("session_modifiee") == []
    assert [(len(e["jures"]), len(e["candidats"])) for e in instruites] == [
        (len(session["jures"]), len(session["candidats"]))
    ] * 2
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    banc.faire(DIRECCTE, validation.valider, session["id"], {})
    assert [e["etat"] for e in banc.evenements("session_modifiee")] == ["validee"]


def test_tous_les_manques_a_la_fois(banc: Banc) -> None:
    session = banc.session()
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": "2025-01-31"})
    refus = banc.refuse(CENTRE, validation.soumettre, session["id"], {}).en_clair()
    codes = [m["code"] for m in refus["manquements"]]
    assert codes == ["SES-02", "SES-07", "SES-07"]
    assert refus["code"] == "SES-02"


def test_la_validation_nomme_chaque_jure_perdu_depuis(banc: Banc) -> None:
    session = banc.complete()
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    perdu = session["jures"][0]["jure_id"]
    banc.jures[perdu]["habilitation_id"] = None
    refus = banc.refuse(UD, validation.valider, session["id"], {}).en_clair()
    assert [m["code"] for m in refus["manquements"]] == ["SES-07", "SES-08"]
    assert refus["contexte"]["jure_ids"] == [perdu]
    assert refus["manquements"][1]["message"] == (
        f"Zoé {banc.jures[perdu]['nom']} n'est plus habilité sur Maçon : remplacez-le avant de valider."
    )


def test_les_jures_muets_on_ne_valide_pas_a_l_aveugle(banc: Banc) -> None:
    session = banc.complete()
    banc.en_panne.add("jures_gardes")
    assert isinstance(banc.refuse(CENTRE, validation.soumettre, session["id"], {}), Indisponible)


def test_un_candidat_vae_que_le_cadre_change_ne_couvre_plus(banc: Banc) -> None:
    """INS-07 : la soumission et la validation demandent de nouveau la demande de chaque candidat VAE."""
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    banc.inscrire_jure(session)
    banc.inscrire_jure(session)
    candidat, par_formation = banc.candidat(), banc.inscrire(session)
    demande = banc.demande_vae(candidat, ccp_codes=["BC01"])
    banc.inscrire(session, candidat, parcours="vae", demande_vae_id=demande)
    banc.faire(CENTRE, modifier.modifier, session["id"], {"ccp_codes": ["BC02"]})
    refus = banc.refuse(CENTRE, validation.soumettre, session["id"], {}).en_clair()
    assert [m["code"] for m in refus["manquements"]] == ["INS-07"]
    assert refus["contexte"]["candidat_ids"] == [candidat]

    def soumettre() -> dict[str, str | None]:
        inscrits = banc.faire(CENTRE, validation.soumettre, session["id"], {})["candidats"]
        return {c["candidat_id"]: c["demande_vae_id"] for c in inscrits}

    autre = banc.demande_vae(candidat, ccp_codes=["BC02"])  # filed since: he needs not leave and enter again
    assert soumettre() == {candidat: autre, par_formation: None}
    banc.faire(CENTRE, validation.retirer, session["id"], {})
    banc.candidats[candidat]["demandes_vae"].pop()

    banc.faire(CENTRE, modifier.modifier, session["id"], {"ccp_codes": ["BC01"]})
    assert soumettre() == {candidat: demande, par_formation: None}
    banc.candidats[candidat]["demandes_vae"].clear()  # withdrawn, it is answered no more
    assert banc.codes_refuses(UD, validation.valider, session["id"], {}) == ["INS-07"]
    banc.demande_vae(candidat, id=demande)
    assert banc.faire(UD, validation.valider, session["id"], {})["etat"] == "validee"
    (question,) = [q for q in banc.questions if q.methode == "pour_inscription"][-1:]
    assert question.arguments["etablissement_id"] == session["etablissement_id"]


def test_un_candidat_vae_que_candidats_ne_connait_plus_n_a_plus_de_demande(banc: Banc) -> None:
    """INS-07 names him, his base having been restored to before him: the submission was an error without a word."""
    session = banc.complete()
    candidat = banc.candidat()
    banc.demande_vae(candidat)
    banc.inscrire(session, candidat, parcours="vae")
    banc.candidats.pop(candidat)
    refus = banc.refuse(CENTRE, validation.soumettre, session["id"], {}).en_clair()
    assert ([m["code"] for m in refus["manquements"]], refus["contexte"]["candidat_ids"]) == (["INS-07"], [candidat])


def test_deux_fiches_fusionnees_sont_jugees_chacune_sur_sa_demande(banc: Banc) -> None:
    session = banc.session(type="CCP", ccp_codes=["BC01"])
    banc.inscrire_jure(session)
    banc.inscrire_jure(session)
    garde, absorbe = banc.candidat(), banc.candidat()
    for candidat in (garde, absorbe):
        banc.demande_vae(candidat, ccp_codes=["BC01"])
        banc.inscrire(session, candidat, parcours="vae")
    siennes = [d for c in (garde, absorbe) for d in banc.candidats[c]["demandes_vae"]]
    for candidat in (garde, absorbe):
        banc.candidats[candidat] |= {"canonique_id": garde, "demandes_vae": siennes}

    def invoquees() -> Corps:
        soumise = banc.faire(CENTRE, validation.soumettre, session["id"], {})
        return {c["candidat_id"]: c["demande_vae_id"] for c in soumise["candidats"]}

    assert invoquees() == {garde: siennes[0]["id"], absorbe: siennes[1]["id"]}
    banc.faire(CENTRE, validation.retirer, session["id"], {})
    siennes.pop()
    assert invoquees() == {garde: siennes[0]["id"], absorbe: siennes[0]["id"]}


def test_un_candidat_vae_inscrit_pendant_la_question_fait_redemander(banc: Banc) -> None:
    session = banc.complete()

    def inscrire() -> None:
        vae = banc.candidat()
        banc.inscrire(session, vae, parcours="vae", demande_vae_id=banc.demande_vae(vae))

    def arriver(question: Question) -> None:
        if question.methode == "aptitudes":
            banc.pendant = lambda _: None
            inscrire()

    inscrire()
    banc.pendant = arriver
    with pytest.raises(Indisponible):
        banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert banc.faire(CENTRE, validation.soumettre, session["id"], {})["etat"] == "en_attente_de_validation"


def test_sans_candidat_vae_rien_de_plus_n_est_demande(banc: Banc) -> None:
    session = banc.complete()
    banc.questions.clear()
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert [q.methode for q in banc.questions] == ["aptitudes"]


def test_un_refus_dit_pourquoi_et_une_nouvelle_soumission_garde_sa_date(banc: Banc) -> None:
    session = banc.complete()
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert banc.fautes(UD, validation.refuser, session["id"], {"motif": "  "}).keys() == {"motif"}
    refusee = banc.faire(UD, validation.refuser, session["id"], {"motif": "Plateau technique indisponible"})
    assert (refusee["etat"], refusee["motif"]) == ("refusee", "Plateau technique indisponible")
    assert banc.traces(session["id"])[-1]["motif"] == "Plateau technique indisponible"
    dit = {nom: refusee[nom] for nom in ("version", "numero", "etablissement_id")}
    assert banc.evenements("session_refusee") == [dit | {"session_id": session["id"]}]
    plus_tard = JOUR + timedelta(days=10)
    resoumise = banc.faire(CENTRE, validation.soumettre, session["id"], {}, jour=plus_tard)
    assert resoumise["soumise_le"] == JOUR
    assert banc.faire(UD, validation.valider, session["id"], {}, jour=plus_tard)["motif"] is None


def test_changer_de_titre_ne_garde_pas_la_date_de_soumission_de_l_autre(banc: Banc) -> None:
    """SES-02 : une session d'un titre en prolongation se soumet avant la fin de vie de ce titre-là."""
    vieux = {"code": "TP-2", "ccps": [{"code": "X1", "intitule": "x"}], "ccs": [], "date_fin_de_vie": "2026-04-01"}
    banc.entendre(copies.recevoir_titre, TITRE | vieux)
    banc.entendre(copies.recevoir_agrement, banc.agrement(titre_code="TP-2", date_fin="2026-04-01"))
    session, mai = banc.session(date(2026, 9, 15)), date(2026, 5, 1)
    for _ in range(2):
        banc.inscrire_jure(session, banc.jure("BC01", "BC02", "X1"))
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    banc.faire(CENTRE, validation.retirer, session["id"], {})
    change = banc.faire(CENTRE, modifier.modifier, session["id"], {"titre_code": "TP-2"}, jour=mai)
    assert change["soumise_le"] is None
    assert banc.codes_refuses(CENTRE, validation.soumettre, session["id"], {}, jour=mai) == ["SES-02"]


def test_changer_le_titre_d_une_validee_se_juge_du_jour(banc: Banc) -> None:
    session = banc.validee(date(2026, 9, 15))
    vieux = {"code": "TP-2", "ccps": [{"code": "X1", "intitule": "x"}], "ccs": [], "date_fin_de_vie": "2026-04-01"}
    banc.entendre(copies.recevoir_titre, TITRE | vieux)
    banc.entendre(copies.recevoir_agrement, banc.agrement(titre_code="TP-2", date_fin="2026-04-01"))
    corps: Corps = {"titre_code": "TP-2"}
    mai = date(2026, 5, 1)
    assert banc.codes_refuses(CENTRE, modifier.modifier, session["id"], corps, jour=mai) == ["SES-02"]
    mars = date(2026, 3, 30)
    assert banc.confirmer(CENTRE, modifier.modifier, session["id"], corps, jour=mars)["soumise_le"] == mars


def test_retirer_de_la_validation(banc: Banc) -> None:
    session = banc.complete()
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert banc.codes_refuses(CENTRE, modifier.modifier, session["id"], {"date_fin": "2026-06-18"}) == ["SES-00"]
    assert banc.faire(CENTRE, validation.retirer, session["id"], {})["etat"] == "brouillon"


def test_changer_le_cadre_d_une_validee_la_renvoie_en_validation(banc: Banc) -> None:
    session = banc.convoquee()
    corps: Corps = {"date_fin": "2026-06-18"}
    assert banc.a_confirmer(CENTRE, modifier.modifier, session["id"], corps) == ["SES-10"]
    change = banc.confirmer(CENTRE, modifier.modifier, session["id"], corps)
    assert (change["etat"], change["convocations"]) == ("en_attente_de_validation", None)
    annule = banc.evenements("convocations_editees")[-1]
    assert (len(annule["annule"]), annule["personnes"]) == (3, [])
    assert change["alertes"] == []


def test_une_en_cours_ne_change_que_de_fin_et_par_l_administration(banc: Banc) -> None:
    session = banc.convoquee()
    jour = DEBUT + timedelta(days=1)
    fin: Corps = {"date_fin": "2026-06-19"}
    assert banc.codes_refuses(CENTRE, modifier.modifier, session["id"], fin, jour=jour) == ["SES-00"]
    debut: Corps = {"date_debut": "2026-06-14"}
    assert "SES-00" in banc.codes_refuses(UD, modifier.modifier, session["id"], debut, jour=jour)
    assert not banc.evenements("fin_changee")
    for _ in range(2):
        assert banc.faire(UD, modifier.modifier, session["id"], fin, jour=jour)["etat"] == "en_cours"
    (dite,) = banc.evenements("fin_changee")
    assert (dite["numero"], dite["date_fin"]) == (session["numero"], fin["date_fin"]), "its centre is told, once"
    assert len(banc.evenements("convocations_editees")) == 1, "nobody is called again"
    assert isinstance(banc.refuse(UD, modifier.modifier, session["id"], {"heure_debut": "10:00"}, jour=jour), Droit)


def test_une_session_commencee_la_ou_elle_est_ne_change_pas_de_site(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """À La Réunion elle a débuté ; à Paris, où on voudrait la tenir, c'est encore la veille."""
    session = banc.complete(site_id=SITE_974)
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    banc.faire(replace(UD, departement="974", region="04"), validation.valider, session["id"], {})
    monkeypatch.setattr(clock, "maintenant", lambda: datetime(2026, 6, 14, 20, 30, tzinfo=UTC))
    corps: Corps = {"site_id": SITE}
    assert banc.codes_refuses(CENTRE, modifier.modifier, session["id"], corps, jour=None) == ["SES-00"]


def test_annuler_previent_ceux_qui_etaient_convoques(banc: Banc) -> None:
    session = banc.relire(banc.convoquee())
    corps: Corps = {"motif": "Incendie"}
    refus = banc.refuse(UD, validation.annuler, session["id"], corps).en_clair()
    assert [a["code"] for a in refus["avertissements"]] == ["SES-09"]
    assert refus["detail"].endswith("qu'un courriel préviendra si leur adresse est connue : 3.")
    annulee = banc.confirmer(CENTRE, validation.annuler, session["id"], corps)
    assert (annulee["etat"], annulee["motif"], annulee["convocations"]) == ("annulee", "Incendie", None)
    uns = [s["candidats"][0]["credits"]["n"] for s in (session, banc.relire(session))]
    assert uns == [1, 0], "INS-04: it counts no more"
    assert len(banc.evenements("convocations_editees")[-1]["annule"]) == 3
    dit = {nom: annulee[nom] for nom in ("version", "numero", "etablissement_id")} | {"session_id": session["id"]}
    assert banc.evenements("annulee_par_son_centre") == [dit | {"departement": "75", "carence": False}]
    assert banc.codes_refuses(CENTRE, validation.annuler, session["id"], corps) == ["SES-00"]


def test_un_brouillon_s_annule_sans_avertissement(banc: Banc) -> None:
    session = banc.session()
    assert banc.faire(CENTRE, validation.annuler, session["id"], {"motif": "Erreur"})["etat"] == "annulee"
    assert not banc.evenements("annulee_par_son_centre"), "nobody had validated it"
    autre = banc.session()
    assert banc.codes_refuses(UD, validation.annuler, autre["id"], {"motif": "Erreur"}) == ["SES-00"]


def test_une_fois_debutee_seule_l_administration_annule(banc: Banc) -> None:
    session = banc.convoquee()
    corps: Corps = {"motif": "Incendie"}
    assert banc.codes_refuses(CENTRE, validation.annuler, session["id"], corps, jour=DEBUT) == ["SES-00"]
    assert banc.confirmer(UD, validation.annuler, session["id"], corps, jour=DEBUT)["etat"] == "annulee"
    assert not banc.evenements("annulee_par_son_centre"), "its centre did not"


def test_un_agrement_retabli_ailleurs_sert_des_la_soumission(banc: Banc) -> None:
    """Its owner is asked; what comes of the session meanwhile is seen."""
    session = banc.complete()
    requete = "SELECT id::text FROM agrements WHERE etablissement_id = :e AND titre_code = 'TP-1'"
    agrements = [cle for (cle,) in banc.lignes(requete, e=CENTRE_ID)]

    def suspendre(version: int, *, retabli: bool = True) -> None:
        """Has the copies suspended, and their owner answer that one is not any more."""
        for cle in agrements:
            banc.entendre(copies.recevoir_agrement, banc.agrement(id=cle, statut="suspendu", version=version))
        if retabli:
            banc.referentiel["agrements_de", CENTRE_ID] = [banc.agrement(id=agrements[0], version=version + 1)]

    def annuler(_: Question) -> None:
        banc.pendant = lambda _: None
        banc.confirmer(CENTRE, validation.annuler, session["id"], {"motif": "Incendie"})

    suspendre(2, retabli=False)
    assert banc.codes_refuses(CENTRE, validation.soumettre, session["id"], {}) == ["SES-01"]
    suspendre(2)
    assert banc.faire(CENTRE, validation.soumettre, session["id"], {})["etat"] == "en_attente_de_validation"
    banc.faire(UD, validation.valider, session["id"], {})
    suspendre(4)
    banc.pendant = annuler
    with pytest.raises(ReglesEnfreintes):
        banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert banc.evenements("convocations_editees") == []


def test_un_centre_ne_soumet_pas_celle_d_un_autre(banc: Banc) -> None:
    session = banc.complete()
    assert banc.refuse(AUTRE, validation.soumettre, session["id"], {}).en_clair()["code"] == "INTROUVABLE"


def test_une_session_en_prolongation_de_sa_soumission_a_sa_validation(banc: Banc) -> None:
    """SES-02, SES-07, HAB-10: submitted while the titre lives, when nobody may be habilité beyond it; validated once
    the jury is."""
    fin_de_vie = DEBUT - timedelta(days=10)
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "date_fin_de_vie": fin_de_vie.isoformat()})
    session = banc.session()
    banc.inscrire(session, motif_prolongation="echec")
    limite = (banc.relire(session, jour=jour) for jour in (fin_de_vie, fin_de_vie + timedelta(days=1)))
    en_vie, trop_tard = ({r["code"] for r in lue["refus"] if r["action"] == "soumission"} for lue in limite)
    assert (en_vie, trop_tard) == (set(), {"SES-02", "SES-07"})
    soumise = banc.faire(CENTRE, validation.soumettre, session["id"], {}, jour=fin_de_vie)
    assert (soumise["etat"], soumise["soumise_le"]) == ("en_attente_de_validation", fin_de_vie)
    assert soumise["alertes"] == []  # seen with two, which nobody could lift before that day
    trop_tot = banc.refuse(UD, validation.valider, session["id"], {}, jour=fin_de_vie).en_clair()
    assert f"la fin de vie du titre, le {en_francais(fin_de_vie)}, tant qu'il est en cours" in trop_tot["detail"]
    ensuite = fin_de_vie + timedelta(days=1)
    for jour, dites in ((fin_de_vie, []), (ensuite, ["SES-07", "SES-07"])):
        banc.faire(NATIONAL, alertes.revoir_les_alertes, jour=jour)
        assert [a["code"] for a in banc.relire(session, jour=jour)["alertes"]] == dites
    assert banc.codes_refuses(UD, validation.valider, session["id"], {}, jour=ensuite) == ["SES-07", "SES-07"]
    for _ in range(2):
        banc.inscrire_jure(session, jour=ensuite)
    validee = banc.faire(UD, validation.valider, session["id"], {}, jour=ensuite)
    assert (validee["etat"], validee["alertes"]) == ("validee", [])
