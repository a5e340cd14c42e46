"""The jury: asked of its own service before each entry, and never sure of what was not just answered."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from commun.actes.steps import Question
from commun.domain.errors import Indisponible, Introuvable, ReglesEnfreintes
from commun.storage.db import nouvel_id
from services.sessions.commands import (
    copies,
    jures,
    modifier,
    resultats,
    suivre,
    validation,
)
from services.sessions.queries import gardes, jury, listes
from services.sessions.schemas import entree
from tests.outils.requetes import requetes
from tests.sessions.banc import CENTRE, DEBUT, TITRE, UD, Banc

SANS_DROIT = " : aucune habilitation ne le lui permet"


def test_un_jure_habilite_entre(banc: Banc) -> None:
    session = banc.session()
    jure = banc.jure()
    inscrite = banc.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
    (membre,) = inscrite["jures"]
    assert membre["jure_id"] == jure
    assert membre["habilitation_id"] == banc.jures[jure]["habilitation_id"]
    assert membre["habilite"] is True
    assert banc.evenements("jury_modifie")[-1]["jures"] == [
        {"jure_id": jure, "habilitation_id": membre["habilitation_id"]}
    ]


def test_un_jury_n_a_pas_plus_de_jures_qu_une_feuille_n_en_nomme(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody could enter who of them came; one may still take another's place."""
    monkeypatch.setattr(entree, "JURES_MAX", 2)
    session, eux = banc.session(), [banc.jure() for _ in range(3)]
    for qui in eux[:2]:
        banc.inscrire_jure(session, qui)
    refus = banc.refuse(CENTRE, jures.inscrire, session["id"], {"jure_id": eux[2]})
    assert refus.en_clair()["erreurs"] == {"_schema": ["Un jury compte 2 jurés au plus."]}
    banc.faire(CENTRE, jures.remplacer, session["id"], eux[0], {"jure_id": eux[2]})
    assert {j["jure_id"] for j in banc.relire(session)["jures"]} == set(eux[1:])


def test_ce_que_le_titre_revise_reprend_d_un_ancien_se_demande_avec(banc: Banc) -> None:
    """REF-01: `jures` knows no correspondence; where there is none, nothing of them is said."""
    banc.inscrire_jure(banc.session())
    assert "equivalents" not in banc.questions[-1].arguments
    reprises = [{"ancien_titre_code": "TP-0", "ancien_ccp_code": f"A{n}", "ccp_code": "BC02"} for n in (1, 2)]
    d_ailleurs = {"ancien_titre_code": "TP-0", "ancien_ccp_code": "A1", "ccp_code": "AUTRE"}
    banc.entendre(copies.recevoir_titre, TITRE | {"version": 2, "correspondances": [*reprises, d_ailleurs]})
    banc.inscrire_jure(banc.session())
    assert banc.questions[-1].arguments["equivalents"] == {"A1": ["BC02"], "A2": ["BC02"]}


def test_un_jure_compte_par_toutes_ses_habilitations_ensemble(banc: Banc) -> None:
    """SES-07, REF-01: what one on an earlier titre adds counts, and who would suspend that one is told so (HAB-04), of
    nobody else in the jury, nor of who lost them all since."""
    session = banc.session()
    banc.inscrire_jure(session)
    ancienne = nouvel_id()
    jure = banc.inscrire_jure(session, banc.jure(autres_habilitations=[ancienne]))
    (inscription,) = banc.lire(UD, gardes.inscriptions_du_jure, jure)
    assert inscription["autres_habilitations"] == [ancienne]
    assert inscription["habilitation_id"] == banc.jures[jure]["habilitation_id"]
    demandee = {nom: dit for nom, dit in banc.questions[-1].arguments.items() if nom != "jure_ids"}
    assert inscription["cadre"] == demandee  # what he was asked about, for who would ask whether he still may
    with requetes("sessions") as faites:  # he may sit in hundreds: who else is there is not read
        banc.lire(UD, gardes.inscriptions_du_jure, jure)
    assert not any("inscriptions_candidats" in requete for requete in faites)
    banc.jures[jure] |= {"autres_habilitations": [], "ccp_codes": ["BC01"]}
    banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    assert banc.lire(UD, gardes.inscriptions_du_jure, jure)[0]["autres_habilitations"] == []
    assert banc.relire(session)["jures"][1]["ccp_codes"] == ["BC01"]
    assert banc.lire(UD, gardes.inscriptions_du_jure, jure)[0]["perdue"] is False
    banc.jures[jure] |= {"habilitation_id": None}
    banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    (inscription,) = banc.lire(UD, gardes.inscriptions_du_jure, jure)
    assert (inscription["autres_habilitations"], inscription["perdue"]) == ([], True)


