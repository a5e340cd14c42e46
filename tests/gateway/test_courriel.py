"""An account's address (ADR 62): what changes with it, what it never takes, who is told."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from commun import fils
from commun.appel import Appel
from commun.config import config
from commun.db import moteur
from commun.errors import Introuvable, Invalide, ReglesEnfreintes
from commun.unit_of_work import Acte
from gateway import auth
from gateway.commands import invitations
from gateway.commands.comptes import creer_compte
from gateway.commands.conservation import anonymiser
from gateway.commands.courriel import remplacer_courriel
from gateway.queries.comptes import nom_de
from gateway.queries.courriel import lettre_du_changement
from gateway.storage.comptes import list_comptes_par_courriel
from gateway.storage.invitations import nouvelle
from tests.gateway.conftest import MOT_DE_PASSE, NATIONAL, UD, Client, refuse
from tests.gateway.test_administration import UD_69
from tests.gateway.test_invitations import NOUVEAU, adresse_nouvelle, inviter, lien_recu
from tests.gateway.test_renouvellements import NEUF, anonyme, demander, lien_de, mail_recu  # noqa: F401
from tests.outils.cles import paire
from tests.outils.simultanes import ensemble
from tests.parcours.courrier import courriels

Creer = Callable[..., Client]


def faire(commande: Callable[..., Any], *arguments: Any) -> Any:
    return Acte("gateway", Appel("essai"), systeme=True).faire(commande, *arguments)


def lire(requete: Callable[..., Any], *arguments: Any) -> Any:
    return Acte("gateway", Appel("essai"), systeme=True).lire(requete, *arguments)


def remplacer(identifiant: str, nouveau: str) -> Any:
    return faire(remplacer_courriel, identifiant, {"courriel": nouveau})


@pytest.fixture
def zoe(client: Creer) -> Client:
    """Who signs in under her address, as those do who were invited."""
    modele, courriel = client(UD), adresse_nouvelle()
    compte_id = faire(creer_compte, courriel, "Zoé Martin", courriel, MOT_DE_PASSE, [UD])
    elle = Client(modele.systeme, courriel, compte_id, httpx.Client(base_url=modele.http.base_url, timeout=15))
    elle.connecter()
    return elle


# -- the operator's way


def test_l_exploitation_donne_une_autre_adresse(zoe: Client, anonyme: httpx.Client) -> None:  # noqa: F811
    ancien, nouveau = zoe.identifiant, adresse_nouvelle()
    assert remplacer(ancien.upper(), nouveau.upper()) == nouveau
    moi = zoe.http.get("/moi").json()  # what was open stays open
    assert (moi["courriel"], moi["identifiant"]) == (nouveau, nouveau)
    refuse(anonyme.post("/jetons", json={"identifiant": ancien, "mot_de_passe": MOT_DE_PASSE}), 401, "NON_AUTHENTIFIE")
    zoe.identifiant = nouveau
    zoe.connecter()
    (la_bas,) = courriels(zoe.systeme.url_courrier, nouveau)
    assert f"connectez-vous sous {nouveau}" in la_bas["texte"] and "Zoé Martin" in la_bas["texte"]
    (ici,) = courriels(zoe.systeme.url_courrier, ancien)
    assert la_bas["objet"] == ici["objet"] == "L’adresse de votre compte CERES a été changée"
    assert "Ce n’est pas vous" in ici["texte"] and nouveau not in str(ici)  # that mailbox may have another reader
    assert (zoe.http.get("/comptes", params={"q": nouveau}).json()["total"]) == 1
    trace = zoe.http.get(f"/comptes/{zoe.compte_id}/traces").json()["elements"][0]
    assert trace["phrase"] == (
        "L'adresse a été remplacée par l'exploitation. "
        f"L'adresse électronique a été changée : {ancien} → {nouveau}. "
        f"L'identifiant a été changé : {ancien} → {nouveau}."
    )
    brut = str(zoe.sql("SELECT phrase, avant, apres FROM traces WHERE objet_id = %s", zoe.compte_id))
    assert ancien not in brut and nouveau not in brut  # sealed under her key
    assert nouveau not in str(zoe.sql("SELECT corps, en_tetes FROM outbox"))


def test_un_identifiant_qui_n_est_pas_l_adresse_reste(client: Creer) -> None:
    bob, nouveau = client(UD), adresse_nouvelle()
    assert remplacer(bob.identifiant, nouveau) == bob.identifiant
    assert f"Votre identifiant reste {bob.identifiant}." in courriels(bob.systeme.url_courrier, nouveau)[0]["texte"]


def test_ce_qui_ne_se_change_pas(client: Creer, zoe: Client) -> None:
    bob = client(UD)
    with pytest.raises(Introuvable):
        remplacer("personne", adresse_nouvelle())
    for sienne in (zoe.identifiant, f"{bob.identifiant}@exemple.fr"):
        with pytest.raises(Invalide if sienne == zoe.identifiant else ReglesEnfreintes) as refus:
            remplacer(zoe.identifiant, sienne)
    assert refus.value.en_clair()["manquements"][0] == {
        "code": "CPT-07",
        "message": "Cette adresse est déjà celle d'un autre compte.",
    }
    zoe.sql("UPDATE comptes SET actif = false WHERE id = %s", zoe.compte_id)
    with pytest.raises(ReglesEnfreintes):
        remplacer(zoe.identifiant, adresse_nouvelle())


def test_qui_a_signe_sous_son_ancienne_adresse_garde_son_nom(zoe: Client) -> None:
    """A visa holds the identifiant; once somebody else signs in under it, it may be either, and names nobody."""
    ancien = zoe.identifiant
    remplacer(ancien, encore := adresse_nouvelle())
    remplacer(encore, adresse_nouvelle())
    assert lire(nom_de, ancien) == lire(nom_de, encore) == "Zoé Martin"
    faire(creer_compte, ancien, "Léo Durand", ancien, MOT_DE_PASSE, [UD])
    assert (lire(nom_de, ancien), lire(nom_de, encore)) == ("", "Zoé Martin")


def test_ses_invitations_la_suivent(client: Creer, zoe: Client, anonyme: httpx.Client) -> None:  # noqa: F811
    """Accepted by the link of the old mailbox, one would have made a second account."""
    chef, ancien, nouveau = client(UD_69), zoe.identifiant, adresse_nouvelle()
    inviter(chef, ancien, type="UD")
    lien = lien_recu(chef, ancien)
    remplacer(ancien, nouveau)
    fait = anonyme.post(lien, json={})
    assert (fait.status_code, fait.json()["identifiant"]) == (200, nouveau)
    assert [p["departement"] for p in zoe.http.get("/moi").json()["profils"]] == ["69", "75"]
    (vue,) = chef.http.get("/invitations", params={"q": nouveau}).json()["elements"]
    assert vue["etat"] == "acceptee"


def test_celles_d_une_adresse_partagee_restent(client: Creer, zoe: Client) -> None:
    chef, ancien = client(UD_69), zoe.identifiant
    faire(creer_compte, f"autre-{zoe.compte_id}", "Léo Durand", ancien, MOT_DE_PASSE, [UD])
    inviter(chef, ancien, type="UD")
    remplacer(ancien, adresse_nouvelle())
    assert chef.http.get("/invitations", params={"q": ancien}).json()["total"] == 1


def test_le_lien_de_l_ancienne_boite_ne_remplace_plus_le_mot_de_passe(
    zoe: Client,
    anonyme: httpx.Client,  # noqa: F811
) -> None:
    """Not even asked for under an identifiant that is an address of its own, and stays."""
    courriel = adresse_nouvelle()
    zoe.sql("UPDATE comptes SET courriel = %s WHERE id = %s", courriel, zoe.compte_id)
    demander(anonyme, zoe.identifiant)
    lien = lien_de(mail_recu(zoe, courriel))
    assert remplacer(zoe.identifiant, adresse_nouvelle()) == zoe.identifiant
    refuse(anonyme.post(lien, json=NEUF), 404, "INTROUVABLE")


# -- at one instant


@pytest.fixture
def deux(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two accounts, which sign in under their addresses."""
    monkeypatch.setattr(fils, "a_part", lambda fonction, *arguments: fonction(*arguments))
    for nom, cle in zip(("CERES_CLE_PRIVEE", "CERES_CLE_PUBLIQUE"), paire(), strict=True):
        monkeypatch.setenv(nom, cle)
    config.cache_clear()
    noms = ("un@exemple.fr", "deux@exemple.fr")
    for nom in noms:
        faire(creer_compte, nom, "Zoé", nom, "", [NATIONAL])
    yield noms
    monkeypatch.undo()
    config.cache_clear()


