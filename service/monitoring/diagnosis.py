"""The checks of `assay doctor`, which find faults of a deployment; each check is independent.

Nothing is changed. If the service is not running, the files of the store are checked, and a server
loads them for the duration of the checks.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from claims.disk import DiskReserve
from claims.errors import AssayError
from claims.ports import LookBudget, StoreHealth
from claims.settings import Settings
from claims.store import RedisStore, keys
from claims.store.append_only_file import find_damage
from claims.store.connection import StoreConnection
from claims.store.content import read_content
from claims.store.embedded import EmbeddedServer, find_server, own_files
from claims.store.schema import SCHEMA
from claims.store.server_files import DataFolder
from claims.store.server_problems import write_shortage
from claims.store.unreadable import find_unreadable
from claims.wiring import build_archive, check_judge, check_reader, find_shelves
from claims.wrong_settings import PREFIX, WrongSetting, list_unknown, list_unreadable
from service.access.binding import check_strength
from service.http.security import is_loopback
from service.monitoring.readiness import list_parts

CLOCK_S = 5.0
"""Maximum difference of the clocks of this machine and the store's, in seconds."""
SHOWN = 50
"""Maximum faults that a finding names."""
_DECIDED_BY = {
    "exposure": frozenset({"data_folder", "redis_url", "broker_url", "reader", "chat_url"}),
    "disk": frozenset({"data_folder", "disk_reserve_mb"}),
    "store": frozenset({"data_folder", "redis_url"}),
    "model": frozenset({"judge", "judge_threads"}),
    "reader": frozenset({"data_folder", "reader", "chat_url", "chat_key", "chat_timeout_s"}),
}
"""The settings on which the checks depend; if one is wrong, its checks are skipped."""


class State(StrEnum):
    """The result of one check."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, in words; `detail` says what to do about a fault."""

    check: str
    state: State
    detail: str


def diagnose(data_folder: Path | None, *, check_all: bool = False) -> list[Finding]:
    """The findings of all checks, in order. `data_folder` replaces that of the settings.

    `check_all`: the invariant is checked for any number of records.
    """
    settings, wrong = _read_settings()
    folder = DataFolder((data_folder or settings.find_data_folder()).absolute())
    unknown = {each.name for each in wrong} - ({"data_folder"} if data_folder else set())
    checks = {
        "exposure": _check_exposure(settings, folder),
        "disk": _check_disk(settings, folder),
        "store": _check_store(settings, folder, check_all=check_all),
        "model": _check_model(settings),
        "reader": _check_reader(settings, folder),
    }
    findings = [_check_settings(settings, wrong)]
    for check, found in checks.items():
        missing = sorted(_DECIDED_BY[check] & unknown)
        findings += [_skip(check, missing)] if missing else found
    return findings


class _UncheckedSettings(Settings):
    """Settings that allow unknown names in the environment; raises pydantic's own error."""

    def __init__(self, **values: Any) -> None:
        BaseSettings.__init__(self, **values)


def _read_settings() -> tuple[Settings, tuple[WrongSetting, ...]]:
    """The settings, with the default for each one that cannot be read, and all that is wrong.

    This is for diagnosing a deployment, never for running one.
    """
    wrong = list_unknown(os.environ, Settings.model_fields)
    try:
        return _UncheckedSettings(), tuple(wrong)
    except ValidationError as error:
        unreadable = list_unreadable(error, Settings.model_fields)
    defaults = {each.name: Settings.model_fields[each.name].default for each in unreadable}
    return _UncheckedSettings(**defaults), (*wrong, *unreadable)


def _check_settings(settings: Settings, wrong: Sequence[WrongSetting]) -> Finding:
    problems = [each.complaint for each in wrong]
    for check in (check_strength, build_archive, find_shelves):
        try:
            check(settings)
        except AssayError as error:
            problems.append(str(error))
    if problems:
        return Finding("settings", State.FAULT, "; ".join(problems))
    return Finding("settings", State.OK, "they can be read")


