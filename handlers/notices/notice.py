"""What somebody hears because of one event."""

from collections.abc import Awaitable, Callable

from handlers.desk import Desk
from models.ticket import Ticket, TicketEvent

Notice = Callable[[Desk, Ticket, TicketEvent], Awaitable[None]]