def test_qui_siege_se_dit_a_tous_une_fois_la_session_validee(banc: Banc) -> None:
    session = banc.validee()
    restreints, dits = len(banc.evenements("jury_modifie")), len(banc.evenements("session_modifiee"))
    jure = banc.jure()
    banc.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
    assert len(banc.evenements("jury_modifie")) == restreints
    assert jure in {j["jure_id"] for j in banc.evenements("session_modifiee")[dits]["jures"]}


def test_la_question_part_sans_transaction_et_avec_le_cadre(banc: Banc) -> None:
    session = banc.session()
    banc.inscrire_jure(session)
    (question,) = banc.questions
    assert (question.service, question.methode) == ("jures_gardes", "aptitudes")
    assert question.arguments["type"] == "TITRE"
    assert question.arguments["date_debut"] == DEBUT.isoformat()


@pytest.mark.parametrize(("autres", "code"), [({"habilitation_id": None}, "JRY-02"), ({"actif": False}, "JUR-05")])
def test_un_jure_qui_ne_peut_pas_sieger(banc: Banc, autres: dict[str, object], code: str) -> None:
    session, jure = banc.session(), banc.jure(**autres)
    assert banc.codes_refuses(CENTRE, jures.inscrire, session["id"], {"jure_id": jure}) == [code]


def test_une_session_ccs_demande_ce_ccs(banc: Banc) -> None:
    session = banc.session(type="CCS", titre_code=None, ccs_code="CS-1")
    du_titre, du_ccs = banc.jure(), banc.jure(ccs_code="CS-1", ccp_codes=[])
    assert banc.codes_refuses(CENTRE, jures.inscrire, session["id"], {"jure_id": du_titre}) == ["JRY-01"]
    banc.inscrire_jure(session, du_ccs)


def test_un_jure_inconnu_et_un_identifiant_qui_n_en_est_pas_un(banc: Banc) -> None:
    session = banc.session()
    for jure in ("0190a8c0-0000-7000-8000-00000000ffff", "n'importe quoi"):
        refus = banc.refuse(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
        assert refus == Introuvable("Ce juré n'existe pas ou n'est pas dans votre périmètre.")  # not: this session


def test_deux_fois_le_meme_est_refuse(banc: Banc) -> None:
    session = banc.session()
    jure = banc.inscrire_jure(session)
    assert banc.codes_refuses(CENTRE, jures.inscrire, session["id"], {"jure_id": jure}) == ["INS-06"]


def test_un_nom_a_accolades_siege_et_se_lit_comme_les_autres(banc: Banc) -> None:
    """A name is one line, of any signs: taken for a place to fill in the sentence, it kept its bearer from any jury."""
    session = banc.session()
    for n, nom in enumerate(("Petit {Zoé}", "Petit }", "{0.__class__}"), 1):
        jure = banc.inscrire_jure(session, banc.jure(nom=nom))
        phrases = [trace["phrase"] for trace in banc.traces(session["id"])]
        assert phrases[-1] == f"Le juré Zoé {nom} a été inscrit au jury de la session {session['numero']}."
        assert len(banc.relire(session)["jures"]) == n
    banc.faire(CENTRE, jures.retirer, session["id"], jure, {})
    dit = f"Le juré Zoé {nom} a été retiré du jury de la session {session['numero']}."
    assert banc.traces(session["id"])[-1]["phrase"] == dit


def test_une_session_cloturee_pendant_la_question_garde_son_jury(banc: Banc) -> None:
    session = banc.convoquee()
    jure = session["jures"][0]["jure_id"]
    fin = DEBUT + timedelta(days=2)
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=fin)
    banc.jures[jure] |= {"habilitation_id": None}

    def cloturer(_: Question) -> None:
        banc.pendant = lambda _: None
        banc.faire(CENTRE, resultats.cloturer, session["id"], {}, jour=fin)

    banc.pendant = cloturer
    banc.entendre(suivre.suivre_jure, {"jure_id": jure}, jour=fin)
    assert [j["habilite"] for j in banc.relire(session, jour=fin)["jures"]] == [True, True]


