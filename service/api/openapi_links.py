"""The `links` of /openapi.json: which operations take the id that an answer gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypedDict

_ID = "$response.body#/id"

GIVEN: Mapping[str, Mapping[str, str]] = {
    "submit_article": {"article_id": _ID},
    "submit_claim": {"claim_id": _ID},
    "submit_claims": {"claim_id": "$response.body#/items/0/id"},
    "correct_claim": {"claim_id": _ID},
    "recheck_claim": {"claim_id": _ID, "check": "$response.body#/check"},
    "get_check": {"sha256": "$response.body#/gathered/pages/0/sha256"},
    "create_webhook": {"webhook_id": _ID},
    "ping_webhook": {"webhook_id": _ID, "event_id": "$response.body#/event_id"},
    "create_alert": {"alert_id": _ID},
    "put_source": {"name": "$response.body#/name"},
    "create_key": {"key_id": _ID},
}
"""By operation: the path parameters that its answer gives, each with its place in the answer (a
runtime expression of OpenAPI). The answer links to each operation that takes exactly these."""


class Operation(TypedDict):
    """What is read and changed of an operation of the document."""

    operationId: str
    responses: dict[str, dict[str, object]]


def add_links(paths: Mapping[str, Mapping[str, Operation]]) -> None:
    """Add links to the first successful answer of each operation of /v1 that GIVEN names."""
    takers = dict(_list_takers(paths))
    for operation in (one for methods in paths.values() for one in methods.values()):
        given = GIVEN.get(operation["operationId"])
        if given is None:
            continue
        status = min(status for status in operation["responses"] if status.startswith("2"))
        operation["responses"][status]["links"] = {
            name: {"operationId": name, "parameters": dict(given)}
            for name, taken in takers.items()
            if taken == given.keys()
        }


def _list_takers(
    paths: Mapping[str, Mapping[str, Operation]],
) -> Iterator[tuple[str, set[str]]]:
    """Yield each operation of /v1 that has path parameters, with their names."""
    for path, methods in paths.items():
        names = set(re.findall(r"{(\w+)}", path))
        if names and path.startswith("/v1/"):
            yield from ((operation["operationId"], names) for operation in methods.values())
