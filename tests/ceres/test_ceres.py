"""The operators' commands, on the system that everybody shares."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import httpx
import psycopg
import pytest
from kombu import Connection

from ceres.application import ceres
from ceres.francais import MAL_DIT, executer
from ceres.morts import Morts
from commun.bus.broker import MORTS
from commun.storage import migrations
from local.pile import RACINE
from services.referentiel.events import TitrePublie
from tests.ceres.conftest import Lancer
from tests.conftest import Systeme
from tests.outils.attente import attendre
from tests.outils.comptes import en_inconnu
from tests.outils.ordres import ordre, programme

# -- what is said of them ---------------------------------------------------------------------------------------------


def _toutes(commande: click.Command, chemin: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield chemin, commande
    if isinstance(commande, click.Group):
        for nom, sous in commande.commands.items():
            yield from _toutes(sous, (*chemin, nom))


@pytest.mark.parametrize("chemin", [" ".join(chemin) for chemin, _ in _toutes(ceres)])
def test_chaque_commande_s_explique_en_francais(chemin: str) -> None:
    commande = dict(_toutes(ceres))[tuple(chemin.split())]
    with click.Context(commande, info_name="ceres") as contexte:
        aide = commande.get_help(contexte)
    assert "Affiche cette aide." in aide and "Show this" not in aide
    assert commande.help and commande.help.rstrip()[-1] in ".)"


def test_chaque_commande_a_sa_ligne_au_manuel() -> None:
    manuel = (RACINE / "docs/exploitation.md").read_text("utf-8")
    lignes = re.findall(r"^\| `ceres (\w+ [a-z-]+)", manuel, re.M)
    toutes = [" ".join(chemin) for chemin, commande in _toutes(ceres) if not isinstance(commande, click.Group)]
    assert sorted(lignes) == sorted(toutes)


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ([], "Commandes"),
        (["inconnue"], "Cette commande n'existe pas."),
        (["morts", "montrer"], "Il manque NUMÉRO."),
        (["morts", "lister", "--vite"], "L'option --vite n'existe pas."),
        (["traces", "verifier", "rien"], "« rien » n'est pas un de"),
        (["restauration", "depasser"], "Il manque SERVICE…."),
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
        (["restauration", "rattraper", "--depuis", "2026-11-24 10:15"], {}, 2, "d'où il est compté"),
        (["restauration", "rattraper", "--depuis", "2126-11-24 10:15:00+01:00"], {}, 2, "n'est pas encore venu"),
        (["restauration", "rattraper"], {}, 2, "Il manque"),
        (["restauration", "eprouver"], {}, 2, "BASE doit nommer"),
        (["morts", "lister"], {}, 2, "AMQP_URL doit nommer RabbitMQ"),
        (["morts", "lister"], {"AMQP_URL": "amqp://x:x@127.0.0.1:9/"}, 3, "RabbitMQ ne répond pas"),
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
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_ce_qui_empeche_a_sa_phrase_et_son_code(
    arguments: list[str], env: dict[str, str], code: int, phrase: str
) -> None:
    fait = ordre(*arguments, **env)
    assert fait.returncode == code, fait.stderr
    assert phrase in fait.stdout + fait.stderr


def test_le_programme_rend_ce_que_rend_la_commande() -> None:
    aide = programme("--help")
    assert (aide.returncode, "Codes de sortie" in aide.stdout, aide.stderr) == (0, True, "")
    muet = programme("morts", "lister", AMQP_URL="amqp://x:x@127.0.0.1:9/")
    assert (muet.returncode, muet.stdout) == (3, "")
    assert "RabbitMQ ne répond pas" in muet.stderr and "Traceback" not in muet.stderr


@pytest.mark.parametrize(
    ("arguments", "variable", "phrase"),
    [
        (["morts", "lister"], "AMQP_URL", "RabbitMQ refuse la connexion (AMQP_URL) : "),
        (
            ["traces", "verifier", "jures"],
            "DATABASE_URL_JURES",
            "PostgreSQL refuse la connexion (DATABASE_URL_<SERVICE>) : ",
        ),
    ],
)
def test_qui_refuse_ce_compte_n_est_pas_dit_muet(
    reglages: dict[str, str], arguments: list[str], variable: str, phrase: str
) -> None:
    fait = ordre(*arguments, **{variable: en_inconnu(reglages[variable])})
    assert (fait.returncode, fait.stdout) == (3, "")
    assert fait.stderr.startswith(phrase) and ("personne" in fait.stderr or "PLAIN" in fait.stderr)


def test_une_base_d_une_autre_revision_n_est_pas_dite_muette(base_vierge: Callable[[], str]) -> None:
    fait = ordre("traces", "verifier", "jures", DATABASE_URL_JURES=base_vierge())
    assert (fait.returncode, fait.stdout) == (1, "")
    assert "n'a pas la révision" in fait.stderr


# -- dead letters -----------------------------------------------------------------------------------------------------


def mettre_de_cote(url: str, corps: bytes, *, fois: int = 1, ecouteur: str = "jures.titres", **proprietes: str) -> None:
    """Puts a message among the dead letters, of jures unless told otherwise, as a listener that gave up does."""
    en_tetes = {"ceres-raison": "ValueError", "ceres-requete": "r-essai", "ceres-mort-le": "2026-11-24T10:00:00+00:00"}
    with Connection(url, transport_options={"confirm_publish": True}) as ligne, ligne.channel() as canal:
        for _ in range(fois):
            message = canal.prepare_message(corps, content_encoding="utf-8", headers=en_tetes, properties=proprietes)
            canal.basic_publish_confirm(message, exchange=MORTS.name, routing_key=ecouteur)


def test_un_message_mort_se_lit_autant_qu_on_veut_puis_se_rejoue_une_fois(systeme: Systeme, lancer: Lancer) -> None:
    code, numero = f"TP-{uuid.uuid4().hex[:5]}", str(uuid.uuid4())
    mettre_de_cote(
        systeme.amqp_url, json.dumps(TitrePublie.exemple | {"code": code}).encode(), fois=2, message_id=numero
    )
    for _ in range(25):  # RabbitMQ would drop by itself what is looked at too often
        with Connection(systeme.amqp_url) as ligne, ligne.channel() as canal:
            while canal.basic_get(queue="jures.morts"):
                pass
    liste = lancer("morts", "lister", "jures")
    attendue = f"{numero}  jures.titres  ValueError  2026-11-24T10:00:00+00:00  r-essai"
    assert liste.stdout.splitlines().count(attendue) == 2, liste
    montre = lancer("morts", "montrer", numero)
    assert "ceres-requete: r-essai" in montre.stdout and code in montre.stdout
    rejoue = lancer("morts", "rejouer", numero)
    assert (rejoue.returncode, rejoue.stdout) == (0, "2 messages rejoués.\n"), rejoue.stderr

    def traites() -> list[Any]:
        with psycopg.connect(systeme.url_base("jures")) as db:
            return db.execute("SELECT ecouteur FROM inbox WHERE message_id = %s", [numero]).fetchall()

    assert attendre(traites) == [("jures.titres",)]
    assert numero not in lancer("morts", "lister").stdout


def test_ce_qui_vient_d_etre_lu_est_la_pour_qui_regarde_aussitot(systeme: Systeme, lancer: Lancer) -> None:
    """Seen missed by the next command: the broker gives back a moment after who has read is gone."""
    numero = str(uuid.uuid4())
    mettre_de_cote(systeme.amqp_url, b"lu et relu", fois=40, message_id=numero)
    with Connection(systeme.amqp_url) as ligne:
        boite = Morts(ligne)
        vus = [sum(mort.numero == numero for mort in boite.lire("jures")) for _ in range(8)]
    assert lancer("morts", "retirer", numero).stderr == "40 messages retirés.\n"
    assert vus == [40] * 8


def test_un_evenement_que_plusieurs_ont_mis_de_cote_se_montre_pour_chacun(systeme: Systeme, lancer: Lancer) -> None:
    """Seen shown as the first one had it, whose reason was another."""
    numero = str(uuid.uuid4())
    for ecouteur in ("jures.titres", "sessions.titres"):
        mettre_de_cote(systeme.amqp_url, f"pour {ecouteur}".encode(), ecouteur=ecouteur, message_id=numero)
    montre = lancer("morts", "montrer", numero)
    assert montre.returncode == 0
    assert all(f"{ecouteur} :\n" in montre.stdout for ecouteur in ("jures.titres", "sessions.titres"))
    assert "pour jures.titres" in montre.stdout and "pour sessions.titres" in montre.stdout
    assert lancer("morts", "retirer", numero).returncode == 0


def test_ce_qui_ne_peut_pas_etre_rejoue_reste_se_dit_et_se_retire(systeme: Systeme, lancer: Lancer) -> None:
    numero, reste = str(uuid.uuid4()), str(uuid.uuid4())
    mettre_de_cote(systeme.amqp_url, b"sans numero")
    rejoue = lancer("morts", "rejouer", "--ecouteur", "jures.titres")
    assert rejoue.returncode == 1
    assert "Un message sans numéro ne peut pas être rejoué." in rejoue.stderr
    for de_cote in (numero, reste):
        mettre_de_cote(systeme.amqp_url, b"sans effet", message_id=de_cote)
    absent = lancer("morts", "rejouer", "absent")
    assert (absent.returncode, absent.stderr) == (1, "absent n'est pas parmi les morts.\n")
    assert lancer("morts", "montrer", "absent").returncode == 1
    retire = lancer("morts", "retirer", numero, "absent", "--sans-numero")
    assert (retire.returncode, retire.stderr) == (1, "absent n'est pas parmi les morts.\n2 messages retirés.\n")
    assert retire.stdout.count("ceres-requete: r-essai") == 2 and "sans numero" in retire.stdout
    restent = lancer("morts", "lister", "jures").stdout
    assert (numero in restent, reste in restent, "—  jures.titres" in restent) == (False, True, False)
    assert lancer("morts", "retirer", reste).returncode == 0


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


def test_un_fichier_qui_ne_s_ecrit_pas_se_dit(compte: tuple[str, str], lancer: Lancer, tmp_path: Path) -> None:
    fichier = tmp_path / "absent" / "elle.json"
    fait = lancer("personne", "exporter", compte[0], "--fichier", str(fichier))
    assert (fait.returncode, fait.stderr) == (2, f"« {fichier} » ne peut pas être lu ou écrit.\n")


@pytest.mark.parametrize("identifiant", [str(uuid.UUID(int=1)), "pas-un-identifiant"])
def test_qui_n_est_pas_connu_se_dit(lancer: Lancer, identifiant: str) -> None:
    fait = lancer("personne", "exporter", identifiant)
    assert (fait.returncode, fait.stdout) == (1, "")
    assert fait.stderr == "CERES ne sait rien de cette personne.\n"


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
    perdu = lancer("comptes", "mot-de-passe", courriel, entree="un mot de passe retrouvé\n")
    assert (perdu.returncode, perdu.stdout) == (0, f"Le mot de passe de {courriel.lower()} est remplacé.\n")
    assert httpx.get(f"{systeme.url}/api/v1/moi", headers={"Authorization": f"Bearer {jeton}"}).status_code == 401
    ancien, nouveau = (
        httpx.post(f"{systeme.url}/api/v1/jetons", json=saisie | {"mot_de_passe": dit}, timeout=15)
        for dit in (mot, "un mot de passe retrouvé")
    )
    assert (ancien.status_code, nouveau.is_success) == (401, True)
    absent = lancer("comptes", "mot-de-passe", "personne", entree=f"{mot}\n")
    assert (absent.returncode, absent.stderr) == (1, "Aucun compte n'a cet identifiant.\n")

    faux = lancer("comptes", "courriel", courriel, "pas une adresse")
    assert (faux.returncode, faux.stdout) == (2, "")
    change = lancer("comptes", "courriel", courriel, f"nouvelle.{courriel}")
    sous = f"nouvelle.{courriel}".lower()
    assert change.stdout == f"L'adresse est changée : le titulaire se connecte sous {sous}.\n", change.stderr
    saisie |= {"identifiant": sous, "mot_de_passe": "un mot de passe retrouvé"}
    assert httpx.post(f"{systeme.url}/api/v1/jetons", json=saisie, timeout=15).is_success


def test_les_delais_de_conservation_s_appliquent(lancer_a_part: Lancer) -> None:
    fait = lancer_a_part("conservation", "appliquer", "gateway", "jures", "referentiel")
    assert (fait.returncode, fait.stdout) == (0, "gateway : fait.\njures : fait.\nreferentiel : fait.\n"), fait.stderr


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


def test_le_compte_d_un_service_ne_migre_pas_sa_base(lancer: Lancer) -> None:
    refusee = lancer("bases", "migrer", "jures")
    assert (refusee.returncode, refusee.stdout) == (3, "")
    assert refusee.stderr.endswith("n'a pas ce droit : donnez celui du propriétaire de la base.\n")


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


def test_un_evenement_que_la_base_a_oublie_est_remis_et_traite(systeme: Systeme, lancer: Lancer) -> None:
    code, numero = f"TP-{uuid.uuid4().hex[:5]}", str(uuid.uuid4())
    corps = json.dumps(TitrePublie.exemple | {"code": code})
    publie = "INSERT INTO outbox (id, evenement, corps, en_tetes, publie_le) VALUES (%s, %s, %s, '{}', now())"
    with psycopg.connect(systeme.url_base("referentiel"), autocommit=True) as db:
        db.execute(publie, [numero, "referentiel.titre_publie", corps])
    depuis = ["--depuis", f"{datetime.now(UTC) - timedelta(minutes=1)}"]
    un_seul = ["restauration", "rattraper", "candidats", *depuis, "--ecouteur", "candidats.titres"]
    a_blanc = lancer(*un_seul, "--a-blanc")
    assert (a_blanc.returncode, a_blanc.stdout.splitlines()[0]) == (0, "candidats.titres : 1"), a_blanc.stderr
    fait = lancer(*un_seul)
    assert "1 événement remis." in fait.stdout, fait.stdout + fait.stderr

    def traites() -> list[Any]:
        with psycopg.connect(systeme.url_base("candidats")) as db:
            return db.execute("SELECT 1 FROM titres WHERE code = %s", [code]).fetchall()

    assert attendre(traites)
    assert lancer(*un_seul).stdout == "0 événement remis.\n"


def test_un_lien_vers_ce_qui_n_est_plus_est_nomme(systeme: Systeme, lancer: Lancer) -> None:
    perdu, message = str(uuid.uuid4()), str(uuid.uuid4())
    with psycopg.connect(systeme.url_base("notifications"), autocommit=True) as db:
        db.execute(
            "INSERT INTO messages (id, compte_id, cle, genre, phrase, objet_type, objet_id, application) "
            "VALUES (%s, %s, %s, 'resultats_attendus', 'x', 'session', %s, true)",
            [message, perdu, message, message],
        )
        try:
            fait = lancer("restauration", "comparer")
        finally:
            db.execute("DELETE FROM messages WHERE id = %s", [message])
    assert fait.returncode == 1, fait.stderr
    assert f"message {message} (notifications.messages.compte_id) : {perdu} n'est plus connu de gateway" in fait.stdout
