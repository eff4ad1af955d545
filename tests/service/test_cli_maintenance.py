"""`assay doctor`, `repair`, `backup` and `restore` on real stores, with and without a service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claims.errors import StoreDamaged, Unreadable
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import keep_result
from claims.registry import RegisteredSource
from claims.settings import Settings
from claims.store import RedisStore, connect, keys
from claims.store.embedded import EmbeddedServer
from claims.store.server_files import DataFolder
from claims.types import ReaderName
from service import diagnosis
from service.cli import run
from service.supervisor import Supervisor
from tests.claims.reader.test_results import RESULT
from tests.contracts import steps
from tests.stack.chat_server import serve_chat
from tests.stack.servers import debian_redis

QUICK = pytest.mark.usefixtures("no_model")
Capture = pytest.CaptureFixture[str]
ZEROS = b"\0" * 100
CHECKS = (
    *("settings", "exposure", "disk", "file", "store", "clock", "records", "invariant", "model"),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A data folder that the settings name, with one claim, and no server on it."""
    data = DataFolder(tmp_path / "data")
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(data.path))
    monkeypatch.delenv("ASSAY_REDIS_URL", raising=False)
    with EmbeddedServer(data.path) as server:
        store = connect(server.url)
        store.accept_claim(steps.new_claim(1))
        steps.finish_check(store, steps.claim_id(1))
        store.close()
    return data


