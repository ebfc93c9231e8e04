"""34: an invitation lets in one, once, in time, for what it says; and nobody who guesses."""

import asyncio
import re
import secrets
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.worker import Worker
from handlers import invite
from models import trust
from models.person import Address, Role
from models.trust import Invitation
from tests.cast import LIN, MEI, SHEN, Town

RACERS, FIRST = 64, 3000
LINK = re.compile(r"start=(invite-\S+)")
GUESSES, SEED = 300, 20261122


async def link_for(town: Town, role: str) -> str:
    await town.shen.says(f"/invite {role}")
    found = LINK.search(town.last(SHEN).text)
    assert found is not None
    return found[1]


async def roles(town: Town, kind: str) -> int:
    """How many persons of the crowd hold it now."""
    async with town.machine.runtime.database.read() as session:
        held = select(func.count()).select_from(Role).join(Address, Address.person_id == Role.person_id)
        ours = Address.external_id.in_([str(number) for number in (LIN, MEI, *range(FIRST, FIRST + RACERS))])
        return int(await session.scalar(held.where(Role.kind == kind, Role.revoked_at.is_(None), ours)) or 0)


async def raced(town: Town, workers: int) -> int:
    """All come with one link at once; so many workers take them in. How many were let in."""
    payload = await link_for(town, "核查员")
    updates: list[dict[str, Any]] = []
    for number in range(FIRST, FIRST + RACERS):
        who = {"id": number, "is_bot": False, "first_name": f"P{number}"}
        said = {"message_id": 1, "date": int(town.clock.moment.timestamp()), "from": who, "text": f"/start {payload}",
                "chat": {"id": number, "type": "private", "first_name": f"P{number}"}}  # fmt: skip
        updates.append({"update_id": 5_000_000 + number, "message": said})
    crowd_of = [{"id": number, "first_name": f"P{number}"} for number in range(FIRST, FIRST + RACERS)]
    town.simulator.seed({"people": crowd_of})
    for number in range(FIRST, FIRST + RACERS):
        town.simulator.start(number)
    runtime = town.machine.runtime
    await town.machine.keep(runtime.channel("telegram"), updates)
    crowd = [Worker(runtime) for _ in range(workers)]

    async def work(worker: Worker) -> None:
        while await worker.turn():
            pass

    await asyncio.gather(*(work(worker) for worker in crowd))
    town.clock.moment = town.clock.moment.replace(second=(town.clock.moment.second + 20) % 60)
    await town.settles()
    return await roles(town, "inspector")


async def test_of_sixty_four_who_come_at_once_one_is_let_in(either: Town) -> None:
    """On PostgreSQL sixteen of them in transactions of their own, side by side."""
    assert await raced(either, 1 if either.machine.runtime.database.is_sqlite else 16) == 1


async def test_control_looked_at_first_and_used_up_afterwards(either: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link is read, found good, and only then marked as used: with turns side by side several come through."""
    execute = AsyncSession.execute

    async def anyhow(self: AsyncSession, statement: Any, *given: Any, **named: Any) -> Any:
        result = await execute(self, statement, *given, **named)
        if getattr(getattr(statement, "table", None), "name", "") != "invitations":
            return result

        class Changed:
            rowcount = 1

        return Changed()

    monkeypatch.setattr(AsyncSession, "execute", anyhow)
    assert await raced(either, 1 if either.machine.runtime.database.is_sqlite else 16) > 1


def test_a_secret_has_more_bits_than_anybody_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert invite.SECRET_BYTES * 8 >= 128
    assert invite.secrets is secrets, "not of a generator that can be foretold"
    made = {secrets.token_urlsafe(invite.SECRET_BYTES) for _ in range(2000)}
    assert len(made) == 2000
    assert len(f"{invite.START}-{made.pop()}") <= 64


async def guessed(town: Town, good: str) -> tuple[int, int]:
    """Somebody tries many, the right one among the last. (looked at in the database, let in)"""
    looked = 0
    hashed = Invitation.hashed

    def count(digest: str) -> Any:
        nonlocal looked
        looked += 1
        return hashed(digest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Invitation, "hashed", staticmethod(count))
        for number in range(GUESSES - 1):
            town.simulator.start(LIN, f"invite-{sha256(f'{SEED}:{number}'.encode()).hexdigest()[:32]}")
        town.simulator.start(LIN, good)
        await town.settles()
    return looked, await roles(town, "inspector")


async def test_who_guesses_is_soon_not_looked_at(town: Town) -> None:
    looked, let_in = await guessed(town, await link_for(town, "核查员"))
    assert (looked, let_in) == (trust.TRIES, 0)


async def test_control_who_guesses_for_ever(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.invite.may_try", lambda person, at: True)
    monkeypatch.setattr("handlers.haste.ANSWERS", 10 * GUESSES)
    looked, let_in = await guessed(town, await link_for(town, "核查员"))
    assert (looked, let_in) == (GUESSES, 1)


CAME_TO_NOTHING = {
    "expired": "48 hours have passed",
    "revoked": "taken back by its button",
    "cut": "a letter of it is missing",
    "in other letters": "capitals are others",
    "its hash": "what the database holds opens nothing",
}


@pytest.mark.parametrize("why", CAME_TO_NOTHING)
async def test_a_link_that_is_none_lets_nobody_in(town: Town, why: str) -> None:
    assert await _comes(town, why) == 0


async def test_control_the_link_itself(town: Town) -> None:
    assert await _comes(town, "as it was given") == 1


async def test_control_a_link_without_an_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "INVITED_FOR", trust.INVITED_FOR * 100)
    assert await _comes(town, "expired") == 1


async def _comes(town: Town, why: str) -> int:
    payload = await link_for(town, "核查员")
    if why == "expired":
        await town.passes(hours=48, seconds=1)
    elif why == "revoked":
        await town.shen.presses("收回链接", on=town.last(SHEN))
    elif why == "cut":
        payload = payload[:-1]
    elif why == "in other letters":
        payload = "invite-" + payload.removeprefix("invite-").swapcase()
    elif why == "its hash":
        payload = "invite-" + sha256(payload.removeprefix("invite-").encode()).hexdigest()[:57]
    await town.lin.starts(payload)
    return await roles(town, "inspector")


async def test_forwarded_it_lets_in_whoever_comes_first_and_names_him(town: Town) -> None:
    """A link is a key: the administrator reads at once who used it, and takes it back with the words beside it."""
    payload = await link_for(town, "核查员")
    await town.mei.starts(payload)
    assert "小梅" in town.last(SHEN).text
    undo = town.last(SHEN).text.partition("请发 ")[2]
    await town.shen.says(undo)
    assert await roles(town, "inspector") == 0
    await town.lin.starts(payload)
    assert await roles(town, "inspector") == 0, "and it is used up"
