"""E-mail over SMTP (RFC 5321), by the standard library in a thread: a few letters a week need no more."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from functools import partial

from bot.configured.route_settings import EmailRoute
from bot.routes.contract import Letter, MayHaveArrivedError, NotSentError
from bot.threads import in_own_thread

_TIMEOUT_S = 20.0


class Email:
    """One mail server with its recipients."""

    def __init__(self, settings: EmailRoute, *, tls: ssl.SSLContext) -> None:
        """Nothing is reached yet."""
        self._its = settings
        self._tls = tls

    async def send(self, letter: Letter) -> None:
        """As `Route.send`: sent means that the server has taken it for at least one recipient."""
        await in_own_thread(partial(self._send, letter))

    def _send(self, letter: Letter) -> None:
        message = self._message(letter)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError(f"{self._its.host} does not let us send: {_said(error)}") from error
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise NotSentError(f"{self._its.host} takes no mail for these addresses") from error
        except smtplib.SMTPResponseException as error:
            raise NotSentError(f"{self._its.host} refuses the mail: {_said(error)}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise MayHaveArrivedError(f"{self._its.host} gave no answer: {_said(error)}") from error
        finally:
            # What the server has taken stays taken, whatever becomes of the connection.
            server.close()

    def _connect(self) -> smtplib.SMTP:
        its = self._its
        # Without a name of ours the library would look this machine's up, which the egress guard refuses.
        name = its.sender.partition("@")[2]
        if its.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(its.host, its.port, name, timeout=_TIMEOUT_S, context=self._tls)
        else:
            server = smtplib.SMTP(its.host, its.port, name, _TIMEOUT_S)
        try:
            if its.security == "starttls":
                server.starttls(context=self._tls)
            if its.user:
                server.login(its.user, its.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(letter.subject.split())
        message["From"] = self._its.sender
        message["To"] = ", ".join(self._its.to)
        message["Message-ID"] = f"<reviewbot.{letter.number}@{self._its.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        if letter.is_urgent:
            message["Importance"] = "high"
        message.set_content(letter.text)
        return message


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it does not accept the user and password"
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"[:200]
    return (str(error) or type(error).__name__)[:200]
