"""Ce que chaque édition des convocations fait partir : chacun une fois, et tous en autant de requêtes qu'un seul."""

from typing import Any

import pytest

from commun.storage.db import moteur
from services.notifications.commands.convocations import recevoir_convocations
from services.notifications.storage.envois import convocations_tenues
from tests.notifications.conftest import Banc
from tests.outils.lectures import lignes_lues
from tests.outils.requetes import requetes


def edition(*personnes: int, annule: tuple[int, ...] = ()) -> dict[str, Any]:
    """An edition that calls these people and tells those that they no longer are."""
    convoques, annules = ([_lettre(n) for n in numeros] for numeros in (personnes, annule))
    return {"session_id": "s-1", "version": 1, "numero": "n", "personnes": convoques, "annule": annules}


def _lettre(n: int) -> dict[str, Any]:
    return {"convocation_id": f"c-{n}", "type": "candidat", "personne_id": f"p-{n:02}"}


def test_une_lettre_redemandee_repart_avec_les_nouvelles(banc: Banc) -> None:
    banc.faire(None, recevoir_convocations, edition(1, 2))
    banc.executer("UPDATE envois SET etat = 'envoye', essais = 1")
    banc.faire(None, recevoir_convocations, edition(1, 3))
    parties = {e["sujet"]: (e["etat"], e["demande"], e["essais"]) for e in banc.envois()}
    assert parties == {"c-1": ("prepare", 2, 0), "c-2": ("envoye", 1, 1), "c-3": ("prepare", 1, 0)}


def test_ce_qui_est_annule_ne_part_plus_et_se_dit(banc: Banc) -> None:
    """Nor does what was to leave again: put off by the server, or perhaps taken."""
    banc.faire(None, recevoir_convocations, edition(1, 2, 3, 4, 5))
    for sujet, etat in (("c-2", "envoye"), ("c-4", "inconnu"), ("c-5", "echec_temporaire")):
        banc.executer("UPDATE envois SET etat = :e WHERE sujet = :s", e=etat, s=sujet)
    banc.faire(None, recevoir_convocations, edition(annule=(1, 2, 4, 5)))
    assert [(e["sujet"], e["etat"]) for e in banc.envois(genre="convocation")] == [
        ("c-1", "echec_definitif"),
        ("c-2", "envoye"),
        ("c-3", "prepare"),
        ("c-4", "echec_definitif"),
        ("c-5", "echec_definitif"),
    ]
    assert [(e["sujet"], e["etat"]) for e in banc.envois(genre="annulation")] == [
        (sujet, "prepare") for sujet in ("c-1", "c-2", "c-4", "c-5")
    ]


def test_ce_qui_ne_part_plus_se_dit_a_la_session(banc: Banc) -> None:
    """Seen « En attente » for ever on its page, of a session cancelled while the mail server was down."""
    banc.faire(None, recevoir_convocations, edition(1, 2, 3))
    banc.executer("UPDATE envois SET etat = 'envoye' WHERE sujet = 'c-2'")
    peut_etre_recu = "L'envoi a été interrompu : le serveur l'a peut-être reçu."
    banc.executer("UPDATE envois SET etat = 'inconnu', erreur = :e WHERE sujet = 'c-3'", e=peut_etre_recu)
    banc.faire(None, recevoir_convocations, edition(annule=(1, 2, 3)))
    annulee = "La convocation a été annulée avant d'être envoyée."
    assert {(nom, c["convocation_id"]): (c["statut"], c["erreur"]) for nom, c in banc.evenements()} == {
        ("notifications.envoi_modifie", "c-1"): ("echec", annulee),
        ("notifications.envoi_modifie", "c-3"): ("echec", peut_etre_recu),
    }


@pytest.mark.parametrize("de_plus", [(), (4, 5, 6, 7, 8)])
def test_une_session_entiere_coute_ce_que_coute_une_personne(banc: Banc, de_plus: tuple[int, ...]) -> None:
    banc.faire(None, recevoir_convocations, edition(1, 2))
    with requetes("notifications") as faites:
        banc.faire(None, recevoir_convocations, edition(1, 3, *de_plus, annule=(2,)))
    envois = [requete for requete in faites if "envois" in requete]
    assert len(envois) == 4  # the new ones, those that leave again, those given up, and that they are told


def test_rappeler_les_jures_d_une_session_ne_lit_pas_le_registre_des_autres(banc: Banc) -> None:
    """It was read whole, twice: half a second for each session, once there were ten years of it."""
    edites = (*edition(1)["personnes"], *({**_lettre(n), "type": "jure"} for n in (2, 3)))
    banc.faire(None, recevoir_convocations, edition() | {"personnes": list(edites)})
    banc.faire(None, recevoir_convocations, edition(annule=()) | {"annule": [{**_lettre(3), "type": "jure"}]})
    banc.executer(
        "INSERT INTO envois (id, genre, sujet, destinataire, priorite, etat, donnees) SELECT gen_random_uuid(), "
        "'convocation', 'd-' || n, 'q', 3, 'envoye', jsonb_build_object('session_id', 's-' || n, 'type', 'jure') "
        "FROM generate_series(2, 3000) n"
    )
    with moteur("notifications").begin() as db:
        db.exec_driver_sql("ANALYZE envois")
        avant = lignes_lues(db)
        assert [tenue["sujet"] for tenue in convocations_tenues(db, "s-1")] == ["c-2"]
        assert lignes_lues(db) - avant < 20
