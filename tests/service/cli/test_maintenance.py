"""`assay repair`, `backup` and `restore` on real stores, with and without a service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.errors import StoreDamaged
from claims.settings import Settings
from claims.store import connect, keys
from claims.store.server_files import DataFolder
from service.cli import run
from service.processes.supervisor import Supervisor
from tests.service.cli.commands import ZEROS, Capture, damage, examine, out_of

QUICK = pytest.mark.usefixtures("no_model")


@QUICK
def test_up_names_repair_which_makes_it_start_again(folder: DataFolder, capsys: Capture) -> None:
    damage(folder)
    supervisor = Supervisor(Settings(), data_folder=folder.path, port=0, workers=1)
    with pytest.raises(StoreDamaged, match="assay repair --data"):
        supervisor.start()
    said = out_of(["repair"], capsys)
    assert "the last 100 of" in said
    assert "Loaded: 0 articles, 1 claims; all in order." in said
    (kept,) = folder.set_aside.iterdir()
    assert kept.read_bytes() == ZEROS
    assert run(["doctor"]) == 0


def test_repair_of_undamaged_data_says_so(folder: DataFolder, capsys: Capture) -> None:
    said = json.loads(out_of(["repair", "--json"], capsys))
    assert (said["damage"], said["claims"]) == (None, 1)


@pytest.mark.parametrize("is_running", [True, False])
def test_backup_and_restore(
    folder: DataFolder,
    tmp_path: Path,
    capsys: Capture,
    request: pytest.FixtureRequest,
    is_running: bool,
) -> None:
    if is_running:
        request.getfixturevalue("running")
    file, other = tmp_path / "store.backup", tmp_path / "other"
    made = json.loads(out_of(["backup", str(file), "--json"], capsys))
    assert (made["claims"], made["problems"]) == (1, [])
    assert run(["restore", str(file), "--data", str(other)]) == 0
    assert "Loaded: 0 articles, 1 claims; all in order." in capsys.readouterr().out
    assert run(["restore", str(file), "--data", str(other)]) == 2
    assert "--force puts it aside" in capsys.readouterr().err
    assert run(["restore", str(file), "--data", str(other), "--force", "--json"]) == 0
    assert Path(json.loads(capsys.readouterr().out)["aside"]).is_dir()


def test_restore_while_the_service_runs_is_refused(
    running: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "store.backup"
    assert run(["backup", str(file)]) == 0
    assert run(["restore", str(file), "--force"]) == 2
    assert "stop the service first" in capsys.readouterr().err


def test_nothing_is_backed_up_where_there_is_nothing(tmp_path: Path, capsys: Capture) -> None:
    assert run(["backup", str(tmp_path / "b"), "--data", str(tmp_path / "none")]) == 2
    assert "has no data" in capsys.readouterr().err


def test_a_server_of_ones_own_is_not_backed_up_by_us(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_REDIS_URL", "redis://store.example/0")
    for command in (["backup", str(tmp_path / "b")], ["repair"], ["restore", str(tmp_path / "b")]):
        assert run(command) == 2
        assert "use its own backup" in capsys.readouterr().err


@QUICK
def test_a_record_that_cannot_be_read_is_named_and_backed_up(
    running: str, tmp_path: Path, capsys: Capture
) -> None:
    connection = connect(running).connection
    (claim,) = connection.command("ZRANGE", keys.CLAIMS, 0, -1)
    connection.command("HSET", keys.CLAIM + claim, "status", "zombie")
    connection.close()
    status, found = examine(capsys)
    assert (status, found["invariant"][0]) == (1, "fault")
    assert f"{claim} cannot be read" in found["invariant"][1]
    file, other = tmp_path / "store.backup", tmp_path / "other"
    for command in (["backup", str(file)], ["restore", str(file), "--data", str(other)]):
        assert run(command) == 1
        assert f"{claim} cannot be read" in capsys.readouterr().out
    assert (other / "appendonlydir").exists()
