"""A centre that is renamed or moves: who acts there, or is invited to, reads its name and place of today."""

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from commun.actes.steps import Question
from commun.actes.unit_of_work import Acte
from commun.bus.inbox import Recu
from commun.domain.json import Json
from commun.domain.referentiel import TypeProfil
from commun.storage.db import nouvel_id
from gateway.commands.comptes import creer_compte
from gateway.commands.reception import recevoir_etablissement, reconstruire_repliques
from gateway.commands.roles import role_voulu
from gateway.perimetre import Perimetre
from tests.gateway.actes import acte_de_ceres, faire
from tests.gateway.conftest import CENTRE, NATIONAL, UD, Client
from tests.gateway.test_administration import centre_nouveau
from tests.outils.attente import attendre
from tests.outils.traces import traces_de

Creer = Callable[..., Client]
LIEU = str(CENTRE["etablissement_id"])
PLACE = {"adresse": {"commune": "Paris"}}


def test_un_centre_renomme_et_demenage_se_lit_partout(client: Creer) -> None:
    national, alice = client(NATIONAL), client(UD)
    centre = centre_nouveau(national)
    ici = {"type": "CENTRE", "etablissement_id": centre["id"]}
    profils = national.http.post(f"/comptes/{alice.compte_id}/profils", json=ici).json()["profils"]
    alice.connecter(profil=next(p["id"] for p in profils if p["type"] == "CENTRE"))
    offre = national.http.post("/invitations", json={"courriel": f"{nouvel_id()}@exemple.fr"} | ici).json()
    a_lyon = {"voie": "1 rue", "code_postal": "69001", "commune": "Lyon", "code_insee": "69381"}
    change = {"denomination": "Centre renommé", "adresse": a_lyon}
    assert national.http.patch(f"/etablissements/{centre['id']}", json=change).status_code == 200
    nom = "Centre renommé – Lyon (69)"
    attendu = {"libelle": nom, "departement": "69", "region": "84"}

    def suivi() -> bool:
        moi = alice.http.get("/moi").json()
        (profil,) = (p for p in moi["profils"] if p["id"] == moi["profil"])
        (invitation,) = alice.http.get("/invitations", params={"q": offre["courriel"]}).json()["elements"]
        return attendu.items() <= profil.items() and attendu.items() <= invitation.items()

    attendre(suivi)
    compte = alice.http.get(f"/comptes/{alice.compte_id}").json()
    assert compte["version"] == 3  # created, given the profil, renamed
    (trace, *_) = alice.http.get(f"/comptes/{alice.compte_id}/traces").json()["elements"]
    assert trace["phrase"] == f"Le profil « {nom} » suit son établissement, qui a changé de nom ou de lieu."
    assert (trace["avant"]["departement"], trace["apres"]["departement"]) == ("75", "69")


def dit(version: int) -> Json:
    """Returns what the référentiel tells of a centre in this version; the version before did not say its commune."""
    return {"id": LIEU, "denomination": f"Nom {version}", "departement": "75", "region": "11", "version": version}


class ActeEntoure(Acte):
    """An act whose référentiel is at version 4."""

    def demander(self, question: Question) -> Json:
        assert (question.service, question.methode) == ("referentiel_gardes", "etablissements")
        return {"elements": [dit(4)], "suivant": None}


@pytest.mark.parametrize("graine", range(5))
def test_en_double_en_retard_ou_en_desordre_le_dernier_nom_reste(base: sa.Engine, graine: int) -> None:
    compte_id = faire(creer_compte, "zoe", "Zoé", "zoe@exemple.fr", "", [CENTRE, UD])
    messages = [(nouvel_id(), dit(version)) for version in (1, 2, 3)] * 2
    random.Random(graine).shuffle(messages)
    for numero, corps in messages:
        acte_de_ceres().consommer(Recu(numero, "gateway.etablissements", corps), recevoir_etablissement)
    with base.connect() as db:
        assert set(db.scalars(sa.text("SELECT libelle FROM profils"))) == {"Nom 3", "UD 75"}
        suivies = traces_de(db, "compte", compte_id)[:-1]
    noms = [t["apres"]["libelle"] for t in suivies]
    assert noms[0] == "Nom 3" and noms == sorted(set(noms), reverse=True)
    assert all(t["apres"].keys() == t["avant"].keys() for t in suivies)  # read as a change of name, not of all else


