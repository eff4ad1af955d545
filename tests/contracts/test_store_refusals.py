"""Servers that do not answer, refuse, or are unsafe: each raises one of our own errors."""

from __future__ import annotations

import inspect
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis.exceptions
from redis.utils import HIREDIS_AVAILABLE

from claims.access import NewKey, Scope
from claims.alerts import NewAlert
from claims.errors import NotFound, StoreFull, StoreMisconfigured, StoreUnavailable
from claims.ports import (
    Alerts,
    ApiKeys,
    AuditLog,
    ClaimFilter,
    EventFilter,
    HostGate,
    Lease,
    Publications,
    Readings,
    RequestUsage,
    Reviews,
    Sessions,
    Store,
    TagSchedules,
    VerifyAnswer,
    VerifyRequest,
    VisitEnd,
    Webhooks,
)
from claims.ports.signing_key import SigningKey
from claims.registry import RegisteredSource
from claims.store import RedisStore, connect
from claims.store.connection import StoreConnection
from claims.store.server_files import write_url
from claims.store.server_problems import find_write_errors, translate_errors
from claims.types import (
    ClaimId,
    Event,
    EventData,
    Person,
    Queue,
    ReviewRequest,
    SearchOutcome,
)
from claims.verdicts.origins import refer_to
from claims.webhooks import AlertKind, DeliveryLease
from tests.claims.samples import gathered
from tests.contracts import deliveries, steps
from tests.contracts.test_store_pages import StandInFetcher
from tests.stack.servers import debian_redis

DRIVER_ERRORS = [
    error
    for _, error in inspect.getmembers(redis.exceptions, inspect.isclass)
    if issubclass(error, redis.exceptions.RedisError)
]


