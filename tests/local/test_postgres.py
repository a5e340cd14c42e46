"""Our own PostgreSQL, and what is created in it. The tests' folder is closed to other accounts, as `/root` is."""

import os
import signal
import subprocess
import threading
import time

import psycopg
import pytest

from local import postgres
from local.bases import Bases
from local.console import Empechement
from local.ports import est_libre
from local.postgres import PostgresEmbarque
from local.processus import sous
from tests.outils.attente import attendre


@pytest.fixture
def base(serveur, cles):
    return Bases(serveur.url, cles).creer(["jures"])["jures"]


def test_chaque_service_a_sa_base_et_ses_extensions(base):
    with psycopg.connect(base.url_proprietaire) as db:
        db.execute("CREATE TABLE IF NOT EXISTS jures (id uuid, EXCLUDE USING gist (id WITH =))")
        assert db.execute("SELECT similarity('Lefèvre', 'Lefevre') > 0.3").fetchone() == (True,)
        assert db.execute("SELECT lower('ÉLOÏSE')").fetchone() == ("éloïse",)


def test_l_application_ne_touche_pas_aux_tables(base):
    with psycopg.connect(base.url) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("CREATE TABLE intruse ()")


def test_un_service_n_entre_pas_chez_un_autre(serveur, cles, base):
    autre = Bases(serveur.url, cles).creer(["sessions"])["sessions"]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(base.url.replace("/ceres_jures?", "/ceres_sessions?"))
    psycopg.connect(autre.url).close()


def test_creer_de_nouveau_garde_les_donnees(serveur, cles, base):
    with psycopg.connect(base.url_proprietaire) as db:
        db.execute("CREATE TABLE gardee AS SELECT 1 AS n")
    nouvelle = Bases(serveur.url, cles).creer(["jures"])["jures"]
    with psycopg.connect(nouvelle.url_proprietaire) as db:
        assert db.execute("SELECT n FROM gardee").fetchone() == (1,)


def test_le_serveur_d_autrui_suffit_s_il_permet_de_creer_bases_et_roles(serveur, cles):
    with psycopg.connect(serveur.url, autocommit=True) as db:
        db.execute("CREATE ROLE chef LOGIN CREATEDB CREATEROLE PASSWORD 'chef'")
        db.execute("CREATE ROLE personne LOGIN PASSWORD 'personne'")
    adresse = serveur.url.split("@")[1]
    base = Bases(f"postgresql://chef:chef@{adresse}", cles).creer(["candidats"])["candidats"]
    psycopg.connect(base.url).close()
    with pytest.raises(Empechement, match="créer des bases et des rôles"):
        Bases(f"postgresql://personne:personne@{adresse}", cles).creer(["referentiel"])


def test_ce_qu_une_contrainte_refuse_ne_se_lit_pas_au_journal(serveur, base, dossier):
    """Seen telling the whole row, of somebody."""
    with psycopg.connect(base.url_proprietaire, autocommit=True) as db:
        db.execute("CREATE TABLE gens (nom text UNIQUE, ne_le date CHECK (ne_le > '1900-01-01'))")
        for ne_le in ("1971-10-17", "1871-10-17"):
            with pytest.raises(psycopg.IntegrityError):
                db.execute("INSERT INTO gens SELECT %s, %s::date FROM generate_series(1, 2)", ("Zzyxquor", ne_le))
    journal = dossier / "postgres.log"
    attendre(lambda: "gens_ne_le_check" in journal.read_text())  # who is answered may be so before it is written
    assert "gens_nom_key" in journal.read_text()
    assert "Zzyxquor" not in journal.read_text()


def test_une_base_supprimee_emporte_ses_roles(serveur, cles):
    bases = Bases(serveur.url, cles)
    with psycopg.connect(bases.vierge("ephemere")) as db:
        bases.supprimer("ephemere")
        with pytest.raises(psycopg.OperationalError):
            db.execute("SELECT 1")
    with psycopg.connect(serveur.url) as db:
        assert db.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'ephemere%'").fetchone() == (0,)


