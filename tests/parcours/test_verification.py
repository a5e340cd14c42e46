"""La page publique que le code QR d'une attestation ouvre : un mot, et rien de personne."""

from datetime import date, timedelta

import httpx

from tests.parcours.monde import TITRE, Monde


def test_une_attestation_valide_puis_remplacee(monde: Monde) -> None:
    session = monde.session_validee()
    candidat = session["candidats"][0]["candidat_id"]
    chemin, debut = f"/sessions/{session['id']}", date.fromisoformat(session["date_debut"])
    ccps = {ccp["code"]: "acquis" for ccp in monde.national.lire(f"/titres/{TITRE}")["ccps"]}
    ligne = {"candidat_id": candidat, "present": True, "ccps": ccps, "entretien_final": "favorable"}
    monde.centre.demander("PUT", f"{chemin}/resultats", {"resultats": [ligne]}, le=debut).reussie()
    monde.centre.poster(f"{chemin}/cloture", le=debut + timedelta(days=1)).reussie()
    monde.ud.poster(f"{chemin}/visa", le=debut + timedelta(days=2)).reussie()
    code = monde.centre.lire(f"/candidats/{candidat}/attestations")["elements"][0]["code"]

    page = httpx.get(f"{monde.url}/verifications/{code}", timeout=30)
    assert "Cette attestation est valide." in page.text and f"Code vérifié : {code}" in page.text
    assert session["candidats"][0]["nom_naissance"] not in page.text

    monde.ud.poster(f"{chemin}/deblocage", {"motif": "Saisie erronée"}, le=debut + timedelta(days=3)).reussie()
    monde.centre.poster(f"{chemin}/cloture", le=debut + timedelta(days=3)).reussie()
    monde.ud.poster(f"{chemin}/visa", le=debut + timedelta(days=3)).reussie()
    assert "remplacée" in httpx.get(f"{monde.url}/verifications/{code}", timeout=30).text


def test_un_code_inconnu(monde: Monde) -> None:
    page = httpx.get(f"{monde.url}/verifications/AAAA-BBBB-CCCC-DDDD", timeout=30)
    assert page.status_code == 404
    assert "Aucune attestation ne porte ce code." in page.text and "ni 0 ni O, ni 1 ni I" in page.text
