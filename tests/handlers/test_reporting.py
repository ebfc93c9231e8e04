"""A photo and one line become a ticket, at once, with the right kind, department and deadline."""

import re

import pytest

from tests.cast import DRAINAGE, GROUP, HOLE, LIN, OFFICE, Town
from tests.handlers.seeing import CITY, CLEANING, GAS, POLICE, WATER, cards, tickets, told

KINDS = [
    # On Friday 2026-11-20 at 09:00: the caption, what the card says it is, whose, and by when.
    ("团结菜市场门口一堆垃圾没人收", "暴露垃圾", CLEANING, "柳桥区环卫园林中心", "今天 15:00"),
    ("西柳小区门口路灯不亮", "路灯", OFFICE, "柳桥区市政中心", "11月24日 09:00"),
    ("柳桥三小门口电动车乱停,路都堵了", "非机动车乱停放", CITY, "柳桥区城市管理执法队", "今天 11:00"),
    ("卫生院门口污水冒出来了", "排水堵塞", DRAINAGE, "柳桥排水公司", "今天 15:00"),
    ("衛生院門口污水井蓋沒了", "排水", DRAINAGE, "柳桥排水公司", "今天 11:00"),
    ("西柳巷停水了,没水用", "停水", WATER, "柳桥水务集团", "今天 11:00"),
    ("中银大厦楼下好大煤气味", "燃气泄漏", GAS, "柳桥燃气公司", "今天 10:00"),
    ("红光路酒吧音响太吵,扰民", "噪音", POLICE, "柳桥派出所", "今天 11:00"),
    ("印刷技校門口路面塌陷了一個大坑", "路面塌陷", OFFICE, "柳桥区市政中心", "今天 11:00"),
]


async def test_each_kind_finds_its_department_and_its_deadline(town: Town) -> None:
    for caption, category, chat, department, deadline in KINDS:
        report = await town.lin.posts(caption)
        card = town.card
        assert card.reply_to == report.id, caption
        for part in (category, department, f"{deadline} 前", "团结西路网格", "已派遣"):
            assert part in card.text, (caption, card.text)
        job = town.last(chat)
        assert caption in job.text
        assert job.has_photo
        assert f"{deadline} 前" in job.text
        assert "https://" in str(job.raw.get("caption_entities")), "no map link"
        fenced_first = ["已围护"] if category == "路面塌陷" else []
        assert job.labels == ["接单", "退回", *fenced_first, "改类别"], caption
    assert [ticket.number for ticket in await tickets(town)] == [f"LH261120{n:04d}" for n in range(1, len(KINDS) + 1)]


async def test_danger_begins_with_the_number_to_call(town: Town) -> None:
    await town.lin.posts("中银大厦楼下好大煤气味")
    assert "119" in town.card.text.splitlines()[0]
    await town.lin.posts("团结西路变电箱冒烟打火花")
    assert "119" in town.card.text.splitlines()[0]
    assert "前" not in town.card.text.splitlines()[-1]
    await town.lin.posts("西柳小区门口路灯不亮")
    assert not re.search(r"1\d\d", town.card.text.splitlines()[0].replace("#LH", "").split(" ")[-1])


async def test_a_number_is_a_tag_wherever_it_stands(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.presses("接单", on=town.job)
    await town.lu.says("完成", reply_to=town.job)
    await town.lin.says("/ticket LH2611200001")
    await town.lin.says("/mine")
    said = [m.text for chat in (GROUP, OFFICE, LIN) for m in town.ours(chat)]
    found = [re.findall(r"(.?)#LH2611200001(.?)", text, re.DOTALL) for text in said]
    assert sum(map(len, found)) >= 3
    assert all(side in ("", " ", "\n") for text in found for sides in text for side in sides)


async def test_an_unbound_group_is_left_alone(town: Town) -> None:
    town.simulator.seed({"chats": [{"id": -1009, "title": "骑手群", "members": [LIN], "bot_member": "member"}]})
    await town.lin.posts(HOLE, chat=-1009)
    await town.lin.posts("", chat=-1009)
    await town.lin.posts(HOLE, photos=3, chat=-1009)
    await town.passes(seconds=20)
    assert town.ours(-1009) == []
    await town.lin.says("/report 路面塌陷", chat=-1009)
    assert len(town.ours(-1009)) == 1
    assert town.last(-1009).text == told("report.not_a_grid")
    await town.lin.says("/report", chat=-1009)
    assert len(town.ours(-1009)) == 2
    assert await tickets(town) == []


@pytest.mark.parametrize(
    "who",
    [
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": {"id": GROUP}},
        {"from": {"id": 4001, "is_bot": True, "first_name": "别的机器人"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}, "is_automatic_forward": True},
    ],
    ids=["anonymous administrator", "bot", "linked channel"],
)  # fmt: skip
async def test_who_is_nobody_reports_nothing(town: Town, who: dict[str, object]) -> None:
    chat = {"id": GROUP, "type": "supergroup", "title": "团结西路网格"}
    for number, said in enumerate(({"caption": HOLE, "photo": PHOTO}, {"text": "/report 路面塌陷"}, {"photo": PHOTO})):
        message = {"message_id": 9000 + number, "date": 1763600000, "chat": chat, **who, **said}
        raw = {"update_id": 990000 + number, "message": message}
        await town.machine.keep(town.machine.runtime.channel("telegram"), [raw])
    await town.settles()
    assert town.ours(GROUP) == []
    assert await tickets(town) == []


PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 640, "height": 480}]


async def test_what_people_type_arrives_as_they_typed_it(town: Town) -> None:
    typed = HOLE + " A&B <b>x</b> &amp; </a> \u202eabc\u202c \u200b#LH2611209999 👩‍👩‍👧"
    await town.lin.posts(typed)
    assert "A&B <b>x</b> &amp; </a>" in town.job.text
    assert "👩‍👩‍👧" in town.job.text
    assert not town.job.mentions
    assert "<b>" not in town.card.text


async def test_a_very_long_report_keeps_what_the_department_needs(town: Town) -> None:
    await town.lin.says(f"@roving_grid_bot {HOLE}" + "很深" * 2025)
    for part in ("团结西路印刷技校门口", "今天 11:00 前", "修好后", "…"):
        assert part in town.job.text
    await town.lin.posts("柳桥三小门口路面塌陷" + "😱" * 500)
    assert town.job.has_photo
    for part in ("柳桥三小门口", "今天 11:00 前", "修好后", "😱…"):
        assert part in town.job.text
    assert len(cards(town)) == 2


async def test_a_phone_number_is_masked_before_it_is_passed_on(town: Town) -> None:
    await town.lin.posts(HOLE + ",有事打13812345678")
    assert "138****5678" in town.job.text
    assert not any("13812345678" in message.text for chat in (OFFICE, GROUP) for message in town.ours(chat))
    assert (await tickets(town))[0].text.endswith("138****5678")


async def test_a_photo_sent_as_a_file_is_a_photo_too(town: Town) -> None:
    await town.lin.posts(HOLE, as_file=True)
    assert town.job.has_photo
    assert len(cards(town)) == 1
    assert len(cards(town, OFFICE)) == 1
