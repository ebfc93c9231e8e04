"""What /metrics tells means what it says: each figure against what was done, and against the records."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import sqlite
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot import counts, measuring
from bot.channels.telegram import errors
from bot.channels.telegram.errors import explained
from bot.channels.telegram.transport import Broken, NeverReached, ServerFault, TooMany
from bot.measuring import Measuring
from handlers import notices
from models.chat import Chat
from models.mail import Inbox, Outbox
from models.ticket import Ticket
from simulator.town import Town as Simulator
from tests.benchmarks.turns import counting
from tests.cast import ALLOWED, GROUP, HOLE, LIN, TOKEN, Town

LIGHT = "柳荫路口路灯不亮"
CALL = "代报 王女士 13812345678 说团结西路印刷技校门口路面塌陷"
HERE = (34.2705, 108.92238)


def told(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Rise:
    """How much a counter has grown since."""

    def __init__(self, name: str, label: str) -> None:
        self.name, self.label = name, label
        self.before = self._now()

    def _now(self) -> dict[str, float]:
        return {
            sample.labels[self.label]: sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
            if sample.name == self.name
        }

    @property
    def by(self) -> dict[str, float]:
        now = self._now()
        return {
            value: now[value] - self.before.get(value, 0) for value in now if now[value] != self.before.get(value, 0)
        }


async def kept(town: Town, *said: Callable[[Simulator], Any]) -> None:
    """Said and stored, and not handled yet."""
    for say in said:
        say(town.simulator)
    asked = {"offset": town.seen, "timeout": 0, "allowed_updates": ALLOWED}
    updates = (await town.simulator.call(TOKEN, "getUpdates", asked))["result"]
    await town.machine.keep(town.machine.runtime.channel("telegram"), updates)
    town.seen = updates[-1]["update_id"] + 1


async def measured(town: Town) -> Measuring:
    measures = Measuring(town.machine.runtime)
    await measures.take()
    return measures


# --- counted as it happens; monkeypatch: what was played before is played again, not copied -------------


async def ways_to_report(town: Town) -> dict[str, float]:
    rise = Rise("roving_reports_total", "how")
    await town.lin.posts(HOLE)
    await town.mei.posts(HOLE)  # joins
    await town.mei.says(f"/report {LIGHT}")
    await town.qiao.says(CALL)
    await town.lin.starts()
    alone = town.lin.__class__(town, LIN, LIN)
    await alone.says("/report")
    await alone.posts("")
    await alone.sends_place(*HERE)
    await alone.says("这里有一堆垃圾")
    await alone.presses("发送", on=next(m for m in reversed(town.ours(LIN)) if m.labels))
    return rise.by


async def test_reports_are_counted_by_how_they_came(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await ways_to_report(town) == {"photo": 2, "text": 1, "relay": 1, "form": 1}
    async with town.machine.runtime.database.read() as session:
        tickets = await session.scalar(select(func.count()).select_from(Ticket))
    assert tickets is not None
    assert tickets <= 5


async def test_control_a_report_that_fails_is_not_counted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(notices, "tell", breaks)
    rise, turns = Rise("roving_reports_total", "how"), Rise("roving_turns_total", "outcome")
    await kept(town, lambda said: said.post(LIN, GROUP, HOLE, photos=[{"upload": town.picture()}]))
    for _ in range(5):
        await town.machine.worker.turn()
        town.clock.moment += timedelta(minutes=1)
    assert rise.by == {}
    assert turns.by == {"failed": 5, "set aside": 1}
    await measured(town)
    assert told("roving_set_aside_rows") == 1
    town.clock.moment += timedelta(days=2)
    await measured(town)
    assert told("roving_set_aside_rows") == 0
    # It is rolled back, and no figure is left of it but that it was set aside.
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Inbox).values(attempts=0))


async def test_a_refusal_is_a_turn_of_its_own_kind(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.lin.posts(HOLE)
    turns, seconds = Rise("roving_turns_total", "outcome"), told("roving_turn_seconds_count")
    await town.dai.says("/accept LH2611200001")
    assert turns.by.get("refused") == 1
    assert told("roving_turn_seconds_count") - seconds == sum(turns.by.values())


async def test_updates_and_repeats(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Rise("roving_updates_received_total", "channel")
    again = Rise("roving_updates_repeated_total", "channel")
    before = town.seen
    await kept(town, lambda said: said.post(LIN, GROUP, "早"), lambda said: said.post(LIN, GROUP, "早安"))
    town.seen = before  # the offset is lost: the page comes again
    await kept(town)
    assert (new.by, again.by) == ({"telegram": 2}, {"telegram": 2})


CAUSES: list[tuple[TelegramError, str]] = [
    (TooMany(3), "429"),
    (Forbidden("bot was blocked by the user"), "403"),
    (BadRequest("can't parse entities"), "400"),
    (BadRequest("Message to edit not found"), "gone"),
    (InvalidToken("x"), "401"),
    (EndPointNotFound("x"), "404"),
    (Conflict("terminated by other getUpdates request"), "409"),
    (ServerFault("the server answered 500"), "5xx"),
    (Broken("a gateway answered 502"), "5xx"),
    (ChatMigrated(-1001), "moved"),
    (NeverReached("no connection (ClientConnectorError)"), "no connection"),
    (Broken("no answer within 30 s"), "time-out"),
    (Broken("the connection broke (ServerDisconnectedError)"), "reset"),
    (Broken("an answer that is none of the Bot API"), "garbled"),
    (TelegramError("?"), "garbled"),
]


@pytest.mark.parametrize(("error", "cause"), CAUSES, ids=[f"{type(error).__name__}-{cause}" for error, cause in CAUSES])
def test_every_error_has_a_cause_that_is_counted(error: TelegramError, cause: str) -> None:
    assert explained(error).cause == cause
    assert cause in counts.CAUSES


SICK = [
    ("429", "429", "again"),
    ("403", "403", "again"),
    ("400", "400", "given up"),
    ("500", "5xx", "again"),
    ("reset_after", "reset", "again"),
    ("reset_before", "reset", "again"),
    ("garbled", "garbled", "again"),
]


@pytest.mark.parametrize(("fault", "cause", "outcome"), SICK)
async def test_a_send_that_fails_is_counted_by_cause_and_by_what_follows(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: str, cause: str, outcome: str
) -> None:
    before = told("roving_send_errors_total", cause=cause, outcome=outcome)
    rule = {"method": "sendMessage", "chat": GROUP, "kind": fault, "times": 1}
    town.simulator.faults([{**rule, "retry_after": 5} if fault == "429" else rule])
    await town.lin.says("/ticket LH2611209999")
    assert told("roving_send_errors_total", cause=cause, outcome=outcome) - before == 1
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Outbox).where(Outbox.state == "failed").values(state="sent"))


@pytest.mark.parametrize(("fault", "cause", "outcome"), [case for case in SICK if case[2] == "again"])
async def test_control_where_every_error_has_the_same_cause(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: str, cause: str, outcome: str
) -> None:
    monkeypatch.setattr(errors, "_cause", lambda *_: "other")
    with pytest.raises(AssertionError):
        await test_a_send_that_fails_is_counted_by_cause_and_by_what_follows(town, monkeypatch, fault, cause, outcome)


# --- asked of the records -------------------------------------------------------------------------


async def test_the_age_of_lanes_is_that_of_their_oldest_row(town: Town) -> None:
    await measured(town)
    assert told("roving_lane_age_seconds", lane="group") == 0
    await kept(town, lambda said: said.post(LIN, GROUP, "早"))
    town.clock.moment += timedelta(seconds=400)
    await kept(town, lambda said: said.start(LIN), lambda said: said.post(LIN, GROUP, "早"))
    town.clock.moment += timedelta(seconds=5)
    await measured(town)
    assert told("roving_lane_age_seconds", lane="group") == 405
    assert told("roving_lane_age_seconds", lane="private") == 5
    assert told("roving_lanes_waiting", lane="group") == told("roving_lanes_waiting", lane="private") == 1
    assert told("roving_waiting_rows", table="inbox") == 3
    assert told("roving_oldest_waiting_seconds", table="inbox") == 405
    await town.settles()
    await measured(town)
    assert told("roving_lane_age_seconds", lane="group") == told("roving_waiting_rows", table="inbox") == 0


async def test_the_age_of_what_is_unsaid_by_urgency_and_parked_chats_apart(town: Town) -> None:
    await kept(town, lambda said: said.post(LIN, GROUP, HOLE, photos=[{"upload": town.picture()}]))
    await town.machine.worker.turn()
    async with town.machine.runtime.database.read() as session:
        rows = list((await session.execute(select(Outbox.id, Outbox.chat_id).where(Outbox.state == "pending"))).all())
    assert len(rows) > 1
    (urgent, _), (_, left), *_ = sorted(rows)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Outbox).where(Outbox.id == urgent).values(is_urgent=True))
        (await session.get_one(Chat, left)).park("kicked", town.clock.now())
    gone = sum(chat == left for _, chat in rows)
    town.clock.moment += timedelta(seconds=90)
    await measured(town)
    found = {of: told("roving_outbox_rows", of=of) for of in counts.POST}
    assert found == {"urgent": 1, "parked": gone, "ordinary": len(rows) - gone - 1}
    assert {told("roving_outbox_age_seconds", of=of) for of in counts.POST} == {90}
    assert told("roving_waiting_rows", table="outbox") == len(rows)
    async with town.machine.runtime.database.write() as session:
        (await session.get_one(Chat, left)).unpark()
    await town.settles()


async def test_late_tickets_by_stage_and_by_how_late(town: Town) -> None:
    await town.lin.posts(HOLE)
    await measured(town)
    assert told("roving_late_tickets", stage="dispatched", late="under an hour") == 0
    async with town.machine.runtime.database.read() as session:
        ticket = (await session.scalars(select(Ticket))).one()
        due = ticket.due_at
    assert due is not None
    for late, name in (
        (59, "under an hour"),
        (61, "under a day"),
        (24 * 60 + 1, "under a week"),
        (8 * 24 * 60, "longer"),
    ):
        town.clock.moment = due + timedelta(minutes=late)
        await measured(town)
        found = {how: told("roving_late_tickets", stage="dispatched", late=how) for how in (*counts.LATENESS, "longer")}
        assert found == {how: float(how == name) for how in found}
        assert told("roving_latest_seconds", stage="dispatched") == late * 60
        async with town.machine.runtime.database.read() as session:
            assert ticket.is_overdue(town.clock.now())  # as the model says it of one
            assert len(list(await session.scalars(Ticket.overdue(town.clock.now())))) == 1
    town.clock.moment = due


async def test_control_a_ticket_in_time_is_not_late(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: whatever is open counts as late; the figures above would not hold."""
    await town.lin.posts(HOLE)
    monkeypatch.setattr(Ticket, "overdue", classmethod(lambda cls, at: select(cls).where(cls.ended_at.is_(None))))
    await measured(town)
    assert sum(told("roving_late_tickets", stage="dispatched", late=how) for how in (*counts.LATENESS, "longer")) == 1


