"""The town for conversations: the named cast, the real bot, the strict simulator, in one process, on one clock."""

import atexit
import io
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing, nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from PIL import Image
from sqlalchemy import Dialect, event, select

from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import Database
from bot.demo import demo_district
from bot.district.loading import load_folder
from bot.migrating import migrate
from bot.pace import Pace, parse
from bot.runtime import Runtime
from bot.town import Town as Machine
from handlers.book import Book
from media.store import open_store
from media.workshop import Workshop
from models.mail import Inbox, Outbox
from simulator import files
from simulator.pictures import sizes
from simulator.town import Town as Simulator
from tests.books import FILE, NOTHING, Books, PostgresBooks, SqliteBooks
from tests.inprocess import InProcess
from tests.openings import Opening
from tests.replaying import untold_by_events

TOKEN = "7000001:test"
MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # a working Friday, 09:00 in the district
LIN, MEI, WANG, QIAO, LU, DAI, GU, SHEN = 1001, 1002, 1003, 1011, 1022, 1023, 1041, 1051
GROUP, OFFICE, DRAINAGE = -1002610199001, -1002610199102, -1002610199103
HOLE = "团结西路印刷技校门口,路面有一处塌陷"
Json = dict[str, Any]


def drawn(number: int) -> Image.Image:
    """A picture of its own: patches of light and dark as no other number has them, and enough to be known by."""
    patches = Random(number).randbytes(16 * 12 * 3)
    return Image.frombytes("RGB", (16, 12), patches).resize((320, 240), Image.Resampling.BICUBIC)


def saved(picture: Image.Image, quality: int = 75, **how: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, **how)
    return made.getvalue()


@lru_cache(64)
def _drawn_once(number: int) -> bytes:
    """Each town begins with the first ones."""
    return saved(drawn(number))


