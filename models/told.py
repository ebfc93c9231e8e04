"""What was read out of a report: kept with the ticket, so that its card can say why."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """because: the words the category hung on. likely: codes, the best first. others: codes of further problems told
    in the same line. calls: whom to call first ("119", …, or "gas" for the district's gas line).
    is_unsure: the category is hardly more than a guess.
    """

    because: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    is_unsure: bool = False

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Told":
        because, likely, others, calls = (
            tuple(data.get(name, ())) for name in ("because", "likely", "others", "calls")
        )
        return cls(because, likely, others, calls, bool(data.get("is_unsure")))

    def as_data(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


NOTHING_TOLD = Told()
