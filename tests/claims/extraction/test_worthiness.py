"""Check-worthiness: interpretable features, one weight per feature."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.extraction import score_worthiness
from claims.extraction.check_worthiness import FEATURES, find_features, load_model
from evaluation.worthiness import measure_all
from tests.conftest import SHARED
from training.worthiness import describe, fit

ABOUT = json.loads(files("claims.extraction").joinpath("worthiness.json").read_text("utf-8"))


def test_each_weight_has_its_meaning() -> None:
    assert len(ABOUT["weights"]) <= 25
    assert {item["feature"]: item["meaning"] for item in ABOUT["weights"]} == dict(FEATURES)
    assert all(item["weight"] == round(item["weight"], 3) for item in ABOUT["weights"])


def test_weights_have_the_expected_signs() -> None:
    weights = load_model().weights
    for_checking = ("figure", "percent", "money", "past", "change", "names")
    against = ("question", "first_person", "future", "norm", "opinion", "hedge")
    assert all(weights[name] > 0 for name in for_checking)
    assert all(weights[name] < 0 for name in against)


@pytest.mark.parametrize(
    ("sentence", "present"),
    [
        ("Unemployment fell by 3.9 percent.", {"figure", "percent", "change", "past"}),
        ("In 2010 Norra paid €3 million.", {"figure", "scale", "money", "date", "name", "past"}),
        ("We should never do that, I think.", {"norm", "universal", "first_person", "opinion"}),
        ("Are you going to vote?", {"question", "second_person", "future"}),
        ("Perhaps he could say more.", {"hedge", "modal", "third_person", "comparison"}),
        ("Velm has been cut off.", {"perfect", "change", "past"}),
        ("The US announced that “no one” left.", {"name", "reporting", "quotation", "past"}),
    ],
)
def test_features_match_their_descriptions(sentence: str, present: set[str]) -> None:
    measured = {"length", "names"}
    found = {name for name, value in find_features(sentence).items() if value}
    assert present <= found - measured
    assert not (found - measured - present - {"universal", "reporting"})


def test_figures_and_events_score_higher_than_wishes() -> None:
    event, wish = score_worthiness(
        ["Killings in Norra rose by 47 percent in 2025.", "I hope that we will all do better."]
    )
    assert event > 0.9
    assert wish < 0.1


def test_scores_come_in_input_order_and_none_for_none() -> None:
    sentences = ["Crime fell by 12 percent.", "Really?", "Crime fell by 12 percent."]
    first, second, third = score_worthiness(sentences)
    assert first == third > second
    assert score_worthiness([]) == []


@given(st.text(max_size=300))
def test_score_and_features_stay_in_range_for_any_text(text: str) -> None:
    assert 0.0 <= score_worthiness([text])[0] <= 1.0
    assert all(0.0 <= value <= 1.0 for value in find_features(text).values())


def test_description_names_every_weight_with_its_meaning() -> None:
    table = describe(ABOUT)
    for item in ABOUT["weights"]:
        assert item["meaning"] in table
        assert f"{item['weight']:+.3f}" in table


@pytest.mark.shared
def test_shipped_weights_equal_the_result_of_training() -> None:
    fitted = fit(SHARED / "data" / "checkworthiness")
    assert (fitted["data"], fitted["prior"]) == (ABOUT["data"], ABOUT["prior"])
    for new, shipped in zip(fitted["weights"], ABOUT["weights"], strict=True):
        # Processors differ in the last decimal.
        assert new["weight"] == pytest.approx(shipped["weight"], abs=0.002)


@pytest.mark.shared
def test_model_beats_the_figure_baseline_on_the_development_set() -> None:
    (debates,) = (one for one in measure_all(SHARED) if one.name == "ct24_dev")
    assert debates.sentences == 1031
    assert debates.f1 >= 0.78
    assert debates.average_precision >= 0.88
    assert debates.f1 > debates.baseline_f1 + 0.05


def test_model_beats_the_figure_baseline_on_news() -> None:
    news = measure_all(SHARED)[0]
    assert news.f1 > news.baseline_f1
    assert news.average_precision >= 0.9
