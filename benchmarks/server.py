"""The web server compared with others: requests per second, and /livez with slow clients.

`python -m benchmarks.server [--seconds N] [--write]`. All servers run the same app on the same
store and are measured in turn. Servers that are not installed are left out: `pip install gunicorn
granian` adds them. Rates are printed with their ratio to the shipped server in the same run;
clients and server share the cores of the machine. `--write` puts the tables into
docs/reference/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from claims.store import connect
from evaluation.document import REFERENCE, put_between_marks
from tests.service.work import judge_claim
from tests.stack.servers import embedded_server

# Parallel clients, and rounds, of the measurement of requests per second.
CLIENTS = 8
ROUNDS = 5
# Requests to /livez per kind of slow client.
LOOKS = 7
# Timeout of a request, and of the end of a server.
PATIENCE_S = 5.0
# Timeout of the start of a server, and of its recovery from slow clients.
START_S = 60.0
SHIPPED = "service.server"

HALF_HEADER = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_BODY = (
    b"POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 1000\r\n\r\n{"text": "Eleven '
)
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
SPEC = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Contender:
    """A web server: its module, and its command line arguments for a port.

    `inherits` is the number of processes that share a listening socket, passed by file descriptor;
    0 for a server that opens its own.
    """

    name: str
    module: str
    arguments: Callable[[int], Sequence[str]]
    inherits: int = 0


def _gunicorn(port: int) -> Sequence[str]:
    threads = ("--worker-class", "gthread", "--workers", "2", "--threads", "16")
    return (
        *threads,
        "--keep-alive",
        "5",
        "--bind",
        f"127.0.0.1:{port}",
        "service.server.wsgi:build()",
    )


def _granian(workers: int) -> Callable[[int], Sequence[str]]:
    def arguments(port: int) -> Sequence[str]:
        threads = ("--workers", str(workers), "--blocking-threads", str(32 // workers))
        place = ("--host", "127.0.0.1", "--port", str(port), "--no-log")
        deadline = ("--http1-header-read-timeout", "10000")
        return (
            "--interface",
            "wsgi",
            "--factory",
            *threads,
            *deadline,
            *place,
            "service.server.wsgi:build",
        )

    return arguments


def _waitress(port: int) -> Sequence[str]:
    limits = ("--threads", "32", "--connection-limit", "500", "--asyncore-use-poll")
    return (*limits, "--listen", f"127.0.0.1:{port}", "--call", "service.server.wsgi:build")


CONTENDERS = (
    Contender(SHIPPED, SHIPPED, lambda port: (f"127.0.0.1:{port}",)),
    Contender(f"{SHIPPED}, 2 processes", SHIPPED, lambda port: (f"127.0.0.1:{port}",), inherits=2),
    Contender("waitress as it comes", "waitress", _waitress),
    Contender("gunicorn (2 x 16 threads)", "gunicorn", _gunicorn),
    Contender("granian, 1 process", "granian", _granian(1)),
    Contender("granian, 2 processes", "granian", _granian(2)),
)


@dataclass(slots=True)
class Client:
    """A keep-alive connection, which is opened again when the server closes it."""

    port: int
    connection: socket.socket | None = None

    def ask(self, request: bytes) -> bytes:
        """Send the request and read the whole answer; returns its header.

        Raises ConnectionError when the server closes two connections without an answer.
        """
        for _ in range(2):
            if self.connection is None:
                self.connection = socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
            try:
                self.connection.sendall(request)
                return self._read()
            except (ConnectionError, EOFError):
                self.close()
        raise ConnectionError("closed twice")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _read(self) -> bytes:
        assert self.connection is not None
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        header, _, body = answer.partition(b"\r\n\r\n")
        lowered = header.lower() + b"\r\n"
        length = 0 if b" 304 " in header[:16] else _field(lowered, b"content-length")
        while len(body) < length:
            body += self._receive()
        if b"\r\nconnection: close\r\n" in lowered:
            self.close()
        return header

    def _receive(self) -> bytes:
        assert self.connection is not None
        part = self.connection.recv(65536)
        if not part:
            raise EOFError
        return part


def _field(header: bytes, name: bytes) -> int:
    return int(header.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0])


@contextmanager
def run(contender: Contender, store_url: str, log: Path) -> Iterator[int]:
    """Run the server on a free port until the block ends; gives the port.

    Raises TimeoutError when it does not answer within START_S.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])
    command = [sys.executable, "-m", contender.module, *contender.arguments(port)]
    files: tuple[int, ...] = ()
    if contender.inherits:
        files = (listener.fileno(),)
        command += ["--listener", str(listener.fileno())]
    else:
        listener.close()
    environment = os.environ | {"ASSAY_REDIS_URL": store_url}
    processes = []
    for _ in range(contender.inherits or 1):
        with log.open("ab") as output:
            processes.append(
                subprocess.Popen(
                    command, env=environment, stdout=output, stderr=output, pass_fds=files
                )
            )
    listener.close()
    try:
        deadline = time.monotonic() + START_S
        while look(port) is None:
            if processes[0].poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(f"{contender.name} did not start: {log.read_text()[-500:]}")
            time.sleep(0.2)
        yield port
    finally:
        for process in processes:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Terminate the process; kill it when it does not end within PATIENCE_S."""
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def look(port: int) -> float | None:
    """Seconds until /livez answers on a new connection; None without an answer in PATIENCE_S."""
    client, begun = Client(port), time.monotonic()
    try:
        client.ask(LIVEZ)
    except OSError:
        return None
    finally:
        client.close()
    return time.monotonic() - begun


def measure_rate(port: int, request: bytes, *, seconds: float) -> float:
    """Answers per second to CLIENTS clients that send the next request after each answer."""
    end = time.monotonic() + seconds

    def ask(client: Client) -> int:
        answers = 0
        while time.monotonic() < end:
            client.ask(request)
            answers += 1
        client.close()
        return answers

    with ThreadPoolExecutor(CLIENTS) as pool:
        begun = time.monotonic()
        answers = sum(pool.map(ask, [Client(port) for _ in range(CLIENTS)]))
        return answers / (time.monotonic() - begun)


def measure_rates(
    ports: Mapping[str, int], requests: Sequence[bytes], *, seconds: float
) -> dict[str, list[float]]:
    """Median rates over ROUNDS rounds by server name, one for each request.

    Every round measures all servers in turn.
    """
    rounds: dict[str, list[list[float]]] = {name: [] for name in ports}
    for _ in range(ROUNDS):
        for name, port in ports.items():
            rates = [measure_rate(port, request, seconds=seconds) for request in requests]
            rounds[name].append(rates)
    return {
        name: [median(rates) for rates in zip(*rows, strict=True)] for name, rows in rounds.items()
    }


def _send(data: bytes) -> Callable[[socket.socket], None]:
    return lambda client: client.sendall(data)


def _stay(client: socket.socket) -> None:
    client.sendall(LIVEZ)
    client.recv(1)


def _never_read(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(SPEC * 50)


SLOW: dict[str, tuple[int, Callable[[socket.socket], None]]] = {
    "nobody": (0, _send(b"")),
    "200 half headers": (200, _send(HALF_HEADER)),
    "600 half headers": (600, _send(HALF_HEADER)),
    "50 half bodies": (50, _send(HALF_BODY)),
    "200 half bodies": (200, _send(HALF_BODY)),
    "200 kept alive": (200, _stay),
    "50 that do not read": (50, _never_read),
}


def measure_beside(port: int, number: int, begin: Callable[[socket.socket], None]) -> str:
    """Table cell: median and maximum ms of /livez while `number` slow connections are open.

    `begin` starts a slow connection. Without an answer, the cell has the seconds until /livez
    answers after the connections were closed.
    """
    looks: list[float | None] = []
    with ExitStack() as held:
        for _ in range(number):
            with suppress(OSError):  # the server may close the connection
                begin(held.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_S)))
        while len(looks) < LOOKS and None not in looks:
            looks.append(look(port))
    answered = [seconds for seconds in looks if seconds is not None]
    if len(answered) == len(looks):
        return f"{1000 * median(answered):.0f} ({1000 * max(answered):.0f})"
    begun = time.monotonic()
    while look(port) is None:
        if time.monotonic() - begun > START_S:
            return f"none, nor {START_S:.0f} s after they left"
    return f"none, {time.monotonic() - begun:.1f} s after they left"


def prepare_requests(store_url: str) -> dict[str, bytes]:
    """Store a judged claim; returns the requests to measure, by name."""
    body = json.dumps({"text": "Eleven people died.", "sources": ["https://a.example/"]}).encode()
    post = (
        b"POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    with tempfile.TemporaryDirectory() as folder:
        shipped = CONTENDERS[0]
        with run(shipped, store_url, Path(folder) / "log") as port:
            header = Client(port).ask(post)
            path = header.partition(b"Location: ")[2].partition(b"\r\n")[0]
            store = connect(store_url)
            judge_claim(store, path.rpartition(b"/")[2].decode())
            store.close()
            get = b"GET %s HTTP/1.1\r\nHost: localhost\r\n" % path
            tag = Client(port).ask(get + b"\r\n").lower().partition(b"etag: ")[2]
    known = b"If-None-Match: %s\r\n\r\n" % tag.partition(b"\r\n")[0]
    return {
        "GET a claim": get + b"\r\n",
        "GET, unchanged (304)": get + known,
        "POST a claim": post,
    }


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="per rate and round")
    parser.add_argument("--write", action="store_true", help="put the tables into the document")
    options = parser.parse_args()
    installed = [c for c in CONTENDERS if find_spec(c.module)]
    slow: dict[str, list[str]] = {c.name: [] for c in installed if "2 processes" not in c.name}
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name) / "data") as url:
        requests, log = prepare_requests(url), Path(name) / "api.log"
        with ExitStack() as running:
            ports = {c.name: running.enter_context(run(c, url, log)) for c in installed}
            rates = measure_rates(ports, list(requests.values()), seconds=options.seconds)
        for contender in [c for c in installed if c.name in slow]:
            for number, begin in SLOW.values():  # each on a fresh server: some never recover
                with run(contender, url, log) as port:
                    slow[contender.name].append(measure_beside(port, number, begin))
    table = "\n".join([*_write_rates(list(requests), rates), "", *_write_slow(slow)])
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.server", REFERENCE / "benchmarks.md")


def _write_rates(names: Sequence[str], rates: dict[str, list[float]]) -> list[str]:
    own = rates[SHIPPED]
    rows = [
        f"| {name} | " + " | ".join(f"{r:.0f} ({r / o:.2f})" for r, o in zip(row, own, strict=True))
        for name, row in rates.items()
    ]
    return [
        f"Answers per second to {CLIENTS} clients, median of {ROUNDS} rounds (times the shipped):",
        "",
        "| | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
        *(f"{row} |" for row in rows),
    ]


def _write_slow(slow: dict[str, list[str]]) -> list[str]:
    return [
        f"Milliseconds until /livez answers beside slow clients, median (most) of {LOOKS}:",
        "",
        "| | " + " | ".join(SLOW) + " |",
        "|---" * (len(SLOW) + 1) + "|",
        *(f"| {name} | " + " | ".join(row) + " |" for name, row in slow.items()),
    ]


if __name__ == "__main__":
    main()
