"""A small mail server on the loopback address that keeps the mails it takes and passes none on.

    with receive_mails() as mailbox:
        ...  # ASSAY_SMTP_URL is mailbox.url
        mail = mailbox.wait_for_mail(timeout_s=60)

It takes the commands of RFC 5321 that a client needs to hand over a mail: EHLO, HELO, MAIL, RCPT,
DATA, RSET, NOOP and QUIT. It has no TLS and asks nobody to sign in.
"""

from __future__ import annotations

import queue
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from claims.errors import AssayError

LOOPBACK = "127.0.0.1"
NAME = "mailbox.example"
LINE_MAX = 10_000
"""Maximum bytes of a line, ten times what RFC 5321 allows (section 4.5.3.1.6)."""


class Mailbox:
    """The running server: its address, and the mails that came."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def url(self) -> str:
        """The address as a value of ASSAY_SMTP_URL: smtp://127.0.0.1:PORT."""
        return f"smtp://{LOOPBACK}:{self._server.server_address[1]}"

    def wait_for_mail(self, *, timeout_s: float) -> EmailMessage:
        """The next mail, in the order of arrival. Raises AssayError when none comes in time."""
        try:
            return self._server.mails.get(timeout=timeout_s)
        except queue.Empty:
            raise AssayError(f"no mail came to {self.url} within {timeout_s:.0f} s") from None


@contextmanager
def receive_mails() -> Iterator[Mailbox]:
    """Take mails on a free port until the block ends."""
    with _Server((LOOPBACK, 0), _Session) as server:
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="mailbox"
        )
        thread.start()
        try:
            yield Mailbox(server)
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    """Each connection has a thread, which ends when it was idle for `_Session.timeout` seconds."""

    def __init__(self, address: tuple[str, int], session: type[_Session]) -> None:
        self.mails: queue.Queue[EmailMessage] = queue.Queue()
        super().__init__(address, session)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing: the client ended the connection, or was idle for too long."""


class _Session(socketserver.StreamRequestHandler):
    timeout = 10
    recipients: int | None = None
    """Number of accepted recipients of the mail that has begun; None before MAIL."""

    def handle(self) -> None:
        self._answer(f"220 {NAME} ESMTP")
        while (line := self.rfile.readline(LINE_MAX)).endswith(b"\n"):
            verb = line.split(None, 1)[0].upper().decode("ascii", "replace") if line.strip() else ""
            self._answer(self._obey(verb))
            if verb == "QUIT":
                return

    def _obey(self, verb: str) -> str:
        """Carry out a command, and return the answer to it."""
        match verb:
            case "EHLO" | "HELO":
                self.recipients = None
                return f"250 {NAME}"
            case "MAIL":
                self.recipients = 0
            case "RCPT" if self.recipients is not None:
                self.recipients += 1
            case "DATA" if self.recipients:
                self._answer("354 end the mail with a line that has only a dot")
                self._take_mail()
                self.recipients = None
            case "RSET":
                self.recipients = None
            case "NOOP":
                pass
            case "QUIT":
                return f"221 {NAME}"
            case "RCPT" | "DATA":
                return "503 this is not the order of the commands"
            case _:
                return "502 this command is not known here"
        return "250 OK"

    def _take_mail(self) -> None:
        """Read up to the line that has only a dot; a dot that was put before a line is removed."""
        lines = []
        while (line := self.rfile.readline(LINE_MAX)) != b".\r\n":
            if not line:
                raise ConnectionError("the client ended the connection within a mail")
            lines.append(line.removeprefix(b".").replace(b"\r\n", b"\n"))
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        cast(_Server, self.server).mails.put(mail)

    def _answer(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))
