"""The operators' commands, on the system that everybody shares."""

import json
import os
import re
import signal
import subprocess
import sys
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx
import psycopg
import pytest
import sqlalchemy as sa
from kombu import Exchange

from ceres.application import ceres
from ceres.francais import MAL_DIT, executer
from ceres.liens import Lien
from ceres.personne import exporter_personne
from commun.bus import topology
from commun.domain.errors import Indisponible
from commun.storage import db as db_de_ceres
from commun.storage import migrations
from commun.storage.db import moteur
from local.pile import RACINE
from services.referentiel.events import TitrePublie
from tests.ceres.conftest import Lancer
from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.outils.cas import d_un_trait
from tests.outils.comptes import en_inconnu
from tests.outils.ordres import interrompre, ordre, programme

PROCONNECT = {"CERES_OIDC_EMETTEUR": "https://exemple.fr", "CERES_OIDC_CLIENT": "x", "CERES_OIDC_SECRET": "x"}
PROCONNECT_SEUL = PROCONNECT | {"CERES_SANS_MOT_DE_PASSE": "1"}

# -- what is said of them ---------------------------------------------------------------------------------------------


def _toutes(commande: click.Command, chemin: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield chemin, commande
    if isinstance(commande, click.Group):
        for nom, sous in commande.commands.items():
            yield from _toutes(sous, (*chemin, nom))


@d_un_trait
@pytest.mark.parametrize("chemin", [" ".join(chemin) for chemin, _ in _toutes(ceres)])
def test_chaque_commande_s_explique_en_francais(chemin: str) -> None:
    commande = dict(_toutes(ceres))[tuple(chemin.split())]
    with click.Context(commande, info_name="ceres") as contexte:
        aide = commande.get_help(contexte)
    assert "Affiche cette aide." in aide and "Show this" not in aide
    assert not re.search(r"\w:( |$)|\[required\]|\.\.\.", aide, re.M)  # « numéro, écouteur,... » said nothing
    assert ("SERVICE" in commande.collect_usage_pieces(contexte)[-1]) == ("SERVICE : candidats, gateway, " in aide)
    assert commande.help and commande.help.rstrip()[-1] in ".)"


def test_chaque_commande_a_sa_ligne_au_manuel_et_chaque_option_sur_cette_ligne() -> None:
    """Seen without the option that a base too large to be restored in two hours asks for."""
    manuel = (RACINE / "docs/exploitation.md").read_text("utf-8")
    lignes = dict(re.findall(r"^\| `ceres (\w+ [a-z-]+)(.*)", manuel, re.M))
    toutes = {
        " ".join(chemin): commande for chemin, commande in _toutes(ceres) if not isinstance(commande, click.Group)
    }
    assert set(lignes) == set(toutes), "docs/exploitation.md has a line a command"
    options = {(nom, o.opts[0]) for nom, dite in toutes.items() for o in dite.params if isinstance(o, click.Option)}
    assert {(nom, option) for nom, option in options if option not in lignes[nom]} == set() and len(options) > 10


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ([], "Commandes"),
        (["inconnue"], "Cette commande n'existe pas."),
        (["morts", "montrer"], "Il manque NUMÉRO."),
        (["morts", "lister", "--vite"], "L'option --vite n'existe pas."),
        (["traces", "verifier", "rien"], "« rien » n'est pas un de"),
        (["restauration", "depasser"], "Il manque SERVICE…."),
        (["restauration", "eprouver", "--patience", "longue"], "--patience SECONDES : un nombre"),
        (["restauration", "rattraper"], "Il manque --depuis INSTANT."),
        (["restauration", "rattraper", "--depuis"], "L'option --depuis attend une valeur."),
        (["morts", "rejouer", "--tous=oui"], "L'option --tous ne prend pas de valeur."),
        (["comptes", "creer-national", "z@exemple.fr", "--nom", "Zoé", "Martin"], "« Martin » est de trop : ce qui a"),
        (["personne", "exporter", "x", "--fichier", "/"], "--fichier FICHIER : ce n'est pas un fichier où écrire."),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_une_commande_mal_ecrite_a_sa_phrase(
    capsys: pytest.CaptureFixture[str], arguments: list[str], phrase: str
) -> None:
    assert executer(ceres, arguments) == MAL_DIT
    dit = capsys.readouterr()
    assert phrase in dit.out + dit.err


@pytest.mark.parametrize(
    ("arguments", "env", "code", "phrase"),
    [
        (["traces", "verifier", "jures"], {"DATABASE_URL_JURES": "mysql://h/y"}, 2, "doit nommer la base de jures : "),
        (["traces", "verifier", "jures"], {"DATABASE_URL_JURES": "postgresql://h:x/y"}, 2, "DATABASE_URL_JURES doit"),
        (["restauration", "depasser", "jures"], {}, 2, "DATABASE_URL_JURES doit nommer"),
        (["restauration", "rattraper", "--depuis", "hier"], {}, 2, "écrivez « 2026-11-24 10:15:00+01:00 »"),
        (["restauration", "rattraper", "--depuis", "2026-11-24 10:15"], {}, 2, "il manque son décalage"),
        (["restauration", "rattraper", "--depuis", "2126-11-24 10:15:00+01:00"], {}, 2, "n'est pas encore venu"),
        (["restauration", "eprouver"], {}, 2, "BASE doit nommer"),
        (["morts", "lister"], {}, 2, "AMQP_URL doit nommer RabbitMQ"),
        (["morts", "lister"], {"AMQP_URL": "amqp://x:x@127.0.0.1:9/"}, 3, "RabbitMQ ne répond pas"),
        (
            ["morts", "lister"],
            {"AMQP_URL": "amqps://x:x@127.0.0.1:9/", "CERES_BUS_AC": "/absent"},
            2,
            "CERES_BUS_AC='/absent' n'est pas",
        ),
        (["repliques", "reconstruire", "jures"], {"AMQP_URL": "amqp://x:x@127.0.0.1:9/"}, 3, "RabbitMQ ne répond pas"),
        (["conservation", "appliquer"], {"AMQP_URL": "amqp://x:x@127.0.0.1:9/"}, 3, "RabbitMQ ne répond pas"),
        (
            ["morts", "rejouer", "--ecouteur", "jures.titre"],
            {"AMQP_URL": "amqp://x:x@127.0.0.1:9/"},
            2,
            "« jures.titre » n'est l'écouteur",
        ),
        (["morts", "lister"], {"AMQP_URL": "ampq://x:secret@127.0.0.1:9/"}, 2, "AMQP_URL doit commencer par"),
        (["traces", "verifier", "jures"], {"DATABASE_URL_JURES": "postgresql://x@127.0.0.1:9/x"}, 3, "ne répond pas"),
        (
            ["comptes", "mot-de-passe", "zoe"],
            {"DATABASE_URL_GATEWAY": "postgresql://x@127.0.0.1:9/x", **PROCONNECT_SEUL},
            2,
            "on n'entre que par ProConnect",
        ),
        (  # seen done as the manual's first example says it, for nobody to come in by
            ["comptes", "creer-national", "zoe@exemple.fr", "--nom", "Zoé Martin"],
            {"DATABASE_URL_GATEWAY": "postgresql://x@127.0.0.1:9/x", **PROCONNECT_SEUL},
            2,
            "on n'entre que par ProConnect (CERES_SANS_MOT_DE_PASSE) : ajoutez --sans-mot-de-passe.",
        ),
        (
            ["comptes", "relier", "zoe"],
            {"DATABASE_URL_GATEWAY": "postgresql://x@127.0.0.1:9/x"},
            2,
            "CERES_OIDC_EMETTEUR n'est pas réglé",
        ),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_ce_qui_empeche_a_sa_phrase_et_son_code(
    arguments: list[str], env: dict[str, str], code: int, phrase: str
) -> None:
    fait = ordre(*arguments, **env)
    assert fait.returncode == code, fait.stderr
    assert phrase in fait.stdout + fait.stderr


def test_une_commande_laisse_passer_d_abord_qui_travaille() -> None:
    """On a machine of two cores, loading it took one of them from the services."""
    lancer = "import os, runpy, sys; sys.argv = ['ceres', '--help']; runpy.run_module('ceres', run_name='__main__')"
    suite = f"import atexit, os; atexit.register(lambda: print('poli', os.nice(0) - {os.nice(0)})); {lancer}"
    dit = subprocess.run([sys.executable, "-c", suite], cwd=RACINE, capture_output=True, text=True, check=True).stdout
    assert dit.endswith("poli 5\n")


def test_le_programme_rend_ce_que_rend_la_commande() -> None:
    aide = programme("--help")
    assert (aide.returncode, "Codes de sortie" in aide.stdout, aide.stderr) == (0, True, "")
    muet = programme("morts", "lister", AMQP_URL="amqp://x:x@127.0.0.1:9/")
    assert (muet.returncode, muet.stdout) == (3, "")
    assert "RabbitMQ ne répond pas" in muet.stderr and "Traceback" not in muet.stderr


@pytest.mark.parametrize(
    ("arguments", "base", "dit"),
    [
        (["ceres", "traces", "verifier", "jures"], "JURES", "Ce qui était fait le reste : relancez la commande"),
        (
            ["services.referentiel.importer", "pays", "demo/territoires/pays.csv"],
            "REFERENTIEL",
            "Un fichier entre en entier, ou pas du tout",
        ),
        (["demo"], "GATEWAY", ""),  # who started it says it
    ],
    ids=["une commande", "un import", "la démonstration"],
)
def test_interrompue_une_commande_dit_ce_qui_reste(arguments: list[str], base: str, dit: str) -> None:
    """Seen: tracebacks, and « 1 » of a command, which means that something it found is left."""
    fait = interrompre(*arguments, base=base, CERES_URL="http://127.0.0.1:9")
    assert (fait.returncode, "Traceback" in fait.stderr) == (130, False)
    assert dit in fait.stderr if dit else not fait.stderr


def test_interrompue_des_son_depart_une_commande_s_arrete_sans_rien_dire() -> None:
    """Seen: a traceback of whichever library it was loading, for the first second of a command mistyped."""
    commande = [sys.executable, "-X", "importtime", "-m", "ceres", "traces", "verifier"]
    ici = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored, and would stay so
    with subprocess.Popen(commande, cwd=RACINE, stderr=subprocess.PIPE, text=True) as enfant:
        signal.signal(signal.SIGINT, ici)
        try:
            assert enfant.stderr
            next(ligne for ligne in enfant.stderr if "eventlet.patcher" in ligne)
            enfant.send_signal(signal.SIGINT)
            assert "Traceback" not in enfant.stderr.read()
            assert enfant.wait(60) == -signal.SIGINT
        finally:
            enfant.kill()


def test_la_demonstration_dit_ce_qui_lui_manque() -> None:
    bases = dict.fromkeys(("DATABASE_URL_GATEWAY", "DATABASE_URL_REFERENTIEL"), "postgresql://x@127.0.0.1:9/x")
    fait = programme("demo", "charger", CERES_URL="http://127.0.0.1:9", **bases)
    assert fait.returncode == 3
    assert "PostgreSQL ne répond pas" in fait.stderr and "Traceback" not in fait.stderr


@pytest.mark.parametrize(
    ("arguments", "variable", "phrase"),
    [
        (["morts", "lister"], "AMQP_URL", "RabbitMQ refuse la connexion (AMQP_URL) : "),
        (
            ["traces", "verifier", "jures"],
            "DATABASE_URL_JURES",
            "PostgreSQL refuse la connexion (DATABASE_URL_JURES) : ",
        ),
    ],
)
def test_qui_refuse_ce_compte_n_est_pas_dit_muet(
    reglages: dict[str, str], arguments: list[str], variable: str, phrase: str
) -> None:
    fait = ordre(*arguments, **{variable: en_inconnu(reglages[variable])})
    assert (fait.returncode, fait.stdout) == (3, "")
    assert phrase in fait.stderr and ("personne" in fait.stderr or "PLAIN" in fait.stderr)


@pytest.mark.parametrize(
    ("arguments", "code"), [(["candidats", "verifier"], 3), (["conservation", "appliquer", "candidats"], 1)]
)
def test_un_acte_sans_sa_base_dit_laquelle_et_pourquoi(
    reglages: dict[str, str], lancer_a_part: Lancer, arguments: list[str], code: int
) -> None:
    """Seen: « Le service est momentanément indisponible », as pages say it, and a line of the log in what is given."""
    url = en_inconnu(reglages["DATABASE_URL_CANDIDATS"])
    fait = lancer_a_part(*arguments, DATABASE_URL_CANDIDATS=url)
    assert (fait.returncode, fait.stdout) == (code, ""), fait.stderr
    assert "PostgreSQL refuse la connexion (DATABASE_URL_CANDIDATS) : " in fait.stderr


def test_une_base_d_une_autre_revision_n_est_pas_dite_muette(base_vierge: Callable[[], str]) -> None:
    fait = ordre("traces", "verifier", "jures", DATABASE_URL_JURES=base_vierge())
    assert (fait.returncode, fait.stdout) == (1, "")
    assert "n'a pas la révision" in fait.stderr


# -- the others -------------------------------------------------------------------------------------------------------


def test_les_copies_se_reconstruisent(lancer_a_part: Lancer) -> None:
    fait = lancer_a_part("repliques", "reconstruire", "gateway", "jures", "referentiel")
    assert fait.returncode == 0, fait.stderr
    passerelle, jures, referentiel = fait.stdout.splitlines()
    assert re.fullmatch(r"gateway : \d+ établissements?", passerelle), passerelle
    assert re.fullmatch(r"jures : \d+ titres?, \d+ agréments?, \d+ sessions?", jures), jures
    assert referentiel.startswith("referentiel : ")


@pytest.fixture
def compte(systeme: Systeme) -> Iterator[tuple[str, str]]:
    """The id and the name of an account of this test alone."""
    id_, nom = str(uuid.uuid4()), f"essai-{uuid.uuid4().hex[:8]}"
    with psycopg.connect(systeme.url_base("gateway"), autocommit=True) as db:
        champs = "(id, identifiant, nom, courriel, mot_de_passe)"
        db.execute(f"INSERT INTO comptes {champs} VALUES (%s, %s, 'Essai', 'essai@exemple.fr', 'aucun')", [id_, nom])
        yield id_, nom
        db.execute("DELETE FROM comptes WHERE id = %s", [id_])


def test_une_personne_a_ce_que_ceres_sait_d_elle(compte: tuple[str, str], lancer: Lancer, tmp_path: Path) -> None:
    fichier = tmp_path / "elle.json"
    fichier.touch(0o644)
    fait = lancer("personne", "exporter", compte[0], "--fichier", str(fichier))
    assert fait.returncode == 0, fait.stderr
    (ligne,) = json.loads(fichier.read_text())["gateway"]["comptes"]
    assert ligne["identifiant"] == compte[1]
    assert "mot_de_passe" not in ligne
    assert fichier.stat().st_mode & 0o077 == 0, "nobody else of the machine reads it"


SECRETS = ("mot_de_passe", "empreinte", "precedente", "recherche", "rapprochement", "cles_proches")
D_AUTRES = ("lignes", "jures_presents", "candidats", "invite_par", "formateurs")
TECHNIQUES = ("outbox", "inbox", "cles_idempotence", "intentions", "jetons")
LENTE = f"""
CREATE TYPE lent AS ENUM ('oui');
CREATE FUNCTION lentement(lent) RETURNS json LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN '1'; END $$;
CREATE CAST (lent AS json) WITH FUNCTION lentement(lent);
CREATE TABLE fiches (id uuid, quoi lent, {", ".join(f"{tue} text DEFAULT 'tu'" for tue in (*SECRETS, *D_AUTRES))});
CREATE TABLE cles_de_personnes (personne text, cle bytea);
{"".join(f"CREATE TABLE {nom} (id uuid);" for nom in TECHNIQUES)}
"""


def test_d_une_base_nationale_se_lit_tout_ce_qui_est_d_elle_et_rien_d_autre(
    base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where her traces are among millions, to look through them outlasts what a page may ask of PostgreSQL: seen said
    to answer nothing, each time. No secret leaves with her, nor who else her rows tell of.
    """
    options = db_de_ceres._OPTIONS.replace("statement_timeout=8000", "statement_timeout=200")
    monkeypatch.setattr(db_de_ceres, "_OPTIONS", options)
    base, id_ = base_vierge(), str(uuid.uuid4())
    with psycopg.connect(base) as db:
        db.execute(LENTE)
        db.execute("INSERT INTO fiches VALUES (%s, 'oui')", [id_])
        db.execute("INSERT INTO cles_de_personnes VALUES (%s, 'cle')", [id_])
        for nom in TECHNIQUES:
            db.execute(f"INSERT INTO {nom} VALUES (%s)", [id_])
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("DATABASE_URL_REFERENTIEL", base)
        moteur.cache_clear()
        assert exporter_personne(id_, ["referentiel"]) == {"referentiel": {"fiches": [{"id": id_, "quoi": 1}]}}
        moteur("referentiel").dispose()
        moteur.cache_clear()


def test_ce_qui_est_a_d_autres_n_est_pas_mis_en_json_pour_la_trouver(base_vierge: Callable[[], str]) -> None:
    """Of each row of each table, that was most of the minutes that it took, on the server that serves everybody."""
    base, id_ = base_vierge(), str(uuid.uuid4())
    with psycopg.connect(base) as db:
        db.execute("CREATE SEQUENCE mises")
        db.execute(LENTE.replace("pg_sleep(0.5)", "nextval('mises')"))
        db.execute("INSERT INTO fiches SELECT gen_random_uuid(), 'oui' FROM generate_series(1, 50)")
        db.execute("INSERT INTO fiches VALUES (%s, 'oui')", [id_])
    with pytest.MonkeyPatch.context() as environnement:
        environnement.setenv("DATABASE_URL_REFERENTIEL", base)
        moteur.cache_clear()
        assert len(exporter_personne(id_, ["referentiel"])["referentiel"]["fiches"]) == 1
        moteur("referentiel").dispose()
        moteur.cache_clear()
    with psycopg.connect(base) as db:
        assert db.execute("SELECT last_value FROM mises").fetchone() == (1,)


def test_ce_qui_est_dit_aux_agents_de_ce_qui_est_a_elle_en_est(base_vierge: Callable[[], str]) -> None:
    """« L'habilitation de Pauline Roux est suspendue… » : a message bears the id of what it is about, and not hers.

    Seen left out of what is known of her, with the alerts of her sessions (`tests/sessions/test_personne.py`).
    """
    elle, autre, sienne, d_un_autre = (str(uuid.uuid4()) for _ in range(4))
    bases = {nom: base_vierge() for nom in ("JURES", "NOTIFICATIONS")}
    cles = "CREATE TABLE cles_de_personnes (personne text, cle bytea);"
    with psycopg.connect(bases["JURES"]) as db:
        db.execute(
            f"{cles} CREATE TABLE jures (id uuid, absorbe_par uuid); CREATE TABLE habilitations (id uuid, jure_id uuid)"
        )
        for jure, habilitation in ((elle, sienne), (autre, d_un_autre)):
            db.execute("INSERT INTO jures VALUES (%s)", [jure])
            db.execute("INSERT INTO habilitations VALUES (%s, %s)", [habilitation, jure])
    with psycopg.connect(bases["NOTIFICATIONS"]) as db:
        db.execute(f"{cles} CREATE TABLE messages (phrase text, objet_id text)")
        for phrase, objet in (("la sienne", sienne), ("celle d'un autre", d_un_autre)):
            db.execute("INSERT INTO messages VALUES (%s, %s)", [phrase, objet])
    with pytest.MonkeyPatch.context() as environnement:
        for nom, base in bases.items():
            environnement.setenv(f"DATABASE_URL_{nom}", base)
        moteur.cache_clear()
        sues = exporter_personne(elle, ["jures", "notifications"])
        assert sues["notifications"] == {"messages": [{"phrase": "la sienne", "objet_id": sienne}]}
        for nom in bases:
            moteur(nom.lower()).dispose()
        moteur.cache_clear()


def test_un_fichier_qui_ne_s_ecrit_pas_se_dit(compte: tuple[str, str], lancer: Lancer, tmp_path: Path) -> None:
    fichier = tmp_path / "absent" / "elle.json"
    fait = lancer("personne", "exporter", compte[0], "--fichier", str(fichier))
    assert (fait.returncode, fait.stderr) == (2, f"« {fichier} » ne peut pas être lu ou écrit.\n")


def test_qui_n_est_pas_connu_se_dit(lancer: Lancer) -> None:
    fait = lancer("personne", "exporter", str(uuid.UUID(int=1)))
    assert (fait.returncode, fait.stdout) == (1, "")
    assert fait.stderr == "CERES ne sait rien de cette personne.\n"


def test_qui_est_dit_par_son_adresse_n_est_pas_dit_inconnu(compte: tuple[str, str], lancer: Lancer) -> None:
    """Seen: « CERES ne sait rien de cette personne » of an agent, whom `ceres comptes …` finds by that very word."""
    fait = lancer("personne", "exporter", compte[1])
    assert (fait.returncode, fait.stdout) == (2, "")
    assert fait.stderr.startswith(f"« {compte[1]} » n'est pas une référence : c'est la fin de l'adresse de sa page")


def test_le_premier_compte_national_se_cree_puis_se_connecte(
    systeme: Systeme, lancer: Lancer, lancer_a_part: Lancer
) -> None:
    courriel = f"Mission.{uuid.uuid4().hex[:8]}@exemple.fr"
    nom, mot = ("--nom", "Zoé Martin"), "un mot de passe d'essai"
    for entree in ("court\n", ""):  # nothing: seen creating an account that nobody could enter
        court = lancer("comptes", "creer-national", courriel, *nom, entree=entree)
        assert (court.returncode, "Choisissez un mot de passe de 12 à 500 caractères." in court.stderr) == (2, True)
    faux = lancer("comptes", "creer-national", "pas une adresse", *nom, entree=f"{mot}\n")
    assert (faux.returncode, faux.stdout) == (2, "")
    sans = lancer("comptes", "creer-national", courriel, *nom, "--sans-mot-de-passe")
    assert (sans.returncode, "CERES_OIDC_EMETTEUR" in sans.stderr) == (2, True)

    cree = lancer_a_part("comptes", "creer-national", courriel, *nom, entree=f"{mot}\n")
    assert (cree.returncode, "est créé, avec le profil" in cree.stdout) == (0, True), cree.stderr
    saisie = {"identifiant": courriel.lower(), "mot_de_passe": mot}
    jeton = httpx.post(f"{systeme.url}/api/v1/jetons", json=saisie, timeout=15).json()["jeton"]
    moi = httpx.get(f"{systeme.url}/api/v1/moi", headers={"Authorization": f"Bearer {jeton}"}, timeout=15).json()
    assert [profil["type"] for profil in moi["profils"]] == ["NATIONAL"]
    encore = lancer("comptes", "creer-national", courriel, *nom, entree="un autre mot de passe\n")
    assert (encore.returncode, "existait" in encore.stdout) == (0, True)
    assert httpx.post(f"{systeme.url}/api/v1/jetons", json=saisie, timeout=15).is_success

    court = lancer("comptes", "mot-de-passe", courriel, entree="court\n")
    assert (court.returncode, "de 12 à 500 caractères." in court.stderr) == (2, True)
    devine = lancer("comptes", "mot-de-passe", courriel, entree="motdepasse12\n")
    assert (devine.returncode, devine.stderr.startswith("Ce mot de passe se devine :")) == (2, True), "seen unsaid"
    perdu = lancer("comptes", "mot-de-passe", courriel, entree="un mot de passe retrouvé\n")
    assert (perdu.returncode, perdu.stdout) == (0, f"Le mot de passe de {courriel.lower()} est remplacé.\n")
    porteur = {"Authorization": f"Bearer {jeton}"}
    assert httpx.get(f"{systeme.url}/api/v1/moi", headers=porteur, timeout=30).status_code == 401
    ancien, nouveau = (
        httpx.post(f"{systeme.url}/api/v1/jetons", json=saisie | {"mot_de_passe": dit}, timeout=15)
        for dit in (mot, "un mot de passe retrouvé")
    )
    assert (ancien.status_code, nouveau.is_success) == (401, True)
    absent = lancer("comptes", "mot-de-passe", "personne")  # seen asked for one, twice, before he was looked for
    assert (absent.returncode, absent.stderr) == (1, "Aucun compte n'a cet identifiant.\n")

    faux = lancer("comptes", "courriel", courriel, "pas une adresse")
    assert (faux.returncode, faux.stdout) == (2, "")
    change = lancer("comptes", "courriel", courriel, f"nouvelle.{courriel}")
    sous = f"nouvelle.{courriel}".lower()
    assert change.stdout == f"L'adresse est changée ; l'identifiant du compte est {sous}.\n", change.stderr
    saisie |= {"identifiant": sous, "mot_de_passe": "un mot de passe retrouvé"}
    assert httpx.post(f"{systeme.url}/api/v1/jetons", json=saisie, timeout=15).is_success
    with psycopg.connect(systeme.url_base("gateway"), autocommit=True) as db:
        db.execute("UPDATE comptes SET actif = false WHERE identifiant = %s", [sous])
    ferme = lancer("comptes", "creer-national", sous, *nom, entree=f"{mot}\n")  # seen done, for nobody to come in by
    assert (ferme.returncode, ferme.stdout, "est désactivé" in ferme.stderr) == (1, "", True)


def test_le_lien_d_un_premier_compte_qui_existe_se_redemande(lancer: Lancer) -> None:
    """Seen « existait », and no word of how to have the link that was lost with the terminal."""
    courriel = f"mission.{uuid.uuid4().hex[:8]}@exemple.fr"
    creer = ("comptes", "creer-national", courriel, "--nom", "Zoé Martin", "--sans-mot-de-passe")
    premier, encore = (lancer(*creer, **PROCONNECT_SEUL) for _ in range(2))
    assert "/api/v1/invitations/acceptation/" in premier.stdout, premier.stderr
    assert (encore.returncode, f"« ceres comptes relier {courriel} » donne le lien" in encore.stdout) == (0, True)
    assert "/acceptation/" in lancer("comptes", "relier", courriel, **PROCONNECT_SEUL).stdout


def test_les_delais_de_conservation_s_appliquent(lancer_a_part: Lancer) -> None:
    fait = lancer_a_part("conservation", "appliquer", "gateway", "jures", "referentiel")
    assert (fait.returncode, fait.stdout) == (0, "gateway : fait.\njures : fait.\nreferentiel : fait.\n"), fait.stderr


def test_un_service_qui_refuse_n_empeche_pas_les_autres_et_se_dit(
    lancer: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a sentence, and by the code that a task of the cluster looks at."""

    def refuser(service: Any, *_: object) -> int:
        if getattr(service, "service", service) == "jures":
            raise Indisponible()
        return 2

    monkeypatch.setattr("ceres.commandes.conservation._ranger", lambda _: refuser)
    monkeypatch.setattr("ceres.commandes.repliques.client.appeler", refuser)
    range_ = lancer("conservation", "appliquer", "jures", "candidats")
    assert (range_.returncode, range_.stdout) == (1, "candidats : fait.\n")
    assert range_.stderr == f"jures : {Indisponible.detail}\n"
    refait = lancer("repliques", "reconstruire", "jures", "candidats")
    assert (refait.returncode, refait.stdout) == (1, "candidats : 2 éléments\n")
    assert refait.stderr == f"jures : {Indisponible.detail}\n"


def test_les_candidats_a_corriger_se_nomment(systeme: Systeme, lancer_a_part: Lancer) -> None:
    """One kept with the postcode of Paris for an INSEE code, before that was refused: nobody could find him."""
    numero = f"ESSAI-{uuid.uuid4().hex[:8]}"
    champs = {"id": str(uuid.uuid4()), "numero": numero, "nom_naissance": "Essai", "prenoms": "Zoé", "cles_proches": []}
    champs |= {"date_naissance": "1990-02-28", "naissance_pays": "FR", "naissance_code_insee": "75012"}
    champs |= {"naissance_commune": "Paris", "departement": "75"} | dict.fromkeys(("recherche", "tri"), "essai zoe")
    champs["cle_exacte"] = numero
    with psycopg.connect(systeme.url_base("candidats"), autocommit=True) as db:
        valeurs = ", ".join(f"%({champ})s" for champ in champs)
        db.execute(f"INSERT INTO candidats ({', '.join(champs)}) VALUES ({valeurs})", champs)
        try:
            fait = lancer_a_part("candidats", "verifier")
        finally:
            db.execute("DELETE FROM candidats WHERE numero = %s", [numero])
    assert fait.returncode == 1, fait.stderr
    assert f"75 {numero} : Le code 75012 n'est plus celui d'une commune depuis 1968" in fait.stdout
    assert "à corriger.\n" in fait.stderr


def test_la_topologie_est_en_place(lancer: Lancer) -> None:
    assert "files en place." in lancer("topologie", "declarer").stdout


def test_un_bus_qui_a_perdu_ses_echanges_se_dit_en_francais(lancer: Lancer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen after the loss of its volume: « refuse la connexion (AMQP_URL) : NOT_FOUND - no exchange… »."""
    monkeypatch.setattr("ceres.commandes.RETOURS", Exchange(f"absent.{uuid.uuid4().hex}"))
    fait = lancer("repliques", "reconstruire", "referentiel")
    assert (fait.returncode, fait.stdout) == (1, "")
    assert fait.stderr == "Il manque à RabbitMQ des échanges ou des files : ceres topologie declarer.\n"


def test_le_compte_d_un_service_ne_migre_pas_sa_base(lancer: Lancer) -> None:
    refusee = lancer("bases", "migrer", "jures")
    assert (refusee.returncode, refusee.stdout) == (3, "")
    dit = "jures : Le compte de DATABASE_URL_JURES n'a pas ce droit : donnez celui du propriétaire de la base.\n"
    assert refusee.stderr == dit  # seen naming none of the six


def test_une_base_se_migre_et_ses_traces_se_verifient(
    systeme: Systeme, lancer: Lancer, base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_PATIENCE", 0)
    base = {"DATABASE_URL_JURES": base_vierge()}
    assert lancer("bases", "migrer", "jures", **base).stdout == "jures : à jour.\n"
    with psycopg.connect(base["DATABASE_URL_JURES"]) as db:
        db.execute("LOCK TABLE traces")
        prise = lancer("bases", "migrer", "jures", **base)
    assert (prise.returncode, prise.stdout) == (1, "") and "restée prise" in prise.stderr
    saine = lancer("traces", "verifier", "jures", **base)
    assert (saine.returncode, "les traces sont intactes" in saine.stdout) == (0, True)
    with psycopg.connect(base["DATABASE_URL_JURES"], autocommit=True) as db:
        db.execute(
            "INSERT INTO traces"
            " (objet_type, objet_id, rang, instant, acteur, action, phrase, requete, precedente, empreinte)"
            " VALUES ('jure', 'x', 1, now(), '{}', 'creer', 'Un faux.', 'r', '', 'faux')"
        )
    rompue = lancer("traces", "verifier", "jures", **base)
    assert (rompue.returncode, "1 rupture." in rompue.stdout) == (1, True), rompue


# -- after a restoration ----------------------------------------------------------------------------------------------


def test_un_evenement_que_la_base_a_oublie_est_remis_et_traite(
    systeme: Systeme, lancer: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, numero = f"TP-{uuid.uuid4().hex[:5]}", str(uuid.uuid4())
    corps = json.dumps(TitrePublie.exemple | {"code": code})
    evenement = f"referentiel.{code}"  # others' titres may be on their way to their listeners as one looks
    monkeypatch.setattr(topology, "ecouteurs", lambda _: [("candidats.titres", evenement)])
    publie = "INSERT INTO outbox (id, evenement, corps, en_tetes, publie_le) VALUES (%s, %s, %s, '{}', now())"
    with psycopg.connect(systeme.url_base("referentiel"), autocommit=True) as db:
        db.execute(publie, [numero, evenement, corps])
    depuis = ["--depuis", f"{datetime.now(UTC) - timedelta(minutes=1)}"]
    un_seul = ["restauration", "rattraper", *depuis, "--ecouteur", "candidats.titres"]
    a_blanc = lancer(*un_seul, "--a-blanc")
    assert (a_blanc.returncode, a_blanc.stdout.splitlines()[0]) == (0, "candidats.titres : 1"), a_blanc.stderr
    fait = lancer(*un_seul)
    assert "1 événement remis." in fait.stdout, fait.stdout + fait.stderr

    def traites() -> list[Any]:
        with psycopg.connect(systeme.url_base("candidats")) as db:
            return db.execute("SELECT 1 FROM titres WHERE code = %s", [code]).fetchall()

    assert attendre(traites)
    assert lancer(*un_seul).stdout == "0 événement remis.\n"
    ailleurs = lancer("restauration", "rattraper", "jures", *depuis, "--ecouteur", "candidats.titres")
    assert (ailleurs.returncode, ailleurs.stdout) == (2, ""), "seen putting nothing back, and all done"
    monkeypatch.setattr(topology, "ecouteurs", lambda _: [("candidats.quittee", evenement)])
    perdu = lancer("restauration", "rattraper", *depuis)
    assert (perdu.returncode, perdu.stdout) == (1, "0 événement remis.\n")
    assert "sans file où revenir" in perdu.stderr


def test_un_lien_vers_ce_qui_n_est_plus_est_nomme(
    systeme: Systeme, lancer: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenues: list[int] = []
    dire = click.echo

    def en_regardant(*dit: Any, **options: Any) -> None:
        tenues.append(moteur("notifications").pool.checkedout())  # type: ignore[attr-defined]
        dire(*dit, **options)

    perdu, message = str(uuid.uuid4()), str(uuid.uuid4())
    with psycopg.connect(systeme.url_base("notifications"), autocommit=True) as db:
        db.execute(
            "INSERT INTO messages (id, compte_id, cle, genre, phrase, objet_type, objet_id, application) "
            "VALUES (%s, %s, %s, 'resultats_attendus', 'x', 'session', %s, true)",
            [message, perdu, message, message],
        )
        try:
            with monkeypatch.context() as espion:
                espion.setattr(click, "echo", en_regardant)
                fait = lancer("restauration", "comparer")
        finally:
            db.execute("DELETE FROM messages WHERE id = %s", [message])
    assert fait.returncode == 1, fait.stderr
    assert f"message {message} (notifications.messages.compte_id) : {perdu} n'est plus connu de gateway" in fait.stdout
    assert max(tenues) == 0, "read a page at a time (`less`), what holds a transaction is cut by PostgreSQL"


def test_de_ce_qui_est_nomme_par_millions_n_est_garde_que_ce_qui_est_perdu(
    base_vierge: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nation's registrations took 700 MB more, of the 512 that the operators' pod has."""
    base = sa.create_engine(sa.make_url(base_vierge()).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    monkeypatch.setattr("ceres.liens.moteur", lambda _: base)
    with base.begin() as db:
        db.exec_driver_sql("CREATE TABLE connus AS SELECT n::text AS id FROM generate_series(2, 20000) n")
        db.exec_driver_sql("CREATE TABLE citations AS SELECT n::text AS jure_id FROM generate_series(1, 20000) n")
        db.exec_driver_sql("INSERT INTO citations VALUES (NULL)")  # which names nobody
    tracemalloc.start()
    try:
        lus = list(Lien("jures", "citations", "jure_id", "jures", "connus", "'session ' || jure_id").perdus())
        pris = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (lus, pris < 4_000_000) == ([("session 1", "1")], True), pris
