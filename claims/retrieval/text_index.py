"""Short texts (titles, summaries, words of an address) searched by the words of a claim. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from claims.english.stemming import stems
from claims.retrieval.rank import WordRanking

# Minimum share of the shorter text's words that both texts have. At most _OF_AT_MOST of its words
# count, because a headline summarises a long claim in a few words. At least _LEAST_SHARED words
# must be shared, unless the query has only one.
_SHARE = 0.4
_OF_AT_MOST = 8
_LEAST_SHARED = 2
# Number of best texts that are compared by stems, for each text wanted.
_LOOKED_AT = 10


class TextIndex:
    """Ranks, by BM25, the texts that share enough words with a query (claims.ports.TextIndex)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)
        self._ranking = WordRanking(texts)

    def find(self, query: str, *, limit: int) -> tuple[int, ...]:
        """The positions of the texts that bear on the query, the best first, at most `limit`."""
        scores = self._ranking.scores(query)
        best = np.argsort(-scores, kind="stable")[: limit * _LOOKED_AT]
        asked = stems(query)
        found = (
            int(place)
            for place in best
            if scores[place] > 0 and share_enough(asked, stems(self._texts[place]))
        )
        return tuple(islice(found, limit))


def share_enough(query: frozenset[str], text: frozenset[str]) -> bool:
    """Whether two sets of stems share so much that the text may bear on the query."""
    shorter = min(len(query), len(text), _OF_AT_MOST)
    least = max(min(_LEAST_SHARED, len(query)), _SHARE * shorter)
    return len(query & text) >= least