@pytest.fixture
def running(folder: DataFolder) -> Iterator[str]:
    """The address of a server that runs on the data folder."""
    with EmbeddedServer(folder.path) as server:
        yield server.url


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is not loaded, which takes seconds; two tests load it."""
    monkeypatch.setattr(diagnosis, "check_judge", lambda settings, shipped: None)


def examine(capsys: Capture, *options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """The exit status of `assay doctor --json`, and its findings: state and detail by check."""
    status = run(["doctor", "--json", *options])
    found = json.loads(capsys.readouterr().out)
    return status, {one["check"]: (one["state"], one["detail"]) for one in found}


def damage(folder: DataFolder, end: bytes = ZEROS) -> None:
    with max(folder.files.glob("*.incr.aof")).open("ab") as file:
        file.write(end)


# --- assay doctor ------------------------------------------------------------------------------


@QUICK
def test_a_deployment_in_order_has_no_fault(folder: DataFolder, capsys: Capture) -> None:
    status, found = examine(capsys)
    assert status == 0
    states = {check: state for check, (state, _) in found.items()}
    assert states == {
        **dict.fromkeys(CHECKS, "ok"),
        **dict.fromkeys(("workers", "reader"), "skipped"),
    }
    assert found["invariant"][1] == "it holds: 0 articles, 1 claims"


@QUICK
def test_it_changes_nothing(folder: DataFolder, capsys: Capture) -> None:
    before = {path: path.read_bytes() for path in folder.files.iterdir()}
    assert run(["doctor"]) == 0
    assert {path: path.read_bytes() for path in folder.files.iterdir()} == before
    assert capsys.readouterr().out.startswith("OK        settings: ")


@QUICK
def test_a_damaged_file_is_a_fault_with_the_command_that_mends_it(
    folder: DataFolder, capsys: Capture
) -> None:
    damage(folder)
    status, found = examine(capsys)
    assert (status, found["file"][0]) == (1, "fault")
    assert f"run: assay repair --data {folder.path}" in found["file"][1]
    assert run(["doctor"]) == 1
    assert "FAULT     file: " in capsys.readouterr().out


@QUICK
def test_broken_data_is_a_fault(running: str, capsys: Capture) -> None:
    store = connect(running)
    store.connection.command("HSET", keys.CLAIM + steps.claim_id(1), "status", "queued")
    store.close()
    status, found = examine(capsys)
    assert (status, found["invariant"][0]) == (1, "fault")


@QUICK
def test_a_wrong_setting_is_a_fault(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_QUEUE_MAX", "many")
    monkeypatch.setenv("ASSAY_PACE_S", "often")
    status, found = examine(capsys)
    assert (status, found["settings"][0]) == (1, "fault")
    assert "ASSAY_QUEUE_MAX: 'many': it must be" in found["settings"][1]
    assert "ASSAY_PACE_S: 'often': it must be" in found["settings"][1]
    del found["settings"]
    assert {state for state, _ in found.values()} == {"ok", "skipped"}
    assert found["invariant"][1] == "it holds: 0 articles, 1 claims"


@QUICK
def test_a_misspelt_setting_is_a_fault(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_REQUIRE_KEYS", "1")
    monkeypatch.setenv("ASSAY_QUEUE_MAX", "many")
    status, found = examine(capsys)
    assert (status, found["settings"][0]) == (1, "fault")
    assert "ASSAY_REQUIRE_KEYS: there is no such setting" in found["settings"][1]
    assert "ASSAY_QUEUE_MAX" in found["settings"][1]
    assert found["invariant"][0] == "ok"
    assert run(["list"]) == 2


@QUICK
@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("ASSAY_REDIS_URL", {"exposure", "store"}),
        ("ASSAY_REDIS_URLL", {"exposure", "store"}),
        ("ASSAY_DATA_FOLDERS", {"exposure", "disk", "store"}),
        ("ASSAY_DISK_RESERVE_MB", {"disk"}),
        ("ASSAY_JUDGES", {"model"}),
        ("ASSAY_CHAT_TIMEOUT_S", {"reader"}),
    ],
)
def test_what_a_wrong_setting_decides_is_not_checked(
    folder: DataFolder,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    checks: set[str],
) -> None:
    monkeypatch.setenv(name, "wrong")
    status, found = examine(capsys)
    assert (status, found["settings"][0]) == (1, "fault")
    skipped = {check for check, (_, detail) in found.items() if "a wrong setting" in detail}
    assert skipped == checks
    assert {found[check][0] for check in checks} == {"skipped"}


@QUICK
def test_a_folder_that_is_given_is_checked_whatever_the_settings_say(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_DATA_FOLDERS", "wrong")
    _, found = examine(capsys, "--data", str(folder.path))
    assert found["invariant"][0] == "ok"


@QUICK
def test_a_service_without_workers_is_a_fault(running: str, capsys: Capture) -> None:
    status, found = examine(capsys)
    assert status == 1
    assert found["fetch workers"][0] == "fault"
    assert found["judge"][0] == "warning"
    assert found["file"] == ("skipped", "a server writes to it")
    assert found["invariant"][0] == "ok"


@QUICK
def test_many_records_are_read_only_when_all_are_asked_for(
    running: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.store.content.INVARIANT_MAX", 0)
    _, found = examine(capsys)
    assert found["invariant"][0] == "skipped"
    assert "assay doctor --all" in found["invariant"][1]
    _, found = examine(capsys, "--all")
    assert found["invariant"][0] == "ok"


@QUICK
def test_a_full_disk_is_a_fault(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_DISK_RESERVE_MB", "100000000")
    status, found = examine(capsys)
    assert (status, found["disk"][0]) == (1, "fault")


@QUICK
def test_a_clock_that_was_set_back_is_a_fault(running: str, capsys: Capture) -> None:
    """The newest event is of tomorrow, as when the clock was a day ahead."""
    store = connect(running)
    seconds, _ = store.connection.command("TIME")
    tomorrow = f"{(int(seconds) + 24 * 3600) * 1000}-0"
    store.connection.command("XADD", keys.EVENTS, tomorrow, "type", "claim.deleted", "claim", "c_1")
    store.close()
    _, found = examine(capsys)
    assert found["clock"][0] == "fault"
    assert "newest event" in found["clock"][1]


@QUICK
def test_a_folder_that_others_can_enter_is_warned_of(folder: DataFolder, capsys: Capture) -> None:
    folder.path.chmod(0o755)
    status, found = examine(capsys)
    assert (status, found["exposure"][0]) == (0, "warning")
    assert "chmod 700" in found["exposure"][1]


@QUICK
def test_a_folder_without_data_is_no_fault(tmp_path: Path, capsys: Capture) -> None:
    status, found = examine(capsys, "--data", str(tmp_path / "new"))
    assert status == 0
    assert found["file"][0] == "skipped"
    assert not (tmp_path / "new").exists()


@QUICK
@pytest.mark.redis_server
def test_a_server_of_ones_own_is_checked(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with debian_redis(tmp_path) as url:
        monkeypatch.setenv("ASSAY_REDIS_URL", url)
        connect(url).close()
        _, found = examine(capsys)
        assert found["store"][0] == "ok"
        connection = connect(url).connection
        connection.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        connection.close()
        status, found = examine(capsys)
    assert (status, found["store"][0]) == (1, "fault")
    assert "maxmemory-policy noeviction" in found["store"][1]


@QUICK
def test_exposure_of_a_server_of_ones_own_is_not_vouched_for(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "data folder and store" in examine(capsys)[1]["exposure"][1]
    monkeypatch.setenv("ASSAY_REDIS_URL", f"unix://{folder.path}/nobody.sock")
    state, detail = examine(capsys)[1]["exposure"]
    assert (state, "and store" in detail) == ("ok", False)
    assert "your own server" in detail
    folder.path.chmod(0o755)
    state, detail = examine(capsys)[1]["exposure"]
    assert (state, "logs, shelves" in detail) == ("warning", True)
    folder.path.chmod(0o700)
    monkeypatch.setenv("ASSAY_DATA_FOLDER", str(folder.path / "none"))
    assert "there is no data folder" in examine(capsys)[1]["exposure"][1]


@QUICK
def test_a_store_that_is_away_is_a_fault(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    status, found = examine(capsys)
    assert (status, found["store"][0]) == (1, "fault")


@pytest.mark.parametrize("judge", ["", "rubbish"])
def test_the_model_is_loaded(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch, judge: str
) -> None:
    if judge:
        (folder.path / judge).mkdir()
        monkeypatch.setenv("ASSAY_JUDGE", str(folder.path / judge))
    status, found = examine(capsys)
    assert (status, found["model"][0]) == ((1, "fault") if judge else (0, "ok"))


@QUICK
def test_the_endpoint_of_the_reader_is_looked_at(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not answer is no fault: the judge decides alone."""
    monkeypatch.setenv("ASSAY_READER", "chat:small")
    with serve_chat() as server:
        monkeypatch.setenv("ASSAY_CHAT_URL", server.url)
        assert examine(capsys)[1]["reader"] == ("ok", "the endpoint of chat:small answers")
        refused = replace(RESULT, reader=ReaderName("small", INSTRUCTION_VERSION))
        keep_result(folder.path, replace(refused, read=refused.judged))
        status, found = examine(capsys)
        assert (status, found["reader"][0]) == (0, "warning")
        assert found["reader"][1].startswith("the model small is not used as a second reader: ")
        assert "assay reader test --force" in found["reader"][1]
    status, found = examine(capsys)
    assert (status, found["reader"][0]) == (0, "warning")
    assert "the server cannot be reached" in found["reader"][1]


