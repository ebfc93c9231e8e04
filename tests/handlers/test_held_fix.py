"""While a picture wants a look the group reads only what the department says; who has looked makes the usual post."""

from sqlalchemy import select

from handlers.pairing import _names
from models.card import Card
from models.chat import Message as Row
from models.department import Department
from models.mail import Outbox, Repeat
from tests.cast import DRAINAGE, GROUP, HOLE, OFFICE, Message, Town
from tests.handlers.called import card_in
from tests.handlers.seeing import photos
from tests.handlers.test_proof import NUMBER, is_doubted, picture, tray
from tests.handlers.test_taking_in import sends

HELD, DONE = "答复说处理好了，正在核实", "处理好了。"


async def held(town: Town) -> Message:
    """Reported with a picture, mended with one that was forwarded."""
    await town.lin.says(HOLE, photos=[picture(town, 800)])
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)], forward=True)
    await town.passes(seconds=70)
    return town.last(GROUP)


async def test_the_group_reads_what_the_department_says_and_sees_no_picture(town: Town) -> None:
    before = len(town.ours(GROUP))
    post = await held(town)
    assert len(town.ours(GROUP)) == before + 2, "the card, and one post of this round"
    assert HELD in post.text
    assert DONE not in post.text
    assert not post.has_photo
    assert post.labels[:2] == ["已解决", "没解决"]
    assert not any("照片" in label for label in post.labels)
    for word in ("照片", "转发", "怀疑"):
        assert word not in post.text
    await town.passes(minutes=30)
    assert len(town.ours(GROUP)) == before + 2
    await town.nothing_went_wrong()


async def test_the_leader_looked_and_it_is_the_usual_post(town: Town) -> None:
    post = await held(town)
    await town.qiao.presses("核查通过", on=tray(town))
    now = post.now()
    assert "核查过了" in now.text
    assert HELD not in now.text
    assert now.has_photo
    await town.nothing_went_wrong()


async def test_the_reporter_was_there_and_it_is_the_usual_post(town: Town) -> None:
    post = await held(town)
    await town.lin.presses("已解决", on=post)
    assert "上报人确认修好了" in post.now().text
    assert post.now().has_photo


async def test_sent_back_it_reads_as_any_other(town: Town) -> None:
    post = await held(town)
    await town.qiao.presses("返工", on=tray(town))
    await town.qiao.presses(tray(town).labels[0], on=tray(town))
    now = post.now()
    assert "重新处理" in now.text
    assert HELD not in now.text
    assert not now.has_photo
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 901)])
    await town.passes(seconds=70)
    again = town.last(GROUP)
    assert DONE in again.text
    assert again.has_photo
    await town.nothing_went_wrong()


async def test_not_mended_says_who_reported_it(town: Town) -> None:
    post = await held(town)
    await town.lin.presses("没解决", on=post)
    assert "上报人说没修好" in post.now().text
    assert not post.now().has_photo


async def test_a_doubt_that_comes_late_leaves_the_post(town: Town) -> None:
    await town.lin.says(HOLE, photos=[picture(town, 800)])
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)], forward=True)
    await town.passes(seconds=61)
    post = town.last(GROUP)
    assert DONE in post.text
    assert not await is_doubted(town)
    await town.passes(minutes=20)
    assert await is_doubted(town)
    assert DONE in post.now().text
    assert not post.now().has_photo
    await town.lin.presses("已解决", on=post)
    assert post.now().has_photo


async def test_nobody_sees_the_held_picture_in_private_either(town: Town) -> None:
    """更多照片 shows others only what was posted."""
    await held(town)
    await town.mei.says("你好", chat=town.mei.id)
    await town.mei.says(f"/photos {NUMBER}", chat=town.mei.id)
    assert [m for m in town.ours(town.mei.id) if m.has_photo and "后" in m.text] == []


async def test_the_same_words_stand_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.dai.says("办好了", reply_to=card_in(town, DRAINAGE), photos=[picture(town, 900)])
    await town.lu.says("办好了", reply_to=card_in(town, OFFICE), photos=[picture(town, 901)])
    await town.passes(seconds=70)
    assert town.last(GROUP).text.count("办好了") == 1


# --- calls for nothing ------------------------------------------------------------------------------


async def nothing_new(town: Town) -> list[Outbox]:
    async with town.machine.runtime.database.read() as session:
        return list(await session.scalars(select(Outbox).where(Outbox.reason == "it reads so already")))


async def redraws(town: Town) -> None:
    """The group's card, of which nothing has changed."""
    async with town.machine.runtime.database.write() as session:
        card = await session.scalar(select(Card).where(Card.audience == "group"))
        assert card is not None
        now = town.clock.moment
        session.add(
            Outbox(
                chat_id=card.chat_id, kind="card", card_id=card.id, ticket_id=card.ticket_id, repeat=Repeat.FREELY,
                created_at=now, due_at=now,
            )
        )  # fmt: skip
    await town.passes(seconds=30)


async def test_a_card_that_would_read_the_same_is_not_sent_again(town: Town) -> None:
    await town.lin.posts(HOLE)
    before = len(await nothing_new(town))
    await redraws(town)
    assert len(await nothing_new(town)) == before + 1
    await town.mei.presses("我也遇到", on=town.card)
    assert "2 人遇到" in town.card.now().text


async def test_after_a_call_of_which_nobody_knows_the_end_it_is_sent(town: Town) -> None:
    await town.lin.posts(HOLE)
    town.simulator.faults([{"kind": "reset_after", "method": "editMessageText", "times": 1}])
    await town.mei.presses("我也遇到", on=town.card)
    await town.passes(seconds=30)
    assert "2 人遇到" in town.card.now().text
    async with town.machine.runtime.database.write() as session:
        card = await session.scalar(select(Card).where(Card.audience == "group"))
        assert card is not None
        message = await session.get_one(Row, card.message_id)
        assert message.drawn is not None
        message.drawn = None
    before = len(await nothing_new(town))
    await redraws(town)
    assert len(await nothing_new(town)) == before, "what it shows was not known"
    await redraws(town)
    assert len(await nothing_new(town)) == before + 1


# --- reported by a film -----------------------------------------------------------------------------


async def test_what_was_reported_by_a_film_is_shown_mended_with_its_place(town: Town) -> None:
    await sends(town.lin, "video", HOLE)
    await town.lu.says("", reply_to=town.job, photos=[picture(town, 900)])
    await town.passes(seconds=70)
    assert town.last(GROUP).has_photo
    (sheet,) = await photos(town, "pair")
    assert sheet.shows == [photo.id for photo in await photos(town, "after")]
    await town.nothing_went_wrong()


def test_beside_a_picture_a_department_is_called_by_its_short_name() -> None:
    works, street = Department(name="柳桥区市政中心", serves=["市政中心"]), Department(name="柳桥派出所", serves=[])
    inspection = Department(name="柳桥区城市管理执法队", serves=["城管执法队", "城管局"])
    assert _names([works, inspection, street, None]) == ["市政中心", "城管执法队", "柳桥派出所", ""]
    homes = [Department(name=name, serves=["物业"]) for name in ("柳荫物业", "桃园物业")]
    assert _names([*homes]) == ["柳荫物业", "桃园物业"]
