"""What people write: reports, chatter, orders, and what no keyboard has."""

from typing import Final

from hypothesis import strategies as st

from handlers import ROUTER, words
from tests.cast import HOLE
from tests.fuzz.marks import Text

OURS: Final = "roving_grid_bot"
REPORTS: Final = (
    HOLE,
    "团结西路印刷技校门口,井盖没了,电动车差点掉进去",
    "印刷技校门口路灯不亮",
    "团结西路垃圾桶满了没人清",
    "印刷技校门口电线掉下来冒火花,危险",
    "印刷技校门口消防通道被车堵了",
)
CHATTER: Final = ("哈哈哈哈", "今天午饭真香", "好的谢谢", "晚上一起吃饭吗", "😂😂😂", "收到")
"""Said beside a picture too, it tells of nothing."""
STRANGE: Final = (
    "", " ", "\u3000\n\t", "\x00", "路\x00面塌陷", "\ud800", "井盖\udfff没了", "\u202e塌陷路面\u202c",
    "井\u200b盖\u200d没\ufeff了",
    "👨‍👩‍👧‍👦" * 600, "e\u0301" * 3000, "ﷺ" * 900, "井" * 5000, "<b>路面塌陷</b><a href='tg://user?id=1'>x</a>&amp;",
    "#LH2611200001", "＃ｌｈ２６１１２００００１", "LН2611200001", "'; DROP TABLE tickets; --",
    "=cmd|' /C calc'!A0", "{{ 7*7 }} {% raw %}",
    "/", "//", "/@", "/report@", "/report@other_bot 路面塌陷", "@", "@@@roving_grid_bot", "报" * 100, "9" * 400,
    "-1", "1e999",
    "完成", "完成不了", "退回", "派单", "自行处置", "代报", "取消", "同意",
)  # fmt: skip
ARGUMENTS: Final = (
    "", "{N}", "#{N}", "{N} {N}", "{N} 市政中心", "{N} 排水公司 市政中心", "{N} 不归我们管", "{N} 24 等材料",
    "{N} 2026-12-01 等材料",
    "{N} 9999-99-99 x", "{N} 999999999999 x", "{N} -1 x", "0", "LH0000000000", "LH9999999999", "市政中心", "grid-1",
    "leader GRID",
    "zh", "en", "xx", "on", "off", "@xiaolin", "1001", "99999999999999999999", "小林", "今天", "2026-11", "form_x",
    "inv_x",
    "ticket-{N}", "\x00", HOLE,
)  # fmt: skip
VERBS: Final = tuple(sorted(ROUTER.commands))
SPOKEN: Final = tuple(sorted(words.all_spoken()))

numbers = st.integers(0, 30)
"""Which of the town's tickets stands for {N}."""
reports = st.sampled_from(REPORTS)
chatter = st.sampled_from(CHATTER)
odd = st.one_of(st.sampled_from(STRANGE), st.text(max_size=12))
commands = st.builds(
    lambda verb, at, rest, number: Text(f"/{verb}{at} {rest}".strip(), number),
    st.sampled_from(VERBS), st.sampled_from(["", "", "", f"@{OURS}", "@Roving_Grid_Bot", "@other_bot"]),
    st.sampled_from(ARGUMENTS), numbers,
)  # fmt: skip
orders = st.builds(
    lambda word, rest, number: Text(f"{word} {rest}".strip(), number),
    st.sampled_from(SPOKEN), st.sampled_from(ARGUMENTS), numbers,
)  # fmt: skip
calls = st.builds(lambda text, name: f"{name} {text}", st.one_of(reports, chatter, odd), st.just(f"@{OURS}"))
said = st.one_of(chatter, chatter, reports, odd, commands, orders, calls)
"""A text without a picture."""
fresh = st.builds(
    lambda where, what: f"{where}{what}",
    st.sampled_from(["", "团结西路印刷技校门口", "3号楼下", "小区北门", "公交站旁边"]),
    st.sampled_from([
        "井盖没了", "路灯不亮", "垃圾桶满了没人清", "路面塌陷一个大坑", "电线掉下来了", "消防通道被车堵了",
        "树倒了挡住路",
        "污水冒出来了", "共享单车乱堆", "小广告贴满墙", "水管爆了", "护栏坏了",
    ]),
)  # fmt: skip
captions = st.one_of(reports, reports, reports, chatter, odd, commands, orders)
