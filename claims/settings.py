"""Settings of the whole project, read from the environment (ASSAY_...) when a process starts.

docs/reference/settings.md describes each one; a test compares the two.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from claims.alerts import check_mail_address
from claims.errors import InvalidInput
from claims.limits import ARTICLE_CLAIMS, QUEUE_SHARE, SIGN_OFF_DAYS, STORE_MEMORY_MB
from claims.types import LEAST_CONFIDENCE
from claims.wrong_settings import PREFIX, list_unknown, list_unreadable

CLIENT_CONNECTIONS_MAX = 500
"""Maximum open connections of the API, for all clients together; each can use three files."""
CHAT = "chat:"
"""Begins the name of a second reader that an OpenAI-compatible endpoint serves."""
READER_TIMES = ("always", "undecided", "asked")
"""Which claims a second reader reads; see claims/pipeline/second_reading.py."""
_STORE_SCHEMES = ("redis://", "rediss://", "unix://")
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[\w.-]+)(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


def default_data_folder() -> Path:
    """$XDG_DATA_HOME/assay, or ~/.local/share/assay."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "assay"


def find_named_data_folder() -> Path:
    """The data folder of ASSAY_DATA_FOLDER, else the default one; reads no other setting."""
    named = os.environ.get(f"{PREFIX}DATA_FOLDER")
    return Path(named).expanduser() if named else default_data_folder()


# Default port of the service, and of commands that look for one.
DEFAULT_PORT = 8400
DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"


