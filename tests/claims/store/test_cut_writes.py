"""The server is killed in the middle of writing a change to its file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from claims.access import Action
from claims.ports import EventFilter
from claims.store import connect
from claims.store.embedded import EmbeddedServer
from claims.types import EventType
from tests.claims.store.test_data_folder import newest_file

CUTS = 8
"""Places at which the file is cut, spread evenly over what the change has written."""


def find_parts(folder: Path) -> tuple[bool, int, int]:
    """Whether the tag has a schedule, and how many events and entries of the audit log say so."""
    with EmbeddedServer(folder) as server:
        store = connect(server.url)
        kinds = (EventType.TAG_SCHEDULED,)
        events = store.list_events(since=None, limit=9, only=EventFilter(types=kinds)).items
        logged = store.audit.read(limit=9).items
        audit = [entry for entry in logged if entry.action == Action.SCHEDULE_SET]
        found = bool(store.tag_schedules.list_all()), len(events), len(audit)
        store.close()
        return found


def test_schedule_of_a_tag_and_its_event_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with EmbeddedServer(folder) as server:
        store = connect(server.url)
        before = newest_file(folder).stat().st_size
        store.tag_schedules.put("City", every="P1D", until=None)
        store.close()
    size = newest_file(folder).stat().st_size
    found = []
    for part in range(CUTS + 1):
        cut = tmp_path / f"cut{part}"
        shutil.copytree(folder, cut)
        os.truncate(newest_file(cut), size - (size - before) * part // CUTS)
        found.append(find_parts(cut))
    assert set(found) == {(True, 1, 1), (False, 0, 0)}
    assert (found[0], found[-1]) == ((True, 1, 1), (False, 0, 0))
