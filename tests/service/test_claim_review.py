"""ClaimReview over HTTP, from the client and from the command."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from service.cli import run
from service.client import Client
from tests.service.live import Live
from tests.service.work import judge_claim

PAGE = "https://desk.example.org/checks/1"


def submit(client: FlaskClient, store: RedisStore) -> str:
    """The path of a judged claim."""
    path = str(client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"])
    judge_claim(store, path.rpartition("/")[2])
    return path


def sign(client: FlaskClient, path: str) -> None:
    body = {"decision": "accept", "by": "Anna"}
    assert client.post(f"{path}/review", json=body).status_code == 201


def test_signed_claim_is_given_with_the_publisher_of_the_settings(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    desk = Settings(api_token=None, publisher="The Desk", publisher_url="https://desk.example.org/")
    client = make_app(desk).test_client()
    path = submit(client, store)
    sign(client, path)
    answer = client.get(f"{path}/claimreview?page={PAGE}")
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    markup = json.loads(answer.text)
    assert (markup["url"], markup["author"]["name"]) == (PAGE, "The Desk")
    assert markup["reviewRating"]["alternateName"] == "Supported"


def test_unsigned_claim_is_refused_with_all_that_is_missing(
    client: FlaskClient, store: RedisStore
) -> None:
    path = submit(client, store)
    refused = client.get(f"{path}/claimreview")
    assert (refused.status_code, refused.json["type"]) == (
        409,
        "/problems/claim-review-incomplete",
    )
    assert [one["pointer"] for one in refused.json["errors"]] == ["/creativeWorkStatus", "/url"]
    sign(client, path)
    refused = client.get(f"{path}/claimreview")
    assert [one["pointer"] for one in refused.json["errors"]] == ["/url"]


def test_draft_is_given_where_it_is_asked_for(client: FlaskClient, store: RedisStore) -> None:
    answer = client.get(f"{submit(client, store)}/claimreview?unreviewed=1")
    assert answer.status_code == 200
    assert json.loads(answer.text)["creativeWorkStatus"] == "Draft"
    assert client.get("/v1/claims/c_unknown/claimreview").status_code == 404


def test_client_and_command_give_the_markup_and_say_what_is_missing(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(live.url)
    claim = client.submit_claim({"text": "Eleven died."})
    judge_claim(live.store, claim)
    with pytest.raises(InvalidInput, match="review the claim first"):
        client.get_claim_review(claim, page=PAGE)
    monkeypatch.setenv("ASSAY_URL", live.url)
    assert run(["claimreview", claim, "--page", PAGE]) == 2
    assert "nobody has signed" in capsys.readouterr().err
    client.review_claim(claim, {"decision": "accept", "by": "Anna"})
    assert run(["claimreview", claim, "--page", PAGE]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == client.get_claim_review(claim, page=PAGE)
    assert "recommended: /author/name" in printed.err and "required" not in printed.err
