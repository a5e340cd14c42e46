"""Convocations: frozen, numbered, each at its hour; drawn as PDF and as a calendar entry."""

import base64
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from commun.domain.errors import Introuvable, Invalide
from services.sessions.commands import candidats, convocations, dte, jures, modifier, suivre, validation
from services.sessions.queries import documents, fiche, lettres
from services.sessions.queries import dte as lectures_dte
from tests.sessions.banc import AUTRE, CENTRE, CENTRE_ID, DEBUT, JOUR, UD, Banc, Corps

PROJET = "PROJET – La session n’est pas validée par l’administration"
"""In words too, for who does not see what is written across the page."""


def pages(document: documents.Document) -> list[str]:
    """Returns the text of each page of a file, drawn as RPC would carry it."""
    livre = documents.livrer(document)
    assert livre["type"] == "application/pdf"
    lecteur = PdfReader(io.BytesIO(base64.b64decode(livre["contenu"])))
    return [page.extract_text().replace("\xa0", " ") for page in lecteur.pages]


def de(banc: Banc, session: Corps) -> list[Corps]:
    """Returns the letters of a session."""
    return list(banc.lire(CENTRE, lettres.lister_convocations, session["id"], {})["elements"])


def test_une_lettre_par_personne(banc: Banc) -> None:
    session = banc.convoquee()
    assert session["convocations"] == {"editees_le": JOUR, "version": 1}
    elements = de(banc, session)
    assert [c["type"] for c in elements] == ["candidat", "jure", "jure"]
    assert {(c["heure"], c["version"], c["statut"], c["annulee"]) for c in elements} == {
        ("09:00", 1, "en_attente", False)
    }
    (evenement,) = banc.evenements("convocations_editees")
    assert {p["convocation_id"] for p in evenement["personnes"]} == {c["id"] for c in elements}
    assert len(pages(banc.lire(UD, documents.convocations_pdf, session["id"]))) == 3


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
    assert [c["nom"].removesuffix(" Zoé") for c in de(banc, session)][1 : 1 + len(noms)] == noms


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


def test_sans_personne_une_page_le_dit(banc: Banc) -> None:
    session = banc.session()
    (page,) = pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"]))
    assert PROJET in " ".join(page.split()) and session["numero"] in page
    assert "Personne n’est inscrit à cette session" in page


def test_une_heure_pour_tous_une_autre_pour_quelqu_un(banc: Banc) -> None:
    session, ailleurs = banc.validee(), banc.validee()
    tardif, appele = banc.inscrire(session), banc.inscrire(ailleurs)
    banc.faire(CENTRE, convocations.editer, ailleurs["id"], {"par_personne": {appele: "10:45"}})
    corps: Corps = {"heure_convocation": "08:15", "par_personne": {tardif: "13:30"}}
    editee = banc.faire(CENTRE, convocations.editer, session["id"], corps)
    assert (editee["heure_convocation"], editee["avertissements"]) == ("08:15", [])
    heures = {c["personne_id"]: c["heure"] for c in de(banc, session)}
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


def test_une_personne_qui_n_est_pas_la(banc: Banc) -> None:
    for session in (banc.validee(), banc.session()):  # before the rules: the second may not be convoked at all
        refus = banc.refuse(CENTRE, convocations.editer, session["id"], {"par_personne": {"absent": "09:00"}})
        assert isinstance(refus, Invalide)


def test_une_nouvelle_version_annule_et_remplace(banc: Banc) -> None:
    session = banc.convoquee()
    lendemain = JOUR + timedelta(days=1)
    editee = banc.faire(CENTRE, convocations.editer, session["id"], {}, jour=lendemain)
    assert editee["convocations"] == {"editees_le": lendemain, "version": 2}
    elements = de(banc, session)
    assert [(c["version"], c["annulee"]) for c in elements] == [(2, False)] * 3 + [(1, True)] * 3
    (page, *_) = pages(banc.lire(CENTRE, documents.convocations_pdf, session["id"]))
    assert "nnule et remplace" in page
    ancienne = pages(banc.lire(CENTRE, documents.convocation_pdf, elements[-1]["id"]))
    assert "nnule et remplace" not in ancienne[0]
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
        versions = [(c["version"], c["annulee"]) for c in de(banc, session) if c["personne_id"] == qui]
        assert versions == [(3, False), (2, True), (1, True)]
    banc.faire(CENTRE, convocations.editer, session["id"], {}, jour=jour)
    assert {(c["personne_id"] in (jure, candidat), c["version"]) for c in de(banc, session) if not c["annulee"]} == {
        (True, 4),
        (False, 2),
    }


