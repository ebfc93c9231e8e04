"""Who sees which copy of a picture: many eyes only what has nothing to hide, few the original, and that is kept."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update

from models.district import District
from models.mail import Outbox
from models.photo import Photo
from models.trust import Look
from tests.books import PostgresBooks
from tests.cast import DAI, DRAINAGE, GROUP, GU, HOLE, LIN, LU, MEI, OFFICE, QIAO, Message, Player, Town, town_in
from tests.handlers.seeing import CITY, STREET, leader_card, player, told

NUMBER = "LH2611200001"
ELDER = "印刷技校家属院有位独居老人摔倒了"
WHITE = 250
"""No picture of the cast's is so bright."""
Clean = Callable[..., Awaitable[Any]]


@pytest.fixture
def faces(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every picture there is somebody; the copy for many eyes is white all over."""
    clean: Clean = town.machine.runtime.workshop.clean

    async def with_a_face(data: bytes, *, hides: bool = True) -> Any:
        picture = await clean(data, hides=hides)
        return replace(picture, public=_white(), hidden=2) if hides else picture

    monkeypatch.setattr(town.machine.runtime.workshop, "clean", with_a_face)


def _white() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (320, 240), "white").save(made, "JPEG")
    return made.getvalue()


async def is_hidden(town: Town, message: Message) -> bool:
    """Whether what stands there is the copy for many eyes."""
    brought = await town.machine.runtime.channel("telegram").fetch(message.raw["photo"][-1]["file_id"], 10**7)
    with Image.open(io.BytesIO(brought)) as picture:
        return min(picture.convert("L").getextrema()) > WHITE  # type: ignore[operator, arg-type, type-var]


async def lets_see(town: Town, **pictures: bool) -> None:
    """The district's setting, as a loading of its folder would change it."""
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(District).values(pictures=pictures, edition=District.edition + 1))


async def looks(town: Town) -> list[tuple[int, str]]:
    async with town.machine.runtime.database.read() as session:
        return [(look.person_id, look.about) for look in await session.scalars(select(Look).order_by(Look.id))]


def shown_in(town: Town, chat: int) -> list[Message]:
    return [message for message in town.ours(chat) if message.has_photo]


# --- copies -------------------------------------------------------------------------------


