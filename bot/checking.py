"""`check`: what can and cannot be reached, and which settings are missing or wrong."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.base import Finding, SendError
from bot.channels.telegram import TelegramChannel
from bot.clock import Clock
from bot.database import AlreadyRunning, Database
from bot.district import BadFolder, read_folder
from bot.district.days_off import check_days_off, unknown_years
from bot.log import set_up
from bot.migrating import migrate
from bot.settings import BadSettings, Settings, load
from bot.starting import look_at_clock, look_at_database, look_at_settings
from media.hiding import why_not
from media.store import open_store
from models.calendar import USUAL
from models.chat import Chat
from models.district import District, Holiday
from models.person import Address, Person, RoleKind

SIGNS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
FAILED = 2


async def check_all() -> int:
    """Print what was found. Returns 0 only when `run` would work; what cannot be reached yet is a warning."""
    try:
        settings = load()
    except BadSettings as bad:
        return _told([Finding("error", fault) for fault in bad.faults])
    set_up(settings.log_level, settings.secrets)
    database, chats = await _check_database(settings)
    found = [*look_at_settings(settings), *database, *_check_folder(settings)]
    found += [*await _check_store(settings), _check_hiding()]
    if settings.bot_token is None:
        found.append(Finding("error", "BOT_TOKEN: missing; @BotFather gives one"))
    else:
        found += await _check_channel(settings, chats)
    if not settings.admin_ids:
        found.append(
            Finding("warning", "ADMIN_IDS: empty; nobody can /bind a group unless people.csv names an administrator")
        )
    return _told(found)


def _told(findings: Sequence[Finding]) -> int:
    for finding in findings:
        print(f"{SIGNS[finding.level]} {finding.text}")
    return FAILED if any(finding.level == "error" for finding in findings) else 0


async def _check_database(settings: Settings) -> tuple[list[Finding], list[str]]:
    """Also the ids of the chats the town counts on."""
    try:
        database = Database.opened(settings.database_url)
    except AlreadyRunning:
        return [Finding("warning", "DATABASE_URL: a bot is running on this database; its chats are not checked")], []
    except OSError as fault:
        return [Finding("error", f"DATABASE_URL: {fault.strerror}")], []
    try:
        seen = await look_at_database(database)
        if any(finding.level == "error" for finding in seen):
            return seen, []
        await migrate(database)
        found, chats = await _look_inside(database, settings)
        return seen + found, chats
    except (SQLAlchemyError, OSError) as fault:
        reason = str(getattr(fault, "orig", None) or fault).splitlines()[0]
        return [Finding("error", f"DATABASE_URL: {reason}")], []
    finally:
        await database.close()


async def _look_inside(database: Database, settings: Settings) -> tuple[list[Finding], list[str]]:
    found = [Finding("ok", "the database answers and is up to date")]
    async with database.read() as session:
        district = await session.scalar(select(District))
        if district is None:
            found.append(Finding("warning", "no district is loaded yet; set DISTRICT or use `load`"))
        else:
            found.append(Finding("ok", f"district: {district.name}"))
            if settings.district is None:  # else its folder is checked
                found += await _check_days_off(session, district, Clock(settings.clock_shift))
        bound = list(
            await session.scalars(select(Chat).where((Chat.grid_id.is_not(None)) | (Chat.department_id.is_not(None))))
        )
        for kind in (RoleKind.LEADER, RoleKind.ADMIN):
            for person in await session.scalars(Person.with_role(kind)):
                if await session.scalar(Chat.private_of([person.id])) is None:
                    address = await session.scalar(select(Address).where(Address.person_id == person.id).limit(1))
                    name = address.name or address.external_id if address else str(person.id)
                    found.append(
                        Finding("warning", f"{kind} {name} has not started the bot; his cards go to the next one up")
                    )
    return found, [chat.external_id for chat in bound if chat.channel == "telegram"]


async def _check_days_off(session: AsyncSession, district: District, clock: Clock) -> list[Finding]:
    own = {day.year for day in await session.scalars(select(Holiday.day).where(Holiday.kind == "workday"))}
    today = clock.now().astimezone(ZoneInfo(district.timezone)).date()
    unknown = unknown_years(district.hours.get("calendar", USUAL), own, today)
    return [Finding("warning", str(fault)) for fault in unknown]


def _check_hiding() -> Finding:
    """Without it the bot runs, and groups see no picture in which nobody could look for faces."""
    fault = why_not()
    if fault is None:
        return Finding("ok", "faces and plates can be hidden")
    how = "reinstall opencv-python-headless, or set blur = false in district.toml"
    return Finding("warning", f"faces and plates cannot be hidden, so groups are shown no pictures ({fault}); {how}")


def _check_folder(settings: Settings) -> list[Finding]:
    """The folder `run` would load at start."""
    if settings.district is None:
        return []
    try:
        folder = read_folder(Path(settings.district))
    except BadFolder as bad:
        return [Finding("error", f"DISTRICT: {fault}") for fault in bad.faults]
    told = [*folder.warnings, *check_days_off(folder, Clock(settings.clock_shift).now())]
    warnings = [Finding("warning", f"DISTRICT: {warning}") for warning in told]
    return [Finding("ok", f"DISTRICT: {folder.district.name} can be loaded"), *warnings]


async def _check_store(settings: Settings) -> list[Finding]:
    try:
        store = open_store(settings.media_url)
        await store.open()
    except (OSError, ValueError, ImportError) as fault:
        return [Finding("error", f"MEDIA_URL: {fault.strerror if isinstance(fault, OSError) else fault}")]
    return [Finding("ok", "photos can be kept")]


async def _check_channel(settings: Settings, chats: list[str]) -> list[Finding]:
    channel = TelegramChannel(settings.token, settings.bot_api_url)
    try:
        await channel.open()
        return [*look_at_clock(channel), *await channel.check(chats)]
    except SendError as error:
        return [Finding("error", f"BOT_TOKEN / BOT_API_URL: {error.reason}")]
    finally:
        await channel.close()
