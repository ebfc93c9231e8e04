"""Every picture seen so far, and the question whether one of them is this one: answered in about a millisecond among a
million of them (tests/benchmarks/known.py).

Two pictures are alike where MANY spots of `media.likeness` look the same and stand in the same arrangement: moved
and grown all alike, perhaps in the mirror. Who might be is looked up: two words of each spot's code, of its 42 coarsest
waves, stand in two tables, and only those that share most words are compared spot by spot. That may miss one
which a look at every picture would find; how seldom, `python -m tests.likeness` counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from media.likeness import BYTES, SPOT, SPOTS

Spots = NDArray[np.void]
Numbers = NDArray[np.int64]

MANY = 5
"""So many spots alike are worth a second look (`media.overlay`); no two strangers had more than three."""
MANY_ALONE = 16
"""So many, where the pictures themselves are gone and no second look can be had."""
_ALIKE_BITS = 14  # of 63 may differ: 7 % of the bits do after a cut and a JPEG, half of them between strangers
_OFF = 3.0  # 1/255 of the longer side: where a spot may be beside its place
_SIZES = 0.35  # octaves: by how much its size may be off
_NEAR = 20.0  # two spots nearer than this say too little about how much the picture grew
_SHARED, _COMPARED = 2, 5  # so many words shared to be looked at, and so many looked at
_GROWS = 4
_WAVES = 21  # to a word
_FEWEST_BITS, _WORD_BITS = 16, 22
_COMMON = 64  # a word that so many pictures have says nothing: windows, tiles, the dashes of a road

_ODD = sum(1 << (8 * row + column) for row in range(8) for column in (1, 3, 5, 7))
MIRROR = np.uint64(_ODD)
"""What the mirror changes of a code: the waves that are odd from left to right."""
_COARSE = sorted(range(1, 64), key=lambda bit: (bit // 8 + bit % 8, bit))[: 2 * _WAVES]
_WORDS = tuple(np.uint64(sum(1 << bit for bit in _COARSE[at::2])) for at in (0, 1))
_SCATTER = np.uint64(0x9E3779B97F4A7C15)


class Fit(NamedTuple):
    """many: so many spots agree. scale, x, y: (x, y) * scale + (x, y) carries the asked one's places to the kept one's,
    in 1/255 of the longer side; where mirrored, the asked one's x are to be taken as -x."""

    many: int
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    mirrored: bool = False


class Alike(NamedTuple):
    id: int
    fit: Fit


def spots_in(likeness: bytes) -> Spots:
    """Raises ValueError for bytes of another length."""
    if len(likeness) != BYTES:
        raise ValueError(f"a likeness has {BYTES} bytes, not {len(likeness)}")
    spots = np.frombuffer(likeness, SPOT)
    return spots[spots["kind"] > 0]


def compare(asked: Spots, kept: Spots) -> Fit:
    return max(_fit(asked, kept, mirrored) for mirrored in (False, True))


def _fit(asked: Spots, kept: Spots, mirrored: bool) -> Fit:
    codes = asked["code"] ^ MIRROR if mirrored else asked["code"]
    bits = np.bitwise_count(codes[:, None] ^ kept["code"][None])
    i, j = np.nonzero((bits <= _ALIKE_BITS) & (asked["kind"][:, None] == kept["kind"][None]))
    if len(i) < 3:
        return Fit(0)
    first = np.argsort(bits[i, j], kind="stable")[:SPOTS]
    i, j = i[first], j[first]
    ours = np.stack((asked["x"][i], asked["y"][i]), 1).astype(np.float32)
    if mirrored:
        ours[:, 0] *= -1
    theirs = np.stack((kept["x"][j], kept["y"][j]), 1).astype(np.float32)
    grown = (kept["size"][j].astype(np.float32) - asked["size"][i]) / 16
    # Each two that agree say how the whole was moved and grown; whom most others follow is right.
    apart = np.square(ours[:, None] - ours[None, :8]).sum(-1)
    scales = np.sqrt(np.square(theirs[:, None] - theirs[None, :8]).sum(-1) / np.maximum(apart, 1))
    a, b = np.nonzero((apart > _NEAR**2) & (scales > 0.4) & (scales < 2.5))
    if not len(a):
        return Fit(0)
    scale = scales[a, b][:, None]
    moved = theirs[a] - scale * ours[a]
    off = np.abs(scale[..., None] * ours[None] + moved[:, None] - theirs[None]).max(-1)
    follow = (off <= _OFF * np.maximum(1, scale)) & (np.abs(grown[None] - np.log2(scale)) < _SIZES)
    best = follow[np.argmax(follow.sum(1))]
    many = min(len(set(i[best].tolist())), len(set(j[best].tolist())))
    if many < 3:
        return Fit(many)
    ours, theirs = ours[best], theirs[best]
    middle, goal = ours.mean(0), theirs.mean(0)
    size = float(((ours - middle) * (theirs - goal)).sum() / np.square(ours - middle).sum())
    x, y = (goal - size * middle).tolist()
    return Fit(many, size, x, y, mirrored)


