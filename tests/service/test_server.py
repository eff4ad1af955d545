"""The web server with a small WSGI app, on real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from service.api.strict_json import BATCH_PATH
from service.http.security import name_client
from service.problems.problem_answers import REFUSAL
from service.server.http_connection import DEADLINES, Connection, Deadlines
from service.server.web_server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE_S = 20.0
# Maximum time for which the loop and a thread wait for each other.
MEETING_S = 2.0
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
SOON = Deadlines(
    header_s=0.5, request_s=1.5, answer_s=1.0, idle_s=0.5, linger_s=0.5, stop_s=PATIENCE_S
)


class Echo:
    """A WSGI app that echoes the request body on most paths; /wait blocks until `wait` is set."""

    def __init__(self) -> None:
        self.wait = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.begun.release()
        if environ["PATH_INFO"] == "/wait":
            self.wait.wait(PATIENCE_S)
        refusal = environ.get(REFUSAL)
        status = "304 Not Modified" if environ["PATH_INFO"] == "/304" else "200 OK"
        body = str(refusal).encode() if refusal else environ["wsgi.input"].read()
        if environ["PATH_INFO"] == "/large":
            body = b"x" * 20_000_000
        if environ["PATH_INFO"] == "/address":
            body = environ["REMOTE_ADDR"].encode()
        start_response("400 Refused" if refusal else status, [("Content-Length", str(len(body)))])
        return [body] if status == "200 OK" else []


@contextmanager
def serve(
    app: Echo,
    *,
    deadlines: Deadlines = DEADLINES,
    client_connections: int = 100,
    host: str = "127.0.0.1",
) -> Iterator[Callable[[], socket.socket]]:
    """Serve `app`; give a function that connects. The block's end closes server and connections."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener, ExitStack() as connected:
        address = listener.getsockname()[:2]
        server = Server(
            app,
            listener.dup(),
            client_connections=client_connections,
            deadlines=deadlines,
        )
        thread = threading.Thread(target=server.run)
        thread.start()

        def connect() -> socket.socket:
            return connected.enter_context(socket.create_connection(address, timeout=PATIENCE_S))

        try:
            yield connect
        finally:
            app.wait.set()
            server.stop()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


@pytest.fixture
def app() -> Echo:
    return Echo()


