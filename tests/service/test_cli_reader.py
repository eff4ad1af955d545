"""`assay reader read` and `catch-up`, and the options of other commands that name the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.store.redis_store import RedisStore
from claims.types import ClaimId, NotRead, ReaderChoice, Unread
from service.cli import run
from tests.contracts import steps
from tests.service.live import Live, run_service

SILENT = NotRead(skipped=Unread.NO_ANSWER, detail="it does not answer")


@pytest.fixture
def live(store: RedisStore, store_url: str, tmp_path: Path) -> Iterator[Live]:
    """The service with a second reader."""
    with run_service(store, store_url, tmp_path, ASSAY_READER="chat:test-model") as service:
        yield service


@pytest.fixture
def claim(store: RedisStore) -> ClaimId:
    """A claim that was judged and not read."""
    claim_id = store.submit_claim(steps.new_claim())
    steps.gather(store, claim_id)
    lease = steps.acquire(store, steps.judge_item(claim_id))
    assert steps.commit_verdict(store, lease, reader=SILENT)
    return claim_id


def test_claims_are_read_by_id(
    live: Live, store: RedisStore, claim: ClaimId, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reader", "read", claim, "--url", live.url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": claim, "check": 2}
    assert store.get_claim(claim).reader is ReaderChoice.ALWAYS


def test_an_article_is_not_read(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reader", "read", steps.article_id(1), "--url", live.url]) == 2
    assert "is an article" in capsys.readouterr().err


def test_missed_readings_are_caught_up(
    live: Live, store: RedisStore, claim: ClaimId, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reader", "catch-up", "--url", live.url]) == 0
    assert capsys.readouterr().out == "1 claim is read\n"
    assert store.get_claim(claim).check == 2


def test_a_list_and_a_recheck_name_the_reader(
    live: Live, store: RedisStore, claim: ClaimId, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["list", "claims", "--reader", "not-read:no-answer", "--url", live.url]) == 0
    assert claim in capsys.readouterr().out
    assert run(["list", "claims", "--reader", "agrees", "--url", live.url]) == 0
    assert claim not in capsys.readouterr().out
    assert run(["recheck", claim, "--ask-reader", "never", "--url", live.url]) == 0
    assert store.get_claim(claim).reader is ReaderChoice.NEVER


def test_a_submission_and_rows_of_a_file_name_the_reader(
    live: Live, store: RedisStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Eleven people died."
    assert run(["submit", "--claim", text, "--reader", "always", "--url", live.url]) == 0
    rows = tmp_path / "claims.csv"
    rows.write_text(f"claim,reader\n{text},never\n", encoding="utf-8")
    assert run(["submit", "--claims-from", str(rows), "--url", live.url]) == 0
    ids = capsys.readouterr().out.split()
    found = [store.get_claim(ClaimId(claim_id)).reader for claim_id in ids]
    assert found == [ReaderChoice.ALWAYS, ReaderChoice.NEVER]
    rows.write_text(f"claim,reader\n{text},maybe\n", encoding="utf-8")
    assert run(["submit", "--claims-from", str(rows), "--url", live.url]) == 2
