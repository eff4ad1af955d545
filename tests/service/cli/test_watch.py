"""`assay watch` and `history`, against a running service."""

from __future__ import annotations

import json
import signal
import subprocess
import threading

from claims.types import ArticleId, ClaimId, PageChange, VerdictLabel
from service.cli import run
from service.client import Client
from tests.service.cli.commands import (
    ASSAY,
    Capture,
    finish,
    out_of,
    read_json_lines,
    run_on_a_terminal,
)
from tests.service.live import Live
from tests.service.work import CHANGED_PAGE, commit_turn, judge_claim


def test_watch_writes_a_line_for_each_step_of_a_submission(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId, capsys: Capture
) -> None:
    worker = threading.Thread(target=finish, args=(live.store, article, claims[2]))
    worker.start()
    assert run(["watch", article]) == 0
    worker.join()
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].endswith(": probably supported, 70 %: The library of Norrbeck opened in 1987.")
    (shape,) = read_json_lines(out_of(["watch", claims[2], "--json"], capsys))
    assert (shape["id"], shape["verdict"]["label"]) == (claims[2], "SUPPORTED")


def test_watch_gives_all_changes_that_match_and_ends(
    claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    lines = out_of(["watch", "--since", "all", "--once"], capsys).splitlines()
    assert [claims[0] in lines[0], claims[1] in lines[1], len(lines)] == [True, True, 2]
    assert lines[0].endswith(": Probably supported (confidence 70 %). Eleven people died.")
    assert run(["watch", "--since", "all", "--once", "--label", "refuted", "--json"]) == 0
    (event,) = read_json_lines(capsys.readouterr().out)
    assert (event["type"], event["claim_id"]) == ("verdict.created", claims[1])
    for filters in (["--type", "claim.failed"], ["--claim", claims[2]], ["--tag", "none"]):
        assert run(["watch", "--since", "all", "--once", *filters]) == 0
    assert run(["watch", "--since", event["id"], "--once"]) == 0
    assert out_of(["watch", "--once"], capsys) == ""
    assert run(["watch", claims[0], "--once"]) == 2
    assert "leave out" in capsys.readouterr().err


def test_watch_says_which_tag_has_another_schedule(client: Client, capsys: Capture) -> None:
    client.set_tag_schedule("Watched", every="P1D")
    client.delete_tag_schedule("Watched")
    given = ["watch", "--since", "all", "--once", "--type", "tag.scheduled", "--tag", "watched"]
    first, second = out_of(given, capsys).splitlines()
    assert "Watched: Its claims are checked every day" in first
    assert second.endswith("0 claims have the tag. Changed by local. Watched")
    assert run([*given, "--json"]) == 0
    events = read_json_lines(capsys.readouterr().out)
    assert [event["data"]["tag_schedule"]["claims"] for event in events] == [0, 0]


def test_ctrl_c_ends_watching_quietly(live: Live, client: Client) -> None:
    process = subprocess.Popen(
        [*ASSAY, "watch", "--since", "all"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    claim_id = client.submit_claim({"text": "Eleven people died."})
    judge_claim(live.store, claim_id)
    assert claim_id in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out, said.strip()) == (130, "", "")


def test_a_terminal_shows_a_table_of_a_submission_and_then_its_result(
    live: Live, claims: tuple[ClaimId, ...], article: ArticleId
) -> None:
    worker = threading.Thread(target=finish, args=(live.store, article, claims[2]))
    worker.start()
    shown, status = run_on_a_terminal(["watch", article])
    worker.join()
    assert status == 0
    assert "1 claim: 1 supported" in shown
    assert "\x1b[?25h" in shown  # the cursor is visible again
    assert "deciding: " in shown and "https://a.example/one" in shown


def test_a_terminal_shows_a_table_of_changes_until_ctrl_c(claims: tuple[ClaimId, ...]) -> None:
    shown, status = run_on_a_terminal(["watch", "--since", "all"], interrupt_at=claims[1])
    assert status == 130
    assert "what happened" in shown and claims[1] in shown and "Probably refuted" in shown
    assert "\x1b[?25h" in shown and "Traceback" not in shown


def test_history_lists_all_checks(
    live: Live, client: Client, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    client.recheck(claims[0])
    judge_claim(live.store, claims[0], check=2, label=VerdictLabel.REFUTED)
    printed = out_of(["history", claims[0]], capsys)
    assert "1       2025-09-04 12:00   supported" in printed
    assert "2       2025-09-04 12:00   refuted" in printed
    assert run(["history", claims[0], "--json"]) == 0
    assert [entry["check"] for entry in json.loads(capsys.readouterr().out)] == [1, 2]
    assert out_of(["history", claims[2]], capsys) == "no check has ended yet\n"


def test_history_shows_changed_sentences_and_the_page_that_turned_the_verdict(
    live: Live, client: Client, claims: tuple[ClaimId, ...], capsys: Capture
) -> None:
    client.recheck(claims[0])
    change = PageChange(CHANGED_PAGE, "It opened in 1987.", "It opened in 1978.")
    commit_turn(live.store, claims[0], change)
    printed = out_of(["history", claims[0]], capsys)
    for words in ("[1987]", "[1978]", "turned the", "new page:", "Rain fell.", "1 further changed"):
        assert words in printed
