"""`Idempotency-Key`: one effect for a key, bound by success only, one's own, and never to another body."""

import time
from typing import Any

import pytest

from commun.storage.db import moteur, nouvel_id
from commun.storage.idempotence import Cle, Occupee
from commun.storage.intentions import VIE_INTENTION
from tests.commun.exemple import ALICE, BOB, Exemple
from tests.outils.attente import attendre
from tests.outils.rpc import Refuse


def test_deux_cents_envois_un_effet(exemple: Exemple) -> None:
    compteur = nouvel_id()
    appel = exemple.appel(cle=f"c-{compteur}", empreinte="e")
    arguments: dict[str, Any] = {"compteur_id": compteur, "corps": {"pause": 0.1}}
    with exemple.rpc() as rpc:
        numeros = [rpc.envoyer(exemple.nom, "ajouter", appel, **arguments) for _ in range(200)]
        reponses = [rpc.attendre(numero) for numero in numeros]
    assert reponses == [{"id": compteur, "valeur": 1, "version": 1}] * 200
    assert exemple.valeur(compteur) == 1


def test_la_meme_cle_pour_une_autre_demande_est_invalide(exemple: Exemple) -> None:
    compteur = nouvel_id()
    exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte="e"), compteur_id=compteur, corps={})
    with pytest.raises(Refuse) as refus:
        exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte="autre"), compteur_id=compteur, corps={"n": 9})
    assert refus.value.code == "INVALIDE"
    assert list(refus.value.clair["erreurs"]) == ["Idempotency-Key"]
    assert exemple.valeur(compteur) == 1


def test_seul_un_succes_lie_la_cle(exemple: Exemple) -> None:
    compteur = nouvel_id()
    for empreinte, corps in (("e", {"refuser": True}), ("autre", {"refuser": True}), ("encore une", {})):
        appel = exemple.appel(cle=compteur, empreinte=empreinte)
        if corps:
            with pytest.raises(Refuse):
                exemple.faire("ajouter", appel, compteur_id=compteur, corps=corps)
        else:
            exemple.faire("ajouter", appel, compteur_id=compteur, corps=corps)
    assert exemple.valeur(compteur) == 1


def test_la_cle_de_l_un_n_est_pas_celle_de_l_autre(exemple: Exemple) -> None:
    compteur = nouvel_id()
    appels = [exemple.appel(acteur, cle=compteur, empreinte="e") for acteur in (ALICE, BOB, ALICE)]
    dites = [exemple.faire("ajouter", appel, compteur_id=compteur, corps={})["valeur"] for appel in appels]
    assert dites == [1, 2, 1]  # who says it again has the answer that was his
    assert exemple.valeur(compteur) == 2


def test_un_succes_sans_reponse_se_rejoue_aussi(exemple: Exemple) -> None:
    cle = nouvel_id()
    for _ in range(3):
        appel = exemple.appel(cle=cle, empreinte="e")
        corps = {"evenement": "chose_arrivee", "corps": {"cle": cle}}
        assert exemple.faire("publier", appel, corps=corps) is None
    assert len(exemple.sql("SELECT 1 FROM outbox WHERE corps->>'cle' = %s", cle)) == 1


def test_un_succes_se_rejoue_encore_quand_son_acte_passerait_pour_mort(exemple: Exemple) -> None:
    compteur = nouvel_id()
    for _ in range(2):
        exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte="e"), compteur_id=compteur, corps={})
        exemple.sql("UPDATE cles_idempotence SET prise_le = now() - interval '1 day' WHERE cle = %s", compteur)
    assert exemple.valeur(compteur) == 1


def _prendre(exemple: Exemple, cle: str, il_y_a: str) -> None:
    """Takes a key as an act that then died."""
    exemple.sql(
        "INSERT INTO cles_idempotence (compte_id, cle, empreinte, prise_par, prise_le)"
        " VALUES (%s, %s, 'e', %s, now() - %s::interval)",
        ALICE.compte_id, cle, nouvel_id(), il_y_a,
    )  # fmt: skip


def test_la_cle_d_un_acte_en_cours_fait_attendre_puis_renoncer(exemple: Exemple) -> None:
    compteur = nouvel_id()
    _prendre(exemple, compteur, "0 s")
    debut = time.monotonic()
    with pytest.raises(Refuse) as refus:
        exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte="e", delai=6), compteur_id=compteur, corps={})
    assert refus.value.code == "INDISPONIBLE"
    assert 2.9 < time.monotonic() - debut < 6
    with pytest.raises(Refuse, match="INVALIDE"):  # which waiting would not change
        exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte="autre"), compteur_id=compteur, corps={})
    assert exemple.valeur(compteur) == 0


