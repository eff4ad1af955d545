from __future__ import annotations

import socket
import time

import pytest

from claims.errors import SourceError
from claims.sources.deadline import Deadline


def test_watched_connection_is_shut_down_when_the_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.2) as deadline:
        deadline.watch(ours)
        ours.settimeout(30)
        assert ours.recv(1) == b""  # looks like a normal end; only the flag shows the deadline
        assert deadline.expired
        with pytest.raises(SourceError) as caught:
            deadline.check()
        assert caught.value.code == "timeout"


def test_connection_made_too_late_is_shut_down_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.0) as deadline:
        deadline.watch(ours)
        assert ours.recv(1) == b""


def test_connection_stays_open_when_the_work_ends_in_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with Deadline(0.2) as deadline:
            deadline.watch(ours)
            deadline.check()
            assert 0 < deadline.remaining_s <= 0.2
        time.sleep(0.4)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"


def test_connection_closed_before_the_deadline_raises_no_error() -> None:
    ours, theirs = socket.socketpair()
    with theirs, Deadline(0.1) as deadline:
        deadline.watch(ours)
        ours.close()
        time.sleep(0.3)
        assert deadline.remaining_s == 0
        assert theirs.recv(1) == b""


def test_time_that_is_added_counts_for_the_connections_after_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.2) as deadline:
        time.sleep(0.3)
        assert deadline.expired
        deadline.extend(60.0)
        assert (deadline.expired, deadline.extended_s) == (False, 60.0)
        deadline.watch(ours)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"
