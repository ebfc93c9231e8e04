"""What people also post: a lunch, a cat."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas, ink, mix, oval, step


def table(c: Canvas) -> None:
    planks = np.floor(c.columns / 430)
    luck = np.random.default_rng(7).random(16)[planks.astype(int) % 16]
    grain = np.sin(c.columns / 9 + 5 * c.noise(c.columns / 90 + luck * 300, c.rows / 900, 40)) * 0.5 + 0.5
    c.rgb[:] = mix("#9a6a3e", "#b98352", grain * 0.6 + luck * 0.5)
    c.rgb *= (1 + 0.05 * c.noise(c.columns / 60, c.rows / 500, 60))[..., None]
    gap = np.abs(c.columns / 430 - np.round(c.columns / 430)) < 0.008
    c.blend((slice(None), slice(None)), gap * 0.7, "#4a2f18")
    light = np.clip(1.25 - np.hypot((c.columns - c.w * 0.2) / c.w, (c.rows - c.h * 0.1) / c.h) * 0.75, 0.5, 1.3)
    c.rgb *= light[..., None]


def lunch(c: Canvas) -> None:
    table(c)
    rng, mx, my = c.rng, c.w * 0.48, c.h * 0.56
    c.disc((mx + 60, my + 130), 800, 700, "#2a1809", 0.6, 40)
    c.ball((mx, my), 790, 690, "#f7f5f0", "#a9a7a4")
    c.disc((mx, my + 6), 735, 636, "#2f5f9e")
    c.disc((mx, my + 8), 715, 618, "#f2f0ea")
    c.disc((mx, my + 30), 680, 575, "#8f5a1f")
    c.ball((mx, my + 34), 665, 560, "#d69543", "#8a4b18")
    for k in range(430):
        a, r = rng.uniform(0, 6.3), 560 * np.sqrt(rng.random())
        x, y, turn = mx + np.cos(a) * r, my + 40 + np.sin(a) * r * 0.82, rng.uniform(0, 6.3)
        bend = [
            (x + t * 62 * np.cos(turn + t * rng.uniform(-0.5, 0.5)), y + t * 52 * np.sin(turn + t * 0.4))
            for t in np.linspace(-2, 2, 9)
        ]
        bend = [(px, py) for px, py in bend if np.hypot((px - mx) / 640, (py - my - 34) / 540) < 1]
        if len(bend) > 2:
            c.stroke([(px + 4, py + 7) for px, py in bend], [15, 15], "#7a4a1a", 0.5)
            c.stroke(bend, [14, 14], mix("#e9c478", "#f6e2ad", k / 430))
            c.stroke([(px - 2, py - 3) for px, py in bend], [4, 4], "#fdf3d3", 0.7)
    for k in range(4):
        x, y = mx + 120 + k * 105, my - 210 + k * 70
        c.disc((x + 10, y + 22), 165, 118, "#3c1d0b", 0.45, 14)
        c.ball((x, y), 165, 112, "#b9704a", "#6d3219")
        for j in range(3):
            c.stroke(
                [(x - 110, y - 40 + j * 38), (x, y - 52 + j * 38), (x + 110, y - 34 + j * 38)],
                [9, 6],
                "#e8bd9a",
                0.75,
                2,
            )
    for k in range(5):
        x, y = mx - 420 + k * 62, my - 120 + k * 92
        points = [
            (x + u, y + v) for u, v in ((-80, 30), (-60, -60), (0, -105), (70, -75), (95, 10), (30, 70), (-40, 78))
        ]
        c.shape([(u + 8, v + 16) for u, v in points], "#33200d", 0.4, 10)
        c.shaded(points, "#79b04a", "#2f6b2c")
        c.stroke([(x - 40, y + 60), (x + 30, y - 60)], [16, 6], "#d6e7b4", 0.9)
    ex, ey = mx + 190, my + 270
    c.disc((ex + 12, ey + 24), 200, 165, "#3c1d0b", 0.45, 16)
    c.ball((ex, ey), 200, 160, "#fffdf6", "#d5cdb9")
    c.ball((ex + 6, ey + 4), 104, 84, "#ffc64a", "#e08311")
    c.disc((ex - 30, ey - 26), 26, 16, "#fff4cf", 0.8, 5)
    for _ in range(120):
        a, r = rng.uniform(0, 6.3), 500 * np.sqrt(rng.random())
        x, y = mx + np.cos(a) * r, my + 30 + np.sin(a) * r * 0.8
        c.disc(
            (x, y),
            rng.uniform(9, 16),
            rng.uniform(6, 10),
            ("#5fa03c", "#86c05a", "#c8382a")[int(rng.integers(3))],
            0.95,
        )
    for lean in (0, 46):
        points = [(c.w * 0.99 - lean * 2.2, c.h * 0.12 + lean), (c.w * 0.46 - lean, c.h * 0.335 + lean * 0.9)]
        c.stroke([(x + 20, y + 46) for x, y in points], [34, 18], "#2a1809", 0.45, 14)
        c.stroke(points, [34, 17], "#a8332a")
        c.stroke([(x - 3, y - 7) for x, y in points], [8, 5], "#e77d6a", 0.8)
    for k in range(7):
        x = mx - 260 + k * 90
        path = [(x + 60 * np.sin(t * 2.2 + k), my - 330 - t * 190) for t in np.linspace(0, 2.6, 14)]
        c.stroke(path, [46, 10], "#ffffff", 0.05, 22)


def fur(
    c: Canvas, centre: tuple[float, float], rx: float, ry: float, tones: tuple[str, str], number: int, length: float
) -> None:
    """Short strokes that follow a rounded body, darker below."""
    rng = c.rng
    for _ in range(number):
        a, r = rng.uniform(0, 6.3), np.sqrt(rng.random())
        x, y = centre[0] + rx * r * np.cos(a), centre[1] + ry * r * np.sin(a)
        turn = np.arctan2(r * np.sin(a), r * np.cos(a) * 0.7) + rng.normal(0, 0.35)
        tone = mix(tones[0], tones[1], float(np.clip((r * np.sin(a) + 1) / 2 + rng.normal(0, 0.16), 0, 1)))
        reach = length * rng.uniform(0.6, 1.3)
        c.stroke([(x, y), (x + np.cos(turn) * reach, y + np.sin(turn) * reach * 0.9)], [7, 2], tone, 0.75)


def cat(c: Canvas) -> None:
    wall = c.rows < c.h * 0.62
    u, v = c.columns / 300 + 0.5 * np.mod(np.floor(c.rows / 110), 2), c.rows / 110
    joint = (np.mod(v, 1) < 0.07) | (np.mod(u, 1) < 0.03)
    luck = np.random.default_rng(4).normal(0, 0.09, (64, 64))[
        np.floor(u).astype(int) % 64, np.floor(v).astype(int) % 64
    ]
    bricks = ink("#a5644d") * (1 + luck + 0.07 * c.noise(c.columns / 200, c.rows / 200, 60, fine=True))[..., None]
    bricks = mix(bricks, "#b9aea0", joint * 0.85)
    stone = (
        ink("#a39c90")
        * (
            1
            + 0.07 * c.noise(c.columns / 200, c.rows / 200, 90, fine=True)
            + 0.06 * c.noise(c.columns / 300, c.rows / 300, 40)
        )[..., None]
    )
    c.rgb[:] = np.where(wall[..., None], bricks, stone)
    c.rgb *= np.clip(1.2 - 0.4 * c.columns / c.w, 0.6, 1.2)[..., None]
    c.blend((slice(None), slice(None)), np.exp(-(((c.rows - c.h * 0.62) / 30) ** 2)) * 0.6, "#3a332b")
    mx, low = c.w * 0.5, c.h * 0.86
    c.disc((mx + 120, low + 20), 640, 120, "#1d1813", 0.6, 45)
    tail = [(mx + 330 + 190 * np.sin(t), low - 40 - 420 * t * (1 - 0.28 * t)) for t in np.linspace(0, 1.5, 26)]
    c.stroke(tail, [135, 78], "#c9792d")
    for k in range(5, 25, 5):
        c.stroke(tail[k : k + 3], [96, 92], "#8d4a17", 0.8, 5)
    c.ball((mx, low - 330), 420, 470, "#eba752", "#b0601f")
    fur(c, (mx, low - 330), 415, 465, ("#f0b565", "#a95a1c"), 2600, 46)
    for side in (-1, 1):
        for k in range(4):
            y = low - 500 + k * 110
            c.stroke(
                [(mx + side * 400, y), (mx + side * 300, y + 34), (mx + side * 215, y + 26)],
                [34, 10],
                "#8d4a17",
                0.7,
                7,
            )
    c.ball((mx, low - 260), 215, 330, "#fff4e2", "#e3c49a")
    fur(c, (mx, low - 260), 205, 320, ("#fffaf0", "#dcbd92"), 1100, 42)
    for side in (-1, 1):
        c.ball((mx + side * 330, low - 130), 190, 200, "#e59f4b", "#a95c1e")
        fur(c, (mx + side * 330, low - 130), 180, 190, ("#eaa855", "#a3571b"), 600, 40)
        c.stroke([(mx + side * 105, low - 420), (mx + side * 108, low - 40)], [150, 130], "#e6a352")
        fur(c, (mx + side * 107, low - 230), 66, 190, ("#f2b96c", "#c87a30"), 500, 36)
        c.ball((mx + side * 112, low - 22), 108, 66, "#fffaf0", "#d9bd98")
        for toe in (-32, 0, 32):
            c.stroke([(mx + side * 112 + toe, low - 6), (mx + side * 112 + toe, low + 32)], [6, 4], "#b08a62", 0.8)
    hx, hy = mx, low - 900
    for side in (-1, 1):
        ear = [(hx + side * 340, hy - 60), (hx + side * 330, hy - 460), (hx + side * 80, hy - 270)]
        c.shaded(ear, "#d98f3c", "#e3a04c")
        c.shaded(
            [(hx + side * 305, hy - 130), (hx + side * 303, hy - 385), (hx + side * 140, hy - 255)],
            "#e9a99a",
            "#c97b6c",
        )
    c.ball((hx, hy), 400, 335, "#f2b561", "#c0722a")
    fur(c, (hx, hy), 392, 325, ("#f5bd6d", "#bd6c25"), 2200, 40)
    for k, lean in enumerate((-120, -42, 42, 120)):
        c.stroke(
            [(hx + lean * 1.35, hy - 312 + abs(lean) * 0.25), (hx + lean, hy - 185 + (k in (0, 3)) * 20)],
            [38, 14],
            "#8d4a17",
            0.85,
            5,
        )
    for side in (-1, 1):
        for k in range(3):
            c.stroke(
                [(hx + side * 385, hy + 10 + k * 75), (hx + side * 270, hy + 30 + k * 60)], [28, 8], "#8d4a17", 0.7, 6
            )
        c.ball((hx + side * 92, hy + 150), 140, 108, "#fffaf0", "#e2c8a4")
        ex, ey = hx + side * 165, hy - 20
        c.disc((ex, ey), 94, 82, "#3a2413")
        c.ball((ex, ey), 84, 73, "#c9d65a", "#7b9330")
        c.disc((ex, ey), 30, 66, "#0d0f0a")
        c.disc((ex - 26, ey - 28), 18, 16, "#ffffff", 0.95)
    c.shape([(hx - 44, hy + 72), (hx + 44, hy + 72), (hx, hy + 118)], "#c9665c")
    c.stroke([(hx, hy + 116), (hx, hy + 150)], [8, 8], "#7a4326")
    for side in (-1, 1):
        c.stroke([(hx, hy + 150), (hx + side * 40, hy + 178), (hx + side * 84, hy + 160)], [8, 5], "#7a4326")
        for k in range(4):
            c.stroke(
                [
                    (hx + side * 120, hy + 130 + k * 20),
                    (hx + side * 330, hy + 100 + k * 44),
                    (hx + side * 500, hy + 90 + k * 66),
                ],
                [5, 2],
                "#fffdf6",
                0.9,
            )
    c.rgb *= np.clip(step(0, c.rows, 1), 0.97, 1)[..., None]
    c.shape(oval((-200, -100), 900, 700), "#fff2cf", 0.12, 200)
