"""`assay reader`, run as a command line."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from claims import wiring
from claims.entailment.calibration import CalibratedJudge
from claims.ports import Question
from claims.reader.answer_file import AnswerFile
from claims.reader.labelled_claims import read_labelled_claims
from claims.reader.question import INSTRUCTION_VERSION, order_passages
from claims.reader.results import keep_result, read_results
from claims.settings import Settings
from claims.store import connect
from claims.store.embedded import EmbeddedServer
from claims.text import fold_spaces
from claims.types import NotRead, ReaderName, Reading, VerdictLabel
from claims.wiring import readers
from tests.claims.cli.running import Done, run_assay
from tests.claims.reader.test_results import RESULT
from tests.claims.readers import UNDECIDED, ScriptedReader, answer_each_side, skip
from tests.stack.chat_server import Act, say_answer, serve_chat

ALL = read_labelled_claims()
CLAIMS = ALL[:8]
C, N = VerdictLabel.CONFLICTING_EVIDENCE, VerdictLabel.NOT_ENOUGH_EVIDENCE


SHORT = (
    "8 answers are too few to measure a reader: it counts as one that was not tested until 40 "
    "claims are answered"
)


def right(question: Question) -> Reading:
    label = next(one.label for one in ALL if one.question == question)
    return answer_each_side(question, label)


def conflicting(question: Question) -> Reading:
    return answer_each_side(question, C)


def silent(question: Question) -> NotRead:
    return skip()


@pytest.fixture(autouse=True)
def undecided_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real judge takes seconds for a claim."""

    def build(settings: Settings) -> CalibratedJudge:
        return UNDECIDED

    monkeypatch.setattr(wiring, "build_judge", build)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ScriptedReader:
    """The reader that the settings name."""
    found = ScriptedReader(right)

    def build(settings: Settings, **ports: object) -> ScriptedReader:
        return found

    monkeypatch.setattr(readers, "build_reader", build)
    return found


def begin(text: str) -> str:
    """The beginning of a passage as it is shown: its spaces are single."""
    return fold_spaces(text.splitlines()[0])[:60]


def answer_request(body: dict[str, Any]) -> Act:
    """The right answer of an endpoint to the question in a request."""
    said = body["messages"][-1]["content"]
    (claim,) = (
        one
        for one in CLAIMS
        if said.count(one.question.claim) > 1
        and all(begin(passage.text) in said for passage in one.question.passages)
    )
    shown = order_passages(claim.question.passages)
    quotes = [
        (shown.index(passage) + 1, quote.quote.splitlines()[-1], str(quote.stance))
        for quote in answer_each_side(claim.question, claim.label).quotes
        for passage in shown
        if passage.page == quote.page
        and passage.span.start <= quote.span.start
        and quote.span.end <= passage.span.end
    ]
    return say_answer(claim.label, quotes)


def test_the_reader_of_the_settings_is_asked_over_http(tmp_path: Path) -> None:
    with serve_chat() as server:
        server.play(answer_request)
        settings = {"ASSAY_READER": "chat:small", "ASSAY_CHAT_URL": server.url}
        done = run_assay(
            *("reader", "test", "--claims", "8", "--data", tmp_path, "--json"), settings=settings
        )
        assert done.status == 0, done.err
        assert len(server.asked) == 8
    assert done.json["reader"] == {
        "model": "small",
        "instruction": INSTRUCTION_VERSION,
        "endpoint": server.url,
    }
    assert (done.json["read"]["right"], done.json["discarded"]) == (8, 0)
    assert done.json["tokens"] == 8 * 4020


def test_a_reader_whose_answers_are_all_discarded_is_refused(tmp_path: Path) -> None:
    with serve_chat() as server:
        server.play(say_answer("SUPPORTED", [(1, "words that no page has", "SUPPORTS")]))
        settings = {"ASSAY_READER": "chat:small", "ASSAY_CHAT_URL": server.url}
        done = run_assay(
            *("reader", "test", "--claims", "4", "--data", tmp_path), settings=settings
        )
        assert len(server.asked) == 8  # each is asked for once more
    assert done.status == 2
    assert "4 answers discarded, 0 claims without an answer" in done.out
    why = "a quotation does not stand in the passage that it names"
    assert f"4 × 2 answers broke a rule: {why}" in done.out
    assert "it was right about 0 of 4 labelled claims" in done.err


