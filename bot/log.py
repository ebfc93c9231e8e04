"""Log lines: JSON where nobody is watching, readable on a terminal; without tokens, without people's words or names."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")


def set_up(level: str, secrets: tuple[str, ...] = ()) -> None:
    """`secrets`: words that are taken out of every line, wherever they come from."""
    watched = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    finish: list[Any] = (
        [structlog.dev.ConsoleRenderer()] if watched else [structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, _trace, Hide(secrets), *finish],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log addresses (with the token) and payloads (with what people wrote): only their warnings, masked.
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Masked(secrets))
    if not watched:
        handler.setFormatter(_AsJson())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _trace(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where a fault came from, without its message: an exception's words may quote what somebody wrote."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        event["trace"] = _steps(fault)
    return event


def _steps(fault: BaseException) -> list[str]:
    """The way a fault took, innermost last: files, lines and names of ours, and nothing of what they held."""
    steps, step = [], fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return steps[-12:]


class Hide:
    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.secrets = tuple(secret for secret in secrets if len(secret) >= 4)

    def __call__(self, logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = masked(value, self.secrets)
        return event


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        return json.dumps({**line, "trace": getattr(record, "trace", [])}, ensure_ascii=False)


class _Masked(logging.Filter):
    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self.secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.trace = _steps(record.exc_info[1])
        record.msg, record.args, record.exc_info = masked(record.getMessage(), self.secrets), None, None
        return True


def masked(text: str, secrets: tuple[str, ...] = ()) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return TOKEN.sub("***", text)
