"""Ce que le temps efface des courriels ; ce qu'il en garde suffit à ne pas écrire deux fois (NOT-05)."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from commun.domain.dates import plus_mois
from commun.storage import requetes
from services.notifications.commands import conservation, versions
from services.notifications.commands.messages import Avis, dire
from services.notifications.domain.messages import GenreMessage
from services.notifications.queries import versions as lectures
from tests.notifications.conftest import NATIONAL, Banc
from tests.notifications.test_diffusion import diffuser
from tests.outils.jours import aujourd_hui
from tests.outils.simultanes import ensemble

DUREES = {"conservation_message": None, "conservation_courriel": 12, "conservation_abonnement": None}


def ranger(banc: Banc, jours: int, **autres: int) -> None:
    """Tidies up as if a year, and so many days, had passed; `autres`: how long other things than mails are kept."""
    durees: dict[str, Any] = {"sessions_gardes.durees_de_conservation": lambda: DUREES | autres}
    banc.repondre(durees, conservation.ranger, jour=plus_mois(aujourd_hui(), 12) + timedelta(days=jours))


@pytest.fixture
def diffusee(banc: Banc) -> list[str]:
    """Release 1.7.1, sent to two addresses, of which one refused it. Returns them."""
    adresses = diffuser(banc, 2)
    banc.executer("UPDATE envois SET etat = 'envoye'")
    banc.executer("UPDATE envois SET etat = 'echec_definitif' WHERE destinataire = :c", c=adresses[1])
    return adresses


@pytest.mark.parametrize(("jours", "gardees"), [(0, True), (1, False)])
def test_une_adresse_s_oublie_au_bout_d_un_an(banc: Banc, diffusee: list[str], jours: int, gardees: bool) -> None:
    banc.executer("INSERT INTO inbox (message_id, ecouteur, recu_le) VALUES (gen_random_uuid(), 'x.y', '2020-01-01')")
    ranger(banc, jours)
    assert banc.executer("SELECT 1 FROM inbox") == [], "what the kernel no longer needs goes too"
    lisibles = [adresse for adresse in diffusee if adresse in str(banc.envois())]
    assert lisibles == (diffusee if gardees else [])
    assert banc.lire(NATIONAL, lectures.diffusion, "1.7.1")["destinataires"] == 2


def test_une_adresse_s_oublie_quel_qu_ait_ete_le_sort_du_message(banc: Banc, diffusee: list[str]) -> None:
    banc.executer("UPDATE envois SET etat = 'inconnu', prochain_le = NULL WHERE destinataire = :c", c=diffusee[0])
    banc.executer(
        "INSERT INTO envois (id, genre, sujet, destinataire, priorite, etat, donnees) "
        "VALUES (gen_random_uuid(), 'essai', '1.7.1:x', 'c-nat', 5, 'envoye', :d)",
        d='{"courriel": "national@exemple.fr", "mail": {}}',
    )
    ranger(banc, 1)
    assert "@" not in str([(e["destinataire"], e["donnees"]) for e in banc.envois()])


def test_les_courriels_de_toute_une_annee_s_oublient_par_lots(
    banc: Banc, diffusee: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a nation, due on the day when their delay is shortened, took longer than a statement may: none went."""
    monkeypatch.setattr(requetes, "_LOT", 1)
    banc.executer("UPDATE envois SET erreur = 'dit'")
    ranger(banc, 1)
    compte = "SELECT count(DISTINCT xmin::text), count(erreur), bool_or(destinataire LIKE '%@%') FROM envois"
    assert banc.executer(compte) == [(2, 0, False)]


def test_une_version_oubliee_ne_part_qu_a_qui_ne_l_a_pas_eue(banc: Banc, diffusee: list[str]) -> None:
    ranger(banc, 1)
    assert [r["code"] for r in banc.lire(NATIONAL, lectures.fiche, "1.7.1")["refus"] if r["action"] == "diffusion"]
    banc.executer("INSERT INTO abonnes (id, courriel, etat, origine) VALUES (gen_random_uuid(), 'n@x.fr', 'actif', '')")
    assert banc.faire(NATIONAL, versions.diffuser, "1.7.1", {"confirmer": ["NOT-05"]})["en_attente"] == 1
    assert [e["destinataire"] for e in banc.envois(etat="prepare")] == ["n@x.fr"]


