"""RES-03: a PV that was closed goes on saying what its jury signed, whatever is renamed, corrected or moved since."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from commun.actes.conservation import NOM
from services.sessions.commands import conservation, copies, resultats, suivre, validation
from services.sessions.queries import candidats as lectures
from services.sessions.queries import documents
from tests.outils.simultanes import avant_la_fin, ensemble
from tests.outils.traces_exigees import sans_trace
from tests.sessions.banc import APRES, CENTRE, CENTRE_ID, SITE, TITRE, UD, Banc, Corps
from tests.sessions.lettres import pages
from tests.sessions.test_resultats import FIN, debloquee

PLUS_TARD = APRES + timedelta(days=30)
DU_JOUR = ("École du bâti", "9 quai Neuf", "Ouvrier du bâti", "Installer le chantier", "Corrigé")
SIGNES = ("Centre d’essai", "1 rue des Essais", "Maçon", "Préparer le chantier", "Adam, Jean")
"""What is printed: the centre, its address, the titre, its first CCP, the first names of the candidate."""


def tout_renommer(banc: Banc, session: Corps) -> None:
    """Has the titre take another name, lose a CCP and rename the other; its centre take another name, and its site
    another place; who sat and who was judged, another name."""
    ccps = [{"code": "BC01", "intitule": "Installer le chantier"}]
    renomme = {"intitule": "Ouvrier du bâti", "niveau": 4, "ccps": ccps, "version": 9}
    banc.entendre(copies.recevoir_titre, TITRE | renomme, jour=PLUS_TARD)
    demenager(banc)
    corriger(banc, session, prenoms="Corrigé")
    jure = session["jures"][0]["jure_id"]
    banc.jures[jure]["nom"] = "Renommé"
    banc.entendre(suivre.suivre_jure, {"jure_id": jure}, jour=PLUS_TARD)


def demenager(banc: Banc) -> None:
    """Has the centre take another name, and its first site go elsewhere."""
    ((centre,),) = banc.lignes("SELECT corps FROM etablissements WHERE id = :c", c=CENTRE_ID)
    ailleurs = {"voie": "9 quai Neuf", "complement": None, "code_postal": "75013", "commune": "Paris"}
    sites = [s | {"libelle": "Site neuf", "adresse": ailleurs} if s["id"] == SITE else s for s in centre["sites"]]
    corps = centre | {"denomination": "École du bâti", "sites": sites, "version": 9}
    banc.entendre(copies.recevoir_etablissement, corps, jour=PLUS_TARD)


def corriger(banc: Banc, session: Corps, **champs: Any) -> None:
    """Has the first candidate of a session be named otherwise."""
    candidat = session["candidats"][0]["candidat_id"]
    banc.candidats[candidat] |= champs
    entendu = {"candidat_id": candidat, "canonique_id": candidat, "version": 2}
    banc.entendre(suivre.suivre_candidat, entendu, jour=PLUS_TARD)


def texte(banc: Banc, session: Corps, document: Callable[..., Any] = documents.pv_pdf) -> str:
    """Returns what a document of a session says."""
    return " ".join(" ".join(pages(banc.lire(UD, document, session["id"], jour=PLUS_TARD))).split())


def test_un_pv_arrete_se_dessine_tel_qu_il_fut_signe(banc: Banc) -> None:
    """Seen with the titre, the centre, the address and the candidate's name of the day, and dated of its drawing."""
    session = banc.viser(banc.cloturee())
    pv = lambda: banc.lire(UD, documents.pv_pdf, session["id"], jour=PLUS_TARD).dessiner()  # noqa: E731
    a_la_cloture = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
    with sans_trace("sessions") as db:
        db.execute(sa.text("UPDATE proces_verbaux SET arrete_a = :instant"), {"instant": a_la_cloture})
    signe, lu = pv(), texte(banc, session)
    metadonnees = PdfReader(io.BytesIO(signe)).metadata
    assert metadonnees and metadonnees.creation_date == a_la_cloture
    tout_renommer(banc, session)
    assert (texte(banc, session), pv()) == (lu, signe)
    feuille = texte(banc, session, documents.emargement_pdf)  # which names no CCP
    assert [mot in feuille for mot in SIGNES] == [True, True, True, False, True]
    with sans_trace("sessions") as db:  # as the version before has closed it: nothing of it was kept
        db.execute(sa.text("DELETE FROM proces_verbaux"))
    du_jour = texte(banc, session)
    assert [mot in du_jour for mot in DU_JOUR] == [True, False, True, True, True]
    assert "BC02 Poser les ouvrages" in lu and "BC02 Poser les ouvrages" in du_jour


def test_ce_qui_est_arrete_est_tout_ce_qu_un_pv_dit(banc: Banc) -> None:
    """What is drawn of what was frozen is what would be drawn of the day, at the very moment of the closing."""
    session = banc.convoquee(responsable="Paul Vidal")
    absent = {"present": False, "absence": "excusee", "ccps": {}, "entretien_final": None}
    seul = {"jures_presents": [j["jure_id"] for j in session["jures"]]}
    session = banc.clore(session, banc.feuille(session, **absent) | seul, jour=FIN)
    arrete = texte(banc, session)
    assert banc.lignes("SELECT 1 FROM proces_verbaux WHERE strpos(jury::text, '2 rue du Jury') > 0") == []
    with sans_trace("sessions") as db:
        db.execute(sa.text("DELETE FROM proces_verbaux"))
    assert texte(banc, session) == arrete


