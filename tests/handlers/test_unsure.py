"""What the words hardly tell waits for a person: the reporter says in one press what it is, or the leader does."""

import pytest

from tests.cast import GROUP, HOLE, LIN, OFFICE, QIAO, Town
from tests.handlers.seeing import number_in, player, tickets, told
from tests.handlers.test_tray import rung, tray

HARDLY = "红光路这边坏了没人修"
"""No word says what."""
UNSURE = "路口这个又坏了"


async def test_what_is_hardly_a_guess_waits_for_the_leader(town: Town) -> None:
    await town.lin.posts(HARDLY)
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.department_id) == ("filed", None)
    assert told("waits.unsure") in tray(town).text
    assert "拿不准" in tray(town).text
    assert "改类别" in tray(town).labels
    assert rung(town) == 1
    assert town.ours(OFFICE) == []


async def test_its_reporter_is_asked_and_sends_it_on_its_way_with_a_press(town: Town) -> None:
    await town.lin.posts(HARDLY)
    card = town.card
    number = number_in(card)
    assert told("category.ask_reporter") in card.text
    assert card.labels[-1] == "我也遇到"
    assert 2 <= len(card.labels[:-1]) <= 3
    assert "道路破损" in card.labels
    data = card.data("道路破损")
    assert await town.mei.presses("道路破损", on=card) == told("ticket.not_your_report", number=number)
    assert await town.qiao.forges(data, on=card) == told("ticket.not_your_report", number=number)
    assert (await tickets(town))[0].stage == "filed"
    assert await town.lin.presses("道路破损", on=card) == told("category.thanks", number=number)
    assert card.now().labels == ["我也遇到"]
    assert told("category.ask_reporter") not in card.now().text
    assert "道路破损" in town.job.text
    assert "拿不准" not in town.job.text
    assert tray_is_empty(town)
    assert await town.lin.forges(data, on=card) == told("category.sorted", number=number)
    assert len(town.ours(GROUP)) == 1


def tray_is_empty(town: Town) -> bool:
    return town.last(QIAO).text == told("tray.nothing")


async def test_what_was_guessed_may_be_what_it_is(town: Town) -> None:
    await town.lin.posts(HARDLY)
    before = (await tickets(town))[0]
    await town.lin.presses(town.card.labels[0], on=town.card)
    after = (await tickets(town))[0]
    assert after.category == before.category
    assert not after.reading.is_guess
    assert after.stage == "dispatched"


async def test_nothing_but_what_was_offered_is_taken(town: Town) -> None:
    await town.lin.posts(HARDLY)
    number = number_in(town.card)
    for argument in ("|X9016", "|", "", "|XXXX", "|X9099"):
        assert await town.lin.forges(f"sort|{number}{argument}", on=town.card) == told("press.unknown"), argument
    assert (await tickets(town))[0].stage == "filed"


async def test_once_a_leader_has_said_what_it_is_the_reporter_is_not_asked_any_more(town: Town) -> None:
    await town.lin.posts(HARDLY)
    number, data = number_in(town.card), town.card.data("道路破损")
    await town.qiao.says(f"/category {number} 暴露垃圾")
    assert "暴露垃圾" in town.card.text
    assert town.card.labels == ["我也遇到"]
    assert await town.lin.forges(data, on=town.card) == told("category.sorted", number=number)


async def test_once_a_leader_has_sent_it_neither(town: Town) -> None:
    await town.lin.posts(HARDLY)
    data = town.card.data("道路破损")
    await town.qiao.says("派单 市政中心", reply_to=tray(town))
    assert "道路破损" not in town.card.labels
    assert await town.lin.forges(data, on=town.card) == told("category.sorted", number=number_in(town.card))
    assert told("category.ask_reporter") not in town.card.text


async def test_told_in_private_he_is_asked_there(town: Town) -> None:
    await town.lin.starts()
    await player(town, LIN, LIN).says(f"/report {HARDLY}")
    card = next(m for m in reversed(town.ours(LIN)) if "#LH" in m.text and m.labels)
    assert told("category.ask_reporter") in card.text
    await player(town, LIN, LIN).presses("道路破损", on=card)
    assert (await tickets(town))[0].stage == "dispatched"
    assert card.now().labels == []


async def test_where_it_is_changes_nothing_of_that_and_is_told_once(town: Town) -> None:
    await town.lin.posts(HARDLY)
    await town.lin.sends_place(34.270989, 108.919347)
    assert (await tickets(town))[0].stage == "filed"
    await town.lin.says(f"/ticket {number_in(town.card)}")
    assert town.last(GROUP).text.count("\n今天 09:00 " + told("event.triaged")) == 1


async def test_where_leaders_sort_everything_his_press_only_says_what_it_is(town: Town) -> None:
    from tests.handlers.test_tray import by_hand

    await by_hand(town)
    await town.lin.posts(HARDLY)
    await town.lin.presses("道路破损", on=town.card)
    ticket = (await tickets(town))[0]
    assert (ticket.category, ticket.stage) == ("E0113", "pending")


async def test_danger_waits_for_nobody_to_say_what_it_is(town: Town) -> None:
    await town.lin.posts("红光路这边有个东西倒了，压到人了，快来人")
    ticket = (await tickets(town))[0]
    assert ticket.is_urgent
    assert not ticket.reading.is_guess


async def test_what_is_only_unsure_goes_out_and_its_department_may_put_it_right(town: Town) -> None:
    await town.lin.posts(UNSURE)
    ticket = (await tickets(town))[0]
    assert ticket.reading.is_unsure
    assert not ticket.reading.is_guess
    assert ticket.stage == "dispatched"
    assert "（分类拿不准，不对请点“改类别”）" in town.job.text
    assert "网格长会看" not in town.job.text


@pytest.mark.parametrize(
    "text", ["电影公司家属院门口那个东西很碍事", "西红柿路口那个玩意儿很碍事", "西柳小区门口那个东西很碍事"]
)
async def test_the_letters_of_a_place_send_nobody_out(town: Town, text: str) -> None:
    await town.lin.says(f"/report {text}")
    ticket = (await tickets(town))[0]
    assert (ticket.stage, ticket.department_id, ticket.reading.is_guess) == ("filed", None, True)
    assert told("category.ask_reporter") in town.card.text
    assert 2 <= len(town.card.labels[:-1]) <= 3
    assert "122" not in town.card.text
    assert town.ours(OFFICE) == []


async def test_what_is_plain_asks_nobody(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert town.card.labels == ["我也遇到"]
    assert told("category.ask_reporter") not in town.card.text
