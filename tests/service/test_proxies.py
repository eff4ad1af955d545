"""The client that forwarding headers name, and when these headers count."""

from __future__ import annotations

import pytest

from claims.errors import InvalidInput
from claims.settings import Settings
from service.http.proxies import TrustedProxies, came_through_proxy

PROXIES = TrustedProxies(Settings(trusted_proxies="10.0.0.0/8, 192.0.2.1, ::1, fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("::1", "203.0.113.9", "203.0.113.9"),
        # Each trusted proxy has appended who asked it; what stands before is the client's word.
        ("10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "127.0.0.1, 203.0.113.9, 192.0.2.1, 10.9.9.9", "203.0.113.9"),
        ("10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        # What is no address ends the chain: the nearest proxy counts as the client.
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, _hidden", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, 10.3.3.3,", "10.0.0.1"),
        # Whoever is not trusted says nothing.
        ("203.0.113.1", "127.0.0.1", "203.0.113.1"),
        ("192.0.2.2", "127.0.0.1", "192.0.2.2"),
        ("", "127.0.0.1", ""),
    ],
)
def test_the_client_is_the_address_before_the_last_trusted_proxy(
    peer: str, forwarded_for: str, client: str
) -> None:
    assert PROXIES.find_client(peer, forwarded_for) == client


def test_none_is_trusted_by_default() -> None:
    nobody = TrustedProxies(Settings(trusted_proxies=""))
    assert not nobody
    assert "127.0.0.1" not in nobody
    assert nobody.find_client("127.0.0.1", "203.0.113.9") == "127.0.0.1"


@pytest.mark.parametrize("entry", ["proxy.example", "10.0.0.1/8", "10.0.0.0/33", "*", "10.0.0.0/x"])
def test_an_entry_that_is_no_network_is_refused(entry: str) -> None:
    with pytest.raises(InvalidInput, match=r"ASSAY_TRUSTED_PROXIES: .*addresses and networks"):
        Settings(trusted_proxies=f"127.0.0.1,{entry}")


def test_any_forwarding_header_shows_a_proxy() -> None:
    assert came_through_proxy({"HTTP_X_FORWARDED_PREFIX": "/assay"})
    assert came_through_proxy({"HTTP_FORWARDED": ""})
    assert not came_through_proxy({"HTTP_HOST": "127.0.0.1", "HTTP_X_REQUEST_ID": "a"})
