"""The stages in order. Decides nothing itself: each step is one call into its stage.

    extract_article   text, HTML or URL -> claims                                   (article)
    gather_evidence   a claim's sources, and what a search finds -> pages -> ranked passages
                                                                                    (gathering)
    judge_claim       passages -> stances -> verdict, and what changed since the last check
                                                                                    (judging)
    read_check        judge's verdict -> the verdict of the judge and a second reader
                                                                                    (second_reading)
    verify_passages   a claim and given passages -> verdict          (judging)

The same functions serve the workers and the command line; only the ports differ. Everybody imports
from here.
"""

from __future__ import annotations

from claims.pipeline.article import extract_article
from claims.pipeline.failing_pages import NO_EARLIER, EarlierPages
from claims.pipeline.gathering import (
    PASSAGES,
    POSTPONED_S,
    SHARED_FOR,
    gather_evidence,
    gather_passages,
    rank_evidence,
)
from claims.pipeline.judging import judge_claim, verify_passages, weigh_evidence
from claims.pipeline.kept_readings import keep_reading
from claims.pipeline.returning import find_returned, is_signed_off
from claims.pipeline.second_reading import (
    conclude_with_answer,
    conclude_with_reading,
    leave_unread,
    read_check,
    read_evidence,
    wants_reading,
)
from claims.pipeline.source_fetching import FETCHING_S, SourceFetching

__all__ = [
    "FETCHING_S",
    "NO_EARLIER",
    "PASSAGES",
    "POSTPONED_S",
    "SHARED_FOR",
    "EarlierPages",
    "SourceFetching",
    "conclude_with_answer",
    "conclude_with_reading",
    "extract_article",
    "find_returned",
    "gather_evidence",
    "gather_passages",
    "is_signed_off",
    "judge_claim",
    "keep_reading",
    "leave_unread",
    "rank_evidence",
    "read_check",
    "read_evidence",
    "verify_passages",
    "wants_reading",
    "weigh_evidence",
]
