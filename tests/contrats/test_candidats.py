"""Candidats, crédits, bandeau, VAE : noms des champs, filtres, statuts."""

from datetime import timedelta
from typing import Any

from commun.domain.dates import plus_annees
from tests.contrats.formes import liste, porte
from tests.outils.attente import attendre
from tests.parcours.monde import TITRE, Monde

CANDIDAT = (
    "id numero civilite nom_naissance nom_usage prenoms date_naissance naissance adresse telephone courriel acquis "
    "version"
)
MULTIPLES = ("nom_naissance", "prenoms", "date_naissance", "naissance")


def identite(corps: dict[str, Any]) -> dict[str, Any]:
    return {nom: corps[nom] for nom in MULTIPLES}


# -- identity


def test_un_candidat(monde: Monde) -> None:
    cree = monde.centre.poster("/candidats", monde.corps_candidat())
    assert cree.statut == 201
    candidat = porte(cree.reussie(), CANDIDAT)
    porte(candidat["naissance"], "pays_code code_insee commune")
    assert {nom: candidat["acquis"][nom] for nom in ("ccps", "titres", "ccs")} == {"ccps": [], "titres": [], "ccs": []}
    assert candidat["prenoms"] == "Camille, Jean"


def test_l_identite_suffit_et_elle_est_exigee(monde: Monde) -> None:
    corps = identite(monde.corps_candidat())
    monde.centre.poster("/candidats", corps).reussie()
    for champ in MULTIPLES:
        sans = {nom: valeur for nom, valeur in corps.items() if nom != champ}
        assert list(monde.centre.poster("/candidats", sans).refusee("INVALIDE", 422)["erreurs"]) == [champ]
    monde.ud.poster("/candidats", corps).refusee("DROIT", 403)
    monde.national.poster("/candidats", corps).refusee("DROIT", 403)


def test_les_filtres_des_candidats(monde: Monde) -> None:
    candidat = monde.candidat()
    q = candidat["nom_naissance"]
    trouves = liste(monde.centre.lire("/candidats", q=q, date_naissance=candidat["date_naissance"]))
    assert [c["id"] for c in trouves] == [candidat["id"]]
    porte(trouves[0], CANDIDAT)
    assert monde.centre.lire("/candidats", q=q, date_naissance="1990-03-01")["total"] == 0
    assert monde.centre.lire("/candidats", q=candidat["numero"])["total"] == 1
    assert monde.autre_centre.lire("/candidats", q=q)["total"] == 0


def test_un_centre_modifie_ses_candidats(monde: Monde) -> None:
    chemin = f"/candidats/{monde.candidat()['id']}"
    assert monde.centre.demander("PATCH", chemin, {"prenoms": "Anne"}).reussie()["prenoms"] == "Anne"
    monde.national.demander("PATCH", chemin, {"prenoms": "Anne"}).refusee("DROIT", 403)
    monde.autre_centre.demander("PATCH", chemin, {"prenoms": "Anne"}).refusee("INTROUVABLE", 404)
    traces = monde.centre.lire(f"{chemin}/traces")["elements"]
    assert [t["action"] for t in traces] == ["modifier", "creer"]
    assert (traces[0]["avant"]["prenoms"], traces[0]["apres"]["prenoms"]) == ("Camille, Jean", "Anne")


# -- banner, credits


