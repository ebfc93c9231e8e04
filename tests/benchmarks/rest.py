"""Memory at rest: `python -m bot run`, the demo district loaded, polling, nothing to do."""

import asyncio
from pathlib import Path

from bot.demo import demo_district
from tests.benchmarks.figures import Line, bound
from tests.benchmarks.processes import Street, our_bot, process, simulator

AIM_MB = 150.0
SETTLES_S = 2.0
PATIENCE_S = 60.0


async def measured(folder: Path) -> list[Line]:
    folder.mkdir()
    with demo_district() as district:
        async with (
            simulator(folder / "simulator") as street,
            process("-m", "bot", "run", **our_bot(folder, street.address, district)) as started,
        ):
            await asyncio.wait_for(_polls(street), PATIENCE_S)
            await asyncio.sleep(SETTLES_S)
            return [bound("memory at rest", "MB", [_resident_mb(started.pid)], AIM_MB, note="VmRSS")]


async def _polls(street: Street) -> None:
    """Until the menus are set, which `run` does beside its first poll."""
    while not any(call["method"] == "setMyCommands" for call in await street.calls()):
        await asyncio.sleep(0.1)


def _resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
