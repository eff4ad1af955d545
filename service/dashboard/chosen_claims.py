"""The claims of a text on the form that submits it: to edit, merge, leave out and add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from claims.errors import InvalidInput, NotCheckable
from claims.ports import Store
from claims.text import fold_spaces
from claims.types import NotChecked
from service.dashboard.forms import Filled, list_entries, read_article_form
from service.operations.article_bodies import ArticleBody, ListedClaimBody, OnlyClaims
from service.operations.bodies import Body
from service.operations.fields import SENTENCE_CHARS
from service.operations.previewing import find_known
from service.problems.problem_answers import FieldError, invalid_body
from service.shapes import ArticlePreview, PreviewedClaim

MARK = "chosen"
"""The hidden field of a form that shows claims."""
_NO_CLAIM = "Keep at least one claim, or add one."


class _Found(ListedClaimBody):
    """What a hidden field keeps of a claim that was found; `merged` are the texts of further ones
    that were merged into it, whose sentences follow in `sentence` where they stand together."""

    needs_context: bool = False
    merged: tuple[str, ...] = ()


class _Listed(Body):
    only_claims: OnlyClaims


@dataclass(frozen=True, slots=True)
class ChosenClaim:
    """A claim that was found, in the words that the form has now; `known` is the id of the newest
    claim here with these words. `is_focused`: it has just been merged with the next one."""

    found: _Found
    text: str
    is_left_out: bool = False
    known: str | None = None
    is_focused: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it is to be checked; an empty field leaves it out as well."""
        return bool(self.text) and not self.is_left_out

    @property
    def is_edited(self) -> bool:
        """Whether its words are others than those that were found."""
        return fold_spaces(self.text) != fold_spaces(self.found.text)


@dataclass(frozen=True, slots=True)
class Choice:
    """The claims that a form shows, and the sentences of the text that are not checked."""

    claims: Sequence[ChosenClaim] = ()
    not_checked: Sequence[NotChecked] = ()


def read_choice(form: MultiDict[str, str]) -> Choice | None:
    """The claims of the form as they were sent; None if it showed none."""
    if not form.get(MARK):
        return None
    left_out = set(form.getlist("left_out"))
    fields = zip(form.getlist("found"), form.getlist("claim"), strict=False)
    return Choice(
        [
            ChosenClaim(_read_found(kept, text), text.strip(), str(number) in left_out)
            for number, (kept, text) in enumerate(fields, start=1)
        ]
    )


def merge_next(choice: Choice, number: int, *, text: str) -> Choice | None:
    """The claims with that of `number`, from 1, and the next one as one claim, which is kept.

    Its words are those of both with a space between; `text` is the text of the article. None if
    there is no such claim, or no next one.
    """
    if not 0 < number < len(choice.claims):
        return None
    one, other = choice.claims[number - 1 : number + 1]
    found = one.found.model_copy(
        update={
            "sentence": _join_sentences(one.found.sentence, other.found.sentence, text=text),
            "claimant": one.found.claimant if one.found.claimant == other.found.claimant else None,
            "merged": (*one.found.merged, other.found.text, *other.found.merged),
        }
    )
    words = " ".join(filter(None, (one.text, other.text)))
    both = ChosenClaim(found, words, is_focused=True)
    return replace(
        choice, claims=[*choice.claims[: number - 1], both, *choice.claims[number + 1 :]]
    )


def _join_sentences(one: str | None, other: str | None, *, text: str) -> str | None:
    """The words of the article from one sentence to the end of the other, if nothing else stands
    between them; else the first."""
    if not one or not other:
        return one or other
    start = text.find(one)
    end = text.find(other, max(start, 0))
    is_next = start >= 0 <= end and not text[start + len(one) : end].strip()
    joined = text[start : max(start + len(one), end + len(other))]
    return joined if is_next and len(joined) <= SENTENCE_CHARS else one


