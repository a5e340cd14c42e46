"""Combien des courriels remis depuis peu sont revenus : ce que mesure le facteur, sur de vraies lignes."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from commun.config import Config
from commun.storage.db import moteur
from services.notifications.commands.convocations import noter_retour, recevoir_convocations
from services.notifications.courrier.composition import Courrier
from services.notifications.domain.retours import Retour
from services.notifications.facteur import mesure
from services.notifications.facteur.boucle import Facteur
from services.notifications.facteur.registre import Envoi
from tests.notifications.conftest import Banc
from tests.notifications.serveur_smtp import ServeurSmtp
from tests.notifications.test_conservation import ranger
from tests.notifications.test_convocations import edition
from tests.notifications.test_diffusion import diffuser
from tests.outils.requetes import requetes

Porter = Callable[[], None]


def mesures() -> tuple[float | None, float | None]:
    """Returns how many mails came back, and to how many recipients they were, as measured now."""
    mesure.mesurer()
    noms = ("ceres_courriels_renvoyes", "ceres_courriels_renvoyes_destinataires")
    renvoyes, destinataires = (REGISTRY.get_sample_value(nom) for nom in noms)
    return renvoyes, destinataires


@pytest.fixture
def porter(banc: Banc, smtp: ServeurSmtp, monkeypatch: pytest.MonkeyPatch) -> Porter:
    """Carries all that is due to the server."""

    def porter() -> None:
        facteur = Facteur(banc.url, Config(smtp_hote="127.0.0.1", smtp_port=smtp.port), _composer)
        monkeypatch.setattr(facteur, "_attendre", lambda _: facteur.arreter())
        facteur.tourner()

    return porter


def _composer(envoi: Envoi) -> Courrier:
    adresse = envoi.destinataire if "@" in envoi.destinataire else f"{envoi.destinataire}@exemple.fr"
    return Courrier(adresse, b"Bonjour\r\n")


def renvoyer(banc: Banc, *, action: str = "failed", sauf: str = "") -> None:
    """Sends back all mails, but those to somebody."""
    for envoi in banc.envois():
        if envoi["destinataire"] != sauf:
            retour = Retour(str(envoi["id"]), action, "550 5.7.26 unauthenticated", envoi["demande"])
            banc.faire(None, noter_retour, retour)


def test_ce_qu_un_serveur_prend_puis_renvoie_est_mesure(banc: Banc, porter: Porter) -> None:
    banc.faire(None, recevoir_convocations, edition(1, 2, 3))
    porter()
    assert (banc.etats(), mesures()) == ({"envoye": 3}, (0, 0))
    renvoyer(banc, action="delayed")
    assert mesures() == (0, 0)
    renvoyer(banc, sauf="p-03")
    assert (banc.etats(), mesures()) == ({"envoye": 1, "echec_definitif": 2}, (2, 2))


def test_une_adresse_morte_a_qui_l_on_ecrit_souvent_reste_une_adresse(banc: Banc, porter: Porter) -> None:
    banc.faire(None, recevoir_convocations, edition(1))
    banc.executer(
        "INSERT INTO envois (id, genre, sujet, destinataire, priorite) SELECT gen_random_uuid(), 'message', "
        "'m-' || n, 'p-01', 11 FROM generate_series(1, 6) n"
    )
    porter()
    renvoyer(banc)
    assert mesures() == (7, 1)


def test_un_courriel_refuse_aussitot_n_est_pas_revenu(banc: Banc, smtp: ServeurSmtp, porter: Porter) -> None:
    """Nor where it was taken the first time: it is CeresCourrielsRefuses that looks at those."""
    banc.faire(None, recevoir_convocations, edition(1))
    porter()
    banc.faire(None, recevoir_convocations, edition(1, 2))
    smtp.au_point["rcpt"] = lambda _: "550 5.1.1 adresse inconnue"
    porter()
    assert (banc.etats(), mesures()) == ({"echec_definitif": 2}, (0, 0))


def test_un_courriel_redemande_puis_annule_avant_de_repartir_n_est_pas_revenu(banc: Banc, porter: Porter) -> None:
    """It had left before, and is « echec_definitif »: both without a bounce."""
    banc.faire(None, recevoir_convocations, edition(1))
    porter()
    banc.faire(None, recevoir_convocations, edition(1))
    banc.faire(None, recevoir_convocations, edition(annule=(1,)))
    assert banc.envois(genre="convocation")[0]["etat"] == "echec_definitif"
    assert mesures() == (0, 0)


def test_ce_qui_revient_apres_avoir_ete_redemande_est_mesure_de_nouveau(banc: Banc, porter: Porter) -> None:
    """Asked for again, it is no more of those that came back, until it does."""
    banc.faire(None, recevoir_convocations, edition(1))
    porter()
    renvoyer(banc)
    banc.faire(None, recevoir_convocations, edition(1))
    assert mesures() == (0, 0)
    porter()
    assert (banc.etats(), mesures()) == ({"envoye": 1}, (0, 0))
    renvoyer(banc)
    assert mesures() == (1, 1)


@pytest.mark.parametrize(("parti", "compte"), [("5 hours 59 minutes", 1), ("6 hours 1 minute", 0)])
def test_seul_compte_ce_qui_est_parti_depuis_peu(banc: Banc, porter: Porter, parti: str, compte: int) -> None:
    banc.faire(None, recevoir_convocations, edition(1))
    porter()
    banc.executer(f"UPDATE envois SET envoye_le = envoye_le - interval '{parti}'")
    renvoyer(banc)
    assert mesures() == (compte, compte)


def test_ce_qui_s_oublie_de_qui_l_a_recu_n_efface_pas_qu_il_est_revenu(banc: Banc, porter: Porter) -> None:
    """Two releases of long ago, resumed today, whose addresses the night takes: no reason is left, nor any address."""
    diffuser(banc, 2)
    porter()
    renvoyer(banc)
    ranger(banc, 1)
    assert {(e["destinataire"][:7], e["erreur"]) for e in banc.envois()} == {("oublié ", None)}
    assert mesures() == (2, 2)


def test_le_registre_de_dix_ans_n_est_pas_lu(banc: Banc) -> None:
    """It is looked at every ten seconds, by each process."""
    with requetes("notifications") as faites:
        mesure.mesurer()
    (requete,) = (dite for dite in faites if "destinataire" in dite)
    with moteur("notifications").begin() as db:
        db.exec_driver_sql("SET LOCAL enable_seqscan = off")  # here there is none
        plan = str(db.exec_driver_sql(f"EXPLAIN {requete}").all())
    assert "Index Scan using envois_renvoyes" in plan or "Bitmap Index Scan on envois_renvoyes" in plan
