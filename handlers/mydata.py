"""/mydata: all that is kept of one person, as a file, to him alone (field.md h, 2)."""

from typing import Any

from sqlalchemy import func, select

from handlers import words
from handlers.cards.line import place_of
from handlers.desk import Desk
from handlers.lists import hides_from
from handlers.roles import role_told
from handlers.routing import Router
from models.card import Witness
from models.draft import Draft
from models.forgetting import tickets_of
from models.person import Person
from models.photo import Photo
from models.place import Whereabouts
from models.ticket import Ticket
from models.trust import Ban, Look

router = Router()


@router.command("mydata", "private", "group")
async def mydata(desk: Desk) -> None:
    private = await desk.alone("mydata")
    if private is None:
        return
    locale = desk.language_of(private)
    told = {"now": desk.now, "zone": desk.town.zone, **await _kept(desk, locale)}
    day = desk.now.astimezone(desk.town.zone).strftime("%Y%m%d")
    file = {"name": f"mydata-{day}.txt", "text": words.plain(locale, "mydata.file", **told) + "\n"}
    await desk.say(private, "mydata.here", document=file, secret=True)


async def _kept(desk: Desk, locale: str) -> dict[str, Any]:
    me, book = desk.me, desk.town
    tickets: list[Ticket] = await desk.all_of(
        select(Ticket).where(Ticket.id.in_(tickets_of(me.id))).order_by(Ticket.id)
    )
    ids = [ticket.id for ticket in tickets]
    photos = await desk.session.scalar(select(func.count()).select_from(Photo).where(Photo.person_id == me.id))
    joined = await desk.all_of(select(Witness.ticket_id).where(Witness.person_id == me.id))
    drafts = await desk.all_of(select(Draft).where(Draft.person_id == me.id, Draft.text != "").order_by(Draft.id))
    points = await desk.all_of(select(Whereabouts).where(Whereabouts.person_id == me.id))
    return {
        "addresses": [
            {"name": one.name, "username": one.username, "channel": one.channel, "id": one.external_id}
            for one in me.addresses
        ],
        "held": [role_told(book, locale, one.kind, one.grid_id, one.department_id) for one in me.held],
        "reported": [_line(ticket, desk, locale) for ticket in tickets if ticket.reporter_id == me.id],
        "joined": [
            _line(ticket, desk, locale) for ticket in tickets if ticket.reporter_id != me.id and ticket.id in joined
        ],
        "pictures": photos or 0,
        "drafts": [{"at": draft.begun_at, "text": draft.text} for draft in drafts],
        "points": [{"at": one.at, "latitude": one.latitude, "longitude": one.longitude} for one in points],
        "looks": await _looks(desk, locale, ids),
        "bans": await desk.all_of(select(Ban).where(Ban.person_id == me.id).order_by(Ban.id)),
    }


def _line(ticket: Ticket, desk: Desk, locale: str) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "at": ticket.reported_at,
        "category": desk.town.category(ticket.category).name(locale),
        "place": place_of(ticket, desk.town, locale),
        "stage": ticket.stage,
        "text": ticket.text,
        "hidden": hides_from(desk.me, ticket),
    }


async def _looks(desk: Desk, locale: str, tickets: list[int]) -> list[dict[str, Any]]:
    """Who looked at who he is; he himself is nobody to be told of."""
    looks: list[Look] = await desk.all_of(
        Look.at_tickets(select(Ticket.id).where(Ticket.reporter_id == desk.me.id)).where(Look.person_id != desk.me.id)
    )
    people = {person.id: person for person in await desk.all_of(Person.by_ids([look.person_id for look in looks]))}
    numbers = {one.id: one.number for one in await desk.all_of(select(Ticket).where(Ticket.id.in_(tickets)))}
    return [
        {
            "at": look.at,
            "number": numbers.get(look.ticket_id or 0, ""),
            "name": people[look.person_id].name,
            "about": words.plain(locale, f"look.{look.about}"),
        }
        for look in looks
    ]
