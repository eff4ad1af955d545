"""Selection of passages as evidence, and of the sentence that is quoted from each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from claims.evidence.choosing import choose_clearest, drop_contradicted, narrow
from claims.evidence.passages import ScoredPassage, split_passage, write_evidence
from claims.types import Passage, Span, Stance
from tests.claims.samples import passage

MARGIN = 0.2


def scored(text: str, supports: float, refutes: float, *, origin: str = "o1") -> ScoredPassage:
    row = np.array([supports, refutes, 1 - supports - refutes], dtype=np.float32)
    return ScoredPassage(passage(text, origin=origin), row)


def quotes(items: Sequence[ScoredPassage]) -> list[str]:
    return [item.passage.text for item in items]


def test_clearest_evidence_comes_first_without_neutral_passages() -> None:
    found = choose_clearest(
        [
            scored("neutral", 0.2, 0.2, origin="o1"),
            scored("supports", 0.7, 0.1, origin="o2"),
            scored("refutes", 0.1, 0.8, origin="o3"),
            scored("supports well", 0.9, 0.05, origin="o4"),
        ],
        limit=3,
    )
    assert quotes(found) == ["supports well", "refutes", "supports"]


def test_without_a_bearing_passage_the_nearest_one_of_each_side_is_kept() -> None:
    items = [scored("some", 0.28, 0.01), scored("a little", 0.1, 0.25), scored("less", 0.2, 0.2)]
    assert quotes(choose_clearest(items, limit=3)) == ["some", "a little"]
    clear = scored("clear", 0.9, 0.02, origin="o2")
    assert quotes(choose_clearest([*items, clear], limit=3)) == ["clear", "a little"]
    assert choose_clearest([scored("nothing", 0.01, 0.01)], limit=3) == []


def test_evidence_has_at_most_limit_origins_of_each_side() -> None:
    items = [scored(str(n), 0.9, 0.01, origin=f"o{n}") for n in range(6)]
    assert len(choose_clearest(items, limit=2)) == 2


@pytest.mark.parametrize(("refutes", "said"), [(0.8, ["b", "c"]), (0.5, ["b", "c"])])
def test_each_origin_gives_its_clearest_passage_for_each_side(
    refutes: float, said: list[str]
) -> None:
    items = [scored("a", 0.7, 0.1), scored("b", 0.9, 0.05), scored("c", 0.1, refutes)]
    assert quotes(choose_clearest(items, limit=3)) == said


def test_zero_weight_passage_does_not_displace_a_weighted_one_of_its_origin() -> None:
    """An old page of a publisher, which has no vote, does not displace the newer one."""
    items = [scored("old", 0.97, 0.01), scored("new", 0.6, 0.01)]
    found = choose_clearest(
        items, limit=2, weighted=lambda i, side: 0.0 if i is items[0] else i.says(side)
    )
    assert quotes(found) == ["old", "new"]


def test_zero_weight_passages_do_not_displace_weighted_ones_of_other_origins() -> None:
    """Pages of sources with weight 0 must not take the place of a page with a weight."""
    items = [scored(str(n), 0.99, 0.0, origin=f"o{n}") for n in range(5)]
    items += [scored("counts", 0.9, 0.01, origin="o9"), scored("so, too", 0.8, 0.01, origin="o1")]
    weighted = {"counts": 0.9, "so, too": 0.8}
    found = choose_clearest(
        items,
        limit=2,
        weighted=lambda i, side: (
            weighted.get(i.passage.text, 0.0) if side is Stance.SUPPORTS else 0.0
        ),
    )
    assert quotes(found) == ["0", "1", "counts", "so, too"]
    assert quotes(choose_clearest(items, limit=2)) == ["0", "1"]


def test_sentences_of_a_passage_keep_their_spans() -> None:
    page_text = "Before. It was Monday. The navy counted eleven dead."
    whole = Passage(text=page_text[8:], span=Span(8, len(page_text)), page=passage("x").page)
    parts = split_passage(whole)
    assert [part.text for part in parts] == ["It was Monday.", "The navy counted eleven dead."]
    for part in parts:
        assert page_text[part.span.start : part.span.end] == part.text
    assert split_passage(passage("One sentence.")) == ()


@pytest.mark.parametrize(
    "heading",
    ["A title", "What the council decided on Monday", "Council pays 26 million: is it worth it?"],
)
def test_headings_and_titles_are_not_split_off(heading: str) -> None:
    page = replace(passage("x").page, title="Council pays 26 million: is it worth it? | The Post")
    text = f"{heading}\nThe council met. It paid."
    whole = replace(passage(text), page=page)
    assert [part.text for part in split_passage(whole)] == ["The council met.", "It paid."]


def test_deciding_sentence_replaces_its_passage() -> None:
    whole = scored("Rain. Eleven died.", 0.8, 0.1)
    says, idle = scored("Eleven died.", 0.7, 0.1), scored("Rain.", 0.1, 0.1)
    assert narrow(whole, [idle, says], margin=MARGIN) is says


@pytest.mark.parametrize("refutes", [0.1, 0.78])
def test_passage_stays_when_no_sentence_decides(
    refutes: float,
) -> None:
    whole = scored("Six died at once. Five died later.", 0.8, 0.1)
    faint, other = scored("Six died at once.", 0.5, 0.1), scored("Five died later.", 0.1, refutes)
    assert narrow(whole, [faint, other], margin=MARGIN) is whole
    assert narrow(whole, [], margin=MARGIN) is whole


def test_clearer_contrary_sentence_replaces_its_passage() -> None:
    whole = scored("Rain fell. Eleven died. They met on Monday.", 0.14, 0.68)
    idle, says = scored("They met on Monday.", 0.05, 0.51), scored("Eleven died.", 0.83, 0.07)
    assert narrow(whole, [idle, says], margin=MARGIN) is says
    neutral = scored("Rain fell. Eleven died.", 0.28, 0.28)
    assert narrow(neutral, [says], margin=MARGIN) is neutral


def test_refutation_is_limited_by_the_most_refuting_sentence_if_another_supports() -> None:
    whole = scored("Rain fell. Twelve died.", 0.1, 0.8)
    held = narrow(whole, [scored("Twelve died.", 0.3, 0.4)], margin=MARGIN)
    assert held.passage is whole.passage
    assert held.probability == pytest.approx(0.5)
    assert float(held.scores.sum()) == pytest.approx(1.0)
    assert narrow(whole, [scored("Twelve died.", 0.1, 0.4)], margin=MARGIN) is whole
    supports = scored("Rain fell. Eleven died.", 0.8, 0.1)
    assert narrow(supports, [scored("Eleven died.", 0.4, 0.3)], margin=MARGIN) is supports


def test_evidence_quotes_the_passage_with_its_probabilities() -> None:
    item = write_evidence(scored("Eleven died.", 0.9, 0.06))
    assert (item.quote, item.span, item.stance) == ("Eleven died.", Span(0, 12), Stance.SUPPORTS)
    assert item.probabilities.supports + item.probabilities.refutes <= 1
    assert choose_clearest([], limit=3) == []


@pytest.mark.parametrize(
    ("supports", "refutes", "stance"),
    [
        (0.45, 0.05, Stance.NEUTRAL),
        (0.05, 0.45, Stance.NEUTRAL),
        (0.51, 0.0, Stance.SUPPORTS),
        (0.4, 0.25, Stance.SUPPORTS),
        (0.3, 0.36, Stance.REFUTES),
    ],
)
def test_the_stance_of_evidence_is_the_most_probable_of_the_three(
    supports: float, refutes: float, stance: Stance
) -> None:
    assert write_evidence(scored("Eleven died.", supports, refutes)).stance is stance


def overlaid(start: int, end: int, supports: float, refutes: float) -> ScoredPassage:
    item = scored("x" * (end - start), supports, refutes)
    return replace(item, passage=replace(item.passage, span=Span(start, end)))


def test_clearer_of_two_overlapping_contrary_passages_is_kept() -> None:
    clear, contrary = overlaid(0, 30, 0.8, 0.1), overlaid(20, 50, 0.1, 0.7)
    assert drop_contradicted([contrary, clear]) == [clear]
    for other in (
        overlaid(30, 50, 0.1, 0.7),  # beside it
        overlaid(20, 50, 0.6, 0.1),  # of the same stance
        overlaid(20, 50, 0.1, 0.4),  # most probably neutral
    ):
        assert drop_contradicted([other, clear]) == [clear, other]
    elsewhere = replace(contrary, passage=replace(passage("x", url="https://b.example/")))
    assert drop_contradicted([elsewhere, clear]) == [clear, elsewhere]
