"""A bot's answers to presses, and its reactions."""

from __future__ import annotations

from simulator.call import Call, writable
from simulator.records import Records
from simulator.refusal import bad
from simulator.store import as_json
from simulator.table import bot_api
from simulator.updates import PRESS_LIFE

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(town: Records, call: Call) -> bool:
    press = town.store.one("SELECT * FROM presses WHERE id = ?", call["callback_query_id"])
    if press is None or press["answered"] is not None or town.now() - press["date"] > PRESS_LIFE:
        raise bad(TOO_OLD)
    url = call.get("url")
    if url and not url.startswith(
        (f"https://t.me/{town.bot['username']}?start=", f"t.me/{town.bot['username']}?start=")
    ):
        raise bad("URL_INVALID")
    answer = {name: call[name] for name in ("text", "show_alert", "url") if call.get(name)}
    town.store.run("UPDATE presses SET answered = ?, answer = ? WHERE id = ?", town.now(), as_json(answer), press["id"])
    town.events.add("answer", press["chat"], **{"as": press["person"]}, callback_id=press["id"], **answer)
    return True


def set_message_reaction(town: Records, call: Call) -> bool:
    chat = writable(town, call["chat_id"])
    wanted = call.get("reaction") or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one["type"] != "emoji" or one["emoji"] not in bot_api().reactions for one in wanted):
        raise bad("REACTION_INVALID")
    town.react(chat, call["message_id"], town.bot_id, [one["emoji"] for one in wanted])
    return True
