"""The API server imports no Celery tasks, no models and no page extraction."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ["workers.tasks", "onnxruntime", "tokenizers", "trafilatura", "bm25s", "claims.pipeline"]


@pytest.mark.parametrize(
    "module", ["service.app", "service.server.wsgi", "service.cli", "service.client"]
)
def test_importing_the_service_loads_nothing_heavy(module: str) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(json.loads(done.stdout)).isdisjoint(HEAVY)


def test_the_client_needs_only_the_packages_that_its_guide_names() -> None:
    program = "import json, sys, service.client; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[\[<>=;]", text)[0] for text in project["dependencies"]}
    owners = packages_distributions()
    used = {name for module in loaded for name in owners.get(module, ()) if name in needed}
    # pydantic comes with pydantic-settings, urllib3 and charset-normalizer with requests.
    come_along = {"pydantic", "urllib3", "charset-normalizer"}
    assert used - come_along == {"requests", "pydantic-settings", "standardwebhooks"}
    guide = (ROOT / "docs" / "guides" / "client.md").read_text("utf-8")
    assert "pip install requests pydantic-settings standardwebhooks\n" in guide
    assert (ROOT / "service" / "py.typed").exists()


def test_importing_the_command_loads_no_subcommand_and_no_server() -> None:
    program = "import json, sys, service.cli; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint(["flask", "apiflask", "redis", "celery", "numpy", "requests"])
    assert not any(name.startswith(("claims.cli.", "service.cli.")) for name in loaded)
