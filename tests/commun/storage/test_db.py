"""The database under eventlet: waits let others work and end in time, errors say nothing, ids are ids."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import eventlet
import psycopg
import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from commun.domain.errors import BaseAbsente, ErreurInterne, Indisponible, Introuvable, Invalide
from commun.storage.cooperation import attendre
from commun.storage.db import contrainte, figer, identifiant, moteur, nouvel_id, traduire
from commun.storage.transaction import Transaction, ouvrir
from tests.commun.exemple import Exemple
from tests.outils.mandataire import Mandataire
from tests.outils.rpc import Refuse


def test_cinq_requetes_lentes_attendent_ensemble(exemple: Exemple) -> None:
    with exemple.rpc() as rpc:
        rpc.appeler(exemple.nom, "dormir", exemple.appel(), secondes=0)
        debut = time.monotonic()
        numeros = [rpc.envoyer(exemple.nom, "dormir", exemple.appel(), secondes=0.5) for _ in range(5)]
        pids = {rpc.attendre(numero) for numero in numeros}
    assert len(pids) == 1
    assert time.monotonic() - debut < 1.5


def test_une_question_plus_longue_que_la_ligne_est_posee_en_entier(
    exemple: Exemple, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psycopg.waiting, "wait", attendre)
    with psycopg.connect(exemple.url) as db, eventlet.Timeout(30):
        assert db.execute("SELECT length(%s)", ["é" * 10_000_000]).fetchone() == (10_000_000,)


def test_qui_attend_une_reponse_apprend_que_la_ligne_est_coupee(
    exemple: Exemple, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psycopg.waiting, "wait", attendre)
    with psycopg.connect(exemple.url) as db, psycopg.connect(exemple.url) as autre, eventlet.Timeout(20):
        dormeur = eventlet.spawn(db.execute, "SELECT pg_sleep(30)")
        eventlet.sleep(0)  # it asks
        autre.execute("SELECT pg_terminate_backend(%s)", [db.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            dormeur.wait()


def test_deux_ecritures_de_la_meme_ligne_ne_se_figent_pas(exemple: Exemple) -> None:
    compteur = nouvel_id()
    exemple.faire("ajouter", compteur_id=compteur, corps={})
    with exemple.rpc() as rpc:
        appels = [
            rpc.envoyer(exemple.nom, "ajouter", exemple.appel(), compteur_id=compteur, corps={"pause": 0.2})
            for _ in range(4)
        ]
        valeurs = sorted(rpc.attendre(appel)["valeur"] for appel in appels)
    assert valeurs == [2, 3, 4, 5]


def test_un_verrou_qui_ne_vient_pas_est_une_indisponibilite(exemple: Exemple) -> None:
    compteur = nouvel_id()
    exemple.faire("ajouter", compteur_id=compteur, corps={})
    with psycopg.connect(exemple.url) as db:
        db.execute("SELECT * FROM compteurs WHERE id = %s FOR UPDATE", [compteur])
        debut = time.monotonic()
        with pytest.raises(Refuse) as refus:
            exemple.faire("ajouter", compteur_id=compteur, corps={})
    assert (refus.value.code, exemple.valeur(compteur)) == ("INDISPONIBLE", 1)
    assert time.monotonic() - debut < 4.5


def test_rien_n_est_attendu_sans_fin_de_la_base_ni_par_elle(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that lasts, an act that forgets its transaction, and the locks that they hold; a line to nobody."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    with moteur(exemple.nom).connect() as db:
        bornes = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        assert [db.scalar(sa.text(f"SHOW {borne}")) for borne in bornes] == ["3s", "8s", "15s"]
        veille = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
        assert [db.scalar(sa.text(f"SHOW {borne}")) for borne in veille] == ["10", "5", "3", "15000"]
        ligne: Any = db.connection.driver_connection
    ecoute = {option.keyword.decode(): option.val for option in ligne.pgconn.info}
    bornes = ("connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")
    assert [ecoute[borne] for borne in bornes] == [b"3", b"10", b"5", b"3", b"15000"]


@pytest.mark.parametrize(
    ("repos", "genre"),
    [(0, Transaction.ECRITURE), (60, Transaction.LECTURE)],
    ids=["l'essai d'une connexion au repos", "le début d'une lecture"],
)
def test_la_patience_finit_ou_que_l_on_en_soit(
    exemple: Exemple, monkeypatch: pytest.MonkeyPatch, repos: float, genre: Transaction
) -> None:
    """Seen lost as a connection is tried: the transaction then began elsewhere, and lasted as long as it wished; and
    as a read begins: too slow was then taken for away.
    """
    monkeypatch.setattr(psycopg.waiting, "wait", attendre)
    monkeypatch.setattr("commun.storage.db._REPOS", repos)
    with derriere(exemple, monkeypatch) as (mandataire, gelee):
        with moteur(gelee).connect():
            pass
        mandataire.geler("base")
        debut = time.monotonic()
        with pytest.raises(Indisponible) as refus, ouvrir(gelee, 0.3, genre) as db:
            db.execute(sa.text("SELECT 1"))
            pytest.fail("Elle ne répond pas.")
        assert type(refus.value) is Indisponible
        assert time.monotonic() - debut < 2


def test_une_connexion_a_refaire_s_attend_aussi(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a server that did not answer any more, what was measured was the pool's own bookkeeping: a millisecond."""
    monkeypatch.setattr("commun.storage.db._REPOS", 0)
    with derriere(exemple, monkeypatch) as (mandataire, lente):
        with moteur(lente).connect():
            pass
        mandataire.couper("base")
        mandataire.ralentir("base", 0.2)
        avant = REGISTRY.get_sample_value("ceres_base_attente_secondes_sum") or 0
        with moteur(lente).connect() as db:
            assert db.scalar(sa.text("SELECT 1")) == 1
        assert (REGISTRY.get_sample_value("ceres_base_attente_secondes_sum") or 0) - avant > 0.4


