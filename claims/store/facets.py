"""Facets: the values by which articles and claims are found in lists, and their headings there.

A facet is a field of a record with one value on each line; lua/shared/index.lua keeps a sorted
set for each value. Values are folded, so that case and width of letters do not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256

from claims.errors import InvalidInput
from claims.ports import (
    ArticleFilter,
    ClaimFilter,
    NewArticle,
    NewClaim,
    ReaderFacet,
    ReviewFilter,
    Superseded,
)
from claims.sources.address import canonical_url, list_sites
from claims.text import fold, words
from claims.types import NotRead, Reading, ReviewState, StaleGrade

# Maximum different words by which a record is found; each needs memory of the store.
WORDS = 64
# Maximum sites of one verdict; a verdict cites far fewer.
SITES = 100
# Maximum characters of a title in lists; an article without one is listed by the start of its text.
_HEADING_CHARS = 160
# Characters of the facet `content`: 128 bits of a hash.
_CONTENT_CHARS = 32
SUPERSEDED = "superseded:yes"
"""The value that lua/shared/labels.lua gives to a claim that was corrected."""
# The facet `review` of claims whose review has begun; a claim without it is open.
_REVIEWED = [f"review:{state}" for state in ReviewState if state is not ReviewState.OPEN]


def list_words(text: str) -> list[str]:
    """The different words of `text`, folded, in order: those of two characters, and numbers."""
    found = dict.fromkeys(words(fold(text)))
    return [word for word in found if len(word) > 1 or word.isdecimal()]


def write_words(text: str) -> str:
    """The facet `word`."""
    return _write(list_words(text)[:WORDS])


def write_claimant(claimant: str | None) -> str:
    """The facet `claimant`."""
    return _write([fold(claimant or "")])


def write_tags(tags: Iterable[str]) -> str:
    """The facet `tag`."""
    return _write(map(fold, tags))


def write_sites(urls: Iterable[str]) -> str:
    """The facet `site`: the hosts of these addresses, and every domain above them."""
    return _write([site for url in urls for site in _list_sites(url)][:SITES])


def _list_sites(url: str) -> Sequence[str]:
    try:
        return list_sites(url)
    except InvalidInput:
        return ()


def write_assignee(assignee: str | None) -> str:
    """The facet `assignee`."""
    return _write([fold(assignee or "")])


def write_reader(reader: Reading | NotRead | None) -> str:
    """The facet `reader`, "" if no reader is set up."""
    if reader is None:
        return ""
    if isinstance(reader, NotRead):
        return ReaderFacet[reader.skipped.name]
    if reader.contradicts:
        return ReaderFacet.DISAGREES
    return ReaderFacet.DECIDES if reader.agrees is False else ReaderFacet.AGREES


def write_content(new: NewArticle | NewClaim) -> str:
    """The facet `content`: equal for two submissions on whose equal content a verdict depends.

    The content is the text, the claimant, the context, the dates, and the sources in any order,
    without case, width and white space. Tags, title, schedule and priority do not count.
    """
    if isinstance(new, NewClaim):
        said = new.claim
        parts = [said.text, said.claimant, new.context, said.claimed_at]
    else:
        parts = [new.text, new.html, new.url, new.published_at, *new.claims]
    sources = sorted(map(canonical_url, new.options.sources))
    folded = [fold(str(part or "")) for part in (*parts, new.options.as_of)]
    listed = _list_only(new) if isinstance(new, NewArticle) else ()
    text = json.dumps([folded, sources, *listed])  # escapes halves of surrogate pairs
    return sha256(text.encode()).hexdigest()[:_CONTENT_CHARS]


def _list_only(new: NewArticle) -> list[list[str]]:
    """The fields of each claim to which the check of an article is limited."""
    return [
        [fold(part or "") for part in (one.text, one.claimant, one.sentence)]
        for one in new.only_claims or ()
    ]


def _write(values: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, values)))


def list_groups(chosen: ArticleFilter) -> list[list[str]]:
    """Groups of facet values; a record matches when it has at least one value of each group."""
    groups = [
        [f"label:{label}" for label in chosen.labels],
        [f"status:{status}" for status in chosen.statuses],
        [f"site:{chosen.site}"] if chosen.site else [],
        *([f"word:{word}"] for word in list_words(chosen.words or "")),
    ]
    tags = list(map(fold, chosen.tags))
    if isinstance(chosen, ClaimFilter):
        groups += [
            [f"{facet}:{tag}" for facet in ("tag", "article_tag") for tag in tags],
            [f"article:{chosen.article}"] if chosen.article else [],
            [f"claimant:{fold(chosen.claimant)}"] if chosen.claimant else [],
            [SUPERSEDED] if chosen.superseded is Superseded.ONLY else [],
            [f"reader:{value}" for value in chosen.readers],
            list_reviews(chosen.review),
            [f"assignee:{fold(chosen.assignee)}"] if chosen.assignee else [],
        ]
    else:
        groups.append([f"tag:{tag}" for tag in tags])
    return [list(dict.fromkeys(group)) for group in groups if group]


def list_unwanted(chosen: ArticleFilter) -> list[str]:
    """The values of facets that no record may have."""
    if not isinstance(chosen, ClaimFilter):
        return []
    excluded = [SUPERSEDED] if chosen.superseded is Superseded.EXCLUDE else []
    return excluded + (_REVIEWED if chosen.review is ReviewFilter.OPEN else [])


def list_reviews(chosen: ReviewFilter | None) -> list[str]:
    """The facet values of which a claim has one whose review is as chosen; none for OPEN."""
    if chosen in (None, ReviewFilter.OPEN):
        return []
    if chosen is ReviewFilter.STALE:
        return [f"stale:{grade}" for grade in StaleGrade]
    return [f"review:{chosen}"]


def write_heading(*texts: str | None) -> str:
    """The start of the first text that is not empty, on one line; "" when there is none."""
    for text in texts:
        line = " ".join((text or "")[: 4 * _HEADING_CHARS].split())
        if line:
            return line if len(line) <= _HEADING_CHARS else f"{_cut(line)}…"
    return ""


def _cut(line: str) -> str:
    """The start of the line, cut between words if it has more than one."""
    start = line[: _HEADING_CHARS - 1]
    return (start.rpartition(" ")[0] or start).rstrip(",;:")
