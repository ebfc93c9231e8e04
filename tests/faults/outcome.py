"""What came of every report: tickets and their order from the database, messages from the simulator's log."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.faults.records import Log, Records

TICKETS = "SELECT text, number, id FROM tickets ORDER BY id"
FIRST_CARDS = (
    # Urgent ones overtake; what was held back for a picture, or tried again, waited for its own sake.
    "SELECT chats.external_id, tickets.number FROM outbox JOIN tickets ON tickets.id = outbox.ticket_id"
    " JOIN chats ON chats.id = outbox.chat_id WHERE outbox.kind = 'card' AND outbox.repeat = 'sparingly'"
    " AND NOT outbox.is_urgent AND outbox.attempts = 1 AND outbox.uncertain = 0 AND outbox.due_at = outbox.created_at"
    " ORDER BY outbox.id"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """unkept: updates the server was told we have, without an inbox row.
    silent: tickets whose group never saw a card. failed: rows given up.
    disordered: tickets of a chat that do not follow each other as its reports do, of `followers` that could; overtaken:
    first ordinary cards of a chat that came before an elder's, of `cards`.
    sends: messages that arrived; repeats: those of them that had arrived before.
    uncertain: how often the sender could not know. kills: that were done; of_speaker: of whoever was sending.
    """

    reports: int
    lost: int
    doubled: int
    silent: int
    unkept: int
    failed: int
    disordered: int
    followers: int
    overtaken: int
    cards: int
    sends: int
    repeats: int
    uncertain: int
    kills: int = 0
    of_speaker: int = 0

    @property
    def is_sound(self) -> bool:
        wrong = self.lost, self.silent, self.doubled, self.unkept, self.failed, self.disordered, self.overtaken
        return not any(wrong) and self.repeats <= self.uncertain

    def __str__(self) -> str:
        return (
            f"lost {self.lost + self.silent}, duplicate tickets {self.doubled},"
            f" duplicate messages {self.repeats} of {self.sends} ({self.repeats / max(1, self.kills):.3f} a kill),"
            f" out of order {self.disordered + self.overtaken} of {self.followers + self.cards}"
            f" (kills {self.kills}, of them of the sender {self.of_speaker}, reports {self.reports},"
            f" without a ticket {self.lost}, without a card {self.silent}, uncertain sends {self.uncertain},"
            f" failed {self.failed}, confirmed but not kept {self.unkept},"
            f" tickets {self.disordered}/{self.followers} and cards {self.overtaken}/{self.cards} out of order)"
        )


def judge(records: Records, log: Log, said: Mapping[str, int], *, kills: int = 0, of_speaker: int = 0) -> Outcome:
    """said: the words of each report, in the order they were said, and the chat."""
    tickets = records.rows(TICKETS)
    of_report = Counter(words for words, *_ in tickets)
    arrivals = log.arrived()
    arrived = Counter(arrivals)
    kept = {update for (update,) in records.rows("SELECT \"update\" FROM inbox WHERE channel = 'telegram'")}
    disordered, followers = _disorder(_by_chat((said[words], words) for words in said), [row[0] for row in tickets])
    home = {(said[words], number) for words, number, _ in tickets}
    first_cards = ((int(chat), number) for chat, number in records.rows(FIRST_CARDS))
    overtaken, cards = 0, 0
    in_turn = _by_chat(card for card in first_cards if card in home)
    for chat, numbers in in_turn.items():
        wrong, of = _disorder({chat: numbers}, [number for where, number in arrivals if where == chat])
        overtaken, cards = overtaken + wrong, cards + of
    return Outcome(
        reports=len(said),
        lost=sum(of_report[words] == 0 for words in said),
        doubled=sum(times - 1 for times in of_report.values()),
        silent=sum(not arrived[said[words], number] for words, number, _ in tickets),
        unkept=sum(bool(one["confirmed"]) and str(one["update_id"]) not in kept for one in log.simulator.updates()),
        failed=_count(records, "outbox WHERE state = 'failed'") + _count(records, "inbox WHERE state = 'failed'"),
        disordered=disordered, followers=followers, overtaken=overtaken, cards=cards,
        sends=arrived.total(),
        repeats=sum(times - 1 for times in arrived.values()),
        uncertain=int(records.rows("SELECT coalesce(sum(uncertain), 0) FROM outbox")[0][0]),
        kills=kills, of_speaker=of_speaker,
    )  # fmt: skip


def _count(records: Records, what: str) -> int:
    return int(records.rows(f"SELECT count(*) FROM {what}")[0][0])


def _by_chat(given: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chat, what in given:
        found[chat].append(what)
    return found


def _disorder(wanted: Mapping[int, Sequence[str]], had: Sequence[str]) -> tuple[int, int]:
    """Neighbours of `wanted` that stand the other way round in `had`, where each counts by its first place; and how
    many neighbours there are."""
    place: dict[Any, int] = {}
    for at, what in enumerate(had):
        place.setdefault(what, at)
    pairs = [
        (place[elder], place[younger])
        for of_chat in wanted.values()
        for elder, younger in pairwise(what for what in of_chat if what in place)
    ]
    return sum(elder > younger for elder, younger in pairs), len(pairs)
