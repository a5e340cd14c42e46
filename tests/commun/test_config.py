"""The configuration: read from an environment, and clear about what is wrong in it."""

import re

import pytest

from commun.config import Config, ReglageFaux, lire
from local.pile import RACINE


def test_les_valeurs_par_defaut() -> None:
    assert lire({}) == Config()
    assert Config().delais_reprise == (5, 30, 300)
    assert not Config().date_simulable


def test_chaque_defaut_est_documente_tel_qu_une_variable_le_dit() -> None:
    """« False » and « (5, 30, 300) » stopped the process that copied them."""
    page = (RACINE / "docs/configuration.md").read_text("utf-8")
    dits = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", page, re.M))
    assert (dits["CERES_DATE_SIMULABLE"], lire(dits)) == ("0", Config())


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


@pytest.mark.parametrize("brut", ["0", ""])
def test_la_date_simulee_ne_s_allume_que_par_1(brut: str) -> None:
    assert lire({"CERES_DATE_SIMULABLE": brut}).date_simulable is False


@pytest.mark.parametrize(
    ("variable", "brut", "phrase"),
    [
        ("CERES_PORT", "http", "='http' n'est pas un nombre."),
        ("CERES_DELAIS_REPRISE", "5,,30", "='5,,30' n'est pas un nombre."),
        ("CERES_DELAIS_REPRISE", "5,0,30", "='5,0,30' : il faut au moins 0.1."),
        ("CERES_OUVRIERS", "0", "='0' : il faut au moins 1."),
        ("CERES_PORT", "80000", "='80000' : il faut au plus 65535."),
        ("CERES_DELAI_APPEL", "inf", "='inf' : il faut au moins 0.1."),
        ("CERES_SANS_MOT_DE_PASSE", "true", "='true' : il faut 1, ou 0."),
        ("CERES_JOURNAL", "JSON", "='JSON' : il faut texte ou json."),
        ("CERES_SMTP_TLS", "tls", "='tls' : il faut starttls ou implicite."),
        ("AMQP_URL", "ampq://x:secret@y", " doit commencer par amqp:// ou amqps:// ou memory://."),
        ("AMQP_URL", "amqp://x:secret@y:z", " n'est pas une adresse : son port n'est pas un nombre, de 1 à 65535."),
        ("AMQP_URL", "amqp://x:secret@y:72000", " n'est pas une adresse : son port n'est pas un nombre, de 1 à 65535."),
        ("CERES_URL_PUBLIQUE", "ceres.exemple.fr", " doit commencer par https:// ou http://."),
        (
            "CERES_URL_PUBLIQUE",
            "https://x.fr/ceres",
            "='https://x.fr/ceres' : il faut une adresse sans chemin, « https://ceres.exemple.fr ».",
        ),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collecteur:4318", " doit commencer par https:// ou http://."),
        (
            "CERES_COURRIEL_EXPEDITEUR",
            "exemple.fr",
            "='exemple.fr' : il faut une adresse de courriel, « ceres@exemple.fr ».",
        ),
        (
            "CERES_COURRIEL_EXPEDITEUR",
            "CERES <ceres@éxemple.fr>",
            "='CERES <ceres@éxemple.fr>' : il faut une adresse de courriel, « ceres@exemple.fr ».",
        ),
        (
            "CERES_COURRIEL_REPONSE",
            "a@b.fr\nBcc: c@d.fr",
            "='a@b.fr\\nBcc: c@d.fr' : il faut une adresse de courriel, « ceres@exemple.fr ».",
        ),
        ("CERES_SANS_MOT_DE_PASSE", "1", "=1 demande ProConnect : CERES_OIDC_EMETTEUR n'est pas réglé."),
    ],
)
def test_une_valeur_dont_on_ne_peut_rien_faire_arrete_le_processus_d_une_phrase(
    variable: str, brut: str, phrase: str
) -> None:
    """Seen taken for none: a mail server written « tls » got its password in clear, a bus « ampq:// » a traceback."""
    with pytest.raises(ReglageFaux) as faux:
        lire({variable: brut})
    assert faux.value.code == variable + phrase


def test_l_adresse_publique_se_donne_avec_ou_sans_barre() -> None:
    assert lire({"CERES_URL_PUBLIQUE": "https://ceres.exemple.fr/"}).url_publique == "https://ceres.exemple.fr"


def test_chaque_variable_est_unique_et_expliquee() -> None:
    variables = [champ.metadata["env"] for champ in Config.__dataclass_fields__.values()]
    assert len(set(variables)) == len(variables)
    assert all(champ.metadata["aide"] for champ in Config.__dataclass_fields__.values())


def test_une_base_par_service_quand_ils_partagent_un_processus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL_EXEMPLE", "postgresql://la-sienne")
    assert Config(base="postgresql://commune").base_de("exemple") == "postgresql://la-sienne"
    assert Config(base="postgresql://commune").base_de("autre") == "postgresql://commune"
    for pilote in ("postgres", "postgresql+psycopg", "postgresql+psycopg2"):  # psycopg reads the first alone
        assert Config(base=f"{pilote}://commune").base_de("autre") == "postgresql://commune"


@pytest.mark.parametrize("brut", ["", "mysql://x:secret@y/z", "la-base", "postgresql://x:secret@y:z/z"])
def test_un_service_sans_base_s_arrete_d_une_phrase(brut: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And never says what it names, which may hold a password. Seen « en panne » for ever, for a port that is none."""
    monkeypatch.delenv("DATABASE_URL_EXEMPLE", raising=False)
    with pytest.raises(ReglageFaux) as faux:
        Config(base=brut).exiger_base("exemple")
    assert faux.value.code == "DATABASE_URL doit nommer la base de exemple : postgresql://…"
    monkeypatch.setenv("DATABASE_URL_EXEMPLE", "postgresql://la-sienne")
    Config(base=brut).exiger_base("exemple")
    monkeypatch.setenv("DATABASE_URL_EXEMPLE", "pasgresql://la-sienne")
    with pytest.raises(ReglageFaux, match=r"^DATABASE_URL_EXEMPLE doit"):
        Config(base="postgresql://commune").exiger_base("exemple")
    monkeypatch.setenv("DATABASE_URL_EXEMPLE", "postgresql://la-sienne/x?host=a:1&host=b&sslmod=require")
    with pytest.raises(ReglageFaux, match=r"^DATABASE_URL_EXEMPLE a, après son « \? », une option que"):
        Config(base="postgresql://commune").exiger_base("exemple")
    monkeypatch.setenv("DATABASE_URL_EXEMPLE", "postgresql://la-sienne/x?host=a:1&host=b&sslmode=require")
    Config(base="postgresql://commune").exiger_base("exemple")
