"""The command `assay`: its table of subcommands, its exit codes, and one line per error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from claims.cli.output import format_json
from claims.errors import DataFolderInUse, InvalidInput, StoreUnavailable
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, ClaimId, ErrorRecord, ListedClaim, Priority, Queue
from service import cli
from service.cli import COMMANDS, LazyGroup, assay, results, run
from tests.service.live import Live, get_text, run_service_and_store
from tests.service.work import extract_article, judge_claim

TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!"
RAISING = [
    (InvalidInput("not a URL"), 2, "assay: not a URL"),
    (DataFolderInUse("the folder is in use"), 2, "assay: the folder is in use"),
    (StoreUnavailable("no answer"), 1, "assay: no answer"),
    (
        click.BadParameter("too small"),
        2,
        "assay: Invalid value: too small (see: assay failing --help)",
    ),
    (KeyboardInterrupt(), 130, ""),
]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_table_loads_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = LazyGroup().get_command(click.Context(assay), name)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert run([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: assay {name}")


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f"\n  {name} " in listed for name in COMMANDS)


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("assay, version ")


@pytest.mark.parametrize(("error", "status", "line"), RAISING, ids=range(len(RAISING)))
def test_an_error_is_one_line_and_an_exit_status(
    error: BaseException,
    status: int,
    line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(sys.modules[__name__], "failing", failing, raising=False)
    monkeypatch.setattr(cli, "COMMANDS", {"failing": (f"{__name__}:failing", "")})
    assert run(["failing"]) == status
    assert capsys.readouterr().err.strip() == line


@pytest.mark.parametrize("arguments", [["nope"], ["--nope"], ["submit"], ["submit", "--nope"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("assay: ")
    assert said.count("\n") == 1
    assert "--help)" in said


def test_a_wrong_setting_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("ASSAY_QUEUE_MAX", "ASSAY_ARTICLE_CLAIMS"):
        for value in ("many", "0", "-1"):
            with monkeypatch.context() as patch:
                patch.setenv(name, value)
                assert run(["submit", str(tmp_path)]) == 2
            assert capsys.readouterr().err.startswith(f"assay: {name}: ")


def test_a_bug_is_not_mistaken_for_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def failing() -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(sys.modules[__name__], "failing", failing, raising=False)
    monkeypatch.setattr(cli, "COMMANDS", {"failing": (f"{__name__}:failing", "")})
    with pytest.raises(ValueError, match="a bug"):
        run(["failing"])


def test_a_reader_that_leaves_early_gets_no_complaint() -> None:
    command = [sys.executable, "-c", "from service.cli import main; main()", "--help"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.stderr == ""
    assert done.returncode == 1


def test_ctrl_c_ends_a_waiting_command_quietly(live: Live, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text("The harbour of Norrbeck was dredged in 1931.", encoding="utf-8")
    command = [sys.executable, "-c", "from service.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "submit", str(article), "--url", live.url, "--wait"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.endswith("accepted\n")
    assert "Traceback" not in rest


# --- submit, against a running service --------------------------------------------------------


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live")) as service:
        yield service


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def judge_next(store: RedisStore) -> None:
    """Wait for an article, then extract the newest and judge its claim as a worker would."""
    deadline = time.monotonic() + 30
    while not (items := store.list_articles(limit=1).items) and time.monotonic() < deadline:
        time.sleep(0.05)
    extract_article(store, items[0].id, TEXT)
    judge_claim(store, store.list_claims(limit=1).items[0].id)


def test_submit_prints_the_id(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["submit", str(article), "--url", live.url, "--source", "https://a.example/"]) == 0
    article_id = capsys.readouterr().out.strip()
    stored = live.store.get_article(article_id)
    assert (stored.new.text, stored.new.options.sources) == (TEXT, ("https://a.example/",))


def test_submit_takes_claims_without_an_article(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--url", live.url, "--tag", "City", "--dated", "2026-01-04"]
    assert run(["submit", "--claim", "It rained.", "--claim", "It snowed.", *given]) == 0
    claims = [live.store.get_claim(ClaimId(line)) for line in capsys.readouterr().out.split()]
    assert [claim.record.text for claim in claims] == ["It rained.", "It snowed."]
    assert {claim.record.claimed_at for claim in claims} == {date(2026, 1, 4)}
    assert {claim.record.tags for claim in claims} == {("City",)}
    assert run(["submit", "--claim", "It rained.", "--url", live.url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "It rained."
    assert run(["submit", "--claim", "It rained.", "--title", "Rain", "--url", live.url]) == 2
    assert "--title is that of an ARTICLE" in capsys.readouterr().err
    assert run(["submit", "--claim", " ", "--url", live.url]) == 2
    assert "/claims/0/text" in capsys.readouterr().err


def test_submit_limits_the_check_of_an_article_to_the_claims_given(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--url", live.url, "--only-claims"]
    assert run(["submit", str(article), "--claim", "It rained.", *given]) == 0
    new = live.store.get_article(capsys.readouterr().out.strip()).new
    assert (new.claims, new.only_claims) == ((), (ListedClaim(text="It rained."),))
    for nothing in ([str(article)], ["--claim", "It rained."]):
        assert run(["submit", *nothing, *given]) == 2
        assert "--only-claims needs an ARTICLE" in capsys.readouterr().err


def test_submit_sends_the_days(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--dated", "2025-09-04", "--as-of", "2025-09-05T12:00:00Z"]
    assert run(["submit", str(article), "--url", live.url, *days]) == 0
    new = live.store.get_article(capsys.readouterr().out.strip()).new
    assert (new.published_at, str(new.options.as_of)) == ("2025-09-04", "2025-09-05")


def test_submit_refuses_an_invalid_day(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--as-of", "--dated"):
        assert run(["submit", str(article), option, "yesterday"]) == 2
        said = capsys.readouterr().err
        assert option in said and "such as 2025-09-04" in said


def test_submit_sends_html_as_html_and_addresses_as_urls(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.HTML"
    page.write_text("<p>Hello.</p>", encoding="utf-8")
    run(["submit", str(page), "--url", live.url])
    run(["submit", "https://a.example/news", "--url", live.url, "--every", "P1D"])
    run(["submit", str(page), "--url", live.url, "--priority", "bulk"])
    html, web, bulk = capsys.readouterr().out.split()
    assert live.store.get_article(ArticleId(bulk)).new.options.priority is Priority.BULK
    assert live.store.get_article(html).new.html == "<p>Hello.</p>"
    assert live.store.get_article(web).new.url == "https://a.example/news"


def test_submit_waits_for_the_verdicts(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live.store.connection.command("FLUSHALL")
    worker = threading.Thread(target=judge_next, args=(live.store,))
    worker.start()
    assert run(["submit", str(article), "--url", live.url, "--wait"]) == 0
    worker.join()
    printed = capsys.readouterr()
    assert "supported" in printed.out
    assert "done: 1 of 1 claims judged" in printed.err


def test_submit_prints_the_json_of_the_service(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live.store.connection.command("FLUSHALL")
    assert run(["submit", str(article), "--url", live.url, "--json"]) == 0
    (queued,) = live.store.list_articles(limit=1).items
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(get_text(live, f"/v1/articles/{queued.id}"))
    live.store.connection.command("FLUSHALL")
    worker = threading.Thread(target=judge_next, args=(live.store,))
    worker.start()
    assert run(["submit", str(article), "--url", live.url, "--wait", "--json"]) == 0
    worker.join()
    (done,) = live.store.list_articles(limit=1).items
    shape = json.loads(get_text(live, f"/v1/articles/{done.id}"))
    assert shape["claims"][0]["verdict"]["evidence"]
    assert capsys.readouterr().out.encode() == format_json(shape)


def fail_next(store: RedisStore, error: ErrorRecord) -> None:
    """Wait for the next item of the fetch queue, and give it up with `error`."""
    while not (lease := store.take(Queue.FETCH, worker="test", ttl_s=60)):
        time.sleep(0.05)
    store.give_up(lease, error)


def test_submit_says_that_an_article_could_not_be_read(
    live: Live, capsys: pytest.CaptureFixture[str]
) -> None:
    live.store.connection.command("FLUSHALL")
    error = ErrorRecord("http-404", "the server answered 404")
    worker = threading.Thread(target=fail_next, args=(live.store, error))
    worker.start()
    assert run(["submit", "https://a.example/gone", "--url", live.url, "--wait"]) == 2
    worker.join()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "the server answered 404" in printed.err


def test_submit_says_that_its_patience_is_over(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PATIENCE_S", 0)
    assert run(["submit", str(article), "--url", live.url, "--wait"]) == 1
    assert "is not finished" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a\x00b"])
def test_submit_names_the_fault_of_a_file(
    live: Live, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    assert run(["submit", str(path), "--url", live.url]) == 2
    said = capsys.readouterr().err
    assert said.startswith("assay: ")
    assert said.count("\n") == 1


def test_submit_names_a_claim_that_cannot_be_checked_and_goes_on_by_force(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = ("--claim", "Eleven people died.", "--claim", "Did they die?")
    for place in ([], [str(article)]):
        assert run(["submit", *place, *claims, "--url", live.url]) == 2
        said = capsys.readouterr().err
        assert "claim 2: this is a question" in said
        assert "`force`" in said
        assert run(["submit", *place, *claims, "--force", "--url", live.url]) == 0


def test_submit_refuses_a_file_as_source(
    live: Live, article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["submit", str(article), "--url", live.url, "--source", "notes.txt"]) == 2
    assert "/sources/0" in capsys.readouterr().err


def test_submit_without_a_service_may_be_tried_again(
    article: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["submit", str(article), "--url", "http://127.0.0.1:1"]) == 1
    assert "no answer from http://127.0.0.1:1" in capsys.readouterr().err
