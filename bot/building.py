"""From settings to a running town: built once, in order, and closed in reverse."""

import asyncio
import hashlib
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from aiohttp import web

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
from media.store import open_store
from media.workshop import Workshop

log = structlog.get_logger()


@asynccontextmanager
async def built(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Town]:
    """Database open and migrated, channel connected.

    Raises AlreadyRunning, BadSettings, SendError, SQLAlchemyError.
    """
    with named("DATABASE_URL"):
        database = Database.opened(settings.database_url)
    try:
        with named("DATABASE_URL"):
            await migrate(database)
        store = open_store(settings.media_url)
        with named("MEDIA_URL"):
            await store.open()
        clock = clock or Clock(settings.clock_shift)
        channel = TelegramChannel(settings.token, settings.bot_api_url)
        runtime = Runtime(
            database, clock, {channel.name: channel}, store, Workshop(), Pace(settings.limits, clock.monotonic),
            locale=settings.locale, admin_ids=settings.admin_ids,
        )  # fmt: skip
        try:
            await channel.open()
            yield Town(runtime, keep_updates=timedelta(days=settings.keep_updates_days))
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
    if settings.district:
        try:
            told = await load_folder(town.runtime.database, Path(settings.district), town.runtime.clock)
        except BadFolder as bad:
            raise BadSettings([f"DISTRICT: {fault}" for fault in bad.faults]) from None
        for line in told:
            log.info("district", told=line)
    secret = webhook_secret(settings) if settings.public_url else None
    async with AsyncExitStack() as opened:
        with named("HTTP_HOST, HTTP_PORT"):
            page = serving(make_app(town, secret=secret), settings.http_host, settings.http_port)
            await opened.enter_async_context(page)
        await opened.enter_async_context(LoadingDesk(town.runtime))
        if settings.public_url and secret is not None:
            await channel.set_webhook(f"{settings.public_url}/telegram", secret)
        else:
            await channel.remove_webhook()
        log.info("running", mode="webhook" if secret else "polling", bot=channel.us.username)
        await town.run(receive=secret is None)


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve on host and port (0: any). Yields the port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
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
