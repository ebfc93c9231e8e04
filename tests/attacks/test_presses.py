"""30 and 31: a press or a command counts by who sends it, where, and how things stand now."""

from pathlib import Path

import pytest

from handlers import ROUTER
from models.person import Person, Role
from tests.attacks.matrix import NUMBER, STRANGER, Told, judged, played, state
from tests.cast import GROUP, HOLE, LU, OFFICE, SHEN, Message, Player, Town
from tests.handlers.seeing import tickets, told

SECRET_WORDS = ("赵小明", "西柳小区9号楼", "13900001111")
PRIVATE = f"{SECRET_WORDS[1]}有人家暴，孩子一直哭，{SECRET_WORDS[0]}电话{SECRET_WORDS[2]}"
EVERY, SOME = 211, ("dispatched", "resolved")


async def test_of_every_role_stage_and_action_only_what_the_table_allows_changes_anything(tmp_path: Path) -> None:
    """Some cells of all; `python -m tests.attacks.matrix` plays the rest."""
    told = await played(tmp_path, EVERY, 7, SOME)
    assert told.cells > 60
    assert (told.wrong_allows, told.wrong_denies) == ([], []), told


async def test_control_where_anybody_may(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.ticket.record.may", lambda verb, standings: True)
    await _begun(town)
    told = await judged(town, "dispatched", Told(), every=97)
    assert told.wrong_allows


async def test_control_where_nobody_may(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await _begun(town)
    monkeypatch.setattr("models.ticket.record.may", lambda verb, standings: False)
    told = await judged(town, "dispatched", Told(), every=97)
    assert told.wrong_denies


async def _begun(town: Town) -> None:
    town.simulator.seed({"people": [{"id": 1902, "first_name": "P", "username": "p1902"}]})
    await Player(town, 1902, 1902).says("/start")
    await town.shen.says("/ban @p1902 刷屏")
    await town.lin.posts(HOLE)
    await town.mei.presses("我也遇到", on=town.card)


# --- data forged by hand --------------------------------------------------------------------------

GARBAGE = [
    "", "|", "||||", "accept", f"accept|{NUMBER}|x|y", f"ACCEPT|{NUMBER}", f" accept|{NUMBER}", f"accept\n|{NUMBER}",
    f"accept|{NUMBER.lower()}", f"accept|#{NUMBER}", f"accept|{NUMBER}\u200b", "accept|ＬＨ２６１１２００００１",
    "accept|LН2611200001", "accept|LH261120٠٠٠١", "accept|1", "accept|*", "accept|LH%", "accept|' OR 1=1--",
    "accept|LH2611209999", "x" * 64, "塌" * 21, "\x00accept", "accept|\x00", "__class__|x", "start|invite-x",
    "ban|1051", "revoke|1051", "bind|x", "invite|admin", "unbind", "erase", "erase||99999999999", f"dispatch|{NUMBER}|",
    f"dispatch|{NUMBER}|999999999999999999999999999", f"dispatch|{NUMBER}|-1", f"dispatch|{NUMBER}|٣",
    f"category|{NUMBER}|../../x", f"suspend|{NUMBER}|9999-12-31T23:59", f"extend|{NUMBER}|99999999:0",
    f"extend|{NUMBER}|-5:0", f"extend|{NUMBER}|nan:0", f"extend|{NUMBER}|1e9:0", f"reopen|{NUMBER}|{'9' * 20}",
    "todo||99999999999999999999", "audit|LH2611200001|99999999999999999999", "grid||99999999999999999999-1",
    "take_back||99999999999999999999999", "kind|99999999999999999999|E0505", "stats||x.y.z",
    "form||x-y", "another||99999999999999999999",
]  # fmt: skip


async def test_garbage_is_answered_and_changes_nothing(town: Town) -> None:
    await town.lin.posts(HOLE)
    before, card, job = await _state(town), town.card, town.job
    for data in (one for one in GARBAGE if 1 <= len(one.encode()) <= 64):
        await town.mei.forges(data, on=card)
        if NUMBER not in data:  # with the number spelled out some of them are his to press
            await town.lu.forges(data, on=job)
        assert await _state(town) == before, data


async def test_what_stands_on_no_button_is_no_choice(town: Town) -> None:
    """The department in charge, with its own ticket, and what no card of ours offers behind the bar."""
    await town.lin.posts(HOLE)
    before, job = await _state(town), town.job
    for data in (one for one in GARBAGE if NUMBER in one and 1 <= len(one.encode()) <= 64):
        if not data.startswith(f"accept|{NUMBER}|"):
            await town.lu.forges(data, on=job)
            assert await _state(town) == before, data


async def test_an_officer_forges_what_stands_on_no_button_of_his(town: Town) -> None:
    """Who may press some buttons is judged like a stranger for all others, also with his own ticket's number."""
    await town.lin.posts(HOLE)
    before = await _state(town)
    job = town.job
    for verb in ("urge", "verify", "waive", "decline", "grant", "refuse", "redispatch", "merge", "more", "whistle"):
        await town.lu.forges(f"{verb}|{NUMBER}|1", on=job)
        await town.lu.forges(f"{verb}|{NUMBER}", on=job)
    assert await _state(town) == before


async def test_control_garbage_that_is_a_real_press(town: Town) -> None:
    await town.lin.posts(HOLE)
    before = await _state(town)
    await town.lu.forges(f"accept|{NUMBER}", on=town.job)
    assert await _state(town) != before


async def _state(town: Town) -> dict[str, list[object]]:
    async with town.machine.runtime.database.read() as session:
        return await state(session)


async def test_a_press_for_another_ticket_is_judged_by_that_ticket(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.posts("印刷技校门口下水道堵了，污水往外冒")
    first, second = await tickets(town)
    assert first.department_id != second.department_id
    refused = told("ticket.not_yours", number=second.number)
    assert await town.lu.forges(f"accept|{second.number}", on=town.job) == refused
    assert [one.stage for one in await tickets(town)] == ["dispatched", "dispatched"]


async def test_a_press_kept_and_played_again_later_does_nothing_twice(town: Town) -> None:
    await town.lin.posts(HOLE)
    old, job = town.job.data("接单"), town.job
    await town.lu.presses("接单", on=job)
    events = (await tickets(town))[0].last_seq
    for _ in range(3):
        await town.lu.forges(old, on=job)
    assert (await tickets(town))[0].last_seq == events
    await town.lu.posts("", reply_to=job)
    await town.qiao.says(f"/verify {NUMBER}")
    closed = (await tickets(town))[0]
    for data in (old, f"return|{NUMBER}|0", f"secure|{NUMBER}", f"verify|{NUMBER}"):
        await town.lu.forges(data, on=job)
    assert ((await tickets(town))[0].stage, (await tickets(town))[0].last_seq) == ("closed", closed.last_seq)


# --- what a stranger gets to see -------------------------------------------------------------------


async def heard_by_a_stranger(town: Town) -> list[str]:
    """All that is said where somebody without a role presses every button there is for a restricted ticket."""
    await town.lin.posts(PRIVATE)
    (ticket,) = await tickets(town)
    assert ticket.is_restricted
    await town.mei.starts()
    mei = Player(town, town.mei.id, town.mei.id)
    await mei.says("/help")
    page, log = town.last(mei.id), len(town.simulator.log(0, 100_000))
    for verb in ROUTER.buttons:
        if verb not in ("erase",):
            for argument in ("", "0", "1"):
                await mei.forges(f"{verb}|{ticket.number}|{argument}".rstrip("|"), on=page)
    for name in ROUTER.commands:
        if name not in ("erase", "lang", "report"):
            await mei.says(f"/{name} {ticket.number}")
    calls = town.simulator.log(0, 100_000)[log:]
    heard = [str(call["params"]) for call in calls if str(call["params"].get("chat_id")) in (str(mei.id), str(GROUP))]
    return heard + [str(call["params"]) for call in calls if call["method"] == "answerCallbackQuery"]


async def test_no_button_and_no_command_tells_a_stranger_of_a_restricted_ticket(town: Town) -> None:
    heard = await heard_by_a_stranger(town)
    assert len(heard) > 50
    assert [words for words in heard if any(one in words for one in SECRET_WORDS) or "小林" in words] == []


async def test_control_to_who_leads_there_it_is_told(town: Town) -> None:
    await Player(town, town.mei.id, town.mei.id).starts()
    async with town.machine.runtime.database.write() as session:
        mei = (await session.scalars(Person.known_as("telegram", str(town.mei.id)))).unique().one()
        session.add(Role(person_id=mei.id, kind="admin", granted_at=town.clock.moment))
    heard = await heard_by_a_stranger(town)
    assert any(one in words for words in heard for one in SECRET_WORDS)


# --- taken away between the press and its turn ---------------------------------------------------------


async def pressed_and_then(town: Town, taken: str) -> str:
    """The officer presses; before his press has its turn, what he may is taken away. The ticket's stage after it."""
    await town.lin.posts(HOLE)
    job = town.job
    if taken == "left":
        town.simulator.member(OFFICE, LU, "left")
        await town.settles()
        return (await tickets(town))[0].stage
    town.simulator.post(SHEN, OFFICE if taken == "unbound" else SHEN, _order(taken))
    town.simulator.press(LU, OFFICE, job.id, job.data("接单"))
    await town.settles()
    return (await tickets(town))[0].stage


def _order(taken: str) -> str:
    orders = {"revoked": "/revoke @luping", "banned": "/ban @luping 试验", "unbound": "/unbind"}
    return orders[taken]


@pytest.mark.parametrize("taken", ["revoked", "banned"])
async def test_who_was_relieved_before_his_press_had_its_turn_does_nothing(town: Town, taken: str) -> None:
    assert await pressed_and_then(town, taken) == "dispatched"


async def test_who_still_has_his_role_may_though_the_chat_is_bound_no_more(town: Town) -> None:
    """An officer is a person with the role, not whoever sits in the department's chat (contract 4)."""
    town.simulator.member(OFFICE, SHEN, "member")
    assert await pressed_and_then(town, "unbound") == "working"


@pytest.mark.parametrize("taken", ["revoked", "banned"])
async def test_control_where_roles_are_remembered(town: Town, monkeypatch: pytest.MonkeyPatch, taken: str) -> None:
    monkeypatch.setattr(Person, "_held", lambda self: list(self.roles))
    monkeypatch.setattr(Person, "is_banned", property(lambda self: False))
    assert await pressed_and_then(town, taken) == "working"


# --- who speaks, and where ---------------------------------------------------------------------------------

FOREIGN = -1002699999001
ORDERS = [f"/{name} {NUMBER} 理由" for name in sorted(ROUTER.commands)]


async def spoken(town: Town, chat: int, **beside: object) -> list[Message]:
    """Every command by an administrator's account in an odd guise; what the bot says about it."""
    await town.lin.posts(HOLE)
    before, state_before = len(town.simulator.log(0, 100_000)), await _state(town)
    channel = town.machine.runtime.channel("telegram")
    for number, order in enumerate(ORDERS):
        message = {
            "message_id": 700_000 + number, "date": int(town.clock.moment.timestamp()), "text": order,
            "from": {"id": SHEN, "is_bot": False, "first_name": "沈宁"},
            "chat": {"id": chat, "type": "supergroup", "title": "别的群"}, **beside,
        }  # fmt: skip
        await town.machine.keep(channel, [{"update_id": 6_000_000 + number, "message": message}])
        await town.settles()
    assert await _state(town) == state_before, "nothing changed"
    return town.simulator.log(0, 100_000)[before:]  # type: ignore[return-value]


ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
GUISES = {
    "by an anonymous administrator": {"from": ANONYMOUS, "sender_chat": {"id": GROUP, "type": "supergroup"}},
    "as a channel": {"sender_chat": {"id": -1002611, "type": "channel", "title": "x"}},
    "forwarded by a linked channel": {"is_automatic_forward": True, "sender_chat": {"id": -10026, "type": "channel"}},
    "forwarded": {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "沈宁"}},
    "by a bot": {"from": {"id": SHEN, "is_bot": True, "first_name": "x"}},
    "in words another bot chose": {"via_bot": {"id": 99, "is_bot": True, "first_name": "x", "username": "evil_bot"}},
}


@pytest.mark.parametrize("guise", GUISES)
async def test_who_does_not_speak_for_himself_orders_nothing(town: Town, guise: str) -> None:
    assert [call for call in await spoken(town, GROUP, **GUISES[guise]) if call["method"].startswith("send")] == []  # type: ignore[index]


async def test_control_a_command_in_ones_own_words(town: Town) -> None:
    with pytest.raises(AssertionError, match="nothing changed"):
        await spoken(town, GROUP)


async def test_a_foreign_group_orders_nothing_and_reports_nothing(town: Town) -> None:
    """A group that was never bound, full of strangers: neither photos nor commands make or change a ticket."""
    stranger = {"id": STRANGER, "is_bot": False, "first_name": "x"}
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]
    calls = await spoken(town, FOREIGN, **{"from": stranger})
    said_there = [str(call["params"]) for call in calls]  # type: ignore[index]
    assert not any("路面" in one and "小林" in one for one in said_there)
    said = {
        "message_id": 1, "date": int(town.clock.moment.timestamp()), "from": stranger, "caption": HOLE, "photo": photo,
        "chat": {"id": FOREIGN, "type": "supergroup", "title": "x"},
    }  # fmt: skip
    await town.machine.keep(town.machine.runtime.channel("telegram"), [{"update_id": 6_500_000, "message": said}])
    await town.settles()
    assert len(await tickets(town)) == 1
