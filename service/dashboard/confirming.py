"""Confirms on the next page what a form has done.

The redirect after a form has the result in the query of the address (`?done=tags-saved`), so that
neither the browser nor the store keeps it; this module has the messages. The script of the page
removes the query from the address, so that a reload does not show the message again.
"""

from __future__ import annotations

from enum import StrEnum

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

PARAMETER = "done"
COUNT = "changed"
"""How many records of a list were changed."""
PASSING = (PARAMETER, COUNT, "all")
"""The parameters of the address of a list that do not belong to it."""


class Done(StrEnum):
    """What a form has done; the value is the one in the address."""

    CHECK_REQUESTED = "check-requested"
    CHECKS_REQUESTED = "checks-requested"
    READING_REQUESTED = "reading-requested"
    CAUGHT_UP = "caught-up"
    CAUGHT_UP_IN_PART = "caught-up-in-part"
    NOTHING_CAUGHT_UP = "nothing-caught-up"
    CHECK_CANCELLED = "check-cancelled"
    CHECKS_CANCELLED = "checks-cancelled"
    NOTHING_CANCELLED = "nothing-cancelled"
    SCHEDULE_SET = "schedule-set"
    SCHEDULE_ENDED = "schedule-ended"
    SCHEDULE_OF_TAG = "schedule-of-tag"
    TAG_SCHEDULE_SET = "tag-schedule-set"
    TAG_SCHEDULE_REMOVED = "tag-schedule-removed"
    TAGS_SAVED = "tags-saved"
    SOURCES_SAVED = "sources-saved"
    SOURCES_CHECKED = "sources-checked"
    WORDING_ACCEPTED = "wording-accepted"
    REVIEW_SAVED = "review-saved"
    ARTICLE_DELETED = "article-deleted"
    CLAIM_DELETED = "claim-deleted"
    SOURCE_REGISTERED = "source-registered"
    SOURCE_SAVED = "source-saved"
    SOURCE_REMOVED = "source-removed"
    WEBHOOK_SAVED = "webhook-saved"
    WEBHOOK_ENABLED = "webhook-enabled"
    WEBHOOK_DISABLED = "webhook-disabled"
    WEBHOOK_DELETED = "webhook-deleted"
    ALERT_ADDED = "alert-added"
    ALERT_TESTED = "alert-tested"
    ALERT_DELETED = "alert-deleted"
    TEST_SENT = "test-sent"
    EVENT_SENT = "event-sent"
    CHOSEN_TAGGED = "chosen-tagged"
    CHOSEN_UNTAGGED = "chosen-untagged"
    CHOSEN_RECHECKED = "chosen-rechecked"
    CHOSEN_ASSIGNED = "chosen-assigned"
    CHOSEN_DELETED = "chosen-deleted"

    @property
    def words(self) -> str:
        """The message. It stays true while the page is open and updates itself."""
        return _WORDS[self]

    def describe_count(self, number: int, noun: str) -> str:
        """The message with a number of articles or claims; "" for none of them."""
        return f"{self.words} {number} {noun}{'' if number == 1 else 's'}." if number else ""


_WORDS = {
    Done.CHECK_REQUESTED: "Another check of the claim was requested.",
    Done.CHECKS_REQUESTED: "Another check of all claims of the article was requested.",
    Done.READING_REQUESTED: "A reading of the claim by the second reader was requested.",
    Done.CAUGHT_UP: "The claims that were not read were put into the queue of the second reader.",
    Done.CAUGHT_UP_IN_PART: "A part of the claims that were not read was put into the queue of the "
    "second reader. Catch up again later for the rest.",
    Done.NOTHING_CAUGHT_UP: "There was no claim to catch up on.",
    Done.CHECK_CANCELLED: "The check was cancelled.",
    Done.CHECKS_CANCELLED: "The checks that had not ended were cancelled.",
    Done.NOTHING_CANCELLED: "Nothing was cancelled: every check had ended before.",
    Done.SCHEDULE_SET: "The schedule was set.",
    Done.SCHEDULE_ENDED: "The schedule was ended: the claim is checked only on request.",
    Done.SCHEDULE_OF_TAG: "The claim has no schedule of its own: it is checked on that of its tag. "
    "Set one that pauses to stop that.",
    Done.TAG_SCHEDULE_SET: "The schedule of the tag was saved. Where many claims have the tag, the "
    "last ones get it some minutes later.",
    Done.TAG_SCHEDULE_REMOVED: "The tag has no schedule any more. Schedules that claims have of "
    "their own stay.",
    Done.TAGS_SAVED: "The tags were saved.",
    Done.SOURCES_CHECKED: "The sources were saved, and a check with them was requested.",
    Done.SOURCES_SAVED: "The sources were saved. They are read from the next check on.",
    Done.WORDING_ACCEPTED: "The corrected wording was accepted. It is checked as this claim.",
    Done.REVIEW_SAVED: "The step of the review was saved.",
    Done.ARTICLE_DELETED: "The article was deleted with its claims.",
    Done.CLAIM_DELETED: "The claim was deleted.",
    Done.SOURCE_REGISTERED: "The source was registered. It is used from the next check on.",
    Done.SOURCE_SAVED: "The source was saved. The change holds from the next check on.",
    Done.SOURCE_REMOVED: "The source was removed.",
    Done.WEBHOOK_SAVED: "The webhook was saved.",
    Done.WEBHOOK_ENABLED: "The webhook was switched on.",
    Done.WEBHOOK_DISABLED: "The webhook was switched off.",
    Done.WEBHOOK_DELETED: "The webhook was deleted.",
    Done.ALERT_ADDED: "The alert was added.",
    Done.ALERT_TESTED: "A test message was requested.",
    Done.ALERT_DELETED: "The alert was deleted.",
    Done.TEST_SENT: "A test was requested: the deliveries below show its state.",
    Done.EVENT_SENT: "Another delivery was requested: those below show its state.",
    Done.CHOSEN_TAGGED: "Tags were added:",
    Done.CHOSEN_UNTAGGED: "Tags were removed:",
    Done.CHOSEN_RECHECKED: "Another check was requested:",
    Done.CHOSEN_ASSIGNED: "The assignee was saved:",
    Done.CHOSEN_DELETED: "Deleted:",
}


_COUNTED = frozenset(done for done in Done if done.startswith("chosen-"))
"""What is done with records of a list, whose number the message has."""


def confirm(path: str, done: Done, *, count: int | None = None) -> AnyResponse:
    """Redirect to the page at `path`, which shows the message for `done`.

    `count` is the number of records of a list for messages that have one.
    """
    number = "" if count is None else f"&{COUNT}={count}"
    return redirect(f"{path}{'&' if '?' in path else '?'}{PARAMETER}={done}{number}", 303)


def describe_done() -> str:
    """The message about the form that led to this page; "" without one."""
    given = request.args.get(PARAMETER, "") if request.method == "GET" else ""
    if given not in set(Done):
        return ""
    if given not in _COUNTED:
        return Done(given).words
    number = request.args.get(COUNT, 0, type=int)
    noun = "article" if request.path == "/articles" else "claim"
    return Done(given).describe_count(number, noun) if 0 < number < 1000 else ""