def calls_of(store: RedisStore) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.Store, by method name."""
    lease = Lease(steps.gather_item(steps.claim_id(1)), "token", 1)
    extract = Lease(steps.extract_item(steps.article_id(1)), "token", 1)
    judge = Lease(steps.judge_item(steps.claim_id(1)), "token", 1)
    claim, article = steps.claim_id(1), steps.article_id(1)
    verify = VerifyRequest(id="v", claim="Eleven people died.", pages=())
    return {
        "submit_article": lambda: store.submit_article(steps.new_article()),
        "submit_claim": lambda: store.submit_claim(steps.new_claim(), idempotency_key="k"),
        "reap": store.reap,
        "release": lambda: store.release("w", counts=True),
        "take": lambda: store.take(Queue.FETCH, worker="w", ttl_s=60),
        "count_ready": store.count_ready,
        "renew": lambda: store.renew(lease, ttl_s=60),
        "commit_extraction": lambda: steps.commit_extraction(store, extract),
        "link_same": lambda: store.link_same(lease, claim),
        "keep_searched": lambda: store.keep_searched(lease, SearchOutcome()),
        "commit_gathering": lambda: store.commit_gathering(lease, gathered()),
        "commit_verdict": lambda: steps.commit_verdict(store, judge),
        "commit_provisional": lambda: steps.commit_provisional(store, judge),
        "end_readings": lambda: store.end_readings(after_s=0, limit=1),
        "read_claim": lambda: store.read_claim(claim),
        "read_claims": lambda: store.read_claims(ClaimFilter(), limit=1),
        "give_up": lambda: store.give_up(lease, steps.ERROR),
        "put_back": lambda: store.put_back(lease, delay_s=1, cause="out of paper"),
        "postpone": lambda: steps.postpone(store, lease, delay_s=1),
        "get_article": lambda: store.get_article(article),
        "get_claim": lambda: store.get_claim(claim),
        "get_gathered": lambda: store.get_gathered(claim, 1),
        "get_check": lambda: store.get_check(claim, 1),
        "forget": lambda: store.forget(keep_s=None, limit=1),
        "make_room": store.make_room,
        "get_history": lambda: store.get_history(claim),
        "get_page": lambda: store.get_page("0"),
        "get_or_fetch": lambda: store.get_or_fetch(
            "https://a.example/", fresh_after=datetime.now(UTC), fetcher=StandInFetcher()
        ),
        "get_scores": lambda: store.get_scores(["0"]),
        "keep_scores": lambda: store.keep_scores({"0": (1.0, 0.0, 0.0)}),
        "count_articles": store.count_articles,
        "count_claims": store.count_claims,
        "find_titles": lambda: store.find_titles([claim]),
        "list_planned": lambda: store.list_planned(limit=1),
        "get_article_text": lambda: store.get_article_text(article),
        "get_article_version": lambda: store.get_article_version(article),
        "get_claim_version": lambda: store.get_claim_version(claim),
        "list_articles": lambda: store.list_articles(limit=1),
        "list_claims": lambda: store.list_claims(limit=1),
        "get_registry": store.get_registry,
        "put_source": lambda: store.put_source(RegisteredSource(name="s"), by="w"),
        "delete_source": lambda: store.delete_source("s", by="w"),
        "get_source_changes": lambda: store.get_source_changes("s"),
        "recheck_claim": lambda: store.recheck_claim(claim),
        "retry_failed": lambda: store.retry_failed(limit=1),
        "set_schedule": lambda: store.set_schedule(claim, every="P1D", until=None),
        "delete_schedule": lambda: store.delete_schedule(claim),
        "beat": lambda: store.beat("w", ttl_s=60),
        "health": store.health,
        "read_metrics": store.read_metrics,
        "follow_clock": store.follow_clock,
        "follow_zones": store.follow_zones,
        "follow_looks": lambda: store.follow_looks(1, limit=1),
        "acquire_sweep": lambda: store.acquire_sweep(ttl_s=1),
        "submit_claims": lambda: store.submit_claims([steps.new_claim()]),
        "recheck_article": lambda: store.recheck_article(article),
        "recheck_claims": lambda: store.recheck_claims(ClaimFilter(), limit=1),
        "set_article_schedule": lambda: store.set_article_schedule(
            article, every="P1D", until=None
        ),
        "delete_article_schedule": lambda: store.delete_article_schedule(article),
        "change_claim_sources": lambda: store.change_claim_sources(claim, add=["https://a.a/"]),
        "change_article_sources": lambda: store.change_article_sources(article, remove=["a"]),
        "export_claims": lambda: store.export_claims(limit=1),
        "find_articles_being_checked": lambda: store.find_articles_being_checked(["a_1"]),
        "find_repeated_articles": lambda: store.find_repeated_articles([article]),
        "find_repeated_claims": lambda: store.find_repeated_claims([claim]),
        "set_article_tags": lambda: store.set_article_tags(article, ["city"]),
        "set_claim_tags": lambda: store.set_claim_tags(claim, ["city"]),
        "delete_claim": lambda: store.delete_claim(claim),
        "delete_article": lambda: store.delete_article(article),
        "cancel_claim": lambda: store.cancel_claim(claim),
        "cancel_article": lambda: store.cancel_article(article),
        "correct_claim": lambda: store.correct_claim(claim, steps.new_claim(2)),
        "list_unreadable": store.list_unreadable,
        "list_events": lambda: store.list_events(since=None, limit=1, only=EventFilter()),
        "list_latest_events": lambda: store.list_latest_events(
            before=None, limit=1, only=EventFilter()
        ),
        "find_events": lambda: store.find_events(["1-0"]),
        "forget_events": lambda: store.forget_events(keep_s=1.0, limit=1),
        "ask_verify": lambda: store.ask_verify(verify, within_s=1.0),
        "take_verify": lambda: store.take_verify(worker="w"),
        "hand_on_verify": lambda: store.hand_on_verify("v", VerifyAnswer()),
        "answer_verify": lambda: store.answer_verify("v", VerifyAnswer()),
        "read_verify_answer": lambda: store.read_verify_answer("v"),
        "withdraw_verify": lambda: store.withdraw_verify("v"),
    }


def gate_calls_of(gate: HostGate) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.HostGate, by method name."""
    return {
        "take_turn": lambda: gate.take_turn("a.example", "https://a.example/", every_s=1.0),
        "slow_down": lambda: gate.slow_down("a.example", every_s=2.0),
        "end_visit": lambda: gate.end_visit("a.example", VisitEnd.ANSWERED),
    }


def session_calls_of(sessions: Sessions) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.Sessions, by method name."""
    return {
        "start": lambda: sessions.start("s", owner="token", ttl_s=60),
        "find_owner": lambda: sessions.find_owner("s"),
        "keep_once": lambda: sessions.keep_once("name", "secret", ttl_s=60),
        "take_once": lambda: sessions.take_once("name"),
        "end": lambda: sessions.end("s"),
    }


def key_calls_of(api_keys: ApiKeys) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.ApiKeys, by method name."""
    new = NewKey(id="0" * 8, digest="d", name="desk", scopes=(Scope.READ,))
    return {
        "exist": api_keys.exist,
        "get": lambda: api_keys.get("0" * 8),
        "list_keys": api_keys.list_keys,
        "create": lambda: api_keys.create(new),
        "rotate": lambda: api_keys.rotate("0" * 8, "d", grace_s=0),
        "revoke": lambda: api_keys.revoke("0" * 8),
        "note_use": lambda: api_keys.note_use("0" * 8),
    }


