"""Choose the labelled claims that ship for `assay reader test`.

    python -m evaluation.labelled_claims [--claims N] [--write]
    python -m evaluation.labelled_claims --questions FOLDER
    python -m evaluation.labelled_claims --answers FOLDER --model NAME

The claims come from the events for fitting that the judge was not trained on
(training.events.split_events), so that the judge has no advantage, and never from the events for
measuring. Each claim is used twice, against its event and against its mirror, with a different
label, so that its wording does not reveal the label. The passages that the service would show
contain all deciding words. Labels are balanced first, then kinds, then events, as far as these
claims allow; a hash decides the rest, so that each run chooses the same claims. `--write` writes
claims/reader/labelled_claims.jsonl. `--questions` and `--answers` test a reader blind on the claims
of that file, in the same way as `python -m evaluation.real` (evaluation/real/questions.py). The
result is stored in the data folder, as by `assay reader test`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from claims.cli.reader_tables import print_result
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.pipeline.reader_test import Trial, judge_labelled, write_result
from claims.reader.labelled_claims import (
    EVENT,
    FILE,
    LABELLED,
    MIRROR,
    LabelledClaim,
    read_labelled_claims,
    write_labelled_claim,
)
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import Result, keep_result
from claims.settings import Settings
from claims.types import ReaderName, Span, VerdictLabel
from claims.wiring import now
from evaluation.judge_answers import build_keeping_judge
from evaluation.real.asking import READ_AT, write_page
from evaluation.real.passages import holds
from evaluation.real.questions import (
    check_answers,
    find_index,
    list_questions,
    list_recorded,
    number_questions,
    write_questions,
)
from training.events import Event, find_quote, read_events, split_events
from training.mirrors import Mirrored, read_mirrored

Pair = tuple[LabelledClaim, LabelledClaim]


def list_pairs(mirrored: Mirrored) -> Iterator[Pair]:
    """The claims of an event that have another label in its mirror, and whose deciding words are in
    the passages on both sides."""
    events = (mirrored.event, mirrored.mirror)
    asked = zip(
        list_questions([events[0]], EVENT), list_questions([events[1]], MIRROR), strict=True
    )
    for sides in asked:
        is_shown = all(_is_shown(event, one) for event, one in zip(events, sides, strict=True))
        if sides[0].label != sides[1].label and is_shown:
            yield sides


def _is_shown(event: Event, asked: LabelledClaim) -> bool:
    """Whether the passages of a question contain all deciding words, and for a conflict, passages
    of two origins."""
    urls = {page.name: write_page(page).url for page in event.pages}
    pages = {page.name: page for page in event.pages}
    claim = next(one for one in event.claims if one.claim == asked.question.claim)
    places: list[tuple[str, Span]] = [
        (urls[quote.page], find_quote(pages[quote.page], quote)) for quote in claim.quotes
    ]
    holding = [
        [passage for passage in asked.question.passages if holds(passage, place)]
        for place in places
    ]
    origins = {passage.page.origin for some in holding for passage in some}
    is_conflict = asked.label == VerdictLabel.CONFLICTING_EVIDENCE
    return all(holding) and (len(origins) > 1 or not is_conflict)


def choose(pairs: Sequence[Pair], *, claims: int) -> list[LabelledClaim]:
    """Choose `claims` labelled claims, at each step a pair with the rarest labels so far."""
    left = sorted(pairs, key=_hash)
    chosen: list[LabelledClaim] = []
    while left and len(chosen) < claims:
        labels = Counter(one.label for one in chosen)
        kinds = Counter(one.kind for one in chosen)
        events = Counter(one.event for one in chosen)

        def rank(
            pair: Pair,
            labels: Counter[VerdictLabel] = labels,
            kinds: Counter[str] = kinds,
            events: Counter[str] = events,
        ) -> tuple[int, int, int]:
            one, other = pair
            return labels[one.label] + labels[other.label], kinds[one.kind], events[one.event]

        best = min(left, key=rank)
        left.remove(best)
        chosen += best
    return chosen


def _hash(pair: Pair) -> str:
    named = f"{pair[0].event} {pair[0].question.claim}"
    return hashlib.sha256(named.encode()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.labelled_claims",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--claims", type=int, default=LABELLED, help="so many")
    parser.add_argument("--write", action="store_true", help="write the file that ships")
    parser.add_argument("--questions", type=Path, help="write the questions into this folder")
    parser.add_argument("--answers", type=Path, help="read answers from this folder")
    parser.add_argument("--model", default="recorded", help="name of the model that answered")
    options = parser.parse_args(arguments)
    if options.questions:
        asked = number_questions(read_labelled_claims()[: options.claims])
        write_questions(asked, options.questions, find_index(options.questions))
    elif options.answers:
        folder = Settings().find_data_folder()
        result = keep_answers(options.answers, options.model, folder)
        print_result(result, counted="The answers were recorded.", folder=folder)
    else:
        make(options.claims, write=options.write)
    return 0


def make(claims: int, *, write: bool) -> None:
    """Choose the claims and describe them; with `write`, write the shipped file."""
    mirrored = read_mirrored(split_events(read_events())[1])
    pairs = [pair for one in mirrored for pair in list_pairs(one)]
    chosen = choose(pairs, claims=claims)
    text = "".join(map(write_labelled_claim, chosen))
    print(f"{len(chosen)} of {2 * len(pairs)} claims, {len(text.encode()):,} bytes")
    for name in ("label", "kind", "event"):
        counts = Counter(str(getattr(one, name)) for one in chosen)
        print(f"by {name}: " + ", ".join(f"{key} {count}" for key, count in counts.most_common()))
    if write:
        FILE.write_text(text, encoding="utf-8")


def keep_answers(folder: Path, model: str, data_folder: Path) -> Result:
    """Store in `data_folder`, and return, the result of recorded answers to the labelled claims."""
    claims = read_labelled_claims()
    said = check_answers(list_recorded(folder, find_index(folder)), claims, model=model)
    judge = build_keeping_judge(SHIPPED_FOLDER)
    began = time.monotonic()
    trials = [
        Trial(one, judge_labelled(one, judge, now=READ_AT), said[one.key])
        for one in claims
        if one.key in said
    ]
    result = write_result(
        trials,
        name=ReaderName(model, INSTRUCTION_VERSION),
        now=now(),
        seconds=(0.0, time.monotonic() - began),
        least_confidence=judge.least_confidence,
        forced=False,
    )
    keep_result(data_folder, result)
    return result


if __name__ == "__main__":
    sys.exit(main())
