"""What people post besides problems: lunch, and a cat."""

from __future__ import annotations

import numpy as np

from .canvas import Canvas, ink, mix, oval, step


def lunch(c: Canvas) -> None:
    """A bowl of noodles on a wooden table, seen from above."""
    u, v = c.columns / 300, c.rows / 300
    plank = np.floor(u / 1.15)
    grain = c.noise(u * 8, v * 0.55 + plank * 37, 22) + 0.5 * c.noise(u * 10, v, 60, fine=True)
    c.rgb[:] = ink("#a9774a") * (1 + 0.1 * grain + 0.06 * np.sin(plank * 2.7))[..., None]
    c.blend((slice(None), slice(None)), (np.mod(u, 1.15) < 0.02) * 0.7, "#4f321d")
    c.blend((slice(None), slice(None)), np.clip(1 - np.hypot(c.columns - 350, c.rows - 300) / 2300, 0, 1) * 0.25, "#fff1d4")
    x, y, r = 930.0, 1300.0, 720.0
    c.disc((x + 70, y + 110), r * 1.0, r * 1.0, "#2a170b", 0.6, 60)
    for size, tone in ((1.0, "#f4f1ea"), (0.985, "#dfe5ea"), (0.94, "#2f5f9a"), (0.925, "#f4f1ea"), (0.9, "#cfd6da"), (0.87, "#ece8df")):
        c.disc((x, y), r * size, r * size, tone)
    c.disc((x + 14, y + 18), r * 0.82, r * 0.82, "#6b3214")
    c.ball((x + 10, y + 12), r * 0.80, r * 0.80, "#c8762c", "#8a3f14")
    for _ in range(150):
        a, reach, heading = c.rng.uniform(0, 6.3), r * 0.66 * np.sqrt(c.rng.random()), c.rng.uniform(0, 6.3)
        px, py = x + np.cos(a) * reach, y + np.sin(a) * reach
        points, bend = [], c.rng.normal(0, 0.16)
        for _ in range(14):
            if np.hypot(px - x, py - y) > r * 0.76:
                break
            points.append((float(px), float(py)))
            heading += bend
            px, py = px + 34 * np.cos(heading), py + 34 * np.sin(heading)
        if len(points) > 2:
            c.stroke([(p + 5, q + 9) for p, q in points], [25, 25], "#7a3d14", 0.5)
            c.stroke(points, [24, 24], ink("#f0d48c") * c.rng.uniform(0.88, 1.06))
            c.stroke([(p - 4, q - 5) for p, q in points], [6, 6], "#fff3c8", 0.55)
    for bx, by in ((-300, -230), (-130, -380), (-390, -40)):
        for k in range(5):
            c.ball((x + bx + c.rng.uniform(-60, 60), y + by + c.rng.uniform(-50, 50)), 110, 74, "#7f4b34", "#4a2418")
    for tilt, ex, ey in ((0.3, 250, -250), (-0.4, 380, -20)):
        c.shape([(x + ex + 12 + 170 * np.cos(t) * np.cos(tilt) - 132 * np.sin(t) * np.sin(tilt), y + ey + 18 + 170 * np.cos(t) * np.sin(tilt) + 132 * np.sin(t) * np.cos(tilt)) for t in np.linspace(0, 6.28, 40)], "#4a230c", 0.5, 10)
        c.ball((x + ex, y + ey), 165, 130, "#fffdf6", "#e2ddd0")
        c.ball((x + ex + 5, y + ey + 4), 92, 74, "#ffc04a", "#e07f1e")
    for k in range(26):
        a = c.rng.uniform(0, 6.3)
        px, py = x - 60 + c.rng.normal(0, 150), y + 330 + c.rng.normal(0, 80)
        c.stroke([(px, py), (px + 60 * np.cos(a), py + 60 * np.sin(a)), (px + 130 * np.cos(a + 0.3), py + 130 * np.sin(a + 0.3))], [16, 44, 8], ("#2f6b34", "#4f9446", "#7cb85c")[k % 3])
    for _ in range(70):
        a, reach = c.rng.uniform(0, 6.3), r * 0.7 * np.sqrt(c.rng.random())
        px, py = x + np.cos(a) * reach, y + np.sin(a) * reach
        c.disc((px, py), 20, 18, "#3f8a3f"), c.disc((px, py), 10, 9, "#b6d98a")
    for _ in range(60):
        a, reach = c.rng.uniform(0, 6.3), r * 0.74 * np.sqrt(c.rng.random())
        c.disc((x + np.cos(a) * reach, y + np.sin(a) * reach), c.rng.uniform(8, 26), c.rng.uniform(8, 22), "#c3331c", 0.75)
    for dx in (0, 95):
        c.stroke([(1560 + dx + 26, 400), (1250 + dx + 26, 2500)], [44, 26], "#2a170b", 0.45, 14)
        c.stroke([(1540 + dx, 380), (1230 + dx, 2480)], [42, 24], "#5b2a1a")
        c.stroke([(1532 + dx, 380), (1224 + dx, 2480)], [8, 4], "#a8664a", 0.8, 2)


