"""The service behind its web server: tests that need a real server and a real socket."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from claims.errors import IdempotencyMismatch, InvalidInput, NotFound
from claims.store.redis_store import RedisStore, connect
from claims.types import (
    ArticleId,
    ArticleStatus,
    ClaimId,
    ClaimStatus,
    EventType,
    VerdictLabel,
)
from service.api.strict_json import BODY_BYTES_MAX
from service.client import Client, ServiceUnreachable
from service.monitoring.readiness import find_missing
from service.problems.problem_types import PROBLEM_TYPES
from tests.service.live import Live, run_service, run_service_and_store
from tests.service.work import extract_article, judge_claim
from tests.stack.servers import embedded_server

TOKEN = "a-long-tökén-for-tests, long enough"
TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!"
JSON = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live"), ASSAY_API_TOKEN=TOKEN) as service:
        yield service


@pytest.fixture
def client(live: Live) -> Client:
    return Client(live.url, token=TOKEN)


def exchange(live: Live, request: bytes) -> tuple[int, dict[str, object]]:
    """Send raw bytes, return (status, JSON body); the server may close the connection early."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as connection:
        sender = threading.Thread(target=send_ignoring_hangup, args=(connection, request))
        sender.start()
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read()
        sender.join()
    return response.status, json.loads(body)


def send_ignoring_hangup(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        return


def head(*extra: str, path: str = "/v1/claims") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in JSON.items()]
    return "\r\n".join([*lines, *extra, "", ""]).encode()


