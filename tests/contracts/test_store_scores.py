"""The score cache: exact values, kept for some days, shared by all claims."""

from __future__ import annotations

import numpy as np

from claims.store import RedisStore

DAY_S = 24 * 3600


def test_scores_come_back_to_the_last_bit_and_in_the_order_asked(store: RedisStore) -> None:
    rows = np.random.default_rng(1).dirichlet((0.2, 0.2, 0.2), 50).astype(np.float32)
    kept = {f"k{number}": (float(r[0]), float(r[1]), float(r[2])) for number, r in enumerate(rows)}
    store.keep_scores(kept)
    asked = ["k7", "unknown", "k49", "k7"]
    found = store.get_scores(asked)
    assert [row is None for row in found] == [False, True, False, False]
    exact = np.array([row for row in found if row is not None], dtype=np.float32)
    assert (exact == rows[[7, 49, 7]]).all()


def test_nothing_asked_and_nothing_kept_are_no_error(store: RedisStore) -> None:
    store.keep_scores({})
    assert store.get_scores([]) == []


def test_scores_outlive_a_week_but_not_two(store: RedisStore) -> None:
    store.keep_scores({"k": (0.5, 0.25, 0.25)})
    (left_ms,) = store.connection.read(("PTTL", "assay:score:k"))
    assert 7 * DAY_S * 1000 < left_ms < 14 * DAY_S * 1000
