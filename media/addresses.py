"""Addresses of pictures for a web page: whoever holds one may look, until it is over; nobody can make one up.

An address names a row and the copy it is of, and when it ends; the secret stays with us. Only of copies for many eyes
is one ever made, and whoever serves it looks again whether the row still shows that copy.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

_ID, _HASH, _TIME, _SEAL = 8, 32, 5, 16
_WHOLE = _ID + _HASH + _TIME + _SEAL
_LENGTH = 82  # base64 of it, without padding


@dataclass(frozen=True, slots=True)
class Address:
    """photo: id of its row. key: the copy's, as in the store. until: it works before then, in whole seconds."""

    photo: int
    key: str
    until: datetime


def secret_from(token: str) -> bytes:
    """The secret of our addresses, from a secret we have anyway: nobody can tell one by the other."""
    return hmac.digest(token.encode(), b"addresses of pictures", sha256)


def written(address: Address, secret: bytes) -> str:
    """82 of A-Z, a-z, 0-9, - and _. Raises ValueError for a key that is none and OverflowError for odd numbers."""
    key = bytes.fromhex(address.key)
    if len(key) != _HASH:
        raise ValueError("a picture's key is 64 hexadecimal digits")
    told = address.photo.to_bytes(_ID) + key + int(address.until.timestamp()).to_bytes(_TIME)
    return urlsafe_b64encode(told + _sealed(told, secret)).decode().rstrip("=")


def read(text: str, secret: bytes, now: datetime) -> Address | None:
    """None: it is none of ours, or it is over; which of the two is nobody's business."""
    if len(text) != _LENGTH or not text.isascii():
        return None
    try:
        whole = urlsafe_b64decode(f"{text}==")
    except (Error, ValueError):
        return None
    told, seal = whole[:-_SEAL], whole[-_SEAL:]
    # Other letters may mean the same bytes: only the very text that was written opens anything.
    is_ours = hmac.compare_digest(_sealed(told, secret), seal) and len(whole) == _WHOLE
    if not is_ours or urlsafe_b64encode(whole).decode().rstrip("=") != text:
        return None
    until = datetime.fromtimestamp(int.from_bytes(told[_ID + _HASH :]), UTC)
    return Address(int.from_bytes(told[:_ID]), told[_ID:][:_HASH].hex(), until) if now < until else None


def _sealed(told: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, told, sha256)[:_SEAL]