class StillClock(Clock):
    """Stands still until the test moves it; pauses cost no time."""

    def __init__(self, moment: datetime = MORNING) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Message:
    """A message as somebody sees it."""

    town: "Town"
    chat: int
    raw: Json

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self._rows for button in row]

    @property
    def reply_to(self) -> int | None:
        return self.raw.get("reply_to_message", {}).get("message_id")

    @property
    def has_photo(self) -> bool:
        return "photo" in self.raw

    @property
    def is_ours(self) -> bool:
        return bool(self.raw["from"]["is_bot"])

    @property
    def mentions(self) -> list[str]:
        """Whom it calls by name."""
        entities = self.raw.get("entities") or self.raw.get("caption_entities") or []
        units = self.text.encode("utf-16-le")
        return [
            units[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in entities
            if e["type"] == "text_mention" or e.get("url", "").startswith("tg://user")
        ]

    def data(self, label: str) -> str:
        return str(next(b["callback_data"] for row in self._rows for b in row if b["text"] == label))

    def now(self) -> "Message":
        """The same message as it is by now."""
        return next(m for m in self.town.messages(self.chat) if m.id == self.id)

    @property
    def _rows(self) -> list[list[Json]]:
        return list(self.raw.get("reply_markup", {}).get("inline_keyboard", []))


@dataclass
class Player:
    """Somebody of the cast. Everything he does is followed by everything the bot does about it."""

    town: "Town"
    id: int
    home: int

    async def posts(
        self, text: str = "", photos: int = 1, chat: int | None = None, reply_to: Message | None = None, **said: Any
    ) -> Message:
        """A photo with a caption (several make an album)."""
        return await self._said(chat, text, reply_to, pictures=photos, **said)

    async def says(self, text: str, chat: int | None = None, reply_to: Message | None = None, **said: Any) -> Message:
        return await self._said(chat, text, reply_to, **said)

    async def sends_place(
        self, latitude: float, longitude: float, chat: int | None = None, reply_to: Message | None = None
    ) -> Message:
        return await self._said(chat, "", reply_to, location={"latitude": latitude, "longitude": longitude})

    async def presses(self, label: str, on: Message) -> str:
        """Returns what the phone shows as the answer ("" for nothing)."""
        simulator, data = self.town.simulator, on.now().data(label)
        press = await self.town.after(
            f"press {self.id} {on.chat} {on.id} {data}", lambda: simulator.press(self.id, on.chat, on.id, data)
        )
        answer = simulator.answer(press)
        assert answer["answered"], f"nobody answered {label}"
        return str(answer.get("text") or "")

    async def forges(self, data: str, on: Message) -> str:
        press = self.town.simulator.press(self.id, on.chat, on.id, data, forged=True)
        await self.town.settles()
        answer = self.town.simulator.answer(press)
        assert answer["answered"]
        return str(answer.get("text") or "")

    async def edits(self, message: Message, text: str) -> None:
        self.town.simulator.edit(self.id, message.chat, message.id, text)
        await self.town.settles()

    async def starts(self, payload: str = "") -> Message:
        await self.town.after(f"start {self.id} {payload}", lambda: self.town.simulator.start(self.id, payload))
        return self.town.last(self.id)

    async def _said(
        self, chat: int | None, text: str, reply_to: Message | None, pictures: int = 0, **said: Any
    ) -> Message:
        where, replied = chat if chat is not None else self.home, reply_to.id if reply_to else None

        def say() -> Json:
            if pictures:
                said["photos"] = [{"upload": self.town.picture()} for _ in range(pictures)]
            made: list[Json] = self.town.simulator.post(self.id, where, text, reply_to=replied, **said)
            return made[0]

        raw = await self.town.after(f"post {self.id} {where} {replied} {pictures} {text!r} {said!r}", say)
        return Message(self.town, where, raw)


@dataclass
class Town:
    simulator: Simulator
    machine: Machine
    clock: StillClock
    folder: Path
    books: Books | None = None
    """The database, to look at; None where it is nobody's but this town's."""
    seen: int = 0
    pictures: int = field(default=0)
    opening: Opening | None = None
    """None: nothing of it is shared with other conversations."""

    @property
    def lin(self) -> Player:
        return Player(self, LIN, GROUP)

    @property
    def mei(self) -> Player:
        return Player(self, MEI, GROUP)

    @property
    def wang(self) -> Player:
        return Player(self, WANG, GROUP)

    @property
    def qiao(self) -> Player:
        """Leader of the grid; speaks in his private chat."""
        return Player(self, QIAO, QIAO)

    @property
    def lu(self) -> Player:
        """Officer of the municipal centre, which mends roads."""
        return Player(self, LU, OFFICE)

    @property
    def dai(self) -> Player:
        """Officer of the drainage company."""
        return Player(self, DAI, DRAINAGE)

    @property
    def gu(self) -> Player:
        return Player(self, GU, GU)

    @property
    def shen(self) -> Player:
        """The administrator."""
        return Player(self, SHEN, SHEN)

    # --- what the chats show ----------------------------------------------------

    def messages(self, chat: int) -> list[Message]:
        return [
            Message(self, chat, raw) for raw in self.simulator.messages(None, chat, 0, 1000) if not raw.get("deleted")
        ]

    def ours(self, chat: int) -> list[Message]:
        return [message for message in self.messages(chat) if message.is_ours]

    def last(self, chat: int) -> Message:
        return self.ours(chat)[-1]

    @property
    def card(self) -> Message:
        """The last card in the grid's group."""
        return next(m for m in reversed(self.ours(GROUP)) if "#LH" in m.text and not m.has_photo)

    @property
    def job(self) -> Message:
        """The last card in the municipal centre's chat."""
        return next(m for m in reversed(self.ours(OFFICE)) if "#LH" in m.text and m.labels)

    def picture(self) -> str:
        """A new picture, unlike the others."""
        self.pictures += 1
        return self.simulator.upload(_drawn_once(self.pictures), "picture.jpg")

    async def nothing_went_wrong(self) -> None:
        """No turn failed, nothing is left to say, nothing was refused by the server for its form, and every ticket is
        what its events tell."""
        async with self.machine.runtime.database.read() as session:
            failed = [(row.what, row.reason) for row in await session.scalars(select(Inbox).where(Inbox.attempts > 0))]
            unsaid = [
                (row.kind, row.reason) for row in await session.scalars(select(Outbox).where(Outbox.state == "failed"))
            ]
            book = await self.machine.runtime.book(session)
            untold = await untold_by_events(session, book.hours if book else None)
        assert not failed
        assert not unsaid
        assert not untold

    # --- time ---------------------------------------------------------------------

    async def passes(self, **time: float) -> None:
        """Let time go by, and the bot do what falls due."""

        def go_by() -> None:
            self.clock.moment += timedelta(**time)

        await self.after(f"pass {time!r}", go_by)

    async def after(self, said: str, does: Callable[[], Any]) -> Any:
        """What somebody does, and everything the bot does about it. said: the same words for the same deed."""

        async def play() -> Any:
            result = does()
            await self.settles()
            return result

        return await (self.opening.step(said, play) if self.opening is not None else play())

    async def settles(self) -> None:
        """Until the bot has nothing left to do now."""
        while await self._step():
            pass

    async def _step(self) -> int:
        machine, done = self.machine, await self._receive()
        if await self._may_wait("timers"):
            done += await machine.clock.ring_due()
        while await self._may_wait("inbox") and await machine.worker.turn():
            done += 1
        if await self._may_wait("outbox"):
            done += await machine.sender.start_due()
            await machine.sender.finish()
        if await self._may_wait("errands"):
            done += await machine.errands.start_due()
            await machine.errands.finish()
        return done

    async def _may_wait(self, table: str) -> bool:
        return self.books is None or await self.books.may_wait(table, self.clock.moment)

    async def _receive(self) -> int:
        answer = await self.simulator.call(
            TOKEN, "getUpdates", {"offset": self.seen, "timeout": 0, "allowed_updates": ALLOWED}
        )
        updates = answer["result"]
        if updates:
            await self.machine.keep(self.machine.runtime.channel("telegram"), updates)
            self.seen = updates[-1]["update_id"] + 1
        return len(updates)


ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]


