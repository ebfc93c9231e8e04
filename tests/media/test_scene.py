"""Before and after of one place look like one place; of two places they do not."""

from PIL import Image

from media.photos import to_jpeg
from media.scene import SAME, same_scene
from tests.likeness.scenes import LINE, measure
from tests.makers import drawn, rendered


def test_a_few_places_of_each_maker_are_told_apart() -> None:
    for name in ("drawn", "rendered"):
        told = measure(name, 1, 3)
        assert None not in (*told.same, *told.other)
        assert told.false_different <= LINE
        assert told.false_same <= LINE


def test_two_pictures_of_unlike_makers_show_no_one_place() -> None:
    told = same_scene(to_jpeg(drawn(1, (640, 480))), to_jpeg(rendered(1, (640, 480))))
    assert told is not None
    assert told < SAME


def test_of_a_bare_wall_nothing_is_told() -> None:
    wall, street = to_jpeg(Image.new("RGB", (640, 480), "#998877")), to_jpeg(drawn(1, (640, 480)))
    assert same_scene(wall, street) is None
    assert same_scene(street, wall) is None
