"""What an act holds, its key and what it said that it would do: others see it, and it is given back however it ends."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from greenlet import GreenletExit

from commun.actes.steps import Etapes, Question
from commun.actes.unit_of_work import Acte
from commun.bus.inbox import Recu
from commun.domain.errors import Indisponible, Introuvable, Refus
from commun.storage.db import moteur, nouvel_id
from tests.commun.actes.banc import Banc
from tests.commun.exemple import Exemple
from tests.commun.service_exemple import commands

HORS_DELAI = """
import sys
from functools import partial
import eventlet
from commun.bus.appel import Appel
from commun.domain.errors import Indisponible
from commun.actes.steps import Attente
from commun.actes.unit_of_work import Acte
def reserver_puis_attendre(acte):
    acte.reserver("retrait", sys.argv[1])
    yield Attente(partial(eventlet.sleep, 0.3))
try:
    Acte("exemple", Appel("r", delai=0.2)).faire(reserver_puis_attendre)
except Indisponible:
    print("indisponible")
"""


def test_un_acte_hors_delai_defait_encore_ce_qu_il_avait_dit(exemple: Exemple) -> None:
    """Else others would wait until it expires."""
    objet = nouvel_id()
    assert exemple.executer(HORS_DELAI, objet) == "indisponible\n"
    assert exemple.sql("SELECT 1 FROM intentions WHERE objet_id = %s", objet) == []


def test_la_cle_d_un_acte_refuse_entre_deux_etapes_est_rendue_aussitot(banc: Banc) -> None:
    cle = {"cle": nouvel_id(), "empreinte": "e", "delai": 2.0}

    def en_deux_temps(acte: Acte, refus: Refus | None) -> Etapes[str]:
        yield None
        if refus:
            raise refus
        return "fait"

    with pytest.raises(Introuvable):
        banc.acte(**cle).faire(en_deux_temps, Introuvable())
    assert banc.acte(**cle).faire(en_deux_temps, None) == "fait"


def test_la_cle_reprise_a_un_mort_est_tenue_comme_une_neuve(banc: Banc) -> None:
    """Not taken over again at once, nor given back by who has lost it."""
    cle = {"cle": nouvel_id(), "empreinte": "e", "delai": 0.4}
    vieillir = "UPDATE cles_idempotence SET prise_le = now() - interval '1 minute' WHERE cle = %s"

    def prise(acte: Acte, par: Any) -> Etapes[None]:
        yield partial(banc.exemple.sql, vieillir, cle["cle"])
        yield par
        raise Introuvable()

    def reprise(acte: Acte) -> Etapes[None]:
        yield trop_tot

    def trop_tot() -> None:
        with pytest.raises(Indisponible):
            banc.acte(**cle).faire(lambda acte: None)

    with pytest.raises(Introuvable):
        banc.acte(**cle).faire(prise, partial(banc.acte(**cle | {"delai": 5.0}).faire, reprise))
    assert banc.exemple.sql("SELECT liee FROM cles_idempotence WHERE cle = %s", cle["cle"]) == [{"liee": True}]


def test_qui_perd_sa_cle_ne_rend_pas_celle_de_l_autre(banc: Banc) -> None:
    cle = nouvel_id()

    def perdante(acte: Acte) -> Etapes[None]:
        yield partial(banc.exemple.sql, "UPDATE cles_idempotence SET prise_par = %s WHERE cle = %s", nouvel_id(), cle)
        raise Introuvable()

    with pytest.raises(Introuvable):
        banc.acte(cle=cle, empreinte="e").faire(perdante)
    assert len(banc.exemple.sql("SELECT 1 FROM cles_idempotence WHERE cle = %s", cle)) == 1


def test_l_intention_d_un_evenement_refuse_ne_se_voit_plus(banc: Banc) -> None:
    """It is heard again a moment later, and others are not made to wait until it expires."""
    objet = nouvel_id()

    def ecouter(acte: Acte, _: dict[str, Any]) -> Etapes[None]:
        acte.reserver("retrait", objet)
        yield None
        raise Introuvable()

    with pytest.raises(Introuvable):
        banc.acte().consommer(Recu(nouvel_id(), "exemple.choses", {}), ecouter)
    assert banc.acte().lire(lambda acte: acte.intentions_sur(objet, "retrait")) == []


@pytest.mark.parametrize("evenement", [False, True], ids=["commande", "événement"])
def test_un_acte_qu_on_interrompt_rend_ce_qu_il_tenait(banc: Banc, evenement: bool) -> None:
    """Whoever gives it up: others would wait, or be refused, until it expires."""
    objet, acte = nouvel_id(), banc.acte(cle=nouvel_id(), empreinte="e")

    def interrompre() -> None:
        raise GreenletExit

    def tenir(acte: Acte, *_: Any) -> Etapes[None]:
        acte.reserver("retrait", objet)
        yield interrompre

    with pytest.raises(GreenletExit):
        if evenement:
            acte.consommer(Recu(nouvel_id(), "exemple.choses", {}), tenir)
        else:
            acte.faire(tenir)
    assert banc.acte().lire(lambda acte: acte.intentions_sur(objet, "retrait")) == []
    assert banc.exemple.sql("SELECT 1 FROM cles_idempotence WHERE cle = %s", acte.appel.cle) == []


_PLEINE = """
CREATE FUNCTION pleine() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER pleine BEFORE DELETE ON intentions EXECUTE FUNCTION pleine();
"""


def test_un_refus_se_dit_meme_si_ce_que_tenait_l_acte_ne_peut_etre_rendu(
    exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch
) -> None:
    exemple = exemple_a_soi()
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    exemple.sql(_PLEINE)

    def refuser(acte: Acte) -> Etapes[None]:
        acte.reserver("retrait", nouvel_id())
        yield None
        raise Introuvable()

    with pytest.raises(Introuvable):
        Banc(exemple).acte().faire(refuser)
    moteur(exemple.nom).dispose()


def test_une_intention_est_celle_des_autres_et_de_son_genre(banc: Banc) -> None:
    objet = nouvel_id()

    def prendre(acte: Acte) -> Etapes[list[Any]]:
        acte.reserver("retrait", objet, par="elle")
        acte.reserver("ajout", objet)
        autre = yield lambda: banc.acte().lire(lambda acte: acte.intentions_sur(objet, "retrait"))
        return [acte.intentions_sur(objet, "retrait", "ajout"), autre]

    assert banc.acte().faire(prendre) == [[], [{"par": "elle"}]]
    assert banc.acte().lire(lambda acte: acte.intentions_sur(objet, "retrait", "ajout")) == []


@pytest.mark.parametrize("echue", ["avant", "pendant"])
def test_un_acte_dont_une_intention_expire_n_applique_rien(banc: Banc, echue: str) -> None:
    """One of them is enough, until the very end: others may have passed since."""
    un, autre = nouvel_id(), nouvel_id()
    expirer = "UPDATE intentions SET expire_le = clock_timestamp() + %s * interval '1 ms' WHERE objet_id = %s"

    def prendre(acte: Acte) -> Etapes[None]:
        acte.reserver("retrait", un, autre)
        yield None
        acte.db.scalar(commands.sa.select(1))  # its last transaction has begun
        banc.exemple.sql(expirer, -1 if echue == "avant" else 50, un)
        commands.ajouter(acte, un, {"pause": 0.1})

    with pytest.raises(Indisponible):
        banc.acte().faire(prendre)
    assert banc.exemple.valeur(un) == 0


def test_un_evenement_traite_ailleurs_pendant_sa_question_ne_l_est_pas_deux_fois(banc: Banc) -> None:
    """Nor does who came second leave what it had said that it would do: others would wait until it expires."""
    objet, recu = nouvel_id(), Recu(nouvel_id(), "essai.choses", {})

    def demander_puis_noter(acte: Acte, _corps: Any) -> Etapes[None]:
        acte.reserver("retrait", objet)
        yield Question("ailleurs", "connu")
        commands.noter(acte, objet)

    banc.reponses = [lambda: banc.acte().consommer(recu, demander_puis_noter), None]
    banc.acte().consommer(recu, demander_puis_noter)
    assert len(banc.exemple.effets(objet)) == 1
    assert banc.exemple.sql("SELECT 1 FROM intentions WHERE objet_id = %s", objet) == []
