"""The walk: after each step in the life of the example article, all that the service offers is
asked for: no answer above 499, no traceback, nothing empty that should not be.

Routes, pages, forms, commands, methods and tools are discovered in the code. One that is new is
walked, or fails here until it has an example in tests/e2e/walk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from mcp import Client as ToolClient

from claims.errors import Gone
from claims.store.invariant import check_invariant
from claims.types import EventType
from service.agents.server import build_server
from service.cli import run
from service.client import verify_webhook
from tests.e2e.walk import commands, forms, routes, tools
from tests.e2e.walk.world import State, World, build_world, soup_of
from tests.stack.judge_scores import SharedScores
from tests.stack.workers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.in_order]

Capture = pytest.CaptureFixture[str]
BY_SCRIPT = "/docs"
"""The page that a script fills; tests/browser/test_api_page.py reads it."""
NO_REDIRECT = {"login.log_in", "alert_pages.end_alert"}
"""Forms that answer with a page."""
NO_LINK = {
    *("dashboard.show_chosen_claims", "dashboard.show_chosen_articles"),  # by a form
    "alert_pages.show_unsubscribe",
    "login.show_login",  # nobody who is signed in needs it
    "health.livez",
    "health.readyz",
    "health.metrics",
    "health.explain_problem",
}
"""Addresses that no page links to; all of them are walked as routes, or by the forms."""
ALIVE = pytest.mark.parametrize(
    "state",
    [State.JUDGED, State.RECHECKED, State.CORRECTED],
    ids=lambda state: state.name.lower(),
    scope="module",  # pytest runs all tests of one state before those of the next
)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, judge_scores: SharedScores) -> Iterator[World]:
    with build_world(tmp_path_factory.mktemp("walk"), judge_scores) as world:
        yield world


@pytest.fixture
def world(walked: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, which commands of this process find in their environment."""
    monkeypatch.setenv("ASSAY_URL", walked.url)
    monkeypatch.setenv("ASSAY_API_KEY", walked.key)
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(walked.folder))
    monkeypatch.setenv("ASSAY_READER", "chat:scripted")
    monkeypatch.setenv("ASSAY_CHAT_URL", walked.chat.url)
    return walked


@pytest.fixture
def browser(world: World) -> requests.Session:
    return world.log_in()


# --- what is alive -------------------------------------------------------------------------------


@ALIVE
def test_every_route_answers_with_every_parameter(world: World, state: State) -> None:
    world.reach(state)
    spec = routes.ask(world, "GET", "/openapi.json").json()
    faults, found = [], {}
    for operation, parameter, path in routes.list_paths(world, spec):
        answer = routes.ask(world, "GET", path)
        if answer.status_code != 200:
            faults.append(f"{answer.status_code} {path}: {answer.text[:200]}")
        found[operation, parameter] = found.get((operation, parameter)) or (
            not routes.is_empty(answer)
        )
    empty = {key for key, is_filled in found.items() if not is_filled}
    assert not faults, "\n".join(faults)
    assert empty - routes.FITS_AFTER_A_CHANGE == routes.NOTHING_FITS & found.keys()


@ALIVE
def test_every_page_answers_and_has_no_gap(
    world: World, browser: requests.Session, state: State
) -> None:
    world.reach(state)
    faults, endpoints = [], set()
    adapter = world.app.url_map.bind("127.0.0.1")
    for path, answer in forms.crawl(world, browser):
        endpoints.add(adapter.match(path.partition("?")[0])[0])
        if answer.status_code != 200:
            faults.append(f"{answer.status_code} {path}")
        elif "html" in answer.headers["Content-Type"] and path != BY_SCRIPT:
            faults += [f"{path}: {gap}" for gap in forms.find_gaps(soup_of(answer.text))]
    assert not faults, "\n".join(faults)
    pages = {rule.endpoint for rule in forms.list_rules(world.app, "GET")}
    assert pages - endpoints == NO_LINK


