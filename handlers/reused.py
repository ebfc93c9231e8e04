"""A picture that proved one ticket was used again for another: who checks the first reads so, as long as it is open."""

from collections.abc import Iterable

from handlers.desk import Desk
from models.photo import Photo
from models.proof import Check, Mark, Verdict
from models.ticket import Ticket


async def tell_source(desk: Desk, ticket: Ticket, marks: Iterable[Mark]) -> Ticket | None:
    """marks: of a picture of `ticket`. Returns the other ticket, if there is something new to read of it. It says
    nothing against that one: which of the two shows what it is said to show nobody knows."""
    copied = next((mark for mark in marks if mark.is_failed and mark.reason == "used" and "photo" in mark.values), None)
    source = await desk.session.get(Photo, copied.values["photo"]) if copied is not None else None
    if source is None or source.ticket_id is None or source.role != "after":
        return None
    other = await desk.ticket_by_id(source.ticket_id)
    known = [Mark.of(data) for data in source.marks or () if data["check"] == Check.NEW]
    if not other.is_open or source.round != other.round or any(mark.reason != "fresh" for mark in known):
        return None
    again = Mark(Check.NEW, Verdict.UNKNOWN, "again", {"ticket": ticket.id})
    source.marks = [again.as_data(), *(data for data in source.marks or () if data["check"] != Check.NEW)]
    return other
