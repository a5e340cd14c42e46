"""An account's address, and what else happens to the account at that instant, or since (ADR 60)."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun import fils
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.domain.errors import Introuvable
from commun.domain.referentiel import TypeProfil
from commun.storage.db import moteur
from gateway import auth
from gateway.commands import invitations
from gateway.commands.comptes import creer_compte, remplacer_mot_de_passe
from gateway.commands.conservation import anonymiser
from gateway.commands.courriel import VALIDITE, confirmer, demander, renoncer
from gateway.queries.comptes import noms_des_signataires
from gateway.queries.courriel import lettre_du_changement
from gateway.storage import changements
from gateway.storage.comptes import get_compte_par_identifiant, list_comptes_par_courriel, list_profils, save_compte
from gateway.storage.invitations import nouvelle
from tests.gateway.actes import acte_de, faire, lire
from tests.gateway.conftest import NATIONAL
from tests.gateway.test_courriel import remplacer
from tests.gateway.test_invitations import NOUVEAU
from tests.gateway.test_renouvellements import NEUF
from tests.outils.simultanes import avant_la_fin, ensemble


@pytest.fixture
def deux(base: sa.Engine, cles: None, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two accounts, which sign in under their addresses."""
    monkeypatch.setattr(fils, "a_part", lambda fonction, *arguments: fonction(*arguments))
    noms = ("un@exemple.fr", "deux@exemple.fr")
    for nom in noms:
        faire(creer_compte, nom, "Zoé", nom, "", [NATIONAL])
    return noms


def demander_ici(acte: Acte, identifiant: str) -> tuple[str, Acteur]:
    """Asks that an account have another address; returns the secret of the link, and its holder."""

    def imprimer(changement_id: str) -> bytes:
        return auth.empreinte(auth.jeton_changement(changement_id))

    compte = get_compte_par_identifiant(acte.db, identifiant) or {}
    (profil,) = list_profils(acte.db, compte["id"])
    demande = changements.demander(acte.db, imprimer, VALIDITE, compte, "zoe@exemple.fr")
    return auth.jeton_changement(demande), Acteur(compte["id"], identifiant, profil["id"], TypeProfil.NATIONAL)


def prendre_par_lien(identifiant: str) -> Callable[[], Any]:
    """Returns what the link does that an account was sent to zoe@exemple.fr."""
    jeton, qui = faire(demander_ici, identifiant)
    return partial(acte_de(qui).faire, confirmer, jeton, {})


@pytest.mark.parametrize("par_lien", [False, True])
def test_deux_comptes_ne_prennent_pas_la_meme_adresse(
    deux: tuple[str, str], par_lien: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moteur("gateway").begin() as db:  # identifiants that stay: nothing else than the address is common
        db.execute(sa.text("ALTER TABLE comptes DISABLE TRIGGER trace_exigee"))
        db.execute(sa.text("UPDATE comptes SET identifiant = split_part(identifiant, '@', 1)"))
        db.execute(sa.text("ALTER TABLE comptes ENABLE TRIGGER trace_exigee"))

    def prendre(identifiant: str) -> Callable[[], Any]:
        return prendre_par_lien(identifiant) if par_lien else partial(remplacer, identifiant, "zoe@exemple.fr")

    un, autre = (prendre(nom.partition("@")[0]) for nom in deux)
    assert ensemble(monkeypatch, "gateway", un, autre) == ("fait", "CPT-07")
    with moteur("gateway").connect() as db:
        assert len(list_comptes_par_courriel(db, "zoe@exemple.fr")) == 1


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


def test_le_lien_qu_on_ouvre_pendant_que_le_mot_de_passe_change_ne_sert_plus(
    deux: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    jeton, qui = faire(demander_ici, deux[0])
    suite = partial(acte_de(qui).faire, confirmer, jeton, {})
    changer = partial(faire, remplacer_mot_de_passe, deux[0], NEUF)
    assert ensemble(monkeypatch, "gateway", changer, suite) == ("fait", "INTROUVABLE")
    jeton, qui = faire(demander_ici, deux[0])
    suite, renonce = (partial(acte_de(qui).faire, *quoi) for quoi in ((confirmer, jeton, {}), (renoncer, {})))
    assert ensemble(monkeypatch, "gateway", suite, renonce) == ("fait", "INTROUVABLE")  # not « you keep your address »


def test_le_lien_qu_on_ouvre_pendant_qu_on_y_renonce_ne_sert_plus(deux: tuple[str, str]) -> None:
    jeton, qui = faire(demander_ici, deux[0])
    renonce, confirme = (acte_de(qui) for _ in range(2))
    suite = partial(confirme.faire, confirmer, jeton, {})
    assert avant_la_fin(renonce, lambda acte: renoncer(acte, {}), suite) == "INTROUVABLE"


def test_une_adresse_demandee_pendant_qu_une_autre_est_confirmee_avertit_celle_ci(
    deux: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the mailbox that was just left, which may be somebody else's."""
    jeton, qui = faire(demander_ici, deux[0])
    suite, demande = (acte_de(qui) for _ in range(2))
    redemander = partial(demande.faire, demander, {"courriel": "encore@exemple.fr", "mot_de_passe": ""})
    assert ensemble(monkeypatch, "gateway", partial(suite.faire, confirmer, jeton, {}), redemander) == ("fait", "fait")
    with moteur("gateway").connect() as db:
        attend = changements.la_derniere(db, qui.compte_id) or {}
    assert attend["ancien"] == "zoe@exemple.fr"


def test_l_adresse_d_un_compte_qu_on_ferme_ne_change_pas(
    deux: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fermer(acte: Acte) -> None:
        compte = get_compte_par_identifiant(acte.db, deux[0]) or {}
        save_compte(acte.db, compte["id"], actif=False)
        acte.tracer("compte", compte["id"], "desactivation", "Fermé.")

    issues = ensemble(monkeypatch, "gateway", partial(faire, fermer), partial(remplacer, deux[0], "zoe@exemple.fr"))
    assert issues == ("fait", "CPT-06")


def test_un_changement_s_oublie_avec_le_compte(deux: tuple[str, str]) -> None:
    remplacer(deux[0], "zoe@exemple.fr")
    with moteur("gateway").connect() as db:
        ((changement, compte_id),) = db.execute(sa.text("SELECT id::text, compte_id FROM changements_courriel")).all()
    assert lire(lettre_du_changement, changement, "ancien")["courriel"] == deux[0]
    faire(anonymiser, [compte_id])
    with pytest.raises(Introuvable):
        lire(lettre_du_changement, changement, "ancien")
    assert lire(noms_des_signataires, {deux[0]}) == {}
