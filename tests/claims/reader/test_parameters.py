"""Parameters that endpoints refuse are left out, and models that think get a larger limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from claims.reader.endpoint import ChatClient, Written
from claims.reader.parameters import ANSWER_TOKENS, THINKING_TOKENS
from claims.reader.token_counts import TokenCount
from tests.claims.reader.clients import MESSAGES, ask, fail, sent
from tests.stack.chat_server import Act, ChatServer, refuse, say

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
            lambda b: (
                f"Unknown parameter: {b['response_format']}"
                if b.get("response_format") not in ({"type": "json_object"}, None)
                else None
            ),
            400,
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
    build_client: Callable[..., ChatClient],
    pauses: list[float],
    refuses: Callable[[dict[str, Any]], str | None],
    status: int,
    left: set[str],
) -> None:
    server.play(picky(refuses, status))
    client = build_client()
    assert ask(client)[0] == "yes"
    assert sent(server)[-1] == left
    asked = len(server.asked)
    assert ask(client)[0] == "yes"
    assert len(server.asked) == asked + 1
    assert sent(server)[-1] == left
    assert pauses == []


def test_form_of_the_answer_is_asked_for_in_simpler_and_simpler_ways(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(*[refuse(500, "Input should be 'text': response_format")] * 3, say("yes"))
    ask(build_client())
    formats = [body.get("response_format") for body in server.asked]
    schema = formats[0]["json_schema"]["schema"]
    assert [form and form["type"] for form in formats] == [
        *("json_schema", "json_object", "json_object", None)
    ]
    assert [form and form.get("schema") for form in formats] == [None, schema, None, None]


def test_parameter_is_named_by_its_field_if_there_is_one(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "not max_tokens, not json_schema", param="temperature"), say("yes"))
    ask(build_client())
    assert sent(server)[1] == {"response_format", "max_tokens"}


def test_without_a_role_of_the_system_the_instruction_begins_the_question(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "Only user and assistant roles: system role is unknown"), say("yes"))
    ask(build_client())
    assert server.asked[1]["messages"] == [{"role": "user", "content": "Be brief.\n\nWell?"}]


def test_a_refusal_that_is_about_no_parameter_changes_no_parameters(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "the account has no credit"))
    client = build_client()
    assert fail(client).endswith("it answers 400 (the account has no credit)")
    assert len(server.asked) < 9
    server.play(say("yes"))
    ask(client)
    assert sent(server)[-1] == {"response_format", "temperature", "max_tokens"}


def test_question_that_is_too_long_is_said_to_be(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(refuse(400, "This model's maximum context length is 2048 tokens (max_tokens 1000)"))
    assert "lower ASSAY_READER_PASSAGES" in fail(build_client())
    assert len(server.asked) == 1


def test_thoughts_that_do_not_fit_the_context_are_said_to_be_too_many(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    too_long = "maximum context length is 8192 tokens; you requested 9700 (1700 + 8000)"
    server.play(say("<think>Let me see", finish_reason="length"), refuse(400, too_long))
    said = fail(build_client())
    assert "8,000 tokens, in which the model thinks and answers, do not fit into its con" in said
    assert "ASSAY_READER_PASSAGES" not in said


def test_a_question_too_long_after_another_refusal_is_said_to_be_too_long(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    too_long = "maximum context length is 8192 tokens; you requested 9700 (1700 + 8000)"
    server.play(
        refuse(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refuse(400, too_long),
    )
    said = fail(build_client())
    assert "8,000 tokens, in which the model thinks and answers, do not fit into its con" in said
    assert "Unsupported" not in said


def test_a_limit_that_was_not_sent_is_not_said_to_be_too_large(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(
        refuse(400, "unknown parameter", param="max_tokens"),
        refuse(400, "unknown parameter", param="max_completion_tokens"),
        refuse(400, "maximum context length is 2048 tokens"),
    )
    said = fail(build_client())
    assert "lower ASSAY_READER_PASSAGES" in said
    assert "8,000" not in said


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
    server: ChatServer, build_client: Callable[..., ChatClient], thoughts: dict[str, Any]
) -> None:
    cut = say(thoughts.pop("content"), finish_reason="length", **thoughts)
    server.play(cut, say("yes", message={"reasoning_content": "I know"}))
    client = build_client()
    assert ask(client) == ("yes", [4020, 4020])
    ask(client)
    assert [body["max_tokens"] for body in server.asked] == [ANSWER_TOKENS] + [THINKING_TOKENS] * 2


@pytest.mark.parametrize("own", [say("yes"), say("", finish_reason="length")])
def test_larger_limit_stays_when_another_question_ends_that_began_without_it(
    server: ChatServer, build_client: Callable[..., ChatClient], own: Act
) -> None:
    client = build_client()

    def learn_meanwhile(body: dict[str, Any]) -> Act:
        """Another question ends while this one, with the small limit, is under way."""
        server.play(say("", finish_reason="length"), say("other"))
        assert ask(client) == ("other", [4020, 4020])
        server.play(say("yes"))
        return own

    server.play(learn_meanwhile)
    assert ask(client)[0] == "yes"
    before = len(server.asked)
    assert ask(client) == ("yes", [4020])
    assert [body["max_tokens"] for body in server.asked[before:]] == [THINKING_TOKENS]


def test_thoughts_without_an_end_are_no_reason_to_ask_on(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(say("", finish_reason="length"))
    assert ask(build_client()) == ("", [4020, 4020])


def test_answer_that_is_cut_without_thoughts_is_given_as_it_is(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(say('{"quotes": [', finish_reason="length"))
    written = build_client().complete(MESSAGES, note=lambda tokens: None)
    assert written == Written(
        '{"quotes": [', is_cut=True, limit=ANSWER_TOKENS, used=TokenCount(4020)
    )


def test_answer_that_is_cut_without_a_limit_names_none(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    server.play(
        refuse(400, "unknown parameter", param="max_tokens"),
        refuse(400, "unknown parameter", param="max_completion_tokens"),
        say('{"quotes": [', finish_reason="length"),
    )
    written = build_client().complete(MESSAGES, note=lambda tokens: None)
    assert written == Written('{"quotes": [', is_cut=True, limit=None, used=TokenCount(4020))


def test_content_in_parts_is_put_together_without_the_thoughts(
    server: ChatServer, build_client: Callable[..., ChatClient]
) -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
    server.play(say([thought, {"type": "text", "text": "ye"}, {"type": "text", "text": "s"}]))
    assert ask(build_client())[0] == "yes"
