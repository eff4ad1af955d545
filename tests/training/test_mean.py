"""The mean of the weights of judges. Skipped without torch."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from training.mean import average, main, mix  # noqa: E402


def test_the_mean_lies_between_the_two() -> None:
    one = {"a": torch.tensor([1.0, 2.0]), "b": torch.tensor([0.5], dtype=torch.bfloat16)}
    other = {"a": torch.tensor([3.0, 2.0]), "b": torch.tensor([1.5])}
    mixed = mix(one, other, 0.25)
    assert mixed["a"].tolist() == [2.5, 2.0]
    assert (mixed["b"].tolist(), mixed["b"].dtype) == ([1.25], torch.float32)


def test_more_than_two_judges_have_equal_shares() -> None:
    mean = average({"a": torch.tensor([value])} for value in (1.0, 2.0, 6.0, 7.0))
    assert mean["a"].item() == pytest.approx(4.0)
    assert average([{"a": torch.zeros(1)}, {"a": torch.ones(1)}], 0.25)["a"].item() == 0.75


def test_weights_of_different_networks_are_refused() -> None:
    with pytest.raises(ValueError, match="weights of one only"):
        mix({"a": torch.zeros(1)}, {"b": torch.zeros(1)}, 0.5)


@pytest.mark.parametrize(
    "arguments",
    [["/not/there", "."], [".", ".", "--share", "2"], [".", ".", ".", "--share", "0.3"]],
)
def test_bad_arguments_exit_with_2(arguments: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--out", str(tmp_path)])
    assert stopped.value.code == 2
