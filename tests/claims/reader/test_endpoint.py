"""Chat completions against a scripted server on loopback: refusals, faults, time and secrets."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest

from claims.errors import EndpointFault, InvalidInput, ReaderNotAnswering
from claims.reader.endpoint import ChatClient, ChatEndpoint
from claims.reader.parameters import ANSWER_TOKENS
from tests.claims.reader.clients import KEY, MESSAGES, ask, fail
from tests.stack.chat_server import Act, ChatServer, refuse, say

# --- what is sent -------------------------------------------------------------------------------


def test_request_has_schema_limit_temperature_and_key(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    assert ask(build_client()) == ("yes", [4020])
    (body,) = server.asked
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("small", 0, ANSWER_TOKENS)
    assert body["messages"] == [message._asdict() for message in MESSAGES]
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert list(schema["schema"]["properties"]) == ["quotes", "reason", "missing", "label"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.paths == ["/v1/chat/completions"]


def test_without_a_key_none_is_sent_and_a_query_of_the_address_stays(server: ChatServer) -> None:
    ask(ChatClient(ChatEndpoint(f"{server.url}/?version=7", "small")))
    assert "Authorization" not in server.headers[0]
    assert server.paths == ["/v1/chat/completions?version=7"]


# --- tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -5}, {"prompt_tokens": "many"}, []])
def test_tokens_that_are_not_counted_are_estimated(
    server: ChatServer, build_client: Callable[..., ChatClient], usage: object
) -> None:
    server.play(say("x" * 386, usage=usage))
    assert ask(build_client())[1] == [100]


# --- an endpoint in trouble ---------------------------------------------------------------------


def test_busy_endpoint_is_waited_for(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(Act(status=429, headers={"Retry-After": "7"}), Act(status=503), say("yes"))
    assert ask(build_client())[0] == "yes"
    assert pauses == [7.0, 1.0]


@pytest.mark.parametrize("act", [Act(status=500), Act(status=529), Act(body=b"x" * 99, cut=True)])
def test_trouble_that_stays_ends_after_three_tries(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float], act: Act
) -> None:
    server.play(act)
    assert fail(build_client()).endswith(", 3 times")
    assert (len(server.asked), pauses) == (3, [1.0, 2.0])


def test_rest_that_is_longer_than_the_time_left_is_not_waited_for(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(Act(status=429, headers={"Retry-After": "600"}))
    said = fail(build_client())
    assert "it answers 429 and asks for 600 seconds of rest; no time is left" in said
    assert pauses == []


def test_a_rest_that_is_asked_for_is_kept_by_every_question(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(Act(status=429, headers={"Retry-After": "600"}), say("yes"))
    client = build_client()
    fail(client)
    pauses.append(580.0)  # time passes
    assert ask(client)[0] == "yes"
    assert pauses == [580.0, 20.0]
    server.play(Act(status=503, headers={"Retry-After": "600"}), say("yes"))
    fail(client)
    asked = len(server.asked)
    said = fail(client)
    assert "it answers 503 and asks for 600 seconds of rest; no time is left" in said
    assert said.endswith("see ASSAY_CHAT_TIMEOUT_S and ASSAY_READER_REQUESTS")
    assert len(server.asked) == asked


def test_rests_that_are_asked_for_are_none_of_the_tries(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(*[Act(status=429, headers={"Retry-After": "2"})] * 8, say("yes"))
    assert ask(build_client())[0] == "yes"
    assert pauses == [2.0] * 8


def test_the_time_of_a_rest_is_given_back_to_its_question(server: ChatServer) -> None:
    """Rest and answer together take longer than a question may."""
    late = say("yes")
    late = replace(late, drip_s=2.0 / len(late.body))
    server.play(Act(status=429, headers={"Retry-After": "2"}), late)
    began = time.monotonic()
    client = ChatClient(ChatEndpoint(server.url, "small", KEY, timeout_s=3.8))
    assert ask(client)[0] == "yes"
    assert time.monotonic() - began > 3.9


def test_rests_beyond_the_time_of_a_question_are_not_waited_for(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(Act(status=429, headers={"Retry-After": "12"}))
    assert "asks for 12 seconds of rest; no time is left" in fail(build_client(timeout_s=30.0))
    assert pauses == [12.0, 12.0]


def test_too_many_requests_name_the_setting_for_them(
    server: ChatServer, build_client: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(refuse(429, "slow down"))
    said = fail(build_client())
    assert said.endswith("it answers 429 (slow down), 3 times; see ASSAY_READER_REQUESTS")
    assert pauses == [1.0, 2.0]


def test_nobody_there_is_said(build_client: Callable[..., ChatClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = fail(build_client(url=f"http://127.0.0.1:{port}/v1"))
    assert said == f"127.0.0.1:{port}: the server cannot be reached, 3 times"


@pytest.mark.parametrize("act", [Act(hangs=True), Act(body=b"x" * 1000, drip_s=0.05)])
def test_deadline_holds_for_a_server_that_hangs_or_drips(
    server: ChatServer, build_client: Callable[..., ChatClient], act: Act
) -> None:
    server.play(act)
    began = time.monotonic()
    assert "see ASSAY_CHAT_TIMEOUT_S" in fail(build_client(timeout_s=0.6))
    assert time.monotonic() - began < 5
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 504, 524])
def test_a_request_that_timed_out_at_a_gateway_is_not_sent_again(
    server: ChatServer, build_client: Callable[..., ChatClient], status: int
) -> None:
    """The model may go on working, and its host bill it."""
    server.play(Act(status=status))
    with pytest.raises(ReaderNotAnswering) as caught:
        build_client().complete(MESSAGES, note=lambda _: None)
    assert caught.value.fault is EndpointFault.TIMED_OUT
    assert len(server.asked) == 1


def test_answer_has_a_maximum_size(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    server.play(Act(body=packed, headers={"Content-Encoding": "gzip"}))
    assert fail(build_client()).endswith("more than 2 MB")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "ASSAY_CHAT_KEY"),
        (403, "a filter has stopped this question, or the key may not use the model"),
        (403, "see ASSAY_CHAT_KEY (Incorrect API key provided: ***. Model not found.)"),
        (404, "ASSAY_READER"),
        (404, "check that ASSAY_CHAT_URL ends as the server expects (most: /v1)"),
        (405, "405"),
    ],
)
def test_refusal_is_final(
    server: ChatServer, build_client: Callable[..., ChatClient], status: int, advice: str
) -> None:
    server.play(refuse(status, f"Incorrect API key provided: {KEY}. Model not found."))
    said = fail(build_client())
    assert f"it answers {status}" in said
    assert advice in said
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(
    server: ChatServer, build_client: Callable[..., ChatClient], status: int
) -> None:
    server.play(Act(status=status, headers={"Location": f"{server.url}/elsewhere"}))
    assert "a redirect, which is not followed" in fail(build_client())
    assert server.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<html><body>Sign in</body></html>", ""),
        (b"", ""),
        (b"{}", ""),
        (b'{"choices": []}', ""),
        (b'{"choices": [{"message": {"content": 7}}]}', ""),
        (b"[" * 100_000, ""),
        (b"\xff\xfe", ""),
        (b'{"error": {"message": "out of credit"}}', ": out of credit"),
        (b'{"error": "model is loading"}', ": model is loading"),
        (f'{{"detail": "bad key {KEY}"}}'.encode(), ": bad key ***"),
    ],
)
def test_answer_that_is_no_completion_is_said_to_be(
    server: ChatServer, build_client: Callable[..., ChatClient], body: bytes, shown: str
) -> None:
    server.play(Act(body=body))
    said = fail(build_client())
    assert f"its answer is no chat completion{shown}" in said
    assert "see ASSAY_CHAT_URL" in said
    assert len(said) < 400


# --- secrets ------------------------------------------------------------------------------------


def test_the_key_is_in_no_text_and_no_log(
    server: ChatServer, build_client: Callable[..., ChatClient], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.play(refuse(401, KEY), Act(status=500, body=KEY.encode()), say("yes"))
    client = build_client()
    fail(client)
    ask(client)
    endpoint = ChatEndpoint(server.url, "small", KEY)
    assert "secret" not in f"{endpoint!r} {endpoint} {client!r} {vars(client)!r}"
    assert "secret" not in caplog.text


@pytest.mark.parametrize("key", ["sk-secret\n", "sk-secret-ключ"])
def test_key_that_no_header_can_hold_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InvalidInput, match="printable ASCII") as caught:
        ChatEndpoint("http://127.0.0.1:9/v1", "small", key)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["", "/v1", "127.0.0.1:8080/v1", "http://", "ftp://a.example/v1"])
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        ChatEndpoint(url, "small")


def test_environment_changes_nothing(
    server: ChatServer, build_client: Callable[..., ChatClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy is used, which would see the key."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert ask(build_client())[0] == "yes"


# --- the list of models -------------------------------------------------------------------------


def test_models_are_listed(server: ChatServer, build_client: Callable[..., ChatClient]) -> None:
    assert build_client().list_models() == ("small",)
    for body in (b"", b"[]", b'{"data": 7}', b'{"data": [{"name": "x"}]}', b"<html>"):
        server.models = Act(status=404 if not body else 200, body=body)
        assert build_client().list_models() == ()
    server.models = Act(status=401, body=json.dumps({"error": KEY}).encode())
    with pytest.raises(ReaderNotAnswering, match="it answers 401; see ASSAY_CHAT_KEY"):
        build_client().list_models()


@pytest.mark.parametrize(
    ("act", "fault", "requests"),
    [
        (refuse(400, "context length exceeded"), EndpointFault.REFUSED, 1),
        (refuse(401, "no"), EndpointFault.UNUSABLE, 1),
        (refuse(402, "no credit"), EndpointFault.UNUSABLE, 1),
        (refuse(403, "flagged by moderation"), EndpointFault.REFUSED, 1),
        (refuse(404, "no such model"), EndpointFault.UNUSABLE, 1),
        (refuse(500, "exceeds the available context size"), EndpointFault.REFUSED, 1),
        (refuse(429, "slow down"), EndpointFault.SILENT, 3),
        (refuse(503, "loading"), EndpointFault.SILENT, 3),
    ],
)
def test_a_refusal_of_a_question_is_distinguished_from_silence(
    server: ChatServer,
    build_client: Callable[..., ChatClient],
    act: Act,
    fault: EndpointFault,
    requests: int,
) -> None:
    server.play(act)
    with pytest.raises(ReaderNotAnswering) as caught:
        build_client().complete(MESSAGES, note=lambda _: None)
    assert caught.value.fault is fault
    assert len(server.asked) == requests


def test_a_possible_key_in_the_address_is_in_no_message(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(refuse(404, "nothing at /v1/own%2Dtenant-42/chat?token=abc%20defgh (abc defgh)"))
    url = f"{server.url}/own%2Dtenant-42?token=abc%20defgh&v=1"
    said = fail(build_client(url=url))
    assert "(nothing at /v1/***/chat?*** (***))" in said


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("https://AI.example/v1/", "https://ai.example:443/v1"),
        ("https://ai.example/v1?api-version=1", "https://ai.example:443/v1"),
        ("https://ai.example", "https://ai.example:443"),
    ],
)
def test_an_endpoint_is_known_by_its_address(url: str, identity: str) -> None:
    assert ChatEndpoint(url, "small", KEY).identity == identity


def test_a_possible_secret_in_a_path_is_not_in_the_identity_but_distinguishes_two() -> None:
    one, other = (
        ChatEndpoint(f"https://ai.example/{key}/v1", "small", KEY).identity
        for key in ("0123456789abcdef", "fedcba9876543210")
    )
    assert "0123456789" not in one
    assert one != other
    assert one.endswith("/v1")
