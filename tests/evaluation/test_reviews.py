"""What is measured on the labels that people have signed, against a running service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.types import ClaimId, VerdictLabel
from evaluation.reviews import main
from service.client import Client
from tests.service.live import run_service_and_store
from tests.service.work import judge_claim

REFUTED = {"decision": "correct", "label": "REFUTED", "reason": "A parody."}


def decide(client: Client, claim_id: ClaimId, *people: str, **body: str) -> None:
    for by in people:
        client.review_claim(claim_id, {"decision": "accept"} | body | {"by": by})


def test_signed_labels_are_measured_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with run_service_and_store(tmp_path) as live:
        client = Client(live.url)
        ids = [client.submit_claim({"text": f"{n} ships sank."}) for n in range(2, 6)]
        for claim_id in ids[:3]:
            judge_claim(live.store, claim_id)
        decide(client, ids[0], "Anna", "Ben")
        decide(client, ids[1], "Anna")
        decide(client, ids[1], "Ben", **REFUTED)
        decide(client, ids[1], "Anna", decision="publish")
        decide(client, ids[2], "Anna", decision="reject", reason="No claim.")
        decide(client, ids[3], "Anna", **REFUTED)
        check = client.recheck(ids[0])  # what was seen at the sign-off counts
        judge_claim(live.store, ids[0], check=check, label=VerdictLabel.REFUTED)
        main(["--url", live.url, "--write", str(tmp_path / "signed.jsonl")])
    printed = capsys.readouterr().out
    assert "3 claims are signed, 1 of them without a kept verdict." in printed
    assert "proposal: 0.500 of 2 have the signed label." in printed
    assert "judge: 0.500 of 2 have the signed label." in printed
    assert "second reader" not in printed
    assert "anna and ben: 0.500 of 2 equal, kappa 0.000." in printed
    assert "| SUPPORTED | 1 | 1 | 0 | 0 |" in printed
    lines = (tmp_path / "signed.jsonl").read_text("utf-8").splitlines()
    rows = {row["claim"]: row for row in map(json.loads, lines)}
    assert [rows[f"{n} ships sank."]["label"] for n in (2, 3, 5)] == [
        "SUPPORTED",
        "REFUTED",
        "REFUTED",
    ]
    assert rows["3 ships sank."]["reason"] == "A parody."
    assert rows["2 ships sank."]["evidence"][0]["text"] == "Eleven people died."
    assert rows["5 ships sank."]["evidence"] == []
