"""Telegram as a channel: the one object the rest of the bot talks to."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from telegram.error import TelegramError

from bot.channels.base import Delivered, Finding, Keep, Keys, Letter, Menu, Raw, SendError
from bot.channels.telegram import checking, delivering, fetching, menus, receiving
from bot.channels.telegram.asking import QuietBot, ask
from bot.channels.telegram.errors import explained
from bot.channels.telegram.keys import keys, typed
from bot.channels.telegram.line import Line, Webhook
from bot.channels.telegram.reading import Us, read
from bot.channels.telegram.transport import AiohttpWire, Wire
from handlers.heard import Heard

LONGEST_POLL_S: Final = 50


class TelegramChannel:
    """`url`: of the Bot API server; methods at `{url}/bot{token}/METHOD`, files at `{url}/file/bot{token}/PATH`.

    wire: carries the bytes; a test brings its own. poll_s: seconds one getUpdates may wait. sleep: for tests.
    """

    name = "telegram"

    def __init__(
        self,
        token: str,
        url: str = "https://api.telegram.org",
        *,
        wire: Wire | None = None,
        poll_s: int = LONGEST_POLL_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not 0 < poll_s <= LONGEST_POLL_S:  # 0 would ask again and again, without a breath
            raise ValueError(f"a poll lasts 1 to {LONGEST_POLL_S} seconds")
        base = url.rstrip("/")
        self._wire = wire or AiohttpWire()
        self._files = f"{base}/file/bot{token}"
        self._bot = QuietBot(
            token, f"{base}/bot", f"{base}/file/bot", request=self._wire, get_updates_request=self._wire
        )
        self._poll_s = poll_s
        self._sleep = sleep
        self._us: Us | None = None
        self.line = Line()

    async def open(self) -> None:
        try:
            await delivering.understood(self._bot.initialize())
        except TelegramError as error:
            raise explained(error) from None
        self._us = Us(str(self._bot.id), self._bot.username)

    async def close(self) -> None:
        await self._bot.shutdown()
        await self._wire.shutdown()

    @property
    def patience_s(self) -> float:
        """The longest `deliver` can take: two calls, for a letter first refused. A sender's lease must be longer."""
        return 2 * (self._wire.read_timeout or 0.0)

    @property
    def clock_off_s(self) -> float | None:
        """Seconds our clock was behind the server's at the last answer; None where that is not known."""
        return self._wire.clock_off_s

    @property
    def us(self) -> Us:
        """Who the bot is on Telegram. Raises RuntimeError before `open`."""
        if self._us is None:
            raise RuntimeError("the channel is not open")
        return self._us

    def keys(self, raw: Raw) -> Keys:
        return keys(raw)

    def words(self, raw: Raw) -> str:
        return typed(raw)

    def read(self, raw: Raw) -> Heard | None:
        return read(raw, self.us)

    async def receive(self, keep: Keep) -> None:
        await receiving.receive(self._bot, keep, poll_s=self._poll_s, sleep=self._sleep, line=self.line)

    async def deliver(self, letter: Letter) -> Delivered:
        return await delivering.deliver(self._bot, letter)

    async def fetch(self, ref: str, limit: int) -> bytes:
        return await fetching.fetch(self._bot, self._wire, self._files, ref, limit)

    async def show_menus(self, wanted: Sequence[Menu]) -> None:
        await menus.show_menus(self._bot, wanted)

    async def check(self, chats: Sequence[str]) -> list[Finding]:
        try:
            await self.open()
        except SendError as error:
            return [Finding("error", f"Telegram cannot be reached: {error.reason}.")]
        return await checking.check(self._bot, chats)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates brought to `url`, each with `secret` (1-256 of A-Za-z0-9_-) in its header. Raises SendError."""
        try:
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=receiving.ALLOWED)
        except TelegramError as error:
            raise explained(error) from None

    async def webhook(self) -> Webhook:
        """How the webhook stands, as Telegram tells it. Raises SendError."""
        try:
            return Webhook.told(await ask(self._bot, "getWebhookInfo"))
        except TelegramError as error:
            raise explained(error) from None

    @staticmethod
    def verify(given: str | None, secret: str) -> bool:
        """Whether X-Telegram-Bot-Api-Secret-Token is our secret; a near miss takes as long as any other."""
        return secret != "" and hmac.compare_digest((given or "").encode("utf-8", "replace"), secret.encode())
