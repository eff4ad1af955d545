"""The routes of openapi.json: every GET with every parameter, and every change once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests

from tests.e2e.walk.world import CHECKABLE, World

Spec = Mapping[str, Any]
TIMEOUT_S = 60

# Filters by which nothing of the example is found, by operation and parameter: a text has no site.
NOTHING_FITS = {("list_articles", "site")}
# What a route takes in every query: the claims of the example are not signed.
ALWAYS = {"get_claim_review": {"unreviewed": "true"}}
# Filters by which something is found only while a label of the example has changed.
FITS_AFTER_A_CHANGE = {("list_claims", "changed_since"), ("export_claims", "changed_since")}


@dataclass(frozen=True)
class Change:
    """A request that changes something: its body, ids of its path in place of the world's, and its
    query."""

    body: Any = None
    ids: Mapping[str, str] = field(default_factory=dict)
    query: str = ""


def list_values(world: World) -> Mapping[str, object]:
    """Examples of query parameters by name, or by operation and name; of an enum all values are
    walked besides."""
    now = datetime.now(UTC)
    events = world.client.read_changes().items
    return {
        "tag": "quito",
        "site": "127.0.0.1",
        "q": "Quito",
        "since": f"{now - timedelta(days=1):%Y-%m-%d}",
        "until": f"{now + timedelta(days=2):%Y-%m-%d}",
        "list_changes since": events[0].id,
        "before": events[-1].id,
        "article": world.article.id,
        "claim": world.claim.id,
        "claimant": next(claim.claimant for claim in world.article.claims if claim.claimant),
        "min_confidence": 0.5,
        "assignee": "Ada",
        "changed_since": f"{now - timedelta(days=1):%Y-%m-%d}",
        "limit": 1,
        "wait": 0.1,
        "days": 2,
        "without_credibility": "true",
        "page": "https://desk.example.org/checks/1",
        "unreviewed": "true",
        "actor": world.ids["key_id"],
        "object": world.article.id,
        "key": world.feed_key,
    }


def make_changes(world: World) -> Mapping[str, Callable[[], Change]]:
    """How each operation that changes something is called, by its operation id."""
    claim = {"text": CHECKABLE.format(30), "sources": [world.page]}
    source = {"domains": ["town.example"], "by": "Ada"}

    query = urlencode({"source": world.page})
    more = {"sources": [world.pages.page_url("boat-strike.html")]}

    def of_claim(body: Any = None, query: str = "") -> Callable[[], Change]:
        return lambda: Change(body, {"claim_id": world.make_claim()}, query)

    def of_article(body: Any = None, query: str = "") -> Callable[[], Change]:
        return lambda: Change(body, {"article_id": world.make_article()}, query)

    def of_webhook(body: Any = None) -> Callable[[], Change]:
        return lambda: Change(body, {"webhook_id": world.make_webhook()})

    def of_alert() -> Change:
        return Change(ids={"alert_id": world.make_alert()})

    return {
        "submit_article": lambda: Change({"text": CHECKABLE.format(29), "sources": [world.page]}),
        "preview_article": lambda: Change({"text": CHECKABLE.format(29)}),
        "submit_claim": lambda: Change(claim),
        "submit_claims": lambda: Change({"claims": [claim | {"text": CHECKABLE.format(28)}]}),
        "verify_claim": lambda: Change(
            {"claim": world.claim.text, "passages": [{"text": "The base at Manta closed in 2009."}]}
        ),
        "recheck_claim": of_claim(query="reader=never"),
        "read_claim": lambda: Change(ids={"claim_id": world.correction or world.claim.id}),
        "recheck_claims": of_claim(query="tag=spare&ask_reader=never"),
        "recheck_article": of_article(query="reader=never"),
        "cancel_claim": of_claim(),
        "cancel_article": of_article(),
        "delete_claim": of_claim(),
        "delete_article": of_article(),
        "correct_claim": of_claim({"text": CHECKABLE.format(27)}),
        "add_sources": of_claim(more),
        "add_article_sources": of_article(more),
        "remove_sources": of_claim(query=query),
        "remove_article_sources": of_article(query=query),
        "set_claim_tags": of_claim({"tags": ["spare"]}),
        "set_article_tags": of_article({"tags": ["spare"]}),
        "set_schedule": of_claim({"every": "P1D"}),
        "delete_schedule": of_claim(),
        "set_article_schedule": of_article({"every": "P1D"}),
        "delete_article_schedule": of_article(),
        "set_tag_schedule": lambda: Change({"every": "P1D"}, {"tag": "spare"}),
        "delete_tag_schedule": lambda: Change(ids={"tag": world.make_tag_schedule()}),
        "review_claim": of_claim(
            {"decision": "correct", "label": "REFUTED", "reason": "It did not.", "by": "Ada"}
        ),
        "retry_failed": Change,
        "catch_up_readings": Change,
        "put_source": lambda: Change(source, {"name": "town"}),
        "delete_source": lambda: Change(ids={"name": world.make_source()}),
        "create_key": lambda: Change({"name": "another", "scopes": ["read"]}),
        "rotate_key": lambda: Change(ids={"key_id": world.make_key()}),
        "revoke_key": lambda: Change(ids={"key_id": world.make_key()}),
        "create_webhook": lambda: Change({"url": world.receiver.url, "events": ["article.failed"]}),
        "create_alert": lambda: Change({"kind": "slack", "target": world.receiver.url}),
        "test_alert": of_alert,
        "delete_alert": of_alert,
        "change_webhook": of_webhook({"labels": ["REFUTED"]}),
        "rotate_webhook": of_webhook(),
        "ping_webhook": of_webhook(),
        "delete_webhook": of_webhook(),
        "redeliver": Change,
    }


def ask(world: World, method: str, path: str, body: Any = None) -> requests.Response:
    """The answer to a request with the key, redirects not followed."""
    return requests.request(
        method,
        world.url + path,
        json=body,
        headers={"Authorization": f"Bearer {world.key}", "Accept": "*/*"},
        timeout=TIMEOUT_S,
        allow_redirects=False,
    )


def list_operations(spec: Spec) -> Iterator[tuple[str, str, Spec]]:
    """Method, path and description of each operation."""
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method.upper(), path, operation


def list_paths(world: World, spec: Spec) -> Iterator[tuple[str, str, str]]:
    """Operation id, name of the parameter ('' without one) and path of every GET to be walked."""
    values, ids = list_values(world), world.ids | {"name": world.ids["name"]}
    for method, path, operation in list_operations(spec):
        if method != "GET":
            continue
        name = operation["operationId"]
        filled = fill(path, ids | ({"name": "not-found"} if path.startswith("/problems") else {}))
        always = ALWAYS.get(name, {})
        yield name, "", f"{filled}?{urlencode(always)}" if always else filled
        for parameter in operation.get("parameters", ()):
            parameter = resolve(spec, parameter)
            if parameter["in"] != "query":
                continue
            for value in choose_values(spec, name, parameter, values):
                query = urlencode(always | {parameter["name"]: value})
                yield name, parameter["name"], f"{filled}?{query}"


def choose_values(
    spec: Spec, operation: str, parameter: Spec, values: Mapping[str, object]
) -> list[object]:
    """Values of a query parameter. Raises LookupError when it has no enum and no example."""
    name = parameter["name"]
    found = list(list_enum(spec, parameter["schema"]))
    example = values.get(f"{operation} {name}", values.get(name))
    if example is not None:
        found.append(example)
    if not found and name != "cursor":
        raise LookupError(f"{operation}: the parameter {name} has no example in list_values")
    return found


def list_enum(spec: Spec, schema: Spec) -> Iterator[object]:
    """All values of the enums in a schema of a parameter."""
    schema = resolve(spec, schema)
    yield from schema.get("enum", ())
    for inner in (schema.get("items"), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if inner:
            yield from list_enum(spec, inner)


def resolve(spec: Spec, part: Spec) -> Spec:
    """The part that a reference names."""
    while "$ref" in part:
        found: Any = spec
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def fill(path: str, ids: Mapping[str, str]) -> str:
    """The path of an operation with these ids. Raises KeyError when one is missing."""
    return path.format_map(dict(ids))


def is_empty(answer: requests.Response) -> bool:
    """Whether an answer has no body, or is a list or a feed of nothing."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if kind == "application/json":
        shape = answer.json()
        return not shape or (isinstance(shape, dict) and shape.get("items") == [])
    if kind == "application/atom+xml":
        return b"<entry>" not in answer.content
    return not answer.content.strip()
