"""Where a session stands, and the days left."""

from typing import Any

import pytest

from gateway.web import deroulement
from services.sessions.domain.model import Etat

SESSION: dict[str, Any] = {
    "etat": "brouillon",
    "type": "TITRE",
    "soumise_le": None,
    "pv_vise_le": None,
    "convocations": None,
    "candidats": [{}],
}
ECHEANCES = {
    "jour": "2026-11-24",
    "soumission": None,
    "inscription": None,
    "inscription_vae_du": "2026-12-24",
    "inscription_vae": "2027-01-22",
    "convocations": "2026-12-24",
}


def test_ce_qui_peut_etre_fait_maintenant_est_ce_qui_est_attendu() -> None:
    prete = SESSION | {"actions": [{"action": "soumission"}], "candidats": [{}]}
    assert deroulement.suite(prete).startswith("Rien ne s’y oppose plus : soumettez")
    assert deroulement.suite(prete | {"candidats": []}).startswith("Inscrivez les candidats")
    for etat, d_un_autre in (("brouillon", "Le centre compose le jury"), ("caduque", ": le centre lui donne")):
        assert d_un_autre in deroulement.suite(prete | {"etat": etat, "actions": []})  # an agent reads it too
    for etat in ("en_cours", "a_cloturer"):
        cloture, resultats = {"action": "cloture"}, {"action": "resultats"}
        notee = SESSION | {"etat": etat, "actions": [cloture, resultats]}
        assert deroulement.suite(notee).startswith("Tous les résultats sont saisis")
        agent = notee | {"actions": [cloture]}  # he may close it, and the rest is the centre's
        assert "sont saisis : le centre clôture la session" in deroulement.suite(agent)  # seen: « Le centre saisit »
        assert "sont saisis" not in deroulement.suite(agent | {"actions": []})
        jury = {"action": "cloture", "code": "RES-03", "message": "Le jury compte 1 juré.", "contexte": {"n": 1}}
        seul = notee | {"actions": [resultats], "refus": [jury]}
        assert deroulement.suite(seul).endswith("ne peut pas encore être clôturée. Le jury compte 1 juré.")
        a_noter = jury | {"message": "Il manque Zoé.", "contexte": {"numero": "1", "candidats": ["Zoé"]}}
        assert "Le jury" not in deroulement.suite(seul | {"refus": [a_noter, jury]})  # that is under way
    debloquee = SESSION | {"etat": "debloquee", "actions": [{"action": "cloture"}]}  # it may be closed unchanged
    assert "corrige les résultats" in deroulement.suite(debloquee)
    assert "ce qui retire toute attestation déjà délivrée" in deroulement.suite(debloquee)  # handed over


def test_qui_n_a_pas_encore_son_attestation_est_nomme() -> None:
    """« les attestations délivrées » was said beside a link to none: it waited for the PV of another session."""
    zoe = {"candidat_id": "c-1", "nom_naissance": "Roux", "nom_usage": None, "prenoms": "Zoé", "numero": "C1"}
    visee = SESSION | {"etat": "cloturee", "pv_vise_le": "2026-11-24", "candidats": [zoe]}
    for resultats in (None, {"attestations_attendues": []}):
        assert deroulement.suite(visee, None, resultats).endswith("les attestations délivrées.")
    dit = deroulement.suite(visee, None, {"attestations_attendues": ["c-1"]})
    assert "Sans attestation pour l’instant : Zoé Roux." in dit


def test_ce_qu_on_vient_imprimer_est_en_haut() -> None:
    """« Toutes les attestations » was under the forty candidates, and who signs a PV had none at hand to read."""
    assert deroulement.a_imprimer(SESSION) == []
    assert deroulement.a_imprimer(SESSION | {"etat": "convoquee"}) == ["emargement"]
    cloturee = SESSION | {"etat": "cloturee"}
    assert deroulement.a_imprimer(cloturee) == ["pv"]
    visee = cloturee | {"pv_vise_le": "2026-11-24"}
    deux = {"resultats": [{"present": True}, {"present": False}], "attestations_attendues": []}
    for resultats in (None, deux):
        assert deroulement.a_imprimer(visee, resultats) == ["pv", "attestations"]
    assert deroulement.a_imprimer(visee, deux | {"attestations_attendues": ["c-1"]}) == ["pv"]
    assert deroulement.documents(visee, deux) == list(deroulement.DOCUMENTS)