def test_les_donnees_survivent_a_un_arret_brutal(tmp_path, cles):
    serveur = PostgresEmbarque(tmp_path / "postgres", cles, tmp_path)
    try:
        serveur.lancer()
        serveur.attendre()
        adresse = serveur.url
        with psycopg.connect(adresse) as db:
            db.execute("CREATE TABLE acte AS SELECT 1 AS n")
        serveur.processus[0].tuer()
        nouveau = PostgresEmbarque(tmp_path / "postgres", cles, tmp_path)
        nouveau.lancer()
        nouveau.attendre()
        with psycopg.connect(nouveau.url) as db:
            assert db.execute("SELECT n FROM acte").fetchone() == (1,)
        threading.Timer(0.5, nouveau.arreter).start()
        serveur.lancer()  # waits for who is still closing the same files
        serveur.attendre()
        serveur.arreter()
        assert est_libre(int(serveur.url.split(":")[-1].split("/")[0]))
    finally:
        serveur.arreter()
        serveur.effacer()


def test_le_numero_d_un_serveur_coupe_qu_un_autre_programme_a_repris_n_empeche_rien(tmp_path, cles):
    """The machine was cut; once it is back, another program bears the number: PostgreSQL took it for itself."""
    serveur = PostgresEmbarque(tmp_path / "postgres", cles, tmp_path, ephemere=True)
    try:
        serveur.lancer()
        serveur.attendre()
        verrou = (tmp_path / "postgres").resolve() / "donnees/postmaster.pid"
        lignes = verrou.read_text().splitlines(keepends=True)
        serveur.arreter()
        with subprocess.Popen(["sleep", "60"], cwd="/", **sous(serveur._compte)) as autre:
            verrou.write_text("".join([f"{autre.pid}\n", *lignes[1:]]))
            if serveur._compte:
                os.chown(verrou, serveur._compte.uid, serveur._compte.gid)
            debut = time.monotonic()
            try:
                serveur.lancer()
                assert time.monotonic() - debut < 15  # nor is it waited for
                serveur.attendre()
            finally:
                autre.kill()
    finally:
        serveur.arreter()
        serveur.effacer()


def test_les_donnees_d_une_autre_version_sont_refusees_en_francais(tmp_path, cles):
    serveur = PostgresEmbarque(tmp_path / "postgres", cles, tmp_path)
    try:
        serveur.lancer()
        serveur.attendre()
        serveur.arreter()
        version = next(tmp_path.joinpath("postgres").resolve().glob("donnees/PG_VERSION"))
        version.write_text("12\n")
        with pytest.raises(Empechement, match="viennent de PostgreSQL 12"):
            serveur.lancer()
    finally:
        serveur.effacer()


def test_un_serveur_tue_repart_des_que_ses_enfants_sont_partis(tmp_path, cles):
    serveur = PostgresEmbarque(tmp_path / "postgres", cles, tmp_path, ephemere=True)
    nouveau = PostgresEmbarque(tmp_path / "postgres", cles, tmp_path, ephemere=True)
    try:
        serveur.lancer()
        serveur.attendre()
        with psycopg.connect(serveur.url) as db:
            enfant = db.info.backend_pid
            os.kill(enfant, signal.SIGSTOP)
            serveur.processus[0].tuer()
            nouveau.lancer()
            threading.Timer(1, os.kill, (enfant, signal.SIGCONT)).start()
            nouveau.attendre()
        psycopg.connect(nouveau.url).close()
        assert "pre-existing shared memory block" in (tmp_path / "postgres.log").read_text()
    finally:
        nouveau.arreter()
        nouveau.effacer()


@pytest.mark.parametrize(("place", "la"), [(0, True), (1 << 60, False)])
def test_un_dossier_est_en_memoire_la_ou_elle_a_de_la_place(tmp_path, monkeypatch, place, la):
    monkeypatch.setattr(postgres, "_MEMOIRE", tmp_path)
    monkeypatch.setattr(postgres, "_PLACE", place)
    with postgres.dossier_prive("ceres-", en_memoire=True) as dossier:
        assert (dossier.parent == tmp_path) is la
    assert not dossier.exists()
