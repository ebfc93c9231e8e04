"""Log lines: JSON where nobody is watching, readable on a terminal; without tokens, without people's words or names."""

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")
PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s]+@")
"""As it stands in an address."""
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What ends a line or a file, paints a terminal or turns the writing round, wherever the line is read."""
SHORTEST = 4
"""A secret of fewer letters would be taken out of half the words there are."""


_secrets: tuple[str, ...] = ()


def keep_secret(*words: str) -> None:
    """From now on these are taken out of every line, wherever they come from."""
    global _secrets
    known = {word for word in (*_secrets, *words) if len(word) >= SHORTEST}
    _secrets = tuple(sorted(known, key=len, reverse=True))


def set_up(level: str, secrets: tuple[str, ...] = ()) -> None:
    """`secrets`: as in `keep_secret`."""
    keep_secret(*secrets)
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
        processors=[*shared, _trace, hide, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log addresses (with the token) and payloads (with what people wrote): only their warnings, masked.
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Masked())
    if not watched:
        handler.setFormatter(_AsJson())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _trace(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where a fault came from, without its message: an exception's words may quote what somebody wrote."""
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        event["trace"] = steps(fault)
    return event


def steps(fault: BaseException) -> list[str]:
    """The way a fault took, innermost last: files, lines and names of ours, and nothing of what they held."""
    steps, step = [], fault.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        steps.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return steps[-12:]


def hide(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Every value without secrets, and on one line."""
    for key, value in event.items():
        event[key] = _harmless(value)
    return event


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {masked(str(key)): _harmless(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_harmless(one) for one in value]
    return masked(str(value))


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        return json.dumps({**line, "trace": getattr(record, "trace", [])}, ensure_ascii=False)


class _Masked(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.trace = steps(record.exc_info[1])
        record.msg, record.args, record.exc_info, record.stack_info = masked(record.getMessage()), None, None, None
        return True


def masked(text: str) -> str:
    """On one line, without what opens a door."""
    for secret in _secrets:
        text = text.replace(secret, "***")
    return UNSEEN.sub(_spelled, PASSWORD.sub(r"\1***@", TOKEN.sub("***", text)))


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