@contextmanager
def derriere(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mandataire, str]]:
    """Puts a proxy before the database; gives it, and the name of the service whose database is behind it."""
    mandataire, url = Mandataire(), sa.make_url(exemple.url)
    port = mandataire.ouvrir("base", exemple.sql("SELECT inet_server_port() AS port")[0]["port"])
    par_la = url.update_query_dict({"host": "127.0.0.1", "port": str(port)}).render_as_string(hide_password=False)
    nom = f"derriere{port}"
    monkeypatch.setenv(f"DATABASE_URL_{nom.upper()}", par_la)
    try:
        yield mandataire, nom
    finally:
        mandataire.fermer()
        moteur(nom).dispose()


def test_une_base_qui_n_ecrit_plus_est_une_indisponibilite_dont_on_revient(
    exemple_a_soi: Callable[..., Exemple],
) -> None:
    """Connections to a server closed to writing are not kept: they would go on refusing once it is open."""
    exemple, compteur = exemple_a_soi(), nouvel_id()
    base = sa.make_url(exemple.url).database

    def regler(ordre: str, valeur: str = "") -> None:
        with psycopg.connect(exemple.url, autocommit=True, options="-c default_transaction_read_only=off") as db:
            db.execute(f'ALTER DATABASE "{base}" {ordre} default_transaction_read_only {valeur}')  # type: ignore[arg-type]

    regler("SET", "= on")
    exemple.lancer()
    with pytest.raises(Refuse) as refus:
        exemple.faire("ajouter", compteur_id=compteur, corps={})
    assert refus.value.code == "INDISPONIBLE"
    regler("RESET")
    assert exemple.faire("ajouter", compteur_id=compteur, corps={})["valeur"] == 1


