"""The rows of whoever speaks and of where: made when first heard, kept up with what the channel calls them."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime import Runtime
from handlers.heard import Heard, HeardPerson
from handlers.shown import name_shown
from models.card import Card
from models.chat import Alias, Chat, Message
from models.mail import Outbox, OutboxState
from models.person import Address, Person, Role, RoleKind

# Put together once: building a statement takes longer than asking it.
_CALLED: tuple[Any, Any] = bindparam("channel"), bindparam("external")
KNOWN_CHAT, KNOWN_PERSON = Chat.known_as(*_CALLED), Person.known_as(*_CALLED)


async def known_chat(session: AsyncSession, heard: Heard, at: datetime) -> Chat:
    """The chat's row. A chat that moved keeps it under the new id; what still comes under the old one finds it."""
    channel, external = heard.chat.channel, heard.chat.id
    found = await session.scalar(KNOWN_CHAT, {"channel": channel, "external": external})
    chat = found or await _by_alias(session, channel, external)
    if chat is None:
        chat = Chat(channel=channel, external_id=external, kind=heard.chat.kind, title=heard.chat.title)
        session.add(chat)
        await session.flush()
    if heard.moved_to is not None:
        await move_chat(session, chat, heard.moved_to, at)
    if heard.chat.title and chat.title != heard.chat.title and chat.external_id == external:
        chat.title = heard.chat.title
    if heard.person is not None and chat.is_parked and heard.what == "message":
        chat.unpark()  # somebody writes to us here: so we are here
    return chat


async def move_chat(session: AsyncSession, chat: Chat, to: str, at: datetime) -> None:
    """A group became a supergroup. Whatever was bound, said or queued stays with the one row."""
    if chat.external_id == to:
        return
    successor = await session.scalar(Chat.known_as(chat.channel, to))
    old = chat.external_id
    if successor is not None and (successor.is_private or successor.is_bound):
        chat.park("moved", at)  # what stands for somebody or something already keeps its id
        return
    if successor is not None:
        # Already heard of under its new id: that empty row gives the id up, and greets nobody any more.
        successor.external_id = f"merged:{successor.id}:{to}"
        unsaid = Outbox.chat_id == successor.id, Outbox.is_pending()
        await session.execute(
            update(Outbox).where(*unsaid).values(state=OutboxState.SENT, sent_at=at, reason="the group moved here")
        )
        await session.flush()
    chat.external_id = to
    # A supergroup counts its messages anew, and what was said before can be neither edited nor answered there:
    # a card is posted anew when it next changes.
    await session.execute(update(Message).where(Message.chat_id == chat.id).values(external_id=None))
    await session.execute(update(Card).where(Card.chat_id == chat.id).values(message_id=None))
    chat.unpark()
    # An id it had before may be its own again: none of the two leads anywhere else.
    await session.execute(delete(Alias).where(Alias.channel == chat.channel, Alias.external_id.in_([old, to])))
    session.add(Alias(channel=chat.channel, external_id=old, chat_id=chat.id))
    await session.flush()


async def known_person(session: AsyncSession, heard: Heard, chat: Chat, runtime: Runtime) -> Person | None:
    if heard.person is None:
        return None
    known = await session.scalars(KNOWN_PERSON, {"channel": heard.chat.channel, "external": heard.person.id})
    person = known.unique().one_or_none()
    if person is None:
        person = Person(roles=[], addresses=[])
        session.add(person)
        await session.flush()
        person.addresses.append(_address(person, heard))
        await session.flush()
    _rename(person, heard.chat.channel, heard.person)
    _heed_settings(person, heard.person.id in runtime.admin_ids, runtime.clock.now())
    if chat.is_private and chat.person_id is None:
        chat.person_id = person.id
    return person


def _heed_settings(person: Person, listed: bool, at: datetime) -> None:
    """ADMIN_IDS makes administrators, and unmakes whom it alone had made; what an administrator revoked stays so."""
    admin = [role for role in person.roles if role.kind == RoleKind.ADMIN]
    if not listed:
        for role in admin:
            if role.by_settings and role.revoked_at is None:
                role.revoked_at = at
    elif not person.is_admin and not any(role.revoked_by_id is not None for role in admin):
        person.roles.append(Role(person_id=person.id, kind=RoleKind.ADMIN, by_settings=True, granted_at=at))


async def heed_admin_ids(session: AsyncSession, channel: str, admin_ids: frozenset[str], at: datetime) -> None:
    """At start, for all whom the settings once made administrators: they may never speak again, and are written to."""
    held = Role.kind == RoleKind.ADMIN.value, Role.by_settings.is_(True), Role.revoked_at.is_(None)
    named = select(Address.person_id).where(Address.channel == channel, Address.external_id.in_(admin_ids))
    for role in await session.scalars(select(Role).where(*held, Role.person_id.not_in(named))):
        role.revoked_at = at


def _address(person: Person, heard: Heard) -> Address:
    told = heard.person
    assert told is not None
    return Address(
        person_id=person.id, channel=heard.chat.channel, external_id=told.id, name=name_shown(told.name),
        username=told.username,
    )  # fmt: skip


def _rename(person: Person, channel: str, told: HeardPerson) -> None:
    name = name_shown(told.name)
    for address in person.addresses:
        if (
            address.channel == channel
            and address.external_id == told.id
            and (address.name, address.username) != (name, told.username)
        ):
            address.name, address.username = name, told.username


async def _by_alias(session: AsyncSession, channel: str, external: str) -> Chat | None:
    return await session.scalar(
        select(Chat)
        .join(Alias, Alias.chat_id == Chat.id)
        .where(Alias.channel == channel, Alias.external_id == external)
    )
