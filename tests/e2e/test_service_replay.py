"""Replay of a verdict after its pages went offline, with the whole service and the real judge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.settings import Settings
from claims.sources.snapshots import is_unchanged
from claims.store.invariant import check_invariant
from claims.store.redis_store import connect
from claims.store.server_files import DataFolder
from claims.types import ClaimRecord
from examples.expected import FOLDER
from examples.serve import serve_pages
from service.cli import run
from service.client import Client
from service.processes.supervisor import Supervisor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PATIENCE_S = 90.0
CHANGE = json.loads((FOLDER / "change.json").read_text(encoding="utf-8"))
OTHER_PAGE = "homicide-figures.html"
SENTENCES = (
    CHANGE["sentence"],
    "About 70 percent of the world's cocaine is reported to pass through Ecuador.",
    "The bridge at Kisoro is 42 metres long.",
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def service(data_folder: Path) -> Iterator[tuple[str, tuple[ClaimRecord, ...]]]:
    """The address of the service, and its claims, checked before and after the correction of a
    page. The web server of the pages is stopped.
    """
    with serve_pages(FOLDER / "pages") as pages:
        settings = Settings(redis_url=None, api_token=None, fetch_allow=f"127.0.0.1:{pages.port}")
        supervisor = Supervisor(settings, data_folder=data_folder, port=0, workers=1)
        supervisor.start()
        try:
            client = Client(supervisor.url)
            sources = [pages.page_url(CHANGE["page"]), pages.page_url(OTHER_PAGE)]
            body = {"text": " ".join(SENTENCES), "sources": sources}
            article_id = client.submit_article(body)
            claims = client.wait_for_article(article_id, timeout_s=PATIENCE_S).claims
            pages.replace(CHANGE["page"], FOLDER / CHANGE["replacement"])
            for claim in claims:
                client.recheck(claim.id)
                client.wait_for_claim(claim.id, timeout_s=PATIENCE_S)
        except BaseException:
            supervisor.stop()
            raise
    try:
        yield supervisor.url, claims
    finally:
        supervisor.stop()


def test_every_check_is_repeated_exactly_though_its_web_server_is_gone(
    service: tuple[str, tuple[ClaimRecord, ...]], capsys: Capture
) -> None:
    url, claims = service
    assert len(claims) == len(SENTENCES)
    labels = []
    for claim in claims:
        for check in (1, 2):
            assert run(["replay", claim.id, "--check", str(check), "--url", url, "--json"]) == 0
            shape = json.loads(capsys.readouterr().out)
            assert shape["differences"] == []
            labels.append(shape["now"]["label"])
            if Client(url).get_history(claim.id)[check - 1].scored:
                assert shape["now"] == shape["then"]
    assert labels[:2] == [CHANGE["before"], CHANGE["after"]]


def test_quotations_stand_in_the_pages_as_they_were_read(
    service: tuple[str, tuple[ClaimRecord, ...]], data_folder: Path
) -> None:
    url, claims = service
    client = Client(url)
    checked = [client.get_check(claim.id, check) for claim in claims for check in (1, 2)]
    quoted = 0
    for check in checked:
        for read in check.gathered.pages:
            assert is_unchanged(client.get_page(read.sha256).text, read.sha256)
            assert read.answer is not None
            assert read.answer.status in (200, 304)
            assert read.answer.final_url == read.url
        for piece in check.verdict.evidence:
            start, end = piece.span
            text = client.get_page(piece.page.sha256).text
            assert text[start:end] == piece.quote
            quoted += 1
    assert quoted >= 3
    note = DataFolder(data_folder).find_note()
    assert note is not None
    store = connect(note.url)
    assert check_invariant(store) == []
    store.close()
