"""The commands: demo, run, load, check, corrections, pictures."""

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
WRONG = 2


@app.command()
def demo(
    port: Annotated[
        int | None, typer.Option(help="port of the page; 0 takes any; default 8080, or the next free one")
    ] = None,
    data: Annotated[Path, typer.Option(help="where the bot and the simulator keep what they know")] = Path("demo-data"),
    play: Annotated[bool, typer.Option("--play", help="play the story by itself in a fresh folder, and end")] = False,
) -> None:
    """Everything on this machine, no Telegram account: a simulator with a web chat, a demo district, the real bot."""
    from bot.demo import run_demo
    from bot.story import play_story

    _run(play_story() if play else run_demo(data, port))


@app.command()
def run() -> None:
    """The bot, against Telegram or whatever server BOT_API_URL names. Migrates the database first."""
    settings = _settings(needs_token=True)
    from bot.building import built, run_town  # half the start; what is wrong with the settings is said before it

    async def serve() -> int:
        async with built(settings) as town:
            await run_town(settings, town)
        return 0

    _run(serve())


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


def _settings(*, needs_token: bool = False) -> Any:
    from bot.log import set_up
    from bot.settings import BadSettings
    from bot.settings import load as load_settings

    try:
        settings = load_settings()
        secrets = (settings.token,) if needs_token or settings.bot_token else ()
    except BadSettings as bad:
        _refuse(*bad.faults)
    set_up(settings.log_level, secrets)
    return settings


def _run(job: Coroutine[Any, Any, int]) -> None:
    """Run to the end; what an operator can mend is one clear line on stderr, never a traceback."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.channels.base import SendError
    from bot.database import AlreadyRunning
    from bot.district import BadFolder
    from bot.settings import BadSettings

    try:
        code = asyncio.run(job)
    except KeyboardInterrupt:
        code = 0
    except BadFolder as bad:
        _refuse(*(str(fault) for fault in bad.faults))
    except BadSettings as bad:
        _refuse(*bad.faults)
    except AlreadyRunning as running:
        _refuse(f"DATABASE_URL: {running}")
    except SendError as error:
        _refuse(f"BOT_TOKEN / BOT_API_URL: {error.reason}")
    except SQLAlchemyError as error:
        _refuse(f"DATABASE_URL: {_first_line(getattr(error, 'orig', None) or error)}")
    except OSError as error:
        _refuse(f"{error.filename or 'system'}: {error.strerror or type(error).__name__}")
    raise SystemExit(code)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _refuse(*lines: str) -> Any:
    from bot.log import masked

    for line in lines:
        print(masked(line), file=sys.stderr)
    raise SystemExit(WRONG)


def main() -> None:
    # Asked to end before there is anything to end: that is no failure. Later the town itself hears it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    collect_seldom()
    app()


if __name__ == "__main__":
    main()
