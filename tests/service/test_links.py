"""What an answer names, another request finds: no link or id of an answer leads to 404."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.ports import WorkItem
from claims.store.redis_store import RedisStore
from claims.types import ErrorRecord, Stage
from tests.service.work import extract_article, judge_claim, lease

TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!"
IDS = {"a": "/v1/articles", "c": "/v1/claims"}


@dataclass
class Walker:
    """Sends requests, and follows what their answers name, each address once."""

    client: FlaskClient
    seen: dict[str, int] = field(default_factory=dict)
    """Status by address."""

    def send(self, method: str, path: str, **given: Any) -> Any:
        """The JSON of an answer, whose links have been followed."""
        answer = self.client.open(path, method=method, **given)
        assert answer.status_code < 400, (method, path, answer.text)
        self.follow(path, answer)
        return answer.json if answer.mimetype == "application/json" else None

    def follow(self, path: str, answer: TestResponse) -> None:
        self.visit(find_addresses(path, answer))

    def visit(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address not in self.seen:
                self.seen[address] = 0
                self.seen[address] = self.look(address)

    def look(self, address: str) -> int:
        """The status of a GET, or of OPTIONS where there is none; follows the answer's links."""
        answer = self.client.get(address)
        if answer.status_code == 405:
            assert not set(answer.headers["Allow"].split(", ")) & {"GET"}
            answer = self.client.options(address)
        assert answer.status_code in (200, 410), (address, answer.status_code)
        self.follow(address, answer)
        return answer.status_code


def find_addresses(path: str, answer: TestResponse) -> Iterator[str]:
    """The addresses that an answer of `path` names, in headers and body."""
    if "Location" in answer.headers:
        yield answer.headers["Location"]
    yield from re.findall(r"<([^>]+)>", answer.headers.get("Link", ""))
    if answer.mimetype == "application/atom+xml":
        yield from re.findall(
            r'<link [^>]*href="(?:http://localhost)?([^"]+)"', answer.text.replace("&amp;", "&")
        )
    elif answer.is_json:
        for name, value in walk(answer.json):
            if name == "links" and isinstance(value, dict):
                yield from value.values()
            elif name == "sha256" and len(value) == 64:  # not the "aa" of a sample's evidence
                yield f"/v1/pages/{value}"
            elif name == "type" and str(value).startswith("/"):
                yield urljoin(path, value)
            elif re.fullmatch(r"[ac]_[\w-]+", str(value)):
                yield f"{IDS[value[0]]}/{value}"
        if path.endswith("/history") and answer.status_code == 200:
            for entry in answer.json["items"]:
                yield path.replace("history", f"checks/{entry['check']}")


def walk(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    yield name, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, name)


@pytest.fixture
def walker(client: FlaskClient) -> Walker:
    return Walker(client)


def fail_claim(store: RedisStore, claim_id: str) -> None:
    gathering = lease(store, WorkItem(Stage.GATHER, claim_id, 1))
    assert store.give_up(gathering, ErrorRecord("broken", "made for a test"))


def test_no_link_of_any_answer_leads_to_404(walker: Walker, store: RedisStore) -> None:
    send = walker.send
    fresh = send("POST", "/v1/claims", json={"text": "Nobody has judged this."})
    judged = send("POST", "/v1/claims", json={"text": "It opened in 1987.", "tags": ["City"]})
    failed = send("POST", "/v1/claims", json={"text": "It has 40,000 books."})
    deleted = send("POST", "/v1/claims", json={"text": "It has 10 floors."})
    article = send("POST", "/v1/articles", json={"text": TEXT})
    gone = send("POST", "/v1/articles", json={"text": "It rained."})
    send("POST", "/v1/articles", json={"text": "It snowed."})
    batch = send("POST", "/v1/claims/batch", json={"claims": [{"text": "A."}, {"text": "B."}]})
    assert len(batch["items"]) == 2

    judge_claim(store, judged["id"])
    judge_claim(store, deleted["id"])
    fail_claim(store, failed["id"])
    extract_article(store, article["id"], TEXT)
    walker.seen.clear()

    for claim in (fresh, judged, failed):
        assert send("GET", claim["links"]["self"])["id"] == claim["id"]
    (extracted,) = send("GET", article["links"]["self"])["claims"]
    judge_claim(store, extracted["id"])
    send("POST", f"/v1/articles/{article['id']}/recheck")
    send("POST", judged["links"]["recheck"])
    corrected = send("POST", f"/v1/claims/{judged['id']}/correct", json={"text": "In 1978."})
    assert send("GET", corrected["links"]["self"])["corrects"] == judged["id"]
    send("DELETE", deleted["links"]["self"])
    send("DELETE", gone["links"]["self"])
    walker.seen.clear()

    send("GET", "/v1/claims?limit=2")
    send("GET", "/v1/articles?limit=1")
    send("GET", "/v1/audit?limit=3")
    events = send("GET", "/v1/changes")["items"]
    assert {"verdict.created", "claim.failed", "claim.deleted", "article.deleted"} <= {
        event["type"] for event in events
    }
    send("GET", "/v1/changes.atom?limit=2")
    for accepted in (fresh, judged, failed, deleted, article, gone, corrected, *batch["items"]):
        walker.visit(accepted["links"].values())
    # What was deleted says so at each of its addresses; all else is there.
    for address, status in walker.seen.items():
        is_deleted = deleted["id"] in address or gone["id"] in address
        is_read = not address.endswith(("/recheck", "/schedule"))
        assert status == (410 if is_deleted and is_read else 200), address
    kinds = {re.sub(r"[ac]_\w+|[0-9a-f]{64}|\?.*|(?<=/)\d+$", "*", one) for one in walker.seen}
    assert kinds >= {
        "/v1/claims/*",
        "/v1/claims/*/history",
        "/v1/claims/*/checks/*",
        "/v1/articles/*",
        "/v1/pages/*",
        "/v1/claims*",
        "/v1/articles*",
        "/v1/audit*",
        "/claims/*",
    }


def test_each_problem_leads_to_its_explanation(walker: Walker, client: FlaskClient) -> None:
    for path in ("/v1/claims/c_none", "/v1/claims?limit=0", "/v1/claims?cursor=x", "/v1/nothing"):
        answer = client.get(path)
        assert answer.status_code >= 400
        walker.follow(path, answer)
    assert set(walker.seen) == {
        "/problems/not-found",
        "/problems/invalid-request",
        "/problems/invalid-cursor",
    }
