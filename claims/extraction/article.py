"""Reads an article in order: each sentence becomes claims, or is not checked for a reason.

Claims that are submitted are read here as well: their words are kept, and they are never dropped.
Of a long article the most check-worthy claims are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from claims.english.anaphora import is_undated
from claims.english.language_detection import is_english
from claims.english.person_names import People, find_people
from claims.english.quotation import MASK, find_quotations, mask_quotations
from claims.english.sentences import split_after_may, split_sentences
from claims.english.tokens import Token, tokenise
from claims.extraction.check_worthiness import score_worthiness
from claims.extraction.coreference import Discourse
from claims.extraction.decontextualise import finish, opener_length
from claims.extraction.drafts import Draft, Drafter, is_only_quotation
from claims.extraction.kinds import find_kinds
from claims.extraction.layout import find_line_reason, prefix_length, unwrap_lines
from claims.extraction.reasons import Reason, find_reason, is_personal
from claims.extraction.speakers import Speaker, name_speaker
from claims.extraction.statements import find_statements
from claims.text import fold_spaces, replace_surrogates
from claims.types import Claim, Extraction, NotChecked, Sentence, Span, read_day

# Minimum check-worthiness of a news sentence. Set for recall on news, which differs from the
# training speech: of our own news pages 98 % of the sentences, and of claims about them 97 %, score
# 0.08 and more. Sentences below it are mostly announcements with "will" and boilerplate.
THRESHOLD = 0.08
LONGEST_CLAIM = 1_000
# Maximum characters of a sentence that is parsed; a longer one is a table or text without stops.
_LONGEST_SENTENCE = 2_000
_FEWEST_WORDS = 3


class Paragraph(NamedTuple):
    """One line of the article with its sentences (spans of the article) and its position."""

    text: str
    start: int
    sentences: tuple[Sentence, ...]


def extract_claims(
    text: str, *, title: str | None = None, published_at: str | None = None
) -> Extraction:
    """The claims of an article and its sentences that are not checked, in the order of the text.

    For every claim, text[span.start:span.end] is a piece of its `sentence`; its `text` may be
    reworded to stand alone, and is at most 1,000 characters long. `title` identifies the heading
    in the text, `published_at` (ISO 8601) dates the claims. Never raises for any text.
    """
    text = replace_surrogates(text)
    unwrapped = unwrap_lines(text)
    people = find_people(f"{title}\n{unwrapped}" if title else unwrapped)
    reader = _Reader(text, people, published=read_day(published_at))
    paragraphs = list(_paragraphs(unwrapped))
    for paragraph in paragraphs:
        reason = find_line_reason(paragraph.text, title=title, is_alone=len(paragraphs) == 1)
        if reason is not None:
            reader.skip(paragraph, reason)
        else:
            reader.read(paragraph)
    return Extraction(tuple(reader.claims), tuple(reader.not_checked))


def _paragraphs(text: str) -> Iterator[Paragraph]:
    """The lines that contain sentences, in order."""
    sentences = tuple(part for whole in split_sentences(text) for part in split_after_may(whole))
    at = start = 0
    for line in text.splitlines(keepends=True):
        first = at
        while at < len(sentences) and sentences[at].span.start < start + len(line):
            at += 1
        if at > first:
            yield Paragraph(line, start, sentences[first:at])
        start += len(line)


class _Reader:
    """Reads paragraphs in order; its state is the content and the speaker of the last sentences."""

    def __init__(self, text: str, people: People, *, published: date | None) -> None:
        self.claims: list[Claim] = []
        self.not_checked: list[NotChecked] = []
        self._text = text
        self._published = published
        self._drafter = Drafter(people, Discourse(people))
        self._quotation_is_open = False
        # The speaker of the last sentence: a quotation that names no speaker continues theirs.
        self._speaker: Speaker | None = None
        self._is_unmarked = False

    def skip(self, paragraph: Paragraph, reason: Reason) -> None:
        """Record a line that is not running text as not checked."""
        for sentence in paragraph.sentences:
            self._put_aside(sentence, reason)

    def read(self, paragraph: Paragraph) -> None:
        """Read one line of running text."""
        quotations = find_quotations(paragraph.text, continues=self._quotation_is_open)
        self._quotation_is_open = bool(quotations) and quotations[-1].is_open
        first = 0
        for sentence in paragraph.sentences:
            start, end = (edge - paragraph.start for edge in sentence.span)
            while first < len(quotations) and quotations[first].span.end <= start:
                first += 1
            last = first
            while last < len(quotations) and quotations[last].span.start < end:
                last += 1
            masked = mask_quotations(sentence.text, quotations[first:last], offset=start)
            self._read_sentence(sentence, masked)

    def _put_aside(self, sentence: Sentence, reason: Reason) -> None:
        original = self._text[sentence.span.start : sentence.span.end]
        self.not_checked.append(NotChecked(original, sentence.span, str(reason)))

    def _read_sentence(self, sentence: Sentence, masked: str) -> None:
        reason: Reason | None = _refuse_unread(sentence.text)
        if reason is not None:
            self._put_aside(sentence, reason)
            return
        drafts = self._draft(sentence.text, masked)
        results = [self._finish(draft, sentence) for draft in drafts]
        found = [result for result in results if isinstance(result, Claim)]
        self.claims.extend(found)
        if not found:
            reasons = [result for result in results if isinstance(result, Reason)]
            self._put_aside(
                sentence, reasons[0] if reasons else _refuse_quotation(masked, sentence)
            )
        self._speaker = drafts[-1].speaker if drafts else None

    def _draft(self, text: str, masked: str) -> list[Draft]:
        """The drafts of a sentence's statements; none for a quotation of an unknown speaker."""
        skipped = prefix_length(text)
        tokens = tokenise(masked, start=skipped + opener_length(text[skipped:]))
        if self._speaker is not None and self._goes_on(tokens):
            whole = Span(tokens[0].start, tokens[-1].end)
            return list(self._drafter.quote(text, whole, speaker=self._speaker, how="{} said"))
        if is_only_quotation(tokens):
            return []
        drafts: list[Draft] = []
        for statement in find_statements(tokens):
            drafts.extend(self._drafter.write(statement, sentence=text, masked=masked))
        self._is_unmarked = any(draft.is_unmarked for draft in drafts)
        return drafts

    def _goes_on(self, tokens: Sequence[Token]) -> bool:
        """Whether the last speaker continues: only a quotation, or I or we without marks."""
        has_marks = any(token.text[0] == MASK for token in tokens)
        return is_only_quotation(tokens) or (
            self._is_unmarked and not has_marks and is_personal(tokens)
        )

    def _finish(self, draft: Draft, sentence: Sentence) -> Claim | Reason:
        """The claim made from a draft, or the reason why it is not checked."""
        text = finish(draft.text)
        if len(text) > LONGEST_CLAIM:
            return Reason.TOO_LONG
        reason = judge_text(text, is_attributed=draft.is_attributed)
        if draft.words and draft.speaker is not None and not draft.speaker.is_named:
            # A statement by an unnamed speaker is no more checkable than the article's own.
            reason = judge_text(draft.words, is_attributed=False)
        worthiness = score_worthiness([text])[0]
        if reason is not None or worthiness < THRESHOLD:
            return reason or Reason.NO_CONTENT
        start = sentence.span.start
        undated = self._published is None and is_undated(tokenise(text))
        return Claim(
            text=text,
            sentence=self._text[sentence.span.start : sentence.span.end],
            span=Span(start + draft.span.start, start + draft.span.end),
            claimant=draft.speaker.claimant if draft.speaker else None,
            claimed_at=self._published,
            check_worthiness=round(worthiness, 4),
            kinds=find_kinds(text, is_attributed=draft.is_attributed),
            needs_context=draft.needs_context or undated,
        )


