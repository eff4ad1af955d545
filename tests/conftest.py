"""Settings for all tests: markers for required services, and skips without them.

A test that needs redis-server, Chromium, MediaWiki, ../shared or the right to mount a disk skips
with a message where this is missing. With ASSAY_TEST_STRICT=1, as .ci/run sets it, a missing
service is a failure instead; tests that need ../shared always skip without it.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from examples.wiki import is_installed
from tests.stack.disks import can_mount

# These tests start a language model, which takes minutes; `make test-llm` runs them.
collect_ignore = ["llm"]

# No deadline for Hypothesis examples: on a busy machine any step may take long.
settings.register_profile("assay", deadline=None)
settings.load_profile("assay")

# A process that a shell starts in the background ignores SIGINT, and so would the programs under
# test.
signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).resolve().parents[2] / "shared"

NEEDS = {
    "redis_server": lambda: shutil.which("redis-server"),
    "browser": lambda: shutil.which("chromium"),
    "mediawiki": is_installed,
    "small_disk": can_mount,
    "shared": SHARED.is_dir,
}


@pytest.fixture(autouse=True, scope="session")
def nobodys_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Use an empty data folder instead of the user's, whose shelves would be searched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is missing; fail it if ASSAY_TEST_STRICT is set."""
    for marker, is_there in NEEDS.items():
        if item.get_closest_marker(marker) and not is_there():
            message = f"needs {marker}, which is not on this machine"
            if os.environ.get("ASSAY_TEST_STRICT") and marker != "shared":
                pytest.fail(message, pytrace=False)
            pytest.skip(message)
