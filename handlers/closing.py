"""What closing words usually say: when it was taken up, with whom, what was done, by when (field.md b, Proof)."""

import re
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.person import Person
from reading.normalise import normalise


class Element(StrEnum):
    TAKEN_UP = "taken_up"
    WITH_WHOM = "with_whom"
    DONE = "done"
    BY_WHEN = "by_when"


MOMENT = (
    r"(?:\d{1,2}[:点时]\d{0,2}|\d{1,2}月\d{1,2}[日号]?"
    r"|[今昨前]天|当天|当日|今日|昨日|上午|下午|中午|晚上|凌晨|早上|刚才|刚刚|立即|马上|第一时间"
    r"|[一二两三四五六七八九十\d]+个?(?:小时|分钟|天)内?"
    r"|today|yesterday|this (?:morning|afternoon)|at once|\d{1,2}\s*[ap]m)"
)
FINISHED = (
    r"(?:完毕|完成|完工|办结|办完|办好|做完|弄好|修好|修复|恢复|解决|处理好|清理干净|到位|结束"
    r"|finished|done|fixed|completed|restored)"
)
SIGNS: dict[Element, re.Pattern[str]] = {
    Element.TAKEN_UP: re.compile(
        rf"接(?:到|单|报|手|派)|派(?:出|员|人)|到(?:达|场|了?现场)|赶(?:到|赴|往)|现场|received|arrived|went|{MOMENT}"
    ),
    Element.WITH_WHOM: re.compile(
        r"(?:与|和|同|跟|联系|联合|会同|告知|通知|回访|请|协调|配合).{0,12}?(?:市民|居民|群众|业主|住户|商户|店|上报人|反映人|当事人|师傅"
        r"|物业|社区|网格|街道|公司|单位|部门|局|队|站|中心|人员|工人|他|她)|工人|人员|班组|抢修队|维修队|师傅|我们|我单位"
        r"|\b(?:with|together|crew|workers?|called|told|we)\b"
    ),
    Element.DONE: re.compile(
        r"[修换补清填围除拆装扶铺疏焊堵固贴运洗扫挪移加关停断通排检查劝罚改]|处[理置]|恢复|解决|整改|更新|安装|调解|协调|协商|和好|办[完好结]|弄好"
        r"|\b(?:repair|replac|clean|clear|fill|fix|remov|patch|mend|restor|install|pump)\w*"
    ),
    Element.BY_WHEN: re.compile(
        rf"{MOMENT}.{{0,12}}?{FINISHED}|{FINISHED}.{{0,6}}?{MOMENT}"
        rf"|已经?.{{0,10}}?{FINISHED}|已恢复"
    ),
}  # fmt: skip


NEARLY_NOTHING = 6
"""Characters: fewer of them tell nobody what was done."""


def lacking(text: str) -> tuple[Element, ...]:
    """Which of the four elements the words do not tell of, in their order. Lenient: a sign of one is enough."""
    said = normalise(text).casefold()
    return tuple(element for element, sign in SIGNS.items() if not sign.search(said))


def is_enough(text: str) -> bool:
    """Whether the words tell of a deed or of a time, as an officer in a hurry writes them."""
    said = normalise(text).casefold().strip()
    tells = SIGNS[Element.DONE].search(said) or re.search(f"{MOMENT}|{FINISHED}", said)
    return len(said) >= NEARLY_NOTHING and tells is not None


def hint_for(officer: Person, text: str, at: datetime, zone: ZoneInfo) -> tuple[Element, ...]:
    """What to remind him of, at most once a day, and only where his words say nearly nothing; nobody's words are
    refused for it. Notes that it was said."""
    lacks = () if is_enough(text) else lacking(text)
    told = officer.hinted_at
    if not lacks or (told is not None and told.astimezone(zone).date() == at.astimezone(zone).date()):
        return ()
    officer.hinted_at = at
    return lacks
