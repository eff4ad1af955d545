"""A real MediaWiki on the loopback address: Debian's package with SQLite and PHP's built-in server.

For tests, and for the demonstration with search (examples/demo_search.py).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

from claims.store.embedded import LAUNCHER

# Folder of Debian's package mediawiki.
CODE = Path("/usr/share/mediawiki")
# Timeouts of the start and of the end of the server.
START_S = 30.0
STOP_S = 10.0


def is_installed() -> bool:
    """Whether MediaWiki and PHP are installed."""
    return CODE.is_dir() and shutil.which("php") is not None


@contextmanager
def mediawiki(folder: Path, pages: Mapping[str, str]) -> Iterator[str]:
    """Run a wiki with these pages (title: wikitext) in `folder` until the block ends.

    Gives its address; the API is at ADDRESS/api.php. Raises RuntimeError when the installation
    fails, TimeoutError when the server does not start within START_S.
    """
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    _maintain(
        folder,
        "install",
        *("--dbtype", "sqlite", "--dbpath", str(folder / "db"), "--confpath", str(folder)),
        *("--server", f"http://{address}", "--scriptpath", "", "--pass", "alby-orrin-1987"),
        *("Testwiki", "Admin"),
    )
    texts = folder / "texts"
    texts.mkdir()
    for title, text in pages.items():
        (texts / f"{title}.txt").write_text(text, encoding="utf-8")
    _maintain(folder, "importTextFiles", "--user", "Admin", *map(str, sorted(texts.iterdir())))
    process = subprocess.Popen(
        [
            # The launcher ends the server when this process is killed.
            *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(SIGTERM))),
            *(str(shutil.which("php")), "-S", address, "-t", str(CODE)),
        ],
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(address)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(STOP_S)


def _environment(folder: Path) -> dict[str, str]:
    # Temporary files of the wiki are in its own folder.
    return os.environ | {
        "MW_CONFIG_FILE": str(folder / "LocalSettings.php"),
        "TMPDIR": str(folder / "tmp"),
    }


def _maintain(folder: Path, *command: str) -> None:
    """Run a maintenance script of the wiki. Raises RuntimeError when it fails."""
    environment = _environment(folder)
    if command[0] == "install":
        del environment["MW_CONFIG_FILE"]
    done = subprocess.run(
        [str(shutil.which("php")), str(CODE / "maintenance" / "run.php"), *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])


def _wait_until_up(address: str) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no server at {address}")
