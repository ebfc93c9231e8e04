"""What lies in deploy/: read as YAML and as units; nothing in it names a setting, a file or a command that is not."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from bot.__main__ import app
from bot.settings import Settings
from tests.machine import missing

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OURS = {name.upper() for name in Settings.model_fields}
OTHERS = {"AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
"""What media/store.py leaves to the usual variables."""
UNITS = sorted(DEPLOY.glob("roving-grid*"))
NAME = re.compile(r"\$\{([A-Z_]+)")
MADE_BY_HAND = {"bot.env", "secrets/postgres_password", "secrets/s3_user", "secrets/s3_password"}
"""Named in docs/replicas.md; they hold what is secret, and are not here."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def bots(compose: dict[str, Any]) -> list[dict[str, Any]]:
    return [service for name, service in compose["services"].items() if name.startswith("bot-")]


def strange_settings(compose: dict[str, Any], example: str) -> set[str]:
    """What the bots are given that is no setting."""
    named = {name for bot in bots(compose) for name in bot["environment"]}
    named |= {line.partition("=")[0] for line in example.splitlines() if line and not line.startswith("#")}
    return named - OURS - OTHERS


def missing_files(compose: dict[str, Any]) -> set[str]:
    """What is mounted, built from or read, and is not in deploy/."""
    named = {one["file"] for one in compose["secrets"].values()}
    for service in compose["services"].values():
        named |= {service["env_file"]} if "env_file" in service else set()
        named |= {_default(one.split(":/")[0]) for one in service.get("volumes", ()) if one.startswith((".", "$"))}
        if "build" in service:
            named |= {service["build"]["context"], f"{service['build']['context']}/{service['build']['dockerfile']}"}
    return {one for one in named if one not in MADE_BY_HAND and not (DEPLOY / one).exists()}


def _default(volume: str) -> str:
    found = re.fullmatch(r"\$\{[A-Z_]+:-(.+)\}", volume)
    return found[1] if found else volume


def test_three_bots_with_settings_the_bot_knows(compose: dict[str, Any]) -> None:
    assert len(bots(compose)) == 3
    assert strange_settings(compose, (DEPLOY / "bot.env.example").read_text("utf-8")) == set()


def test_every_file_it_mounts_is_there_and_what_is_made_by_hand_is_told(compose: dict[str, Any]) -> None:
    assert missing_files(compose) == set()
    page = (ROOT / "docs" / "replicas.md").read_text("utf-8")
    assert all(Path(one).name in page for one in MADE_BY_HAND)
    assert all(name in page for name in NAME.findall((DEPLOY / "compose.yaml").read_text("utf-8")))
    assert not any((DEPLOY / one).exists() and _is_tracked(DEPLOY / one) for one in MADE_BY_HAND)


def _is_tracked(file: Path) -> bool:
    done = subprocess.run(["git", "ls-files", "--error-unmatch", str(file)], cwd=ROOT, capture_output=True, check=False)
    return done.returncode == 0


def test_every_image_has_a_version_and_no_service_a_secret(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        image, _, version = service["image"].partition(":")
        assert version, f"{name}: {image} has no version"
        assert "latest" not in version
        for key in service.get("environment", {}):
            assert not re.search("TOKEN|SECRET|PASSWORD$|KEY", key), f"{name}: {key} belongs in a file"
    for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("FROM"):
            assert re.search(r":\d", line)


def test_what_it_names_within_itself_is_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        assert set(service.get("secrets", ())) <= set(compose["secrets"])
        assert set(service.get("networks", ())) <= set(compose["networks"])
        named = {one.split(":")[0] for one in service.get("volumes", ()) if not one.startswith((".", "$"))}
        assert named <= set(compose["volumes"])
    proxy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert set(re.findall(r"([a-z0-9-]+):8080", proxy)) == {n for n in compose["services"] if n.startswith("bot-")}
    assert "/telegram" in proxy
    assert not re.search(r"path .*(/metrics|/ready|/health)", proxy)


def test_the_image_takes_every_room_of_the_wheel() -> None:
    wheel = re.search(r"^packages = \[(.+)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert wheel
    copied = set(re.findall(r"^COPY (\S+) \S+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r'"(\w+)"', wheel[1])) <= copied
    assert all((ROOT / one).exists() for one in copied)


def stays_down(unit: str) -> bool:
    """Whether there is a way for it to fail at start and never be tried again."""
    kept = {"Restart=on-failure", "StartLimitIntervalSec=0"} <= set(unit.splitlines())
    return not kept or "RestartPreventExitStatus" in unit


def test_a_bot_that_came_up_before_its_database_comes_again() -> None:
    assert not stays_down((DEPLOY / "roving-grid.service").read_text("utf-8"))


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("Restart=on-failure", "Restart=no"),
        ("StartLimitIntervalSec=0", "StartLimitIntervalSec=300"),
        ("RestartSec=15", "RestartSec=15\nRestartPreventExitStatus=2"),
    ],
)
def test_control_a_unit_that_gives_up_is_found_out(line: str, instead: str) -> None:
    unit = (DEPLOY / "roving-grid.service").read_text("utf-8")
    assert line in unit
    assert stays_down(unit.replace(line, instead))


def test_the_units_run_commands_the_bot_has() -> None:
    commands = set(getattr(get_command(app), "commands"))  # noqa: B009
    called = [
        line.split()[1]
        for unit in UNITS
        for line in unit.read_text("utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    assert called == ["backup", "run"]
    assert set(called) <= commands
    main = (DEPLOY / "roving-grid.service").read_text("utf-8")
    for line in ("TimeoutStopSec=20", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in main


def test_systemd_finds_nothing_in_the_units(tmp_path: Path) -> None:
    assert complaints(tmp_path, lambda text: text) == []


def test_control_it_finds_a_line_that_is_none(tmp_path: Path) -> None:
    assert complaints(tmp_path, lambda text: text.replace("TimeoutStopSec=20", "TimeoutStopsSec=20")) != []


def complaints(folder: Path, change: Any) -> list[str]:
    if shutil.which("systemd-analyze") is None:
        missing("systemd-analyze")
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/roving-grid/bin/roving-grid", sys.executable)
        (folder / unit.name).write_text(change(text), "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(folder / unit.name) for unit in UNITS)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return [line for line in (done.stdout + done.stderr).splitlines() if "roving-grid" in line]


def test_control_a_setting_nobody_knows_and_a_file_that_is_not_there_are_found(compose: dict[str, Any]) -> None:
    wrong = {**compose, "services": {"bot-1": {"environment": {"BOT_TOKN": ""}, "volumes": ["./nowhere:/x"]}}}
    assert strange_settings(wrong, "") == {"BOT_TOKN"}
    assert missing_files(wrong) == {"./nowhere"}