def judge_text(text: str, *, is_attributed: bool) -> Reason | None:
    """The reason why a claim's text is not checked, before its score; None if there is none."""
    masked = mask_quotations(text, find_quotations(text))
    return find_reason(text, tokenise(masked), is_attributed=is_attributed)


def _refuse_quotation(masked: str, sentence: Sentence) -> Reason:
    """The reason for a sentence without statements: mostly a quotation without a speaker."""
    if MASK not in masked:
        return Reason.TOO_SHORT
    is_question = sentence.text.rstrip("\"'”’» ").endswith("?")
    return Reason.QUESTION if is_question else Reason.NO_SPEAKER


def _refuse_unread(text: str) -> Reason | None:
    """The reason why a sentence is not checked, if it need not be parsed to decide that."""
    if len(text) > _LONGEST_SENTENCE:
        return Reason.TOO_LONG
    if not is_english(text):
        return Reason.NOT_ENGLISH
    return Reason.TOO_SHORT if len(text.split()) < _FEWEST_WORDS else None


def read_claim(
    text: str,
    *,
    article_text: str | None,
    claimant: str | None = None,
    claimed_at: date | None = None,
) -> Claim:
    """A claim in the words in which it was submitted, with all other fields filled in.

    `span` is its verbatim position in `article_text`, else None; `sentence` is then the sentence
    around it, else the claim itself. Without `claimant`, the speaker named in the words is used.
    Never raises for any text: a lone surrogate, which cannot be encoded, becomes U+FFFD.
    """
    text = replace_surrogates(text)
    article_text = replace_surrogates(article_text) if article_text else None
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
    """The people of an article, found once for all claims that are submitted with it."""
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


def keep_most_worthy(found: Extraction, *, text: str, most: int) -> Extraction:
    """At most `most` claims by check-worthiness, of equal ones the earlier; the rest not checked.

    A claim that is left out is listed with the words of `text` that state it, even when another
    claim of its sentence is kept. Both lists keep the order of the text. Every claim needs a span.
    """
    if len(found.claims) <= most:
        return found
    ranked = sorted(found.claims, key=lambda claim: -claim.check_worthiness)
    kept = set(map(id, ranked[:most]))
    left_out = [_put_aside(claim, text) for claim in found.claims if id(claim) not in kept]
    return Extraction(
        tuple(claim for claim in found.claims if id(claim) in kept),
        tuple(sorted((*found.not_checked, *left_out), key=lambda one: one.span)),
    )


def _put_aside(claim: Claim, text: str) -> NotChecked:
    if claim.span is None:
        raise ValueError("only claims that stand in the text can be listed as not checked")
    return NotChecked(text[claim.span.start : claim.span.end], claim.span, Reason.BEYOND_LIMIT)
