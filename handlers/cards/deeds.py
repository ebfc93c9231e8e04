"""What may be done with a ticket besides sending it, as buttons: 更多 of its leader, and those of who checks it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers.cards.requested import answer_buttons
from handlers.labels import Label, Rows
from models.ticket import BEFORE_WORK, IN_HAND, WITH_LEADER, Stage, Ticket

A_ROW = 2


@dataclass(frozen=True, slots=True)
class Deed:
    """key: of the button's words. stands: whether the ticket's stage allows it; who may do it the verb asks."""

    key: str
    verb: str
    stands: Callable[[Ticket], bool]

    def label(self, number: str) -> Label:
        return Label(self.key, self.verb, number)


UNDER_MORE: Sequence[Deed] = (
    Deed("button.urge", "urge", lambda ticket: ticket.stage in IN_HAND),
    Deed("button.whistle", "whistle", lambda ticket: ticket.stage in BEFORE_WORK | {Stage.WORKING}),
    Deed("button.emergency", "emergency", lambda ticket: ticket.stage in BEFORE_WORK | {Stage.WORKING}),
    Deed("button.council", "council", lambda ticket: ticket.stage in BEFORE_WORK | {Stage.WORKING}),
    Deed("button.agree", "agree", lambda ticket: ticket.stage in IN_HAND and ticket.response is not None),
    Deed("button.excuse", "excuse", lambda ticket: ticket.stage in IN_HAND and ticket.response is not None),
    Deed("button.merge", "merge", lambda ticket: ticket.allows("merge")),
    Deed("button.decline", "decline", lambda ticket: ticket.allows("decline")),
    Deed("button.caller", "caller", lambda ticket: ticket.entry == "relay" and ticket.is_open),
    Deed("button.waive", "waive", lambda ticket: ticket.stage in IN_HAND and not ticket.photo_waived),
)
"""更多 under a leader's card and tray."""
CHECKS: Sequence[Deed] = (
    Deed("button.verify", "verify", lambda ticket: ticket.allows("verify")),
    Deed("button.reopen", "reopen", lambda ticket: ticket.allows("reopen") and ticket.department_id is not None),
)


def more_of(ticket: Ticket) -> list[Deed]:
    return [deed for deed in UNDER_MORE if deed.stands(ticket)]


def more_buttons(ticket: Ticket) -> Rows:
    labels = [deed.label(ticket.number) for deed in more_of(ticket)]
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]


def check_buttons(ticket: Ticket) -> list[Label]:
    """While it is to be checked."""
    is_asked = ticket.stage == Stage.RESOLVED
    return [deed.label(ticket.number) for deed in CHECKS if deed.stands(ticket)] if is_asked else []


def sending_buttons(ticket: Ticket, departments: Rows) -> Rows:
    """Under a leader's card or tray: to whom it may go, and 更多. departments: the likeliest, while nobody has it."""
    number = ticket.number
    if ticket.stage == Stage.RESOLVED:
        return [check_buttons(ticket)]
    if not more_of(ticket):
        return []
    more = Label("button.more", "more", number)
    if ticket.stage in IN_HAND:
        urge = [Label("button.urge", "urge", number)] if ticket.is_late else []
        return [*answer_buttons(ticket), [*urge, Label("button.redispatch", "redispatch", number), more]]
    if ticket.stage not in WITH_LEADER:
        return [[more]]
    return [*departments, [Label("button.other_department", "redispatch", number), more]]
