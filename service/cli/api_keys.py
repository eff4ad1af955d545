"""`assay keys`: the API keys, directly in the store, so that the first key needs no other key."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import click

from claims.access import KEY_NAME_CHARS, LOCAL, Actor, ApiKey, Scope
from claims.cli.options import data_option
from claims.cli.output import write_json, write_outcome
from claims.cli.terminal import plain, write_lines
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.shapes import to_json
from claims.store import RedisStore, connect
from claims.store.embedded import EmbeddedServer, find_server
from claims.times import parse_day, parse_duration, parse_grace
from claims.wiring import now
from service.access.issuing import create_key, rotate_key
from service.cli.connection import json_option
from service.shapes import IssuedKey

_FIRST_KEY = (
    "From now on every request needs a key, on this machine too: sign in with it in the browser. "
    "The commands of the user who runs the service need none."
)
_WIDTHS = (8, 24, 24, 8, 10)


@click.group()
def keys() -> None:
    """Make, list, rotate and revoke keys of the API.

    Works on the store of this machine's service, which need not run: that of ASSAY_REDIS_URL, or of
    the data folder. Over the network: /v1/keys.
    """


@keys.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE[,SCOPE]",
    help=f"What it may do: {', '.join(Scope)}.",
)
@click.option(
    "--expires", metavar="DATE|DURATION", help="When it ends: 2027-01-01 (UTC), or P90D from now."
)
@data_option
@json_option
def create(
    name: str, scopes: Sequence[str], expires: str | None, data_folder: Path | None, as_json: bool
) -> None:
    """Make a key called NAME, and print it: the only time that it is shown."""
    wanted, expires_at = _read_scopes(scopes), _read_expiry(expires)
    if not name.strip() or not name.isprintable() or len(name) > KEY_NAME_CHARS:
        raise InvalidInput(f"the name of a key is one line of at most {KEY_NAME_CHARS} characters")
    with _open_store(data_folder) as store:
        is_first = not store.api_keys.exist()
        issued = create_key(store, name=name, scopes=wanted, expires_at=expires_at)
    _print_issued(issued, as_json=as_json)
    if is_first:
        click.echo(_FIRST_KEY, err=True)


@keys.command("list")
@data_option
@json_option
def list_keys(data_folder: Path | None, as_json: bool) -> None:
    """List all keys, newest first."""
    with _open_store(data_folder) as store:
        found = store.api_keys.list_keys()
    if as_json:
        write_json([to_json(key) for key in found])
    elif found:
        head = _row("id", "name", "scopes", "status", "expires", "last used")
        write_lines([head, *map(_write_key, found)])
    else:
        write_lines(["there is no key"])


@keys.command("revoke")
@click.argument("key_id", metavar="ID")
@data_option
@json_option
def revoke(key_id: str, data_folder: Path | None, as_json: bool) -> None:
    """End a key now, and the sessions of browsers that signed in with it."""
    with _open_store(data_folder) as store:
        store.api_keys.revoke(key_id)
        key = store.api_keys.get(key_id).key
    write_outcome(to_json(key), f"{key_id} is revoked", as_json=as_json)


@keys.command("rotate")
@click.argument("key_id", metavar="ID")
@click.option("--grace", metavar="DURATION", help="Keep the old one as well, such as for PT1H.")
@data_option
@json_option
def rotate(key_id: str, grace: str | None, data_folder: Path | None, as_json: bool) -> None:
    """Give a key a new secret, and print the key: the only time that it is shown."""
    length = parse_grace(grace or "PT0S")
    with _open_store(data_folder) as store:
        issued = rotate_key(store, key_id, grace=length)
    _print_issued(issued, as_json=as_json)


@contextmanager
def _open_store(data_folder: Path | None) -> Iterator[RedisStore]:
    """The store of a service of this machine, whether or not the service runs, for its user.

    It is the server of ASSAY_REDIS_URL, or that of the data folder; the latter is started for the
    duration of the block if it is not running. Raises the errors of `connect` and
    EmbeddedServer.start, and InvalidInput when both are named.
    """
    settings = Settings()
    if settings.redis_url and data_folder is not None:
        raise InvalidInput("ASSAY_REDIS_URL names the store: leave --data out")
    folder = data_folder or settings.find_data_folder()
    url = settings.redis_url or find_server(folder)
    if url is not None:
        with closing(connect(url)) as store:
            yield store.acting_as(_find_actor())
        return
    with EmbeddedServer(folder) as server, closing(connect(server.url)) as store:
        yield store.acting_as(_find_actor())


def _read_scopes(given: Sequence[str]) -> set[Scope]:
    names = [name.strip() for text in given for name in text.split(",")]
    unknown = [name for name in names if name not in list(Scope)]
    if unknown:
        raise InvalidInput(f"{plain(unknown[0])}: no scope; there are {', '.join(Scope)}")
    return set(map(Scope, names))


def _read_expiry(given: str | None) -> datetime | None:
    """The time of expiry; a day means its beginning in UTC."""
    if given is None:
        return None
    if given.startswith("P"):
        return now() + parse_duration(given)
    return datetime.combine(parse_day(given), time(tzinfo=UTC))


def _find_actor() -> Actor:
    """The user who runs the command, as an actor."""
    with suppress(OSError, KeyError, ImportError):
        return replace(LOCAL, name=getpass.getuser())
    return LOCAL


def _print_issued(issued: IssuedKey, *, as_json: bool) -> None:
    if as_json:
        write_json(to_json(issued))
        return
    end = f", until {issued.expires_at:%Y-%m-%d %H:%M} UTC" if issued.expires_at else ""
    about = f"{issued.id} ({', '.join(issued.scopes)}{end})"
    click.echo(f"{about}. Keep it, it is not shown again:", err=True)
    click.echo(issued.key)
    if issued.scopes == (Scope.FEED,):
        address = f"/v1/changes.atom?key={issued.key}"
        click.echo(f"For a feed reader: the address of the service with {address}", err=True)


def _write_key(key: ApiKey) -> str:
    used = "never" if key.last_used_at is None else f"{key.last_used_at:%Y-%m-%d %H:%M}"
    end = "" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d}"
    return _row(key.id, key.name, ",".join(key.scopes), key.status, end, used)


def _row(*cells: object) -> str:
    texts = [plain(str(cell)) for cell in cells]
    return "  ".join([*(t.ljust(w) for t, w in zip(texts, _WIDTHS, strict=False)), texts[-1]])
