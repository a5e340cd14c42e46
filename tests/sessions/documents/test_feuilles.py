"""Attendance sheets, PV and attestations."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commun.domain.referentiel import Certification
from services.sessions.documents import rendu, vue, vue_resultats
from services.sessions.documents.modele import MembreDuJury, ResultatImprime, VersionResultats
from services.sessions.domain.resultats import Issue
from services.sessions.schemas.entree import LIGNES_D_EMARGEMENT
from tests.sessions.documents import exemples as ex
from tests.sessions.documents.lecture import coulant, hors_de_la_page, lire, pages, places


def emargement(**champs: object) -> bytes:
    return rendu.emargement_pdf(ex.emargement(**champs), ex.HORODATAGE)  # type: ignore[arg-type]


def pv(**champs: object) -> str:
    return coulant(rendu.pv_pdf(replace(ex.PV, **champs), ex.HORODATAGE))  # type: ignore[arg-type]


def attestation(**champs: object) -> bytes:
    return rendu.attestation_pdf(replace(ex.ATTESTATION, **champs), ex.HORODATAGE)  # type: ignore[arg-type]


def test_une_colonne_par_demi_journee() -> None:
    """A day is said once, over its two half-days: a half-day's column is too narrow for « mercredi 30 septembre »."""
    corps = coulant(emargement(session=replace(ex.SESSION, date_debut=date(2026, 9, 30), date_fin=date(2026, 10, 1))))
    # Once for the candidates, once for the jury.
    assert corps.count("mercredi 30 septembre jeudi 1er octobre") == 2
    assert corps.count("matin après-midi matin après-midi") == 2


def test_jours_repartis_sur_des_feuilles_egales() -> None:
    feuilles = pages(emargement(session=replace(ex.SESSION, date_fin=date(2027, 3, 4))))
    assert len(feuilles) == 2
    assert "mardi 2 mars" in " ".join(feuilles[0].split())
    assert "mercredi" not in feuilles[0].split("Candidats")[1]
    assert "jeudi 4 mars" in " ".join(feuilles[1].split())
    assert "Feuille d’émargement, suite" in feuilles[1]


@pytest.mark.parametrize(("candidats", "jours", "tient"), [(2000, 8, True), (2000, 10, False), (30, 366, True)])
def test_un_fichier_tient_une_semaine_de_deux_mille_signatures(candidats: int, jours: int, tient: bool) -> None:
    """From Monday to the next; two days more took 700 MB to draw, and were more than the bus carries."""
    session = replace(ex.SESSION, date_fin=ex.SESSION.date_debut + timedelta(days=jours - 1))
    feuilles = ex.emargement(session, (ex.AICHA,) * candidats)
    assert (vue.lignes_d_emargement(feuilles) <= LIGNES_D_EMARGEMENT) is tient


def test_entetes_repetes_a_chaque_page() -> None:
    nombreux = tuple(replace(ex.AICHA, nom=f"Benali {n}") for n in range(1, 41))
    feuilles = pages(emargement(candidats=nombreux))
    assert len(feuilles) > 3
    for feuille in feuilles[:-1]:
        assert "N° Candidat" in feuille
        assert "Identité" in feuille
    assert all(f"Benali {n} " in " ".join(" ".join(feuilles).split()) for n in range(1, 41))


def test_un_jury_de_dix_personnes_tient_sur_une_page_qui_dit_que_c_est_le_jury() -> None:
    """Seen cut from seven on: one name on a last page whose heading, « Nom et prénoms », was that of candidates too."""
    jury = tuple(replace(ex.YANN, nom=f"Le Goff {n}") for n in range(1, 11))
    imprimee = rendu.emargement_pdf(replace(ex.emargement(candidats=ex.CANDIDATS * 4), jures=jury), ex.HORODATAGE)
    derniere = " ".join(pages(imprimee)[-1].split())
    assert (derniere.count("Le Goff"), "N° Membre du jury" in derniere) == (10, True)
    assert "Le responsable de session, date et signature" in derniere
    assert hors_de_la_page(imprimee) == []


