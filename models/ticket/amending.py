"""A report that its reporter puts right while it is young; and a fix whose picture turns out to be none."""

from dataclasses import replace
from datetime import datetime, timedelta

from models.category import Category
from models.deadline import OfficeHours
from models.limit import Limits
from models.person import Person
from models.refusal import Refusal
from models.ticket.judging import NOT_YET_MENDED, Judging
from models.ticket.stage import Stage
from models.told import Told

YOUNG = timedelta(hours=24)
"""So long a ticket follows what its reporter changes of his words; as long as a photo without words may be explained
(contract 4)."""


class Amending(Judging):
    __abstract__ = True

    def is_young(self, at: datetime) -> bool:
        return at <= self.reported_at + YOUNG and self.stage in NOT_YET_MENDED

    def amend(
        self,
        text: str,
        *,
        by: Person,
        at: datetime,
        told: Told | None = None,
        category: Category | None = None,
        limits: Limits | None = None,
        hours: OfficeHours | None = None,
    ) -> None:
        """His words, put right by himself; text: masked.

        told: what was read out of the new ones; None: what was read before stays. category, limits, hours: where they
        tell of another kind than the old ones. What was kept from the groups stays so: no change of words undoes that.
        """
        self._only("amend", by)
        if not self.is_young(at):
            raise Refusal("ticket.not_open", number=self.number)
        if category is not None and limits is not None and hours is not None:
            was_restricted = self.is_restricted
            self._become(category, by, at, limits)
            self.is_restricted = was_restricted or self.is_restricted
            # Read out of words: what a person says of it counts for more.
            self.news[-1].data |= {"restricted": self.is_restricted, "by_words": True}
            self._reckon(hours)
        old, before, self.text = self.text, self.reading, text
        if told is not None:
            # Whom to call, and that it is dangerous again, somebody said: it does not become untrue.
            calls = told.calls + tuple(call for call in before.calls if call not in told.calls)
            told = replace(
                told, calls=calls, again=before.again, is_minor=told.is_minor or before.is_minor,
                is_in_line=before.is_in_line,
            )  # fmt: skip
            self.told = told.as_data()
        hides = self.reading.is_minor and not self.is_restricted
        self.is_restricted = self.is_restricted or hides
        self._tell("amended", by, at, old=old, new=text, told=self.told, restricted=self.is_restricted, hides=hides)

    def unprove(self, photo: int, *, at: datetime) -> bool:
        """Not one picture of this round could be opened, and only a picture ends one: its department has it again, in
        the same round and by the same deadline. Where several were called to it, or no picture was asked for, or
        somebody has looked already, it stays as it is. Returns whether it went back."""
        if self.stage != Stage.RESOLVED or self.photo_waived or self.response is not None:
            return False
        self._move("unprove", None, at, photo=photo)
        self.resolved_at = None
        return True
