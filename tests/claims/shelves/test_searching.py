"""Search results on a shelf, through the provider that the pipeline uses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.errors import ShelfDamaged, SourceError
from claims.pipeline.searching import Providers, search
from claims.shelves.catalog import CatalogReader
from claims.shelves.catalog_writer import CatalogWriter
from claims.shelves.documents import PART_CHARACTERS, divide
from claims.shelves.index import IndexReader, IndexWriter
from claims.shelves.provider import ShelfProvider
from claims.shelves.shelf import Shelves
from claims.types import Claim, Purpose, Query, Span
from tests.claims.shelves.desk import Desk, spans_hold, write
from tests.claims.shelves.test_formats import HARVEST, LIBRARY

FILLER = "Nothing of note was reported from the town hall that week."


def ask(desk: Desk, text: str) -> list[str]:
    found = ShelfProvider(desk.shelf).search(Query(text, Purpose.CLAIM))
    return [candidate.url for candidate in found]


def test_best_matching_document_comes_first(desk: Desk, folder: Path) -> None:
    pages = {f"noise{n}.txt": f"{FILLER} The mayor spoke of road {n}." for n in range(30)}
    desk.add(write(folder, {**pages, "a.txt": LIBRARY, "b.txt": HARVEST}))
    assert ask(desk, "The public library in Orrin was opened in 1987.")[0] == (
        "shelf:press/archive/a.txt"
    )
    assert ask(desk, "Farmers harvested more in 2019")[0] == "shelf:press/archive/b.txt"


def test_passage_deep_in_a_document_is_found_with_its_span(desk: Desk, folder: Path) -> None:
    text = "\n".join([*[FILLER] * 300, LIBRARY, *[FILLER] * 300])
    desk.add(write(folder, {"a.txt": text}))
    found = desk.search("library Orrin")[0]
    start, end = found.ranked.span
    assert LIBRARY in desk.text_of("archive/a.txt")[start:end]
    assert end - start <= 900
    assert spans_hold(desk, desk.search("town hall"))


def test_at_most_five_different_documents_are_found(desk: Desk, folder: Path) -> None:
    long = "\n".join(f"{LIBRARY} {FILLER} {n}." for n in range(100))
    desk.add(write(folder, {"long.txt": long, **{f"b{n}.txt": LIBRARY for n in range(9)}}))
    found = ask(desk, "library")
    assert len(found) == len(set(found)) == 5


def test_document_is_found_by_words_of_its_title(desk: Desk, folder: Path) -> None:
    row = f'{{"title": "Sir Humbert Quill dies", "text": "{FILLER}", "date": "2001-02-03"}}'
    desk.add(write(folder, {"a.jsonl": row}))
    (found,) = ShelfProvider(desk.shelf).search(Query("Humbert Quill", Purpose.NAME))
    assert found.title == "Sir Humbert Quill dies"
    assert found.published_at == "2001-02-03"


@pytest.mark.parametrize(
    "text",
    ["", " ", "the of and", '"', "library AND", "(library OR", "title:library", "-library", "*",
     "library~2^3", "[a TO b]", "a:b:c \\", "library\x00", "\ud800 library", "¿?", "'" * 999],
)  # fmt: skip
def test_odd_queries_raise_no_error(text: str, desk: Desk, folder: Path) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))
    found = ask(desk, text)
    assert found == (["shelf:press/archive/a.txt"] if "library" in text else [])


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    folder = tmp_path_factory.mktemp("shelf") / "index"
    writer = IndexWriter(folder)
    writer.add(LIBRARY, batch=1, file=1, document=1, span=Span(0, len(LIBRARY)))
    writer.commit()
    writer.close()
    return IndexReader(folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(codec=None), max_size=300))
def test_any_text_is_accepted_as_a_query(text: str, small_index: IndexReader) -> None:
    assert len(small_index.search(text, limit=3)) <= 1


def test_search_matches_numbers_and_stems_and_ignores_accents_and_case(
    desk: Desk, folder: Path
) -> None:
    desk.add(write(folder, {"a.txt": "Officials at the Café Zürich counted 1,250 visitors daily."}))
    for text in ("1,250", "visitor", "counting", "ZURICH", "cafe"):
        assert desk.locators(text) == ["archive/a.txt"], text
    assert desk.locators("1,251") == ["archive/a.txt"]  # "1" is a word of both
    assert desk.locators("museum") == []


def test_shelf_accepts_all_purposes_except_prior_checks(desk: Desk) -> None:
    assert ShelfProvider(desk.shelf).purposes == set(Purpose) - {Purpose.PRIOR}


@pytest.mark.parametrize("damage", ["meta", "segment", "catalog", "format", "folder"])
def test_damaged_shelf_does_not_affect_other_shelves(
    damage: str, desk: Desk, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = Desk(desk.data_folder, desk.reader, "whole")
    for one in (desk, whole):
        one.add(write(folder, {"a.txt": LIBRARY}))
    index = desk.place.index
    match damage:
        case "meta":
            (index / "meta.json").write_text("{")
        case "segment":
            for path in [*index.glob("*.store"), *index.glob("*.idx")]:
                path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
        case "catalog":
            desk.place.catalog.write_bytes(b"no database" * 1000)
        case "format":
            import sqlite3

            with sqlite3.connect(desk.place.catalog) as rows:
                rows.execute("UPDATE about SET format = 99")
            rows.close()
        case "folder":
            shutil.rmtree(desk.place.folder)
    shelves = Shelves(desk.data_folder, ("press", "whole"))
    providers = Providers(shelves=lambda: tuple(map(ShelfProvider, shelves.open())))
    found = search(Claim(text=LIBRARY, sentence=LIBRARY), providers)
    codes = {item.provider: item.code for item in found.searches}
    assert codes == {"shelf:press": "shelf-damaged", "shelf:whole": None}
    assert found.urls == ("shelf:whole/archive/a.txt",)
    with pytest.raises(SourceError):
        ask(desk, "library")


@pytest.mark.parametrize("read", [lambda path: CatalogReader(path).list_places(), CatalogWriter])
def test_damaged_catalog_stays_open_in_no_process(
    read: Callable[[Path], object], desk: Desk, folder: Path
) -> None:
    desk.add(write(folder, {"a.txt": LIBRARY}))
    desk.place.catalog.write_bytes(b"no database" * 1000)
    with pytest.raises(ShelfDamaged) as caught:
        read(desk.place.catalog)
    opened = {path.resolve() for path in Path("/proc/self/fd").iterdir()}
    assert desk.place.catalog.resolve() not in opened
    assert "cannot be used" in str(caught.value)  # until here it keeps what it was raised in


def test_all_existing_or_the_named_shelves_are_opened(desk: Desk, folder: Path) -> None:
    every = Shelves(desk.data_folder, None)
    assert every.open() == ()
    write(folder, {"a.txt": LIBRARY})
    for name in ("one", "two"):
        Desk(desk.data_folder, desk.reader, name).add(folder)
    assert [shelf.place.name for shelf in every.open()] == ["one", "two"]  # new shelves are found
    assert [shelf.place.name for shelf in Shelves(desk.data_folder, ["two"]).open()] == ["two"]
    assert Shelves(desk.data_folder, ()).open() == ()
    assert every.open()[0] is every.open()[0]  # its index stays open


@given(text=st.text(alphabet="ab. \n", max_size=400), most=st.integers(5, 60))
def test_joined_parts_are_the_text_and_each_is_within_the_limit(text: str, most: int) -> None:
    parts = list(divide(text, most=most))
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(len(part) <= most for part in parts)


def test_a_text_of_usual_length_is_one_part() -> None:
    text = "a" * PART_CHARACTERS
    assert list(divide(text)) == [text]
