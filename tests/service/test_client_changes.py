"""The client of the API as a follower of changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from claims.errors import EventsGone
from claims.shapes import to_json
from claims.types import ArticleId, ClaimId, Event, EventData, EventType, VerdictLabel
from service.client import Client, ServiceUnreachable
from service.shapes import EventList
from tests.claims import samples

EVENT = Event(
    id="1-0",
    type=EventType.ARTICLE_DONE,
    at=samples.NOON,
    claim_id=None,
    article_id=ArticleId("a_1"),
    data=EventData(text="Done.", heading="t", labels={"SUPPORTED": 1}),
)


@pytest.fixture
def client(httpserver: HTTPServer) -> Client:
    return Client(httpserver.url_for("/"))


def event(number: int, event_type: str = EventType.ARTICLE_DONE) -> Event:
    return replace(EVENT, id=f"{number}-0", type=event_type)


def expect_changes(
    httpserver: HTTPServer, query: dict[str, str], events: list[Event], following: str
) -> None:
    httpserver.expect_ordered_request(
        "/v1/changes", query_string={"limit": "200", **query}
    ).respond_with_json(to_json(EventList(tuple(events), following)))


def test_changes_are_read_on_from_each_next(httpserver: HTTPServer, client: Client) -> None:
    expect_changes(httpserver, {"wait": "0"}, [event(1), event(2)], "2-0")
    expect_changes(httpserver, {"wait": "0", "since": "2-0"}, [], "5-0")
    expect_changes(httpserver, {"wait": "0", "since": "5-0"}, [event(6)], "6-0")
    expect_changes(httpserver, {"wait": "0", "since": "6-0"}, [], "6-0")
    assert list(client.changes(follow=False)) == [event(1), event(2), event(6)]
    httpserver.check()


def test_changes_are_filtered_and_types_of_a_later_release_are_read(
    httpserver: HTTPServer, client: Client
) -> None:
    query = {
        "wait": "20",
        "since": "now",
        "type": "article.done",
        "tag": "health",
        "label": "REFUTED",
        "article": "a_1",
        "claim": "c_1",
    }
    expect_changes(httpserver, query, [event(1, "review.added")], "1-0")
    found = client.changes(
        since="now",
        type=EventType.ARTICLE_DONE,
        tag="health",
        label=[VerdictLabel.REFUTED],
        article=EVENT.article_id,
        claim=ClaimId("c_1"),
    )
    assert next(found).type == "review.added"
    httpserver.check()


def test_a_follower_waits_for_a_service_that_is_away_for_a_while(
    httpserver: HTTPServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.client.changes.RECONNECT_S", (0.01, 0.02))
    expect_changes(httpserver, {"wait": "20"}, [event(1)], "1-0")
    for _ in range(3):
        httpserver.expect_ordered_request("/v1/changes").respond_with_data("away", status=502)
    expect_changes(httpserver, {"wait": "20", "since": "1-0"}, [event(2)], "2-0")
    followed = client.changes()
    assert [next(followed), next(followed)] == [event(1), event(2)]
    httpserver.check()


def test_a_follower_gives_up_at_once_without_a_first_answer_and_later_after_its_patience(
    httpserver: HTTPServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.client.changes.RECONNECT_S", (0.01, 0.02))
    httpserver.expect_ordered_request("/v1/changes").respond_with_data("away", status=502)
    with pytest.raises(ServiceUnreachable):
        next(client.changes(since="1-0"))
    expect_changes(httpserver, {"wait": "20"}, [event(1)], "1-0")
    for _ in range(100):
        httpserver.expect_ordered_request("/v1/changes").respond_with_data("away", status=502)
    followed = client.changes(patience_s=0.1)
    assert next(followed) == event(1)
    with pytest.raises(ServiceUnreachable):
        next(followed)


def test_following_raises_events_gone_when_events_were_deleted(
    httpserver: HTTPServer, client: Client
) -> None:
    problem = {"type": "/problems/events-gone", "detail": "Begin again."}
    httpserver.expect_request("/v1/changes").respond_with_json(problem, status=410)
    with pytest.raises(EventsGone, match="Begin again"):
        next(client.changes(since="1-0"))
