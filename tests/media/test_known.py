"""The index finds what a look at every picture finds, and no other; the second look tells a copy from another take."""

import random
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from media.known import MANY, Fit, Known, compare, spots_in
from media.likeness import BYTES, SPOT, SPOTS, likeness_of
from media.overlay import COPY, sameness
from tests.likeness.changes import CHANGES
from tests.likeness.measuring import thumbnail
from tests.makers import drawn, rendered

STREETS = [drawn(seed, (480, 360)) for seed in range(6)]
LIKENESSES = [likeness_of(street) for street in STREETS]


def strangers(count: int, seed: int = 1) -> list[bytes]:
    """Likenesses of no picture at all."""
    dice = np.random.default_rng(seed)
    spots = np.zeros((count, SPOTS), SPOT)
    spots["code"] = dice.integers(0, 2**63, spots.shape, np.uint64) << np.uint64(1)
    spots["x"], spots["y"] = dice.integers(0, 256, (2, *spots.shape))
    spots["size"], spots["kind"] = dice.integers(16, 60, spots.shape), dice.integers(1, 3, spots.shape)
    return [one.tobytes() for one in spots]


def filled(slice_of: int, among: int = 3000) -> Known:
    """The streets, ids 1 to 6, and then so many strangers, taken in by slices."""
    known, likenesses = Known(), [*LIKENESSES, *strangers(among)]
    for start in range(0, len(likenesses), slice_of):
        part = likenesses[start : start + slice_of]
        known.add(range(start + 1, start + 1 + len(part)), part)
    return known


def again(number: int, change: str) -> bytes:
    return likeness_of(CHANGES[change](STREETS[number], random.Random(number)))


@pytest.mark.parametrize("slice_of", [1, 7, 1000, 10_000])
def test_a_copy_is_found_among_thousands_however_they_came_in(slice_of: int) -> None:
    known = filled(slice_of, among=400 if slice_of == 1 else 3000)
    for number in range(6):
        found = known.alike(again(number, "cut, mirrored, brighter"))
        assert [one.id for one in found] == [number + 1]
        assert found[0].fit.mirrored


def test_it_finds_what_a_look_at_every_picture_finds() -> None:
    known = filled(1000)
    for change in CHANGES:
        for number in range(6):
            asked = again(number, change)
            fits = [compare(spots_in(asked), spots_in(kept)).many for kept in LIKENESSES]
            assert {one.id for one in known.alike(asked)} == {at + 1 for at, many in enumerate(fits) if many >= MANY}


def test_what_was_never_there_is_not_found() -> None:
    known = filled(1000)
    assert [known.alike(likeness) for likeness in strangers(200, seed=2)] == [[]] * 200
    assert known.alike(likeness_of(drawn(77, (480, 360)))) == []


def test_the_surest_comes_first_and_no_more_than_asked_for() -> None:
    known = Known()
    known.add(
        range(1, 5), [again(0, change) for change in ("cut, 8 % all around", "saved, quality 85", "mirrored", "darker")]
    )
    found = known.alike(LIKENESSES[0])
    assert [one.fit.many for one in found] == sorted((one.fit.many for one in found), reverse=True)
    assert len(found) == 4
    assert [one.id for one in known.alike(LIKENESSES[0], 2)] == [one.id for one in found[:2]]


def test_an_empty_index_and_a_picture_of_nothing_answer_nothing() -> None:
    assert Known().alike(LIKENESSES[0]) == []
    known = filled(1000)
    known.add([9999], [bytes(BYTES)])
    assert known.alike(bytes(BYTES)) == []


def test_a_likeness_of_another_version_is_passed_over() -> None:
    known = Known()
    known.add([1, 2], [b"\x01" * 32, LIKENESSES[0]])
    assert len(known) == 1
    assert [one.id for one in known.alike(LIKENESSES[0])] == [2]
    with pytest.raises(ValueError, match="bytes"):
        known.alike(b"\x01" * 32)


# --- the second look ---------------------------------------------------------------------


def looked(asked: Image.Image, kept: Image.Image) -> float | None:
    fit = compare(spots_in(likeness_of(asked)), spots_in(likeness_of(kept)))
    return sameness(thumbnail(asked), thumbnail(kept), fit)


@pytest.mark.parametrize("change", ["saved, quality 30", "cut, up to 8 % a side", "mirrored", "brighter", "a border"])
def test_a_copy_differs_nowhere(change: str) -> None:
    street = rendered(5, (640, 480))
    seen = looked(CHANGES[change](street, random.Random(1)), street)
    assert seen is not None
    assert seen >= COPY


def test_the_mended_road_seen_from_where_the_hole_was_is_no_copy() -> None:
    """With the very camera left standing: all but the hole is the same, and by its spots it is the same picture."""
    hole, mended = rendered(5, (640, 480)), rendered(5, (640, 480), mended=True, shot=1)
    assert compare(spots_in(likeness_of(mended)), spots_in(likeness_of(hole))).many >= MANY
    seen = looked(mended, hole)
    assert seen is not None
    assert seen < COPY


def test_what_cannot_be_laid_on_it_says_nothing() -> None:
    plain = BytesIO()
    Image.new("RGB", (320, 240), "#777777").save(plain, "JPEG")
    assert sameness(plain.getvalue(), plain.getvalue(), Fit(9)) is None
    assert sameness(thumbnail(STREETS[0]), thumbnail(STREETS[0]), Fit(9, 1.0, 400.0, 0.0)) is None
    assert sameness(thumbnail(STREETS[0]), thumbnail(ImageOps.invert(STREETS[1])), Fit(9)) != pytest.approx(1.0)
