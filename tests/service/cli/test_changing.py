"""Commands that change records: `assay recheck`, `cancel`, `delete`, `correct` and others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.errors import Gone, StoreUnavailable
from claims.types import ArticleId, ClaimId
from service.cli import run
from service.client import Client
from tests.service.cli.commands import TEXT, Capture, out_of, read_json_lines, run_on_a_terminal
from tests.service.live import Live
from tests.service.work import extract_article


def test_checks_are_requested_and_ended(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    extract_article(live.store, article, TEXT)
    assert out_of(["recheck", claims[0], article], capsys).splitlines() == [
        f"{claims[0]}: check 2 will follow",
        f"{article}: 1 claim will be checked",
    ]
    shapes = read_json_lines(out_of(["cancel", claims[0], claims[1], article, "--json"], capsys))
    assert [(shape["id"], shape["cancelled"]) for shape in shapes] == [
        (claims[0], 1),
        (claims[1], 0),
        (article, 1),
    ]
    (shape,) = read_json_lines(out_of(["recheck", article, "--json"], capsys))
    assert list(shape["checks"].values()) == [2]


def test_filters_that_no_claim_fits_are_said_to_fit_none(
    claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["recheck", "--tag", "nowhere"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "no claim that could be checked fits the filters\n")


def test_an_id_that_fails_does_not_stop_the_others(
    claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    assert run(["recheck", "c_none", article, claims[0]]) == 2
    printed = capsys.readouterr()
    assert printed.out == f"{claims[0]}: check 2 will follow\n"
    assert [line.split(": ")[1] for line in printed.err.splitlines()] == ["c_none", article]


def test_nothing_is_changed_if_one_of_the_ids_is_none(
    live: Live, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    assert run(["delete", claims[0], "notes.txt", "--yes"]) == 2
    assert "notes.txt: no id" in capsys.readouterr().err
    assert live.store.get_claim(claims[0])


def test_a_service_that_goes_away_ends_the_command(
    live: Live, claims: tuple[ClaimId, ...], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    cancel_claim = Client.cancel_claim

    def break_off(self: Client, claim_id: ClaimId) -> int:
        if claim_id == claims[1]:
            raise StoreUnavailable("the store does not answer")
        return cancel_claim(self, claim_id)

    monkeypatch.setattr(Client, "cancel_claim", break_off)
    assert run(["cancel", *claims]) == 1
    printed = capsys.readouterr()
    assert f"{claims[1]}: the store does not answer" in printed.err
    assert printed.out == f"{claims[0]}: 0 checks ended\n"


def test_delete_asks_on_a_terminal_and_needs_yes_elsewhere(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    extract_article(live.store, article, TEXT)
    assert run(["delete", claims[0]]) == 2
    assert "give --yes" in capsys.readouterr().err
    for answer, status in (("n", 130), ("y", 0)):
        shown, ended = run_on_a_terminal(["delete", claims[0], article], answer=answer)
        assert f"{claims[0]}: Eleven people died." in shown
        assert "(1 claim)" in shown and "for good? [y/N]" in shown
        assert ended == status
        assert ("deleted" in shown.strip().splitlines()[-1]) is (status == 0)
    with pytest.raises(Gone):
        live.store.get_claim(claims[0])
    assert run(["delete", claims[0], claims[1], "--yes", "--json"]) == 0
    assert all(shape["deleted"] for shape in read_json_lines(capsys.readouterr().out))
    assert run(["get", claims[1]]) == 2
    assert f"Claim {claims[1]} was deleted on" in capsys.readouterr().err


def test_a_corrected_wording_is_a_new_claim(
    live: Live, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    new_id = ClaimId(out_of(["correct", claims[0], "Twelve people died."], capsys).strip())
    new = live.store.get_claim(new_id).record
    assert (new.text, new.corrects, new.tags) == (
        "Twelve people died.",
        claims[0],
        ("City", "Sport"),
    )
    assert run(["correct", claims[0], "Ten people died.", "--json"]) == 2
    assert new_id in capsys.readouterr().err
    assert run(["correct", claims[1], "Ten people died.", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["corrects"] == claims[1]
    assert run(["recheck", claims[0]]) == 2


def test_sources_are_changed_and_printed(
    client: Client, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    a, b = "https://a.example/one", "https://b.example/two"
    assert run(["change", claims[0], "--add-source", a, "--add-source", b]) == 0
    assert capsys.readouterr().out.splitlines() == [a, b]
    assert run(["change", claims[0], "--remove-source", a, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": claims[0], "sources": [b]}
    assert client.get_claim(claims[0]).sources == (b,)
    assert run(["change", claims[0]]) == 2
    assert "--add-source" in capsys.readouterr().err


def test_sources_of_an_article_are_changed_for_all_its_claims(
    client: Client, live: Live, article: ArticleId, capsys: Capture
) -> None:
    extract_article(live.store, article, TEXT)
    assert run(["change", article, "--add-source", "https://a.example/one"]) == 0
    assert capsys.readouterr().out.splitlines() == ["https://a.example/one"]
    assert client.get_article(article).claims[0].sources == ("https://a.example/one",)


def test_submit_names_the_earlier_submission_with_the_same_content(
    claims: tuple[ClaimId, ...], tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "claims.csv"
    file.write_text("claim,claimant\nEleven people died.,The mayor\nIt snowed.,\n")
    assert run(["submit", "--claims-from", str(file)]) == 0
    printed = capsys.readouterr()
    again, other = printed.out.split()
    assert f"{again} repeats {claims[0]}" in printed.err
    assert other not in printed.err
    assert run(["submit", "--claim", "It snowed."]) == 0
    assert f"repeats {other}" in capsys.readouterr().err
    text = tmp_path / "article.txt"
    text.write_text(TEXT)
    for expected in (False, True):
        assert run(["submit", str(text)]) == 0
        assert ("repeats a_" in capsys.readouterr().err) is expected
