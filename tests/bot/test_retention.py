"""What is kept only for a while: pictures, who reported, words that went over the line."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from models.card import Card, Witness
from models.chat import Chat, Message
from models.draft import Draft
from models.mail import Errand, Outbox
from models.person import Address
from models.photo import Photo, PhotoState
from models.ticket import Ticket
from models.trust import Caller
from tests.cast import HOLE, LIN, MEI, Player, Town
from tests.handlers.seeing import leader_card, tickets, told


async def mended(town: Town, text: str = HOLE, photo: str | None = None) -> Ticket:
    """A closed ticket with a picture before, after, and both in one."""
    await town.lin.posts(text, photo=photo) if photo else await town.lin.posts(text)
    await town.lu.presses("接单", on=town.job)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    await town.lin.presses("已解决", on=town.last(town.lin.home))
    ticket = (await tickets(town))[-1]
    assert ticket.stage == "closed"
    return ticket


async def kept(town: Town) -> list[Photo]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Photo).order_by(Photo.id)))


async def purged(town: Town, **later: float) -> None:
    town.clock.moment += timedelta(**later)
    await town.machine.purge()


def stored(town: Town) -> int:
    root: Path = town.machine.runtime.store.root  # type: ignore[attr-defined]
    return len([file for file in root.rglob("*") if file.is_file()])


async def test_pictures_leave_when_their_days_are_over(town: Town) -> None:
    await mended(town)
    before = await kept(town)
    assert {photo.role for photo in before} == {"before", "after", "pair"}
    assert stored(town) == len({key for photo in before for key in (photo.media, photo.thumbnail) if key})
    await purged(town, days=89)
    assert all(photo.state == PhotoState.KEPT for photo in await kept(town))
    await purged(town, days=2)
    after = await kept(town)
    assert stored(town) == 0
    assert {(photo.state, photo.ref, photo.reason) for photo in after} == {("gone", "", "expired")}
    assert [photo.media for photo in after] == [photo.media for photo in before], "the hash stays"
    await town.nothing_went_wrong()


async def test_the_same_bytes_stay_while_another_ticket_needs_them(town: Town) -> None:
    first = await mended(town)
    async with town.machine.runtime.database.write() as session:
        one = (await session.scalars(select(Photo).where(Photo.ticket_id == first.id, Photo.role == "before"))).one()
        key = one.media
        session.add(
            Photo(
                role="before", channel="telegram", ref="x", key="y", state=PhotoState.KEPT, media=key, at=one.at,
                ticket_id=None,
            )
        )  # fmt: skip
    await purged(town, days=91)
    assert key is not None
    assert await town.machine.runtime.store.has(key)
    assert stored(town) == 1


async def test_the_copy_for_many_eyes_goes_too_and_the_same_picture_is_still_known(town: Town) -> None:
    await mended(town)
    other = await town.machine.runtime.store.put(b"the copy for many eyes")
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).where(Photo.role == "before").values(public=other, hidden=1))
    await purged(town, days=91)
    assert stored(town) == 0
    (before,) = [photo for photo in await kept(town) if photo.role == "before"]
    assert (before.state, before.ref, before.reason) == ("gone", "", "expired")
    assert before.key
    assert before.digest
    assert before.likeness


async def test_the_leader_is_told_that_its_time_is_over(town: Town) -> None:
    await town.lin.posts("印刷技校门口有个东西，不知道归谁管，坏了")
    card = leader_card(town)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).values(state=PhotoState.GONE.value, reason="expired"))
    assert await town.qiao.presses("看照片", on=card) == told("tray.pictures_over", number="LH2611200001")


async def test_what_is_open_keeps_its_pictures(town: Town) -> None:
    await town.lin.posts(HOLE)
    await purged(town, days=400)
    assert [photo.state for photo in await kept(town)] == ["kept"]
    assert stored(town) > 0


async def test_what_shows_a_ticket_shows_no_picture_that_is_gone(town: Town) -> None:
    from handlers.cards import as_picture

    await mended(town)
    await purged(town, days=91)
    assert [as_picture(photo) for photo in await kept(town)] == [None, None, None]


async def test_who_reported_it_is_forgotten_after_a_year(town: Town) -> None:
    await mended(town)
    ticket = (await tickets(town))[0]
    async with town.machine.runtime.database.write() as session:
        session.add(Caller(ticket_id=ticket.id, words="王女士", by_id=ticket.reporter_id, at=town.clock.now()))
    await purged(town, days=364)
    assert (await tickets(town))[0].reporter_id is not None
    await purged(town, days=2)
    (ticket,) = await tickets(town)
    assert (ticket.reporter_id, ticket.text, ticket.stage) == (None, HOLE, "closed")
    async with town.machine.runtime.database.read() as session:
        assert list(await session.scalars(select(Witness))) == []
        assert list(await session.scalars(select(Caller))) == []
        assert await _name(session, LIN) == ("", None)


async def test_a_private_chat_is_no_tie_either(town: Town) -> None:
    await town.lin.starts()
    await Player(town, LIN, LIN).posts(HOLE)
    await Player(town, LIN, LIN).says("/withdraw LH2611200001")
    await purged(town, days=366)
    (ticket,) = await tickets(town)
    assert (ticket.chat_id, ticket.report_id, ticket.reporter_id) == (None, None, None)
    async with town.machine.runtime.database.read() as session:
        own = select(Chat.id).where(Chat.external_id == str(LIN))
        assert list(await session.scalars(select(Card).where(Card.chat_id.in_(own)))) == []
        told_of = select(Message).where(Message.chat_id.in_(own), Message.ticket_id.is_not(None))
        assert list(await session.scalars(told_of)) == []
        assert list(await session.scalars(select(Outbox).where(Outbox.chat_id.in_(own)))) == []
    await town.mei.says("/ticket LH2611200001")
    await Player(town, LIN, LIN).says("/mine")
    assert town.last(LIN).text.startswith("您还没有上报过")


async def test_whoever_is_tied_to_something_younger_or_holds_a_role_keeps_his_name(town: Town) -> None:
    await town.qiao.posts(HOLE, chat=town.lin.home)
    await town.lin.presses("我也遇到", on=town.card)
    await town.mei.presses("我也遇到", on=town.card)
    await town.qiao.says("/decline LH2611200001 不属实")
    town.clock.moment += timedelta(days=300)
    await town.lin.posts("红光路路灯不亮")
    await purged(town, days=66)
    old, young = await tickets(town)
    assert (old.reporter_id, young.reporter_id is None) == (None, False)
    async with town.machine.runtime.database.read() as session:
        assert await _name(session, LIN) == ("小林", "xiaolin")
        assert await _name(session, town.qiao.id) == ("乔岚", "qiaolan")
        assert await _name(session, MEI) == ("", None)


@pytest.mark.parametrize(("days", "is_empty"), [(6, False), (8, True)])
async def test_words_on_their_way_are_emptied_after_some_days(town: Town, days: int, is_empty: bool) -> None:
    await town.lin.posts(HOLE)
    await town.lin.posts("")
    await Player(town, LIN, LIN).starts("report")
    await Player(town, LIN, LIN).says("路灯不亮")
    await purged(town, days=days)
    async with town.machine.runtime.database.read() as session:
        said = [row.content for row in await session.scalars(select(Outbox).where(Outbox.state == "sent"))]
        drafts = list(await session.scalars(select(Draft)))
        errands = [row.data for row in await session.scalars(select(Errand))]
    assert all(content == {} for content in said) == is_empty
    assert all((draft.text, draft.form, draft.state) == ("", {}, "dropped") for draft in drafts) == is_empty
    assert all(data == {} for data in errands) == is_empty
    await town.passes(days=1)
    await Player(town, LIN, LIN).starts("report")
    await town.nothing_went_wrong()


async def test_many_go_in_slices(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retention.A_SLICE", 2)
    for spot in ("红光路", "西柳巷", "卫生院门口", "柳桥三小门口", "中银大厦门口"):
        await town.lin.posts(f"{spot}路面坑洼")
    for ticket in await tickets(town):
        await town.lin.says(f"/withdraw {ticket.number}")
    await purged(town, days=400)
    assert {photo.state for photo in await kept(town)} == {"gone"}
    assert stored(town) == 0
    assert {ticket.reporter_id for ticket in await tickets(town)} == {None}


async def _name(session, telegram_id: int) -> tuple[str, str | None]:  # type: ignore[no-untyped-def]
    address = (await session.scalars(select(Address).where(Address.external_id == str(telegram_id)))).one()
    return address.name, address.username