def test_le_service_des_jures_muet_rien_ne_change(banc: Banc) -> None:
    session, jure = banc.session(), banc.jure()
    banc.en_panne.add("jures_gardes")
    assert isinstance(banc.refuse(CENTRE, jures.inscrire, session["id"], {"jure_id": jure}), Indisponible)


def test_ce_qui_est_signale_n_empeche_pas(banc: Banc) -> None:
    """JRY-03 : le même jour ailleurs, employé par le centre, formateur d'un candidat."""
    ailleurs, session = banc.session(), banc.session(DEBUT + timedelta(days=2))
    jure = banc.jure(employeur_sirets=["35600000009075"])
    banc.inscrire_jure(ailleurs, jure)
    banc.inscrire(session, formateurs=[f"{banc.jures[jure]['nom']} Zoé"])
    inscrite = banc.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
    assert [a["code"] for a in inscrite["avertissements"]] == ["JRY-03"] * 3


def test_de_nouvelles_dates_disent_qui_est_deja_pris_ailleurs(banc: Banc) -> None:
    """JRY-03, INS-06: said as one enters, they were not of all those whom other dates put in two places."""
    jure, candidat, autre = banc.jure(), banc.candidat(), banc.complete()
    session = banc.session(DEBUT + timedelta(days=30))
    for ou in (autre, session):
        banc.inscrire_jure(ou, jure)
        banc.inscrire(ou, candidat)
    banc.inscrire_jure(session)

    def redater(debut: date) -> list[str]:
        dates = {"date_debut": debut.isoformat(), "date_fin": debut.isoformat()}
        change = banc.faire(CENTRE, modifier.modifier, session["id"], dates)
        return [a["message"] for a in change["avertissements"]]

    noms = {j["jure_id"]: f"{j['prenom']} {j['nom']}" for j in banc.relire(session)["jures"]}
    lui = next(c for c in banc.relire(session)["candidats"] if c["candidat_id"] == candidat)
    pris = [
        f"{noms[jure]} siège dans une autre session à ces dates.",
        f"{lui['prenoms'].split(',')[0]} {lui['nom_naissance']} est inscrit à une autre session qui a des jours en "
        "commun avec ces dates.",
    ]
    suite = (-1, []), (0, pris), (3, []), (2, pris)  # the other one holds from day 0 to day 2
    assert [(n, redater(DEBUT + timedelta(days=n))) for n, _ in suite] == list(suite)
    sans_dates = {"type": "CCP", "titre_code": "TP-1", "ccp_codes": ["BC01"]}
    assert banc.faire(CENTRE, modifier.modifier, session["id"], sans_dates)["avertissements"] == []


def test_le_jury_dit_le_nom_d_usage_que_ses_phrases_emploient(banc: Banc) -> None:
    """« Zoé Essai n'est plus habilitée » ne se retrouvait pas dans le jury, qui disait « Zoé Durand »."""
    sans, avec, session = banc.jure(), banc.jure(nom_usage="N'Diaye"), banc.session()
    for jure in (sans, avec):
        banc.inscrire_jure(session, jure)
    for lue in (banc.relire(session), *banc.lire(CENTRE, listes.lister, {})["elements"]):
        assert {j["jure_id"]: j["nom_usage"] for j in lue["jures"]} == {sans: None, avec: "N'Diaye"}


def test_une_session_caduque_n_occupe_plus_le_jure(banc: Banc) -> None:
    """JRY-03 : comme pour un candidat (INS-06), une session qui n'aura pas lieu n'en chevauche aucune."""
    jure, session = banc.jure(), banc.session(DEBUT + timedelta(days=2))
    banc.inscrire_jure(banc.session(), jure)
    corps = {"jure_id": jure}
    assert banc.faire(CENTRE, jures.inscrire, session["id"], corps, jour=DEBUT)["avertissements"] == []


def test_pendant_la_question_l_inscription_se_voit(banc: Banc) -> None:
    """HAB-05: who would delete the habilitation asks at this very moment, and sees the registration under way; by which
    habilitation it would be, it is told as it was asked (HAB-06)."""
    session, jure = banc.session(), banc.jure()
    vues = []

    def regarder(question: Question) -> None:
        vues.extend(banc.lire(CENTRE, gardes.inscriptions_du_jure, jure))
        assert vues[0]["demande"] | {"jure_ids": [jure]} == question.arguments

    banc.pendant = regarder
    banc.inscrire_jure(session, jure)
    assert [(v["session_id"], v["terminee"], v["annulee"]) for v in vues] == [(session["id"], False, False)]
    (apres,) = banc.lire(CENTRE, gardes.inscriptions_du_jure, jure)
    assert apres["habilitation_id"] == banc.jures[jure]["habilitation_id"]


