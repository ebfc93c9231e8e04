"""Faults of a database that pass: it is away, or another transaction stands in the way."""

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError

AWAY = ("08", "53", "57", "58", "25006", "XX001")
"""PostgreSQL's codes of what passes: connections, room, shutdowns, the disk; a server that only reads."""
RACES = ("40001", "40P01", "55P03")


def is_away(fault: BaseException) -> bool:
    """Whether the database is locked, full, stopped or out of reach: what was begun is rolled back and comes again."""
    if isinstance(fault, OperationalError | InterfaceError | NoConnection | OSError):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    return fault.connection_invalidated or _code(fault).startswith(AWAY) or "Connection" in type(fault.orig).__name__


def lost_a_race(fault: BaseException) -> bool:
    """Whether another transaction was faster: the same, done again, finds what that one has left."""
    return isinstance(fault, StaleDataError | IntegrityError) or _was_held_up(fault)


def may_pass(fault: BaseException) -> bool:
    """Whether the same, done again a little later, may well go: the database is there again, or whoever stood in the
    way has gone on."""
    return is_away(fault) or _was_held_up(fault)


def _was_held_up(fault: BaseException) -> bool:
    return isinstance(fault, DBAPIError) and _code(fault) in RACES


def _code(fault: DBAPIError) -> str:
    return str(getattr(fault.orig, "sqlstate", None) or "")
