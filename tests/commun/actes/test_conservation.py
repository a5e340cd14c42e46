"""What the kernel keeps for a while goes at its hour, not before; what is still of use stays."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from commun import clock
from commun.actes import conservation
from commun.actes.steps import UN_MOMENT
from commun.actes.unit_of_work import Acte
from commun.domain.dates import plus_mois
from commun.storage import requetes
from commun.storage.db import moteur, nouvel_id
from commun.storage.tables import cles, inbox, intentions, outbox
from tests.outils.bases import base_de_l_exemple

SERVICE = "conservation_essai"


@pytest.fixture
def db(monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    with base_de_l_exemple() as url:
        monkeypatch.setenv(f"DATABASE_URL_{SERVICE.upper()}", url)
        yield moteur(SERVICE)
        moteur(SERVICE).dispose()
        moteur.cache_clear()


def ranger() -> Any:
    return Acte.de_ceres(SERVICE, "essai").faire(conservation.ranger_noyau)


RIEN = {"outbox": 0, "inbox": 0, "cles": 0, "intentions": 0}


def remplir(db: sa.Engine) -> None:
    """Adds a row of each, done with just now, and an event that nobody has taken yet."""
    evenement = {"evenement": "x.y", "corps": {}, "en_tetes": {}}
    with db.begin() as connexion:
        connexion.execute(outbox.insert().values(id=nouvel_id(), publie_le=sa.func.now(), **evenement))
        connexion.execute(outbox.insert().values(id=nouvel_id(), **evenement))
        connexion.execute(inbox.insert().values(message_id=nouvel_id(), ecouteur="x.y"))
        connexion.execute(cles.insert().values(compte_id="c", cle="k", empreinte="", prise_par=nouvel_id()))
        passee = {"id": nouvel_id(), "genre": "x", "objet_id": nouvel_id(), "expire_le": sa.func.now()}
        connexion.execute(intentions.insert().values(passee))


def test_ce_qui_a_servi_part_a_son_heure(db: sa.Engine) -> None:
    remplir(db)
    ages = [outbox.c.publie_le, inbox.c.recu_le, cles.c.prise_le, intentions.c.expire_le]

    def apres(duree: timedelta) -> Any:
        with db.begin() as connexion:
            for age in ages:
                quand = sa.case((age.is_not(None), sa.func.now() - duree))
                connexion.execute(sa.update(age.table).values({age.name: quand}))
        return ranger()

    seconde = timedelta(seconds=30)
    assert apres(conservation.INTENTIONS - seconde) == RIEN
    assert apres(conservation.INTENTIONS + seconde) == RIEN | {"intentions": 1}
    assert apres(conservation.CLES - seconde) == RIEN
    assert apres(conservation.CLES + seconde) == RIEN | {"cles": 1}
    assert apres(conservation.OUTBOX + seconde) == RIEN | {"outbox": 1}
    assert apres(conservation.INBOX + seconde) == RIEN | {"inbox": 1}
    assert apres(timedelta(days=4000)) == RIEN
    with db.connect() as connexion:
        assert connexion.scalar(sa.select(sa.func.count()).select_from(outbox)) == 1


def test_une_horloge_en_avance_de_dix_ans_n_oublie_pas_ce_qui_fut_fait(
    db: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys of the week and the numbers of the events received went with the first turn of such a process: sent
    again, a demand was done twice.
    """
    remplir(db)
    reelle = clock.maintenant
    monkeypatch.setattr(clock, "maintenant", lambda: reelle() + timedelta(days=4000))
    assert ranger() == RIEN


@pytest.mark.parametrize("ecart", [timedelta(days=4000), timedelta(days=-4000), timedelta()])
def test_une_horloge_en_avance_de_dix_ans_n_efface_personne(
    db: sa.Engine, monkeypatch: pytest.MonkeyPatch, ecart: timedelta
) -> None:
    """Who is anonymised is so for good: the name of every candidate went with the first turn of such a process."""
    juste, reelle = clock.jour(), clock.maintenant
    monkeypatch.setattr(clock, "maintenant", lambda: reelle() + ecart)
    acte = Acte.de_ceres(SERVICE, "essai")
    monkeypatch.setattr(acte, "demander", lambda _: {"conservation_candidat": 60})
    attendu = conservation.limite(juste + min(ecart, timedelta()), 60)
    assert acte.faire(conservation.echeances) == {"conservation_candidat": attendu}


@pytest.mark.parametrize(("mois", "jour"), [(None, None), (0, date(2026, 3, 31)), (1, date(2026, 3, 1))])
def test_ce_qui_se_garde_toujours_n_a_pas_d_echeance(mois: int | None, jour: date | None) -> None:
    assert conservation.limite(date(2026, 3, 31), mois) == jour


@pytest.mark.parametrize("mois", [1, 12, 60])
def test_rien_ne_se_garde_un_jour_de_plus_parce_qu_un_mois_est_court(mois: int) -> None:
    """What was of 30 November stayed a month and a day, and of 28 February a month and four."""
    for n in range(1500):
        garde = date(2026, 1, 1) + timedelta(days=n)
        dernier = plus_mois(garde, mois)
        limites = [conservation.limite(dernier + timedelta(days=plus), mois) for plus in (0, 1)]
        assert [limite is not None and garde < limite for limite in limites] == [False, True]


def test_qui_est_anonymise_n_est_plus_nomme(db: sa.Engine) -> None:
    une, autre = nouvel_id(), nouvel_id()
    personnes = sa.values(sa.column("id", sa.Text)).data([(une,), (autre,)]).alias("personnes")
    with db.begin() as connexion:
        conservation.noter_anonymisees(connexion, une)
        conservation.noter_anonymisees(connexion, une)
        nommees = sa.select(personnes.c.id).where(conservation.encore_nommee(personnes.c.id))
        assert list(connexion.scalars(nommees)) == [autre]


def test_ce_qui_part_part_par_lots(db: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first tidying of years would else hold its rows, and the base, for as long as it takes."""
    monkeypatch.setattr(requetes, "_LOT", 2)
    with db.begin() as connexion:
        connexion.execute(inbox.insert(), [{"message_id": nouvel_id(), "ecouteur": "x.y"} for _ in range(3)])
        assert [requetes.retirer(connexion, inbox, sa.true()) for _ in range(3)] == [2, 1, 0]


def test_qui_est_servi_pendant_ce_temps_passe_entre_deux_lots(db: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lot upon lot, those of a year would have the base to themselves."""
    monkeypatch.setattr(requetes, "_LOT", 2)
    acte = Acte.de_ceres(SERVICE, "essai")
    with acte.transaction():
        acte.db.execute(inbox.insert(), [{"message_id": nouvel_id(), "ecouteur": "x.y"} for _ in range(3)])
        assert list(conservation.retirer_par_lots(acte, inbox, sa.true())) == [UN_MOMENT, UN_MOMENT]
