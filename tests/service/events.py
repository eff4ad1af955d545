"""Claims whose checks make events, and the list of these events."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient

from claims.store.redis_store import RedisStore
from claims.types import VerdictLabel
from tests.service.work import judge_claim


def submit(client: FlaskClient, text: str = "Eleven died.", **more: object) -> str:
    """POST /v1/claims; the id of the claim."""
    return str(client.post("/v1/claims", json={"text": text, **more}).json["id"])


def recheck(client: FlaskClient, store: RedisStore, claim: str, label: VerdictLabel) -> None:
    """Ask for another check of the claim, which gets this label."""
    check = client.post(f"/v1/claims/{claim}/recheck").json["check"]
    judge_claim(store, claim, check=check, label=label)


def ask(client: FlaskClient, **query: object) -> Any:
    """The answer to GET /v1/changes with this query."""
    answer = client.get(f"/v1/changes?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.json
    return answer.json


def ids(shape: Any) -> list[str]:
    """The ids of its events."""
    return [item["id"] for item in shape["items"]]


def types(shape: Any) -> list[str]:
    """The types of its events."""
    return [item["type"] for item in shape["items"]]