def test_une_identite_corrigee_s_atteste_sans_rien_changer_de_ce_qui_fut_signe(banc: Banc) -> None:
    """CAN-02: the attestation that replaces the other says who he is, and the titre that the jury gave."""
    session = banc.viser(banc.cloturee())
    tout_renommer(banc, session)
    candidat = session["candidats"][0]["candidat_id"]
    siennes = banc.lire(UD, lectures.lister_attestations, candidat, {})["elements"]
    lues = [
        " ".join(pages(banc.lire(UD, documents.attestation_pdf, a["id"], jour=PLUS_TARD))[0].split()) for a in siennes
    ]
    assert [a["statut"] for a in siennes] == ["valide", "remplacee"]
    assert ["Corrigé" in lue for lue in lues] == [True, False]
    for mot in ("Maçon (niveau 3)", "Préparer le chantier", "Poser les ouvrages", "Organisée par Centre d’essai"):
        assert [mot in lue for lue in lues] == [True, True], mot


def test_une_debloquee_se_corrige_au_nom_du_jour_et_annulee_montre_ce_qui_fut_signe(banc: Banc) -> None:
    """RES-03: closing again signs anew, names corrected since included; where the jury met is where it met."""
    session = banc.cloturee()
    tout_renommer(banc, session)
    debloquee(banc, session, PLUS_TARD)
    banc.clore(session, jour=PLUS_TARD)
    corriger(banc, session, prenoms="Autre")
    debloquee(banc, session, PLUS_TARD)
    assert "Autre" in texte(banc, session)
    banc.confirmer(UD, validation.annuler, session["id"], {"motif": "Fraude"}, jour=PLUS_TARD)
    lu = texte(banc, session)
    assert [mot in lu for mot in DU_JOUR] == [True, False, True, True, True]
    assert "1 rue des Essais" in lu and "(version 2) ne valent plus" in lu


def test_une_carence_est_un_pv_comme_un_autre(banc: Banc) -> None:
    session = banc.convoquee()
    seul = banc.feuille(session) | {"jures_presents": [session["jures"][0]["jure_id"]]}
    banc.faire(CENTRE, resultats.saisir, session["id"], seul, jour=FIN)
    corps = {"motif": "Un seul juré"}
    banc.confirmer(CENTRE, validation.constater_carence, session["id"], corps, jour=FIN)
    signe = texte(banc, session)
    tout_renommer(banc, session)
    assert texte(banc, session) == signe
    assert "carence" in signe and "Centre d’essai" in signe


def test_qui_est_anonymise_ne_se_lit_plus_sur_un_pv(banc: Banc) -> None:
    """Who was there beside him does, and nothing of those elsewhere goes."""
    session, ailleurs = banc.viser(banc.cloturee()), banc.viser(banc.cloturee())
    tables = ("inscriptions_candidats", "inscriptions_jures", "convocations", "attestations", "proces_verbaux")
    d_ailleurs = " UNION ALL ".join(
        f"SELECT to_jsonb({table}) FROM {table} WHERE session_id = '{ailleurs['id']}'" for table in tables
    )
    avant = sorted(map(str, banc.lignes(d_ailleurs)))
    candidat, (jure, autre) = session["candidats"][0], session["jures"]
    siens = (banc.candidats[candidat["candidat_id"]]["nom_naissance"], banc.jures[jure["jure_id"]]["nom"])
    assert all(nom in texte(banc, session) for nom in siens)
    banc.entendre(conservation.oublier_candidat, {"candidat_id": candidat["candidat_id"], "version": 9})
    banc.entendre(conservation.oublier_jure, {"jure_id": jure["jure_id"], "version": 9})
    lu = texte(banc, session)
    assert not [nom for nom in siens if nom in lu or nom in str(banc.lignes("SELECT * FROM proces_verbaux"))]
    assert lu.count(NOM) == 2 and banc.jures[autre["jure_id"]]["nom"] in lu and "Titre obtenu" in lu
    assert len(avant) == 8 and sorted(map(str, banc.lignes(d_ailleurs))) == avant


def test_qui_est_anonymise_pendant_une_cloture_ou_un_visa_n_y_reste_pas_nomme(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen there for ever: the act had read a name before it was taken away, or wrote it after."""
    premiere, seconde = banc.convoquee(), banc.convoquee()
    for session in (premiere, seconde):
        banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=FIN)
    jure = premiere["jures"][0]["jure_id"]
    un, autre = (s["candidats"][0]["candidat_id"] for s in (premiere, seconde))
    noms = [banc.jures[jure]["nom"], *(banc.candidats[c]["nom_naissance"] for c in (un, autre))]
    fermer = [partial(banc.faire, CENTRE, resultats.cloturer, s["id"], {}, jour=FIN) for s in (premiere, seconde)]
    partir = partial(banc.entendre, conservation.oublier_jure, {"jure_id": jure, "version": 9})
    assert ensemble(monkeypatch, "sessions", fermer[0], partir) == ("fait", "fait")
    for candidat, acte in ((un, partial(banc.viser, premiere)), (autre, fermer[1])):
        oublier = partial(conservation.oublier_candidat, corps={"candidat_id": candidat, "version": 9})
        assert avant_la_fin(banc._acte(None), oublier, acte) == "fait"
    gardes = str([banc.lignes(f"SELECT * FROM {table}") for table in ("proces_verbaux", "attestations")])
    assert [nom for nom in noms if nom in gardes] == []
