"""Who called, in what somebody else writes down: 王女士, 李大爷 13812345678, 居民王芳来电. Found, and masked.

    王女士说3号楼电梯坏了            **女士说3号楼电梯坏了                     王女士
    居民王芳来电,13812345678 …      居民**来电,138****5678 …               王芳 · 13812345678

Only for texts of which it is known that somebody speaks for another (代报): in any other text more would be hidden
than is personal. A name that is a place, too (王大爷家门口), is masked: the place is read before.
"""

import re
from collections.abc import Iterable

from reading.personal import COMPOUND, GIVEN, PERSONAL, SURNAMES, mask

SURNAME = rf"(?:{COMPOUND}|[{SURNAMES}])"
TITLE = (
    "女士|先生|小姐|大爷|大伯|大叔|大妈|大娘|大婶|大姐|大哥|阿姨|叔叔|伯伯|爷爷|奶奶|婆婆|师傅|老师|医生|大夫|经理|老板|"
    "同志|太太|老人家|老太太|队长|主任|站长|店长"
)
WHO = "居民|业主|住户|租户|村民|市民|群众|商户|店主|邻居|家属|来电人|联系人"
SAYS = "来电|打来|打电话|电话|反映|反应|说|称|讲|投诉|求助"
NUMBER = r"[0-9０-９+＋(（]"
DIGITS = re.compile("[0-9０-９]")
CALLED = re.compile(
    rf"(?P<titled>(?:{SURNAME}{GIVEN}?|[老小]{SURNAME})(?={TITLE}))(?P<title>{TITLE})"
    rf"|(?:(?<=^)|(?<=[\s,，.。:：;；、])|(?P<who>{WHO})[:：]?)"
    rf"(?P<named>{SURNAME}{GIVEN}{{1,2}}?)(?=(?:{SAYS})|[\s,，:：]{{0,2}}(?:电话|手机|号码)?[:：\s]{{0,2}}(?:{NUMBER}{{7}}|☎))"
)

CALLER = "来电人|联系人|反映人|报料人|求助人|打电话的人?"
RUNG = "☎"
"""Stands for a number that was cut out."""
RANG = rf"打来电话|打电话(?:过来|来)|来电话|来电(?=[,，:：\s{RUNG}]|{SAYS})|打电话(?={SAYS})"
TITLED = rf"(?:{SURNAME}{GIVEN}{{0,2}}?|[老小]{SURNAME})(?:{TITLE})"
BY_CALL = re.compile(
    rf"(?:(?:{CALLER})(?:是|叫|为)?[\s:：]*(?:{TITLED}|{SURNAME}{GIVEN}{{1,2}}(?=[\s,，.。;；、{RUNG}]|$))?"
    rf"|(?:^|(?<=[\s,，.。:：;；、]))(?:{WHO})?[:：]?(?:(?:{TITLED}|老{SURNAME})?\s{{0,9}}(?:刚才|刚刚|刚)?(?:{RANG})"
    rf"|{TITLED}(?=[\s,，:：]*{RUNG}|{SAYS})))(?:[\s{RUNG}]*(?:{SAYS}))?"
)
"""来电人张建国; 居民打来电话说; 王女士说."""
EDGES = re.compile(r"^[\s,，:：]+|(?<![\s,，:：])[\s,，:：]+$|(?<=，)，")
NUMBERS = ("mobile", "landline", "local", "spoken", "chat", "mail", "identity", "card")


def callers_in(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with those who called masked, and all that was masked, as it was written, in order."""
    spans = [_span(match) for match in CALLED.finditer(text)]
    spans += [match.span() for match in PERSONAL.finditer(text) if match.lastgroup not in ("ticket", "case")]
    pieces = [text[start:end] for start, end in _whole(spans)]
    return mask(CALLED.sub(_masked, text)), tuple(dict.fromkeys(pieces))


def without_callers(text: str) -> str:
    """The text without who called and that he called, for those who read what is wrong and where: 来电人 is no 电人.

    柳桥三小门口井盖破了，来电人张建国 13911112222    柳桥三小门口井盖破了
    王大爷家门口路灯不亮                               王大爷家门口路灯不亮
    """
    rest = PERSONAL.sub(lambda match: RUNG if match.lastgroup in NUMBERS else match[0], text)
    rest = CALLED.sub(lambda match: match["who"] or "" if match["named"] else match[0], rest)
    rest = BY_CALL.sub("，", rest)
    return EDGES.sub("", rest.replace(RUNG, " ")) if rest != text else text


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.span("named") if match["named"] else match.span()


def _whole(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """From left to right, without those that lie within another."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not whole or end > whole[-1][1]:
            whole.append((start, end))
    return whole


def _masked(match: re.Match[str]) -> str:
    if match["titled"]:
        return f"**{match['title']}"
    # Behind stars a number is taken for masked.
    return f"{match['who'] or ''}**" + (" " if DIGITS.match(match.string, match.end()) else "")
