"""The line to the mail server: what it is trusted with, what each answer makes of a mail, and of the next."""

import smtplib
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from structlog.testing import capture_logs

from commun.config import Config
from local.ports import port_libre
from services.notifications.facteur import smtp
from services.notifications.facteur.smtp import LigneSmtp, Reponse, ServeurInjoignable
from tests.commun.bus.test_tls import certifier
from tests.notifications.serveur_smtp import ServeurSmtp
from tests.outils.attente import attendre

CONTENU = b"Subject: essai\r\n\r\nBonjour\r\n"


def envoyer(ligne: LigneSmtp, contenu: bytes = CONTENU, adresse: str = "a@exemple.fr") -> Reponse:
    reponse = ligne.transmettre(adresse, contenu, "e-1", lambda: True)
    assert reponse
    return reponse


# -- encrypted, with who it says that it is


@dataclass
class Chiffre:
    """A mail server that speaks TLS, and what came to it."""

    contexte: ssl.SSLContext | None
    implicite: bool
    refuse: bool = False
    port: int = field(default_factory=port_libre)
    mots_de_passe: list[bytes] = field(default_factory=list)
    recus: list[Any] = field(default_factory=list)

    async def handle_DATA(self, serveur: SMTP, session: Session, env: Envelope) -> str:
        self.recus.append(env.content)
        return "250 OK"

    def authentifier(self, *arguments: Any) -> AuthResult:
        self.mots_de_passe.append(arguments[-1].password)
        return AuthResult(success=not self.refuse, handled=False)

    @contextmanager
    def ouvert(self) -> Iterator["Chiffre"]:
        ici = self

        class Serveur(Controller):
            def factory(self) -> SMTP:
                commence = None if ici.implicite else ici.contexte
                return SMTP(
                    ici, tls_context=commence, authenticator=ici.authentifier, auth_require_tls=commence is not None
                )

        port = {"hostname": "127.0.0.1", "port": self.port}
        serveur = Serveur(self, ssl_context=self.contexte if self.implicite else None, **port)
        serveur.start()
        try:
            yield self
        finally:
            serveur.stop()


@pytest.mark.parametrize("tls", ["starttls", "implicite"])
@pytest.mark.parametrize(
    ("nom", "connu", "part"), [("localhost", True, True), ("localhost", False, False), ("ailleurs", True, False)]
)
def test_le_mot_de_passe_ne_va_qu_au_serveur_qui_prouve_son_nom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str, nom: str, connu: bool, part: bool
) -> None:
    fichier, contexte = certifier(tmp_path, nom), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(fichier)
    if connu:
        monkeypatch.setenv("SSL_CERT_FILE", str(fichier))
    with Chiffre(contexte, implicite=tls == "implicite").ouvert() as serveur:
        acces = {"smtp_identifiant": "ceres", "smtp_mot_de_passe": "un secret"}
        ligne = LigneSmtp(Config(smtp_hote="localhost", smtp_port=serveur.port, smtp_tls=tls, **acces), "m@exemple.fr")
        if part:
            assert envoyer(ligne).code == 250
            ligne.quitter()
        else:
            with pytest.raises(ServeurInjoignable):
                envoyer(ligne)
    assert (serveur.mots_de_passe, len(serveur.recus)) == (([b"un secret"], 1) if part else ([], 0))


def test_un_serveur_qui_ne_chiffre_plus_ne_recoit_rien() -> None:
    with Chiffre(None, implicite=False).ouvert() as serveur:
        acces = {"smtp_identifiant": "ceres", "smtp_mot_de_passe": "un secret"}
        reglages = Config(smtp_hote="127.0.0.1", smtp_port=serveur.port, smtp_tls="starttls", **acces)
        with pytest.raises(ServeurInjoignable):
            envoyer(LigneSmtp(reglages, "m@exemple.fr"))
    assert (serveur.mots_de_passe, serveur.recus) == ([], [])


