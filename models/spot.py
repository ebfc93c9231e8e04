"""Where something is, who says so, and how far that is to be trusted."""

from dataclasses import asdict, dataclass
from typing import Any

TRUST = ("nowhere", "grid", "text", "near", "live", "exif", "location")
"""From the least to the most trusted: nothing that could be found, the group's grid, words through the gazetteer,
an own location near in time, one running live, a picture's EXIF, a location sent with the report or in reply to it
(design.md 3.11)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """latitude, longitude: degrees as given, in `datum`; None where only the grid or the words are known.

    accuracy: metres. words: as typed.
    """

    source: str
    latitude: float | None = None
    longitude: float | None = None
    datum: str | None = None
    accuracy: float | None = None
    words: str | None = None

    def __post_init__(self) -> None:
        if self.source not in TRUST:
            raise ValueError(f"no such source of a place: {self.source}")

    @property
    def has_point(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    def outranks(self, other: "Spot") -> bool:
        """A later word of the same kind counts too: a rider who sends a second location corrects the first."""
        return self.has_point and TRUST.index(self.source) >= TRUST.index(other.source)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)
