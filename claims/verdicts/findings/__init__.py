"""What code establishes about quantities, dates, quotations and names of a claim. Pure functions.

Code reads; where it takes two figures to be about one thing, the judge is asked as well:

    reading = read_passage(claim, passage)        what code sees, and what it wants to ask the judge
    findings = reading.conclude(probes, answer)   the findings, shown beside the evidence

comparing         figures and dates of both sides, by the words around them (`context`)
missing           figures and dates of the claim that nothing fits
arithmetic        what follows from the passage's figures without being said
quantities        the figures of a text: `numbers` with `units`, `hedges` and counted `things`, or
                  special `forms`; `quantity` is one of them, and what bears it out
dates             the dates of a text: `written_dates`, and `relative_dates` from the page's day,
                  with `date_bounds` ("before"); `when` is one of them, and what bears it out
quotations        the claim's in the passage: `verbatim` or `altered`, by `quoted_words`, and said
                  by the same `speakers`?
comparing_names   the claim's `names` without `presence` in the passage (`countries`), or other
                  `roles`
lexicon           word lists that several of them share

When unsure, a finding is not made. How well they do: python -m evaluation.findings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claims.days import read_day
from claims.types import Finding, Passage
from claims.verdicts.findings.comparing import Proposal, propose, settle
from claims.verdicts.findings.comparing_names import find_named
from claims.verdicts.findings.missing import find_missing
from claims.verdicts.findings.quotations import find_quoted

# Letters that patterns take for others where case does not matter.
_LOOK_ALIKE = str.maketrans("ſıİ\u212a", "siIK")

__all__ = ["Proposal", "Reading", "read_passage"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What code found in a passage by itself, and the proposals the judge is asked about."""

    proposals: tuple[Proposal, ...]
    found: tuple[Finding, ...]

    def conclude(
        self, probes: npt.NDArray[np.float32], answer: npt.NDArray[np.float32]
    ) -> tuple[Finding, ...]:
        """All findings; see claims.verdicts.findings.comparing.settle for the arguments.

        A figure of which the judge confirms something is not listed as missing as well.
        """
        settled = settle(self.proposals, probes, answer)
        told = {(finding.kind, finding.claim) for finding in settled}
        rest = [finding for finding in self.found if (finding.kind, finding.claim) not in told]
        return (*settled, *rest)


def read_passage(claim: str, passage: Passage, *, within: str = "") -> Reading:
    """Compare a claim with a passage; its page's title and date help to understand it.

    `within` is the text around a passage that is but a sentence of it: what stands there, under
    whatever form, is not missing.
    """
    claim, text, around, title = (
        item.translate(_LOOK_ALIKE)
        for item in (claim, passage.text, within or passage.text, passage.page.title or "")
    )
    page_date = read_day(passage.page.published_at)
    found = [
        *find_missing(claim, around, title=title, page_date=page_date),
        *find_quoted(claim, text),
        *find_named(claim, around, title=title),
    ]
    proposals = propose(claim, text, title=title, page_date=page_date)
    return Reading(proposals, tuple(found))
