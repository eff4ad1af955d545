"""The commands of `assay`, each with examples that have every option of the command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import click

from claims.entailment.onnx import SHIPPED_FOLDER
from claims.shapes import to_text
from claims.types import EventType
from examples.expected import FOLDER
from service.cli import assay
from tests.e2e.walk.routes import list_values
from tests.e2e.walk.world import CHECKABLE, World

Lines = Sequence[Sequence[str]]

WALKED_OTHERWISE = {
    "up": "the world is a run of the same Supervisor",
    "mcp": "the tools are called by a client of the protocol",
    "reader test": "it needs an endpoint: tests/claims/reader/test_command.py",
}
# Options that name the service or its data folder, which all examples have from the environment.
NO_EXAMPLE = {"--url", "--data", "--help"}


def list_commands(
    command: click.Command = assay, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """All commands that are no groups, by the words that call them."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from list_commands(found, (*path, name))


def list_options(command: click.Command) -> set[str]:
    """The first name of each option."""
    options = (one for one in command.params if isinstance(one, click.Option))
    return {option.opts[0] for option in options} - NO_EXAMPLE


def both(*words: str) -> Lines:
    """A command line for readers and the same for programs."""
    return [words, (*words, "--json")]


def filter_lines(world: World, words: Sequence[str], command: click.Command) -> Lines:
    """A line for each value of each filter of a list: all of an enum, else that of the routes."""
    values = list_values(world)
    lines = [list(words)]
    for option in command.params:
        if not isinstance(option, click.Option) or option.opts[0] in NO_EXAMPLE:
            continue
        name = option.opts[0].removeprefix("--")
        if isinstance(option.type, click.Choice):
            found = list(option.type.choices)
        else:
            found = [str(values[name.replace("-", "_")])] if not option.is_flag else []
        lines += [[*words, option.opts[0], value] for value in found]
        if option.is_flag:
            lines.append([*words, option.opts[0]])
    return lines


def read_lines(world: World, folder: Path) -> Mapping[str, Lines]:
    """Command lines that change nothing, by command; each prints something."""
    commands = dict(list_commands())
    claim, article, hook = world.claim.id, world.article.id, world.webhook.id
    values = list_values(world)
    export = ["export", "--article", article]
    watch = ["watch", "--once", "--since", "all"]
    return {
        "get": [["get", article], ["get", claim, "--json"], ["get", claim, "--wait"]],
        "record": [["record", claim], ["record", claim, "--output", str(folder / "record.json")]],
        "signing-key": both("signing-key"),
        "claimreview": [
            ["claimreview", claim, "--unreviewed", "--page", "https://desk.example.org/1"]
        ],
        "history": both("history", claim),
        "list articles": filter_lines(world, ["list", "articles"], commands["list articles"]),
        "list queue": filter_lines(world, ["list", "queue"], commands["list queue"]),
        "list claims": filter_lines(world, ["list", "claims"], commands["list claims"]),
        "export": [
            export,
            *([*export, "--format", form] for form in ("csv", "jsonl", "md", "html")),
            [*export, "--format", "csv", "--output", str(folder / "claims.csv")],
            *(
                ["export", f"--{name.replace('_', '-')}", str(values[name])]
                for name in (
                    "tag",
                    "site",
                    "q",
                    "since",
                    "until",
                    "claimant",
                    "min_confidence",
                    "assignee",
                    "changed_since",
                )
            ),
            [*export, "--label", "SUPPORTED", "--status", "judged", "--sort", "checked"],
            [*export, "--superseded", "include"],
            ["export", "--review", "signed"],
            ["export", "--reader", "not-read:budget"],
        ],
        "watch": [
            watch,
            [*watch, "--json"],
            *([*watch, "--type", str(event), "--json"] for event in EventType),
            *([*watch, "--label", label] for label in world.article.summary),
            [*watch, "--tag", "quito"],
            [*watch, "--article", article],
            [*watch, "--claim", claim],
            ["watch", article],
        ],
        "sources list": both("sources", "list"),
        "sources show": both("sources", "show", world.ids["name"]),
        "sources export": [["sources", "export"]],
        "keys list": both("keys", "list"),
        "alerts list": both("alerts", "list"),
        "alerts show": both("alerts", "show", world.alert.id),
        "webhooks list": both("webhooks", "list"),
        "webhooks show": both("webhooks", "show", hook),
        "webhooks deliveries": both("webhooks", "deliveries", hook),
    }


def change_lines(world: World, folder: Path) -> Mapping[str, Lines]:
    """Command lines that change something, or work on files, by command."""
    return (
        _change_records(world, folder)
        | _change_what_surrounds_them(world, folder)
        | _keep_data(folder)
        | _work_on_files(folder, world)
    )


