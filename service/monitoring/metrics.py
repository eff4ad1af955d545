"""The metrics of the service, in the form of Prometheus: names, labels and help of each.

All numbers are kept in the store, so that they are right with several processes and machines. A
counter that a script counts has its name and labels here, in the order of the script.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from claims.ports import ReaderFacet, RecordKind, StoreMetrics
from claims.types import EventType, VerdictLabel
from claims.webhooks import DELIVERED, FAULT, REFUSED

MIMETYPE = CONTENT_TYPE_LATEST
_PREFIX = "assay_"


@dataclass(frozen=True, slots=True)
class _Counter:
    """A counter; `known` are label values that are shown as 0 before they were counted."""

    field: str
    name: str
    help: str
    labels: tuple[str, ...] = ()
    known: tuple[tuple[str, ...], ...] = ()


_DELIVERY_OUTCOMES = (
    *(DELIVERED, REFUSED, "http-3xx", "http-4xx", "http-5xx", FAULT, "lost"),
    *("address-blocked", "port-blocked", "dns-failed"),
    *("unreachable", "tls-error", "timeout", "bad-response", "mail-server"),
)
_GIVEN_UP_REASONS = (
    *("attempts", "webhook-refused", "webhook-disabled", "event-gone", "event-unreadable"),
)
_DISABLED_REASONS = ("webhook-refused", "webhook-failing", "by-hand", "unsubscribed")

_COUNTERS = (
    _Counter(
        "accepted",
        "accepted",
        "Articles and claims that were accepted, without the claims of articles.",
        ("kind",),
        (("article",), ("claim",)),
    ),
    _Counter(
        "judged",
        "judged",
        "Checks that ended in a verdict, by its label.",
        ("label",),
        tuple((label,) for label in VerdictLabel),
    ),
    _Counter(
        "failed",
        "failed",
        "Articles (stage extract) and checks that were given up, by the code of the error.",
        ("stage", "code"),
    ),
    _Counter(
        "attempts",
        "attempts",
        "Attempts at a stage, by how they ended: committed, given-up (an error that stays), "
        "put-back (an error that may pass), postponed (a host is busy, or the reader silent), lost "
        "(a process ended).",
        ("stage", "outcome"),
    ),
    _Counter(
        "readings",
        "readings",
        "Checks that came to the second reader, by how its label compares with the judge's, or why "
        "there is no reading.",
        ("outcome",),
        tuple((outcome,) for outcome in ReaderFacet),
    ),
    _Counter(
        "looks",
        "looks",
        "Checks on schedule that began: regular, or confirming (they may confirm a change).",
        ("kind",),
        (("regular",), ("confirming",)),
    ),
    _Counter("tokens", "reader_tokens", "Tokens that second readers used.", (), ((),)),
    _Counter("verified", "verified", "Verify requests that were answered.", (), ((),)),
    _Counter(
        "fetches", "fetches", "Fetches of pages: page, or the code of the failure.", ("outcome",)
    ),
    _Counter(
        "events",
        "events",
        "Events that were announced.",
        ("type",),
        tuple((event,) for event in EventType),
    ),
    _Counter(
        "deliveries",
        "deliveries",
        "Attempts to deliver an event to a webhook: delivered, http-410 (it wants no more events), "
        "the class of another status, the code of a failure without an answer, lost (a process "
        "ended).",
        ("outcome",),
        tuple((outcome,) for outcome in _DELIVERY_OUTCOMES),
    ),
    _Counter(
        "deliveries_given_up",
        "deliveries_given_up",
        "Events that a webhook will not get: attempts (all failed), webhook-refused (410), "
        "webhook-disabled (it was switched off before), event-gone (no longer kept), "
        "event-unreadable (its form is not that of this release).",
        ("reason",),
        tuple((reason,) for reason in _GIVEN_UP_REASONS),
    ),
    _Counter(
        "webhooks_disabled",
        "webhooks_disabled",
        "Webhooks that were switched off: webhook-refused (410), webhook-failing (no success for "
        "five days), by-hand, unsubscribed (the recipient of an alert).",
        ("reason",),
        tuple((reason,) for reason in _DISABLED_REASONS),
    ),
    _Counter(
        "unreadable",
        "unreadable_records",
        "Stored records that were left out because this release cannot read them, by kind; each "
        "once, and again if it is met after a day without.",
        ("kind",),
        tuple((kind,) for kind in RecordKind),
    ),
)
_JUDGE_FIELD = ("judge",)
_HISTOGRAMS = {
    "stage": ("stage_seconds", "Time from taking an item to its commit.", ("stage",)),
    "check": ("check_seconds", "Time from asking for a check to its verdict.", ("priority",)),
}


def write_metrics(metrics: StoreMetrics) -> bytes:
    """All metrics as text in Prometheus's format."""
    collectors = CollectorRegistry(auto_describe=False)
    collectors.register(_StoreCollector(metrics))
    return generate_latest(collectors)