@pytest.mark.parametrize("candidats", [5, 6, 17, 30])
def test_la_signature_du_responsable_reste_avec_celles_du_jury(candidats: int) -> None:
    """Seen alone on the last page of each of these."""
    derniere = pages(emargement(candidats=(ex.CANDIDATS * 10)[:candidats]))[-1]
    assert all(f"{jure.nom} {jure.prenoms}" in " ".join(derniere.split()) for jure in (ex.YANN, ex.SANDRINE))


@pytest.mark.parametrize("ccps", [8, 9, 20])
def test_tous_les_resultats_tiennent_dans_la_page(ccps: int) -> None:
    """Seen lost beyond its edge from thirteen CCP on, and names narrowed to a letter: a titre has twenty at most."""
    session = replace(ex.SESSION, ccps=tuple(Certification(f"BC{n:02}", f"Bloc {n}") for n in range(1, ccps + 1)))
    resultat = replace(ex.PV.resultats[0], ccps={ccp.code: "acquis" for ccp in session.ccps}, decision=Issue.CCP)
    imprime = rendu.pv_pdf(replace(ex.PV, session=session, resultats=(resultat,)), ex.HORODATAGE)
    assert hors_de_la_page(imprime) == []
    lu = coulant(imprime)
    assert (lu.count("Acquis"), "Décision du jury" in lu) == (ccps, True)


def test_un_long_nom_reste_dans_sa_colonne() -> None:
    """Seen written over the first result: where there are nine, a column holds some twenty letters."""
    nom = "Andriantsimitoviaminandriandrazaka"
    session = replace(ex.SESSION, ccps=tuple(Certification(f"BC{n}", f"Bloc {n}") for n in range(1, 9)))
    resultat = ResultatImprime(replace(ex.AICHA, nom=nom))
    imprime = rendu.pv_pdf(replace(ex.PV, session=session, resultats=(resultat,)), ex.HORODATAGE)
    lignes = [ligne.strip("\u200b ") for page in pages(imprime) for ligne in page.splitlines()]
    premiere = next(rang for rang, ligne in enumerate(lignes) if ligne.startswith(nom[:20]))
    assert lignes[premiere : premiere + 2] == [nom[:20], f"{nom[20:]} Aïcha, Marie"]


def test_un_nom_de_cent_lettres_reste_dans_la_page_ou_qu_il_soit_ecrit() -> None:
    """Seen cut at the edge of letters, certificates and the head of sheets: only lists went to the next line."""
    nom = "Andriantsimitoviaminandriandrazaka" * 3
    personne = replace(ex.AICHA, nom=nom)
    session = replace(ex.SESSION, responsable=nom, centre=replace(ex.SESSION.centre, denomination=nom))
    lettre = ex.convocation(personne, session)
    resultat = replace(ex.REUSSITE, personne=personne)
    for pdf in (
        rendu.convocation_pdf(lettre, ex.HORODATAGE),
        attestation(session=session, resultat=resultat, autorite=nom),
        rendu.pv_pdf(replace(ex.PV, session=session, resultats=(resultat,)), ex.HORODATAGE),
        emargement(session=session, candidats=(personne,)),
    ):
        bord = lire(pdf).pages[0].mediabox.width
        lignes = [(x, ligne) for _, x, _, dit in places(pdf) for ligne in dit.splitlines() if "andriandrazaka" in ligne]
        assert lignes and all(x + 6 * len(ligne) < bord for x, ligne in lignes)
        assert hors_de_la_page(pdf) == []


def test_un_nom_de_plusieurs_lignes_ne_couvre_pas_le_membre_suivant() -> None:
    """Seen written over each other, and the head of the table: a row of the jury was as high as two lines."""
    long = replace(ex.YANN, nom=" ".join(["Andriantsimitovia"] * 30))
    jury = (MembreDuJury(long, True), MembreDuJury(ex.SANDRINE, True))
    imprime = rendu.pv_pdf(replace(ex.PV, jury=jury), ex.HORODATAGE)
    lignes = [y for *_, y, dit in places(imprime) if "Andriantsimitovia" in dit]
    (suivante,) = (y for *_, y, dit in places(imprime) if "Dubois" in dit)
    assert len({*lignes}) > 3
    assert min(lignes) > suivante + 10


