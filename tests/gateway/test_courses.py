"""Two acts at one instant on one account: the second sees what the first has done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun import fils
from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.config import config
from commun.domain.errors import VersionPerimee
from commun.domain.referentiel import TypeProfil
from commun.storage.db import moteur
from gateway import auth
from gateway import proconnect as fournisseur
from gateway.commands import compte, comptes, connexion, invitations, proconnect, reception, renouvellements
from gateway.proconnect import Identite
from gateway.queries.comptes import fiche
from gateway.storage import comptes as stockes
from gateway.storage import jetons
from gateway.storage.comptes import list_profils
from gateway.storage.renouvellements import nouveau
from tests.gateway.actes import acte_de, acte_de_ceres
from tests.gateway.conftest import CENTRE, MOT_DE_PASSE, NATIONAL, UD
from tests.outils.simultanes import aller_au_bout, avant_la_fin, ensemble, issue, pendant
from tests.outils.traces import traces_de
from tests.outils.traces_exigees import sans_trace

Faire = Callable[..., Any]
AU_CENTRE = {"type": "CENTRE", "etablissement_id": CENTRE["etablissement_id"], "administrateur": False}
LYON = {"departement": "69", "region": "84"}
AILLEURS = {"id": CENTRE["etablissement_id"], "version": 2, "denomination": "Centre", **LYON}


@pytest.fixture
def agent(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """An account that does not administer. Passwords are verified in the thread of who signs in: those of the loop
    wait for the loop's own.
    """
    monkeypatch.setattr(fils, "a_part", lambda fonction, *arguments: fonction(*arguments))
    creer = partial(acte_de_ceres().faire, comptes.creer_compte)
    return str(creer("agent", "Zoé", "agent@exemple.fr", MOT_DE_PASSE, [UD | {"administrateur": False}]))


@pytest.fixture
def faire(base: sa.Engine) -> Faire:
    """Runs commands as the national mission; `pendant` is done while neighbours are asked."""
    creer = partial(acte_de_ceres().faire, comptes.creer_compte)
    compte_id = creer("hote", "Hôte", "hote@exemple.fr", "", [NATIONAL | {"administrateur": True}])
    with moteur("gateway").connect() as db:
        (profil,) = list_profils(db, compte_id)

    def faire(commande: Faire, *arguments: Any, version: int | None = None, pendant: Faire = lambda: None) -> Any:
        class Entoure(Acte):
            def demander(self, question: Question) -> Any:
                pendant()
                lieu = {"adresse": {"commune": "Paris"}, "departement": "75", "region": "11"}
                return {"id": CENTRE["etablissement_id"], "version": 1, "denomination": "Centre", **lieu}

        qui = Acteur(compte_id, "hote", profil["id"], TypeProfil.NATIONAL)
        acte = Entoure("gateway", Appel("essai", version=version), _acteur=qui)
        return acte.lire(commande, *arguments) if commande is fiche else acte.faire(commande, *arguments)

    return faire


def test_un_compte_desactive_pendant_qu_on_lui_donne_un_profil_n_en_recoit_pas(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    desactiver = partial(faire, comptes.desactiver, agent, {"motif": "Départ"})
    donner = partial(faire, comptes.ajouter_profil, agent, {"type": "NATIONAL"})
    premiere, seconde = ensemble(monkeypatch, "gateway", desactiver, donner)
    assert (premiere, seconde != "fait") == ("fait", True)
    assert len(faire(fiche, agent)["profils"]) == 1


def test_le_compte_que_l_on_a_vu_est_celui_a_qui_l_on_donne(agent: str, faire: Faire) -> None:
    """Another has changed it while the place of the new profil is asked for."""
    vue = faire(fiche, agent)["version"]
    pendant = partial(faire, comptes.ajouter_profil, agent, {"type": "NATIONAL"})
    with pytest.raises(VersionPerimee):
        faire(comptes.ajouter_profil, agent, AU_CENTRE, version=vue, pendant=pendant)
    assert len(faire(fiche, agent)["profils"]) == 2


@pytest.mark.parametrize("comment", ["donner", "inviter"])
@pytest.mark.parametrize(
    "perte", ["profils SET administrateur = false", "comptes SET actif = false WHERE identifiant = 'hote'"]
)
def test_qui_n_administre_plus_a_la_reponse_du_referentiel_ne_donne_rien(
    cles: None, agent: str, faire: Faire, perte: str, comment: str
) -> None:
    """The place of a profil of centre is asked for between two transactions: the right was read in the first alone."""

    def pendant() -> None:
        with sans_trace("gateway") as db:
            db.execute(sa.text(f"UPDATE {perte}"))

    donner = partial(faire, comptes.ajouter_profil, agent, AU_CENTRE, pendant=pendant)
    offrir = partial(faire, invitations.inviter, AU_CENTRE | {"courriel": "agent@exemple.fr"}, pendant=pendant)
    assert issue(donner if comment == "donner" else offrir) == "DROIT"


def inviter(faire: Faire, **role: Any) -> tuple[str, Faire]:
    """Invites the agent to the national mission, unless told otherwise; returns the invitation, and its acceptance."""
    corps = {"courriel": "agent@exemple.fr", "type": "NATIONAL"} | role
    invitation = str(faire(invitations.inviter, corps)["id"])
    jeton = auth.jeton_invitation(invitation, 1)
    return invitation, partial(acte_de(None).faire, invitations.accepter, jeton, {})


def test_retirer_une_invitation_laisse_les_autres(cles: None, agent: str, faire: Faire) -> None:
    retiree, accepter_la_retiree = inviter(faire, courriel="autre@exemple.fr")
    _, accepter = inviter(faire)
    faire(invitations.retirer, retiree, {})
    assert [issue(acte) for acte in (accepter_la_retiree, accepter)] == ["INTROUVABLE", "fait"]


def test_un_lien_qu_on_remplace_pendant_qu_il_sert_a_servi_ou_ne_vaut_plus(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rang, issues in enumerate((("fait", "INTROUVABLE"), ("fait", "CPT-05"))):
        invitation, accepter = inviter(faire, **({"type": "UD", "departement": "69"} if rang else {}))
        renvoyer = partial(faire, invitations.renvoyer, invitation, {})
        actes = (accepter, renvoyer) if rang else (renvoyer, accepter)
        assert ensemble(monkeypatch, "gateway", *actes) == issues


def test_qui_accepte_un_profil_pendant_que_son_centre_demenage_y_est(cles: None, agent: str, faire: Faire) -> None:
    """Told of once, the move would have missed him: he would have stayed an agent of the place before."""
    _, accepter = inviter(faire, **AU_CENTRE)
    ceres = acte_de_ceres()
    assert avant_la_fin(ceres, lambda acte: reception.recevoir_etablissement(acte, AILLEURS), accepter) == "fait"
    assert {p["departement"] for p in faire(fiche, agent)["profils"]} == {"75", "69"}


def test_une_invitation_acceptee_pendant_que_son_centre_demenage_reste_ce_qu_elle_offrait(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    (invitation, accepter), (d_ailleurs, _) = inviter(faire, **AU_CENTRE), inviter(faire, courriel="lea@exemple.fr")
    demenager = partial(acte_de_ceres().faire, reception.recevoir_etablissement, AILLEURS)
    assert ensemble(monkeypatch, "gateway", accepter, demenager) == ("fait", "fait")
    with moteur("gateway").connect() as db:
        assert [t["action"] for t in traces_de(db, "invitation", invitation)] == ["accepter", "inviter"]
        assert [t["action"] for t in traces_de(db, "invitation", d_ailleurs)] == ["inviter"]
    assert {p["departement"] for p in faire(fiche, agent)["profils"]} == {"75", "69"}


@pytest.mark.parametrize("perdu", ["compte", "profil"])
def test_qui_est_mis_dehors_pendant_que_son_centre_demenage_n_attend_personne(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch, perdu: str
) -> None:
    """Each held what the other waited for: the account for the one, the invitation that it had sent for the other."""
    au_centre = AU_CENTRE | {"administrateur": True}
    (profil,) = (p for p in faire(comptes.ajouter_profil, agent, au_centre)["profils"] if p["type"] == "CENTRE")
    invitation, _ = inviter(faire, courriel="sien@exemple.fr", **AU_CENTRE)
    with sans_trace("gateway") as db:
        db.execute(sa.text("UPDATE invitations SET invite_par = :lui"), {"lui": agent})
    retirer = partial(faire, comptes.retirer_profil, agent, profil["id"], {})
    sortir = retirer if perdu == "profil" else partial(faire, comptes.desactiver, agent, {})
    demenager = partial(acte_de_ceres().faire, reception.recevoir_etablissement, AILLEURS)
    assert ensemble(monkeypatch, "gateway", sortir, demenager) == ("fait", "fait")
    with moteur("gateway").connect() as db:
        assert {"retirer", "inviter"} <= {t["action"] for t in traces_de(db, "invitation", invitation)}


def test_un_profil_retire_ne_l_est_qu_une_fois_et_ne_suit_plus_son_centre(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    (profil,) = (p for p in faire(comptes.ajouter_profil, agent, AU_CENTRE)["profils"] if p["type"] == "CENTRE")
    retirer = partial(faire, comptes.retirer_profil, agent, profil["id"], {})
    demenager = partial(acte_de_ceres().faire, reception.recevoir_etablissement, AILLEURS)
    assert ensemble(monkeypatch, "gateway", retirer, demenager) == ("fait", "fait")
    with moteur("gateway").connect() as db:
        assert reception.SUIVI not in {t["action"] for t in traces_de(db, "compte", agent)}
    (profil,) = (p for p in faire(comptes.ajouter_profil, agent, AU_CENTRE)["profils"] if p["type"] == "CENTRE")
    retirer = partial(faire, comptes.retirer_profil, agent, profil["id"], {})
    assert ensemble(monkeypatch, "gateway", retirer, retirer) == ("fait", "INTROUVABLE")
    with moteur("gateway").connect() as db:
        actions = [trace["action"] for trace in traces_de(db, "compte", agent)]
    assert actions == ["retirer_profil", "ajouter_profil"] * 2 + ["creer"]


def test_de_deux_liens_d_un_mot_de_passe_oublie_un_seul_sert(
    cles: None, agent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renouveler(rang: int) -> Any:
        with moteur("gateway").begin() as db:
            courriel, duree = "agent@exemple.fr", renouvellements.VALIDITE
            lien = nouveau(db, lambda i: auth.empreinte(auth.jeton_renouvellement(i)), duree, courriel)
        corps = {"mot_de_passe": f"le mot de passe retrouvé n° {rang}"}
        acte = acte_de(None)
        return partial(acte.faire, renouvellements.renouveler, auth.jeton_renouvellement(lien), corps)

    assert ensemble(monkeypatch, "gateway", renouveler(1), renouveler(2)) == ("fait", "INTROUVABLE")


def test_qui_accepte_un_profil_pendant_qu_on_le_lui_donne_ne_l_a_qu_une_fois(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second must wait for the first, and find what it gave."""
    _, accepter = inviter(faire)
    donner = partial(faire, comptes.ajouter_profil, agent, {"type": "NATIONAL"})
    assert ensemble(monkeypatch, "gateway", donner, accepter) == ("fait", "fait")
    assert len(faire(fiche, agent)["profils"]) == 2


