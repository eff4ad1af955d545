"""Items that failed by a fault of the service: they are shown as such, and one command retries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from claims.store.redis_store import RedisStore
from claims.types import ClaimStatus, ErrorRecord
from service.cli import run
from tests.contracts import steps
from tests.contracts.turns import list_ready
from tests.service.conftest import Notices
from tests.service.live import Live, run_service_and_store
from tests.service.work import lease


def fail_claims(store: RedisStore, count: int = 1) -> None:
    for number in range(1, count + 1):
        store.submit_claim(steps.new_claim(number))
        steps.exhaust(store, steps.gather_item(steps.claim_id(number)))


def fail_article(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    steps.exhaust(store, steps.extract_item(steps.article_id(1)))


def test_error_says_whose_fault_it_is(client: FlaskClient, store: RedisStore) -> None:
    fail_claims(store)
    fail_article(store)
    store.submit_claim(steps.new_claim(2))
    item = steps.gather_item(steps.claim_id(2))
    store.give_up(lease(store, item), ErrorRecord("invalid-input", "no claim"))
    paths = [f"/v1/claims/{steps.claim_id(n)}" for n in (1, 2)]
    paths.append(f"/v1/articles/{steps.article_id(1)}")
    faults = [client.get(path).get_json()["error"]["fault"] for path in paths]
    assert faults == ["service", "input", "service"]


def test_route_tries_again_tells_the_workers_and_does_nothing_twice(
    client: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    fail_claims(store, 2)
    first = client.post("/v1/failed/retry").get_json()
    assert first["articles"] == 0  # no article failed; claims follow on the next page
    second = client.post("/v1/failed/retry", query_string={"cursor": first["next"]})
    assert second.get_json() == {"articles": 0, "claims": 2, "next": None}
    assert len(set(notices.items)) == 2
    again = client.post("/v1/failed/retry", query_string={"cursor": first["next"]})
    assert again.get_json() == {"articles": 0, "claims": 0, "next": None}


def test_wrong_cursor_is_refused(client: FlaskClient) -> None:
    answer = client.post("/v1/failed/retry?cursor=nonsense")
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-cursor")


@pytest.mark.parametrize(
    "path", [f"/claims/{steps.claim_id(1)}", f"/articles/{steps.article_id(1)}"]
)
def test_page_names_the_fault_of_the_service_and_gives_advice(
    client: FlaskClient, store: RedisStore, path: str
) -> None:
    fail_claims(store)
    fail_article(store)
    page = client.get(path).get_data(as_text=True)
    assert "The service failed, not the submission" in page
    assert "assay retry --failed" in page


def test_page_of_a_claim_that_cannot_be_checked_says_no_such_thing(
    client: FlaskClient, store: RedisStore
) -> None:
    store.submit_claim(steps.new_claim())
    item = steps.gather_item(steps.claim_id(1))
    store.give_up(lease(store, item), ErrorRecord("invalid-input", "no claim"))
    assert "at fault" not in client.get(f"/claims/{steps.claim_id(1)}").get_data(as_text=True)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(Path(tmp_path_factory.mktemp("live")), ASSAY_QUEUE_MAX="3") as live:
        yield live


def test_command_tries_all_again_and_counts(live: Live, capsys: pytest.CaptureFixture[str]) -> None:
    live.store.connection.command("FLUSHALL")
    fail_claims(live.store, 2)
    fail_article(live.store)
    assert run(["retry", "--failed", "--url", live.url]) == 0
    assert capsys.readouterr().out == "1 article and 2 claims are tried again\n"
    assert run(["retry", "--failed", "--url", live.url]) == 0
    assert capsys.readouterr().out == "0 articles and 0 claims are tried again\n"


def test_command_says_when_the_queue_is_full_and_how_far_it_came(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.store.connection.command("FLUSHALL")
    fail_claims(live.store, 5)
    assert run(["retry", "--failed", "--url", live.url]) == 1
    complaint = capsys.readouterr().err.splitlines()[-1]
    assert complaint.startswith("assay: 0 articles and 3 claims are tried again, but no more: ")
    assert complaint.endswith("run this command again later")
    statuses = [live.store.get_claim(steps.claim_id(n)).record.status for n in range(1, 6)]
    assert statuses.count(ClaimStatus.FAILED) == 2
    assert len(list_ready(live.store)) == 3


def test_command_without_failed_names_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["retry"]) == 2
    assert "choose what to retry: --failed" in capsys.readouterr().err
