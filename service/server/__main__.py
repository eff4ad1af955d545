"""The program of the web server: `python -m service.server HOST:PORT`."""

from __future__ import annotations

import argparse
import logging
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import structlog

from claims.errors import AssayError
from claims.settings import Settings
from service.access.local_key import (
    LocalKey,
    make_local_key,
    remove_local_key,
    write_local_key,
    write_url,
)
from service.http.proxies import TrustedProxies
from service.server.web_server import Server
from service.server.wsgi import build

OPEN_FILES = 4096
"""Limit of open files: one per connection, and up to two temporary ones for a large body and a
large answer."""

_log = structlog.get_logger("assay.server")


def main() -> None:
    """Serve the app of ASSAY_... settings until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="service.server")
    parser.add_argument("address", type=_read_address, help="HOST:PORT, for IPv6 [HOST]:PORT")
    parser.add_argument("--listener", type=int, help="an inherited socket that is bound to it")
    arguments = parser.parse_args()
    host, port = arguments.address
    local_key = make_local_key()
    try:
        app = build(host, local_key=local_key)
        listener = _open_listener(host, port, arguments.listener)
    except (AssayError, OSError) as error:
        sys.exit(f"cannot serve on {host} port {port}: {error}")
    _allow_open_files()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # warns about waiting requests
    settings = Settings()
    server = Server(
        app,
        listener,
        client_connections=settings.client_connections,
        trusted_proxies=TrustedProxies(settings),
    )

    def end(number: int, frame: FrameType | None) -> None:
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with _keep_local_key(settings.find_data_folder().absolute(), local_key, listener):
        server.run()


@contextmanager
def _keep_local_key(folder: Path, key: str, listener: socket.socket) -> Iterator[None]:
    """Keep the file with the local key while the block runs.

    If the folder cannot be written to, programs of this user need a key of their own.
    """
    host, port = listener.getsockname()[:2]
    note = LocalKey(write_url(host, port), key)
    try:
        write_local_key(folder, note)
    except OSError as error:
        _log.warning("local_key_not_written", folder=str(folder), error=error.strerror)
    try:
        yield
    finally:
        remove_local_key(folder, note)


def _read_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no HOST:PORT with a port of 0 to 65535")
    return host.strip("[]"), int(port)


def _open_listener(host: str, port: int, inherited: int | None) -> socket.socket:
    if inherited is not None:
        return socket.socket(fileno=inherited)
    return socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
    )


def _allow_open_files() -> None:
    """Raise the limit of open files for connections, as far as this process is allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
