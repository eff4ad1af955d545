"""Re-checks in the whole service: a corrected page changes a verdict, a schedule runs once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from claims.settings import Settings
from claims.store import RedisStore
from claims.store.invariant import check_invariant
from claims.store.redis_store import connect
from claims.store.server_files import DataFolder
from claims.types import ArticleStatus, ClaimRecord, ClaimStatus, Schedule, Verdict
from examples.expected import FOLDER
from examples.serve import PageServer, serve_pages
from service.client import Client
from service.processes.supervisor import Supervisor
from tests.contracts.steps import pass_time
from tests.stack.workers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PATIENCE_S = 90.0
DAY = timedelta(days=1)
OTHER_PAGE = "homicide-figures.html"
OTHER_SENTENCE = "About 70 percent of the world's cocaine is reported to pass through Ecuador."


@pytest.fixture(scope="module")
def pages() -> Iterator[PageServer]:
    """The example pages before the correction."""
    with serve_pages(FOLDER / "pages") as server:
        yield server


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def client(pages: PageServer, data_folder: Path) -> Iterator[Client]:
    """A client of the service as in `assay up`, with beat and workers."""
    settings = Settings(redis_url=None, api_token=None, fetch_allow=f"127.0.0.1:{pages.port}")
    with Supervisor(settings, data_folder=data_folder, port=0, workers=1) as supervisor:
        yield Client(supervisor.url)


@pytest.fixture
def store(client: Client, data_folder: Path) -> Iterator[RedisStore]:
    """The store of the running service, to move its time and inspect its work."""
    note = DataFolder(data_folder).find_note()
    assert note is not None
    store = connect(note.url)
    yield store
    store.close()


def test_corrected_page_changes_a_verdict_and_a_schedule_checks_once_a_period(
    client: Client, pages: PageServer, store: RedisStore
) -> None:
    change = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
    base, cocaine = submit(client, pages, change)
    assert verdict_of(base).label == change["before"]
    assert untouched(client, base) == untouched(client, cocaine) == [(1, True)]
    assert check_invariant(store) == []

    # No page has changed: the pages are fetched, but nothing is scored.
    check_again(client, base)
    assert untouched(client, base) == [(1, True), (2, False)]

    # One page is corrected.
    pages.replace(change["page"], FOLDER / change["replacement"])
    verdict = verdict_of(check_again(client, base))
    assert verdict.label == change["after"]
    assert verdict.check == 3
    assert check_invariant(store) == []
    entry = client.get_history(base.id)[-1]
    assert (entry.changed, entry.scored) == (True, True)
    assert entry.diff is not None
    assert not (entry.diff.appeared or entry.diff.vanished)
    assert {one.url for one in entry.diff.changed} == {pages.page_url(change["page"])}
    assert all(one.before or one.after for one in entry.diff.changed)
    assert entry.turned_by == (pages.page_url(change["page"]),)

    # A day passes: each claim is checked once more and scheduled for the next day.
    before = schedule_of(client.get_claim(base.id)).next_at
    pass_time(store, DAY.total_seconds())
    wait_until(lambda: count_checks(client, base) == 4, patience_s=PATIENCE_S)
    wait_until(lambda: count_checks(client, cocaine) == 2, patience_s=PATIENCE_S)
    assert client.get_history(base.id)[-1].scored is False
    now = client.get_claim(base.id)
    assert (now.status, verdict_of(now).label) == (ClaimStatus.JUDGED, change["after"])
    assert schedule_of(now).every == "P1D"
    assert timedelta() <= schedule_of(now).next_at - before < DAY
    assert check_invariant(store) == []

    # Without a schedule nothing becomes due; the invariant checks it.
    for claim in (base, cocaine):
        client.delete_schedule(claim.id)
    pass_time(store, 2 * DAY.total_seconds())
    assert (count_checks(client, base), count_checks(client, cocaine)) == (4, 2)
    assert check_invariant(store) == []


def submit(
    client: Client, pages: PageServer, change: dict[str, Any]
) -> tuple[ClaimRecord, ClaimRecord]:
    """Submit the sentence that the change is about and another; returns both judged claims."""
    article_id = client.submit_article(
        {
            "text": f"{change['sentence']} {OTHER_SENTENCE}",
            "sources": [pages.page_url(change["page"]), pages.page_url(OTHER_PAGE)],
            "every": "P1D",
        }
    )
    article = client.wait_for_article(article_id, timeout_s=PATIENCE_S)
    assert article.status is ArticleStatus.DONE
    base, cocaine = article.claims
    assert (base.sentence, cocaine.sentence) == (change["sentence"], OTHER_SENTENCE)
    return base, cocaine


def check_again(client: Client, claim: ClaimRecord) -> ClaimRecord:
    """Request a check and wait for it; returns the claim."""
    client.recheck(claim.id)
    return client.wait_for_claim(claim.id, timeout_s=PATIENCE_S)


def untouched(client: Client, claim: ClaimRecord) -> list[tuple[int, bool]]:
    """(number, scored) of each check; fails when the verdict or a page has changed."""
    history = client.get_history(claim.id)
    assert not any(entry.changed or entry.diff for entry in history)
    return [(entry.check, entry.scored) for entry in history]


def count_checks(client: Client, claim: ClaimRecord) -> int:
    """Number of finished checks; fails when their numbers have a gap."""
    history = client.get_history(claim.id)
    assert [entry.check for entry in history] == list(range(1, len(history) + 1))
    return len(history)


def verdict_of(claim: ClaimRecord) -> Verdict:
    """The verdict of the claim; fails without one."""
    assert claim.verdict is not None
    return claim.verdict


def schedule_of(claim: ClaimRecord) -> Schedule:
    """The schedule of the claim; fails without one."""
    assert claim.schedule is not None
    return claim.schedule
