"""/reporter N · 谁报的: who is behind a report, for its leader's eyes; each look is kept."""

from sqlalchemy import select

from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.card import Witness
from models.person import Person
from models.refusal import Refusal
from models.rights import may, refusal
from models.trust import Look

router = Router()
MOST = 20


@router.command("reporter", "leader")
async def reporter(desk: Desk) -> None:
    ticket = await desk.ticket()
    standings = ticket.standings(desk.me, side_of(desk.town, ticket, desk.me))
    if not may("see_reporter", standings):
        raise Refusal(refusal("see_reporter"), number=ticket.number)
    met: list[Witness] = await desk.all_of(select(Witness).where(Witness.ticket_id == ticket.id).order_by(Witness.id))
    ids = [one.person_id for one in met if one.person_id != ticket.reporter_id]
    known = {one.id: one for one in await desk.all_of(Person.by_ids([*ids, ticket.reporter_id or 0]))}
    desk.session.add(Look(person_id=desk.me.id, ticket_id=ticket.id, about="reporter", at=desk.now))
    await desk.whisper(
        "reporter.shown", start=f"reporter-{ticket.number}", number=ticket.number, at=ticket.reported_at,
        who=_told(known.get(ticket.reporter_id or 0)), also=[_told(known[id]) for id in ids[:MOST]],
        more=max(0, len(ids) - MOST),
    )  # fmt: skip


def _told(person: Person | None) -> dict[str, str | None] | None:
    """None: nobody is kept, or nobody is named any more."""
    if person is None or not person.addresses:
        return None
    address = next((one for one in person.addresses if one.name), person.addresses[0])
    return {"id": address.external_id, "name": address.name or address.external_id, "username": address.username}
