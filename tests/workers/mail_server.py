"""A mail server on loopback that keeps what it takes (RFC 5321), with TLS and AUTH PLAIN."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """`answers` replaces the answer to a command; a number is a pause in seconds instead of one.
    With `tls` it offers STARTTLS, or begins with TLS where `encrypts_at_once`.

    `mails` are the messages with their recipients, `logins` the names and passwords that were sent.
    """

    port: int = 0
    answers: dict[str, str | float] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    encrypts_at_once: bool = False
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


@contextmanager
def serve_mail(
    answers: Mapping[str, str | float] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    encrypts_at_once: bool = False,
    port: int = 0,
) -> Iterator[MailServer]:
    """Serve until the block ends; each connection has a thread."""
    kept = MailServer(answers=dict(answers or {}), tls=tls, encrypts_at_once=encrypts_at_once)

    class Session(_Session):
        server_state = kept

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """The client ended the connection early."""

    with Server(("127.0.0.1", port), Session) as server:
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield kept
        finally:
            server.shutdown()


class _Session(socketserver.StreamRequestHandler):
    server_state: MailServer
    recipients: list[str]

    def handle(self) -> None:
        self.recipients = []
        self._say(self._find_answer("CONNECT", "220 mail.example.org ESMTP"))
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.partition(" ")[0].upper()
            self.server_state.commands.append(words)
            if not self._obey(verb, words):
                return

    def _obey(self, verb: str, words: str) -> bool:
        """Answer one command; False at the end."""
        match verb:
            case "EHLO" | "HELO":
                offers = ["AUTH PLAIN", *(["STARTTLS"] if self._may_encrypt() else [])]
                lines = ["mail.example.org", *offers]
                text = "".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}"
                self._say(self._find_answer(verb, text))
            case "STARTTLS" if self._may_encrypt():
                self._say("220 go on")
                self._encrypt()
            case "AUTH":
                _, name, password = b64decode(words.split(" ")[2]).decode().split("\0")
                self.server_state.logins.append((name, password))
                self._say(self._find_answer(verb, "235 welcome"))
            case "RCPT":
                self.recipients.append(words.partition("<")[2].rstrip(">"))
                self._say(self._find_answer(verb, "250 ok"))
            case "DATA":
                self._say(self._find_answer(verb, "354 go on"))
                self._keep()
                self._say(self._find_answer("END", "250 taken"))
            case "QUIT":
                self._say(self._find_answer(verb, "221 bye"))
                return False
            case _:
                self._say(self._find_answer(verb, "250 ok"))
        return True

    def _keep(self) -> None:
        data = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            data += line.removeprefix(b".")
        self.server_state.raw.append(data)
        mail = message_from_bytes(data, policy=policy.default)
        self.server_state.mails.append((list(self.recipients), mail))

    def _find_answer(self, verb: str, usual: str) -> str:
        answer = self.server_state.answers.get(verb, usual)
        if isinstance(answer, str):
            return answer
        time.sleep(answer)
        return usual

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def setup(self) -> None:
        self.connection = self.request
        self._open()
        if self.server_state.tls and self.server_state.encrypts_at_once:
            self._encrypt()

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _may_encrypt(self) -> bool:
        return self.server_state.tls is not None and not isinstance(self.connection, ssl.SSLSocket)

    def _encrypt(self) -> None:
        """Raises ssl.SSLError when the client does not trust the certificate."""
        assert self.server_state.tls is not None
        self.rfile.close()
        self.connection = self.server_state.tls.wrap_socket(self.connection, server_side=True)
        self._open()

    def _open(self) -> None:
        self.rfile = self.connection.makefile("rb")
        self.wfile = socketserver._SocketWriter(self.connection)  # type: ignore[attr-defined]
