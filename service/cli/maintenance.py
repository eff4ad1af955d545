"""`assay doctor`, `repair`, `backup` and `restore`: the data of a service of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from claims.cli.options import data_option
from claims.cli.output import check_writable, write_outcome
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store.backups import make_backup, restore_backup
from claims.store.content import StoreContent
from claims.store.embedded import EmbeddedServer, find_server
from claims.store.repair import repair as repair_folder
from claims.store.server_files import DataFolder
from service.cli.connection import json_option
from service.monitoring.diagnosis import Finding, State, diagnose

EXIT_FAULT = 1
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@data_option
@click.option("--all", "check_all", is_flag=True, help="Read all data, however much there is.")
@json_option
def doctor(data_folder: Path | None, check_all: bool, as_json: bool) -> int:
    """Check this deployment for faults: settings, exposure, disk, data, clock and model.

    Works with and without a running service, and changes nothing. Exits with 1 on a fault.
    """
    findings = diagnose(data_folder, check_all=check_all)
    shape = [asdict(finding) for finding in findings]
    write_outcome(shape, "\n".join(map(_write_finding, findings)), as_json=as_json)
    return EXIT_FAULT if any(finding.state is State.FAULT for finding in findings) else 0


@click.command()
@data_option
@click.option(
    "--force", is_flag=True, help="Cut also where whole writes behind the damage are lost."
)
@json_option
def repair(data_folder: Path | None, force: bool, as_json: bool) -> int:
    """Cut a damaged end off the data of a stopped service, keep it, and check the rest.

    A power cut can leave such an end. All accepted data is before it.
    """
    folder = _find_folder(data_folder)
    done = repair_folder(folder, force=force)
    lines = [f"No file of {folder} has a damaged end."]
    if done.damage is not None:
        lines = [f"Damaged: {done.damage}.", f"What was cut off is in {done.kept}."]
    lines += _write_content(done.content)
    shape = {
        "damage": str(done.damage) if done.damage else None,
        "kept": str(done.kept) if done.kept else None,
        **asdict(done.content),
    }
    return _finish(shape, lines, done.content, as_json=as_json)


@click.command()
@click.argument("file", type=_FILE)
@data_option
@json_option
def backup(file: Path, data_folder: Path | None, as_json: bool) -> int:
    """Write the data of a service, running or not, to FILE, as it is at one moment.

    The backup is loaded and read back before FILE is there. It has the secrets of webhooks.
    """
    check_writable(file)
    folder = DataFolder(_find_folder(data_folder).absolute())
    with _serve(folder) as url:
        note, content = make_backup(url, folder, file)
    lines = [f"{file}: {note.bytes:,} bytes, sha256 {note.sha256}", *_write_content(content)]
    return _finish(asdict(note) | {"problems": content.problems}, lines, content, as_json=as_json)


@click.command()
@click.argument("file", type=_FILE)
@data_option
@click.option("--force", is_flag=True, help="Put data that is there aside.")
@json_option
def restore(file: Path, data_folder: Path | None, force: bool, as_json: bool) -> int:
    """Put the data of a backup into the data folder of a stopped service.

    The backup's checksum is compared, and it is loaded, before it replaces any data.
    """
    folder = _find_folder(data_folder)
    note, content, aside = restore_backup(file, folder, force=force)
    lines = [f"Restored the backup of {note.made_at} into {folder}."]
    lines += [f"The data that was there is in {aside}."] if aside else []
    lines += _write_content(content)
    shape = {**asdict(note), "aside": str(aside) if aside else None, "problems": content.problems}
    return _finish(shape, lines, content, as_json=as_json)


def _find_folder(data_folder: Path | None) -> Path:
    settings = Settings()
    if settings.redis_url:
        raise InvalidInput(
            "ASSAY_REDIS_URL names a server of your own: use its own backup and repair "
            "(docs/guides/run-in-production.md), or unset it for a data folder"
        )
    return data_folder or settings.find_data_folder()


@contextmanager
def _serve(folder: DataFolder) -> Iterator[str]:
    """The address of the server of a folder that has data; started if none runs."""
    url = find_server(folder.path)
    if url is not None:
        yield url
        return
    if not folder.manifest.exists():
        raise InvalidInput(f"{folder.path} has no data")
    with EmbeddedServer(folder.path) as server:
        yield server.url


def _finish(
    shape: dict[str, object], lines: list[str], content: StoreContent, *, as_json: bool
) -> int:
    write_outcome(shape, "\n".join(lines), as_json=as_json)
    return EXIT_FAULT if content.problems else 0


def _write_content(content: StoreContent) -> list[str]:
    if content.problems:
        return [f"Loaded: {content}. FAULTS:", *(f"  {problem}" for problem in content.problems)]
    in_order = "all in order" if content.is_checked else "assay doctor --all checks them"
    return [f"Loaded: {content}; {in_order}."]


def _write_finding(finding: Finding) -> str:
    return f"{finding.state.upper():8}  {finding.check}: {finding.detail}"
