"""What pages show of second readers: which claims can be read, and advice for claims not read.

Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from claims.report.article_view import NumberedClaim
from claims.report.formatting import is_busy
from claims.types import ClaimRecord, Evidence, NotRead, Reading, Unread, Verdict

_AGAIN = "“Have it read” asks again"
_ADVICE: Mapping[Unread, str] = {
    Unread.NOT_ASKED: "“Have it read” asks it about this claim.",
    Unread.BUDGET: f"The next day begins at 00:00 UTC: then {_AGAIN}. An administrator sets the "
    "budget (ASSAY_READER_TOKENS_PER_DAY), and catches up on the page “Second reader”.",
    Unread.NO_ANSWER: f"{_AGAIN}. The page “Second reader” shows an administrator how its endpoint "
    "does; one that is too slow needs a longer time limit (ASSAY_CHAT_TIMEOUT_S).",
    Unread.BAD_ANSWER: f"{_AGAIN}. If it happens often, test the model: assay reader test.",
}

# The reasons for a missing reading of a claim that was to be read.
_SKIPPED = (Unread.BUDGET, Unread.NO_ANSWER, Unread.BAD_ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadShare:
    """How many of an article's claims with a verdict a second reader has read.

    `skipped` is the number of claims that were to be read and were not; on the claims in
    `disagreed` the reader and the judge disagree.
    """

    read: int
    judged: int
    skipped: int
    disagreed: tuple[NumberedClaim, ...]


def advise(said: NotRead) -> str:
    """What a person can do about a claim that was not read, in sentences."""
    return _ADVICE[said.skipped]


def can_be_read(claim: ClaimRecord) -> bool:
    """Whether a person may ask a second reader about the claim, where one is set up."""
    verdict = claim.verdict
    return (
        verdict is not None
        and not isinstance(verdict.reader, Reading)
        and not claim.corrected_by
        and not is_busy(claim.status)
    )


def show_provisional(claim: ClaimRecord) -> ClaimRecord:
    """The claim as its page shows it: before its first verdict, with the provisional verdict.

    A provisional verdict names no reader, because the reader has not answered yet.
    """
    if claim.verdict or claim.provisional is None:
        return claim
    return replace(claim, verdict=replace(claim.provisional, reader=None), provisional=None)


def count_readings(claims: Iterable[NumberedClaim]) -> ReadShare | None:
    """How much of an article was read, without superseded claims; None if nothing had to be."""
    listed = [item for item in claims if item.claim.verdict and not item.claim.corrected_by]
    said = [(item, item.claim.verdict.reader) for item in listed if item.claim.verdict]
    read = [(item, one) for item, one in said if isinstance(one, Reading)]
    skipped = [one for _, one in said if isinstance(one, NotRead) and one.skipped in _SKIPPED]
    if not read and not skipped:
        return None
    return ReadShare(
        read=len(read),
        judged=len(listed),
        skipped=len(skipped),
        disagreed=tuple(item for item, one in read if one.contradicts),
    )


def addresses_model(item: Evidence, verdict: Verdict | None) -> bool:
    """Whether the page of this evidence has text that addresses a language model."""
    said = verdict.reader if verdict else None
    found = said.addressed if isinstance(said, Reading) else ()
    return item.page.sha256 in {one.page.sha256 for one in found}
