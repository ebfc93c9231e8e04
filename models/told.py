"""What was read out of a report: kept with the ticket, so that its card can say why."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from typing import Any

MOST_PIECES = 3
LONGEST_PIECE, LONGEST_LATIN = 6, 20
"""Characters; what is longer is a piece of the sentence and no word."""

ENDS_OF_PLACES = frozenset("口门院路街道巷里区园苑楼厦店站桥河校学场市城村家旁边馆局所厂")


@dataclass(frozen=True, slots=True)
class Told:
    """because: the words the category hung on. likely: codes, the best first. others: codes of further problems told
    in the same line. calls: whom to call first ("119", …, or "gas" for the district's gas line).
    is_unsure: the category is hardly more than a guess; is_guess: it is not even that, and somebody has to say first
    what it is. again: danger was told anew after it had been made safe. is_minor: a minor needs protection, so it is
    for few eyes, whatever its category. is_in_line: its danger rings for nobody and overtakes nothing, as he who told
    of it told of many within the hour.
    """

    because: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    is_unsure: bool = False
    again: bool = False
    is_guess: bool = False
    is_minor: bool = False
    is_in_line: bool = False

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Told":
        because, likely, others, calls = (
            tuple(data.get(name, ())) for name in ("because", "likely", "others", "calls")
        )
        return cls(because, likely, others, calls, bool(data.get("is_unsure")), bool(data.get("again")),
                   bool(data.get("is_guess")), bool(data.get("is_minor")), bool(data.get("is_in_line")))  # fmt: skip

    def as_data(self) -> dict[str, Any]:
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def pieces(self) -> tuple[str, ...]:
        return self.pieces_beside("", None)

    def pieces_beside(self, text: str, place: str | None) -> tuple[str, ...]:
        """`because`, to be read aloud: 井盖, 翘起来. At most three, and none that says another one again:
        井盖没了 tells more than 井盖 and stands in its place. None that is cut out of the place's name, where the text
        told of that: 院路灯 of 卫生院路灯不亮."""
        chosen: list[str] = []
        named = _named(text, place)
        for piece in (piece for words in self.because for piece in words.split()):
            if not 1 < len(piece) <= (LONGEST_LATIN if piece.isascii() else LONGEST_PIECE):
                continue
            if _is_cut_out(piece, text, named):
                continue
            known = [other for other in chosen if _share(piece, other)]
            if not known:
                chosen.append(piece)
            elif len(known) == 1 and known[0] in piece:
                chosen[chosen.index(known[0])] = piece
        return tuple(chosen[:MOST_PIECES])

    def put_right(self, code: str) -> "Told":
        """As it stands once somebody has said which category it is: nothing has to be said for that any more."""
        others = tuple(other for other in self.others if other != code)
        return replace(self, because=(), others=others, is_unsure=False, is_guess=False)

    def alarmed(self, calls: Iterable[str], *, again: bool, is_in_line: bool = False) -> "Told":
        """With what a further line asks for before what was known already: it tells how things are now. The same
        number is news only once, so that nobody rings for ever."""
        new = tuple(call for call in calls if call not in self.calls)
        return replace(self, calls=new + self.calls, again=self.again or again, is_in_line=is_in_line)


NOTHING_TOLD = Told()


def _named(text: str, place: str | None) -> tuple[int, int]:
    """Where in the text the place is told, from and to: the longest part of its name that stands there."""
    if not place:
        return 0, 0
    found = SequenceMatcher(None, text, place, autojunk=False).find_longest_match()
    end = found.a + found.size
    # A place that ends otherwise was read too far, into what is told of it: 家属院有位独居.
    return (found.a, end) if found.size > 1 and text[end - 1] in ENDS_OF_PLACES else (0, 0)


def _is_cut_out(piece: str, text: str, named: tuple[int, int]) -> bool:
    """Whether wherever it stands it has letters of the place."""
    at = [start for start in range(len(text)) if text.startswith(piece, start)]
    return bool(at) and all(start < named[1] and start + len(piece) > named[0] for start in at)


def _share(one: str, other: str) -> bool:
    """Whether two pieces have two characters in a row in common, or one goes on where the other ends: 掉下, 下去."""
    return one[0] == other[-1] or one[-1] == other[0] or any(one[at : at + 2] in other for at in range(len(one) - 1))