class _StoreCollector(Collector):
    def __init__(self, metrics: StoreMetrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        yield from _collect_counters(self._metrics)
        yield from _collect_histograms(self._metrics)
        yield from _collect_state(self._metrics)


def _collect_counters(metrics: StoreMetrics) -> Iterator[Metric]:
    for counter in _COUNTERS:
        values = dict.fromkeys(counter.known, 0) | {
            field[1:]: number
            for field, number in metrics.counters.items()
            if field[0] == counter.field
        }
        family = CounterMetricFamily(
            _PREFIX + counter.name, counter.help, labels=list(counter.labels)
        )
        for labels, number in sorted(values.items()):
            family.add_metric(labels, number)
        yield family
    yield CounterMetricFamily(
        f"{_PREFIX}judge_seconds",
        "Time spent in the judge for verdicts that were committed and verify requests.",
        value=metrics.counters.get(_JUDGE_FIELD, 0) / 1000,
    )


def _collect_histograms(metrics: StoreMetrics) -> Iterator[Metric]:
    for field, (name, explained, labels) in _HISTOGRAMS.items():
        family = HistogramMetricFamily(_PREFIX + name, explained, labels=labels)
        found: dict[tuple[str, ...], dict[str, int]] = {}
        for (first, *values), number in metrics.counters.items():
            if first == field:
                found.setdefault(tuple(values[:-1]), {})[values[-1]] = number
        for row, numbers in sorted(found.items()):
            total_ms = numbers.pop("sum", 0)
            family.add_metric(row, list(_accumulate(numbers)), sum_value=total_ms / 1000)
        yield family


def _accumulate(numbers: dict[str, int]) -> Iterator[tuple[str, float]]:
    """The cumulative buckets: the upper limit in seconds, and the number of values up to it."""
    below = 0
    for limit in sorted(numbers.keys() | {"+Inf"}, key=float):
        below += numbers.get(limit, 0)
        yield (limit if limit == "+Inf" else str(int(limit) / 1000)), below


def _collect_state(metrics: StoreMetrics) -> Iterator[Metric]:
    ready = GaugeMetricFamily(
        f"{_PREFIX}queue_items", "Items that could be taken now.", labels=["queue", "priority"]
    )
    oldest = GaugeMetricFamily(
        f"{_PREFIX}queue_oldest_seconds",
        "How long the oldest of these items could have been taken; 0 when there is none.",
        labels=["queue", "priority"],
    )
    for line in metrics.lines:
        ready.add_metric([line.queue, line.priority], line.ready)
        oldest.add_metric([line.queue, line.priority], line.oldest_s)
    workers = GaugeMetricFamily(
        f"{_PREFIX}workers", "Workers that take from the queue.", labels=["queue"]
    )
    for queue, number in metrics.workers.items():
        workers.add_metric([queue], number)
    yield from (ready, oldest, workers)
    looks = metrics.looks
    state: tuple[tuple[str, str, float], ...] = (
        ("planned_items", "Items that are due later: checks on schedule, pauses.", metrics.planned),
        ("leased_items", "Items that are being worked on.", metrics.leased),
        ("stored_articles", "Articles in the store.", metrics.articles),
        ("looks_per_day_budget", "Budget of looks a day; 0 without one.", looks.per_day or 0),
        ("looks_per_day_planned", "Looks a day of all schedules as they were set.", looks.planned),
        (
            "looks_stretch",
            "Factor of all periods by the budget; at least 1.",
            looks.stretch,
        ),
        ("stored_claims", "Claims in the store, with those of articles.", metrics.claims),
    )
    for name, explained, value in state:
        yield GaugeMetricFamily(_PREFIX + name, explained, value=value)
