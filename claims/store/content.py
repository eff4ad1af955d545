"""The content of a store: loaded by a separate server, counted, and checked by the invariant."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from claims.store import keys
from claims.store.connection import StoreConnection
from claims.store.embedded import EmbeddedServer
from claims.store.invariant import check_invariant
from claims.store.redis_store import RedisStore
from claims.store.schema import SCHEMA

INVARIANT_MAX = 20_000
"""Maximum records for which the invariant is checked by default: the server reads them in one step,
and 100,000 took 2 GB of memory for some minutes (benchmarks/recovery.py)."""
# Seconds to wait for the server, which reads all data in one step.
_PATIENCE_S = 600


@dataclass(frozen=True, slots=True)
class StoreContent:
    """The schema number of the data, the number of its records, and their faults.

    `is_checked` says whether the invariant was checked: data of another schema and a large store
    are only counted.
    """

    schema: int
    articles: int
    claims: int
    is_checked: bool
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.articles:,} articles, {self.claims:,} claims"


def load_content(data_folder: Path) -> StoreContent:
    """The content of a data folder, on which a server is started for the duration of the call.

    The data is not changed. Raises the errors of EmbeddedServer.start.
    """
    with EmbeddedServer(data_folder) as server:
        return read_content(server.url)


def read_content(url: str, *, check_all: bool = False) -> StoreContent:
    """The content of the store at `url`; `check_all`: the invariant is checked for any size."""
    patient = f"{url}{'&' if '?' in url else '?'}socket_timeout={_PATIENCE_S}"
    with closing(StoreConnection(patient)) as connection:
        schema, articles, claims = connection.read(
            ("GET", keys.SCHEMA), ("ZCARD", keys.ARTICLES), ("ZCARD", keys.CLAIMS)
        )
        found = int(schema or 0)
        is_checked = found == SCHEMA and (check_all or articles + claims <= INVARIANT_MAX)
        problems = check_invariant(RedisStore(connection, queue_max=1)) if is_checked else []
        return StoreContent(found, articles, claims, is_checked, tuple(problems))
