"""Model in plain Python of what the store should do with the work of one record."""

from __future__ import annotations

from dataclasses import dataclass, field

from claims.ports import WorkItem
from claims.types import Stage, VerdictLabel

# Length of a step of model time, in seconds: long compared with the real duration of a test.
STEP_S = 1000
TTL_S = 1.5 * STEP_S
EVERY = "PT3000S"
EVERY_S = 3 * STEP_S
DELAY_S = 2.5 * STEP_S


@dataclass
class Work:
    """State of one record's current or next work item in the model."""

    item: WorkItem
    due: float | None
    status: str = "queued"
    token: str | None = None
    expires: float = 0.0
    attempts: int = 0
    every: bool = False
    next_at: float = 0.0
    judged: list[int] = field(default_factory=list)
    labels: list[VerdictLabel] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    check: int = 1
    is_planned: bool = False
    told: VerdictLabel | None = None
    needs: int = 0
    flaps: int = 0
    provisional: VerdictLabel | None = None

    @property
    def is_finished(self) -> bool:
        return self.status in ("judged", "failed", "extracted")

    def move_on(self, stage: Stage, *, due: float) -> None:
        self.item = WorkItem(stage, self.item.id, self.check)
        self.due, self.token, self.attempts = due, None, 0

    def give_up(self, now: float) -> None:
        """End the check after its last attempt: a check that is being read gets its verdict."""
        if self.item.stage is Stage.READ:
            assert self.provisional is not None
            self.conclude(self.provisional, now)
        else:
            self.finish("failed", now)

    def conclude(self, label: VerdictLabel, now: float) -> None:
        self.judged.append(self.check)
        self.labels.append(label)
        self.finish("judged", now)

    def cancel(self, now: float) -> None:
        """End the check without a verdict: the last one is kept, and is not announced again."""
        self.finish("judged" if self.judged else "failed", now, is_new=not self.judged)

    def finish(self, status: str, now: float, *, is_new: bool = True) -> None:
        self.status, self.token, self.due, self.provisional = status, None, None, None
        if is_new:
            self.note_event()
        if not self.every:
            return
        while self.next_at <= now:
            self.next_at += EVERY_S
        self.item = WorkItem(Stage.GATHER, self.item.id, self.check + 1)
        self.due = self.next_at

    def note_event(self) -> None:
        """Note the type of the event that the end of a stage makes, if it makes one."""
        if self.status == "failed":
            is_article = self.item.stage is Stage.EXTRACT
            self.events.append("article.failed" if is_article else "claim.failed")
        elif self.status == "judged" and len(self.labels) == 1:
            self.events.append("verdict.created")
        elif self.status == "judged":
            self.confirm(self.labels[-2], self.labels[-1])

    def confirm(self, last: VerdictLabel, label: VerdictLabel) -> None:
        """Hold, confirm or announce a label; runs are shorter than a week."""
        told, held = self.told or last, self.told is not None
        if label is told:
            self.flaps += held
            self.told = None
            return
        if held and label is last:
            self.needs -= 1
        elif self.is_planned and self.every:
            self.told, self.needs = told, 1 + min(3, self.flaps)
            return
        if not (self.is_planned and self.every) or self.needs <= 0:
            self.announce_change()

    def announce_change(self) -> None:
        self.told = None
        self.events.append("verdict.changed")

    def end_schedule(self) -> None:
        """Note the events of the end of the schedule: a change that waits is announced."""
        if self.every:
            if self.told is not None:
                self.announce_change()
            self.events.append("schedule.changed")
        self.every = False

    def start_check(self, now: float, base: float, *, is_planned: bool) -> None:
        self.check, self.attempts, self.is_planned = self.check + 1, 0, is_planned
        self.next_at = base + EVERY_S