def chunks(body: bytes, size: int = 1000) -> bytes:
    pieces = [body[i : i + size] for i in range(0, len(body), size)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


def test_a_chunked_body_without_length_is_read(live: Live) -> None:
    body = json.dumps({"text": "Eleven people died."}).encode()
    status, answer = exchange(live, head("Transfer-Encoding: chunked") + chunks(body, 7))
    assert (status, answer["status"]) == (202, "queued")


def test_a_chunked_body_over_the_limit_is_too_large(live: Live) -> None:
    body = b'{"text": "Eleven people died."}'.ljust(BODY_BYTES_MAX + 1)
    request = head("Transfer-Encoding: chunked") + chunks(body, 50_000)
    status, answer = exchange(live, request)
    assert (status, answer["type"]) == (413, "/problems/too-large")


def test_ten_megabytes_are_refused_by_their_announced_length(live: Live) -> None:
    status, answer = exchange(live, head("Content-Length: 10000000") + b" " * 100_000)
    assert (status, answer["type"]) == (413, "/problems/too-large")


def test_a_chunk_size_that_is_no_number_is_a_bad_request(live: Live) -> None:
    status, answer = exchange(live, head("Transfer-Encoding: chunked") + b"xyz\r\nhello\r\n")
    assert (status, answer["type"]) == (400, "/problems/bad-request")


@pytest.mark.parametrize(
    ("request_bytes", "name"),
    [
        (b"GET /v1/claims?q=" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n", "uri-too-long"),
        (b"GET /livez HTTP/1.1\r\nCookie: " + b"a" * 20_000, "header-too-large"),
        (b"GET /livez\r\n\r\n", "bad-request"),
        (b"GET /livez HTTP/2.0\r\n\r\n", "bad-request"),
        (b"GET /\xff HTTP/1.1\r\n\r\n", "bad-request"),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", "bad-request"),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "unknown-host"),
        (b"BREW /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", "unauthorized"),
    ],
)
def test_an_error_of_the_web_server_itself_is_a_problem(
    live: Live, request_bytes: bytes, name: str
) -> None:
    status, answer = exchange(live, request_bytes)
    assert (status, answer["type"]) == (PROBLEM_TYPES[name].status, f"/problems/{name}")
    assert set(answer) >= {"title", "status", "detail", "instance"}


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nAccept: text/html\r\nCookie: " + b"a" * 20_000, 431),
        (b"GET / HTTP/1.1\r\nAccept: text/html\r\n folded\r\n\r\n", 400),
    ],
)
def test_a_browser_gets_a_page_for_a_request_that_cannot_be_read(
    live: Live, request_bytes: bytes, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as connection:
        connection.sendall(request_bytes)
        response = http.client.HTTPResponse(connection)
        response.begin()
        page = response.read().decode()
    assert (response.status, response.headers.get_content_type()) == (status, "text/html")
    assert page.startswith("<!doctype html>")


def test_a_gzipped_body_is_unsupported(live: Live) -> None:
    request = head("Content-Encoding: gzip", "Content-Length: 4") + b"\x1f\x8b\x08\x00"
    assert exchange(live, request)[0] == 415


def test_an_article_is_followed_to_its_end(live: Live, client: Client) -> None:
    article_id = client.submit_article({"text": TEXT, "sources": ["https://a.example/"]})
    seen: list[ArticleStatus] = []

    def play_worker() -> None:
        extract_article(live.store, article_id, TEXT)
        judge_claim(live.store, client.get_article(article_id).claims[0].id)

    worker = threading.Timer(0.5, play_worker)
    worker.start()
    article = client.wait_for_article(
        article_id, timeout_s=30, on_change=lambda article: seen.append(article.status)
    )
    worker.join()
    assert article.status is ArticleStatus.DONE
    (claim,) = article.claims
    assert claim.verdict is not None
    assert claim.verdict.label is VerdictLabel.SUPPORTED
    assert (seen[0], seen[-1]) == (ArticleStatus.QUEUED, ArticleStatus.DONE)
    assert client.get_history(claim.id)[0].check == 1


def test_a_claim_is_rechecked_and_scheduled(live: Live, client: Client) -> None:
    claim_id = client.submit_claim({"text": "Eleven people died."})
    judge_claim(live.store, claim_id)
    assert client.wait_for_claim(claim_id, timeout_s=10).status is ClaimStatus.JUDGED
    assert client.recheck(claim_id) == 2
    schedule = client.set_schedule(claim_id, every="P1D")
    assert schedule.every == "P1D"
    assert client.get_claim(claim_id).schedule == schedule
    client.delete_schedule(claim_id)
    assert client.get_claim(claim_id).schedule is None


def test_changes_are_followed_as_they_come(live: Live, client: Client) -> None:
    claim_id = client.submit_claim({"text": "Eleven people died."})
    events = client.changes(since="now", claim=claim_id)

    def play_worker() -> None:
        judge_claim(live.store, claim_id)
        check = client.recheck(claim_id)
        judge_claim(live.store, claim_id, check=check, label=VerdictLabel.REFUTED)

    worker = threading.Timer(1.0, play_worker)
    worker.start()
    created, changed = next(events), next(events)
    worker.join()
    assert (created.type, changed.type) == (EventType.VERDICT_CREATED, EventType.VERDICT_CHANGED)
    assert (changed.data.before, changed.data.label) == ("SUPPORTED", "REFUTED")
    resumed = client.changes(since=created.id, claim=claim_id, follow=False)
    assert list(resumed) == [changed]


def test_readiness_needs_no_token(live: Live) -> None:
    assert find_missing(live.url, open_store=lambda: live.store, workers=[]) is None
    missing = find_missing(live.url, open_store=lambda: live.store, workers=["fetch@host"])
    assert missing == "not consuming yet: fetch@host"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        away = f"http://127.0.0.1:{listener.getsockname()[1]}"
    missing = find_missing(away, open_store=lambda: live.store, workers=[])
    assert missing == "the API does not answer"


def test_service_is_ready_on_a_full_memory_to_finish_its_work(live: Live) -> None:
    live.store.connection.command("CONFIG", "SET", "maxmemory", "1mb")
    try:
        assert live.store.health().shortages != ()
        assert find_missing(live.url, open_store=lambda: live.store, workers=[]) is None
    finally:
        live.store.connection.command("CONFIG", "SET", "maxmemory", "2gb")


def test_waiting_gives_up_after_its_time(client: Client) -> None:
    claim_id = client.submit_claim({"text": "Nobody judges this."})
    assert client.wait_for_claim(claim_id, timeout_s=1).status is ClaimStatus.QUEUED


def test_the_client_raises_the_error_of_a_problem(live: Live, client: Client) -> None:
    with pytest.raises(InvalidInput, match="begin with http") as caught:
        client.submit_article({"text": "a", "sources": ["ftp://a.example/"]})
    assert caught.value.pointer == "/sources/0"
    with pytest.raises(NotFound):
        client.get_claim(ClaimId("c_none"))
    client.submit_claim({"text": "a"}, idempotency_key="k")
    with pytest.raises(IdempotencyMismatch):
        client.submit_claim({"text": "b"}, idempotency_key="k")
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN"):
        Client(live.url, token="wrong").get_claim(ClaimId("c_none"))


@pytest.mark.parametrize("url", ["localhost:8400", "http://[::1", "http://127.0.0.1:abc", ""])
def test_an_invalid_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="address of a service"):
        Client(url)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (301, ""),
        (200, "<p>Welcome</p>"),
        (200, "[]"),
        (404, "<p>Not here</p>"),
        (501, ""),
        (422, '{"type": "about:blank", "detail": "No."}'),
    ],
)
def test_another_server_is_recognised_and_named(
    httpserver: HTTPServer, status: int, body: str
) -> None:
    httpserver.expect_request("/v1/articles").respond_with_data(body, status)
    address = httpserver.url_for("/")
    with pytest.raises(ServiceUnreachable, match=address.rstrip("/")):
        Client(address).submit_article({"text": "a"})


