"""NOT-06 : un destinataire par message, son propre sort ; on réessaie, on renonce, on ne sait pas."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from commun import clock
from commun.config import Config
from commun.domain.errors import HorsDePortee, Indisponible
from services.notifications.commands import abonnements, versions
from services.notifications.commands.convocations import recevoir_convocations
from services.notifications.courrier.composition import Abandon, Courrier
from services.notifications.domain.envois import Genre
from services.notifications.facteur import mesure
from services.notifications.facteur.boucle import Facteur, _pourquoi
from services.notifications.facteur.registre import Envoi
from services.notifications.facteur.smtp import LigneSmtp
from services.notifications.jetons import Usage, ecrire
from tests.notifications.conftest import NATIONAL, Banc
from tests.notifications.facteur import processus_facteur
from tests.notifications.serveur_smtp import ServeurSmtp
from tests.notifications.test_diffusion import diffuser, en_attente
from tests.outils.attente import attendre
from tests.outils.souche import Engendre


def desabonner(banc: Banc, adresse: str) -> None:
    ((abonne_id,),) = banc.executer("SELECT id::text FROM abonnes WHERE courriel = :c", c=adresse)
    banc.faire(None, abonnements.desabonner, ecrire(Usage.DESABONNEMENT, abonne_id))


@pytest.mark.parametrize(
    ("point", "en_rafale"),
    [("rcpt", False), ("data", False), ("contenu", False), ("rcpt", True), ("data", True), ("contenu", True)],
)
def test_un_refus_definitif_garde_sa_raison(
    banc: Banc, smtp: ServeurSmtp, facteur: Engendre, point: str, en_rafale: bool
) -> None:
    smtp.en_rafale = en_rafale
    adresses = diffuser(banc, 3)
    refusee = adresses[1]
    smtp.au_point[point] = lambda a: f"550 5.1.1 <{a}>: adresse inconnue" if a == refusee else None
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    (echec,) = banc.envois(etat="echec_definitif")
    assert (echec["destinataire"], echec["erreur"]) == (refusee, "550 5.1.1 <[adresse]>: adresse inconnue")
    assert smtp.par_adresse() == dict.fromkeys(set(adresses) - {refusee}, 1)


def test_ce_qu_un_serveur_dit_qu_aucune_base_ne_tient_ne_retient_pas_les_autres(
    banc: Banc, smtp: ServeurSmtp, facteur: Engendre
) -> None:
    """The carrier tried to write it, and nothing else, until somebody started it again; an hour later, again."""
    adresses = diffuser(banc, 3)
    smtp.au_point["rcpt"] = lambda a: "550 adresse\0 inconnue" if a == adresses[1] else None
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    assert [envoi["erreur"] for envoi in banc.envois(etat="echec_definitif")] == ["550 adresse inconnue"]
    assert smtp.par_adresse() == dict.fromkeys({adresses[0], adresses[2]}, 1)


def test_en_rafale_chaque_refus_reste_celui_de_son_message(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    smtp.en_rafale = True
    adresses = diffuser(banc, 60)
    refus = {adresses[n]: f"55{n % 10} raison {n}" for n in range(0, 60, 7)}
    smtp.au_point["rcpt"] = refus.get
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    assert {e["destinataire"]: e["erreur"] for e in banc.envois(etat="echec_definitif")} == refus
    assert smtp.par_adresse() == dict.fromkeys(set(adresses) - set(refus), 1)
    assert smtp.connexions == 1


def test_un_refus_passager_est_reessaye_sous_le_meme_numero(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    diffuser(banc, 1)
    debut = datetime.now(UTC)
    smtp.au_point["rcpt"] = lambda _: "451 4.7.1 Revenez plus tard"
    facteur.lancer()
    attendre(lambda: banc.etats() == {"echec_temporaire": 1})
    (essaye,) = banc.envois()
    assert essaye["erreur"] == "451 4.7.1 Revenez plus tard" and essaye["essais"] == 1
    fin = datetime.now(UTC)
    assert debut + timedelta(seconds=50) < essaye["prochain_le"] < fin + timedelta(seconds=70)
    smtp.au_point.clear()
    banc.executer("UPDATE envois SET prochain_le = now()")
    attendre(lambda: banc.etats() == {"envoye": 1})
    assert smtp.recus[0].message["Message-ID"] == f"<{essaye['id']}@ceres.invalid>"


@pytest.mark.parametrize(("point", "reponse"), [("rcpt", "252 Je ne sais pas"), ("data", "250 OK")])
@pytest.mark.parametrize("en_rafale", [False, True])
def test_rien_n_est_dit_parti_avant_que_le_contenu_le_soit(
    banc: Banc, smtp: ServeurSmtp, facteur: Engendre, point: str, reponse: str, en_rafale: bool
) -> None:
    smtp.en_rafale = en_rafale
    bonne, autre = diffuser(banc, 2)
    smtp.au_point[point] = lambda a: reponse if a == autre else None
    facteur.lancer()
    attendre(lambda: banc.etats() == {"envoye": 1, "echec_temporaire": 1})
    assert [e["erreur"] for e in banc.envois(destinataire=autre)] == [reponse]
    assert smtp.par_adresse() == {bonne: 1}


def test_apres_un_jour_d_essais_on_renonce(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    diffuser(banc, 1)
    banc.executer("UPDATE envois SET essais = 11")
    smtp.au_point["rcpt"] = lambda _: "451 4.7.1 Revenez plus tard"
    facteur.lancer()
    attendre(lambda: banc.etats() == {"echec_definitif": 1})
    assert banc.envois()[0]["erreur"].startswith("Abandonné après 24 h d'essais.")


def test_un_jour_sans_serveur_n_est_pas_un_jour_d_essais(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    """Put off once on a Friday, by a server that was then down until Monday, and is still busy."""
    diffuser(banc, 1)
    banc.executer("UPDATE envois SET cree_le = now() - interval '3 days', essais = 1")
    smtp.au_point["rcpt"] = lambda _: "451 4.7.1 Revenez plus tard"
    facteur.lancer()
    attendre(lambda: banc.envois()[0]["essais"] == 2)
    assert banc.etats() == {"echec_temporaire": 1}


@pytest.mark.parametrize(
    ("refus", "essais", "etat", "faits"),
    [
        (HorsDePortee, 2, "echec_temporaire", 3),
        (HorsDePortee, 11, "echec_temporaire", 11),
        (Indisponible, 11, "echec_definitif", 12),
    ],
)
def test_un_jour_sans_le_service_qui_ecrit_la_lettre_n_est_pas_un_jour_d_essais(
    banc: Banc, refus: type[Indisponible], essais: int, etat: str, faits: int
) -> None:
    """A weekend without `sessions` had every convocation of it given up, that somebody had to ask for again."""

    def composer(_: Envoi) -> Courrier:
        facteur.arreter()
        raise refus()

    diffuser(banc, 1)
    banc.executer("UPDATE envois SET essais = :essais", essais=essais)
    facteur = Facteur(banc.url, Config(), composer)
    facteur.tourner()
    (envoi,) = banc.envois()
    assert (envoi["etat"], envoi["essais"], envoi["porteur"]) == (etat, faits, None)
    assert (envoi["prochain_le"] is None) == (etat == "echec_definitif")


@pytest.mark.parametrize("ecart", [timedelta(hours=-6), timedelta(hours=6)], ids=["en retard", "en avance"])
def test_une_horloge_mal_reglee_ne_change_pas_quand_un_courriel_repart(
    banc: Banc, monkeypatch: pytest.MonkeyPatch, ecart: timedelta
) -> None:
    """One six hours late had the tries of a day made at once, and the mail given up."""
    vraie = clock.maintenant
    monkeypatch.setattr(clock, "maintenant", lambda: vraie() + ecart)

    def composer(_: Envoi) -> Courrier:
        facteur.arreter()
        raise Indisponible()

    diffuser(banc, 1)
    facteur = Facteur(banc.url, Config(), composer)
    facteur.tourner()
    ((dans,),) = banc.executer("SELECT prochain_le - now() FROM envois")
    assert timedelta(seconds=30) < dans < timedelta(seconds=61)


def test_coupe_avant_la_fin_le_message_repartira(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 4)
    smtp.au_point["data"] = lambda a: "coupe" if a == adresses[2] else None
    facteur.lancer()
    attendre(lambda: banc.etats() == {"envoye": 3, "echec_temporaire": 1})
    smtp.au_point.clear()
    banc.executer("UPDATE envois SET prochain_le = now() WHERE etat = 'echec_temporaire'")
    attendre(lambda: banc.etats() == {"envoye": 4})
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)


@pytest.mark.parametrize("en_rafale", [False, True])
def test_une_coupure_n_est_dite_qu_une_fois_l_entree_ecrite(smtp: ServeurSmtp, en_rafale: bool) -> None:
    """Seen: written after what was noted of the mail, its entry made it forgotten, and the mail was never sent."""
    smtp.en_rafale = en_rafale
    smtp.au_point["data"] = lambda _: "coupe"
    entrees = []
    ligne = LigneSmtp(Config(smtp_hote="127.0.0.1", smtp_port=smtp.port), "missions@exemple.fr")
    reponse = ligne.transmettre("a@exemple.fr", b"Bonjour\r\n", "e-1", lambda: entrees.append("e-1") is None)
    assert (reponse and (reponse.code, reponse.remis), entrees) == ((0, False), ["e-1"])


def test_coupe_apres_la_fin_on_ne_sait_pas_et_on_ne_renvoie_pas(
    banc: Banc, smtp: ServeurSmtp, facteur: Engendre
) -> None:
    adresses = diffuser(banc, 4)
    smtp.au_point["contenu"] = lambda a: "coupe" if a == adresses[2] else None
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    assert banc.etats() == {"envoye": 3, "inconnu": 1}
    (inconnu,) = banc.envois(etat="inconnu")
    assert inconnu["prochain_le"] is None
    smtp.au_point.clear()
    banc.faire(NATIONAL, versions.reprendre, "1.7.1", {})
    assert banc.etats() == {"envoye": 3, "inconnu": 1}
    banc.faire(NATIONAL, versions.reprendre, "1.7.1", {"inconnus": True})  # a person decides
    attendre(lambda: banc.etats() == {"envoye": 4})
    premier, second = [r.message["Message-ID"] for r in smtp.recus if r.a == adresses[2]]
    assert second == premier.replace("@", ".2@")


def test_un_serveur_mort_attend_sans_epuiser_les_essais(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    smtp.arreter()
    adresses = diffuser(banc, 5)
    with socket.create_server(("127.0.0.1", smtp.port)) as mort:
        mort.settimeout(60)
        facteur.lancer()
        for _ in range(2):
            mort.accept()[0].close()
    assert banc.etats() == {"prepare": 5} and {e["essais"] for e in banc.envois()} == {0}
    smtp.demarrer()
    attendre(lambda: banc.etats() == {"envoye": 5})
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)


def test_ce_qu_un_serveur_muet_retient_est_en_retard(tmp_path: Path, banc: Banc) -> None:
    """Its mails are in the carrier's hands most of the time: the alert did not see those."""
    diffuser(banc, 1)
    banc.executer("UPDATE envois SET prochain_le = now() - interval '15 minutes'")
    with socket.create_server(("127.0.0.1", 0)) as muet:
        facteur = processus_facteur(tmp_path, banc.url, muet.getsockname()[1])
        facteur.lancer()
        try:
            attendre(lambda: banc.executer("SELECT 1 FROM envois WHERE porteur IS NOT NULL"))
            mesure.mesurer()
        finally:
            facteur.tuer()
    assert 900 <= (REGISTRY.get_sample_value("ceres_courriels_age_secondes") or 0) < 960
    banc.faire(NATIONAL, versions.arreter, "1.7.1", {})
    mesure.mesurer()
    assert REGISTRY.get_sample_value("ceres_courriels_age_secondes") == 0  # nobody waits for it any more