# --- cheap, and there when the database is not ---------------------------------------------------------


async def test_a_scrape_asks_little_and_the_next_asks_nothing(town: Town) -> None:
    with counting() as asked:
        measures = await measured(town)
        first = [statement for statement in asked if statement.startswith("SELECT")]
        await measures.take()
    assert len(first) == 6
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 6


async def test_control_without_the_pause_each_scrape_asks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "FRESH_S", 0.0)
    monkeypatch.setattr(measuring, "LATE_EVERY_S", 0.0)
    with counting() as asked:
        await (await measured(town)).take()
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 12


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["inbox", "outbox", "parked", "errands", "set aside", "late"])
async def test_what_is_asked_goes_through_an_index(town: Town, name: str) -> None:
    now = town.clock.now()
    asked = {
        "inbox": measuring.unhandled(["telegram"]), "outbox": measuring.UNSAID[False], "parked": measuring.UNSAID[True],
        "errands": measuring.UNDONE, "set aside": measuring.SET_ASIDE.params(since=now),
        "late": Ticket.lateness(now, counts.LATENESS, counts.LONGER),
    }[name]  # fmt: skip
    spelled = str(asked.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    async with town.machine.runtime.database.read() as session:
        plan = [str(row[3]) for row in await session.execute(text(f"EXPLAIN QUERY PLAN {spelled}".replace(":", "\\:")))]
    whole = [step for step in plan if step.startswith("SCAN") and "USING" not in step]
    ours = [step for step in whole if any(table in step.split() for table in ("inbox", "outbox", "errands", "tickets"))]
    assert ours == [], plan


async def test_with_the_database_away_it_tells_what_it_has(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept(town, lambda said: said.post(LIN, GROUP, "早"))
    await measured(town)
    assert (told("roving_waiting_rows", table="inbox"), told("roving_database_away")) == (1, 0)
    away = OSError("gone")

    def breaks() -> Any:
        raise away

    with monkeypatch.context() as patched:
        patched.setattr(town.machine.runtime.database, "read", breaks)
        measures = await measured(town)
        assert (told("roving_waiting_rows", table="inbox"), told("roving_database_away")) == (1, 1)
    await measures.take()  # what failed is asked again at once
    assert told("roving_database_away") == 0
    assert told("roving_speaks") == town.machine.runtime.presence.speaks.is_set()
    assert told("roving_disk_free_bytes", of="media") > 0
    await town.settles()


async def test_labels_are_kinds_and_never_people(town: Town) -> None:
    await town.lin.posts(HOLE)
    await measured(town)
    page = generate_latest().decode()
    assert not [word for word in (HOLE, "印刷技校", "LH2611", str(LIN), str(GROUP), "骑手") if word in page]
    values = {value for family in REGISTRY.collect() for sample in family.samples for value in sample.labels.values()}
    assert not [value for value in values if value.isdigit() and len(value) > 3 and not value.startswith("0")]
