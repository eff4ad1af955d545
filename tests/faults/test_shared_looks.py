"""Claims on schedule that share their pages: each page is asked once, whatever their number."""

from __future__ import annotations

import pytest

from benchmarks.watch import Watch, measure, started_site
from tests.faults.conftest import Plant

CLAIMS, PAGES = 20, 4


def test_claims_due_at_once_ask_each_page_once_and_judge_only_what_changed(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_PACE_S", "0")
    with started_site(PAGES) as site:
        monkeypatch.setenv("ASSAY_FETCH_ALLOW", site.place)
        for _ in range(2):
            plant.start_worker(app="web_worker")
        watch = Watch(plant.store, site, claims=CLAIMS)
        unchanged, furniture, deciding = measure(watch, site, changed=1)
    assert (unchanged.unchanged, unchanged.read, unchanged.most) == (PAGES, 0, 1)
    assert (furniture.unchanged, furniture.read, furniture.most) == (PAGES - 1, 1, 1)
    assert (deciding.unchanged, deciding.read, deciding.most) == (PAGES - 1, 1, 1)
    assert [case.checks for case in (unchanged, furniture, deciding)] == [CLAIMS] * 3
    assert [set(case.judged) for case in (unchanged, furniture, deciding)] == [
        set(),
        set(),
        {claim for claim, page in watch.claims.items() if page == 0},
    ]
