"""What a service says about itself, its second reader, its parts and its problems: routes write it,
and the client reads it."""

from __future__ import annotations

from dataclasses import dataclass

from claims.ports import DayOfTokens, EndpointState
from claims.types import Measured, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeAbout:
    """The model that judges; `version` is null where only the loaded judge knows it.

    `model_card` is the path of its description in the documentation of this release, `cannot` says
    what it is not able to do; both are null for a judge that does not come with the release.
    """

    name: str
    version: str | None
    model_card: str | None
    cannot: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderAbout:
    """The second reader; `tokens_per_day` is null without a budget. `refused`: its test found that
    it reads no better than the judge, so that it is not asked."""

    model: str
    when: str
    passages: int
    tokens_per_day: int | None
    refused: bool


@dataclass(frozen=True, slots=True)
class RightShare:
    """How often verdicts of one strength were right: their number, and a share in [0, 1]."""

    strength: Strength
    verdicts: int
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAbout:
    """When a verdict says SUPPORTED or REFUTED: at `least_confidence` or above, and from
    `least_firm` on it is firm.

    `measured` are the verdicts of the judge alone on labelled claims, the strongest first;
    `measured_in` is the page of the documentation about them. Both are empty or null where the
    figures do not hold: with another judge or another least confidence.
    """

    least_confidence: float
    least_firm: float
    measured: tuple[RightShare, ...]
    measured_in: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsAbout:
    """Maximum sizes (in characters), numbers, and requests of each key in a minute; null: no
    limit."""

    article_chars: int
    article_claims: int
    claim_chars: int
    sources: int
    tags: int
    waiting: int
    reads_per_minute: int | None
    writes_per_minute: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesAbout:
    """Where evidence is looked for, without addresses.

    `registered` is the number of registered sources of each kind, `searched` that of what the
    settings name; kinds without any are left out. `shelves` are the names of the shelves that may
    be read, null for all that there are.
    """

    registered: dict[str, int]
    searched: dict[str, int]
    shelves: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAbout:
    """Days for which something is kept; null: for ever.

    `checks` counts from a newer verdict, `sign_offs` until a sign-off is to be looked at again.
    `raw_pages`: pages are also kept as their server sent them, for ever.
    """

    checks: int | None
    events: int | None
    audit_changes: int | None
    audit_access: int | None
    sign_offs: int | None
    raw_pages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What a service says about itself; it has no secret, and no address of another server.

    `publisher` is null where none is set, `reader` without a second reader. `signing_key` is the id
    of the key that signs records: the sha256 of its bytes in hexadecimal.
    """

    release: str
    publisher: str | None
    judge: JudgeAbout
    reader: ReaderAbout | None
    rule: RuleAbout
    limits: LimitsAbout
    sources: SourcesAbout
    kept: KeptAbout
    signing_key: str


@dataclass(frozen=True, slots=True)
class ReaderState:
    """The second reader, and the tokens that it used.

    `model` is null where none is set; `tokens_per_day` is the budget, null without one; `measured`
    is its test on labelled claims, null for a model that was not tested, or gave fewer than 40
    answers that count; `refused`: by that it reads no better than the judge, and is not asked.
    `tested_elsewhere` is a sentence on its tests at other addresses, with those that refused it,
    null if it was tested at its own, or nowhere. `days` begin with today.
    """

    model: str | None
    when: str
    passages: int
    tokens_per_day: int | None
    measured: Measured | None
    refused: bool
    tested_elsewhere: str | None
    days: tuple[DayOfTokens, ...]
    endpoint: EndpointState


@dataclass(frozen=True, slots=True)
class Alive:
    """The process answers."""

    status: str


@dataclass(frozen=True, slots=True)
class ReadyPart:
    """A part of the service; `detail` has its state, or why it is not ready and what to do."""

    name: str
    ready: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Ready:
    """All parts are ready; `workers` are the names of the workers that take work now."""

    status: str
    due: int
    leased: int
    oldest_due_age_s: float
    workers: tuple[str, ...]
    parts: tuple[ReadyPart, ...]


@dataclass(frozen=True, slots=True)
class ProblemMeaning:
    """The meaning of one type of problem."""

    type: str
    title: str
    status: int
    advice: str
