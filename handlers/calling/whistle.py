"""吹哨: several departments are called to one ticket."""

from handlers.asking import pressed_card
from handlers.calling.choosing import check_may, choose, chosen_now
from handlers.calling.named import Named, departments_named
from handlers.calling.summon import summon
from handlers.desk import Desk
from handlers.routing import Router
from models.task import Response

router = Router()


@router.command("whistle", "leader")
async def whistle(desk: Desk) -> None:
    """吹哨 in reply to the card, without a name: the card asks whom."""
    await called(desk, Response.WHISTLE)


@router.button("whistle")
async def whistle_pressed(desk: Desk) -> None:
    await pressed(desk, Response.WHISTLE)


@router.answer("whistle")
async def whistled_in_words(desk: Desk) -> None:
    await called(desk, Response.WHISTLE)


async def called(desk: Desk, response: Response) -> None:
    ticket = await desk.ticket()
    check_may(desk, ticket, response)
    if not desk.order.words and desk.said.reply_to is not None and await pressed_card(desk, ticket) is not None:
        await choose(desk, ticket, response)
        return
    await summon(desk, ticket, departments_named(desk.town, desk.order.words), response)


async def pressed(desk: Desk, response: Response) -> None:
    ticket = await desk.ticket()
    check_may(desk, ticket, response)
    departments = await chosen_now(desk, ticket, response)
    if departments is not None:
        await summon(desk, ticket, Named(departments), response)