def audit_calls_of(audit: AuditLog) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.AuditLog, by method name."""
    return {
        "read": lambda: audit.read(limit=1),
        "record_refused": lambda: audit.record_refused("unknown", network=""),
        "forget": lambda: audit.forget(keep_s=1, limit=1),
    }


def reading_calls_of(readings: Readings) -> dict[str, Callable[[], object]]:
    """A call of each method of the part for second readers, by its name."""
    return {
        "recall": lambda: readings.recall("k", holder="h", most_s=1),
        "end_asking": lambda: readings.end_asking("k", holder="h"),
        "spend": lambda: readings.spend(None, RequestUsage(tokens=1)),
        "spent_today": readings.spent_today,
        "read_usage": lambda: readings.read_usage(1),
        "ask": readings.ask,
        "end": lambda: readings.end(None),
        "skip": readings.skip,
    }


def review_calls_of(reviews: Reviews) -> dict[str, Callable[[], object]]:
    """A call of each method of the part for reviews, by its name."""
    claim_id, note = steps.claim_id(1), ReviewRequest(note="On air.")
    return {
        "add": lambda: reviews.add(claim_id, note, person=Person("Anna"), two_people=False),
        "list_steps": lambda: reviews.list_steps([claim_id]),
        "get_steps": lambda: reviews.get_steps(claim_id),
        "note_stale": lambda: reviews.note_stale(limit=1),
    }


def alert_calls_of(alerts: Alerts) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.Alerts, by method name."""
    new = NewAlert(id="n_1", kind=AlertKind.MAIL, target="desk@example.org", token="t")
    return {
        "create": lambda: alerts.create(new),
        "get": lambda: alerts.get("n_1"),
        "list_alerts": alerts.list_alerts,
        "delete": lambda: alerts.delete("n_1"),
        "test": lambda: alerts.test("n_1"),
        "list_deliveries": lambda: alerts.list_deliveries("n_1"),
        "unsubscribe": lambda: alerts.unsubscribe("n_1", "t"),
    }


def webhook_calls_of(webhooks: Webhooks) -> dict[str, Callable[[], object]]:
    """A call of each method of claims.ports.Webhooks, by method name."""
    event = Event(
        id="1-0",
        type="webhook.ping",
        at=datetime.now(UTC),
        claim_id=None,
        article_id=None,
        data=EventData(),
    )
    lease = DeliveryLease(
        webhook_id="w_1",
        url="https://a.example/",
        secrets=(deliveries.SECRET,),
        event=event,
        token="t",
        attempt=1,
        failures=0,
    )
    return {
        "create": lambda: webhooks.create(deliveries.new_webhook()),
        "get": lambda: webhooks.get("w_1"),
        "list_webhooks": webhooks.list_webhooks,
        "change": lambda: webhooks.change("w_1", {"tag": "City"}),
        "rotate": lambda: webhooks.rotate("w_1", deliveries.SECRET),
        "delete": lambda: webhooks.delete("w_1"),
        "ping": lambda: webhooks.ping("w_1"),
        "redeliver": lambda: webhooks.redeliver("w_1", "1-0"),
        "list_deliveries": lambda: webhooks.list_deliveries("w_1"),
        "find_last_deliveries": lambda: webhooks.find_last_deliveries(["w_1"]),
        "take": lambda: webhooks.take(worker="w", ttl_s=60),
        "end": lambda: webhooks.end(lease, deliveries.OK),
    }


@contextmanager
def server_that_says(folder: Path, reply: bytes) -> Iterator[str]:
    """A server that answers every command with `reply`, or never if it is empty; gives its URL."""
    path = folder / "s.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(64)
        threading.Thread(target=_answer, args=(listener, reply), daemon=True).start()
        yield write_url(path)
        listener.shutdown(socket.SHUT_RDWR)


def _answer(listener: socket.socket, reply: bytes) -> None:
    clients = []
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            break
        clients.append(client)
        threading.Thread(target=_answer_one, args=(client, reply), daemon=True).start()
    for client in clients:
        client.close()


def _answer_one(client: socket.socket, reply: bytes) -> None:
    try:
        while received := client.recv(65536):
            client.sendall(reply * len(re.findall(rb"^\*\d+\r$", received, re.MULTILINE)))
    except OSError:
        return


@pytest.fixture(autouse=True)
def _no_pause_between_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redis.retry.sleep", lambda _: None)


@pytest.fixture
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("s")


# --- translation -------------------------------------------------------------------------------


