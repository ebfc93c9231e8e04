"""What went out lately, before our time: with Telegram it counts, whoever sent it."""

from datetime import timedelta

from sqlalchemy import bindparam, func, select

from bot.claims import address
from bot.runtime import Runtime
from models.chat import Chat
from models.mail import Outbox

MEMORY = timedelta(minutes=1)
"""The longest of Telegram's windows …"""
AT_MOST = 2000
"""… lets fewer through than so many rows."""
LATELY = (
    select(Outbox.sent_at, Chat)
    .join(Chat, Chat.id == Outbox.chat_id)
    .where(Outbox.id > bindparam("after"), Outbox.sent_at > bindparam("since"))
    .where(Outbox.kind != "answer", Outbox.attempts > 0)  # what was settled without a call has none
    .order_by(Outbox.sent_at)
)


async def learn_the_pace(runtime: Runtime) -> None:
    """A sender that takes over, or starts again, goes on where the last one was."""
    now = runtime.clock.now()
    async with runtime.database.read() as session:
        newest = await session.scalar(select(func.max(Outbox.id))) or 0
        sent = await session.execute(LATELY, {"after": newest - AT_MOST, "since": now - MEMORY})
        for at, chat in sent:
            if at is not None:
                runtime.pace.spend(address(chat), chat.kind == "group", ago=(now - at).total_seconds())
