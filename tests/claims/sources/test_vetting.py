"""Server-side request forgery: only allowed addresses are connected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from claims.errors import InvalidInput, SourceError
from claims.sources import vetting
from claims.sources.deadline import Deadline
from claims.sources.fetch import WebFetcher
from claims.sources.vetting import (
    AllowList,
    check_destination,
    is_public_address,
    vetted_socket,
)
from tests.claims.sources.conftest import ConnectSpy
from tests.claims.sources.servers import RawServer

PUBLIC_V4 = "93.184.215.14"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

FORBIDDEN = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254
168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.0.9 192.0.2.1 192.88.99.1
192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::5db8:d70e 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
2001:20::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo
fec0::1 ff02::1 4000::1
""".split()

# Each spelling is malformed or resolves to an address that must not be connected to.
HOSTILE_URLS = """
http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f000001/ http://0x7f.1/
http://0177.0.0.1/ http://017700000001/ http://0/ http://0.0.0.0/ http://localhost/
http://LOCALHOST./ http://a.localhost/ http://printer.local/ http://redis/ http://db.internal/
http://hidden.onion/ http://router.home.arpa/
http://[::1]/ http://[::]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/
http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/ http://[2002:7f00:1::]/
http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/ http://[fe80::1%25lo]/ http://[fec0::1]/
http://[fd00:ec2::254]/ http://169.254.169.254/latest/meta-data/ http://0xa9fea9fe/
http://2852039166/ http://100.64.0.1/ http://100.100.100.200/ http://192.0.0.192/
http://168.63.129.16/ http://10.1.2.3/ http://172.20.0.1/ http://192.168.1.1/ http://198.18.0.1/
http://224.0.0.1/ http://240.0.0.1/ http://255.255.255.255/ http://①②⑦.⓪.⓪.①/
http://127。0。0。1/ http://good@127.0.0.1/ http://127.0.0.1\\@good.example/
http://127.0.0.1#@good.example http://127.0.0.1?@good.example http:///x http:x file:///etc/passwd
gopher://127.0.0.1:6379/ ftp://127.0.0.1/ data:text/html,x http://%31%32%37.0.0.1/
http://a%00.example/ http://good.example/%0d%00 https://127.0.0.1/ https://localhost:8443/
""".split()


@pytest.fixture
def strict() -> Iterator[WebFetcher]:
    """A fetcher with default settings, which allows only the public internet."""
    with WebFetcher() as fetcher:
        yield fetcher


