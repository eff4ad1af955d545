"""`assay get`, `list`, `export`, `watch`, `history`, `recheck`, `cancel`, `delete`, `correct` and
`change`, against a running service."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from claims.cli.output import format_json
from claims.errors import Gone, StoreUnavailable
from claims.shapes import from_json
from claims.store.redis_store import RedisStore
from claims.types import (
    ArticleId,
    ClaimId,
    ClaimRecord,
    ErrorRecord,
    NotRead,
    Queue,
    Reading,
    Unread,
    VerdictLabel,
)
from service.cli import export, results, run
from service.client import Client
from tests.claims import samples
from tests.service.live import Live, get_text, run_service_and_store
from tests.service.work import extract_article, judge_claim

Capture = pytest.CaptureFixture[str]
TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!"
ASSAY = [sys.executable, "-c", "from service.cli import main; main()"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live")) as service:
        yield service


@pytest.fixture
def live(service: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    service.store.connection.command("FLUSHALL")
    monkeypatch.setenv("ASSAY_URL", service.url)
    return service


@pytest.fixture
def client(live: Live) -> Client:
    return Client(live.url)


@pytest.fixture
def claims(client: Client, live: Live) -> tuple[ClaimId, ...]:
    """A supported, a refuted and a queued claim, newest last."""
    supported, refuted, queued = (
        client.submit_claim({"text": text, "tags": tags, "claimant": "The mayor"})
        for text, tags in (
            ("Eleven people died.", ["City", "Sport"]),
            ("=SUM(1) people died.", ["City"]),
            ("The library opened in 1987.", []),
        )
    )
    judge_claim(live.store, supported)
    judge_claim(live.store, refuted, label=VerdictLabel.REFUTED)
    return supported, refuted, queued


@pytest.fixture
def article(client: Client) -> ArticleId:
    return client.submit_article({"text": TEXT, "tags": ["City"]})


def read_json_lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


# --- get ---------------------------------------------------------------------------------------


def test_get_prints_a_claim_as_check_does_and_as_the_service_gives_it(
    live: Live, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["get", claims[0]]) == 0
    printed = capsys.readouterr().out
    assert "deciding: Eleven people died." in printed
    assert "1 claim: 1 supported" in printed
    assert run(["get", claims[0], "--json"]) == 0
    shape = json.loads(get_text(live, f"/v1/claims/{claims[0]}"))
    assert capsys.readouterr().out.encode() == format_json(shape)


def test_get_prints_an_article_in_every_state(
    live: Live, article: ArticleId, capsys: Capture
) -> None:
    assert run(["get", article]) == 0
    assert capsys.readouterr().out == f"{article}: Waiting\n"
    extract_article(live.store, article, TEXT)
    assert run(["get", article]) == 0
    printed = capsys.readouterr().out
    assert "1 claim: 1 without a verdict" in printed
    assert "opinion  What a fine place it is!" in printed
    assert run(["get", article, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "extracted"


def test_get_says_why_an_article_could_not_be_read(
    live: Live, client: Client, capsys: Capture
) -> None:
    article_id = client.submit_article({"url": "https://a.example/gone"})
    lease = live.store.take(Queue.FETCH, worker="test", ttl_s=60)
    assert lease is not None
    live.store.give_up(lease, ErrorRecord("http-404", "the server answered 404"))
    assert run(["get", article_id]) == 0
    assert "the server answered 404" in capsys.readouterr().out
    assert run(["get", article_id, "--wait"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "the server answered 404" in printed.err


def finish(store: RedisStore, article_id: str, claim_id: str) -> None:
    """Do the work of an article and of a claim, after a moment."""
    time.sleep(0.5)
    extract_article(store, article_id, TEXT)
    (claim,) = store.get_article(ArticleId(article_id)).record.claims
    judge_claim(store, claim.id)
    judge_claim(store, claim_id)


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_get_waits_until_all_is_judged(
    live: Live,
    claims: tuple[ClaimId, ...],
    article: ArticleId,
    options: list[str],
    capsys: Capture,
) -> None:
    worker = threading.Thread(target=finish, args=(live.store, article, claims[2]))
    worker.start()
    assert run(["get", article, "--wait", *options]) == 0
    assert run(["get", claims[2], "--wait", *options]) == 0
    worker.join()
    printed = capsys.readouterr()
    assert "queued: 0 of 0 claims judged" in printed.err
    assert "done: 1 of 1 claims judged" in printed.err
    assert "Judged" in printed.err
    assert printed.out.count('"SUPPORTED"' if options else "1 supported") >= 2


def test_get_says_that_its_patience_is_over(
    claims: tuple[ClaimId, ...], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(results, "PATIENCE_S", 0)
    assert run(["get", claims[2], "--wait"]) == 1
    printed = capsys.readouterr()
    assert f"{claims[2]} is not finished after 0 minutes" in printed.err
    assert "queued" in printed.out


@pytest.mark.parametrize("given", ["x", "c_", "../v1/keys", "c_1\x1b[2J", ""])
def test_what_is_no_id_is_refused_in_one_line(given: str, capsys: Capture) -> None:
    for command in ("get", "watch", "history", "recheck", "cancel", "correct"):
        more = ["It rained."] if command == "correct" else []
        assert run([command, "--", given, *more]) == 2
        said = capsys.readouterr().err
        assert "no id" in said and said.count("\n") == 1 and "\x1b" not in said


def test_the_id_of_an_article_is_refused_where_a_claim_is_needed(capsys: Capture) -> None:
    assert run(["history", "a_1"]) == 2
    assert run(["correct", "a_1", "It rained."]) == 2
    assert capsys.readouterr().err.count("a_1 is an article") == 2


# --- list, export ------------------------------------------------------------------------------


def ids_of(arguments: list[str], capsys: Capture) -> list[str]:
    assert run(["list", *arguments, "--json"]) == 0
    return [row["id"] for row in read_json_lines(capsys.readouterr().out)]


def test_lists_are_filtered_sorted_and_cut(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    supported, refuted, queued = claims
    extract_article(live.store, article, TEXT)
    (read,) = live.store.get_article(article).record.claims
    assert ids_of(["claims"], capsys) == [read.id, queued, refuted, supported]
    cases = [
        (["--label", "supported", "--label", "REFUTED"], [refuted, supported]),
        (["--status", "queued"], [read.id, queued]),
        (["--article", article], [read.id]),
        (["--claimant", "the mayor", "--sort", "oldest", "--limit", "2"], [supported, refuted]),
        (["--tag", "sport"], [supported]),
        (["--site", "a.example"], [refuted, supported]),
        (["-q", "library 1987"], [read.id, queued]),
        (["--since", "2999-01-01T00:00:00Z"], []),
        (["--until", "2000-01-01T00:00:00Z"], []),
        (["--sort", "checked"], [refuted, supported]),
    ]
    for options, expected in cases:
        assert sorted(ids_of(["claims", *options], capsys)) == sorted(expected), options
    assert ids_of(["articles", "--tag", "City", "--status", "extracted"], capsys) == [article]
    assert ids_of(["articles", "--status", "done"], capsys) == []


def test_lists_are_tables_on_request_of_people(
    live: Live,
    claims: tuple[ClaimId, ...],
    article: ArticleId,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    extract_article(live.store, article, TEXT)
    (read,) = live.store.get_article(article).record.claims
    judge_claim(live.store, read.id)
    assert run(["list", "claims"]) == 0
    printed = capsys.readouterr().out
    assert [claim_id for claim_id in claims if claim_id not in printed] == [], printed
    assert "refuted" in printed and "waiting" in printed and "City, Sport" in printed
    assert run(["list", "articles"]) == 0
    printed = capsys.readouterr().out
    assert article in printed and "1 supported" in printed and "done" in printed
    assert run(["list", "articles", "--status", "failed"]) == 0
    assert capsys.readouterr().out == "nothing matches\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "since: "),
        (["--label", "TRUE"], "--label"),
        (["--limit", "0"], "--limit"),
        (["--min-confidence", "2"], "--min-confidence"),
        (["--article", "c_1"], "article: "),
        (["-q", "?"], "no word to search for"),
    ],
)
def test_a_wrong_filter_is_named_in_one_line(
    live: Live, options: list[str], said: str, capsys: Capture
) -> None:
    assert run(["list", "claims", *options]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and printed.err.count("\n") == 1 and printed.out == ""


def test_export_writes_csv_that_no_spreadsheet_runs(
    claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["export", "--sort", "oldest"]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert [row["id"] for row in rows] == list(claims)
    assert [row["claim"] for row in rows][:2] == ["Eleven people died.", "'=SUM(1) people died."]
    assert [row["label"] for row in rows] == ["SUPPORTED", "REFUTED", ""]
    assert [row["strength"] for row in rows] == ["probable", "probable", ""]
    assert {row["reader"] for row in rows} == {""}
    assert rows[0]["tags"] == "City;Sport"
    assert printed.err == "3 claims exported\n"


def test_export_has_every_text_in_full_with_its_evidence(
    client: Client, live: Live, capsys: Capture
) -> None:
    text = "\n".join(["It rained in Norrbeck; =and in Solna."] * 25)
    sources = ["https://a.example/one", "https://b.example/two"]
    claim = client.submit_claim(
        {"text": text, "claimant": "The mayor", "claimed_at": "2026-01-04", "sources": sources}
    )
    judge_claim(live.store, claim)
    record = client.get_claim(claim)
    assert record.verdict is not None
    evidence = record.verdict.evidence
    assert evidence
    assert run(["export"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
    assert "; =" not in row["claim"]
    assert row["claim"].replace(";' =", "; =") == text
    assert (row["claimant"], row["claimed_at"]) == ("The mayor", "2026-01-04")
    assert row["explanation"] == record.verdict.explanation
    assert row["quotations"].splitlines() == [f"{one.stance}: {one.quote}" for one in evidence]
    assert row["addresses"].splitlines() == [one.page.url for one in evidence]
    assert row["sources"].splitlines() == sources
    assert run(["export", "--format", "jsonl"]) == 0
    (line,) = read_json_lines(capsys.readouterr().out)
    of_article = {name: line.pop(name) for name in ("article_title", "article_tags")}
    assert of_article == {"article_title": None, "article_tags": []}
    assert from_json(ClaimRecord, line) == record


def test_superseded_claims_are_marked_and_left_out_unless_asked_for(
    client: Client,
    claims: tuple[ClaimId, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    old = claims[0]
    new = client.correct_claim(old, {"text": "Twelve people died."})
    assert ids_of(["claims", "--label", "SUPPORTED"], capsys) == []
    asked = ["claims", "--label", "SUPPORTED", "--superseded"]
    assert ids_of([*asked, "include"], capsys) == [old]
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["list", *asked, "only"]) == 0
    assert f"superseded by {new}" in " ".join(capsys.readouterr().out.split())
    assert run(["get", old]) == 0
    printed = capsys.readouterr().out
    assert "superseded by" in printed and "1 claim: 1 superseded" in printed
    assert run(["export", "--label", "SUPPORTED"]) == 0
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == []
    assert run(["export", "--superseded", "only"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["id"], row["corrected_by"]) == (old, new)


@pytest.mark.parametrize(
    ("reader", "cell"),
    [
        (NotRead(skipped=Unread.BUDGET, detail="spent"), "budget"),
        (None, ""),
        (
            Reading(
                model="=model",
                instruction="1",
                label=VerdictLabel.REFUTED,
                quotes=(),
                reason="",
                missing="",
                tokens=1,
            ),
            "=model: REFUTED",
        ),
    ],
)
def test_the_export_names_the_second_reader(reader: Reading | NotRead | None, cell: str) -> None:
    verdict = replace(samples.verdict(), reader=reader)
    assert export._write_reader(verdict) == cell


def test_export_reads_all_pages_into_a_file_or_leaves_none(
    claims: tuple[ClaimId, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.setattr("service.client.transport.LISTED_AT_ONCE", 1)
    monkeypatch.setattr(export, "SECONDS_BETWEEN_LINES", 0)
    output = tmp_path / "claims.jsonl"
    assert run(["export", "--format", "jsonl", "--output", str(output)]) == 0
    exported = read_json_lines(output.read_text("utf-8"))
    assert [row["id"] for row in exported] == list(reversed(claims))
    assert exported[1]["text"] == "=SUM(1) people died."
    assert "2 claims so far" in capsys.readouterr().err

    iterate, broken = Client.export_claims, tmp_path / "broken.csv"

    def break_off(self: Client, **filters: Any) -> Iterator[object]:
        yield next(iterate(self, **filters))
        raise StoreUnavailable("the store does not answer")

    monkeypatch.setattr(Client, "export_claims", break_off)
    assert run(["export", "--output", str(broken)]) == 1
    assert not broken.exists()
    assert run(["export", "--output", str(tmp_path)]) == 2


def test_a_reader_that_leaves_early_ends_a_list_without_a_complaint(
    live: Live, client: Client
) -> None:
    client.submit_claims([{"text": "It rained. " * 80} for _ in range(300)])
    process = subprocess.Popen(
        [*ASSAY, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline().startswith("id,claim")
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in said and "Error" not in said


# --- watch, history ----------------------------------------------------------------------------


def test_watch_writes_a_line_for_each_step_of_a_submission(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    worker = threading.Thread(target=finish, args=(live.store, article, claims[2]))
    worker.start()
    assert run(["watch", article]) == 0
    worker.join()
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].endswith(": probably supported, 70 %: The library of Norrbeck opened in 1987.")
    assert run(["watch", claims[2], "--json"]) == 0
    (shape,) = read_json_lines(capsys.readouterr().out)
    assert (shape["id"], shape["verdict"]["label"]) == (claims[2], "SUPPORTED")


def test_watch_gives_all_changes_that_match_and_ends(
    claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["watch", "--since", "all", "--once"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [claims[0] in lines[0], claims[1] in lines[1], len(lines)] == [True, True, 2]
    assert lines[0].endswith(": Probably supported (confidence 70 %). Eleven people died.")
    assert run(["watch", "--since", "all", "--once", "--label", "refuted", "--json"]) == 0
    (event,) = read_json_lines(capsys.readouterr().out)
    assert (event["type"], event["claim_id"]) == ("verdict.created", claims[1])
    for filters in (["--type", "claim.failed"], ["--claim", claims[2]], ["--tag", "none"]):
        assert run(["watch", "--since", "all", "--once", *filters]) == 0
    assert run(["watch", "--since", event["id"], "--once"]) == 0
    assert run(["watch", "--once"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["watch", claims[0], "--once"]) == 2
    assert "leave out" in capsys.readouterr().err


def test_ctrl_c_ends_watching_quietly(live: Live, client: Client) -> None:
    process = subprocess.Popen(
        [*ASSAY, "watch", "--since", "all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    claim_id = client.submit_claim({"text": "Eleven people died."})
    judge_claim(live.store, claim_id)
    assert claim_id in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out, said.strip()) == (130, "", "")


def watch_on_a_terminal(arguments: list[str], until: str, *, interrupt: bool) -> tuple[str, int]:
    """Run the command on a terminal until it has shown a text; what it showed, and its status."""
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "140", "LINES": "40"}
    process = subprocess.Popen(
        [*ASSAY, *arguments], stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    shown, give_up_at = b"", time.monotonic() + 60
    while time.monotonic() < give_up_at:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # the command has ended
                break
        if interrupt and until.encode() in shown:
            process.send_signal(signal.SIGINT)
            interrupt = False
    status = process.wait(30)
    os.close(leader)
    return shown.decode(), status


def test_a_terminal_shows_a_table_of_a_submission_and_then_its_result(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId
) -> None:
    worker = threading.Thread(target=finish, args=(live.store, article, claims[2]))
    worker.start()
    shown, status = watch_on_a_terminal(["watch", article], "", interrupt=False)
    worker.join()
    assert status == 0
    assert "1 claim: 1 supported" in shown
    assert "\x1b[?25h" in shown  # the cursor is visible again
    assert "deciding: " in shown and "https://a.example/one" in shown


def test_a_terminal_shows_a_table_of_changes_until_ctrl_c(claims: tuple[ClaimId, ...]) -> None:
    shown, status = watch_on_a_terminal(["watch", "--since", "all"], claims[1], interrupt=True)
    assert status == 130
    assert "what happened" in shown and claims[1] in shown and "Probably refuted" in shown
    assert "\x1b[?25h" in shown and "Traceback" not in shown


def test_history_lists_all_checks(
    live: Live, client: Client, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    client.recheck(claims[0])
    judge_claim(live.store, claims[0], check=2, label=VerdictLabel.REFUTED)
    assert run(["history", claims[0]]) == 0
    printed = capsys.readouterr().out
    assert "1       2025-09-04 12:00   supported" in printed
    assert "2       2025-09-04 12:00   refuted" in printed
    assert run(["history", claims[0], "--json"]) == 0
    assert [entry["check"] for entry in json.loads(capsys.readouterr().out)] == [1, 2]
    assert run(["history", claims[2]]) == 0
    assert capsys.readouterr().out == "no check has ended yet\n"


# --- recheck, cancel, delete, correct ----------------------------------------------------------


def test_checks_are_requested_and_ended(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    extract_article(live.store, article, TEXT)
    assert run(["recheck", claims[0], article]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{claims[0]}: check 2 will follow",
        f"{article}: 1 claim will be checked",
    ]
    assert run(["cancel", claims[0], claims[1], article, "--json"]) == 0
    shapes = read_json_lines(capsys.readouterr().out)
    assert [(shape["id"], shape["cancelled"]) for shape in shapes] == [
        (claims[0], 1),
        (claims[1], 0),
        (article, 1),
    ]
    assert run(["recheck", article, "--json"]) == 0
    (shape,) = read_json_lines(capsys.readouterr().out)
    assert list(shape["checks"].values()) == [2]


def test_filters_that_no_claim_fits_are_said_to_fit_none(
    claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["recheck", "--tag", "nowhere"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "no claim that could be checked fits the filters\n")


def test_an_id_that_fails_does_not_stop_the_others(
    claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    assert run(["recheck", "c_none", article, claims[0]]) == 2
    printed = capsys.readouterr()
    assert printed.out == f"{claims[0]}: check 2 will follow\n"
    assert [line.split(": ")[1] for line in printed.err.splitlines()] == ["c_none", article]


def test_nothing_is_changed_if_one_of_the_ids_is_none(
    live: Live, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["delete", claims[0], "notes.txt", "--yes"]) == 2
    assert "notes.txt: no id" in capsys.readouterr().err
    assert live.store.get_claim(claims[0])


def test_a_service_that_goes_away_ends_the_command(
    live: Live, claims: tuple[ClaimId, ...], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    cancel_claim = Client.cancel_claim

    def break_off(self: Client, claim_id: ClaimId) -> int:
        if claim_id == claims[1]:
            raise StoreUnavailable("the store does not answer")
        return cancel_claim(self, claim_id)

    monkeypatch.setattr(Client, "cancel_claim", break_off)
    assert run(["cancel", *claims]) == 1
    printed = capsys.readouterr()
    assert f"{claims[1]}: the store does not answer" in printed.err
    assert printed.out == f"{claims[0]}: 0 checks ended\n"


def test_delete_asks_on_a_terminal_and_needs_yes_elsewhere(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    extract_article(live.store, article, TEXT)
    assert run(["delete", claims[0]]) == 2
    assert "give --yes" in capsys.readouterr().err
    for answer, status in (("n", 130), ("y", 0)):
        shown = answer_on_a_terminal(["delete", claims[0], article], answer)
        assert f"{claims[0]}: Eleven people died." in shown[0]
        assert "(1 claim)" in shown[0] and "for good? [y/N]" in shown[0]
        assert shown[1] == status
        assert ("deleted" in shown[0].splitlines()[-1]) is (status == 0)
    with pytest.raises(Gone):
        live.store.get_claim(claims[0])
    assert run(["delete", claims[0], claims[1], "--yes", "--json"]) == 0
    assert all(shape["deleted"] for shape in read_json_lines(capsys.readouterr().out))
    assert run(["get", claims[1]]) == 2
    assert f"Claim {claims[1]} was deleted on" in capsys.readouterr().err


def answer_on_a_terminal(arguments: list[str], answer: str) -> tuple[str, int]:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*ASSAY, *arguments], stdin=follower, stdout=follower, stderr=follower
    )
    os.close(follower)
    shown = ""
    try:
        while piece := os.read(leader, 65536):
            shown += piece.decode()
            if "[y/N]" in shown and answer:
                os.write(leader, f"{answer}\n".encode())
                answer = ""
    except OSError:  # the command has ended
        pass
    os.close(leader)
    return shown.strip(), process.wait(30)


def test_a_corrected_wording_is_a_new_claim(
    live: Live, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["correct", claims[0], "Twelve people died."]) == 0
    new_id = ClaimId(capsys.readouterr().out.strip())
    new = live.store.get_claim(new_id).record
    assert (new.text, new.corrects, new.tags) == (
        "Twelve people died.",
        claims[0],
        ("City", "Sport"),
    )
    assert run(["correct", claims[0], "Ten people died.", "--json"]) == 2
    assert new_id in capsys.readouterr().err
    assert run(["correct", claims[1], "Ten people died.", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["corrects"] == claims[1]
    assert run(["recheck", claims[0]]) == 2


def test_sources_are_changed_and_printed(
    client: Client, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    a, b = "https://a.example/one", "https://b.example/two"
    assert run(["change", claims[0], "--add-source", a, "--add-source", b]) == 0
    assert capsys.readouterr().out.splitlines() == [a, b]
    assert run(["change", claims[0], "--remove-source", a, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": claims[0], "sources": [b]}
    assert client.get_claim(claims[0]).sources == (b,)
    assert run(["change", claims[0]]) == 2
    assert "--add-source" in capsys.readouterr().err


def test_sources_of_an_article_are_changed_for_all_its_claims(
    client: Client, live: Live, article: ArticleId, capsys: Capture
) -> None:
    extract_article(live.store, article, TEXT)
    assert run(["change", article, "--add-source", "https://a.example/one"]) == 0
    assert capsys.readouterr().out.splitlines() == ["https://a.example/one"]
    assert client.get_article(article).claims[0].sources == ("https://a.example/one",)


def test_submit_says_what_was_submitted_before(
    claims: tuple[ClaimId, ...], tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "claims.csv"
    file.write_text("claim,claimant\nEleven people died.,The mayor\nIt snowed.,\n")
    assert run(["submit", "--claims-from", str(file)]) == 0
    printed = capsys.readouterr()
    again, other = printed.out.split()
    assert f"{again} repeats {claims[0]}" in printed.err
    assert other not in printed.err
    assert run(["submit", "--claim", "It snowed."]) == 0
    assert f"repeats {other}" in capsys.readouterr().err
    text = tmp_path / "article.txt"
    text.write_text(TEXT)
    for expected in (False, True):
        assert run(["submit", str(text)]) == 0
        assert ("repeats a_" in capsys.readouterr().err) is expected


def test_completion_offers_commands_and_options_without_importing_commands() -> None:
    def complete(words: str, count: int) -> list[str]:
        environment = os.environ | {
            "_ASSAY_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(count),
        }
        done = subprocess.run(
            ASSAY, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete("assay re", 1) == [
        *("reader", "recheck", "repair", "replay", "restore", "retry"),
    ]
    assert complete("assay list ", 2) == ["articles", "claims"]
    assert complete("assay list claims --so", 3) == ["--sort"]
    assert complete("assay list claims --label SUP", 4) == ["supported"]
