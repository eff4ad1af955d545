"""POST /v1/claims/recheck: the claims of a list are checked again, such as those with a tag."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.types import ClaimStatus
from service.app import create_app
from service.cli import run
from service.client import Client
from tests.contracts.turns import list_ready
from tests.service.conftest import Notices
from tests.service.live import Live, run_service_and_store
from tests.service.work import extract_article, judge_claim

PATH = "/v1/claims/recheck"


def judge(client: FlaskClient, store: RedisStore, number: int, tag: str) -> str:
    body = {"text": f"{number} people died.", "tags": [tag]}
    claim = str(client.post("/v1/claims", json=body).json["id"])
    judge_claim(store, claim)
    return claim


@pytest.fixture
def city(client: FlaskClient, store: RedisStore) -> list[str]:
    """Three judged claims with the tag City, the newest first; another one has the tag Sport."""
    claims = [judge(client, store, number, "City") for number in range(3)]
    judge(client, store, 9, "Sport")
    return claims[::-1]


def test_all_claims_with_a_tag_are_checked_again_a_page_at_a_time(
    client: FlaskClient, store: RedisStore, notices: Notices, city: list[str]
) -> None:
    seen, cursor = [], None
    while True:
        query = {"tag": "city", "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = client.post(PATH, query_string=query)
        assert answer.status_code == 202
        seen += answer.json["items"]
        cursor = answer.json["next"]
        if cursor is None:
            break
    assert seen == [{"id": claim, "check": 2} for claim in city]
    assert {item.id for item in list_ready(store)} == set(city)
    assert {item.id for item in notices.items} >= set(city)


def test_claims_of_a_tagged_article_are_checked_again(
    client: FlaskClient, store: RedisStore
) -> None:
    text = "Eleven people died. It was sad."
    article = client.post("/v1/articles", json={"text": text, "tags": ["City"]}).json["id"]
    extract_article(store, article, text)
    (claim,) = client.get(f"/v1/articles/{article}").json["claims"]
    judge_claim(store, claim["id"])
    assert client.post(f"{PATH}?tag=City").json["items"] == [{"id": claim["id"], "check": 2}]


def test_a_repeated_request_doubles_no_check(client: FlaskClient, city: list[str]) -> None:
    first, second = (client.post(f"{PATH}?tag=City").json for _ in range(2))
    assert first == second
    assert len(first["items"]) == len(city)


def test_a_corrected_claim_is_left_out(client: FlaskClient, city: list[str]) -> None:
    client.post(f"/v1/claims/{city[1]}/correct", json={"text": "Twelve died.", "tags": ["Other"]})
    checked = client.post(f"{PATH}?tag=City").json["items"]
    assert [item["id"] for item in checked] == [city[0], city[2]]


def test_nothing_of_a_page_is_checked_when_the_queue_has_no_room(
    store_url: str, store: RedisStore, settings: Settings, city: list[str]
) -> None:
    small = connect(store_url, queue_max=2)
    client = create_app(settings, store=small, notify=lambda: None).test_client()
    answer = client.post(f"{PATH}?tag=City")
    small.close()
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/queue-full")
    assert [store.get_claim(claim).record.status for claim in city] == [ClaimStatus.JUDGED] * 3


@pytest.mark.parametrize(
    "query", ["", "?limit=5", "?sort=checked", "?cursor=x", "?superseded=include"]
)
def test_without_a_filter_nothing_is_checked(
    client: FlaskClient, store: RedisStore, city: list[str], query: str
) -> None:
    answer = client.post(f"{PATH}{query}")
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert "at least one filter" in error["detail"]
    assert list(error) == ["detail"]  # no parameter alone is at fault
    assert list_ready(store) == []


def test_a_cursor_of_another_filter_is_refused(client: FlaskClient, city: list[str]) -> None:
    cursor = client.post(f"{PATH}?tag=City&limit=1").json["next"]
    answer = client.post(f"{PATH}?tag=Sport&cursor={cursor}")
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-cursor")


def test_the_claims_take_turns_as_one_submission(
    client: FlaskClient, store: RedisStore, city: list[str]
) -> None:
    client.post(f"{PATH}?tag=City")
    names = {store.connection.command("HGET", f"assay:claim:{c}", "submission") for c in city}
    assert len(names) == 1


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live")) as live:
        yield live


def test_client_and_command_check_by_tag(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(live.url)
    claims = [
        client.submit_claim({"text": f"{number} people died.", "tags": ["City"]})
        for number in range(3)
    ]
    for claim in claims:
        judge_claim(live.store, claim)
    assert {check.id: check.check for check in client.recheck_claims(tag="City")} == dict.fromkeys(
        claims, 2
    )
    for claim in claims:
        judge_claim(live.store, claim, check=2)
    monkeypatch.setenv("ASSAY_URL", live.url)
    assert run(["recheck", "--tag", "City", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["id"]: line["check"] for line in lines} == dict.fromkeys(claims, 3)
    assert run(["recheck"]) == 2
    assert run(["recheck", claims[0], "--tag", "City"]) == 2
    assert "give IDs, or filters" in capsys.readouterr().err
