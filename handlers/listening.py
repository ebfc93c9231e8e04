"""What was heard, and who answers it: the one place where a message finds its verb."""

from handlers import form, words
from handlers.alarm import heard_of_danger
from handlers.amending import edited
from handlers.asking import may_answer, question_about
from handlers.ban import tell_once
from handlers.calling.emergency import ticked_in_words
from handlers.clips import add_to_draft, ask_to_write, has_met, heard_spoken
from handlers.desk import Desk, Order
from handlers.drafts import explained_by_reply
from handlers.following import add_photos, follows, follows_fix
from handlers.haste import asks_too_often
from handlers.place import heard_place
from handlers.report import heard_in_private, heard_mention, heard_photo
from handlers.resolve import finish
from handlers.routing import Router
from handlers.spoken import FULL_STOPS, begun, spoken
from models.card import Card
from models.chat import Message
from models.draft import Draft
from models.refusal import Refusal
from models.ticket import Ticket


async def listen(desk: Desk, router: Router) -> None:
    heard = desk.said
    if heard.what == "membership":
        await _membership(desk)
    elif heard.what == "moved" or desk.person is None:
        return
    elif desk.person.is_banned:
        await tell_once(desk)
    elif heard.press is not None:
        await _pressed(desk, router)
    elif heard.what == "edit":
        await edited(desk)
    else:
        await _message(desk, router)


async def _message(desk: Desk, router: Router) -> None:
    heard = desk.said
    if heard.command is not None:
        await _command(desk, router, heard.command, heard.words)
        return
    replied = await desk.replied_to()
    # Under what others wrote a word is a word; under our cards, and under one's own report, it is a command.
    is_ours = replied is not None and (replied.ticket_id is not None or replied.purpose == "digest")
    to_ours = replied is not None and is_ours and replied.person_id in (None, desk.me.id)
    on_card = to_ours and replied is not None and await _is_living_card(desk, replied)
    order = spoken(heard.text, to_ours=to_ours, to_card=on_card) or _told_at_once(desk, replied)
    if order is not None and order[0] == "photos" and heard.photos:
        order = None  # he sends some, and asks for none
    if order is not None and order[0] in router.commands:
        await _command(desk, router, *order)
    elif await form.hears(desk, replied):
        return
    elif heard.place is not None and not heard.photos:
        await heard_place(desk)
    elif replied is not None and await _reply(desk, router, replied):
        return
    elif heard.is_spoken:
        await heard_spoken(desk, replied)
    elif heard.photos and await follows(desk):
        return
    elif heard.photos and _may_show_it(desk):
        await heard_photo(desk)
    elif heard.mentions_us and heard.text.strip():
        await heard_mention(desk)
    elif desk.here.is_private and heard.text.strip():
        verb = words.spoken(heard.text.strip(FULL_STOPS))
        if verb in router.commands:
            await _command(desk, router, verb, "")  # 派单, and nothing else: of which one?
        else:
            await heard_in_private(desk)


def _may_show_it(desk: Desk) -> bool:
    """A paper in a group is a picture only beside words of a problem; of an album that shows when it is whole."""
    heard = desk.said
    if not heard.is_unlikely or desk.here.is_private or heard.album is not None:
        return True
    return desk.town.problems.read(heard.text, has_photo=True).is_report


def _told_at_once(desk: Desk, replied: Message | None) -> tuple[str, str] | None:
    """自行处置 under a photo, 代报 of who leads a grid: said in a message of its own. Without a photo a group talks."""
    answers = replied is not None and (replied.ticket_id is not None or replied.draft_id is not None)
    head = None if answers else begun(desk.said.text)
    if head is None:
        return None
    is_meant = bool(desk.me.grids) or desk.me.is_admin if head[0] == "relay" else bool(desk.said.pictures)
    return head if desk.here.is_private or is_meant else None


async def _command(desk: Desk, router: Router, name: str, rest: str) -> None:
    command = router.commands.get(name)
    if command is None:
        if desk.here.is_private:
            raise Refusal("command.unknown")
        return  # in a group it may be for another bot
    desk.order = Order.read(rest)
    if not asks_too_often(desk, name):
        await command.handler(desk)


async def _is_living_card(desk: Desk, replied: Message) -> bool:
    if replied.ticket_id is None or replied.person_id is not None:
        return False
    if replied.purpose == "tray":
        return True  # also an older copy: it speaks of the ticket that stood on it
    card = Card.of(replied.ticket_id).where(Card.message_id == replied.id, Card.ended.is_(False))
    return await desk.session.scalar(card.limit(1)) is not None


async def _reply(desk: Desk, router: Router, replied: Message) -> bool:
    """A reply to one of our messages, or to a report. Returns whether it was meant for us."""
    heard = desk.said
    if replied.ticket_id is not None:
        ticket = await desk.ticket_by_id(replied.ticket_id)
        if heard.photos:
            return await _photo_reply(desk, ticket, replied)
        if await ticked_in_words(desk, ticket) or await _answers_card(desk, router, ticket):
            return True
        if not heard.mentions_us:
            await heard_of_danger(desk, ticket, heard.text)
        return not heard.mentions_us
    if replied.draft_id is not None and (heard.text.strip() or heard.photos):
        draft = await desk.session.get_one(Draft, replied.draft_id)
        if draft.awaits(desk.me, desk.now):
            await (explained_by_reply(desk, draft, heard.text) if heard.text.strip() else add_to_draft(desk, draft))
            return True
    return False


async def _photo_reply(desk: Desk, ticket: Ticket, replied: Message) -> bool:
    """An officer's picture is the fix; that of who reported it, or joined, shows more of the same, unless its words
    tell of something else."""
    is_party = await desk.task_of_mine(ticket) is not None
    if is_party or desk.me.works_for(ticket.department_id) or desk.here.department_id is not None:
        if not await follows_fix(desk, ticket):
            await finish(desk, ticket)
        return True
    told = desk.town.problems.read(desk.said.text, has_photo=True)
    if not await has_met(desk, ticket) or (told.is_report and told.code != ticket.category):
        return False
    await add_photos(desk, ticket)
    await heard_of_danger(desk, ticket, desk.said.text)
    if desk.said.is_spoken:
        await ask_to_write(desk)
    return True


async def _answers_card(desk: Desk, router: Router, ticket: Ticket) -> bool:
    """Other words for what the card asks: a reason, a department, a category."""
    text = desk.said.text.strip()
    asks = await question_about(desk, ticket) if text else None
    answer = router.answers.get(asks.partition(":")[0]) if asks else None
    if asks is None or answer is None or not await may_answer(desk, ticket, asks):
        return False
    desk.order = Order(ticket.number, text)
    await answer(desk)
    return True


async def _pressed(desk: Desk, router: Router) -> None:
    press = desk.said.press
    handler = router.buttons.get(press.verb) if press else None
    if handler is None:
        raise Refusal("press.unknown")
    await handler(desk)


async def _membership(desk: Desk) -> None:
    """Let in again: what waited here goes on. Shown the door: nothing more is sent until then."""
    chat, membership = desk.here, desk.said.membership
    if membership == "gone":
        chat.park("left", desk.now)
        return
    back = chat.is_parked
    chat.unpark()
    if chat.is_private or chat.grid_id is not None or chat.department_id is not None:
        return
    # Being made an administrator is told the same way: who has been greeted is not greeted again.
    if back or await desk.session.scalar(Message.in_chat(chat.id, "welcome").limit(1)) is None:
        await desk.say(chat, "bind.welcome", purpose="welcome", remember=True)