def test_arreter_arrete_au_milieu_d_un_lot(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 60)
    smtp.lenteur = 0.05
    facteur.lancer()
    attendre(lambda: len(smtp.recus) >= 5)
    banc.faire(NATIONAL, versions.arreter, "1.7.1", {})
    partis = len(smtp.recus)
    attendre(lambda: not banc.executer("SELECT 1 FROM envois WHERE porteur IS NOT NULL"))
    assert len(smtp.recus) <= partis + 2
    smtp.lenteur = 0
    banc.faire(NATIONAL, versions.reprendre, "1.7.1", {})
    attendre(lambda: banc.etats() == {"envoye": 60})
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)


def test_qui_se_desabonne_pendant_la_diffusion_ne_recoit_rien(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 3)
    desabonner(banc, adresses[0])
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    assert set(smtp.par_adresse()) == set(adresses[1:])


def test_qui_se_desabonne_pendant_que_son_message_part_ne_le_recoit_plus_ensuite(
    banc: Banc, smtp: ServeurSmtp, facteur: Engendre
) -> None:
    (adresse,) = diffuser(banc, 1)

    def plus_tard(_: str) -> str:
        desabonner(banc, adresse)  # the carrier has the mail in hand
        return "451 4.7.1 Revenez plus tard"

    smtp.au_point["rcpt"] = plus_tard
    facteur.lancer()
    attendre(lambda: banc.etats() == {"echec_temporaire": 1})
    smtp.au_point.clear()
    banc.executer("UPDATE envois SET prochain_le = now()")
    attendre(lambda: en_attente(banc) == 0)
    assert [(e["etat"], e["erreur"]) for e in banc.envois()] == [("echec_definitif", "Cette adresse s'est désabonnée.")]
    assert smtp.recus == []


