"""Accounts: signing in and out, profils, one's own settings; a stolen database or a guess opens nothing."""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
import sqlalchemy as sa

from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from gateway.auth import hacher
from gateway.commands.comptes import creer_compte
from gateway.perimetre import Perimetre
from gateway.queries.comptes import destinataires, seuls_administrateurs
from gateway.storage.comptes import est_administre
from gateway.storage.tables import profils
from tests.gateway.actes import acte_de, faire
from tests.gateway.conftest import CENTRE, MOT_DE_PASSE, NATIONAL, UD, Client, refuse
from tests.outils.traces_exigees import sans_trace

Creer = Callable[..., Client]


def test_se_connecter_donne_un_jeton_pour_douze_heures(client: Creer) -> None:
    alice = client(connecte=False)
    recu = alice.connecter()
    assert set(recu) == {"jeton", "expire_le", "profil"}
    assert datetime.fromisoformat(recu["expire_le"]).tzinfo is not None
    moi = alice.http.get("/moi").json()
    assert (moi["identifiant"], moi["profil"]) == (alice.identifiant, recu["profil"])
    (reste,) = alice.sql("SELECT expire_le - now() FROM jetons WHERE compte_id = %s", alice.compte_id)[0]
    assert 11.9 * 3600 < reste.total_seconds() <= 12 * 3600


@pytest.mark.parametrize(
    "corps",
    [
        {"mot_de_passe": "faux"},
        {"mot_de_passe": MOT_DE_PASSE + " "},
        {"identifiant": "personne"},
        {"mot_de_passe": "x" * 500},
    ],
)
def test_un_mauvais_identifiant_et_un_mauvais_mot_de_passe_se_disent_pareil(
    client: Creer, anonyme: httpx.Client, corps: dict[str, str]
) -> None:
    juste = {"identifiant": client(connecte=False).identifiant, "mot_de_passe": MOT_DE_PASSE}
    document = refuse(anonyme.post("/jetons", json=juste | corps), 401, "NON_AUTHENTIFIE")
    assert document["detail"] == "Identifiant ou mot de passe incorrect."


def test_le_temps_de_la_reponse_ne_dit_pas_si_le_compte_existe(client: Creer, anonyme: httpx.Client) -> None:
    def duree(identifiant: str) -> float:
        debut = time.monotonic()
        anonyme.post("/jetons", json={"identifiant": identifiant, "mot_de_passe": "faux"})
        return time.monotonic() - debut

    alice = client(connecte=False)
    alice.sql("UPDATE comptes SET mot_de_passe = %s WHERE id = %s", hacher(MOT_DE_PASSE), alice.compte_id)
    duree("personne")  # the decoy is made at its first use
    tours = [(duree(alice.identifiant), duree("personne")) for _ in range(5)]  # what else the machine does slows both
    existe, absent = map(min, zip(*tours, strict=True))
    assert 0.4 < existe / absent < 2.5


@pytest.mark.parametrize(
    "corps", [{}, {"identifiant": "x"}, {"identifiant": 3, "mot_de_passe": "x"}, {"autre": 1}, [], "texte"]
)
def test_un_formulaire_faux_est_invalide(anonyme: httpx.Client, corps: object) -> None:
    assert refuse(anonyme.post("/jetons", json=corps), 422, "INVALIDE")["erreurs"]


def test_on_choisit_son_profil_parmi_les_siens(client: Creer) -> None:
    alice, bob = client(UD, CENTRE, NATIONAL), client()
    miens = alice.http.get("/moi").json()["profils"]
    assert {p["type"] for p in miens} == {"UD", "CENTRE", "NATIONAL"}
    assert next(p for p in miens if p["type"] == "UD") | UD == next(p for p in miens if p["type"] == "UD")
    for profil in miens:
        assert alice.connecter(profil=profil["id"])["profil"] == profil["id"]
        assert alice.connecter(profil=profil["id"].upper())["profil"] == profil["id"]
        assert alice.http.get("/moi").json()["profil"] == profil["id"]
    celui_de_bob = bob.http.get("/moi").json()["profil"]
    corps = {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE, "profil": celui_de_bob}
    assert "profil" in refuse(alice.http.post("/jetons", json=corps), 422, "INVALIDE")["erreurs"]
    assert refuse(alice.http.post("/jetons", json=corps | {"profil": "rien"}), 422, "INVALIDE")


