"""The real adapters, put together: `verify` on a page of a local server."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from claims import verify
from claims.errors import HostBusy, InvalidInput
from claims.ports import Turn
from claims.settings import Settings
from claims.sources.pacing import OpenGate
from claims.types import VerdictLabel
from claims.wiring import build_fetcher, now, open_store
from examples.serve import serve_pages

PAGES = Path(__file__).parents[2] / "examples" / "pages"


def test_verify_checks_one_claim_and_says_what_could_not_be_looked_at() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            [server.page_url("manta-base.html"), server.page_url("gone.html"), "http://10.0.0.1/"],
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "2007" in verdict.evidence[0].quote
    assert {failure.code for failure in verdict.coverage.failed} == {"http-404", "address-blocked"}


def test_an_address_wrong_in_syntax_is_refused() -> None:
    with pytest.raises(InvalidInput, match="http"):
        verify("Eleven people died.", ["ftp://a.example/"], settings=Settings())


class FullGate(OpenGate):
    """Whose every host is busy for long; notes the pace that it is asked for."""

    def __init__(self) -> None:
        self.paces: dict[str, float] = {}

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        self.paces[host] = every_s
        return Turn(at=now(), wait_s=1000.0)


def test_hosts_are_paced_through_the_gate_that_workers_share_but_not_the_operators_own() -> None:
    gate = FullGate()
    settings = Settings(fetch_allow="127.0.0.1:9000", pace_s=2.5)
    with build_fetcher(settings, gate=gate) as fetcher:
        for url in ("http://127.0.0.1:9000/", "https://a.example.org/"):
            with pytest.raises(HostBusy):
                fetcher.fetch(url)
    assert gate.paces == {"127.0.0.1:9000": 0.0, "a.example.org": 2.5}


def test_without_a_shared_gate_hosts_are_paced_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = FullGate()
    monkeypatch.setattr("claims.sources.gate.MemoryHostGate", lambda: gate)
    with build_fetcher(Settings()) as fetcher, pytest.raises(HostBusy):
        fetcher.fetch("https://a.example.org/")
    assert gate.paces == {"a.example.org": 1.0}


@pytest.mark.parametrize("pace", [-1, "inf", "nan", "soon"])
def test_a_pace_that_is_none_is_refused(pace: object) -> None:
    with pytest.raises(ValidationError, match="pace_s"):
        Settings.model_validate({"pace_s": pace})


def test_without_an_address_there_is_no_store() -> None:
    with pytest.raises(InvalidInput, match="assay up"):
        open_store(Settings(redis_url=None))