def resolve_to(
    monkeypatch: pytest.MonkeyPatch, *answers: list[str] | OSError | UnicodeError
) -> list[str]:
    """Make name resolution give these answers, one per call, and then repeat the last one.

    Returns the list of the names asked for.
    """
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        if isinstance(answer, Exception):
            raise answer
        families = [socket.AF_INET6 if ":" in ip else socket.AF_INET for ip in answer]
        return [
            (family, socket.SOCK_STREAM, 6, "", (ip, port))
            for family, ip in zip(families, answer, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(SourceError) as caught:
        act()
    return caught.value.code


# --- addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize("address", FORBIDDEN)
def test_special_address_is_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address", [PUBLIC_V4, PUBLIC_V6, "8.8.8.8", "::ffff:8.8.8.8", "2a00:1450:4001:80e::200e"]
)
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public_address(address)


# --- URL forms -----------------------------------------------------------------------------


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_hostile_url_is_refused_before_any_connection(
    url: str, strict: WebFetcher, connections: ConnectSpy
) -> None:
    assert code_of(lambda: strict.fetch(url)) in ("address-blocked", "bad-url")
    assert connections.addresses == []


@pytest.mark.parametrize("port", [0, 22, 25, 6379, 8000, 65535])
def test_port_outside_the_web_is_refused_before_any_look_up(
    port: int, strict: WebFetcher, connections: ConnectSpy, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_to(monkeypatch, [PUBLIC_V4])
    assert code_of(lambda: strict.fetch(f"http://example.org:{port}/")) == "port-blocked"
    assert (asked, connections.addresses) == ([], [])


def test_every_blocked_target_gets_the_same_message(
    strict: WebFetcher, connections: ConnectSpy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Different messages would let an outsider map the internal network."""
    resolve_to(monkeypatch, ["10.0.0.7"])
    details = set()
    for url in ("http://127.0.0.1/", "http://redis/", "http://intern.example/", "http://[::1]/"):
        with pytest.raises(SourceError) as caught:
            strict.fetch(url)
        details.add(caught.value.detail)
    assert details == {
        "this address may not be connected to, unless ASSAY_FETCH_ALLOW names host and port"
    }


def test_a_refusal_names_the_setting_that_can_allow_it() -> None:
    allow = AllowList.parse("", setting="ASSAY_WEBHOOK_ALLOW")
    with pytest.raises(
        SourceError, match=r"port 8765 may not be .* unless ASSAY_WEBHOOK_ALLOW names host and port"
    ):
        check_destination("127.0.0.1", 8765, allow=allow)


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.7"],
        [PUBLIC_V4, "127.0.0.1"],
        ["192.168.0.1", PUBLIC_V4],
        [PUBLIC_V4, "::1"],
        ["::ffff:10.0.0.7"],
        ["fe80::1%eth0"],
    ],
)
def test_name_with_any_forbidden_address_is_blocked(
    answer: list[str], strict: WebFetcher, connections: ConnectSpy, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, answer)
    assert code_of(lambda: strict.fetch("http://rebinding.example/")) == "address-blocked"
    assert connections.addresses == []


def test_connection_goes_to_the_address_that_was_vetted_after_one_look_up(
    connections: ConnectSpy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer is loopback, as in DNS rebinding."""
    asked = resolve_to(monkeypatch, [PUBLIC_V4], ["127.0.0.1"])
    with Deadline(5) as deadline:
        code = code_of(
            lambda: vetted_socket("flip.example", 80, allow=AllowList(), deadline=deadline)
        )
    assert code == "unreachable"
    assert asked == ["flip.example"]
    assert connections.addresses == [(PUBLIC_V4, 80)]


def test_all_vetted_addresses_of_a_name_are_tried(
    connections: ConnectSpy, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, [PUBLIC_V6, PUBLIC_V4])
    with Deadline(5) as deadline:
        code_of(lambda: vetted_socket("both.example", 443, allow=AllowList(), deadline=deadline))
    assert connections.addresses == [(PUBLIC_V6, 443), (PUBLIC_V4, 443)]


def test_connection_that_ends_elsewhere_than_vetted_is_closed(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulates a network that routes a public address to this machine."""
    connect = socket.socket.connect
    monkeypatch.setattr(
        socket.socket, "connect", lambda self, _: connect(self, ("127.0.0.1", server.port))
    )
    resolve_to(monkeypatch, [PUBLIC_V4])
    with Deadline(5) as deadline:
        code = code_of(
            lambda: vetted_socket("bent.example", 80, allow=AllowList(), deadline=deadline)
        )
    assert code == "address-blocked"
    assert server.heads == []


def test_own_address_is_not_elsewhere_even_if_it_is_public(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vetting, "is_public_address", lambda _: True)
    resolve_to(monkeypatch, ["127.0.0.1"])
    monkeypatch.setattr(vetting, "ALLOWED_PORTS", {server.port})
    with Deadline(5) as deadline:
        code = code_of(
            lambda: vetted_socket("own.example", server.port, allow=AllowList(), deadline=deadline)
        )
    assert code == "address-blocked"
    assert server.heads == []


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_unknown_name_is_a_dns_failure(
    error: OSError | UnicodeError, strict: WebFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, error)
    assert code_of(lambda: strict.fetch("http://nowhere.example/")) == "dns-failed"


def test_name_server_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: go.wait(30))
    try:
        with Deadline(0.2) as deadline:
            code = code_of(
                lambda: vetted_socket("slow.example", 80, allow=AllowList(), deadline=deadline)
            )
    finally:
        go.set()
    assert code == "timeout"


# --- what is allowed -----------------------------------------------------------------------


def test_allow_list_parses_hosts_with_ports() -> None:
    allow = AllowList.parse(" 127.0.0.1:8000, LocalHost.:81 ,[0:0::1]:82,, ")
    assert allow.covers("127.0.0.1", 8000)
    assert allow.covers("localhost", 81)
    assert allow.covers("[::1]", 82)
    assert allow.covers("::1", 82)
    assert not allow.covers("127.0.0.1", 81)
    assert not allow.covers("127.0.0.2", 8000)


def test_empty_allow_list_allows_nothing() -> None:
    assert AllowList.parse("") == AllowList()
    assert not AllowList().covers("127.0.0.1", 80)


@pytest.mark.parametrize(
    "text",
    ["localhost", "localhost:", ":80", "localhost:0", "localhost:99999", "http://a:80", "::1:80"],
)
def test_malformed_allow_list_is_invalid_input(text: str) -> None:
    with pytest.raises(InvalidInput, match="host:port"):
        AllowList.parse(text)


def test_allowed_host_is_exempt_on_its_port_only() -> None:
    allow = AllowList.parse("127.0.0.1:6379")
    check_destination("127.0.0.1", 6379, allow=allow)
    assert code_of(lambda: check_destination("127.0.0.1", 80, allow=allow)) == "address-blocked"


def test_name_that_leads_to_an_allowed_address_is_not_allowed(
    connections: ConnectSpy, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, ["127.0.0.1"])
    with WebFetcher(allow=AllowList.parse("127.0.0.1:8080")) as fetcher:
        code = code_of(lambda: fetcher.fetch("http://evil.example:8080/"))
    assert code == "address-blocked"
    assert connections.addresses == []