def test_qui_s_arrete_en_attendant_son_tour_a_ecrit_ce_qu_il_sait_et_rend_le_reste(
    banc: Banc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody would know of the mail before, and he would keep at his lot of a hundred until he is killed."""

    def composer(_: Envoi) -> Courrier:
        raise Abandon("Cette adresse s'est désabonnée.")

    vus = []
    diffuser(banc, 3)
    facteur = Facteur(banc.url, Config(smtp_debit=1), composer)
    monkeypatch.setattr(facteur, "_attendre", lambda _: vus.append(banc.etats()) or facteur.arreter())
    facteur.tourner()
    assert [*vus, banc.etats()] == [{"echec_definitif": 1, "prepare": 2}] * 2
    assert {e["porteur"] for e in banc.envois()} == {None}


def test_au_repos_le_serveur_est_quitte(banc: Banc, smtp: ServeurSmtp, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that tires of silent callers hangs up: the next mail would be put off."""
    lignes = []
    diffuser(banc, 1)
    conf = Config(smtp_hote="127.0.0.1", smtp_port=smtp.port)
    facteur = Facteur(banc.url, conf, lambda envoi: Courrier(envoi.destinataire, b"Bonjour\r\n"))
    monkeypatch.setattr(facteur, "_attendre", lambda _: lignes.append(facteur._smtp._smtp) or facteur.arreter())
    facteur.tourner()
    assert (banc.etats(), lignes) == ({"envoye": 1}, [None])


def test_un_courriel_auquel_on_renonce_n_est_pas_mesure_comme_un_refus(banc: Banc) -> None:
    """The alert that watches the refusals of the mail server rang for those who had unsubscribed."""

    def composer(_: Envoi) -> Courrier:
        facteur.arreter()
        raise Abandon("Cette adresse s'est désabonnée.")

    def mesure(etat: str) -> float:
        return REGISTRY.get_sample_value("ceres_envois_total", {"genre": "version", "etat": etat}) or 0.0

    diffuser(banc, 1)
    facteur = Facteur(banc.url, Config(), composer)
    avant = {etat: mesure(etat) for etat in ("abandonne", "echec_definitif")}
    facteur.tourner()
    assert banc.etats() == {"echec_definitif": 1}
    assert {etat: mesure(etat) - n for etat, n in avant.items()} == {"abandonne": 1, "echec_definitif": 0}


def test_reprendre_les_echecs_n_ecrit_pas_a_qui_s_est_desabonne(banc: Banc) -> None:
    partie, refusee = diffuser(banc, 2)
    desabonner(banc, partie)
    banc.executer("UPDATE envois SET etat = 'echec_definitif' WHERE destinataire = :c", c=refusee)
    banc.faire(NATIONAL, versions.reprendre, "1.7.1", {"echecs": True})
    assert {e["destinataire"]: e["etat"] for e in banc.envois()} == {partie: "echec_definitif", refusee: "prepare"}


def test_deux_facteurs_ne_font_pas_de_double(tmp_path: Path, banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 200)
    autre = processus_facteur(tmp_path, banc.url, smtp.port)
    smtp.lenteur = 0.2  # or the first to start would have carried them all: seen on a busy machine
    facteur.lancer()
    autre.lancer()
    attendre(lambda: smtp.connexions == 2)
    smtp.lenteur = 0
    attendre(lambda: en_attente(banc) == 0)
    autre.arreter()
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)


