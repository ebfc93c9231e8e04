"""The commands: demo, run, load, check, trace, corrections, pictures, move, backup, restore."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.garbage import collect_seldom

app = typer.Typer(
    help="流动网格员 · a bot in a neighbourhood's group chat: a rider's photo becomes a ticket, and comes back mended.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
WRONG, BROKEN = 2, 1


@app.command()
def demo(
    port: Annotated[
        int | None, typer.Option(help="port of the page; 0 takes any; default 8080, or the next free one")
    ] = None,
    data: Annotated[
        Path, typer.Option(help="where the bot and the simulator keep what they know; not with --play")
    ] = Path("demo-data"),
    play: Annotated[bool, typer.Option("--play", help="play the story by itself in a fresh folder, and end")] = False,
) -> None:
    """Everything on this machine, no Telegram account: a simulator with a web chat, a demo district, the real bot."""
    from bot.demo import run_demo
    from bot.story import play_story

    _run(play_story() if play else run_demo(data, port), serves=not play)


@app.command()
def run() -> None:
    """The bot, against Telegram or whatever server BOT_API_URL names. Migrates the database first."""
    settings = _settings(needs_token=True)
    from bot.building import built, run_town  # half the start; what is wrong with the settings is said before it

    async def serve() -> int:
        async with built(settings) as town:
            await run_town(settings, town)
        return 0

    _run(serve(), serves=True)


@app.command()
def load(folder: Annotated[Path, typer.Argument(help="a district folder")]) -> None:
    """Load a district folder into the database; loading it again updates and never duplicates."""
    from bot.loading import load_into

    _run(load_into(_settings(), folder))


@app.command()
def check() -> None:
    """Say what can and cannot be reached, and which settings are missing or wrong."""
    from bot.checking import check_all

    _run(check_all())


@app.command()
def trace(number: Annotated[str, typer.Argument(metavar="N", help="a ticket's number")]) -> None:
    """Print the way of one ticket: turns, events, errands, what was said and when; nobody's name or words."""
    from bot.tracing import trace as trace_ticket

    _run(trace_ticket(_settings(), number))


@app.command()
def corrections(file: Annotated[Path, typer.Argument(help="the CSV file to write")]) -> None:
    """Write what leaders and departments put right as lines to learn from, without anybody's data."""
    from bot.corrections import export_corrections

    _run(export_corrections(_settings(), file))


@app.command()
def pictures(
    remove_orphans: Annotated[
        bool, typer.Option("--remove-orphans", help="remove what no record names and is older than an hour")
    ] = False,
) -> None:
    """Say whether every picture is in its store, and what lies there that no record names; beside a running bot."""
    from bot.keeping import check_pictures

    _run(check_pictures(_settings(), removes=remove_orphans))


@app.command()
def move(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="the database to leave: sqlite+aiosqlite:///PATH …")],
    goal: Annotated[str, typer.Argument(metavar="TO", help="an empty one: postgresql+asyncpg://…; or two MEDIA_URLs")],
) -> None:
    """Carry a whole town from one database to another, or its pictures from one store to another."""
    from bot.moving.carrying import move as move_town

    _run(move_town(origin, goal))


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="where backups are kept, each beside the others")],
    keep: Annotated[int, typer.Option(min=0, help="so many stay, the newest; 0: all")] = 0,
) -> None:
    """Write the whole town, pictures included, as it is at this moment; beside a running bot."""
    from bot.moving.backup import back_up

    _run(back_up(_settings(), folder, keep=keep))


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="as given to `backup`: the newest; or one in it")],
    keep_pictures: Annotated[
        bool, typer.Option("--keep-pictures", help="MEDIA_URL may hold pictures already; they stay")
    ] = False,
) -> None:
    """Put a backup back into an empty DATABASE_URL and MEDIA_URL, and compare all of it."""
    from bot.moving.restore import restore as put_back

    _run(put_back(_settings(), folder, keep_pictures=keep_pictures))


def _settings(*, needs_token: bool = False) -> Any:
    from bot.log import set_up
    from bot.settings import BadSettings
    from bot.settings import load as load_settings

    try:
        settings = load_settings()
        if needs_token:
            assert settings.token
    except BadSettings as bad:
        _refuse(*bad.faults)
    set_up(settings.log_level, settings.secrets)
    return settings


def _run(job: Coroutine[Any, Any, int], *, serves: bool = False) -> None:
    """Run to the end; what an operator can mend is one clear line on stderr, never a traceback.

    serves: it has no end of its own, and to be asked to end is no failure. A piece of work that was broken off is not
    done, however it was asked to end.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from bot.channels.base import SendError
    from bot.damage import Damaged, DiskFailed
    from bot.database import AlreadyRunning
    from bot.district import BadFolder
    from bot.settings import BadSettings

    if not serves:
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # as Ctrl-C: all is put away
    try:
        code = asyncio.run(job)
    except KeyboardInterrupt:
        code = 0 if serves else BROKEN
        if not serves:
            print("broken off before its end; the same command again does the rest", file=sys.stderr)
    except BadFolder as bad:
        _refuse(*(str(fault) for fault in bad.faults))
    except BadSettings as bad:
        _refuse(*bad.faults)
    except AlreadyRunning as running:
        _refuse(f"DATABASE_URL: {running}")
    except (DiskFailed, Damaged) as fault:
        _refuse(f"DATABASE_URL: {fault}")
    except SendError as error:
        _refuse(f"BOT_TOKEN / BOT_API_URL: {error.reason}")
    except SQLAlchemyError as error:
        _refuse(f"DATABASE_URL: {_first_line(getattr(error, 'orig', None) or error)}")
    except OSError as error:
        _refuse(f"{error.filename or 'system'}: {error.strerror or type(error).__name__}")
    except Exception as fault:  # a mistake of ours; its words may be anybody's
        from bot.log import steps

        print(f"a fault of the program: {type(fault).__name__} at {', '.join(steps(fault))}", file=sys.stderr)
        code = BROKEN
    raise SystemExit(code)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _refuse(*lines: str) -> Any:
    from bot.log import masked

    for line in lines:
        print(masked(line), file=sys.stderr)
    raise SystemExit(WRONG)


def main() -> None:
    # Asked to end before there is anything to end: for who serves that is no failure. Later the town itself hears it.
    code = 0 if sys.argv[1:2] in (["run"], ["demo"]) else BROKEN
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(code))
    collect_seldom()
    app()


if __name__ == "__main__":
    main()
