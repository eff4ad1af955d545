"""`assay mcp` without a running service: it says so at once, and checks in its own process."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp_types import CallToolResult, TextContent

from claims.settings import Settings
from examples.serve import serve_pages
from service import client as service_client
from service.agents.local import serve_here

ROOT = Path(service_client.__file__).parents[2]
PAGES = ROOT / "examples" / "pages"
CLAIM = "The United States used an air base at Manta until 2007."
START = [sys.executable, "-c", "from service.cli import main; main()", "mcp"]


def use(settings: Settings, steps: Callable[[Client], Awaitable[Any]], *, most: int = 9) -> Any:
    """The result of `steps` with a client of the tools, in this process."""

    async def connect() -> Any:
        with serve_here(settings, claims_max=most) as server:
            async with Client(server) as client:
                return await steps(client)

    # In a thread of its own: browser tests leave an event loop running in the main one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, connect()).result()


def answer(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, tell(result)
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def tell(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


def test_claims_and_articles_are_checked_without_a_service() -> None:
    with serve_pages(PAGES) as server:
        url = server.page_url("manta-base.html")
        settings = Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2)
        told: list[str | None] = []

        async def report(progress: float, total: float | None, message: str | None) -> None:
            told.append(message)

        async def steps(client: Client) -> list[CallToolResult]:
            claim = {"claim": CLAIM, "sources": [url]}
            return [
                await client.call_tool("verify_claim", claim, progress_callback=report),
                await client.call_tool("find_evidence", claim),
                await client.call_tool(
                    "check_article", {"text": f"{CLAIM} What a base!", "sources": [url]}
                ),
                await client.call_tool(
                    "verify_claim", {"claim": CLAIM, "passages": [{"text": CLAIM, "title": "News"}]}
                ),
            ]

        checked, found, article, judged = (answer(one) for one in use(settings, steps))
    assert (checked["label"], checked["claim_id"], checked["page"]) == ("SUPPORTED", None, None)
    assert "2007" in checked["evidence"][0]["quote"]
    assert checked["coverage"]["pages_read"] == 1
    assert set(told) >= {"reading sources", "judging"}
    assert any("Manta" in passage["text"] for passage in found["passages"])
    assert found["passages"][0]["url"] == url
    assert "label" not in found
    assert (article["status"], article["article_id"]) == ("done", None)
    assert [claim["label"] for claim in article["claims"]] == ["SUPPORTED"]
    assert judged["label"] == "SUPPORTED"


def test_it_offers_the_tools_without_a_record_and_explains_wrong_arguments() -> None:
    async def steps(client: Client) -> list[Any]:
        return [
            await client.list_tools(),
            await client.call_tool("verify_claim", {"claim": "???"}),
            await client.call_tool("verify_claim", {"claim": CLAIM, "claimed_at": "yesterday"}),
            await client.call_tool("verify_claim", {"claim": CLAIM, "sources": ["ftp://a/"]}),
            await client.call_tool("check_article", {"url": "no address"}),
            await client.call_tool("check_article", {}),
            await client.call_tool("find_evidence", {"claim": CLAIM, "source": "http://a/"}),
        ]

    listed, *refused = use(Settings(judge_threads=1), steps)
    names = sorted(tool.name for tool in listed.tools)
    assert names == ["check_article", "find_evidence", "verify_claim"]
    said = (
        "no words",
        "must be a date",
        "http",
        "white space",
        "either the text",
        "/source: ",
    )
    for result, words in zip(refused, said, strict=True):
        assert result.is_error
        assert words in tell(result), tell(result)


def test_a_session_checks_no_more_than_its_limit() -> None:
    async def steps(client: Client) -> list[CallToolResult]:
        claims = ["Nine died.", "Ten died.", "Nine died."]
        return [await client.call_tool("find_evidence", {"claim": claim}) for claim in claims]

    first, second, third = use(Settings(judge_threads=1), steps, most=1)
    assert second.is_error
    assert "limit" in tell(second)
    assert not first.is_error
    assert not third.is_error


def run_command(**environment: str) -> subprocess.CompletedProcess[str]:
    """`assay mcp` with an empty standard input, at whose end it ends."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    return subprocess.run(
        START,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
    )


def test_the_command_says_at_once_that_no_service_runs_at_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    done = run_command(ASSAY_URL=url)
    assert done.returncode == 1
    assert f"no answer from {url}, is the service running there?" in done.stderr
    assert done.stdout == ""


def test_the_command_without_an_address_checks_in_its_process() -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 8400)) == 0:
            pytest.skip("a service listens on the default port of this machine")
    done = run_command()
    assert done.returncode == 0
    assert "no service runs at http://127.0.0.1:8400" in done.stderr
    assert "checked in this process" in done.stderr
    assert done.stdout == ""
