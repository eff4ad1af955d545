"""Fixtures: runs of `assay up` on a folder of their own, and a page."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.e2e.up import PAGE, Standing, Start, Up, find_processes


@pytest.hookimpl(tryfirst=True)  # after pytest-randomly, before pytest groups by parameters
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests that are marked `in_order` back in the order of their file."""
    places = [place for place, item in enumerate(items) if item.get_closest_marker("in_order")]
    ordered = sorted((items[place] for place in places), key=_place_in_file)
    for place, item in zip(places, ordered, strict=True):
        items[place] = item


def _place_in_file(item: pytest.Item) -> tuple[str, int, list[int]]:
    path, line, _ = item.location
    case = getattr(item, "callspec", None)
    return path, line or 0, list(case.indices.values()) if case else []


@pytest.fixture
def data_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a space in its name; its processes are killed after the test."""
    folder = tmp_path / "my data"
    yield folder
    for pid in find_processes(folder):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def start(data_folder: Path) -> Iterator[Start]:
    """Starts `assay up` on the folder, with additional arguments and settings."""
    runs: list[Up] = []

    def start_one(*arguments: str, **environment: str) -> Up:
        runs.append(Up(data_folder, *arguments, **environment))
        return runs[-1]

    yield start_one
    for run in runs:
        run.process.kill()
        run.process.communicate()


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, make_httpserver: HTTPServer
) -> Iterator[Standing]:
    allowed = f"{make_httpserver.host}:{make_httpserver.port}"
    standing = Standing(lambda: tmp_path_factory.mktemp("up"), ASSAY_FETCH_ALLOW=allowed)
    yield standing
    standing.end()


@pytest.fixture
def page(httpserver: HTTPServer) -> str:
    """The address of a page that supports CLAIM."""
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/bridge").respond_with_data(PAGE, content_type="text/html")
    return httpserver.url_for("/bridge")


@pytest.fixture
def allowed(httpserver: HTTPServer) -> str:
    return f"{httpserver.host}:{httpserver.port}"