def test_ce_qui_attend_qu_une_diffusion_reprenne_oublie_son_adresse_et_la_retrouve(banc: Banc) -> None:
    """It kept those of all subscribers for ever. Stopped a year ago and resumed, it leaves out nobody who still is
    one, at the address where he is now; nor does it write to who left."""
    adresses = diffuser(banc, 3)
    banc.faire(NATIONAL, versions.arreter, "1.7.1", {})
    ranger(banc, 0)
    assert [e["destinataire"] for e in banc.envois()] == adresses
    ranger(banc, 1)
    assert "@" not in str([(e["destinataire"], e["donnees"]) for e in banc.envois()])
    avancement = banc.lire(NATIONAL, lectures.diffusion, "1.7.1")
    assert (avancement["en_attente"], avancement["destinataires"]) == (3, 3)
    banc.executer("UPDATE abonnes SET etat = 'desabonne' WHERE courriel = :c", c=adresses[0])
    banc.executer("UPDATE abonnes SET courriel = 'ailleurs@exemple.fr' WHERE courriel = :c", c=adresses[1])
    banc.faire(NATIONAL, versions.reprendre, "1.7.1", {})
    assert {e["destinataire"] for e in banc.envois(etat="prepare")} == {"ailleurs@exemple.fr", adresses[2]}
    assert [(e["destinataire"][:7], e["erreur"]) for e in banc.envois(etat="echec_definitif")] == [
        ("oublié ", "Cette adresse s'est désabonnée.")
    ]


def test_une_diffusion_que_l_on_reprend_pendant_qu_on_range_garde_ses_adresses(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blanked then, they would be found again by nobody, and each of its mails would fail."""
    adresses = diffuser(banc, 2)
    banc.faire(NATIONAL, versions.arreter, "1.7.1", {})
    reprendre = partial(banc.faire, NATIONAL, versions.reprendre, "1.7.1", {})
    assert ensemble(monkeypatch, "notifications", reprendre, partial(ranger, banc, 1)) == ("fait", "fait")
    assert [e["destinataire"] for e in banc.envois()] == adresses


def test_ce_qui_attend_d_une_diffusion_en_cours_garde_son_adresse(banc: Banc) -> None:
    adresses = diffuser(banc, 2)
    ranger(banc, 1)
    assert [e["destinataire"] for e in banc.envois()] == adresses


def test_un_echec_dont_l_adresse_est_oubliee_ne_se_reprend_pas(banc: Banc, diffusee: list[str]) -> None:
    ranger(banc, 1)
    banc.faire(NATIONAL, versions.reprendre, "1.7.1", {"echecs": True})
    assert banc.etats() == {"envoye": 1, "echec_definitif": 1}


@pytest.mark.parametrize(("jours", "gardee"), [(0, "550 <nul@exemple.fr>"), (1, None)])
def test_ce_qu_un_serveur_a_dit_d_une_convocation_s_oublie_aussi(banc: Banc, jours: int, gardee: str | None) -> None:
    banc.executer(
        "INSERT INTO envois (id, genre, sujet, destinataire, priorite, etat, erreur) "
        "VALUES (gen_random_uuid(), 'convocation', 'c-1', 'p-1', 2, 'echec_definitif', '550 <nul@exemple.fr>')"
    )
    ranger(banc, jours)
    assert [(e["destinataire"], e["erreur"]) for e in banc.envois()] == [("p-1", gardee)]


@pytest.mark.parametrize(("jours", "restent"), [(0, ["actif", "desabonne", "en_attente"]), (1, ["actif", "desabonne"])])
def test_seule_s_oublie_une_demande_d_abonnement_que_personne_n_a_confirmee(
    banc: Banc, jours: int, restent: list[str]
) -> None:
    for etat in ("actif", "desabonne", "en_attente"):
        banc.executer(
            "INSERT INTO abonnes (id, courriel, etat, origine) VALUES (gen_random_uuid(), :c, :etat, 'formulaire')",
            c=f"{etat}@exemple.fr",
            etat=etat,
        )
    ranger(banc, jours, conservation_abonnement=12)
    assert [etat for (etat,) in banc.executer("SELECT etat FROM abonnes ORDER BY etat")] == restent


@pytest.mark.parametrize(("jours", "restent"), [(0, 1), (1, 0)])
def test_un_message_s_efface_au_bout_de_sa_duree(banc: Banc, jours: int, restent: int) -> None:
    qui = {"compte_id": "c-nat", "courriel": "n@exemple.fr", "preferences": []}
    banc.faire(None, dire, [qui], Avis("h-1:4", GenreMessage.HABILITATION_SUSPENDUE, "Dite.", "habilitation", "h-1"))
    ranger(banc, jours, conservation_message=12)
    assert banc.executer("SELECT count(*) FROM messages") == [(restent,)]