@pytest.mark.parametrize("acte", ["accepter", "un mot de passe"])
def test_un_compte_qui_se_ferme_ne_recoit_plus_rien(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch, acte: str
) -> None:
    """Not the profil of a link that was sent to it, nor a password from the operator."""
    _, recevoir = inviter(faire)
    if acte == "un mot de passe":
        passe = {"mot_de_passe": "un mot de passe de secours"}
        recevoir = partial(acte_de_ceres().faire, comptes.remplacer_mot_de_passe, "agent", passe)
    fermer = partial(faire, comptes.desactiver, agent, {})
    assert ensemble(monkeypatch, "gateway", fermer, recevoir) == ("fait", "CPT-06")


def test_deux_reglages_des_memes_preferences_ne_s_ecrasent_pas(faire: Faire, monkeypatch: pytest.MonkeyPatch) -> None:
    regler = partial(faire, compte.regler_preferences, {"profil_par_defaut": None, "messages": []}, version=1)
    assert ensemble(monkeypatch, "gateway", regler, regler) == ("fait", "VERSION")


def entrer() -> Any:
    """Signs the agent in."""
    corps = {"identifiant": "agent", "mot_de_passe": MOT_DE_PASSE}
    return acte_de(None).faire(connexion.ouvrir_jeton, corps, "127.0.0.1")


