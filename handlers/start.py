"""/start and /help: what this is, and what I can do here; written from the table that dispatches."""

from typing import Any

from handlers import words
from handlers.audit import audit
from handlers.border import borders
from handlers.desk import Desk, Order
from handlers.erase import erase
from handlers.form import lead
from handlers.gallery import photos
from handlers.invite import redeem
from handlers.lists import mine
from handlers.looks import looks
from handlers.mydata import mydata
from handlers.notices import catch_up_leader
from handlers.original import original
from handlers.people import people
from handlers.privacy import privacy
from handlers.reporter import reporter
from handlers.routing import Command, Router
from handlers.show import show
from handlers.stats.asking import stats
from handlers.todo import todo

router = Router()
OPENED = ("start", "help")
"""Whoever reads this has done it."""
MENUS = ("private", "group", "leader", "department", "inspector", "admin", "admin_private")


@router.command("start", "private")
async def start(desk: Desk) -> None:
    """The chat is open now. A link may have brought the person here for something: he gets it at once."""
    wanted, _, number = desk.said.words.strip().partition("-")
    handlers = {"mine": mine, "todo": todo, "ticket": show, "borders": borders, "help": help_, "report": lead,
                "privacy": privacy, "mydata": mydata, "erase": erase, "reporter": reporter, "looks": looks,
                "people": people, "photos": photos, "invite": redeem, "stats": stats, "audit": audit,
                "original": original}  # fmt: skip
    handler = handlers.get(wanted)
    if handler is not None and desk.here.is_private:
        desk.order = Order.read(number)
        await handler(desk)
    else:
        await desk.answer("start.hello", district=desk.book.district.name if desk.book else "", **_roles(desk))
    if desk.here.is_private:
        await catch_up_leader(desk, desk.here)


def _roles(desk: Desk) -> dict[str, Any]:
    """What he is here; empty for who is neither a leader nor an officer."""
    if desk.book is None or not desk.here.is_private:
        return {"grid": "", "department": ""}
    grids = [desk.book.grids[id].name for id in sorted(desk.me.grids) if id in desk.book.grids]
    departments = [desk.book.departments[id].name for id in sorted(desk.me.departments) if id in desk.book.departments]
    return {"grid": "、".join(grids), "department": "、".join(departments)}


@router.command("help", "private", "group")
async def help_(desk: Desk) -> None:
    """Only what this person can use in this chat, and in short what the cards offer by buttons anyway: nobody reads a
    long list."""
    from handlers import ROUTER

    usable = [command.name for command in ROUTER.commands.values() if _usable(desk, command)]
    pressed = [name for name in usable if name in ROUTER.buttons and name in words.all_spoken().values()]
    lines = [
        {"command": name, "help": words.plain(desk.locale, f"help.{name}")}
        for name in usable
        if name not in pressed and name not in OPENED
    ]
    if desk.here.is_private and desk.me.is_admin:
        # Where he looks for it first; it is said in the group itself.
        for command in ROUTER.commands.values():
            if command.menus == ("admin",):
                told = words.plain(desk.locale, f"help.{command.name}")
                lines.append({"command": command.name, "help": words.plain(desk.locale, "bind.said_there", help=told)})
    short = [{"command": name, "help": words.listed(desk.locale, f"spoken.{name}")[0]} for name in pressed]
    await desk.answer("help.list", lines=lines, pressed=short)


def _usable(desk: Desk, command: Command) -> bool:
    here = {"private" if desk.here.is_private else "group"}
    person = desk.me
    if person.departments:
        here.add("department")
    if person.grids or person.is_admin:
        here.add("leader")
    if person.is_inspector:
        here.add("inspector")
    if person.is_admin:
        here.add("admin_private" if desk.here.is_private else "admin")
    return not here.isdisjoint(command.menus)