@pytest.mark.parametrize("error", DRIVER_ERRORS)
def test_every_error_of_the_driver_becomes_ours(error: type[Exception]) -> None:
    with pytest.raises(StoreUnavailable), translate_errors():
        raise error("1 127.0.0.1:1")  # the form of a cluster redirection


@pytest.mark.parametrize(
    "reply",
    [b"MISCONF Errors writing to the AOF file", b"OOM command not allowed", b"READONLY replica",
     b"LOADING the dataset in memory", b"NOAUTH Authentication required", b"BUSY script running",
     b"NOPERM no permissions", b"MASTERDOWN link is down", b"CLUSTERDOWN down", b"ERR whatever"],
)  # fmt: skip
def test_every_refusal_of_the_server_becomes_ours(short_folder: Path, reply: bytes) -> None:
    with server_that_says(short_folder, b"-" + reply + b"\r\n") as url:
        store = RedisStore(StoreConnection(url), queue_max=10)
        with pytest.raises(StoreUnavailable):
            store.submit_claim(steps.new_claim())
        store.close()


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [(b"MISCONF Errors writing to the AOF file: No space left on device", "disk"),
     (b"OOM command not allowed when used memory > 'maxmemory'", "memory")],
)  # fmt: skip
def test_a_server_without_room_is_full_and_says_of_what(
    short_folder: Path, reply: bytes, wrong: str
) -> None:
    with server_that_says(short_folder, b"-" + reply + b"\r\n") as url:
        store = RedisStore(StoreConnection(url), queue_max=10)
        with pytest.raises(StoreFull, match=rf"{wrong}.*nothing accepted is lost"):
            store.submit_claim(steps.new_claim())
        store.close()


def test_no_method_lets_an_error_of_the_driver_out(tmp_path: Path) -> None:
    url = write_url(tmp_path / "nobody.sock")
    store = RedisStore(StoreConnection(url), queue_max=10)
    calls = calls_of(store)
    parts: dict[type, dict[str, Callable[[], object]]] = {
        HostGate: gate_calls_of(store.gate),
        Sessions: session_calls_of(store.sessions),
        ApiKeys: key_calls_of(store.api_keys),
        AuditLog: audit_calls_of(store.audit),
        Webhooks: webhook_calls_of(store.webhooks),
        Alerts: alert_calls_of(store.alerts),
        Readings: reading_calls_of(store.readings),
        Reviews: review_calls_of(store.reviews),
        Publications: {
            "list_published": lambda: store.publications.list_published(limit=1),
            "get_published": lambda: store.publications.get_published(steps.claim_id(1)),
        },
        TagSchedules: {
            "put": lambda: store.tag_schedules.put("City", every="P1D", until=None),
            "delete": lambda: store.tag_schedules.delete("City"),
            "get": lambda: store.tag_schedules.get("City"),
            "list_all": store.tag_schedules.list_all,
            "follow": store.tag_schedules.follow,
        },
        SigningKey: {"keep_first": lambda: store.signing_key.keep_first("k")},
    }
    others = "acting_as gate sessions api_keys audit alerts webhooks readings reviews signing_key"
    others += " tag_schedules publications"
    assert {*calls, *others.split()} == {name for name in dir(Store) if not name.startswith("_")}
    for part, its_calls in parts.items():
        assert set(its_calls) == {name for name in dir(part) if not name.startswith("_")}
    for call in (*calls.values(), *(call for part in parts.values() for call in part.values())):
        with pytest.raises(StoreUnavailable):
            call()


def test_an_id_with_half_a_surrogate_pair_is_not_found(store: RedisStore) -> None:
    assert HIREDIS_AVAILABLE  # it writes commands otherwise than redis-py alone
    with pytest.raises(NotFound, match="no claim c_"):
        store.get_claim(ClaimId("c_\ud83d"))
    assert store.connection.read(("ECHO", "\ud83d"), ("ECHO", "é")) == ["\ud83d", "é"]


def test_a_server_that_never_answers_is_unavailable(short_folder: Path) -> None:
    with server_that_says(short_folder, b"") as url:
        store = RedisStore(StoreConnection(url + "&socket_timeout=0.1"), queue_max=10)
        with pytest.raises(StoreUnavailable):
            store.get_claim_version(steps.claim_id(1))
        store.close()


@pytest.mark.parametrize("url", ["", "http://127.0.0.1/", "redis://127.0.0.1:port/", "nonsense"])
def test_an_address_of_another_kind_is_a_mistake_in_the_settings(url: str) -> None:
    with pytest.raises(StoreMisconfigured):
        connect(url)


def test_a_server_that_is_not_there_is_unavailable_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        connect(write_url(tmp_path / "nobody.sock"))


# --- a server that cannot write ----------------------------------------------------------------


