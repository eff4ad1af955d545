"""Opens the store, shelves, registry file and archive of raw pages; and the real clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claims.registry import Registry
from claims.settings import Settings

if TYPE_CHECKING:
    from claims.disk import DiskReserve
    from claims.ports import Store
    from claims.shelves.shelf import Shelves
    from claims.sources.archive import RawArchive
    from claims.store import RedisStore


def now() -> datetime:
    """The current time, aware and in UTC: the only real clock."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """The store at ASSAY_REDIS_URL, checked, with the timeouts of a worker.

    Raises InvalidInput without ASSAY_REDIS_URL, StoreMisconfigured and StoreUnavailable.
    """
    from claims.store import connect

    url = _read_store_url(settings)
    return connect(
        url,
        queue_max=settings.queue_max,
        queue_share=settings.queue_share,
        sign_off_days=settings.sign_off_days,
        disk=find_store_disk(settings),
    )


def build_request_store(settings: Settings) -> RedisStore:
    """The same store for the API: calls keep to the deadline of a request (store/breaker.py).

    Sends no command yet. Raises InvalidInput without ASSAY_REDIS_URL, StoreMisconfigured.
    """
    from claims.store import RedisStore
    from claims.store.breaker import Breaker
    from claims.store.connection import StoreConnection

    url = _read_store_url(settings)
    connection = StoreConnection(url, breaker=Breaker(), disk=find_store_disk(settings))
    return RedisStore(
        connection,
        queue_max=settings.queue_max,
        queue_share=settings.queue_share,
        sign_off_days=settings.sign_off_days,
    )


def find_store_disk(settings: Settings) -> DiskReserve | None:
    """The disk of the data folder, if ASSAY_REDIS_URL is the address of its embedded server."""
    from claims.disk import DiskReserve
    from claims.store.server_files import DataFolder, write_url

    folder = DataFolder(settings.find_data_folder().absolute())
    if not folder.path.is_dir() or settings.redis_url != write_url(folder.make_socket_path()):
        return None
    return DiskReserve(folder.path, reserve_mb=settings.disk_reserve_mb)


def _read_store_url(settings: Settings) -> str:
    from claims.errors import InvalidInput

    if not settings.redis_url:
        raise InvalidInput("no store: set ASSAY_REDIS_URL, or start everything with: assay up")
    return settings.redis_url


def check_places(settings: Settings) -> None:
    """Raise InvalidInput for a folder for raw pages that cannot be used, and StoreMisconfigured for
    a store that would lose data. A store that does not answer is no error: it may answer later."""
    from claims.errors import StoreUnavailable

    build_archive(settings)
    if settings.redis_url:
        with suppress(StoreUnavailable):
            open_store(settings)


def find_shelves(settings: Settings) -> Shelves:
    """The shelves that may be searched and read from: all, or those that ASSAY_SHELVES names.

    Raises InvalidInput for an impossible name.
    """
    from claims.shelves.places import read_names
    from claims.shelves.shelf import Shelves

    return Shelves(settings.find_data_folder(), read_names(settings.shelves))


def read_registry(settings: Settings) -> Registry:
    """The registered sources of ASSAY_REGISTRY, for use without a store; none by default.

    Raises InvalidInput.
    """
    from claims.sources.registry_file import read_registry as read

    return read(Path(settings.registry).expanduser()) if settings.registry else Registry()


def build_archive(settings: Settings) -> RawArchive | None:
    """The archive of raw pages, if the settings name one. Raises InvalidInput for a folder that
    cannot be used."""
    if not settings.keep_raw:
        return None
    from claims.disk import DiskReserve
    from claims.sources.archive import RawArchive

    folder = Path(settings.keep_raw).expanduser()
    return RawArchive(folder, disk=DiskReserve(folder, reserve_mb=settings.disk_reserve_mb))
