"""A polite no."""

from typing import Any


class Refusal(Exception):
    """What was asked may not be or cannot be. `key` names the sentence in the catalogues; nothing has changed."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
