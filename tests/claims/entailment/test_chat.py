"""The judge behind an OpenAI-compatible endpoint, against a scripted server on loopback."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable

import numpy as np
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from claims.entailment.chat import ChatEndpoint, ChatJudge, Ledger
from claims.errors import JudgeNotAnswering, JudgeUnavailable

PASSAGE = "The bridge at Kisoro is 42 metres long, the engineer said."
CLAIM = "The bridge is 42 metres long."
PATH = "/v1/chat/completions"
GOOD = {"stance": "SUPPORTS", "quote": "bridge at Kisoro is 42 metres long", "confidence": 0.9}


def completion(content: object, *, tokens: int = 50) -> dict[str, object]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {
        "choices": [{"message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 10},
    }


def script(server: HTTPServer, *answers: Response | dict[str, object]) -> list[Request]:
    """Give the answers in order, and then repeat the last one; returns the list of requests."""
    asked: list[Request] = []

    def handle(request: Request) -> Response:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(request)
        if isinstance(answer, Response):
            return answer
        return Response(json.dumps(answer), content_type="application/json")

    server.expect_request(PATH, method="POST").respond_with_handler(handle)
    return asked


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def build(httpserver: HTTPServer, pauses: list[float]) -> Callable[..., ChatJudge]:
    def make(**more: object) -> ChatJudge:
        endpoint = ChatEndpoint(httpserver.url_for("/v1"), "small", **more)  # type: ignore[arg-type]
        return ChatJudge(endpoint, sleep=pauses.append)

    return make


def test_answer_becomes_probabilities(
    httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    asked = script(httpserver, completion(GOOD))
    judge = build(key="secret")
    scores = judge.score([(PASSAGE, CLAIM)])
    assert scores.shape == (1, 3)
    assert scores[0] == pytest.approx([0.9, 0.05, 0.05])
    assert asked[0].headers["Authorization"] == "Bearer secret"
    sent = json.loads(asked[0].data)
    assert sent["temperature"] == 0
    assert json.loads(sent["messages"][1]["content"]) == {"passage": PASSAGE, "claim": CLAIM}
    assert (judge.ledger.calls, judge.ledger.tokens) == (1, 60)


def test_no_pairs_ask_nothing(httpserver: HTTPServer, build: Callable[..., ChatJudge]) -> None:
    assert build().score([]).shape == (0, 3)
    assert httpserver.log == []


@pytest.mark.parametrize(
    "content",
    [
        "I think it supports the claim.",
        {"stance": "SUPPORTS", "quote": "the bridge is very long", "confidence": 0.9},
        {"stance": "SUPPORTS", "quote": "", "confidence": 0.9},
        {"stance": "MAYBE", "quote": "42 metres", "confidence": 0.9},
        {"stance": "SUPPORTS", "quote": "42 metres", "confidence": 7},
        {"stance": "SUPPORTS", "quote": "42 metres", "confidence": "high"},
        {"stance": "SUPPORTS", "quote": "42 metres"},
        GOOD | {"thoughts": "..."},
        "",
        "[]",
    ],
)
def test_what_is_not_to_be_believed_is_no_answer(
    content: object, httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    asked = script(httpserver, completion(content))
    judge = build()
    assert np.isnan(judge.score([(PASSAGE, CLAIM)])).tolist() == [[True] * 3]
    assert len(asked) == judge.ledger.discarded == 2


def test_second_try_counts(httpserver: HTTPServer, build: Callable[..., ChatJudge]) -> None:
    script(httpserver, completion("well ..."), completion(f"```json\n{json.dumps(GOOD)}\n```"))
    assert build().score([(PASSAGE, CLAIM)]).argmax() == 0


def test_quotation_is_compared_by_words(
    httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    script(httpserver, completion(GOOD | {"quote": "Bridge, at Kisoro: is 42  metres long"}))
    assert build().score([(PASSAGE, CLAIM)]).argmax() == 0


def test_busy_endpoint_is_waited_for(
    httpserver: HTTPServer, build: Callable[..., ChatJudge], pauses: list[float]
) -> None:
    busy = Response(status=429, headers={"Retry-After": "7"})
    script(httpserver, busy, Response(status=503), completion(GOOD))
    assert build().score([(PASSAGE, CLAIM)]).argmax() == 0
    assert pauses == [7.0, 2.0]


def test_endpoint_that_stays_down_is_temporary(
    httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    asked = script(httpserver, Response(status=500))
    with pytest.raises(JudgeNotAnswering, match="500"):
        build().score([(PASSAGE, CLAIM)])
    assert len(asked) == 3


def test_nobody_there_is_temporary() -> None:
    judge = ChatJudge(ChatEndpoint("http://127.0.0.1:9/v1", "small"), sleep=lambda _: None)
    with pytest.raises(JudgeNotAnswering, match="ConnectionError"):
        judge.score([(PASSAGE, CLAIM)])


def test_answer_that_breaks_off_is_asked_for_again(
    httpserver: HTTPServer, build: Callable[..., ChatJudge], pauses: list[float]
) -> None:
    body = json.dumps(completion(GOOD)).encode()
    broken = Response(b"not gzip", headers={"Content-Encoding": "gzip"})
    script(httpserver, broken, Response(body, content_type="application/json"))
    assert build().score([(PASSAGE, CLAIM)]).argmax() == 0
    assert pauses == [1.0]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/v1",
        "127.0.0.1:8080/v1",
        "localhost:8080/v1",
        "http://",
        "http://127.0.0.1:99999/v1",
        "http://127.0.0.1:port/v1",
        "http://[::1/v1",
        "http://a..b/v1",
        "ftp://127.0.0.1/v1",
    ],
)
def test_what_is_no_address_is_refused_at_once(url: str, pauses: list[float]) -> None:
    judge = ChatJudge(ChatEndpoint(url, "small"), sleep=pauses.append)
    with pytest.raises(JudgeUnavailable, match="set ASSAY_CHAT_URL"):
        judge.score([(PASSAGE, CLAIM)])
    assert pauses == []


@pytest.mark.parametrize("key", ["sk-secret\n", "sk-secret-ключ"])
def test_key_that_no_header_can_hold_is_refused_and_not_repeated(key: str) -> None:
    judge = ChatJudge(ChatEndpoint("http://127.0.0.1:9/v1", "small", key))
    with pytest.raises(JudgeUnavailable, match="ASSAY_CHAT_KEY") as caught:
        judge.score([(PASSAGE, CLAIM)])
    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_key_is_not_shown() -> None:
    endpoint = ChatEndpoint("http://127.0.0.1:9/v1", "small", "sk-secret")
    assert "secret" not in f"{endpoint!r} {endpoint} {ChatJudge(endpoint)!r}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 307])
def test_refusal_is_final(
    status: int, httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    asked = script(httpserver, Response(status=status, headers={"Location": "/elsewhere"}))
    with pytest.raises(JudgeUnavailable, match=str(status)):
        build().score([(PASSAGE, CLAIM)])
    assert len(asked) == 1


@pytest.mark.parametrize("body", [b"not json", b"{}", b'{"choices": []}', b"\xff" * 2_000_000])
def test_answer_in_another_shape_is_no_answer(
    body: bytes, httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    script(httpserver, Response(body))
    assert np.isnan(build().score([(PASSAGE, CLAIM)])).tolist() == [[True] * 3]


def test_spent_budget_asks_no_more(httpserver: HTTPServer, build: Callable[..., ChatJudge]) -> None:
    script(httpserver, completion(GOOD, tokens=90))
    judge = build(budget=100)
    judge.score([(PASSAGE, CLAIM)])
    with pytest.raises(JudgeUnavailable, match="budget"):
        judge.score([(PASSAGE, CLAIM)])


def test_order_is_kept_and_one_bad_pair_spoils_nothing(
    httpserver: HTTPServer, build: Callable[..., ChatJudge]
) -> None:
    def handle(request: Request) -> Response:
        claim = json.loads(json.loads(request.data)["messages"][1]["content"])["claim"]
        answer = "?" if claim == "bad" else GOOD
        return Response(json.dumps(completion(answer)), content_type="application/json")

    httpserver.expect_request(PATH).respond_with_handler(handle)
    scores = build().score([(PASSAGE, "good"), (PASSAGE, "bad"), (PASSAGE, "good\x00")])
    assert np.isnan(scores).any(axis=1).tolist() == [False, True, False]
    assert scores[[0, 2]].argmax(axis=1).tolist() == [0, 0]
    assert scores[[0, 2]].sum(axis=1) == pytest.approx(np.ones(2))


def test_ledger_adds_up() -> None:
    ledger = Ledger()
    ledger.note(prompt_tokens=5, answer_tokens=2)
    ledger.discard()
    assert (ledger.calls, ledger.tokens, ledger.discarded) == (1, 7, 1)
