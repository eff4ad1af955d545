"""`assay get`, `list` and `export`, and completion, against a running service."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from claims.cli.output import format_json
from claims.errors import StoreUnavailable
from claims.report.export_table import write_reader
from claims.shapes import from_json
from claims.types import (
    ArticleId,
    ClaimId,
    ClaimRecord,
    ErrorRecord,
    HistoryEntry,
    NotRead,
    Queue,
    Reading,
    Unread,
    VerdictLabel,
)
from service.cli import export, history, results, run
from service.client import Client
from tests.claims import samples
from tests.service.cli.commands import ASSAY, TEXT, Capture, finish, ids_of, out_of, read_json_lines
from tests.service.live import Live, get_text
from tests.service.work import extract_article, judge_claim


def test_get_prints_a_claim_as_check_does_and_as_the_service_gives_it(
    live: Live, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    printed = out_of(["get", claims[0]], capsys)
    assert "deciding: Eleven people died." in printed
    assert "1 claim: 1 supported" in printed
    assert run(["get", claims[0], "--json"]) == 0
    shape = json.loads(get_text(live, f"/v1/claims/{claims[0]}"))
    assert capsys.readouterr().out.encode() == format_json(shape)


def test_get_prints_an_article_in_every_state(
    live: Live, article: ArticleId, capsys: Capture
) -> None:
    assert out_of(["get", article], capsys) == f"{article}: Waiting\n"
    extract_article(live.store, article, TEXT)
    printed = out_of(["get", article], capsys)
    assert "1 claim: 1 without a verdict" in printed
    assert "opinion  What a fine place it is!" in printed
    assert json.loads(out_of(["get", article, "--json"], capsys))["status"] == "extracted"


def test_get_says_why_an_article_could_not_be_read(
    live: Live, client: Client, capsys: Capture
) -> None:
    article_id = client.submit_article({"url": "https://a.example/gone"})
    lease = live.store.take(Queue.FETCH, worker="test", ttl_s=60)
    assert lease is not None
    live.store.give_up(lease, ErrorRecord("http-404", "the server answered 404"))
    assert "the server answered 404" in out_of(["get", article_id], capsys)
    assert run(["get", article_id, "--wait"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "the server answered 404" in printed.err


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
def test_an_invalid_id_is_refused_in_one_line(given: str, capsys: Capture) -> None:
    for command in ("get", "watch", "history", "recheck", "cancel", "correct"):
        more = ["It rained."] if command == "correct" else []
        assert run([command, "--", given, *more]) == 2
        said = capsys.readouterr().err
        assert "no id" in said and said.count("\n") == 1 and "\x1b" not in said


def test_the_id_of_an_article_is_refused_where_a_claim_is_needed(capsys: Capture) -> None:
    assert run(["history", "a_1"]) == 2
    assert run(["correct", "a_1", "It rained."]) == 2
    assert capsys.readouterr().err.count("a_1 is an article") == 2


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
    printed = out_of(["list", "claims"], capsys)
    assert [claim_id for claim_id in claims if claim_id not in printed] == [], printed
    assert "refuted" in printed and "waiting" in printed and "City, Sport" in printed
    printed = out_of(["list", "articles"], capsys)
    assert article in printed and "1 supported" in printed and "done" in printed
    assert out_of(["list", "articles", "--status", "failed"], capsys) == "nothing matches\n"


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
    decided = ["accept", "--by", "Anna"]
    assert out_of(["review", claims[0], *decided], capsys) == "Signed off: supported\n"
    assert run(["export", "--sort", "oldest"]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert [row["id"] for row in rows] == list(claims)
    assert [row["claim"] for row in rows][:2] == ["Eleven people died.", "'=SUM(1) people died."]
    assert [row["label"] for row in rows] == ["SUPPORTED", "REFUTED", ""]
    assert [row["strength"] for row in rows] == ["probable", "probable", ""]
    assert {row["reader"] for row in rows} == {""}
    reviewed = [(row["review"], row["review_label"], row["review_by"]) for row in rows]
    assert reviewed == [("signed", "SUPPORTED", "Anna"), ("open", "", ""), ("open", "", "")]
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
    (row,) = csv.DictReader(io.StringIO(out_of(["export"], capsys), newline=""))
    assert "; =" not in row["claim"]
    assert row["claim"].replace(";' =", "; =") == text
    assert (row["claimant"], row["claimed_at"]) == ("The mayor", "2026-01-04")
    assert row["explanation"] == record.verdict.explanation
    assert row["quotations"].splitlines() == [f"{one.stance}: {one.quote}" for one in evidence]
    assert row["addresses"].splitlines() == [one.page.url for one in evidence]
    assert row["sources"].splitlines() == sources
    (line,) = read_json_lines(out_of(["export", "--format", "jsonl"], capsys))
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
    assert f"superseded by {new}" in " ".join(out_of(["list", *asked, "only"], capsys).split())
    printed = out_of(["get", old], capsys)
    assert "superseded by" in printed and "1 claim: 1 superseded" in printed
    assert run(["export", "--label", "SUPPORTED"]) == 0
    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == []
    (row,) = csv.DictReader(io.StringIO(out_of(["export", "--superseded", "only"], capsys)))
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
    assert write_reader(verdict) == cell


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
    assert process.stdout.readline().startswith("id,draft,claim")
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert "Traceback" not in said and "Error" not in said


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
        *("reader", "recheck", "record", "repair", "replay", "restore", "retry", "review"),
    ]
    assert complete("assay list ", 2) == ["articles", "claims", "queue"]
    assert complete("assay list claims --so", 3) == ["--sort"]
    assert complete("assay list claims --label SUP", 4) == ["supported"]


def test_history_names_the_pages_of_which_an_archived_copy_is_evidence() -> None:
    entry = HistoryEntry(
        check=1, checked_at=samples.NOON, label=VerdictLabel.SUPPORTED, support=0.9, changed=False,
        scored=True, archived=("https://a.example/one",),
    )  # fmt: skip
    said = "could not be read, an archived copy is evidence: https://a.example/one"
    assert list(history._list_changes(entry)) == [said]
