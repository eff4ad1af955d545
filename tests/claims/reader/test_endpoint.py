"""Chat completions against a scripted server on loopback: refusals, faults, time and secrets."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from claims.errors import InvalidInput, ReaderNotAnswering
from claims.reader.endpoint import ChatClient, ChatEndpoint
from claims.reader.parameters import ANSWER_TOKENS, THINKING_TOKENS, Message
from tests.stack.chat_server import Act, ChatServer, refuse, say, serve_chat

KEY = "sk-secret-0123456789"
MESSAGES = [Message("system", "Be brief."), Message("user", "Well?")]


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serve_chat() as running:
        running.play(say("yes"))
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def build(server: ChatServer, pauses: list[float]) -> Callable[..., ChatClient]:
    def make(*, url: str = server.url, timeout_s: float = 30.0) -> ChatClient:
        return ChatClient(ChatEndpoint(url, "small", KEY, timeout_s), sleep=pauses.append)

    return make


def ask(client: ChatClient) -> tuple[str, list[int]]:
    """The content and the tokens of each request."""
    spent: list[int] = []
    return client.complete(MESSAGES, note=spent.append), spent


def fail(client: ChatClient) -> str:
    """The message of a request that fails; it never has the key, nor has its traceback."""
    with pytest.raises(ReaderNotAnswering) as caught:
        client.complete(MESSAGES, note=lambda tokens: None)
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


def sent(server: ChatServer) -> list[set[str]]:
    """The names of the parameters of each request, without model and messages."""
    return [set(body) - {"model", "messages"} for body in server.asked]


# --- what is sent -------------------------------------------------------------------------------


def test_request_has_schema_limit_temperature_and_key(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    assert ask(build()) == ("yes", [120])
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


# --- parameters that are refused ----------------------------------------------------------------


def picky(refuses: Callable[[dict[str, Any]], str | None], status: int = 400) -> Any:
    """A server that answers only what it does not refuse."""

    def play(body: dict[str, Any]) -> Act:
        why = refuses(body)
        return say("yes") if why is None else refuse(status, why)

    return play


@pytest.mark.parametrize(
    ("refuses", "status", "left"),
    [
        (
            lambda b: (
                "response_format type json_schema is not supported"
                if b.get("response_format", {}).get("type") == "json_schema"
                else None
            ),
            422,
            {"response_format", "temperature", "max_tokens"},
        ),
        (
            lambda b: "no endpoints support response_format" if "response_format" in b else None,
            404,
            {"temperature", "max_tokens"},
        ),
        (
            lambda b: (
                "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
                if "max_tokens" in b
                else "Unsupported value: 'temperature' does not support 0 with this model."
                if "temperature" in b
                else None
            ),
            400,
            {"response_format", "max_completion_tokens"},
        ),
        (
            lambda b: "System role not supported" if b["messages"][0]["role"] == "system" else None,
            500,
            {"response_format", "temperature", "max_tokens"},
        ),
        (lambda b: "Bad Request" if set(b) != {"model", "messages"} else None, 400, set()),
    ],
)
def test_parameter_that_a_server_refuses_is_left_out_from_then_on(
    server: ChatServer,
    build: Callable[..., ChatClient],
    pauses: list[float],
    refuses: Callable[[dict[str, Any]], str | None],
    status: int,
    left: set[str],
) -> None:
    server.play(picky(refuses, status))
    client = build()
    assert ask(client)[0] == "yes"
    assert sent(server)[-1] == left
    asked = len(server.asked)
    assert ask(client)[0] == "yes"
    assert len(server.asked) == asked + 1
    assert sent(server)[-1] == left
    assert pauses == []


def test_parameter_is_named_by_its_field_if_there_is_one(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "not max_tokens, not json_schema", param="temperature"), say("yes"))
    ask(build())
    assert sent(server)[1] == {"response_format", "max_tokens"}


def test_without_a_role_of_the_system_the_instruction_begins_the_question(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "Only user and assistant roles: system role is unknown"), say("yes"))
    ask(build())
    assert server.asked[1]["messages"] == [{"role": "user", "content": "Be brief.\n\nWell?"}]


def test_what_no_parameter_is_to_blame_for_is_not_remembered(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "the account has no credit"))
    client = build()
    assert fail(client).endswith("it answers 400 (the account has no credit)")
    assert len(server.asked) < 9
    server.play(say("yes"))
    ask(client)
    assert sent(server)[-1] == {"response_format", "temperature", "max_tokens"}


def test_question_that_is_too_long_is_said_to_be(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "This model's maximum context length is 2048 tokens (max_tokens 1000)"))
    assert "lower ASSAY_READER_PASSAGES" in fail(build())
    assert len(server.asked) == 1


# --- models that think --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "thoughts",
    [
        {"content": "", "message": {"reasoning_content": "Let me see"}},
        {"content": None, "message": {"reasoning": "Let me see"}},
        {"content": "<think>Let me see"},
        {"content": None},
    ],
)
def test_answer_that_ends_in_thoughts_is_asked_for_with_a_larger_limit(
    server: ChatServer, build: Callable[..., ChatClient], thoughts: dict[str, Any]
) -> None:
    cut = say(thoughts.pop("content"), finish_reason="length", **thoughts)
    server.play(cut, say("yes", message={"reasoning_content": "I know"}))
    client = build()
    assert ask(client) == ("yes", [120, 120])
    ask(client)
    assert [body["max_tokens"] for body in server.asked] == [ANSWER_TOKENS] + [THINKING_TOKENS] * 2


def test_thoughts_without_an_end_are_no_reason_to_ask_on(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    server.play(say("", finish_reason="length"))
    assert ask(build()) == ("", [120, 120])


def test_answer_that_is_cut_without_thoughts_is_given_as_it_is(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    server.play(say('{"quotes": [', finish_reason="length"))
    assert ask(build()) == ('{"quotes": [', [120])


def test_content_in_parts_is_put_together_without_the_thoughts(
    server: ChatServer, build: Callable[..., ChatClient]
) -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    server.play(say([thought, {"type": "text", "text": "ye"}, {"type": "text", "text": "s"}]))
    assert ask(build())[0] == "yes"


# --- tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -5}, {"prompt_tokens": "many"}, []])
def test_tokens_that_are_not_counted_are_estimated(
    server: ChatServer, build: Callable[..., ChatClient], usage: object
) -> None:
    server.play(say("x" * 386, usage=usage))
    assert ask(build())[1] == [100]


# --- an endpoint in trouble ---------------------------------------------------------------------


def test_busy_endpoint_is_waited_for(
    server: ChatServer, build: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(Act(status=429, headers={"Retry-After": "7"}), Act(status=503), say("yes"))
    assert ask(build())[0] == "yes"
    assert pauses == [7.0, 2.0]


@pytest.mark.parametrize("act", [Act(status=500), Act(status=529), Act(body=b"x" * 99, cut=True)])
def test_trouble_that_stays_ends_after_three_tries(
    server: ChatServer, build: Callable[..., ChatClient], pauses: list[float], act: Act
) -> None:
    server.play(act)
    assert fail(build()).endswith(", 3 times")
    assert (len(server.asked), pauses) == (3, [1.0, 2.0])


def test_rest_that_is_longer_than_the_time_left_is_not_waited_for(
    server: ChatServer, build: Callable[..., ChatClient], pauses: list[float]
) -> None:
    server.play(Act(status=429, headers={"Retry-After": "600"}))
    said = fail(build())
    assert "it answers 429 and asks for 600 seconds of rest; no time is left" in said
    assert pauses == []


def test_nobody_there_is_said(build: Callable[..., ChatClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = fail(build(url=f"http://127.0.0.1:{port}/v1"))
    assert said == f"127.0.0.1:{port}: the server cannot be reached, 3 times"


@pytest.mark.parametrize("act", [Act(hangs=True), Act(body=b"x" * 1000, drip_s=0.05)])
def test_deadline_holds_for_a_server_that_hangs_or_drips(
    server: ChatServer, build: Callable[..., ChatClient], act: Act
) -> None:
    server.play(act)
    began = time.monotonic()
    assert "see ASSAY_CHAT_TIMEOUT_S" in fail(build(timeout_s=0.6))
    assert time.monotonic() - began < 5
    assert len(server.asked) == 1


def test_answer_has_a_maximum_size(server: ChatServer, build: Callable[..., ChatClient]) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    server.play(Act(body=packed, headers={"Content-Encoding": "gzip"}))
    assert fail(build()).endswith("more than 2 MB")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "ASSAY_CHAT_KEY"),
        (403, "ASSAY_CHAT_KEY"),
        (404, "ASSAY_READER"),
        (405, "405"),
    ],
)
def test_refusal_is_final(
    server: ChatServer, build: Callable[..., ChatClient], status: int, advice: str
) -> None:
    server.play(refuse(status, f"Incorrect API key provided: {KEY}. Model not found."))
    said = fail(build())
    assert f"it answers {status}" in said
    assert advice in said
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(
    server: ChatServer, build: Callable[..., ChatClient], status: int
) -> None:
    server.play(Act(status=status, headers={"Location": f"{server.url}/elsewhere"}))
    assert "a redirect, which is not followed" in fail(build())
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
    server: ChatServer, build: Callable[..., ChatClient], body: bytes, shown: str
) -> None:
    server.play(Act(body=body))
    said = fail(build())
    assert f"its answer is no chat completion{shown}" in said
    assert "see ASSAY_CHAT_URL" in said
    assert len(said) < 400


# --- secrets ------------------------------------------------------------------------------------


def test_key_stands_in_no_text_and_no_log(
    server: ChatServer, build: Callable[..., ChatClient], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.play(refuse(401, KEY), Act(status=500, body=KEY.encode()), say("yes"))
    client = build()
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
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        ChatEndpoint(url, "small")


def test_environment_changes_nothing(
    server: ChatServer, build: Callable[..., ChatClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy is used, which would see the key."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert ask(build())[0] == "yes"


# --- the list of models -------------------------------------------------------------------------


def test_models_are_listed(server: ChatServer, build: Callable[..., ChatClient]) -> None:
    assert build().list_models() == ("small",)
    for body in (b"", b"[]", b'{"data": 7}', b'{"data": [{"name": "x"}]}', b"<html>"):
        server.models = Act(status=404 if not body else 200, body=body)
        assert build().list_models() == ()
    server.models = Act(status=401, body=json.dumps({"error": KEY}).encode())
    with pytest.raises(ReaderNotAnswering, match="it answers 401; see ASSAY_CHAT_KEY"):
        build().list_models()
