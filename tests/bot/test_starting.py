"""At the start: a server that stumbles is asked again, one that is not there is a setting to be mended."""

import asyncio

import pytest

from bot import building
from bot.channels.base import SendError, TokenRejected, Uncertain, Unsent
from tests.cast import Town


class Server:
    """Fails so often, each time in its own way."""

    def __init__(self, *faults: SendError) -> None:
        self.faults, self.asked = list(faults), 0

    async def __call__(self) -> None:
        self.asked += 1
        if self.faults:
            raise self.faults.pop(0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "WAITS_S", (0.0,) * 4)


async def test_a_server_that_stumbles_is_asked_again(town: Town) -> None:
    server = Server(Unsent("500"), Uncertain("reset"))
    assert await building.patiently(town.machine.runtime, server)
    assert server.asked == 3


async def test_one_that_is_not_there_is_given_up(town: Town) -> None:
    server = Server(*[Unsent("no connection")] * 9)
    with pytest.raises(Unsent):
        await building.patiently(town.machine.runtime, server)
    assert server.asked == 5


async def test_a_rejected_token_is_not_tried_twice(town: Town) -> None:
    server = Server(TokenRejected("401"))
    with pytest.raises(TokenRejected):
        await building.patiently(town.machine.runtime, server)
    assert server.asked == 1


async def test_told_to_stop_it_waits_no_longer(town: Town) -> None:
    asyncio.get_running_loop().call_soon(town.machine.stop)
    await asyncio.sleep(0)
    assert not await building.patiently(town.machine.runtime, Server(Unsent("500")))
