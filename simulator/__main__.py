"""python -m simulator: the town as a process of its own. Its first line is its address."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from pathlib import Path

from aiohttp import web

from simulator.refusal import Refused
from simulator.server import make_app
from simulator.town import Town


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--data", type=Path, required=True, help="folder with all the town knows")
    parser.add_argument("--token", help="the bot's token")
    parser.add_argument("--seed", type=Path, help="JSON as POST /api/seed takes it")
    asyncio.run(serve(parser.parse_args()))


async def serve(options: argparse.Namespace) -> None:
    town = Town(options.data)
    try:
        if options.token:
            town.seed({"bot": {"token": options.token}})
        if options.seed:
            town.seed(json.loads(await asyncio.to_thread(options.seed.read_text, "utf-8")))
    except Refused as refused:
        raise SystemExit(refused.description) from None
    runner = web.AppRunner(make_app(town), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, options.host, options.port).start()
    print(f"http://{options.host}:{runner.addresses[0][1]}", flush=True)
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    await stop.wait()
    await runner.cleanup()
    town.close()


if __name__ == "__main__":
    main()
