"""Compares an explanation with its evidence.

Evidence is found in the text by its quotation and page; what must hold of it is computed here from
its probabilities, and not by the code that writes explanations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from claims.evidence.sides import find_sides, is_contrary
from claims.report.sides import Role, list_quotations
from claims.types import Evidence, Reading, Stance, Strength, Verdict, VerdictLabel

SIDES = {VerdictLabel.SUPPORTED: Stance.SUPPORTS, VerdictLabel.REFUTED: Stance.REFUTES}
OTHER = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}


def assert_agrees(verdict: Verdict) -> None:
    """Fail if the explanation or a role says something that the evidence does not show."""
    text, evidence = verdict.explanation, verdict.evidence
    for item in evidence:
        shares = item.probabilities
        most = max(shares.supports, shares.refutes, shares.neutral)
        assert item.stance is item.quoted_for or shares.of(item.stance) == most, item
    side = SIDES.get(verdict.label)
    if side is not None:
        _assert_decided(verdict, side)
    for verb, stance in (("support", Stance.SUPPORTS), ("refute", Stance.REFUTES)):
        for cited in (
            *_before(f" seems to {verb} it.", verdict),
            *_before(f" {verb}s it", verdict),
        ):
            assert stance in {item.stance for item in cited}, text
    for cited in _before(" is closest to the claim", verdict):
        assert {item.stance for item in evidence} == {Stance.NEUTRAL}, text
        assert evidence[0] in cited, text
    if verdict.strength is Strength.LEANING:
        assert "but neither supports nor refutes it" not in text
    if "leans to" in text:
        assert verdict.support is not None
        leaning = Stance.SUPPORTS if verdict.support >= 0.5 else Stance.REFUTES
        words = "support" if leaning is Stance.SUPPORTS else "refutation"
        assert f"leans to {words} " in text
        side = leaning
    elif verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE:
        side = next((item.stance for item in evidence if item.stance is not Stance.NEUTRAL), None)
    if side is not None:
        _assert_contrary(verdict, side)
    assert_roles_agree(verdict)
    assert_no_words_on_both_sides(evidence)


def _assert_decided(verdict: Verdict, side: Stance) -> None:
    text = verdict.explanation
    origins = {
        item.page.origin
        for item in verdict.evidence
        if item.stance is side and _counts(item) and _takes(item.page.origin, side, verdict)
    }
    said = re.search(r"(\d+) independent sources point the same way", text)
    assert (int(said[1]) if said else 1) == len(origins), text
    words = verdict.label.lower()
    word = words.capitalize() if verdict.confidence >= 0.85 else f"Probably {words}"
    first = verdict.evidence[0]
    assert text.startswith(f"{word} by {_cite(first)}"), text
    assert first.stance is side
    assert _counts(first), "what has no vote decides nothing"


def _assert_contrary(verdict: Verdict, side: Stance) -> None:
    text = verdict.explanation
    least = 0.55 if verdict.label in SIDES else 0.0
    contrary = [item for item in verdict.evidence if is_contrary(item, side, least=least)]
    counting = [item for item in contrary if _counts(item)]
    apart = [item for item in counting if not _takes(item.page.origin, side, verdict)]
    named = list(_before(" points the other way", verdict))
    assert bool(counting or [i for i in contrary if _counts(i, rated=False)]) == bool(named), text
    for cited in named:
        assert set(map(id, cited)) & set(map(id, contrary)), text
    tail = re.search(r" points the other way(?:, as do(?:es)? (\d+) other origins?)?(.*)", text)
    if tail and apart:
        assert int(tail[1] or 0) == len({item.page.origin for item in apart}) - 1, text
        clearest = (
            max(
                1.0 if _is_quoted(item) else _weigh(item)[0 if side is Stance.SUPPORTS else 1]
                for item in verdict.evidence
                if _counts(item)
                and item.quoted_for in (None, side)
                and _takes(item.page.origin, side, verdict)
            )
            if _any_takes(side, verdict)
            else 0.0
        )
        less = max(1.0 if _is_quoted(i) else max(_weigh(i)) for i in apart) < clearest
        assert less == tail[2].startswith(", but less clearly"), text
    if counting and not apart:
        assert "but its origin" in text


def assert_roles_agree(verdict: Verdict) -> None:
    """The quotations that stand open have the stance that their role says."""
    side = SIDES.get(verdict.label)
    roles = {quoted.role: quoted.item for quoted in list_quotations(verdict) if quoted.role}
    if side is None:
        assert set(roles) <= {Role.FOR, Role.AGAINST}
    else:
        assert (Role.DECIDING in roles) != (Role.CLOSEST in roles)
    for role, item in roles.items():
        if role is Role.DECIDING:
            assert item.stance is side
            assert item is verdict.evidence[0]
        elif role is Role.CLOSEST:
            assert item.stance is Stance.NEUTRAL
        elif role is Role.CONTRARY and side is not None:
            assert item.stance is OTHER[side]
            assert item.quoted_for or item.probabilities.of(item.stance) >= 0.55
        else:
            assert item.stance is (Stance.SUPPORTS if role is Role.FOR else Stance.REFUTES)


def assert_no_words_on_both_sides(evidence: Sequence[Evidence]) -> None:
    """No words of a page are quoted as supporting and as refuting."""
    for one in evidence:
        for two in evidence:
            if OTHER.get(one.stance) is two.stance and one.page.url == two.page.url:
                assert one.span.end <= two.span.start or two.span.end <= one.span.start


def _cite(item: Evidence) -> str:
    """The beginning of the quotation as an explanation has it, at most 180 characters."""
    quote = " - ".join(" ".join(line.split()) for line in item.quote.splitlines() if line.strip())
    return f"“{quote[:180]}"


def _before(words: str, verdict: Verdict) -> Iterator[list[Evidence]]:
    """For each place of `words` after a quotation: the evidence that may be cited there."""
    for found in re.finditer(re.escape(words), verdict.explanation):
        start = verdict.explanation[: found.start()]
        if start.endswith(")"):
            places = [(start.rfind(_cite(item)), item) for item in verdict.evidence]
            last = max(place for place, _ in places)
            assert last >= 0, verdict.explanation
            yield [item for place, item in places if place == last]


def _weigh(item: Evidence, *, rated: bool = True) -> tuple[float, float]:
    rating = item.page.credibility if rated else None
    share = 0.0 if item.stale else 1.0 if rating is None else min(1.0, rating / 0.5)
    return share * item.probabilities.supports, share * item.probabilities.refutes


def _is_quoted(item: Evidence, *, rated: bool = True) -> bool:
    """Whether the second reader quotes it for a side, and it may take that side."""
    rating = item.page.credibility if rated else None
    return item.quoted_for is not None and not item.stale and (rating is None or rating >= 0.5)


def _is_judged(item: Evidence, *, rated: bool = True) -> bool:
    """Whether the judge lets it take a side, for which nobody quotes it otherwise."""
    shares = item.probabilities
    side = Stance.SUPPORTS if shares.supports > shares.refutes else Stance.REFUTES
    return (
        not item.only_quoted
        and item.quoted_for in (None, side)
        and max(_weigh(item, rated=rated)) > 0.5
    )


def _counts(item: Evidence, *, rated: bool = True) -> bool:
    """Whether it may take a side: it is clear, is not stale, and is trusted enough."""
    return _is_quoted(item, rated=rated) or _is_judged(item, rated=rated)


def _list_sides(origin: str, verdict: Verdict) -> set[Stance]:
    """The sides that an origin may take: several only if it is quoted."""
    items = [item for item in verdict.evidence if item.page.origin == origin]
    pairs = [_weigh(item) for item in items if _is_judged(item)]
    supports = max((pair[0] for pair in pairs), default=0.0)
    refutes = max((pair[1] for pair in pairs), default=0.0)
    sides = {item.quoted_for for item in items if item.quoted_for and _is_quoted(item)}
    if supports != refutes:
        sides.add(Stance.SUPPORTS if supports > refutes else Stance.REFUTES)
    return sides


def _takes(origin: str, side: Stance, verdict: Verdict) -> bool:
    sides = _list_sides(origin, verdict)
    decided = SIDES.get(verdict.label)
    if len(sides) == 2 and decided is None:
        return find_sides(verdict.evidence, verdict.label)[origin] is side
    return side in sides and (len(sides) == 1 or side is decided)


def _any_takes(side: Stance, verdict: Verdict) -> bool:
    return any(_takes(item.page.origin, side, verdict) for item in verdict.evidence)


def assert_reader_is_told(verdict: Verdict, *, judged: VerdictLabel) -> None:
    """The explanation says who read, and a contradiction of the two; and nothing of the reason."""
    said, text = verdict.reader, verdict.explanation
    if not isinstance(said, Reading):
        assert "second reader" not in text
        return
    assert f"a second reader ({said.model})" in text
    assert said.agrees is (said.label is judged)
    assert said.agrees == ("agrees with the judge" in text)
    assert said.judged is judged
    is_open = judged is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert ("The two readers disagree" in text) == (not said.agrees and not is_open)
    assert said.reason not in text
    assert said.missing not in text
