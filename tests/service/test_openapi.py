"""/openapi.json agrees with the routes, answers and types of the service."""

from __future__ import annotations

import inspect
import itertools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr, ValidationError

from claims.access import ApiKey
from claims.registry import RegisteredSource
from claims.report.exports import ExportFormat
from claims.settings import Settings
from claims.shapes import from_text, to_json
from claims.sources.snapshots import is_unchanged
from claims.types import ArticleRecord, CheckRecord, ClaimRecord, Page, Schedule, Verdict
from service import shapes
from service.api.example_answers import EXAMPLES
from service.api.example_bodies import (
    ARTICLE_BODIES,
    BATCH_BODY,
    CLAIM_BODY,
    CORRECTION_BODY,
    KEY_BODY,
    SCHEDULE_BODY,
    SOURCES_BODY,
    VERIFY_BODY,
)
from service.api.openapi_links import GIVEN
from service.client import ArticleFilters, ClaimFilters, Client
from service.operations.article_bodies import ArticleBody
from service.operations.bodies import ClaimBody, KeyBody, VerifyBody
from service.operations.schedule_bodies import ScheduleBody
from service.problems.problem_types import PROBLEM_TYPES
from tests.service.conftest import TOKEN

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def spec(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    shape: dict[str, Any] = answer.json
    return shape


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def walk(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from walk(item)


def test_it_is_openapi_3_1_and_names_the_project(spec: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", spec["openapi"])
    assert spec["info"]["title"] == "Assay"
    assert spec["info"]["version"]
    assert spec["info"]["description"]


def test_every_api_route_is_described_and_every_description_is_a_route(
    spec: dict[str, Any], app: APIFlask
) -> None:
    described = {(path, method) for path, method, _ in operations(spec)}
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(("/v1/", "/livez", "/readyz", "/metrics", "/problems/"))
        and method.lower() in METHODS
    }
    assert described == served
    assert len(described) >= 13


WITHOUT_BODY = (
    *("cancel", "catch-up", "ping", "read", "recheck", "redeliver", "test", "retry", "rotate"),
)
"""The ends of paths at which something is asked for that needs no words."""


def test_every_operation_is_complete(spec: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(set(ids)) == len(ids)
    for path, method, operation in operations(spec):
        assert operation["summary"]
        assert operation["tags"]
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path
        assert all(p["required"] for p in operation["parameters"] if p["in"] == "path")
        assert ("requestBody" in operation) == (
            method in ("post", "put", "patch") and not path.endswith(WITHOUT_BODY)
        )
        if "requestBody" in operation:
            assert operation["requestBody"]["required"] is True
            content = operation["requestBody"]["content"]["application/json"]
            assert "example" in content or "examples" in content


def test_every_answer_has_a_description_and_errors_are_problems(spec: dict[str, Any]) -> None:
    for path, method, operation in operations(spec):
        statuses = set(operation["responses"])
        assert {"400", "500", "503", "default"} <= statuses
        assert path == "/livez" or {"401", "403", "429"} <= statuses
        assert "422" in statuses or not path.startswith("/v1/")
        assert any(status.startswith("2") for status in statuses)
        for status, answer in operation["responses"].items():
            assert answer["description"], (path, method, status)
            assert "X-Request-Id" in answer["headers"]
            if status == "default" or int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"]
                examples = answer["content"]["application/problem+json"]["examples"]
                kinds = [PROBLEM_TYPES[name] for name in examples]
                assert status == "default" or {kind.status for kind in kinds} == {int(status)}
            elif status not in ("204", "304"):
                other = {
                    "/v1/changes.atom": ["application/atom+xml"],
                    "/metrics": ["text/plain"],
                    "/v1/export": [one.mimetype for one in ExportFormat],
                    "/v1/claims/{claim_id}/claimreview": ["application/ld+json"],
                }
                assert list(answer["content"]) == other.get(path, ["application/json"])
            else:
                assert "content" not in answer


def test_routes_that_answer_304_describe_the_header_if_none_match(
    spec: dict[str, Any],
) -> None:
    paths = set()
    for path, method, operation in operations(spec):
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        assert ("304" in operation["responses"]) == ("If-None-Match" in headers)
        if "304" in operation["responses"]:
            assert method == "get"
            assert "ETag" in operation["responses"]["304"]["headers"]
            paths.add(path)
    feed = "/v1/changes.atom"
    assert paths == {"/v1/articles/{article_id}", "/v1/claims/{claim_id}", feed}


def test_links_lead_to_the_operations_that_take_an_id_of_the_answer(spec: dict[str, Any]) -> None:
    taken = {
        operation["operationId"]: set(re.findall(r"{(\w+)}", path))
        for path, _, operation in operations(spec)
    }
    linked: dict[str, set[str]] = {}
    for _, _, operation in operations(spec):
        for status, answer in operation["responses"].items():
            for name, link in answer.get("links", {}).items():
                assert status in ("200", "201", "202")
                assert link["operationId"] == name
                assert link["parameters"].keys() == taken[name]
                linked.setdefault(operation["operationId"], set()).add(name)
    assert linked.keys() == GIVEN.keys()
    of_a_claim = {"get_claim", "get_history", "recheck_claim", "delete_claim", "cancel_claim"}
    for giver in ("submit_claim", "submit_claims", "correct_claim"):
        assert linked[giver] >= of_a_claim
    assert linked["submit_article"] >= {"get_article", "recheck_article", "delete_article"}
    assert linked["create_webhook"] >= {"ping_webhook", "list_deliveries", "delete_webhook"}
    assert linked["create_key"] == {"get_key", "rotate_key", "revoke_key"}
    assert linked["recheck_claim"] == {"get_check"}
    assert linked["put_source"] >= {"get_source", "get_source_changes", "delete_source"}


def test_values_of_links_are_in_the_examples_of_the_answers(spec: dict[str, Any]) -> None:
    for _, _, operation in operations(spec):
        given = GIVEN.get(operation["operationId"], {})
        for name, expression in given.items():
            status = min(one for one in operation["responses"] if one.startswith("2"))
            content = operation["responses"][status]["content"]["application/json"]
            value = content["example"]
            for part in expression.removeprefix("$response.body#/").split("/"):
                value = value[int(part)] if isinstance(value, list) else value[part]
            (parameter,) = find_parameters(spec, name)
            assert re.fullmatch(parameter.get("pattern", r"\d+"), str(value)), name


def find_parameters(spec: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The distinct schemas of the path parameters of this name."""
    found: list[dict[str, Any]] = []
    for path, _, operation in operations(spec):
        for parameter in operation["parameters"]:
            is_it = parameter["in"] == "path" and parameter["name"] == name
            if is_it and path.startswith("/v1/") and parameter["schema"] not in found:
                found.append(parameter["schema"])
    return found


def test_every_reference_leads_somewhere_and_all_parts_are_used(spec: dict[str, Any]) -> None:
    found = {value["$ref"] for value in walk(spec) if isinstance(value, dict) and "$ref" in value}
    parts = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "examples", "headers")
        for name in spec["components"][kind]
    }
    assert found == parts


def test_each_enum_is_named_once(spec: dict[str, Any]) -> None:
    """A generated client has one type for the labels of a filter and of an answer."""
    schemas = spec["components"]["schemas"]
    enums = [
        tuple(value["enum"]) for value in walk(spec) if isinstance(value, dict) and "enum" in value
    ]
    assert len(enums) == len(set(enums)) == sum("enum" in schema for schema in schemas.values())
    assert not any("." in name for name in schemas)
    listed = {p["name"]: p["schema"] for p in spec["paths"]["/v1/claims"]["get"]["parameters"]}
    assert listed["label"]["items"]["$ref"] == "#/components/schemas/VerdictLabel"
    assert listed["status"]["items"]["$ref"] == "#/components/schemas/ClaimStatus"
    assert listed["sort"]["$ref"] == "#/components/schemas/Order"


def test_a_parameter_may_be_left_out_and_is_never_null(spec: dict[str, Any]) -> None:
    for path, method, operation in operations(spec):
        for parameter in operation["parameters"]:
            assert {"type": "null"} not in walk(parameter), (path, method, parameter["name"])
            assert (
                "default" not in parameter["schema"] or parameter["schema"]["default"] is not None
            )


def test_no_field_has_a_default(spec: dict[str, Any]) -> None:
    """A field with a default is a required one to openapi-typescript."""
    schemas = spec["components"]["schemas"]
    fields = [field for one in schemas.values() for field in one.get("properties", {}).values()]
    assert fields
    assert not any("default" in field for field in fields)
    assert schemas["SourceBody"]["properties"]["kind"]["description"] == "Default: page."


def test_each_tag_is_listed_once(spec: dict[str, Any]) -> None:
    listed = [tag["name"] for tag in spec["tags"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == {tag for _, _, operation in operations(spec) for tag in operation["tags"]}


def test_a_key_is_optional_only_where_requests_without_one_are_let_in(
    spec: dict[str, Any], make_app: Callable[..., APIFlask]
) -> None:
    guarded = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="")).test_client()
    asked = guarded.get("/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}).json
    for found, is_open in ((spec, True), (asked, False)):
        optional = [
            {} in operation.get("security", found["security"])
            for *_, operation in operations(found)
        ]
        assert all(optional) is is_open
        assert sum(optional) == (len(optional) if is_open else 1)


def test_only_livez_needs_no_token(spec: dict[str, Any]) -> None:
    assert set(spec["components"]["securitySchemes"]) == {"token", "session", "feed"}
    free = [path for path, _, operation in operations(spec) if operation.get("security") == [{}]]
    assert free == ["/livez"]


@pytest.mark.parametrize(
    ("kind", "example"),
    [
        (ArticleRecord, EXAMPLES["ArticleRecord"]),
        (ClaimRecord, EXAMPLES["ClaimRecord"]),
        (CheckRecord, EXAMPLES["CheckRecord"]),
        (Page, EXAMPLES["Page"]),
        (Schedule, EXAMPLES["Schedule"]),
        (Verdict, EXAMPLES["Verdict"]),
        (shapes.Accepted, EXAMPLES["Accepted"]),
        (shapes.Accepted, EXAMPLES["AcceptedClaim"]),
        (shapes.CheckAccepted, EXAMPLES["CheckAccepted"]),
        (shapes.AcceptedList, EXAMPLES["AcceptedList"]),
        (shapes.ArticleSchedule, EXAMPLES["ArticleSchedule"]),
        (shapes.Cancelled, EXAMPLES["Cancelled"]),
        (shapes.CheckList, EXAMPLES["CheckList"]),
        (shapes.GivenSources, EXAMPLES["GivenSources"]),
        (shapes.ExportList, EXAMPLES["ExportList"]),
        (shapes.EntryList, EXAMPLES["EntryList"]),
        (shapes.EventList, EXAMPLES["EventList"]),
        (RegisteredSource, EXAMPLES["RegisteredSource"]),
        (ApiKey, EXAMPLES["ApiKey"]),
        (shapes.KeyList, EXAMPLES["KeyList"]),
        (shapes.IssuedKey, EXAMPLES["IssuedKey"]),
        (shapes.AuditList, EXAMPLES["AuditList"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_example_equals_the_json_of_its_type(kind: type[Any], example: Any) -> None:
    assert to_json(from_text(kind, json.dumps(example))) == example


def test_the_example_of_a_history_is_of_its_type() -> None:
    example = EXAMPLES["HistoryList"]
    read = from_text(shapes.HistoryList, json.dumps(example))
    assert [to_json(entry) for entry in read.items] == example["items"]


def test_the_example_quotes_its_own_text() -> None:
    article = EXAMPLES["ArticleRecord"]
    for piece in (article["claims"][0], article["not_checked"][0]):
        start, end = piece["span"]
        assert article["text"][start:end] == piece["sentence"]


def test_the_example_of_a_page_has_its_own_hash() -> None:
    assert is_unchanged(EXAMPLES["Page"]["text"], EXAMPLES["Page"]["sha256"])


def test_the_fields_of_a_body_are_not_split_into_alternatives(spec: dict[str, Any]) -> None:
    """Client generators make a type for each alternative, and lose the fields beside them."""
    for _, _, operation in operations(spec):
        if "requestBody" in operation:
            (content,) = operation["requestBody"]["content"].values()
            schema = spec["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            assert schema["type"] == "object"
            assert not schema.keys() & {"oneOf", "anyOf", "allOf"}


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether `value` is valid; of JSON Schema, only the keywords below are understood."""
    types = {"string": str, "null": type(None)}
    return (
        ("type" not in schema or isinstance(value, types[schema["type"]]))
        and all(name in value for name in schema.get("required", ()))
        and all(
            fits(inner, value[name])
            for name, inner in schema.get("properties", {}).items()
            if name in value
        )
        and ("anyOf" not in schema or any(fits(inner, value) for inner in schema["anyOf"]))
        and not ("not" in schema and fits(schema["not"], value))
    )


def test_the_schema_of_an_article_takes_exactly_one_content(spec: dict[str, Any]) -> None:
    rule = {"not": spec["components"]["schemas"]["ArticleBody"]["not"]}
    given = {"text": "It rained.", "html": "<p>It rained.</p>", "url": "https://a.example/"}
    taken = 0
    for states in itertools.product(("absent", "null", "given"), repeat=3):
        body = {
            name: given[name] if state == "given" else None
            for name, state in zip(given, states, strict=True)
            if state != "absent"
        }
        try:
            ArticleBody.model_validate(body)
        except ValidationError:
            assert not fits(rule, body), body
        else:
            taken += 1
            assert fits(rule, body), body
    assert taken == 3 * 2 * 2


def test_blank_text_is_against_the_schema_as_against_the_code(spec: dict[str, Any]) -> None:
    query = spec["paths"]["/v1/sources/{name}"]["delete"]["parameters"][1]
    fields = [query["schema"]] + [
        spec["components"]["schemas"][body]["properties"][name]
        for body, name in (("ClaimBody", "text"), ("SourceBody", "by"))
    ]
    for field in fields:
        schema = field["anyOf"][0] if "anyOf" in field else field
        assert schema["minLength"] == 1
        assert not re.search(schema["pattern"], " \t")
        assert re.search(schema["pattern"], " a ")


def test_the_example_bodies_are_accepted(client: FlaskClient) -> None:
    for example in ARTICLE_BODIES.values():
        ArticleBody.model_validate(example["value"])
        assert client.post("/v1/articles", json=example["value"]).status_code == 202
    ClaimBody.model_validate(CLAIM_BODY)
    path = client.post("/v1/claims", json=CLAIM_BODY).headers["Location"]
    KeyBody.model_validate(KEY_BODY)
    ScheduleBody.model_validate(SCHEDULE_BODY)
    assert client.put(f"{path}/schedule", json=SCHEDULE_BODY).status_code == 200
    assert client.post(f"{path}/sources", json=SOURCES_BODY).status_code == 200
    assert client.post("/v1/claims/batch", json=BATCH_BODY).status_code == 202
    assert client.post(f"{path}/correct", json=CORRECTION_BODY).status_code == 202
    VerifyBody.model_validate(VERIFY_BODY)


def test_the_client_names_the_parameters_as_the_api_does(spec: dict[str, Any]) -> None:
    def names_of(path: str) -> set[str]:
        return {p["name"] for p in spec["paths"][path]["get"]["parameters"] if p["in"] == "query"}

    changes = set(inspect.signature(Client.changes).parameters)
    assert names_of("/v1/changes") - {"limit", "wait"} == changes - {"self", "follow", "patience_s"}
    assert names_of("/v1/audit") == set(inspect.signature(Client.list_audit).parameters) - {"self"}
    for path, filters in (("/v1/articles", ArticleFilters), ("/v1/claims", ClaimFilters)):
        assert names_of(path) - {"limit", "cursor"} == set(get_type_hints(filters))
