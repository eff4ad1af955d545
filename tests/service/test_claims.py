"""Claims over HTTP, on a real store: submission, status, re-checks, history and schedule."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from claims.ports import WorkItem
from claims.shapes import from_text, to_json
from claims.store.redis_store import RedisStore
from claims.types import ClaimId, ClaimRecord, Queue, Stage, VerdictLabel
from tests.service.conftest import Notices
from tests.service.work import judge_claim


def submit(client: FlaskClient, **fields: object) -> str:
    response = client.post("/v1/claims", json={"text": "Eleven people died."} | fields)
    assert response.status_code == 202, response.text
    return str(response.json["id"])


def test_all_fields_reach_the_store(client: FlaskClient, store: RedisStore) -> None:
    fields = {
        "context": "A ferry sank.",
        "claimant": "The mayor",
        "claimed_at": "2025-09-04",
        "as_of": "2025-09-05",
        "sources": ["https://a.example/one", "shelf:press/archive/a.txt"],
        "every": "PT6H",
    }
    stored = store.get_claim(ClaimId(submit(client, **fields)))
    assert (stored.context, list(stored.options.sources)) == (fields["context"], fields["sources"])
    assert (stored.record.claimant, str(stored.record.claimed_at)) == ("The mayor", "2025-09-04")
    assert str(stored.record.as_of) == "2025-09-05"
    assert stored.record.schedule is not None
    assert stored.record.schedule.every == "PT6H"


def test_bulk_waits_behind_later_normal_submissions(client: FlaskClient, store: RedisStore) -> None:
    bulk = submit(client, priority="bulk")
    for priority in ("normal", None):
        claim = submit(client, priority=priority)
        lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
        assert lease is not None
        assert lease.item.id == claim
    lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
    assert lease is not None
    assert lease.item.id == bulk


def test_the_last_day_of_evidence_may_be_a_moment_and_is_null_where_there_is_none(
    client: FlaskClient,
) -> None:
    def as_of(**fields: object) -> object:
        return client.get(f"/v1/claims/{submit(client, **fields)}").json["as_of"]

    assert as_of(as_of="2025-09-05T23:30:00-05:00") == "2025-09-05"
    assert as_of() is as_of(as_of=None) is None


def test_a_claim_is_read_as_one_from_an_article_is(client: FlaskClient) -> None:
    def read(**fields: object) -> dict[str, object]:
        shape: dict[str, object] = client.get(f"/v1/claims/{submit(client, **fields)}").json
        return shape

    plain = read(text="Ecuador will receive 13.5 million dollars from the United States.")
    assert "quantity" in plain["kinds"]  # type: ignore[operator]
    assert not plain["needs_context"]
    pronoun = read(text="He flew to Quito on Thursday.")
    assert pronoun["needs_context"]
    assert (pronoun["text"], pronoun["span"]) == ("He flew to Quito on Thursday.", None)


def test_workers_are_notified_when_the_gathering_is_ready(
    client: FlaskClient, notices: Notices
) -> None:
    claim_id = submit(client)
    assert notices.items == [WorkItem(Stage.GATHER, claim_id, 1)]


def test_a_judged_claim_is_written_in_the_shape_of_the_types(
    client: FlaskClient, store: RedisStore
) -> None:
    claim_id = submit(client)
    verdict = judge_claim(store, claim_id)
    shape = client.get(f"/v1/claims/{claim_id}").json
    assert to_json(from_text(ClaimRecord, json.dumps(shape))) == shape
    assert (shape["status"], shape["verdict"]) == ("judged", to_json(verdict))
    assert list(shape)[:4] == ["id", "article_id", "text", "span"]


def test_the_links_of_a_claim_lead_somewhere(client: FlaskClient) -> None:
    links = client.post("/v1/claims", json={"text": "Eleven died."}).json["links"]
    assert client.get(links["self"]).status_code == 200
    assert client.get(links["history"]).json == {"items": [], "next": None}
    assert client.post(links["recheck"]).status_code == 202
    assert client.put(links["schedule"], json={"every": "P1D"}).status_code == 200
    assert links.keys() == {"self", "history", "recheck", "schedule"}


def test_a_recheck_is_a_new_check_that_keeps_the_verdict(
    client: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    response = client.post(f"/v1/claims/{claim_id}/recheck")
    assert (response.status_code, response.json) == (202, {"id": claim_id, "check": 2})
    assert response.headers["Location"] == f"/v1/claims/{claim_id}"
    assert notices.items[-1] == WorkItem(Stage.GATHER, claim_id, 2)
    shape = client.get(f"/v1/claims/{claim_id}").json
    assert shape["status"] != "judged"
    assert shape["verdict"]["check"] == 1


def test_a_recheck_under_way_is_not_doubled(client: FlaskClient) -> None:
    claim_id = submit(client)
    checks = [client.post(f"/v1/claims/{claim_id}/recheck").json["check"] for _ in range(3)]
    assert checks == [1, 1, 1]


def test_the_history_lists_every_check_oldest_first(client: FlaskClient, store: RedisStore) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    client.post(f"/v1/claims/{claim_id}/recheck")
    judge_claim(store, claim_id, check=2, label=VerdictLabel.REFUTED)
    items = client.get(f"/v1/claims/{claim_id}/history").json["items"]
    assert [(item["check"], item["label"]) for item in items] == [
        (1, "SUPPORTED"),
        (2, "REFUTED"),
    ]
    assert "diff" not in items[0]


def test_a_schedule_is_set_shown_and_deleted(client: FlaskClient) -> None:
    claim_id = submit(client)
    body = {"every": "PT6H", "until": "2100-01-01T00:00:00+01:00"}
    answer = client.put(f"/v1/claims/{claim_id}/schedule", json=body)
    assert answer.status_code == 200
    assert (answer.json["every"], answer.json["until"]) == ("PT6H", "2099-12-31T23:00:00Z")
    assert client.get(f"/v1/claims/{claim_id}").json["schedule"] == answer.json
    assert client.delete(f"/v1/claims/{claim_id}/schedule").status_code == 204
    assert client.get(f"/v1/claims/{claim_id}").json["schedule"] is None


def test_adaptive_schedule_has_the_period_that_its_looks_give_and_the_reason(
    client: FlaskClient,
) -> None:
    path = f"/v1/claims/{submit(client)}"
    bounds = {"min": "PT6H", "max": "P30D"}
    answer = client.put(f"{path}/schedule", json={"adaptive": bounds})
    assert answer.status_code == 200
    assert answer.json["adaptive"] == bounds
    assert answer.json["reason"].startswith("no look back yet; sooner because the claim is new")
    assert client.get(path).json["schedule"] == answer.json
    fixed = client.put(f"{path}/schedule", json={"every": "P1D"})
    assert (fixed.json["adaptive"], fixed.json["reason"]) == (None, None)


def test_schedule_has_a_time_of_day_quiet_hours_and_a_pause(client: FlaskClient) -> None:
    path = f"/v1/claims/{submit(client)}/schedule"
    times = {"at": "09:00", "zone": "Europe/Berlin", "quiet": "22:00-07:00"}
    found = client.put(path, json={"every": "P1D", **times}).json
    assert {name: found[name] for name in times} == times
    assert datetime.fromisoformat(found["next_at"]).minute == 0
    daily = client.put(path, json={"adaptive": {}, "at": "09:00"}).json
    assert (daily["adaptive"]["min"], daily["zone"]) == ("P1D", "UTC")
    assert client.put(path, json={"every": "P1D", "paused": True}).json["next_at"] is None
    assert client.put(path, json={"every": "P1D"}).json["paused"] is False


def test_adaptive_schedule_without_bounds_has_the_usual_ones(client: FlaskClient) -> None:
    answer = client.put(f"/v1/claims/{submit(client)}/schedule", json={"adaptive": {}})
    assert answer.json["adaptive"] == {"min": "PT6H", "max": "P30D"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"every": "P1D", "adaptive": {}},
        {"adaptive": {"min": "P2D", "max": "P1D"}},
        {"adaptive": {"min": "PT1S"}},
        {"every": "PT6H", "at": "09:00"},
        {"every": "PT36H", "at": "09:00"},
        {"adaptive": {"min": "PT6H"}, "at": "09:00"},
        {"every": "P1D", "at": "23:30", "quiet": "22:00-07:00"},
        {"every": "P1D", "at": "25:00"},
        {"every": "P1D", "quiet": "22:00"},
        {"every": "P1D", "at": "09:00", "zone": "Moon/Sea"},
        {"every": "P1D", "paused": "yes"},
        {"adaptive": {"every": "P1D"}},
    ],
)
def test_schedule_has_one_period_and_bounds_in_order(
    client: FlaskClient, body: dict[str, object]
) -> None:
    path = f"/v1/claims/{submit(client)}"
    assert client.put(f"{path}/schedule", json=body).status_code == 422
    assert client.get(path).json["schedule"] is None


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-14:00", "2100-01-01T00:00:00", "never"])
def test_a_schedule_ends_at_a_moment_there_can_be(client: FlaskClient, until: str) -> None:
    claim_id = submit(client)
    body = {"every": "PT6H", "until": until}
    answer = client.put(f"/v1/claims/{claim_id}/schedule", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/until"]
    assert client.get(f"/v1/claims/{claim_id}").json["schedule"] is None


def test_claims_are_listed_newest_first(client: FlaskClient) -> None:
    ids = [submit(client) for _ in range(3)]
    listed = client.get("/v1/claims").json
    assert [item["id"] for item in listed["items"]] == ids[::-1]
    assert listed["items"][0]["title"] == "Eleven people died."


# --- what cannot be checked ------------------------------------------------------------------

GERMAN = "Die Stadtbibliothek von Norrbeck wurde 1987 eröffnet."
CHECKABLE = {"text": "Eleven people died."}


@pytest.mark.parametrize("text", ["Is the town library open?", GERMAN])
def test_a_claim_that_cannot_be_checked_is_refused_unless_forced(
    client: FlaskClient, store: RedisStore, text: str
) -> None:
    answer = client.post("/v1/claims", json={"text": text})
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/not-checkable")
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/text"
    assert answer.json["detail"].startswith(
        f"/text: {error['detail']}; to check it anyway, use `force`"
    )
    assert client.post("/v1/claims", json={"text": text, "force": False}).status_code == 422
    wrong = client.post("/v1/claims", json={"text": text, "force": "yes"})
    assert wrong.json["errors"][0]["pointer"] == "/force"
    assert store.list_claims(limit=1).items == ()
    assert submit(client, text=text, force=True)


def test_batch_names_each_claim_that_cannot_be_checked(
    client: FlaskClient, store: RedisStore
) -> None:
    claims = [CHECKABLE, {"text": "Is it so?"}, {"text": GERMAN, "force": True}, {"text": GERMAN}]
    answer = client.post("/v1/claims/batch", json={"claims": claims})
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/not-checkable")
    assert [error["pointer"] for error in answer.json["errors"]] == [
        "/claims/1/text",
        "/claims/3/text",
    ]
    assert store.list_claims(limit=1).items == ()


def test_claims_of_an_article_and_corrected_wordings_are_looked_at_as_well(
    client: FlaskClient,
) -> None:
    article = {"text": f"{GERMAN} Eleven people died.", "claims": ["It sank.", "Did it sink?"]}
    answer = client.post("/v1/articles", json=article)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/not-checkable")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/claims/1"]
    assert client.post("/v1/articles", json=article | {"force": True}).status_code == 202
    path = f"/v1/claims/{submit(client)}/correct"
    refused = client.post(path, json={"text": "Did they die?"})
    assert refused.json["type"] == "/problems/not-checkable"
    assert client.post(path, json={"text": "Did they die?", "force": True}).status_code == 202


def test_a_question_to_judge_now_is_refused(client: FlaskClient) -> None:
    body = {"claim": "Did they die?", "passages": [{"text": "Eleven people died."}]}
    answer = client.post("/v1/verify", json=body)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/not-checkable")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/claim"]
