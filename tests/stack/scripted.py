"""A judge controlled by the text of a claim, and a fetcher with a page that matches every claim.

"waits for the gate"   scores once the file `gate` exists
"kills its worker"     kills the scoring process with SIGKILL
"eats all memory"      raises MemoryError
"never comes back"     never returns, and ignores the soft time limit of a task
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.types import JudgeName, Page
from claims.wiring import now


class ScriptedJudge:
    """Supports every claim, after the action that its text names (see the module's docstring).

    Each scoring adds a line (process id, claim) to `scored.txt` in `folder`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> JudgeName:
        return JudgeName("scripted", "1")

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        for claim in dict.fromkeys(claim for _, claim in pairs):
            self._obey(claim)
        return np.tile(np.array([[0.9, 0.05, 0.05]], dtype=np.float32), (len(pairs), 1))

    def _obey(self, claim: str) -> None:
        with (self._folder / "scored.txt").open("a", encoding="utf-8") as lines:
            lines.write(f"{os.getpid()} {claim}\n")
        if "kills its worker" in claim:
            os.kill(os.getpid(), signal.SIGKILL)
        if "eats all memory" in claim:
            raise MemoryError
        if "never comes back" in claim:
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
            time.sleep(3600)
        while "waits for the gate" in claim and not (self._folder / "gate").exists():
            time.sleep(0.02)


class ScriptedFetcher:
    """Returns for every address a page of one sentence with the words of every test claim."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        text = "The bridge that waits and kills and eats and comes is 42 metres long."
        return Page(
            url=url,
            canonical_url=url,
            title="The bridge",
            publisher=None,
            published_at=None,
            fetched_at=now(),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
        )

    def read_html(self, html: str, *, url: str) -> Page:
        return self.fetch(url)

    def close(self) -> None:
        pass
