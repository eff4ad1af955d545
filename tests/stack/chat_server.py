"""A scripted OpenAI-compatible endpoint on loopback: what it answers, and how badly.

    with serve_chat() as server:
        server.play(Act(status=503), say_answer("SUPPORTED", [(1, "is 42 metres", "SUPPORTS")]))

The acts are played in order, and the last one is repeated. An act may also be a function of the
request's body.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

Quote = tuple[int, str, str]
"""Passage, text and stance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What the server does with one request.

    `drip_s` are the seconds between two bytes; `hangs` means that nothing is sent until the server
    is closed, `cut` that the connection ends in the middle of the body.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    hangs: bool = False
    cut: bool = False


Play = Act | Callable[[dict[str, Any]], Act]


def say(content: object, **more: Any) -> Act:
    """A completion with this content; `message`, `finish_reason` and `usage` may be given."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content} | more.pop("message", {}),
        "finish_reason": more.pop("finish_reason", "stop"),
    }
    usage = more.pop("usage", {"prompt_tokens": 4_000, "completion_tokens": 20})
    body = {"object": "chat.completion", "choices": [choice], "usage": usage} | more
    return Act(body=json.dumps(body).encode())


def write_answer(label: str, quotes: Sequence[Quote] = (), **more: object) -> str:
    """The JSON of an answer, as a model writes it."""
    said = [{"passage": place, "text": text, "stance": stance} for place, text, stance in quotes]
    answer = {"quotes": said, "reason": "Because it says so.", "missing": "", "label": label}
    return json.dumps(answer | more)


def say_answer(label: str, quotes: Sequence[Quote] = (), **more: object) -> Act:
    """A completion with a whole answer."""
    return say(write_answer(label, quotes, **more))


def refuse(status: int, message: str, **error: object) -> Act:
    """An error in OpenAI's form."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error"} | error})
    return Act(status=status, body=body.encode())


class ChatServer:
    """The endpoint: `asked` has the bodies of all requests for completions, `headers` theirs."""

    def __init__(self, port: int, scheme: str) -> None:
        self.url = f"{scheme}://127.0.0.1:{port}/v1"
        self.asked: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.paths: list[str] = []
        self.models: Act = Act(body=b'{"object": "list", "data": [{"id": "small"}]}')
        self.closing = threading.Event()
        self._acts: list[Play] = [say_answer("NOT_ENOUGH_EVIDENCE")]
        self._lock = threading.Lock()

    def play(self, *acts: Play) -> None:
        """Play these acts from the next request on."""
        with self._lock:
            self._acts = list(acts)

    def next_act(self, body: dict[str, Any]) -> Act:
        """The act for a request."""
        with self._lock:
            act = self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]
        return act if isinstance(act, Act) else act(body)


@contextmanager
def serve_chat(tls: ssl.SSLContext | None = None) -> Iterator[ChatServer]:
    """Run the endpoint on a free port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    scheme = "https" if tls else "http"
    server.script = ChatServer(server.server_address[1], scheme)  # type: ignore[attr-defined]
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.script  # type: ignore[attr-defined]
    finally:
        server.script.closing.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()


def encrypt(authority: trustme.CA, folder: Path) -> ssl.SSLContext:
    """The TLS of a server on loopback, with a certificate of this authority."""
    chain = folder / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        """The list of models, and whatever a redirect leads to."""
        self.server.script.paths.append(self.path)
        self._perform(self.server.script.models)

    def do_POST(self) -> None:
        """A completion."""
        script: ChatServer = self.server.script
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        script.paths.append(self.path)
        script.asked.append(body)
        script.headers.append(dict(self.headers))
        self._perform(script.next_act(body))

    def _perform(self, act: Act) -> None:
        script: ChatServer = self.server.script
        if act.hangs:
            script.closing.wait(60)
            return
        with suppress(OSError):  # the client has gone
            self.send_response(act.status)
            for name, value in act.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(act.body)))
            self.end_headers()
            body = act.body[: len(act.body) // 2] if act.cut else act.body
            if not act.drip_s:
                self.wfile.write(body)
                return
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                if script.closing.wait(act.drip_s):
                    return