def _words(codes: NDArray[np.uint64], kinds: NDArray[np.uint8], which: int, bits: int) -> NDArray[np.int64]:
    """The word of each spot, scattered over so many bits (Knuth's multiplication)."""
    scattered = ((codes & _WORDS[which]) + (kinds == 1)) * _SCATTER
    words: NDArray[np.int64] = (scattered >> np.uint64(64 - bits)).astype(np.int64)
    return words


@dataclass(frozen=True, slots=True)
class _Table:
    """Pictures by one word: those with word w stand in rows[starts[w] : starts[w + 1]]."""

    bits: int
    starts: NDArray[np.uint32]
    rows: NDArray[np.uint32]

    @classmethod
    def of(cls, likenesses: Spots, which: int) -> Self:
        pictures, place = np.nonzero(likenesses["kind"])
        spots = likenesses[pictures, place]
        # About four rows to a word; of a few pictures many more words, lest they share some by chance.
        bits = min(_WORD_BITS, max(_FEWEST_BITS, len(spots).bit_length() - 2))
        words = _words(spots["code"], spots["kind"], which, bits)
        ends = np.cumsum(np.bincount(words, minlength=1 << bits), dtype=np.uint32)
        starts = np.concatenate((np.zeros(1, np.uint32), ends))
        return cls(bits, starts, np.sort(words << 32 | pictures).astype(np.uint32))

    def find(self, codes: NDArray[np.uint64], kinds: NDArray[np.uint8], which: int) -> list[NDArray[np.uint32]]:
        words = _words(codes, kinds, which, self.bits)
        ends = zip(self.starts[words].tolist(), self.starts[words + 1].tolist(), strict=True)
        return [self.rows[start:end] for start, end in ends if start < end <= start + _COMMON]


@dataclass(frozen=True, slots=True)
class _Part:
    """The tables of the rows from first on, so many."""

    first: int
    size: int
    tables: tuple[_Table, _Table]


class Known:
    """Grows only. Threads add one after another; `alike` may be asked meanwhile, and answers for what was there before.

    Memory: 288 bytes a picture and about 200 for the tables; half a gigabyte for a million.
    """

    def __init__(self) -> None:
        self._adding = Lock()
        self._size = 0
        self._ids = np.zeros(1024, np.int64)
        self._kept: Spots = np.zeros((1024, SPOTS), SPOT)
        self._parts: tuple[_Part, ...] = ()

    def __len__(self) -> int:
        return self._size

    @property
    def memory(self) -> int:
        """Bytes."""
        tables = (table for part in self._parts for table in part.tables)
        return self._ids.nbytes + self._kept.nbytes + sum(one.starts.nbytes + one.rows.nbytes for one in tables)

    def add(self, ids: Sequence[int], likenesses: Sequence[bytes]) -> None:
        """A likeness of another length, of an older version, is passed over."""
        with self._adding:
            self._add(ids, likenesses)

    def _add(self, ids: Sequence[int], likenesses: Sequence[bytes]) -> None:
        good = [(id, likeness) for id, likeness in zip(ids, likenesses, strict=True) if len(likeness) == BYTES]
        if good:
            first, size = self._size, self._size + len(good)
            if size > len(self._ids):
                room = max(size, len(self._ids) * 3 // 2) - first
                self._ids = np.concatenate((self._ids[:first], np.zeros(room, np.int64)))
                self._kept = np.concatenate((self._kept[:first], np.zeros((room, SPOTS), SPOT)))
            self._ids[first:size] = [id for id, _ in good]
            self._kept[first:size] = np.frombuffer(b"".join(one for _, one in good), SPOT).reshape(-1, SPOTS)
            self._size = size
            self._sort(first)

    def _sort(self, first: int) -> None:
        """Few tables, and none sorted anew too often: small ones at the end are made one before they get many."""
        parts = list(self._parts)
        while parts and parts[-1].size < _GROWS * (self._size - first):
            first = parts.pop().first
        added = self._kept[first : self._size]
        parts.append(_Part(first, self._size - first, (_Table.of(added, 0), _Table.of(added, 1))))
        self._parts = tuple(parts)

    def alike(self, likeness: bytes, most: int = 5) -> list[Alike]:
        """Those that are the same picture, the surest first. Raises ValueError for bytes that are no likeness."""
        asked = spots_in(likeness)
        if len(asked) < MANY:
            return []
        found = []
        for row in self._candidates(asked):
            kept = self._kept[row]
            fit = compare(asked, kept[kept["kind"] > 0])
            if fit.many >= MANY:
                found.append(Alike(int(self._ids[row]), fit))
        return sorted(found, key=lambda one: (-one.fit.many, one.id))[:most]

    def _candidates(self, asked: Spots) -> list[int]:
        """Rows that share words with it, straight or in the mirror: those that share most."""
        shared: list[tuple[int, int]] = []
        for codes in (asked["code"], asked["code"] ^ MIRROR):
            for part in self._parts:
                rows = [one for at in (0, 1) for one in part.tables[at].find(codes, asked["kind"], at)]
                if rows:
                    who, times = np.unique(np.concatenate(rows), return_counts=True)
                    often = times >= _SHARED
                    found = zip(times[often].tolist(), (who[often] + part.first).tolist(), strict=True)
                    shared += found
        shared.sort(reverse=True)
        return list(dict.fromkeys(row for _, row in shared[: 2 * _COMPARED]))[:_COMPARED]
