"""`assay review`: decisions about a claim, and the steps of its review."""

from __future__ import annotations

import json

import pytest

from claims.types import ClaimId, VerdictLabel
from service.cli import run
from service.client import Client
from tests.service.cli.commands import Capture, out_of
from tests.service.live import Live
from tests.service.work import judge_claim

Claims = tuple[ClaimId, ...]


def test_decisions_are_taken_and_listed(claims: Claims, client: Client, capsys: Capture) -> None:
    supported = claims[0]
    assert out_of(["review", supported], capsys) == "nobody has reviewed it yet\n"
    line = ["review", supported, "correct", "--label", "refuted", "--reason", "A parody."]
    assert out_of([*line, "--by", "Anna"], capsys) == "Signed off: refuted\n"
    given = ["--note", "On air.", "--assign", "Ben", "--check", "1", "--by", "Ben", "--json"]
    entry = json.loads(out_of(["review", supported, "publish", *given], capsys))
    assert (entry["state"], entry["assignee"], entry["note"]) == ("published", "Ben", "On air.")
    listed = out_of(["review", supported], capsys)
    assert [word in listed for word in ("Anna", "Corrected", "A parody.", "On air.")] == [True] * 4
    assert json.loads(out_of(["review", supported, "--json"], capsys))[1] == entry
    assert client.get_claim(supported).review.state == "published"


def test_refused_step_says_why(claims: Claims, capsys: Capture) -> None:
    assert run(["review", claims[0], "publish", "--by", "Anna"]) == 2
    assert "accept or correct the proposal first" in capsys.readouterr().err
    assert run(["review", claims[0], "accept"]) == 2
    assert "say who reviews" in capsys.readouterr().err
    assert run(["review", claims[0], "accept", "--check", "2", "--by", "Anna"]) == 2
    assert run(["review", claims[2], "accept", "--by", "Anna"]) == 2
    assert "no verdict yet" in capsys.readouterr().err


def test_lists_are_filtered_by_review(claims: Claims, capsys: Capture) -> None:
    line = ["review", claims[1], "--second-look", "--assign", "Ben", "--by", "Anna"]
    assert out_of(line, capsys) == "In review\n"
    for chosen in (["--review", "in-review"], ["--assignee", "ben"]):
        shapes = out_of(["list", "claims", *chosen, "--json"], capsys)
        assert claims[1] in shapes
        assert claims[0] not in shapes


def test_queue_prints_the_claims_with_the_reasons(
    live: Live,
    claims: Claims,
    client: Client,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out_of(["review", claims[0], "accept", "--by", "Anna"], capsys)
    check = client.recheck(claims[0])
    judge_claim(live.store, claims[0], check=check, label=VerdictLabel.REFUTED)
    live.store.reviews.note_stale(limit=10)
    printed = out_of(["list", "queue"], capsys)
    assert "was signed does not" in " ".join(printed.split())
    assert claims[2] not in printed  # not judged
    assert claims[1] in out_of(["list", "queue", "--tag", "City"], capsys)
    rows = [json.loads(line) for line in out_of(["list", "queue", "--json"], capsys).splitlines()]
    assert {row["id"] for row in rows} == set(claims[:2])
    assert out_of(["list", "queue", "--assignee", "Ben"], capsys) == "nothing matches\n"
