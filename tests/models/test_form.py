"""The steps of /report: whatever is told in whatever order, nothing is lost and nothing known is asked."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from models.form import LOOK, PHOTO, PLACE, STEPS, WHAT, Form
from models.spot import Spot

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
HERE = Spot("location", 34.27, 108.92, "wgs84", 12.0, "印刷技校门口")


def blank() -> Form:
    return Form(touched_at=NOON)


def placed(form: Form) -> Form:
    return form.stands(HERE, 3, None, is_outside=False)


def test_it_asks_in_order() -> None:
    form = blank()
    asked = [form.step]
    for answer in (lambda f: f.gets_photos(1), placed, lambda f: f.says("路灯不亮")):
        form = answer(form).goes_on()
        asked.append(form.step)
    assert asked == list(STEPS)


def test_what_is_known_is_not_asked() -> None:
    assert placed(blank()).gets_photos(1).goes_on().step == WHAT
    assert blank().says("路灯不亮").goes_on().step == PHOTO
    assert blank().gets_photos(1).chooses("E0110").goes_on().step == PLACE


def test_back_goes_to_any_step_and_on_to_the_first_open_one() -> None:
    form = placed(blank().gets_photos(2)).says("路灯不亮").goes_on()
    for before in (WHAT, PLACE, PHOTO, PHOTO):
        form = form.goes_back()
        assert form.step == before
    assert form.goes_on().step == LOOK
    assert form.loses_photos().goes_on().step == PHOTO
    assert form.loses_photos().skips().step == LOOK


def test_told_again_at_its_own_step_it_stands_instead_of_the_old() -> None:
    form = blank().says("路灯不亮").chooses("P0106").says("一排都不亮")
    assert (form.words, form.category) == ("路灯不亮 一排都不亮", "P0106")
    for _ in range(3):
        form = form.skips()
    form = form.goes_back().says("井盖没了")
    assert (form.words, form.category) == ("井盖没了", None)


def test_a_kind_chosen_before_any_word_stays_with_the_words() -> None:
    form = blank().skips().skips().chooses("E0110").says("一大堆")
    assert (form.step, form.words, form.category) == (WHAT, "一大堆", "E0110")


@pytest.mark.parametrize(
    ("words", "where", "text"),
    [
        ("路灯不亮", "", "路灯不亮"),
        ("路灯不亮", "东门", "路灯不亮 东门"),
        ("", "东门", "东门"),
        ("东门黑了", "东门", "东门黑了"),
    ],
)
def test_the_place_he_typed_is_told_once(words: str, where: str, text: str) -> None:
    assert Form(touched_at=NOON, words=words, where=where).text == text


def test_a_place_alone_is_no_report() -> None:
    assert not placed(blank()).tells_anything
    assert placed(blank()).gets_photos(1).tells_anything
    assert blank().chooses("E0110").tells_anything


@given(
    st.builds(
        Form,
        touched_at=st.datetimes(timezones=st.just(UTC)),
        step=st.sampled_from(STEPS),
        skipped=st.lists(st.sampled_from(STEPS), unique=True).map(tuple),
        photos=st.integers(0, 9),
        words=st.text(),
        where=st.text(),
        spot=st.none() | st.just(HERE) | st.just(Spot("text", words="东门")),
        grid_id=st.none() | st.integers(1, 9),
        category=st.none() | st.just("E0110"),
        is_named=st.booleans(),
        asks=st.none() | st.just("kind"),
        is_reminded=st.booleans(),
    )
)
def test_it_comes_back_from_the_database_as_it_was(form: Form) -> None:
    assert Form.of(json.loads(json.dumps(form.as_data()))) == form


class Filling(RuleBasedStateMachine):
    """Answers, skips and steps back in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.form = blank()

    @rule(photos=st.integers(1, 3))
    def photo(self, photos: int) -> None:
        self._answered(self.form.gets_photos(photos))

    @rule()
    def place(self) -> None:
        self._answered(placed(self.form))

    @rule(words=st.sampled_from(("路灯不亮", "井盖没了")))
    def words(self, words: str) -> None:
        said = self.form.says(words)
        assert words in said.words
        self._answered(said)

    @rule()
    def kind(self) -> None:
        self._answered(self.form.chooses("E0110"))

    @rule()
    def skip(self) -> None:
        if self.form.step != LOOK:
            step, known = self.form.step, self.form.tells_anything
            self.form = self.form.skips()
            assert self.form.step != step
            assert self.form.tells_anything == known

    @rule()
    def back(self) -> None:
        before = self.form
        self.form = before.goes_back()
        assert STEPS.index(self.form.step) == max(0, STEPS.index(before.step) - 1)
        assert (self.form.photos, self.form.words, self.form.spot) == (before.photos, before.words, before.spot)

    def _answered(self, form: Form) -> None:
        self.form = form.goes_on()
        assert not self.form.knows(self.form.step), "asked for what is known"

    @invariant()
    def every_step_leads_on(self) -> None:
        form = self.form
        for _ in STEPS:
            form = form if form.step == LOOK else form.skips()
        assert form.step == LOOK


TestFilling = Filling.TestCase
