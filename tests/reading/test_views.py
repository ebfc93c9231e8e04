"""From where a picture shows it, as the caption says."""

import pytest

from reading.views import view_of


@pytest.mark.parametrize(
    ("caption", "view"),
    [
        ("近景", "near"),
        ("路面塌陷,局部放大", "near"),
        ("Close-up of the hole", "near"),
        ("远景 团结西路", "far"),
        ("全景照", "far"),
        ("门牌号在这", "landmark"),
        ("旁边的路牌", "landmark"),
        ("路牌倒了", None),
        ("店铺招牌快掉下来了", None),
        ("近景和远景", None),
        ("路面有一处塌陷", None),
        ("", None),
    ],
)
def test_a_caption_names_one_view_or_none(caption: str, view: str | None) -> None:
    assert view_of(caption) == view
