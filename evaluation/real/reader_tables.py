"""Tables that compare a second reader with the judge, as Markdown. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims.pipeline.reader_test import Trial, count_faults
from claims.reader.labelled_claims import EVENT, MIRROR
from claims.types import NotRead, VerdictLabel
from claims.verdicts.aggregate import Conclusion
from claims.verdicts.two_readers import Table
from evaluation.real.second_reader import BOTH, JUDGE, READER, name_rows, share_asked
from evaluation.real.tables import DECISIVE, by_name, confusion, measure

_HEAD = "| {} | asked | right | decided | wrong of these | opposite | right flips | wrong flips |"


def render_readers(
    trials: Sequence[Trial],
    *,
    model: str,
    tested: Table | None,
    seconds: float | None,
    concluded: Mapping[str, Sequence[Conclusion]],
) -> str:
    """All tables: the rows of `name_rows`, costs, events and mirrors, labels and kinds.

    `concluded` is what `conclude_rows` gives for `tested`, the table of the reader's test.
    """
    rows = name_rows(trials, concluded)
    gold = [one.claim.label for one in trials]
    both = rows[BOTH]
    kinds = [one.claim.kind for one in trials]
    return "\n\n".join(
        [
            _describe(trials, model, tested),
            _compare(trials, rows),
            _describe_costs(trials, seconds),
            _split(trials, rows),
            "The reader alone:",
            confusion(gold, rows[READER]),
            "Both, always:",
            confusion(gold, both),
            by_name("kind", kinds, gold, both),
        ]
    )


def _describe(trials: Sequence[Trial], model: str, tested: Table | None) -> str:
    events = len({one.claim.event for one in trials})
    mirrors = sum(one.claim.side == MIRROR for one in trials)
    weighed = "of its answers to the other events" if tested is None else "of its test"
    return (
        f"{model}: {len(trials)} claims of {events} events, {mirrors} of them in mirrors; both are "
        f"combined with the table {weighed}."
    )


def _compare(trials: Sequence[Trial], rows: dict[str, list[VerdictLabel]]) -> str:
    gold = [one.claim.label for one in trials]
    judged = rows[JUDGE]
    lines = [_HEAD.format("verdicts"), "|---|" + "---:|" * 7]
    for name, labels in rows.items():
        found = measure(gold, labels)
        mended, spoilt = count_flips(gold, judged, labels)
        lines.append(
            f"| {name} | {share_asked(trials, name):.3f} | {found.right:.3f} | {found.decided:.3f} "
            f"| {found.wrong:.3f} | {found.opposite:.3f} | {mended} | {spoilt} |"
        )
    return "\n".join(lines)


def count_flips(
    gold: Sequence[VerdictLabel], before: Sequence[VerdictLabel], after: Sequence[VerdictLabel]
) -> tuple[int, int]:
    """(claims that became right, claims that became wrong)."""
    steps = [
        (right is one, right is other)
        for right, one, other in zip(gold, before, after, strict=True)
    ]
    return steps.count((False, True)), steps.count((True, False))


def _describe_costs(trials: Sequence[Trial], seconds: float | None) -> str:
    faults = count_faults(one.said for one in trials)
    discarded = sum(faults.values())
    unanswered = sum(isinstance(one.said, NotRead) for one in trials) - discarded
    tokens = sum(one.said.tokens for one in trials) / max(1, len(trials))
    spent = f"{tokens:,.0f} tokens" if tokens else "tokens not counted"
    took = "seconds not measured" if seconds is None else f"{seconds / max(1, len(trials)):.1f} s"
    reasons = "".join(f" {number} × {why}." for why, number in faults.items())
    return (
        f"{discarded} answers were discarded, {unanswered} claims got none; of a claim: {spent}, "
        f"{took}.{reasons}"
    )


def _split(trials: Sequence[Trial], rows: dict[str, list[VerdictLabel]]) -> str:
    """The figures of events and of mirrors, and the share right in both, for all claims and for
    turned claims."""
    lines = [
        "| verdicts | in events | in mirrors | right in both | in both, of those that turn |",
        "|---|" + "---:|" * 4,
    ]
    pairs = _pair(trials)
    turned = [pair for pair in pairs if {one.claim.label for one in pair} == DECISIVE]
    for name, labels in rows.items():
        right = {
            one.claim.key: label is one.claim.label
            for one, label in zip(trials, labels, strict=True)
        }
        cells = [
            _share([is_right for (_, where, _), is_right in right.items() if where == side])
            for side in (EVENT, MIRROR)
        ]
        cells += [
            _share([all(right[one.claim.key] for one in pair) for pair in some])
            for some in (pairs, turned)
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _pair(trials: Sequence[Trial]) -> list[tuple[Trial, Trial]]:
    """The trials of each claim that is in the event and in its mirror."""
    by_key = {one.claim.key: one for one in trials}
    return [
        (one, other)
        for (event, side, text), one in by_key.items()
        if side == EVENT and (other := by_key.get((event, MIRROR, text))) is not None
    ]


def _share(holds: Sequence[bool]) -> str:
    return f"{sum(holds) / len(holds):.3f} of {len(holds)}" if holds else ""
