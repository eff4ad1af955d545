"""Fixture: a store and real workers that a test may kill in any way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex

import pytest
import redis

from claims.ports import EventFilter, NewClaim, StoredClaim
from claims.store import RedisStore, connect
from claims.store.embedded import EmbeddedServer
from claims.store.invariant import check_invariant
from claims.types import CheckOptions, Claim, ClaimId, ClaimStatus, Queue, ReaderChoice
from tests.stack.workers import CeleryProcess, wait_until
from workers.config import KEY_PREFIX
from workers.queues import TICK

FINISHED = (ClaimStatus.JUDGED, ClaimStatus.FAILED)
ALL_QUEUES = ("--queues", "fetch,score,tick")


class Plant:
    """A store with its workers, which can be killed; checks the invariant of the store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedServer(folder / "data")
        self.server.start()
        self.store: RedisStore = connect(self.server.url)
        self._processes: list[CeleryProcess] = []
        self._kept: list[CeleryProcess] = []

    # the processes --------------------------------------------------------------------------

    def start_worker(self, *options: str, app: str = "scripted_worker") -> CeleryProcess:
        """Start a worker for all queues with two pool processes."""
        name = f"worker-{len(self._processes)}@test"
        arguments = (*ALL_QUEUES, "--concurrency", "2", "--hostname", name, *options)
        worker = self._start(app, "worker", "--without-gossip", "--without-mingle", *arguments)
        wait_until(lambda: name in self.store.health().workers)
        return worker

    def keep_running(self, *workers: CeleryProcess) -> None:
        """From now on, replace a worker that has ended, as the supervisor does.

        A worker may end when its store is killed, because kombu sometimes fails when a connection
        breaks while it is being closed.
        """
        self._kept = list(workers)

    def _replace_ended(self) -> None:
        for place, worker in enumerate(self._kept):
            if not worker.is_running():
                self._kept[place] = self.start_worker()

    def start_beat(self) -> CeleryProcess:
        """Start a beat."""
        return self._start("scripted_worker", "beat")

    def _start(self, app: str, *arguments: str) -> CeleryProcess:
        process = CeleryProcess(
            f"tests.stack.{app}", *arguments, folder=self.folder, store_url=self.server.url
        )
        self._processes.append(process)
        return process

    def kill_store(self) -> None:
        """Kill the server with SIGKILL."""
        os.kill(self.server.pid, signal.SIGKILL)
        wait_until(lambda: not self.server.is_running())

    def waiting_ticks(self) -> int:
        """Number of beat ticks in the broker."""
        with redis.Redis.from_url(self.server.url.replace("db=0", "db=1")) as broker:
            return int(broker.llen(f"{KEY_PREFIX}{TICK}"))  # type: ignore[arg-type]

    def waiting_messages(self) -> int:
        """Number of messages in both work queues of the broker."""
        with redis.Redis.from_url(self.server.url.replace("db=0", "db=1")) as broker:
            return sum(int(broker.llen(f"{KEY_PREFIX}{queue}")) for queue in Queue)  # type: ignore[arg-type]

    def flush_broker(self) -> None:
        """Empty the broker's database."""
        with redis.Redis.from_url(self.server.url.replace("db=0", "db=1")) as broker:
            broker.flushdb()

    def end(self) -> None:
        """End all processes; fails when one is left."""
        for process in self._processes:
            process.end()
        self.store.close()
        self.server.stop()

    # the claims -----------------------------------------------------------------------------

    def submit(
        self,
        text: str,
        *,
        sources: Sequence[str] = ("http://source.example/bridge",),
        reader: ReaderChoice | None = None,
    ) -> ClaimId:
        """Submit a claim, without a message to the workers."""
        return self.store.submit_claim(
            NewClaim(
                id=ClaimId(f"c_{token_hex(16)}"),
                claim=Claim(text=text, sentence=text),
                options=CheckOptions(sources=tuple(sources), reader=reader),
            )
        )

    def scorings(self, text: str) -> list[int]:
        """Ids of the processes that began to score the claim, in order."""
        path = self.folder / "scored.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        pairs = [line.split(" ", 1) for line in lines]
        # A claim is scored twice in one attempt: its passages, then the sentences in them.
        return [int(pid) for pid, claim in pairs if claim == text]

    def open_gate(self) -> None:
        """Create the file `gate`, which lets the waiting claims be scored."""
        (self.folder / "gate").touch()

    def finish(self, *claims: ClaimId, patience_s: float = 60.0) -> list[StoredClaim]:
        """Wait until the claims are finished, and check the store; returns the claims."""

        def are_finished() -> bool:
            self._replace_ended()
            return all(self.store.get_claim(c).record.status in FINISHED for c in claims)

        wait_until(are_finished, patience_s=patience_s)
        found = [self.store.get_claim(claim_id) for claim_id in claims]
        assert check_invariant(self.store) == []
        for claim in found:
            checks = [entry.check for entry in self.store.get_history(claim.record.id)]
            judged = claim.record.status is ClaimStatus.JUDGED
            assert checks == (list(range(1, claim.check + 1)) if judged else [])
            only = EventFilter(claim_id=claim.record.id)
            events = self.store.list_events(since=None, limit=200, only=only).items
            end = "verdict.created" if judged else "claim.failed"
            assert [event.type for event in events].count(end) == 1
        return found

    def judge_all(self, *claims: ClaimId) -> None:
        """Wait until the claims are finished; fails unless all are judged."""
        statuses = [claim.record.status for claim in self.finish(*claims)]
        assert statuses == [ClaimStatus.JUDGED] * len(claims)


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    """A running store without workers."""
    plant = Plant(tmp_path)
    try:
        yield plant
    finally:
        plant.end()