def test_deux_comptes_ne_prennent_pas_la_meme_adresse(deux: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with moteur("gateway").begin() as db:  # identifiants that stay: nothing else than the address is common
        db.execute(sa.text("ALTER TABLE comptes DISABLE TRIGGER trace_exigee"))
        db.execute(sa.text("UPDATE comptes SET identifiant = split_part(identifiant, '@', 1)"))
        db.execute(sa.text("ALTER TABLE comptes ENABLE TRIGGER trace_exigee"))
    un, autre = (partial(remplacer, nom.partition("@")[0], "prise@exemple.fr") for nom in deux)
    assert ensemble(monkeypatch, "gateway", un, autre) == ("fait", "CPT-07")
    with moteur("gateway").connect() as db:
        assert len(list_comptes_par_courriel(db, "prise@exemple.fr")) == 1


def test_qui_accepte_une_invitation_la_ou_un_compte_arrive_y_trouve_ce_compte(
    deux: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each made sure that the address was free, and one of the two broke on the other."""

    def offrir(acte: Acte) -> str:
        (hote,) = list_comptes_par_courriel(acte.db, deux[1])
        role = {"type": "UD", "libelle": "UD 75", "departement": "75", "region": "11", "administrateur": False}
        qui = {"courriel": "zoe@exemple.fr", "invite_par": hote} | role
        invitation_id = nouvelle(acte.db, auth.empreinte_invitation, invitations.VALIDITE, **qui)
        acte.tracer("invitation", invitation_id, "inviter", "Invitée.")
        return auth.jeton_invitation(invitation_id, 1)

    jeton = faire(offrir)
    accepter = partial(faire, invitations.accepter, jeton, NOUVEAU)
    assert ensemble(monkeypatch, "gateway", partial(remplacer, deux[0], "zoe@exemple.fr"), accepter) == ("fait", "fait")
    with moteur("gateway").connect() as db:
        assert len(list_comptes_par_courriel(db, "zoe@exemple.fr")) == 1


def test_un_changement_s_oublie_avec_le_compte(deux: tuple[str, str]) -> None:
    remplacer(deux[0], "zoe@exemple.fr")
    with moteur("gateway").connect() as db:
        ((changement, compte_id),) = db.execute(sa.text("SELECT id::text, compte_id FROM changements_courriel")).all()
    assert lire(lettre_du_changement, changement, "ancien")["courriel"] == deux[0]
    faire(anonymiser, [compte_id])
    with pytest.raises(Introuvable):
        lire(lettre_du_changement, changement, "ancien")
    assert lire(nom_de, deux[0]) == ""
