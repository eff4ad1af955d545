"""What a poll costs: the commands that the store gets for one request, and no more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import redis
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.settings import Settings
from claims.store import RedisStore
from tests.service.keys import bearer, make_key

END = "all commands of the request are before this one"


@contextmanager
def listen(url: str) -> Iterator[list[str]]:
    """The names of the commands that the server got from clients until the block ends, without
    those that scripts called and those that open a connection."""
    names: list[str] = []
    with redis.Redis.from_url(url) as client, client.monitor() as monitor:
        yield names
        with redis.Redis.from_url(url) as other:
            other.echo(END)
        while END not in (seen := monitor.next_command())["command"]:
            name = seen["command"].split()[0].upper()
            if seen["client_type"] != "lua" and name not in ("HELLO", "CLIENT", "PING", "AUTH"):
                names.append(name)


@pytest.fixture
def address(client: FlaskClient) -> str:
    """The address of a claim that waits; the scripts of its reading are loaded."""
    path = client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"]
    for one in (path, "/v1/claims", "/v1/changes"):
        assert client.get(one).status_code == 200
    return str(path)


@pytest.mark.parametrize(
    ("path", "commands"),
    [
        ("", ["EVALSHA"]),
        ("/v1/changes", ["EVALSHA"]),
        ("/v1/claims", ["EVALSHA", "HMGET", "LINDEX"]),
    ],
)
def test_a_poll_without_a_key_asks_for_keys_and_sends_its_own_commands(
    client: FlaskClient, store_url: str, address: str, path: str, commands: list[str]
) -> None:
    with listen(store_url) as sent:
        assert client.get(path or address).status_code == 200
    assert sent == ["EXISTS", *commands]


def test_an_unchanged_claim_is_answered_by_its_version_alone(
    client: FlaskClient, store_url: str, address: str
) -> None:
    tag = client.get(address).headers["ETag"]
    with listen(store_url) as sent:
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert sent == ["EXISTS", "HGET"]


@pytest.mark.parametrize("path", ["", "/v1/changes", "/v1/claims", "/livez"])
def test_a_polled_answer_is_written_in_one_step_without_spaces(
    client: FlaskClient, address: str, path: str
) -> None:
    answer = client.get(path or address)
    assert answer.get_data() == json.dumps(answer.json, separators=(",", ":")).encode()


def test_liveness_sends_nothing(client: FlaskClient, store_url: str) -> None:
    with listen(store_url) as sent:
        assert client.get("/livez").status_code == 200
    assert sent == []


def test_a_counted_request_costs_two_commands_more(
    make_app: Callable[..., APIFlask], store: RedisStore, store_url: str, address: str
) -> None:
    client = make_app(Settings(redis_url=store_url, allowed_hosts="")).test_client()
    headers = bearer(make_key(store))
    assert client.get(address, headers=headers).status_code == 200
    with listen(store_url) as sent:
        assert client.get(address, headers=headers).status_code == 200
    key, counted, read = ["HMGET", "TIME"], ["EVALSHA", "EVALSHA"], ["EVALSHA"]
    assert sent == [*key, *counted, *read]


def test_no_view_and_no_hook_is_a_coroutine(app: APIFlask) -> None:
    """Because nothing asks whether one is: see `ensure_sync` of the app."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    functions = [one for kind in hooks for listed in kind.values() for one in listed]
    functions += app.view_functions.values()
    assert len(functions) > 50
    assert not any(map(asyncio.iscoroutinefunction, functions))
    assert app.ensure_sync(functions[0]) is functions[0]
