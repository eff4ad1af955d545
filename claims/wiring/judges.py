"""Builds the judge that the settings name."""

from __future__ import annotations

import json
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from claims.settings import Settings
from claims.types import JudgeName

if TYPE_CHECKING:
    from claims.entailment.calibration import CalibratedJudge
    from claims.ports import ScoreCache

_HUB = "hub:"
_HUB_FILES = ["*.json", "*.onnx", "*.onnx_data", "onnx/model.onnx", "onnx/*.onnx_data"]


def build_judge(
    settings: Settings, *, scores: ScoreCache | None = None, folder: Path | None = None
) -> CalibratedJudge:
    """The judge that the settings name, or the judge in `folder`; `scores` caches its answers.

    The probabilities of a judge without a calibration of its own are used unchanged. A judge that
    the settings name has to answer plain pairs (claims/entailment/probes.py). Raises
    JudgeUnavailable.
    """
    from claims.entailment.calibration import CalibratedJudge, load_calibration, load_pooling
    from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
    from claims.entailment.probes import check_probes
    from claims.entailment.remembering import RememberingJudge

    chosen = _find_folder(settings.judge) if folder is None else None
    folder = chosen or folder or SHIPPED_FOLDER
    model = OnnxJudge(folder, threads=settings.judge_threads)
    if chosen:
        check_probes(model)
    judge = RememberingJudge(model, scores)
    return CalibratedJudge(
        judge,
        load_calibration(folder),
        load_pooling(folder),
        settings.min_confidence,
    )


def check_judge(settings: Settings, *, shipped: bool = False) -> None:
    """Check that the judge of the settings can be used, before any claim needs it.

    A model is loaded once in a separate process, so that its memory and threads are released; a
    model of the model hub is fetched first. The shipped judge is checked only with `shipped`.
    Raises JudgeUnavailable, which names the setting.
    """
    from claims.errors import JudgeUnavailable

    if not settings.judge and not shipped:
        return
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(_load_judge, settings).result()
    except (JudgeUnavailable, BrokenExecutor) as error:
        named = f"ASSAY_JUDGE: {settings.judge!r}" if settings.judge else "the shipped judge"
        raise JudgeUnavailable(f"{named} cannot be used: {error}") from None


def name_judge(settings: Settings) -> JudgeName:
    """The name of the judge that the settings name, without loading it.

    The version is "" if only the loaded judge knows it. Of a folder no path is given.
    """
    if settings.judge:
        named = settings.judge
        return JudgeName(
            named.removeprefix(_HUB) if named.startswith(_HUB) else Path(named).name, ""
        )
    about = json.loads((files("claims.entailment") / "judge" / "judge.json").read_text("utf-8"))
    return JudgeName(about["name"], about["version"])


def _load_judge(settings: Settings) -> None:
    build_judge(settings)


def _find_folder(judge: str) -> Path | None:
    """The folder of a judge; a judge of the model hub is fetched first. None: the shipped one."""
    from claims.errors import JudgeUnavailable

    if not judge.startswith(_HUB):
        return Path(judge) if judge else None
    from huggingface_hub import snapshot_download

    name = judge.removeprefix(_HUB)
    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except Exception as error:  # the hub's errors have no common base class
        raise JudgeUnavailable(f"cannot fetch {name} from the model hub: {error}") from error
