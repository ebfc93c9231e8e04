"""The dashboard and the alerts ask for what is really counted: every metric, every label, every value of a label."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from bot import counts
from bot.measuring import Measuring
from tests.cast import Town

HOME = Path(__file__).parents[2] / "docs" / "operations"
WORDS = {
    "sum", "max", "min", "by", "rate", "increase", "histogram_quantile", "topk", "or", "and", "label_values", "on",
}  # fmt: skip
"""Of PromQL, what our queries use."""
OF_PROMETHEUS = {"up": {"job", "instance"}}
EVERYWHERE = {"job", "instance", "le"}
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?")
MATCHER = re.compile(r'\s*(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"\s*,?')
Known = dict[str, dict[str, set[str]]]


def known_metrics() -> Known:
    """Name -> label -> its values, of all that a process of ours tells."""
    found: Known = {}
    for family in REGISTRY.collect():
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    for metric in vars(counts).values():
        for name in getattr(metric, "_labelnames", ()):
            suffix = "_total" if type(metric).__name__ == "Counter" else ""
            found.setdefault(f"{metric._name}{suffix}", {}).setdefault(name, set())
    return found


def complaints(expr: str, known: Known) -> list[str]:
    """What is wrong with a query; nothing where it asks for what there is."""
    wrong = [f"{a}{b} do not match" for a, b in ("()", "{}", "[]") if expr.count(a) != expr.count(b)]
    grouped = {label.strip() for found in re.findall(r"by \(([^)]*)\)", expr) for label in found.split(",")}
    asked: set[str] = set()
    rest = re.sub(r"by \([^)]*\)|\[[^\]]*\]", " ", expr)
    for name, matchers in SELECTOR.findall(rest):
        if name in WORDS or re.fullmatch(r"e\d+|[smhd]", name):
            continue
        if name not in known and name not in OF_PROMETHEUS:
            wrong.append(f"no metric {name}")
            continue
        labels = known.get(name, {})
        asked |= set(labels) | OF_PROMETHEUS.get(name, set())
        for label, how, value in MATCHER.findall(matchers[1:-1]):
            if label in EVERYWHERE:
                continue
            if label not in labels:
                wrong.append(f"{name} has no label {label}")
            else:
                values = value.split("|") if "~" in how else [value]
                wrong += [f"{name}: {label} is never {one}" for one in values if one not in labels[label]]
        if matchers and MATCHER.sub("", matchers[1:-1]).strip():
            wrong.append(f"{matchers} is no selector")
    return wrong + [f"nothing has a label {label}" for label in grouped - asked - EVERYWHERE]


def panels() -> Iterator[dict[str, Any]]:
    board = json.loads((HOME / "dashboard.json").read_text("utf-8"))
    yield from (panel for panel in board["panels"] if panel["type"] != "row")


def rules() -> list[dict[str, Any]]:
    told = yaml.safe_load((HOME / "alerts.yaml").read_text("utf-8"))
    return [rule for group in told["groups"] for rule in group["rules"]]


@pytest.fixture
async def known(town: Town) -> Known:
    await Measuring(town.machine.runtime).take()
    return known_metrics()


async def test_every_panel_asks_for_what_there_is(known: Known) -> None:
    asked = [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]
    assert len(asked) > 20
    assert [(title, wrong) for title, expr in asked if (wrong := complaints(expr, known))] == []


async def test_every_alert_asks_for_what_there_is(known: Known) -> None:
    assert [(rule["alert"], wrong) for rule in rules() if (wrong := complaints(rule["expr"], known))] == []


def test_every_alert_says_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) >= 15
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "warn", "info")
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))
        for sentence in (rule["annotations"]["says"], rule["annotations"]["do"]):
            assert sentence.endswith((".", "`")), sentence


def pages(rule: dict[str, Any], at: Iterable[float]) -> bool:
    """Whether a rule on a rise does, with something counted at these seconds and looked at every 15."""
    found = re.search(r"\[(\d+)m\]\)\) > (\d+)$", rule["expr"])
    assert found is not None
    window, above, lasts = 60 * int(found[1]), int(found[2]), 60 * int(rule.get("for", "0m")[:-1])
    held, counted = -15, list(at)
    for now in range(0, 3600, 15):
        held = held + 15 if sum(now - window < one <= now for one in counted) > above else -15
        if held >= lasts:
            return True
    return False


def another_fetches() -> dict[str, Any]:
    return next(rule for rule in rules() if rule["alert"] == "AnotherProgramFetches")


TAKEOVERS = [[0], [0, 0.5, 2, 3, 5, 8], [0, 180, 360, 540], [0, 100]]


@pytest.mark.parametrize("at", TAKEOVERS)
def test_a_409_that_passes_pages_nobody_and_those_that_go_on_do(at: list[float]) -> None:
    assert not pages(another_fetches(), at)
    for every in (5, 60, 110):
        assert pages(another_fetches(), range(0, 600, every))


@pytest.mark.parametrize("at", TAKEOVERS[1:3])
def test_control_counted_over_ten_minutes_take_overs_page(at: list[float]) -> None:
    assert pages({"expr": 'sum(increase(roving_fetch_errors_total{cause="409"}[10m])) > 2'}, at)


def test_the_dashboard_can_be_imported() -> None:
    """What Grafana needs: a title, ids of their own, places that do not overlap, a datasource one can choose."""
    board = json.loads((HOME / "dashboard.json").read_text("utf-8"))
    assert board["title"]
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert {variable["name"] for variable in board["templating"]["list"]} == {"datasource", "job"}
    assert {panel["datasource"]["uid"] for panel in panels()} == {"${datasource}"}


async def test_everything_counted_is_shown_somewhere(known: Known) -> None:
    asked = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    ours = {re.sub(r"_(created|count|sum)$", "", name) for name in known if name.startswith("roving_")}
    shown = {name for name in ours if re.search(rf"\b{name}\b", asked)}
    assert ours - shown - {name.removesuffix("_bucket") for name in shown} - _totals(ours) == set()


def _totals(names: set[str]) -> set[str]:
    """Counters are known by two names in the registry."""
    return {name for name in names if f"{name}_total" in names or f"{name}_bucket" in names}


WRONG = {
    "no metric roving_turn_total": 'sum(rate(roving_turn_total[5m]))',
    "roving_turns_total has no label result": 'sum(rate(roving_turns_total{result="done"}[5m]))',
    "roving_turns_total: outcome is never done well": 'sum(rate(roving_turns_total{outcome="done well"}[5m]))',
    "roving_send_errors_total: cause is never 42": 'roving_send_errors_total{cause=~"429|42"}',
    "nothing has a label chat": "max by (chat) (roving_outbox_age_seconds)",
    "() do not match": "sum(roving_speaks",
}  # fmt: skip


@pytest.mark.parametrize("why", WRONG)
async def test_control_a_wrong_query_is_found(why: str, known: Known) -> None:
    assert complaints(WRONG[why], known) == [why]