def test_la_base_qui_coupe_ne_fait_rien_perdre(banc: Banc, smtp: ServeurSmtp, facteur: Engendre) -> None:
    adresses = diffuser(banc, 300)
    facteur.lancer()
    for seuil in (40, 160):
        attendre(lambda seuil=seuil: len(smtp.recus) >= seuil)  # type: ignore[misc]
        banc.couper_le_facteur()
    attendre(lambda: en_attente(banc) == 0)
    assert smtp.par_adresse() == dict.fromkeys(adresses, 1)
    assert banc.etats() == {"envoye": 300}


def test_une_base_sans_place_ne_se_dit_pas_a_chaque_essai(banc: Banc, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lets itself be opened, then takes nothing: seen said each second, which hid all the rest."""
    diffuser(banc, 1)
    facteur = Facteur(banc.url, Config(), lambda _: pytest.fail("nothing can be taken"))
    pauses: list[float] = []

    def attendre_un_peu(secondes: float) -> None:
        pauses.append(secondes)
        if len(pauses) == 4:
            facteur.arreter()

    monkeypatch.setattr(facteur, "_attendre", attendre_un_peu)
    with base_pleine(banc), capture_logs() as dits:
        facteur.tourner()
    assert [dit["panne"] for dit in dits if dit["event"] == "registre_injoignable"] == ["DiskFull"]


@contextmanager
def base_pleine(banc: Banc) -> Iterator[None]:
    """No row of the ledger can be written."""
    plein = (
        "CREATE FUNCTION plein() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION SQLSTATE ''53100''; END'"
    )
    banc.executer(plein)
    banc.executer("CREATE TRIGGER plein BEFORE UPDATE ON envois EXECUTE FUNCTION plein()")
    try:
        yield
    finally:
        banc.executer("DROP FUNCTION plein CASCADE")


def test_le_debit_promis_est_tenu(tmp_path: Path, banc: Banc, smtp: ServeurSmtp) -> None:
    facteur = processus_facteur(tmp_path, banc.url, smtp.port, CERES_SMTP_DEBIT="20")
    diffuser(banc, 30)
    facteur.lancer()
    attendre(lambda: en_attente(banc) == 0)
    facteur.tuer()
    assert smtp.recus[-1].le - smtp.recus[0].le > 1.3


def test_une_convocation_passe_devant_une_diffusion(banc: Banc, smtp: ServeurSmtp) -> None:
    diffuser(banc, 3)
    personne = {"convocation_id": "c-1", "type": "candidat", "personne_id": "p-1"}
    corps: dict[str, Any] = {"session_id": "s-1", "version": 1, "numero": "n", "personnes": [personne], "annule": []}
    banc.faire(None, recevoir_convocations, corps)
    premier = banc.executer("SELECT genre FROM envois ORDER BY priorite, prochain_le, id LIMIT 1")
    assert premier == [(Genre.CONVOCATION,)]


def test_un_message_qui_ne_se_compose_pas_ne_dit_a_personne_pour_qui_il_etait() -> None:
    with capture_logs() as lignes:
        raison = _pourquoi(ValueError("zoe.petit@exemple.fr"))
    assert raison == "Ce message n'a pas pu être composé."
    assert [ligne["type"] for ligne in lignes] == ["ValueError"]
    assert "zoe.petit" not in repr(lignes)