@pytest.mark.parametrize(("candidats", "combien"), [(3, 1), (7, 2), (20, 3), (101, 8), (107, 8), (120, 9)])
def test_la_page_ou_le_jury_signe_porte_aussi_des_resultats(candidats: int, combien: int) -> None:
    """Seen nearly empty, with nothing but signatures, for each of these."""
    resultats = (ex.PV.resultats * 40)[:candidats]
    feuilles = pages(rendu.pv_pdf(replace(ex.PV, resultats=resultats), ex.HORODATAGE))
    assert (len(feuilles), "Dubois" in feuilles[-1], "Visa" in feuilles[-1]) == (combien, True, True)
    assert resultats[-1].personne.nom.split()[0] in feuilles[-1]


def test_un_jury_nombreux_signe_sur_plusieurs_pages() -> None:
    """Seen on one page, under its bottom: fifteen rows are all that it holds, and the boxes to sign lay over them."""
    jury = tuple(MembreDuJury(replace(ex.YANN, nom=f"Le Goff {n}"), True) for n in range(1, 21))
    feuilles = pages(rendu.pv_pdf(replace(ex.PV, jury=jury), ex.HORODATAGE))
    par_page = [feuille.count("Le Goff") for feuille in feuilles]
    assert (sum(par_page), max(par_page) <= 15) == (20, True)
    assert all("Signature" in feuille for feuille, n in zip(feuilles, par_page, strict=True) if n)
    assert "Visa" in feuilles[-1]


def test_une_feuille_dit_que_personne_n_est_inscrit() -> None:
    assert "Aucun candidat n’est inscrit." in coulant(emargement(candidats=()))
    assert "Aucun membre du jury n’est inscrit." in pv(jury=())


def test_pv_vierge_avant_la_saisie() -> None:
    corps = pv(resultats=(ResultatImprime(ex.AICHA),), jury=(MembreDuJury(ex.YANN),), versions=(), visa=None)
    assert "Résultats non arrêtés : ce procès-verbal prendra effet" in corps
    assert "1 candidat inscrit." in corps
    assert "version de travail" in corps


def test_pv_arrete_est_provisoire_puis_confirme() -> None:
    assert "(version 2), provisoires jusqu’au visa de l’administration." in pv(visa=None)
    assert "(version 2), confirmés par le visa de l’administration le 22 mars 2027." in pv()


def test_pv_debloque_puis_remplace() -> None:
    debloque = pv(deblocage_en_cours=True, visa=None)
    assert "en cours de correction" in debloque
    assert "Annule et remplace" not in debloque
    assert "Annule et remplace le procès-verbal arrêté le 4 mars 2027 (version 1)." in pv()
    assert "Annule et remplace" not in pv(versions=(VersionResultats(1, date(2027, 3, 4)),))


def test_pv_compte_les_decisions() -> None:
    assert "3 candidats inscrits, 2 présents : 1 titre obtenu, 1 réussite partielle, 1 absence excusée." in pv()


def test_pv_de_carence_garde_sa_valeur_dans_une_session_annulee() -> None:
    corps = pv(session=replace(ex.SESSION, annulee=True), versions=(), visa=None, carence="un seul juré est venu.")
    assert "Procès-verbal de carence" in corps
    assert "un seul juré est venu." in corps
    assert "ANNULÉE" not in corps
    assert "Résultats" not in corps


def test_pv_d_une_session_annulee_n_arrete_rien() -> None:
    annulee = replace(ex.SESSION, annulee=True)
    vierge = pv(session=annulee, versions=(), visa=None)
    assert "Session annulée : aucun résultat n’y est arrêté." in vierge
    assert "prendra effet" not in vierge
    for deblocage_en_cours in (True, False):
        corps = pv(session=annulee, deblocage_en_cours=deblocage_en_cours)
        assert "Session annulée : les résultats arrêtés le 20 mars 2027 (version 2) ne valent plus." in corps
        for autre in ("confirmés par le visa", "en cours de correction", "Annule et remplace"):
            assert autre not in corps


