"""/report in private, step by step: what was told so far, and what is asked next."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from models.spot import Spot

PHOTO, PLACE, WHAT, LOOK = STEPS = ("photo", "place", "what", "look")
"""Asked for in this order; at the last one it is looked over and sent."""
ASIDE = timedelta(minutes=30)
"""After so long a silence one kind word, once."""

LONGEST = 4096
"""Characters of his words: as many as one message has."""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody has told. It never changes: each answer gives the next one.

    touched_at: when he last did something with it. skipped: the steps he passed over with nothing to say.
    photos: how many. words: what it is; where: what he typed when asked for the place; both masked.
    spot: where, as far as told; grid_id, border_id, is_outside: what that was found to mean (handlers/locating.py).
    category: the code he chose himself. asks: what the look-over asks for just now ("kind").
    is_reminded: he has had the kind word.
    """

    touched_at: datetime
    step: str = PHOTO
    skipped: tuple[str, ...] = ()
    photos: int = 0
    words: str = ""
    where: str = ""
    spot: Spot | None = None
    grid_id: int | None = None
    border_id: int | None = None
    is_outside: bool = False
    category: str | None = None
    is_named: bool = False
    asks: str | None = None
    is_reminded: bool = False

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        spot = Spot(**data["spot"]) if data["spot"] else None
        touched_at = datetime.fromisoformat(data["touched_at"])
        return cls(**{**data, "touched_at": touched_at, "skipped": tuple(data["skipped"]), "spot": spot})

    def as_data(self) -> dict[str, Any]:
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "touched_at": self.touched_at.isoformat(),
            "skipped": list(self.skipped),
            "spot": self.spot.as_data() if self.spot else None,
        }

    # --- what is known --------------------------------------------------------

    def knows(self, step: str) -> bool:
        return bool({PHOTO: self.photos, PLACE: self.spot, WHAT: self.words or self.category}.get(step))

    @property
    def tells_anything(self) -> bool:
        """A place alone is no report."""
        return self.knows(PHOTO) or self.knows(WHAT)

    @property
    def text(self) -> str:
        """All he typed, for those who have to find it and mend it."""
        return self.words if self.where in self.words else f"{self.words} {self.where}".strip()

    # --- what is told ---------------------------------------------------------

    def gets_photos(self, photos: int) -> Self:
        return replace(self, photos=self.photos + photos)

    def loses_photos(self) -> Self:
        return replace(self, photos=0)

    def says(self, words: str) -> Self:
        """More words; asked for what it is once more, the new ones instead of the old, and what he chose for those."""
        if self.step == WHAT or not self.words:
            return replace(self, words=words[:LONGEST], category=None if self.words else self.category)
        return replace(self, words=f"{self.words} {words}"[:LONGEST])

    def stands(self, spot: Spot, grid_id: int | None, border_id: int | None, *, is_outside: bool) -> Self:
        return replace(self, spot=spot, grid_id=grid_id, border_id=border_id, is_outside=is_outside)

    def chooses(self, category: str) -> Self:
        return replace(self, category=category)

    # --- where it goes on -----------------------------------------------------

    def goes_on(self) -> Self:
        """To the first step that nothing is known of: what was told is not asked again."""
        open_ = (step for step in STEPS[:-1] if step not in self.skipped and not self.knows(step))
        return replace(self, step=next(open_, LOOK), asks=None)

    def skips(self) -> Self:
        """Past this step; what it has been told already stays."""
        return replace(self, skipped=(*self._skipped_but(self.step), self.step)).goes_on()

    def goes_back(self) -> Self:
        """To the step before, whether it was asked or not: anything can be put right."""
        before = STEPS[max(0, STEPS.index(self.step) - 1)]
        return replace(self, step=before, skipped=self._skipped_but(before), asks=None)

    def _skipped_but(self, step: str) -> tuple[str, ...]:
        return tuple(other for other in self.skipped if other != step)