def test_no_service_is_said_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ServiceUnreachable, match=str(port)):
        Client(f"http://127.0.0.1:{port}").get_article(ArticleId("a_1"))


def test_log_lines_are_json_and_hold_neither_texts_nor_tokens(live: Live) -> None:
    hostile = 'forged\n{"event": "forged"}\u2028\x1b[31m'
    body = json.dumps({"text": hostile, hostile: 1}).encode()
    request = head(f"Content-Length: {len(body)}", "X-Request-Id: request-0001") + body
    assert exchange(live, request)[0] == 422
    guess = head("Content-Length: 0", path="/v1/claims?x=%0Aforged")
    assert exchange(live, guess.replace(TOKEN.encode(), b"wrong-guess"))[0] == 401
    text = live.log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if '"request_id"' in line]
    by_id = {line["request_id"]: line for line in lines}
    assert by_id["request-0001"]["event"] == "request"
    assert by_id["request-0001"]["problem"] == "invalid-request"
    assert not any(secret in text for secret in (TOKEN, "wrong-guess", "forged", "\x1b"))


def test_the_service_starts_without_its_store_and_heals(tmp_path: Path) -> None:
    with embedded_server(tmp_path / "data") as url:
        store: RedisStore = connect(url)
    with run_service(store, url, tmp_path) as service:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["type"]) == (503, "/problems/store-down")
        with embedded_server(tmp_path / "data"):
            assert Client(service.url).submit_claim({"text": "a"}).startswith("c_")
            store.close()
        connection.close()


def test_all_pages_of_a_list_are_iterated(
    live: Live, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.client.transport.LISTED_AT_ONCE", 2)
    for number in range(5):
        client.submit_claim({"text": f"Heron {number} was seen.", "tags": ["Birds & bees"]})
    article = client.submit_article({"text": "It rained.", "title": "Heron", "tags": ["Birds"]})
    found = client.iterate_claims(q="HERON seen", tag=["birds & bees", "x"], sort="oldest")
    assert [row.title for row in found] == [f"Heron {number} was seen." for number in range(5)]
    assert [row.id for row in client.iterate_articles(q="heron", tag="birds")] == [article]
    later = datetime.now(UTC) + timedelta(days=1)
    assert list(client.iterate_claims(q="heron", since=later)) == []
    assert len(list(client.iterate_claims(q="heron", until=later))) == 5
    with pytest.raises(InvalidInput, match="no word to search for"):
        list(client.iterate_claims(q="!"))
