"""Wordings of facts that change; test_claim_lifetime.py (verdicts) has labelled sentences."""

from __future__ import annotations

import pytest

from claims.english.changing_facts import is_current_figure, is_state, says_now


@pytest.mark.parametrize(
    ("claim", "now"),
    [
        ("The mill is now a museum.", True),
        ("Velm no longer sells cars.", True),
        ("She was born in what is now Poland.", False),
        ("Until now nobody had crossed the lake.", False),
        ("Prices rose.", False),
    ],
)
def test_wording_about_now_is_recognised(claim: str, now: bool) -> None:
    assert says_now(claim) is now


def test_figures_and_states_are_distinguished() -> None:
    assert is_current_figure("Unemployment rose to 5 percent.")
    assert not is_state("Unemployment rose to 5 percent.")
    assert is_state("Ines Kolb is mayor of Alby.")
    assert not is_current_figure("Ines Kolb is mayor of Alby.")
