"""How often Python looks for garbage that refers to itself."""

import gc


def collect_seldom() -> None:
    """Every 10,000 new objects.

    A turn makes some 20,000 that live as long as it does, and the start a million that live for good; at Python's own
    700 a quarter of a turn's time, and a seventh of the start's, went into looking.
    """
    gc.set_threshold(10_000, 20, 20)
