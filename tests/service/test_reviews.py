"""Reviews over HTTP: steps, who takes them, what is refused, lists, events, the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.access import Scope
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import VerdictLabel
from tests.service.keys import bearer, make_key
from tests.service.work import judge_claim

CORRECTION = {"decision": "correct", "label": "REFUTED", "reason": "The page is a parody."}


@pytest.fixture
def path(client: FlaskClient, store: RedisStore) -> str:
    """The path of a claim with the verdict SUPPORTED of check 1."""
    path = str(client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"])
    judge_claim(store, path.rpartition("/")[2])
    return path


def review(client: FlaskClient, path: str, **body: Any) -> TestResponse:
    return client.post(f"{path}/review", json={"by": "Anna"} | body)


def test_acceptance_is_signed_and_shown_in_the_claim(client: FlaskClient, path: str) -> None:
    answer = review(client, path, decision="accept", check=1)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"{path}/reviews")
    assert (answer.json["state"], answer.json["label"]) == ("signed", "SUPPORTED")
    shown = client.get(path).json["review"]
    assert (shown["state"], shown["by"], shown["stale"]) == ("signed", "Anna", None)
    assert client.get(f"{path}/reviews").json == {"items": [answer.json], "next": None}


def test_claim_that_nobody_reviewed_is_open(client: FlaskClient, path: str) -> None:
    assert client.get(path).json["review"]["state"] == "open"
    assert client.get(f"{path}/reviews").json["items"] == []


def test_correction_leaves_the_verdict_as_it_is(client: FlaskClient, path: str) -> None:
    assert review(client, path, **CORRECTION).status_code == 201
    claim = client.get(path).json
    assert (claim["verdict"]["label"], claim["review"]["label"]) == ("SUPPORTED", "REFUTED")


def test_new_verdict_makes_the_sign_off_stale_in_words(
    client: FlaskClient, store: RedisStore, path: str
) -> None:
    review(client, path, decision="accept")
    check = client.post(f"{path}/recheck").json["check"]
    judge_claim(store, path.rpartition("/")[2], check=check, label=VerdictLabel.REFUTED)
    shown = client.get(path).json["review"]
    assert (shown["state"], shown["label"], shown["stale"]) == ("signed", "SUPPORTED", "red")
    assert shown["stale_because"][0] == "verdict-turned"
    refused = review(client, path, decision="publish")
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/review-refused")
    assert "sign again" in refused.json["detail"]
    store.reviews.note_stale(limit=10)
    (event,) = client.get("/v1/changes?type=review.stale").json["items"]
    assert event["data"]["stale_because"] == shown["stale_because"]
    assert event["data"]["text"].startswith(
        "The sign-off is stale: the proposal has another label than the one that was signed"
    )


def test_verdict_that_was_not_seen_is_not_signed(client: FlaskClient, path: str) -> None:
    answer = review(client, path, decision="accept", check=2)
    assert (answer.status_code, answer.json["type"]) == (412, "/problems/precondition-failed")


def test_claim_without_a_verdict_has_nothing_to_accept(client: FlaskClient) -> None:
    path = str(client.post("/v1/claims", json={"text": "Twelve died."}).headers["Location"])
    answer = review(client, path, decision="accept")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/no-verdict")
    assert review(client, path, **CORRECTION).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"decision": "approve"}, "/decision"),
        ({"decision": "correct", "label": "REFUTED"}, "/reason"),
        ({"decision": "correct", "label": "TRUE", "reason": "No."}, "/label"),
        ({"decision": "reject"}, "/reason"),
        ({"decision": "accept", "label": "SUPPORTED"}, "/label"),
        ({"note": " "}, "/note"),
        ({"note": "x" * 2001}, "/note"),
        ({"assignee": "two\nlines"}, "/assignee"),
        ({"note": "a", "second_look": "yes"}, "/second_look"),
        ({"decision": "accept", "check": 0}, "/check"),
        ({"decision": "accept", "verdict": "x"}, "/verdict"),
        ({"decision": "accept", "by": None}, "/by"),
    ],
)
def test_wrong_step_is_refused_with_its_field(
    client: FlaskClient, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = review(client, path, **body)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request")
    assert answer.json["errors"][0]["pointer"] == pointer
    assert client.get(path).json["review"]["state"] == "open"


def test_key_names_the_person_and_needs_its_scope(
    stranger: FlaskClient, store: RedisStore, path: str
) -> None:
    body = {"decision": "accept"}
    writes = bearer(make_key(store, Scope.READ, Scope.WRITE, name="bot"))
    answer = stranger.post(f"{path}/review", json=body, headers=writes)
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/insufficient-scope")
    reviews = bearer(make_key(store, Scope.REVIEW, name="Anna Berg"))
    answer = stranger.post(f"{path}/review", json=body, headers=reviews)
    assert (answer.status_code, answer.json["by"]) == (201, "Anna Berg")


def publish_and_correct(client: FlaskClient, path: str) -> TestResponse:
    """Publish SUPPORTED, correct it to REFUTED and publish that, all by one person."""
    for body in ({"decision": "accept"}, {"decision": "publish"}, CORRECTION):
        assert review(client, path, **body).status_code == 201
    return review(client, path, decision="publish")


def test_own_correction_of_a_published_label_needs_another_person(
    client: FlaskClient, path: str
) -> None:
    refused = publish_and_correct(client, path)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/review-refused")
    assert client.get(path).json["review"]["published"]["label"] == "SUPPORTED"
    assert review(client, path, decision="publish", by="Ben").status_code == 201
    assert client.get(path).json["review"]["published"]["by"] == "Ben"


def test_setting_lets_one_person_do_all(make_app: Any, store: RedisStore, path: str) -> None:
    app: APIFlask = make_app(Settings(api_token=None, review_two_people=False))
    assert publish_and_correct(app.test_client(), path).status_code == 201


def test_lists_select_by_review_and_assignee(client: FlaskClient, path: str) -> None:
    other = str(client.post("/v1/claims", json={"text": "Twelve died."}).headers["Location"])
    review(client, path, decision="accept", assignee="Anna Berg")

    def list_ids(query: str) -> list[str]:
        items = client.get(f"/v1/claims?{query}").json["items"]
        return [f"/v1/claims/{item['id']}" for item in items]

    assert list_ids("review=signed") == list_ids("assignee=anna%20berg") == [path]
    assert list_ids("review=open") == [other]
    assert list_ids("review=stale") == []
    (row,) = client.get("/v1/claims?review=signed").json["items"]
    assert (row["review"], row["assignee"], row["stale"]) == ("signed", "Anna Berg", None)
    answer = client.get("/v1/claims?review=done")
    assert answer.json["errors"][0]["parameter"] == "review"


def test_events_and_audit_log_have_each_step(client: FlaskClient, path: str) -> None:
    review(client, path, **CORRECTION)
    review(client, path, decision="publish")
    items = client.get("/v1/changes?type=review.added&type=claim.published").json["items"]
    assert [item["type"] for item in items] == ["review.added", "review.added", "claim.published"]
    assert items[0]["data"]["text"] == "Corrected by Anna: refuted."
    assert (items[2]["data"]["by"], items[2]["data"]["signed"]) == ("Anna", "REFUTED")
    entries = client.get("/v1/audit?action=review.added").json["items"]
    assert [f"/v1/claims/{entry['object']}" for entry in entries] == [path, path]


def test_superseded_claim_is_not_reviewed(client: FlaskClient, path: str) -> None:
    client.post(f"{path}/correct", json={"text": "Twelve died."})
    answer = review(client, path, decision="accept")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/corrected")


def test_deleted_claim_has_no_reviews(client: FlaskClient, path: str) -> None:
    review(client, path, decision="accept")
    client.delete(path)
    assert client.get(f"{path}/reviews").status_code == 410
    assert review(client, path, decision="accept").status_code == 410
    assert client.get("/v1/claims/c_1/reviews").status_code == 404


def submit_judged(
    client: FlaskClient, store: RedisStore, number: int, label: VerdictLabel, *labels: VerdictLabel
) -> str:
    """The path of a claim with these verdicts in turn."""
    text = f"Ship {number} sank."
    path = str(client.post("/v1/claims", json={"text": text, "tags": ["City"]}).headers["Location"])
    judge_claim(store, path.rpartition("/")[2], label=label)
    for other in labels:
        check = client.post(f"{path}/recheck").json["check"]
        judge_claim(store, path.rpartition("/")[2], check=check, label=other)
    return path


def test_queue_has_what_is_worth_a_look_with_the_reasons(
    client: FlaskClient, store: RedisStore, path: str
) -> None:
    signed = submit_judged(client, store, 1, VerdictLabel.SUPPORTED)
    review(client, signed, decision="accept")
    turned = submit_judged(client, store, 2, VerdictLabel.SUPPORTED)
    review(client, turned, decision="accept", assignee="Anna")
    check = client.post(f"{turned}/recheck").json["check"]
    judge_claim(store, turned.rpartition("/")[2], check=check, label=VerdictLabel.REFUTED)
    store.reviews.note_stale(limit=10)
    unjudged = client.post("/v1/claims", json={"text": "Twelve died."}).json["id"]

    def list_queue(query: str = "") -> list[tuple[str, list[str]]]:
        items = client.get(f"/v1/claims/queue{query}").json["items"]
        return [(f"/v1/claims/{item['id']}", item["because"]) for item in items]

    queue = list_queue()
    assert [claim for claim, _ in queue] == [turned, path]
    assert queue[0][1][0] == "does-not-hold"
    assert queue[1][1] == []
    assert unjudged not in str(queue)
    assert [claim for claim, _ in list_queue("?assignee=anna")] == [turned]
    assert [claim for claim, _ in list_queue("?tag=city&limit=1")] == [turned]
    assert client.get("/v1/claims/queue?limit=0").status_code == 422


def test_repeated_request_with_its_key_adds_nothing(client: FlaskClient, path: str) -> None:
    headers = {"Idempotency-Key": "one"}
    body = {"decision": "accept", "by": "Anna"}
    first = client.post(f"{path}/review", json=body, headers=headers)
    review(client, path, decision="publish")
    again = client.post(f"{path}/review", json=body, headers=headers)
    assert (again.status_code, again.json) == (201, first.json)
    assert len(client.get(f"{path}/reviews").json["items"]) == 2
    other = client.post(f"{path}/review", json=body | {"note": "Fine."}, headers=headers)
    assert (other.status_code, other.json["type"]) == (422, "/problems/idempotency-mismatch")
