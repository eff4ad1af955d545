"""Checks over HTTP, on a real store: each check by its number, and its pages by their hash."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from claims.shapes import from_text, to_json
from claims.sources.snapshots import is_unchanged
from claims.store.redis_store import RedisStore
from claims.types import CheckRecord, Page, VerdictLabel
from tests.contracts.steps import empty_page_cache
from tests.service.test_claims import submit
from tests.service.work import judge_claim


def check_again(client: FlaskClient, store: RedisStore, claim_id: str, check: int) -> None:
    client.post(f"/v1/claims/{claim_id}/recheck")
    judge_claim(store, claim_id, check=check, label=VerdictLabel.REFUTED)


def test_every_check_is_read_by_its_number(client: FlaskClient, store: RedisStore) -> None:
    claim_id = submit(client)
    first = judge_claim(store, claim_id)
    check_again(client, store, claim_id, 2)
    shapes = [client.get(f"/v1/claims/{claim_id}/checks/{check}").json for check in (1, 2)]
    assert [shape["check"] for shape in shapes] == [1, 2]
    assert shapes[0]["verdict"] == to_json(first)
    assert shapes[1]["verdict"]["label"] == "REFUTED"
    for shape in shapes:
        assert list(shape["gathered"]) == [
            *("pages", "passages", "coverage", "prior_checks", "further"),
        ]
        assert to_json(from_text(CheckRecord, json.dumps(shape))) == shape


def test_the_page_of_a_check_is_read_by_its_hash(client: FlaskClient, store: RedisStore) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    (page,) = client.get(f"/v1/claims/{claim_id}/checks/1").json["gathered"]["pages"]
    shape = client.get(f"/v1/pages/{page['sha256']}").json
    assert is_unchanged(shape["text"], page["sha256"])
    assert (shape["url"], shape["fetched_at"]) == (page["url"], page["fetched_at"])
    assert to_json(from_text(Page, json.dumps(shape))) == shape


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/v1/claims/c_none/checks/1", "No claim c_none."),
        ("/v1/claims/{claim}/checks/0", "Claim {claim} has no check 0: its newest is check 1."),
        ("/v1/claims/{claim}/checks/99", "Claim {claim} has no check 99: its newest is check 1."),
        ("/v1/claims/{claim}/checks/" + "9" * 40, "Claim {claim} has no check "),
        ("/v1/claims/{claim}/checks/-1", "No such resource"),
        ("/v1/claims/{claim}/checks/one", "No such resource"),
        ("/v1/pages/" + "0" * 64, "Page " + "0" * 64 + " was never read by this service, or is"),
        ("/v1/pages/" + "A" * 64, "No such resource"),
        ("/v1/pages/a", "No such resource"),
    ],
)
def test_a_missing_check_or_page_is_a_problem_with_the_reason(
    client: FlaskClient, store: RedisStore, path: str, detail: str
) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    answer = client.get(path.format(claim=claim_id))
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
    assert answer.json["detail"].startswith(detail.format(claim=claim_id))


def test_a_check_that_was_deleted_says_so(client: FlaskClient, store: RedisStore) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    check_again(client, store, claim_id, 2)
    empty_page_cache(store)
    assert store.forget(keep_s=0, limit=9).checks == 1
    answer = client.get(f"/v1/claims/{claim_id}/checks/1")
    assert answer.status_code == 404
    assert "is no longer stored" in answer.json["detail"]
    assert "ASSAY_KEEP_DAYS" in answer.json["detail"]
    assert len(client.get(f"/v1/claims/{claim_id}/history").json["items"]) == 2
    assert client.get(f"/v1/claims/{claim_id}/checks/2").status_code == 200
