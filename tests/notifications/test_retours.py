"""Un retour de courrier est lu, rattaché à son envoi, et montré."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from commun.domain.errors import Introuvable
from services.notifications.commands.convocations import noter_retour, preparer_rappels, recevoir_convocations
from services.notifications.domain.retours import Retour, lire_retour
from services.notifications.events import AnnulationModifiee, EnvoiModifie
from tests.notifications.conftest import Banc
from tests.outils.simultanes import pendant

RACINE = Path(__file__).resolve().parents[2]
ENVOI = "0190a8c0-0000-7000-8000-000000000042"
REPONSE = "550 5.1.1 <nul@exemple.fr>: Recipient address rejected: User unknown"
RAISON = "550 5.1.1 <[adresse]>: Recipient address rejected: User unknown"


def retour(
    *, action: str = "failed", numero: str = ENVOI, entetes_seuls: bool = False, diagnostic: str = f"smtp; {REPONSE}"
) -> bytes:
    """Returns a bounce as Postfix writes them (RFC 3464)."""
    return f"""\
From: MAILER-DAEMON@relais.exemple.fr
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limite"

--limite
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--limite
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.exemple.fr

Final-Recipient: rfc822; nul@exemple.fr
Action: {action}
Status: 5.1.1
{f"Diagnostic-Code: {diagnostic}" if diagnostic else "X-Rien: rien"}

--limite
Content-Type: {"text/rfc822-headers" if entetes_seuls else "message/rfc822"}

From: CERES <ne-pas-repondre@ceres.invalid>
Message-ID: <{numero}@ceres.invalid>
Subject: Convocation

{"" if entetes_seuls else "…"}
--limite--
""".replace("\n", "\r\n").encode()


def retour_d_opensmtpd(action: str = "failed") -> bytes:
    """Returns a bounce as OpenSMTPD 7.6 writes them: no report, and what the server said is in its text alone."""
    return f"""\
Subject: Delivery status notification: {action}
From: Mailer Daemon <MAILER-DAEMON@relais.exemple.fr>
To: ne-pas-repondre@ceres.invalid
MIME-Version: 1.0
Content-Type: multipart/mixed;boundary="12048733499626288/relais.exemple.fr"

This is a MIME-encapsulated message.

--12048733499626288/relais.exemple.fr
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

nul@exemple.fr: {REPONSE}

    Below is a copy of the original message:

--12048733499626288/relais.exemple.fr
Content-Description: Delivery Report
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.exemple.fr

Final-Recipient: rfc822; nul@exemple.fr
Action: {action}
Status: 5.0.0

--12048733499626288/relais.exemple.fr
Content-Description: Message headers
Content-Type: text/rfc822-headers

From: CERES <ne-pas-repondre@ceres.invalid>
Message-ID: <{ENVOI}@ceres.invalid>
Subject: Convocation

--12048733499626288/relais.exemple.fr--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize("action", ["failed", "delayed"])
def test_un_retour_d_opensmtpd_se_lit_aussi(action: str) -> None:
    assert lire_retour(retour_d_opensmtpd(action)) == Retour(ENVOI, action, RAISON)


def test_ce_qu_exim_ne_dit_qu_en_clair_se_lit_aussi() -> None:
    """As Exim 4.98 writes of an address that leads nowhere."""
    brut = retour(diagnostic="", entetes_seuls=True).replace(b"rfc822; nul", b"rfc822;nul")
    avis = "This is a permanent error.\n\n  nul@exemple.fr\n    Unrouteable address\n\n"
    lu = lire_retour(brut.replace(b"I'm sorry", f"{avis}Sorry".replace("\n", "\r\n").encode()))
    assert lu and lu.raison == "Unrouteable address"


@pytest.mark.parametrize("entetes_seuls", [True, False])
def test_un_retour_dit_quel_envoi_et_pourquoi(entetes_seuls: bool) -> None:
    lu = lire_retour(retour(entetes_seuls=entetes_seuls))
    assert lu == Retour(ENVOI, "failed", RAISON) and lu.definitif