def test_un_compte_inactif_n_entre_plus_et_son_jeton_ne_vaut_plus(client: Creer) -> None:
    alice = client()
    alice.sql("UPDATE comptes SET actif = false WHERE id = %s", alice.compte_id)
    refuse(alice.http.get("/moi"), 401, "NON_AUTHENTIFIE")
    corps = {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE}
    refuse(alice.http.post("/jetons", json=corps), 401, "NON_AUTHENTIFIE")


def test_un_jeton_expire_ne_vaut_plus_et_disparait_a_la_connexion_suivante(client: Creer) -> None:
    alice = client()
    alice.sql("UPDATE jetons SET expire_le = now() - interval '1 s' WHERE compte_id = %s", alice.compte_id)
    refuse(alice.http.get("/moi"), 401, "NON_AUTHENTIFIE")
    alice.connecter()
    assert alice.sql("SELECT count(*) FROM jetons WHERE compte_id = %s", alice.compte_id) == [(1,)]


def test_revoquer_un_jeton_laisse_les_autres(client: Creer) -> None:
    alice = client()
    ailleurs = httpx.Client(
        base_url=alice.http.base_url, headers={"Authorization": f"Bearer {alice.jeton}"}, timeout=30
    )
    alice.connecter()
    assert alice.http.post("/jetons/revocation").status_code == 204
    refuse(alice.http.get("/moi"), 401, "NON_AUTHENTIFIE")
    assert ailleurs.get("/moi").status_code == 200


def test_se_deconnecter_ferme_tout_partout(client: Creer) -> None:
    alice = client()
    ailleurs = httpx.Client(
        base_url=alice.http.base_url, headers={"Authorization": f"Bearer {alice.jeton}"}, timeout=30
    )
    alice.connecter()
    assert alice.http.post("/jetons/revocation", json={"tous": True}).status_code == 204
    for http in (alice.http, ailleurs):
        refuse(http.get("/moi"), 401, "NON_AUTHENTIFIE")


def test_la_base_seule_n_ouvre_rien(client: Creer) -> None:
    """What is stored is a print of the token, and a slow hash of the password."""
    alice = client()
    alice.http.put("/moi/mot-de-passe", json={"ancien": MOT_DE_PASSE, "nouveau": "un tout nouveau mot de passe"})
    alice.connecter(mot_de_passe="un tout nouveau mot de passe")
    ((empreinte,),) = alice.sql("SELECT empreinte FROM jetons WHERE compte_id = %s", alice.compte_id)
    assert bytes(empreinte) == hashlib.sha256(alice.jeton.encode()).digest()
    ((mot_de_passe,),) = alice.sql("SELECT mot_de_passe FROM comptes WHERE id = %s", alice.compte_id)
    assert mot_de_passe.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert len(alice.jeton) >= 43


@pytest.mark.parametrize(
    "autorisation",
    ["", "Bearer", "Bearer faux", "Basic x", "Bearer a.b.c", "bearer \xe9", "Bearer " + "x" * 5000],
)
def test_sans_jeton_valable_rien(anonyme: httpx.Client, autorisation: str) -> None:
    reponse = anonyme.get("/moi", headers={"Authorization": autorisation.encode("latin-1")})  # type: ignore[dict-item]
    refuse(reponse, 401, "NON_AUTHENTIFIE")
    assert reponse.headers["www-authenticate"] == "Bearer"


def test_changer_son_mot_de_passe(client: Creer) -> None:
    alice, nouveau = client(), "un tout nouveau mot de passe"
    corps = {"ancien": MOT_DE_PASSE, "nouveau": nouveau}
    faux = alice.http.put("/moi/mot-de-passe", json=corps | {"ancien": "faux"})
    assert "ancien" in refuse(faux, 422, "INVALIDE")["erreurs"]
    court = alice.http.put("/moi/mot-de-passe", json=corps | {"nouveau": "court"})
    assert "nouveau" in refuse(court, 422, "INVALIDE")["erreurs"]
    assert alice.http.put("/moi/mot-de-passe", json=corps).status_code == 204
    refuse(alice.http.get("/moi"), 401, "NON_AUTHENTIFIE")
    ancien = {"identifiant": alice.identifiant, "mot_de_passe": MOT_DE_PASSE}
    refuse(alice.http.post("/jetons", json=ancien), 401, "NON_AUTHENTIFIE")
    alice.connecter(mot_de_passe=nouveau)
    traces = alice.sql("SELECT action, avant, apres FROM traces WHERE objet_id = %s ORDER BY rang", alice.compte_id)
    assert [t[0] for t in traces] == ["creer", "mot_de_passe"]
    assert nouveau not in str(traces)


