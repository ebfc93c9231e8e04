"""What goes through the pipes to a picture worker and back: a head of JSON, then files. Nobody runs what is read."""

import json
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

HEAD_BYTES = 256 * 1024
BODY_BYTES = 64 * 1024 * 1024  # two files of 20 MB, or many of ours
LENGTH_BYTES = 4


class Garbled(ValueError):
    """Not a frame of ours."""


def framed(words: Json, files: Sequence[bytes] = ()) -> list[bytes]:
    """The pieces of one frame, in order; files are not copied. Raises ValueError for more than a frame may hold."""
    head = json.dumps({"words": words, "sizes": [len(file) for file in files]}).encode()
    if len(head) > HEAD_BYTES or sum(map(len, files)) > BODY_BYTES:
        raise ValueError("too much for one picture worker")
    return [len(head).to_bytes(LENGTH_BYTES), head, *files]


def head_length(raw: bytes) -> int:
    """Raises Garbled for a head longer than any of ours."""
    length = int.from_bytes(raw)
    if length > HEAD_BYTES:
        raise Garbled
    return length


def read_head(raw: bytes) -> tuple[Json, list[int]]:
    """The words, and how long each file is that follows. Raises Garbled."""
    try:
        head = json.loads(raw)
        words, sizes = head["words"], head["sizes"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Garbled from None
    if not isinstance(words, dict) or not isinstance(sizes, list):
        raise Garbled
    if not all(type(size) is int and 0 <= size <= BODY_BYTES for size in sizes) or sum(sizes) > BODY_BYTES:
        raise Garbled
    return words, sizes
