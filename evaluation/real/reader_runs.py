"""Runs of `python -m evaluation.real` with a second reader: its questions, and its measurement."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from claims.entailment.calibration import CalibratedJudge
from claims.errors import InvalidInput
from claims.reader.labelled_claims import LabelledClaim
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import find_result
from claims.settings import Settings
from claims.types import ReaderName
from claims.verdicts.two_readers import Table
from claims.wiring.readers import build_reader
from evaluation.real.questions import (
    Recorded,
    check_answers,
    list_recorded,
    number_questions,
    read_record,
    write_questions,
    write_record,
)
from evaluation.real.reader_tables import render_readers
from evaluation.real.second_reader import (
    Answered,
    ask_reader,
    conclude_rows,
    judge_asked,
    list_all_questions,
)
from evaluation.real.tables import by_strength
from training.events import Event
from training.mirrors import Mirrored


def write_all_questions(
    events: Sequence[Event], mirrored: Sequence[Mirrored], options: argparse.Namespace
) -> None:
    """Write the questions about all claims of events and mirrors, and their index."""
    asked = number_questions(list_all_questions(events, mirrored, passages=options.passages))
    write_questions(asked, options.questions, options.index)
    print(f"{len(asked)} questions in {options.questions}, what they are about: {options.index}")


def measure_reader(
    events: Sequence[Event],
    mirrored: Sequence[Mirrored],
    options: argparse.Namespace,
    judge: CalibratedJudge,
) -> tuple[str, str]:
    """The tables of the reader of the settings, or of recorded answers; and the table of the
    strengths of the judge alone and of both."""
    asked = list_all_questions(events, mirrored, passages=options.passages)
    name, answered = _answer(asked, options)
    trials = judge_asked(events, mirrored, asked, said=answered.said, judge=judge)
    tested = find_tested(name)
    concluded = conclude_rows(trials, tested=tested, least_confidence=judge.least_confidence)
    tables = render_readers(
        trials,
        model=f"{name.model}, instruction {name.instruction}",
        tested=tested,
        seconds=answered.seconds,
        concluded=concluded,
    )
    return tables, by_strength([one.claim.label for one in trials], concluded)


def find_tested(name: ReaderName) -> Table | None:
    """The table of the reader's test, if the data folder of the settings has one."""
    result = find_result(Settings().find_data_folder(), name)
    return result.table if result else None


def _answer(
    asked: Sequence[LabelledClaim], options: argparse.Namespace
) -> tuple[ReaderName, Answered]:
    if options.answers:
        said = check_answers(_read_recorded(options), asked, model=options.model)
        return ReaderName(options.model, INSTRUCTION_VERSION), Answered(said, None)
    reader = build_reader(Settings())
    if reader is None:
        raise InvalidInput("no second reader is set: ASSAY_READER=chat:MODEL names one")
    return reader.name, ask_reader(reader, asked)


def _read_recorded(options: argparse.Namespace) -> list[Recorded]:
    """The answers of a folder or of a record; those of a folder are kept in `options.record`."""
    if options.answers.is_file():
        return list(read_record(options.answers))
    found = list(list_recorded(options.answers, options.index))
    if options.record:
        write_record(found, options.record)
    return found
