"""Every setting, from the environment or a `.env` file."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.pace import Limits, parse
from media.store import open_store

DRIVERS_WORDS = frozenset({
    "database", "direct_tls", "host", "passfile", "password", "port", "prepared_statement_cache_size", "ssl",
    "target_session_attrs", "user",
})  # fmt: skip
"""What asyncpg and SQLAlchemy take as text from the query of an address."""
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


class BadSettings(Exception):
    """Settings that cannot be used. `faults`: one clear line each, naming the setting and never its secret value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True, frozen=True
    )

    bot_token: SecretStr | None = Field(None, description="the bot's token; never printed, never logged")
    bot_api_url: str = Field("https://api.telegram.org", description="Bot API server")
    database_url: str = Field("sqlite+aiosqlite:///data/roving-grid.db", description="or postgresql+asyncpg://…")
    media_url: str = Field("file:data/media", description="where photos are kept; or s3://bucket/prefix")
    district: str | None = Field(None, description="a district folder that `run` loads at start")
    admin_ids: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Telegram ids of the first administrators, comma separated"
    )
    public_url: str | None = Field(None, description="when set: webhook mode, else long polling")
    webhook_secret: SecretStr | None = Field(
        None, description="checked against X-Telegram-Bot-Api-Secret-Token; derived from the token"
    )
    http_host: str = Field("127.0.0.1", description="webhook, /health, /ready, /metrics")
    http_port: int = Field(8080, ge=0, le=65535)
    send_limits: str = Field(
        "30/s 1/s 20/min", description="in all, per chat, per group; `off` for a server of one's own"
    )
    locale: Literal["zh", "en"] = Field("zh", description="language of a chat that has not chosen one")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="JSON lines when not on a terminal"
    )
    clock_shift: float = Field(0, description="seconds added to the clock, for rehearsals of deadlines")
    keep_updates_days: int = Field(7, ge=1, description="days after which the raw updates are emptied")

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = tuple(part.strip() for part in value.split(",") if part.strip())
        if any(not part.isascii() or not part.isdigit() for part in ids):
            raise ValueError("must be numbers with commas between them")
        return ids

    @field_validator("bot_api_url", "public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None or value == "":
            return None if value is None else value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an address such as https://example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):  # a port that is none is repeated, and may be half a password
            raise ValueError("must be sqlite+aiosqlite:///PATH or postgresql+asyncpg://…") from None
        if url.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
            raise ValueError("must be sqlite+aiosqlite:///PATH or postgresql+asyncpg://…")
        if url.drivername == "sqlite+aiosqlite" and not url.database:
            raise ValueError("must name a file: sqlite+aiosqlite:///PATH")
        if url.drivername == "postgresql+asyncpg":
            _check_postgresql(url)
        return value

    @field_validator("media_url")
    @classmethod
    def _media(cls, value: str) -> str:
        if not value.startswith(("file:", "s3://")):
            raise ValueError("must be file:PATH or s3://bucket/prefix")
        open_store(value)  # touches nothing yet, and says what is wrong without repeating it
        return value

    @field_validator("send_limits")
    @classmethod
    def _limits(cls, value: str) -> str:
        parse(value)
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("webhook_secret")
    @classmethod
    def _header(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("district", "public_url", "bot_token", "webhook_secret", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _rehearsal(self) -> "Settings":
        if self.clock_shift and urlsplit(self.bot_api_url).hostname not in LOCAL_HOSTS:
            raise ValueError("CLOCK_SHIFT: only for rehearsals, when BOT_API_URL is on this machine")
        return self

    @property
    def limits(self) -> Limits:
        return parse(self.send_limits)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no line may show: of these settings, and what libraries read from the environment."""
        given = [one.get_secret_value() for one in (self.bot_token, self.webhook_secret) if one is not None]
        database = make_url(self.database_url)
        given += [str(database.password or ""), str(database.query.get("password", ""))]
        given += [urlsplit(url).password or "" for url in (self.bot_api_url, self.public_url) if url]
        given += [os.environ.get(name, "") for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD")]
        return tuple(word for one in given if one for word in {one, quote(one, safe="")})

    @property
    def token(self) -> str:
        if self.bot_token is None:
            raise BadSettings(["BOT_TOKEN: missing; @BotFather gives one"])
        return self.bot_token.get_secret_value()


@contextmanager
def named(setting: str) -> Iterator[None]:
    """What the system has against a setting is told with the setting's name. Raises BadSettings."""
    try:
        yield
    except OSError as fault:
        where = f" ({fault.filename})" if fault.filename else ""
        raise BadSettings([f"{setting}: {fault.strerror or fault}{where}"]) from None


def load(**overrides: object) -> Settings:
    """The settings as the environment gives them. Raises BadSettings."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except UnicodeDecodeError:
        raise BadSettings([".env: not in UTF-8; save it as UTF-8"]) from None
    except ValidationError as error:
        raise BadSettings([_line(fault["loc"], fault["msg"]) for fault in error.errors(include_input=False)]) from None


def checked(setting: str, value: str, name: str) -> None:
    """Whether a setting may have this value; a complaint names what the value was given as. Raises BadSettings."""
    try:
        load(**{setting: value})
    except BadSettings as bad:
        faults = [fault for fault in bad.faults if fault.startswith(f"{setting.upper()}:")]
        if faults:
            raise BadSettings([f"{name}{fault.removeprefix(setting.upper())}" for fault in faults]) from None


def _check_postgresql(url: URL) -> None:
    """A word of the query that the driver does not know, it would meet with a fault of the program."""
    if not url.database and "database" not in url.query:
        raise ValueError("must name a database: postgresql+asyncpg://USER@HOST/DATABASE")
    if set(url.query) - DRIVERS_WORDS:
        raise ValueError(f"behind the ? may stand {', '.join(sorted(DRIVERS_WORDS))}; for TLS ssl=require")


def _line(where: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"{str(where[0]).upper()}: {message}" if where else message
