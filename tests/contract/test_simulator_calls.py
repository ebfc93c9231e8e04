"""Every call is held against the Bot API's table, more strictly than Telegram would."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.methods import METHODS
from simulator.table import Field, Fields, bot_api
from simulator.town import Town, Upload
from tests.contract.simulated import GROUP, LIN, TOKEN, Bot, Clock, new_town, picture


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    return Bot(new_town(tmp_path, Clock()))


async def test_only_the_bots_own_token_opens_the_door(bot: Bot) -> None:
    for token in ("1000:abd", "1000:", "", "1000:ábc", "x"):
        answer = await bot.town.call(token, "getMe")
        assert answer == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (await bot("getMe"))["username"] == "roving_grid_bot"


async def test_method_names_may_be_spelled_in_any_case(bot: Bot) -> None:
    assert await bot("GETME") == await bot("getMe")


async def test_a_method_newer_than_the_table_is_not_found(bot: Bot) -> None:
    assert await bot.refused("deleteEphemeralMessage", chat_id=GROUP) == (404, "Not Found")


async def test_a_known_method_that_is_not_simulated_says_so(bot: Bot) -> None:
    code, words = await bot.refused("getUserProfilePhotos", user_id=LIN)
    assert (code, words) == (400, "Bad Request: method getUserProfilePhotos is not simulated")


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": GROUP}, "message text is empty"),
        ({"chat_id": GROUP, "text": "x", "ephemeral_message_parameters": {}}, "ephemeral_message_parameters"),
        ({"chat_id": 1.5, "text": "x"}, "chat_id"),
        ({"chat_id": True, "text": "x"}, "chat_id"),
        ({"chat_id": GROUP, "text": 5}, "text must be of type String"),
        ({"chat_id": GROUP, "text": "\ud800"}, "UTF-8"),
        ({"chat_id": GROUP, "text": "x", "disable_notification": "perhaps"}, "Boolean"),
        ({"chat_id": GROUP, "text": "x", "message_thread_id": "1.0"}, "Integer"),
        ({"chat_id": GROUP, "text": "x", "reply_parameters": "{"}, "JSON"),
        ({"chat_id": GROUP, "text": "x", "reply_parameters": []}, "object expected as ReplyParameters"),
        (
            {"chat_id": GROUP, "text": "x", "reply_parameters": {"message_id": "1"}},
            "message_id must be of type Integer",
        ),
        ({"chat_id": GROUP, "text": "x", "reply_parameters": {"message_id": 1, "x": 1}}, "unknown parameter 'x'"),
        ({"chat_id": GROUP, "text": "x", "reply_markup": {"inline_keyboard": [{"text": "x"}]}}, "must be an array"),
        ({"chat_id": GROUP, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": 1}]]}}, "of type String"),
        (
            {"chat_id": GROUP, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "color": "red"}]]}},
            "color",
        ),
        ({"chat_id": GROUP, "text": "x", "entities": [{"type": "bold", "offset": 0}]}, "'length' is required"),
    ],
)
async def test_what_does_not_fit_the_table_is_refused(bot: Bot, params: dict[str, object], complaint: str) -> None:
    code, words = await bot.refused("sendMessage", **params)
    assert code == 400
    assert complaint in words


async def test_form_data_may_bring_everything_as_text(bot: Bot) -> None:
    markup = json.dumps({"inline_keyboard": [[{"text": "接单", "callback_data": "a"}]]})
    first = await bot.says("一")
    message = await bot.says(
        "二",
        chat=str(GROUP),  # type: ignore[arg-type]
        disable_notification="true",
        reply_parameters=json.dumps({"message_id": first["message_id"]}),
        reply_markup=markup,
    )
    assert message["reply_to_message"]["text"] == "一"
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "a"


@pytest.mark.parametrize(
    ("data", "allowed"), [("x" * 64, True), ("x" * 65, False), ("派" * 21, True), ("派" * 22, False), ("", False)]
)
async def test_a_buttons_data_is_one_to_64_bytes(bot: Bot, data: str, allowed: bool) -> None:
    call = {
        "chat_id": GROUP,
        "text": "x",
        "reply_markup": {"inline_keyboard": [[{"text": "b", "callback_data": data}]]},
    }
    if allowed:
        await bot("sendMessage", **call)
    else:
        assert await bot.refused("sendMessage", **call) == (400, "Bad Request: BUTTON_DATA_INVALID")


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x"},
        {"text": " ", "callback_data": "a"},
        {"text": "x", "url": "no address"},
        {"text": "x", "url": "javascript:alert(1)"},
        {"text": "x", "url": "https://a.example/", "callback_data": "a"},
    ],
)
async def test_a_button_does_exactly_one_thing(bot: Bot, button: dict[str, str]) -> None:
    code, _ = await bot.refused("sendMessage", chat_id=GROUP, text="x", reply_markup={"inline_keyboard": [[button]]})
    assert code == 400


async def test_a_file_must_belong_to_a_parameter_and_a_parameter_to_its_file(bot: Bot) -> None:
    spare = {"photo": Upload("a.jpg", picture()), "spare": Upload("b.jpg", picture())}
    assert "spare" in (await bot.refused("sendPhoto", spare, chat_id=GROUP))[1]
    assert "did not come" in (await bot.refused("sendPhoto", chat_id=GROUP, photo="attach://lost"))[1]
    assert "required" in (await bot.refused("sendPhoto", chat_id=GROUP))[1]


async def test_a_union_is_told_apart_by_its_type(bot: Bot) -> None:
    await bot("setMyCommands", commands=[], scope={"type": "all_group_chats"})
    _, words = await bot.refused("setMyCommands", commands=[], scope={"type": "chat"})
    assert "'chat_id' is required" in words
    _, words = await bot.refused("setMyCommands", commands=[], scope={"type": "everywhere"})
    assert "must be" in words


@pytest.mark.parametrize("count", [1, 11])
async def test_an_album_has_two_to_ten_parts(bot: Bot, count: int) -> None:
    files = {f"p{part}": Upload("p.jpg", picture()) for part in range(count)}
    media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
    assert "2 to 10" in (await bot.refused("sendMediaGroup", files, chat_id=GROUP, media=media))[1]


def test_the_table_knows_the_whole_bot_api() -> None:
    table = bot_api()
    assert len(table.methods) == 180
    assert table.methods["sendMessage"]["text"] == Field.read("String! 1..4096e")
    assert table.unions["ReactionType"] == ("ReactionTypeEmoji", "ReactionTypeCustomEmoji", "ReactionTypePaid")
    assert len(table.reactions) == 73
    assert "✅" not in table.reactions


def test_every_name_in_the_table_leads_somewhere() -> None:
    table = bot_api()
    plain = {"Integer", "Float", "Boolean", "String", "InputFile"}
    for fields in (*table.methods.values(), *table.types.values()):
        for field in fields.values():
            for kind in field.kinds:
                for name in kind.replace("[", "").replace("]", "").split("|"):
                    assert name in plain | table.types.keys() | table.unions.keys(), name


async def test_a_town_without_a_bot_answers_nobody(tmp_path: Path) -> None:
    assert (await Town(tmp_path).call(TOKEN, "getMe"))["error_code"] == 401


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([GROUP, LIN, 1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FITTING = {
    "Integer": st.integers(-3, 3) | st.sampled_from([LIN, 2**63 - 1, -(2**63)]),
    "Float": st.floats(-200, 200),
    "Boolean": st.booleans(),
    "String": st.text(max_size=20) | st.sampled_from(["HTML", "<b>x</b>", "typing", "1"]),
    "InputFile": st.just("x"),
}


def fitting(kind: str) -> st.SearchStrategy[object]:
    """Values of the kinds the table asks for; odd in everything else."""
    if kind in FITTING:
        return FITTING[kind]
    if kind.startswith("["):
        return st.lists(st.one_of([fitting(one) for one in kind[1:-1].split("|")]), max_size=3)
    kinds = bot_api().unions.get(kind, (kind,))
    return st.one_of([st.deferred(lambda one=one: entries(bot_api().types[one], st.nothing())) for one in kinds])


def entries(fields: Fields, junk: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    values = {
        name: st.just(field.word) if field.word else st.one_of([fitting(kind) for kind in field.kinds]) | junk
        for name, field in fields.items()
    }
    required = {name: value for name, value in values.items() if fields[name].required}
    return st.fixed_dictionaries(required, optional={name: values[name] for name in values.keys() - required.keys()})


@given(data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_call_however_odd_breaks_the_town(bot: Bot, data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(sorted(METHODS)))
    params = data.draw(entries(bot_api().methods[method], JUNK))
    if "chat_id" in params and data.draw(st.booleans()):
        params["chat_id"] = GROUP
    answer = asyncio.run(bot.town.call(TOKEN, method, params))
    assert answer["ok"] or 400 <= answer["error_code"] < 500
    json.dumps(answer)
