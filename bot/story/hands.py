"""Chapter three: many hands. Three parties are called to a blocked road; a department asks for time."""

from bot.story.playing import Message, Story

LIN, MEI, YANG, BUS, POLICE, ESTATE = 1001, 1002, 1013, 1031, 1030, 1036
GROUP = -1002610199003
CHATS = {BUS: -1002610199111, POLICE: -1002610199110, ESTATE: -1002610199116}
DEPARTMENTS = -1002610199101
"""The first of their chats; the others have lower ids."""


async def many_hands(story: Story) -> None:
    story.starts(YANG)
    await _whistled(story)
    await _asks_for_time(story)


async def _whistled(story: Story) -> None:
    said = story.says(
        MEI, GROUP, "小白杨站21路公交车天天占着道,后面的车都过不去", photos=[{"sample": story.sample("firelane")}]
    )
    card = await story.answer(GROUP, said, "群里的工单卡片")
    number = story.number(card)
    story.says(YANG, YANG, f"吹哨 {number} 公交公司 交警 物业")
    cards: dict[int, Message] = {}
    for officer, chat in CHATS.items():
        cards[officer] = await story.sees(chat, "一家一张卡片，都有“报到”", lambda m: story.offers(m, number, "报到"))
    for officer, chat in CHATS.items():
        story.presses(officer, chat, cards[officer], "报到")
    for (officer, chat), shows in zip(CHATS.items(), ("ebikes_after", "flood_after", "bins_after"), strict=True):
        picture = [{"sample": story.sample(shows)}]
        story.says(officer, chat, "已协调好", photos=picture, reply_to=cards[officer]["message_id"])
    fix = await story.sees(
        GROUP, "三家都办完了，才发回群里", lambda m: story.ours(m) and "photo" in m and number in story.text(m)
    )
    story.presses(MEI, GROUP, fix, "已解决")
    await story.sees(
        GROUP, "卡片变成已结案", lambda m: m["message_id"] == card["message_id"] and "已结案" in story.text(m)
    )


async def _asks_for_time(story: Story) -> None:
    said = story.says(LIN, GROUP, "小白杨社区门口路灯不亮", photos=[{"sample": story.sample("lamp_before")}])
    card = await story.answer(GROUP, said, "群里的工单卡片")
    number = story.number(card)
    chat, officer = await _department_of(story, number)
    job = await story.sees(chat, "部门的卡片", lambda m: story.offers(m, number, "接单"))
    story.presses(officer, chat, job, "接单")
    story.says(officer, chat, "延期 4 等配件", reply_to=job["message_id"])
    asked = await story.sees(YANG, "网格长那里有“同意”", lambda m: story.offers(m, number, "同意"))
    story.presses(YANG, YANG, asked, "同意")
    await story.no_longer(YANG, "答过了，就不再问", lambda m: story.offers(m, number, "同意"))


async def _department_of(story: Story, number: str) -> tuple[int, int]:
    """Its chat, and the officer in it."""
    chats = {chat["id"]: chat["members"] for chat in story.simulator.view()["chats"] if chat["id"] <= DEPARTMENTS}
    chat = await story.sees_somewhere(chats, "部门的卡片", lambda m: number in story.text(m))
    return chat, chats[chat][0]
