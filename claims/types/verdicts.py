"""Stances, findings, and the verdict that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from claims.types.articles import Span
from claims.types.gathering import Coverage
from claims.types.labels import Stance, Strength, VerdictLabel, find_strength
from claims.types.pages import PageReference
from claims.types.readings import NotRead, Reading
from claims.types.searches import PriorCheck

LOST_CHANGED = "changed"
"""The page has another text, and the quotation is not among its evidence any more."""
LOST_UNLISTED = "not-found-again"
"""The page is neither a source of the claim nor a result of its searches any more."""
# Minimum probability of SUPPORTED or REFUTED for that verdict, unless a setting overrides it.
LEAST_CONFIDENCE = 0.55
# Minimum probability of a side for a passage to bear on the claim, and for its origin to vote.
LEAST_TO_BEAR = 0.3


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Stance probabilities of one pair; each in [0, 1], summing to 1."""

    supports: float
    refutes: float
    neutral: float

    @property
    def stance(self) -> Stance:
        """The most probable of the three; of equal ones NEUTRAL, then REFUTES."""
        if self.neutral >= max(self.supports, self.refutes):
            return Stance.NEUTRAL
        return Stance.SUPPORTS if self.supports > self.refutes else Stance.REFUTES

    @property
    def side(self) -> Stance:
        """The more probable side if it bears on the claim (LEAST_TO_BEAR), else NEUTRAL.

        The neutral probability is ignored, so that more support can never make a passage refute.
        """
        if max(self.supports, self.refutes) < LEAST_TO_BEAR:
            return Stance.NEUTRAL
        return Stance.SUPPORTS if self.supports > self.refutes else Stance.REFUTES

    def of(self, stance: Stance) -> float:
        """The probability of a stance."""
        return {
            Stance.SUPPORTS: self.supports,
            Stance.REFUTES: self.refutes,
            Stance.NEUTRAL: self.neutral,
        }[stance]


class FindingResult(StrEnum):
    """The result when code compares a part of the claim with the evidence."""

    DIFFERS = "differs"
    ABSENT = "not in the passage"
    VERBATIM = "verbatim"
    ALTERED = "altered"
    CUT = "cut"
    OTHER_SPEAKER = "other speaker"
    OTHER_ROLE = "other role"


@dataclass(frozen=True, slots=True)
class Finding:
    """A quotation or name of the claim, compared by code with a passage.

    `rule` says in a few words how the two were compared.
    """

    kind: str
    claim: str
    evidence: str
    result: str
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quotation that bears on the claim; quote == page_text[span.start:span.end].

    `stance` follows from the probabilities, also in what an earlier release stored.
    `page_number` is the page on which it begins in a document with pages (a PDF), from 1. `stale`
    means that the page is too old for the claim; see claims/evidence/staleness.py. `quoted_for` is
    the side, SUPPORTS or REFUTES, for which the second reader quotes it or some of its words; that
    side is then the stance. `only_quoted` means that only the second reader chose it, so that it
    does not count in the judge's verdict. `party` means that the publisher of the page is a party
    to the claim; see claims/evidence/parties.py.
    """

    quote: str
    span: Span
    stance: Stance = Stance.NEUTRAL
    probabilities: Probabilities
    page: PageReference
    findings: tuple[Finding, ...] = ()
    page_number: int | None = None
    stale: bool = False
    quoted_for: Stance | None = None
    only_quoted: bool = False
    party: bool = False

    def __post_init__(self) -> None:
        """Set the stance."""
        object.__setattr__(self, "stance", self.quoted_for or self.probabilities.stance)

    @property
    def side(self) -> Stance:
        """The side that it bears on: the second reader's if it quotes it, otherwise the judge's."""
        return self.quoted_for or self.probabilities.side


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPage:
    """A page on which an earlier verdict is based, and which is now missing or changed.

    `check` is the last check whose verdict cited it first, or first on its side, and `quote` the
    quotation; `since` is the first check that missed the page or the quotation. `code` is the
    coverage code of the failure, or LOST_CHANGED or LOST_UNLISTED.
    """

    page: PageReference
    quote: str
    check: int
    since: int
    code: str


@dataclass(frozen=True, slots=True)
class JudgeName:
    """The name of the model that gave the stances."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The conclusion of one check. The deciding evidence comes first.

    `support` in [0, 1] says how far the evidence supports the claim, None when no evidence bears on
    it; `confidence` in [0, 1] is the probability that the label is right. `lost_page` is the page
    that decided earlier, if it is now missing or changed. `reader` is the second reader's answer,
    or why there is none; None if no reader is set up. `strength` is computed from the other fields,
    also for verdicts that an earlier release stored. A decisive verdict without evidence cannot be
    constructed.
    """

    label: VerdictLabel
    support: float | None
    confidence: float
    strength: Strength | None = None
    check: int
    checked_at: datetime
    explanation: str
    coverage: Coverage
    judge: JudgeName
    evidence: tuple[Evidence, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()
    lost_page: LostPage | None = None
    reader: Reading | NotRead | None = None

    def __post_init__(self) -> None:
        """Refuse a decisive label without evidence; set the strength."""
        if self.label is not VerdictLabel.NOT_ENOUGH_EVIDENCE and not self.evidence:
            raise ValueError(f"a {self.label} verdict needs evidence")
        strength = find_strength(self.label, self.support, self.confidence)
        object.__setattr__(self, "strength", strength)