def _skip(check: str, missing: Sequence[str]) -> Finding:
    names = ", ".join(f"{PREFIX}{name.upper()}" for name in missing)
    return Finding(check, State.SKIPPED, f"it depends on a wrong setting: {names}")


def _check_exposure(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    """Whether others could read the data or use the service, by settings and file permissions."""
    problems = []
    # With the user's own server the folder has no store, but it has the other files of `assay up`.
    content = "logs, shelves, local key" if settings.redis_url else "the store, logs, shelves"
    if folder.path.is_dir() and stat.S_IMODE(folder.path.stat().st_mode) & 0o077:
        problems.append(
            f"other users of this machine can enter {folder.path} ({content}): "
            f"chmod 700 {folder.path}"
        )
    for name in ("redis_url", "broker_url", *(("chat_url",) if settings.reader else ())):
        url = urlsplit(getattr(settings, name) or "")
        if url.scheme in ("redis", "http") and not is_loopback(url.hostname or ""):
            problems.append(
                f"ASSAY_{name.upper()} goes to {url.hostname} without encryption: use "
                f"{url.scheme}s:// unless the network is private"
            )
    if problems:
        yield Finding("exposure", State.WARNING, "; ".join(problems))
        return
    detail = "data folder and store are open to this user alone"
    if settings.redis_url:
        is_there = folder.path.is_dir()
        own = (
            "the data folder is open to this user alone" if is_there else "there is no data folder"
        )
        detail = f"{own}; your own server decides who may use the store"
    yield Finding("exposure", State.OK, detail)


def _check_disk(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    if not folder.path.is_dir():
        yield Finding("disk", State.SKIPPED, f"there is no data folder {folder.path} yet")
        return
    shortage = DiskReserve(folder.path, reserve_mb=settings.disk_reserve_mb).find_shortage()
    if shortage:
        yield Finding("disk", State.FAULT, write_shortage(shortage))
    else:
        yield Finding("disk", State.OK, f"{folder.path} has room")


def _check_store(settings: Settings, folder: DataFolder, *, check_all: bool) -> Iterator[Finding]:
    """The files, then the server and its content."""
    url = settings.redis_url or find_server(folder.path)
    if url is not None:
        yield Finding("file", State.SKIPPED, "a server writes to it")
        yield from _check_server(url, is_running=True, check_all=check_all)
    elif not folder.manifest.exists():
        yield Finding("file", State.SKIPPED, f"{folder.path} has no data yet")
    else:
        yield from _check_files(folder, check_all=check_all)


def _check_files(folder: DataFolder, *, check_all: bool) -> Iterator[Finding]:
    try:
        folder.check_restored()
        with own_files(folder.path):
            damage = find_damage(folder)
        if damage is not None:
            detail = f"{damage}; run: assay repair --data {folder.path}"
            yield Finding("file", State.FAULT, detail)
            return
        yield Finding("file", State.OK, f"the files in {folder.files} are undamaged")
        with EmbeddedServer(folder.path) as server:
            yield from _check_server(server.url, is_running=False, check_all=check_all)
    except AssayError as error:
        yield Finding("store", State.FAULT, str(error))


def _check_server(url: str, *, is_running: bool, check_all: bool) -> Iterator[Finding]:
    try:
        with closing(StoreConnection(url)) as connection:
            store = RedisStore(connection, queue_max=1)
            health = store.health()
            yield _describe_server(health)
            yield from _check_parts(health, is_running=is_running)
            yield _describe_looks(store.read_metrics().looks)
            yield _check_clock(connection)
        yield from _check_content(url, check_all=check_all)
    except AssayError as error:
        yield Finding("store", State.FAULT, str(error))


def _describe_server(health: StoreHealth) -> Finding:
    if health.problems:
        return Finding("store", State.FAULT, "; ".join(health.problems))
    if health.shortages:
        return Finding("store", State.FAULT, "; ".join(health.shortages))
    return Finding("store", State.OK, "it answers, and keeps what is accepted")


def _check_parts(health: StoreHealth, *, is_running: bool) -> Iterator[Finding]:
    """The workers of a running service."""
    if not is_running:
        yield Finding("workers", State.SKIPPED, "the service does not run")
        return
    for part in list_parts(health, broker_problem=None):
        if part.name not in ("store", "disk", "broker"):
            # A judge takes seconds to load; one that cannot be loaded is a fault of the model.
            missing = State.WARNING if part.name == "judge" else State.FAULT
            yield Finding(part.name, State.OK if part.ready else missing, part.detail)


def _describe_looks(looks: LookBudget) -> Finding:
    if looks.per_day is None:
        return Finding("looks", State.OK, "checks on schedule have no budget")
    detail = f"{looks.today:,} of {looks.per_day:,} a day began today"
    if looks.stretch > 1:
        times = f"{looks.stretch:.1f} times as long"
        detail += f"; the schedules plan {looks.planned:,.0f} a day: periods are {times}"
    return Finding("looks", State.OK, detail)


def _check_clock(connection: StoreConnection) -> Finding:
    """The store's clock against that of this machine and against the newest event."""
    seconds, _ = connection.command("TIME")
    skew_s = abs(time.time() - int(seconds))
    if skew_s > CLOCK_S:
        detail = f"this machine and the store differ by {skew_s:.0f} s: set both by NTP"
        return Finding("clock", State.FAULT, detail)
    newest = connection.command("XREVRANGE", keys.EVENTS, "+", "-", "COUNT", 1)
    newest_s = int(newest[0][0].partition("-")[0]) / 1000 if newest else 0.0
    if newest_s > int(seconds) + CLOCK_S:
        detail = (
            f"it is earlier than the newest event ({datetime.fromtimestamp(newest_s, UTC):%F %T} "
            "UTC): the clock was set back, or was ahead before; set it by NTP"
        )
        return Finding("clock", State.FAULT, detail)
    return Finding("clock", State.OK, f"{datetime.fromtimestamp(int(seconds), UTC):%F %T} UTC")


def _check_content(url: str, *, check_all: bool) -> Iterator[Finding]:
    content = read_content(url, check_all=check_all)
    if content.schema > SCHEMA:
        detail = f"the data has schema {content.schema}: run the release that wrote it, or later"
        yield Finding("invariant", State.FAULT, detail)
    elif content.schema < SCHEMA:
        detail = f"{content}; the data has schema {content.schema}, and is upgraded at the start"
        yield Finding("invariant", State.SKIPPED, detail)
    elif not content.is_checked:
        detail = (
            f"{content}: assay doctor --all reads them, during which the server answers no request"
        )
        yield Finding("invariant", State.SKIPPED, detail)
    else:
        yield _list_faults("records", find_unreadable(url), "all can be read")
        yield _list_faults("invariant", content.problems, f"it holds: {content}")


def _list_faults(check: str, faults: Sequence[str], otherwise: str) -> Finding:
    if not faults:
        return Finding(check, State.OK, otherwise)
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return Finding(check, State.FAULT, f"{count}: {'; '.join(faults[:SHOWN])}{more}")


def _check_model(settings: Settings) -> Iterator[Finding]:
    try:
        check_judge(settings, shipped=True)
    except AssayError as error:
        yield Finding("model", State.FAULT, str(error))
        return
    yield Finding("model", State.OK, "the judge can be used")


def _check_reader(settings: Settings, folder: DataFolder) -> Iterator[Finding]:
    """Whether the endpoint answers, and whether the reader's test allows its use."""
    if not settings.reader:
        yield Finding("reader", State.SKIPPED, "no second reader is set; the judge decides alone")
        return
    here = settings.model_copy(update={"data_folder": str(folder.path)})
    warning = check_reader(here)
    if warning:
        yield Finding("reader", State.WARNING, warning)
        return
    yield Finding("reader", State.OK, f"the endpoint of {settings.reader} answers")
