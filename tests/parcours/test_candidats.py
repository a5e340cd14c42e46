"""Les candidats : un par personne, leurs demandes VAE, leurs acquis."""

from datetime import timedelta
from typing import Any

from commun.domain.dates import plus_annees
from tests.outils.attente import attendre
from tests.parcours.acteurs import Corps
from tests.parcours.monde import TITRE, Monde

IDENTITE = ("nom_naissance", "prenoms", "date_naissance", "naissance")


def test_une_personne_connue_ailleurs_se_rattache_par_son_identite_complete(monde: Monde) -> None:
    connu = monde.candidat(monde.autre_centre)
    corps = {champ: connu[champ] for champ in IDENTITE}
    question = monde.centre.poster("/candidats", corps).a_confirmer("CAN-04")
    assert question["detail"] == "Une identité proche existe : rattachez-la par son identité complète."
    assert not [dit for dit in (connu["numero"], connu["nom_naissance"]) if dit in str(question)]
    monde.centre.demander("GET", f"/candidats/{connu['id']}").refusee("INTROUVABLE", 404)

    for faux in ({"prenoms": "Camille"}, {"date_naissance": "1990-02-27"}):
        monde.centre.poster("/candidats/rattachement", corps | faux).refusee("INTROUVABLE", 404)
    exact = corps | {"nom_naissance": connu["nom_naissance"].upper()}
    assert monde.centre.poster("/candidats/rattachement", exact).reussie()["id"] == connu["id"]
    monde.inscrire(monde.session(), connu)


def test_la_fusion_reunit_les_inscriptions_et_le_plafond(monde: Monde) -> None:
    corps = monde.corps_candidat()
    garde = monde.centre.poster("/candidats", corps).reussie()
    absorbe = monde.centre.poster("/candidats", corps | {"confirmer": ["CAN-04"]}).reussie()
    for candidat, dans in ((garde, 40), (absorbe, 70), (absorbe, 100)):
        monde.inscrire(monde.session(dans=dans), candidat)
    doublons = monde.ud.lire(f"/candidats/{garde['id']}/doublons")
    assert [d["id"] for d in doublons["elements"]] == [absorbe["id"]]

    uni = monde.ud.confirmer(f"/candidats/{garde['id']}/fusion", {"absorbe_id": absorbe["id"]}, "CAN-04")

    assert uni["id"] == garde["id"]
    assert monde.ud.lire(f"/candidats/{absorbe['id']}")["id"] == garde["id"]
    assert attendre(lambda: monde.ud.lire(f"/candidats/{garde['id']}/credits")["n"] == 3)
    chemin = f"/sessions/{monde.session(dans=130)['id']}/candidats"
    monde.centre.poster(chemin, {"candidat_id": garde["id"], "parcours": "formation"}).refusee("INS-04")


def test_une_demande_vae_ouvre_l_inscription_un_an(monde: Monde) -> None:
    candidat = monde.candidat()
    depot = {"titre_code": TITRE, "date_depot": monde.jour.isoformat()}
    demande = monde.centre.poster(f"/candidats/{candidat['id']}/demandes-vae", depot).reussie()
    assert demande["etat"] == "deposee"
    session = monde.session()
    corps: Corps = {"candidat_id": candidat["id"], "parcours": "vae", "demande_vae_id": demande["id"]}
    monde.centre.poster(f"/sessions/{session['id']}/candidats", corps).refusee("INS-07")
    monde.centre.poster(f"/demandes-vae/{demande['id']}/decision", {"decision": "recevable"}).refusee("DROIT", 403)

    decidee = monde.ud.poster(f"/demandes-vae/{demande['id']}/decision", {"decision": "recevable"}).reussie()

    assert decidee["recevable_jusqu_au"] == (plus_annees(monde.jour, 1) - timedelta(days=1)).isoformat()
    monde.centre.poster(f"/sessions/{session['id']}/candidats", corps).reussie()
    liste = monde.ud.lire("/demandes-vae", etat="recevable", departement="75", q=candidat["nom_naissance"])
    assert [d["id"] for d in liste["elements"]] == [demande["id"]]


def test_les_acquis_suivent_la_cloture_le_visa_et_le_deblocage(monde: Monde) -> None:
    session = monde.session_validee()
    candidat_id = session["candidats"][0]["candidat_id"]
    chemin, le = f"/sessions/{session['id']}", monde.jour + timedelta(days=60)
    ccps = dict.fromkeys((c["code"] for c in monde.national.lire(f"/titres/{TITRE}")["ccps"]), "acquis")

    def saisir(entretien: str, obtenus: Corps) -> None:
        resultat = {"candidat_id": candidat_id, "present": True, "ccps": obtenus, "entretien_final": entretien}
        monde.centre.demander("PUT", f"{chemin}/resultats", {"resultats": [resultat]}, le=le).reussie()
        monde.centre.poster(f"{chemin}/cloture", le=le + timedelta(days=2)).reussie()

    def statuts() -> dict[str, Any]:
        acquis = monde.ud.lire(f"/candidats/{candidat_id}")["acquis"]
        return {nature: {c["code"]: c["statut"] for c in liste} for nature, liste in acquis.items()}

    monde.centre.demander("PATCH", f"/candidats/{candidat_id}", {"prenoms": "Camille"}).reussie()
    saisir("favorable", ccps)
    assert attendre(lambda: statuts()["titres"] == {TITRE: "provisoire"})
    assert statuts()["ccps"] == dict.fromkeys(ccps, "provisoire")
    monde.centre.demander("PATCH", f"/candidats/{candidat_id}", {"prenoms": "Camille, Jo"}).refusee("CAN-02")
    monde.ud.demander("PATCH", f"/candidats/{candidat_id}", {"prenoms": "Camille, Jo"}).reussie()

    monde.ud.poster(f"{chemin}/visa", le=le + timedelta(days=3)).reussie()
    assert attendre(lambda: statuts()["titres"] == {TITRE: "confirme"})

    monde.ud.poster(f"{chemin}/deblocage", {"motif": "Erreur de saisie"}, le=le + timedelta(days=4)).reussie()
    premier = next(iter(ccps))
    saisir("defavorable", ccps | {premier: "non_acquis"})
    assert attendre(lambda: statuts()["titres"] == {} and premier not in statuts()["ccps"])
    traces = monde.ud.lire(f"/candidats/{candidat_id}/traces")["elements"]
    assert traces[0]["phrase"].startswith("Acquis retirés : CCP ")
    assert traces[0]["code"] == "RES-04"
