"""The second reader over HTTP: its state, whether it is asked, and readings that are caught up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Action
from claims.ports import WorkItem
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import keep_result
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import (
    ClaimId,
    ClaimStatus,
    NotRead,
    Queue,
    ReaderChoice,
    ReaderName,
    Reading,
    Stage,
    Unread,
    VerdictLabel,
)
from service.api.answer_schemas import SHAPES
from tests.claims.reader.test_results import RESULT
from tests.contracts import steps
from tests.service.conftest import Notices
from tests.service.work import judge_claim, lease

REFUTED, NOT_ENOUGH = VerdictLabel.REFUTED, VerdictLabel.NOT_ENOUGH_EVIDENCE
SPENT = NotRead(skipped=Unread.BUDGET, detail="the tokens of the day are spent")


@pytest.fixture
def settings() -> Settings:
    """Settings with a second reader."""
    return Settings(reader="chat:test-model", reader_tokens_per_day=1000)


def submit(client: FlaskClient, **fields: Any) -> ClaimId:
    """Submit a claim; returns its id."""
    answer = client.post("/v1/claims", json={"text": "Eleven people died.", **fields})
    assert answer.status_code == 202, answer.json
    return ClaimId(answer.json["id"])


def judge(store: RedisStore, claim: ClaimId, *, reader: Reading | NotRead) -> None:
    """Gather and judge the first check, with this reader."""
    steps.gather(store, claim)
    taken = lease(store, WorkItem(Stage.JUDGE, claim, 1))
    assert steps.commit_verdict(store, taken, REFUTED, reader=reader)


def test_it_tells_model_budget_and_use_of_each_day(client: FlaskClient, store: RedisStore) -> None:
    claim = submit(client)
    store.readings.spend(claim, 700)
    store.readings.end("it does not answer")
    answer = client.get("/v1/reader?days=2")
    assert answer.status_code == 200
    state = answer.json
    assert (state["model"], state["when"], state["passages"]) == ("test-model", "always", 16)
    assert state["tokens_per_day"] == 1000
    assert state["measured"] is None
    assert [day["tokens"] for day in state["days"]] == [700, 0]
    assert state["days"][0]["requests"] == 1
    assert state["endpoint"] == {
        "failures": 1,
        "detail": "it does not answer",
        "rests_until": None,
    }
    assert client.get(f"/v1/claims/{claim}").json["tokens"] == 700
    assert b"assay_reader_tokens_total 700.0" in client.get("/metrics").data


def test_it_tells_the_latest_test_of_the_model(
    make_app: Callable[..., APIFlask], tmp_path: Path
) -> None:
    client = make_app(Settings(reader="chat:qwen", data_folder=str(tmp_path))).test_client()
    result = replace(RESULT, reader=ReaderName("qwen", INSTRUCTION_VERSION))
    keep_result(tmp_path, result)
    state = client.get("/v1/reader").json
    assert (state["measured"], state["refused"]) == ({"right": 55, "of": 57}, False)
    keep_result(tmp_path, replace(result, read=result.judged))
    assert client.get("/v1/reader").json["refused"] is True
    few = {VerdictLabel.SUPPORTED: {VerdictLabel.SUPPORTED: 39}}
    keep_result(tmp_path, replace(result, counts=few))
    assert client.get("/v1/reader").json["measured"] is None


def test_it_tells_that_the_model_was_refused_at_another_address(
    make_app: Callable[..., APIFlask], tmp_path: Path
) -> None:
    here, there = "http://127.0.0.1:8080/v1", "http://localhost:8080/v1"
    settings = Settings(reader="chat:qwen", chat_url=there, data_folder=str(tmp_path))
    client = make_app(settings).test_client()
    assert client.get("/v1/reader").json["tested_elsewhere"] is None
    name = ReaderName("qwen", INSTRUCTION_VERSION, here)
    keep_result(tmp_path, replace(RESULT, reader=name, read=RESULT.judged))
    state = client.get("/v1/reader").json
    assert (state["measured"], state["refused"]) == (None, False)
    assert f"({here}, and was refused there: 31 of 60, judge 31)" in state["tested_elsewhere"]
    keep_result(tmp_path, replace(RESULT, reader=replace(name, endpoint=there)))
    assert client.get("/v1/reader").json["tested_elsewhere"] is None


def test_a_reading_by_a_refused_reader_is_a_conflict_with_its_figures(
    make_app: Callable[..., APIFlask], store: RedisStore, tmp_path: Path
) -> None:
    client = make_app(Settings(reader="chat:qwen", data_folder=str(tmp_path))).test_client()
    claim = submit(client)
    judge_claim(store, claim)
    result = replace(RESULT, reader=ReaderName("qwen", INSTRUCTION_VERSION))
    keep_result(tmp_path, replace(result, read=result.judged))
    for path in (f"/v1/claims/{claim}/read", "/v1/reader/catch-up"):
        answer = client.post(path)
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/no-reader")
        assert answer.json["detail"] == (
            "The model qwen is not used as a second reader: it was right about "
            f"{result.judged.right} of {result.claims} labelled claims, the judge alone about "
            f"{result.judged.right}; use another model, none, or assay reader test --claims 60 "
            "--force."
        ), path
    assert store.get_claim(claim).check == 1
    keep_result(tmp_path, replace(result, read=result.judged, forced=True))
    assert client.post(f"/v1/claims/{claim}/read").status_code == 202


@pytest.mark.parametrize("days", ["0", "401", "x"])
def test_days_are_limited_to_those_that_are_kept(client: FlaskClient, days: str) -> None:
    assert client.get(f"/v1/reader?days={days}").status_code == 422


def test_without_a_reader_it_says_so(make_app: Callable[..., APIFlask], store: RedisStore) -> None:
    client = make_app(Settings()).test_client()
    assert client.get("/v1/reader").json["model"] is None
    claim = submit(client)
    judge_claim(store, claim)
    for path in (f"/v1/claims/{claim}/read", "/v1/reader/catch-up"):
        answer = client.post(path)
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/no-reader")
    assert store.get_claim(claim).check == 1


@pytest.mark.parametrize("choice", ReaderChoice)
def test_a_submission_says_whether_it_is_read(
    client: FlaskClient, store: RedisStore, choice: ReaderChoice
) -> None:
    claim = submit(client, reader=choice)
    assert store.get_claim(claim).reader is choice
    assert client.get(f"/v1/claims/{claim}").json["reader"] == choice
    article = client.post("/v1/articles", json={"text": "Eleven died.", "reader": choice}).json
    assert client.get(article["links"]["self"]).json["reader"] == choice
    (of_article,) = steps.extract(store, article["id"])
    assert store.get_claim(of_article).reader is choice


def test_another_choice_is_refused(client: FlaskClient) -> None:
    answer = client.post("/v1/claims", json={"text": "Eleven people died.", "reader": "maybe"})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/reader"


def test_a_recheck_says_whether_it_is_read(client: FlaskClient, store: RedisStore) -> None:
    claim = submit(client, reader="never")
    judge_claim(store, claim)
    assert client.post(f"/v1/claims/{claim}/recheck?reader=always").status_code == 202
    assert store.get_claim(claim).reader is ReaderChoice.ALWAYS
    assert client.post(f"/v1/claims/{claim}/recheck?reader=maybe").status_code == 422


def test_a_recheck_of_an_article_says_whether_its_claims_are_read(
    client: FlaskClient, store: RedisStore
) -> None:
    article = client.post("/v1/articles", json={"text": "Eleven died."}).json["id"]
    (claim,) = steps.extract(store, article)
    judge_claim(store, claim)
    assert client.post(f"/v1/articles/{article}/recheck?reader=never").status_code == 202
    assert store.get_claim(claim).reader is ReaderChoice.NEVER


def test_one_claim_is_read_on_request(
    client: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    claim = submit(client)
    judge_claim(store, claim)
    answer = client.post(f"/v1/claims/{claim}/read")
    assert (answer.status_code, answer.json) == (202, {"id": claim, "check": 2})
    assert answer.headers["Location"].endswith(f"/v1/claims/{claim}")
    assert notices.queues[-1] is Queue.SCORE
    assert notices.items[-1] == WorkItem(Stage.JUDGE, claim, 2)
    (entry,) = store.audit.read(limit=1).items
    assert (entry.action, entry.object) == (Action.READING_REQUESTED, claim)


def test_a_claim_without_a_verdict_cannot_be_read(client: FlaskClient, store: RedisStore) -> None:
    claim = submit(client)
    client.post(f"/v1/claims/{claim}/cancel")
    answer = client.post(f"/v1/claims/{claim}/read")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/no-verdict")
    assert client.post("/v1/claims/c_none/read").status_code == 404


def test_a_claim_that_is_read_shows_the_provisional_verdict(
    client: FlaskClient, store: RedisStore
) -> None:
    claim = submit(client)
    version = client.get(f"/v1/claims/{claim}").headers["ETag"]
    steps.begin_reading(store, claim, label=REFUTED)
    answer = client.get(f"/v1/claims/{claim}")
    assert answer.headers["ETag"] != version
    assert answer.json["status"] == ClaimStatus.READING
    assert answer.json["verdict"] is None
    assert answer.json["provisional"]["label"] == REFUTED


def test_claims_are_listed_by_their_reader_facet(client: FlaskClient, store: RedisStore) -> None:
    answers = {
        "agrees": steps.write_reading(REFUTED),
        "disagrees": steps.write_reading(agrees=False),
        "decides": replace(steps.write_reading(REFUTED, agrees=False), judged=NOT_ENOUGH),
        "not-read:budget": SPENT,
    }
    claims = {said: submit(client) for said in answers}
    for said, reader in answers.items():
        judge(store, claims[said], reader=reader)
    for said, claim in claims.items():
        found = client.get(f"/v1/claims?reader={said}").json["items"]
        assert [(item["id"], item["reader"]) for item in found] == [(claim, said)]
    both = client.get("/v1/claims?reader=agrees&reader=disagrees").json["items"]
    assert {item["id"] for item in both} == {claims["agrees"], claims["disagrees"]}
    assert client.get("/v1/claims?reader=maybe").status_code == 422


def test_missed_readings_are_caught_up_page_by_page(
    client: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    silent = replace(SPENT, skipped=Unread.NO_ANSWER)
    never = replace(SPENT, skipped=Unread.NOT_ASKED)
    claims = [submit(client) for _ in range(4)]
    for claim, reader in zip(claims, (SPENT, silent, never, steps.write_reading()), strict=True):
        judge(store, claim, reader=reader)
    found, query = [], "limit=1"
    for _ in range(4):
        page = client.post(f"/v1/reader/catch-up?{query}")
        assert page.status_code == 202
        found += [item["id"] for item in page.json["items"]]
        if page.json["next"] is None:
            break
        query = f"limit=1&cursor={page.json['next']}"
    assert sorted(found) == sorted(claims[:2])
    assert Queue.SCORE in notices.queues
    assert client.post("/v1/reader/catch-up?cursor=x").status_code == 400


def test_the_state_is_described(client: FlaskClient) -> None:
    assert "ReaderState" in {shape.__name__ for shape in SHAPES}
    assert "/v1/reader" in client.get("/openapi.json").json["paths"]