def run_test(folder: Path, *options: str) -> Done:
    return run_assay("reader", "test", "--claims", "8", "--data", folder, *options)


def test_a_test_prints_reader_judge_and_both_and_is_listed(
    tmp_path: Path, reader: ScriptedReader
) -> None:
    done = run_test(tmp_path)
    assert done.status == 0, done.err
    assert "scripted, instruction 1: 8 labelled claims" in done.out
    assert "reading: 8 of 8" in done.err
    (row,) = [line for line in done.out.splitlines() if line.split()[:1] == ["reader"]]
    assert "8 of 8 (1.00)" in row
    assert "judge alone" in done.out
    assert "both together" in done.out
    assert "12,000 tokens, 1,500 for a claim" in done.out
    assert SHORT in done.out
    assert len(reader.asked) == 8
    shown = run_assay("reader", "show", "--data", tmp_path)
    (row,) = [line for line in shown.out.splitlines() if "scripted" in line]
    assert row.split()[-1] == "unmeasured"


def test_the_list_has_a_table_for_each_address(tmp_path: Path) -> None:
    for endpoint in (None, "http://127.0.0.1:81/v1", "http://127.0.0.1:82/v1"):
        name = ReaderName("small", "1", endpoint)
        keep_result(tmp_path, replace(RESULT, reader=name, discarded=0))
    keep_result(tmp_path, RESULT)
    shown = run_assay("reader", "show", "--data", tmp_path).out.splitlines()
    headings = [line for line in shown if line.startswith("tested")]
    assert headings == [
        "tested, address not kept:",
        "tested at http://127.0.0.1:81/v1:",
        "tested at http://127.0.0.1:82/v1:",
    ]
    rows = [line.split() for line in shown if line.split()[:1] in (["small"], ["qwen"])]
    assert [(row[0], row[-1]) for row in rows] == [
        ("qwen", "yes"),
        ("small", "yes"),
        ("small", "yes"),
    ]


def test_programs_get_the_result_as_json(tmp_path: Path, reader: ScriptedReader) -> None:
    result = run_test(tmp_path, "--json").json
    assert result["reader"] == {"model": "scripted", "instruction": "1", "endpoint": None}
    assert result["read"]["right"] == 8
    assert (result["refused"], result["measured"]) == (False, None)
    shown = run_assay("reader", "show", "--json", "--data", tmp_path)
    assert json.loads(shown.out) == [result]


def test_a_reader_no_better_than_the_judge_is_refused_with_its_figures_unless_forced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        readers, "build_reader", lambda settings, **ports: ScriptedReader(conflicting)
    )
    done = run_test(tmp_path)
    assert done.status == 2
    assert (
        "the model scripted is not used as a second reader: it was right about 2 of 8 labelled "
        "claims, the judge alone about 2; use another model, none, or assay reader test --claims 8 "
        "--force" in " ".join(done.err.split())
    )
    assert "judge alone" in done.out
    assert "From now on" not in done.out
    forced = run_test(tmp_path, "--force")
    assert forced.status == 0
    shown = run_assay("reader", "show", "--data", tmp_path)
    assert "forced" in shown.out


def test_a_test_on_forty_claims_measures_and_is_not_replaced_by_a_shorter_one(
    tmp_path: Path, reader: ScriptedReader
) -> None:
    measured = run_test(tmp_path, "--claims", "40", "--json")
    assert measured.json["measured"] == {"right": 40, "of": 40}
    shown = run_assay("reader", "show", "--data", tmp_path)
    (row,) = [line for line in shown.out.splitlines() if "scripted" in line]
    assert row.split()[-1] == "yes"
    shorter = run_test(tmp_path, "--claims", "39")
    assert shorter.status == 2
    assert shorter.complaint == (
        "scripted was tested on 40 claims already: a test on 39 takes its place with --force alone"
    )
    assert len(reader.asked) == 40  # nobody was asked for it
    assert run_test(tmp_path, "--force").status == 0
    assert len(reader.asked) == 48


