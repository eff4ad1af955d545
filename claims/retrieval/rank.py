"""Rank the windows of pages against a claim with BM25. Pure functions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import bm25s
import numpy as np
import numpy.typing as npt

from claims.english.sentences import sentence_windows
from claims.english.stemming import STOP_WORDS, make_stemmer
from claims.text import is_title, page_number
from claims.types import Page, PageReference, Passage

# Every run of letters or digits is a token, single digits too: figures decide claims.
_TOKEN = r"(?u)\b\w+\b"  # noqa: S105 - a pattern, no secret
# bm25s sets its logger to DEBUG on import; programs that log to a terminal would show each index.
logging.getLogger("bm25s").setLevel(logging.WARNING)


class WordRanking:
    """BM25 (Lucene variant, k1 1.5, b 0.75) of texts that are indexed once and searched often.

    Words match by their stems (Snowball, English); stop words are left out. What stems add, and
    what embeddings would add: docs/reference/quality.md, "Retrieval".
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        corpus = bm25s.tokenize(
            list(texts),
            stopwords=STOP_WORDS,
            token_pattern=_TOKEN,
            stemmer=make_stemmer(),
            show_progress=False,
        )
        self._index: bm25s.BM25 | None = None
        if corpus.vocab:
            self._index = bm25s.BM25()
            self._index.index(corpus, show_progress=False)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """One score for each text: float32 (n,), input order; all 0 without a shared word."""
        asked = bm25s.tokenize(
            [query],
            stopwords=STOP_WORDS,
            token_pattern=_TOKEN,
            stemmer=make_stemmer(),
            return_ids=False,
            show_progress=False,
        )
        if self._index is None or not asked[0]:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(asked[0]), dtype=np.float32)


def bm25_scores(query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """BM25 of each text for `query`: float32 (n,), input order; see WordRanking."""
    return WordRanking(texts).scores(query)


def rank_passages(
    claim: str,
    pages: Sequence[tuple[PageReference, Page]],
    *,
    limit: int,
    per_page: int,
    per_origin: int,
    further: int = 0,
) -> tuple[Passage, ...]:
    """The passages most worth judging over all pages, best first.

    Passages are windows of sentences (claims.english.sentences). At most `limit` are returned
    in all, `per_page` from one page, and `per_origin` from one origin as long as other origins have
    passages left. They are followed by up to `further` next best passages. A window that shares no
    word with the claim, or is only its page's title, is left out.
    """
    passages = [
        Passage(
            text=page.text[span.start : span.end],
            span=span,
            page=reference,
            page_number=page_number(page.text, span.start),
        )
        for reference, page in pages
        for span in sentence_windows(page.text)
        if not is_title(page.text[span.start : span.end], page.title)
    ]
    ranked = [passage for passage in _rank(claim, passages) if passage.rank_score > 0]
    best, more = (
        _choose(ranked, limit=most, per_page=per_page, per_origin=per_origin)
        for most in (limit, limit + further)
    )
    return (*best, *(passage for passage in more if passage not in best))


def choose_nearest(
    claim: str, passages: Sequence[Passage], *, limit: int, per_page: int, per_origin: int
) -> tuple[Passage, ...]:
    """The passages nearest to the claim, best first; limits as of `rank_passages`.

    A passage that shares no word with the claim comes last.
    """
    ranked = _rank(claim, passages)
    return tuple(_choose(ranked, limit=limit, per_page=per_page, per_origin=per_origin))


def _rank(claim: str, passages: Sequence[Passage]) -> list[Passage]:
    if not passages:
        return []
    scores = bm25_scores(claim, [passage.text for passage in passages])
    return [
        replace(passages[row], rank_score=float(scores[row]))
        for row in np.argsort(-scores, kind="stable")
    ]


def _choose(
    ranked: Sequence[Passage], *, limit: int, per_page: int, per_origin: int
) -> list[Passage]:
    """The best first; passages above `per_origin` only fill places that other origins leave."""
    chosen: list[int] = []
    waiting: list[int] = []
    pages: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    for place, passage in enumerate(ranked):
        if pages[passage.page.url] == per_page:
            continue
        pages[passage.page.url] += 1
        origins[passage.page.origin] += 1
        (chosen if origins[passage.page.origin] <= per_origin else waiting).append(place)
        if len(chosen) == limit:
            break
    return [ranked[place] for place in sorted((chosen + waiting)[:limit])]
