"""Findings about quotations and names of a claim, made by rules in code. Pure functions.

    findings = read_passage(claim, passage)       shown with the evidence (passages.py)

quotations        the claim's in the passage: `verbatim` or `altered`, by `quoted_words`, and said
                  by the same `speakers`?
comparing_names   the claim's names without `presence` in the passage, or in other `roles`

Only the judge decides on figures and dates: docs/adr/0019. In doubt, no finding is made. How
accurate findings are: python -m evaluation.findings.
"""

from __future__ import annotations

from claims.evidence.findings.comparing_names import find_named
from claims.evidence.findings.quotations import find_quoted
from claims.types import Finding, Passage

# Letters that patterns confuse with other letters when case is ignored.
_LOOK_ALIKE = str.maketrans("ſıİ\u212a", "siIK")

__all__ = ["read_passage"]


def read_passage(claim: str, passage: Passage, *, within: str = "") -> tuple[Finding, ...]:
    """Compare the quotations and names of a claim with a passage and its page's title.

    `within` is the text around a passage that is only one sentence of it: a name that is in that
    text, in any form, is not missing.
    """
    claim, text, around, title = (
        item.translate(_LOOK_ALIKE)
        for item in (claim, passage.text, within or passage.text, passage.page.title or "")
    )
    return (*find_quoted(claim, text), *find_named(claim, around, title=title))
