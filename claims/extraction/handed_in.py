"""Claims that are handed in: their words are kept, and they are never dropped."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from claims.english.anaphora import is_undated
from claims.english.person_names import People, find_people
from claims.english.quotation import MASK, find_quotations, mask_quotations
from claims.english.sentences import split_sentences
from claims.english.tokens import tokenise
from claims.extraction.context import Discourse
from claims.extraction.kinds import find_kinds
from claims.extraction.speakers import name_speaker
from claims.extraction.statements import find_statements
from claims.extraction.worthiness import score_worthiness
from claims.text import fold_spaces
from claims.types import Claim, Span


def read_claim(
    text: str,
    *,
    article_text: str | None,
    claimant: str | None = None,
    claimed_at: date | None = None,
) -> Claim:
    """A claim in the words in which it was handed in, with all other fields filled in.

    `span` is its verbatim position in `article_text`, else None; `sentence` is then the sentence
    around it, else the claim itself. Without `claimant`, the speaker named in the words is used.
    """
    words = fold_spaces(text)
    masked = mask_quotations(words, find_quotations(words))
    tokens = tokenise(masked)
    discourse = Discourse(_people_of(article_text) if article_text else find_people(words))
    statements = find_statements(tokens)
    speaker = None
    if len(statements) == 1 and statements[0].speaker is not None:
        place = statements[0].speaker
        speaker = name_speaker(words[place.start : place.end], discourse)
    is_attributed = any(statement.is_attributed for statement in statements)
    # Verbatim speech, with quotation marks or without, stays unchanged.
    for statement in statements:
        if statement.quoted:
            start, end = statement.span
            masked = masked[:start] + MASK * (end - start) + masked[end:]
    resolved = discourse.resolve(words, masked)
    span, sentence = _find_in(article_text, text.strip())
    return Claim(
        text=words,
        sentence=sentence or words,
        span=span,
        claimant=claimant or (speaker.claimant if speaker else None),
        claimed_at=claimed_at,
        check_worthiness=round(score_worthiness([words])[0], 4),
        kinds=find_kinds(words, is_attributed=is_attributed),
        needs_context=resolved.needs_context or (claimed_at is None and is_undated(tokens)),
    )


@lru_cache(maxsize=2)
def _people_of(article_text: str) -> People:
    """The people of an article, found once for all claims that are handed in with it."""
    return find_people(article_text)


def _find_in(article: str | None, words: str) -> tuple[Span | None, str | None]:
    """Span and sentence of the first verbatim occurrence; the words if they cross sentences."""
    start = article.find(words) if article and words else -1
    if article is None or start < 0:
        return None, None
    span = Span(start, start + len(words))
    first = article.rfind("\n", 0, start) + 1
    last = article.find("\n", span.end)
    for sentence in split_sentences(article[first : len(article) if last < 0 else last]):
        if first + sentence.span.start <= start and span.end <= first + sentence.span.end:
            return span, sentence.text
    return span, words
