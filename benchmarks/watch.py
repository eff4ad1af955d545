"""python -m benchmarks.watch: requests and judgements of claims on schedule that share their pages.

Runs the real service (`assay up`: store, API, workers, shipped judge) on a temporary folder, and a
web site on the loopback address with 100 pages, which answers conditional requests. 1,000 claims,
ten about the deciding sentence of each page, are checked once and then, three times, due at once:
nothing has changed; some pages have changed in furniture; some have changed in the deciding
sentence. Prints for each case the requests for pages by their answer (304: unchanged, 200: the page
is read again), the checks that ended, those of them that were judged again, and the seconds from
the time when all are due to the end of the last check. The times of the store are moved back by a
day before each case. `--claims`, `--pages` and `--changed` give other numbers, `--write` puts the
table into docs/reference/benchmarks.md. Takes some minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex

from claims.ports import NewClaim
from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.store.embedded import find_server
from claims.types import CheckOptions, Claim, ClaimId, ClaimStatus
from evaluation.document import REFERENCE, put_between_marks
from service.processes.supervisor import Supervisor
from tests.contracts.steps import pass_time
from tests.stack.workers import wait_until

CLAIMS, PAGES, CHANGED = 1_000, 100, 5
PERIOD = "P1D"
# Timeout of a case, in seconds.
PATIENCE_S = 3_600.0
_PAGE = """<html><title>Lake Orrin {n}</title><article>
<p>Lake Orrin {n} has fallen to {level} metres, the water board said.</p>
{paragraphs}
<p>Updated {hours} hours ago</p></article></html>"""
# Paragraphs about something else, as on most pages: the furniture is in no passage of the claims.
_PARAGRAPHS = "".join(
    f"<p>Ferry {number} carries passengers to the island from spring to autumn. Tickets are sold on"
    " board and at the harbour office, which opens an hour before the first departure. Bicycles are"
    " carried free of charge as long as there is room, and dogs must be kept on a lead.</p>"
    for number in range(1, 9)
)


class Site(ThreadingHTTPServer):
    """A web site of `pages` pages; `answers` counts the answers to requests for pages by status."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, pages: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.levels = dict.fromkeys(range(pages), 371)
        self.hours = dict.fromkeys(range(pages), 3)
        self.answers: Counter[tuple[str, int]] = Counter()
        self._counting = threading.Lock()

    @property
    def place(self) -> str:
        """Its address, as ASSAY_FETCH_ALLOW has it."""
        return f"127.0.0.1:{self.server_port}"

    def url(self, number: int) -> str:
        """The address of a page."""
        return f"http://{self.place}/{number}"

    def write_page(self, number: int) -> bytes:
        """The page as it is now."""
        level, hours = self.levels[number], self.hours[number]
        return _PAGE.format(n=number, level=level, hours=hours, paragraphs=_PARAGRAPHS).encode()

    def count(self, path: str, status: int) -> None:
        """Count an answer."""
        with self._counting:
            self.answers[path, status] += 1


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = self.server.write_page(int(self.path[1:]))
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        is_known = self.headers.get("If-None-Match") == etag
        status = HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK
        self.server.count(self.path, status)
        self.send_response(status)
        self.send_header("ETag", etag)
        if is_known:
            self.end_headers()
            return
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *_: object) -> None:
        """Log nothing."""

    log_error = log_request


@contextmanager
def started_site(pages: int) -> Iterator[Site]:
    """Serve the site until the end of the block."""
    with Site(pages) as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Case:
    """What one round of checks has cost. `most` is the highest number of requests for one page;
    `judged` are the claims that were judged again."""

    name: str
    unchanged: int
    read: int
    most: int
    checks: int
    judged: tuple[ClaimId, ...]
    seconds: float


