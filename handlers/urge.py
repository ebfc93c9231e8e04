"""催办: the department is told to hurry, at most once in a period."""

from handlers.asking import stop_asking
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.notices.sorting import reads_here
from handlers.reasons import kept_reason
from handlers.routing import Router

router = Router()


@router.command("urge", "leader")
@router.button("urge")
async def urge(desk: Desk) -> None:
    ticket, book = await desk.ticket(), desk.town
    words, period = kept_reason(desk.order.words), book.district.limit("urge")
    ticket.urge(words, by=desk.me, at=desk.now, grid=side_of(book, ticket, desk.me), period=period)
    await stop_asking(desk, ticket)
    department = book.departments[ticket.department_id or 0]
    done = "urge.done" if await reads_here(desk, ticket) else "urge.unheard"
    await desk.answer(done, ticket=ticket, number=ticket.number, department=department.name, phone=department.phone)
