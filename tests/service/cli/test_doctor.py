"""`assay doctor` on real stores, with and without a service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from claims.errors import Unreadable
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import keep_result
from claims.registry import RegisteredSource
from claims.store import RedisStore, connect, keys
from claims.store.server_files import DataFolder
from claims.types import ReaderName
from service.cli import run
from service.monitoring import diagnosis
from tests.claims.reader.test_results import RESULT
from tests.contracts import steps
from tests.service.cli.commands import Capture, damage, examine
from tests.stack.chat_server import serve_chat
from tests.stack.servers import debian_redis

QUICK = pytest.mark.usefixtures("no_model")
CHECKS = (
    "settings",
    "exposure",
    "disk",
    "file",
    "store",
    "looks",
    "clock",
    "records",
    "invariant",
    "model",
)


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
        ("ASSAY_DATA_FOLDERS", {"exposure", "disk", "store", "reader"}),
        ("ASSAY_DISK_RESERVE_MB", {"disk"}),
        ("ASSAY_JUDGES", {"model"}),
        ("ASSAY_CHAT_TIMEOUT_S", {"reader"}),
    ],
)
def test_a_check_that_depends_on_a_wrong_setting_is_skipped(
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
        said = found["reader"][1]
        assert said.startswith("ASSAY_READER: the model small is not used as a second reader: ")
        assert said.count("is not used") == 1
        assert "assay reader test --claims 60 --force" in said
    status, found = examine(capsys)
    assert (status, found["reader"][0]) == (0, "warning")
    assert "the server cannot be reached" in found["reader"][1]
    assert found["reader"][1].count("the model small is not used") == 1


@QUICK
def test_the_test_of_the_reader_is_looked_up_in_the_folder_of_the_option(
    folder: DataFolder, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_READER", "chat:small")
    here = tmp_path / "other"
    good = replace(RESULT, reader=ReaderName("small", INSTRUCTION_VERSION))
    keep_result(folder.path, replace(good, read=good.judged))
    keep_result(here, good)
    with serve_chat() as server:
        monkeypatch.setenv("ASSAY_CHAT_URL", server.url)
        assert examine(capsys)[1]["reader"][0] == "warning"
        assert examine(capsys, "--data", str(here))[1]["reader"][0] == "ok"
        keep_result(here, replace(good, read=good.judged))
        keep_result(folder.path, good)
        assert examine(capsys, "--data", str(here))[1]["reader"][0] == "warning"


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


@QUICK
def test_doctor_names_all_records_that_cannot_be_read_and_notes_none(
    running: str, capsys: Capture
) -> None:
    store = connect(running)
    for number in range(2, 10):
        store.submit_claim(steps.new_claim(number))
    store.submit_article(steps.new_article())
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
