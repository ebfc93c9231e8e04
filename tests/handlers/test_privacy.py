"""/privacy, /mydata: what is kept, why, how long; and all of it, as a file, to him alone."""

from sqlalchemy import select

from models.mail import Outbox
from tests.cast import GROUP, HOLE, LIN, MEI, QIAO, Player, Town
from tests.handlers.seeing import told


def file_in(town: Town, person: int) -> str:
    """The words of the last file somebody got."""
    sent = next(message for message in reversed(town.ours(person)) if "document" in message.raw)
    return town.simulator.records.files.content(sent.raw["document"]["file_unique_id"]).decode("utf-8")


async def test_the_notice_tells_what_the_district_has_set(town: Town) -> None:
    answer = await town.lin.starts("privacy")
    for part in ("柳桥区", "90 天", "365 天", "Telegram 的境外服务器", "12345", "/mydata", "/erase", "每次都有记录"):
        assert part in answer.text, part
    assert len(answer.text) < 700
    await town.lin.says("/privacy")
    assert town.ours(GROUP) == []


async def test_in_the_group_nobody_reads_it(town: Town) -> None:
    for command in ("/privacy", "/mydata", "/erase"):
        await town.lin.says(command)
        link = town.last(GROUP)
        assert link.text == told("private.open_first")
        assert "start=" in str(link.raw["reply_markup"])
    assert town.ours(LIN) == []


async def test_all_that_is_kept_comes_as_a_file(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(HOLE + " 电话13812345678")
    await town.mei.posts("联系王女士，红光路路灯不亮")
    await town.lin.presses("我也遇到", on=town.card)
    await Player(town, LIN, LIN).sends_place(34.27, 108.92)
    await town.qiao.says("/reporter LH2611200001")
    await town.lin.says("/mydata")
    sent = next(message for message in reversed(town.ours(LIN)) if "document" in message.raw)
    assert sent.raw["document"]["file_name"] == "mydata-20261120.txt"
    assert sent.text == told("mydata.here")
    text = file_in(town, LIN)
    parts = (
        "小林",
        "@xiaolin",
        "我上报的：1 件",
        "#LH2611200001",
        "138****5678",
        "我也遇到的：1 件",
        "#LH2611200002",
        "我发的照片：1 张",
        "34.27, 108.92",
        "查看过我是谁的：1 次",
        "乔岚 · 查看上报人",
    )
    for part in parts:
        assert part in text, (part, text)
    assert "13812345678" not in text
    assert "王女士" not in text
    assert not any("document" in message.raw for message in town.ours(GROUP))
    async with town.machine.runtime.database.read() as session:
        assert not any(
            "#LH2611200001" in str(row.content.get("document")) for row in await session.scalars(select(Outbox))
        )
    await town.nothing_went_wrong()


async def test_of_others_it_tells_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    await Player(town, MEI, MEI).starts("mydata")
    text = file_in(town, MEI)
    assert "LH2611200001" not in text
    assert "我上报的：0 件" in text


async def test_a_leader_reads_his_roles(town: Town) -> None:
    await town.qiao.says("/mydata")
    text = file_in(town, QIAO)
    assert "身份：团结西路网格 · 网格长" in text
