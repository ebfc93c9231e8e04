"""Who lives in the town, and what each of them is like: quick, slow, silent, wrong now and then."""

import csv
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.demo import demo_district
from tests.month.heard import NUMBER, Said
from tests.month.playing import Month

GROUPS = tuple(-1002610199000 - number for number in range(1, 7))
OFFICES = {-1002610199100 - number: 1020 + number for number in range(1, 17)}
"""A department's chat -> its officer."""
LEADERS = {GROUPS[n]: 1011 + n for n in range(6)}
ABOVE = (1017, 1018, 1019)
RIDERS = tuple(range(2001, 2061))
OPEN_TO_PRIVATE = frozenset(RIDERS[::3])
"""Those riders who have pressed Start."""
SILENT_LEADER = LEADERS[GROUPS[2]]
SILENT_OFFICE = -1002610199101
PROBLEMS = (
    "路面坑洼", "路面坑洼", "垃圾满溢", "垃圾满溢", "暴露垃圾", "路灯不亮", "井盖破损响", "占道经营", "乱停放共享单车",
    "小广告", "树枝断了挡路", "下水道堵了污水冒出来", "路面塌陷", "井盖没了，有人差点掉下去", "绿化带里有垃圾",
    "护栏坏了", "噪音扰民", "施工扬尘", "积水", "飞线充电", "楼道堆满杂物", "消防通道被占",
    "有个事情说不清楚，请来看看",
)  # fmt: skip
DAY = (0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 1, 3, 6, 7, 7, 6, 5, 5, 6, 7, 7, 6, 5, 5, 4, 3, 2, 1)
"""How many reports come in each hour of a day, by the clock of the district."""

Answer = Callable[[], Awaitable[None]]