@pytest.mark.parametrize(("port_ouvert", "dit"), [(True, "535 5.7.8"), (False, "Connection refused")])
def test_ce_qui_tient_la_ligne_fermee_est_au_journal(port_ouvert: bool, dit: str) -> None:
    """Seen without: a password that the server refuses, a certificate that is out of date, a port that nobody holds."""
    with Chiffre(None, implicite=False, refuse=True).ouvert() as serveur, capture_logs() as lignes:
        acces = {"smtp_identifiant": "ceres", "smtp_mot_de_passe": "un secret"}
        port = serveur.port if port_ouvert else port_libre()
        with pytest.raises(ServeurInjoignable):
            envoyer(LigneSmtp(Config(smtp_hote="127.0.0.1", smtp_port=port, **acces), "m@exemple.fr"))
    ((ligne,), texte) = lignes, str(lignes)
    assert ligne["event"] == "smtp_injoignable" and dit in ligne["raison"]
    assert "un secret" not in texte


@pytest.mark.parametrize("reglage", [{"smtp_hote": "127.0.0.1..1"}, {"smtp_mot_de_passe": "un sécret"}])
def test_un_reglage_que_l_on_ne_peut_pas_dire_est_au_journal_et_ne_s_y_lit_pas(reglage: dict[str, str]) -> None:
    """Seen said to be a fault of the code, each second, and the server asked as often."""
    with Chiffre(None, implicite=False).ouvert() as serveur, capture_logs() as lignes:
        acces = {"smtp_hote": "127.0.0.1", "smtp_identifiant": "ceres", "smtp_mot_de_passe": "un secret"} | reglage
        with pytest.raises(ServeurInjoignable):
            envoyer(LigneSmtp(Config(smtp_port=serveur.port, **acces), "m@exemple.fr"))
    (ligne,) = lignes
    assert ligne["event"] == "smtp_injoignable" and "CERES_SMTP_HOTE" in ligne["raison"]
    assert "cret" not in str(lignes) and "\\xe9" not in str(lignes)


# -- what it answers