@ALIVE
def test_every_command_that_reads_prints_something(
    world: World, state: State, tmp_path: Path, capsys: Capture
) -> None:
    world.reach(state)
    for lines in commands.read_lines(world, tmp_path).values():
        faults, printed = run_all(lines, capsys)
        assert not faults, "\n".join(faults)
        assert any(printed), lines


@ALIVE
def test_every_method_that_reads_gives_something(world: World, state: State) -> None:
    world.reach(state)
    for name, call in tools.read_methods(world).items():
        assert call(world.client), name


@ALIVE
def test_every_tool_of_agents_answers(world: World, state: State) -> None:
    world.reach(state)
    examples = tools.list_tool_arguments(world)

    async def use_all() -> set[str]:
        server = build_server(world.client, world.url, claims_max=100, tag="walk")
        async with ToolClient(server) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            for name in names:
                result = await client.call_tool(name, dict(examples[name]))
                assert not result.is_error, (name, result)
                assert result.structured_content, name
            changes = await client.call_tool("recent_changes", {"limit": 50})
            assert changes.structured_content["items"]
        return names

    with ThreadPoolExecutor(1) as pool:  # the main thread may have an event loop
        names = pool.submit(asyncio.run, use_all()).result()
    assert names == examples.keys()


# --- what changes something ----------------------------------------------------------------------


def test_every_route_that_changes_something_does(world: World) -> None:
    world.reach(State.CORRECTED)
    spec = routes.ask(world, "GET", "/openapi.json").json()
    examples, faults = routes.make_changes(world), []
    for method, path, operation in routes.list_operations(spec):
        if method == "GET":
            continue
        change = examples[operation["operationId"]]()
        filled = f"{routes.fill(path, world.ids | dict(change.ids))}?{change.query}"
        answer = routes.ask(world, method, filled, change.body)
        if answer.status_code not in (200, 201, 202, 204):
            faults.append(f"{answer.status_code} {method} {filled}: {answer.text[:200]}")
        elif answer.status_code != 204 and routes.is_empty(answer):
            faults.append(f"empty: {method} {filled}")
    assert not faults, "\n".join(faults)


def test_every_form_is_taken(world: World) -> None:
    world.reach(State.CORRECTED)
    examples, faults = forms.fill_forms(world), []
    for rule in forms.list_rules(world.app, "POST"):
        answer = forms.send(world, world.log_in(), examples[rule.endpoint]())
        if answer.status_code != 200 or not (answer.history or rule.endpoint in NO_REDIRECT):
            faults.append(f"{answer.status_code} {rule.rule}: {answer.text[-600:]}")
    assert not faults, "\n".join(faults)


def test_every_command_that_changes_something_does(
    world: World, tmp_path: Path, capsys: Capture
) -> None:
    world.reach(State.CORRECTED)
    for lines in commands.change_lines(world, tmp_path).values():
        faults, printed = run_all(lines, capsys)
        assert not faults, "\n".join(faults)
        assert any(printed), lines


def test_every_command_and_option_has_an_example(world: World, tmp_path: Path) -> None:
    examples = commands.read_lines(world, tmp_path) | commands.change_lines(world, tmp_path)
    known = dict(commands.list_commands())
    assert known.keys() == examples.keys() | commands.WALKED_OTHERWISE.keys()
    missing = {
        name: absent
        for name, lines in examples.items()
        if (
            absent := commands.list_options(known[name]) - {word for line in lines for word in line}
        )
    }
    assert missing == {}


def test_every_method_has_an_example_and_works(world: World) -> None:
    world.reach(State.CORRECTED)
    changing = tools.change_methods(world)
    assert tools.list_methods() == changing.keys() | tools.read_methods(world).keys()
    for call in changing.values():
        call(world.client)


