"""The mail of a letter: what it says, to which address it goes, what became of it."""

import base64
from datetime import timedelta

import pytest
from icalendar import Calendar

from commun.domain.dates import en_lettres
from services.sessions.commands import candidats, convocations, jures, modifier, suivre, validation
from services.sessions.queries import documents
from tests.sessions.banc import CENTRE, CENTRE_ID, DEBUT, JOUR, Banc, Corps
from tests.sessions.lettres import lettres_de, pages


def test_le_courrier_dit_a_qui_et_quoi(banc: Banc) -> None:
    session = banc.complete(heure_convocation="08:30")
    lui = banc.inscrire(session, banc.candidat(nom_usage="Marchand"))
    banc.valider(session)
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    candidat = next(c for c in lettres_de(banc, session) if c["personne_id"] == lui)
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
        "commencee": False,
        "finie": False,
        "type": "candidat",
        "civilite": "M",
        "nom": "Marchand",
        "session_numero": session["numero"],
        "objet": "Maçon",
        "date": DEBUT,
        "date_fin": DEBUT + timedelta(days=2),
        "heure": "08:30",
        "heure_locale": False,
        "heure_debut": "09:00",
        "pour_qui_commence": "",
        "lieu": "Site 75, 1 rue des Essais, 75012 Paris",
        "centre": "Centre d'essai",
        "contact": "",
        "reponse": "",
        "annule_et_remplace": None,
        "differe": None,
        "editee_le": JOUR,
    }


def test_la_convocation_dit_comment_joindre_le_centre(banc: Banc) -> None:
    """Who cannot come tells the centre at once: an absence that it does not know of is not excused."""
    session = banc.convoquee()
    lettre = lettres_de(banc, session)[0]["id"]
    ou = {"voie": "1 rue des Essais", "complement": None, "code_postal": "75012", "commune": "Paris"}
    contact = {"telephone": "+33199001234", "courriel": "c@exemple.fr", "adresse": ou}
    banc.referentiel["contact_etablissement", CENTRE_ID] = contact
    dit = "Tél. : 01 99 00 12 34 – c@exemple.fr"
    for lue, cle in ((documents.convocation_pdf, lettre), (documents.convocations_pdf, session["id"])):
        assert dit in " ".join(pages(banc.lire(CENTRE, lue, cle))[0].replace("\u202f", " ").split())
    courrier = documents.poster(banc.lire(CENTRE, documents.courrier, lettre))
    assert (courrier["contact"], courrier["reponse"]) == ("01 99 00 12 34, c@exemple.fr", "c@exemple.fr")
    (evenement,) = Calendar.from_ical(courrier["ics"]).walk("VEVENT")
    assert evenement["ORGANIZER"] == "mailto:c@exemple.fr"
    banc.en_panne.add("referentiel_gardes")
    assert documents.poster(banc.lire(CENTRE, documents.courrier, lettre))["contact"] == ""


def test_la_convocation_porte_l_adresse_du_centre_et_mene_a_celle_du_site(banc: Banc) -> None:
    """Of a centre with two sites, what comes back by post, or is sent to justify an absence, goes to its office."""
    session = banc.convoquee()
    siege = {"voie": "9 quai du Siège", "complement": None, "code_postal": "93100", "commune": "Montreuil"}
    banc.referentiel["contact_etablissement", CENTRE_ID] = {"telephone": None, "courriel": None, "adresse": siege}
    lue = pages(banc.lire(CENTRE, documents.convocation_pdf, lettres_de(banc, session)[0]["id"]))[0]
    entete, _, rendez_vous = lue.partition("Nous vous prions")
    assert "9 quai du Siège\n93100 Montreuil" in entete
    assert "Montreuil, le " in entete
    assert "1 rue des Essais" not in entete
    assert "1 rue des Essais" in rendez_vous


def test_l_envoi_se_suit_dans_le_desordre_et_se_recommence(banc: Banc) -> None:
    session = banc.convoquee()
    lettre, autre = (c["id"] for c in lettres_de(banc, session)[:2])

    def entendre(statut: str, version: int, erreur: str | None = None, *, de_qui: str = lettre) -> None:
        corps = {"convocation_id": de_qui, "statut": statut, "erreur": erreur, "version": version}
        banc.entendre(convocations.suivre_envoi, corps)

    def vu(de_qui: str = lettre) -> tuple[str, str | None]:
        c = next(c for c in lettres_de(banc, session) if c["id"] == de_qui)
        return c["statut"], c["erreur"]

    entendre("envoyee", 1, de_qui=autre)
    entendre("echec", 2, "550 Adresse inconnue")
    entendre("envoyee", 1)
    assert vu() == ("echec", "550 Adresse inconnue")
    assert banc.faire(CENTRE, convocations.renvoyer, lettre, {"motif": "Boîte pleine"})["statut"] == "en_attente"
    assert banc.traces(session["id"])[-1]["motif"] == "Boîte pleine"
    assert vu() == ("en_attente", None)
    assert [p["convocation_id"] for p in banc.evenements("convocations_editees")[-1]["personnes"]] == [lettre]
    assert vu(autre) == ("envoyee", None), "one is sent again, alone"
    entendre("envoyee", 3)
    assert vu() == ("envoyee", None)


