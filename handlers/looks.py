"""/looks N: who looked at who is behind a report; for administrators (field.md h, 6)."""

from handlers import words
from handlers.desk import Desk
from handlers.routing import Router
from models.person import Person
from models.refusal import Refusal
from models.rights import may, refusal
from models.trust import Look

router = Router()
A_SCREEN = 30


@router.command("looks", "admin_private")
async def looks(desk: Desk) -> None:
    ticket = await desk.ticket()
    if not may("see_looks", ticket.standings(desk.me)):
        raise Refusal(refusal("see_looks"), number=ticket.number)
    found: list[Look] = await desk.all_of(Look.at_tickets([ticket.id]).limit(A_SCREEN))
    people = {person.id: person for person in await desk.all_of(Person.by_ids([look.person_id for look in found]))}
    locale = await desk.language_of_whispers()
    seen = [
        {"at": look.at, "name": people[look.person_id].name, "about": words.plain(locale, f"look.{look.about}")}
        for look in found
    ]
    await desk.whisper("looks.list", start=f"looks-{ticket.number}", number=ticket.number, seen=seen)
