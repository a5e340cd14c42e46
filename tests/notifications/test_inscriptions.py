"""NOT-03, NOT-04 : ce que l'on demande trop souvent n'écrit à personne, et un lien dépassé n'inscrit pas."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from commun import clock
from services.notifications.commands import abonnements
from services.notifications.jetons import Usage, ecrire
from tests.notifications.conftest import Banc
from tests.outils.simultanes import issue, pendant

MOI = "moi@exemple.fr"
DEBUT = datetime(2027, 3, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def passer(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets time go by, which stands still otherwise."""
    instant = DEBUT

    def avancer(duree: timedelta) -> None:
        nonlocal instant
        instant += duree

    monkeypatch.setattr(clock, "maintenant", lambda: instant)
    return avancer


def demander(banc: Banc, courriel: str = MOI, source: str = "198.51.100.1") -> int:
    """Asks for a subscription; returns how many mails are to leave for this address."""
    banc.faire(None, abonnements.demander, {"courriel": courriel}, source)
    return len(banc.envois(destinataire=courriel))


def lien(banc: Banc, usage: Usage) -> Callable[[], object]:
    """Returns what a link sent by now does."""
    ((abonne_id, demande),) = banc.executer("SELECT id::text, demande FROM abonnes")
    acte = abonnements.confirmer if usage is Usage.CONFIRMATION else abonnements.desabonner
    return partial(banc.faire, None, acte, ecrire(usage, abonne_id, demande))


def etat(banc: Banc) -> str:
    return str(banc.executer("SELECT etat FROM abonnes")[0][0])


def test_une_adresse_ne_recoit_qu_un_message_par_quart_d_heure_et_trois_par_jour(
    banc: Banc, passer: Callable[[timedelta], None]
) -> None:
    recus = []
    for minutes in (0, 5, 10, 15, 15, 15, 24 * 60):
        passer(timedelta(minutes=minutes))
        banc.faire(None, abonnements.oublier_les_comptes)  # what a limit still reads stays
        recus.append(demander(banc))
    assert recus == [1, 1, 2, 3, 3, 3, 4]
    passer(timedelta(days=3))
    banc.faire(None, abonnements.oublier_les_comptes)
    assert banc.executer("SELECT count(*) FROM limites") == [(0,)]


def test_une_boite_ne_recoit_pas_plus_sous_des_adresses_que_l_on_invente(
    banc: Banc, passer: Callable[[timedelta], None]
) -> None:
    """« moi+1@ », « moi+2@ »: anybody had CERES write a hundred times an hour to one mailbox."""
    assert [demander(banc, courriel) for courriel in ("moi+1@exemple.fr", "moi+2@exemple.fr", MOI)] == [1, 0, 0]
    passer(timedelta(minutes=15))
    assert [demander(banc, courriel) for courriel in ("moi+2@exemple.fr", "+3@exemple.fr", "+4@exemple.fr")] == [1] * 3


def test_une_source_n_ecrit_pas_a_tout_le_monde_ni_toutes_ensemble(
    banc: Banc, passer: Callable[[timedelta], None]
) -> None:
    ((_, par_source),), ((_, en_tout),) = abonnements.PAR_SOURCE, abonnements.EN_TOUT
    assert (demander(banc), demander(banc)) == (1, 1)  # the second, too soon for its address, weighs on nothing else
    banc.executer("UPDATE limites SET n = n + :deja", deja=par_source - 2)
    assert [demander(banc, f"{nom}@exemple.fr") for nom in ("zoe", "lea")] == [1, 0]
    assert demander(banc, "lea@exemple.fr", "198.51.100.2") == 1  # whom the first kept from nothing, writing to nobody
    banc.executer("UPDATE limites SET n = :deja", deja=en_tout)
    assert demander(banc, "max@exemple.fr", "198.51.100.3") == 0


def test_un_lien_d_avant_le_desabonnement_n_inscrit_plus(banc: Banc) -> None:
    demander(banc)
    confirmer, partir = (lien(banc, usage) for usage in (Usage.CONFIRMATION, Usage.DESABONNEMENT))
    assert [issue(acte) for acte in (confirmer, partir, confirmer)] == ["fait", "fait", "INTROUVABLE"]
    assert etat(banc) == "desabonne"
    confirmer = lien(banc, Usage.CONFIRMATION)
    assert (issue(confirmer), etat(banc)) == ("fait", "actif")
    depuis = banc.executer("SELECT confirme_le FROM abonnes")
    assert (issue(confirmer), banc.executer("SELECT confirme_le FROM abonnes")) == ("fait", depuis)


def test_qui_part_pendant_qu_il_confirme_est_parti(banc: Banc) -> None:
    demander(banc)
    confirmer, partir = (lien(banc, usage) for usage in (Usage.CONFIRMATION, Usage.DESABONNEMENT))
    depart = "UPDATE abonnes SET etat = 'desabonne', demande = demande + 1"
    assert (pendant("notifications", depart, confirmer), etat(banc)) == ("INTROUVABLE", "desabonne")
    assert (pendant("notifications", "UPDATE abonnes SET etat = 'actif'", partir), etat(banc)) == ("fait", "desabonne")
