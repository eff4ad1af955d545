"""Questions to a second reader about claims of events, as files, and its answers read back.

A question has the claim and the passages of its event that the service would show a reader. It is
written as one text file, with the exact words that a model gets; its name is a number that says
nothing of event, mirror or label, and the order is drawn with a fixed seed. The index, which has
the labels, is kept elsewhere, so that anybody can answer blind. An answer is a file of the same
number with what the reader wrote (NUMBER.json); claims/reader/answers.py checks it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from claims.evidence.whole_evidence import READER_PASSAGES, write_question
from claims.pipeline import rank_evidence
from claims.ports import Question
from claims.reader.answers import Answer, Fault, read_answer
from claims.reader.labelled_claims import ClaimKey, LabelledClaim
from claims.reader.question import (
    INSTRUCTION_VERSION,
    MARK_LENGTH,
    MARK_LETTERS,
    Messages,
    build_question,
)
from claims.types import NotRead, Reading, Unread, VerdictLabel
from evaluation.real.asking import open_check, write_page
from training.events import Event

SEED = "second reader"
_SEPARATOR = "\n\n----- user -----\n\n"
_HEAD = "----- system -----\n\n"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer: the number of its question, the key of the claim, the hash of what was asked, and
    what the reader wrote."""

    number: str
    key: ClaimKey
    question: str
    answer: str


def list_questions(
    events: Iterable[Event], side: str, *, passages: int = READER_PASSAGES
) -> Iterator[LabelledClaim]:
    """The questions about all claims of the events, in order."""
    for event in events:
        pages = [write_page(page) for page in event.pages]
        for one in event.claims:
            gathered = rank_evidence(one.claim, pages, (), passages_max=passages)
            yield LabelledClaim(
                question=write_question(open_check(one.claim), gathered, passages_max=passages),
                label=VerdictLabel(one.label),
                kind=one.kind,
                event=event.name,
                side=side,
            )


def number_questions(asked: Iterable[LabelledClaim]) -> dict[str, LabelledClaim]:
    """The questions by number ("0001"), in an order that the fixed seed draws."""
    order = sorted(asked, key=lambda one: _draw("order", *one.key))
    return {f"{number:04}": one for number, one in enumerate(order, start=1)}


def write_questions(asked: Mapping[str, LabelledClaim], folder: Path, index: Path) -> None:
    """Write the file of each question into `folder`, and what they are about into `index`."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {}
    for number, one in asked.items():
        messages = write_messages(number, one.question)
        text = f"{_HEAD}{messages.system}{_SEPARATOR}{messages.user}\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        rows[number] = {
            "event": one.event,
            "side": one.side,
            "claim": one.question.claim,
            "label": one.label,
            "question": _hash(messages),
        }
    noted = {"instruction": INSTRUCTION_VERSION, "questions": rows}
    index.write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")


def find_index(folder: Path) -> Path:
    """Where the index of a folder of questions or answers lies unless it is said: beside it."""
    folder = folder.absolute()
    return folder.with_name(f"{folder.name}-index.json")


def write_messages(number: str, question: Question) -> Messages:
    """What a model gets; the mark follows from the number, so that it is the same each time."""
    drawn = _draw("mark", number)[:MARK_LENGTH]
    letters = (MARK_LETTERS[byte % len(MARK_LETTERS)] for byte in drawn)
    return build_question(question, mark="".join(letters) + "|")


def _draw(*what: str) -> bytes:
    """Bytes that depend on the seed and on `what` alone."""
    return hashlib.sha256("\n".join((SEED, *what)).encode()).digest()


def _hash(messages: Messages) -> str:
    """12 hex digits for what is asked: passages, their order and their numbers."""
    return hashlib.sha256(messages.user.encode()).hexdigest()[:12]


def read_index(index: Path) -> dict[str, tuple[ClaimKey, str]]:
    """For each number the key of its claim, and the hash of what was asked.

    Raises ValueError for a file of another form.
    """
    try:
        rows = json.loads(index.read_text(encoding="utf-8"))["questions"]
        return {
            number: ((row["event"], row["side"], row["claim"]), row["question"])
            for number, row in rows.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{index}: not an index of questions: {error!r}") from error


def list_recorded(folder: Path, index: Path) -> Iterator[Recorded]:
    """The answers in a folder, in the order of the index; a question without one is left out."""
    for number, (key, hashed) in read_index(index).items():
        file = folder / f"{number}.json"
        if file.is_file():
            yield Recorded(number, key, hashed, file.read_text(encoding="utf-8"))


def write_record(recorded: Iterable[Recorded], file: Path) -> None:
    """Keep answers, and what they answer, in one file of JSON lines."""
    lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in recorded)
    file.write_text("".join(lines), encoding="utf-8")


def read_record(file: Path) -> Iterator[Recorded]:
    """What `write_record` wrote. Raises ValueError for a line of another form."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            yield Recorded(**row | {"key": tuple(row["key"])})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{file.name}:{number}: not a recorded answer: {error!r}") from error


def check_answers(
    recorded: Iterable[Recorded], asked: Iterable[LabelledClaim], *, model: str
) -> dict[ClaimKey, Reading | NotRead]:
    """The answers of `model` to those of `asked` that have one, checked as the service does.

    An answer that breaks a rule is a NotRead, for nobody asks again; tokens are 0, for nobody
    counted them. Raises ValueError when a question has changed since it was written: its answer may
    name other passages.
    """
    by_key = {one.key: one for one in asked}
    found: dict[ClaimKey, Reading | NotRead] = {}
    for one in recorded:
        claim = by_key.get(one.key)
        if claim is None:
            continue
        if _hash(write_messages(one.number, claim.question)) != one.question:
            raise ValueError(f"question {one.number} {one.key} has changed since it was written")
        found[one.key] = _write_reading(read_answer(one.answer, claim.question), model)
    return found


def _write_reading(answer: Answer | Fault, model: str) -> Reading | NotRead:
    if isinstance(answer, Fault):
        return NotRead(skipped=Unread.BAD_ANSWER, detail=answer.plain)
    return Reading(
        model=model,
        instruction=INSTRUCTION_VERSION,
        label=answer.label,
        quotes=answer.quotes,
        reason=answer.reason,
        missing=answer.missing,
        tokens=0,
    )
