"""Fixtures: one real judge for all tests of this folder, which judges each pair once in a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import wiring
from claims.entailment.calibration import CalibratedJudge
from claims.library import verifier
from claims.settings import Settings
from tests.claims.cli.running import ARTICLE, PAGE
from tests.stack.judge_scores import SharedScores


@pytest.fixture(scope="session")
def judge(judge_scores: SharedScores) -> CalibratedJudge:
    return wiring.build_judge(Settings(), scores=judge_scores)


@pytest.fixture(autouse=True)
def judge_is_loaded_once(judge: CalibratedJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(settings: Settings) -> CalibratedJudge:
        return judge

    monkeypatch.setattr(wiring, "build_judge", give)
    monkeypatch.setattr(verifier, "build_judge", give)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "bridge.html").write_text(PAGE, encoding="utf-8")
    return folder
