"""What time takes away of accounts: seen with a moved clock, both sides of the delay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.acteur import Acteur
from commun.bus.appel import Appel
from commun.bus.inbox import Recu
from commun.domain.dates import plus_mois
from commun.domain.errors import Anonymisee
from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from commun.traces.nominatif import EFFACE
from gateway import auth
from gateway.commands import conservation
from gateway.commands.comptes import ajouter_profil, creer_compte, reactiver, retirer_profil
from gateway.commands.conservation import a_anonymiser
from gateway.commands.reception import SUIVI, recevoir_etablissement
from gateway.queries.comptes import fiche, lister
from gateway.storage import changements, invitations
from gateway.storage.comptes import list_profils
from gateway.storage.filtres import add_filtre, list_filtres
from tests.gateway.actes import acte_de, acte_de_ceres, faire
from tests.gateway.conftest import CENTRE, NATIONAL
from tests.outils.jours import aujourd_hui
from tests.outils.simultanes import aller_au_bout, ensemble
from tests.outils.traces import traces_de
from tests.outils.traces_exigees import sans_trace

UD = {"type": "UD", "libelle": "UD 75", "departement": "75", "region": "11"}


class ActeEntoure(Acte):
    """An act to which `sessions` answers."""

    def demander(self, question: Question) -> Any:
        return {"conservation_compte": 24, "conservation_invitation": 24, "conservation_candidat": 60}


def ranger(jours: int, mois: int = 24) -> None:
    """Tidies up as if so many months, and days, had passed since today."""
    jour = plus_mois(aujourd_hui(), mois) + timedelta(days=jours)
    ActeEntoure("gateway", Appel("essai", date_simulee=jour), systeme=True).faire(conservation.ranger)


def test_un_compte_ferme_depuis_longtemps_n_est_plus_celui_de_personne(base: sa.Engine) -> None:
    def creer(identifiant: str) -> str:
        return str(faire(creer_compte, identifiant, "Zoé Martin", f"{identifiant}@exemple.fr", "demo demo", [UD]))

    ferme, ouvert = creer("zoe.martin"), creer("leo.durand")
    siens = "sujet = 'zoe', preferences = '[{\"genre\": \"zoe\"}]', recherche = 'zoe martin'"
    with sans_trace("gateway") as db:
        db.execute(sa.text(f"UPDATE comptes SET actif = false, {siens} WHERE id = :id"), {"id": ferme})
        changements.add_fait(db, ferme, ancien="zoe@exemple.fr", nouveau="z@exemple.fr", identifiant_avant="zoe")

    def lire(compte_id: str) -> Any:
        with base.connect() as db:
            return db.execute(sa.text("SELECT * FROM comptes WHERE id = :id"), {"id": compte_id}).mappings().one()

    ranger(0)
    assert lire(ferme)["identifiant"] == "zoe.martin"
    for _ in range(2):  # nothing twice
        ranger(1)
    assert lire(ouvert)["identifiant"] == "leo.durand"
    assert not [mot for mot in ("zoe", "Zoé", "artin") if mot in str(lire(ferme))]
    assert lire(ferme)["mot_de_passe"] is None
    with base.connect() as db:
        assert not db.execute(sa.text("SELECT 1 FROM changements_courriel")).all()
        phrases = [trace["phrase"] for trace in traces_de(db, "compte", ferme)]
    assert phrases[1:] == [EFFACE]
    assert phrases[0].startswith("Le compte a été anonymisé")


def test_un_compte_sans_profil_depuis_longtemps_n_est_plus_celui_de_personne(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen kept with its name for ever: who leaves a service is taken his profil, few think of closing his account too,
    and it lets nobody in any more. Who is given one at the same instant keeps his name."""
    roles = {"hote": [NATIONAL | {"administrateur": True}], "parti": [UD], "revenu": [UD]}
    ids = {nom: str(faire(creer_compte, nom, nom, f"{nom}@exemple.fr", "", siens)) for nom, siens in roles.items()}

    def siens(nom: str) -> list[dict[str, Any]]:
        with base.connect() as db:
            return list_profils(db, ids[nom])

    hote = Acteur(ids["hote"], "hote", siens("hote")[0]["id"], TypeProfil.NATIONAL)
    for nom in ("parti", "revenu"):
        acte_de(hote).faire(retirer_profil, ids[nom], siens(nom)[0]["id"], {})
    ranger(0)
    assert acte_de(hote).lire(fiche, ids["parti"])["nom"] == "parti"
    rendre = partial(acte_de(hote).faire, ajouter_profil, ids["revenu"], {"type": "UD", "departement": "69"})
    assert ensemble(monkeypatch, "gateway", rendre, partial(ranger, 1)) == ("fait", "fait")
    ranger(1)
    vus = {nom: acte_de(hote).lire(fiche, ids[nom]) for nom in ids}
    assert {nom: (vu["nom"], vu["actif"]) for nom, vu in vus.items()} == {
        "hote": ("hote", True),
        "parti": ("Personne anonymisée", False),
        "revenu": ("revenu", True),
    }


