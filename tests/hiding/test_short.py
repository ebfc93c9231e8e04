"""The measure in short: plates and faces in one street, and that it tells a program that hides nothing."""

from media.hiding import hide
from tests.hiding.measuring import measured


def test_most_of_what_can_be_told_is_hidden() -> None:
    figures = measured(hide, seed=1, pictures=1)
    assert figures.recall("plates") >= 0.6
    assert figures.recall("faces") >= 0.2
    assert figures.recall("plates of turned pictures") >= 0.5
    assert max(figures.left) < 0.35
    spoilt = [one for kind in figures.spoilt.values() for one in kind]
    assert sum(spoilt) <= len(spoilt) / 3


def test_who_hides_nothing_is_found_out() -> None:
    figures = measured(lambda picture: (picture, 0), seed=1, pictures=1)
    assert figures.recall("plates") == figures.recall("faces") == 0
