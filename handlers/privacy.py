"""/privacy: what is kept of people, why, how long, and what they can ask for (field.md h, 1)."""

from handlers.cards.origin import EVERYBODY
from handlers.desk import Desk
from handlers.routing import Router

router = Router()


@router.command("privacy", "private", "group")
async def privacy(desk: Desk) -> None:
    district = desk.town.district
    await desk.whisper(
        "privacy.notice", start="privacy", district=district.name, hotline=district.hotline or EVERYBODY,
        photo_days=district.days_until("photos"), identity_days=district.days_until("identity"),
    )  # fmt: skip
