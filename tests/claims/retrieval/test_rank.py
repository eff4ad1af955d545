"""Ranking of passages: the windows of the pages that are judged."""

from __future__ import annotations

import logging
from dataclasses import replace

from claims.retrieval.rank import bm25_scores, rank_passages
from tests.claims.samples import page, reference

FILLER = " ".join(f"Sentence number {n} speaks of gardens and rain." for n in range(30))
ASKED = "Eleven people died when a boat was hit in the Caribbean."


def ranked(
    *texts: str, limit: int = 10, per_page: int = 2, origins: str = ""
) -> list[tuple[str, str]]:
    pages = [
        (
            reference(f"https://{n}.example", origin=origins[n : n + 1] or f"o{n}"),
            page(f"https://{n}.example", text),
        )
        for n, text in enumerate(texts)
    ]
    found = rank_passages(ASKED, pages, limit=limit, per_page=per_page, per_origin=4)
    for passage in found:
        (_, source) = next(pair for pair in pages if pair[0] == passage.page)
        assert source.text[passage.span.start : passage.span.end] == passage.text
    return [(passage.page.url, passage.text) for passage in found]


def test_window_with_the_words_of_the_claim_comes_first() -> None:
    found = ranked(FILLER, f"{FILLER} The boat sank in the Caribbean; eleven died. {FILLER}")
    assert "The boat sank" in found[0][1]


def test_limits_hold_in_all_and_per_page() -> None:
    told = " ".join(f"In case {n} eleven people died in a boat." for n in range(20))
    found = ranked(told, told, told, limit=5, per_page=2)
    assert len(found) == 5
    assert max(sum(url == one for url, _ in found) for one, _ in found) == 2


def test_limit_per_origin_is_exceeded_only_to_fill_free_places() -> None:
    told = " ".join(f"In case {n} eleven people died in a boat in the Caribbean." for n in range(9))
    other = f"{FILLER} A boat was seen. {FILLER}"
    found = ranked(*[told] * 6, other, limit=10, origins="aaaaaab")
    assert [url for url, _ in found].count("https://6.example") == 2
    assert len(found) == 10
    assert found[-1][0] == "https://6.example"  # the passages are sorted by score


def test_pages_without_a_shared_word_give_no_passages() -> None:
    assert ranked("Gardens need rain.", "") == []
    assert ranked() == []


def test_a_single_digit_counts_as_a_word() -> None:
    scores = bm25_scores("6 million", ["It cost 6.", "It cost 7."])
    assert scores[0] > scores[1]


def test_words_match_by_their_stems() -> None:
    scores = bm25_scores("He announced the closing.", ["An announcement: it closes.", "A hat."])
    assert scores[0] > 0 == scores[1]


def test_a_title_alone_is_no_passage() -> None:
    title = "Were eleven people killed in the Caribbean?"
    body = f"A boat was hit on Monday. It sank. {FILLER}"
    asked = reference("https://a.example")
    titled = replace(page("https://a.example", f"{title}\n\n{body}"), title=f"{title} - The Post")
    found = rank_passages(ASKED, [(asked, titled)], limit=99, per_page=99, per_origin=99)
    assert title not in [passage.text for passage in found]
    assert f"{title}\n\nA boat was hit on Monday." in [passage.text for passage in found]
    alone = replace(titled, text=title)
    assert rank_passages(ASKED, [(asked, alone)], limit=9, per_page=9, per_origin=9) == ()


def test_indexing_writes_no_log_lines() -> None:
    assert not logging.getLogger("bm25s").isEnabledFor(logging.INFO)