def test_l_annulation_se_suit_dans_le_desordre_et_a_part_de_la_convocation(banc: Banc) -> None:
    session = banc.convoquee()
    lettre = lettres_de(banc, session)[0]

    def vu() -> Corps:
        return next(c for c in lettres_de(banc, session) if c["id"] == lettre["id"])

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
    lettre = next(c for c in lettres_de(banc, session) if c["type"] == type_)
    avant = pages(banc.lire(CENTRE, documents.convocation_pdf, lettre["id"]))
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    assert adresse_de(banc, lettre) == "corrigee@exemple.fr"
    banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})
    assert adresse_de(banc, lettre) == "corrigee@exemple.fr"
    assert pages(banc.lire(CENTRE, documents.convocation_pdf, lettre["id"])) == avant


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_lettre_dit_qu_elle_nomme_quelqu_un_comme_il_ne_s_appelle_plus(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    lettre = next(c for c in lettres_de(banc, session) if c["type"] == type_)
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    assert banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})["identite_changee"] is False
    (banc.jures if type_ == "jure" else banc.candidats)[lettre["personne_id"]]["nom_usage"] = "Épouse"
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    assert [c["personne_id"] for c in lettres_de(banc, session) if c["identite_changee"]] == [lettre["personne_id"]]
    assert banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})["identite_changee"] is True
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert not any(c["identite_changee"] for c in lettres_de(banc, session) if not c["annulee"])


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_adresse_corrigee_est_celle_de_l_annulation(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    banc.inscrire_jure(session)
    lettre = next(c for c in lettres_de(banc, session) if c["type"] == type_)
    changer_d_adresse(banc, lettre, "corrigee@exemple.fr")
    sortir = candidats.desinscrire if type_ == "candidat" else jures.retirer
    banc.faire(CENTRE, sortir, session["id"], lettre["personne_id"], {})
    assert [a["convocation_id"] for a in banc.evenements("convocations_editees")[-1]["annule"]] == [lettre["id"]]
    assert adresse_de(banc, lettre, annulation=True) == "corrigee@exemple.fr"


@pytest.mark.parametrize("type_", ["candidat", "jure"])
def test_une_adresse_donnee_apres_coup_ou_retiree(banc: Banc, type_: str) -> None:
    session = banc.convoquee()
    lettre = next(c for c in lettres_de(banc, session) if c["type"] == type_)
    for courriel, statut in ((None, "echec"), ("enfin@exemple.fr", "en_attente")):
        changer_d_adresse(banc, lettre, courriel)
        assert banc.faire(CENTRE, convocations.renvoyer, lettre["id"], {})["statut"] == statut
        assert adresse_de(banc, lettre) == courriel


def test_une_lettre_annulee_garde_l_adresse_ou_elle_est_partie(banc: Banc) -> None:
    session = banc.convoquee()
    ancienne = lettres_de(banc, session)[0]
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    partie = adresse_de(banc, ancienne)
    changer_d_adresse(banc, ancienne, "corrigee@exemple.fr")
    assert adresse_de(banc, ancienne) == partie


def test_l_adresse_suit_aussi_sous_une_identite_fusionnee(banc: Banc) -> None:
    session, garde = banc.convoquee(), banc.candidat()
    lettre = next(c for c in lettres_de(banc, session) if c["type"] == "candidat")
    absorbe = lettre["personne_id"]
    banc.candidats[absorbe] |= {"canonique_id": garde}
    banc.entendre(suivre.suivre_candidat, {"candidat_id": absorbe, "canonique_id": garde, "version": 2})
    banc.candidats[absorbe]["courriel"] = "corrigee@exemple.fr"  # `candidats` answers under the id asked
    banc.entendre(suivre.suivre_candidat, {"candidat_id": garde, "canonique_id": garde, "version": 2})
    assert adresse_de(banc, lettre) == "corrigee@exemple.fr"


def test_le_courrier_dit_si_la_session_a_commence(banc: Banc) -> None:
    lettre = lettres_de(banc, banc.convoquee())[0]["id"]
    for jours, ou in ((-1, (False, False)), (0, (True, False)), (2, (True, False)), (3, (True, True))):
        faits = banc.lire(CENTRE, documents.courrier, lettre, jour=DEBUT + timedelta(days=jours)).faits
        assert (faits["commencee"], faits["finie"]) == ou


@pytest.mark.parametrize("jours", [-1, 1])
def test_qui_remplace_un_jure_pendant_la_session_est_appele_un_jour_qui_reste(banc: Banc, jours: int) -> None:
    """JUR-04: seen called, on the second day, to sit from the eve on."""
    session, entrant, jour = banc.convoquee(), banc.jure(), DEBUT + timedelta(days=jours)
    banc.faire(CENTRE, jures.remplacer, session["id"], session["jures"][0]["jure_id"], {"jure_id": entrant}, jour=jour)
    lettre = next(c for c in lettres_de(banc, session) if c["personne_id"] == entrant)
    courrier = documents.poster(banc.lire(CENTRE, documents.courrier, lettre["id"], jour=jour))
    attendu = max(jour, DEBUT)
    (evenement,) = Calendar.from_ical(courrier["ics"]).walk("VEVENT")
    assert (courrier["date"], evenement.start.date()) == (attendu, attendu)
    page = pages(banc.lire(CENTRE, documents.convocation_pdf, lettre["id"]))[0]
    assert f"Le {en_lettres(attendu, semaine=True)} à " in page


@pytest.mark.parametrize("change", [{"actif": False}, {"habilitation_id": None, "ccp_codes": []}])
def test_le_courrier_d_un_jure_dit_s_il_ne_compte_plus(banc: Banc, change: Corps) -> None:
    """JUR-04 : il n'a pas à être rappelé à une session où il sera remplacé."""
    session = banc.convoquee()
    lettre = next(c for c in lettres_de(banc, session) if c["type"] == "jure")

    def ne_compte_plus() -> bool:
        return bool(banc.lire(CENTRE, documents.courrier, lettre["id"]).faits["ne_compte_plus"])

    assert not ne_compte_plus()
    banc.jures[lettre["personne_id"]] |= change
    banc.entendre(suivre.suivre_jure, {"jure_id": lettre["personne_id"]})
    assert ne_compte_plus()


def test_le_courrier_d_une_annulation_dit_qui_est_convoque_de_nouveau(banc: Banc) -> None:
    session, jure = banc.convoquee(), banc.jure()
    for une in (session, banc.convoquee(DEBUT + timedelta(days=30))):  # of the other, he goes on holding a letter
        banc.inscrire_jure(une, jure)
    lettre = next(c for c in lettres_de(banc, session) if c["personne_id"] == jure)

    def rappelee() -> bool:
        return bool(banc.lire(CENTRE, documents.courrier, lettre["id"], True).faits["rappelee"])

    banc.faire(CENTRE, jures.retirer, session["id"], jure, {})
    assert not rappelee()
    banc.inscrire_jure(session, jure)
    assert rappelee()


def test_la_convocation_qui_en_remplace_d_autres_dit_ce_qui_n_est_pas_dit_par_toutes(banc: Banc) -> None:
    """Back to an hour that the first said, the third says so to who has read the second alone."""
    session, dits = banc.convoquee(heure_convocation="08:30"), []
    for heure in (None, "09:30", "08:30"):
        banc.faire(CENTRE, convocations.editer, session["id"], {"heure_convocation": heure} if heure else {})
        faits = [banc.lire(CENTRE, documents.courrier, x["id"]).faits for x in lettres_de(banc, session)[:3]]
        dits.append([f["differe"] for f in faits])
    assert dits == [[[]] * 3, [["heure"]] * 3, [["heure"]] * 3]
    derniere = lettres_de(banc, session)[0]["id"]
    assert banc.lire(CENTRE, documents.courrier, derniere, True).faits["differe"] is None


def test_une_session_qui_commence_a_une_autre_heure_le_dit_a_qui_garde_la_sienne(banc: Banc) -> None:
    """La lettre dit aussi quand les épreuves débutent : « L'heure reste la même » aurait été lu de celle-ci."""
    session = banc.convoquee(heure_convocation="08:30")
    banc.confirmer(CENTRE, modifier.modifier, session["id"], {"heure_debut": "13:00"})
    faits = [banc.lire(CENTRE, documents.courrier, x["id"]).faits for x in lettres_de(banc, session)[:3]]
    assert [(f["heure"], f["heure_debut"], f["differe"]) for f in faits] == [("08:30", "13:00", ["heure"])] * 3


def test_le_courrier_d_une_annulation_dit_si_c_est_la_session_qui_l_est(banc: Banc) -> None:
    session = banc.convoquee()
    lettre = lettres_de(banc, session)[0]["id"]
    assert banc.lire(CENTRE, documents.courrier, lettre, True).faits["session_annulee"] is False
    corps = {"motif": "Salle inondée", "confirmer": ["SES-09"]}
    banc.faire(CENTRE, validation.annuler, session["id"], corps)
    assert banc.lire(CENTRE, documents.courrier, lettre, True).faits["session_annulee"] is True


def test_ce_qui_est_remplace_ne_se_renvoie_pas(banc: Banc) -> None:
    session = banc.convoquee()
    ancienne = lettres_de(banc, session)[0]["id"]
    banc.faire(CENTRE, convocations.editer, session["id"], {})
    assert banc.codes_refuses(CENTRE, convocations.renvoyer, ancienne, {}) == ["CNV-03"]