def test_qui_revient_a_la_place_de_son_autre_fiche_est_convoque_a_la_suite_des_deux(banc: Banc) -> None:
    """He was called twice, and left; his other file, since merged into this one, was called once."""
    session, lui, autre = banc.convoquee(), banc.jure(), banc.jure()
    for _ in range(2):
        banc.inscrire_jure(session, lui)
        banc.faire(CENTRE, jures.retirer, session["id"], lui, {})
    banc.inscrire_jure(session, autre)
    banc.jures[lui]["identites"] = [lui, autre]
    banc.faire(CENTRE, jures.remplacer, session["id"], autre, {"jure_id": lui})
    lettres = {(c["personne_id"], c["version"]) for c in de(banc, session) if c["personne_id"] in (lui, autre)}
    assert lettres == {(lui, 1), (lui, 2), (lui, 3), (autre, 1)}


def test_un_changement_d_heure_convoque_de_nouveau(banc: Banc) -> None:
    session = banc.convoquee()
    corps: Corps = {"heure_debut": "10:30"}
    assert banc.a_confirmer(CENTRE, modifier.modifier, session["id"], corps) == ["CNV-04"]
    change = banc.confirmer(CENTRE, modifier.modifier, session["id"], corps)
    assert (change["etat"], change["convocations"]["version"]) == ("convoquee", 2)
    assert {c["heure"] for c in de(banc, session) if not c["annulee"]} == {"10:30"}
    banc.faire(CENTRE, modifier.modifier, session["id"], {"responsable": "M. Petit"})
    assert banc.relire(session)["convocations"]["version"] == 2


def test_l_agenda_et_son_annulation(banc: Banc) -> None:
    session = banc.convoquee()
    jure = next(c for c in de(banc, session) if c["type"] == "jure")

    def entree(annulation: bool = False) -> Any:
        courrier = documents.poster(banc.lire(CENTRE, documents.courrier, jure["id"], annulation))
        return Calendar.from_ical(courrier["ics"])

    assert entree()["METHOD"] == "PUBLISH"
    assert entree(annulation=True)["METHOD"] == "CANCEL"
    ics = documents.livrer(banc.lire(CENTRE, documents.convocation_ics, jure["id"]))
    assert ics["type"].startswith("text/calendar")


def test_le_courrier_dit_a_qui_et_quoi(banc: Banc) -> None:
    session = banc.convoquee(heure_convocation="08:30")
    candidat = next(c for c in de(banc, session) if c["type"] == "candidat")
    courrier = documents.poster(banc.lire(CENTRE, documents.courrier, candidat["id"]))
    connu = banc.candidats[candidat["personne_id"]]
    assert base64.b64decode(courrier.pop("pdf")).startswith(b"%PDF")
    assert "BEGIN:VEVENT" in courrier.pop("ics")
    assert courrier == {
        "courriel": connu["courriel"],
        "annulee": False,
        "session_annulee": False,
        "rappelee": False,
        "ne_compte_plus": False,
        "type": "candidat",
        "civilite": "M",
        "nom": connu["nom_naissance"],
        "session_numero": session["numero"],
        "objet": "Maçon",
        "date": DEBUT,
        "date_fin": DEBUT + timedelta(days=2),
        "heure": "08:30",
        "heure_locale": False,
        "lieu": "Site 75, 1 rue des Essais, 75012 Paris",
        "centre": "Centre d'essai",
        "contact": "",
        "reponse": "",
        "annule_et_remplace": None,
    }