def test_pv_de_huit_ccp_tient_en_largeur() -> None:
    resultat = ResultatImprime(
        ex.LONG, Issue.TITRE, {c.code: "acquis" for c in ex.SESSION_LONGUE.ccps}, entretien_final="favorable"
    )
    assert pv(session=ex.SESSION_LONGUE, resultats=(resultat,)).count("Acquis") == 8


def test_pv_d_une_session_ccs() -> None:
    obtenu = ResultatImprime(ex.AICHA, Issue.CCS, ccs="acquis")
    corps = pv(session=ex.SESSION_CCS, resultats=(obtenu,))
    assert "Acquis CCS obtenu" in corps
    certification = ex.SESSION_CCS.certification
    assert f"CCS {certification.code} {certification.intitule}".replace("'", "’") in corps
    attestee = coulant(attestation(session=ex.SESSION_CCS, resultat=obtenu))
    assert f"{certification.code} {certification.intitule} Acquis".replace("'", "’") in attestee


def test_attestation_mene_a_sa_verification() -> None:
    liens = [a.get_object()["/A"]["/URI"] for page in lire(attestation()).pages for a in page.get("/Annots", [])]
    assert set(liens) == {ex.ATTESTATION.url}
    assert f"Code de vérification : {ex.ATTESTATION.code}" in coulant(attestation())


def test_attestation_nouvelle_version_remplace() -> None:
    corps = coulant(attestation(version=2, precedente_delivree_le=date(2027, 3, 10)))
    assert "Annule et remplace l’attestation du 10 mars 2027 (version 1)." in corps


@pytest.mark.parametrize(
    ("resultat", "phrase"),
    [
        (ex.REUSSITE, "Titre professionnel obtenu"),
        (ex.REUSSITE, "ne remplace pas le parchemin du titre professionnel"),
        (ex.PARTIELLE, "ne remplace pas le livret de certification"),
        (ex.ABSENTE, "figurait sur la liste des candidats"),
    ],
)
def test_attestation_dit_ce_qui_est_obtenu(resultat: ResultatImprime, phrase: str) -> None:
    assert phrase in coulant(attestation(resultat=resultat))


def test_pas_d_attestation_sans_decision() -> None:
    with pytest.raises(ValueError, match="decision"):
        attestation(resultat=ResultatImprime(ex.AICHA))


PARCHEMIN = "Cette attestation ne remplace pas le parchemin du {}, que l'administration délivre par ailleurs."
LIVRET = "Cette attestation ne remplace pas le livret de certification, que l'administration délivre par ailleurs."
ISSUES = {
    Issue.TITRE: (
        "Titre obtenu",
        "2 candidats inscrits, 2 présents : 2 titres obtenus.",
        "Titre professionnel obtenu",
        PARCHEMIN.format("titre professionnel"),
    ),
    Issue.CCS: (
        "CCS obtenu",
        "2 candidats inscrits, 2 présents : 2 CCS obtenus.",
        "Certificat complémentaire de spécialisation obtenu",
        PARCHEMIN.format("certificat"),
    ),
    Issue.CCP: (
        "CCP acquis",
        "2 candidats inscrits, 2 présents : 2 candidats avec CCP acquis.",
        "Certificats de compétences professionnelles acquis",
        LIVRET,
    ),
    Issue.PARTIELLE: (
        "Réussite partielle",
        "2 candidats inscrits, 2 présents : 2 réussites partielles.",
        "Réussite partielle",
        LIVRET,
    ),
    Issue.ECHEC: ("Échec", "2 candidats inscrits, 2 présents : 2 échecs.", "Certification non obtenue", ""),
    Issue.ABSENT: (
        "Absence non excusée",
        "2 candidats inscrits, 0 présent : 2 absences non excusées.",
        "Absence non excusée",
        "",
    ),
    Issue.EXCUSE: (
        "Absence excusée",
        "2 candidats inscrits, 0 présent : 2 absences excusées.",
        "Absence excusée",
        "",
    ),
}