def test_le_bandeau_dit_la_commune_de_naissance(monde: Monde) -> None:
    paris = {"voie": "1 rue", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    corps = monde.corps_candidat(naissance={"code_insee": "69383"}, adresse=paris)
    candidat = monde.centre.poster("/candidats", corps).reussie()
    session = monde.session()
    monde.inscrire(session, candidat)
    chemin = f"/candidats/{candidat['id']}/bandeau"
    bandeau = attendre(lambda: (lu := monde.centre.lire(chemin))["inscriptions"] and lu)
    porte(bandeau, "nom_naissance nom_usage prenoms date_naissance naissance inscriptions")
    assert bandeau["naissance"]["libelle"] == "Lyon 3e Arrondissement (69)"
    assert "Paris" not in str(bandeau)
    (inscription,) = bandeau["inscriptions"]
    dits = {nom: inscription[nom] for nom in ("session_id", "numero", "parcours")}
    assert dits == {"session_id": session["id"], "numero": session["numero"], "parcours": "formation"}


def test_les_credits(monde: Monde) -> None:
    candidat = monde.candidat()
    sessions = [monde.session(dans=n) for n in (40, 50, 60)]
    for session in sessions:
        monde.inscrire(session, candidat)
    chemin = f"/candidats/{candidat['id']}/credits"
    credits = porte(monde.centre.lire(chemin, debut=sessions[0]["date_debut"]), "n sur debuts prochain_debut")
    assert (credits["n"], credits["sur"]) == (3, 3)
    assert credits["debuts"] == [s["date_debut"] for s in sessions]
    attendu = plus_annees(monde.jour + timedelta(days=40), 1).isoformat()
    assert credits["prochain_debut"] == attendu
    assert set(credits) == {"n", "sur", "debuts", "prochain_debut"}
    monde.autre_centre.demander("GET", chemin).refusee("INTROUVABLE", 404)
    monde.centre.demander("GET", f"{chemin}?debut=hier").refusee("INVALIDE", 422)


# -- VAE


def test_une_demande_vae_d_un_an(monde: Monde) -> None:
    corps = monde.corps_candidat(
        adresse={"voie": "1 rue", "code_postal": "75011", "commune": "Paris", "code_insee": "75111"}
    )
    candidat = monde.centre.poster("/candidats", corps).reussie()
    chemin = f"/candidats/{candidat['id']}/demandes-vae"
    depot = {"titre_code": TITRE, "ccp_codes": ["RNCP37098BC01"], "date_depot": monde.jour.isoformat()}
    deposee = monde.centre.poster(chemin, depot)
    assert deposee.statut == 201
    demande = porte(deposee.reussie(), "id candidat_id titre_code ccp_codes date_depot etat version")
    assert demande["etat"] == "deposee"
    page = monde.centre.lire(chemin, page=1, par_page=2)
    assert ([d["id"] for d in page["elements"]], page["total"], page["par_page"]) == ([demande["id"]], 1, 2)
    sienne = f"/demandes-vae/{demande['id']}"
    monde.centre.poster(f"{sienne}/decision", {"decision": "recevable"}).refusee("DROIT", 403)
    sans_motif = monde.ud.poster(f"{sienne}/decision", {"decision": "non_recevable"}).refusee("INVALIDE", 422)
    assert "motif" in sans_motif["erreurs"]
    recevable = {"decision": "recevable", "date_notification": monde.jour.isoformat()}
    decidee = monde.ud.poster(f"{sienne}/decision", recevable).reussie()
    un_an = plus_annees(monde.jour, 1)
    assert (decidee["etat"], decidee["caduque_le"]) == ("recevable", un_an.isoformat())
    for ecart, etat in ((-1, "recevable"), (0, "caduque")):
        lue = monde.centre.demander("GET", sienne, le=un_an + timedelta(days=ecart)).reussie()
        assert lue["etat"] == etat
    q = candidat["nom_naissance"]
    assert monde.ud.lire("/demandes-vae", etat="recevable", departement="75", q=q)["total"] == 1
    assert monde.ud.lire("/demandes-vae", etat="deposee", q=q)["total"] == 0


def test_retirer_une_demande_vae(monde: Monde) -> None:
    candidat = monde.candidat()
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    assert monde.centre.poster(f"/demandes-vae/{demande['id']}/retrait").reussie()["etat"] == "retiree"
    assert not monde.centre.poster(f"/demandes-vae/{demande['id']}/retrait").brute.is_success
    faux = depot | {"ccp_codes": ["RNCP00000BC01"]}
    monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", faux).refusee("VAE-01")
