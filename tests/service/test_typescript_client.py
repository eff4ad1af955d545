"""A TypeScript client with types from openapi-typescript compiles, and runs a submission.

The packages are those of tests/service/typescript/package-lock.json, installed once into build/.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.service.live import Live, get_text, run_service_and_store

SOURCE = Path(__file__).with_name("typescript")
BUILD = Path(__file__).resolve().parents[2] / "build" / "typescript"

pytestmark = [pytest.mark.slow, pytest.mark.npm, pytest.mark.timeout(300)]


def run(*command: str | Path, folder: Path) -> str:
    """The output of a program that must succeed."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def packages() -> Path:
    """The folder node_modules with the locked packages."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = BUILD / sha256(lock).hexdigest()[:16]
    modules = folder / "node_modules"
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, folder)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)
        (folder / "installed").touch()
    return modules


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture(scope="module")
def project(live: Live, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program, the locked packages, and the types of the running service."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("package.json", "tsconfig.json", "client.ts"):
        shutil.copy(SOURCE / name, folder)
    (folder / "node_modules").symlink_to(packages)
    (folder / "openapi.json").write_text(get_text(live, "/openapi.json"), encoding="utf-8")
    generator = packages / ".bin" / "openapi-typescript"
    run(generator, "openapi.json", "--output", "schema.ts", folder=folder)
    return folder


def test_a_program_that_sends_only_required_fields_compiles_and_runs(
    live: Live, project: Path, packages: Path
) -> None:
    run(packages / ".bin" / "tsc", "--project", ".", folder=project)
    found: dict[str, Any] = json.loads(run("node", "out/client.js", live.url, folder=project))
    claim_id = found["claim_id"]
    assert live.store.get_claim(claim_id).record.tags == ("desk",)
    assert (found["tags"], found["ids"]) == (["desk"], [claim_id])
    assert (found["type"], found["pointers"]) == ("/problems/invalid-request", ["/text"])
    assert (found["every"], found["claims"]) == ("P1D", 1)


def test_the_lock_file_names_no_host_of_a_registry() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    for package in packages:
        assert "resolved" not in package
        assert package["integrity"].startswith("sha512-")
