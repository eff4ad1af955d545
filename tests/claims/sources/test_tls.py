"""Certificates are verified, and the server name in TLS is the host of the address."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from claims.errors import SourceError
from claims.sources.fetch import WebFetcher
from claims.sources.limits import FetchLimits
from claims.sources.vetting import AllowList

BODY = (
    b"<html><body><p>The certificate of this server is valid, and so is its name.</p></body></html>"
)


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves one page, /hinted with early hints first; /plain redirects to http; else 404."""

    def do_GET(self) -> None:
        if self.path == "/hinted":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
            self.path = "/page"
        if self.path == "/plain":
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/page")
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/page")
        elif self.path == "/page":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(BODY)))
        else:
            self.send_response(404)
        self.end_headers()
        if self.path == "/page":
            self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


class Server(http.server.ThreadingHTTPServer):
    """A TLS server that ignores failed handshakes and records server names."""

    names: list[str | None]

    def handle_error(self, *_: object) -> None:
        """Ignore the error: the tests expect clients that refuse the certificate."""


@contextmanager
def https_server(certificate: trustme.LeafCert) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = Server(("127.0.0.1", 0), Handler)
    server.names = []
    context.sni_callback = lambda _socket, name, _context: server.names.append(name)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def fetch(url: str, port: int, ca_bundle: Path | None) -> str:
    """The text of the page, or the coverage code of the failure."""
    allow = AllowList.parse(f"localhost:{port},127.0.0.1:{port}")
    with WebFetcher(allow=allow, ca_bundle=ca_bundle, limits=FetchLimits(read_s=2)) as fetcher:
        try:
            return fetcher.fetch(url).text
        except SourceError as error:
            return error.code


def test_valid_certificate_is_accepted_and_server_name_is_sent(
    authority: trustme.CA, trusted: Path
) -> None:
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert "so is its name" in fetch(f"https://localhost:{port}/moved", port, trusted)
        assert set(server.names) == {"localhost"}


def test_answer_after_early_hints_is_the_page(authority: trustme.CA, trusted: Path) -> None:
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert "so is its name" in fetch(f"https://localhost:{port}/hinted", port, trusted)


def test_name_with_a_final_dot_is_checked_without_it(
    authority: trustme.CA, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: look_up(host.rstrip("."), *a, **k)
    )
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert "so is its name" in fetch(f"https://localhost.:{port}/page", port, trusted)
        assert set(server.names) == {"localhost"}


def test_certificate_for_another_name_is_refused(authority: trustme.CA, trusted: Path) -> None:
    with https_server(authority.issue_cert("other.example")) as server:
        port = server.server_port
        assert fetch(f"https://localhost:{port}/page", port, trusted) == "tls-error"


def test_certificate_for_the_name_is_refused_for_the_address(
    authority: trustme.CA, trusted: Path
) -> None:
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert fetch(f"https://127.0.0.1:{port}/page", port, trusted) == "tls-error"


def test_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert fetch(f"https://localhost:{port}/page", port, None) == "tls-error"


def test_environment_cannot_add_an_authority(
    authority: trustme.CA, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(trusted))
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert fetch(f"https://localhost:{port}/page", port, None) == "tls-error"


def test_redirect_from_https_to_http_is_refused(authority: trustme.CA, trusted: Path) -> None:
    with https_server(authority.issue_cert("localhost")) as server:
        port = server.server_port
        assert fetch(f"https://localhost:{port}/plain", port, trusted) == "redirect-refused"


def test_server_without_tls_is_a_tls_error(trusted: Path) -> None:
    def answer(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        assert fetch(f"https://127.0.0.1:{port}/", port, trusted) == "tls-error"
        thread.join()
