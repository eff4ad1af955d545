"""Sends a mail over SMTP to the server of the settings. Whatever it does ends as an Attempt."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from claims.errors import InvalidInput
from claims.text import fold_spaces
from claims.webhooks import Attempt

STEP_S = 10.0
"""Seconds for one answer of the server."""
TOTAL_S = 40.0
"""Seconds for the whole attempt: less than the lease of a delivery (workers/context.py)."""
SHOWN_CHARACTERS = 200
"""Maximum characters of a failure that the log of deliveries keeps."""
CODE = "mail-server"
"""The code of an attempt that the server refused or did not answer."""
_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """`security` is smtp (none), starttls or smtps. Without `user` nobody signs in."""

    security: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailer:
    """How mails are sent. The server is the operator's, so it may be on a private network."""

    server: SmtpServer
    sender: str
    step_s: float = STEP_S
    total_s: float = TOTAL_S

    def send(self, message: EmailMessage, recipient: str) -> Attempt:
        """Send `message` to one address, and return how the attempt ended, within `total_s`.

        Of a mail that the server took, `status_code` is 250.
        """
        started = time.monotonic()
        error = None
        try:
            with self._connect() as client:
                client.send_message(message, self.sender, [recipient])
        except (smtplib.SMTPException, OSError) as failure:
            error = _explain(failure)
        took_ms = round((time.monotonic() - started) * 1000)
        return Attempt(
            status_code=None if error else 250, duration_ms=took_ms, error=error, code=CODE
        )

    @contextmanager
    def _connect(self) -> Iterator[smtplib.SMTP]:
        """A session that is signed in, and cut off after `total_s`."""
        server, tls = self.server, ssl.create_default_context()
        name = self.sender.rpartition("@")[2]
        client = (
            smtplib.SMTP_SSL(local_hostname=name, timeout=self.step_s, context=tls)
            if server.security == "smtps"
            else smtplib.SMTP(local_hostname=name, timeout=self.step_s)
        )
        watchdog = threading.Timer(self.total_s, _cut_off, (client,))
        watchdog.daemon = True
        watchdog.start()
        try:
            # smtplib verifies the certificate against this name, which only its constructor sets.
            client._host = server.host  # type: ignore[attr-defined]
            code, answer = client.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, answer)
            if server.security == "starttls":
                client.starttls(context=tls)
            if server.user:
                client.login(server.user, server.password)
            yield client
            # The server has taken the mail: a failure from here on must not send it again.
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
        finally:
            watchdog.cancel()
            client.close()


def parse_smtp_url(url: str) -> SmtpServer:
    """The server of ASSAY_SMTP_URL. Raises InvalidInput, without the password."""
    form = "it must be smtp://USER:PASSWORD@HOST:PORT, starttls://... or smtps://..."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput(form) from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidInput(form)
    return SmtpServer(
        security=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _cut_off(client: smtplib.SMTP) -> None:
    sock = client.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _explain(failure: Exception) -> str:
    match failure:
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(failure.recipients.values()))
            said = f"refused the address: {code} {_decode(answer)}"
        case smtplib.SMTPResponseException():
            said = f"answered {failure.smtp_code} {_decode(failure.smtp_error)}"
        case ssl.SSLCertVerificationError():
            said = (
                f"has a certificate that is not trusted: {failure.verify_message} "
                "(SSL_CERT_FILE names your own authorities)"
            )
        case _:
            said = f"could not be used: {failure}"
    return f"the mail server {fold_spaces(said)}"[:SHOWN_CHARACTERS]


def _decode(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
