"""The passages that decide a verdict, so that a later check can say whether they are others.

Pure functions.
"""

from __future__ import annotations

import hashlib

from claims.english.sentence_content import find_content
from claims.types import Evidence, HistoryEntry, Stance, Verdict, VerdictLabel

# Maximum passages of a verdict that are compared: as many as the judge reads.
PASSAGES_MAX = 12
_SIDES = {
    VerdictLabel.SUPPORTED: (Stance.SUPPORTS,),
    VerdictLabel.REFUTED: (Stance.REFUTES,),
    VerdictLabel.CONFLICTING_EVIDENCE: (Stance.SUPPORTS, Stance.REFUTES),
    VerdictLabel.NOT_ENOUGH_EVIDENCE: (),
}


def list_passages(verdict: Verdict) -> tuple[str, ...]:
    """A digest for each quotation on the side of the label, the deciding one first.

    It is of the address of the page and of what the quotation states, so that other wording alone
    gives the same digest (claims.english.sentence_content).
    """
    sides = _SIDES[verdict.label]
    found = (_digest(item) for item in verdict.evidence if item.side in sides)
    return tuple(dict.fromkeys(found))[:PASSAGES_MAX]


def has_edited_passage(entry: HistoryEntry) -> bool:
    """Whether a page has changed in a sentence that is evidence, or next to one."""
    return entry.diff is not None and any(change.deciding for change in entry.diff.changed)


def _digest(item: Evidence) -> str:
    parts = [item.page.url, *sorted(find_content(item.quote))]
    text = "\n".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:16]
