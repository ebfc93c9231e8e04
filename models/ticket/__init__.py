"""Tickets: the record, its stages, its events and its numbers."""

from models.ticket.event import TicketEvent
from models.ticket.number import Serial, case_code, short_number
from models.ticket.stage import (
    BEFORE_WORK,
    IN_HAND,
    LIFECYCLE,
    OPEN,
    UNSETTLED,
    WITH_DEPARTMENT,
    WITH_LEADER,
    Border,
    Stage,
)
from models.ticket.ticket import Ticket

__all__ = [
    "BEFORE_WORK",
    "IN_HAND",
    "LIFECYCLE",
    "OPEN",
    "UNSETTLED",
    "WITH_DEPARTMENT",
    "WITH_LEADER",
    "Border",
    "Serial",
    "Stage",
    "Ticket",
    "TicketEvent",
    "case_code",
    "short_number",
]