@pytest.mark.usefixtures("faces")
async def test_departments_and_leader_see_the_copy_with_nothing_to_tell_who_it_was(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.qiao.says("/todo")
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    for chat in (OFFICE, DRAINAGE, CITY):
        assert shown_in(town, chat), chat
        for message in shown_in(town, chat):
            assert await is_hidden(town, message), chat
    assert shown_in(town, GROUP) == []
    await town.nothing_went_wrong()


@pytest.mark.usefixtures("faces")
async def test_the_reference_of_what_was_sent_is_never_passed_on(town: Town) -> None:
    await town.lin.starts()
    await town.mei.starts()
    await town.lin.posts(HOLE)
    await town.mei.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    async with town.machine.runtime.database.read() as session:
        refs = [photo.ref for photo in await session.scalars(select(Photo)) if photo.ref]
    assert len(refs) == 3
    for entry in town.simulator.log():
        if entry["method"] != "getFile":
            assert not any(ref in str(entry.get("params")) for ref in refs), entry["method"]


@pytest.mark.usefixtures("faces")
async def test_who_joins_is_shown_no_face_either(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.mei.starts()
    await town.mei.posts(HOLE)
    (known,) = shown_in(town, MEI)
    assert await is_hidden(town, known)


async def test_where_the_district_hides_nothing_it_goes_on_at_once_and_unchanged(town: Town) -> None:
    await lets_see(town, blur=False)
    town.simulator.faults([{"kind": "500", "method": "file", "times": 9}])
    posted = await town.lin.posts(HOLE)
    assert town.job.raw["photo"][-1]["file_unique_id"] == posted.raw["photo"][-1]["file_unique_id"]


# --- one message brings both -------------------------------------------------------------------


async def test_the_card_waits_for_its_picture_and_then_rings_once(town: Town) -> None:
    await town.lin.posts(HOLE)
    (job,) = town.ours(OFFICE)
    assert job.has_photo
    assert "edit_date" not in job.raw
    assert _edits(town) == 0


async def test_it_waits_five_seconds_and_no_longer(town: Town) -> None:
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lin.posts(HOLE)
    assert town.ours(OFFICE) == []
    assert len(town.ours(GROUP)) == 1, "the group waits for nothing"
    await town.passes(seconds=4)
    assert town.ours(OFFICE) == []
    await town.passes(seconds=1)
    (job,) = town.ours(OFFICE)
    assert not job.has_photo
    await town.passes(minutes=1)
    assert job.now().has_photo
    assert job.now().labels == job.labels
    assert len(town.ours(OFFICE)) == 1
    await town.nothing_went_wrong()


async def test_danger_waits_for_no_picture(town: Town) -> None:
    town.simulator.faults([{"kind": "500", "method": "file", "times": 1}])
    await town.lin.posts("印刷技校门口路面塌陷，有人掉下去了")
    job = town.last(OFFICE)
    assert not job.has_photo
    await town.passes(minutes=1)
    assert job.now().has_photo


async def test_what_will_not_come_holds_nobody_up(town: Town) -> None:
    town.simulator.faults([{"kind": "400", "method": "getFile"}, {"kind": "400", "method": "file"}])
    await town.lin.posts(HOLE)
    (job,) = town.ours(OFFICE)
    assert not job.has_photo


async def test_another_ticket_in_the_same_chat_does_not_wait_behind_it(town: Town) -> None:
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lin.posts(HOLE)
    await town.mei.says("/report 柳桥三小门口路面塌陷")
    (other,) = town.ours(OFFICE)
    assert "柳桥三小" in other.text
    await town.passes(seconds=5)
    assert NUMBER in town.last(OFFICE).text


async def test_what_changes_meanwhile_waits_behind_it_and_is_said_in_one(town: Town) -> None:
    town.simulator.faults([{"kind": "500", "method": "file", "times": 2}])
    await town.lin.posts(HOLE)
    await Player(town, LU, LU).says(f"/accept {NUMBER}")
    await town.passes(seconds=5)
    (job,) = town.ours(OFFICE)
    assert "处置中" in job.text
    async with town.machine.runtime.database.read() as session:
        assert list(await session.scalars(select(Outbox.id).where(Outbox.state == "pending"))) == []


async def test_an_album_waits_for_its_first_picture_alone(town: Town) -> None:
    await town.lin.posts(HOLE, photos=3)
    await town.passes(seconds=2)
    (job,) = town.ours(OFFICE)
    assert job.has_photo
    assert _edits(town) == 0


def _edits(town: Town) -> int:
    return sum(entry["method"].startswith("editMessage") for entry in town.simulator.log())


# --- what is not public ---------------------------------------------------------------------------


@pytest.mark.usefixtures("faces")
async def test_of_what_is_not_public_only_who_acts_on_it_sees_the_copy(town: Town) -> None:
    await town.lin.starts()
    await town.lin.posts(ELDER)
    assert shown_in(town, GROUP) == []
    (job,) = shown_in(town, STREET)
    assert await is_hidden(town, job)
    others = {chat for chat in (OFFICE, DRAINAGE, CITY) if shown_in(town, chat)}
    assert others == set()


@pytest.mark.usefixtures("faces")
async def test_no_longer_public_a_copys_picture_and_an_earlier_fix_go(town: Town) -> None:
    await town.lin.posts(HOLE)
    await town.lu.posts("", reply_to=town.job)
    await town.passes(minutes=2)
    assert town.last(GROUP).has_photo
    await town.lin.presses("没解决", on=town.last(GROUP))
    await town.qiao.says(f"/category {NUMBER} 治安可疑")
    assert shown_in(town, GROUP) == []
    for chat in (DRAINAGE, CITY):
        for message in shown_in(town, chat):
            assert message.text.splitlines()[0] == f"#{NUMBER}", "a grey picture of nothing"


# --- 看原图 ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("faces")
async def test_off_by_default_there_is_no_button_and_a_forged_press_is_refused(town: Town) -> None:
    await town.lin.posts(HOLE)
    assert "看原图" not in town.job.labels
    assert await town.lu.forges(f"original|{NUMBER}", on=town.job) == told("original.off")
    assert shown_in(town, LU) == []
    assert await looks(town) == []


@pytest.mark.usefixtures("faces")
async def test_the_officer_sees_the_original_alone_and_that_he_looked_is_kept(town: Town) -> None:
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    await town.lu.presses("看原图", on=town.job)
    (shown,) = shown_in(town, LU)
    assert shown.text == told("original.shown", number=NUMBER)
    assert not await is_hidden(town, shown)
    assert shown.raw["has_protected_content"]
    assert len(shown_in(town, OFFICE)) == 1
    assert await is_hidden(town, town.job)
    assert [about for _, about in await looks(town)] == ["photo"]
    await town.shen.says(f"/looks {NUMBER}")
    assert "查看原图" in town.last(town.shen.id).text
    await town.passes(hours=13)
    assert shown_in(town, LU) == []
    await town.nothing_went_wrong()


@pytest.mark.usefixtures("faces")
async def test_too_old_to_be_taken_back_it_is_blanked(town: Town) -> None:
    """The bot was away: a message of more than two days is not deleted any more."""
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    await town.lu.presses("看原图", on=town.job)
    (shown,) = shown_in(town, LU)
    unhidden = shown.raw["photo"][-1]["file_unique_id"]
    await town.passes(hours=60)
    (shown,) = shown_in(town, LU)
    assert shown.text == told("original.taken_back")
    assert shown.raw["photo"][-1]["file_unique_id"] != unhidden
    await town.nothing_went_wrong()


@pytest.mark.usefixtures("faces")
async def test_what_is_no_longer_kept_is_said_to_be_and_loses_its_button(town: Town) -> None:
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).values(state="gone", media=None, public=None, thumbnail=None))
    assert await town.lu.presses("看原图", on=town.job) == told("original.over", number=NUMBER)
    assert "看原图" not in town.job.labels
    assert await looks(town) == []


