"""The two tables in the middle of the house, and the two beside them."""

from models.mail.errand import Errand, ErrandState
from models.mail.inbox import Inbox, InboxState
from models.mail.outbox import Lane, Outbox, OutboxState, Repeat
from models.mail.timer import Timer

__all__ = ["Errand", "ErrandState", "Inbox", "InboxState", "Lane", "Outbox", "OutboxState", "Repeat", "Timer"]
