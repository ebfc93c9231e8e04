"""What is looked at before the bot runs: each is one line, and names the setting where one mends it."""

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from urllib.parse import urlsplit

import structlog
from sqlalchemy import text

from bot.channels.base import Finding
from bot.channels.telegram import TelegramChannel
from bot.claims import LEASE, SEND_S
from bot.database import Database
from bot.errands import LEASE as ERRANDS_LEASE
from bot.errands import TAKES_S
from bot.readiness import CLOCK_OFF_S, FULL, LITTLE
from bot.settings import LOCAL_HOSTS, BadSettings, Settings
from media.store import open_store

log = structlog.get_logger()

TELEGRAM = "api.telegram.org"
PORTS = (443, 80, 88, 8443)
"""Where Telegram's own server calls a webhook (telegram.md)."""
SHORT_SECRET = 16  # characters; below it may be guessed
FIRST_YEAR = 2026
OLDEST_SQLITE = (3, 35, 0)
"""The first with RETURNING."""
MENDED_SQLITE = {(3, 44): 6, (3, 50): 7}
"""Older branches that got 3.51.3's mending of the WAL-reset bug, by their last part (reliability.md)."""
SYNCHRONOUS = {"0": "off", "1": "normal", "2": "full", "3": "extra"}
OLDEST_POSTGRES = 13
ASKED = ("server_version_num", "server_version", "fsync", "synchronous_commit", "full_page_writes",
         "default_transaction_isolation", "default_transaction_read_only", "server_encoding")  # fmt: skip
SETTLED = text("SELECT name, setting FROM pg_settings")
STANDBY = text("SELECT pg_is_in_recovery()")
Found = list[Finding]


def refuse(findings: Iterable[Finding]) -> None:
    """Raises BadSettings with those that keep the bot from running. The rest is not said yet: who reads of a start that
    failed reads nothing else."""
    if wrong := [finding.text for finding in findings if finding.level == "error"]:
        raise BadSettings(wrong)


def say(findings: Iterable[Finding]) -> None:
    """To the log, one line each."""
    for finding in findings:
        (log.info if finding.level == "ok" else log.warning)("start", found=finding.text)


async def look_at(settings: Settings, database: Database) -> Found:
    """Everything but what Telegram has to be asked for. The database is open. Raises SQLAlchemyError."""
    return [*look_at_settings(settings), *await look_at_database(database)]


def look_at_settings(settings: Settings) -> Found:
    """What needs no database: clock, disk, webhook, leases."""
    return [*_year(datetime.now(UTC)), *_disks(settings), *_webhook(settings), *_leases()]


def look_at_clock(channel: TelegramChannel) -> Found:
    """Against the server's, after a first call."""
    off = channel.clock_off_s
    if off is None:
        return [Finding("ok", "the clock was not compared: the Bot API server tells no time")]
    how = f"{abs(off):.0f} s {'behind' if off > 0 else 'ahead of'} the Bot API server's"
    if abs(off) > CLOCK_OFF_S:
        return [Finding("warning", f"this machine's clock is {how}; deadlines are off by as much: let NTP set it")]
    return [Finding("ok", "this machine's clock agrees with the Bot API server's")]


async def look_at_database(database: Database) -> Found:
    async with database.writer.connect() as connection:
        if database.is_sqlite:
            asked = ("journal_mode", "synchronous")
            told = {name: str(await connection.scalar(text(f"PRAGMA {name}"))) for name in asked}
            options = [str(row[0]) for row in await connection.execute(text("PRAGMA compile_options"))]
            name = database.lock.path.name if database.lock is not None else ""
            return of_sqlite(sqlite3.sqlite_version_info, told, options, name)
        rows = await connection.execute(SETTLED)
        settled = {name: setting for name, setting in rows if name in ASKED}
        return of_postgres(settled, is_standby=bool(await connection.scalar(STANDBY)))


def of_sqlite(version: tuple[int, ...], told: Mapping[str, str], options: Sequence[str], lock: str) -> Found:
    """told: the values of journal_mode and synchronous on the connection that writes. lock: the name of the lock
    file, which is ours."""
    named = ".".join(map(str, version))
    if version < OLDEST_SQLITE:
        return [Finding("error", f"DATABASE_URL: SQLite {named} is too old; {_dots(OLDEST_SQLITE)} or newer is needed")]
    if "THREADSAFE=0" in options:
        return [Finding("error", f"DATABASE_URL: SQLite {named} was built with THREADSAFE=0; another build is needed")]
    found = [Finding("ok", f"SQLite {named}; one process writes, and holds the lock ({lock})")]
    if not is_mended(version):
        found = [
            Finding(
                "ok",
                f"SQLite {named} can damage a file that two processes write (mended in 3.51.3); "
                f"one process writes, and holds the lock ({lock}): let no other program write to it",
            )
        ]
    journal, synchronous = told["journal_mode"], SYNCHRONOUS.get(told["synchronous"], told["synchronous"])
    said = f"journal_mode {journal}, synchronous {synchronous}"
    if synchronous not in ("full", "extra"):
        found.append(Finding("warning", f"DATABASE_URL: {said}: a power cut may lose reports that were confirmed"))
    elif journal != "wal":
        found.append(Finding("warning", f"DATABASE_URL: {said}: this disk takes no WAL; is it a network share?"))
    else:
        found.append(Finding("ok", said))
    return found


