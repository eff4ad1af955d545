"""What differs between two verdicts on the same evidence. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claims.types import Evidence, Probabilities, Verdict

Value = str | float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs between two verdicts; None where it was or is missing.

    `quote` and `url` name the piece of evidence that it belongs to, if it belongs to one.
    """

    what: str
    then: Value
    now: Value
    quote: str | None = None
    url: str | None = None


def find_differences(then: Verdict, now: Verdict) -> tuple[Difference, ...]:
    """All that differs in label, support, confidence, explanation and evidence; in that order.

    Evidence is matched by the address of its page and its quotation: a verdict that is kept in
    a re-check may quote an earlier version of the page, at another position.
    """
    about = [
        Difference(name, str(getattr(then, name)), str(getattr(now, name)))
        if name in ("label", "explanation")
        else Difference(name, getattr(then, name), getattr(now, name))
        for name in ("label", "support", "confidence", "explanation")
        if getattr(then, name) != getattr(now, name)
    ]
    return (*about, *_of_evidence(then, now))


def _of_evidence(then: Verdict, now: Verdict) -> Iterator[Difference]:
    before = {_key(item): item for item in then.evidence}
    after = {_key(item): item for item in now.evidence}
    for key in dict.fromkeys([*before, *after]):
        url, quote = key
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            stances = [None if item is None else item.stance.value for item in (old, new)]
            yield Difference("evidence", stances[0], stances[1], quote, url)
            continue
        for what, was, is_now in (
            ("stance", old.stance.value, new.stance.value),
            ("stale", _write_flag(old.stale), _write_flag(new.stale)),
            ("probabilities", _write(old.probabilities), _write(new.probabilities)),
            ("findings", _write_findings(old), _write_findings(new)),
        ):
            if was != is_now:
                yield Difference(what, was, is_now, quote, url)


def _key(item: Evidence) -> tuple[str, str]:
    return item.page.url, item.quote


def _write_flag(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _write(p: Probabilities) -> str:
    return f"supports {p.supports:.4f}, refutes {p.refutes:.4f}, neutral {p.neutral:.4f}"


def _write_findings(item: Evidence) -> str:
    return "; ".join(
        f"{finding.kind}: {finding.claim} / {finding.evidence}: {finding.result}"
        + (f" ({finding.rule})" if finding.rule else "")
        for finding in item.findings
    )
