"""The id of a request is in every log line of the work that it caused, in workers as in the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from claims.types import ArticleId, ClaimId
from tests.faults.conftest import Plant
from tests.service.live import Live, run_service
from tests.stack.asking import ask
from tests.stack.workers import CeleryProcess, wait_until

ARTICLE = {
    "text": "The bridge is 42 metres long. The library opened in 1987.",
    "sources": ["http://source.example/bridge"],
}
CLAIM = {"text": "The bridge is long", "sources": ["http://source.example/bridge"]}


@pytest.fixture
def service(plant: Plant) -> Iterator[Live]:
    with run_service(plant.store, plant.server.url, plant.folder) as service:
        yield service


def read_log(path: Path) -> list[dict[str, Any]]:
    lines = (line for line in path.read_text().splitlines() if line.startswith("{"))
    return [json.loads(line) for line in lines]


def lines_of(worker: CeleryProcess, *ids: str) -> list[dict[str, Any]]:
    """The lines about the work on these articles and claims."""
    return [line for line in read_log(worker.log) if line.get("id") in ids]


def submit(service: Live, path: str, body: dict[str, object], request_id: str) -> str:
    answer = ask(service, "POST", path, body, {"X-Request-Id": request_id})
    assert (answer.status, answer.headers["X-Request-Id"]) == (202, request_id)
    return str(json.loads(answer.text)["id"])


def test_each_line_of_a_worker_names_the_request_that_caused_its_work(
    plant: Plant, service: Live
) -> None:
    worker = plant.start_worker()
    article = ArticleId(submit(service, "/v1/articles", ARTICLE, "from-the-article-desk"))
    wait_until(lambda: plant.store.get_article(article).record.claims)
    claims = [claim.id for claim in plant.store.get_article(article).record.claims]
    alone = ClaimId(submit(service, "/v1/claims", CLAIM, "from-the-nightly-job"))
    plant.judge_all(*claims, alone)
    wait_until(lambda: len(lines_of(worker, alone)) >= 2)
    lines = lines_of(worker, article, *claims)
    assert {line["stage"] for line in lines} == {"extract", "gather", "judge"}
    assert {line["request_id"] for line in lines} == {"from-the-article-desk"}
    assert {line["request_id"] for line in lines_of(worker, alone)} == {"from-the-nightly-job"}
    requests = [line for line in read_log(service.log) if line["event"] == "request"]
    assert {"from-the-article-desk", "from-the-nightly-job"} <= {
        line["request_id"] for line in requests
    }


def test_a_recheck_is_logged_under_its_own_request_also_where_an_attempt_fails(
    plant: Plant, service: Live
) -> None:
    worker = plant.start_worker()
    hungry = {"text": "The bridge eats all memory", "sources": ["http://source.example/bridge"]}
    claim = ClaimId(submit(service, "/v1/claims", hungry, "first-request"))
    plant.finish(claim)
    answer = ask(
        service, "POST", f"/v1/claims/{claim}/recheck", None, {"X-Request-Id": "second-request"}
    )
    assert answer.status == 202
    wait_until(lambda: sum(one["check"] == 2 for one in lines_of(worker, claim)) >= 7)
    by_check = {
        check: {one["request_id"] for one in lines_of(worker, claim) if one["check"] == check}
        for check in (1, 2)
    }
    assert by_check == {1: {"first-request"}, 2: {"second-request"}}
    events = {line["event"] for line in lines_of(worker, claim)}
    assert {"attempt_failed", "task_ended"} <= events


@pytest.mark.parametrize("given", ["short", "with spaces in it", "x" * 65, "line\tbreak"])
def test_an_id_that_is_not_well_formed_is_replaced(service: Live, given: str) -> None:
    answer = ask(service, "POST", "/v1/claims", CLAIM, {"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] not in ("", given)
