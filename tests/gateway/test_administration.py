"""Accounts by those who administer them: each looks after his own service, and what he closes is closed at once."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gateway.auth import Genre
from gateway.storage.etablissements import nom_sur_place
from tests.gateway.conftest import CENTRE, MOT_DE_PASSE, NATIONAL, UD, Client, refuse
from tests.outils.sirets import siret_nouveau
from tests.parcours.courrier import courriels

Creer = Callable[..., Client]
AUTRE_CENTRE = CENTRE | {"etablissement_id": "0190a8c0-0000-7000-8000-00000000000f"}
UD_69 = {"type": "UD", "libelle": "UD 69", "departement": "69", "region": "84"}
DIRECCTE = {"type": "DIRECCTE", "libelle": "DIRECCTE 11", "region": "11"}
SIMPLE = {"administrateur": False}


def centre_nouveau(national: Client) -> dict[str, Any]:
    """Returns a new établissement of Paris."""
    siret = siret_nouveau()
    adresse = {"voie": "1 rue des Essais", "code_postal": "75012", "commune": "Essai", "code_insee": "75112"}
    corps = {
        "siret": siret,
        "denomination": f"Centre d'essai {siret}",
        "adresse": adresse,
        "telephone": "0199000001",
        "courriel": "centre@exemple.fr",
        "sites": [{"libelle": "Site", "adresse": adresse}],
    }
    reponse = national.http.post("/etablissements", json=corps)
    assert reponse.status_code == 201, reponse.text
    fait: dict[str, Any] = reponse.json()
    return fait


def voit(qui: Client, autre: Client) -> bool:
    """Whether an administrator finds an account, by its list and by its page alike."""
    liste = qui.http.get("/comptes", params={"q": autre.identifiant}).json()
    assert liste["total"] == len(liste["elements"])
    fiche = qui.http.get(f"/comptes/{autre.compte_id}")
    assert (fiche.status_code == 200) is bool(liste["elements"])
    if fiche.status_code != 200:
        refuse(fiche, 404, "INTROUVABLE")
    return fiche.status_code == 200


@pytest.mark.parametrize("role", [CENTRE, UD, DIRECCTE, NATIONAL])
def test_qui_n_administre_pas_n_a_aucun_de_ces_droits(client: Creer, role: dict[str, Any]) -> None:
    http = client(role | SIMPLE).http
    autre = client(role)
    assert http.get("/moi").json()["profils"][0]["administrateur"] is False
    appels = (
        ("GET", "/comptes"),
        ("GET", f"/comptes/{autre.compte_id}"),
        ("GET", f"/comptes/{autre.compte_id}/traces"),
        ("POST", f"/comptes/{autre.compte_id}/desactivation"),
        ("POST", f"/comptes/{autre.compte_id}/reactivation"),
        ("POST", f"/comptes/{autre.compte_id}/profils"),
        ("DELETE", f"/comptes/{autre.compte_id}/profils/{autre.compte_id}"),
        *((m, f"/comptes/{autre.compte_id}/profils/{autre.compte_id}/administration") for m in ("POST", "DELETE")),
        ("GET", "/invitations"),
        ("POST", "/invitations"),
        ("POST", f"/invitations/{autre.compte_id}/renvoi"),
    )
    for methode, chemin in appels:
        refuse(http.request(methode, chemin, json={} if methode == "POST" else None), 403, "DROIT")
    assert autre.http.get("/moi").status_code == 200


def test_chacun_administre_son_service(client: Creer) -> None:
    par_role = {nom: client(role) for nom, role in {"centre": CENTRE, "ud": UD, "dr": DIRECCTE, "n": NATIONAL}.items()}
    collegues = {"centre": client(CENTRE), "ud": client(UD), "dr": client(DIRECCTE), "n": client(NATIONAL)}
    ailleurs = client(AUTRE_CENTRE), client(UD_69)
    for nom, qui in par_role.items():
        vus = {autre for autre, compte in collegues.items() if voit(qui, compte)}
        assert vus == (set(collegues) if nom == "n" else {nom})
        assert [voit(qui, compte) for compte in ailleurs] == [nom == "n"] * 2
    refuse(par_role["ud"].http.get("/comptes/rien"), 404, "INTROUVABLE")


def test_d_un_compte_on_ne_voit_que_ses_profils_chez_soi(client: Creer) -> None:
    partout = client(UD, CENTRE, UD_69)
    vus = client(UD).http.get(f"/comptes/{partout.compte_id}").json()["profils"]
    assert [p["libelle"] for p in vus] == ["UD 75"]
    assert len(client(NATIONAL).http.get(f"/comptes/{partout.compte_id}").json()["profils"]) == 3


@pytest.mark.parametrize("filtre", [{"type": "DIRECCTE"}, {"departement": "69"}, {"region": "84"}])
def test_un_filtre_ne_dit_rien_des_profils_d_ailleurs(client: Creer, filtre: dict[str, str]) -> None:
    partout = client(UD, UD_69, DIRECCTE)
    vu, cherche = {"q": partout.identifiant}, {"q": partout.identifiant} | filtre
    chef = client(UD)
    assert [chef.http.get("/comptes", params=p).json()["total"] for p in (vu, cherche)] == [1, 0]
    assert chef.http.get("/comptes", params=vu | {"departement": "75", "type": "UD"}).json()["total"] == 1
    assert client(NATIONAL).http.get("/comptes", params=cherche).json()["total"] == 1


def test_les_traces_d_un_compte_taisent_ses_profils_d_ailleurs(client: Creer) -> None:
    national, chef, alice = client(NATIONAL), client(UD), client(UD)
    chemin = f"/comptes/{alice.compte_id}"
    profils = national.http.post(f"{chemin}/profils", json={"type": "DIRECCTE", "region": "84"}).json()["profils"]
    alice.connecter(profil=next(p["id"] for p in profils if p["type"] == "DIRECCTE"))
    alice.http.put("/moi/preferences", json={"messages": []})
    for profil in profils:
        national.http.delete(f"{chemin}/profils/{profil['id']}")
    national.http.post(f"{chemin}/profils", json={"type": "UD", "departement": "75"})
    toutes, dites = (qui.http.get(f"{chemin}/traces").json() for qui in (national, chef))
    actions = ["ajouter_profil", "retirer_profil", "retirer_profil", "preferences", "ajouter_profil", "creer"]
    assert [t["action"] for t in toutes["elements"]] == actions
    assert "DIRECCTE" in str(toutes)
    assert [t["action"] for t in dites["elements"]] == ["ajouter_profil", "retirer_profil", "preferences", "creer"]
    assert dites["total"] == 4
    trouvees = [qui.http.get(f"{chemin}/traces", params={"q": "DIRECCTE"}).json()["total"] for qui in (national, chef)]
    assert trouvees == [2, 0]
    assert "DIRECCTE" not in str(
        [(t["phrase"], t["avant"], t["apres"], t["acteur"]["profil"]) for t in dites["elements"]]
    )
    assert dites["elements"][1]["avant"]["departement"] == "75"
    assert [t["acteur"]["profil"] for t in dites["elements"]] == ["NATIONAL", "NATIONAL", "", "NATIONAL"]


def test_la_liste_se_cherche_se_filtre_et_se_trie(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD_69)
    alice.sql("UPDATE comptes SET recherche = recherche || ' eloise' WHERE id = %s", alice.compte_id)
    trouver = {"q": f"Éloïse {alice.identifiant}"}
    assert national.http.get("/comptes", params=trouver).json()["total"] == 1
    assert national.http.get("/comptes", params=trouver | {"departement": "69", "type": "UD"}).json()["total"] == 1
    assert national.http.get("/comptes", params=trouver | {"departement": "75"}).json()["total"] == 0
    assert national.http.get("/comptes", params=trouver | {"actif": "false"}).json()["total"] == 0
    noms = [c["identifiant"] for c in national.http.get("/comptes?tri=-identifiant&par_page=5").json()["elements"]]
    assert noms == sorted(noms, reverse=True) and len(noms) == 5
    assert "tri" in refuse(national.http.get("/comptes?tri=mot_de_passe"), 422, "INVALIDE")["erreurs"]


def test_qui_perd_un_profil_ou_son_compte_l_apprend_par_courriel(client: Creer) -> None:
    """Seen told to nobody: what one had the day before is not there, and no page says why, nor whom to ask."""
    national, alice = client(NATIONAL), client(UD, DIRECCTE)
    adresse, chemin = f"{alice.identifiant}@exemple.fr", f"/comptes/{alice.compte_id}"
    ud = next(p["id"] for p in national.http.get(chemin).json()["profils"] if p["type"] == "UD")
    assert national.http.delete(f"{chemin}/profils/{ud}").status_code == 200
    (dit,) = courriels(alice.systeme.url_courrier, adresse, 1)
    assert dit["objet"] == "Un profil de votre compte CERES a été retiré"
    texte = " ".join(dit["texte"].split())
    assert re.search(r"Le profil « UD 75 » a été retiré de votre compte CERES le \d\d/\d\d/\d{4} à \d\d:\d\d", texte)
    assert f"Adressez-vous aux administrateurs « {NATIONAL['libelle']} »" in texte
    assert national.identifiant not in texte
    national.http.post(f"{chemin}/desactivation")
    dit = courriels(alice.systeme.url_courrier, adresse, 2)[0]
    assert dit["objet"] == "Votre compte CERES a été désactivé"


def test_ce_qu_on_range_dans_un_compte_ferme_ne_se_dit_pas(client: Creer) -> None:
    """Seen making a mail of each profil, given up for a reason that was not true."""
    national, alice = client(NATIONAL), client(UD, DIRECCTE)
    chemin = f"/comptes/{alice.compte_id}"
    national.http.post(f"{chemin}/desactivation")
    ud = next(p["id"] for p in national.http.get(chemin).json()["profils"] if p["type"] == "UD")
    assert national.http.delete(f"{chemin}/profils/{ud}").status_code == 200
    dits = "SELECT corps->>'libelle' FROM outbox WHERE evenement = 'gateway.acces_retire' AND corps->>'compte_id' = %s"
    assert national.sql(dits, alice.compte_id) == [(None,)]


def test_desactiver_ferme_aussitot_tout_ce_qui_etait_ouvert(client: Creer) -> None:
    """Whatever is open: tokens of programs, sessions of browsers, and a stream under way."""
    chef, alice = client(UD), client(UD)
    flux_ouvert = httpx.Client(base_url=alice.http.base_url, timeout=30)
    with flux_ouvert.stream("GET", "/messages/flux", headers=dict(alice.http.headers)) as flux:
        assert flux.headers["x-accel-buffering"] == "no"
        lignes = flux.iter_lines()
        assert next(ligne for ligne in lignes if ligne.startswith("data:"))
        corps = {"motif": "Départ en retraite"}
        fait = chef.http.post(f"/comptes/{alice.compte_id}/desactivation", json=corps).json()
        assert (fait["actif"], fait["version"]) == (False, 2)
        refuse(alice.http.get("/moi"), 401, "NON_AUTHENTIFIE")
        assert [ligne for ligne in lignes if ligne] == []  # the stream ends, and says nothing more
    assert alice.sql("SELECT 1 FROM jetons WHERE compte_id = %s", alice.compte_id) == []
    corps = {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE}
    refuse(alice.http.post("/jetons", json=corps), 401, "NON_AUTHENTIFIE")
    chef.http.post(f"/comptes/{alice.compte_id}/desactivation")  # a second time changes nothing
    assert chef.http.post(f"/comptes/{alice.compte_id}/reactivation").json()["actif"] is True
    alice.connecter()
    traces = chef.http.get(f"/comptes/{alice.compte_id}/traces").json()["elements"]
    assert [t["action"] for t in traces] == ["reactivation", "desactivation", "creer"]
    assert (traces[1]["avant"], traces[1]["apres"]) == ({"actif": True}, {"actif": False})
    assert traces[1]["motif"] == "Départ en retraite"
    assert traces[1]["phrase"] == f"Le compte {alice.identifiant} a été désactivé."
    assert traces[1]["acteur"]["identifiant"] == chef.identifiant


def test_on_ne_se_desactive_pas_soi_meme(client: Creer) -> None:
    chef = client(UD)
    refuse(chef.http.post(f"/comptes/{chef.compte_id}/desactivation"), 409, "CPT-01")
    profil = chef.http.get("/moi").json()["profil"]
    refuse(chef.http.delete(f"/comptes/{chef.compte_id}/profils/{profil}"), 409, "CPT-01")
    assert chef.http.get("/moi").status_code == 200


def test_un_compte_qui_agit_aussi_ailleurs_ne_se_desactive_pas_d_ici(client: Creer) -> None:
    partout = client(UD, UD_69)
    chemin = f"/comptes/{partout.compte_id}/desactivation"
    document = refuse(client(UD).http.post(chemin), 409, "CPT-02")
    assert "UD 69" not in document["detail"]
    assert client(NATIONAL).http.post(chemin).json()["actif"] is False


def test_la_version_vue_compte(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD)
    chemin, perimee = f"/comptes/{alice.compte_id}", {"If-Match": '"7"'}
    vue = national.http.get(chemin)
    assert vue.headers["etag"] == '"1"'
    refuse(national.http.post(f"{chemin}/profils", json={"type": "NATIONAL"}, headers=perimee), 412, "VERSION")
    refuse(national.http.post(f"{chemin}/desactivation", headers=perimee), 412, "VERSION")
    profil = vue.json()["profils"][0]["id"]
    refuse(national.http.delete(f"{chemin}/profils/{profil}", headers=perimee), 412, "VERSION")
    assert national.http.get(chemin).json() == vue.json()


@pytest.mark.parametrize("motif", ["x" * 1001, "\x00", "\ue000une-personne|effacez-moi\ue001"])
def test_le_motif_d_un_retrait_est_lu_comme_les_autres(client: Creer, motif: str) -> None:
    national, alice = client(NATIONAL), client(UD)
    (profil,) = alice.http.get("/moi").json()["profils"]
    adresse = f"/comptes/{alice.compte_id}/profils/{profil['id']}"
    assert "motif" in refuse(national.http.delete(adresse, params={"motif": motif}), 422, "INVALIDE")["erreurs"]
    assert alice.http.get("/moi").json()["profils"] == [profil]


def test_donner_puis_retirer_un_profil(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD)
    centre = centre_nouveau(national)
    profils = f"/comptes/{alice.compte_id}/profils"
    corps = {"type": "CENTRE", "etablissement_id": centre["id"], "departement": "75", "region": "11"}  # as it is read
    ailleurs = refuse(national.http.post(profils, json=corps | {"region": "84"}), 422, "INVALIDE")
    assert list(ailleurs["erreurs"]) == ["region"]
    fait = national.http.post(profils, json=corps)
    assert fait.status_code == 201
    du_centre = next(p for p in fait.json()["profils"] if p["type"] == "CENTRE")
    assert du_centre["libelle"] == f"{centre['denomination']} – Essai (75)"
    assert (du_centre["departement"], du_centre["region"]) == ("75", "11")
    assert du_centre["administrateur"] is True  # nobody did there yet
    assert refuse(national.http.post(profils, json=corps), 409, "CPT-03")
    alice.connecter(profil=du_centre["id"])
    national.http.post(f"/comptes/{client(UD).compte_id}/profils", json=corps)
    collegues = alice.http.get("/comptes").json()["elements"]
    assert [p["administrateur"] for c in collegues for p in c["profils"]].count(True) == 1
    retire = national.http.delete(f"{profils}/{du_centre['id']}?motif=Mutation").json()
    assert [p["type"] for p in retire["profils"]] == ["UD"]
    refuse(alice.http.get("/moi"), 401, "NON_AUTHENTIFIE")  # what was open in it is closed
    assert alice.connecter()["profil"] == retire["profils"][0]["id"]
    traces = national.http.get(f"/comptes/{alice.compte_id}/traces").json()["elements"]
    assert [t["action"] for t in traces] == ["retirer_profil", "ajouter_profil", "creer"]
    assert traces[0]["avant"]["etablissement_id"] == centre["id"] and traces[0]["motif"] == "Mutation"


def test_l_administration_se_donne_se_retire_et_se_dit(client: Creer) -> None:
    """A colleague became administrator by losing his profil, and what was open in it, and being invited again."""
    national = client(NATIONAL)
    centre = centre_nouveau(national)
    role = CENTRE | {"libelle": nom_sur_place(centre["denomination"], "Essai", "75"), "etablissement_id": centre["id"]}
    role |= {"departement": "75", "region": "11"}  # whole: its centre's event has nothing to change in it
    chef, alice = client(role), client(role | SIMPLE)
    profil, compte = alice.http.get("/moi").json()["profil"], f"/comptes/{alice.compte_id}"
    sien = f"{compte}/profils/{profil}/administration"
    refuse(alice.http.post(sien), 403, "DROIT")
    refuse(client(UD).http.post(sien), 404, "INTROUVABLE")
    refuse(chef.http.post(sien, headers={"If-Match": '"7"'}), 412, "VERSION")
    for _ in range(2):  # a second time changes nothing
        assert (fait := chef.http.post(sien, json={"motif": "Congés"}).json())["profils"][0]["administrateur"] is True
    assert (fait["version"], alice.http.get("/comptes").status_code) == (2, 200)  # at once, in the session under way
    refuse(alice.http.delete(sien), 409, "CPT-01")
    chez_chef = chef.http.get("/moi").json()["profil"]
    assert alice.http.delete(f"/comptes/{chef.compte_id}/profils/{chez_chef}/administration").status_code == 200
    refuse(chef.http.get("/comptes"), 403, "DROIT")
    assert centre["denomination"] in refuse(national.http.delete(sien), 409, "CONFIRMATION_REQUISE")["detail"]
    national.http.delete(sien, params={"confirmer": "CPT-08"})
    assert national.http.post(f"{compte}/desactivation").status_code == 200  # it administers nothing any more
    refuse(national.http.post(sien), 409, "CPT-06")
    traces = national.http.get(f"{compte}/traces").json()["elements"]
    assert [t["phrase"] for t in traces[1:3]] == [
        f"Le compte {alice.identifiant} {fait} « {role['libelle']} »."
        for fait in ("n'administre plus", "administre désormais")
    ]
    assert [(t["avant"]["administrateur"], t["motif"]) for t in traces[1:3]] == [(True, None), (False, "Congés")]


def test_la_mission_voit_ou_plus_personne_n_administre(client: Creer) -> None:
    """Said once, as the last one left (CPT-08), or not at all to a program: nobody could find those places again."""
    national = client(NATIONAL)
    centres = [CENTRE | {"etablissement_id": centre_nouveau(national)["id"]} for _ in range(2)]
    parti, reste = client(centres[0]), client(centres[0] | SIMPLE)
    client(centres[1]), client(centres[1] | SIMPLE)

    def orphelins() -> list[str]:
        lieux = [{"etablissement_id": centre["etablissement_id"]} for centre in centres]
        vus = [national.http.get("/comptes", params=lieu | {"sans_administrateur": "true"}).json() for lieu in lieux]
        return [compte["id"] for vu in vus for compte in vu["elements"]]

    assert orphelins() == []
    assert national.http.post(f"/comptes/{parti.compte_id}/desactivation").status_code == 200
    assert orphelins() == [reste.compte_id]  # who may be named; not who has left
    siens = national.http.get(f"/comptes/{reste.compte_id}").json()["profils"]
    nomme = f"/comptes/{reste.compte_id}/profils/{siens[0]['id']}/administration"
    assert national.http.post(nomme, json={}).status_code == 200
    assert orphelins() == []


def test_un_centre_est_le_meme_comment_qu_on_l_ecrive(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD)
    centre = centre_nouveau(national)
    profils, lieu = f"/comptes/{alice.compte_id}/profils", centre["id"]
    ecrits = (lieu, lieu.upper(), lieu.replace("-", ""), f"{{{lieu}}}")
    offre = {"courriel": f"invite-{lieu}@exemple.fr", "type": "CENTRE"}
    for chemin, corps, code in ((profils, {"type": "CENTRE"}, "CPT-03"), ("/invitations", offre, "CPT-04")):
        faits = [national.http.post(chemin, json=corps | {"etablissement_id": ecrit}) for ecrit in reversed(ecrits)]
        assert faits[0].status_code == 201
        for fait in faits[1:]:
            refuse(fait, 409, code)
    alice.connecter(profil=next(p["id"] for p in alice.http.get("/moi").json()["profils"] if p["type"] == "CENTRE"))
    sien = alice.http.post(profils, json={"type": "CENTRE", "etablissement_id": lieu.upper()})
    refuse(sien, 409, "CPT-03")  # his own centre, not one that he does not administer


def test_le_profil_par_defaut_retire_laisse_la_place_a_un_autre(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD, UD_69)
    par_defaut = next(p["id"] for p in alice.http.get("/moi").json()["profils"] if p["departement"] == "75")
    alice.http.put("/moi/preferences", json={"profil_par_defaut": par_defaut, "messages": []})
    assert national.http.delete(f"/comptes/{alice.compte_id}/profils/{par_defaut}").status_code == 200
    assert alice.connecter()["profil"] != par_defaut
    assert alice.http.get("/moi/preferences").json()["profil_par_defaut"] is None


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({}, "type"),
        ({"type": "ROI"}, "type"),
        ({"type": "UD"}, "departement"),
        ({"type": "UD", "departement": "99"}, "departement"),
        ({"type": "DIRECCTE", "region": "00"}, "region"),
        ({"type": "CENTRE"}, "etablissement_id"),
        ({"type": "NATIONAL", "departement": "75"}, "departement"),
        ({"type": "DIRECCTE", "region": "84", "etablissement_id": "x"}, "etablissement_id"),
        ({"type": "UD", "departement": "69", "region": "11"}, "region"),
        ({"type": "UD", "departement": "75", "autre": 1}, "autre"),
    ],
)
def test_un_profil_mal_dit(client: Creer, corps: dict[str, Any], champ: str) -> None:
    reponse = client(NATIONAL).http.post(f"/comptes/{client(UD).compte_id}/profils", json=corps)
    assert list(refuse(reponse, 422, "INVALIDE")["erreurs"]) == [champ]


def test_toutes_les_fautes_d_une_invitation_se_disent_ensemble(client: Creer) -> None:
    """Seen said in two times: the address, then the place."""
    corps = {"courriel": "x", "type": "UD", "etablissement_id": "y"}
    faux = refuse(client(NATIONAL).http.post("/invitations", json=corps), 422, "INVALIDE")
    assert faux["erreurs"].keys() == {"courriel", "departement", "etablissement_id"}


def test_on_ne_donne_que_ce_que_l_on_administre(client: Creer) -> None:
    chef, collegue = client(UD), client(UD)
    profils = f"/comptes/{collegue.compte_id}/profils"
    refuse(chef.http.post(profils, json={"type": "NATIONAL"}), 403, "DROIT")
    refuse(chef.http.post(profils, json={"type": "CENTRE", "etablissement_id": "x"}), 403, "DROIT")
    refuse(chef.http.post(profils, json={"type": "UD", "departement": "69"}), 404, "INTROUVABLE")
    refuse(chef.http.post(profils, json={"type": "UD"}), 409, "CPT-03")  # his own service, and that he has
    inconnu = {"type": "CENTRE", "etablissement_id": "0190a8c0-0000-7000-8000-0000000000aa"}
    refuse(client(NATIONAL).http.post(profils, json=inconnu), 404, "INTROUVABLE")
    autre, voisin = (client(role).http.get("/moi").json()["profil"] for role in (UD_69, UD))
    for pas_le_sien in (autre, voisin):  # whatever he administers: it is of this account, or not at its address
        refuse(chef.http.delete(f"{profils}/{pas_le_sien}"), 404, "INTROUVABLE")


def test_le_territoire_d_un_agent_couvre_les_nouveaux_centres(client: Creer) -> None:
    """Territories are given once: nothing is to be told of a centre that comes later."""
    agents = {"ud": client(UD), "dr": client(DIRECCTE), "ailleurs": client(UD_69)}
    chemin = f"/etablissements/{centre_nouveau(client(NATIONAL))['id']}"
    assert {nom: a.http.get(chemin).status_code for nom, a in agents.items()} == {"ud": 200, "dr": 200, "ailleurs": 404}


def test_rien_de_personnel_dans_les_journaux(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD, connecte=False)
    alice.connecter()
    national.http.get("/comptes", params={"q": alice.identifiant})
    national.http.post(f"/comptes/{alice.compte_id}/desactivation")
    journal = (alice.systeme.journaux / "gateway.log").read_text(errors="replace")
    assert "/api/v1/comptes" in journal
    assert alice.identifiant not in journal and alice.jeton not in journal and MOT_DE_PASSE not in journal


def test_les_deux_genres_sont_ceux_de_la_base() -> None:
    assert [g.value for g in Genre] == ["api", "web"]