def test_la_convocation_dit_comment_joindre_le_centre(banc: Banc) -> None:
    """Who cannot come tells the centre at once: an absence that it does not know of is not excused."""
    session = banc.convoquee()
    lettre = de(banc, session)[0]["id"]
    banc.referentiel["contact_etablissement", CENTRE_ID] = {"telephone": "+33199001234", "courriel": "c@exemple.fr"}
    dit = "Tél. : 01 99 00 12 34 – c@exemple.fr"
    for lue, cle in ((documents.convocation_pdf, lettre), (documents.convocations_pdf, session["id"])):
        assert dit in " ".join(pages(banc.lire(CENTRE, lue, cle))[0].replace("\u202f", " ").split())
    courrier = documents.poster(banc.lire(CENTRE, documents.courrier, lettre))
    assert (courrier["contact"], courrier["reponse"]) == ("01 99 00 12 34, c@exemple.fr", "c@exemple.fr")
    (evenement,) = Calendar.from_ical(courrier["ics"]).walk("VEVENT")
    assert evenement["ORGANIZER"] == "mailto:c@exemple.fr"
    banc.en_panne.add("referentiel_gardes")
    assert documents.poster(banc.lire(CENTRE, documents.courrier, lettre))["contact"] == ""


def test_l_envoi_se_suit_dans_le_desordre_et_se_recommence(banc: Banc) -> None:
    session = banc.convoquee()
    lettre, autre = (c["id"] for c in de(banc, session)[:2])

    def entendre(statut: str, version: int, erreur: str | None = None, *, de_qui: str = lettre) -> None:
        corps = {"convocation_id": de_qui, "statut": statut, "erreur": erreur, "version": version}
        banc.entendre(convocations.suivre_envoi, corps)

    def vu(de_qui: str = lettre) -> tuple[str, str | None]:
        c = next(c for c in de(banc, session) if c["id"] == de_qui)
        return c["statut"], c["erreur"]

    entendre("envoyee", 1, de_qui=autre)
    entendre("echec", 2, "550 Adresse inconnue")
    entendre("envoyee", 1)
    assert vu() == ("echec", "550 Adresse inconnue")
    assert banc.faire(CENTRE, convocations.renvoyer, lettre, {})["statut"] == "en_attente"
    assert vu() == ("en_attente", None)
    assert [p["convocation_id"] for p in banc.evenements("convocations_editees")[-1]["personnes"]] == [lettre]
    assert vu(autre) == ("envoyee", None), "one is sent again, alone"
    entendre("envoyee", 3)
    assert vu() == ("envoyee", None)


def test_l_annulation_se_suit_dans_le_desordre_et_a_part_de_la_convocation(banc: Banc) -> None:
    session = banc.convoquee()
    lettre = de(banc, session)[0]

    def vu() -> Corps:
        return next(c for c in de(banc, session) if c["id"] == lettre["id"])

    assert vu()["annulation"] is None
    for statut, version, erreur in (("echec", 2, "550 Boîte pleine"), ("envoyee", 1, None), ("echec", 2, None)):
        corps = {"convocation_id": lettre["id"], "statut": statut, "erreur": erreur, "version": version}
        banc.entendre(convocations.suivre_annulation, corps)
    assert vu() == lettre | {"annulation": {"statut": "echec", "erreur": "550 Boîte pleine"}}


def changer_d_adresse(banc: Banc, lettre: Corps, courriel: str | None) -> None:
    """Gives another mail address to whom a letter calls, and has it heard."""
    qui = lettre["personne_id"]
    if lettre["type"] == "jure":
        banc.jures[qui]["courriel"] = courriel
        banc.entendre(suivre.suivre_jure, {"jure_id": qui})
    else:
        banc.candidats[qui]["courriel"] = courriel
        banc.entendre(suivre.suivre_candidat, {"candidat_id": qui, "canonique_id": qui, "version": 2})


