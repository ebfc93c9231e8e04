"""Everything on this machine: the simulator with its web chat, the demo district, and the real bot over HTTP."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from aiohttp import web
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.building import built, serving
from bot.district.loading import load_folder
from bot.log import set_up
from bot.settings import BadSettings, Settings
from bot.town import Town
from simulator.server import make_app
from simulator.town import Town as Simulator

TOKEN = "7000001:demo"  # noqa: S105 - opens nothing but the simulator on this machine
DEFAULT_PORT = 8080
PORTS = 50
STARTED = "started.json"

HELLO = """
流动网格员 · 演示小镇   {address}

三件可以试的事：
  1. 您是骑手小林：在网格群里发一张照片，写一句“团结西路印刷技校门口，路面有一处塌陷”。
  2. 换成市政中心的路平：在部门群里点“接单”，再拍照回复那张卡片。
  3. 回到小林：看前后对比照片回到群里，点“已解决”。

（按 Ctrl-C 结束；数据留在 {folder}，下次接着用。）
"""


class DemoSettings(Settings):
    """No `.env`, no environment: the demo is the same on every machine."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


@asynccontextmanager
async def demo_town(folder: Path, port: int | None) -> AsyncIterator[tuple[Simulator, Town, str]]:
    """The simulator served and the bot built, not yet running. Yields both and the page's address."""
    folder.mkdir(parents=True, exist_ok=True)
    simulator = Simulator(folder / "simulator")
    try:
        with demo_district() as district:
            simulator.seed({"bot": {"token": TOKEN, "username": "roving_grid_bot", "first_name": "流动网格员"}})
            simulator.seed(json.loads((district / "town.json").read_text("utf-8")))
            async with _served(simulator, port) as address:
                settings = DemoSettings.model_validate(
                    {
                        "bot_token": TOKEN,
                        "bot_api_url": address,
                        "database_url": f"sqlite+aiosqlite:///{folder / 'roving-grid.db'}",
                        "media_url": f"file:{folder / 'media'}",
                        "send_limits": "off",
                    }
                )
                async with built(settings) as town:
                    await town.runtime.channel("telegram").open()
                    await load_folder(town.runtime.database, district, town.runtime.clock)
                    _press_start(simulator, district)
                    yield simulator, town, address
    finally:
        simulator.close()


@contextmanager
def demo_district() -> Iterator[Path]:
    with as_file(files("districts") / "demo") as folder:
        yield folder


async def run_demo(folder: Path, port: int | None) -> int:
    set_up("WARNING")
    async with demo_town(folder, port) as (_, town, address):
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, town.stop)
        print(HELLO.format(address=address, folder=folder), flush=True)
        await town.run()
    return 0


def _press_start(simulator: Simulator, district: Path) -> None:
    """Who works for the town has opened the bot's private chat long ago: once, also when the demo is started again."""
    noted = simulator.records.folder / STARTED
    if noted.exists():
        return
    staff = (
        line.split(",")[0] for line in (district / "people.csv").read_text("utf-8-sig").splitlines()[1:] if line.strip()
    )
    for person in staff:
        simulator.start(int(person))
    noted.write_text("[]")


@asynccontextmanager
async def _served(simulator: Simulator, port: int | None) -> AsyncIterator[str]:
    """On the port that was asked for; on the default one, or the next that is free, and it says so."""
    asked = [port] if port is not None else list(range(DEFAULT_PORT, DEFAULT_PORT + PORTS))
    for candidate in asked:
        app: web.Application = make_app(simulator)
        try:
            async with serving(app, "127.0.0.1", candidate) as real:
                if port is None and real != DEFAULT_PORT:
                    print(f"端口 {DEFAULT_PORT} 已被占用，改用 {real}。", flush=True)
                yield f"http://127.0.0.1:{real}"
                return
        except OSError as taken:
            if taken.errno not in (98, 48):  # address in use, on Linux and on macOS
                raise
    raise BadSettings([f"--port: {asked[0]} is taken; choose another, or 0 for any"])