class Settings(BaseSettings):
    """Created once per process, by the command line, the API factory or the worker app.

    Raises InvalidInput, in one line, for a value that is not allowed, and for an environment
    variable that begins with ASSAY_ and is not a setting.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    redis_url: str | None = None
    """Any Redis >= 7.2 or Valkey (redis://, rediss://, unix://). Unset: the embedded server."""
    broker_url: str | None = None
    """A separate server for messages. Unset: database 1 of the store's server."""
    api_token: SecretStr | None = None
    """Token that may do everything, in addition to the keys in the store: a way to begin."""
    require_key: bool = False
    """Whether requests from this machine need a key even before the first key is created."""
    api_key: SecretStr | None = None
    """Key that commands send to a running service. Unset: ASSAY_API_TOKEN."""
    url: str = ""
    """Address of a running service for commands; --url overrides. Unset: http://127.0.0.1:8400."""
    allowed_hosts: str = ""
    """Host headers accepted besides loopback names and the bound address, comma-separated."""
    trusted_proxies: str = ""
    """Addresses and networks (CIDR) of reverse proxies whose X-Forwarded-For counts."""
    cors_origins: str = ""
    """Origins whose pages may ask the API with a key in the browser, comma-separated."""
    client_connections: int = Field(default=100, ge=1, le=CLIENT_CONNECTIONS_MAX)
    """Maximum open connections of one address; a proxy's connections all count as its own."""
    reads_per_minute: int = Field(default=1200, ge=0, le=10_000_000)
    """Maximum read requests of each key in a minute; 0: no limit."""
    writes_per_minute: int = Field(default=300, ge=0, le=10_000_000)
    """Maximum write requests of each key in a minute; 0: no limit."""
    limit_local: bool = False
    """Whether requests from this machine without a key are also limited, by address."""
    data_folder: str = ""
    """Folder for all stored data; --data overrides it. Unset: ~/.local/share/assay."""
    shelves: str = ""
    """Shelves that are searched for every claim, comma-separated; "none". Unset: all shelves."""
    fetch_allow: str = ""
    """host:port pairs exempt from the block on loopback and private addresses, comma-separated."""
    webhook_allow: str = ""
    """host:port pairs to which webhooks may deliver on private addresses, comma-separated."""
    smtp_url: SecretStr | None = None
    """The server that sends the mails of alerts: smtp://USER:PASSWORD@HOST:PORT, or with starttls://
    or smtps://."""
    mail_from: str = ""
    """Sender of the mails of alerts: one address."""
    public_url: str = ""
    """Address at which people open this service, for the links in alerts."""
    archive: str = ""
    """An archive with the CDX API, in which pages that fail are read. Unset: none is asked."""
    contact: str = ""
    """Address or URL put into the User-Agent of fetches, so that site owners can contact you."""
    pace_s: float = Field(default=1.0, ge=0, le=3600)
    """Seconds between the starts of two fetches of one host, for all workers; 0: no pacing."""
    mediawiki: str = ""
    """Wikis to search for every claim: addresses of their api.php, comma-separated."""
    searxng: str = ""
    """A SearXNG instance to search with: the address of its /search."""
    feeds: str = ""
    """Feeds (RSS, Atom) to search for every claim: their addresses, comma-separated."""
    sitemaps: str = ""
    """Sitemaps to search for every claim, or indexes of them: addresses, comma-separated."""
    brave_key: SecretStr | None = None
    """Key of Brave's search API; if set, Brave is searched."""
    factcheck_key: SecretStr | None = None
    """Key of Google's Fact Check Tools; if set, published fact-checks are shown with a verdict."""
    registry: str = ""
    """YAML file of registered sources for `assay check`; a service has its own: assay sources."""
    keep_days: int = Field(default=365, ge=0, le=36_500)
    """Days that a check is kept after a newer verdict replaced it; 0: for ever."""
    event_days: int = Field(default=30, ge=0, le=36_500)
    """Days that an event is kept; 0: for ever."""
    audit_days: int = Field(default=365, ge=0, le=36_500)
    """Days that entries of the audit log on changes, and keys that ended, are kept; 0: for ever."""
    access_days: int = Field(default=1095, ge=0, le=36_500)
    """Days that entries of the audit log on keys, sessions, refusals and webhooks are kept; 0: for
    ever."""
    sign_off_days: int = Field(default=SIGN_OFF_DAYS, ge=0, le=36_500)
    """Days after which a sign-off is stale; 0: never."""
    review_two_people: bool = True
    """Whether another person than the signer must publish the correction of a published label, and
    another than those involved takes a second look."""
    publisher: str = ""
    """Who publishes the checks: the name of the author in ClaimReview."""
    publisher_url: str = ""
    """The address of the publisher's site."""
    public_page: bool = False
    """Whether everybody may read the published checks, without a key, at /public."""
    keep_raw: str = ""
    """Folder for every page as its server sent it, in WARC files. Unset: pages are not archived."""
    disk_reserve_mb: int = Field(default=256, ge=0, le=100_000_000)
    """MB of the data folder's disk to keep free: below, nothing new is accepted; 0: no limit."""
    log_mb: int = Field(default=50, ge=0, le=100_000_000)
    """MB that the log of each process of `assay up` may take; 0: no limit."""
    log_days: int = Field(default=14, ge=0, le=36_500)
    """Days that the logs of `assay up` are kept; 0: until log_mb."""
    log_polls: bool = False
    """Whether requests that only poll for news have a log line."""
    store_memory_mb: int = Field(default=STORE_MEMORY_MB, ge=16, le=100_000_000)
    """MiB that the embedded store may use; above nine tenths of it nothing new is accepted."""
    queue_max: int = Field(default=100_000, ge=1, le=10_000_000)
    """Maximum waiting work items; beyond it, submissions and re-checks by hand get 503."""
    queue_share: float = Field(default=QUEUE_SHARE, ge=0.001, le=1)
    """Part of queue_max that the items of one key may take; beyond it, that key gets 429."""
    looks_per_day: int = Field(default=0, ge=0, le=10_000_000)
    """Maximum checks on schedule in a day; beyond it, all periods are stretched; 0: no limit."""
    article_claims: int = Field(default=ARTICLE_CLAIMS, ge=1, le=100_000)
    """Maximum claims of one article that are checked; the others are listed with the reason."""
    judge_threads: int = Field(default=1, ge=1, le=1024)
    """Number of the judge's threads in one scoring process."""
    min_confidence: float = Field(default=LEAST_CONFIDENCE, ge=0.5, le=1)
    """Minimum probability of SUPPORTED or REFUTED for that verdict; docs/reference/quality.md has
    the risk of each value."""
    judge: str = ""
    """Another judge: a model folder or hub:OWNER/NAME. Unset: the shipped judge."""
    reader: str = ""
    """The second reader, a language model: chat:MODEL. Unset: the judge alone."""
    reader_when: str = "always"
    """Which claims it reads: always, undecided (those that the judge does not decide), or asked."""
    reader_passages: int = Field(default=16, ge=4, le=24)
    """Maximum passages of a claim that it is shown."""
    reader_tokens_per_day: int = Field(default=0, ge=0, le=10**12)
    """Maximum tokens that it uses in a day; beyond it, the judge decides alone; 0: no limit."""
    reader_requests: int = Field(default=4, ge=1, le=64)
    """Maximum claims that are read at the same time, each by a thread that waits for the answer."""
    chat_url: str = "http://127.0.0.1:8080/v1"
    """Base URL of the OpenAI-compatible endpoint that chat:MODEL uses."""
    chat_key: SecretStr | None = None
    """Bearer token sent to the endpoint of chat_url."""
    chat_timeout_s: float = Field(default=60.0, ge=0.1, le=3600)
    """Maximum seconds to wait for an answer of the endpoint of chat_url."""

    def __init__(self, **values: Any) -> None:
        check_names(os.environ)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise InvalidInput(list_unreadable(error, Settings.model_fields)[0].complaint) from None

    @field_validator("judge")
    @classmethod
    def _check_judge(cls, judge: str) -> str:
        """Make a folder absolute: the processes of `assay up` start in another folder."""
        if judge.startswith("hub:") and not _HUB_NAME.fullmatch(judge.removeprefix("hub:")):
            raise ValueError("a judge of the model hub is hub:OWNER/NAME")
        if judge.startswith(CHAT):
            raise ValueError(
                "a language model can no longer be the judge, only a second reader beside it: set "
                f"{PREFIX}READER to this value"
            )
        if not judge or judge.startswith("hub:"):
            return judge
        return str(Path(judge).expanduser().absolute())

    @field_validator("reader")
    @classmethod
    def _check_reader(cls, reader: str) -> str:
        if reader and not (reader.startswith(CHAT) and reader.removeprefix(CHAT).strip()):
            raise ValueError("a second reader is chat:MODEL")
        return reader

    @field_validator("reader_when")
    @classmethod
    def _check_when(cls, when: str) -> str:
        if when not in READER_TIMES:
            raise ValueError(f"it must be one of {', '.join(READER_TIMES)}")
        return when

    @field_validator("redis_url", "broker_url")
    @classmethod
    def _check_store(cls, url: str | None) -> str | None:
        if url and not url.startswith(_STORE_SCHEMES):
            raise ValueError(f"it must begin with {', '.join(_STORE_SCHEMES)}")
        return url

    @field_validator(
        *("mediawiki", "searxng", "feeds", "sitemaps", "chat_url", "url", "publisher_url"),
        "public_url",
    )
    @classmethod
    def _check_addresses(cls, addresses: str) -> str:
        from claims.sources.address import parse_source_url

        for address in split_list(addresses):
            _check(parse_source_url, address)
        return addresses

    @field_validator("fetch_allow", "webhook_allow", "archive", "mail_from", "shelves")
    @classmethod
    def _check_read(cls, text: str, field: ValidationInfo) -> str:
        if text:
            _check(_find_reader(field.field_name), text)
        return text

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp(cls, url: SecretStr | None) -> SecretStr | None:
        if url and url.get_secret_value():
            from claims.sources.mailing import parse_smtp_url

            _check(parse_smtp_url, url.get_secret_value())
        return url if url and url.get_secret_value() else None

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, hosts: str) -> str:
        for host in split_list(hosts):
            if not _HOST.fullmatch(host):
                raise ValueError("it takes host names, without scheme and path, comma-separated")
        return hosts

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, networks: str) -> str:
        try:
            read_networks(networks)
        except ValueError:
            raise ValueError(
                "it takes addresses and networks, comma-separated, such as 127.0.0.1,10.0.0.0/8"
            ) from None
        return networks

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, origins: str) -> str:
        for origin in split_list(origins):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(
                    "it takes origins such as https://desk.example.org, without a path and without "
                    "*, comma-separated"
                )
        return origins

    @field_validator("contact")
    @classmethod
    def _check_contact(cls, contact: str) -> str:
        if not (contact.isascii() and contact.isprintable()):
            raise ValueError("it must be printable ASCII characters: it is sent in a header")
        return contact

    @field_validator("chat_key", "brave_key", "factcheck_key")
    @classmethod
    def _check_key(cls, key: SecretStr | None) -> SecretStr | None:
        text = key.get_secret_value() if key else ""
        if not (text.isascii() and text.isprintable()):
            raise ValueError("a key must be printable ASCII characters: it is sent in a header")
        return key

    def find_data_folder(self) -> Path:
        """The data folder that is set, or the default one."""
        return Path(self.data_folder).expanduser() if self.data_folder else default_data_folder()


