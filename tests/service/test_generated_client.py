"""A client that openapi-python-client generates from /openapi.json runs a whole check."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from claims.types import VerdictLabel
from tests.service.conftest import TOKEN
from tests.service.live import Live, get_text, run_service_and_store
from tests.service.work import judge_claim

PACKAGE = "assay_generated"
PROGRAM = Path(sys.executable).with_name("openapi-python-client")
CONFIG = {
    "post_hooks": [],
    # The generator knows no Atom; a feed is text to it.
    "content_type_overrides": {"application/atom+xml": "text/plain"},
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live"), ASSAY_API_TOKEN=TOKEN) as live:
        yield live


@pytest.fixture(scope="module")
def spec(live: Live) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(get_text(live, "/openapi.json", token=TOKEN))
    return described


@pytest.fixture(scope="module")
def generated(
    spec: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ModuleType]:
    """The generated package, imported; a warning of the generator is an error."""
    folder = tmp_path_factory.mktemp("generated")
    description, config = folder / "openapi.json", folder / "config.json"
    description.write_text(json.dumps(spec), encoding="utf-8")
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    output = folder / PACKAGE
    run = subprocess.run(
        [
            *(PROGRAM, "generate", "--meta", "none", "--fail-on-warning"),
            *("--path", description, "--config", config, "--output-path", output),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module(PACKAGE)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def client(generated: ModuleType, live: Live) -> Iterator[Any]:
    with generated.AuthenticatedClient(base_url=live.url, token=TOKEN, timeout=30.0) as client:
        yield client


@pytest.fixture(scope="module")
def models(generated: ModuleType) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.models")


def operation(name: str, *, tag: str = "claims") -> Any:
    return importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")


def test_it_has_all_operations(spec: dict[str, Any], generated: ModuleType) -> None:
    for methods in spec["paths"].values():
        for described in methods.values():
            (tag,) = described["tags"]
            module = operation(described["operationId"], tag=tag.lower())
            assert callable(module.sync_detailed)


def test_its_models_have_all_fields(spec: dict[str, Any], models: ModuleType) -> None:
    for name, schema in spec["components"]["schemas"].items():
        if "properties" in schema:
            # A name that Python has already ends with "_".
            attributes = getattr(models, name).__attrs_attrs__
            fields = {attribute.name.rstrip("_") for attribute in attributes}
            expected = {re.sub("([A-Z])", r"_\1", one).lower() for one in schema["properties"]}
            assert fields - {"additional_properties"} == expected, name
        elif "enum" in schema:
            assert {str(value) for value in getattr(models, name)} == set(schema["enum"])
    assert models.ProblemType.IDEMPOTENCY_MISMATCH == "/problems/idempotency-mismatch"


def test_its_parameters_have_the_shared_enums(generated: ModuleType, models: ModuleType) -> None:
    asked = operation("list_claims")._get_kwargs(
        label=[models.VerdictLabel.REFUTED],
        status=[models.ClaimStatus.JUDGED],
        sort=models.Order.CONFIDENCE,
    )["params"]
    assert asked["label"] == ["REFUTED"]
    assert asked["status"] == ["judged"]
    assert asked["sort"] == "confidence"


def test_a_whole_check_runs_with_it(live: Live, client: Any, models: ModuleType) -> None:
    body = models.ClaimBody(text="Eleven people died.", tags=["Generated"], sources=[])
    submitted = operation("submit_claim").sync(client=client, body=body, idempotency_key="k-1")
    assert isinstance(submitted, models.Accepted)
    claim_id = submitted.id
    assert submitted.links["history"] == f"/v1/claims/{claim_id}/history"

    worker = threading.Timer(
        0.5, judge_claim, (live.store, claim_id), {"label": VerdictLabel.REFUTED}
    )
    worker.start()
    answer = operation("get_claim").sync_detailed(claim_id, client=client, wait=20)
    worker.join()
    claim = answer.parsed
    assert claim.status is models.ClaimStatus.JUDGED
    assert claim.verdict.label is models.VerdictLabel.REFUTED
    assert claim.verdict.evidence[0].page.sha256

    version = answer.headers["ETag"]
    same = operation("get_claim").sync_detailed(claim_id, client=client, if_none_match=version)
    assert (same.status_code, same.parsed) == (304, None)

    history = operation("get_history").sync(claim_id, client=client)
    assert [entry.check for entry in history.items] == [1]
    listed = operation("list_claims").sync(
        client=client,
        tag=["generated"],
        label=[models.VerdictLabel.REFUTED],
        sort=models.Order.CHECKED,
    )
    assert [(row.id, row.label) for row in listed.items] == [(claim_id, "REFUTED")]
    changes = operation("list_changes", tag="changes").sync(client=client, claim=claim_id)
    assert [event.type_ for event in changes.items] == [models.EventType.VERDICT_CREATED]

    deleted = operation("delete_claim").sync_detailed(claim_id, client=client)
    assert deleted.status_code == 204
    problem = operation("get_claim").sync(claim_id, client=client)
    assert isinstance(problem, models.Problem)
    assert problem.type_ is models.ProblemType.GONE


def test_a_problem_is_typed(client: Any, models: ModuleType) -> None:
    body = models.ArticleBody(text="It rained.", sources=["ftp://a.example/"])
    problem = operation("submit_article", tag="articles").sync(client=client, body=body)
    assert problem.type_ is models.ProblemType.INVALID_REQUEST
    assert problem.errors[0].pointer == "/sources/0"
    feed = operation("get_feed", tag="changes").sync(client=client)
    assert feed.startswith("<?xml")