def test_ce_qui_empeche_les_convocations_se_dit_a_leur_place() -> None:
    """The centre was told to edit them, under the alert of an agrément that it had lost."""
    validee = SESSION | {"etat": "validee", "candidats": [{}]}
    assert deroulement.suite(validee).startswith("Le centre édite")
    refus = [{"action": "convocations", "message": "Sans agrément."}, {"action": "visa", "message": "Non."}]
    dit = "Les convocations ne peuvent pas être éditées. Sans agrément."
    assert deroulement.suite(validee | {"refus": refus}) == dit


def test_ce_que_ni_jury_ni_candidats_ne_changent_se_dit_d_abord() -> None:
    """A brouillon whose agrément was withdrawn had its jury made up, candidate after candidate, then was refused."""
    jury = {"action": "soumission", "code": "SES-07", "message": "Sans jury."}
    agrement = {"action": "soumission", "code": "SES-01", "message": "Sans agrément."}
    for etat in ("brouillon", "refusee"):
        a_faire = SESSION | {"etat": etat, "refus": [jury]}
        assert deroulement.suite(a_faire).startswith("Le centre co")
        empechee = deroulement.suite(a_faire | {"refus": [agrement, jury]})
        assert empechee == "La session ne peut pas être soumise. Sans agrément."
    a_valider = SESSION | {"etat": "en_attente_de_validation", "refus": [jury | {"action": "validation"}]}
    assert deroulement.suite(a_valider) == "La session ne peut pas être validée. Sans jury."


def test_l_acte_attendu_est_offert_a_qui_peut_le_faire() -> None:
    faits = [{"action": "convocations"}, {"action": "resultats"}]
    attendus = {"validee": "convocations", "convoquee": "", "en_cours": "resultats", "a_cloturer": "resultats"}
    for etat, attendu in attendus.items():
        assert deroulement.geste(SESSION | {"etat": etat, "actions": faits}) == attendu
        assert not deroulement.geste(SESSION | {"etat": etat, "actions": []})


def test_une_session_debloquee_se_corrige_avant_de_se_cloturer() -> None:
    debloquee, closes = SESSION | {"etat": "debloquee"}, [{"resultats_version": 3}, {"resultats_version": 1}]
    assert deroulement.reste_a_corriger(debloquee, {"version": 3, "clotures": closes})
    assert not deroulement.reste_a_corriger(debloquee, {"version": 4, "clotures": closes})  # corrected since
    assert not deroulement.reste_a_corriger(debloquee, None)  # the service is silent
    assert not deroulement.reste_a_corriger(SESSION | {"etat": "en_cours"}, {"version": 0, "clotures": []})


def test_une_session_que_tous_ont_quittee_ne_dit_pas_que_tout_le_monde_est_convoque() -> None:
    dites = {etat: deroulement.suite(SESSION | {"etat": etat, "candidats": []}) for etat in ("validee", "convoquee")}
    assert dites["validee"] == "Aucun candidat n’est inscrit : le centre en inscrit, puis édite les convocations."
    assert dites["convoquee"].startswith("Plus aucun candidat n’est inscrit : pour en inscrire d’autres")
    ouverte = SESSION | {"etat": "convoquee", "candidats": [], "actions": [{"action": "inscrire_candidat"}]}
    assert "seuls des candidats VAE peuvent encore l’être" in deroulement.suite(ouverte)  # INS-03
    assert deroulement.suite(ouverte | {"etat": "validee"}) == dites["validee"]  # open to all
    for etat in ("en_cours", "a_cloturer"):  # seen: « Le centre saisit les résultats de chaque candidat »
        debutee = SESSION | {"etat": etat, "candidats": [], "actions": [{"action": "cloture"}, {"action": "resultats"}]}
        assert deroulement.suite(debutee).endswith("ne peut l’être : l’unité départementale annule la session.")


