"""Commands that call a running service: its address, and their error without a token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from service.cli import run
from service.client import Client
from tests.service.conftest import TOKEN
from tests.service.live import Live, run_service_and_store

COMMANDS = [
    ["submit", "https://a.example/news"],
    ["submit", "--claims-from", "in.csv"],
    ["get", "a_1"],
    ["get", "c_1", "--wait"],
    ["list", "articles"],
    ["list", "claims"],
    ["export"],
    ["watch"],
    ["watch", "a_1"],
    ["history", "c_1"],
    ["recheck", "c_1", "a_1"],
    ["cancel", "c_1"],
    ["delete", "c_1", "--yes"],
    ["correct", "c_1", "It rained."],
    ["retry", "--failed"],
    ["replay", "c_1"],
    ["sources", "list"],
    ["sources", "show", "office"],
    ["sources", "set", "office", "--domain", "a.example", "--by", "Ada"],
    ["sources", "remove", "office", "--by", "Ada"],
    ["sources", "import", "in.yaml", "--by", "Ada"],
    ["sources", "export"],
]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live"), ASSAY_API_TOKEN=TOKEN) as service:
        yield service


@pytest.fixture(autouse=True)
def at_the_service(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set ASSAY_URL to the service, and write files for the commands into the current folder."""
    monkeypatch.setenv("ASSAY_URL", live.url)
    monkeypatch.chdir(tmp_path)
    Path("in.yaml").write_text("- name: office\n  domains: [stats.example]\n", encoding="utf-8")
    Path("in.csv").write_text("claim\nIt rained.\n", encoding="utf-8")


@pytest.mark.parametrize("token", [None, "", "wrong"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_without_the_token_names_the_setting_in_one_line(
    live: Live,
    command: list[str],
    token: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("ASSAY_API_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("ASSAY_API_TOKEN", token)
    assert run(command) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"assay: the service at {live.url} ")
    assert ("refuses this key or token" if token else "asks for a key") in said.err
    assert "ASSAY_API_KEY" in said.err and "ASSAY_API_TOKEN" in said.err
    assert "Bearer" not in said.err
    assert live.store.get_registry().sources == ()


def test_a_command_with_the_token_finds_the_service_of_the_environment(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSAY_API_TOKEN", TOKEN)
    assert run(["submit", "https://a.example/news"]) == 0
    assert live.store.get_article(capsys.readouterr().out.strip()).new.url
    assert run(["sources", "list"]) == 0
    assert capsys.readouterr().out == "no source is registered\n"
    assert run(["replay", "c_none"]) == 2
    assert "no claim c_none" in capsys.readouterr().err


def test_the_option_comes_before_the_environment(
    live: Live, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSAY_API_TOKEN", TOKEN)
    assert run(["sources", "list", "--url", "http://127.0.0.1:1"]) == 1
    assert "no answer from http://127.0.0.1:1" in capsys.readouterr().err
    monkeypatch.setenv("ASSAY_URL", "http://127.0.0.1:1")
    assert run(["sources", "list"]) == 1
    assert run(["sources", "list", "--url", live.url]) == 0


def test_an_environment_that_names_no_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSAY_URL", "localhost:8400")
    assert run(["sources", "list"]) == 2
    said = capsys.readouterr().err
    assert "localhost:8400" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("token", [f"{TOKEN}\nX: y", f"{TOKEN[:9]}\t{TOKEN[9:]}"])
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(
    live: Live, token: str
) -> None:
    with pytest.raises(InvalidInput, match="ASSAY_API_TOKEN") as caught:
        Client(live.url, token=token)
    assert TOKEN[:9] not in str(caught.value)
