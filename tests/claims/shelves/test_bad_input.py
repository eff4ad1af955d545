"""Unreadable input becomes an entry with a code and does not affect other documents."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from claims.shelves import reading
from claims.shelves.documents import Document
from claims.shelves.formats import plain
from claims.shelves.locators import encode_path
from claims.shelves.places import ShelfPlace, list_shelves, place_of, read_names
from claims.shelves.wrapped import tidy
from tests.claims.shelves.desk import Desk, write
from tests.claims.shelves.test_formats import HARVEST, LIBRARY, make_warc
from tests.claims.sources.pdfs import encrypt, make_pdf
from tests.claims.sources.servers import ARTICLE

BINARY = bytes(range(256)) * 20


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("binary.txt", BINARY, "not-text"),
        ("binary.jsonl", BINARY, "not-text"),
        ("binary.csv", BINARY, "not-text"),
        ("binary.html", b"\x89PNG\r\n\x1a\n" + BINARY, "not-text"),
        ("binary.pdf", BINARY, "not-text"),
        ("binary.mbox", BINARY, "bad-record"),
        ("binary.warc", BINARY, "bad-record"),
        ("binary.warc.gz", BINARY, "bad-record"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "not-text"),
        ("program", BINARY, "not-text"),
        ("secret.pdf", encrypt(make_pdf([LIBRARY]), "secret"), "encrypted"),
        ("broken.pdf", make_pdf([LIBRARY])[:300], "too-complex"),
        ("empty.txt", b"", "no-text"),
        ("empty.jsonl", b"", "no-text"),
        ("empty.csv", b"", "no-field"),
        ("empty.warc", b"", "bad-record"),
        ("blank.html", b"<html><body></body></html>", "no-text"),
        ("headless.csv", b"1,2,3\n4,5,6\n", "no-field"),
        ("other.jsonl", b'{"a": 1}\n{"b": 2}\n', "no-field"),
        ("lines.jsonl", b"[1]\n[2]\n", "bad-record"),
        ("nothing.eml", b"Subject: nothing\n\n", "no-text"),
    ],
)
def test_unreadable_file_has_a_code_and_other_files_are_read(
    name: str, content: bytes, code: str, desk: Desk, folder: Path
) -> None:
    filled = desk.add(write(folder, {name: content, "zz.txt": LIBRARY}))
    assert desk.failures() == {f"archive/{name}": code}
    assert (filled.read, filled.failed) == (1, 1)
    assert desk.locators("library") == ["archive/zz.txt"]


def test_a_file_of_two_gigabytes_is_too_large(desk: Desk, folder: Path) -> None:
    write(folder, {"zz.txt": LIBRARY, "page.html": ARTICLE, "huge.txt": b"a"})
    for name in ("huge.txt", "page.html"):
        with (folder / name).open("ab") as file:
            file.write(b" words of text\n" * 1000)
            file.truncate(2_000_000_000)  # sparse: uses no disk space
    desk.add(folder)
    assert desk.failures() == {
        "archive/huge.txt": "too-large",
        "archive/page.html": "too-large",
    }
    assert plain.MOST_BYTES < 2_000_000_000


def test_pipe_is_refused_without_waiting(desk: Desk, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    desk.add(write(folder, {"zz.txt": LIBRARY}))
    assert desk.failures() == {"archive/pipe.txt": "unreadable"}


def test_links_out_of_the_folder_are_not_followed(desk: Desk, folder: Path) -> None:
    outside = write(folder.parent / "outside", {"secret.txt": HARVEST, "deep/more.txt": HARVEST})
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "inside.txt").symlink_to(folder / "zz.txt")
    (folder / "deep").symlink_to(outside / "deep", target_is_directory=True)
    (folder / "gone.txt").symlink_to(folder / "nothing")
    desk.add(write(folder, {"zz.txt": LIBRARY}))
    assert desk.failures() == {"archive/gone.txt": "unreadable", "archive/link.txt": "unreadable"}
    assert desk.locators("harvest") == []
    assert sorted(desk.locators("library")) == ["archive/inside.txt", "archive/zz.txt"]


@pytest.fixture
def on_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Run a function after a file was opened and before it was read to the end."""

    def arrange(happens: Callable[[], object]) -> None:
        def read(file: object) -> object:
            happens()
            yield Document(text=tidy(LIBRARY))

        monkeypatch.setattr(reading, "read_plain", read)

    return arrange


