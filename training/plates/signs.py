"""What is no plate and looks like one: road signs, shop signs, house numbers, notices. Invented words."""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from training.plates.drawing import Colour, Face, sans

SIGN_BLUE, SIGN_GREEN, BROWN, PAPER = (20, 80, 170), (10, 110, 70), (120, 70, 35), (242, 240, 232)
ROADS = [
    "云山西路",
    "江北大道",
    "惠民大道",
    "河南岸",
    "演达一路",
    "麦地路",
    "花边岭",
    "下角东路",
    "三环南路",
    "文华一路",
]
SHOPS = (
    "老王五金店", "便民超市", "川味小馆", "手机维修", "便利店", "鲜果时光", "理发", "沙县小吃",
    "房屋出租 电话", "农业银行", "隆江猪脚饭", "药房", "烟酒茶", "汽车美容", "快递驿站", "兰州拉面",
)  # fmt: skip
NOTICES = (
    "禁止停车", "消防通道 严禁占用", "小心地滑", "施工中 请绕行", "垃圾分类",
    "前方学校", "高压危险", "请勿触摸", "出口", "入口 →",
)  # fmt: skip


def road(chance: random.Random, face: Face = sans) -> Image.Image:
    """A street's name, with the points of the compass or an arrow; blue or green."""
    ground = chance.choice((SIGN_BLUE, SIGN_BLUE, SIGN_GREEN))
    name = chance.choice(ROADS)
    board = _board((chance.randint(380, 620), chance.randint(120, 240)), ground, PAPER, chance)
    _write(board, name, 0.42, PAPER, face, centre=0.4)
    below = chance.choice(("西 ← → 东", "YUNSHAN RD", "北 ↑ 500m", "JIANGBEI AVE"))
    _write(board, below, 0.16, PAPER, face, centre=0.82)
    return board


def shop(chance: random.Random, face: Face = sans) -> Image.Image:
    grounds = ((190, 30, 30), (20, 60, 150), (230, 180, 30), (30, 120, 70), PAPER, (40, 40, 45))
    ground = chance.choice(grounds)
    ink = (200, 30, 30) if ground in (PAPER, grounds[2]) else chance.choice((PAPER, (250, 220, 60)))
    board = _board((chance.randint(420, 900), chance.randint(110, 200)), ground, ink, chance)
    _write(board, chance.choice(SHOPS), chance.uniform(0.4, 0.65), ink, face)
    return board


def house(chance: random.Random, face: Face = sans) -> Image.Image:
    """A house number's plate: blue, a road in small, a number in large."""
    board = _board((chance.randint(240, 400), chance.randint(150, 200)), SIGN_BLUE, PAPER, chance)
    _write(board, chance.choice(ROADS), 0.24, PAPER, face, centre=0.24)
    _write(board, f"{chance.randint(1, 399)}号", 0.42, PAPER, face, centre=0.64)
    return board


def notice(chance: random.Random, face: Face = sans) -> Image.Image:
    ground, ink = chance.choice(
        (((240, 190, 20), (20, 20, 20)), (PAPER, (190, 30, 30)), ((190, 30, 30), PAPER), (SIGN_BLUE, PAPER))
    )
    board = _board((chance.randint(260, 560), chance.randint(100, 260)), ground, ink, chance)
    _write(board, chance.choice(NOTICES), chance.uniform(0.3, 0.5), ink, face)
    return board


def limit(chance: random.Random, face: Face = sans) -> Image.Image:
    """A round sign: a speed, a height, no parking."""
    board = Image.new("RGBA", (240, 240))
    ImageDraw.Draw(board).ellipse((4, 4, 235, 235), fill=PAPER, outline=(200, 30, 30), width=26)
    _write(board, chance.choice(("40", "60", "5", "3.5m")), 0.4, (20, 20, 20), face)
    return board


MAKERS: dict[str, Callable[[random.Random, Face], Image.Image]] = {
    "road": road,
    "shop": shop,
    "house": house,
    "notice": notice,
    "limit": limit,
}


def _board(size: tuple[int, int], ground: Colour, ink: Colour, chance: random.Random) -> Image.Image:
    board = Image.new("RGBA", size)
    pen = ImageDraw.Draw(board)
    pen.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), chance.choice((0, 8, 16)), fill=ground)
    if chance.random() < 0.6:
        pen.rounded_rectangle((6, 6, size[0] - 7, size[1] - 7), 8, outline=ink, width=4)
    return board


def _write(board: Image.Image, words: str, share: float, ink: Colour, face: Face, *, centre: float = 0.5) -> None:
    """Words across the middle, `share` of the board's height tall, smaller where they would not fit."""
    font = face(max(8, round(board.height * share)))
    long = font.getlength(words)
    if long > board.width * 0.9:
        font = face(max(8, round(board.height * share * board.width * 0.9 / long)))
    ImageDraw.Draw(board).text((board.width / 2, board.height * centre), words, font=font, fill=ink, anchor="mm")
