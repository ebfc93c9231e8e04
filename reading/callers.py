"""Who called, in what somebody else writes down: 王女士, 李大爷 13812345678, 居民王芳来电. Found, and masked.

    王女士说3号楼电梯坏了            **女士说3号楼电梯坏了                     王女士
    居民王芳来电,13812345678 …      居民**来电,138****5678 …               王芳 · 13812345678

Only for texts of which it is known that somebody speaks for another (代报): in any other text more would be hidden
than is personal. A name that is a place, too (王大爷家门口), is masked: the place is read before.
"""

import re

from reading.personal import COMPOUND, GIVEN, PERSONAL, SURNAMES, mask

SURNAME = rf"(?:{COMPOUND}|[{SURNAMES}])"
TITLE = (
    "女士|先生|小姐|大爷|大伯|大叔|大妈|大娘|大婶|大姐|大哥|阿姨|叔叔|伯伯|爷爷|奶奶|婆婆|师傅|老师|医生|大夫|经理|老板|"
    "同志|太太|老人家|老太太|队长|主任|站长|店长"
)
WHO = "居民|业主|住户|租户|村民|市民|群众|商户|店主|邻居|家属|来电人|联系人"
SAYS = "来电|打来|打电话|电话|反映|反应|说|称|讲|投诉|求助"
NUMBER = r"[0-9０-９+＋(（]"
CALLED = re.compile(
    rf"(?P<titled>(?:{SURNAME}{GIVEN}?|[老小]{SURNAME})(?={TITLE}))(?P<title>{TITLE})"
    rf"|(?:(?<=^)|(?<=[\s,，.。:：;；、])|(?P<who>{WHO})[:：]?)"
    rf"(?P<named>{SURNAME}{GIVEN}{{1,2}}?)(?=(?:{SAYS})|[\s,，:：]{{0,2}}(?:电话|手机|号码)?[:：\s]{{0,2}}{NUMBER}{{7}})"
)


def callers_in(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with those who called masked, and all that was masked, as it was written, in order."""
    spans = [_span(match) for match in CALLED.finditer(text)]
    spans += [match.span() for match in PERSONAL.finditer(text) if match.lastgroup not in ("ticket", "case")]
    whole = [one for one in spans if not any(_is_within(one, other) for other in spans)]
    pieces = [text[start:end] for start, end in sorted(set(whole))]
    return mask(CALLED.sub(_masked, text)), tuple(dict.fromkeys(pieces))


def _span(match: re.Match[str]) -> tuple[int, int]:
    return match.span("named") if match["named"] else match.span()


def _is_within(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def _masked(match: re.Match[str]) -> str:
    return f"**{match['title']}" if match["titled"] else f"{match['who'] or ''}**"
