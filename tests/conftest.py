"""Settings for all tests: markers for required services, and skips without them.

A test that needs redis-server, Chromium, npm, MediaWiki, ../shared or the right to mount a disk
skips with a message where this is missing. With ASSAY_TEST_STRICT=1, as .ci/run sets it, a missing
service is a failure instead; tests that need ../shared always skip without it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from claims.entailment import onnx
from claims.sources.extractor import Extractor
from examples.wiki import is_installed
from tests.stack.disks import can_mount
from tests.stack.judge_scores import SharedScores

# These tests start a language model, which takes minutes; `make test-llm` runs them.
collect_ignore = ["llm"]

# No deadline for Hypothesis examples: on a busy machine any step may take long. All runs have the
# same examples; `--hypothesis-profile=explore` draws others.
settings.register_profile("assay", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=1000)
settings.load_profile("assay")

# A process that a shell starts in the background ignores SIGINT, and so would the programs under
# test.
signal.signal(signal.SIGINT, signal.default_int_handler)

# All files of the tests lie in memory if there is room: the shipped store waits at each write until
# the disk has it, for milliseconds while other tests write. tests/stack/disks.py has disks that are
# full.
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
MEMORY_BYTES = 4 << 30


def use_memory(folder: Path = MEMORY) -> None:
    """Put temporary files of the tests, and of the programs under test, into the folder.

    Nothing changes if less than MEMORY_BYTES are free in it, if no program can be started from it,
    or if TMPDIR names another folder.
    """
    if "TMPDIR" in os.environ or not folder.is_dir():
        return
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize >= MEMORY_BYTES and not room.f_flag & os.ST_NOEXEC:
        tempfile.tempdir = os.environ["TMPDIR"] = str(folder)


use_memory()

SHARED = Path(__file__).resolve().parents[2] / "shared"

SHOWN_FROM_S = 60.0
SHOWN_FILES = 40

NEEDS = {
    "redis_server": lambda: shutil.which("redis-server"),
    "browser": lambda: shutil.which("chromium"),
    "npm": lambda: shutil.which("npm"),
    "nginx": lambda: shutil.which("nginx"),
    "mediawiki": is_installed,
    "small_disk": can_mount,
    "shared": SHARED.is_dir,
}


# Files that take more than about 20 s, the longest first: a file runs in one process, and a long
# one at the end would leave the other processes idle. The demonstrations and the library's examples
# use answers of the judge to the example article, which test_verdicts.py asks for first.
LONGEST_FIRST = (
    "tests/service/test_schemathesis.py",
    "tests/examples/test_verdicts.py",
    "tests/e2e/test_walk.py",
    "tests/e2e/test_stop.py",
    "tests/faults/test_disk_full.py",
    "tests/e2e/test_up.py",
    "tests/faults/test_store_stopped.py",
    "tests/faults/test_busy_hosts.py",
    "tests/faults/test_workers_die.py",
    "tests/claims/shelves/test_killed.py",
    "tests/browser/test_pages.py",
    "tests/faults/test_store_dies.py",
    "tests/e2e/test_demo_search.py",
    "tests/faults/test_messages.py",
    "tests/e2e/test_service_replay.py",
    "tests/e2e/test_webhook_from_nothing.py",
    "tests/e2e/test_demo.py",
    "tests/faults/test_chaos.py",
    "tests/docs/test_library.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, in the same order in every process.

    The coverage of Hypothesis tests is not measured: to trace a hundred examples takes about as
    long as to run them, and other tests reach the same lines.
    """
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After a run of more than a minute, list the files that took longest."""
    seconds: Counter[str] = Counter()
    for report in itertools.chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            seconds[report.nodeid.partition("::")[0]] += report.duration
    if seconds.total() > SHOWN_FROM_S:
        terminalreporter.section("seconds of the longest files")
        for name, took_s in seconds.most_common(SHOWN_FILES):
            terminalreporter.write_line(f"{took_s:7.1f} {name}")


@pytest.fixture(autouse=True, scope="session")
def nobodys_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Use an empty data folder instead of the user's, whose shelves would be searched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield


class SharedExtractor(Extractor):
    """An extractor whose child lives until `end`, for fetchers that come and go."""

    def close(self) -> None:
        """Keep the child for the next fetcher."""

    def end(self) -> None:
        """End the child."""
        super().close()


@pytest.fixture(autouse=True, scope="session")
def one_child_reads_documents() -> Iterator[None]:
    """Let all fetchers of this process use one extraction child, which takes a second to start.

    tests/claims/sources/test_extractor.py tests the start and the end of a child.
    """
    with ExitStack() as ends, pytest.MonkeyPatch.context() as patch:

        @cache
        def share(wall_s: float) -> SharedExtractor:
            extractor = SharedExtractor(wall_s=wall_s)
            ends.callback(extractor.end)
            return extractor

        patch.setattr("claims.sources.fetch.Extractor", lambda *, wall_s: share(wall_s))
        yield


@pytest.fixture(autouse=True, scope="session")
def shipped_judge_is_loaded_once() -> Iterator[None]:
    """Let build_judge give all tests of this process one model for each number of threads.

    tests/claims/entailment/test_onnx.py tests the loading itself.
    """
    load, share = onnx.OnnxJudge, cache(onnx.OnnxJudge)

    def find(folder: Path = onnx.SHIPPED_FOLDER, *, threads: int = 1) -> onnx.OnnxJudge:
        is_shipped = folder == onnx.SHIPPED_FOLDER
        return (share if is_shipped else load)(folder, threads=threads)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(onnx, "OnnxJudge", find)
        yield


@pytest.fixture(scope="session")
def judge_scores(tmp_path_factory: pytest.TempPathFactory) -> SharedScores:
    """The real judge's answers of this run, shared by all processes of the run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return SharedScores(folder / "judge-scores.sqlite")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is missing; fail it if ASSAY_TEST_STRICT is set."""
    for marker, is_there in NEEDS.items():
        if item.get_closest_marker(marker) and not is_there():
            message = f"needs {marker}, which is not on this machine"
            if os.environ.get("ASSAY_TEST_STRICT") and marker != "shared":
                pytest.fail(message, pytrace=False)
            pytest.skip(message)
