"""Chapter two: how people write, and where it goes."""

from bot.story.playing import Story

LIN, MEI, WANG, QIAO, LIU = 1001, 1002, 1003, 1011, 1012
GROUP, WILLOWS = -1002610199001, -1002610199002
AT_THE_BORDER = {"latitude": 34.2705, "longitude": 108.92238}
"""Between 团结西路网格 and 柳荫网格: either leader may be meant."""


async def many_words(story: Story) -> None:
    for leader in (QIAO, LIU):
        story.starts(leader)
    await _traditional_script(story)
    await _danger_first(story)
    await _without_a_place(story)
    await _at_the_border(story)


async def _traditional_script(story: Story) -> None:
    said = story.says(
        MEI, WILLOWS, "紡織家屬院北門那盞路燈不亮,晚上黑漆漆的", photos=[{"sample": story.sample("lamp_before")}]
    )
    card = await story.answer(WILLOWS, said, "繁体字也读得懂")
    story.shows(card, "路灯", "紡織家屬院北門")


async def _danger_first(story: Story) -> None:
    said = story.says(WANG, GROUP, "@roving_grid_bot 印刷技校家属院楼道里好大一股煤气味,头都晕了")
    card = await story.answer(GROUP, said, "危险的先说打什么电话")
    first = story.text(card).splitlines()[0]
    story.demands("先打" in first, f"第一行没有电话：{first}")
    story.shows(card, "燃气")
    await story.sees(QIAO, "网格长马上知道", lambda m: story.ours(m) and story.number(card) in story.text(m))


async def _without_a_place(story: Story) -> None:
    said = story.says(LIN, GROUP, "垃圾桶满出来了,没人收", photos=[{"sample": story.sample("bins_before")}])
    card = await story.answer(GROUP, said, "没说地方，就按本群的网格")
    story.shows(card, "垃圾满溢", "团结西路网格")


async def _at_the_border(story: Story) -> None:
    story.stands(MEI, GROUP, AT_THE_BORDER)
    said = story.says(MEI, GROUP, "井改子没了,差点摔一跤", photos=[{"sample": story.sample("manhole_before")}])
    card = await story.answer(GROUP, said, "打错字也读得懂，位置按刚发的定位")
    number = story.number(card)
    story.shows(card, "井盖")
    tray = await story.sees(QIAO, "这边的网格长看到了", lambda m: story.offers(m, number, "归我管"))
    await story.sees(LIU, "那边的网格长也看到了", lambda m: story.offers(m, number, "归我管"))
    story.presses(QIAO, QIAO, tray, "归我管")
    await story.no_longer(LIU, "先说“归我管”的接下了", lambda m: story.offers(m, number, "归我管"))