def test_une_cle_ne_garde_rien_d_un_mot_de_passe(client: Creer) -> None:
    """A fast print of a body that holds one would let whoever reads the base try millions a second."""
    alice = client()
    corps = {"ancien": MOT_DE_PASSE, "nouveau": "un tout nouveau mot de passe"}
    assert alice.http.put("/moi/mot-de-passe", json=corps, headers={"Idempotency-Key": "c"}).status_code == 204
    assert alice.sql("SELECT count(*) FROM cles_idempotence WHERE compte_id = %s", alice.compte_id) == [(0,)]


def test_son_titulaire_corrige_son_nom(client: Creer) -> None:
    """Seen: misspelt as one accepted, or changed since, by marriage, it was everybody's for as long as the account."""
    chef, zoe = client(UD), client(UD, nom="Zoé Martn")
    assert zoe.http.put("/moi/nom", json={"nom": "  Zoé\nDurand "}).json()["nom"] == "Zoé Durand"
    assert "nom" in refuse(zoe.http.put("/moi/nom", json={"nom": " "}), 422, "INVALIDE")["erreurs"]
    assert zoe.http.put("/moi/nom", json={"nom": "Zoé Durand"}).status_code == 200  # nothing has changed
    lue = chef.http.get(f"/comptes/{zoe.compte_id}").json()
    assert (lue["nom"], lue["identifiant"], lue["version"]) == ("Zoé Durand", zoe.identifiant, 2)
    for cherche, trouve in (("durand", 1), ("martn", 0)):
        voulu = {"q": f"{cherche} {zoe.identifiant}"}
        assert chef.http.get("/comptes", params=voulu).json()["total"] == trouve
    derniere, *_ = chef.http.get(f"/comptes/{zoe.compte_id}/traces").json()["elements"]
    assert derniere["phrase"] == "Le titulaire a corrigé son nom. Le nom a été changé : Zoé Martn → Zoé Durand."
    assert "Durand" not in str(zoe.sql("SELECT phrase, avant, apres FROM traces WHERE objet_id = %s", zoe.compte_id))


def test_ses_preferences(client: Creer) -> None:
    alice = client(UD, NATIONAL)
    lues = alice.http.get("/moi/preferences").json()
    assert lues | {"messages": []} == {"profil_par_defaut": None, "messages": [], "version": 1}
    voies = {(m["application"], m["courriel"]) for m in lues["messages"]}
    assert voies == {(True, False)}  # of all kinds, of none of which he chose
    national = next(p["id"] for p in alice.http.get("/moi").json()["profils"] if p["type"] == "NATIONAL")
    message = {"genre": "habilitation_finit", "application": False, "courriel": True}
    voulues = {"profil_par_defaut": national, "messages": [message]}
    reglees = alice.http.put("/moi/preferences", json=voulues).json()
    tous = [message if m["genre"] == message["genre"] else m for m in lues["messages"]]
    assert message in tous
    assert reglees == voulues | {"messages": tous, "version": 2}
    assert alice.http.get("/moi/preferences").json() == reglees
    assert alice.connecter()["profil"] == national
    a_un_autre = voulues | {"profil_par_defaut": client().http.get("/moi").json()["profil"]}
    assert (
        "profil_par_defaut" in refuse(alice.http.put("/moi/preferences", json=a_un_autre), 422, "INVALIDE")["erreurs"]
    )
    deux_fois = voulues | {"messages": [message, message | {"courriel": True}]}
    erreurs = refuse(alice.http.put("/moi/preferences", json=deux_fois), 422, "INVALIDE")["erreurs"]
    assert erreurs == {"messages": ["Chaque genre de message se règle une seule fois."]}
    inconnu = voulues | {"messages": [message | {"genre": "habilitation_finie"}]}  # nobody would ever be told of it
    erreurs = refuse(alice.http.put("/moi/preferences", json=inconnu), 422, "INVALIDE")["erreurs"]
    assert "habilitation_finit" in erreurs["messages"]["0"]["genre"][0]
    assert alice.http.get("/moi/preferences").json() == reglees


def test_creer_un_compte_qui_existe_garde_son_mot_de_passe_et_complete_ses_profils(client: Creer) -> None:
    alice = client(UD)
    for _ in range(2):
        arguments = (alice.identifiant, "Autre nom", "autre@exemple.fr", "un autre mot de passe", [UD, NATIONAL])
        assert faire(creer_compte, *arguments) == alice.compte_id
    alice.connecter()
    assert len(alice.http.get("/moi").json()["profils"]) == 2


