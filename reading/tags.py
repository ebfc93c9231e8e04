"""Tags and mentions that people type: kept as plain text, so that no card of ours calls anybody, or leads elsewhere."""

import re

TAG = re.compile(r"([#@])(?=\w)")
SEAL = "\u2060"
"""Word joiner: nobody sees it, and no channel finds a tag or a name behind it."""


def untagged(text: str) -> str:
    """The same to the eye. Twice changes nothing more."""
    return TAG.sub(rf"\1{SEAL}", text)
