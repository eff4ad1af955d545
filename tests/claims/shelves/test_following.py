"""Updates of a shelf: changed and removed files, without duplicates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from claims.shelves.contents import check_targets
from claims.shelves.documents import Fields
from tests.claims.shelves.desk import Desk, write
from tests.claims.shelves.test_formats import HARVEST, LIBRARY
from tests.claims.sources.servers import ARTICLE, RawServer, page


def exchange(path: Path) -> None:
    """Give the file other bytes of the same number, and its date: who reads it finds them."""
    before = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def archive(folder: Path) -> Path:
    return write(
        folder,
        {
            "a.txt": LIBRARY,
            "b.jsonl": f'{{"text": "{HARVEST}"}}\n',
            "deep/c.html": ARTICLE,
        },
    )


def test_file_of_the_same_size_and_date_is_not_read_again(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    for name in ("a.txt", "b.jsonl", "deep/c.html"):
        exchange(archive / name)
    for run in (desk.update, lambda: desk.add(archive)):
        filled = run()
        assert (filled.read, filled.unchanged, filled.failed) == (0, 3, 0)
    os.utime(archive / "a.txt", (1, 1))
    filled = desk.update()
    assert (filled.read, filled.unchanged, filled.failed) == (1, 2, 0)


def test_a_file_with_a_new_date_and_the_same_content_is_not_read_again(
    desk: Desk, archive: Path
) -> None:
    desk.add(archive)
    before = desk.search("library")[0].document.id
    os.utime(archive / "a.txt", (1, 1))
    filled = desk.update()
    assert (filled.read, filled.unchanged) == (0, 3)
    assert desk.search("library")[0].document.id == before
    exchange(archive / "a.txt")
    filled = desk.update()
    assert (filled.read, filled.unchanged) == (0, 3)


def test_changed_file_replaces_its_old_version(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    (archive / "a.txt").write_text("The library of Orrin was torn down in 2003, to much regret.")
    (archive / "b.jsonl").write_text(f'{{"text": "{LIBRARY}"}}\n{{"text": "{HARVEST}"}}\n')
    assert desk.update().read == 2
    assert "torn down" in desk.text_of("archive/a.txt")
    assert sorted(desk.locators("library")) == ["archive/a.txt", "archive/b.jsonl:1"]
    assert desk.locators("harvest") == ["archive/b.jsonl:2"]


def test_a_new_file_is_read_and_a_removed_one_leaves(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    (archive / "a.txt").unlink()
    write(archive, {"deep/new.txt": "The tower of Orrin was built of sandstone in 1612."})
    filled = desk.update()
    assert (filled.read, filled.removed, filled.unchanged) == (1, 1, 2)
    assert desk.locators("library") == []
    assert desk.locators("tower sandstone") == ["archive/deep/new.txt"]


def test_unreadable_file_leaves_the_shelf_until_it_is_readable_again(
    desk: Desk, archive: Path
) -> None:
    desk.add(archive)
    (archive / "a.txt").write_bytes(bytes(range(256)) * 4)
    assert desk.update().failed == 1
    assert desk.failures() == {"archive/a.txt": "not-text"}
    assert desk.locators("library") == []
    (archive / "a.txt").write_text(LIBRARY)
    assert desk.update().read == 1
    assert desk.failures() == {}


def test_unreachable_folder_keeps_its_documents(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    archive.rename(archive.parent / "unplugged")
    filled = desk.update()
    assert list(filled.unreachable) == [str(archive)]
    assert filled.removed == 0
    assert desk.locators("library") == ["archive/a.txt"]


def test_single_file_leaves_when_it_is_deleted(desk: Desk, archive: Path) -> None:
    desk.add(archive / "a.txt", archive / "b.jsonl")
    (archive / "a.txt").unlink()
    assert desk.update().removed == 1
    assert desk.locators("library harvest") == ["b.jsonl:1"]


def test_file_removed_by_name_stays_off_until_it_is_added_again(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    assert desk.remove(archive / "a.txt").removed == 1
    assert desk.locators("library") == []
    desk.update()
    assert desk.locators("library") == []
    assert desk.add(archive / "a.txt").read == 1
    assert desk.locators("library") == ["archive/a.txt"]


@pytest.mark.parametrize(
    "name", ["archive/b.jsonl", "shelf:press/archive/b.jsonl", "shelf:press/archive/b.jsonl:1"]
)
def test_file_is_removed_by_its_address(name: str, desk: Desk, archive: Path) -> None:
    desk.add(archive)
    desk.remove(name)
    assert desk.locators("harvest") == []
    assert desk.locators("library") == ["archive/a.txt"]


def test_place_is_removed_with_all_its_files(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    assert desk.remove(archive).removed == 3
    assert desk.shelf.catalog.list_places() == []
    assert desk.locators("library harvest lake") == []


def test_one_unknown_name_prevents_the_removal_of_all(desk: Desk, archive: Path) -> None:
    desk.add(archive)
    with pytest.raises(InvalidInput, match="is not on the shelf press"):
        desk.remove(archive / "a.txt", archive / "nothing.txt")
    assert desk.locators("library") == ["archive/a.txt"]


def test_folders_of_the_same_name_have_different_labels(desk: Desk, tmp_path: Path) -> None:
    one = write(tmp_path / "one" / "news", {"a.txt": LIBRARY})
    other = write(tmp_path / "other" / "news", {"a.txt": HARVEST})
    desk.add(one, other)
    assert desk.locators("library") == ["news/a.txt"]
    assert desk.locators("harvest") == ["news-2/a.txt"]


def test_folder_replaces_a_place_inside_it(desk: Desk, archive: Path) -> None:
    desk.add(archive / "deep")
    desk.add(archive)
    assert desk.locators("lake level") == ["archive/deep/c.html"]
    assert len(desk.shelf.catalog.list_places()) == 1


def test_changed_fields_make_the_files_be_read_again(desk: Desk, folder: Path) -> None:
    write(folder, {"a.csv": f'text,other\n"{LIBRARY}","{HARVEST}"\n'})
    desk.add(folder)
    assert desk.add(folder, fields=Fields(text=("other",))).read == 1
    assert desk.locators("library") == []
    assert desk.locators("harvest") == ["archive/a.csv:1"]
    assert desk.update().unchanged == 1  # the update uses the same fields


def test_the_shelves_themselves_are_never_read(desk: Desk, tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": LIBRARY})
    desk.add(tmp_path)
    desk.update()
    files = desk.shelf.catalog.list_files()
    assert [file.locator for file in files] == [f"{tmp_path.name}/a.txt"]


def test_hidden_files_are_ignored(desk: Desk, folder: Path) -> None:
    desk.add(write(folder, {".hidden.txt": LIBRARY, ".git/x.txt": LIBRARY, "a.txt": HARVEST}))
    assert desk.locators("library") == []
    assert desk.failures() == {}


def test_a_web_address_is_fetched_once_and_again_when_it_is_added_again(
    desk: Desk, server: RawServer
) -> None:
    server.answers["/lake"] = page(ARTICLE)
    url = server.url("/lake")
    desk.add(url)
    (found,) = desk.search("level of Lake Orrin")
    assert found.document.url == url
    assert found.document.locator == f"web/127.0.0.1%3A{server.port}/lake"
    asked = len(server.heads)
    assert desk.update().unchanged == 1
    assert len(server.heads) == asked
    server.answers["/lake"] = page(ARTICLE.replace(b"371", b"369"))
    desk.add(url)
    assert "369 metres" in desk.text_of(found.document.locator)
    assert len(desk.search("level of Lake Orrin")) == 1


def test_failed_web_address_is_fetched_again_by_an_update(desk: Desk, server: RawServer) -> None:
    server.answers["/later"] = page(b"", status=503)
    desk.add(server.url("/later"))
    assert list(desk.failures().values()) == ["http-503"]
    server.answers["/later"] = page(ARTICLE)
    assert desk.update().read == 1
    assert desk.failures() == {}
    server.answers["/later"] = page(b"", status=503)
    desk.add(server.url("/later"))
    assert len(desk.search("Lake Orrin")) == 1  # the text read before is kept


@pytest.mark.parametrize(
    "target", ["", "nothing/here", "ftp://a.example/", "http://", "file:///etc"]
)
def test_missing_target_is_refused(target: str) -> None:
    with pytest.raises(InvalidInput):
        check_targets([target])


def test_folder_without_permission_keeps_its_documents(
    desk: Desk, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add(archive)
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    with monkeypatch.context() as patch:  # file modes do not restrict root
        patch.setattr(os, "scandir", refuse)
        assert desk.update().failed == 1
    assert desk.locators("lake level") == ["archive/deep/c.html"]
    assert desk.failures() == {"archive/deep/": "unreadable"}
    desk.update()
    assert desk.failures() == {}