def adresse_de(banc: Banc, lettre: Corps, *, annulation: bool = False) -> str | None:
    """Returns where the mail of a letter goes."""
    faits = banc.lire(CENTRE, documents.courrier, lettre["id"], annulation).faits
    return faits["courriel"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_adresse_corrigee_est_celle_du_rappel_et_du_renvoi(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    lettre = next(c for c in de(banc, session) if c["type"] == type_)
    avant = pages(banc.lire(CENTRE, documents.convocation_pdf, lettre["id"]))
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    assert adresse_de(banc, lettre) == "corrigee@exemple.fr"
    banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})
    assert adresse_de(banc, lettre) == "corrigee@exemple.fr"
    assert pages(banc.lire(CENTRE, documents.convocation_pdf, lettre["id"])) == avant


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_lettre_dit_qu_elle_nomme_quelqu_un_comme_il_ne_s_appelle_plus(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    lettre = next(c for c in de(banc, session) if c["type"] == type_)
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    assert banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})["identite_changee"] is False
    (banc.jures if type_ == "jure" else banc.candidats)[lettre["personne_id"]]["nom_usage"] = "Épouse"
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    assert [c["personne_id"] for c in de(banc, session) if c["identite_changee"]] == [lettre["personne_id"]]
    assert banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})["identite_changee"] is True
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert not any(c["identite_changee"] for c in de(banc, session) if not c["annulee"])


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_adresse_corrigee_est_celle_de_l_annulation(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    banc.inscrire_jure(session)
    lettre = next(c for c in de(banc, session) if c["type"] == type_)
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    sortir = candidats.desinscrire if type_ == "candidat" else jures.retirer
    banc.faire(CENTRE, sortir, session["id"], lettre["personne_id"], {})
    assert [a["convocation_id"] for a in banc.evenements("convocations_editees")[-1]["annule"]] == [lettre["id"]]
    assert adresse_de(banc, lettre, annulation=True) == "corrigee@exemple.fr"


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_adresse_donnee_apres_coup_ou_retiree(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    lettre = next(c for c in de(banc, session) if c["type"] == type_)
    for courriel, statut in ((None, "echec"), ("enfin@exemple.fr", "en_attente")):
        changer_d_adresse(banc, lettre, courriel)
        assert banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})["statut"] == statut
        assert adresse_de(banc, lettre) == courriel


def test_une_lettre_annulee_garde_l_adresse_ou_elle_est_partie(banc: Banc) -> None:
    session = banc.convoquee()
    ancienne = de(banc, session)[0]
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    partie = adresse_de(banc, ancienne)
    changer_d_adresse(banc, ancienne, "corrigee@exemple.fr")
    assert adresse_de(banc, ancienne) == partie


def test_l_adresse_suit_aussi_sous_une_identite_fusionnee(banc: Banc) -> None:
    session, garde = banc.convoquee(), banc.candidat()
    lettre = next(c for c in de(banc, session) if c["type"] == "candidat")
    absorbe = lettre["personne_id"]
    banc.candidats[absorbe] |= {"canonique_id": garde}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": absorbe, "canonique_id": garde, "version": 2})
    banc.candidats[absorbe]["courriel"] = "corrigee@exemple.fr"  # `candidats` answers under the id asked
    banc.entendre(suivre.suivre_candidat, {"candidat_id": garde, "canonique_id": garde, "version": 2})
    assert adresse_de(banc, lettre) == "corrigee@exemple.fr"


@pytest.mark.parametrize("change", [{"actif": False}, {"habilitation_id": None, "ccp_codes": []}])
def test_le_courrier_d_un_jure_dit_s_il_ne_compte_plus(banc: Banc, change: Corps) -> None:
    """JUR-04 : il n'a pas à être rappelé à une session où il sera remplacé."""
    session = banc.convoquee()
    lettre = next(c for c in de(banc, session) if c["type"] == "jure")

    def ne_compte_plus() -> bool:
        return bool(banc.lire(CENTRE, documents.courrier, lettre["id"]).faits["ne_compte_plus"])

    assert not ne_compte_plus()
    banc.jures[lettre["personne_id"]] |= change
    banc.entendre(suivre.suivre_jure, {"jure_id": lettre["personne_id"]})
    assert ne_compte_plus()


