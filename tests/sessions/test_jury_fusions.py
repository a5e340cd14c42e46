"""A juré whose file was merged into another: he sits once, under either."""

from datetime import timedelta

import pytest

from commun.domain.errors import Introuvable
from services.sessions.commands import (
    candidats,
    convocations,
    inscription,
    jures,
    resultats,
    suivre,
)
from tests.sessions.banc import CENTRE, DEBUT, JOUR, Banc, Corps


def convoquee_puis_fusion(banc: Banc) -> tuple[Corps, str, str, str]:
    """Returns a convoked session, and the ids of the juré of its jury merged since, of the other, of the file kept."""
    session = banc.convoquee()
    absorbe, autre = (j["jure_id"] for j in session["jures"])
    garde = banc.jure()
    fusionner(banc, absorbe, garde)
    return session, absorbe, autre, garde


def test_deux_fiches_fusionnees_sont_une_seule_personne(banc: Banc) -> None:
    """INS-06, JRY-03 : jures le dit à l'inscription même, avant que l'événement de la fusion n'arrive."""
    session, absorbe, autre, garde = convoquee_puis_fusion(banc)
    corps = {"jure_id": garde}
    assert banc.codes_refuses(CENTRE, jures.inscrire, session["id"], corps) == ["INS-06"]
    assert banc.codes_refuses(CENTRE, jures.remplacer, session["id"], autre, corps) == ["INS-06"]
    ailleurs = banc.session(DEBUT + timedelta(days=1))
    inscrite = banc.faire(CENTRE, jures.inscrire, ailleurs["id"], corps)
    assert [a["code"] for a in inscrite["avertissements"]] == ["JRY-03"]
    assert banc.codes_refuses(CENTRE, jures.inscrire, ailleurs["id"], {"jure_id": absorbe}) == ["INS-06"]


def test_un_jure_est_remplace_par_la_fiche_qui_a_absorbe_la_sienne(banc: Banc) -> None:
    """INS-06 : celui qui sort ne compte pas, mais nul ne se remplace lui-même."""
    session, absorbe, autre, garde = convoquee_puis_fusion(banc)
    meme = {"jure_id": absorbe}
    assert banc.codes_refuses(CENTRE, jures.remplacer, session["id"], absorbe, meme) == ["INS-06"]
    change = banc.faire(CENTRE, jures.remplacer, session["id"], absorbe, {"jure_id": garde})
    assert {j["jure_id"] for j in change["jures"]} == {garde, autre}
    dite = banc.evenements("convocations_editees")[-1]
    assert ([p["personne_id"] for p in dite["personnes"]], dite["annule"]) == ([garde], []), "he is still expected"
    assert len(banc.evenements("convocations_editees")) == 2
    requete = "SELECT version, annulee, precedente_editee_le FROM convocations WHERE personne_id IN (:a, :g) ORDER BY 1"
    siennes = banc.lignes(requete, a=absorbe, g=garde)
    assert siennes == [(1, True, None), (2, False, JOUR)]


def test_qui_quitte_un_de_ses_deux_sieges_est_encore_attendu(banc: Banc) -> None:
    """Seen told that she was not, of her jury or of her exam, as one of her two merged files left the session."""
    session = banc.convoquee()
    banc.inscrire_jure(session)
    absorbe, garde = (j["jure_id"] for j in session["jures"])
    fusionner(banc, absorbe, garde)
    for jure in (absorbe, garde):
        banc.entendre(suivre.suivre_jure, {"jure_id": jure})
    banc.inscrire_jure(session)
    (un, jour) = (session["candidats"][0]["candidat_id"], DEBUT - timedelta(days=9))
    deux = banc.candidat()
    banc.inscrire(session, deux, jour=jour, parcours="vae", demande_vae_id=banc.demande_vae(deux))
    banc.candidats[deux]["canonique_id"] = un
    banc.entendre(suivre.suivre_candidat, {"candidat_id": deux, "canonique_id": un, "version": 2})
    avant = banc.evenements("convocations_editees")
    banc.faire(CENTRE, jures.retirer, session["id"], absorbe, {}, jour=jour)
    banc.faire(CENTRE, candidats.desinscrire, session["id"], deux, {}, jour=jour)
    assert banc.evenements("convocations_editees") == avant
    en_vigueur = {str(p) for (p,) in banc.lignes("SELECT personne_id FROM convocations WHERE NOT annulee")}
    assert (en_vigueur & {absorbe, deux}, {garde, un} - en_vigueur) == (set(), set())


