"""Lists with filters over HTTP, tags, and what is refused."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from claims.store.redis_store import RedisStore
from claims.types import VerdictLabel
from tests.service.work import extract_article, judge_claim

CLAIM = {"text": "The bridge opened in 1987."}


def submit(client: FlaskClient, kind: str = "claims", **body: object) -> str:
    given = body if kind == "articles" else CLAIM | body
    answer = client.post(f"/v1/{kind}", json=given)
    assert answer.status_code == 202, answer.text
    return str(answer.json["id"])


def find(client: FlaskClient, kind: str = "claims", **query: object) -> list[str]:
    answer = client.get(f"/v1/{kind}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def test_claims_are_found_by_all_parameters_at_once(client: FlaskClient, store: RedisStore) -> None:
    claim = submit(client, claimant="Anna Berg", tags=["City"])
    other = submit(client, text="Rain fell on the bridge.")
    judge_claim(store, claim, label=VerdictLabel.REFUTED)
    assert find(client, q="BRIDGE") == [other, claim]
    assert find(client, q="bridge", sort="oldest") == [claim, other]
    assert find(client, label=["REFUTED", "SUPPORTED"]) == [claim]
    assert find(client, status=["queued", "judged"]) == [other, claim]
    everything = {
        "label": "REFUTED",
        "status": "judged",
        "tag": "city",
        "claimant": "anna berg",
        "q": "bridge 1987",
        "since": "2020-01-01",
        "until": "2200-01-01T00:00:00+02:00",
        "min_confidence": "0.7",
        "sort": "confidence",
        "site": "example.org",
    }
    row = client.get(f"/v1/claims/{claim}").json["verdict"]["evidence"][0]["page"]["url"]
    everything["site"] = row.split("/")[2].upper()
    assert find(client, **everything) == [claim]
    for name, value in {"tag": "x", "q": "rain", "claimant": "Anna", "site": "b.example"}.items():
        assert find(client, **(everything | {name: value})) == [], name
    assert find(client, since="2200-01-01") == []


def test_articles_are_found(client: FlaskClient, store: RedisStore) -> None:
    article = submit(
        client, "articles", text="Eleven people died. A storm.", title="Flood", tags=["City"]
    )
    submit(client, "articles", text="Rain fell.")
    extract_article(store, article, "Eleven people died. A storm.")
    (claim,) = find(client, article=article)
    judge_claim(store, claim, label=VerdictLabel.REFUTED)
    found = find(client, "articles", q="flood", label="REFUTED", status="done", tag="CITY")
    assert found == [article]
    assert find(client, tag="city") == [claim]
    (row,) = client.get("/v1/claims?tag=city").json["items"]
    assert row["tags"] == ["City"]


def test_pieces_carry_the_filter_to_the_next(client: FlaskClient) -> None:
    claims = [submit(client, tags=["a&b"]) for _ in range(5)]
    submit(client)
    path: str | None = "/v1/claims?tag=a%26b&tag=x&limit=2&q=bridge"
    seen = []
    while path:
        answer = client.get(path)
        seen += [item["id"] for item in answer.json["items"]]
        link = re.fullmatch('<(.*)>; rel="next"', answer.headers.get("Link", ""))
        assert (link is None) == (answer.json["next"] is None)
        path = link[1] if link else None
    assert seen == claims[::-1]


def test_a_cursor_of_another_filter_or_list_is_400(client: FlaskClient) -> None:
    for _ in range(3):
        submit(client)
        submit(client, "articles", text="Rain fell.")
    cursor = client.get("/v1/claims?limit=1&q=bridge").json["next"]
    assert client.get(f"/v1/claims?limit=2&q=bridge&cursor={cursor}").status_code == 200
    for path in (
        f"/v1/claims?cursor={cursor}",
        f"/v1/claims?q=bridge&sort=oldest&cursor={cursor}",
        f"/v1/articles?q=bridge&cursor={cursor}",
        f"/v1/claims?q=bridge&cursor={cursor[:-2]}xx",
        f"/v1/claims?q=bridge&cursor={cursor.swapcase()}",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-cursor")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("label=TRUE", "this must be '"),
        ("status=done", "this must be '"),
        ("sort=best", "this must be '"),
        ("q=%21%21+a", "no word to search for"),
        ("q=" + "+".join(f"w{n}" for n in range(21)), "21 words are too many: search for at most"),
        ("q=" + "x" * 201, "maximum 200 characters"),
        ("tag=" + "x" * 51, "maximum 50 characters"),
        ("tag=%0A%0A", "empty"),
        ("tag=a%0Ab", "one line"),
        ("&".join(f"tag=t{n}" for n in range(21)), "maximum 20"),
        ("site=https://a.example/", "this must be a host such as example.org"),
        ("site=a%20b", "this must be a host"),
        ("site=a..b", "no valid host"),
        ("site=shelf:", "shelf:NAME"),
        ("since=yesterday", "or a date and time with its offset"),
        ("since=2026-02-30", "this must be a date"),
        ("until=2026-01-05T00:00:00", "with its offset"),
        ("article=c_1", "the id of an article"),
        ("min_confidence=2", "at most 1"),
        ("min_confidence=nan", ""),
        ("limit=201", "at most 200"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_to_do(
    client: FlaskClient, query: str, detail: str
) -> None:
    answer = client.get(f"/v1/claims?{query}")
    assert answer.status_code == 422
    error = answer.json["errors"][0]
    assert error["parameter"] == query.partition("=")[0]
    assert detail in error["detail"]


def test_a_search_of_ten_thousand_words_is_refused(client: FlaskClient) -> None:
    answer = client.get("/v1/claims?q=" + "+".join(["word"] * 10_000))
    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"parameter": "q", "detail": "this is too long: maximum 200 characters"}
    ]


@pytest.mark.parametrize("site", ["a.example", "A.Example.", "b\u00fccher.example", "127.0.0.1"])
def test_a_host_is_taken_in_any_form(client: FlaskClient, site: str) -> None:
    assert find(client, site=site) == []


# --- tags --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["claims", "articles"])
def test_tags_are_submitted_shown_and_replaced(client: FlaskClient, kind: str) -> None:
    body = {"text": "It rained.", "tags": ["  City ", "CITY", "Stra\u00dfe"]}
    record = submit(client, kind, **body)
    path = f"/v1/{kind}/{record}"
    assert client.get(path).json["tags"] == ["City", "Stra\u00dfe"]
    etag = client.get(path).headers["ETag"]
    answer = client.put(f"{path}/tags", json={"tags": ["Sport"]})
    assert (answer.status_code, answer.json) == (200, {"tags": ["Sport"]})
    assert client.get(path).json["tags"] == ["Sport"]
    assert client.get(path).headers["ETag"] != etag
    assert find(client, kind, tag="strasse") == []
    assert find(client, kind, tag="SPORT") == [record]
    assert client.put(f"{path}/tags", json={"tags": []}).json == {"tags": []}


@pytest.mark.parametrize(
    ("tags", "pointer"),
    [
        (["a", " "], "/tags/1"),
        (["a" * 51], "/tags/0"),
        (["a\nb"], "/tags/0"),
        ([1], "/tags/0"),
        ([f"t{n}" for n in range(21)], "/tags"),
        ("City", "/tags"),
    ],
)
def test_wrong_tags_are_refused_at_their_place(
    client: FlaskClient, tags: object, pointer: str
) -> None:
    claim = submit(client)
    for answer in (
        client.put(f"/v1/claims/{claim}/tags", json={"tags": tags}),
        client.post("/v1/claims", json=CLAIM | {"tags": tags}),
    ):
        assert answer.status_code == 422
        assert answer.json["errors"][0]["pointer"] == pointer


def test_tags_need_a_record_and_a_body(client: FlaskClient) -> None:
    assert client.put("/v1/claims/c_1/tags", json={"tags": []}).status_code == 404
    assert client.put("/v1/articles/a_1/tags", json={"tags": []}).status_code == 404
    claim = submit(client)
    for body in ({}, {"tags": None}, {"tags": [], "more": 1}):
        assert client.put(f"/v1/claims/{claim}/tags", json=body).status_code == 422


def test_a_submission_without_tags_has_the_key_of_earlier_releases(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = client.post("/v1/claims", json=CLAIM, headers=headers)
    again = client.post("/v1/claims", json=CLAIM | {"tags": None}, headers=headers)
    assert first.json["id"] == again.json["id"]
    other = client.post("/v1/claims", json=CLAIM | {"tags": ["a"]}, headers=headers)
    assert other.json["type"] == "/problems/idempotency-mismatch"
