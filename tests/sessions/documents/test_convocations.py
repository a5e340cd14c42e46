"""Letters: versions, drafts, odd names, missing facts, many at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time

import eventlet.tpool
import pytest

from services.sessions.documents import rendu
from services.sessions.documents.modele import Adresse, Convocation, Personne
from tests.sessions.documents import exemples as ex
from tests.sessions.documents.lecture import coulant, lire, pages


def lettre(convocation: Convocation) -> str:
    return coulant(rendu.convocation_pdf(convocation, ex.HORODATAGE))


def test_premiere_version_ne_remplace_rien() -> None:
    assert "Annule et remplace" not in lettre(ex.convocation())


def test_version_suivante_annule_et_remplace() -> None:
    suivante = replace(ex.convocation(), version=3, precedente_editee_le=date(2027, 1, 1))
    assert "Annule et remplace la convocation du 1er janvier 2027 (version 2)." in lettre(suivante)


def test_heure_propre_puis_de_la_session_puis_du_debut() -> None:
    assert "Le lundi 1er mars 2027 à 8 h Site" in lettre(ex.convocation_jure())
    assert "Le lundi 1er mars 2027 à 8 h 30 Site" in lettre(ex.convocation())
    sans_heure = replace(ex.SESSION, heure_convocation=None)
    assert "Le lundi 1er mars 2027 à 9 h Site" in lettre(ex.convocation(session=sans_heure))


def test_une_session_d_un_jour_n_a_pas_de_premier_jour() -> None:
    assert "Du lundi 1er au mercredi 3 mars 2027. Début des épreuves le premier jour à 9 h." in lettre(ex.convocation())
    un_jour = replace(ex.SESSION, date_fin=ex.SESSION.date_debut)
    assert "Le lundi 1er mars 2027. Début des épreuves à 9 h." in lettre(ex.convocation(session=un_jour))


def test_qui_est_attendu_plus_tard_ne_lit_pas_que_ses_epreuves_ont_commence() -> None:
    tardif = replace(ex.convocation(), convoque=replace(ex.convocation().convoque, heure=time(13, 15)))
    lue = lettre(tardif)
    assert "à 13 h 15 Site" in lue and "Début des épreuves le premier jour à 9 h pour les premiers candidats." in lue


def test_projet_tant_que_la_session_n_est_pas_validee() -> None:
    assert "PROJET" not in lettre(ex.convocation())
    projet = lettre(ex.convocation(session=replace(ex.SESSION, validee=False)))
    assert projet.startswith("PROJET ")
    assert "PROJET – La session n’est pas validée par l’administration" in projet


def test_annulee_dit_qu_elle_n_a_plus_d_effet() -> None:
    assert "ce document n’a plus d’effet" in lettre(ex.convocation(session=replace(ex.SESSION, annulee=True)))


def test_heure_locale_dite_hors_de_paris() -> None:
    assert "à 9 h (heure locale)" in lettre(ex.convocation(session=ex.SESSION_LONGUE))


def test_sans_adresse_ni_telephone_rien_de_vide() -> None:
    nu = lettre(ex.convocation(Personne("x", "Durand", "Zoé"), ex.SESSION_LONGUE))
    assert "L’adresse vous sera précisée par le centre." in nu
    assert "Tél." not in nu
    assert "None" not in nu
    assert "non renseigné" not in nu
    assert "Pour le centre, Association pour la formation" in nu


def test_de_s_elide_devant_un_nom() -> None:
    """Where no civilité stands between them."""
    (page,) = pages(rendu.convocation_pdf(ex.convocation(Personne("x", "Petit", "Anaïs")), ex.HORODATAGE))
    lue = " ".join(page.split())
    assert "Convocation d’Anaïs Petit à l’examen" in lue and "– convocation d’Anaïs Petit, version 1" in lue
    anonyme = replace(ex.REUSSITE, personne=Personne("x", "Petit", "Anaïs"))
    attestation = lire(rendu.attestation_pdf(replace(ex.ATTESTATION, resultat=anonyme), ex.HORODATAGE))
    assert attestation.metadata and attestation.metadata.title == "Attestation de résultats d'Anaïs Petit"


def test_nom_pris_au_mot() -> None:
    hostile = Personne("x", ex.HOSTILE, "#panic()", adresse=Adresse('#read("/etc/passwd")', "", "75001", "*Paris*"))
    corps = lettre(ex.convocation(hostile))
    assert ex.HOSTILE in corps
    assert "#panic()" in corps
    assert '#read("/etc/passwd")' in corps
    assert "75001 *Paris*" in corps


@pytest.mark.parametrize("nom", ["名前", "Zoé 🙂", "a\x07b", "priv\ue000"])
def test_lettre_sans_dessin_n_empeche_pas_la_convocation(nom: str) -> None:
    assert "Nous vous prions de bien vouloir vous présenter" in lettre(ex.convocation(Personne("x", nom, "Zoé")))


def test_chaque_lettre_compte_ses_pages_et_a_son_signet() -> None:
    convocations = [ex.convocation(), ex.convocation(ex.LONG, ex.SESSION_LONGUE), ex.convocation_jure()]
    pdf = rendu.convocations_pdf(convocations, ex.HORODATAGE)
    assert [page.splitlines()[-1].split("Page ")[1] for page in pages(pdf)] == [
        "1 sur 1",
        "1 sur 2",
        "2 sur 2",
        "1 sur 1",
    ]
    assert [signet.title for signet in lire(pdf).outline] == [
        "Convocation de Mme Aïcha Benali à l'examen",
        "Convocation de M. Maximilien Ravelonarivo à l'examen",
        "Convocation de M. Yann Le Goff comme membre du jury",
    ]


@pytest.mark.parametrize("supplement", range(1, 9))
def test_une_seconde_page_dit_de_qui_elle_est_et_ne_porte_pas_la_signature_seule(supplement: int) -> None:
    """A session's letters are printed in one go: a page with nothing but a signature would be anybody's."""
    ccps = (ex.FRONT, *ex.SESSION_LONGUE.ccps[:supplement])
    candidate = ex.convocation(ex.AICHA, replace(ex.SESSION, ccps=ccps))
    for convocation in (candidate, replace(ex.convocation_jure(), session=candidate.session)):
        nom = "Mme Aïcha Benali" if convocation == candidate else "M. Yann Le Goff"
        lues = [" ".join(page.split()) for page in pages(rendu.convocation_pdf(convocation, ex.HORODATAGE))]
        for page in lues:
            assert f"convocation de {nom}, version" in page
        assert "À savoir" in lues[-1] and "Claire Fontaine" in lues[-1]
        # seen with its last line alone on the second page
        assert all(("À apporter" in page) == ("votre dossier professionnel" in page) for page in lues)


def test_trente_convocations_en_un_fichier_ou_en_trente() -> None:
    convocations = [ex.convocation(replace(ex.AICHA, id=str(n), nom=f"Benali {n}")) for n in range(30)]
    ensemble = rendu.convocations_pdf(convocations, ex.HORODATAGE)
    une_a_une = [rendu.convocation_pdf(c, ex.HORODATAGE) for c in convocations]
    assert len(lire(ensemble).pages) == 30
    assert len(set(une_a_une)) == 30


def test_sur_plusieurs_fils_d_execution() -> None:
    convocations = [ex.convocation(replace(ex.AICHA, nom=f"Benali {n}")) for n in range(16)]
    attendu = [rendu.convocation_pdf(c, ex.HORODATAGE) for c in convocations]
    with ThreadPoolExecutor(4) as fils:
        assert list(fils.map(lambda c: rendu.convocation_pdf(c, ex.HORODATAGE), convocations)) == attendu
    assert eventlet.tpool.execute(rendu.convocation_pdf, convocations[0], ex.HORODATAGE) == attendu[0]


def test_ce_qu_un_grand_document_laisse_ne_s_ajoute_pas_au_suivant() -> None:
    """typst kept ten of them: a service that printed large sessions grew past what it may hold."""
    commande = [sys.executable, "-m", "tests.sessions.documents.de_suite"]
    premier, *_, dernier = map(int, subprocess.check_output(commande, timeout=300).split())
    assert dernier < premier * 1.5


_QUI_FAIT_TOMBER = (
    "\u06682\u0661\u06f14\u062a\u0668\u060d\u060d\u06f0\u0656\u062bA\u06f0\u0667\u06f34\u060e\u0664\u060e\u060f\u06f3"
    "\u06d7-\u0668\u0670\u064e\u06f3)\u0601\u060f\u06562\u060f\u06694\u06f1\u0628\u0656\xa0\u06d6\u06d6\u0600(\u064b\u064c"
    "\u0662\u0666\u0601 \u06d7\u06f3,\u0611\u06603\u0661\u0668B\u0651\xa0\u0611\u064dC1\u064db"
)
"""A row of Arabic marks and digits, as somebody may type it in an address."""


def test_un_texte_qui_fait_tomber_typst_n_empeche_pas_de_convoquer() -> None:
    """Seen taking the thread that drew it, and whoever waited for it, for ever."""
    adresse = replace(ex.SESSION.site.adresse, voie=_QUI_FAIT_TOMBER)
    session = replace(ex.SESSION, site=replace(ex.SESSION.site, adresse=adresse))
    lu = coulant(rendu.convocation_pdf(ex.convocation(ex.AICHA, session), ex.HORODATAGE))
    assert "Benali" in lu and "Bâtiment B, salle 204" in lu
    assert "???????A???4?" in lu
