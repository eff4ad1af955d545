"""The reading of one claim by a second reader, a language model, or why there is none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from claims.types.articles import Span
from claims.types.labels import Stance, VerdictLabel
from claims.types.pages import PageReference


class ReaderWhen(StrEnum):
    """Which verdicts of the judge a second reader is asked about, unless a request decides."""

    ALWAYS = "always"
    UNDECIDED = "undecided"  # claims that the judge leaves undecided, and a sample of the others
    ASKED = "asked"  # only claims for which a request asks for it


class ReaderChoice(StrEnum):
    """Whether a request wants the second reader; `auto` leaves that to the setting."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class Unread(StrEnum):
    """Why there is no reading. None of these reasons changes the judge's verdict."""

    NOT_ASKED = "not-asked"  # by a setting or by request
    BUDGET = "budget"  # the tokens of the day are spent
    NO_ANSWER = "no-answer"  # the endpoint did not answer in time, or refused
    BAD_ANSWER = "bad-answer"  # its answers broke a rule, and were discarded


@dataclass(frozen=True, slots=True)
class ReaderName:
    """The model that reads, the version of the instruction that it is given, and where it is asked.

    `endpoint` is the address of its endpoint without what may be secret, None for an answer that is
    not from an endpoint or of which that is not known: the same name may be another model, or
    another quantisation of it, elsewhere.
    """

    model: str
    instruction: str
    endpoint: str | None = None

    @property
    def endpoint_digest(self) -> str | None:
        """16 hexadecimal digits of the SHA-256 of `endpoint`: verdicts do not name an address."""
        if self.endpoint is None:
            return None
        return hashlib.sha256(self.endpoint.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Measured:
    """The test of a reader: `right` answers to `of` labelled claims."""

    right: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihoods:
    """How often the reader gives the label that it gave, for claims of each right label, in (0, 1).

    The verdict was computed with them (claims/verdicts/two_readers.py). They are kept so that it
    can be computed again after another test of the reader.
    """

    supported: float
    refuted: float
    conflicting_evidence: float
    not_enough_evidence: float

    def of(self, right: VerdictLabel) -> float:
        """The likelihood where `right` is the right label."""
        value: float = getattr(self, right.lower())
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderQuote:
    """A quotation by a reader for one side: quote == page_text[span.start:span.end].

    `stance` is SUPPORTS or REFUTES, as given by the reader.
    """

    quote: str
    span: Span
    stance: Stance
    page: PageReference
    page_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Text of a page that speaks to a language model instead of to people."""

    quote: str
    page: PageReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The answer of a reader that passed every check.

    `reason` and `missing` (the evidence that would decide the claim) are the model's words.
    `tokens` are those of all requests for this answer; 0 for a cached answer. `judged` is the label
    of the judge alone, and `agrees` whether it is the same label; these two and `likelihoods` are
    None until both readers are combined. `measured` is None for a model that was not tested.
    `endpoint_digest` is that of the reader's name, None where it is not known.
    `addressed` is text in the passages that speaks to a model.
    """

    model: str
    instruction: str
    label: VerdictLabel
    quotes: tuple[ReaderQuote, ...]
    reason: str
    missing: str
    tokens: int
    judged: VerdictLabel | None = None
    agrees: bool | None = None
    measured: Measured | None = None
    addressed: tuple[Addressed, ...] = ()
    likelihoods: Likelihoods | None = None
    endpoint_digest: str | None = None

    @property
    def contradicts(self) -> bool:
        """Whether the judge alone gave another label, and not NOT_ENOUGH_EVIDENCE."""
        return self.judged not in (None, self.label, VerdictLabel.NOT_ENOUGH_EVIDENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """Why a claim has no reading, as a code and in words, and the tokens spent nevertheless.

    `refused`: NOT_ASKED because the reader's test found it no better than the judge.
    """

    skipped: Unread
    detail: str
    tokens: int = 0
    refused: bool = False