def _change_records(world: World, folder: Path) -> dict[str, Lines]:
    text, page = folder / "text.txt", world.page
    rows = folder / "claims.jsonl"
    text.write_text(CHECKABLE.format(21), encoding="utf-8")
    rows.write_text(json.dumps({"text": CHECKABLE.format(20)}) + "\n", encoding="utf-8")
    day = ["--dated", "2025-09-04", "--as-of", "2025-09-30", "--tag", "spare"]
    claims = [world.make_claim() for _ in range(8)]
    judged = next(one for one in world.article.claims if one.verdict and not one.corrected_by)
    seen = judged.verdict.check if judged.verdict else 0
    # All at once, so that little is checked again.
    lines = filter_lines(world, [], dict(list_commands())["recheck"])
    by = ["--by", "Ada"]
    others = (["--json"], ["--ask-reader"])
    filters = list(chain.from_iterable(line for line in lines if line[:1] not in others))
    return {
        "submit": [
            ["submit", str(text), "--title", "Spare", "--source", page, *day, "--force", "--wait"],
            ["submit", str(text), "--claim", CHECKABLE.format(13), "--only-claims"],
            ["submit", "--claim", CHECKABLE.format(19), "--source", page, "--json"],
            ["submit", "--claim", CHECKABLE.format(14), "--source", page, "--reader", "never"],
            ["submit", "--claims-from", str(rows), "--priority", "bulk", "--every", "P1D"],
        ],
        "change": [
            ["change", claims[0], "--add-source", world.pages.page_url("boat-strike.html")],
            ["change", claims[0], "--remove-source", page, "--json"],
        ],
        "recheck": [
            ["recheck", *filters],
            ["recheck", "--tag", "spare", "--json"],
            ["recheck", claims[0], "--ask-reader", "never"],
            ["recheck", claims[1], world.make_article(), "--json"],
        ],
        "cancel": [["cancel", claims[0]], ["cancel", claims[1], "--json"]],
        "correct": [
            ["correct", claims[2], CHECKABLE.format(18)],
            ["correct", claims[3], CHECKABLE.format(17), "--force", "--json"],
        ],
        "delete": [["delete", claims[4], "--yes"], ["delete", claims[5], "--yes", "--json"]],
        "review": [
            ["review", claims[6], "correct", "--label", "REFUTED", "--reason", "No.", *by],
            ["review", claims[7], "--note", "Look.", "--assign", "Ben", "--json", *by],
            ["review", claims[7], "--second-look", *by],
            *both("review", claims[7]),
            ["review", judged.id, "accept", "--check", str(seen), *by],
        ],
        "retry": both("retry", "--failed"),
        "reader read": both("reader", "read", world.correction or world.claim.id),
        "reader catch-up": both("reader", "catch-up"),
        "replay": [
            ["replay", world.claim.id],
            ["replay", world.claim.id, "--check", "1", "--json"],
            ["replay", world.claim.id, "--verifier", str(SHIPPED_FOLDER)],
        ],
    }


def _change_what_surrounds_them(world: World, folder: Path) -> dict[str, Lines]:
    registry = folder / "sources.yaml"
    registry.write_text("- name: of-file\n  domains: [file.example]\n", "utf-8")
    keys = [world.make_key() for _ in range(4)]
    hooks = [world.make_webhook() for _ in range(4)]
    event = world.ids["event_id"]
    by = ["--by", "Ada", "--json"]
    source: dict[str, Any] = {
        "--kind": "page",
        "--address": "https://set.example/",
        "--domain": "set.example",
        "--include": "https://set.example/*",
        "--exclude": "https://set.example/no/*",
        "--family": "set",
        "--language": "en",
        "--credibility": "0.7",
        "--reason": "Careful.",
    }
    given = [word for pair in source.items() for word in pair]
    chosen = ["--label", "REFUTED", "--tag", "spare", "--article", world.article.id, "--json"]
    return {
        "sources set": [["sources", "set", "of-command", *given, *by]],
        "sources import": [["sources", "import", str(registry), *by]],
        "sources remove": [["sources", "remove", world.make_source(), *by]],
        "keys create": [
            ["keys", "create", "night job", "--scope", "read", "--expires", "P1D", "--json"]
        ],
        "keys rotate": [
            ["keys", "rotate", keys[0]],
            ["keys", "rotate", keys[1], "--grace", "PT1H", "--json"],
        ],
        "keys revoke": [["keys", "revoke", keys[2]], ["keys", "revoke", keys[3], "--json"]],
        "alerts add": [
            ["alerts", "add", world.receiver.url, "--event", "article.failed"],
            ["alerts", "add", world.receiver.url, "--digest", "07:30 Europe/Berlin", *chosen],
        ],
        "alerts test": both("alerts", "test", world.make_alert()),
        "alerts delete": both("alerts", "delete", world.make_alert()),
        "webhooks create": [
            ["webhooks", "create", world.receiver.url, "--event", "article.failed"],
            ["webhooks", "create", world.receiver.url, *chosen],
        ],
        "webhooks rotate": [
            ["webhooks", "rotate", hooks[0]],
            ["webhooks", "rotate", hooks[0], "--json"],
        ],
        "webhooks enable": [
            ["webhooks", "enable", hooks[1]],
            ["webhooks", "enable", hooks[1], "--json"],
        ],
        "webhooks ping": both("webhooks", "ping", hooks[2]),
        "webhooks redeliver": both("webhooks", "redeliver", world.webhook.id, event),
        "webhooks delete": both("webhooks", "delete", hooks[3]),
    }


