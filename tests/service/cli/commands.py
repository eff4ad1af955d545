"""Commands of tests: in this process, in another, and on a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from claims.store.redis_store import RedisStore
from claims.store.server_files import DataFolder
from claims.types import ArticleId
from service.cli import run
from tests.service.work import extract_article, judge_claim

Capture = pytest.CaptureFixture[str]
TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!"
ASSAY = [sys.executable, "-c", "from service.cli import main; main()"]
PATIENCE_S = 60.0
ZEROS = b"\0" * 100


def read_json_lines(text: str) -> list[Any]:
    """The JSON value of each line."""
    return [json.loads(line) for line in text.splitlines()]


def out_of(arguments: list[str], capsys: Capture) -> str:
    """What a command prints that succeeds."""
    assert run(arguments) == 0
    return capsys.readouterr().out


def ids_of(arguments: list[str], capsys: Capture) -> list[str]:
    """The ids that `assay list` prints."""
    return [row["id"] for row in read_json_lines(out_of(["list", *arguments, "--json"], capsys))]


def finish(store: RedisStore, article_id: str, claim_id: str) -> None:
    """Do the work of an article and of a claim, after a moment."""
    time.sleep(0.5)
    extract_article(store, article_id, TEXT)
    (claim,) = store.get_article(ArticleId(article_id)).record.claims
    judge_claim(store, claim.id)
    judge_claim(store, claim_id)


def run_on_a_terminal(
    arguments: list[str], *, interrupt_at: str = "", answer: str = ""
) -> tuple[str, int]:
    """Run a command on a terminal: what it showed, and its exit status.

    It is interrupted as soon as it has shown `interrupt_at`; its first question gets `answer`.
    """
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "140", "LINES": "40"}
    process = subprocess.Popen(
        [*ASSAY, *arguments], stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    shown, give_up_at = b"", time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # the command has ended
                break
        if interrupt_at and interrupt_at.encode() in shown:
            process.send_signal(signal.SIGINT)
            interrupt_at = ""
        if answer and b"[y/N]" in shown:
            os.write(leader, f"{answer}\n".encode())
            answer = ""
    status = process.wait(30)
    os.close(leader)
    return shown.decode(), status


def examine(capsys: Capture, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit status of `assay doctor --json`, and its findings: state and detail by check."""
    status = run(["doctor", "--json", *options])
    found = json.loads(capsys.readouterr().out)
    return status, {one["check"]: (one["state"], one["detail"]) for one in found}


def damage(folder: DataFolder, end: bytes = ZEROS) -> None:
    """Write these bytes at the end of the newest file of the store."""
    with max(folder.files.glob("*.incr.aof")).open("ab") as file:
        file.write(end)