def read_chosen_form(form: MultiDict[str, str], choice: Choice) -> Filled[ArticleBody]:
    """The article form with exactly the claims that were kept, in their order, then those added."""
    filled = read_article_form({**form.to_dict(), "claims": ""})
    filled = replace(filled, values={**filled.values, "added": form.get("added", "")})
    given = [
        one.found.model_dump(include={"sentence", "claimant"}) | {"text": one.text}
        for one in choice.claims
        if one.is_kept
    ]
    given += [{"text": text} for _, text in _list_added(filled.values)]
    if not given:
        return _refuse(filled, {"added": (_NO_CLAIM,)})
    try:
        only = _Listed.model_validate({"only_claims": given}).only_claims
    except ValidationError as error:
        return _refuse(filled, _place(invalid_body(error).errors, filled.values, choice))
    if filled.body is None:
        return filled
    return replace(filled, body=filled.body.model_copy(update={"only_claims": only}))


def refuse_chosen(
    filled: Filled[ArticleBody], error: InvalidInput, choice: Choice
) -> Filled[ArticleBody]:
    """The form with the reasons why it was refused beside its claims."""
    faults = [FieldError(what, pointer=pointer) for pointer, what in error.faults]
    refused = _refuse(filled, _place(faults, filled.values, choice))
    return replace(refused, may_force=isinstance(error, NotCheckable))


def add_known(store: Store, choice: Choice) -> Choice:
    """The claims with those that are known here in their words of now. Raises StoreUnavailable."""
    claims = [
        one if one.known or not one.is_kept else replace(one, known=find_known(store, one.text))
        for one in choice.claims
    ]
    return replace(choice, claims=claims)


def show_preview(
    preview: ArticlePreview, filled: Filled[Body], earlier: Choice | None
) -> tuple[Choice, Filled[Body]]:
    """The claims of a preview, and the form with those to add.

    A claim that the form had `earlier` keeps its words, whether it is left out, and those that were
    merged into it; one that was edited, and is not found any more, is among those to add.
    """
    before = {one.found.text: one for one in earlier.claims} if earlier else {}
    merged = {text for one in before.values() for text in one.found.merged}
    claims = [
        _open(claim, before.pop(claim.text, None))
        for claim in preview.claims
        if claim.text in before or claim.text not in merged
    ]
    own = filled.values.get("added" if earlier else "claims", "")
    lost = [fold_spaces(one.text) for one in before.values() if one.is_kept and one.is_edited]
    values = {**filled.values, "added": "\n".join(filter(None, [own, *lost]))}
    return Choice(claims, preview.not_checked), replace(filled, values=values)


def _open(claim: PreviewedClaim, earlier: ChosenClaim | None) -> ChosenClaim:
    found = _Found.model_construct(
        text=claim.text,
        sentence=claim.sentence,
        claimant=claim.claimant,
        needs_context=claim.needs_context,
    )
    if earlier is not None and earlier.found.merged:
        return earlier
    if earlier is None or not earlier.text:
        return ChosenClaim(found, claim.text, is_left_out=earlier is not None, known=claim.known)
    return replace(earlier, found=found, known=None if earlier.is_edited else claim.known)


def _read_found(kept: str, text: str) -> _Found:
    """What was found; only the words of the form if the hidden field was changed."""
    try:
        return _Found.model_validate_json(kept)
    except ValidationError:
        return _Found.model_construct(text=text, sentence=None, claimant=None, needs_context=False)


def _list_added(values: Mapping[str, str]) -> list[tuple[int, str]]:
    return list_entries("added", values.get("added", ""), ())


def _refuse(
    filled: Filled[ArticleBody], errors: Mapping[str, tuple[str, ...]]
) -> Filled[ArticleBody]:
    return replace(filled, body=None, errors={**filled.errors, **errors})


def _place(
    faults: Iterable[FieldError], values: Mapping[str, str], choice: Choice
) -> dict[str, tuple[str, ...]]:
    """The messages by field: `claim_1` and further ones for those found, `added` for the others."""
    kept = [number for number, one in enumerate(choice.claims, start=1) if one.is_kept]
    lines = [line for line, _ in _list_added(values)]
    found: dict[str, tuple[str, ...]] = {}
    for fault in faults:
        place = [*(fault.pointer or "").split("/"), ""][2]
        name, message = "added", fault.detail[:1].upper() + fault.detail[1:]
        if place and int(place) < len(kept):
            name = f"claim_{kept[int(place)]}"
        elif place:
            message = f"Line {lines[int(place) - len(kept)]}: {fault.detail}"
        found[name] = (*found.get(name, ()), message)
    return found
