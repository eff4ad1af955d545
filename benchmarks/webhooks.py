"""python -m benchmarks.webhooks: events delivered to 100 webhooks, with and without dead receivers.

A store as in `assay up` (each write is on disk before its answer), the worker that delivers as the
supervisor starts it, and a receiver in a process of its own, all on this machine. In turns, all
100 receivers live, or ten of them are dead: five refuse the connection, and five take it and never
answer, so that each attempt lasts until its time limit. The webhooks are made anew for each turn,
so that no failure is known at its beginning.

In a turn events are announced one at a time, first, each when the one before has arrived at all
living receivers, and the time until it arrives is measured for each of them; then many at once, and
the deliveries to living receivers per second are measured. `--dead N` has another number of dead
receivers, `--hanging` lets all of them hang. `--write` puts the table into
docs/reference/benchmarks.md. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles

from claims.ports import EventFilter, NewClaim
from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.store.embedded import EmbeddedServer
from claims.types import Claim, ClaimId, EventType, Queue
from claims.webhooks import NewWebhook, make_webhook_id, make_webhook_secret
from evaluation.document import REFERENCE, put_between_marks
from service.processes.program_list import deliver_program
from service.processes.programs import Child
from workers.config import find_broker_url
from workers.notifier import Notifier
from workers.sweeper import notify_of_ready

WEBHOOKS, DEAD = 100, 10
# Turns of each kind.
ROUNDS = 2
# Events announced one at a time, seconds before each of them, and events announced at once.
SINGLE, PAUSE_S, AT_ONCE = 10, 0.5, 10
# Timeout of a turn, and of the start of the worker.
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.05

DONE = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@dataclass(slots=True)
class Measured:
    """Of one kind of turn: deliveries to living receivers per second, and ms to each of them."""

    rates: list[float] = field(default_factory=list)
    spent_ms: list[float] = field(default_factory=list)


# --- receivers -----------------------------------------------------------------------------------


def receive(listener: socket.socket, asked: Connection) -> None:
    """Answer each message with 204; tell `asked`, at each question, what arrived since and when."""
    arrived: list[tuple[str, float]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            await reader.readexactly(int(headers["content-length"]))
            arrived.append((headers["webhook-id"], time.monotonic()))
            writer.write(DONE)
            await writer.drain()
        writer.close()

    def tell() -> None:
        while asked.recv():
            told = arrived[:]
            del arrived[: len(told)]
            asked.send(told)

    async def serve() -> None:
        server = await asyncio.start_server(answer, sock=listener, backlog=1000)
        told = threading.Thread(target=tell, daemon=True)
        told.start()
        await asyncio.to_thread(told.join)
        server.close()

    asyncio.run(serve())


@dataclass(frozen=True, slots=True)
class Receivers:
    """Addresses of one that lives, one that refuses connections, and one that never answers."""

    living: int
    refusing: int
    hanging: int
    asked: Connection

    def take(self) -> list[tuple[str, float]]:
        """What arrived since the last call: ids of messages, and when."""
        self.asked.send(True)
        found: list[tuple[str, float]] = self.asked.recv()
        return found

    def list_urls(self, *, dead: int, all_hang: bool) -> list[str]:
        """The addresses of the receivers: of the dead ones, half refuse, or all of them hang."""
        refuse = 0 if all_hang else dead // 2
        ports = [self.refusing] * refuse + [self.hanging] * (dead - refuse)
        ports += [self.living] * (WEBHOOKS - dead)
        return [f"http://127.0.0.1:{port}/{number}" for number, port in enumerate(ports)]


@contextmanager
def start_receivers() -> Iterator[Receivers]:
    """Run the receivers until the block ends."""
    context = multiprocessing.get_context("spawn")
    with (
        socket.create_server(("127.0.0.1", 0)) as living,
        socket.socket() as refusing,
        socket.create_server(("127.0.0.1", 0), backlog=4000) as hanging,
    ):
        refusing.bind(("127.0.0.1", 0))  # and does not listen
        own, other = context.Pipe()
        process = context.Process(target=receive, args=(living, other), daemon=True)
        process.start()
        ports = (each.getsockname()[1] for each in (living, refusing, hanging))
        yield Receivers(*ports, asked=own)
        own.send(False)
        process.join(10)


# --- events --------------------------------------------------------------------------------------


class Announcer:
    """Announces events as a worker does: a change of the store, then a notification."""

    def __init__(self, store: RedisStore, notifier: Notifier) -> None:
        self._store = store
        self._notifier = notifier
        self._claims = 0

    def announce(self, count: int) -> dict[str, float]:
        """Announce `count` events; returns the id of each and the time just before it."""
        claims = [self._submit() for _ in range(count)]
        announced: dict[str, float] = {}
        for claim in claims:
            began_at = time.monotonic()
            self._store.delete_claim(claim)
            page = self._store.list_latest_events(before=None, limit=1, only=EventFilter())
            announced[page.items[0].id] = began_at
        notify_of_ready(self._store, self._notifier)
        return announced

    def _submit(self) -> ClaimId:
        self._claims += 1
        text = f"The air base at Manta was used by {self._claims} soldiers until 2009."
        claim = Claim(text=text, sentence=text)
        return self._store.submit_claim(NewClaim(id=ClaimId(f"c_{self._claims:032x}"), claim=claim))


def await_all(receivers: Receivers, ids: set[str], living: set[str]) -> dict[str, list[float]]:
    """When each of these events arrived at each of the living webhooks, by event.

    Raises RuntimeError when some did not within PATIENCE_S.
    """
    found: dict[str, list[float]] = {event: [] for event in ids}
    deadline = time.monotonic() + PATIENCE_S
    while any(len(times) < len(living) for times in found.values()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"not everything was delivered within {PATIENCE_S:g} s")
        time.sleep(LOOK_EVERY_S)
        for message, at in receivers.take():
            webhook, _, event = message.rpartition("_")
            if event in found and webhook in living:
                found[event].append(at)
    return found


def run_turn(
    store: RedisStore, receivers: Receivers, announcer: Announcer, urls: list[str], to: Measured
) -> None:
    """Make the webhooks, measure, and delete them."""
    living = set()
    for url in urls:
        new = NewWebhook(
            id=make_webhook_id(),
            url=url,
            events=(EventType.CLAIM_DELETED,),
            secret=make_webhook_secret(),
        )
        store.webhooks.create(new)
        if f":{receivers.living}/" in url:
            living.add(new.id)
    for _ in range(SINGLE):
        time.sleep(PAUSE_S)
        began = announcer.announce(1)
        for event, times in await_all(receivers, set(began), living).items():
            to.spent_ms += [1000 * (at - began[event]) for at in times]
    began = announcer.announce(AT_ONCE)
    arrived = await_all(receivers, set(began), living)
    took_s = max(max(times) for times in arrived.values()) - min(began.values())
    to.rates.append(AT_ONCE * len(living) / took_s)
    for webhook in store.webhooks.list_webhooks():
        store.webhooks.delete(webhook.id)


# --- the measurement -----------------------------------------------------------------------------


@contextmanager
def start_worker(store: RedisStore, url: str, folder: Path, receivers: Receivers) -> Iterator[None]:
    """Run the worker that delivers, which may call the receivers, until the block ends."""
    ports = (receivers.living, receivers.refusing, receivers.hanging)
    environment = os.environ | {
        "ASSAY_REDIS_URL": url,
        "ASSAY_WEBHOOK_ALLOW": ",".join(f"127.0.0.1:{port}" for port in ports),
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }
    child = Child(deliver_program(), environment=environment, log_path=folder / "worker.log")
    child.start()
    deadline = time.monotonic() + PATIENCE_S
    try:
        while not store.health().consumers[Queue.DELIVER]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"no worker took work within {PATIENCE_S:g} s")
            time.sleep(LOOK_EVERY_S)
        yield
    finally:
        child.ask_to_stop()
        ends_at = time.monotonic() + 15
        child.end(seconds_left=lambda: ends_at - time.monotonic())


def measure(*, dead: int, all_hang: bool) -> str:
    """The table: turns of living receivers, and of those with dead ones among them."""
    kinds = {"all live": (0, Measured()), f"{dead} of them are dead": (dead, Measured())}
    with tempfile.TemporaryDirectory(prefix="assay-webhooks-") as name, start_receivers() as there:
        folder = Path(name)
        server = EmbeddedServer(folder / "data")
        server.start()
        store = connect(server.url)
        notifier = Notifier(find_broker_url(Settings(redis_url=server.url)))
        try:
            with start_worker(store, server.url, folder, there):
                announcer = Announcer(store, notifier)
                for number in range(ROUNDS):
                    for kind, (count, measured) in kinds.items():
                        say(f"round {number + 1} of {ROUNDS}: {kind}")
                        urls = there.list_urls(dead=count, all_hang=all_hang)
                        run_turn(store, there, announcer, urls, measured)
        finally:
            notifier.close()
            store.close()
            server.stop()
    return write_table({kind: measured for kind, (_, measured) in kinds.items()})


def write_table(kinds: dict[str, Measured]) -> str:
    """One row for each kind of turn."""
    first = median(next(iter(kinds.values())).rates)
    rows = (
        f"| {kind} | {median(found.rates):.0f} | {median(found.rates) / first:.2f} | "
        f"{median(found.spent_ms):.0f} | {quantiles(found.spent_ms, n=100)[98]:.0f} |"
        for kind, found in kinds.items()
    )
    head = (
        f"| {WEBHOOKS} receivers | delivered per second | times the first | "
        "ms from event to delivery, median | 99th percentile |"
    )
    return "\n".join([head, "| --- | --- | --- | --- | --- |", *rows])


def say(line: str) -> None:
    """Print a line of progress to stderr."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dead", type=int, default=DEAD, help="number of dead receivers")
    parser.add_argument("--hanging", action="store_true", help="all dead receivers hang")
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    options = parser.parse_args()
    table = measure(dead=options.dead, all_hang=options.hanging)
    print(table, flush=True)
    if options.write:
        put_between_marks(table, "benchmarks.webhooks", REFERENCE / "benchmarks.md")


if __name__ == "__main__":
    main()