@QUICK
@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://models.example/v1", "warning"),
        ("https://models.example/v1", "ok"),
        ("http://127.0.0.1:8080/v1", "ok"),
    ],
)
def test_key_that_goes_out_without_encryption_is_a_warning(
    folder: DataFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch, url: str, state: str
) -> None:
    folder.path.chmod(0o700)
    monkeypatch.setattr(diagnosis, "check_reader", lambda settings: None)
    monkeypatch.setenv("ASSAY_READER", "chat:small")
    monkeypatch.setenv("ASSAY_CHAT_URL", url)
    found = examine(capsys)[1]["exposure"]
    assert found[0] == state
    assert ("ASSAY_CHAT_URL goes to models.example" in found[1]) == (state == "warning")


# --- assay repair, backup, restore -------------------------------------------------------------


@QUICK
def test_up_names_repair_which_makes_it_start_again(folder: DataFolder, capsys: Capture) -> None:
    damage(folder)
    supervisor = Supervisor(Settings(), data_folder=folder.path, port=0, workers=1)
    with pytest.raises(StoreDamaged, match="assay repair --data"):
        supervisor.start()
    assert run(["repair"]) == 0
    said = capsys.readouterr().out
    assert "the last 100 of" in said
    assert "Loaded: 0 articles, 1 claims; all in order." in said
    (kept,) = folder.set_aside.iterdir()
    assert kept.read_bytes() == ZEROS
    assert run(["doctor"]) == 0


def test_repair_of_undamaged_data_says_so(folder: DataFolder, capsys: Capture) -> None:
    assert run(["repair", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
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
    assert run(["backup", str(file), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
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
def test_doctor_names_all_records_that_cannot_be_read_and_notes_none(
    running: str, capsys: Capture
) -> None:
    store = connect(running)
    for number in range(2, 10):
        store.accept_claim(steps.new_claim(number))
    store.accept_article(steps.new_article())
    store.put_source(RegisteredSource(name="first", domains=("1.example",)), by="Ada")
    spoilt = [steps.claim_id(number) for number in range(2, 10)]
    for claim in spoilt:
        store.connection.command("HDEL", keys.CLAIM + claim, "options")
    store.connection.command("HSET", keys.ARTICLE + steps.article_id(1), "tags", "City")
    store.connection.command("LSET", keys.HISTORY + steps.claim_id(1), 0, "{}")
    store.connection.command("HSET", keys.SOURCES, "first", '{"name": 1}')
    words = ("type", "verdict.created", "claim", "c_1", "heading", "h", "label", "MOSTLY_TRUE")
    event = store.connection.command("XADD", keys.EVENTS, "*", *words)
    status, found = examine(capsys)
    assert (status, found["records"][0]) == (1, "fault")
    assert found["records"][1].startswith("12 faults: ")
    for name in (*spoilt, steps.article_id(1), "check", "source first", f"event {event}"):
        assert name in found["records"][1]
    assert store.list_unreadable() == ()
    with pytest.raises(Unreadable):
        store.get_page(spoil_page(store))
    _, found = examine(capsys)
    assert "13 faults: page " in found["records"][1]
    store.close()


def spoil_page(store: RedisStore) -> str:
    """The sha256 of a stored page that cannot be read."""
    (sha256, *_) = store.connection.command("HKEYS", keys.CITATIONS)
    store.connection.command("SET", keys.PAGE + sha256, "{}")
    return str(sha256)


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
