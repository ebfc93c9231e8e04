"""Who is who, as the folder says; what an administrator revoked or banned stays so, and is named."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.district.bindings import CHANNEL, batched
from bot.district.folder import Folder
from bot.district.rows import PersonRow
from models.department import Department
from models.grid import Grid
from models.person import Address, Person, Role


async def load_people(
    session: AsyncSession,
    folder: Folder,
    grids: Mapping[str, Grid],
    departments: Mapping[str, Department],
    at: datetime,
) -> list[str]:
    told: list[str] = []
    people = await _known(session, folder.people)
    named: set[tuple[int, str, int | None, int | None]] = set()
    for row in folder.people:
        person = people[row.telegram_id]
        grid_id = grids[row.scope].id if row.role == "leader" and row.scope else None
        department_id = departments[row.scope].id if row.role == "department" and row.scope else None
        named.add((person.id, row.role, grid_id, department_id))
        held = next(
            (r for r in person.roles if (r.kind, r.grid_id, r.department_id) == (row.role, grid_id, department_id)),
            None,
        )
        if held is None:
            person.roles.append(
                Role(
                    person_id=person.id,
                    kind=row.role,
                    grid_id=grid_id,
                    department_id=department_id,
                    by_folder=True,
                    granted_at=at,
                )
            )
        elif held.revoked_by_id is not None:
            whose = f"{row.role} of {row.scope or 'the district'}"
            told.append(f"people.csv:{row.line} · {whose} was revoked by an administrator and stays so")
        else:
            held.revoked_at = None
        if person.is_banned:
            told.append(f"people.csv:{row.line} · this person is banned by an administrator and stays so")
    await _retire_unnamed(session, named, at)
    await session.flush()
    return told


async def _known(session: AsyncSession, rows: Sequence[PersonRow]) -> dict[int, Person]:
    """Everybody the folder names, by telegram_id; who is new gets a row. A few questions, however many they are."""
    known: dict[int, Person] = {}
    wanted = {row.telegram_id: row for row in rows}
    for some in batched(wanted):
        found = await session.scalars(Person.known_among(CHANNEL, [str(number) for number in some]))
        for person in found.unique():
            known.update(
                (int(address.external_id), person) for address in person.addresses if address.channel == CHANNEL
            )
    strangers = {number: Person(roles=[], addresses=[]) for number in wanted if number not in known}
    session.add_all(strangers.values())
    await session.flush()
    for number, person in strangers.items():
        person.addresses.append(
            Address(person_id=person.id, channel=CHANNEL, external_id=str(number), name=wanted[number].name)
        )
    await session.flush()
    return known | strangers


async def _retire_unnamed(
    session: AsyncSession, named: set[tuple[int, str, int | None, int | None]], at: datetime
) -> None:
    """A role the folder once gave and no longer names ends; one given in chat goes on."""
    for role in await session.scalars(select(Role).where(Role.by_folder.is_(True), Role.revoked_at.is_(None))):
        if (role.person_id, role.kind, role.grid_id, role.department_id) not in named:
            role.revoked_at = at