class Dialogue:
    """A mail server that answers each command as it is told: « RCPT » → « 251 Je fais suivre »; « coupe » hangs up,
    « ... » says nothing. `.` is the end of the content.
    """

    def __init__(self, **reponses: str) -> None:
        self.reponses = reponses
        self.recues: list[str] = []
        self.connexions = self.fermees = 0
        self.prise = socket.create_server(("127.0.0.1", 0))
        Thread(target=self._servir, daemon=True).start()

    def ligne(self, **acces: str) -> LigneSmtp:
        reglages = Config(smtp_hote="127.0.0.1", smtp_port=self.prise.getsockname()[1], **acces)
        return LigneSmtp(reglages, "m@exemple.fr")

    def _servir(self) -> None:
        while True:
            client, _ = self.prise.accept()
            self.connexions += 1
            Thread(target=self._jusqu_au_bout, args=(client,), daemon=True).start()

    def _jusqu_au_bout(self, client: socket.socket) -> None:
        self._parler(client)
        self.fermees += 1

    def _parler(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lignes:
            if not self._dire(client, "220", "220 essai"):
                return
            dedans = False
            for brute in lignes:
                ligne = brute.decode().removesuffix("\r\n")
                self.recues.append(ligne)
                if dedans and ligne != ".":
                    continue
                verbe = ligne.split(" ")[0].split(":")[0].upper()
                extensions = self.reponses.get("extensions", "")
                usuelle = {"EHLO": f"250-essai\r\n{extensions}250 HELP", "DATA": "354 Allez-y"}.get(verbe, "250 OK")
                if not self._dire(client, verbe, usuelle):
                    return
                dedans = verbe == "DATA" and self.reponses.get("DATA", "354").startswith("354")

    def _dire(self, client: socket.socket, quand: str, usuelle: str) -> bool:
        reponse = self.reponses.get(quand, usuelle)
        if reponse not in ("...", "coupe"):
            client.sendall(f"{reponse}\r\n".encode())
        if reponse == "coupe":  # without a word; else what it has said comes first
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return not reponse.endswith("coupe")


def test_une_ligne_refusee_n_est_pas_tenue_ouverte() -> None:
    """Seen held by the error that smtplib raises, one more at each try."""
    serveur = Dialogue(extensions="250-AUTH PLAIN\r\n", AUTH="535 5.7.8 Non")
    with pytest.raises(ServeurInjoignable):
        envoyer(serveur.ligne(smtp_identifiant="ceres", smtp_mot_de_passe="un secret"))
    attendre(lambda: serveur.fermees == 1, 5)


RAFALE = {"extensions": "250-PIPELINING\r\n"}


@pytest.mark.parametrize("maniere", [{}, RAFALE], ids=["une à une", "en rafale"])
@pytest.mark.parametrize(
    ("dites", "reponse", "connexions"),
    [
        ({}, Reponse(250, "OK", remis=True), 1),
        ({"RCPT": "251 Je fais suivre"}, Reponse(250, "OK", remis=True), 1),
        (
            {"MAIL": "451 Plus tard", "RCPT": "503 D'abord MAIL", "DATA": "503 D'abord RCPT"},
            Reponse(451, "Plus tard"),
            1,
        ),
        ({"RCPT": "550 Inconnue", "DATA": "503 D'abord RCPT"}, Reponse(550, "Inconnue"), 1),
        ({"RCPT": "421 Je ferme", "DATA": "421 Je ferme"}, Reponse(421, "Je ferme"), 2),
        ({"DATA": "421 Je ferme"}, Reponse(421, "Je ferme"), 2),
        # OpenSMTPD 7.6, of the 101st mail of a line, and of each that follows
        ({"RCPT": "452 Too many messages sent", "DATA": "503 No"}, Reponse(452, "Too many messages sent"), 2),
        ({"MAIL": "550 Pas de vous : coupe"}, Reponse(550, "Pas de vous : coupe"), 2),
        ({"RCPT": "550 Inconnue : coupe"}, Reponse(550, "Inconnue : coupe"), 2),
        ({"DATA": "554 Refusé : coupe"}, Reponse(554, "Refusé : coupe"), 2),
        # Postfix 3.10 (`smtpd_hard_error_limit`), of whom ten addresses in a row were refused
        (
            {"RCPT": "550 Inconnue", "DATA": "503 No", "RSET": "421 Too many errors : coupe"},
            Reponse(550, "Inconnue"),
            2,
        ),
        ({".": "421 Je ferme"}, Reponse(421, "Je ferme", remis=True), 2),
        ({".": "552 Trop gros"}, Reponse(552, "Trop gros", remis=True), 1),
    ],
)
def test_apres_chaque_reponse_le_suivant_part(
    maniere: dict[str, str], dites: dict[str, str], reponse: Reponse, connexions: int
) -> None:
    serveur = Dialogue(**maniere, **dites)
    ligne = serveur.ligne()
    assert envoyer(ligne) == reponse
    serveur.reponses = maniere
    assert envoyer(ligne) == Reponse(250, "OK", remis=True)
    assert serveur.connexions == connexions


def test_un_serveur_qui_attend_le_contenu_d_une_adresse_refusee_est_quitte() -> None:
    """Some answer each command of a row by itself."""
    serveur = Dialogue(**RAFALE, RCPT="550 Inconnue")
    ligne = serveur.ligne()
    assert envoyer(ligne) == Reponse(550, "Inconnue")
    assert "rset" not in serveur.recues  # it would be taken for the content, and its answer waited for
    serveur.reponses = RAFALE
    assert envoyer(ligne).code == 250
    assert serveur.connexions == 2


@pytest.mark.parametrize(
    ("quand", "dit", "remis"),
    [("RCPT", "coupe", False), ("DATA", "coupe", False), (".", "coupe", True), (".", "25 coupe", True)],
)
def test_une_coupure_dit_si_le_message_a_pu_etre_pris_et_n_atteint_que_lui(quand: str, dit: str, remis: bool) -> None:
    """Cut in the middle of its answer too: « 25 », all that was left of « 250 », had a release leave twice."""
    serveur = Dialogue(**{quand: dit})
    ligne = serveur.ligne()
    coupee = envoyer(ligne)
    assert (coupee.code, coupee.remis) == (0, remis)
    serveur.reponses = {}
    assert envoyer(ligne).code == 250


def test_un_message_dont_la_fin_n_est_pas_partie_n_a_pas_pu_etre_pris() -> None:
    coupee = envoyer(Dialogue(DATA="354 coupe").ligne(), b"x" * 20_000_000)
    assert (coupee.code, coupee.remis) == (0, False)


def test_un_message_rappele_au_dernier_instant_ne_part_pas() -> None:
    serveur = Dialogue()
    ligne = serveur.ligne()
    assert ligne.transmettre("a@exemple.fr", CONTENU, "e-1", lambda: False) is None
    assert envoyer(ligne).code == 250
    assert (serveur.recues.count("Bonjour"), serveur.connexions) == (1, 2)


def test_ce_qui_part_est_le_message_rien_de_plus() -> None:
    serveur = Dialogue()
    for contenu in (CONTENU, CONTENU.removesuffix(b"\r\n")):
        envoyer(serveur.ligne(), contenu)
        debut, fin = serveur.recues.index("DATA") + 1, serveur.recues.index(".")
        assert serveur.recues[debut:fin] == ["Subject: essai", "", "Bonjour"]
        assert serveur.recues[debut - 3 : debut] == ["MAIL FROM:<m@exemple.fr>", "RCPT TO:<a@exemple.fr>", "DATA"]
        serveur.recues.clear()


def test_le_numero_de_l_envoi_n_est_dit_qu_a_qui_le_rendra() -> None:
    serveur = Dialogue(extensions="250-DSN\r\n")
    envoyer(serveur.ligne())
    assert "MAIL FROM:<m@exemple.fr> ENVID=e-1 RET=HDRS" in serveur.recues


def test_un_serveur_muet_est_quitte_mais_pas_au_milieu_de_sa_reponse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hangs up early, the content sent, makes doubles."""
    monkeypatch.setattr(smtp, "_PATIENCE", 0.5)
    debut = time.monotonic()
    with pytest.raises(ServeurInjoignable):
        envoyer(Dialogue(**{"220": "..."}).ligne())
    serveur = Dialogue(**{".": "..."})
    ligne = serveur.ligne()
    monkeypatch.setattr(smtp, "_PATIENCE_FIN", 1.5)
    assert envoyer(ligne).remis and time.monotonic() - debut >= 2
    monkeypatch.setattr(smtp, "_PATIENCE_FIN", 60)
    serveur.reponses = {}
    assert envoyer(ligne).code == 250
    serveur.reponses = {"MAIL": "..."}
    assert not envoyer(ligne).remis
    assert time.monotonic() - debut < 20


def test_un_serveur_chiffre_n_est_pas_attendu_plus_longtemps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left to itself, smtplib waits without end: no mail would leave any more."""
    patiences = []

    def se_taire(*_: Any, timeout: float | None = None, **__: Any) -> None:
        patiences.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(smtplib, "SMTP_SSL", se_taire)
    with pytest.raises(ServeurInjoignable):
        envoyer(LigneSmtp(Config(smtp_hote="127.0.0.1", smtp_port=1, smtp_tls="implicite"), "m@exemple.fr"))
    assert patiences == [smtp._PATIENCE]


def test_ce_qui_appelle_un_message_par_erreur_laisse_la_ligne(
    smtp: ServeurSmtp, capfd: pytest.CaptureFixture[str]
) -> None:
    """An error of ours in the middle of a dialogue leaves nothing of it to the next mail, nor its stack in the log."""
    ligne = LigneSmtp(Config(smtp_hote="127.0.0.1", smtp_port=smtp.port), "m@exemple.fr")

    def echouer() -> bool:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ligne.transmettre("a@exemple.fr", CONTENU, "e-1", echouer)
    assert "Traceback" not in capfd.readouterr().err
    assert envoyer(ligne).code == 250
    assert smtp.par_adresse() == {"a@exemple.fr": 1}