@pytest.mark.parametrize("numero", [ENVOI, f"{ENVOI}.3"])
def test_un_relais_qui_change_le_message_id_rend_l_enveloppe(numero: str) -> None:
    """As Postfix 3.10 writes, of a mail whose Message-ID its `header_checks` replaced."""
    brut = retour(numero="20261201.AC9D0", entetes_seuls=True).replace(
        b"Reporting-MTA: dns; relais.exemple.fr\r\n",
        b"Reporting-MTA: dns; relais.exemple.fr\r\nOriginal-Envelope-Id: %b\r\n" % numero.encode(),
    )
    lu = lire_retour(brut)
    assert lu and (lu.envoi_id, lu.demande) == (ENVOI, 3 if numero != ENVOI else 1)


def test_ce_qu_aucune_base_ne_tient_n_empeche_pas_de_garder_un_retour() -> None:
    lu = lire_retour(retour(diagnostic="smtp; 550 adresse\0 inconnue"))
    assert lu and lu.raison == "550 adresse inconnue"


def test_un_envoi_redemande_se_reconnait_aussi() -> None:
    lu = lire_retour(retour(numero=f"{ENVOI}.3"))
    assert lu and (lu.envoi_id, lu.demande) == (ENVOI, 3)


def test_un_retour_demesure_est_lu_aussitot() -> None:
    """Anybody may send one: what is looked for in it took minutes, and hours at the size that is read."""
    debut = time.process_time()
    demesure = retour(numero=f"{f'<{ENVOI}@' * 20_000}", diagnostic=f"smtp; 550 {'a' * 300_000}", entetes_seuls=True)
    lu = lire_retour(demesure)
    assert lu is None or len(lu.raison) == 500
    bavard = b"\r\n \r\n" * 100_000 + b"nul@exemple.fr\r\n" + b" \r\nnul@exemple.fr: " * 100_000
    lu = lire_retour(retour(diagnostic="").replace(b"I'm sorry", bavard))
    assert lu and len(lu.raison) <= 500
    assert time.process_time() - debut < 5


@pytest.mark.parametrize("devant", [True, False])
@pytest.mark.parametrize("autre", ["delayed", "delivered"])
def test_d_une_adresse_qui_mene_a_plusieurs_boites_l_echec_de_l_une_se_lit(autre: str, devant: bool) -> None:
    """Seen read as « delayed » or « delivered », with the other's words: whoever was not reached passed for reached."""
    brut = retour()
    debut = brut.index(b"Final-Recipient:")
    fin = brut.index(b"--limite", debut)
    sien = brut[debut:fin]
    une_autre = f"Final-Recipient: rfc822; un@exemple.fr\r\nAction: {autre}\r\nDiagnostic-Code: smtp; 250 Oui\r\n\r\n"
    deux = [sien, une_autre.encode()] if devant else [une_autre.encode(), sien]
    assert lire_retour(brut[:debut] + b"".join(deux) + brut[fin:]) == Retour(ENVOI, "failed", RAISON)


def test_sans_diagnostic_le_statut_suffit() -> None:
    lu = lire_retour(retour(action="Failed", diagnostic=""))  # some write it so
    assert lu and lu.raison == "5.1.1" and lu.definitif


@pytest.mark.parametrize(
    "brut",
    [
        b"",
        b"Subject: Re: convocation\r\n\r\nMerci, j'y serai.",
        b"Content-Type: multipart/report; boundary=x\r\n\r\nrien",
        b"\xff\xfe\x00" * 100,
        retour().replace(ENVOI.encode(), b"<script>"),
        retour(numero="-" * 36),  # no id, though as long: the server was told to give it again
        retour().replace(f"<{ENVOI}@ceres.invalid>".encode(), b"<"),
        retour().replace(b"Action: failed", b"X: y"),
        retour().replace(b"delivery-status", b"disposition-notification"),  # he has read it
        retour().replace(b"multipart/report", b"multipart/mixed").replace(b"MAILER-DAEMON", b"zoe.martin"),  # forwarded
    ],
)
def test_ce_qui_n_est_pas_un_retour_n_est_pas_pris_pour_un(brut: bytes) -> None:
    assert lire_retour(brut) is None


