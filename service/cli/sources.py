"""`assay sources`: the registered sources of a running service, one by one or as a YAML file."""

from __future__ import annotations

import getpass
from dataclasses import fields
from pathlib import Path

import click

from claims.cli.output import check_writable, write_file, write_json, write_outcome
from claims.cli.terminal import plain, write_lines
from claims.errors import InvalidInput
from claims.registry import RegisteredSource, Registry, SourceChange, SourceKind
from claims.shapes import from_json, to_json
from claims.sources.registering import check_source
from claims.sources.registry_file import read_registry, write_registry
from service.cli.connection import connect, json_option, url_option
from service.cli.filters import Command
from service.client import Client

_WIDTHS = (24, 10, 38)


def _by(command: Command) -> Command:
    return click.option(
        "--by", metavar="NAME", help="Author of the change (default: your user name)."
    )(command)


@click.group()
def sources() -> None:
    """Show and change the registered sources of a running service.

    If the service requires a key, it is read from ASSAY_API_KEY.
    """


@sources.command("list")
@url_option
@json_option
def list_sources(url: str | None, as_json: bool) -> None:
    """List all registered sources."""
    items = connect(url).list_sources()
    if as_json:
        write_json([to_json(item) for item in items])
        return
    lines = [_row("name", "kind", "where", "credibility")] if items else ["no source is registered"]
    for source in items:
        where = source.address or ", ".join(source.domains)
        known = source.credibility
        rating = "" if known is None else f"{known:.2f}  {source.reason}"
        lines.append(_row(source.name, source.kind, where, rating))
    write_lines(lines)


@sources.command()
@click.argument("name")
@url_option
@json_option
def show(name: str, url: str | None, as_json: bool) -> None:
    """Show one source and its changes, with author and time."""
    client = connect(url)
    source = _find(client, name)
    fields: dict[str, object] | None = to_json(source) if source else None
    changes = client.get_source_changes(name)
    if as_json:
        write_json({"source": fields, "changes": [to_json(change) for change in changes]})
        return
    lines = [f"{name} is no longer registered"] if source is None else _write_source(source)
    lines += map(_write_change, changes)
    write_lines(map(plain, lines))


def _write_source(source: RegisteredSource) -> list[str]:
    """A line for each field that is set."""
    values = {field.name: getattr(source, field.name) for field in fields(source)}
    return [
        f"{name}: {', '.join(value) if isinstance(value, tuple) else value}"
        for name, value in values.items()
        if value not in (None, ())
    ]


def _write_change(change: SourceChange) -> str:
    what = "; ".join(
        f"{field}: {before or 'nothing'} -> {after or 'nothing'}"
        for field, (before, after) in change.changes.items()
    )
    return f"{change.at:%Y-%m-%d %H:%M}  {change.by}: {what}"


@sources.command("set")
@click.argument("name")
@click.option(
    "--kind", type=click.Choice([str(kind) for kind in SourceKind]), help="How it is read."
)
@click.option("--address", metavar="URL", help="Address to read or search; for a shelf, its name.")
@click.option("--domain", "domains", multiple=True, help="Host of its pages, with its subdomains.")
@click.option(
    "--include",
    multiple=True,
    metavar="PATTERN",
    help="Use only addresses that match; * matches any characters.",
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Skip addresses that match.")
@click.option("--family", help="Its publisher; sources of one family count as one origin.")
@click.option("--language", metavar="CODE", help="The language of its pages.")
@click.option(
    "--credibility", type=click.FloatRange(0, 1), help="Rating from 0 to 1; requires --reason."
)
@click.option("--reason", help="Reason for the rating.")
@_by
@url_option
@json_option
def set_source(name: str, by: str | None, url: str | None, as_json: bool, **given: object) -> None:
    """Register a source, or change the given fields of one; the others stay."""
    client = connect(url)
    known: dict[str, object] = to_json(_find(client, name) or RegisteredSource(name=name))
    said = {field: value for field, value in given.items() if value not in (None, ())}
    source = _put(client, from_json(RegisteredSource, known | said), by)
    write_outcome(to_json(source), f"{name} is registered", as_json=as_json)


@sources.command()
@click.argument("name")
@_by
@url_option
@json_option
def remove(name: str, by: str | None, url: str | None, as_json: bool) -> None:
    """Remove a source. Verdicts that cite its pages and the record of its changes stay."""
    connect(url).delete_source(name, by=by or _user())
    write_outcome({"name": name, "removed": True}, f"{name} is removed", as_json=as_json)


@sources.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_by
@url_option
@json_option
def import_sources(file: Path, by: str | None, url: str | None, as_json: bool) -> None:
    """Register every source of a YAML FILE. Sources of the same name are replaced, others stay. If
    an entry is wrong, nothing is changed."""
    registry = read_registry(file)
    client = connect(url)
    known = {source.name: source for source in client.list_sources()}
    together = known | {source.name: source for source in registry.sources}
    Registry(tuple(together.values())).check_pages()
    stored = [_put(client, source, by) for source in registry.sources]
    words = f"{len(stored)} sources are registered from {plain(str(file))}"
    write_outcome([to_json(source) for source in stored], words, as_json=as_json)


@sources.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@url_option
def export_sources(file: Path | None, url: str | None) -> None:
    """Write all sources as YAML, to FILE or to standard output."""
    if file:
        check_writable(file)
    kept = [check_source(source) for source in connect(url).list_sources()]
    text = write_registry(kept)
    if file is None:
        click.echo(text, nl=False)
    else:
        write_file(file, [text.encode()])
        click.echo(f"{len(kept)} sources are in {file}", err=True)


def _find(client: Client, name: str) -> RegisteredSource | None:
    return next((source for source in client.list_sources() if source.name == name), None)


def _put(client: Client, source: RegisteredSource, by: str | None) -> RegisteredSource:
    """Register or replace a source, and return it as the service has it."""
    # Validate before anything is sent.
    shape: dict[str, object] = to_json(check_source(source))
    return client.put_source(str(shape.pop("name")), shape | {"by": by or _user()})


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise InvalidInput("your user name is unknown: give your name with --by") from None


def _row(*cells: str) -> str:
    texts = list(map(plain, cells))
    return "  ".join([*(t.ljust(w) for t, w in zip(texts, _WIDTHS, strict=False)), *texts[3:]])
