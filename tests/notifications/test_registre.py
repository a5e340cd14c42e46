"""The ledger as carriers work it: what each takes, what it may still do of it, what one that died leaves, and what is
written late, or taken too early, and undoes nothing of another's."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from commun.storage.db import VEILLE, moteur
from services.notifications.commands import versions
from services.notifications.commands.convocations import recevoir_convocations
from services.notifications.domain.envois import ATTENTE_INCONNU, Etat, Issue
from services.notifications.facteur.registre import Envoi, Registre
from tests.notifications.conftest import NATIONAL, Banc
from tests.notifications.test_facteur import desabonner, diffuser
from tests.outils.attente import attendre

PARTI = Issue(Etat.ENVOYE)
HEURE = timedelta(hours=1)


@pytest.fixture
def ouvrir(banc: Banc) -> Iterator[Callable[[], Registre]]:
    """Opens the ledger for one more carrier."""
    ouverts = []

    def un_de_plus() -> Registre:
        ouverts.append(Registre(banc.url))
        ouverts[-1].ouvrir()
        return ouverts[-1]

    yield un_de_plus
    for registre in ouverts:
        registre.fermer()


def convoquer(banc: Banc, *personnes: str) -> None:
    _recevoir(banc, personnes, ())


def decommander(banc: Banc, *personnes: str) -> None:
    _recevoir(banc, (), personnes)


def _recevoir(banc: Banc, *appeles_puis_annules: tuple[str, ...]) -> None:
    eux, plus = (
        [{"convocation_id": f"c-{p}", "type": "candidat", "personne_id": p} for p in personnes]
        for personnes in appeles_puis_annules
    )
    corps: dict[str, Any] = {"session_id": "s-1", "version": 1, "numero": "n", "personnes": eux, "annule": plus}
    banc.faire(None, recevoir_convocations, corps)


def annonces(banc: Banc, quoi: str = "envoi_modifie") -> list[dict[str, Any]]:
    """Returns what sessions are told of their convocations."""
    lignes = banc.executer(f"SELECT corps FROM outbox WHERE evenement = 'notifications.{quoi}' ORDER BY id")
    return [corps for (corps,) in lignes]


def test_une_base_disparue_sans_un_mot_ne_retient_pas_les_courriels(ouvrir: Callable[[], Registre]) -> None:
    """Its machine lost, nothing says so: the carrier's line watches the other end, as PostgreSQL does the carrier's."""
    ligne = ouvrir()._connexion
    veille = {option.keyword.decode(): option.val for option in ligne.pgconn.info}
    assert {nom: veille[nom] for nom in VEILLE} == {nom: str(valeur).encode() for nom, valeur in VEILLE.items()}
    bornes = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
    en_face = [ligne.execute(f"SHOW {borne}").fetchone()[0] for borne in bornes]
    assert en_face == [str(valeur) for valeur in VEILLE.values()]


def test_une_convocation_part_avant_une_diffusion_plus_ancienne(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    diffuser(banc, 120)  # more than a lot
    convoquer(banc, "zoe")
    banc.executer("UPDATE envois SET prochain_le = now() - interval '1 hour' WHERE genre = 'version'")
    banc.executer("UPDATE envois SET id = 'ffffffff-ffff-7fff-bfff-ffffffffffff' WHERE genre = 'convocation'")
    lot = ouvrir().prendre()
    assert [envoi.genre for envoi in lot[:2]] == ["convocation", "version"]


def test_une_annulation_part_avant_la_convocation_qui_appelle_ailleurs(
    banc: Banc, ouvrir: Callable[[], Registre]
) -> None:
    """Seen read last by who was called to the session made anew for the same day: that he was expected no more."""
    convoquer(banc, "zoe_ailleurs")
    decommander(banc, "zoe")
    assert [envoi.genre for envoi in ouvrir().prendre()] == ["annulation", "convocation"]


def test_ce_qui_n_est_pas_a_faire_n_est_pas_pris(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """Not yet, already another's, or of a release that was stopped."""
    un, deux = ouvrir(), ouvrir()
    convoquer(banc, "zoe", "lea")
    banc.executer("UPDATE envois SET prochain_le = now() + interval '1 hour' WHERE sujet = 'c-lea'")
    diffuser(banc, 2)
    pris = un.prendre()
    assert [envoi.genre for envoi in pris] == ["convocation", "version", "version"]
    assert deux.prendre() == []
    banc.faire(NATIONAL, versions.arreter, "1.7.1", {})
    assert [un.entrer(envoi) for envoi in pris] == [True, False, False]
    un.rendre()
    assert deux.prendre() == []
    assert dict(banc.executer("SELECT etat, porteur IS NULL FROM envois WHERE sujet <> 'c-lea' GROUP BY 1, 2")) == {
        "en_cours": False,
        "prepare": True,
    }


def test_ce_qu_un_autre_est_en_train_de_prendre_ne_se_fait_pas_attendre(
    banc: Banc, ouvrir: Callable[[], Registre]
) -> None:
    convoquer(banc, "lea", "zoe")
    with moteur("notifications").begin() as autre:
        autre.execute(sa.text("UPDATE envois SET porteur = 0 WHERE sujet = 'c-zoe'"))
        assert [envoi.sujet for envoi in ouvrir().prendre()] == ["c-lea"]


