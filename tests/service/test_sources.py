"""Registered sources over HTTP and with the command line, on a real store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from claims.cli.output import format_json
from claims.registry import PAGES_MAX, RegisteredSource
from claims.shapes import to_text
from claims.store.redis_store import RedisStore
from claims.types import ClaimId, VerdictLabel
from service.cli import run
from tests.claims.verdicts.test_credibility import concluded, rated
from tests.service.live import Live, get_text, run_service
from tests.service.test_claims import submit
from tests.service.work import judge_claim

SITE = {
    "kind": "page",
    "domains": ["Example.org"],
    "credibility": 0.2,
    "reason": "Prints rumours.",
    "by": "Ada",
}
EMPTY = "this is empty: name the author, which is required without a key"


def test_a_source_is_kept_listed_changed_and_removed(client: FlaskClient) -> None:
    made = client.put("/v1/sources/rumours", json=SITE)
    assert made.status_code == 200, made.text
    assert made.json["domains"] == ["example.org"]
    assert client.get("/v1/sources/rumours").json == made.json
    assert client.get("/v1/sources").json == {"items": [made.json], "next": None}
    client.put("/v1/sources/rumours", json=SITE | {"credibility": 0.4, "by": "Ben"})
    changes = client.get("/v1/sources/rumours/changes").json["items"]
    assert [change["by"] for change in changes] == ["Ada", "Ben"]
    assert changes[1]["changes"] == {"credibility": ["0.2", "0.4"]}
    assert client.delete("/v1/sources/rumours?by=Cem").status_code == 204
    assert client.get("/v1/sources/rumours").status_code == 404
    assert client.get("/v1/sources/rumours/changes").json["items"][-1]["by"] == "Cem"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"by": None}, "/by"),
        ({"credibility": 2}, "/credibility"),
        ({"reason": None}, "/reason"),
        ({"kind": "blog"}, "/kind"),
        ({"domains": ["a b"]}, "/domains/0"),
        ({"domains": []}, "/domains"),
        ({"kind": "feed"}, "/address"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_field_is_refused_with_its_pointer(
    client: FlaskClient, change: dict[str, object], pointer: str
) -> None:
    answer = client.put("/v1/sources/rumours", json=SITE | change)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]
    assert client.get("/v1/sources").json["items"] == []


def test_a_removal_needs_an_author_and_a_source(client: FlaskClient) -> None:
    client.put("/v1/sources/rumours", json=SITE)
    assert client.delete("/v1/sources/rumours").status_code == 422
    for blank in ("", "+"):
        (error,) = client.delete(f"/v1/sources/rumours?by={blank}").json["errors"]
        assert error == {"parameter": "by", "detail": EMPTY}
    (error,) = client.put("/v1/sources/rumours", json=SITE | {"by": " "}).json["errors"]
    assert error == {"pointer": "/by", "detail": EMPTY}
    unknown = client.delete("/v1/sources/other?by=Ada")
    assert unknown.status_code == 404
    assert unknown.get_json(force=True)["detail"] == "No registered source other."
    assert client.put("/v1/sources/Bad%20Name", json=SITE).status_code == 404


def test_a_verdict_can_be_asked_for_without_credibility(
    client: FlaskClient, store: RedisStore
) -> None:
    claim_id = submit(client)
    judge_claim(store, claim_id)
    doubted = concluded(rated(0.95, 0.02, 0.1)).verdict
    store.connection.command("HSET", f"assay:claim:{claim_id}", "verdict", to_text(doubted))
    stands = client.get(f"/v1/claims/{claim_id}").json["verdict"]
    assert stands["label"] == "NOT_ENOUGH_EVIDENCE"
    assert stands["evidence"][0]["page"]["credibility"] == 0.1
    anew = client.get(f"/v1/claims/{claim_id}?without_credibility=1").json["verdict"]
    assert anew["label"] == "SUPPORTED"
    kept = store.get_claim(ClaimId(claim_id)).record.verdict
    assert kept is not None
    assert kept.label is VerdictLabel.NOT_ENOUGH_EVIDENCE  # the stored verdict is kept


@pytest.fixture
def live(store: RedisStore, store_url: str, tmp_path: Path) -> Iterator[Live]:
    with run_service(store, store_url, tmp_path) as service:
        yield service


def test_the_command_line_carries_sources_from_file_to_service_and_back(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, copy = tmp_path / "in.yaml", tmp_path / "out.yaml"
    file.write_text(
        "- name: office\n  domains: [stats.example]\n  credibility: 0.9\n  reason: Careful.\n"
        "- name: wiki\n  kind: mediawiki\n  address: https://w.example/api.php\n"
    )
    at = ["--url", live.url]
    assert run(["sources", "import", str(file), "--by", "Ada", *at]) == 0
    assert run(["sources", "set", "office", "--credibility", "0.7", "--by", "Ben", *at]) == 0
    assert run(["sources", "remove", "wiki", "--by", "Ben", *at]) == 0
    capsys.readouterr()
    assert run(["sources", "list", "--json", *at]) == 0
    listed = capsys.readouterr().out
    assert listed.encode() == format_json(json.loads(get_text(live, "/v1/sources"))["items"])
    (office,) = json.loads(listed)
    assert (office["name"], office["credibility"], office["reason"]) == ("office", 0.7, "Careful.")
    assert run(["sources", "show", "office", "--json", *at]) == 0
    source, changes = (
        json.loads(get_text(live, f"/v1/sources/{path}")) for path in ("office", "office/changes")
    )
    expected = {"source": source, "changes": changes["items"]}
    assert capsys.readouterr().out.encode() == format_json(expected)
    assert run(["sources", "show", "office", *at]) == 0
    shown = capsys.readouterr().out
    assert "Ben: credibility: 0.9 -> 0.7" in shown
    assert run(["sources", "show", "wiki", *at]) == 0
    assert "no longer registered" in capsys.readouterr().out
    assert run(["sources", "show", "wiki", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out)["source"] is None
    assert run(["sources", "export", str(copy), *at]) == 0
    assert "credibility: 0.7" in copy.read_text()
    assert run(["sources", "list", *at]) == 0
    assert "office" in capsys.readouterr().out


def test_changes_of_the_command_are_printed_as_json(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.yaml"
    file.write_text("- {name: office, domains: [Stats.example]}\n")
    then = ["--by", "Ada", "--json", "--url", live.url]
    assert run(["sources", "import", str(file), *then]) == 0
    imported = json.loads(capsys.readouterr().out)
    assert imported == json.loads(get_text(live, "/v1/sources"))["items"]
    assert imported[0]["domains"] == ["stats.example"]
    assert run(["sources", "set", "office", "--family", "State", *then]) == 0
    assert json.loads(capsys.readouterr().out) == imported[0] | {"family": "State"}
    assert run(["sources", "remove", "office", *then]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "office", "removed": True}


def test_pages_that_are_too_many_together_change_nothing(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def page(number: int) -> RegisteredSource:
        address = f"https://s{number}.example/page"
        return RegisteredSource(
            name=f"s{number:02}", address=address, domains=(f"s{number}.example",)
        )

    for number in range(PAGES_MAX):
        live.store.put_source(page(number), by="Ada")
    file = tmp_path / "in.yaml"
    file.write_text(
        "- {name: a-good-one, domains: [a.example]}\n"
        "- {name: one-too-many, address: https://z.example/page, domains: [z.example]}\n"
    )
    assert run(["sources", "import", str(file), "--url", live.url]) == 2
    assert "more than 50 pages" in capsys.readouterr().err
    assert len(live.store.get_registry().sources) == PAGES_MAX


def test_a_long_address_goes_the_same_way(live: Live, tmp_path: Path) -> None:
    file = tmp_path / "in.yaml"
    address = "https://f.example/feed?" + "q" * 1500
    file.write_text(f"- {{name: long, kind: feed, address: '{address}'}}\n")
    assert run(["sources", "import", str(file), "--url", live.url]) == 0
    assert live.store.get_registry().sources[0].address == address


def test_a_wrong_entry_changes_nothing(
    live: Live, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.yaml"
    file.write_text("- {name: good, domains: [a.example]}\n- {name: bad}\n")
    assert run(["sources", "import", str(file), "--url", live.url]) == 2
    assert "bad: domains: " in capsys.readouterr().err
    assert run(["sources", "set", "bad", "--credibility", "0.5", "--url", live.url]) == 2
    assert live.store.get_registry().sources == ()
