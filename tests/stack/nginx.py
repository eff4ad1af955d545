"""A real nginx in front of the service: Debian's package, on a free loopback port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGTERM

from claims.store.embedded import LAUNCHER

START_S = 30.0
STOP_S = 10.0

_CONFIGURATION = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port}{tls};
        location / {{
            proxy_pass {upstream};
            {options}
        }}
    }}
}}
"""


@contextmanager
def run_nginx(
    folder: Path, *, upstream: str, options: str = "", certificate: Path | None = None
) -> Iterator[int]:
    """Pass all requests on to `upstream`; gives the port.

    `options` are directives beside `proxy_pass`. `certificate`: a PEM file with the key and the
    certificate, with which the port speaks TLS.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tls = "" if certificate is None else _tls(certificate)
    path = folder / "nginx.conf"
    path.write_text(
        _CONFIGURATION.format(folder=folder, port=port, tls=tls, upstream=upstream, options=options)
    )
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(
            [
                # The launcher ends the server when the tests are killed.
                *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(SIGTERM))),
                *(str(shutil.which("nginx")), "-p", str(folder), "-c", str(path)),
                *("-e", "stderr"),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_up(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(STOP_S)


def _tls(certificate: Path) -> str:
    return (
        f" ssl;\n        ssl_certificate {certificate};\n        ssl_certificate_key {certificate}"
    )


def _wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise TimeoutError("nginx did not come up")