class People:
    def __init__(self, month: Month) -> None:
        self.month, self.luck = month, month.luck
        with demo_district() as district:
            rows = csv.DictReader((district / "places.csv").read_text("utf-8-sig").splitlines())
            self.places = [row["name"] for row in rows]
        self.known = 0
        self.seen: dict[int, int] = {}

    async def move_in(self) -> None:
        town = self.month.town
        town.simulator.seed({"people": [{"id": rider, "first_name": f"骑手{rider}"} for rider in RIDERS]})
        for n, rider in enumerate(RIDERS):
            for group in {GROUPS[n % 6], GROUPS[(n + 1) % 6]}:
                town.simulator.member(group, rider, "member")
            if rider in OPEN_TO_PRIVATE:
                town.simulator.start(rider)
        for leader in (*LEADERS.values(), *ABOVE):
            town.simulator.start(leader)
        await town.settles()

    def report_at(self, moment: datetime) -> None:
        self.month.at(moment, self._reports)

    # --- reporters -----------------------------------------------------------------------------------

    async def _reports(self) -> None:
        n = self.luck.randrange(len(RIDERS))
        rider, group = RIDERS[n], GROUPS[(n + self.luck.randrange(2)) % 6]
        text = f"{self.luck.choice(self.places)}{self.luck.choice(PROBLEMS)}"
        kind = self.luck.random()
        if kind < 0.03:
            await self.month.posts(rider, group, "")  # a photo without a word
        elif kind < 0.06:
            await self.month.posts(rider, group, "大家吃了吗", photo=self.luck.random() < 0.3)
        elif kind < 0.09 and rider in OPEN_TO_PRIVATE:
            await self.month.posts(rider, rider, text)
        else:
            await self.month.posts(rider, group, text)
        if self.luck.random() < 0.08:  # somebody else sees the same
            other = RIDERS[(n + 6) % len(RIDERS)]
            again = partial(self.month.posts, other, group, text)
            self.month.later(again, minutes=self.luck.randrange(2, 90))
        await self.look_round(rider, group)

    async def look_round(self, rider: int | None = None, group: int | None = None) -> None:
        """What came in is known to whoever will act on it."""
        rows = await self.month.asked("SELECT id, number FROM tickets WHERE id > $1 ORDER BY id", self.known)
        for id, number in rows:
            self.known = id
            if rider is not None and group is not None:
                self.month.later(partial(self._meets, group, number), minutes=self.luck.randrange(5, 200))
                if self.luck.random() < 0.02:
                    withdraws = partial(self.month.posts, rider, group, f"/withdraw {number}")
                    self.month.later(withdraws, minutes=self.luck.randrange(1, 60))
        await self._hear()

    async def _meets(self, group: int, number: str) -> None:
        if self.luck.random() < 0.15:
            await self.month.presses(RIDERS[(GROUPS.index(group) + 6) % 60], group, number, "我也遇到")

    # --- who is rung ---------------------------------------------------------------------------------

    async def _hear(self) -> None:
        """Each who was rung since the last time will see to it, sooner or later."""
        ear = self.month.ear
        for chat in (*OFFICES, *LEADERS.values(), *ABOVE, *GROUPS, *OPEN_TO_PRIVATE):
            said = ear.in_chat[chat]
            for message in said[self.seen.get(chat, 0) :]:
                await self._is_rung(chat, message)
            self.seen[chat] = len(said)

    async def _is_rung(self, chat: int, message: Said) -> None:
        if message.asked:
            return
        if chat in OFFICES and message.number is not None:
            slow = 8 if chat == SILENT_OFFICE else 1
            pause = slow * self.luck.choice((5, 10, 20, 40, 90, 300))
            self._then(partial(self._officer, chat, message.number), minutes=pause)
        elif chat in LEADERS.values() or chat in ABOVE:
            if chat != SILENT_LEADER:
                self._then(partial(self._leader, chat), minutes=self.luck.choice((1, 4, 8, 20, 60)))
        elif "已解决" in message.buttons and message.number is not None and self.luck.random() < 0.55:
            label = "没解决" if self.luck.random() < 0.12 else "已解决"
            person = chat if chat > 0 else await self._reporter(message.number)
            if person is not None:
                answers = partial(self.month.presses, person, chat, message.number, label)
                self._then(partial(_do, answers), minutes=self.luck.choice((1, 5, 20, 120, 2000)))

    def _then(self, act: Answer, **pause: float) -> None:
        async def acts() -> None:
            await act()
            await self.look_round()

        self.month.later(acts, **pause)

    async def _reporter(self, number: str) -> int | None:
        rows = await self.month.asked(
            "SELECT a.external_id FROM addresses a JOIN tickets t ON t.reporter_id = a.person_id WHERE t.number = $1",
            number,
        )
        return int(rows[0][0]) if rows else None

    async def _stage(self, number: str) -> str:
        return str((await self.month.asked("SELECT stage FROM tickets WHERE number = $1", number))[0][0])

    async def _officer(self, chat: int, number: str) -> None:
        """Takes it, hands it back, asks for time, or mends it."""
        officer, luck, stage = OFFICES[chat], self.luck, await self._stage(number)
        if stage == "dispatched":
            if luck.random() < 0.08:
                await self.month.posts(officer, chat, f"/return {number} 不归我们管", photo=False)
                return
            if luck.random() < 0.1:
                return  # forgotten, until somebody urges
            if not await self.month.presses(officer, chat, number, "接单"):
                return
            stage = await self._stage(number)
            if luck.random() < 0.4:
                await self.month.presses(officer, chat, number, "已围护")
        if stage != "working":
            return
        if luck.random() < 0.06:
            await self.month.posts(officer, chat, f"/extend {number} 1 材料没到", photo=False)
        elif luck.random() < 0.03:
            await self.month.posts(officer, chat, f"/suspend {number} 三天 等材料", photo=False)
        self._then(partial(self._mends, chat, number), minutes=luck.choice((10, 60, 120, 300, 1500, 3000, 9000)))

    async def _mends(self, chat: int, number: str) -> None:
        if await self._stage(number) == "working":
            card = next((said for said in self.month.ear.by_number[chat, number] if said.answers is None), None)
            if card is not None:
                await self.month.posts(OFFICES[chat], chat, "完成", reply_to=card.id)
        elif await self._stage(number) == "suspended":
            self._then(partial(self._mends, chat, number), minutes=5000)

    async def _leader(self, chat: int) -> None:
        """Looks at his tray, and does what he can of it."""
        tray = next((said for said in reversed(self.month.ear.in_chat[chat]) if said.text.startswith("📥")), None)
        if tray is None:
            return
        for number in list(dict.fromkeys(NUMBER.findall(tray.text)))[: self.luck.randrange(1, 5)]:
            stage = await self._stage(number)
            if await self.month.presses(chat, chat, number, "同意"):
                continue
            if stage in ("pending", "filed", "returned"):
                to = self.luck.choice(("市政中心", "排水公司", "环卫园林中心", "城管执法队"))
                await self.month.posts(chat, chat, f"/dispatch {number} {to}", photo=False)
            elif stage in ("dispatched", "working"):
                await self.month.posts(chat, chat, f"/urge {number}", photo=False)
            elif stage == "resolved" and self.luck.random() < 0.6:
                verb = f"/reopen {number} 没修平" if self.luck.random() < 0.08 else f"/verify {number}"
                await self.month.posts(chat, chat, verb, photo=False)


async def _do(act: Callable[[], Awaitable[bool]]) -> None:
    await act()


def moments(month: Month, midnight: datetime, days: int, reports: int) -> list[datetime]:
    """When reports come in: more by day than by night. midnight: at which the first day begins."""
    luck = month.luck
    hours = luck.choices(range(24), weights=DAY, k=reports)
    return sorted(
        midnight + timedelta(days=luck.randrange(days), hours=hour, seconds=luck.randrange(3600)) for hour in hours
    )
