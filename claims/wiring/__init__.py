"""Builds the real adapters, once per process, for the workers and the command line.

Each builder imports its adapter itself, so that a process loads only what it uses: neither the API
nor a fetching worker loads the model. One module for each kind of object that is built;
import from this package.
"""

from __future__ import annotations

from claims.wiring.fetching import (
    build_fetcher,
    build_mailer,
    build_poster,
    build_web_fetcher,
)
from claims.wiring.judges import build_judge, check_judge, name_judge
from claims.wiring.places import (
    build_archive,
    build_request_store,
    check_places,
    find_shelves,
    find_store_disk,
    now,
    open_store,
    read_registry,
)
from claims.wiring.providers import build_providers
from claims.wiring.reader_files import build_own_reader, find_test, open_answer_file
from claims.wiring.readers import (
    build_reader,
    check_reader,
    get_answer_s,
    name_reader,
    warn_of_test,
)

__all__ = [
    "build_archive",
    "build_fetcher",
    "build_judge",
    "build_mailer",
    "build_own_reader",
    "build_poster",
    "build_providers",
    "build_reader",
    "build_request_store",
    "build_web_fetcher",
    "check_judge",
    "check_places",
    "check_reader",
    "find_shelves",
    "find_store_disk",
    "find_test",
    "get_answer_s",
    "name_judge",
    "name_reader",
    "now",
    "open_answer_file",
    "open_store",
    "read_registry",
    "warn_of_test",
]
