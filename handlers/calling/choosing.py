"""Departments chosen one after the other under a card: pressed once they are called, pressed again they are not."""

from handlers.asking import ask_on_card, question_about
from handlers.cards.asked import question
from handlers.cards.summons import SEND, chosen_in
from handlers.desk import Desk
from handlers.leaders import side_of
from models.department import Department
from models.refusal import Refusal
from models.rights import may, refusal
from models.ticket import Ticket


async def choose(desk: Desk, ticket: Ticket, asks: str, chosen: list[int] | None = None) -> None:
    """Have the card show them, with those chosen so far."""
    check_may(desk, ticket, asks)
    so_far = ",".join(str(id) for id in chosen or ())
    await ask_on_card(desk, ticket, f"{asks}:{so_far}" if so_far else asks)


async def chosen_now(desk: Desk, ticket: Ticket, asks: str) -> list[Department] | None:
    """Those called by the press just heard. None: it only chose, and the card shows what."""
    press = desk.said.press
    argument = press.argument if press else None
    asked = await question_about(desk, ticket)
    # What the card asks by now may be something else: then a press begins anew.
    chosen = chosen_in(asked) if asked and asked.partition(":")[0] == asks else []
    if argument == SEND:
        return [desk.town.departments[id] for id in chosen if id in desk.town.departments]
    if argument is not None:
        id = department_pressed(desk, argument).id
        chosen = [other for other in chosen if other != id] if id in chosen else [*chosen, id]
    await choose(desk, ticket, asks, chosen)
    return None


def department_pressed(desk: Desk, argument: str | None) -> Department:
    found = desk.town.departments.get(int(argument)) if argument and argument.isdecimal() else None
    if found is None or found.retired_at is not None:
        raise Refusal("press.unknown")
    return found


def check_may(desk: Desk, ticket: Ticket, asks: str) -> None:
    """Before a card asks; the verb checks again when the answer comes."""
    asked = question(asks)
    verb = asked.verb if asked is not None else asks
    if desk.me.is_banned or not may(verb, ticket.standings(desk.me, side_of(desk.town, ticket, desk.me))):
        raise Refusal(refusal(verb), number=ticket.number)
    if asked is not None and not asked.stands(ticket):
        raise Refusal("ticket.not_now", number=ticket.number, stage=ticket.stage, verb=verb)