@asynccontextmanager
async def town_in(
    folder: Path,
    postgres: PostgresBooks | None = None,
    *,
    database_url: str | None = None,
    limits: str = "off",
    staff_started: bool = True,
) -> AsyncIterator[Town]:
    """The demo district, with everybody who works for it having pressed Start.

    postgres: where its records are kept, else in a file; database_url: one of its own, without a table.
    """
    if database_url is not None:
        async with _opened(folder, Database.opened(database_url), limits) as town:
            await _fill(town.machine.runtime.database)
            await _begin(town, staff_started)
            yield town
        return
    template = await _template(folder.parent, postgres, staff_started)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    if postgres is not None:
        await postgres.take(template)
    async with _opened(folder, _database(folder, postgres), limits) as town:
        town.seen = int((folder / "seen").read_text())
        town.machine.runtime._book = _BOOKS[template]
        with closing(SqliteBooks(folder)) if postgres is None else nullcontext(postgres) as town.books:
            yield town


def _database(folder: Path, postgres: PostgresBooks | None) -> Database:
    return postgres.database if postgres else Database.opened(f"sqlite+aiosqlite:///{folder / FILE}")


@asynccontextmanager
async def _opened(folder: Path, database: Database, limits: str) -> AsyncIterator[Town]:
    clock = StillClock()
    is_new = not (folder / "simulator").exists()
    simulator = Simulator(folder / "simulator", now=lambda: clock.moment.timestamp())
    if is_new:
        simulator.seed({"bot": {"token": TOKEN, "username": "roving_grid_bot", "first_name": "流动网格员"}})
        simulator.seed(json.loads(_cast()))
    _speak_as_before(database)
    _write_in_haste(database)
    channel = TelegramChannel(TOKEN, "http://town.test", wire=InProcess(simulator))
    store = open_store(f"file:{folder / 'media'}")
    await store.open()
    await channel.open()
    runtime = Runtime(database, clock, {"telegram": channel}, store, _workshop(), Pace(parse(limits), clock.monotonic))
    try:
        yield Town(simulator, Machine(runtime), clock, folder)
    finally:
        await runtime.close()
        simulator.close()


