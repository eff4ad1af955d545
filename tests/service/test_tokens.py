"""Strength of access tokens, and the limit on attempts with wrong tokens."""

from __future__ import annotations

import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

from claims.errors import InvalidInput
from service.access.tokens import (
    ADDRESSES_MAX,
    BITS_MIN,
    BY_ADDRESS,
    IN_ALL,
    MAKE_TOKEN,
    WAIT_S_MAX,
    WrongTokens,
    check_token,
    estimate_bits,
)

ROOT = Path(__file__).parents[2]
MANY = 2000
SEED = 28
URL_SAFE = string.ascii_letters + string.digits + "-_"
MADE_CHARS = 43
"""Characters of a token that MAKE_TOKEN prints."""
WEAK = [
    "",
    "a",
    "secret",
    "a" * 200,
    "ab" * 100,
    "password" * 8,
    "0123456789abcdef" * 2,
    string.ascii_letters + string.digits,
    "Zz9-" * 10,
    "correct horse battery",
    "0" * 31 + "1",
    "\u00e9" * 64,
]


@pytest.mark.parametrize("token", WEAK)
def test_token_that_is_short_or_repeats_itself_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_token(token)
    message = str(caught.value)
    assert message.startswith("ASSAY_API_TOKEN")
    assert MAKE_TOKEN in message
    assert "\n" not in message
    assert len(token) < 10 or token not in message


def draw(chance: random.Random, alphabet: str, length: int) -> str:
    return "".join(chance.choices(alphabet, k=length))


def test_token_of_half_the_length_twice_is_refused() -> None:
    chance = random.Random(SEED)
    for _ in range(MANY):
        with pytest.raises(InvalidInput):
            check_token(draw(chance, URL_SAFE, 11) * 2)


@pytest.mark.parametrize(
    "alphabet",
    [URL_SAFE, string.digits, string.ascii_lowercase, string.digits + string.ascii_uppercase],
    ids=["url-safe", "digits", "lower", "digits-upper"],
)
def test_token_as_long_as_the_command_makes_is_taken_whatever_its_characters(
    alphabet: str,
) -> None:
    chance = random.Random(SEED)
    for _ in range(MANY):
        check_token(draw(chance, alphabet, MADE_CHARS))


@pytest.mark.parametrize(
    ("alphabet", "length"),
    [
        (URL_SAFE, 22),
        ("0123456789abcdef", 32),
        ("0123456789ABCDEF", 32),
        (string.digits, 39),
        (string.digits + string.ascii_uppercase, 25),
    ],
)
def test_random_token_of_128_bits_is_taken(alphabet: str, length: int) -> None:
    chance = random.Random(SEED)
    for _ in range(MANY):
        check_token(draw(chance, alphabet, length))


@pytest.mark.parametrize("token", ["4JJ73XKUFCQGCVSBCDVG8Q", "7jj73xkufcqgcvsbcdvg8q"])
def test_random_token_that_happens_to_have_letters_of_one_case_is_taken(token: str) -> None:
    check_token(token)


def test_the_estimate_is_length_times_the_logarithm_of_the_alphabet() -> None:
    assert estimate_bits("9f86d081884c7d659a2feaa0c55ad015") == 32 * 4
    assert estimate_bits("2718281828459045235360287471352662497757") < 40 * 3.33
    assert estimate_bits("oPMpQ5xC2Hf8nVd0uJ-wLk") == 22 * 6


def test_the_command_of_the_message_makes_a_token_that_is_taken() -> None:
    command = MAKE_TOKEN.replace("python3", sys.executable, 1)
    made = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    token = made.stdout.strip()
    check_token(token)
    assert len(token) == MADE_CHARS
    assert set(token) <= set(URL_SAFE)


@pytest.mark.parametrize(
    "path", ["docs/reference/api.md", "docs/reference/settings.md", ".env.example"]
)
def test_the_documents_have_the_command(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert MAKE_TOKEN in text
    assert f"{BITS_MIN} bits" in text


@pytest.mark.parametrize("letter", ["\n", "\t", "\x00", "\x7f"])
def test_token_that_no_header_can_carry_is_refused(letter: str) -> None:
    with pytest.raises(InvalidInput, match="line break"):
        check_token(f"9f86d081884c7d65{letter}9f86d081884c7d659a2feaa0c55ad015")


class Clock:
    """A clock whose time changes only when a test sets `now`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wrong_tokens(clock: Clock) -> WrongTokens:
    return WrongTokens(clock=clock)


def test_wait_begins_after_a_few_grows_and_is_bounded(wrong_tokens: WrongTokens) -> None:
    waits = [wrong_tokens.note("10.0.0.1") for _ in range(60)]
    assert waits[: BY_ADDRESS.at_once] == [0] * BY_ADDRESS.at_once
    growing = waits[BY_ADDRESS.at_once : 20]
    assert growing == sorted(set(growing))
    assert growing[0] == BY_ADDRESS.every_s
    assert waits[-1] == WAIT_S_MAX


def test_wait_is_over_when_it_was_said_to_be(clock: Clock, wrong_tokens: WrongTokens) -> None:
    for _ in range(20):
        wait_s = wrong_tokens.note("10.0.0.1")
    clock.now += wait_s
    assert wrong_tokens.note("10.0.0.1") == BY_ADDRESS.every_s
    clock.now += 3600
    assert wrong_tokens.note("10.0.0.1") == 0


def test_many_addresses_are_slowed_down_together(clock: Clock, wrong_tokens: WrongTokens) -> None:
    waits = [wrong_tokens.note(f"10.0.{number}.1") for number in range(IN_ALL.at_once + 2)]
    assert waits == [0] * IN_ALL.at_once + [1, 2]
    clock.now += 10
    assert wrong_tokens.note("192.168.0.1") == 0


def test_addresses_of_one_ipv6_network_are_one(wrong_tokens: WrongTokens) -> None:
    for number in range(BY_ADDRESS.at_once):
        assert wrong_tokens.note(f"2001:db8:1:2::{number:x}") == 0
    assert wrong_tokens.note("2001:db8:1:2:ffff::1") > 0
    assert wrong_tokens.note("2001:db8:1:3::1") == 0


def test_an_ipv4_address_mapped_to_ipv6_counts_as_ipv4(wrong_tokens: WrongTokens) -> None:
    for _ in range(BY_ADDRESS.at_once):
        wrong_tokens.note("10.0.0.1")
    assert wrong_tokens.note("::ffff:10.0.0.1") > 0


def test_no_more_addresses_are_kept_than_allowed(wrong_tokens: WrongTokens) -> None:
    for number in range(ADDRESSES_MAX * 2):
        wait_s = wrong_tokens.note(f"address {number}")
    assert len(wrong_tokens._ends) <= ADDRESSES_MAX + 1
    assert wait_s == WAIT_S_MAX