def test_every_event_was_delivered_and_is_signed(world: World) -> None:
    wait_until(lambda: len(world.client.list_deliveries(world.webhook.id)) > 20)
    messages = [split_message(request) for request in list(world.receiver.requests)]
    events = [
        verify_webhook(body, headers, world.secret)
        for headers, body in messages
        if headers.get("webhook-id", "").startswith(world.webhook.id)
    ]
    (done,) = (
        e for e in events if e.type == EventType.ARTICLE_DONE and e.article_id == world.article.id
    )
    assert len(done.data.labels) > 1


# --- what is deleted -----------------------------------------------------------------------------


def test_what_was_deleted_is_gone_for_every_route(world: World) -> None:
    world.reach(State.DELETED)
    spec = routes.ask(world, "GET", "/openapi.json").json()
    for method, path, _ in routes.list_operations(spec):
        if method == "GET" and ("{article_id}" in path or "{claim_id}" in path):
            answer = routes.ask(world, method, routes.fill(path, world.ids))
            assert (answer.status_code, answer.json()["type"]) == (410, "/problems/gone"), path


def test_lists_and_feeds_answer_after_the_deletion(world: World) -> None:
    world.reach(State.DELETED)
    for query in ("", f"?article={world.article.id}", "?type=article.deleted", "?label=REFUTED"):
        for path in ("/v1/changes", "/v1/changes.atom"):
            answer = routes.ask(world, "GET", path + query)
            assert answer.status_code == 200, (path, query, answer.text)
            assert not routes.is_empty(answer), (path, query)
    page = routes.ask(world, "GET", "/v1/changes?type=article.deleted&label=REFUTED").json()
    (deleted,) = (item for item in page["items"] if item["article_id"] == world.article.id)
    assert deleted["data"]["labels"] == world.article.summary
    listed = routes.ask(world, "GET", "/v1/articles").json()["items"]
    assert world.article.id not in {item["id"] for item in listed}


def test_pages_of_what_was_deleted_say_so_and_all_others_answer(
    world: World, browser: requests.Session
) -> None:
    world.reach(State.DELETED)
    for rule in forms.list_rules(world.app, "GET"):
        if {"article_id", "claim_id"} & rule.arguments:
            path = world.app.url_map.bind("x").build(rule.endpoint, dict(world.ids) | {"check": 1})
            answer = browser.get(world.url + path.partition("?")[0], timeout=forms.TIMEOUT_S)
            assert answer.status_code == 410, path
            assert "was deleted on" in answer.text, path
    assert [
        (path, answer.status_code)
        for path, answer in forms.crawl(world, browser)
        if answer.status_code not in (200, 410)
    ] == []


def test_commands_and_methods_say_that_it_was_deleted(world: World, capsys: Capture) -> None:
    world.reach(State.DELETED)
    for line in commands.deleted_lines(world):
        status = run(list(line))
        err = capsys.readouterr().err
        assert (status, err.count("\n")) == (2, 1), (line, err)
        assert "deleted" in err, (line, err)
    for name, call in tools.name_deleted(world).items():
        with pytest.raises(Gone):
            raise AssertionError(f"{name} gives {call(world.client)}")


def test_nothing_failed_behind_the_walk(world: World) -> None:
    logs = world.read_logs()
    for sign in ("Traceback", "unforeseen_error", "unreadable_record", "delivery_broken"):
        assert sign not in logs, logs[max(0, logs.index(sign) - 2000) :][:4000]
    assert check_invariant(world.store) == []


def run_all(lines: commands.Lines, capsys: Capture) -> tuple[list[str], list[str]]:
    """What went wrong with these command lines, and what they printed."""
    faults, printed = [], []
    for line in lines:
        status = run(list(line))
        out, err = capsys.readouterr()
        printed.append(out)
        if status != 0 or "Traceback" in err:
            faults.append(f"{status} {' '.join(line)}: {err[-600:]}")
    return faults, printed


def split_message(request: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request that a receiver got."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}, body
