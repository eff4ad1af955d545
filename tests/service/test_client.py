"""The client of the API: it reads answers as records, and ignores fields of later releases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from claims.ports import ExportedClaim, ListEntry, Retried
from claims.registry import RegisteredSource, SourceChange
from claims.shapes import open_record, to_json
from claims.sources.snapshots import strip_text
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    CheckRecord,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Event,
    EventData,
    EventType,
    HistoryEntry,
    PageChange,
    PageDifference,
    Schedule,
    Span,
    VerdictLabel,
)
from service.cli import run
from service.client import Client, ServiceUnreachable
from service.instance_shapes import Alive
from service.shapes import (
    Accepted,
    AcceptedList,
    ArticleSchedule,
    Cancelled,
    CheckAccepted,
    CheckList,
    EntryList,
    EventList,
    ExportList,
    GivenSources,
    HistoryList,
    SourceChangeList,
    SourceList,
    TagList,
)
from tests.claims import samples

ARTICLE_ID, CLAIM_ID = ArticleId("a_1"), ClaimId("c_1")
PAGE = samples.page()
VERDICT = samples.verdict(VerdictLabel.SUPPORTED)
CLAIM = replace(
    open_record(
        Claim(text="t", sentence="s", span=Span(0, 1)),
        claim_id=CLAIM_ID,
        article_id=ARTICLE_ID,
        status=ClaimStatus.JUDGED,
    ),
    verdict=VERDICT,
    schedule=Schedule("P1D", samples.NOON + timedelta(days=1)),
)
ARTICLE = ArticleRecord(
    id=ARTICLE_ID,
    status=ArticleStatus.DONE,
    title=None,
    url=None,
    published_at=None,
    text="t",
    claims=(CLAIM,),
    summary={"SUPPORTED": 1},
)
CHECK = CheckRecord(1, strip_text(samples.gathered(samples.reference())), VERDICT)
ENTRY = HistoryEntry(
    check=1,
    checked_at=samples.NOON,
    label=VerdictLabel.SUPPORTED,
    support=0.9,
    changed=False,
    scored=True,
    diff=PageDifference(changed=(PageChange("https://a.example/", "before", "after"),)),
)
ENTRY_ROW = ListEntry(
    id="c_1",
    title="t",
    status="judged",
    created_at=samples.NOON,
    label="SUPPORTED",
    summary={},
    tags=("City",),
)
EXPORTED = ExportedClaim(
    **{field.name: getattr(CLAIM, field.name) for field in fields(CLAIM)},
    article_title="A title",
    article_tags=("City",),
)
SCHEDULE = Schedule("P1D", samples.NOON)
ARTICLE_SCHEDULE = ArticleSchedule("a_1", "P1D", None, 2)
SOURCE = RegisteredSource(name="office", domains=("a.example",))
CHANGE = SourceChange(name="office", at=samples.NOON, by="Ada", changes={"family": (None, "b")})
RETRIED = Retried(articles=1, claims=2, next=None)
EVENT = Event(
    id="1-0",
    type=EventType.ARTICLE_DONE,
    at=samples.NOON,
    claim_id=None,
    article_id=ARTICLE_ID,
    data=EventData(text="Done.", heading="t", labels={"SUPPORTED": 1}),
)
# The fields whose JSON objects have names or labels as keys.
MAPPINGS = ("summary", "labels", "changes", "links")


METHODS: list[tuple[str, object, Callable[[Client], object], object]] = [
    (
        "POST /v1/articles",
        Accepted("a_1", "queued", {"self": "/v1/articles/a_1"}),
        lambda client: client.submit_article({"text": "t"}),
        ARTICLE_ID,
    ),
    (
        "POST /v1/claims",
        Accepted("c_1", "queued", {"self": "/v1/claims/c_1"}),
        lambda client: client.submit_claim({"text": "t"}),
        CLAIM_ID,
    ),
    (
        "POST /v1/claims/batch",
        AcceptedList((Accepted("c_1", "queued", {}), Accepted("c_2", "queued", {}))),
        lambda client: client.submit_claims([{"text": "t"}, {"text": "u"}]),
        (CLAIM_ID, ClaimId("c_2")),
    ),
    (
        "POST /v1/articles/a_1/recheck",
        CheckList((CheckAccepted("c_1", 2), CheckAccepted("c_2", 1))),
        lambda client: client.recheck_article(ARTICLE_ID),
        {CLAIM_ID: 2, ClaimId("c_2"): 1},
    ),
    (
        "PUT /v1/articles/a_1/schedule",
        ARTICLE_SCHEDULE,
        lambda client: client.set_article_schedule(ARTICLE_ID, every="P1D"),
        ARTICLE_SCHEDULE,
    ),
    (
        "POST /v1/claims/c_1/correct",
        Accepted("c_2", "queued", {}),
        lambda client: client.correct_claim(CLAIM_ID, {"text": "t"}),
        ClaimId("c_2"),
    ),
    (
        "POST /v1/claims/c_1/cancel",
        Cancelled("c_1", 1),
        lambda client: client.cancel_claim(CLAIM_ID),
        1,
    ),
    (
        "POST /v1/articles/a_1/cancel",
        Cancelled("a_1", 3),
        lambda client: client.cancel_article(ARTICLE_ID),
        3,
    ),
    (
        "POST /v1/claims/c_1/sources",
        GivenSources("c_1", ("https://a.example/",)),
        lambda client: client.add_sources(CLAIM_ID, ["https://a.example/"]),
        ("https://a.example/",),
    ),
    (
        "DELETE /v1/claims/c_1/sources",
        GivenSources("c_1", ("https://a.example/",)),
        lambda client: client.remove_sources(CLAIM_ID, ["https://b.example/?a=1&b=2"]),
        ("https://a.example/",),
    ),
    (
        "POST /v1/articles/a_1/sources",
        GivenSources("a_1", ("https://a.example/",)),
        lambda client: client.add_article_sources(ARTICLE_ID, ["https://a.example/"]),
        ("https://a.example/",),
    ),
    (
        "DELETE /v1/articles/a_1/sources",
        GivenSources("a_1", ()),
        lambda client: client.remove_article_sources(ARTICLE_ID, ["https://a.example/"]),
        (),
    ),
    (
        "GET /v1/claims/export",
        ExportList((EXPORTED,), None),
        lambda client: tuple(client.export_claims(superseded="include")),
        (EXPORTED,),
    ),
    (
        "GET /v1/articles",
        EntryList((ENTRY_ROW,), None),
        lambda client: tuple(client.iterate_articles(status=["done", "failed"])),
        (ENTRY_ROW,),
    ),
    (
        "GET /v1/claims",
        EntryList((ENTRY_ROW,), None),
        lambda client: tuple(client.iterate_claims(q="a", since=samples.NOON)),
        (ENTRY_ROW,),
    ),
    (
        "PUT /v1/articles/a_1/tags",
        TagList(("City",)),
        lambda client: client.set_article_tags(ARTICLE_ID, ["City"]),
        ("City",),
    ),
    (
        "PUT /v1/claims/c_1/tags",
        TagList(("City",)),
        lambda client: client.set_claim_tags(CLAIM_ID, ["City"]),
        ("City",),
    ),
    ("GET /v1/articles/a_1", ARTICLE, lambda client: client.get_article(ARTICLE_ID), ARTICLE),
    (
        "GET /v1/articles/a_1",
        ARTICLE,
        lambda client: client.wait_for_article(ARTICLE_ID, timeout_s=9),
        ARTICLE,
    ),
    ("GET /v1/claims/c_1", CLAIM, lambda client: client.get_claim(CLAIM_ID), CLAIM),
    (
        "GET /v1/claims/c_1",
        CLAIM,
        lambda client: client.wait_for_claim(CLAIM_ID, timeout_s=9),
        CLAIM,
    ),
    (
        "GET /v1/claims/c_1/history",
        HistoryList((ENTRY,), None),
        lambda client: client.get_history(CLAIM_ID),
        (ENTRY,),
    ),
    ("GET /v1/claims/c_1/checks/1", CHECK, lambda client: client.get_check(CLAIM_ID, 1), CHECK),
    ("GET /v1/pages/aa", PAGE, lambda client: client.get_page("aa"), PAGE),
    (
        "POST /v1/verify",
        VERDICT,
        lambda client: client.verify({"claim": "t", "passages": [{"text": "t"}]}),
        VERDICT,
    ),
    (
        "POST /v1/claims/recheck",
        CheckList((CheckAccepted("c_1", 2),)),
        lambda client: list(client.recheck_claims(tag="City")),
        [CheckAccepted("c_1", 2)],
    ),
    ("GET /livez", Alive("alive"), lambda client: client.check_alive(), Alive("alive")),
    (
        "POST /v1/claims/c_1/recheck",
        CheckAccepted("c_1", 2),
        lambda client: client.recheck(CLAIM_ID),
        2,
    ),
    (
        "GET /v1/changes",
        EventList((EVENT,), "1-0"),
        lambda client: client.changes(since="1-0", follow=False).__next__(),
        EVENT,
    ),
    ("POST /v1/failed/retry", RETRIED, lambda client: client.retry_failed(), RETRIED),
    (
        "PUT /v1/claims/c_1/schedule",
        SCHEDULE,
        lambda client: client.set_schedule(CLAIM_ID, every="P1D"),
        SCHEDULE,
    ),
    (
        "GET /v1/sources",
        SourceList((SOURCE,), None),
        lambda client: client.list_sources(),
        (SOURCE,),
    ),
    (
        "PUT /v1/sources/office",
        SOURCE,
        lambda client: client.put_source("office", {"domains": ["a.example"], "by": "Ada"}),
        SOURCE,
    ),
    (
        "GET /v1/sources/office/changes",
        SourceChangeList((CHANGE,), None),
        lambda client: client.get_source_changes("office"),
        (CHANGE,),
    ),
]


@pytest.fixture
def client(httpserver: HTTPServer) -> Client:
    return Client(httpserver.url_for("/"))


def add_fields(value: Any, name: str = "") -> Any:
    """Add an unknown field to every JSON object except those named in MAPPINGS."""
    if isinstance(value, list):
        return [add_fields(item) for item in value]
    if not isinstance(value, dict):
        return value
    shape = {key: add_fields(inner, key) for key, inner in value.items()}
    return shape if name in MAPPINGS else shape | {"added_later": {"a": [1]}}


@pytest.mark.parametrize(
    ("request_line", "answer", "call", "result"), METHODS, ids=[line for line, *_ in METHODS]
)
def test_every_answer_is_read_and_fields_of_a_later_release_are_left_out(
    httpserver: HTTPServer,
    client: Client,
    request_line: str,
    answer: object,
    call: Callable[[Client], object],
    result: object,
) -> None:
    method, path = request_line.split()
    for shape in (to_json(answer), add_fields(to_json(answer))):
        httpserver.expect_oneshot_request(path, method=method).respond_with_json(shape)
        assert call(client) == result
    httpserver.check()


def leave_out(shape: dict[str, Any], *path: str) -> dict[str, Any]:
    """Return a copy of the JSON without the field at `path`."""
    name, *rest = path
    if not rest:
        return {key: value for key, value in shape.items() if key != name}
    return shape | {name: leave_out(shape[name], *rest)}


@pytest.mark.parametrize(
    "shape",
    [
        leave_out(to_json(CLAIM), "id"),
        leave_out(to_json(CLAIM), "verdict", "label"),
        leave_out(to_json(CLAIM), "verdict", "coverage", "asked"),
        to_json(CLAIM) | {"status": "pondered"},
        to_json(CLAIM) | {"verdict": to_json(VERDICT) | {"evidence": []}},
        {},
        [],
    ],
    ids=["id", "label", "coverage", "status", "no evidence", "empty", "a list"],
)
def test_an_answer_that_lacks_something_is_named_with_the_address(
    httpserver: HTTPServer, client: Client, shape: object
) -> None:
    httpserver.expect_request("/v1/claims/c_1").respond_with_json(shape)
    address = httpserver.url_for("/").rstrip("/")
    for ask in (client.get_claim, lambda claim: client.wait_for_claim(claim, timeout_s=9)):
        with pytest.raises(ServiceUnreachable) as caught:
            ask(CLAIM_ID)
        assert str(caught.value) == (
            f"the service at {address} answered in an unknown form (status 200): is it Assay, "
            "of this release?"
        )


def test_a_deletion_is_answered_without_content(httpserver: HTTPServer, client: Client) -> None:
    httpserver.expect_oneshot_request("/v1/claims/c_1/schedule", method="DELETE").respond_with_data(
        status=204
    )
    client.delete_schedule(CLAIM_ID)
    httpserver.expect_request("/v1/sources/office").respond_with_data("<p>Welcome</p>")
    with pytest.raises(ServiceUnreachable, match="is it Assay"):
        client.delete_source("office", by="Ada")


def test_a_version_that_is_known_is_not_read_or_reported_again(
    httpserver: HTTPServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.client.transport.PAUSE_S", 0.0)
    path = "/v1/claims/c_1"
    seen: list[ClaimRecord] = []
    known = {"If-None-Match": '"1"'}
    queued = replace(CLAIM, status=ClaimStatus.QUEUED, verdict=None)
    httpserver.expect_ordered_request(path).respond_with_json(
        to_json(queued), headers={"ETag": '"1"'}
    )
    httpserver.expect_ordered_request(path, headers=known).respond_with_data(status=304)
    httpserver.expect_ordered_request(path, headers=known).respond_with_json(to_json(CLAIM))
    assert client.wait_for_claim(CLAIM_ID, timeout_s=9, on_change=seen.append) == CLAIM
    assert seen == [queued, CLAIM]


def test_a_command_says_in_one_line_that_it_is_another_release(
    httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/v1/sources").respond_with_json({"sources": []})
    assert run(["sources", "list", "--url", httpserver.url_for("/")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("assay: the service at http://")
    assert said.err.endswith("is it Assay, of this release?\n")
