"""Every case through the real workshop, and what came of each."""

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass

from media.picture import BadPicture
from media.workshop import Workshop
from tests.hostile.case import EITHER, PICTURE, Case
from tests.media.pictures import assert_bare

REASONS = "too_large|not_a_picture|too_many_pixels|broken|too_slow|too_much"
SIDE_BY_SIDE = 2  # as many as there are workers: seconds are theirs, not the queue's


@dataclass(frozen=True, slots=True)
class Verdict:
    """answer: "picture", or why not; "unanswered: …" should never be. is_bare: nothing but pixels came out."""

    case: Case
    answer: str
    seconds: float
    is_bare: bool = True

    @property
    def is_as_it_must(self) -> bool:
        if self.answer.startswith("unanswered") or not self.is_bare:
            return False
        return self.case.must == EITHER or (self.case.must == PICTURE) == (self.answer == "picture")


async def judged(workshop: Workshop, cases: Iterable[Case]) -> list[Verdict]:
    """A few at a time, in the order of cases."""
    room, rest = asyncio.Semaphore(SIDE_BY_SIDE), iter(cases)

    async def one(case: Case) -> Verdict:
        try:
            return await _judge(workshop, case)
        finally:
            room.release()

    tasks = []
    while True:
        await room.acquire()  # before the next file is made: some are large
        case = await asyncio.to_thread(next, rest, None)
        if case is None:
            break
        tasks.append(asyncio.create_task(one(case)))
    return await asyncio.gather(*tasks)


async def _judge(workshop: Workshop, case: Case) -> Verdict:
    began = time.monotonic()
    try:
        photo = await workshop.clean(case.data, hides=False)
    except BadPicture as bad:
        known = re.fullmatch(REASONS, bad.reason)
        return Verdict(case, bad.reason if known else f"unanswered: {bad.reason}", time.monotonic() - began)
    except Exception as fault:
        return Verdict(case, f"unanswered: {fault!r}", time.monotonic() - began)
    seconds = time.monotonic() - began
    try:
        assert_bare(photo)
    except AssertionError:
        return Verdict(case, "picture", seconds, is_bare=False)
    return Verdict(case, "picture", seconds)
