"""Settings of the whole project, read from the environment (ASSAY_...) when a process starts.

docs/settings.md describes each one; a test holds the two against each other.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CLIENT_CONNECTIONS_MAX = 500
"""Open connections that the API has with all clients together; one can use three files."""


def default_data_folder() -> Path:
    """$XDG_DATA_HOME/assay, or ~/.local/share/assay."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "assay"


class Settings(BaseSettings):
    """One instance per process, built by the command line, the API factory or the worker app."""

    model_config = SettingsConfigDict(env_prefix="ASSAY_", frozen=True, extra="ignore")

    redis_url: str | None = None
    """Any Redis >= 7.2 or Valkey (redis://, rediss://, unix://). Unset: the embedded server."""
    api_token: SecretStr | None = None
    """Asked for on every route and page; needed to bind beyond loopback."""
    url: str = ""
    """Where commands find a running service; --url comes first. Unset: http://127.0.0.1:8400."""
    allowed_hosts: str = ""
    """Host headers accepted besides loopback names and the bound address, comma-separated."""
    client_connections: int = Field(default=100, ge=1, le=CLIENT_CONNECTIONS_MAX)
    """Open connections that one address may have; all that a proxy forwards are from its own."""
    data_folder: str = ""
    """Folder for everything that is kept. Unset: ~/.local/share/assay; --data comes first."""
    shelves: str = ""
    """Shelves that are searched for every claim, comma-separated; "none". Unset: all there are."""
    fetch_allow: str = ""
    """host:port pairs exempt from the block on loopback and private addresses, comma-separated."""
    contact: str = ""
    """Address or URL put into the User-Agent of fetches, so that site owners can write to you."""
    pace_s: float = Field(default=1.0, ge=0, le=3600)
    """Seconds between the beginnings of two fetches of one host, for all workers; 0: no pacing."""
    mediawiki: str = ""
    """Wikis to search for every claim: addresses of their api.php, comma-separated."""
    searxng: str = ""
    """A SearXNG instance to search with: the address of its /search."""
    feeds: str = ""
    """Feeds (RSS, Atom) to search for every claim: their addresses, comma-separated."""
    sitemaps: str = ""
    """Sitemaps to search for every claim, or indexes of them: addresses, comma-separated."""
    brave_key: SecretStr | None = None
    """Key of Brave's search interface; set, it is searched with."""
    factcheck_key: SecretStr | None = None
    """Key of Google's Fact Check Tools; set, published fact-checks are shown with a verdict."""
    registry: str = ""
    """YAML file of registered sources for `assay check`; a service keeps its own: assay sources."""
    keep_days: int = Field(default=365, ge=0)
    """Days that a check is kept after a newer verdict took its place; 0: for ever."""
    keep_raw: str = ""
    """A folder to keep every page in as its server sent it, in WARC files. Unset: none is kept."""
    queue_max: int = 100_000
    """Work items that may wait; beyond, submissions get 503."""
    judge_threads: int = 1
    """Threads of the judge in one scoring process."""
    judge: str = ""
    """Another judge: a model folder, hub:OWNER/NAME, or chat:MODEL. Unset: the one that ships."""
    chat_url: str = "http://127.0.0.1:8080/v1"
    """Base of the OpenAI-compatible endpoint that chat:MODEL asks."""
    chat_key: SecretStr | None = None
    """Sent to it as a bearer token."""
    chat_timeout_s: float = 60.0
    """How long an answer of it is waited for."""
    chat_budget: int = 1_000_000
    """Tokens that one process may spend there; then it stops judging."""

    @field_validator("judge")
    @classmethod
    def _make_absolute(cls, judge: str) -> str:
        """The processes of `assay up` start in another folder, and mean the same judge."""
        if not judge or judge.startswith(("chat:", "hub:")):
            return judge
        return str(Path(judge).expanduser().absolute())

    def find_data_folder(self) -> Path:
        """The data folder that is set, or the default one."""
        return Path(self.data_folder).expanduser() if self.data_folder else default_data_folder()
