"""The demo as somebody meets it who has just installed it."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.processes import BOT, Json, Process, SimulatorProcess, until

GROUP, OFFICE, RIDER, OFFICER = -1002610199001, -1002610199102, 1001, 1022


class Demo(Process):
    """The demo and its page, which is the simulator's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, [*BOT, "demo", "--port", "0", "--data", "kept"])
        self.page = SimulatorProcess(folder / "unused", {})

    def start(self) -> "Demo":
        super().start()
        line = until(
            lambda: next((word for word in self.first_line().split() if word.startswith("http://")), None),
            "its address",
        )
        self.page.address = line
        return self

    def cards(self, chat: int) -> list[Json]:
        return [
            message
            for message in self.page.said_by_bot(chat)
            if "#LH" in str(message.get("text") or message.get("caption"))
        ]

    def has_said_all(self) -> bool:
        with closing(sqlite3.connect(f"file:{self.folder / 'kept' / 'roving-grid.db'}?mode=ro", uri=True)) as database:
            left: int = database.execute(
                "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
            ).fetchone()[0]
        return left == 0


def test_the_demo_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    with Demo(tmp_path).start() as demo:
        said = {"as": RIDER, "chat": GROUP, "text": "/report 团结西路印刷技校门口，路面有一处塌陷"}
        demo.page.post("messages", **said)
        (card,) = until(lambda: demo.cards(GROUP), "the group's card")
        (job,) = until(lambda: demo.cards(OFFICE), "the department's card")
        until(demo.has_said_all, "the bot to note what it said")  # else it may say one thing twice
        demo.kill()
        demo.start()
        assert [message["message_id"] for message in demo.cards(GROUP)] == [card["message_id"]]
        accept = next(
            b["callback_data"] for row in job["reply_markup"]["inline_keyboard"] for b in row if b["text"] == "接单"
        )
        pressed = demo.page.post(
            "press", **{"as": OFFICER, "chat": OFFICE, "message_id": job["message_id"], "data": accept}
        )
        until(lambda: demo.page.get(f"presses/{pressed['callback_id']}")["answered"], "an answer to the press")
        (again,) = until(lambda: [m for m in demo.cards(GROUP) if "处置中" in m["text"]], "the card to move on")
        assert again["message_id"] == card["message_id"]
        assert demo.stop(signal.SIGINT) == 0
    assert not (tmp_path / "data").exists(), "the demo keeps what it knows in its own folder"


def test_the_demo_plays_its_story(tmp_path: Path) -> None:
    code, out, err = Process(tmp_path, [*BOT, "demo", "--play"], {"BOT_TOKEN": "not used", "LOCALE": "xx"}).run()
    assert code == 0, out + err
    assert "✓" in out
    assert list(tmp_path.iterdir()) == []