def test_un_compte_anonymise_n_est_plus_dans_la_liste_et_ne_rouvre_pas(
    base: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def creer(identifiant: str, role: dict[str, Any]) -> str:
        return str(faire(creer_compte, identifiant, "Zoé", f"{identifiant}@exemple.fr", "", [role]))

    def fermer() -> None:
        with sans_trace("gateway") as db:
            db.execute(sa.text("UPDATE comptes SET actif = false WHERE id = :id"), {"id": ferme})

    hote, ferme = creer("hote", NATIONAL | {"administrateur": True}), creer("zoe.martin", UD)
    with base.connect() as db:
        (profil,) = list_profils(db, hote)
    fermer()

    def acte() -> Acte:
        agent = Acteur(hote, "hote", profil["id"], TypeProfil.NATIONAL)
        return acte_de(agent)

    rouvrir = partial(acte().faire, reactiver, ferme, {})
    assert ensemble(monkeypatch, "gateway", rouvrir, partial(ranger, 1)) == ("fait", "fait")
    assert acte().lire(fiche, ferme)["nom"] == "Zoé", "opened again at the same instant"

    fermer()
    ranger(1)
    assert [c["id"] for c in acte().lire(lister, {})["elements"]] == [hote]
    assert "anonymisée" in acte().lire(fiche, ferme)["nom"]
    for agir, corps in ((reactiver, {}), (ajouter_profil, {"type": "UD", "departement": "69"})):
        with pytest.raises(Anonymisee):
            acte().faire(agir, ferme, corps)


def test_une_recherche_enregistree_ne_nomme_personne_pour_toujours(base: sa.Engine) -> None:
    ferme, ouvert = (faire(creer_compte, nom, nom, f"{nom}@exemple.fr", "demo demo", [UD]) for nom in ("zoe", "leo"))
    with sans_trace("gateway") as db:
        for compte, parametres in ((ferme, {"etat": "x"}), (ouvert, {"q": "marquisat"}), (ouvert, {"etat": "x"})):
            add_filtre(db, compte_id=compte, liste="jures", nom=str(parametres), parametres=parametres)
        db.execute(sa.text("UPDATE comptes SET actif = false WHERE id = :id"), {"id": ferme})

    def restent() -> list[tuple[str, dict[str, str]]]:
        with base.connect() as db:
            return [(f["compte_id"], f["parametres"]) for c in (ferme, ouvert) for f in list_filtres(db, c)]

    ranger(1)
    assert len(restent()) == 2
    assert {compte for compte, _ in restent()} == {ouvert}
    ranger(0, mois=60)
    assert len(restent()) == 2
    ranger(1, mois=60)
    assert restent() == [(ouvert, {"etat": "x"})]


def test_un_centre_renomme_ne_retarde_pas_l_effacement_de_ceux_qui_y_etaient(base: sa.Engine) -> None:
    ferme = faire(creer_compte, "zoe.martin", "Zoé Martin", "zoe.martin@exemple.fr", "", [CENTRE])
    lieu = {"id": CENTRE["etablissement_id"], "departement": "75", "region": "11", "version": 1}
    renomme = Recu(nouvel_id(), "essai", lieu | {"denomination": "Centre renommé"})
    acte_de_ceres().consommer(renomme, recevoir_etablissement)
    with sans_trace("gateway") as db:
        db.execute(sa.text("UPDATE comptes SET actif = false"))
        suivi, cree = traces_de(db, "compte", ferme)
        assert (suivi["action"], cree["action"]) == (SUIVI, "creer")
        assert a_anonymiser(db, suivi["instant"]) == [ferme]


def test_une_invitation_finie_depuis_longtemps_est_effacee(base: sa.Engine) -> None:
    hote = faire(creer_compte, "zoe.martin", "Zoé Martin", "zoe.martin@exemple.fr", "demo demo", [UD])

    def inviter(courriel: str, validite: timedelta, *, acceptee: bool = False) -> str:
        def offrir(acte: Acte) -> str:
            role = UD | {"administrateur": False}
            id_ = invitations.nouvelle(
                acte.db, auth.empreinte_invitation, validite, courriel=courriel, invite_par=hote, **role
            )
            acte.tracer("invitation", id_, "inviter", f"Une invitation est partie vers {courriel}.")
            if acceptee:
                invitations.save_acceptee(acte.db, id_, hote)
            return id_

        return str(faire(offrir))

    restee = inviter("lea.sansreponse@exemple.fr", timedelta(0))
    prise = inviter("lea.prise@exemple.fr", timedelta(days=30), acceptee=True)
    recente = inviter("lea.recente@exemple.fr", timedelta(days=2))

    def gardees() -> set[str]:
        with base.connect() as db:
            return {str(id_) for id_ in db.scalars(sa.text("SELECT id FROM invitations"))}

    ranger(0)
    assert gardees() == {restee, prise, recente}
    ranger(1)
    assert gardees() == {recente}
    with base.connect() as db:
        for id_ in (restee, prise):
            phrases = [trace["phrase"] for trace in traces_de(db, "invitation", id_)]
            assert phrases == ["L'invitation a été effacée, sa durée de conservation étant passée.", EFFACE]
        assert "lea.recente" in traces_de(db, "invitation", recente)[0]["phrase"]


def test_une_invitation_que_quelqu_un_renvoie_a_cet_instant_n_est_pas_effacee(base: sa.Engine) -> None:
    hote = faire(creer_compte, "zoe.martin", "Zoé Martin", "zoe.martin@exemple.fr", "demo demo", [UD])
    qui = UD | {"courriel": "lea@exemple.fr", "invite_par": hote, "administrateur": False}
    with sans_trace("gateway") as db:
        invitations.nouvelle(db, auth.empreinte_invitation, timedelta(0), **qui)
    with ThreadPoolExecutor(1) as fil, base.connect() as une:
        une.execute(sa.text("SELECT 1 FROM invitations FOR UPDATE"))
        suite = fil.submit(ranger, 1)
        aller_au_bout("gateway", suite)
        une.rollback()
        suite.result()
    with base.connect() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM invitations")) == 1


def test_ceux_de_dix_ans_s_en_vont_par_lots(base: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delay that the mission shortens has them due at once: longer than a transaction, none would ever go."""
    monkeypatch.setattr(conservation, "_LOT", 1)

    def inviter(acte: Acte, hote: str) -> None:
        role = UD | {"courriel": f"{hote}@exemple.fr", "administrateur": False, "invite_par": hote}
        id_ = invitations.nouvelle(acte.db, auth.empreinte_invitation, timedelta(0), **role)
        acte.tracer("invitation", id_, "inviter", "Une invitation est partie.")

    for nom in ("zoe", "leo", "lea"):
        faire(inviter, faire(creer_compte, nom, nom, f"{nom}@exemple.fr", "demo demo", [UD]))
    with sans_trace("gateway") as db:
        db.execute(sa.text("UPDATE comptes SET actif = false"))
    ranger(2)
    with base.connect() as db:
        for effaces in ("comptes WHERE identifiant LIKE 'anonyme-%'", "traces WHERE action = 'effacer'"):
            lots = db.execute(sa.text(f"SELECT count(DISTINCT xmin::text), count(*) FROM {effaces}"))
            assert tuple(lots.one()) == (3, 3)
