"""Dates in the whole service: the last day of a claim holds for all checks, old pages are stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.settings import Settings
from claims.types import ClaimRecord, Verdict, VerdictLabel
from examples.serve import PageServer, serve_pages
from service.client import Client
from service.processes.supervisor import Supervisor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PATIENCE_S = 90.0
MAYOR = "Anna Berg is the mayor of Kisoro."


def write_page(path: Path, day: str, more: str = "") -> Path:
    """Write a page with this date that supports MAYOR."""
    path.write_text(
        f'<html lang="en"><head><meta property="article:published_time" content="{day}"></head>'
        f"<body><article><h1>Kisoro</h1><p>{MAYOR} She was sworn in by the district council, which"
        f" met in the town hall on the square. {more}</p></article></body></html>",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    folder = Path(tmp_path_factory.mktemp("pages"))
    write_page(folder / "old.html", "2021-03-12")
    write_page(folder / "new.html", "2025-08-20")
    with serve_pages(folder) as server:
        yield server


@pytest.fixture(scope="module")
def client(pages: PageServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    settings = Settings(redis_url=None, api_token=None, fetch_allow=f"127.0.0.1:{pages.port}")
    folder = Path(tmp_path_factory.mktemp("service"))
    with Supervisor(settings, data_folder=folder, port=0, workers=1) as supervisor:
        yield Client(supervisor.url)


def judge(client: Client, pages: PageServer, *names: str, **days: str) -> ClaimRecord:
    """Check MAYOR against these pages; returns the judged claim."""
    sources = [pages.page_url(name) for name in names]
    claim_id = client.submit_claim({"text": MAYOR, "sources": sources, **days})
    return client.wait_for_claim(claim_id, timeout_s=PATIENCE_S)


def verdict_of(claim: ClaimRecord) -> Verdict:
    """The verdict of the claim; fails without one."""
    assert claim.verdict is not None
    return claim.verdict


def test_last_day_holds_for_every_check_and_an_old_page_decides_nothing_alone(
    client: Client, pages: PageServer, tmp_path: Path
) -> None:
    claim = judge(client, pages, "old.html", "new.html", claimed_at="2025-09-04")
    assert verdict_of(claim).label is VerdictLabel.SUPPORTED

    old = verdict_of(judge(client, pages, "old.html", claimed_at="2025-09-04"))
    assert old.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert [item.stale for item in old.evidence] == [True]
    assert "older (2021-03-12) than the claim (2025-09-04)" in old.explanation

    before = judge(client, pages, "old.html", "new.html", as_of="2025-08-20T08:00:00Z")
    assert (str(before.as_of), verdict_of(before).coverage.failed) == ("2025-08-20", ())

    # The page is replaced by one with a date after the last day of the claim.
    later = write_page(tmp_path / "later.html", "2025-08-21", "The bells were rung.")
    pages.replace("new.html", later)
    client.recheck(before.id)
    again = verdict_of(client.wait_for_claim(before.id, timeout_s=PATIENCE_S))
    assert again.check == 2
    (failure,) = again.coverage.failed
    assert (failure.url, failure.code) == (pages.page_url("new.html"), "after-as-of")
    assert failure.detail == "published on 2025-08-21, after 2025-08-20"
