"""The ports of one worker process: the store, the fetcher, the judge and the notifier."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from claims import wiring
from claims.limits import ARTICLE_CLAIMS
from claims.pipeline import PASSAGES
from claims.pipeline.searching import Providers
from claims.ports import Fetcher, Store
from claims.registry import Registry
from claims.settings import Settings
from claims.sources.mailing import Mailer
from claims.sources.posting import Poster
from workers.config import SWEEP_EVERY_S, find_broker_url
from workers.model_time import Stopwatch, TimedJudge
from workers.notifier import Notifier
from workers.second_reader import SecondReader, build_second_reader

if TYPE_CHECKING:
    from claims.entailment.calibration import CalibratedJudge


DAY_S = 24 * 3600.0


class ClosableFetcher(Fetcher, Protocol):
    """A fetcher that holds resources to release: connections, a child process."""

    def close(self) -> None:
        """Release the resources."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Intervals in seconds. A lease outlives two missed renewals."""

    lease_ttl_s: float = 60.0
    sweep_every_s: float = SWEEP_EVERY_S
    heartbeat_every_s: float = 5.0


class WorkerContext:
    """The ports of one process, each built at first use.

    The parent of a prefork pool never touches them, so that every child builds its own: neither
    connections nor the model's threads survive a fork.
    """

    def __init__(
        self,
        broker_url: str,
        *,
        open_store: Callable[[], Store],
        build_fetcher: Callable[[Store], ClosableFetcher],
        build_judge: Callable[[Store], CalibratedJudge],
        build_providers: Callable[[Registry], Providers] = lambda _: Providers(),
        keep_s: float | None = None,
        keep_events_s: float | None = None,
        keep_audit_s: float | None = None,
        keep_access_s: float | None = None,
        looks_per_day: int = 0,
        claims_max: int = ARTICLE_CLAIMS,
        reads_copies: bool = False,
        poster: Poster | None = None,
        mailer: Mailer | None = None,
        public_url: str = "",
        build_reader: Callable[[Store], SecondReader | None] = lambda _: None,
    ) -> None:
        """`keep_s`: how long a check is kept after a newer verdict replaced it; None: for ever.
        `keep_audit_s`, `keep_access_s`: the same for the audit log, on changes and on access.

        `keep_events_s`: how long an event is kept; None: for ever. `looks_per_day`: the budget of
        checks on schedule; 0: none.
        `claims_max`: maximum number of claims of one article that are checked. `reads_copies`: the
        fetcher reads archived copies of pages that fail.
        `poster` sends events to the receivers of webhooks, `mailer` the mails of alerts; links in
        alerts begin with `public_url`. `build_reader` returns None where no
        second reader is set.
        """
        self.poster = poster or Poster()
        self.mailer = mailer
        self.public_url = public_url
        self.keep_s = keep_s
        self.keep_events_s = keep_events_s
        self.keep_audit_s = keep_audit_s
        self.keep_access_s = keep_access_s
        self.looks_per_day = looks_per_day
        self.claims_max = claims_max
        self.reads_copies = reads_copies
        self.broker_url = broker_url
        self.stopwatch = Stopwatch()
        # One byte that is shared with the processes that are forked from this one.
        self._judge_loaded = mmap.mmap(-1, 1)
        self.open_store = open_store
        self._build_providers = build_providers
        self._providers: tuple[Registry, Providers] | None = None
        self._build_fetcher = build_fetcher
        self._build_judge = build_judge
        self._build_reader = build_reader
        self._building = threading.RLock()
        self._judge: CalibratedJudge | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> WorkerContext:
        """The real ports. Raises InvalidInput without ASSAY_REDIS_URL, or with a folder for raw
        pages that cannot be used, and StoreMisconfigured for a store that would lose data."""
        # Report invalid settings before any claim is worked on.
        wiring.check_places(settings)
        return cls(
            find_broker_url(settings),
            open_store=lambda: wiring.open_store(settings),
            build_fetcher=lambda store: wiring.build_fetcher(settings, gate=store.gate),
            build_judge=lambda store: wiring.build_judge(settings, scores=store),
            build_providers=lambda registry: wiring.build_providers(settings, registry),
            keep_s=settings.keep_days * DAY_S or None,
            keep_events_s=settings.event_days * DAY_S or None,
            keep_audit_s=settings.audit_days * DAY_S or None,
            keep_access_s=settings.access_days * DAY_S or None,
            looks_per_day=settings.looks_per_day,
            claims_max=settings.article_claims,
            reads_copies=bool(settings.archive),
            poster=wiring.build_poster(settings),
            mailer=wiring.build_mailer(settings),
            public_url=settings.public_url,
            build_reader=lambda store: build_second_reader(settings, store.readings),
        )

    @cached_property
    def store(self) -> Store:
        """The store."""
        return self.open_store()

    @cached_property
    def fetcher(self) -> ClosableFetcher:
        """The fetcher. It uses the gate in the store, so that all workers pace hosts together."""
        return self._build_fetcher(self.store)

    def find_providers(self, registry: Registry) -> Providers:
        """The providers of the settings and of `registry`, cached until the sources change.

        Feeds and sitemaps keep their entries, which a changed rating alone must not reload.
        """
        searched = registry.list_searched()
        if self._providers is None or self._providers[0] != searched:
            self._providers = searched, self._build_providers(searched)
        return self._providers[1]

    @property
    def judge(self) -> CalibratedJudge:
        """The judge; loading it takes a second or two. Its earlier answers are in the store."""
        with self._building:  # the threads of a process share one
            if self._judge is None:
                judge = self._build_judge(self.store)
                self._judge = replace(judge, judge=TimedJudge(judge.judge, self.stopwatch))
                self._judge_loaded[0] = True
            return self._judge

    @property
    def second_reader(self) -> SecondReader | None:
        """The second reader, even one that its test refuses; None if none is set up."""
        with self._building:
            return self._second_reader

    @property
    def passages_max(self) -> int:
        """Maximum passages gathered for a claim: more than the judge reads if a reader is set up.

        A reader that its test refuses counts too: a later test may allow it to read what is
        gathered now.
        """
        second = self.second_reader
        return PASSAGES if second is None else second.passages_max

    @cached_property
    def _second_reader(self) -> SecondReader | None:
        return self._build_reader(self.store)

    def load_judge(self) -> None:
        """Load the judge, so that no claim waits for it. Raises as building it does."""
        self.judge  # noqa: B018 - built at first use

    @property
    def has_judge(self) -> bool:
        """Whether this process, or one that was forked from it, has loaded the judge."""
        return bool(self._judge_loaded[0])

    @cached_property
    def notifier(self) -> Notifier:
        """The connection to the broker."""
        return Notifier(self.broker_url)

    def close(self) -> None:
        """Release everything that was built: called when the process ends."""
        for name in ("fetcher", "notifier"):
            port = self.__dict__.pop(name, None)
            if port is not None:
                with suppress(OSError):
                    port.close()
