"""Events: each handled once, tried again after a while, set aside with its reason, never lost; others go on."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson
import pytest
from kombu import Connection, Queue

from commun.bus.broker import ATTENTE, MORTS, RETOURS, attente, file_evenements, file_morts
from commun.config import config
from commun.storage.db import nouvel_id
from local.ports import port_libre
from tests.commun.exemple import DELAIS, Exemple
from tests.conftest import demander
from tests.outils.attente import attendre

NOM_PROPRE = "DURAND-LEGRAND"


def deposer(exemple: Exemple, corps: bytes, *, fois: int = 1, **proprietes: Any) -> None:
    """Puts a message in the listener's queue, as the bus would."""
    en_tetes = proprietes.pop("headers", {})
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        for _ in range(fois):
            message = canal.prepare_message(
                corps, content_type="application/json", content_encoding="utf-8", headers=en_tetes,
                properties=proprietes,
            )  # fmt: skip
            canal.basic_publish(message, exchange=RETOURS.name, routing_key=f"{exemple.nom}.choses")


def test_un_evenement_est_traite_avec_sa_requete_et_sa_date(exemple: Exemple) -> None:
    cle, appel = nouvel_id(), exemple.appel()
    en_tetes = {"ceres-requete": appel.requete, "ceres-date_simulee": "2026-02-28"}
    deposer(exemple, orjson.dumps({"cle": cle}), message_id=nouvel_id(), headers=en_tetes)
    (effet,) = attendre(lambda: exemple.effets(cle))
    assert (effet["requete"], str(effet["jour"])) == (appel.requete, "2026-02-28")


def test_dix_livraisons_un_effet(exemple: Exemple) -> None:
    cle, temoin = nouvel_id(), nouvel_id()
    deposer(exemple, orjson.dumps({"cle": cle}), message_id=nouvel_id(), fois=10)
    deposer(exemple, orjson.dumps({"cle": temoin}), message_id=nouvel_id())
    attendre(lambda: exemple.effets(temoin) and exemple.effets(cle))
    attendre(lambda: exemple.en_file(f"{exemple.nom}.choses") == 0)
    time.sleep(DELAIS[0] + 0.2)  # what was refused for a while has come back by now
    assert len(exemple.effets(cle)) == 1


def test_le_poison_est_repris_puis_mis_de_cote_avec_sa_raison_et_les_autres_passent(
    exemple_a_soi: Callable[..., Exemple],
) -> None:
    exemple = exemple_a_soi()
    exemple.lancer()
    poison, sain, message_id = nouvel_id(), nouvel_id(), nouvel_id()
    corps = {"cle": poison, "echouer": True, "nom": NOM_PROPRE}
    debut = time.monotonic()
    deposer(exemple, orjson.dumps(corps), message_id=message_id, headers={"ceres-requete": "r-poison"})
    deposer(exemple, orjson.dumps({"cle": sain}), message_id=nouvel_id())
    attendre(lambda: exemple.effets(sain), 1)  # not behind the poison
    attendre(lambda: exemple.en_file(f"{exemple.nom}.morts") == 1)
    assert sum(DELAIS) < time.monotonic() - debut < sum(DELAIS) + 4
    essais = [ligne for ligne in exemple.journal.splitlines() if "evenement_" in ligne]
    assert [ligne.split("essai=")[1].split()[0] for ligne in essais] == ["0", "1", "2", "3"]
    mort = exemple.prendre_dans(f"{exemple.nom}.morts")
    assert orjson.loads(mort.body) == corps
    assert mort.properties["message_id"] == message_id
    assert mort.headers["ceres-raison"] == "ValueError"
    assert mort.headers["ceres-ecouteur"] == f"{exemple.nom}.choses"
    assert mort.headers["ceres-requete"] == "r-poison"
    assert "ceres-essai" not in mort.headers  # replayed, it has all its tries
    assert "x-death" not in mort.headers  # before RabbitMQ 4, it had what waited twice in one queue dropped as a cycle
    assert exemple.effets(poison) == []
    assert NOM_PROPRE not in exemple.journal


