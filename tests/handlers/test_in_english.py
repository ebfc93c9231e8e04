"""A chat that chose English hears English: cards, buttons, answers, lists, the fix.
What the town's data calls its own stays."""

import re

from sqlalchemy import select

from models.category import Category
from models.chat import Chat
from tests.cast import GROUP, HOLE, LIN, LU, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import leader_card, questions, told

HAN = re.compile(r"[\u4e00-\u9fff]")


async def in_english(town: Town) -> set[str]:
    """Every chat speaks English. Returns the town's own names, which stand in Chinese."""
    async with town.machine.runtime.database.write() as session:
        for chat in await session.scalars(select(Chat)):
            chat.locale = "en"
        assert all(category.name_en for category in await session.scalars(select(Category)))
        book = await town.machine.runtime.book(session)
    assert book is not None
    names = {grid.name for grid in book.grids.values()} | {office.name for office in book.departments.values()}
    return names | {"柳桥区", "团结西路印刷技校门口", HOLE, "小林", "小梅", "西柳小区门口", "路灯"}


def chinese(message: Message, names: set[str]) -> str:
    """What is Chinese in a message besides names."""
    said = "\n".join([message.text, *message.labels])
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, "")
    return "".join(HAN.findall(said))


async def test_everything_is_in_english(town: Town) -> None:
    await town.lin.starts()
    names = await in_english(town)
    before = {chat: len(town.ours(chat)) for chat in (GROUP, OFFICE, QIAO, LIN, LU)}
    await town.lin.posts(HOLE)
    job, card = town.job, town.card
    assert job.labels == ["Accept", "Hand back", "Made safe", "Change kind"]
    answers = [
        await town.mei.presses(told("button.join", "en"), on=card),
        await town.mei.presses(told("button.join", "en"), on=card),
        await town.mei.forges("accept|LH2611200001", on=card),
        await town.lu.presses("Hand back", on=job),
    ]
    assert await town.lu.presses("Cancel", on=job) == ""
    await town.lu.says("back not ours", reply_to=job)
    answers.append(await town.qiao.presses(told("button.other_department", "en"), on=leader_card(town)))
    await town.qiao.says("assign 市政中心", reply_to=leader_card(town))
    answers.append(await town.lu.presses("Accept", on=job))
    await town.lu.says("done", reply_to=job)
    await town.lu.posts("done", reply_to=job)
    fix = town.last(GROUP)
    assert fix.labels == ["Fixed", "Not fixed"]
    answers.append(await town.lin.presses("Not fixed", on=fix))
    await town.lu.posts("", reply_to=job)
    answers.append(await town.lin.presses("Fixed", on=town.last(GROUP)))
    await town.lin.posts("")
    assert len(questions(town)) == 1
    await town.lin.posts("路灯")
    lin, lu = Player(town, LIN, LIN), Player(town, LU, LU)
    for command in ("start", "help", "report", "mine", "ticket LH2611200001", "ticket", "todo", "lang", "nonsense"):
        await lin.says(f"/{command}")
    await lu.says("/help")
    await lu.says("/todo")
    await town.qiao.says("/todo")
    said = [message for chat, known in before.items() for message in town.ours(chat)[known:]]
    assert len(said) > 20
    wrong = {message.text: left for message in said if (left := chinese(message, names))}
    assert wrong == {}
    assert [answer for answer in answers if HAN.search(answer)] == []
    assert all(answers)
    assert all(len(answer) <= 200 for answer in answers)


async def test_what_is_said_in_private_is_in_the_language_of_that_chat(town: Town) -> None:
    await town.lin.starts()
    await Player(town, LIN, LIN).says("/lang en")
    await town.lin.posts(HOLE)
    await town.lin.says("/mine")
    assert "Road collapse" in town.last(LIN).text
    assert "路面塌陷" in town.card.text
