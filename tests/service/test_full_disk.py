"""With less free disk space than the reserve, the service refuses new work and still shows data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from claims.disk import DiskReserve
from claims.errors import StoreFull
from claims.settings import Settings
from claims.store import RedisStore
from claims.store.connection import StoreConnection
from claims.types import ClaimId
from claims.wiring import build_request_store, find_store_disk
from service.app import create_app
from service.processes.supervisor import Supervisor
from tests.service.work import judge_claim
from tests.stack.servers import embedded_server

MOST_MB = 100_000_000  # more than any disk has


@pytest.fixture
def full(
    store_url: str, store: RedisStore, settings: Settings, tmp_path: Path
) -> Iterator[FlaskClient]:
    """A client of a service whose disk reserve is larger than the disk."""
    disk = DiskReserve(tmp_path, reserve_mb=MOST_MB)
    limited = RedisStore(StoreConnection(store_url, disk=disk), queue_max=100)
    yield create_app(settings, store=limited, notify=lambda: None).test_client()
    limited.close()


@pytest.fixture
def claim_id(client: FlaskClient, store: RedisStore) -> ClaimId:
    """A claim that was judged while the disk had space."""
    claim_id = ClaimId(client.post("/v1/claims", json={"text": "Eleven died."}).json["id"])
    judge_claim(store, claim_id)
    return claim_id


def test_whatever_asks_for_new_work_is_refused_with_the_reason(
    full: FlaskClient, claim_id: ClaimId
) -> None:
    for method, path, body in (
        ("POST", "/v1/articles", {"text": "Eleven died."}),
        ("POST", "/v1/claims", {"text": "Eleven died."}),
        ("POST", f"/v1/claims/{claim_id}/recheck", None),
        ("POST", "/v1/failed/retry", None),
        ("PUT", f"/v1/claims/{claim_id}/schedule", {"every": "P1D"}),
        ("GET", "/readyz", None),
    ):
        answer = full.open(path, method=method, json=body)
        assert (path, answer.status_code) == (path, 503)
        assert answer.json["type"] == "/problems/store-full"
        assert "The disk of the data folder is full: free some space" in answer.json["detail"]
        assert int(answer.headers["Retry-After"]) > 0


def test_existing_records_are_shown_and_a_schedule_may_be_ended(
    full: FlaskClient, claim_id: ClaimId
) -> None:
    for path in ("/", f"/claims/{claim_id}", f"/v1/claims/{claim_id}", "/v1/articles", "/livez"):
        assert (path, full.get(path).status_code) == (path, 200)
    assert full.delete(f"/v1/claims/{claim_id}/schedule").status_code == 204


def test_a_form_is_answered_with_a_page_that_says_why(full: FlaskClient) -> None:
    answer = full.post("/claims", data={"text": "Eleven died."})
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Store full" in answer.text
    assert "nothing accepted is lost" in answer.text


def test_nothing_is_ever_short_without_a_reserve(tmp_path: Path) -> None:
    assert DiskReserve(tmp_path, reserve_mb=MOST_MB).find_shortage() is not None
    assert DiskReserve(tmp_path, reserve_mb=0).find_shortage() is None
    assert not DiskReserve(tmp_path, reserve_mb=0).is_full()
    assert DiskReserve(tmp_path / "gone", reserve_mb=MOST_MB).find_shortage() is None


def test_the_disk_of_the_data_folder_counts_for_the_server_on_it_alone(tmp_path: Path) -> None:
    with embedded_server(tmp_path / "data") as url:
        settings = Settings(
            redis_url=url, data_folder=str(tmp_path / "data"), disk_reserve_mb=MOST_MB
        )
        store = build_request_store(settings)
        with pytest.raises(StoreFull):
            store.recheck_claim(ClaimId("c_1"))
        store.close()
    elsewhere = settings.model_copy(update={"redis_url": "redis://store.example/0"})
    assert find_store_disk(elsewhere) is None


def test_start_below_the_reserve_is_refused_with_the_setting(tmp_path: Path) -> None:
    supervisor = Supervisor(
        Settings(disk_reserve_mb=MOST_MB), data_folder=tmp_path / "data", port=0
    )
    with pytest.raises(StoreFull, match=r"free some space, or lower ASSAY_DISK_RESERVE_MB"):
        supervisor.start()
    assert supervisor.pids == {}
