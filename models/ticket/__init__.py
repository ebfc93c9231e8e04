"""Tickets: the record, its stages, its events and its numbers."""

from models.ticket.event import TicketEvent
from models.ticket.number import Serial, case_code, short_number
from models.ticket.stage import BEFORE_WORK, LIFECYCLE, OPEN, WITH_DEPARTMENT, WITH_LEADER, Stage
from models.ticket.ticket import DUPLICATE_RADIUS_M, Ticket

__all__ = [
    "BEFORE_WORK",
    "DUPLICATE_RADIUS_M",
    "LIFECYCLE",
    "OPEN",
    "WITH_DEPARTMENT",
    "WITH_LEADER",
    "Serial",
    "Stage",
    "Ticket",
    "TicketEvent",
    "case_code",
    "short_number",
]