def check_names(environment: Mapping[str, str]) -> None:
    """Raise InvalidInput for names that begin with ASSAY_ and are not settings.

    A misspelt setting would leave the default in force, such as a service without keys.
    """
    unknown = list_unknown(environment, Settings.model_fields)
    if unknown:
        raise InvalidInput("; ".join(each.complaint for each in unknown))


def _find_reader(name: str | None) -> Callable[[str], object]:
    """What reads the setting `name` where it is used, and refuses what cannot be used."""
    from claims.shelves.places import read_names
    from claims.sources.address import parse_archive
    from claims.sources.vetting import AllowList

    readers: Mapping[str | None, Callable[[str], object]] = {
        "archive": parse_archive,
        "mail_from": check_mail_address,
        "shelves": read_names,
    }
    return readers.get(name, AllowList.parse)


def _check(read: Callable[[str], object], text: str) -> None:
    """Raises ValueError, as pydantic's validators do, for a text that `read` refuses."""
    try:
        read(text)
    except InvalidInput as error:
        raise ValueError(error.message) from None


def split_list(text: str) -> Iterator[str]:
    """The entries of a comma-separated setting, each once."""
    yield from dict.fromkeys(filter(None, map(str.strip, text.split(","))))


def read_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The addresses and networks (CIDR) of a setting. Raises ValueError for any other entry."""
    return tuple(map(ip_network, split_list(text)))
