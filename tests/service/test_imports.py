"""The API server imports no Celery tasks, no models and no page extraction."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ["workers.tasks", "onnxruntime", "tokenizers", "trafilatura", "bm25s", "claims.pipeline"]


@pytest.mark.parametrize("module", ["service.app", "service.wsgi", "service.cli", "service.client"])
def test_importing_the_service_loads_nothing_heavy(module: str) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(json.loads(done.stdout)).isdisjoint(HEAVY)


def test_importing_the_command_loads_no_subcommand_and_no_server() -> None:
    program = "import json, sys, service.cli; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint(["flask", "apiflask", "redis", "celery", "numpy", "requests"])
    assert not any(name.startswith(("claims.cli.", "service.cli.")) for name in loaded)
