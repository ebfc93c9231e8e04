"""`python -m tests.benchmarks.echo ADDRESS TOKEN`: the baseline, a bare python-telegram-bot echo on PTB's transport.

It stores nothing: a page of updates, and for each message one answer under it, one after another.
"""

import asyncio
import sys

from telegram import Bot, ReplyParameters


async def echo(address: str, token: str) -> None:
    async with Bot(token, base_url=f"{address}/bot", base_file_url=f"{address}/file/bot") as bot:
        offset = 0
        while True:
            for update in await bot.get_updates(offset=offset, timeout=30, allowed_updates=["message"]):
                offset = update.update_id + 1
                message = update.message
                if message is not None:
                    await bot.send_message(
                        message.chat_id,
                        message.caption or message.text or "…",
                        reply_parameters=ReplyParameters(message.message_id),
                    )


if __name__ == "__main__":
    asyncio.run(echo(sys.argv[1], sys.argv[2]))
