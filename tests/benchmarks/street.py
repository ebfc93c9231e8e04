"""What is reported: photos with a line of words, no two of the same problem; the same ones for the same seed."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from simulator.town import Town as Simulator

TOKEN = "7000001:benchmark"
RIDERS = (1001, 1002)
GROUPS = tuple(-1002610199000 - number for number in range(1, 7))
ROADS = ("团结西路", "柳荫路", "永嘉路", "小白杨路", "桥南路")
TROUBLES = (
    "路面有一处塌陷", "路灯不亮", "垃圾堆了三天没人清", "井盖破了", "树枝断了挡路",
    "消防通道被堵", "污水冒出来了", "护栏倒了", "小广告贴满了墙", "共享单车堵住人行道",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    rider: int
    group: int
    text: str


def reports(count: int, seed: int) -> Iterator[Report]:
    """House numbers tell them apart: two reports with different numbers are never taken for one problem."""
    chance = random.Random(seed)
    for number in range(count):
        where, what = chance.choice(ROADS), chance.choice(TROUBLES)
        yield Report(chance.choice(RIDERS), GROUPS[number % len(GROUPS)], f"{where}{1000 + number}号门口,{what}")


def picture(seed: int, width: int = 640, height: int = 480) -> bytes:
    """A JPEG like no other of another seed."""
    made = io.BytesIO()
    noise = random.Random(seed).randbytes(32 * 24 * 3)
    Image.frombytes("RGB", (32, 24), noise).resize((width, height)).save(made, "JPEG", quality=80)
    return made.getvalue()


def posted(simulator: Simulator, told: Iterator[Report]) -> list[dict[str, Any]]:
    """Have them posted; the messages."""
    upload = simulator.upload(picture(0), "picture.jpg")
    return [simulator.post(report.rider, report.group, report.text, photos=[{"upload": upload}])[0] for report in told]


def seeded(folder: Path, cast: dict[str, Any]) -> Simulator:
    """The demo district's people and chats in a fresh simulator."""
    simulator = Simulator(folder)
    simulator.seed({"bot": {"token": TOKEN, "username": "roving_grid_bot", "first_name": "流动网格员"}})
    simulator.seed(cast)
    return simulator