def test_un_instant_se_dit_en_temps_universel_ou_que_soit_la_base(
    exemple_a_soi: Callable[..., Exemple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what the API says of an instant would depend on how its server was installed."""
    exemple = exemple_a_soi()
    exemple.sql(f"ALTER DATABASE \"{sa.make_url(exemple.url).database}\" SET timezone = 'Europe/Paris'")
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    with moteur(exemple.nom).connect() as db:
        instant = db.scalar(sa.text("SELECT timestamptz '2026-07-01 10:00Z'"))
        assert instant.isoformat() == "2026-07-01T10:00:00+00:00"
    moteur(exemple.nom).dispose()


def test_une_base_qui_est_revenue_ne_refuse_qu_une_lecture(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> None:
    """What served a moment before is not tried: each dead connection would have refused one more reader."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    monkeypatch.setattr("commun.storage.db._REPOS", 60)
    sien = moteur(exemple.nom)
    with ExitStack() as prises:
        lignes: list[Any] = [prises.enter_context(sien.connect()).connection.driver_connection for _ in range(3)]
    exemple.sql("SELECT pg_terminate_backend(p) FROM unnest(%s::int[]) p", [ligne.info.backend_pid for ligne in lignes])
    with pytest.raises(sa.exc.OperationalError), sien.begin() as morte:
        figer(morte)
    with sien.begin() as neuve, sien.begin() as autre:
        figer(neuve)
        figer(autre)


def test_une_erreur_de_base_ne_dit_pas_ce_qui_fut_envoye(exemple: Exemple, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads a log, or a traceback of an operator's command, reads nobody's name there."""
    monkeypatch.setenv(f"DATABASE_URL_{exemple.nom.upper()}", exemple.url)
    with moteur(exemple.nom).begin() as prise, pytest.raises(sa.exc.DataError) as erreur:
        prise.execute(sa.text("SELECT :nom, 1 / 0"), {"nom": "DURAND"})
    assert "division by zero" in str(erreur.value) and "DURAND" not in str(erreur.value)


class _Cause(Exception):
    sqlstate: str | None = None


def _erreur(classe: type[sa.exc.DBAPIError], sqlstate: str | None = None, *, rompue: bool = False) -> sa.exc.DBAPIError:
    cause = _Cause("psycopg's own message")
    cause.sqlstate = sqlstate
    return classe("SELECT …", {}, cause, connection_invalidated=rompue)


@pytest.mark.parametrize(
    ("erreur", "refus"),
    [
        (_erreur(sa.exc.OperationalError), BaseAbsente),  # nobody answers
        (_erreur(sa.exc.InterfaceError), BaseAbsente),
        (_erreur(sa.exc.OperationalError, rompue=True), Indisponible),  # it fell: perhaps for what was asked
        (_erreur(sa.exc.OperationalError, "53100"), BaseAbsente),  # no disk left
        (_erreur(sa.exc.OperationalError, "57P01", rompue=True), BaseAbsente),
        (_erreur(sa.exc.InternalError, "25006", rompue=True), BaseAbsente),  # it takes no writing
        (_erreur(sa.exc.InternalError, "25006"), ErreurInterne),  # we write where we read
        (_erreur(sa.exc.InternalError, "25P03", rompue=True), Indisponible),  # we let a transaction idle
        (_erreur(sa.exc.OperationalError, "57014"), Indisponible),  # too long: perhaps for what was asked
        (_erreur(sa.exc.OperationalError, "55P03"), Indisponible),
        (sa.exc.TimeoutError(), Indisponible),
        (_erreur(sa.exc.DataError), Invalide),
        (_erreur(sa.exc.IntegrityError), ErreurInterne),
        (_erreur(sa.exc.ProgrammingError), ErreurInterne),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Exception) else "",
)
def test_ce_qu_une_erreur_de_base_dit_a_l_utilisateur(erreur: sa.exc.DBAPIError, refus: type[Exception]) -> None:
    assert type(traduire(erreur)) is refus
    assert "psycopg" not in str(traduire(erreur))


def test_la_contrainte_qui_refuse_se_nomme(exemple: Exemple) -> None:
    moteur = sa.create_engine(sa.make_url(exemple.url).set(drivername="postgresql+psycopg"))
    ordre = sa.text("INSERT INTO personnes VALUES (:nom), (:nom)")
    with pytest.raises(sa.exc.IntegrityError) as refus, moteur.begin() as db:
        db.execute(ordre, {"nom": "X"})
    moteur.dispose()
    assert contrainte(refus.value) == "personnes_pkey"
    assert contrainte(_erreur(sa.exc.OperationalError)) is None


def test_les_identifiants_se_suivent() -> None:
    ids = [nouvel_id() for _ in range(1000)]
    assert ids == sorted(set(ids))
    assert identifiant(ids[0].upper()) == ids[0]


@pytest.mark.parametrize("valeur", ["", "1", None, 3, ["x"], "x" * 36, "\x00", "0190a8c0-0000-7000-8000-00000000000"])
def test_un_identifiant_mal_forme_ne_designe_rien(valeur: object) -> None:
    with pytest.raises(Introuvable):
        identifiant(valeur)