@pytest.mark.usefixtures("faces")
async def test_a_forged_number_is_no_number(town: Town) -> None:
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    for forged in (f"{NUMBER}'", f"{NUMBER}:999999", NUMBER.lower()):
        assert await town.lu.forges(f"original|{forged}", on=town.job) == told("press.unknown")
    assert await looks(town) == []


@pytest.mark.usefixtures("faces")
async def test_the_leader_and_the_inspector_may_too(town: Town) -> None:
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    await town.qiao.says(f"/whistle {NUMBER} 排水公司")
    await town.qiao.forges(f"original|{NUMBER}", on=town.last(QIAO))
    await town.gu.says(f"/ticket {NUMBER}")
    await town.gu.forges(f"original|{NUMBER}", on=town.last(GU))
    for person in (QIAO, GU):
        assert not await is_hidden(town, shown_in(town, person)[-1])
    assert [about for _, about in await looks(town)] == ["photo", "photo"]


@pytest.mark.usefixtures("faces")
async def test_nobody_else_may_and_no_look_is_kept(town: Town) -> None:
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    await town.lin.starts()
    town.simulator.member(OFFICE, DAI, "member")
    for person in (DAI, MEI, LIN):
        town.simulator.member(OFFICE, person, "member")
        answer = await player(town, person, OFFICE).forges(f"original|{NUMBER}", on=town.job)
        assert answer == told("original.not_yours", number=NUMBER)
        assert shown_in(town, person) == []
    assert await looks(town) == []


@pytest.mark.usefixtures("faces")
async def test_nothing_hidden_no_button(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts(HOLE)
    assert "看原图" not in town.job.labels
    assert await town.lu.forges(f"original|{NUMBER}", on=town.job) == told("original.none", number=NUMBER)


@pytest.mark.usefixtures("faces")
async def test_the_tray_leads_there_too(town: Town) -> None:
    await lets_see(town, blur=True, originals=True)
    await town.lin.posts("印刷技校门口有个东西，不知道归谁管，坏了")
    await town.qiao.presses("看照片", on=leader_card(town))
    shown = town.last(QIAO)
    assert await is_hidden(town, shown)
    await town.qiao.presses("看原图", on=shown)
    assert not await is_hidden(town, town.last(QIAO))


async def test_who_never_pressed_start_is_shown_the_way_in(
    tmp_path: Any, books: PostgresBooks | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town_in(tmp_path / "town", books, staff_started=False) as town:
        clean: Clean = town.machine.runtime.workshop.clean

        async def with_a_face(data: bytes, *, hides: bool = True) -> Any:
            return replace(await clean(data, hides=hides), public=_white(), hidden=1)

        monkeypatch.setattr(town.machine.runtime.workshop, "clean", with_a_face)
        await lets_see(town, blur=True, originals=True)
        await town.lin.posts(HOLE)
        await town.lu.presses("看原图", on=town.job)
        link = town.last(OFFICE)
        assert link.text == told("private.open_first")
        assert await looks(town) == []
        url = str(link.raw["reply_markup"]["inline_keyboard"][0][0]["url"])
        await town.lu.starts(url.rpartition("=")[2])
        (shown,) = shown_in(town, LU)
        assert not await is_hidden(town, shown)
        assert [about for _, about in await looks(town)] == ["photo"]