def read_to_end(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def exchange(client: socket.socket, request: bytes) -> bytes:
    client.sendall(request)
    answer = read_to_end(client)
    client.close()
    return answer


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def post(*fields: str, body: bytes = b"") -> bytes:
    lines = ["POST / HTTP/1.1", "Host: localhost", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def to_batch(request: bytes) -> bytes:
    """The same request to the path of a batch of claims."""
    return request.replace(b"POST / ", f"POST {BATCH_PATH} ".encode(), 1)


CLOSE = b"\r\nConnection: close\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked"
MALFORMED = {
    "no header": b"nonsense\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "unknown version": b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
    "lower-case method": b"get / HTTP/1.1\r\n\r\n",
    "bare line feed": b"GET / HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
    "folded line": post("X-A: b", " c"),
    "space before the colon": post("Content-Length : 5", body=b"hello"),
    "null byte": post("X-A: b\0c"),
    "two lengths": post("Content-Length: 5", "Content-Length: 6", body=b"hello!"),
    "the same length twice": post("Content-Length: 5", "Content-Length: 5", body=b"hello"),
    "negative length": post("Content-Length: -5", body=b"hello"),
    "length with a sign": post("Content-Length: +5", body=b"hello"),
    "length and encoding": post("Content-Length: 5", CHUNKED, body=b"0\r\n\r\n"),
    "encoding and length": post(CHUNKED, "Content-Length: 5", body=b"0\r\n\r\n"),
    "two encodings": post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"),
    "chunked twice": post("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "unknown encoding": post("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "encoding in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk size": post(CHUNKED, body=b"xyz\r\nhello\r\n0\r\n\r\n"),
    "negative chunk size": post(CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n"),
    "chunk size with a prefix": post(CHUNKED, body=b"0x5\r\nhello\r\n0\r\n\r\n"),
    "chunk longer than its size": post(CHUNKED, body=b"3\r\nhello\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_a_request_that_could_be_read_in_two_ways_is_refused(
    app: Echo, request_bytes: bytes
) -> None:
    with serve(app) as connect:
        answer = exchange(connect(), request_bytes)
    assert body_of(answer) == b"bad-request"
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize(
    ("request_bytes", "name"),
    [
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"uri-too-long"),
        (b"GET /" + b"a" * 50_000, b"uri-too-long"),
        (GET[:-2] + b"X-Large: " + b"a" * 20_000 + b"\r\n\r\n", b"header-too-large"),
        (GET[:-2] + b"X-Many: a\r\n" * 3000 + b"\r\n", b"header-too-large"),
        (post("Content-Length: 10000000", body=b"a" * 500_000), b"too-large"),
        (post("Content-Length: 10000000", "Expect: 100-continue"), b"too-large"),
        (post(CHUNKED, body=b"ffffff\r\n" + b"a" * 7_000_000), b"too-large"),
        (to_batch(post("Content-Length: 11000000", body=b"a" * 500_000)), b"too-large"),
    ],
    ids=["line", "endless line", "field", "fields", "length", "expected length", "chunk", "batch"],
)
def test_a_request_that_is_too_large_is_refused_with_its_problem(
    app: Echo, request_bytes: bytes, name: bytes
) -> None:
    with serve(app) as connect:
        client = connect()
        sender = threading.Thread(target=send_until_it_hangs_up, args=(client, request_bytes))
        sender.start()
        answer = read_to_end(client)
        sender.join()
        client.close()
    assert body_of(answer) == name


def send_until_it_hangs_up(client: socket.socket, data: bytes) -> None:
    try:
        client.sendall(data)
    except OSError:
        return


@pytest.mark.parametrize("size", [0, 1, 100_000, 1024 * 1024])
def test_a_body_arrives_whole_in_either_form(app: Echo, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    pieces = [body[i : i + 7000] for i in range(0, size, 7000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    with serve(app) as connect:
        plain = exchange(connect(), post(f"Content-Length: {size}", "Connection: close", body=body))
        chunked = post(CHUNKED, "Connection: close", body=chunks + b"0\r\n\r\n")
        assert body_of(plain) == body_of(exchange(connect(), chunked)) == body


def test_a_batch_of_claims_may_be_larger_than_any_other_body(app: Echo) -> None:
    body = b"z" * 5 * 1024 * 1024
    with serve(app) as connect:
        request = post(f"Content-Length: {len(body)}", "Connection: close", body=body)
        assert body_of(exchange(connect(), to_batch(request))) == body


class Interleaved(Connection):
    """The event loop sends an answer, and looks whether it was the last one, just when the thread
    that made it says so: the loop still sees the time before."""

    is_sending = False
    is_last = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.looked, self.told = threading.Event(), threading.Event()
        super().__init__(*arguments, **named)

    def handle_write(self) -> None:
        self.is_sending = True
        super().handle_write()
        self.is_sending = False

    @property
    def close_when_flushed(self) -> bool:  # type: ignore[override]
        before = self.is_last
        if self.is_sending:
            self.looked.set()
            if not self.told.wait(MEETING_S):
                self.told.set()  # they have missed each other, and nobody waits any more
        return before

    @close_when_flushed.setter
    def close_when_flushed(self, value: bool) -> None:
        if value and not self.is_sending:
            self.looked.wait(MEETING_S)
        self.is_last = value
        if value:
            self.told.set()


def test_a_connection_ends_although_its_last_answer_ends_while_it_is_sent(
    app: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "channel_class", Interleaved)
    with serve(app) as connect:
        client = connect()
        answer = exchange(client, GET.replace(b"/", b"/large", 1).replace(b"\r\n\r\n", CLOSE))
    assert len(body_of(answer)) == 20_000_000


def test_a_client_that_expects_100_continue_gets_it(app: Echo) -> None:
    with serve(app) as connect:
        client = connect()
        client.sendall(post("Content-Length: 5", "Expect: 100-continue", "Connection: close"))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert body_of(exchange(client, b"hello")) == b"hello"


def test_an_expectation_without_a_body_is_answered(app: Echo) -> None:
    with serve(app) as connect:
        connect().sendall(GET[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert app.begun.acquire(timeout=PATIENCE_S)


@pytest.mark.parametrize("path", [b"/", b"/304"])
def test_a_connection_is_used_again(app: Echo, path: bytes) -> None:
    with serve(app) as connect:
        client = connect()
        for _ in range(3):
            client.sendall(GET.replace(b"/", path, 1))
            answer = client.recv(1000)
            assert answer.startswith(b"HTTP/1.1 ")
            assert b"Connection: close" not in answer


def test_requests_sent_ahead_are_not_read(app: Echo) -> None:
    with serve(app) as connect:
        answer = exchange(connect(), GET + GET + GET)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize(
    "begin", [b"", b"GET / HTT", post("Content-Length: 9", body=b"half")], ids=str
)
def test_an_unfinished_request_ends_in_time(app: Echo, begin: bytes) -> None:
    with serve(app, deadlines=SOON) as connect:
        answer = exchange(connect(), begin)
    assert body_of(answer) == (b"request-timeout" if begin else b"")


def test_a_header_that_comes_byte_by_byte_ends_in_time(app: Echo) -> None:
    # A high idle limit: only the deadline of the header may end the request.
    with serve(app, deadlines=replace(SOON, idle_s=PATIENCE_S)) as connect:
        client = connect()
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        client.settimeout(0.05)
        answer = b""
        for _ in range(int(PATIENCE_S / 0.05)):
            try:
                answer = client.recv(1000)
                break
            except TimeoutError:
                client.sendall(b"a")
        client.settimeout(PATIENCE_S)
        answer += read_to_end(client)  # head and body may come in two pieces
    assert body_of(answer) == b"request-timeout"


def test_an_answer_that_nobody_takes_is_given_up(app: Echo) -> None:
    with serve(app, deadlines=SOON) as connect:
        client = connect()
        client.sendall(GET.replace(b"/", b"/large", 1))
        app.begun.acquire(timeout=PATIENCE_S)
        threading.Event().wait(SOON.answer_s + 3)
        with pytest.raises(ConnectionResetError):  # noqa: PT012 - reads what the buffers hold
            while client.recv(65536):
                pass
            raise ConnectionResetError  # an early end of the stream counts as a reset


def test_a_request_under_way_has_no_deadline(app: Echo) -> None:
    with serve(app, deadlines=replace(SOON, idle_s=0.1)) as connect:
        client = connect()
        client.sendall(GET.replace(b"/", b"/wait", 1))
        app.begun.acquire(timeout=PATIENCE_S)
        threading.Timer(2.5, app.wait.set).start()
        assert client.recv(12) == b"HTTP/1.1 200"


def test_a_further_connection_takes_the_place_of_the_slowest(app: Echo) -> None:
    with serve(app, client_connections=3) as connect:
        working, slow, fresh = connect(), connect(), connect()
        working.sendall(GET.replace(b"/", b"/wait", 1))
        app.begun.acquire(timeout=PATIENCE_S)
        slow.sendall(b"GET / HTTP/1.1\r\nX: ")
        fresh.sendall(GET)
        assert fresh.recv(12) == b"HTTP/1.1 200"
        further = connect()
        further.sendall(GET)
        assert further.recv(12) == b"HTTP/1.1 200"
        assert slow.recv(1) == b""
        app.wait.set()
        assert working.recv(12) == b"HTTP/1.1 200"


def test_a_further_connection_gets_503_while_all_of_its_address_are_under_way(app: Echo) -> None:
    with serve(app, client_connections=2) as connect:
        for _ in range(2):
            connect().sendall(GET.replace(b"/", b"/wait", 1))
            app.begun.acquire(timeout=PATIENCE_S)
        answer = read_to_end(connect())
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"too-many-connections" in body_of(answer)


def test_a_request_under_way_is_answered_when_the_server_stops(app: Echo) -> None:
    with serve(app) as connect:
        client = connect()
        client.sendall(GET.replace(b"/", b"/wait", 1))
        app.begun.acquire(timeout=PATIENCE_S)
    assert client.fileno() == -1 or client.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_app_gets_the_address_of_the_client(app: Echo, host: str) -> None:
    with serve(app, host=host) as connect:
        request = (
            b"GET /address HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n"
        )
        assert body_of(exchange(connect(), request)) == host.encode()


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::"),
        ("2001:db8::ffff:1%eth0", "2001:db8::"),
    ],
)
def test_connections_are_counted_by_address_or_network(address: str, client: str) -> None:
    assert name_client(address) == client