def test_force_uses_the_test_that_refused_the_reader_and_asks_nobody(tmp_path: Path) -> None:
    with serve_chat() as server:
        server.play(say_answer("NOT_ENOUGH_EVIDENCE"))
        settings = {"ASSAY_READER": "chat:small", "ASSAY_CHAT_URL": server.url}
        asked = ("reader", "test", "--claims", "4", "--data", tmp_path)
        refused = run_assay(*asked, settings=settings)
        requests = len(server.asked)
        forced = run_assay(*asked, "--force", settings=settings)
        assert len(server.asked) == requests
    assert (refused.status, forced.status) == (2, 0)
    said = " ".join(forced.out.split())
    assert "No claim was asked about: this is the result of the last test." in said
    assert "From now on small counts like a poor reader: it raises no confidence above .75" in said
    assert "To undo it, run assay reader test --claims 4 without --force" in said


def test_force_on_a_result_without_an_address_uses_it_at_the_address_of_the_settings_alone(
    tmp_path: Path,
) -> None:
    name = ReaderName("small", INSTRUCTION_VERSION)
    keep_result(tmp_path, replace(RESULT, reader=name, read=RESULT.judged, claims=100))
    with serve_chat() as server:
        settings = {"ASSAY_READER": "chat:small", "ASSAY_CHAT_URL": server.url}
        asked = ("reader", "test", "--claims", "100", "--data", tmp_path)
        assert run_assay(*asked, "--force", settings=settings).status == 0
        assert server.asked == []
    here = replace(name, endpoint=server.url)
    (forced,) = read_results(tmp_path)
    assert (forced.reader, forced.forced) == (here, True)


def test_tokens_of_a_test_count_for_the_day_and_the_budget_of_the_service(
    tmp_path: Path,
) -> None:
    with serve_chat() as server, EmbeddedServer(tmp_path) as service:
        server.play(answer_request)
        settings = {
            "ASSAY_READER": "chat:small",
            "ASSAY_CHAT_URL": server.url,
            "ASSAY_READER_TOKENS_PER_DAY": str(6 * 4020),
        }
        asked = ("reader", "test", "--data", tmp_path, "--claims")
        done = run_assay(*asked, "4", settings=settings)
        with closing(connect(service.url)) as store:
            assert store.readings.read_usage(1).days[0].tokens == 4 * 4020
        assert "The tokens count for the day of the service." in done.out
        beyond = run_assay(*asked, "5", settings=settings)
        assert len(server.asked) == 6
    assert beyond.status == 1
    assert "(ASSAY_READER_TOKENS_PER_DAY) after 2 of 5 claims" in " ".join(beyond.err.split())


def test_tokens_of_a_test_without_a_service_count_in_the_data_folder(tmp_path: Path) -> None:
    with serve_chat() as server:
        server.play(answer_request)
        settings = {
            "ASSAY_READER": "chat:small",
            "ASSAY_CHAT_URL": server.url,
            "ASSAY_READER_TOKENS_PER_DAY": "1000000",
        }
        done = run_assay(
            *("reader", "test", "--data", tmp_path, "--claims", "4"), settings=settings
        )
    said = " ".join(done.out.split())
    assert "No service runs: the tokens count for the day in" in said
    assert not AnswerFile(tmp_path, tokens_per_day=4 * 4020).allows()
    assert AnswerFile(tmp_path, tokens_per_day=4 * 4020 + 1).allows()


def test_an_endpoint_that_does_not_answer_ends_the_test_and_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "build_reader", lambda settings, **ports: ScriptedReader(silent))
    done = run_test(tmp_path)
    assert done.status == 1
    assert "scripted does not answer: no answer within 60 s" in done.err
    assert "has been tested yet" in run_assay("reader", "show", "--data", tmp_path).out


def test_without_a_reader_the_setting_is_named(tmp_path: Path) -> None:
    done = run_test(tmp_path)
    assert (done.status, done.complaint) == (
        2,
        "no second reader is set: ASSAY_READER=chat:MODEL names one",
    )


def test_a_number_of_claims_that_do_not_ship_is_refused(tmp_path: Path) -> None:
    done = run_assay("reader", "test", "--claims", "121", "--data", tmp_path)
    assert done.status == 2
    assert "4<=x<=120" in done.complaint
