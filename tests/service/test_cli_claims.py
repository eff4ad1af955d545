"""`assay submit --claims-from`: files of claims, what is wrong with them, and repeated runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.errors import StoreUnavailable
from claims.types import ClaimId, Priority
from service.cli import results, run, submit
from service.client import Client
from tests.service.live import Live
from tests.service.work import judge_claim


def submit_file(live: Live, path: Path, *options: str) -> int:
    return run(["submit", "--claims-from", str(path), "--url", live.url, *options])


def listed(live: Live) -> list[str]:
    return [entry.title for entry in live.store.list_claims(limit=200).items]


def write(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


CSV = """claim,claimant,claimed_at,context,sources,tags
Eleven people died.,The mayor,2025-09-04,"A ferry sank,
near Kelm.",https://a.example/ shelf:press/a.txt,City; Sport ;
Twelve people died.,,,,,
"""


def test_a_csv_file_is_submitted_with_all_its_columns(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = (
        *("--source", "https://b.example/", "--tag", "Desk"),
        *("--priority", "bulk", "--dated", "2025-01-01"),
    )
    assert submit_file(live, write(tmp_path, "c.csv", "\ufeff" + CSV), *options) == 0
    printed = capsys.readouterr()
    first, second = (live.store.get_claim(ClaimId(line)) for line in printed.out.split())
    assert "2 of 2 claims accepted" in printed.err
    assert (first.record.text, first.record.claimant) == ("Eleven people died.", "The mayor")
    assert (str(first.record.claimed_at), first.context) == (
        "2025-09-04",
        "A ferry sank,\nnear Kelm.",
    )
    own = ("https://a.example/", "shelf:press/a.txt")
    assert first.options.sources == (*own, "https://b.example/")
    assert str(second.record.claimed_at) == "2025-01-01"
    assert second.options.sources == ("https://b.example/",)
    assert first.record.tags == ("City", "Sport", "Desk")
    assert second.record.tags == ("Desk",)
    assert {first.options.priority, second.options.priority} == {Priority.BULK}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.csv", "text;claimant\nEleven died.;The mayor\n\n"),
        ("c.csv", "Claimant\tTEXT\r\nThe mayor\tEleven died.\r\n"),
        ("c.jsonl", '{"text": "Eleven died.", "claimant": "The mayor"}\n\n'),
        ("c.ndjson", '{"claim": "Eleven died.", "claimant": "The mayor", "sources": []}'),
    ],
    ids=range(4),
)
def test_other_forms_of_a_file_are_read(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    assert submit_file(live, write(tmp_path, name, text), "--json") == 0
    (shape,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (shape["text"], shape["line"]) == (
        "Eleven died.",
        2 if name == "c.csv" else 1,
    )
    assert live.store.get_claim(ClaimId(shape["id"])).record.claimant == "The mayor"


def test_tags_of_json_lines_are_a_list_or_a_text(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        {"text": "a", "tags": ["City; Sport"]},
        {"text": "b", "tags": "City, Sport; Desk"},
        {"text": "c"},
    )
    path = write(tmp_path, "c.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert submit_file(live, path) == 0
    tags = [live.store.get_claim(ClaimId(i)).record.tags for i in capsys.readouterr().out.split()]
    assert tags == [("City; Sport",), ("City", "Sport", "Desk"), ()]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("c.csv", "", "the first line must name the columns"),
        ("c.csv", "claim\n", "no claims in it"),
        ("c.csv", "claim,colour\na,red\n", "it names claim, colour"),
        ("c.csv", "claimant\nThe mayor\n", "one of them claim or text"),
        ("c.csv", "claim\nIt rained.\n  \n\n" + "a" * 1001 + "\n", "line 5: text: "),
        ("c.csv", "claim,claimant\nIt rained.,\n,The mayor\n", "line 3: text: the claim is empty"),
        ("c.csv", 'claim,claimed_at\n"It\nrained.",\nb,yesterday\n', "line 4: claimed_at: "),
        ("c.csv", "claim\nIt rained.,x\n", "line 2: it has 2 cells, the header 1"),
        ("c.csv", 'claim\n"It rained.\n', "not CSV"),
        ("c.csv", "claim,sources\na,notes.txt\n", "line 2: "),
        ("c.csv", "claim,priority\na,urgent\n", "line 2: priority: 'urgent' is not one of normal"),
        (
            "c.jsonl",
            '{"text": "a"}\n{"text": \n["a"]\n',
            "line 2: not a JSON object; line 3: not a",
        ),
        ("c.jsonl", '{"text": 5}\n', "line 1: text must be text"),
        ("c.jsonl", '{"text": "a", "colour": "red"}\n', "line 1: there is no field 'colour'"),
        ("c.jsonl", '{"text": "a", "sources": [5]}\n', "line 1: sources must be addresses"),
        ("c.csv", f"claim,tags\na,{'b' * 51}\n", "line 2: a tag is too long: 51 characters"),
        ("c.csv", f"claim,tags\na,{'b;' * 21}\n", "line 2: too many tags: 21, maximum 20"),
        ("c.jsonl", '{"text": "a", "tags": [5]}\n', "line 1: a tag must be text"),
        ("c.jsonl", '{"text": "a", "tags": {"a": 1}}\n', "line 1: tags must be a list"),
        ("c.jsonl", '{"text": "a", "sources": 5}\n', "line 1: sources must be a list"),
        ("c.jsonl", '{"text": "a", "every": "P1M"}\n', "line 1: every: "),
        ("c.jsonl", "\n" * 3 + '{"text": ""}\n' * 9, "line 8: text: the claim is empty"),
    ],
    ids=range(22),
)
def test_a_wrong_row_is_named_by_its_line_and_nothing_is_submitted(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, said: str
) -> None:
    assert submit_file(live, write(tmp_path, name, text)) == 2
    line = capsys.readouterr().err
    assert said in line
    assert line.count("\n") == 1
    assert listed(live) == []


def test_only_the_first_wrong_rows_are_listed(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "c.jsonl", '{"text": ""}\n' * 9)
    assert submit_file(live, path) == 2
    assert "and 4 more" in capsys.readouterr().err


def test_an_error_that_only_the_service_finds_names_its_line(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit, "BATCH", 2)
    long = json.dumps({"text": "a", "claimant": "b" * 501})
    path = write(tmp_path, "c.jsonl", '{"text": "a"}\n' * 3 + long + "\n")
    assert submit_file(live, path) == 2
    said = capsys.readouterr().err
    assert "line 4: " in said and "2 of 4 claims are accepted" in said
    assert listed(live) == ["a", "a"]


def test_a_run_that_broke_off_is_repeated_without_doubling(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submit, "BATCH", 3)
    path = write(tmp_path, "c.csv", "claim\n" + "".join(f"Claim {n}.\n" for n in range(8)))
    submit_claims, calls = Client.submit_claims, []

    def break_off(self: Client, *arguments: object, **more: object) -> object:
        calls.append(more)
        if len(calls) == 3:
            raise StoreUnavailable("the store does not answer")
        return submit_claims(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "submit_claims", break_off)
    assert submit_file(live, path) == 1
    printed = capsys.readouterr()
    assert "6 of 8 claims are accepted, and no more" in printed.err
    assert "run the same command again" in printed.err
    assert submit_file(live, path) == 0
    assert len(capsys.readouterr().out.split()) == 8
    assert sorted(listed(live)) == [f"Claim {n}." for n in range(8)]
    assert submit_file(live, path) == 0
    assert len(listed(live)) == 8


def test_rows_are_split_into_requests_that_fit(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = json.dumps({"text": "It rained.", "context": "\u4e00" * 9_900}) + "\n"
    assert submit_file(live, write(tmp_path, "c.jsonl", row * 150)) == 0
    assert len(capsys.readouterr().out.split()) == 150


def test_submitted_claims_are_waited_for(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "c.csv", "claim\nEleven people died.\n")
    assert submit_file(live, path) == 0
    judge_claim(live.store, capsys.readouterr().out.strip())
    assert submit_file(live, path, "--wait") == 0
    printed = capsys.readouterr()
    assert "supported" in printed.out
    assert "1 of 1 claims looked at" in printed.err
    assert submit_file(live, path, "--wait", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["verdict"]["label"] == "SUPPORTED"
    monkeypatch.setattr(results, "PATIENCE_S", 0)
    write(tmp_path, "c.csv", "claim\nTwelve people died.\n")
    assert submit_file(live, path, "--wait") == 1
    assert "1 claims are not judged" in capsys.readouterr().err


@pytest.mark.parametrize("extra", [["article.txt"], ["--claim", "a"], ["--title", "a"]])
def test_a_file_of_claims_goes_without_an_article(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str]
) -> None:
    assert run(["submit", "--claims-from", str(tmp_path / "c.csv"), *extra]) == 2
    assert "leave out ARTICLE" in capsys.readouterr().err


def test_rows_that_cannot_be_checked_are_named_before_anything_is_submitted(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    german = "Die Stadtbibliothek von Norrbeck wurde 1987 eröffnet."
    path = write(tmp_path, "c.csv", f"claim\nEleven people died.\nDid they?\n{german}\n")
    assert submit_file(live, path) == 2
    said = capsys.readouterr().err
    assert "line 3: this is a question" in said
    assert "line 4: this is not in English" in said
    assert listed(live) == []
    assert submit_file(live, path, "--force") == 0
    assert len(listed(live)) == 3