def test_qui_n_a_pas_recu_sa_convocation_n_est_pas_dit_convoque() -> None:
    """« Tout le monde est convoqué », above « 1 en échec », and the home page that counted it."""
    convoquee = SESSION | {"etat": "convoquee", "candidats": [{}]}
    envoyee, echec = ({"statut": statut, "annulee": False} for statut in ("envoyee", "echec"))

    def dite(*lettres: dict[str, object]) -> str:
        return deroulement.suite(convoquee, {"elements": list(lettres)})

    assert dite(envoyee) == deroulement.suite(convoquee) == dite(envoyee, echec | {"annulee": True})
    assert deroulement.suite(convoquee).startswith("Tout le monde est convoqué.")
    assert dite(envoyee, echec).startswith("Une convocation n’est pas partie : « Voir chaque convocation »")
    assert dite(echec, envoyee, echec).startswith("2 convocations ne sont pas parties : ")
    assert dite(echec).endswith("Le jour venu, les jurés et les candidats émargent.")


@pytest.mark.parametrize("etat", [e.value for e in Etat if e is not Etat.ANNULEE])
def test_chaque_etat_a_son_etape_et_sa_suite(etat: str) -> None:
    etapes = deroulement.etapes(SESSION | {"etat": etat})
    assert [e.situation for e in etapes].count("actuelle") == 1
    assert deroulement.suite(SESSION | {"etat": etat})


def test_une_session_visee_a_fait_toutes_ses_etapes() -> None:
    convoquee = {"convocations": {"editees_le": "2026-12-01", "version": 1}}
    visee = SESSION | convoquee | {"etat": "cloturee", "pv_vise_le": "2027-02-01"}
    assert {e.situation for e in deroulement.etapes(visee)} == {"faite"}
    assert "confirmés" in deroulement.suite(visee)


def test_une_session_tenue_sans_convocations_ne_dit_pas_les_avoir_faites() -> None:
    """« ✓ Convocations : étape faite », above « Les convocations ne sont pas encore éditées »."""
    for etat, vise in (("en_cours", None), ("a_cloturer", None), ("cloturee", "2027-02-01")):
        situations = {e.libelle: e.situation for e in deroulement.etapes(SESSION | {"etat": etat, "pv_vise_le": vise})}
        assert (situations["Convocations"], situations["Validation"]) == ("omise", "faite")
    assert "omise" not in {e.situation for e in deroulement.etapes(SESSION | {"etat": "validee"})}


def test_une_session_annulee_n_attend_plus_rien() -> None:
    annulee = SESSION | {"etat": "annulee"}
    assert (deroulement.etapes(annulee), deroulement.suite(annulee)) == ([], "")
    assert deroulement.compte_a_rebours(annulee, ECHEANCES) == []


@pytest.mark.parametrize(
    ("limite", "reste", "ton"),
    [
        (None, "Aucun délai", "info"),
        ("2026-12-24", "Encore 30 jours", "info"),
        ("2026-12-02", "Encore 8 jours", "info"),
        ("2026-12-01", "Encore 7 jours", "warning"),
        ("2026-11-25", "Plus qu’un jour", "warning"),
        ("2026-11-24", "C’est le dernier jour", "warning"),
        ("2026-11-23", "Dépassée depuis hier", "error"),
        ("2026-11-04", "Dépassée depuis 20 jours", "error"),
    ],
)
def test_le_compte_a_rebours(limite: str | None, reste: str, ton: str) -> None:
    soumission, *_ = deroulement.compte_a_rebours(SESSION, ECHEANCES | {"soumission": limite})
    assert (soumission.reste, soumission.ton) == (reste, ton)


