"""How long a claim stays true, by its wording: a changing figure, a state, or neither.

A claim with none of the wordings of claims/english/changing_facts.py is taken to stay true. Pure
functions. How accurate they are: tests/claims/evidence/test_claim_lifetime.py.
"""

from __future__ import annotations

from datetime import timedelta

from claims.english.changing_facts import is_current_figure, is_state

# Lifetime of a current figure: most figures are published again each quarter.
FIGURE = timedelta(days=90)
# Lifetime of a state: who holds an office, what is closed, how many people live somewhere.
STATE = timedelta(days=365)


def find_lifetime(claim: str) -> timedelta | None:
    """FIGURE, STATE, or None for a claim that stays true."""
    if is_current_figure(claim):
        return FIGURE
    return STATE if is_state(claim) else None