class SharedWorkshop(Workshop):
    """Of all the towns of a process: a worker for each of thousands would take longer to start than they to talk.

    What was made of the same pictures is known: every town begins with the same ones, and to look for faces in one
    takes fifteen times as long as everything else that is done with it.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._made: dict[str, tuple[Json, list[bytes]]] = {}

    async def work(self, job: str, files: Sequence[bytes], **words: Any) -> tuple[Json, list[bytes]]:
        asked = json.dumps([job, [sha256(file).hexdigest() for file in files], words], sort_keys=True)
        if asked not in self._made:
            self._made[asked] = await super().work(job, files, **words)
        return deepcopy(self._made[asked])

    async def close(self) -> None:
        """At the end of the process only."""


@cache
def _workshop() -> Workshop:
    shared = SharedWorkshop(niceness=0, rest_s=600.0)
    atexit.register(shared.stop)
    return shared


_SPOKEN: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


def _speak_as_before(database: Database) -> None:
    """A statement spelled out in one town is known in the next, as in a process that lives long: SQLAlchemy forgets
    it with each engine, and a fifth of the suite's time went into spelling the same ones."""
    for name, engine in (("writer", database._writer), ("reader", database._reader)):
        if engine is not None and database.is_sqlite:
            dialect, spoken = _SPOKEN.setdefault(name, (engine.dialect, {}))
            engine.sync_engine.dialect = dialect
            engine.update_execution_options(compiled_cache=spoken)


vars(files)["sizes"] = lru_cache(256)(sizes)  # the first pictures of a town are those of every town


def _write_in_haste(database: Database) -> None:
    """No town of ours outlives its process: it need not wait for the disk thirty times a conversation."""
    if database.is_sqlite:

        @event.listens_for(database.writer.sync_engine, "connect")
        def hasten(connection: Any, _: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.close()


async def _begin(town: Town, staff_started: bool) -> None:
    if staff_started:
        for person in (QIAO, LU, DAI, GU, SHEN):
            town.simulator.start(person)
    await town.settles()


@cache
def _cast() -> str:
    with demo_district() as district:
        return (district / "town.json").read_text("utf-8")


_TEMPLATES: dict[tuple[bool, bool], Path] = {}
_BOOKS: dict[Path, Book | None] = {}
"""The district as the template's town read it: all its copies have the same, until a newer edition is loaded."""


async def _template(folder: Path, postgres: PostgresBooks | None, staff_started: bool) -> Path:
    """A town on its first morning, made once: else most of the suite's time went into migrating, loading, greeting."""
    which = (postgres is not None, staff_started)
    if which not in _TEMPLATES:
        path = Path(mkdtemp(prefix="template-", dir=folder))
        if postgres is not None:
            await postgres.take(NOTHING)
        async with _opened(path, _database(path, postgres), "off") as town:
            await _fill(town.machine.runtime.database)
            await _begin(town, staff_started)
            (path / "seen").write_text(str(town.seen))
            _BOOKS[path] = town.machine.runtime._book
        if postgres is not None:
            await postgres.keep(path)
        else:
            with closing(sqlite3.connect(path / FILE)) as books:
                books.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else every town copied, and looked through, its log
        _TEMPLATES[which] = path
    return _TEMPLATES[which]


async def _fill(database: Database) -> None:
    await migrate(database)
    with demo_district() as district:
        await load_folder(database, district, StillClock())
