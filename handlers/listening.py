"""What was heard, and who answers it: the one place where a message finds its verb."""

from handlers import words
from handlers.asking import pressed_card
from handlers.desk import Desk, Order
from handlers.hand_back import because
from handlers.opening import add_photos
from handlers.place import heard_place
from handlers.report import explained, heard_mention, heard_photo
from handlers.resolve import finish
from handlers.routing import Router
from models.chat import Message
from models.draft import Draft
from models.refusal import Refusal
from reading.numbers import leading_ticket_number


async def listen(desk: Desk, router: Router) -> None:
    heard = desk.said
    if heard.what == "membership":
        await _membership(desk)
    elif heard.what == "moved" or desk.person is None or desk.person.is_banned:
        return
    elif heard.press is not None:
        await _pressed(desk, router)
    elif heard.what == "edit":
        await _edited(desk)
    else:
        await _message(desk, router)


async def _message(desk: Desk, router: Router) -> None:
    heard = desk.said
    if heard.command is not None:
        await _command(desk, router, heard.command, heard.words)
        return
    replied = await desk.replied_to()
    spoken = _spoken(heard.text, to_card=replied is not None and replied.ticket_id is not None)
    if spoken is not None and spoken[0] in router.commands:
        await _command(desk, router, *spoken)
    elif heard.place is not None and not heard.photos:
        await heard_place(desk)
    elif replied is not None and await _reply(desk, replied):
        return
    elif heard.photos:
        await heard_photo(desk)
    elif heard.mentions_us and heard.text.strip():
        await heard_mention(desk)
    elif desk.here.is_private and heard.text.strip():
        await _private_words(desk)


async def _command(desk: Desk, router: Router, name: str, rest: str) -> None:
    command = router.commands.get(name)
    if command is None:
        if desk.here.is_private:
            raise Refusal("command.unknown")
        return  # in a group it may be for another bot
    desk.order = Order.read(rest)
    await command.handler(desk)


def _spoken(text: str, *, to_card: bool) -> tuple[str, str] | None:
    """接单 in reply to a card, or 接单 #LH…: the word first, then what belongs to it."""
    first, _, rest = text.strip().partition(" ") if " " in text.strip() else text.strip().partition("\n")
    verb = words.spoken(first.rstrip("。.!！,，"))
    if verb is None or not (to_card or leading_ticket_number(rest)[0]):
        return None
    return verb, rest.strip()


async def _reply(desk: Desk, replied: Message) -> bool:
    """A reply to one of our messages, or to a report. Returns whether it was meant for us."""
    heard = desk.said
    if replied.ticket_id is not None:
        ticket = await desk.ticket_by_id(replied.ticket_id)
        officer = desk.me.works_for(ticket.department_id)
        if heard.photos and (officer or replied.purpose in ("card", "answer") and desk.here.department_id is not None):
            await finish(desk, ticket)
            return True
        if heard.photos and ticket.reporter_id == desk.me.id:
            await add_photos(desk, ticket)
            return True
        if heard.text.strip() and officer and await _asked(desk, ticket.id):
            await because(desk, heard.text)
            return True
        return not heard.photos
    if replied.draft_id is not None:
        draft = await desk.session.get_one(Draft, replied.draft_id)
        if draft.state == "asked" and draft.person_id == desk.me.id and heard.text.strip():
            await explained(desk, draft, heard.text)
            return True
    return False


async def _asked(desk: Desk, ticket_id: int) -> bool:
    card = await pressed_card(desk, await desk.ticket_by_id(ticket_id))
    return card is not None and card.asks == "return"


async def _edited(desk: Desk) -> None:
    """A caption put in later explains its photo; a live location that moved is remembered."""
    heard = desk.said
    if heard.place is not None:
        await heard_place(desk)
        return
    if heard.message is None or not heard.text.strip():
        return
    message = await desk.session.scalar(Message.heard_as(desk.here.id, heard.message))
    if message is not None and message.draft_id is not None and message.ticket_id is None:
        draft = await desk.session.get_one(Draft, message.draft_id)
        if draft.state == "asked" and draft.person_id == desk.me.id:
            await explained(desk, draft, heard.text)


async def _pressed(desk: Desk, router: Router) -> None:
    press = desk.said.press
    handler = router.buttons.get(press.verb) if press else None
    if handler is None:
        raise Refusal("press.unknown")
    await handler(desk)


async def _private_words(desk: Desk) -> None:
    problem = desk.town.problems.read(desk.said.text)
    if problem.is_report:
        await heard_mention(desk)
    elif not problem.is_chatter:
        raise Refusal("command.unknown")


async def _membership(desk: Desk) -> None:
    """Let in again: what waited here goes on. Shown the door: nothing more is sent until then."""
    chat, membership = desk.here, desk.said.membership
    if membership == "gone":
        chat.park("left", desk.now)
        return
    was_parked = chat.is_parked
    chat.unpark()
    if (
        membership == "member"
        and not chat.is_private
        and not was_parked
        and chat.grid_id is None
        and chat.department_id is None
    ):
        await desk.say(chat, "bind.welcome")