def test_un_formateur_fusionne_est_encore_reconnu(banc: Banc) -> None:
    """JRY-03 : le centre a noté une fiche, le juré siège sous l'autre."""
    session, absorbe, garde = banc.session(), banc.jure(), banc.jure()
    banc.inscrire(session, formateurs=[absorbe.upper()])
    fusionner(banc, absorbe, garde)
    inscrite = banc.faire(CENTRE, jures.inscrire, session["id"], {"jure_id": garde})
    assert [a["code"] for a in inscrite["avertissements"]] == ["JRY-03"]


def fusionner(banc: Banc, absorbe: str, garde: str) -> None:
    """Merges a juré, and those merged into him before, into another."""
    ensemble = [*banc.jures[garde]["identites"], *banc.jures[absorbe]["identites"]]
    for jure in ensemble:
        banc.jures[jure] |= {"canonique_id": garde, "identites": ensemble}


def test_une_personne_notee_presente_deux_fois_ne_delibere_pas_seule(banc: Banc) -> None:
    """RES-03 : deux fiches du jury fusionnées dans une troisième, l'une après l'autre ; chacune se dit une fois."""
    session = banc.convoquee()
    un, autre = (j["jure_id"] for j in session["jures"])
    garde = banc.jure()
    for absorbe, canonique in ((un, autre), (autre, garde)):
        fusionner(banc, absorbe, canonique)
        banc.entendre(suivre.suivre_jure, {"jure_id": absorbe})
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=DEBUT)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=DEBUT) == ["RES-03"]


def test_deux_jures_fusionnes_apres_la_fin_ne_deliberent_pas_a_deux(banc: Banc) -> None:
    """RES-03 : d'une session finie, seule la personne se redemande ; ce qu'elle y pouvait et son nom demeurent."""
    session = banc.convoquee()
    un, autre = (j["jure_id"] for j in session["jures"])
    banc.faire(CENTRE, resultats.saisir, session["id"], banc.feuille(session), jour=DEBUT)
    fusionner(banc, un, autre)
    banc.jures[un] |= {"habilitation_id": None, "nom": "Autrement", "actif": False}
    finie = DEBUT + timedelta(days=3)
    avant = banc.relire(session, jour=finie)["jures"]
    banc.entendre(suivre.suivre_jure, {"jure_id": un}, jour=finie)
    assert banc.codes_refuses(CENTRE, resultats.cloturer, session["id"], {}, jour=finie) == ["RES-03"]
    suivi = banc.relire(session, jour=finie)["jures"]
    assert {j["canonique_id"] for j in suivi} == {autre}
    assert suivi == [j | {"canonique_id": autre} for j in avant]


def test_qui_est_inscrit_sous_une_fiche_fusionnee_se_designe_par_celle_qui_reste(banc: Banc) -> None:
    """L'identifiant que montrent ses listes est celui de la fiche gardée : la session le reconnaît, et le montre."""
    session, lui, elle = banc.validee(), banc.candidat(), banc.jure()
    inscrit, juree = session["candidats"][0]["candidat_id"], session["jures"][0]["jure_id"]
    banc.candidats[inscrit]["canonique_id"] = lui
    banc.entendre(suivre.suivre_candidat, {"candidat_id": inscrit, "canonique_id": lui, "version": 2})
    fusionner(banc, juree, elle)
    banc.entendre(suivre.suivre_jure, {"jure_id": juree})
    montree = banc.relire(session)
    assert (montree["candidats"][0]["candidat_id"], montree["candidats"][0]["canonique_id"]) == (inscrit, lui)
    banc.faire(CENTRE, convocations.editer, session["id"], {"par_personne": {lui: "10:00", elle: "10:30"}})
    convoquee = banc.relire(session)
    assert (convoquee["candidats"][0]["heure"], convoquee["jures"][0]["heure"]) == ("10:00", "10:30")
    feuille = banc.feuille(session)
    feuille["resultats"][0]["candidat_id"] = lui
    feuille["jures_presents"] = [elle, session["jures"][1]["jure_id"]]
    saisie = banc.faire(CENTRE, resultats.saisir, session["id"], feuille, jour=DEBUT)
    assert (saisie["resultats"][0]["candidat_id"], juree in saisie["jures_presents"]) == (inscrit, True)
    modifiee = banc.faire(CENTRE, inscription.modifier, session["id"], lui, {"formateurs": ["Ada"]})
    assert modifiee["candidats"][0]["formateurs"] == ["Ada"]
    banc.faire(CENTRE, candidats.desinscrire, session["id"], lui, {})
    remplacee = banc.faire(CENTRE, jures.remplacer, session["id"], elle, {"jure_id": banc.jure()})
    assert juree not in {j["jure_id"] for j in remplacee["jures"]}
    with pytest.raises(Introuvable):
        banc.faire(CENTRE, jures.retirer, session["id"], elle, {})