def cat(c: Canvas) -> None:
    """An orange cat on a wall in the afternoon, the lane behind it out of focus."""
    c.rgb[:] = mix("#b9c9a0", "#6f8a5c", np.clip(c.rows / c.h * 1.3, 0, 1))
    for _ in range(90):
        px, py, size = c.rng.uniform(0, c.w), c.rng.uniform(0, 1900), c.rng.uniform(50, 190)
        c.disc((px, py), size, size, str(c.rng.choice(["#e8e3a8", "#8fae6a", "#5d7d4a", "#f6efcf", "#c9d8a0", "#47663c"])), 0.28, 22)
    wall = 1980
    brick_x, brick_y = c.columns / 330, (c.rows - wall) / 150
    offset = brick_x + 0.5 * np.mod(np.floor(brick_y), 2)
    joint = (np.mod(offset, 1) < 0.035) | (np.mod(brick_y, 1) < 0.08)
    tint = np.random.default_rng(4).normal(0, 0.07, (32, 32))[np.floor(offset).astype(int) % 32, np.floor(brick_y).astype(int) % 32]
    bricks = mix(ink("#9c5f47") * (1 + tint + 0.08 * c.noise(brick_x, brick_y, 160, fine=True))[..., None], "#cabfae", joint)
    c.blend((slice(None), slice(None)), (c.rows > wall).astype(np.float32), bricks.astype(np.float32))
    c.shaded([(0, wall - 90), (c.w, wall - 90), (c.w, wall + 10), (0, wall + 10)], "#d8d0c0", "#a0988a")
    c.shape(oval((1000, wall - 40), 560, 60), "#3a3027", 0.6, 24)
    fur, deep, pale, stripe = "#e39a45", "#b5692a", "#fbf1e0", "#9c5420"
    tail = [(1330, 1880), (1560, 1900), (1660, 2010), (1640, 2180), (1540, 2260)]
    c.stroke(tail, [130, 120, 80], deep), c.stroke([(a - 12, b - 14) for a, b in tail], [90, 80, 50], fur)
    for a, b in ((1600, 1960), (1652, 2090), (1600, 2222)):
        c.disc((a, b), 50, 26, stripe, 0.7, 6)
    c.ball((1000, 1570), 430, 420, fur, deep), c.ball((1010, 1390), 330, 400, fur, deep)
    c.ball((690, 1800), 200, 150, fur, deep), c.ball((1320, 1800), 200, 150, fur, deep)
    c.shape(oval((1000, 1500), 190, 320), pale, 0.92, 26)
    for side in (-1, 1):
        c.stroke([(1000 + side * 130, 1480), (1000 + side * 125, 1880)], [170, 130], "#d98f3c")
        c.ball((1000 + side * 130, 1890), 115, 64, "#fff8ea", "#d9c7ac")
        for toe in (-34, 4, 42):
            c.stroke([(1000 + side * 130 + toe, 1890), (1000 + side * 130 + toe - 2, 1934)], [7, 5], "#a58a68", 0.8)
        for k in range(3):
            c.stroke([(1000 + side * (420 - 24 * k), 1450 + 110 * k), (1000 + side * (280 - 10 * k), 1480 + 110 * k)], [46, 8], stripe, 0.55, 8)
    x, y = 1000, 960
    for side in (-1, 1):
        ear = [(x + side * 330, y - 90), (x + side * 320, y - 440), (x + side * 70, y - 250)]
        c.shape(ear, deep)
        c.shape([(x + side * 290, y - 130), (x + side * 295, y - 360), (x + side * 120, y - 240)], "#e7a79a", 0.95, 8)
    c.ball((x, y), 385, 325, "#efa953", "#bf7430")
    for dx in (-90, 0, 90):
        c.stroke([(x + dx * 1.1, y - 310), (x + dx * 0.65, y - 150)], [44, 8], stripe, 0.7, 5)
    for side in (-1, 1):
        for k in range(3):
            c.stroke([(x + side * 380, y - 20 + 75 * k), (x + side * 245, y + 5 + 62 * k)], [36, 6], stripe, 0.6, 5)
        c.shape(oval((x + side * 165, y - 30), 92, 84), "#2b1c10", 1, 3)
        c.ball((x + side * 165, y - 28), 82, 75, "#cfe07a", "#5f8a2a")
        c.disc((x + side * 165, y - 26), 26, 66, "#0e0b08")
        c.disc((x + side * 165 - 24, y - 60), 19, 17, "#ffffff", 0.95, 2)
        c.ball((x + side * 88, y + 165), 130, 100, "#fffaf0", "#ead9c0")
    c.shape([(x - 46, y + 86), (x + 46, y + 86), (x, y + 134)], "#d77f77"), c.disc((x, y + 94), 40, 16, "#e39a90")
    c.stroke([(x, y + 130), (x, y + 172)], [9, 9], "#6a3f28")
    for side in (-1, 1):
        c.stroke([(x, y + 172), (x + side * 42, y + 206), (x + side * 96, y + 190)], [9, 6], "#6a3f28")
        for k in range(4):
            c.stroke([(x + side * 130, y + 150 + 26 * k), (x + side * 330, y + 120 + 44 * k), (x + side * 520, y + 110 + 72 * k)], [6, 2], "#fffdf5", 0.9)
    for _ in range(2600):
        a, reach = c.rng.uniform(0, 6.3), np.sqrt(c.rng.random())
        px, py = x + np.cos(a) * 380 * reach, (y if c.rng.random() < 0.4 else 1560) + np.sin(a) * (315 if py_is_head(a) else 380) * reach
        if abs(py - y) < 210 and abs(px - x) < 270:
            continue
        c.stroke([(px, py), (px + (px - x) * 0.05, py + 34)], [4, 1], str(c.rng.choice([fur, "#f6c98a", deep])), 0.35)
    sun = step(0.0, 1 - np.hypot(c.columns - 250, c.rows - 200) / 1900, 1.4)
    c.rgb += sun[..., None] * ink("#ffd9a0") * 0.12


def py_is_head(angle: float) -> bool:
    return np.sin(angle) < 0
