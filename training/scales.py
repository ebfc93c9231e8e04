"""Turns sums into likelihoods, by what lines nobody was fitted to show, and says how well that went."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from training.heads import Array
from training.lines import Line

HEATS = (0.2, 20.0)


def likelihoods(lines: Sequence[Line], sums: Array, codes: Sequence[str]) -> dict[str, Any]:
    """Slope and shift of report and urgent, heat of the categories."""
    reports = [number for number, line in enumerate(lines) if line.is_report]
    right = np.array([[code in lines[number].codes for code in codes] for number in reports])
    scores = sums[reports, : len(codes)]

    def surprise(heat: float) -> float:
        likely = softmax(scores * heat)
        return float(-np.log(np.maximum((likely * right).sum(axis=1), 1e-9)).mean())

    return {
        "heat": round(float(minimize_scalar(surprise, bounds=HEATS, method="bounded").x), 4),
        "report": _line_through(sums[:, -2], [line.is_report for line in lines]),
        "urgent": _line_through(sums[:, -1], [line.urgent for line in lines]),
    }


def softmax(scores: Array) -> Array:
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = likely / likely.sum(axis=1, keepdims=True)
    return shares


def figures(lines: Sequence[Line], sums: Array, codes: Sequence[str], facts: dict[str, Any]) -> str:
    """Report F1, category first and of the first three, urgent recall and in vain; one line of text."""
    likely = _likelihood(sums[:, -2], facts["report"])
    bar = np.array([facts["enough_with_photo" if line.has_photo else "enough_without"] for line in lines])
    said, is_report = likely >= bar, np.array([line.is_report for line in lines])
    f1 = 2 * int((said & is_report).sum()) / int(said.sum() + is_report.sum())
    best = np.argsort(-sums[:, : len(codes)], axis=1)[:, :3]
    named = [[codes[column] for column in row] for row in best]
    reports = [(line, guess) for line, guess in zip(lines, named, strict=True) if line.is_report]
    first = sum(guess[0] in line.codes for line, guess in reports) / len(reports)
    three = sum(not set(guess).isdisjoint(line.codes) for line, guess in reports) / len(reports)
    danger, urgent = _likelihood(sums[:, -1], facts["urgent"]) >= facts["danger"], np.array([x.urgent for x in lines])
    return (
        f"report F1 {f1:.3f} · category {first:.3f}, of three {three:.3f} · "
        f"urgent {danger[urgent].mean():.3f}, in vain {danger[~urgent].mean():.3f}"
    )


def _likelihood(sums: Array, line: Sequence[float]) -> Array:
    likely: Array = 1 / (1 + np.exp(-(line[0] * sums + line[1])))
    return likely


def _line_through(sums: Array, labels: Sequence[bool]) -> list[float]:
    """Platt's scaling."""
    fit = LogisticRegression(C=1e6).fit(sums.reshape(-1, 1), labels)
    return [round(float(fit.coef_[0, 0]), 4), round(float(fit.intercept_[0]), 4)]
