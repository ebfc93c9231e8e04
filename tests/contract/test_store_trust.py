"""What only a database can promise: a link is used once, and of two administrators who revoke each other one stays."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.database import Database
from models.person import Person, Role, RoleKind
from models.trust import INVITED_FOR, Invitation
from tests.contract.stored import NOON

DIGEST = "0" * 64


async def people(store: Database, *kinds: RoleKind | None) -> list[int]:
    async with store.write() as session:
        made = [Person(roles=[], addresses=[]) for _ in kinds]
        session.add_all(made)
        await session.flush()
        for person, kind in zip(made, kinds, strict=True):
            if kind is not None:
                session.add(Role(person_id=person.id, kind=kind.value, granted_at=NOON))
        await session.flush()
        return [person.id for person in made]


async def test_of_two_who_take_a_link_at_once_one_does(store: Database) -> None:
    host, *guests = await people(store, RoleKind.ADMIN, None, None, None)
    async with store.write() as session:
        by = (await session.scalars(Person.by_ids([host]))).one()
        session.add(Invitation.to(RoleKind.INSPECTOR, DIGEST, by=by, at=NOON, grid_id=None, department_id=None))

    async def take(guest: int) -> int:
        async with store.write() as session:
            by = (await session.scalars(Person.by_ids([guest]))).one()
            return int((await session.execute(Invitation.taken(DIGEST, by=by, at=NOON))).rowcount)  # type: ignore[attr-defined]

    used = await asyncio.gather(*(take(guest) for guest in guests))
    assert sorted(used) == [0, 0, 1]
    async with store.read() as session:
        (invitation,) = list(await session.scalars(select(Invitation)))
        assert invitation.used_by_id == guests[used.index(1)]


async def test_a_link_is_over_on_the_second_and_not_before(store: Database) -> None:
    host, guest = await people(store, RoleKind.ADMIN, None)
    async with store.write() as session:
        by = (await session.scalars(Person.by_ids([host]))).one()
        session.add(Invitation.to(RoleKind.ADMIN, DIGEST, by=by, at=NOON, grid_id=None, department_id=None))
    async with store.write() as session:
        by = (await session.scalars(Person.by_ids([guest]))).one()
        over = Invitation.taken(DIGEST, by=by, at=NOON + INVITED_FOR)
        assert (await session.execute(over)).rowcount == 0  # type: ignore[attr-defined]
        last = Invitation.taken(DIGEST, by=by, at=NOON + INVITED_FOR - timedelta(seconds=1))
        assert (await session.execute(last)).rowcount == 1  # type: ignore[attr-defined]


async def test_of_two_administrators_who_revoke_each_other_one_stays(store: Database) -> None:
    one, two = await people(store, RoleKind.ADMIN, RoleKind.ADMIN)

    async def revoke(by: int, whom: int) -> bool:
        async with store.write() as session:
            others = set(await session.scalars(Role.of_admins())) - {whom}
            if not others:
                return False
            role = (await session.scalars(select(Role).where(Role.person_id == whom))).one()
            role.revoked_at, role.revoked_by_id = NOON, by
            await asyncio.sleep(0)
        return True

    assert sorted(await asyncio.gather(revoke(one, two), revoke(two, one))) == [False, True]
    async with store.read() as session:
        assert len(set(await session.scalars(select(Role.person_id).where(Role.revoked_at.is_(None))))) == 1