def test_qui_entre_pendant_que_son_mot_de_passe_change_ne_reste_pas(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opens late outlived a change meant to close everything."""
    changer = partial(faire, comptes.remplacer_mot_de_passe, "agent", {"mot_de_passe": "un tout autre mot de passe"})
    assert ensemble(monkeypatch, "gateway", changer, entrer) == ("fait", "NON_AUTHENTIFIE")


def test_de_deux_changements_de_son_mot_de_passe_le_second_ne_prouve_plus_rien(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who had found the first one would have the last word."""
    (profil,) = faire(fiche, agent)["profils"]
    lui = Acteur(agent, "agent", profil["id"], TypeProfil.UD, departement="75", region="11")

    def changer(nouveau: str) -> Any:
        return acte_de(lui).faire(compte.changer_mot_de_passe, {"ancien": MOT_DE_PASSE, "nouveau": nouveau})

    un, autre = (partial(changer, f"un tout autre mot de passe n° {n}") for n in (1, 2))
    assert ensemble(monkeypatch, "gateway", un, autre) == ("fait", "INVALIDE")


def test_qui_revient_de_proconnect_pendant_que_son_compte_se_ferme_n_entre_pas(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened to an account that was closed, his session lived again with it: he was to sign in anew."""
    lui = Identite("sujet-1", "agent@exemple.fr", True, "Zoé", "", "", "")
    revenir = partial(acte_de(None).faire, proconnect.entrer, lui)
    assert revenir()
    desactiver = partial(faire, comptes.desactiver, agent, {"motif": "Départ"})
    assert ensemble(monkeypatch, "gateway", desactiver, revenir) == ("fait", "NON_AUTHENTIFIE")
    with moteur("gateway").connect() as db:
        assert db.scalars(sa.select(jetons.jetons.c.compte_id)).all() == []


def test_une_identite_que_deux_comptes_prennent_a_la_fois_n_en_ouvre_qu_un(
    cles: None, agent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for the first, and is told whose it is; else it broke on it."""
    monkeypatch.setenv("CERES_OIDC_EMETTEUR", "https://proconnect.exemple.fr")
    config.cache_clear()
    creer = partial(acte_de_ceres().faire, comptes.creer_compte)
    autre = str(creer("autre", "Ada", "autre@exemple.fr", MOT_DE_PASSE, [UD]))

    def relier(compte_id: str) -> Any:
        identite = fournisseur.sceller(Identite("sujet-1", "z@exemple.fr", False, "Zoé", "", "", "", compte_id))
        qui = Acteur(compte_id, "qui", compte_id, TypeProfil.UD, departement="75", region="11")
        corps = {"identite": identite, "mot_de_passe": MOT_DE_PASSE}
        return partial(acte_de(qui).faire, proconnect.relier_le_mien, corps)

    assert ensemble(monkeypatch, "gateway", relier(agent), relier(autre)) == ("fait", "CPT-09")


def test_un_profil_retire_pendant_qu_on_accepte_une_invitation_a_lui_n_attend_personne(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds the invitation and the account: taken the other way round, they would wait for one another."""
    _, accepter = inviter(faire)
    donnes = faire(comptes.ajouter_profil, agent, {"type": "NATIONAL"})["profils"]
    profil = next(p["id"] for p in donnes if p["type"] == "NATIONAL")
    retirer = partial(faire, comptes.retirer_profil, agent, profil, {})
    assert ensemble(monkeypatch, "gateway", retirer, accepter) == ("fait", "INTROUVABLE")
    assert [p["type"] for p in faire(fiche, agent)["profils"]] == ["UD"]


def test_le_menage_n_attend_pas_qui_entre(base: sa.Engine) -> None:
    """Who comes in takes the pace of his network, then that of his account: taken the other way round, they met."""
    nettoyer = partial(acte_de_ceres().faire, connexion.nettoyer)
    with moteur("gateway").begin() as db:
        db.execute(
            sa.text("INSERT INTO freins VALUES ('pris', now() - interval '1 s'), ('libre', now() - interval '1 s')")
        )
    assert pendant("gateway", "SELECT 1 FROM freins WHERE cle = 'pris' FOR UPDATE", nettoyer) == "fait"
    with moteur("gateway").connect() as db:
        assert db.scalars(sa.text("SELECT cle FROM freins")).all() == [b"pris"]


def test_un_profil_retire_pendant_qu_on_y_entre_n_est_pas_une_erreur(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    entrer()
    (profil,) = faire(fiche, agent)["profils"]
    retirer = partial(faire, comptes.retirer_profil, agent, profil["id"], {"motif": "Départ"})
    assert ensemble(monkeypatch, "gateway", retirer, entrer) == ("fait", "INVALIDE")


def test_changer_de_profil_pendant_que_tout_se_ferme_n_attend_personne(agent: str, faire: Faire) -> None:
    """Each held what the other waited for: the account for the one, the token for the other."""
    secret = entrer()["jeton"]
    profil = faire(fiche, agent)["profils"][0]["id"]
    changer = partial(acte_de(None).faire, auth.changer_profil, auth.empreinte(secret), profil)
    with ThreadPoolExecutor(1) as fil:
        with moteur("gateway").begin() as db:
            stockes.get_compte(db, agent, verrou=True)
            suite = fil.submit(issue, changer)
            aller_au_bout("gateway", suite)
            jetons.retirer_tous(db, agent)
        assert suite.result() == "NON_AUTHENTIFIE"


def test_de_deux_administrateurs_qui_se_retirent_l_un_a_l_autre_un_reste(
    agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each took the other for who stays: their service had nobody left, without a word."""
    faire(comptes.ajouter_profil, agent, {"type": "NATIONAL", "administrateur": True})
    acte = acte_de_ceres()
    lui = acte.faire(lambda a: stockes.get_compte_par_identifiant(a.db, "hote"))["id"]
    siens = {
        qui: next(p for p in faire(fiche, qui)["profils"] if p["type"] == "NATIONAL")["id"] for qui in (lui, agent)
    }

    def agir(commande: Faire, *arguments: Any) -> None:
        acte_de(Acteur(agent, "agent", siens[agent], TypeProfil.NATIONAL)).faire(commande, *arguments)

    retirer = partial(faire, comptes.ne_plus_faire_administrer, agent, siens[agent], {})
    lui_retirer = partial(agir, comptes.ne_plus_faire_administrer, lui, siens[lui], {})
    assert ensemble(monkeypatch, "gateway", retirer, lui_retirer) == ("fait", "DROIT")
    faire(comptes.faire_administrer, agent, siens[agent], {})
    fermer, le_fermer = (partial(faire, comptes.desactiver, agent, {}), partial(agir, comptes.desactiver, lui, {}))
    assert ensemble(monkeypatch, "gateway", fermer, le_fermer) == ("fait", "DROIT")


def test_deux_qui_invitent_a_la_fois_la_meme_personne_ne_lui_offrent_un_profil_qu_une_fois(
    cles: None, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    offrir = partial(faire, invitations.inviter, {"type": "NATIONAL", "courriel": "lea@exemple.fr"})
    assert ensemble(monkeypatch, "gateway", offrir, offrir) == ("fait", "CPT-04")


def test_qui_est_mis_dehors_pendant_qu_il_invite_n_invite_personne(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His invitation, written as the others were withdrawn, was a way back."""
    faire(comptes.ajouter_profil, agent, {"type": "NATIONAL", "administrateur": True})
    profil = next(p for p in faire(fiche, agent)["profils"] if p["type"] == "NATIONAL")["id"]
    lui = acte_de(Acteur(agent, "agent", profil, TypeProfil.NATIONAL))
    offrir = partial(lui.faire, invitations.inviter, {"type": "NATIONAL", "courriel": "sien@exemple.fr"})
    fermer = partial(faire, comptes.desactiver, agent, {})
    assert ensemble(monkeypatch, "gateway", fermer, offrir) == ("fait", "DROIT")


@pytest.mark.parametrize("expiree", [False, True])
def test_qui_est_mis_dehors_pendant_qu_il_renvoie_une_invitation_ne_la_fait_pas_revivre(
    cles: None, agent: str, faire: Faire, monkeypatch: pytest.MonkeyPatch, expiree: bool
) -> None:
    """Withdrawn as he waited for it, or over when who puts him out looked, it lived again: a way back."""
    faire(comptes.ajouter_profil, agent, {"type": "NATIONAL", "administrateur": True})
    profil = next(p for p in faire(fiche, agent)["profils"] if p["type"] == "NATIONAL")["id"]
    lui = Acteur(agent, "agent", profil, TypeProfil.NATIONAL)
    offerte = acte_de(lui).faire(invitations.inviter, {"type": "NATIONAL", "courriel": "sien@exemple.fr"})["id"]
    renvoyer = partial(acte_de(lui).faire, invitations.renvoyer, offerte, {})
    fermer = partial(faire, comptes.desactiver, agent, {})
    if expiree:
        with sans_trace("gateway") as db:
            db.execute(sa.text("UPDATE invitations SET expire_le = envoyee_le"))
        assert ensemble(monkeypatch, "gateway", renvoyer, fermer) == ("fait", "fait")
    else:
        assert ensemble(monkeypatch, "gateway", fermer, renvoyer) == ("fait", "DROIT")
    with moteur("gateway").connect() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM invitations WHERE expire_le > envoyee_le")) == 0