def test_un_compte_demande_par_son_nom_dit_ou_il_agit_pour_l_etat(base: sa.Engine) -> None:
    direccte = {"type": TypeProfil.DIRECCTE, "libelle": "DIRECCTE 11", "region": "11"}
    leo, zoe = (
        faire(creer_compte, nom, nom, f"{nom}@exemple.fr", "", roles)
        for nom, roles in (("leo-agent", [UD, CENTRE, direccte]), ("zoe-centre", [CENTRE]))
    )
    lus = {c["compte_id"]: c["territoires"] for c in acte_de(None).lire(destinataires, [leo, zoe])}
    ou = [{"departement": "75", "region": "11"}, {"departement": None, "region": "11"}]
    assert (sorted(lus[leo], key=str), lus[zoe]) == (sorted(ou, key=str), [])


def test_qui_a_plusieurs_profils_sait_lequel_est_averti(base: sa.Engine) -> None:
    """He was told of « votre établissement », of fifty, and of a page that opens in one of his profils alone."""
    ailleurs = CENTRE | {"libelle": "Centre – Lyon (69)", "etablissement_id": nouvel_id()}
    direccte = {"type": TypeProfil.DIRECCTE, "libelle": "DIRECCTE 11", "region": "11"}
    zoe, leo, lea = (
        faire(creer_compte, nom, nom, f"{nom}@exemple.fr", "", roles)
        for nom, roles in (("zoe", [CENTRE]), ("leo", [CENTRE, UD, ailleurs]), ("lea", [UD, direccte]))
    )
    lieux = [str(lieu["etablissement_id"]) for lieu in (CENTRE, ailleurs)]
    lus = acte_de(None).lire(destinataires, [], lieux, ["75"])
    nom, unite = str(CENTRE["libelle"]), str(UD["libelle"])
    dits = [(zoe, None), (leo, nom), (leo, ailleurs["libelle"]), (leo, unite), (lea, unite)]
    assert sorted(((c["compte_id"], c["pour"]) for c in lus), key=str) == sorted(dits, key=str)


def test_un_compte_ferme_n_est_averti_de_rien_et_n_administre_personne(base: sa.Engine) -> None:
    zoe, leo = (
        faire(creer_compte, nom, nom, f"{nom}@exemple.fr", "", roles)
        for nom, roles in (("zoe", [CENTRE]), ("leo", [CENTRE, UD]))
    )
    lieu, ailleurs = str(CENTRE["etablissement_id"]), nouvel_id()

    def avertis(*qui: list[str]) -> list[tuple[str, str]]:
        lus = acte_de(None).lire(destinataires, *qui)
        return sorted((c["compte_id"], c["etablissement_id"] or c["departement"] or "") for c in lus)

    def administre() -> bool:
        with base.connect() as db:
            return est_administre(db, Perimetre(TypeProfil.CENTRE, lieu).ici(profils))

    a_son_nom, au_centre, a_l_unite = [(zoe, "")], [(zoe, lieu), (leo, lieu)], [(leo, "75")]
    assert avertis([zoe], [lieu, ailleurs], ["75", "69"]) == sorted(a_son_nom + au_centre + a_l_unite)
    assert (avertis([], [ailleurs], ["69"]), administre()) == ([], True)

    with sans_trace("gateway") as db:
        db.execute(sa.text("UPDATE comptes SET actif = false WHERE id = :id"), {"id": zoe})
    assert (avertis([zoe], [lieu], ["75"]), administre()) == (sorted([(leo, lieu), (leo, "75")]), True)
    with sans_trace("gateway") as db:
        db.execute(sa.text("UPDATE comptes SET actif = false"))
    assert (avertis([zoe, leo], [lieu], ["75"]), administre()) == ([], False)


def test_qui_administre_un_centre_n_administre_pas_l_unite_de_son_departement(base: sa.Engine) -> None:
    """Taken for who stays, he would leave the unit without anybody, unsaid (CPT-08)."""
    au_centre = CENTRE | {"departement": UD["departement"], "region": UD["region"]}
    zoe, _ = (faire(creer_compte, n, n, f"{n}@exemple.fr", "", [r]) for n, r in (("zoe", UD), ("leo", au_centre)))
    assert len(acte_de(None).lire(seuls_administrateurs, zoe)) == 1
    faire(creer_compte, "lea", "lea", "lea@exemple.fr", "", [UD])
    assert acte_de(None).lire(seuls_administrateurs, zoe) == set()