def test_le_courrier_d_une_annulation_dit_qui_est_convoque_de_nouveau(banc: Banc) -> None:
    session, jure = banc.convoquee(), banc.jure()
    banc.inscrire_jure(session, jure)
    lettre = next(c for c in de(banc, session) if c["personne_id"] == jure)

    def rappelee() -> bool:
        return bool(banc.lire(CENTRE, documents.courrier, lettre["id"], True).faits["rappelee"])

    banc.faire(CENTRE, jures.retirer, session["id"], jure, {})
    assert not rappelee()
    banc.inscrire_jure(session, jure)
    assert rappelee()


def test_le_courrier_d_une_annulation_dit_si_c_est_la_session_qui_l_est(banc: Banc) -> None:
    session = banc.convoquee()
    lettre = de(banc, session)[0]["id"]
    assert banc.lire(CENTRE, documents.courrier, lettre, True).faits["session_annulee"] is False
    corps = {"motif": "Salle inondée", "confirmer": ["SES-09"]}
    banc.faire(CENTRE, validation.annuler, session["id"], corps)
    assert banc.lire(CENTRE, documents.courrier, lettre, True).faits["session_annulee"] is True


def test_ce_qui_est_remplace_ne_se_renvoie_pas(banc: Banc) -> None:
    session = banc.convoquee()
    ancienne = de(banc, session)[0]["id"]
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert banc.codes_refuses(CENTRE, convocations.renvoyer, ancienne, {}) == ["CNV-03"]


def test_les_lettres_d_un_autre_centre_n_existent_pas(banc: Banc) -> None:
    session = banc.convoquee()
    lettre = de(banc, session)[0]["id"]
    for requete in (documents.convocation_pdf, documents.convocation_ics):
        with pytest.raises(Introuvable):
            banc.lire(AUTRE, requete, lettre)
    assert isinstance(banc.refuse(AUTRE, convocations.renvoyer, lettre, {}), Introuvable)


def test_le_dte_se_demande_et_l_administration_repond(banc: Banc) -> None:
    brouillon = banc.complete()
    assert banc.codes_refuses(CENTRE, dte.demander, brouillon["id"], {}) == ["DTE-01"]
    session = banc.validee()
    trop_long: Corps = {"commentaire": "x" * 1001}
    assert banc.codes_refuses(CENTRE, dte.demander, session["id"], trop_long) == ["DTE-01"]
    demandee = banc.faire(CENTRE, dte.demander, session["id"], {"commentaire": "x" * 1000})
    (demande,) = demandee["dte"]
    assert demandee == {**demande, "dte": [demande], "avertissements": []}
    assert (demande["etat"], demande["version"]) == ("demandee", 1)
    assert banc.refuse(CENTRE, dte.repondre, demande["id"], {"etat": "transmise"}).en_clair()["code"] == "DROIT"
    assert banc.faire(UD, dte.repondre, demande["id"], {"etat": "transmise"}) == demande | {
        "etat": "transmise",
        "version": 2,
    }
    assert banc.lire(CENTRE, lectures_dte.dte_visible, demande["id"])["etat"] == "transmise"


def test_le_centre_lit_pourquoi_son_dte_est_refuse(banc: Banc) -> None:
    session = banc.validee()
    (demande,) = banc.faire(CENTRE, dte.demander, session["id"], {})["dte"]
    refusee = banc.faire(UD, dte.repondre, demande["id"], {"etat": "refusee", "motif": "Le titre a été révisé."})
    assert banc.lire(CENTRE, fiche.fiche, session["id"])["dte"] == [refusee]
    assert refusee["motif"] == "Le titre a été révisé."
    banc.faire(UD, dte.repondre, demande["id"], {"etat": "demandee"})
    assert banc.lire(CENTRE, lectures_dte.dte_visible, demande["id"])["motif"] is None
