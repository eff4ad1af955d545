"""`assay shelf`: manage the user's own archives, which are searched for every claim."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claims.cli.options import allow_option, data_option
from claims.cli.output import write_json
from claims.cli.progress import show_progress
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.shelves.places import ShelfPlace, list_shelves, place_of

if TYPE_CHECKING:
    from claims.shelves.filling import ShelfFiller

_MOST_FOUND = 100
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def shelf() -> None:
    """Manage archives of your own, which are searched for every claim.

    Files are read once and stored in the data folder. The service, `assay check` and the library
    search all shelves, unless ASSAY_SHELVES names some of them.
    """


@shelf.command()
@click.argument("name")
@click.argument("targets", metavar="DIR|FILE|URL...", nargs=-1, required=True)
@click.option("--text-field", multiple=True, help="Key or column of the text; may be repeated.")
@click.option("--title-field", help="Key or column of the title.")
@click.option("--date-field", help="Key or column of the date of publication.")
@click.option("--url-field", help="Key or column of the web address.")
@allow_option
@data_option
@_json
def add(
    name: str,
    targets: Sequence[str],
    text_field: Sequence[str],
    title_field: str | None,
    date_field: str | None,
    url_field: str | None,
    allow: Sequence[str],
    data_folder: Path | None,
    as_json: bool,
) -> None:
    """Add files, folders or web pages to the shelf NAME. It is created if it does not exist.

    The formats are text, HTML, PDF, JSON lines, CSV, WARC and mail (mbox, eml). Unchanged files are
    not read again. A run that was interrupted continues where it stopped.
    """
    from claims.cli.shelf_tables import print_filled
    from claims.shelves import contents
    from claims.shelves.documents import choose_fields

    place = _place(name, data_folder)
    contents.check_targets(targets)
    fields = choose_fields(text=text_field, title=title_field, date=date_field, url=url_field)
    with _filler(place, allow) as filler, show_progress() as progress:
        contents.add(filler, targets, fields=fields)
        filled = filler.run(progress)
    print_filled(place, filled, as_json=as_json)


@shelf.command()
@click.argument("name")
@allow_option
@data_option
@_json
def update(name: str, allow: Sequence[str], data_folder: Path | None, as_json: bool) -> None:
    """Read the changed files and folders of the shelf NAME again."""
    from claims.cli.shelf_tables import print_filled
    from claims.shelves import contents

    place = _existing(name, data_folder)
    with _filler(place, allow) as filler, show_progress() as progress:
        contents.update(filler)
        filled = filler.run(progress)
    print_filled(place, filled, as_json=as_json)


@shelf.command()
@click.argument("name")
@click.argument("files", metavar="FILE", nargs=-1)
@data_option
@_json
def remove(name: str, files: Sequence[str], data_folder: Path | None, as_json: bool) -> None:
    """Remove files from the shelf NAME (by path, address or the folder added), or the whole shelf.

    The files themselves are not deleted. An update does not bring a removed file back; adding it
    again does.
    """
    from claims.cli.shelf_tables import print_filled
    from claims.shelves import contents

    place = _existing(name, data_folder)
    if not files:
        contents.remove_shelf(place)
        if as_json:
            write_json({"shelf": name, "removed": True})
        return
    with _filler(place, ()) as filler, show_progress() as progress:
        contents.remove(filler, files)
        filled = filler.run(progress)
    print_filled(place, filled, as_json=as_json)


@shelf.command("list")
@click.argument("name", required=False)
@click.option("--failed", is_flag=True, help="List only what could not be read, with reasons.")
@data_option
@_json
def list_(name: str | None, failed: bool, data_folder: Path | None, as_json: bool) -> None:
    """List all shelves, or the files of the shelf NAME."""
    from claims.cli import shelf_tables

    if name is None:
        if failed:
            raise InvalidInput("--failed needs the name of a shelf")
        folder = _data_folder(data_folder)
        shelf_tables.print_shelves(list_shelves(folder), as_json=as_json)
        return
    place = _existing(name, data_folder)
    if failed:
        shelf_tables.print_failed(place, as_json=as_json)
    else:
        shelf_tables.print_files(place, as_json=as_json)


@shelf.command()
@click.argument("name")
@click.argument("query")
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST_FOUND),
    default=10,
    show_default=True,
    help="Maximum number of passages.",
)
@data_option
@_json
def search(name: str, query: str, limit: int, data_folder: Path | None, as_json: bool) -> None:
    """Search the shelf NAME for passages that share words with QUERY, the best first."""
    from claims.cli.shelf_tables import print_passages

    print_passages(_existing(name, data_folder), query, limit=limit, as_json=as_json)


def _data_folder(given: Path | None) -> Path:
    return given or Settings().find_data_folder()


def _place(name: str, data_folder: Path | None) -> ShelfPlace:
    return place_of(_data_folder(data_folder), name)


def _existing(name: str, data_folder: Path | None) -> ShelfPlace:
    """The place of the shelf. Raises InvalidInput if there is none of this name."""
    place = _place(name, data_folder)
    if not place.catalog.is_file():
        names = [one.name for one in list_shelves(_data_folder(data_folder))]
        known = f"existing shelves: {', '.join(names[:20])}" if names else "no shelf exists yet"
        raise InvalidInput(f"there is no shelf {name} in {place.shelves}; {known}")
    return place


def _filler(place: ShelfPlace, allow: Sequence[str]) -> AbstractContextManager[ShelfFiller]:
    """Open the shelf for writing; the extraction child ends when it is closed."""
    from claims.cli.check import read_settings
    from claims.shelves.filling import open_filler
    from claims.wiring import build_web_fetcher

    return open_filler(place, lambda: build_web_fetcher(read_settings(allow)))