def test_without_memory_nothing_is_accepted_but_work_goes_on(store: RedisStore) -> None:
    """Work in progress must be able to finish when memory is full, because that frees memory."""
    store.submit_claim(steps.new_claim(1))
    store.submit_article(steps.new_article(1))
    read = steps.read_page(store, "Read while there was memory.")
    store.connection.command("CONFIG", "SET", "maxmemory", "100kb")
    try:
        with pytest.raises(StoreUnavailable):
            store.submit_claim(steps.new_claim(2))
        extracted = steps.extract(store, steps.article_id(1), claims=2)
        for claim in (steps.claim_id(1), *extracted):
            lease = steps.acquire(store, steps.gather_item(claim))
            assert store.commit_gathering(lease, gathered(refer_to(read, origin="o1")))
            steps.judge(store, claim)
    finally:
        store.connection.command("CONFIG", "SET", "maxmemory", "0")
    assert len(store.list_claims(limit=10).items) == 3


def test_a_replica_accepts_nothing(store: RedisStore) -> None:
    store.connection.command("REPLICAOF", "127.0.0.1", 1)
    try:
        with pytest.raises(StoreUnavailable, match="read only replica"):
            store.submit_claim(steps.new_claim(2))
    finally:
        store.connection.command("REPLICAOF", "NO", "ONE")
    assert store.list_claims(limit=10).items == ()


@pytest.mark.redis_server
def test_a_server_whose_disk_fails_accepts_nothing(tmp_path: Path) -> None:
    """A folder in the place of the snapshot file makes saving fail; the server refuses writes."""
    (tmp_path / "taken").mkdir()
    with debian_redis(tmp_path, "--dbfilename", "taken", "--save", "3600 1") as url:
        store = connect(url)
        store.submit_claim(steps.new_claim(1))
        store.connection.command("BGSAVE")
        _wait_for_failed_save(store)
        with pytest.raises(StoreFull, match="disk"):
            store.submit_claim(steps.new_claim(2))
        store.connection.command("CONFIG", "SET", "save", "")  # else it cannot shut down
        store.close()


def _wait_for_failed_save(store: RedisStore) -> None:
    for _ in range(1000):
        if store.connection.command("INFO", "persistence")["rdb_last_bgsave_status"] == "err":
            return
        threading.Event().wait(0.02)
    raise TimeoutError


# --- an unsafe server --------------------------------------------------------------------------


@pytest.mark.redis_server
@pytest.mark.parametrize(
    ("option", "value"), [("maxmemory-policy", "allkeys-lru"), ("appendonly", "no")]
)
def test_a_server_that_would_lose_data_is_refused_by_the_name_of_the_setting(
    tmp_path: Path, option: str, value: str
) -> None:
    with (
        debian_redis(tmp_path, f"--{option}", value) as url,
        pytest.raises(StoreMisconfigured, match=option),
    ):
        connect(url)


@pytest.mark.redis_server
def test_health_names_a_setting_that_was_changed_while_running(tmp_path: Path) -> None:
    with debian_redis(tmp_path) as url:
        store = connect(url)
        store.connection.command("CONFIG", "SET", "maxmemory-policy", "volatile-lru")
        (problem,) = store.health().problems
        assert "maxmemory-policy noeviction" in problem
        store.close()


def test_a_failed_write_to_the_file_is_a_problem() -> None:
    assert find_write_errors({"aof_last_write_status": "ok"}) == []
    assert len(find_write_errors({"aof_last_write_status": "err"})) == 1


@pytest.mark.parametrize(
    ("used", "most", "is_full"), [(8, 10, False), (9, 10, True), (9, 0, False)]
)
def test_a_memory_that_is_full_to_the_last_tenth_is_a_problem(
    used: int, most: int, is_full: bool
) -> None:
    problems = find_write_errors({"used_memory": used, "maxmemory": most})
    assert ["memory is full" in problem for problem in problems] == [True] * is_full


@pytest.mark.redis_server
def test_a_user_that_may_not_use_config_is_enough(tmp_path: Path) -> None:
    with debian_redis(tmp_path) as url:
        operator = connect(url)
        rights = ("~assay:*", "+@all", "-@admin", "-@dangerous", "+info")
        operator.connection.command("ACL", "SETUSER", "app", "on", ">secret", *rights)
        app = connect(url.replace("unix://", "unix://app:secret@"))
        app.submit_claim(steps.new_claim())
        steps.finish_check(app, steps.claim_id(1))
        operator.connection.command("ACL", "SETUSER", "app", "-info")
        with pytest.raises(StoreMisconfigured, match="INFO"):
            app.check_server()
        app.close()
        operator.close()