def convocation(banc: Banc, *autres: str) -> str:
    """Calls a juré, and others with him; returns the mail that he was sent."""
    personnes = [
        {"convocation_id": f"0190a8c0-0000-7000-8000-0000000000{numero}", "type": "jure", "personne_id": f"p-{numero}"}
        for numero in ("20", *autres)
    ]
    corps = {"session_id": "s-1", "version": 1, "numero": "n", "personnes": personnes, "annule": []}
    banc.faire(None, recevoir_convocations, corps)
    banc.executer("UPDATE envois SET etat = 'envoye', envoye_le = now()")
    return str(banc.envois()[0]["id"])


@pytest.mark.parametrize("etat", ["envoye", "inconnu"])
def test_la_convocation_revenue_est_en_echec_et_la_session_l_apprend(banc: Banc, etat: str) -> None:
    envoi = convocation(banc)
    banc.executer("UPDATE envois SET etat = :e, version = 3, prochain_le = now()", e=etat)
    banc.faire(None, noter_retour, Retour(envoi, "failed", RAISON))
    (apres,) = banc.envois()
    assert (apres["etat"], apres["erreur"], apres["prochain_le"]) == ("echec_definitif", RAISON, None)
    ((evenement, corps),) = banc.executer("SELECT evenement, corps FROM outbox")
    assert evenement == EnvoiModifie.nom and EnvoiModifie().validate(corps) == {}
    assert (corps["statut"], corps["erreur"]) == ("echec", RAISON)
    assert corps["version"] == apres["version"] == 4  # what it follows is of before


def test_l_adresse_que_cite_un_retour_n_est_ni_gardee_ni_annoncee(banc: Banc) -> None:
    lu = lire_retour(retour(numero=convocation(banc)))
    assert lu
    banc.faire(None, noter_retour, lu)
    assert "nul@exemple.fr" not in str(banc.envois()) + str(banc.executer("SELECT corps FROM outbox"))


@pytest.mark.parametrize(("numero", "etat"), [("{}", "envoye"), ("{}.2", "echec_definitif"), ("{}.3", "envoye")])
def test_un_retour_ne_vaut_que_pour_l_envoi_auquel_il_repond(banc: Banc, numero: str, etat: str) -> None:
    envoi = convocation(banc)
    convocation(banc)  # somebody asked for it again, after its address was corrected
    lu = lire_retour(retour(numero=numero.format(envoi)))
    assert lu
    banc.faire(None, noter_retour, lu)
    assert banc.etats() == {etat: 1}


def test_un_retour_ne_dit_rien_des_autres_envois(banc: Banc) -> None:
    envoi = convocation(banc, "21")
    for _ in range(2):  # the server may say it again
        banc.faire(None, noter_retour, Retour(envoi, "failed", RAISON))
    assert [e["etat"] for e in banc.envois()] == ["echec_definitif", "envoye"]
    assert len(banc.executer("SELECT 1 FROM outbox")) == 1


def test_un_rappel_qui_revient_n_est_pas_la_convocation_qui_revient(banc: Banc) -> None:
    convocation(banc)
    banc.faire(None, preparer_rappels, "s-1")
    banc.executer("UPDATE envois SET etat = 'envoye', envoye_le = now() WHERE genre = 'rappel'")
    (rappel,) = banc.envois(genre="rappel")
    banc.faire(None, noter_retour, Retour(str(rappel["id"]), "failed", RAISON))
    assert {e["genre"]: e["etat"] for e in banc.envois()} == {"convocation": "envoye", "rappel": "echec_definitif"}
    assert not banc.executer("SELECT 1 FROM outbox")


