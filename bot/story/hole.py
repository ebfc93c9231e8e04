"""Chapter one: a hole in the road."""

from bot.story.playing import Broken, Story

LIN, MEI, LU, STRANGER = 1001, 1002, 1022, 1023
GROUP, OFFICE = -1002610199001, -1002610199102


async def one_hole(story: Story) -> None:
    """From the rider's photo to the photo of the fix, and his word that it is fixed."""
    report = story.says(
        LIN,
        GROUP,
        "团结西路印刷技校门口,路面有一处塌陷 <b>小心</b>",
        photos=[{"sample": story.sample("hole", "collapse", "塌陷")}],
    )
    card = await story.sees(
        GROUP,
        "群里的工单卡片",
        lambda m: story.ours(m) and m.get("reply_to_message", {}).get("message_id") == report,
    )
    number = story.number(card)
    story.shows(card, "路面塌陷", "市政中心", "团结西路", "前")
    job = await story.sees(OFFICE, "部门的卡片", lambda m: story.ours(m) and number in story.text(m))
    story.shows(job, "<b>小心</b>", "路面塌陷", "接单")
    if "photo" not in job:
        raise Broken("部门的卡片没有照片")

    story.simulator.member(OFFICE, STRANGER, "member")
    story.presses(STRANGER, OFFICE, job, "接单")
    await story.refused("接单")
    story.says(MEI, GROUP, "中午吃啥，我点了麻辣烫")
    story.presses(MEI, GROUP, card, "我也遇到")
    story.presses(LU, OFFICE, job, "接单")
    await story.sees(
        GROUP, "卡片变成处置中", lambda m: m["message_id"] == card["message_id"] and "处置中" in story.text(m)
    )
    mended = story.sample("mended", "repaired", "修")
    story.says(LU, OFFICE, "完成", photos=[{"sample": mended}], reply_to=job["message_id"])
    fix = await story.sees(
        GROUP, "修复的照片回到群里", lambda m: story.ours(m) and "photo" in m and number in story.text(m)
    )
    if fix.get("reply_to_message", {}).get("message_id") != report:
        raise Broken("修复的照片没有回复在上报人的消息下面")
    story.shows(fix, story.names[LIN], story.names[MEI], "已解决", "没解决")

    story.presses(LIN, GROUP, fix, "已解决")
    await story.sees(
        GROUP, "卡片变成已结案", lambda m: m["message_id"] == card["message_id"] and "已结案" in story.text(m)
    )
    ours = [m for m in story.messages(GROUP) if story.ours(m)]
    if len(ours) != 2:
        raise Broken(f"群里应当只有两条机器人的消息，却有 {len(ours)} 条")
    print("\n群里机器人一共只说了两次。")
