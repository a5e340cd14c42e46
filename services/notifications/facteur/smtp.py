"""The mail server: one connection kept busy, and for each mail what it answered, or how far it had come."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from commun.config import Config
from commun.fils import attendre, lancer
from commun.telemetry import journal

_PATIENCE = 30.0
_PATIENCE_FIN = 600.0
"""Seconds left to the server after the last byte (RFC 5321, 4.5.3.2.6): who hangs up early makes doubles."""


class ServeurInjoignable(Exception):
    """No mail can leave now; it is no mail's fault."""


@dataclass(frozen=True)
class Reponse:
    """What the server said of a mail.

    `code` 0: it said nothing. `remis`: whether it had got the last byte by then, and so may have taken the mail.
    """

    code: int
    texte: str
    remis: bool = False


class LigneSmtp:
    """The connection. It opens when needed, and again when it broke."""

    def __init__(self, conf: Config, expediteur: str) -> None:
        self._conf = conf
        self._expediteur = expediteur
        self._smtp: smtplib.SMTP | None = None
        self._dsn = False
        self._en_rafale = False

    def transmettre(self, adresse: str, contenu: bytes, enveloppe: str, entrer: Callable[[], bool]) -> Reponse | None:
        """Hands one mail to the server.

        Args:
            contenu: the message, its lines already fit for SMTP (CRLF, dots doubled).
            enveloppe: what a bounce will give back, where the server knows how.
            entrer: begun once the recipient is accepted, ended before the content leaves; false calls the mail back.

        Returns:
            The server's answer; `None` where the mail was called back.

        Raises:
            ServeurInjoignable: the server cannot be reached, or wants nobody.
        """
        smtp = self._smtp or self._ouvrir()
        options = f" ENVID={enveloppe} RET=HDRS" if self._dsn else ""
        remis = False
        try:
            code, texte = self._proposer(smtp, adresse, options)
            if code not in (250, 251):
                return self._renoncer(smtp, code, texte)
            code, texte, permis = self._entrer(smtp, entrer)
            if code != 354:
                return self._renoncer(smtp, code, texte)
            if not permis:
                self.fermer()  # after 354 there is no other way to take it back
                return None
            fin = b".\r\n" if contenu.endswith(b"\r\n") else b"\r\n.\r\n"
            smtp.send(contenu + fin)
            remis = True
            return self._verdict(smtp)
        except (OSError, smtplib.SMTPException) as panne:  # a silence, a cut
            self.fermer()
            return Reponse(0, f"Le serveur de messagerie a coupé la communication ({type(panne).__name__}).", remis)
        except BaseException:
            self.fermer()  # a dialogue left in the middle is good for nobody
            raise

    def fermer(self) -> None:
        """Ends the connection."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.close()
            self._smtp = None

    def quitter(self) -> None:
        """Ends the connection politely."""
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.docmd("QUIT")
        self.fermer()

    def _proposer(self, smtp: smtplib.SMTP, adresse: str, options: str) -> tuple[int, bytes]:
        """Says from whom and to whom; where the server takes commands in a row (RFC 2920), DATA is said with them."""
        mail, rcpt = f"MAIL FROM:<{self._expediteur}>{options}", f"RCPT TO:<{adresse}>"
        if self._en_rafale:
            smtp.send(f"{mail}\r\n{rcpt}\r\nDATA\r\n")
            code, texte = smtp.getreply()
            if connu := code == 250:
                code, texte = smtp.getreply()
                if code in (250, 251):
                    return code, texte
            with self._ou_quitter():
                autres = [smtp.getreply() for _ in range(1 if connu else 2)]
                if autres[-1][0] == 354:
                    self.fermer()  # it waits for a mail that nobody will take
            return code, texte
        code, texte = smtp.docmd(mail)
        return smtp.docmd(rcpt) if code == 250 else (code, texte)

    def _entrer(self, smtp: smtplib.SMTP, entrer: Callable[[], bool]) -> tuple[int, bytes, bool]:
        """Has a mail entered while the server answers DATA; returns this answer, and whether its content may leave."""
        entree = lancer(entrer)
        try:
            code, texte = self._reponse_a_data(smtp)
        finally:
            entree.wait()  # a cut too: entering must not come after what is then noted of this mail
        return code, texte, attendre(entree)

    def _verdict(self, smtp: smtplib.SMTP) -> Reponse:
        """Returns what the server makes of a mail, all of which it has got.

        Raises:
            SMTPServerDisconnected: it does not say, or was cut as it said: smtplib takes for a code the first digits
                of one, « 25 ».
        """
        assert smtp.sock
        smtp.sock.settimeout(_PATIENCE_FIN)
        code, texte = smtp.getreply()
        smtp.sock.settimeout(_PATIENCE)
        if not 200 <= code < 600:
            raise smtplib.SMTPServerDisconnected(code)
        if code == 421:
            self.fermer()
        return Reponse(code, _lisible(texte), remis=True)

    def _reponse_a_data(self, smtp: smtplib.SMTP) -> tuple[int, bytes]:
        return smtp.getreply() if self._en_rafale else smtp.docmd("DATA")

    def _renoncer(self, smtp: smtplib.SMTP, code: int, texte: bytes) -> Reponse:
        """Ends a mail that the server refused, so that the next one may begin."""
        if code == 421:
            self.fermer()
        elif code == 452:  # of a line that has carried a hundred, OpenSMTPD takes no more, and leaves it open
            self.quitter()
        elif self._smtp is not None:
            with self._ou_quitter():
                if smtp.rset()[0] != 250:  # what Postfix says there, after some refusals, is that it hangs up
                    self.fermer()
        return Reponse(code, _lisible(texte))

    @contextmanager
    def _ou_quitter(self) -> Iterator[None]:
        """Goes on after a refusal, which holds whatever follows: some servers hang up with it."""
        try:
            yield
        except (OSError, smtplib.SMTPException):
            self.fermer()

    def _ouvrir(self) -> smtplib.SMTP:
        conf = self._conf
        smtp: smtplib.SMTP | None = None
        try:
            if conf.smtp_tls == "implicite":
                smtp = smtplib.SMTP_SSL(
                    conf.smtp_hote, conf.smtp_port, timeout=_PATIENCE, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(conf.smtp_hote, conf.smtp_port, timeout=_PATIENCE)
            if conf.smtp_tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if conf.smtp_identifiant:
                smtp.login(conf.smtp_identifiant, conf.smtp_mot_de_passe)
            smtp.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException, UnicodeError) as panne:
            if smtp is not None:
                smtp.close()  # else what smtplib raises holds it open, one more at each try
            journal.warning("smtp_injoignable", panne=type(panne).__name__, raison=_raison(panne))
            raise ServeurInjoignable() from panne
        self._dsn = smtp.has_extn("dsn")
        self._en_rafale = smtp.has_extn("pipelining")
        self._smtp = smtp
        return smtp


def _raison(panne: OSError | smtplib.SMTPException | UnicodeError) -> str:
    """Returns what kept a line from being opened: no mail was spoken of yet, so it names nobody."""
    if isinstance(panne, UnicodeError):  # smtplib says nothing but ASCII; what it says of it shows a part of the secret
        return "CERES_SMTP_HOTE n'est pas un nom, ou le compte CERES_SMTP_… n'est pas en ASCII (lettres sans accent)"
    if isinstance(panne, smtplib.SMTPResponseException) and isinstance(panne.smtp_error, bytes):
        return f"{panne.smtp_code} {_lisible(panne.smtp_error)}"
    return str(panne)


def _lisible(texte: bytes) -> str:
    return " ".join(texte.decode(errors="replace").split())