def _keep_data(folder: Path) -> dict[str, Lines]:
    """The running service is backed up; the data folder of the copy belongs to no service."""
    copy, copies = folder / "backup", ["--data", str(folder / "copy")]
    return {
        "doctor": [*both("doctor"), ["doctor", "--all"]],
        "backup": [["backup", str(copy)], ["backup", f"{copy}-2", "--json"]],
        "restore": [
            ["restore", str(copy), *copies],
            ["restore", str(copy), "--force", "--json", *copies],
        ],
        "repair": [["repair", *copies], ["repair", "--force", "--json", *copies]],
    }


def _work_on_files(folder: Path, world: World) -> dict[str, Lines]:
    record = folder / "signed.json"
    record.write_text(to_text(world.client.get_record(world.claim.id)), encoding="utf-8")
    pairs, texts = folder / "pairs.jsonl", folder / "texts.jsonl"
    claim = "The base at Manta closed in 2009."
    pairs.write_text(json.dumps({"claim": claim, "evidence": claim}) + "\n", encoding="utf-8")
    texts.write_text(json.dumps({"text": claim}) + "\n", encoding="utf-8")
    page = str(FOLDER / "pages" / "manta-base.html")
    days = ["--as-of", "2026-01-01", "--dated", "2025-09-05", "--allow", "127.0.0.1:9"]
    shelf = ["--data", str(folder / "shelves")]
    fields = ["--text-field", "text", "--title-field", "text", "--url-field", "url"]
    return {
        "verify-record": [
            *both("verify-record", str(record)),
            ["verify-record", str(record), "--key", world.client.get_signing_key().key],
        ],
        "check": [
            ["check", "--claim", claim, "--source", page, *days, "--force", "--json", "--reader"],
            ["check", "--claim", claim, "--source", page, "--html", str(folder / "report.html")],
        ],
        "explain": [["explain", claim, "--source", page, *days, "--force", "--reader"]],
        "score": [
            ["score", "--pairs", str(pairs)],
            ["score", "--pairs", str(pairs), "--model-only", "--out", str(folder / "scores")],
        ],
        "reader show": both("reader", "show"),
        "worthiness": [
            ["worthiness", "--lines", str(texts)],
            ["worthiness", "--lines", str(texts), "--out", str(folder / "worthy")],
        ],
        "shelf add": [
            ["shelf", "add", "press", page, "--json", *shelf],
            [*("shelf", "add", "rows", str(texts), *fields, "--date-field", "day"), *shelf],
            ["shelf", "add", "press", page, "--allow", "127.0.0.1:9", *shelf],
        ],
        "shelf list": [
            ["shelf", "list", *shelf],
            ["shelf", "list", "press", "--json", *shelf],
            ["shelf", "list", "press", "--failed", *shelf],
        ],
        "shelf search": [
            ["shelf", "search", "press", "Manta", *shelf],
            ["shelf", "search", "press", "Manta", "--limit", "1", "--json", *shelf],
        ],
        "shelf update": [["shelf", "update", "press", "--allow", "127.0.0.1:9", "--json", *shelf]],
        "shelf remove": [["shelf", "remove", "press", "--json", *shelf]],
    }


def deleted_lines(world: World) -> Lines:
    """Command lines for what was deleted: each is refused in one line."""
    claim, article = world.claim.id, world.article.id
    return [
        ["get", article],
        ["get", claim],
        ["history", claim],
        ["replay", claim],
        ["recheck", article],
        ["correct", claim, "Another wording of it."],
        ["watch", article],
    ]
