"""Postman: takes a mail out of the house, by SMTP or, where there is no server, into a folder."""

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from voucher_service.kernel.config import Settings
from voucher_service.kernel.mail import OutgoingMail

_PATIENCE_SECONDS = 30
_LOCAL = ("localhost", "127.0.0.1", "::1")
_REFUSED_FOR_GOOD = range(500, 600)
_NAME = "PASS numérique"


class NotDelivered(Exception):  # noqa: N818 -- a postman may come back with a letter
    """The mail did not leave: ``reason`` in one word, and whether trying again is of no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        """Say why; never with an address or a text in it."""
        super().__init__(reason)
        self.reason, self.is_final = reason, is_final


class Postman(Protocol):
    """Whoever takes mails out of the house."""

    def deliver(self, mail: OutgoingMail) -> None:
        """Take this mail out; raises ``NotDelivered``."""


def postman(settings: Settings) -> Postman:
    """Return who delivers for this installation: the server of ``SMTP_URL``, or the folder ``mail``."""
    if settings.smtp_url is None:
        return Folder(settings.var_dir / "mail", settings.mail_from)
    return Relay(settings.smtp_url, settings.mail_from)


def written(mail: OutgoingMail, *, sender: str) -> EmailMessage:
    """Write a mail as it leaves: plain text, in French, the same bytes each time (RFC 5322, RFC 3834)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{_NAME} <{sender}>"
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(mail.body or "", cte="quoted-printable")
    return message


@dataclass(frozen=True, slots=True)
class Folder:
    """Puts each mail into a file, for a demonstration or while there is no server."""

    folder: Path
    sender: str

    def deliver(self, mail: OutgoingMail) -> None:
        """Write the file, whole or not at all; raises ``NotDelivered``."""
        path = self.folder / f"{mail.id}.eml"
        draft = path.with_suffix(".draft")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(written(mail, sender=self.sender).as_bytes())
            draft.rename(path)
        except OSError as error:
            raise NotDelivered("folder-refused") from error


class Relay:
    """Sends each mail through an SMTP server.

    ``smtps`` is encrypted from the start. ``smtp`` becomes so where the server can; a password is never sent
    in clear to another machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        """Read the address, ``smtp(s)://user:password@host:port``; nothing is opened yet."""
        parts = urlsplit(url)
        self._encrypted = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._encrypted else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender

    def deliver(self, mail: OutgoingMail) -> None:
        """Hand the mail to the server; raises ``NotDelivered``."""
        message = written(mail, sender=self._sender)
        try:
            with closing(self._open()) as server:
                self._enter(server)
                server.send_message(message, from_addr=self._sender, to_addrs=[mail.recipient])
                # It has left: however the server says goodbye, it is not sent again.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotDelivered(f"smtp-{code}", is_final=code in _REFUSED_FOR_GOOD) from error
        except smtplib.SMTPDataError as error:
            final = error.smtp_code in _REFUSED_FOR_GOOD
            raise NotDelivered(f"smtp-{error.smtp_code}", is_final=final) from error
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"smtp-{error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered("no-connection") from error

    def _open(self) -> smtplib.SMTP:
        if not self._encrypted:
            return smtplib.SMTP(self._host, self._port, timeout=_PATIENCE_SECONDS)
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(self._host, self._port, timeout=_PATIENCE_SECONDS, context=context)

    def _enter(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self._encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif not self._encrypted and self._user and self._host not in _LOCAL:
            raise NotDelivered("no-encryption")
        if self._user:
            server.login(self._user, self._password)