def test_une_cle_liee_ne_se_rend_plus(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its act, which lost the base as it committed, takes it for undone: sent again, it would be done twice."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    cle = Cle(ALICE.compte_id, nouvel_id(), "e", nouvel_id())
    with moteur(exemple.nom).begin() as db:
        assert cle.prendre(db, VIE_INTENTION) is None
        assert cle.lier(db, "fait")
        cle.rendre(db)
        assert cle.prendre(db, VIE_INTENTION) == {"reponse": "fait"}


@pytest.mark.parametrize("empreinte", ["e", "autre"])
def test_la_cle_d_un_acte_mort_se_reprend(exemple: Exemple, empreinte: str) -> None:
    """For whatever demand: that of the dead was bound to nothing."""
    compteur = nouvel_id()
    _prendre(exemple, compteur, "11 s")
    for _ in range(2):
        exemple.faire("ajouter", exemple.appel(cle=compteur, empreinte=empreinte), compteur_id=compteur, corps={})
    assert exemple.valeur(compteur) == 1


def test_qui_reprend_la_cle_d_un_mort_la_garde(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else who comes next takes it from him in turn, and of two who ask anew, both are told to come back."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    nom = nouvel_id()
    _prendre(exemple, nom, "11 s")
    with moteur(exemple.nom).begin() as db:
        assert Cle(ALICE.compte_id, nom, "e", nouvel_id()).prendre(db, VIE_INTENTION) is None
        with pytest.raises(Occupee):
            Cle(ALICE.compte_id, nom, "e", nouvel_id()).prendre(db, VIE_INTENTION)


def test_un_acte_tenu_pour_mort_n_applique_rien(exemple: Exemple) -> None:
    """It waited for another service, and its key was taken over meanwhile: only the one that holds the key may end."""
    cle, sien, autre = nouvel_id(), nouvel_id(), nouvel_id()
    appel = exemple.appel(cle=cle, empreinte="e")
    with exemple.rpc() as rpc:
        lent = rpc.envoyer(exemple.nom, "prendre_lentement", appel, objet_id=sien, secondes=3.0)
        prise = "UPDATE cles_idempotence SET prise_le = now() - interval '1 minute' WHERE cle = %s RETURNING 1"
        attendre(lambda: exemple.sql(prise, cle))
        assert rpc.appeler(exemple.nom, "prendre_lentement", appel, objet_id=autre, secondes=0.0)
        with pytest.raises(Refuse) as refus:
            rpc.attendre(lent)
    assert refus.value.code == "INDISPONIBLE"
    pris = exemple.sql("SELECT objet_id::text FROM occupations WHERE objet_id IN (%s, %s)", sien, autre)
    assert [ligne["objet_id"] for ligne in pris] == [autre]
    assert len(exemple.sql("SELECT 1 FROM cles_idempotence WHERE cle = %s AND liee", cle)) == 1


def test_le_second_envoi_attend_une_question_du_premier(exemple: Exemple) -> None:
    cle, objet = nouvel_id(), nouvel_id()
    appel = exemple.appel(cle=cle, empreinte="e")
    arguments: dict[str, Any] = {"objet_id": objet, "secondes": 0.5}
    with exemple.rpc() as rpc:
        numeros = [rpc.envoyer(exemple.nom, "prendre_lentement", appel, **arguments) for _ in range(5)]
        assert [rpc.attendre(numero) for numero in numeros] == [True] * 5
    assert len(exemple.sql("SELECT 1 FROM occupations WHERE objet_id = %s", objet)) == 1


def test_un_refus_apres_une_question_libere_la_cle(exemple: Exemple) -> None:
    cle, objet = nouvel_id(), nouvel_id()
    with pytest.raises(Refuse):
        appel = exemple.appel(cle=cle, empreinte="e", delai=1)
        exemple.faire("prendre_lentement", appel, objet_id=objet, secondes=5)
    attendre(lambda: not exemple.sql("SELECT 1 FROM cles_idempotence WHERE cle = %s", cle))
    exemple.faire("prendre_lentement", exemple.appel(cle=cle, empreinte="autre"), objet_id=objet, secondes=0)
    assert len(exemple.sql("SELECT 1 FROM occupations WHERE objet_id = %s", objet)) == 1