def test_un_flot_de_poison_laisse_le_processeur_aux_autres(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Each failure keeps one of the two places of events a twentieth of a second: forty tries a second at most."""
    exemple, n = exemple_a_soi(), 60
    exemple.lancer()
    debut = time.monotonic()
    for _ in range(n):
        deposer(exemple, orjson.dumps({"cle": nouvel_id(), "echouer": True}), message_id=nouvel_id())
    attendre(lambda: exemple.journal.count("essai=0") == n)
    assert time.monotonic() - debut > (n - 2) / 40


def test_les_evenements_vont_peu_a_la_fois_et_laissent_les_ouvriers_aux_appels(exemple: Exemple) -> None:
    """Eight at a time made a registration six times as long while many were told; two are heard as fast."""
    for _ in range(5):
        deposer(exemple, orjson.dumps({"cle": nouvel_id(), "pause": 1}), message_id=nouvel_id())
    attendre(lambda: exemple.en_pause() == config().ouvriers // 8)
    time.sleep(0.3)
    assert exemple.en_pause() <= config().ouvriers // 8


def test_une_cause_passagere_ne_se_voit_pas(exemple: Exemple) -> None:
    cle = nouvel_id()
    deposer(exemple, orjson.dumps({"cle": cle, "echouer_fois": 2}), message_id=nouvel_id())
    assert len(attendre(lambda: exemple.effets(cle))) == 1


PLEINE = """
CREATE FUNCTION pleine() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER pleine BEFORE INSERT ON inbox EXECUTE FUNCTION pleine();
"""


def test_une_base_pleine_n_use_pas_les_essais(exemple_a_soi: Callable[..., Exemple]) -> None:
    """However long it lasts, at its last try too; what fails for another reason once there is room is tried again."""
    exemple, cle = exemple_a_soi(), nouvel_id()
    exemple.sql(PLEINE)
    exemple.lancer()
    corps, essais = orjson.dumps({"cle": cle, "echouer_fois": 1}), {"ceres-essai": len(DELAIS)}
    deposer(exemple, corps, message_id=nouvel_id(), headers=essais)
    attendre(lambda: exemple.journal.count("evenement_remis") > len(DELAIS) + 1)
    exemple.sql("DROP TRIGGER pleine ON inbox")
    assert len(attendre(lambda: exemple.effets(cle))) == 1
    assert exemple.en_file(f"{exemple.nom}.morts") == 0


def test_un_processus_sans_base_laisse_la_file_aux_autres(exemple_a_soi: Callable[..., Exemple]) -> None:
    """One of four whose base refused it failed quicker than the others worked: of 10,000 events, 9,600 waited five
    minutes for it. What it does not take is there for them, or for its own base's return.
    """
    exemple, cles = exemple_a_soi(), [nouvel_id() for _ in range(40)]
    exemple.sql(PLEINE)
    exemple.lancer()
    debut = time.monotonic()
    for cle in cles:
        deposer(exemple, orjson.dumps({"cle": cle}), message_id=nouvel_id())
    attendre(lambda: "evenement_remis" in exemple.journal)
    time.sleep(1)
    remis = exemple.journal.count("evenement_remis")
    assert remis <= 2 * (time.monotonic() - debut + 1)  # one a second for each place
    exemple.sql("DROP TRIGGER pleine ON inbox")
    attendre(lambda: all(exemple.effets(cle) for cle in cles))


def test_ce_que_rend_un_processus_sans_base_n_attend_jamais_longtemps(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Of 10,000, two came back to the sick one of four until they waited five minutes; all did at a base's return."""
    exemple, cles = exemple_a_soi(CERES_DELAIS_REPRISE="0.2,60"), [nouvel_id() for _ in range(3)]
    exemple.sql(PLEINE)
    exemple.lancer()
    for cle in cles:
        deposer(exemple, orjson.dumps({"cle": cle}), message_id=nouvel_id())
    attendre(lambda: exemple.journal.count("evenement_remis") > 2 * len(cles))
    exemple.sql("DROP TRIGGER pleine ON inbox")
    attendre(lambda: all(exemple.effets(cle) for cle in cles))


def test_un_mort_rejoue_une_fois_la_cause_levee(exemple: Exemple) -> None:
    cle, message_id = nouvel_id(), nouvel_id()
    deposer(exemple, orjson.dumps({"cle": cle, "echouer": True, "nom": "X"}), message_id=message_id)
    mort = attendre(lambda: exemple.prendre_dans(f"{exemple.nom}.morts"))
    deposer(exemple, orjson.dumps({"cle": cle}), message_id=mort.properties["message_id"], headers=mort.headers)
    assert len(attendre(lambda: exemple.effets(cle))) == 1


def _lu(corps: str | bytes) -> Any:
    try:
        return orjson.loads(corps)
    except orjson.JSONDecodeError:
        return corps if isinstance(corps, str) else corps.decode()


@pytest.mark.parametrize(
    ("corps", "proprietes"),
    [
        (b"pas du JSON", {"message_id": str(uuid.uuid4())}),
        (b'{"cle": "x"}', {}),
        (b'{"cle": "x"}', {"message_id": "pas un identifiant"}),
        (b"[1, 2]", {"message_id": str(uuid.uuid4())}),
        (b"null", {"message_id": str(uuid.uuid4())}),
    ],
    ids=["illisible", "sans numéro", "numéro faux", "liste", "null"],
)
def test_ce_qui_ne_se_lit_pas_est_mis_de_cote_et_le_service_vit(
    exemple: Exemple, corps: bytes, proprietes: dict[str, Any]
) -> None:
    pid = exemple.faire("pid")
    deposer(exemple, corps, **proprietes)
    mort = attendre(lambda: exemple.prendre_dans(f"{exemple.nom}.morts"))
    assert _lu(mort.body) == _lu(corps)
    assert exemple.faire("pid") == pid


_EN_UN_PAS = """
def recevoir(acte, corps):
    commands.noter(acte, corps["cle"])
    time.sleep(0.3)
"""
_EN_DEUX_PAS = """
barriere = threading.Barrier(2)
def recevoir(acte, corps):
    commands.noter(acte, corps["cle"])
    barriere.wait()
    if False:
        yield
"""


@pytest.mark.parametrize("recevoir", [_EN_UN_PAS, _EN_DEUX_PAS])
def test_deux_livraisons_a_la_fois_un_effet(exemple: Exemple, recevoir: str) -> None:
    """Two replicas would do this: here two acts on one database, each seeing the message as new."""
    programme = f"""
import sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from commun.bus.inbox import Recu
from commun.actes.unit_of_work import Acte
from tests.commun.service_exemple import commands
{recevoir}
def livrer(_):
    recu = Recu(sys.argv[2], "exemple.choses", {{"cle": sys.argv[1]}})
    Acte.de_ceres("exemple", "r").consommer(recu, recevoir)
with ThreadPoolExecutor() as fils:
    list(fils.map(livrer, range(2)))
print("fini")
"""
    cle = nouvel_id()
    assert exemple.executer(programme, cle, nouvel_id()).strip() == "fini"
    assert len(exemple.effets(cle)) == 1


def _declarer(exemple: Exemple, file: Queue) -> None:
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        file(canal).queue_declare()


def _queues(exemple: Exemple) -> list[Queue]:
    return [
        file_evenements(f"{exemple.nom}.choses", f"{exemple.nom}.chose_arrivee"),
        *(attente(delai) for delai in DELAIS),
    ]


def test_les_files_ont_leurs_garanties(exemple: Exemple) -> None:
    """RabbitMQ refuses to declare again with other arguments: these are the ones it holds."""
    for file in _queues(exemple):
        garanties = dict(file.queue_arguments or {})
        assert garanties["x-queue-type"] == "quorum"
        assert garanties["x-dead-letter-strategy"] == "at-least-once"
        assert garanties["x-overflow"] == "reject-publish"
        _declarer(exemple, file)
        file.queue_arguments = garanties | {"x-overflow": "drop-head"}
        with pytest.raises(Exception, match="inequivalent"):
            _declarer(exemple, file)
    assert (file_morts(exemple.nom).queue_arguments or {})["x-queue-type"] == "quorum"
    ecoute = _queues(exemple)[0].queue_arguments or {}
    assert ecoute["x-delivery-limit"] == 5
    assert ecoute["x-dead-letter-exchange"] == MORTS.name
    assert ecoute["x-dead-letter-routing-key"] == f"{exemple.nom}.choses"  # `<service>.morts` takes all of a service's


def test_une_file_effacee_ne_prive_que_son_ecouteur(exemple_a_soi: Callable[..., Exemple]) -> None:
    """The broker closes the line of who reads a queue that is not there: calls were lost with it, again and again."""
    exemple, cle = exemple_a_soi(), nouvel_id()
    exemple.lancer()
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_delete(queue=f"{exemple.nom}.choses")
    exemple.dit("file_absente", f"{exemple.nom}.choses")
    with exemple.rpc() as rpc:
        for _ in range(20):
            assert rpc.appeler(exemple.nom, "pid", exemple.appel(delai=0.9))
            time.sleep(0.1)
        exemple.redeclarer()
        exemple.publier("chose_arrivee", cle=cle)
        assert attendre(lambda: exemple.effets(cle))
    assert exemple.journal.count("file_absente") == 1


def test_une_file_refusee_ne_prive_que_son_ecouteur(exemple_a_soi: Callable[..., Exemple]) -> None:
    """A right that lacks on one queue: the service read none of them, and never came to say that it was ready."""
    exemple, cle = exemple_a_soi(), nouvel_id()
    exemple.declarer()
    compte, file, port = f"lecteur_{exemple.nom}", f"{exemple.nom}.choses", port_libre()
    exemple.lancer(AMQP_URL=demander("compte_du_bus", compte, file), CERES_PORT_EXPLOITATION=str(port))
    assert f"refused for user '{compte}'" in exemple.dit("file_refusee", file)
    exemple.publier("chose_arrivee", cle=cle)
    for _ in range(5):
        assert exemple.faire("pid") == exemple.processus[0].pid
    pret = httpx.get(f"http://127.0.0.1:{port}/sante/pret", timeout=30)
    assert pret.status_code == 503
    verdict = pret.json()["dependances"]["files"]
    assert verdict.startswith(f"{file} : ACCESS_REFUSED")
    assert verdict.endswith(f"refused for user '{compte}'")
    demander("compte_du_bus", compte, "")
    assert len(attendre(lambda: exemple.effets(cle))) == 1
    assert httpx.get(f"http://127.0.0.1:{port}/sante/pret", timeout=30).status_code == 200
    assert exemple.journal.count("file_refusee") == 1


def test_une_file_d_appels_refusee_laisse_les_evenements(exemple_a_soi: Callable[..., Exemple]) -> None:
    """It is declared at each connection (ADR 44): the service would have gone from one to another, reading nothing."""
    exemple, cle = exemple_a_soi(), nouvel_id()
    exemple.declarer()
    refusee = f"rpc.{exemple.nom}"
    exemple.lancer(AMQP_URL=demander("compte_du_bus", f"sans_appels_{exemple.nom}", refusee))
    assert exemple.dit("file_refusee", f"file={refusee} ")
    deposer(exemple, orjson.dumps({"cle": cle}), message_id=nouvel_id())
    assert len(attendre(lambda: exemple.effets(cle))) == 1


@pytest.mark.parametrize(
    ("essai", "file", "lien"),
    [(0, "ceres.attente.0.25s", (ATTENTE.name, "0.25s.#")), (1, "{}.morts", (MORTS.name, "{}.*"))],
    ids=["qui attendrait", "mis de côté"],
)
def test_ce_qu_aucune_file_ne_prend_est_rendu(
    exemple_a_soi: Callable[..., Exemple], essai: int, file: str, lien: tuple[str, str]
) -> None:
    """RabbitMQ confirmed, and dropped, what was sent to wait where the delays had changed and were not declared."""
    exemple = exemple_a_soi(CERES_DELAIS_REPRISE="0.25")
    exemple.lancer()
    # slow: the queue is tied again before the broker has brought it five times, and sets it aside when it pleases
    lent = {"cle": "p", "echouer": True, "pause": 0.7}
    poison, (echange, cle) = orjson.dumps(lent), lien
    delie = {"queue": file.format(exemple.nom), "exchange": echange, "routing_key": cle.format(exemple.nom)}
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_unbind(**delie)
        deposer(exemple, poison, message_id=nouvel_id(), headers={"ceres-essai": essai})
        exemple.dit("renvoi_refuse", f"{exemple.nom}.choses")
        canal.queue_bind(**delie)
    assert attendre(lambda: exemple.prendre_dans(f"{exemple.nom}.morts"))


def test_ce_que_le_courtier_refuse_de_faire_attendre_n_est_pas_perdu(exemple_a_soi: Callable[..., Exemple]) -> None:
    exemple = exemple_a_soi(CERES_DELAIS_REPRISE="0.35")
    exemple.lancer()
    pleine, refus = f"{exemple.nom}.pleine", {"x-max-length": 0, "x-overflow": "reject-publish"}
    delie = {"queue": "ceres.attente.0.35s", "exchange": ATTENTE.name, "routing_key": "0.35s.#"}
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        canal.queue_unbind(**delie)  # it would take what the other one refuses
        canal.queue_declare(queue=pleine, durable=True, auto_delete=False, arguments=refus)
        canal.queue_bind(queue=pleine, exchange=ATTENTE.name, routing_key=f"#.{exemple.nom}.choses")
        deposer(exemple, orjson.dumps({"cle": "p", "echouer": True}), message_id=nouvel_id())
        exemple.dit("renvoi_refuse", f"{exemple.nom}.choses")
        canal.queue_bind(**delie)
        canal.queue_delete(queue=pleine)
    assert attendre(lambda: exemple.prendre_dans(f"{exemple.nom}.morts"))


def test_ce_qui_a_attendu_et_que_rien_ne_prend_repart_aussitot_qu_une_file_est_la(
    exemple_a_soi: Callable[..., Exemple],
) -> None:
    """As it is where the broker falls meanwhile: it kept it for three minutes before it tried again."""
    exemple, cle = exemple_a_soi(CERES_DELAIS_REPRISE="0.45"), nouvel_id()
    exemple.lancer()
    deliee = {"queue": f"{exemple.nom}.choses", "exchange": RETOURS.name, "routing_key": f"#.{exemple.nom}.choses"}
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        deposer(exemple, orjson.dumps({"cle": cle, "echouer_fois": 1}), message_id=nouvel_id())
        canal.queue_unbind(**deliee)
        exemple.dit("evenement_remis", f"{exemple.nom}.choses")
        time.sleep(1)  # it has waited, and goes nowhere
        canal.queue_bind(**deliee)
    assert len(attendre(lambda: exemple.effets(cle))) == 1


def test_un_essai_qu_aucun_de_nous_n_a_compte_n_en_donne_ni_n_en_ote_aucun(exemple: Exemple) -> None:
    for essai in ("x", -9):
        deposer(
            exemple, orjson.dumps({"cle": "p", "echouer": True}), message_id=nouvel_id(), headers={"ceres-essai": essai}
        )
    for _ in range(2):
        attendre(lambda: exemple.prendre_dans(f"{exemple.nom}.morts"))


def test_un_mort_souvent_regarde_reste(exemple_a_soi: Callable[..., Exemple]) -> None:
    """Each look is a delivery: the broker would drop it at the twentieth."""
    exemple = exemple_a_soi()
    exemple.declarer()
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:
        message = canal.prepare_message("{}", content_encoding="utf-8")
        canal.basic_publish(message, exchange=MORTS.name, routing_key=f"{exemple.nom}.choses")
        for _ in range(25):
            regarde = attendre(lambda: canal.basic_get(queue=f"{exemple.nom}.morts"))
            canal.basic_reject(regarde.delivery_tag, requeue=True)
    assert attendre(lambda: exemple.prendre_dans(f"{exemple.nom}.morts"))


def test_un_message_rendu_sans_fin_finit_de_cote(exemple_a_soi: Callable[..., Exemple]) -> None:
    """A consumer that dies each time: the broker itself sets the message aside, in a moment and not in a hot loop."""
    exemple = exemple_a_soi()
    exemple.declarer()
    deposer(exemple, orjson.dumps({"cle": "x"}), message_id=nouvel_id())
    livraisons = 0
    with Connection(exemple.amqp_url) as ligne, ligne.channel() as canal:

        def rendre() -> Any:
            nonlocal livraisons
            if message := canal.basic_get(queue=f"{exemple.nom}.choses"):
                livraisons += 1
                canal.basic_reject(message.delivery_tag, requeue=True)
            return canal.basic_get(queue=f"{exemple.nom}.morts", no_ack=True)

        attendre(rendre)
    assert livraisons == 6


def test_les_reprises_ne_melangent_pas_les_ecouteurs(exemple: Exemple, exemple_a_soi: Callable[..., Exemple]) -> None:
    """The delay queues are shared by all services: each message goes home."""
    autre = exemple_a_soi()
    autre.lancer()
    with ThreadPoolExecutor() as fils:
        for un in (exemple, autre):
            fils.submit(deposer, un, orjson.dumps({"cle": "p", "echouer": True, "nom": un.nom}), message_id=nouvel_id())
    for un in (exemple, autre):
        mort = attendre(lambda un=un: un.prendre_dans(f"{un.nom}.morts"))  # type: ignore[misc]
        assert orjson.loads(mort.body)["nom"] == un.nom
