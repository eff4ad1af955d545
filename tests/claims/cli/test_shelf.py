"""`assay shelf`, and `assay check` with a shelf as its only source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from claims.shelves.filling import ShelfFiller
from claims.shelves.places import place_of
from claims.sources.fetch import WebFetcher
from claims.text import page_number
from tests.claims.cli.running import CLAIM, PAGE, Done, run_assay
from tests.claims.shelves.desk import Desk, write
from tests.claims.sources.pdfs import make_pdf
from tests.claims.sources.servers import page, raw_server

NOISE = "Nothing of note was reported from the town hall of Brenmouth that week, it said."
LINE = "The new bridge over the river at Kisoro is 42 metres long, the district engineer said."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def shelf(*arguments: str | Path, data: Path) -> Done:
    return run_assay("shelf", *arguments, "--data", data)


def as_json(*arguments: str | Path, data: Path) -> Any:
    done = shelf(*arguments, "--json", data=data)
    assert done.status == 0, done.err
    return json.loads(done.out)


def test_a_shelf_is_filled_listed_searched_and_removed(tmp_path: Path, data: Path) -> None:
    folder = write(tmp_path / "archive", {"a.txt": LINE, "b.png": b"\x89PNG\r\n", "c.jsonl": "no"})
    done = shelf("add", "press", folder, data=data)
    assert done.status == 0
    counted, where = done.out.splitlines()
    assert counted.startswith("press: 1 file read (1 document, 1 passage), 0 unchanged")
    assert counted.endswith("0 removed, 2 failed; 1 record not read, or not in full")
    assert where.endswith("assay shelf list press --failed")
    assert "press: megabytes read" in done.err
    assert "press" in shelf("list", data=data).out
    assert "archive/a.txt" in shelf("list", "press", data=data).out
    failed = shelf("list", "press", "--failed", data=data).out
    assert "not-text" in failed and "bad-record" in failed and "a.txt" not in failed
    found = shelf("search", "press", "How long is the bridge?", data=data).out
    assert "shelf:press/archive/a.txt" in found and "42 metres" in found
    (folder / "a.txt").unlink()
    assert "1 removed" in shelf("update", "press", data=data).out
    assert "no passage shares a word" in shelf("search", "press", "bridge", data=data).out
    assert shelf("remove", "press", data=data).status == 0
    assert "There is no shelf yet" in shelf("list", data=data).out


def test_everything_is_printed_as_json(tmp_path: Path, data: Path) -> None:
    folder = write(tmp_path / "archive", {"a.txt": LINE, "c.jsonl": "no\n"})
    filled = as_json("add", "press", folder, data=data)
    assert (filled["shelf"], filled["read"], filled["failed"]) == ("press", 1, 1)
    (about,) = as_json("list", data=data)
    assert (about["shelf"], about["documents"], about["failed"]) == ("press", 1, 1)
    assert about["added"] == [{"kind": "folder", "place": str(folder)}]
    files = as_json("list", "press", data=data)
    assert [(file["file"], file["state"], file["code"]) for file in files] == [
        ("archive/a.txt", "done", None),
        ("archive/c.jsonl", "failed", "bad-record"),
    ]
    (failed,) = as_json("list", "press", "--failed", data=data)
    assert (failed["file"], failed["code"]) == ("archive/c.jsonl", "bad-record")
    (found,) = as_json("search", "press", "bridge", data=data)
    start, end = found["span"]
    assert found["text"] == LINE[start:end] == LINE
    assert as_json("update", "press", data=data)["unchanged"] == 1
    assert as_json("remove", "press", folder / "a.txt", data=data)["removed"] == 1
    assert as_json("remove", "press", data=data) == {"shelf": "press", "removed": True}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "Press", "."), "cannot be the name of a shelf"),
        (("add", "../press", "."), "cannot be the name of a shelf"),
        (("add", "press", "no/such/folder"), "no such file or folder"),
        (("add", "press"), "Missing argument"),
        (("update", "press"), "there is no shelf press"),
        (("search", "press", "x"), "no shelf exists yet"),
        (("remove", "press"), "there is no shelf press"),
        (("list", "press"), "there is no shelf press"),
        (("list", "--failed"), "needs the name of a shelf"),
    ],
)
def test_bad_input_is_reported_in_one_line(
    arguments: tuple[str, ...], message: str, data: Path
) -> None:
    done = shelf(*arguments, data=data)
    assert done.status == 2
    assert message in done.complaint
    assert not (data / "shelves" / "press").exists()


def test_a_second_writer_is_refused_with_advice_to_wait(tmp_path: Path, data: Path) -> None:
    write(tmp_path, {"a.txt": LINE})
    with WebFetcher() as reader, ShelfFiller(place_of(data, "press"), reader=reader):
        done = shelf("add", "press", tmp_path / "a.txt", data=data)
    assert done.status == 1
    assert "another process is writing the shelf press" in done.complaint


def test_a_damaged_shelf_is_listed_as_such(tmp_path: Path, data: Path) -> None:
    write(tmp_path, {"a.txt": LINE})
    shelf("add", "press", tmp_path / "a.txt", data=data)
    place_of(data, "press").catalog.write_bytes(b"no database" * 1000)
    done = shelf("list", data=data)
    assert done.status == 0
    assert "cannot be used" in done.out
    assert shelf("search", "press", "bridge", data=data).status == 2


def test_a_web_page_is_added_through_the_guarded_fetcher(data: Path) -> None:
    with raw_server() as server:
        server.answers["/bridge"] = page(PAGE.encode())
        url = server.url("/bridge")
        assert shelf("add", "press", url, data=data).status == 0
        (failed,) = as_json("list", "press", "--failed", data=data)
        assert failed["code"] == "port-blocked"
        done = shelf("add", "press", url, "--allow", f"127.0.0.1:{server.port}", data=data)
    assert "1 file read" in done.out
    (found,) = as_json("search", "press", "Kisoro bridge", data=data)
    assert found["web_address"] == url


def test_names_of_files_do_not_command_the_terminal(tmp_path: Path, data: Path) -> None:
    folder = write(tmp_path / "archive", {"\x1b[31mred.txt": LINE, "\x1b]0;x.png": b"\x89PNG"})
    shelf("add", "press", folder, data=data)
    shown = [
        shelf("list", "press", data=data).out,
        shelf("list", "press", "--failed", data=data).out,
        shelf("search", "press", "bridge", data=data).out,
    ]
    assert "\x1b" not in "".join(shown)


# --- end to end ------------------------------------------------------------------------------


def check(*arguments: str | Path, data: Path, shelves: str = "") -> dict[str, Any]:
    settings = {"ASSAY_DATA_FOLDER": str(data), "ASSAY_SHELVES": shelves}
    done = run_assay("check", *arguments, "--json", settings=settings)
    assert done.status == 0, done.err
    verdict: dict[str, Any] = done.json["claims"][0]["verdict"]
    return verdict


def text_at(url: str, data: Path) -> str:
    """The text of the document at this shelf address, from the catalog."""
    name, locator = url.removeprefix("shelf:").split("/", 1)
    with WebFetcher() as reader:
        return Desk(data, reader, name).text_of(locator)


def test_a_shelf_as_the_only_source_is_found_and_cited(tmp_path: Path, data: Path) -> None:
    pdf = make_pdf([NOISE, "", NOISE], [NOISE, "It was so."], [LINE], title="The Hill Gazette")
    noise = {f"n{n}.txt": f"{NOISE} Road {n} was closed." for n in range(20)}
    shelf("add", "press", write(tmp_path / "archive", {**noise, "gazette.pdf": pdf}), data=data)
    verdict = check("--claim", CLAIM, data=data)
    assert verdict["label"] == "SUPPORTED"
    evidence = verdict["evidence"][0]
    assert evidence["page"]["url"] == "shelf:press/archive/gazette.pdf"
    assert evidence["page"]["title"] == "The Hill Gazette"
    text = text_at(evidence["page"]["url"], data)
    start, end = evidence["span"]
    assert text[start:end] == evidence["quote"] == LINE
    assert evidence["page_number"] == page_number(text, start) == 3
    assert {search["provider"] for search in verdict["coverage"]["searches"]} == {"shelf:press"}
    assert {search["code"] for search in verdict["coverage"]["searches"]} == {None}


def test_a_document_may_be_given_by_its_address(tmp_path: Path, data: Path) -> None:
    shelf("add", "press", write(tmp_path / "archive", {"a.txt": LINE}), data=data)
    found = check("--claim", CLAIM, "--source", "shelf:press/archive/a.txt", data=data)
    assert found["coverage"]["fetched"] == 1  # named by --source and found by search, but read once
    gone = check("--claim", CLAIM, "--source", "shelf:press/gone", data=data)
    assert gone["coverage"]["failed"][0]["code"] == "not-on-shelf"
    settings = {"ASSAY_DATA_FOLDER": str(data)}
    done = run_assay("check", "--claim", CLAIM, "--source", "shelf:/etc", settings=settings)
    assert done.status == 2
    assert "shelf:NAME/LOCATOR" in done.complaint


def test_only_shelves_that_are_named_are_searched(tmp_path: Path, data: Path) -> None:
    folder = write(tmp_path / "archive", {"a.txt": LINE})
    for name in ("one", "two"):
        shelf("add", name, folder, data=data)

    def providers(shelves: str) -> set[str]:
        verdict = check("--claim", CLAIM, data=data, shelves=shelves)
        return {search["provider"] for search in verdict["coverage"]["searches"]}

    assert providers("") == {"shelf:one", "shelf:two"}
    assert providers("two") == {"shelf:two"}
    assert providers("none") == set()


def test_a_report_shows_a_shelf_as_text_and_not_as_a_link(tmp_path: Path, data: Path) -> None:
    shelf("add", "press", write(tmp_path / "archive", {"a.txt": LINE}), data=data)
    settings = {"ASSAY_DATA_FOLDER": str(data)}
    report = tmp_path / "report.html"
    done = run_assay("check", "--claim", CLAIM, "--html", report, settings=settings)
    assert "shelf:press/archive/a.txt" in done.out
    html = report.read_text(encoding="utf-8")
    assert "shelf:press/archive/a.txt" in html
    assert 'href="shelf:' not in html
