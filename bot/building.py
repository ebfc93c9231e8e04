"""From settings to a running town: built once, in order, and closed in reverse."""

import asyncio
import hashlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from bot import starting
from bot.channels.base import TooFast, Uncertain, Unsent
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import Database
from bot.district import BadFolder
from bot.district.desk import LoadingDesk
from bot.district.loading import load_folder
from bot.migrating import migrate
from bot.pace import Pace
from bot.runtime import Runtime
from bot.settings import BadSettings, Settings, named
from bot.town import Town
from bot.web import make_app
from media.addresses import secret_from
from media.store import open_store
from media.workshop import Workshop

log = structlog.get_logger()

WORKERS = 4
"""Turns side by side where the database has room for them; on SQLite one follows the other."""
LOADS = 7_301_115
"""Any number, the same in every process."""
SILENT_S, LINGER_S = 20.0, 2.0
"""So long a caller may take for the head of a request, and what we turned away for the rest of what it sends."""
WAITS_S = (0.5, 1.0, 2.0, 4.0)
"""A server that stumbles just as we start is asked again; one that is not there at all is a setting to be mended."""


@asynccontextmanager
async def built(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Town]:
    """Database open and migrated; the channel is not connected yet.

    Raises AlreadyRunning, BadSettings, SQLAlchemyError.
    """
    with named("DATABASE_URL"):
        database = Database.opened(settings.database_url)
    try:
        with named("DATABASE_URL"):
            starting.refuse(await starting.look_at(settings, database))
            await migrate(database)
        store = open_store(settings.media_url)
        with named("MEDIA_URL"):
            await store.open()
        clock = clock or Clock(settings.clock_shift)
        channel = TelegramChannel(settings.token, settings.bot_api_url)
        runtime = Runtime(
            database, clock, {channel.name: channel}, store, Workshop(), Pace(settings.limits, clock.monotonic),
            locale=settings.locale, admin_ids=settings.admin_ids, voice=settings.token,
        )  # fmt: skip
        try:
            workers = 1 if database.is_sqlite else WORKERS
            yield Town(runtime, keep_updates=timedelta(days=settings.keep_updates_days), workers=workers)
        finally:
            await runtime.close()
    finally:
        await database.close()


async def run_town(settings: Settings, town: Town) -> None:
    """Serve until SIGINT or SIGTERM. Raises what ended it otherwise."""
    channel = town.runtime.channel("telegram")
    assert isinstance(channel, TelegramChannel)
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, town.stop)
    if not await patiently(town.runtime, channel.open):
        return
    if settings.district:
        try:
            async with town.runtime.database.alone(LOADS):
                told = await load_folder(town.runtime.database, Path(settings.district), town.runtime.clock)
        except BadFolder as bad:
            raise BadSettings([f"DISTRICT: {fault}" for fault in bad.faults]) from None
        for line in told:
            log.info("district", told=line)
    secret = webhook_secret(settings) if settings.public_url else None
    async with AsyncExitStack() as opened:
        with named("HTTP_HOST, HTTP_PORT"):
            webhook = f"{settings.public_url}/telegram" if secret is not None else None
            app = make_app(town, secret=secret, addresses=secret_from(settings.token), webhook=webhook)
            page = serving(app, settings.http_host, settings.http_port)
            await opened.enter_async_context(page)
        await opened.enter_async_context(LoadingDesk(town.runtime))
        # A webhook in the way of polling is removed by who polls (receiving.py): here we would end his poll.
        if settings.public_url and secret is not None:
            address = f"{settings.public_url}/telegram"
            await patiently(town.runtime, partial(channel.set_webhook, address, secret))
        starting.say([*await starting.look_at(settings, town.runtime.database), *starting.look_at_clock(channel)])
        log.info("running", mode="webhook" if secret else "polling", bot=channel.us.username)
        await town.run(receive=secret is None)


async def patiently(runtime: Runtime, call: Callable[[], Awaitable[object]]) -> bool:
    """Call, and again after a while where the server stumbled. False when we are to stop instead.

    Raises SendError: at once what no waiting mends (TokenRejected, Refused), the others after the last wait.
    """
    waits = iter(WAITS_S)
    while not runtime.stopping.is_set():
        try:
            await call()
        except (Unsent, Uncertain, TooFast) as error:
            pause = error.seconds if isinstance(error, TooFast) else next(waits, None)
            if pause is None:
                raise
            log.debug("BOT_API_URL: the server is not to be had", reason=error.reason, again_in=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(runtime.stopping.wait(), pause)
        else:
            return True
    return False


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve on host and port (0: any). Yields the port."""
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=1, keepalive_timeout=SILENT_S, lingering_time=LINGER_S
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def webhook_secret(settings: Settings) -> str:
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return hashlib.sha256(f"webhook:{settings.token}".encode()).hexdigest()
