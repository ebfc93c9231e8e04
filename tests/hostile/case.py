"""One file and what may become of it."""

from dataclasses import dataclass

PICTURE, REFUSED, EITHER = "picture", "refused", "either"


@dataclass(frozen=True, slots=True)
class Case:
    """group, name: as the table has them. must: PICTURE, REFUSED, or EITHER where the bytes decide."""

    group: str
    name: str
    data: bytes
    must: str = EITHER
