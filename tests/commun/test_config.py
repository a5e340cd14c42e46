"""The configuration: read from an environment, and clear about what is wrong in it."""

import pytest

from commun.config import Config, lire


def test_les_valeurs_par_defaut() -> None:
    assert lire({}) == Config()
    assert Config().delais_reprise == (5, 30, 300)
    assert not Config().date_simulable


def test_chaque_variable_a_son_type() -> None:
    conf = lire(
        {
            "AMQP_URL": "amqp://x//",
            "CERES_PORT": "8080",
            "CERES_DELAI_APPEL": "2.5",
            "CERES_DATE_SIMULABLE": "1",
            "CERES_DELAIS_REPRISE": "0.5,2",
        }
    )
    assert (conf.amqp, conf.port, conf.delai_appel, conf.date_simulable) == ("amqp://x//", 8080, 2.5, True)
    assert conf.delais_reprise == (0.5, 2.0)
    assert (conf.embarque, Config().embarque) == (False, True)


@pytest.mark.parametrize("brut", ["0", "true", "oui", ""])
def test_la_date_simulee_ne_s_allume_que_par_1(brut: str) -> None:
    assert lire({"CERES_DATE_SIMULABLE": brut}).date_simulable is False


@pytest.mark.parametrize(("variable", "brut"), [("CERES_PORT", "http"), ("CERES_DELAIS_REPRISE", "5,,30")])
def test_ce_qui_n_est_pas_un_nombre_est_nomme(variable: str, brut: str) -> None:
    with pytest.raises(ValueError, match=f"{variable}='{brut}' n'est pas un nombre"):
        lire({variable: brut})


def test_chaque_variable_est_unique_et_expliquee() -> None:
    variables = [champ.metadata["env"] for champ in Config.__dataclass_fields__.values()]
    assert len(set(variables)) == len(variables)
    assert all(champ.metadata["aide"] for champ in Config.__dataclass_fields__.values())


def test_une_base_par_service_quand_ils_partagent_un_processus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_EXEMPLE", "postgresql://la-sienne")
    assert Config(base="postgresql://commune").base_de("exemple") == "postgresql://la-sienne"
    assert Config(base="postgresql://commune").base_de("autre") == "postgresql://commune"