def test_une_inscription_refusee_ne_laisse_rien_voir(banc: Banc) -> None:
    session, jure = banc.session(), banc.jure(habilitation_id=None)
    banc.codes_refuses(CENTRE, jures.inscrire, session["id"], {"jure_id": jure})
    assert banc.lire(CENTRE, gardes.inscriptions_du_jure, jure) == []


def test_pendant_la_soumission_le_jure_est_deja_d_une_session_en_attente(banc: Banc) -> None:
    """JUR-03: an inactivation under way must see the submission under way."""
    session = banc.complete()
    etats: set[str] = set()

    def regarder(question: Question) -> None:
        for jure_id in question.arguments["jure_ids"]:
            etats.update(str(v["etat"]) for v in banc.lire(CENTRE, gardes.inscriptions_du_jure, jure_id))

    banc.pendant = regarder
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    assert etats == {"brouillon", "en_attente_de_validation"}


def test_ce_qui_change_pendant_la_question_fait_redemander(banc: Banc) -> None:
    """SES-07, JRY-02: what `jures` answered is about the frame, and the jury, that it was asked of."""
    session, jure = banc.complete(), banc.jure()

    def refaire(fin: str) -> None:
        banc.faire(CENTRE, modifier.modifier, session["id"], {"date_fin": fin})

    def pendant(changer: Callable[[], object]) -> Callable[[Question], None]:
        def une_fois(_: Question) -> None:
            banc.pendant = lambda _: None
            changer()

        return une_fois

    dates = {"date_debut": "2026-06-16"}
    for commande, corps, changer in (
        (jures.inscrire, {"jure_id": jure}, partial(refaire, "2026-06-18")),
        (validation.soumettre, {}, partial(refaire, "2026-06-19")),
        (modifier.modifier, dates, partial(refaire, "2026-06-20")),
        (modifier.modifier, dates, partial(banc.inscrire_jure, session)),
        (validation.soumettre, {}, partial(banc.inscrire_jure, session)),
    ):
        banc.pendant = pendant(changer)
        with pytest.raises(Indisponible):
            banc.faire(CENTRE, commande, session["id"], corps)
    banc.pendant = pendant(partial(banc.faire, CENTRE, validation.soumettre, session["id"], {}))
    with pytest.raises(ReglesEnfreintes):
        banc.faire(CENTRE, modifier.modifier, session["id"], dates)
    relue = banc.relire(session)
    assert (relue["etat"], relue["date_debut"]) == ("en_attente_de_validation", DEBUT)
    assert jure not in {j["jure_id"] for j in relue["jures"]}


@pytest.mark.parametrize("acte", [modifier.modifier, validation.soumettre])
def test_ce_qu_un_acte_apprend_d_un_jure_a_sa_trace(banc: Banc, acte: Callable[..., object]) -> None:
    """TRA-01: by his own news alone he was seen to lose what he sat by."""
    session, reste = banc.complete(), banc.jure()
    banc.inscrire_jure(session, reste)
    perdu = session["jures"][0]["jure_id"]
    habilitation, banc.jures[perdu]["habilitation_id"] = banc.jures[perdu]["habilitation_id"], None
    banc.faire(CENTRE, acte, session["id"], {"date_fin": "2026-06-18"} if acte is modifier.modifier else {})
    (trace,) = [t for t in banc.traces(session["id"]) if t["action"] == "jury"]
    suite = f"au jury de la session {session['numero']}{SANS_DROIT}."
    assert trace["phrase"] == f"Le juré Zoé {banc.jures[perdu]['nom']} ne peut plus siéger {suite}"
    etats = [{"jure_id": perdu, "habilitation_id": h, "actif": True} for h in (habilitation, None)]
    assert [trace["avant"], trace["apres"]] == etats