def test_deux_centres_d_un_nom_se_distinguent_par_leur_commune(base: sa.Engine) -> None:
    """One of an organisation of the country acts in three of its centres of one département."""
    communes = {nouvel_id(): commune for commune in ("Marseille", "Vitrolles", "Arles")}
    roles = [CENTRE | {"etablissement_id": etablissement_id} for etablissement_id in communes]
    faire(creer_compte, "zoe", "Zoé", "zoe@exemple.fr", "", roles)
    for etablissement_id, commune in communes.items():
        ici = {"id": etablissement_id, "denomination": "Organisme", "departement": "13", "region": "93", "version": 1}
        message = Recu(nouvel_id(), "gateway.etablissements", ici | {"commune": commune})
        acte_de_ceres().consommer(message, recevoir_etablissement)
    with base.connect() as db:
        noms = db.scalars(sa.text("SELECT libelle FROM profils ORDER BY libelle")).all()
    assert noms == ["Organisme – Arles (13)", "Organisme – Marseille (13)", "Organisme – Vitrolles (13)"]


def test_ce_qui_a_ete_manque_se_rattrape(base: sa.Engine) -> None:
    """What changed before the gateway listened."""

    def acte() -> Acte:
        return ActeEntoure.de_ceres("gateway", "essai")

    acte().faire(creer_compte, "zoe", "Zoé", "zoe@exemple.fr", "", [CENTRE])
    assert [acte().faire(reconstruire_repliques) for _ in range(2)] == [{"etablissements": 1}] * 2
    with base.connect() as db:
        assert db.execute(sa.text("SELECT p.libelle, c.version FROM profils p, comptes c")).all() == [("Nom 4", 2)]


def test_une_copie_d_avant_apprend_sa_commune(base: sa.Engine) -> None:
    """Of the very version that the référentiel tells: the revision made it one to be said anew."""

    class Commune(ActeEntoure):
        def demander(self, question: Question) -> Json:
            return {"elements": [dit(4) | {"commune": "Paris"}], "suivant": None}

    faire(creer_compte, "zoe", "Zoé", "zoe@exemple.fr", "", [CENTRE])
    acte_de_ceres().consommer(Recu(nouvel_id(), "gateway.etablissements", dit(4)), recevoir_etablissement)
    with base.begin() as db:
        db.execute(sa.text("UPDATE etablissements SET version = 0"))
    Commune.de_ceres("gateway", "essai").faire(reconstruire_repliques)
    with base.connect() as db:
        assert db.scalars(sa.text("SELECT libelle FROM profils")).all() == ["Nom 4 – Paris (75)"]


def test_une_reponse_plus_vieille_que_l_evenement_ne_fait_pas_un_profil_d_hier(base: sa.Engine) -> None:
    acte = acte_de_ceres()
    forme = {"type": "CENTRE", "etablissement_id": LIEU, "administrateur": False}
    with acte.transaction():
        demande = role_voulu(acte, Perimetre(TypeProfil.NATIONAL, None), forme)
        next(demande)
        recevoir_etablissement(acte, dit(2))
        with pytest.raises(StopIteration) as fin:
            demande.send(dit(1) | PLACE)
    assert {"libelle": "Nom 2", "departement": "75", "region": "11"}.items() <= fin.value.value.items()


@pytest.mark.parametrize("rattraper", [False, True], ids=["evenement", "reconstruction"])
def test_un_profil_donne_avant_l_evenement_ne_le_cache_pas(base: sa.Engine, rattraper: bool) -> None:
    """The copy is already of that version; the profils that were there are not."""
    acte = ActeEntoure.de_ceres("gateway", "essai")
    acte.faire(creer_compte, "zoe", "Zoé", "zoe@exemple.fr", "", [CENTRE])
    forme = {"type": "CENTRE", "etablissement_id": LIEU, "administrateur": False}
    with acte.transaction():
        demande = role_voulu(acte, Perimetre(TypeProfil.NATIONAL, None), forme)
        next(demande)
        with pytest.raises(StopIteration):
            demande.send(dit(4) | PLACE)
    if rattraper:
        acte.faire(reconstruire_repliques)
    else:
        acte.consommer(Recu(nouvel_id(), "gateway.etablissements", dit(4)), recevoir_etablissement)
    with base.connect() as db:
        assert db.scalars(sa.text("SELECT libelle FROM profils")).all() == ["Nom 4 – Paris (75)"]