def test_des_convocations_en_retard_restent_possibles_jusqu_au_debut() -> None:
    en_retard = ECHEANCES | {"convocations": "2026-11-20"}
    *_, convocations = deroulement.compte_a_rebours(SESSION | {"etat": "validee"}, en_retard)
    assert (convocations.ton, convocations.precision) == ("error", "Ce retard n’empêche pas de les éditer.")


@pytest.mark.parametrize("etat", ["en_cours", "a_cloturer", "cloturee", "debloquee"])
def test_rien_n_est_en_retard_d_une_session_tenue_sans_convocations(etat: str) -> None:
    """« Dépassée depuis 210 jours », twice, in red, on a session whose PV was visé: nobody could do anything more."""
    passees = ECHEANCES | {"inscription": "2026-11-01", "convocations": "2026-11-01", "soumission": "2026-11-01"}
    tenue = SESSION | {"etat": etat, "soumise_le": "2026-10-30"}
    soumission, *autres = deroulement.compte_a_rebours(tenue, passees)
    assert (soumission.reste, soumission.ton) == ("Soumise le 30 octobre 2026", "success")
    assert [(e.date, e.reste, e.ton, e.precision) for e in autres] == [
        (None, "Close : la session a débuté", "info", ""),
        (None, "Non éditées", "info", ""),
    ]


def test_ce_qui_est_fait_ne_presse_plus() -> None:
    faite = SESSION | {"soumise_le": "2026-11-01", "convocations": {"editees_le": "2026-11-20", "version": 1}}
    faite |= {"etat": "convoquee"}
    soumission, inscription, convocations = deroulement.compte_a_rebours(
        faite, ECHEANCES | {"soumission": "2026-11-02"}
    )
    assert (soumission.reste, soumission.ton) == ("Soumise le 1er novembre 2026", "success")
    assert (convocations.reste, convocations.ton) == ("Éditées le 20 novembre 2026", "success")
    assert inscription.precision == "Candidats VAE : du 24 décembre 2026 au 22 janvier 2027."


@pytest.mark.parametrize("etat", ["brouillon", "refusee", "caduque"])
def test_une_session_a_soumettre_de_nouveau_ne_se_dit_pas_soumise(etat: str) -> None:
    """Seen: « Soumise le … » in green on a session refused, that its centre believed before the administration."""
    session = SESSION | {"etat": etat, "soumise_le": "2026-11-01"}
    for limite, dit in ((None, "."), ("2026-11-01", ", dans les délais.")):
        soumission, *_ = deroulement.compte_a_rebours(session, ECHEANCES | {"soumission": limite})
        assert (soumission.reste, soumission.date) == ("À soumettre de nouveau", None)
        assert soumission.precision == f"Première soumission le 1er novembre 2026{dit}"
    tardive, *_ = deroulement.compte_a_rebours(session, ECHEANCES | {"soumission": "2026-10-31"})
    assert tardive.ton == "error"  # its dates have changed since, and SES-05 refuses it


@pytest.mark.parametrize("limite", [None, "2026-11-01", "2026-12-24"])
def test_les_convocations_closent_l_inscription(limite: str | None) -> None:
    """Seen: « Aucun délai en vigueur » above a button greyed because the convocations were gone (INS-01)."""
    convoquee = SESSION | {"convocations": {"editees_le": "2026-11-20", "version": 1}}
    _, inscription, _ = deroulement.compte_a_rebours(convoquee, ECHEANCES | {"inscription": limite})
    vae = "Candidats VAE : du 24 décembre 2026 au 22 janvier 2027."
    dit = (inscription.date, inscription.reste, inscription.ton, inscription.precision)
    assert dit == (None, "Close : convocations éditées", "info", vae)


@pytest.mark.parametrize("convocations", [None, {"editees_le": "2026-11-20", "version": 1}])
def test_une_session_ccs_n_attend_aucun_candidat_vae(convocations: dict[str, Any] | None) -> None:
    ccs = SESSION | {"type": "CCS", "convocations": convocations}
    _, inscription, _ = deroulement.compte_a_rebours(ccs, ECHEANCES)
    assert inscription.precision == ""