def test_on_n_entre_que_ce_que_l_on_tient_et_une_fois(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    convoquer(banc, "zoe")
    un, deux = ouvrir(), ouvrir()
    (envoi,) = un.prendre()
    assert [qui.entrer(envoi) for qui in (deux, un, un)] == [False, True, False]


def test_ce_qui_est_parti_ne_repart_pas_des_mains_d_un_autre(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """Its carrier was cut from the base for an hour, after which it was to leave again."""
    convoquer(banc, "zoe")
    un, deux = ouvrir(), ouvrir()
    (envoi,) = un.prendre()
    assert un.entrer(envoi)
    banc.executer("UPDATE envois SET porteur = NULL, etat = 'inconnu'")
    (repris,) = deux.prendre()
    un.solder(envoi, PARTI)
    assert not deux.entrer(repris)
    assert banc.etats() == {Etat.ENVOYE: 1}


def test_qui_vit_garde_ce_qu_il_tient(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    convoquer(banc, "zoe")
    un, deux = ouvrir(), ouvrir()
    (envoi,) = un.prendre()
    assert (deux.relever(), un.relever()) == (0, 0)
    assert un.entrer(envoi)


def test_ce_qu_un_mort_avait_pris_repart_et_ce_qu_il_envoyait_ne_se_sait_pas(
    banc: Banc, ouvrir: Callable[[], Registre]
) -> None:
    """A convocation, after an hour, and its session is told; a release, never of itself."""
    convoquer(banc, "lea", "zoe")
    diffuser(banc, 1)
    avant = {e["sujet"]: e for e in banc.envois()}
    mort, releve = ouvrir(), ouvrir()
    tenus = {envoi.sujet: envoi for envoi in mort.prendre()}
    assert mort.entrer(tenus["c-zoe"]) and mort.entrer(tenus["1.7.1"])
    mort.fermer()
    debut = datetime.now(UTC)
    assert attendre(releve.relever) == 3  # PostgreSQL may take a moment to see that it has gone
    apres = {e["sujet"]: e for e in banc.envois()}
    assert {(e["porteur"], e["version"]) for e in apres.values()} == {(None, 2)}
    vus = {sujet: (e["etat"], e["erreur"]) for sujet, e in apres.items()}
    inconnu = ("inconnu", "L'envoi a été interrompu : le serveur l'a peut-être reçu.")
    assert vus == {"c-lea": ("prepare", None), "c-zoe": inconnu, "1.7.1": inconnu}
    assert apres["c-lea"]["prochain_le"] == avant["c-lea"]["prochain_le"]
    assert abs(apres["c-zoe"]["prochain_le"] - debut - ATTENTE_INCONNU) < timedelta(minutes=2)
    assert apres["1.7.1"]["prochain_le"] is None
    assert [(a["convocation_id"], a["statut"], a["version"]) for a in annonces(banc)] == [("c-zoe", "echec", 2)]


def test_ce_que_devient_un_envoi_se_garde(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """What a server said of a convocation, or of the mail that annuls one, is told to its session; of a release, it is
    nobody's."""
    convoquer(banc, "zoe")
    decommander(banc, "lea")
    diffuser(banc, 1)
    registre = ouvrir()
    for envoi in registre.prendre():
        registre.solder(envoi, Issue(Etat.ECHEC_TEMPORAIRE, "451 Plus tard", HEURE))
    registre.vider()
    banc.executer("UPDATE envois SET prochain_le = now()")
    remis = {e["genre"]: e for e in banc.envois()}
    assert {(e["essais"], e["envoye_le"]) for e in remis.values()} == {(1, None)}
    for envoi in registre.prendre():
        assert envoi.essais == 1
        registre.solder(envoi, PARTI)
    registre.vider()
    partis = {e["genre"]: e for e in banc.envois(etat="envoye")}
    assert {genre: e["essais"] for genre, e in partis.items()} == dict.fromkeys(remis, 2)
    assert all(e["envoye_le"] and e["prochain_le"] is None for e in partis.values())
    assert [(a["convocation_id"], a["statut"], a["version"]) for a in annonces(banc)] == [
        ("c-zoe", "en_attente", 2),
        ("c-zoe", "envoyee", 3),
    ]
    assert [(a["convocation_id"], a["statut"]) for a in annonces(banc, "annulation_modifiee")] == [
        ("c-lea", "en_attente"),
        ("c-lea", "envoyee"),
    ]


def test_deux_envois_refuses_de_suite_le_sont_tous_deux(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """Neither was entered: what becomes of a release is written with the next one's entry, which does not come."""
    diffuser(banc, 2)
    registre = ouvrir()
    for envoi in registre.prendre():
        registre.solder(envoi, Issue(Etat.ECHEC_DEFINITIF, "550 Inconnue"))
    registre.rendre()
    assert banc.etats() == {"echec_definitif": 2}


def test_ce_qui_est_fini_ou_redemande_ne_change_plus(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """A bounce, or somebody who asks for it again, came before what the carrier has to say of it."""
    convoquer(banc, "lea", "zoe")
    registre = ouvrir()
    pris = registre.prendre()
    banc.executer("UPDATE envois SET etat = 'echec_definitif', erreur = 'Boîte pleine' WHERE sujet = 'c-lea'")
    banc.executer("UPDATE envois SET demande = 2 WHERE sujet = 'c-zoe'")
    for envoi in pris:
        registre.solder(envoi, PARTI)
    vus = {e["sujet"]: (e["etat"], e["erreur"]) for e in banc.envois()}
    assert vus == {"c-lea": ("echec_definitif", "Boîte pleine"), "c-zoe": ("prepare", None)}
    assert annonces(banc) == []


def test_ce_qu_un_facteur_tient_ne_se_redemande_ni_ne_s_abandonne(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """It leaves, or is refused. Asked for again, what its carrier then says would be of another sending, and it would
    leave twice; given up, what he says of it would not be taken, and it would stay in his hands.
    """
    convoquer(banc, "lea", "zoe")
    banc.executer("UPDATE envois SET etat = 'inconnu' WHERE sujet = 'c-zoe'")
    registre = ouvrir()
    lea, zoe = sorted(registre.prendre(), key=lambda envoi: envoi.sujet)
    convoquer(banc, "zoe")
    annule = {"convocation_id": "c-lea", "type": "candidat", "personne_id": "lea"}
    banc.faire(None, recevoir_convocations, {"session_id": "s-1", "personnes": [], "annule": [annule]})
    assert registre.entrer(zoe)
    registre.solder(zoe, PARTI)
    registre.solder(lea, Issue(Etat.ECHEC_DEFINITIF, "550 Inconnue"))
    vus = {e["sujet"]: (e["etat"], e["demande"], e["erreur"], e["porteur"]) for e in banc.envois(genre="convocation")}
    assert vus == {"c-lea": ("echec_definitif", 1, "550 Inconnue", None), "c-zoe": ("envoye", 1, None, None)}


def en_main(registre: Registre) -> Envoi:
    """Returns the only mail that there is to take."""
    (envoi,) = registre.prendre()
    return envoi


@pytest.fixture
def l_un(banc: Banc, ouvrir: Callable[[], Registre]) -> Registre:
    """A carrier that was cut from the base as it was about to write that its only mail is put off."""
    registre = ouvrir()
    diffuser(banc, 1)
    envoi = en_main(registre)
    banc.couper_le_facteur()
    with pytest.raises(psycopg.OperationalError):
        registre.solder(envoi, Issue(Etat.ECHEC_TEMPORAIRE, "451 Plus tard", HEURE))
        registre.vider()
    return registre


@pytest.mark.parametrize("releve", [False, True])
def test_ce_qui_n_a_pu_s_ecrire_l_est_au_retour(
    banc: Banc, l_un: Registre, ouvrir: Callable[[], Registre], releve: bool
) -> None:
    """Though another has taken up what was left, where he does not carry it."""
    if releve:
        attendre(ouvrir().relever)
    l_un.ouvrir()
    assert [(e["etat"], e["essais"], e["porteur"]) for e in banc.envois()] == [(Etat.ECHEC_TEMPORAIRE, 1, None)]


def test_ce_qui_s_ecrit_tard_n_efface_pas_ce_qu_un_autre_en_a_dit_depuis(
    banc: Banc, l_un: Registre, ouvrir: Callable[[], Registre]
) -> None:
    l_autre = ouvrir()
    attendre(l_autre.relever)
    l_autre.solder(en_main(l_autre), Issue(Etat.ECHEC_TEMPORAIRE, "452 Boîte pleine", HEURE))
    l_autre.vider()
    l_un.ouvrir()
    assert [(e["erreur"], e["essais"]) for e in banc.envois()] == [("452 Boîte pleine", 1)]


def test_ce_qui_s_ecrit_tard_ne_reprend_pas_a_un_autre_ce_qu_il_porte(
    banc: Banc, l_un: Registre, ouvrir: Callable[[], Registre]
) -> None:
    """Else a third one takes it too, and its recipient has it twice."""
    l_autre = ouvrir()
    attendre(l_autre.relever)
    envoi = en_main(l_autre)
    assert l_autre.entrer(envoi)
    l_un.ouvrir()
    banc.executer("UPDATE envois SET prochain_le = now()")
    assert l_un.prendre() == []
    l_autre.solder(envoi, Issue(Etat.ENVOYE))
    l_autre.vider()
    assert banc.etats() == {Etat.ENVOYE: 1}


def test_qui_se_desabonne_n_est_plus_ecrit_d_un_lot_deja_pris(banc: Banc, ouvrir: Callable[[], Registre]) -> None:
    """A lot of a hundred mails waits for an hour where the server is slow, or its rate low."""
    (adresse,) = diffuser(banc, 1)
    registre = ouvrir()
    envoi = en_main(registre)
    desabonner(banc, adresse)
    assert not registre.entrer(envoi)
    registre.rendre()
    assert en_main(registre).desabonne
