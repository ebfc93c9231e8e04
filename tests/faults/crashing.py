"""The bot, which ends at once, without a last word, when it comes to a named point that is armed.

`python -m tests.faults.crashing run` starts it as `python -m bot run`.
A point is armed by its name in the file that CRASH_AT names.
"""

import os
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

from bot.__main__ import main
from bot.errands import Errands
from bot.notes import Notes
from bot.receipts import InDatabase, InFile
from bot.sender import Sender
from bot.town import Town
from bot.worker import Worker
from tests.faults.mutants import no_receipt

CODE = 70
Step = Callable[..., Awaitable[Any]]


def crash_if(point: str) -> None:
    armed = Path(os.environ["CRASH_AT"])
    if armed.exists() and armed.read_text("utf-8") == point:
        os._exit(CODE)


def before(point: str, step: Step) -> Step:
    @wraps(step)
    async def watched(*given: Any, **named: Any) -> Any:
        crash_if(point)
        return await step(*given, **named)

    return watched


def after(point: str, step: Step) -> Step:
    @wraps(step)
    async def watched(*given: Any, **named: Any) -> Any:
        result = await step(*given, **named)
        crash_if(point)
        return result

    return watched


def place_points() -> None:
    place: Callable[[Any, str, Step], None] = setattr
    place(Town, "keep", after("between store and offset", before("before the store", Town.keep)))
    place(Worker, "_handle", after("before the commit", Worker._handle))
    place(Worker, "turn", after("after the commit", Worker.turn))
    place(Sender, "_deliver", before("before the send", Sender._deliver))
    for receipts in (InFile, InDatabase):
        place(receipts, "give", before("between send and receipt", receipts.give))
    place(Notes, "_take", before("between receipt and note", Notes._take))
    place(Errands, "_end", before("before a picture's end", Errands._end))


if __name__ == "__main__":
    if os.environ.get("NO_RECEIPT"):
        no_receipt()
    place_points()
    main()