def is_mended(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is without the WAL-reset bug."""
    backport = MENDED_SQLITE.get((version[0], version[1]))
    return version >= (3, 51, 3) or (backport is not None and version[2] >= backport)


def of_postgres(told: Mapping[str, str], *, is_standby: bool = False) -> Found:
    """told: of pg_settings those in ASKED."""
    major, version, encoding = (
        int(told["server_version_num"]) // 10_000,
        told["server_version"],
        told["server_encoding"],
    )
    isolation = told["default_transaction_isolation"]
    wrong = [
        (major < OLDEST_POSTGRES, f"PostgreSQL {version} is too old; {OLDEST_POSTGRES} or newer is needed"),
        (encoding != "UTF8", f"the database's encoding is {encoding}, not UTF8; create it anew"),
        (is_standby, "this server is a standby; name the one that takes writes"),
        (told["default_transaction_read_only"] == "on", "default_transaction_read_only is on; nothing could be kept"),
    ]  # fmt: skip
    if any(holds for holds, _ in wrong):
        return [Finding("error", f"DATABASE_URL: {line}") for holds, line in wrong if holds]
    lost = "a power cut may lose reports that were confirmed"
    warned = [
        (told["fsync"] == "off", f"fsync is off: {lost}, or damage the database"),
        (told["synchronous_commit"] == "off", f"synchronous_commit is off: {lost}"),
        (told["full_page_writes"] == "off", "full_page_writes is off: a power cut may damage the database"),
        (isolation != "read committed",
         f"default_transaction_isolation is {isolation}: turns that meet are run again more often"),
    ]  # fmt: skip
    said = ", ".join(f"{name} {told[name]}" for name in ("fsync", "synchronous_commit", "full_page_writes"))
    found = [Finding("ok", f"PostgreSQL {version}: {said}")]
    return found + [Finding("warning", f"DATABASE_URL: {line}") for holds, line in warned if holds]


def _year(now: datetime) -> Found:
    if now.year < FIRST_YEAR:
        return [Finding("error", f"this machine's clock says {now:%Y-%m-%d}; set it (NTP) before the bot is started")]
    return []


def _disks(settings: Settings) -> Found:
    found: Found = []
    database = Database(settings.database_url)
    folders = {"DATABASE_URL": database.path.parent if database.path else None}
    try:
        folders["MEDIA_URL"] = getattr(open_store(settings.media_url), "root", None)
    except ValueError:
        pass  # said where it is opened
    for setting, folder in folders.items():
        if folder is None:
            continue
        there = _there(folder)
        total, _, free = disk_usage(there)
        line = f"{setting}: {free // 2**20} MB of disk are free"
        if not os.access(there, os.W_OK):
            found.append(Finding("error", f"{setting}: {there} cannot be written"))
        elif total and free < LITTLE:  # some file systems tell nothing
            found.append(Finding("error" if free < FULL else "warning", f"{line}; {LITTLE // 2**20} MB are little"))
        else:
            found.append(Finding("ok", line))
    return found


def _there(folder: Path) -> Path:
    """The folder, or where it would be made."""
    folder = folder.absolute()
    return next((place for place in (folder, *folder.parents) if place.is_dir()), Path("/"))


def _webhook(settings: Settings) -> Found:
    given = settings.webhook_secret.get_secret_value() if settings.webhook_secret is not None else None
    if settings.public_url is None:
        return [Finding("warning", "WEBHOOK_SECRET: without PUBLIC_URL nobody is asked for it")] if given else []
    found: Found = []
    url = urlsplit(settings.public_url)
    if urlsplit(settings.bot_api_url).hostname == TELEGRAM:
        if url.scheme != "https":
            found.append(Finding("error", "PUBLIC_URL: Telegram calls https:// only"))
        elif (url.port or 443) not in PORTS:
            ports = ", ".join(map(str, PORTS))
            found.append(Finding("error", f"PUBLIC_URL: Telegram calls ports {ports} only, not {url.port}"))
        if url.hostname in LOCAL_HOSTS:
            found.append(Finding("error", "PUBLIC_URL: Telegram cannot call this machine by that name"))
    if given is None:
        found.append(Finding("ok", "WEBHOOK_SECRET: derived from the token"))
    elif len(given) < SHORT_SECRET:
        found.append(Finding("warning", f"WEBHOOK_SECRET: {len(given)} characters may be guessed; take 32 or more"))
    else:
        found.append(Finding("ok", "WEBHOOK_SECRET: given"))
    return found


def _leases() -> Found:
    """A lease that runs out while its work is under way would have it done twice."""
    found: Found = []
    for what, takes, lease in (("a send", 2 * SEND_S, LEASE), ("an errand", TAKES_S, ERRANDS_LEASE)):
        if timedelta(seconds=takes) >= lease:
            seconds = lease.total_seconds()
            found.append(Finding("error", f"{what} may take {takes} s, and its lease ends after {seconds:g} s"))
    return found


def _dots(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