def test_file_that_vanishes_while_it_is_read_gives_no_documents(
    desk: Desk, folder: Path, on_reading: Callable[[Callable[[], object]], None]
) -> None:
    write(folder, {"a.txt": LIBRARY, "zz.jsonl": f'{{"text": "{HARVEST}"}}\n'})
    on_reading((folder / "a.txt").unlink)
    desk.add(folder)
    assert desk.failures() == {"archive/a.txt": "unreadable"}
    assert desk.locators("library harvest") == ["archive/zz.jsonl:1"]


def test_a_file_that_grows_while_it_is_read_is_read_by_the_next_update(
    desk: Desk, folder: Path, on_reading: Callable[[Callable[[], object]], None]
) -> None:
    write(folder, {"a.txt": LIBRARY})
    on_reading(lambda: (folder / "a.txt").write_text(HARVEST * 2))
    desk.add(folder)
    assert desk.failures() == {"archive/a.txt": "unreadable"}
    on_reading(lambda: None)
    assert desk.update().read == 1
    assert desk.failures() == {}


def test_broken_lines_become_entries_and_other_lines_documents(desk: Desk, folder: Path) -> None:
    lines = f'{{"text": "{LIBRARY}"}}\nnot json\n{{"text": 7}}\n{{"x": 1}}\n"text"\n'
    deep = "[" * 100_000 + "\n"
    filled = desk.add(write(folder, {"a.jsonl": f'{lines}{deep}{{"text": "{HARVEST}"}}'}))
    assert desk.entries() == [
        ("archive/a.jsonl", 2, "bad-record"),
        ("archive/a.jsonl", 3, "no-text"),
        ("archive/a.jsonl", 4, "no-field"),
        ("archive/a.jsonl", 5, "bad-record"),
        ("archive/a.jsonl", 6, "bad-record"),
    ]
    assert (filled.documents, filled.entries, filled.failed) == (2, 5, 0)
    assert desk.locators("harvest") == ["archive/a.jsonl:7"]


def test_a_line_longer_than_a_document_is_an_entry(desk: Desk, folder: Path) -> None:
    lines = b'{"text": "' + b"a" * 11_000_000 + b'"}\n' + f'{{"text": "{HARVEST}"}}\n'.encode()
    desk.add(write(folder, {"a.jsonl": lines}))
    assert desk.entries() == [("archive/a.jsonl", 1, "bad-record")]
    assert desk.locators("harvest") == ["archive/a.jsonl:2"]


def test_lone_surrogates_and_control_characters_are_dropped(desk: Desk, folder: Path) -> None:
    texts = r'"text": "The \ud83d library \u0007of Orrin", "url": "\ud800"'
    row = rf'{{"title": "a\ud800b\u0000", {texts}}}'
    desk.add(write(folder, {"a.jsonl": row}))
    assert desk.text_of("archive/a.jsonl:1") == "The library of Orrin"
    assert desk.search("library")[0].document.title == "ab"


def test_only_the_first_of_many_broken_lines_are_listed(desk: Desk, folder: Path) -> None:
    desk.add(write(folder, {"a.jsonl": "no\n" * 5_000 + f'{{"text": "{HARVEST}"}}\n'}))
    assert [number for _, number, _ in desk.entries()] == list(range(1, 201))
    assert desk.locators("harvest") == ["archive/a.jsonl:5001"]


def test_broken_rows_become_entries_and_other_rows_documents(desk: Desk, folder: Path) -> None:
    table = (
        f'title,text\nLibrary,"{LIBRARY}"\nNul,a\x00b c d\nlong,"x y z",too,many\nshort\n'
        f'Harvest,"{HARVEST}"\n"never closed,{"y" * 2_100_000}\nLast,"{LIBRARY}"\n'
    )
    desk.add(write(folder, {"a.csv": table}))
    entries = [(number, code) for _, number, code in desk.entries()]
    assert entries[:3] == [(2, "bad-record"), (3, "bad-record"), (4, "bad-record")]
    assert [code for _, code in entries[3:]] == ["bad-record"]
    assert desk.locators("harvest") == ["archive/a.csv:5"]
    assert desk.locators("library")[0] == "archive/a.csv:1"


