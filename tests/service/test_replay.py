"""`assay replay`: judges a check of a running service again, locally, from its snapshots."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from claims.entailment.onnx import OnnxJudge
from claims.entailment.probes import PROBES
from claims.pipeline import judge_claim, rank_evidence
from claims.ports import Judge, NewClaim, WorkItem
from claims.settings import Settings
from claims.shapes import open_check, to_text
from claims.store import keys
from claims.store.redis_store import RedisStore
from claims.types import Claim, ClaimId, JudgeName, Stage, Stance
from claims.wiring import build_judge, now
from service.cli import run
from tests.contracts.steps import empty_page_cache, read_page
from tests.service.live import Live, run_service_and_store
from tests.service.work import lease

CLAIM = ClaimId("c_1")
TEXT = "The bridge at Kisoro is 42 metres long."
PAGE_TEXT = (
    "A bridge was opened. The bridge at Kisoro is 42 metres long, he said. \x1b[31mIt rained."
)

Capture = pytest.CaptureFixture[str]


@dataclass
class Model:
    """What the scripted judge says of every passage that has the figure."""

    folders: Path
    stance: Stance = Stance.SUPPORTS


class ScriptedJudge:
    """Answers as its model says, and plain pairs as any judge has to."""

    def __init__(self, name: str, model: Model) -> None:
        self.name = JudgeName(name, "1")
        self._model = model

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        plain = {(passage, claim): stance for passage, claim, stance in PROBES}
        figure = {True: self._model.stance, False: Stance.NEUTRAL}
        stances = [plain.get(pair) or figure["42 metres" in pair[0]] for pair in pairs]
        columns = list(Stance)
        rows = np.full((len(pairs), 3), 0.015, dtype=np.float32)
        rows[range(len(pairs)), [columns.index(stance) for stance in stances]] = 0.97
        return rows


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with run_service_and_store(tmp_path_factory.mktemp("live")) as service:
        yield service


@pytest.fixture
def store(live: Live) -> RedisStore:
    live.store.connection.command("FLUSHALL")
    return live.store


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """Set ASSAY_JUDGE to a scripted judge, which needs no weights; there is another one."""
    model = Model(tmp_path)

    def load(folder: Path, *, threads: int) -> Judge:
        if folder.parent == tmp_path:
            return ScriptedJudge(folder.name, model)
        return OnnxJudge(folder, threads=threads)

    monkeypatch.setattr("claims.entailment.onnx.OnnxJudge", load)
    monkeypatch.setenv("ASSAY_JUDGE", str(tmp_path / "scripted"))
    return model


@pytest.fixture
def check_claim(store: RedisStore, model: Model) -> Callable[[int], None]:
    """Return a function that ranks and judges one page for a check, as the workers do."""
    store.submit_claim(NewClaim(id=CLAIM, claim=Claim(text=TEXT, sentence=TEXT)))

    def check_it(check: int = 1, text: str = PAGE_TEXT) -> None:
        if check > 1:
            store.recheck_claim(CLAIM)
        gathering = lease(store, WorkItem(Stage.GATHER, CLAIM, check))
        gathered = rank_evidence(TEXT, [read_page(store, text)], ())
        assert store.commit_gathering(gathering, gathered)
        claim = store.get_claim(CLAIM)
        last = claim.record.verdict
        verdict, entry = judge_claim(
            open_check(claim.record, number=check, requested_at=claim.requested_at),
            store.get_gathered(CLAIM, check),
            judge=build_judge(Settings()),
            now=now(),
            before=store.get_gathered(CLAIM, last.check) if last else None,
        )
        assert store.commit_verdict(
            lease(store, WorkItem(Stage.JUDGE, CLAIM, check)), verdict, entry
        )

    return check_it


def replay(live: Live, *arguments: str) -> int:
    return run(["replay", CLAIM, "--url", live.url, *arguments])


def test_the_same_judge_comes_to_exactly_the_same_verdict(
    live: Live, check_claim: Callable[..., None], capsys: Capture
) -> None:
    check_claim()
    assert replay(live) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"check 1 of c_1: {TEXT}"
    assert lines[1].endswith("by scripted 1, judged again by scripted 1")
    assert lines[2:] == ["same verdict"]


def test_a_different_judgement_is_printed_for_each_piece_of_evidence(
    live: Live, check_claim: Callable[..., None], model: Model, capsys: Capture
) -> None:
    check_claim()
    model.stance = Stance.REFUTES
    assert replay(live) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "label: SUPPORTED -> REFUTED" in lines
    assert any(line.startswith("  stance: SUPPORTS -> REFUTES") for line in lines)
    assert any(line.startswith("  probabilities: supports 0.9") for line in lines)
    assert any(line.startswith("explanation, then: Supported by") for line in lines)
    assert lines[-1] == "verdict differs: SUPPORTED -> REFUTED"


def test_json_has_both_verdicts_and_their_differences(
    live: Live, check_claim: Callable[..., None], model: Model, capsys: Capture
) -> None:
    check_claim()
    model.stance = Stance.NEUTRAL
    assert replay(live, "--json") == 0
    shape = json.loads(capsys.readouterr().out)
    assert list(shape) == ["claim", "check", "same", "then", "now", "differences"]
    assert (shape["claim"], shape["check"], shape["same"]) == (CLAIM, 1, False)
    assert (shape["then"]["label"], shape["now"]["label"]) == ("SUPPORTED", "NOT_ENOUGH_EVIDENCE")
    assert shape["then"]["checked_at"] == shape["now"]["checked_at"]
    assert [item["what"] for item in shape["differences"]][:2] == ["label", "support"]


def test_verifier_is_asked_instead_of_the_judge_of_the_settings(
    live: Live, check_claim: Callable[..., None], model: Model, capsys: Capture, tmp_path: Path
) -> None:
    check_claim()
    assert replay(live, "--verifier", str(model.folders / "other")) == 0
    assert "judged again by other 1" in capsys.readouterr().out
    assert replay(live, "--verifier", str(tmp_path)) == 2
    assert "cannot load the judge" in capsys.readouterr().err


def test_an_older_check_is_replayed_by_its_number(
    live: Live, check_claim: Callable[..., None], capsys: Capture
) -> None:
    check_claim()
    check_claim(2, "The bridge at Kisoro was opened. Nothing else is known of it.")
    for arguments, label in (([], "NOT_ENOUGH_EVIDENCE"), (["--check", "1"], "SUPPORTED")):
        assert replay(live, "--json", *arguments) == 0
        shape = json.loads(capsys.readouterr().out)
        assert (shape["same"], shape["now"]["label"]) == (True, label)


def test_a_carried_over_verdict_is_the_same_on_the_last_text_of_its_page(
    live: Live, check_claim: Callable[..., None], store: RedisStore, capsys: Capture
) -> None:
    """The page grew at its start: check 2 keeps the verdict, which quotes the old version."""
    check_claim()
    check_claim(2, f"Unrelated words were put before it. {'Nobody knows why. ' * 30}{PAGE_TEXT}")
    second = store.get_check(CLAIM, 2)
    if store.get_history(CLAIM)[1].scored:
        pytest.skip("the passages changed with the page")
    assert second.verdict.evidence[0].page.sha256 != second.gathered.pages[0].sha256
    assert replay(live) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "same verdict"


def test_a_text_other_than_the_one_read_is_refused(
    live: Live, check_claim: Callable[..., None], store: RedisStore, capsys: Capture
) -> None:
    check_claim()
    (page,) = store.get_check(CLAIM, 1).gathered.pages
    kept = store.get_page(page.sha256)
    forged = to_text(replace(kept, text=kept.text.replace("42", "43")))
    store.connection.command("SET", keys.PAGE + page.sha256, forged)
    assert replay(live) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"assay: page {page.sha256}: its text has another sha256")


def test_a_page_that_is_gone_is_named(
    live: Live, check_claim: Callable[..., None], store: RedisStore, capsys: Capture
) -> None:
    check_claim()
    (page,) = store.get_check(CLAIM, 1).gathered.pages
    store.connection.command("DEL", keys.PAGE + page.sha256)
    assert replay(live) == 2
    assert (
        f"Page {page.sha256} was never read by this service, or is no longer stored"
        in capsys.readouterr().err
    )


def test_a_claim_that_was_deleted_is_said_to_be(
    live: Live, check_claim: Callable[..., None], store: RedisStore, capsys: Capture
) -> None:
    check_claim()
    store.delete_claim(CLAIM)
    assert replay(live) == 2
    assert "Claim c_1 was deleted on" in capsys.readouterr().err


def test_a_check_that_cannot_be_replayed_is_refused_with_the_reason(
    live: Live, check_claim: Callable[..., None], store: RedisStore, capsys: Capture
) -> None:
    assert replay(live) == 2
    assert "claim c_1 has no verdict yet" in capsys.readouterr().err
    check_claim()
    check_claim(2)
    empty_page_cache(store)
    assert store.forget(keep_s=0, limit=9).checks == 1
    for arguments, said in (
        (["--check", "1"], "Check 1 of claim c_1 is no longer stored"),
        (["--check", "3"], "Claim c_1 has no check 3: its newest is check 2."),
        (["--check", "0"], "0 is not in the range"),
    ):
        assert replay(live, *arguments) == 2
        assert said in capsys.readouterr().err
    assert run(["replay", "c_other", "--url", live.url]) == 2
    assert "no claim c_other" in capsys.readouterr().err
    assert run(["replay", "c_1", "--url", "http://127.0.0.1:1"]) == 1
