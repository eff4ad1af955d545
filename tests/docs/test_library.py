"""The examples of docs/guides/library.md run in order and print the documented output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import claims
from claims.entailment.calibration import CalibratedJudge
from claims.settings import Settings
from claims.wiring import build_judge
from tests.stack.judge_scores import SharedScores

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "guides" / "library.md").read_text("utf-8"), re.S
)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_examples_run_from_the_root_of_the_repository(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    judge_scores: SharedScores,
) -> None:
    def build(settings: Settings) -> CalibratedJudge:
        return build_judge(settings, scores=judge_scores)

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("claims.library.verifier.build_judge", build)
    names: dict[str, Any] = {}
    printed = []
    for example in EXAMPLES:
        exec(example, names)  # noqa: S102
        printed.append(capsys.readouterr().out)
    article, claim, passages, known, read, last = printed
    assert "SUPPORTED" in article and "not checked:" in article
    assert claim.startswith("SUPPORTED") and "manta" in claim.lower()
    assert passages.startswith("SUPPORTED")
    assert known == "https://news.example/manta\n"
    assert read == (
        "1 passage, The United States used an air base at Manta until 2007.\n"
        "there is no model here not-asked\n"
    )
    assert last.splitlines()[-1] in ("SUPPORTED", "NOT_ENOUGH_EVIDENCE")
    assert "http" in last.splitlines()[0]


def test_every_public_name_exists() -> None:
    for name in claims.__all__:
        assert getattr(claims, name).__name__ == name
    with pytest.raises(AttributeError):
        claims.nothing  # noqa: B018
