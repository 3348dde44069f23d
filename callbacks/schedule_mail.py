"""Sends what a schedule has made by mail, to the server that the settings name and to no other; without one nothing is ever sent."""

import mimetypes
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from callbacks.guard import is_loopback
from data.schedules.plan import ADDRESS

STARTTLS, SSL, NONE = "starttls", "ssl", "none"
# what most servers take as a whole is 25 MB; attachments grow by a third on the way
MOST_BYTES = 18_000_000
SECONDS = 60.0


class MailError(Exception):
    """Nothing was sent, or not to everybody. ``code`` names the message (``schedules.mail.<code>``), ``params`` fill it in."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server of the settings."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    tls: str

    def checked(self) -> "Server":
        """Itself. Raises MailError when the settings are not whole, or would send a password in the clear."""
        if not self.host:
            raise MailError("no_server")
        if not ADDRESS.fullmatch(self.sender):
            raise MailError("sender", address=self.sender[:100])
        if self.tls not in (STARTTLS, SSL, NONE):
            raise MailError("tls", tls=self.tls[:20])
        if self.tls == NONE and not is_loopback(self.host):
            raise MailError("open")
        return self


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    body: bytes


def message(server: Server, to: Sequence[str], subject: str, text: str, files: Sequence[Attachment]) -> EmailMessage:
    """The message, in which subject and file names may be Chinese. Raises MailError when it is too large."""
    size = sum(len(each.body) for each in files)
    if size > MOST_BYTES:
        raise MailError("large", size=f"{size / 1e6:.1f}", most=MOST_BYTES // 1_000_000)
    out = EmailMessage()
    # a title out of a ledger has no say in the head of a message
    out["Subject"] = " ".join(subject.split())[:200]
    out["From"], out["To"] = server.sender, ", ".join(to)
    out["Date"], out["Message-ID"] = formatdate(), make_msgid(domain=server.sender.rpartition("@")[2])
    # a schedule is no person: nobody's absence note is meant for it
    out["Auto-Submitted"] = "auto-generated"
    out.set_content(text.encode("utf-8", "replace").decode("utf-8"))
    for each in files:
        kind, _, sub = (mimetypes.guess_type(each.name)[0] or "application/octet-stream").partition("/")
        if kind == "text":
            # a text part would be written anew line by line, and its hash would be another
            kind, sub = "application", "octet-stream"
        out.add_attachment(each.body, maintype=kind, subtype=sub, filename=each.name)
    return out


def send(server: Server, mail: EmailMessage) -> None:
    """Send a message. Raises MailError."""
    server.checked()
    try:
        with _connected(server) as line:
            if server.user:
                line.login(server.user, server.password)
            refused = line.send_message(mail)
    except smtplib.SMTPRecipientsRefused as problem:
        raise MailError("refused", addresses=", ".join(problem.recipients)) from None
    except smtplib.SMTPAuthenticationError:
        raise MailError("login") from None
    except (smtplib.SMTPException, OSError) as problem:
        raise MailError("failed", why=_said(problem)) from None
    if refused:
        raise MailError("some_refused", addresses=", ".join(refused))


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == SSL:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    if server.tls == STARTTLS:
        try:
            line.starttls(context=context)
        except BaseException:
            line.close()
            raise
    return line


def _said(problem: Exception) -> str:
    """What the server or the system said, on one line."""
    if isinstance(problem, smtplib.SMTPResponseException):
        said = problem.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return " ".join(f"{problem.smtp_code} {text}".split())[:200]
    return " ".join(str(problem).split())[:200] or type(problem).__name__
