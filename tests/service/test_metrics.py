"""Metrics over HTTP: the form, the numbers, who may read them, and the example board on them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from apiflask import APIFlask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from claims.access import Scope
from claims.settings import Settings
from claims.store import RedisStore
from claims.types import ClaimId
from tests.contracts import deliveries as d
from tests.service.keys import bearer, make_key
from tests.service.work import judge_claim

ROOT = Path(__file__).resolve().parents[2]
BOARD = ROOT / "examples" / "grafana" / "assay.json"
PROMETHEUS = ROOT / "examples" / "grafana" / "prometheus.yml"


def read(client: FlaskClient) -> dict[str, list[Sample]]:
    """The samples by name, as Prometheus's own parser reads them."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation, family.name
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


def find(samples: dict[str, list[Sample]], name: str, **labels: str) -> float:
    (value,) = (one.value for one in samples[name] if one.labels == labels)
    return value


def judge(client: FlaskClient, store: RedisStore) -> ClaimId:
    claim_id = ClaimId(client.post("/v1/claims", json={"text": "Eleven died."}).json["id"])
    judge_claim(store, claim_id)
    return claim_id


def test_metrics_have_past_events_and_waiting_work(client: FlaskClient, store: RedisStore) -> None:
    judge(client, store)
    client.post("/v1/articles", json={"text": "Eleven died."})
    samples = read(client)
    assert find(samples, "assay_accepted_total", kind="claim") == 1
    assert find(samples, "assay_accepted_total", kind="article") == 1
    assert sum(one.value for one in samples["assay_judged_total"]) == 1
    assert find(samples, "assay_stage_seconds_count", stage="judge") == 1
    assert find(samples, "assay_stage_seconds_bucket", stage="judge", le="+Inf") == 1
    assert find(samples, "assay_check_seconds_count", priority="normal") == 1
    assert find(samples, "assay_queue_items", queue="fetch", priority="normal") == 1
    assert find(samples, "assay_queue_oldest_seconds", queue="fetch", priority="normal") < 60
    assert find(samples, "assay_stored_claims") == 1
    assert find(samples, "assay_workers", queue="score") == 0


def test_metrics_have_the_budget_of_looks(client: FlaskClient, store: RedisStore) -> None:
    store.follow_looks(1, limit=1)
    claim_id = judge(client, store)
    store.set_schedule(claim_id, every="PT12H", until=None)
    samples = read(client)
    assert find(samples, "assay_looks_per_day_budget") == 1
    assert find(samples, "assay_looks_per_day_planned") == 2
    assert find(samples, "assay_looks_stretch") == 2
    assert find(samples, "assay_looks_total", kind="regular") == 0


def test_buckets_count_all_that_took_less(client: FlaskClient, store: RedisStore) -> None:
    for _ in range(3):
        judge(client, store)
    buckets = [
        one for one in read(client)["assay_stage_seconds_bucket"] if one.labels["stage"] == "gather"
    ]
    values = [one.value for one in sorted(buckets, key=lambda one: float(one.labels["le"]))]
    assert values == sorted(values)
    assert values[-1] == 3


def test_known_values_are_there_before_they_were_counted(client: FlaskClient) -> None:
    samples = read(client)
    assert find(samples, "assay_judged_total", label="REFUTED") == 0
    assert find(samples, "assay_events_total", type="verdict.changed") == 0
    assert find(samples, "assay_judge_seconds_total") == 0
    assert find(samples, "assay_deliveries_total", outcome="timeout") == 0
    assert find(samples, "assay_deliveries_given_up_total", reason="attempts") == 0
    assert find(samples, "assay_webhooks_disabled_total", reason="webhook-failing") == 0


def test_deliveries_to_webhooks_are_counted_by_outcome(
    client: FlaskClient, store: RedisStore
) -> None:
    d.make(store, 1)
    store.webhooks.ping(d.webhook_id(1))
    assert store.webhooks.end(d.take(store), d.SILENT)
    d.make(store, 2)
    store.webhooks.ping(d.webhook_id(2))
    assert store.webhooks.end(d.take(store), d.ENDED)
    samples = read(client)
    assert find(samples, "assay_deliveries_total", outcome="timeout") == 1
    assert find(samples, "assay_deliveries_total", outcome="http-410") == 1
    assert find(samples, "assay_deliveries_given_up_total", reason="webhook-refused") == 1
    assert find(samples, "assay_webhooks_disabled_total", reason="webhook-refused") == 1


def test_every_process_gives_the_same_numbers(
    make_app: Callable[..., APIFlask], settings: Settings, client: FlaskClient
) -> None:
    client.post("/v1/claims", json={"text": "Eleven died."})
    other = make_app(settings).test_client()
    assert find(read(other), "assay_accepted_total", kind="claim") == 1


def test_a_key_with_read_is_needed_where_keys_are_used(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    assert client.get("/metrics").status_code == 401
    for scope, status in ((Scope.READ, 200), (Scope.WRITE, 403)):
        key = make_key(store, scope)
        assert client.get("/metrics", headers=bearer(key)).status_code == status


def list_expressions() -> list[str]:
    board = json.loads(BOARD.read_text("utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_each_metric_of_the_example_board_is_served(client: FlaskClient, store: RedisStore) -> None:
    judge(client, store)
    client.post("/v1/claims", json={"text": "Eleven died."})
    document = client.get("/metrics").text
    served = set(read(client)) | set(re.findall(r"^# TYPE (assay_\w+)", document, re.MULTILINE))
    named = {name for one in list_expressions() for name in re.findall(r"assay_\w+", one)}
    assert named <= served
    assert len(named) > 12


def test_each_label_of_the_example_board_is_one_of_its_metric(
    client: FlaskClient, store: RedisStore
) -> None:
    judge(client, store)
    samples = read(client)
    for expression in list_expressions():
        for labels, name in re.findall(r"by \(([\w, ]+)\) \((?:rate\()?(assay_\w+)", expression):
            for sample in samples.get(name, []):
                assert set(labels.split(", ")) <= set(sample.labels), expression


def test_the_example_configuration_reads_the_route_that_there_is() -> None:
    (job,) = yaml.safe_load(PROMETHEUS.read_text("utf-8"))["scrape_configs"]
    assert job["metrics_path"] == "/metrics"
    assert job["authorization"]["type"] == "Bearer"


@pytest.mark.parametrize("accept", ["text/plain", "application/openmetrics-text, */*"])
def test_the_type_is_that_of_prometheus(client: FlaskClient, accept: str) -> None:
    answer = client.get("/metrics", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith("text/plain; version=1.0.0")