def test_une_annulation_qui_revient_se_dit_a_la_session(banc: Banc) -> None:
    convocation(banc)
    annulee = {"convocation_id": banc.envois()[0]["sujet"], "type": "jure", "personne_id": "p-20"}
    corps = {"session_id": "s-1", "version": 1, "numero": "n", "personnes": [], "annule": [annulee]}
    banc.faire(None, recevoir_convocations, corps)
    banc.executer("UPDATE envois SET etat = 'envoye', envoye_le = now() WHERE genre = 'annulation'")
    (annulation,) = banc.envois(genre="annulation")
    banc.faire(None, noter_retour, Retour(str(annulation["id"]), "failed", RAISON))
    ((evenement, dit),) = banc.executer("SELECT evenement, corps FROM outbox")
    assert evenement == AnnulationModifiee.nom and AnnulationModifiee().validate(dit) == {}
    assert (dit["convocation_id"], dit["statut"]) == (annulee["convocation_id"], "echec")


def test_un_retour_lu_pendant_qu_on_redemande_l_envoi_ne_l_arrete_pas(banc: Banc) -> None:
    envoi = convocation(banc)
    redemande = f"UPDATE envois SET etat = 'prepare', demande = 2, version = version + 1 WHERE id = '{envoi}'"
    lire = partial(banc.faire, None, noter_retour, Retour(envoi, "failed", RAISON))
    assert pendant("notifications", redemande, lire) == "fait"
    assert banc.etats() == {"prepare": 1}


def test_un_retard_n_est_pas_un_echec(banc: Banc) -> None:
    envoi = convocation(banc)
    banc.faire(None, noter_retour, Retour(envoi, "delayed", "4.4.1"))
    assert banc.envois()[0]["etat"] == "envoye" and not banc.executer("SELECT 1 FROM outbox")


def test_un_retour_inconnu(banc: Banc) -> None:
    with pytest.raises(Introuvable):
        banc.faire(None, noter_retour, Retour(ENVOI, "failed", RAISON))


def test_la_commande_que_lance_le_serveur_de_messagerie(banc: Banc) -> None:
    envoi = convocation(banc)
    commande = [sys.executable, "-m", "services.notifications.retours"]
    env = os.environ | {"DATABASE_URL": banc.url}
    dits = [
        subprocess.run(commande, input=brut, env=env, cwd=RACINE, capture_output=True, check=True).stdout.decode()
        for brut in (retour(numero=envoi), retour(), b"Bonjour")
    ]
    assert dits == [
        f"{envoi} : failed, {RAISON}\n",
        "Ce retour ne répond à aucun envoi connu.\n",
        "Ce message n'est pas un retour.\n",
    ]
    assert banc.envois()[0]["etat"] == "echec_definitif"


@pytest.mark.parametrize(
    ("base", "phrase"),
    [
        ("postgresql://x@127.0.0.1:9/x", "Le service est momentanément indisponible"),
        ("", "Une erreur inattendue s'est produite"),  # empty: without its tables
        ("la-base", "DATABASE_URL_NOTIFICATIONS doit nommer la base de notifications"),
    ],
)
def test_une_base_qui_ne_le_prend_pas_fait_redonner_le_retour(
    base_vierge: Callable[[], str], base: str, phrase: str
) -> None:
    """Any other code has a mail server send it back to who sent it, and nobody ever knows that the address is dead."""
    commande = [sys.executable, "-m", "services.notifications.retours"]
    env = os.environ | {"DATABASE_URL_NOTIFICATIONS": base or base_vierge()}
    fait = subprocess.run(commande, input=retour(), env=env, cwd=RACINE, capture_output=True, check=False)
    dit = fait.stderr.decode().splitlines()
    assert (fait.returncode, dit[-1].startswith(phrase)) == (75, True), dit
