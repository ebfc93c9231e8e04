"""What a line of chat is read as."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reported import HARDLY
from reading.problem import Kind, Problem, ProblemReader
from tests.reading.figures import catalogue

reader = ProblemReader(catalogue())


def read(text: str, has_photo: bool = True) -> Problem:
    return reader.read(text, has_photo)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("团结西路印刷技校门口,路面有一处塌陷", "E0505"),
        ("電梯又壞了", "X9006"),
        ("电梯(diàntī)又坏了", "X9006"),
        ("公交车经常在这儿占着道", "X9011"),
        ("井盖 没了", "P0123"),
        ("井.盖.没.了", "P0123"),
        ("嗰度冇咗個井蓋", "P0123"),
        ("下水到堵了,jing盖往外mao水", "E0503"),
        ("中银大厦门口 · 消防通道", "E0496"),
        ("路口乱停电动车", "E0410"),
        ("施工噪音太大", "E0301"),
        ("楼道堆满纸箱,消防门打不开", "E0496"),
        ("楼院违建防护栏", "E0101"),
        ("地下通道口有老人摔倒", "X9010"),
    ],
)
def test_a_problem_becomes_a_report_of_its_category(text: str, code: str) -> None:
    problem = read(text)
    assert problem.is_report
    assert not problem.is_chatter
    assert problem.code == code
    assert problem.likely[0] == code
    assert problem.words


@pytest.mark.parametrize(
    "text",
    [
        "三合一洗衣液拼单",
        "手机没电了",
        "等电梯十分钟",
        "堵车,晚点到",
        "我迷路了",
        "抢单",
        "门头沟那单",
        "吃烧烤",
        "打架那段好笑",
        "等红绿灯",
        "我裂开了,这单又超时",
        "路灯终于亮了,谢谢各位",
        "明天上午九点到十二点停水,请大家提前储水",
        "那部剧里楼都炸了",
        "要是路上遇到井盖没了怎么上报",
        "好的收到",
    ],
)
@pytest.mark.parametrize("has_photo", [True, False])
def test_chatter_is_nothing_at_all(text: str, has_photo: bool) -> None:
    problem = read(text, has_photo)
    assert not problem.is_report
    assert problem.is_chatter
    assert not problem.urgent


@pytest.mark.parametrize("text", ["", "看这里", "井盖", "污水井盖", "流浪狗", "🙂"])
def test_words_that_are_neither_are_asked_about(text: str) -> None:
    problem = read(text)
    assert not problem.is_report
    assert not problem.is_chatter


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("电影公司家属院井盖没了", "P0123"),
        ("人民电影院门口路灯不亮", "P0106"),
        ("电视台家属院停水", "X9012"),
        ("电话局门口井盖没了", "P0123"),
        ("新闻大厦门口路面塌陷", "E0505"),
        ("老家属院井盖没了", "P0123"),
    ],
)
@pytest.mark.parametrize("has_photo", [True, False])
def test_a_guard_inside_a_name_swallows_no_report(text: str, code: str, has_photo: bool) -> None:
    problem = read(text, has_photo)
    assert problem.is_report
    assert problem.code == code


@pytest.mark.parametrize(
    "text", ["电影里井盖没了", "昨天看的电影,楼都炸了", "在电影院看电影,里面楼塌了", "新闻说老家停水了"]
)
def test_a_guard_outside_a_name_still_guards(text: str) -> None:
    assert read(text).is_chatter


@pytest.mark.parametrize(
    "text",
    [
        "印刷技校门口有点不对劲",
        "印刷技校门口",
        "电影公司家属院",
        "十字路口有点怪",
        "路口",
        "桥上不对劲",
        "地铁口有点怪",
    ],
)
def test_a_bare_place_speaks_for_no_category(text: str) -> None:
    problem = read(text)
    assert not problem.is_report
    assert not problem.is_chatter
    assert problem.code is None
    assert problem.sureness == 0


@pytest.mark.parametrize(
    ("text", "code"), [("校门口堵得动不了", "X9011"), ("路口排了两百米", "X9011"), ("地铁口全是水", "E0506")]
)
def test_a_place_and_what_is_wrong_there_make_a_report(text: str, code: str) -> None:
    problem = read(text)
    assert problem.is_report
    assert problem.code == code


@pytest.mark.parametrize("has_photo", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "电影公司家属院门口那个东西很碍事",
        "西红柿路口那个玩意儿很碍事",
        "西柳小区门口那个东西很碍事",
        "垃圾站门口那个东西很碍事",
        "消防队门口那个东西坏了",
    ],
)
def test_the_letters_of_a_place_are_no_more_than_a_guess(text: str, has_photo: bool) -> None:
    problem = read(text, has_photo)
    assert problem.sureness < HARDLY
    assert len(problem.likely) >= 3


@pytest.mark.parametrize(
    ("text", "code"), [("三小门口路灯", "P0106"), ("老石桥栏杆", "P0209"), ("团结西路井盖", "P0123")]
)
def test_a_thing_beside_a_place_still_counts(text: str, code: str) -> None:
    problem = read(text)
    assert problem.code == code
    assert problem.sureness >= HARDLY


@pytest.mark.parametrize("text", ["今天真热", "今天好热啊", "外面太冷了!"])
def test_the_weather_alone_is_chatter(text: str) -> None:
    assert read(text).is_chatter


@pytest.mark.parametrize("has_photo", [True, False])
@pytest.mark.parametrize("text", ["😂😂😂", "🤣", "👍", "👍🏽👏🏻", " 😂 👍️！", "🎉🎉~", "哈哈哈😂"])
def test_laughter_and_applause_alone_are_chatter(text: str, has_photo: bool) -> None:
    for one in (reader, ProblemReader(catalogue(), by_words_alone=True)):
        assert one.read(text, has_photo).is_chatter


@pytest.mark.parametrize("text", [*"❓🔥🚧👀🙏👇😱🤮🐕🌹", "⚠️", "🕳️", "😂👇", "👍❓", "😂?", "😂" * 2000 + "🕳️"])
def test_a_picture_that_may_point_at_something_is_no_chatter(text: str) -> None:
    problem = read(text)
    assert not problem.is_report
    assert not problem.is_chatter


def test_laughter_beside_a_problem_takes_nothing_from_it() -> None:
    assert read("😂路面塌陷😂").is_report


def test_a_thing_without_a_symptom_still_says_which_category_to_offer() -> None:
    assert read("污水井盖").code == "P0102"
    assert read("流浪狗").likely[0] == "E0138"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("污水井盖没了", "P0102"),
        ("水井盖没了", "P0101"),
        ("油烟味呛人", "E0129"),
        ("半夜施工噪音", "E0301"),
        ("电力井盖破了", "P0128"),
    ],
)
def test_the_longest_word_wins(text: str, code: str) -> None:
    assert read(text).code == code


def test_a_wish_is_for_people_to_look_at_not_a_broken_bench() -> None:
    assert read("想增设休闲座椅").code == "X9099"
    assert read("座椅断了一根木条").code == "P0407"


@pytest.mark.parametrize(
    "text",
    [
        "老人摔倒在路边起不来了",
        "楼道里一股煤气味",
        "电梯里困着两个人",
        "电瓶车着火了,快来人",
        "井盖没了,一脚踩空",
        "电线断了垂到地上,孩子够得着",
        "有人拿着菜刀追人",
    ],
)
def test_danger_to_people_is_urgent(text: str) -> None:
    assert read(text).urgent


@pytest.mark.parametrize(
    "text", ["路灯不亮", "垃圾桶满了", "小广告贴满了墙", "井盖松了,一压就响", "地砖翘起来了", "消防通道停满了车"]
)
def test_a_nuisance_is_not_urgent_even_in_an_urgent_category(text: str) -> None:
    problem = read(text)
    assert problem.is_report
    assert not problem.urgent


def test_a_complaint_nobody_can_place_goes_to_people() -> None:
    problem = read("这个投币摇摇车坏了好几天没人管,麻烦处理一下")
    assert problem.is_report
    assert "X9099" in problem.likely


def test_sureness_falls_when_two_categories_are_close() -> None:
    assert read("路灯不亮").sureness > read("路灯不亮,垃圾桶满了").sureness > 0


def test_a_district_may_have_categories_of_its_own() -> None:
    own = ProblemReader([Kind("P7001", "雪糕筒", ("雪糕筒",)), Kind("E7002", "飞絮", ("飞絮呛人",))])
    assert own.read("雪糕筒撞坏了", True).code == "P7001"
    assert own.read("雪糕筒", True).is_report is False
    assert own.read("飞絮呛人", True).is_report
    assert own.read("路灯不亮", True).code is None


def test_an_empty_catalogue_reads_nothing() -> None:
    assert ProblemReader([]).read("路面塌陷", True).code is None


def test_without_weights_the_words_still_read() -> None:
    alone = ProblemReader(catalogue(), by_words_alone=True)
    problem = alone.read("路灯不亮", True)
    assert problem.is_report
    assert problem.code == "P0106"
    assert problem.words
    assert alone.read("路灯终于亮了,谢谢各位", True).is_chatter
    assert alone.read("电梯里困着两个人", True).calls == ("119",)


@given(st.text(max_size=300), st.booleans())
@settings(deadline=None)
def test_any_text_is_read_without_a_crash(text: str, has_photo: bool) -> None:
    problem = reader.read(text, has_photo)
    assert 0 <= problem.sureness <= 1
    assert len(problem.likely) <= 3
    assert not (problem.is_report and problem.is_chatter)


@given(st.text(alphabet="路灯水电梯井盖坏了断掉没有人老在门口,。!又的", max_size=1500))
@settings(deadline=None, max_examples=30)
def test_any_pile_of_known_words_is_read_without_a_crash(text: str) -> None:
    problem = reader.read(text)
    assert problem.code is None or problem.code in problem.likely