@pytest.mark.parametrize(("name", "compressed"), [("a.warc.gz", True), ("a.warc", False)])
@pytest.mark.parametrize("kept", [0.5, 0.75, 0.95])
def test_truncated_archive_keeps_its_complete_records(
    name: str, compressed: bool, kept: float, desk: Desk, folder: Path
) -> None:
    first = make_warc(("https://a.example/1", 200, "text/html", ARTICLE), compressed=compressed)
    noise = random.Random(28).randbytes(300).hex()  # does not compress
    page = b"<html><body><p>" + f"{HARVEST} ".encode() * 3 + noise.encode()
    second = make_warc(("https://a.example/2", 200, "text/html", page), compressed=compressed)
    desk.add(write(folder, {name: first + second[: int(len(second) * kept)]}))
    assert desk.locators("lake level") == [f"archive/{name}:1"]
    assert desk.entries() == [(f"archive/{name}", 2, "bad-record")]


def test_unreadable_page_of_an_archive_becomes_an_entry(desk: Desk, folder: Path) -> None:
    body = make_warc(
        ("https://a.example/1", 200, "text/html", b"<html></html>"),
        ("https://a.example/2", 200, "application/pdf", encrypt(make_pdf([LIBRARY]), "x")),
        ("https://a.example/3", 200, "text/html", ARTICLE),
    )
    desk.add(write(folder, {"a.warc.gz": body}))
    assert [entry[1:] for entry in desk.entries()] == [(1, "no-text"), (2, "encrypted")]
    assert desk.locators("lake level") == ["archive/a.warc.gz:3"]


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: text/plain; charset=\xff\xfe\n",
        b"Content-Type: multipart/mixed\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Subject: =?utf-8?b?!!!?=\n",
        b"Date: the day before yesterday\nFrom: \n",
        b"no colon here\n",
    ],
)
def test_odd_mail_is_read_or_becomes_an_entry_and_the_next_message_is_read(
    head: bytes, desk: Desk, folder: Path
) -> None:
    odd = b"From x\n" + head + b"\nbody of it, some words here\n\n"
    good = f"From y\nSubject: Good\n\n{HARVEST}\n".encode()
    desk.add(write(folder, {"a.mbox": odd + good}))
    assert desk.locators("harvest") == ["archive/a.mbox:2"]


def test_file_names_that_are_not_utf_8_are_read_and_shown(desk: Desk, folder: Path) -> None:
    path = folder / os.fsdecode(b"caf\xe9 #1 %41?.txt")
    path.write_text(LIBRARY)
    desk.add(folder)
    assert desk.locators("library") == ["archive/caf%E9%20%231%20%2541%3F.txt"]


def test_file_name_too_long_for_an_address_is_shortened(desk: Desk, folder: Path) -> None:
    deep = "/".join(["é" * 100] * 8)
    desk.add(write(folder, {f"{deep}/a.txt": LIBRARY, f"{deep}/b.txt": HARVEST}))
    (one,), (other,) = desk.locators("library"), desk.locators("harvest")
    assert one != other
    assert all(len(locator) < 1_600 and locator.startswith("archive/") for locator in (one, other))


@pytest.mark.parametrize("name", ["", "A", "a_b", "../x", "a/b", "a" * 41, ".", "none", "ü", "a\n"])
def test_invalid_shelf_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be the name of a shelf"):
        place_of(tmp_path, name)


def test_only_folders_with_a_catalog_are_shelves(tmp_path: Path) -> None:
    write(tmp_path / "shelves", {"a/catalog.sqlite": "", "B/catalog.sqlite": "", "c/other": ""})
    assert list_shelves(tmp_path) == (ShelfPlace(tmp_path / "shelves", "a"),)
    assert list_shelves(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("setting", "names"),
    [("", None), (" , ", None), ("none", ()), ("b, a,b", ("b", "a"))],
)
def test_setting_selects_shelves_by_name(setting: str, names: tuple[str, ...] | None) -> None:
    assert read_names(setting) == names


@pytest.mark.parametrize("setting", ["a,none", "../etc", "A"])
def test_setting_with_an_invalid_name_is_refused(setting: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the name of a shelf"):
        read_names(setting)


def test_encoded_paths_have_only_characters_of_addresses() -> None:
    assert encode_path("a b/ü:1~x") == "a%20b/%C3%BC%3A1~x"