def test_l_historique_dit_ce_qui_change_de_la_place_d_un_jure(banc: Banc) -> None:
    """« Ce que Amélie peut faire au jury a changé » said neither what nor why, and was no French."""
    session = banc.validee()
    jure = session["jures"][0]["jure_id"]
    habilitation, nouvelle = banc.jures[jure]["habilitation_id"], nouvel_id()
    attendues = (
        ({"actif": False}, "ne peut plus siéger", " : il est inactif"),
        ({"actif": True, "habilitation_id": None}, "ne peut toujours pas siéger", SANS_DROIT),
        ({"habilitation_id": habilitation}, "peut de nouveau siéger", ""),
        ({"habilitation_id": nouvelle}, "siège désormais par une autre habilitation", ""),
        ({"habilitation_id": None}, "ne peut plus siéger", SANS_DROIT),
    )
    for change, fait, pourquoi in attendues:
        banc.jures[jure] |= change
        banc.entendre(suivre.suivre_jure, {"jure_id": jure})
        phrase = f"Le juré Zoé {banc.jures[jure]['nom']} {fait} au jury de la session {session['numero']}{pourquoi}."
        assert banc.traces(session["id"])[-1]["phrase"] == phrase


def test_retirer_d_un_brouillon_est_libre_pas_d_une_session_validee(banc: Banc) -> None:
    brouillon = banc.complete()
    partant = brouillon["jures"][0]["jure_id"]
    assert len(banc.faire(CENTRE, jures.retirer, brouillon["id"], partant, {})["jures"]) == 1
    validee = banc.validee()
    partant = validee["jures"][0]["jure_id"]
    assert banc.codes_refuses(CENTRE, jures.retirer, validee["id"], partant, {}) == ["SES-07"]
    banc.inscrire_jure(validee)
    assert len(banc.faire(CENTRE, jures.retirer, validee["id"], partant, {})["jures"]) == 2
    assert isinstance(banc.refuse(CENTRE, jures.retirer, validee["id"], partant, {}), Introuvable)


def test_remplacer_un_jure_convoque_appelle_l_un_et_previent_l_autre(banc: Banc) -> None:
    session, nouveau = banc.convoquee(), banc.jure()
    partant = session["jures"][0]["jure_id"]
    change = banc.faire(CENTRE, jures.remplacer, session["id"], partant, {"jure_id": nouveau})
    assert {j["jure_id"] for j in change["jures"]} == {nouveau, session["jures"][1]["jure_id"]}
    annule, appel = banc.evenements("convocations_editees")[-2:]
    assert [p["personne_id"] for p in annule["annule"]] == [partant]
    assert [p["personne_id"] for p in appel["personnes"]] == [nouveau]


def test_retirer_est_possible_apres_la_convocation_mais_pas_le_jour_meme(banc: Banc) -> None:
    session = banc.convoquee()
    jure = banc.inscrire_jure(session, jour=DEBUT)  # entering is still possible on the first day
    assert banc.codes_refuses(CENTRE, jures.retirer, session["id"], jure, {}, jour=DEBUT) == ["SES-00"]


def test_la_couverture_nomme_qui_couvre_quoi(banc: Banc) -> None:
    session = banc.session()
    banc.inscrire_jure(session, banc.jure("BC01"))
    banc.inscrire_jure(session, banc.jure("BC01"))
    couverture = banc.lire(UD, jury.couvrir, session["id"])
    assert couverture["suffisante"] is False
    assert [(c["code"], len(c["jures"])) for c in couverture["ccps"]] == [("BC01", 2), ("BC02", 0)]
    refus = banc.codes_refuses(CENTRE, validation.soumettre, session["id"], {})
    assert refus == ["SES-07"]
    banc.inscrire_jure(session, banc.jure("BC02"))
    assert banc.lire(UD, jury.couvrir, session["id"])["suffisante"] is True


def test_un_jure_que_jures_ne_connait_plus_ne_siege_plus(banc: Banc) -> None:
    """Its base was restored to before him: SES-08 names him, and a validated session has its alert (SES-07)."""
    session = banc.complete()
    perdu = banc.relire(session)["jures"][0]["jure_id"]
    banc.faire(CENTRE, validation.soumettre, session["id"], {})
    fiche_perdue = banc.jures.pop(perdu)
    assert "SES-08" in banc.codes_refuses(UD, validation.valider, session["id"], {})
    banc.jures[perdu] = fiche_perdue
    banc.faire(UD, validation.valider, session["id"], {})
    banc.jures.pop(perdu)
    banc.reconstruire()
    vus = banc.lignes("SELECT jure_id::text FROM inscriptions_jures WHERE habilitation IS NULL AND NOT actif")
    assert [jure_id for (jure_id,) in vus] == [perdu]
    assert banc.traces(session["id"])[-1]["apres"] == {"jure_id": perdu, "habilitation_id": None, "actif": False}
    assert {a["code"] for a in banc.relire(session)["alertes"]} >= {"SES-07"}
