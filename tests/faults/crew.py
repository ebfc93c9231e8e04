"""One bot, or several on one database, that are killed and started again; and a door through which a webhook's updates
come to whichever of them lives."""

import asyncio
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tests.processes import BOT, BotProcess, SimulatorProcess, Starter, until


class Crew:
    """settings: of all of them. They are those of a product but for the token, the server and the pace."""

    def __init__(
        self,
        folder: Path,
        simulator: SimulatorProcess,
        *,
        processes: int = 1,
        words: Sequence[str] = (*BOT, "run"),
        starter: Starter | None = None,
        ports: Sequence[int] = (),
        **settings: str,
    ) -> None:
        settings = {"MEDIA_URL": f"file:{folder / 'media'}", "LOG_LEVEL": "INFO", **settings}
        self.simulator = simulator
        self.bots: list[BotProcess] = []
        for number in range(processes):
            home = folder / f"bot{number + 1}"
            home.mkdir()
            own = {"HTTP_PORT": str(ports[number])} if ports else {}
            self.bots.append(BotProcess(home, simulator.address, words=words, starter=starter, **{**settings, **own}))
        self._begun = dict.fromkeys(self.bots, 0)
        self.kills = self.of_speaker = 0

    def start(self) -> None:
        """Whoever does not live."""
        for bot in self.bots:
            if not bot.lives:
                self._begun[bot] = bot.log.stat().st_size if bot.log.exists() else 0
                bot.start()

    def told(self, bot: BotProcess) -> str:
        """What it has logged in this life."""
        if not bot.log.exists():
            return ""
        with bot.log.open("rb") as log:
            log.seek(self._begun[bot])
            return log.read().decode()

    def runs(self, bot: BotProcess) -> bool:
        return '"event": "running"' in self.told(bot)

    def speaker(self) -> BotProcess | None:
        """Who sends and fetches; of one, that one."""
        living = [bot for bot in self.bots if bot.lives]
        if len(self.bots) == 1:
            return next(iter(living), None)
        return next((bot for bot in living if '"event": "speaking"' in self.told(bot)), None)

    def kill(self, victims: Sequence[BotProcess]) -> None:
        """SIGKILL; fails where one has ended by itself."""
        speaker = self.speaker()
        for bot in victims:
            assert bot.lives, self.told(bot)[-2000:]
            bot.kill()
        self.kills += len(victims)
        self.of_speaker += speaker in victims

    def victims(self, dice: random.Random) -> list[BotProcess]:
        """Mostly one, sometimes two, sometimes all."""
        most = dice.choices((1, 2, len(self.bots)), (0.7, 0.2, 0.1))[0]
        return dice.sample(self.bots, min(most, len(self.bots)))

    def hand_over(self, bot: BotProcess) -> float | None:
        """SIGTERM: it ends by itself in the time promised, and is started again. Seconds until another spoke for it;
        None where it was not the speaker."""
        was_speaker, began = self.speaker() is bot, time.monotonic()
        bot.running.send_signal(signal.SIGTERM)
        if was_speaker and len(self.bots) > 1:
            until(lambda: self.speaker() not in (None, bot), "another to speak", 20)
        took = time.monotonic() - began
        code = bot.stop()
        assert code == 0, f"asked to end it ended with {code}: {self.told(bot)[-2000:]}"
        self.start()
        until(lambda: self.runs(bot), "it to run again")
        if len(self.bots) == 1:
            took = time.monotonic() - began
        return took if was_speaker else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for bot in self.bots:
            if bot.lives:
                bot.kill()


def free_ports(number: int) -> list[int]:
    with suppress(OSError):
        holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
        ports = [holder.getsockname()[1] for holder in holders]
        for holder in holders:
            holder.close()
    return ports


@contextmanager
def door(ports: Sequence[int]) -> Iterator[str]:
    """An address that passes each connection on to the next of the ports where somebody listens. Yields it."""
    loop = asyncio.new_event_loop()
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=loop.run_until_complete, args=(_pass_on(listening, ports),), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        for task in asyncio.all_tasks(loop):
            loop.call_soon_threadsafe(task.cancel)
        thread.join(5)


async def _pass_on(listening: socket.socket, ports: Sequence[int]) -> None:
    turn = iter(range(10**9))

    async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in _from(ports, next(turn)):
            try:
                there, back = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            await asyncio.gather(_copy(reader, back), _copy(there, writer), return_exceptions=True)
            return
        writer.close()

    with suppress(asyncio.CancelledError):
        server = await asyncio.start_server(between, sock=listening)
        await server.serve_forever()


def _from(ports: Sequence[int], at: int) -> Iterator[int]:
    yield from (ports[(at + step) % len(ports)] for step in range(len(ports)))


async def _copy(reader: asyncio.StreamReader, writer: Any) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()