class Watch:
    """Claims on a schedule over the pages of a site, in a store whose workers run."""

    def __init__(self, store: RedisStore, site: Site, *, claims: int) -> None:
        self._store = store
        self._site = site
        self._checks = 0
        pages = len(site.levels)
        self.claims = {ClaimId(f"c_{token_hex(16)}"): n % pages for n in range(claims)}

    def submit(self) -> None:
        """Submit the claims and wait for their first verdicts."""
        # The claims of a page differ in their figure: one is supported.
        levels = Counter[int]()
        for claim, page in self.claims.items():
            text = f"Lake Orrin {page} has fallen to {371 - levels[page]} metres."
            levels[page] += 1
            options = CheckOptions(sources=(self._site.url(page),), every=PERIOD)
            new = NewClaim(id=claim, claim=Claim(text=text, sentence=text), options=options)
            self._store.submit_claim(new)
        self._finish()

    def look(self, name: str) -> Case:
        """Let all claims be due at once, and wait for the end of their checks."""
        self._site.answers.clear()
        pass_time(self._store, self._find_last_due_s())
        began_at = time.monotonic()
        self._finish()
        seconds = time.monotonic() - began_at
        last = {claim: self._store.get_history(claim)[-1] for claim in self.claims}
        by_page = Counter[str]()
        by_status = Counter[int]()
        for (path, status), number in self._site.answers.items():
            by_page[path] += number
            by_status[status] += number
        return Case(
            name,
            unchanged=by_status[HTTPStatus.NOT_MODIFIED],
            read=by_status[HTTPStatus.OK],
            most=max(by_page.values(), default=0),
            checks=sum(entry.check == self._checks for entry in last.values()),
            judged=tuple(claim for claim, entry in last.items() if entry.causes),
            seconds=seconds,
        )

    def _find_last_due_s(self) -> float:
        """Seconds until the last claim is due; 0 if all are."""
        schedules = [self._store.get_claim(claim).record.schedule for claim in self.claims]
        times = [one.next_at for one in schedules if one and one.next_at]
        return max(0.0, (max(times) - datetime.now(UTC)).total_seconds())

    def _finish(self) -> None:
        """Wait until each claim has ended its next check. Raises RuntimeError if one failed."""
        self._checks += 1
        left = list(self.claims)

        def is_done() -> bool:
            while left:
                stored = self._store.get_claim(left[-1])
                if stored.record.status is ClaimStatus.FAILED:
                    raise RuntimeError(f"a check failed: {stored.record.error}")
                if stored.check < self._checks or stored.record.status is not ClaimStatus.JUDGED:
                    return False
                left.pop()
            return True

        wait_until(is_done, patience_s=PATIENCE_S)


def measure(watch: Watch, site: Site, *, changed: int) -> tuple[Case, ...]:
    """Check the claims once, and then in the three cases; `changed` is the number of pages."""
    watch.submit()
    unchanged = watch.look("nothing changed")
    for page in range(changed):
        site.hours[page] += 1
    furniture = watch.look(f"changed in furniture: {changed} of {len(site.levels)} pages")
    for page in range(changed):
        site.levels[page] -= 60
    deciding = watch.look(f"changed in the deciding sentence: {changed} of {len(site.levels)}")
    return unchanged, furniture, deciding


def write_table(cases: Sequence[Case], *, claims: int, pages: int) -> str:
    """Markdown table of the cases."""
    rows = [
        f"{claims:,} claims over {pages} pages, all due at once:",
        "",
        "| | requests | 304 | 200: read | most for one page | checks | judged again | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for case in cases:
        cells = (
            *(case.name, case.unchanged + case.read, case.unchanged, case.read, case.most),
            *(f"{case.checks:,}", f"{len(case.judged):,}", f"{case.seconds:.1f}"),
        )
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=CLAIMS)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--changed", type=int, default=CHANGED, help="pages that change")
    parser.add_argument("--write", action="store_true", help="into docs/reference/benchmarks.md")
    options = parser.parse_args()
    if not 0 <= options.changed <= options.pages <= options.claims or options.pages < 1:
        parser.error("there must be at least as many claims as pages, and as pages that change")
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(started_site(options.pages))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-running-")))
        settings = Settings(redis_url=None, api_token=None, fetch_allow=site.place)
        say = _say
        stack.enter_context(Supervisor(settings, data_folder=folder, port=0, say=say))
        store = stack.enter_context(contextlib.closing(connect(str(find_server(folder)))))
        watch = Watch(store, site, claims=options.claims)
        cases = measure(watch, site, changed=options.changed)
    table = write_table(cases, claims=options.claims, pages=options.pages)
    print(table)
    if options.write:
        put_between_marks(table, "benchmarks.watch", REFERENCE / "benchmarks.md")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
