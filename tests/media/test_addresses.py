"""Addresses of pictures: what we wrote opens, until it is over; nothing else ever does."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from media.addresses import Address, read, secret_from, written

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SECRET = secret_from("123456:a token")
ADDRESS = Address(17, sha256(b"a picture").hexdigest(), NOW + timedelta(hours=1))
keys = st.binary(min_size=32, max_size=32).map(bytes.hex)
addresses = st.builds(
    Address,
    st.integers(0, 2**63 - 1),
    keys,
    st.integers(1, 2**33).map(lambda second: NOW + timedelta(seconds=second)),
)


@given(addresses)
def test_what_we_wrote_can_be_read(address: Address) -> None:
    text = written(address, SECRET)
    assert len(text) == 82
    assert text.replace("-", "a").replace("_", "a").isalnum()
    assert read(text, SECRET, NOW) == address


@given(st.text() | st.text("ABCabc012-_=", min_size=80, max_size=84) | st.binary(min_size=61, max_size=61).map(str))
@example("")
@example("A" * 82)
@example("é" * 82)
@example("=" * 82)
@example("A" * 80 + "\n\n")
def test_nothing_made_up_is_one(text: str) -> None:
    assert read(text, SECRET, NOW) is None


@given(st.integers(0, 81), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_one_letter_changed_opens_nothing(at: int, letter: str) -> None:
    text = written(ADDRESS, SECRET)
    assume(text[at] != letter)
    assert read(f"{text[:at]}{letter}{text[at + 1 :]}", SECRET, NOW) is None


@given(addresses, addresses)
def test_the_seal_of_one_fits_no_other(one: Address, other: Address) -> None:
    assume(one != other)
    mixed = written(one, SECRET)[:60] + written(other, SECRET)[60:]
    assert read(mixed, SECRET, NOW) is None


def test_another_towns_secret_opens_nothing() -> None:
    assert read(written(ADDRESS, secret_from("123456:another token")), SECRET, NOW) is None


@pytest.mark.parametrize(("after", "opens"), [(3599, True), (3600, False), (10**9, False)])
def test_it_ends(after: int, opens: bool) -> None:
    assert (read(written(ADDRESS, SECRET), SECRET, NOW + timedelta(seconds=after)) is not None) is opens


def test_a_key_that_is_none_gets_none() -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        written(Address(1, "ab", NOW), SECRET)


def test_the_secret_does_not_tell_the_token() -> None:
    assert b"123456" not in SECRET
    assert len(SECRET) == 32
