"""What all tests share: which services a test may ask for, and what happens without them.

On a bare machine a test that needs redis-server, Chromium, MediaWiki, ../shared or the right to
mount a disk skips with a message.
With ASSAY_TEST_STRICT=1, as .ci/run sets it, lacking a service is a failure instead;
../shared is no service, and tests that use it always skip without it.
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

# They build and start a language model, which takes minutes: `make test-llm` names the folder.
collect_ignore = ["llm"]

# No test is a question of time: on a busy machine any step may take long.
settings.register_profile("assay", deadline=None)
settings.load_profile("assay")

# What a shell starts in the background ignores Ctrl-C, and the programs under test inherit that.
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
    """No test sees the data folder of whoever runs it: the shelves in it would be searched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or under ASSAY_TEST_STRICT fail, a test whose service is not on this machine."""
    for marker, is_there in NEEDS.items():
        if item.get_closest_marker(marker) and not is_there():
            message = f"needs {marker}, which is not on this machine"
            if os.environ.get("ASSAY_TEST_STRICT") and marker != "shared":
                pytest.fail(message, pytrace=False)
            pytest.skip(message)
