"""What somebody typed is text: it calls nobody and leads to no other ticket."""

from typing import Any

from tests.cast import DRAINAGE, GROUP, HOLE, LIN, OFFICE, QIAO, Message, Player, Town
from tests.handlers.seeing import tickets

NUMBER = "LH2611200001"
SLY = "不归我们 #LH2611209999 @everyone"


def live(message: Message) -> list[str]:
    """Tags and mentions a phone would make of it."""
    marks: list[dict[str, Any]] = message.raw.get("entities") or message.raw.get("caption_entities") or []
    units = message.text.encode("utf-16-le")
    said = [units[2 * m["offset"] : 2 * (m["offset"] + m["length"])].decode("utf-16-le") for m in marks]
    return [one for one in said if "9999" in one or "everyone" in one]


async def test_in_a_reason_closing_words_a_whistle_and_the_report_it_is_dead(town: Town) -> None:
    await town.lin.posts(f"{HOLE} {SLY}")
    await town.lu.says(f"退回 {SLY}", reply_to=town.job)
    await town.qiao.says(f"/whistle {NUMBER} 市政中心、排水公司：{SLY}")
    await town.qiao.says(f"/urge {NUMBER} {SLY}")
    await Player(town, LIN, GROUP).says(f"/ticket {NUMBER}")
    await town.lu.posts(f"修好了 {SLY}", reply_to=town.job)
    await Player(town, LIN, GROUP).says(f"/ticket {NUMBER}")
    await town.passes(minutes=2)
    said = [m for chat in (GROUP, OFFICE, DRAINAGE, QIAO) for m in town.ours(chat)]
    assert sum("everyone" in message.text for message in said) > 4
    assert [message.text for message in said if live(message)] == []


async def test_a_long_reason_is_cut_on_a_card_and_whole_in_the_time_line(town: Town) -> None:
    await town.lin.posts(HOLE)
    long = "这条路不归我们管" * 30
    await town.lu.says(f"退回 {long}", reply_to=town.job)
    (ticket,) = await tickets(town)
    assert ticket.stage == "returned"
    card = next(m for m in reversed(town.ours(QIAO)) if "退回" in m.text)
    assert "这条路不归我们管" * 12 in card.text
    assert "这条路不归我们管" * 13 not in card.text
    await town.qiao.says(f"/ticket {NUMBER}")
    assert long in town.last(QIAO).text