@pytest.mark.parametrize("issue", Issue)
def test_chaque_issue_se_dit_au_pv_et_a_l_attestation(issue: Issue) -> None:
    """A word that lacks would leave somebody without the decision of his jury, on the paper that tells it."""
    resultat = ResultatImprime(ex.AICHA, issue)
    pv = vue_resultats.proces_verbal(replace(ex.PV, resultats=(resultat, resultat)))
    vue = vue_resultats.attestation(replace(ex.ATTESTATION, resultat=resultat))
    assert (pv["resultats"][0]["decision"], pv["bilan"], vue["decision"], vue["reserve"]) == ISSUES[issue]
    venu = issue not in (Issue.ABSENT, Issue.EXCUSE)
    assert (len(vue["lignes"]), "a présenté les épreuves" in vue["phrase"]) == (3 if venu else 0, venu)


@pytest.mark.parametrize(
    ("front", "back", "phrase"),
    [
        ("acquis", "acquis", "Certificats de compétences professionnelles acquis"),
        ("acquis", "non_acquis", "Certificat de compétences professionnelles acquis"),
        ("deja_acquis", "acquis", "Certificat de compétences professionnelles acquis"),
    ],
)
def test_une_attestation_ne_met_pas_au_pluriel_un_seul_ccp_acquis(front: str, back: str, phrase: str) -> None:
    """Examiné sur deux CCP et n'en ayant eu qu'un, il montrait « Certificats (…) acquis »."""
    resultat = ResultatImprime(ex.AICHA, Issue.CCP, {ex.FRONT.code: front, ex.BACK.code: back})
    assert vue_resultats.attestation(replace(ex.ATTESTATION, resultat=resultat))["decision"] == phrase


def test_chaque_resultat_du_jury_se_lit_dans_sa_colonne() -> None:
    ccps = {"acquis": "Acquis", "non_acquis": "Non acquis", "deja_acquis": "Déjà acquis"}
    entretiens = {"favorable": "Favorable", "defavorable": "Défavorable", "non_tenu": "Non tenu"}
    for (ccp, un), (entretien, deux) in zip(ccps.items(), entretiens.items(), strict=True):
        resultat = ResultatImprime(ex.AICHA, Issue.ECHEC, {ex.BACK.code: ccp}, entretien_final=entretien)
        (ligne,) = vue_resultats.proces_verbal(replace(ex.PV, resultats=(resultat,)))["resultats"]
        assert ligne["cellules"] == ["–", un, deux]
    (a_remplir,) = vue_resultats.proces_verbal(replace(ex.PV, resultats=(ResultatImprime(ex.AICHA),)))["resultats"]
    assert a_remplir["cellules"] == ["", "", ""], "room to write by hand"


def test_une_session_sans_entretien_final_n_en_a_ni_colonne_ni_ligne() -> None:
    session = replace(ex.SESSION, entretien_final=False)
    vue = vue_resultats.proces_verbal(replace(ex.PV, session=session))
    assert (vue["colonnes"], len(vue["resultats"][0]["cellules"])) == (["CCP 1", "CCP 2"], 2)


def test_le_pied_d_un_pv_en_correction_n_en_fait_pas_une_version_arretee() -> None:
    mentions = [vue_resultats.proces_verbal(replace(ex.PV, deblocage_en_cours=d))["mention"] for d in (True, False)]
    assert mentions == ["version de travail", "version 2, arrêtée le 20\u00a0mars\u00a02027"]


def test_le_pv_dit_qui_du_jury_est_venu() -> None:
    jury = tuple(MembreDuJury(ex.YANN, present) for present in (True, False, None))
    assert [m["presence"] for m in vue_resultats.proces_verbal(replace(ex.PV, jury=jury))["jury"]] == ["Oui", "Non", ""]


def test_une_attestation_nomme_qui_la_montre_comme_sa_piece_d_identite() -> None:
    mariee = replace(ex.AICHA, nom_usage="Martin", numero="C00000042")
    lue = coulant(attestation(resultat=replace(ex.REUSSITE, personne=mariee)))
    assert f"{mariee.nom} nom d’usage : Martin née le" in lue
    assert "candidat n° C00000042" in lue
