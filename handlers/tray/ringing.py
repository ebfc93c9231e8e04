"""The tray of a leader sent anew, which rings, or edited, which does not: rows for the outbox."""

from collections.abc import Iterable

from sqlalchemy import select

from handlers.desk import Desk
from models.chat import Chat
from models.mail import Outbox, Repeat
from models.ticket import Ticket
from models.tray import Tray


async def ring(
    desk: Desk, chats: Iterable[Chat], ticket: Ticket | None = None, *, at_once: bool = False, belated: bool = False,
    gathers: bool = False,
) -> None:  # fmt: skip
    """Something came in. The tray goes out anew, at most every ten minutes and not in the quiet hours; for what is
    urgent (or `at_once`) without waiting, with that on top. What comes in between is in it by an edit, and rings when
    it may; who has no tray yet finds it there without a ring.

    belated: it should have rung long ago, and much else with it: one ring tells of all of them. gathers: several may
    fall due at once: only what was told to be dangerous rings again within the ten minutes.
    """
    for chat, tray in await _trays(desk, chats, makes=True):
        urgent = bool(ticket and ticket.rushes and not ticket.is_danger_over)
        in_line = bool(ticket and ticket.reading.is_in_line)
        # An urgent kind rings at once too; only what was told to be dangerous also overtakes what is queued.
        presses = ticket and not in_line and ticket.presses(kind=desk.town.category(ticket.category).is_urgent)
        now = urgent or at_once or bool(presses)
        waits = belated or not now or (gathers and not urgent)
        rings_at = tray.rings_from(desk.now) if waits else desk.now
        rings_at = rings_at if now else desk.town.district.wakes_at(rings_at)
        if rings_at <= desk.now:
            if now or tray.asks is None:
                tray.turn_to(None)
            anew(desk, tray, urgent=urgent)
            continue
        if tray.said_at is not None:
            _edit(desk, tray)
        elif not belated:
            anew(desk, tray, rings=False)
        if not belated:
            tray.fresh = [*tray.fresh, ticket.id] if ticket is not None else tray.fresh
            await desk.set_timer(f"tray:{tray.id}", "tray", rings_at, desk.lane(chat), tray=tray.id)


async def edit(desk: Desk, chats: Iterable[Chat], *, begins: bool = False) -> None:
    """What waits has changed. A leader to whom nothing was said yet hears nothing, unless it `begins` with this."""
    for _, tray in await _trays(desk, chats, makes=begins):
        if tray.said_at is not None:
            _edit(desk, tray)
        elif begins:
            anew(desk, tray)


async def tray_here(desk: Desk) -> Tray | None:
    """The tray of the chat we are in."""
    return await desk.session.scalar(Tray.in_chats([desk.here.id]))


def anew(desk: Desk, tray: Tray, *, urgent: bool = False, rings: bool = True) -> None:
    tray.said_at, tray.fresh = desk.now, []
    _post(desk, tray, Repeat.SPARINGLY, {"anew": True, "silent": not rings}, urgent=urgent)


def _edit(desk: Desk, tray: Tray) -> None:
    _post(desk, tray, Repeat.FREELY, {}, urgent=False)


def _post(desk: Desk, tray: Tray, repeat: Repeat, content: dict[str, bool], *, urgent: bool) -> None:
    desk.session.add(
        Outbox(
            chat_id=tray.chat_id, kind="tray", content=content, repeat=repeat, is_urgent=urgent,
            created_at=desk.now, due_at=desk.now,
        )
    )  # fmt: skip


async def _trays(desk: Desk, chats: Iterable[Chat], *, makes: bool = False) -> list[tuple[Chat, Tray]]:
    """Locked by their chats, always in the same order: several lanes reach for the same trays at the same time."""
    wanted = sorted({chat.id for chat in chats})
    if not wanted:
        return []
    locked = select(Chat).where(Chat.id.in_(wanted)).order_by(Chat.id).with_for_update(key_share=True)
    there = {chat.id: chat for chat in await desk.session.scalars(locked)}
    # As it is now: what this turn read before it had the lock may be older.
    await desk.session.flush()
    now = Tray.in_chats(wanted).execution_options(populate_existing=True)
    trays = {tray.chat_id: tray for tray in await desk.session.scalars(now)}
    if makes:
        for chat_id in there.keys() - trays.keys():
            trays[chat_id] = Tray(chat_id=chat_id, fresh=[])
            desk.session.add(trays[chat_id])
        await desk.session.flush()
    return [(there[chat_id], trays[chat_id]) for chat_id in sorted(trays)]
