"""吹哨, 应急, 协商: who leads, who joins, whose part is open; and no ticket is mended while one of them is."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from models.department import Department
from models.person import Person, Role, RoleKind
from models.refusal import Refusal
from models.task import Council, Part, Response, Task
from models.ticket import IN_HAND, Stage, Ticket
from models.ticket.convening import STEPS
from models.ticket.holding import Hand, holder_of
from models.ticket.replay import Replay
from tests.models.test_ticket import ABOVE, DAI, FAR, GRID, HOURS, LIMITS, LIN, LU, NOON, PHOTO, QIAO, person, ticket

ROADS, DRAINS, COPS, BUSES = (Department(id=id, key=str(id), name=str(id)) for id in (1, 2, 3, 4))
ZHUANG = person(20, kind=RoleKind.DEPARTMENT, department_id=COPS.id)
CHE = person(21, kind=RoleKind.DEPARTMENT, department_id=BUSES.id)
OFFICERS = {ROADS.id: LU, DRAINS.id: DAI, COPS.id: ZHUANG, BUSES.id: CHE}
HALF_AN_HOUR = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


def whistle(it: Ticket, tasks: list[Task], *called: Department, by: Person = QIAO, **given: Any) -> list[Task]:
    at = given.pop("at", NOON)
    new = it.whistle(
        called, tasks, by=by, at=at, grid=GRID, limits=LIMITS, hours=HOURS, report_in=HALF_AN_HOUR, **given
    )
    tasks += [task for task in new if task not in tasks]
    return new


def dispatch(it: Ticket, to: Department, tasks: list[Task]) -> None:
    it.dispatch(to, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader", tasks=tasks)


def called(stage: Stage = Stage.WORKING, *joining: Department) -> tuple[Ticket, list[Task]]:
    """With the roads, who lead, and by default the drains, who join."""
    it, tasks = ticket(stage), list[Task]()
    it.accepted_at = NOON if stage == Stage.WORKING else None
    whistle(it, tasks, *(joining or (DRAINS,)))
    return it, tasks


def of(tasks: list[Task], department: Department) -> Task:
    return next(task for task in tasks if task.department_id == department.id)


# --- who is called ---------------------------------------------------------------------


def test_who_has_it_leads_and_is_there_already() -> None:
    it, tasks = called(Stage.WORKING, DRAINS, COPS)
    assert [(task.department_id, task.part) for task in tasks] == [(1, Part.LEAD), (2, Part.JOINT), (3, Part.JOINT)]
    assert of(tasks, ROADS).reported_in_at == NOON
    assert of(tasks, DRAINS).report_in_by == NOON + HALF_AN_HOUR
    assert (it.stage, it.department_id, it.response) == (Stage.WORKING, ROADS.id, "whistle")
    assert it.news[-1].data["called"] == [1, 2, 3]


@pytest.mark.parametrize("stage", [Stage.PENDING, Stage.FILED, Stage.RETURNED])
def test_where_nobody_has_it_the_first_one_named_leads(stage: Stage) -> None:
    it, tasks = ticket(stage), list[Task]()
    whistle(it, tasks, DRAINS, COPS)
    assert (it.stage, it.department_id) == (Stage.DISPATCHED, DRAINS.id)
    assert [(task.department_id, task.part) for task in tasks] == [(2, Part.LEAD), (3, Part.JOINT)]
    assert it.deadline is not None


@pytest.mark.parametrize(
    ("stage", "departments", "key"),
    [
        (Stage.WORKING, (), "whistle.whom"),
        (Stage.FILED, (), "whistle.whom"),
        (Stage.FILED, (DRAINS,), "whistle.alone"),
        (Stage.WORKING, (ROADS,), "whistle.already"),
        (Stage.SUSPENDED, (DRAINS,), "ticket.not_now"),
        (Stage.RESOLVED, (DRAINS,), "ticket.not_now"),
        (Stage.CLOSED, (DRAINS,), "ticket.not_now"),
    ],
)
def test_a_whistle_that_calls_nobody_new_is_refused(
    stage: Stage, departments: tuple[Department, ...], key: str
) -> None:
    it, tasks = ticket(stage), list[Task]()
    with pytest.raises(Refusal) as refused:
        whistle(it, tasks, *departments)
    assert refused.value.key == key
    assert (it.stage, it.response, it.news, tasks) == (stage, None, [], [])


@pytest.mark.parametrize("by", [LIN, LU, DAI, FAR])
def test_only_its_leaders_may_whistle(by: Person) -> None:
    it = ticket(Stage.WORKING)
    with pytest.raises(Refusal):
        whistle(it, [], DRAINS, by=by)
    assert it.news == []
    assert whistle(it, [], DRAINS, by=ABOVE)


def test_a_second_whistle_calls_only_who_is_not_there_yet() -> None:
    it, tasks = called()
    assert [task.department_id for task in whistle(it, tasks, DRAINS, COPS)] == [3]
    with pytest.raises(Refusal, match=r"whistle\.already"):
        whistle(it, tasks, DRAINS)
    it.excuse(of(tasks, COPS), tasks, "用不着了", by=QIAO, at=NOON, grid=GRID)
    again = whistle(it, tasks, COPS, at=NOON + MINUTE)
    assert again == [of(tasks, COPS)]
    assert (again[0].is_open, again[0].called_at, again[0].reason) == (True, NOON + MINUTE, None)


def test_who_handed_it_back_can_be_called_to_join_another() -> None:
    it, tasks = called(Stage.WORKING, DRAINS)
    it.hand_back("不归我们", by=LU, at=NOON)
    whistle(it, tasks, COPS, ROADS)
    parts = {task.department_id: (task.part, task.is_open) for task in tasks}
    assert parts == {1: (Part.JOINT, True), 2: (Part.JOINT, True), 3: (Part.LEAD, True)}
    assert it.department_id == COPS.id


# --- 转派 ----------------------------------------------------------------------------------


def test_another_lead_takes_over_the_task() -> None:
    it, tasks = called(Stage.WORKING, DRAINS)
    dispatch(it, COPS, tasks)
    assert [(task.department_id, task.part, task.is_open) for task in tasks] == [(3, "lead", True), (2, "joint", True)]
    assert of(tasks, COPS).reported_in_at is None
    it.accept(by=ZHUANG, at=NOON + MINUTE, tasks=tasks)
    assert of(tasks, COPS).reported_in_at == NOON + MINUTE


def test_one_who_joined_may_be_given_the_lead() -> None:
    it, tasks = called(Stage.WORKING, DRAINS)
    it.finish(of(tasks, DRAINS), tasks, [PHOTO], by=DAI, at=NOON)
    dispatch(it, DRAINS, tasks)
    assert (of(tasks, DRAINS).part, of(tasks, DRAINS).is_open) == (Part.LEAD, True)
    assert of(tasks, ROADS).is_excused
    it.resolve([PHOTO], by=DAI, at=NOON, tasks=tasks)
    assert it.stage == Stage.RESOLVED


# --- 报到 -----------------------------------------------------------------------------------


def test_each_reports_in_once_and_the_lead_takes_the_ticket_by_it() -> None:
    it, tasks = called(Stage.DISPATCHED)
    it.report_in(of(tasks, DRAINS), by=DAI, at=NOON + 4 * MINUTE)
    assert (of(tasks, DRAINS).minutes, it.stage) == (4, Stage.DISPATCHED)
    it.report_in(of(tasks, ROADS), by=LU, at=NOON + 7 * MINUTE)
    assert (of(tasks, ROADS).minutes, it.stage, it.accepted_at) == (7, Stage.WORKING, NOON + 7 * MINUTE)
    with pytest.raises(Refusal, match=r"report_in\.already"):
        it.report_in(of(tasks, DRAINS), by=DAI, at=NOON)


def test_to_accept_or_to_make_safe_is_to_be_there() -> None:
    for verb in ("accept", "secure"):
        it, tasks = called(Stage.DISPATCHED)
        it.secure_by = NOON
        if verb == "accept":
            it.accept(by=LU, at=NOON + MINUTE, tasks=tasks)
        else:
            it.secure(by=LU, at=NOON + MINUTE, hours=HOURS, tasks=tasks)
        assert of(tasks, ROADS).reported_in_at == NOON + MINUTE


def test_for_another_department_nobody_reports_in() -> None:
    it, tasks = called()
    for by in (LIN, QIAO, LU, ZHUANG):
        with pytest.raises(Refusal):
            it.report_in(of(tasks, DRAINS), by=by, at=NOON)
    assert of(tasks, DRAINS).reported_in_at is None


def test_who_is_not_there_in_time_is_told_of_once() -> None:
    it, tasks = called(Stage.WORKING, DRAINS, COPS)
    it.report_in(of(tasks, COPS), by=ZHUANG, at=NOON)
    assert it.absent(tasks, at=NOON + HALF_AN_HOUR - MINUTE) == []
    assert it.absent(tasks, at=NOON + HALF_AN_HOUR) == [of(tasks, DRAINS)]
    assert (it.news[-1].kind, it.news[-1].data["department"]) == ("absent", DRAINS.id)
    assert it.absent(tasks, at=NOON + 2 * HALF_AN_HOUR) == []


@pytest.mark.parametrize("stage", [Stage.SUSPENDED, Stage.RESOLVED, Stage.WITHDRAWN])
def test_nobody_is_late_for_what_rests_or_is_over(stage: Stage) -> None:
    it, tasks = called(Stage.DISPATCHED)
    it.stage = stage
    assert it.absent(tasks, at=NOON + HALF_AN_HOUR) == []


def test_while_another_lead_is_looked_for_those_who_join_go_on() -> None:
    it, tasks = called(Stage.DISPATCHED, DRAINS)
    it.hand_back("不归我们", by=LU, at=NOON)
    assert it.absent(tasks, at=NOON + HALF_AN_HOUR) == [of(tasks, DRAINS)]
    it.report_in(of(tasks, DRAINS), by=DAI, at=NOON)
    it.resolve([PHOTO], by=DAI, at=NOON, tasks=tasks)
    assert (of(tasks, DRAINS).is_open, it.stage) == (False, Stage.RETURNED)
    with pytest.raises(Refusal):
        it.report_in(of(tasks, ROADS), by=LU, at=NOON)


# --- 完成, 免到 ----------------------------------------------------------------------------------


def test_it_is_mended_when_the_last_one_is_done() -> None:
    it, tasks = called(Stage.WORKING, DRAINS, COPS)
    for by in (LU, DAI):
        it.resolve([PHOTO], by=by, at=NOON, tasks=tasks, words="办好了")
        assert (it.stage, it.news[-1].kind) == (Stage.WORKING, "finished")
    with pytest.raises(Refusal, match=r"task\.over"):
        it.resolve([PHOTO], by=LU, at=NOON, tasks=tasks)
    with pytest.raises(Refusal, match=r"ticket\.photo_needed"):
        it.resolve([], by=ZHUANG, at=NOON, tasks=tasks)
    it.resolve([PHOTO], by=ZHUANG, at=NOON + MINUTE, tasks=tasks)
    assert (it.stage, it.resolved_at) == (Stage.RESOLVED, NOON + MINUTE)


def test_to_let_the_last_one_off_ends_it_too() -> None:
    it, tasks = called()
    it.resolve([PHOTO], by=LU, at=NOON, tasks=tasks)
    for by in (LIN, ZHUANG, FAR):
        with pytest.raises(Refusal):
            it.excuse(of(tasks, DRAINS), tasks, "用不着了", by=by, at=NOON, grid=GRID)
    with pytest.raises(Refusal, match=r"ticket\.reason_needed"):
        it.excuse(of(tasks, DRAINS), tasks, " ", by=QIAO, at=NOON, grid=GRID)
    it.excuse(of(tasks, DRAINS), tasks, "用不着了", by=QIAO, at=NOON, grid=GRID)
    assert it.stage == Stage.RESOLVED


def test_the_lead_is_not_let_off() -> None:
    it, tasks = called()
    with pytest.raises(Refusal, match=r"excuse\.lead"):
        it.excuse(of(tasks, ROADS), tasks, "用不着了", by=QIAO, at=NOON, grid=GRID)
    with pytest.raises(Refusal, match=r"excuse\.lead"):
        it.ask_off(of(tasks, ROADS), "不归我们", by=LU, at=NOON)


def test_who_joins_asks_and_only_another_lets_it_off() -> None:
    it, tasks = called()
    part, both = of(tasks, DRAINS), person(30, kind=RoleKind.LEADER, grid_id=GRID.id)
    both.roles.append(Role(person_id=30, kind=RoleKind.DEPARTMENT, department_id=DRAINS.id, granted_at=NOON))
    it.resolve([PHOTO], by=LU, at=NOON, tasks=tasks)
    for by in (LU, QIAO, LIN):
        with pytest.raises(Refusal, match=r"ticket\.not_yours"):
            it.ask_off(part, "不归我们", by=by, at=NOON)
    with pytest.raises(Refusal, match=r"ask_off\.over"):
        it.keep_called(part, by=QIAO, at=NOON, grid=GRID)
    it.ask_off(part, "不归我们", by=DAI, at=NOON)
    assert (part.is_open, part.asks_off, part.reason, it.stage) == (True, True, "不归我们", Stage.WORKING)
    assert holder_of(it, tasks).hand == Hand.ASKED
    with pytest.raises(Refusal, match=r"ask_off\.already"):
        it.ask_off(part, "真的不归我们", by=DAI, at=NOON)
    for by, key in ((DAI, "ticket.not_your_grid"), (both, "ticket.own_work")):
        with pytest.raises(Refusal, match=key):
            it.excuse(part, tasks, "不归我们", by=by, at=NOON, grid=GRID)
        with pytest.raises(Refusal, match=key):
            it.keep_called(part, by=by, at=NOON, grid=GRID)
    it.keep_called(part, by=QIAO, at=NOON, grid=GRID)
    assert (part.is_open, part.asks_off) == (True, False)
    it.ask_off(part, "不归我们", by=DAI, at=NOON)
    it.excuse(part, tasks, "不归我们", by=QIAO, at=NOON, grid=GRID)
    assert (it.stage, part.is_excused) == (Stage.RESOLVED, True)


def test_who_comes_after_all_asks_no_more() -> None:
    for verb in ("report_in", "resolve"):
        it, tasks = called()
        it.ask_off(of(tasks, DRAINS), "不归我们", by=DAI, at=NOON)
        if verb == "report_in":
            it.report_in(of(tasks, DRAINS), by=DAI, at=NOON)
        else:
            it.resolve([PHOTO], by=DAI, at=NOON, tasks=tasks)
        assert of(tasks, DRAINS).reason is None


def test_only_who_pressed_it_has_minutes() -> None:
    it, tasks = called(Stage.DISPATCHED, DRAINS, COPS)
    it.accept(by=LU, at=NOON + MINUTE, tasks=tasks)
    it.report_in(of(tasks, COPS), by=ZHUANG, at=NOON + MINUTE)
    it.resolve([PHOTO], by=DAI, at=NOON + MINUTE, tasks=tasks)
    assert [task.minutes for task in tasks] == [None, None, 1]
    told = [event.data["pressed"] for event in it.news if event.kind == "reported_in"]
    assert told == [False, True, False]


def test_after_rework_the_lead_is_alone() -> None:
    it, tasks = called()
    for by in (LU, DAI):
        it.resolve([PHOTO], by=by, at=NOON, tasks=tasks)
    it.unsolved(by=LIN, at=NOON, limits=LIMITS, hours=HOURS, days=15)
    assert (it.round, it.response, it.stage) == (2, None, Stage.DISPATCHED)
    second: list[Task] = []
    whistle(it, second, DRAINS)
    assert {task.round for task in second} == {2}


# --- 应急 -----------------------------------------------------------------------------------------


def test_an_emergency_is_urgent_and_may_call_nobody_else() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    whistle(it, tasks, response=Response.EMERGENCY)
    assert (it.is_urgent, it.is_danger_over, it.response, len(tasks)) == (True, False, "emergency", 1)
    with pytest.raises(Refusal, match=r"whistle\.already"):
        whistle(it, tasks, response=Response.EMERGENCY)
    whistle(it, tasks, COPS)
    assert it.response == "emergency"


def test_danger_after_it_was_made_safe_is_danger_again() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    it.secured_at = NOON
    assert it.is_danger_over
    whistle(it, tasks, DRAINS, response=Response.EMERGENCY)
    assert not it.is_danger_over


def test_the_check_list_is_ticked_once_and_lifted_by_who_leads() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    whistle(it, tasks, DRAINS, response=Response.EMERGENCY)
    done: set[str] = set()

    def tick(step: str, by: Person) -> None:
        it.step(step, done, tasks, by=by, at=NOON, grid=GRID)
        done.add(step)

    for by in (LIN, ZHUANG, FAR):
        with pytest.raises(Refusal):
            tick("cordon", by)
    tick("cordon", DAI)
    assert (it.news[-1].data["step"], it.news[-1].data["department"]) == ("cordon", DRAINS.id)
    for step, by, key in (
        ("cordon", LU, "step.done"), ("lift", LU, "step.too_early"), ("dance", LU, "step.none"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=key.replace(".", r"\.")):
            tick(step, by)
    tick("survey", QIAO)
    with pytest.raises(Refusal, match=r"ticket\.not_your"):
        tick("lift", DAI)
    for by in (LU, DAI):
        it.resolve([PHOTO], by=by, at=NOON, tasks=tasks)
    with pytest.raises(Refusal, match=r"step\.not_lifted"):
        it.resolve([PHOTO], by=LU, at=NOON, tasks=tasks)
    assert it.stage == Stage.WORKING
    tick("lift", LU)
    assert (it.stage, it.resolved_at) == (Stage.RESOLVED, NOON)


def test_what_was_lifted_before_is_mended_with_the_last_part_and_the_next_round_begins_anew() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    whistle(it, tasks, response=Response.EMERGENCY)
    it.step("lift", {"cordon", "survey"}, tasks, by=LU, at=NOON, grid=GRID)
    assert it.stage == Stage.WORKING
    it.resolve([PHOTO], by=LU, at=NOON, tasks=tasks)
    assert it.stage == Stage.RESOLVED
    it.unsolved(by=LIN, at=NOON, limits=LIMITS, hours=HOURS, days=15)
    whistle(it, [], response=Response.EMERGENCY)
    assert it.awaits_lift


def test_an_ordinary_whistle_has_no_check_list() -> None:
    it, tasks = called()
    with pytest.raises(Refusal, match=r"step\.none"):
        it.step(STEPS[0], (), tasks, by=LU, at=NOON, grid=GRID)


# --- 协商 -------------------------------------------------------------------------------------------


def convene(
    it: Ticket, tasks: list[Task], *parties: Department, council: Council | None = None, **given: Any
) -> Council:
    values = {"when": NOON + timedelta(days=3), "place": "小白杨议事厅", "causes": "站牌挡路", **given}
    council, new = it.convene(
        council, parties, tasks, by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, **values
    )
    tasks += [task for task in new if task not in tasks]
    return council


def agree(it: Ticket, tasks: list[Task], with_: Department, days: int, words: str = "挪站牌") -> None:
    it.agree(
        of(tasks, with_), words, NOON + timedelta(days=days), by=QIAO, at=NOON, grid=GRID, hours=HOURS, tasks=tasks
    )  # fmt: skip


def test_the_parties_of_a_council_have_until_it_meets_to_answer() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    council = convene(it, tasks, BUSES, COPS)
    assert [task.part for task in tasks] == [Part.LEAD, Part.PARTY, Part.PARTY]
    assert {task.report_in_by for task in tasks} == {council.at}
    moved = convene(it, tasks, council=council, when=NOON + timedelta(days=4), causes="")
    assert (moved is council, moved.causes, len(tasks)) == (True, "站牌挡路", 3)
    for wrong, key in (({"when": NOON}, "council.when"), ({"place": " "}, "council.where")):
        with pytest.raises(Refusal, match=key.replace(".", r"\.")):
            convene(it, tasks, council=council, **wrong)


def test_the_deadline_is_the_last_day_agreed_on() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    convene(it, tasks, BUSES, COPS)
    agree(it, tasks, BUSES, 20)
    agree(it, tasks, COPS, 9)
    assert it.deadline == NOON + timedelta(days=20)
    agree(it, tasks, BUSES, 5)
    assert it.deadline == NOON + timedelta(days=9)
    assert of(tasks, BUSES).due_at == NOON + timedelta(days=5)
    dispatch(it, DRAINS, tasks)
    assert it.deadline == NOON + timedelta(days=9)


@pytest.mark.parametrize(("days", "words", "key"), [(0, "挪", "agree.when"), (3, " ", "ticket.reason_needed")])
def test_what_is_agreed_on_has_a_day_and_words(days: int, words: str, key: str) -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    convene(it, tasks, BUSES)
    with pytest.raises(Refusal, match=key.replace(".", r"\.")):
        agree(it, tasks, BUSES, days, words)
    assert of(tasks, BUSES).due_at is None


def test_a_council_closes_with_the_last_of_its_tasks() -> None:
    it, tasks = ticket(Stage.WORKING), list[Task]()
    convene(it, tasks, BUSES, COPS)
    for by in (CHE, LU, ZHUANG):
        assert it.stage == Stage.WORKING
        it.resolve([PHOTO], by=by, at=NOON, tasks=tasks)
    assert it.stage == Stage.RESOLVED


# --- whatever happens ---------------------------------------------------------------------------------

ALL = (ROADS, DRAINS, COPS, BUSES)


class Together(RuleBasedStateMachine):
    """One ticket to which departments are called, sent elsewhere, let off and done, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.it, self.tasks, self.at = ticket(Stage.PENDING), list[Task](), NOON

    def tries(self, verb: Any) -> None:
        self.at += MINUTE
        was = (self.it.stage, self.it.department_id, self.it.last_seq, [_state(task) for task in self.tasks])
        try:
            verb()
        except Refusal:
            now = (self.it.stage, self.it.department_id, self.it.last_seq, [_state(task) for task in self.tasks])
            assert now == was

    @rule(called=st.lists(st.sampled_from(ALL), max_size=3, unique=True), response=st.sampled_from(Response))
    def whistle(self, called: list[Department], response: Response) -> None:
        self.tries(lambda: whistle(self.it, self.tasks, *called, response=response, at=self.at))

    @rule(to=st.sampled_from(ALL))
    def dispatch(self, to: Department) -> None:
        self.tries(lambda: dispatch(self.it, to, self.tasks))

    @rule(by=st.sampled_from(sorted(OFFICERS)), verb=st.sampled_from(("accept", "hand_back", "report_in", "resolve")))
    def officer(self, by: int, verb: str) -> None:
        who, task = OFFICERS[by], next((task for task in self.tasks if task.department_id == by), None)
        if verb == "accept":
            self.tries(lambda: self.it.accept(by=who, at=self.at, tasks=self.tasks))
        elif verb == "hand_back":
            self.tries(lambda: self.it.hand_back("不归我们", by=who, at=self.at))
        elif verb == "resolve":
            self.tries(lambda: self.it.resolve([PHOTO], by=who, at=self.at, tasks=self.tasks))
        elif task is not None:
            was = task.reported_in_at
            self.tries(lambda: self.it.report_in(task, by=who, at=self.at))
            assert was is None or task.reported_in_at == was

    @rule(of_=st.sampled_from(ALL), verb=st.sampled_from(("ask_off", "keep_called", "excuse", "let_itself_off")))
    def excuse(self, of_: Department, verb: str) -> None:
        task = next((task for task in self.tasks if task.department_id == of_.id), None)
        if task is None:
            return
        own, was = OFFICERS[of_.id], task.is_excused
        if verb == "ask_off":
            self.tries(lambda: self.it.ask_off(task, "不归我们", by=own, at=self.at))
        elif verb == "keep_called":
            self.tries(lambda: self.it.keep_called(task, by=QIAO, at=self.at, grid=GRID))
        else:
            who = QIAO if verb == "excuse" else own
            self.tries(lambda: self.it.excuse(task, self.tasks, "用不着", by=who, at=self.at, grid=GRID))
        assert verb == "excuse" or task.is_excused == was

    @rule(by=st.sampled_from((QIAO, LU, DAI)), name=st.sampled_from(("cordon", "survey", "lift")))
    def step(self, by: Person, name: str) -> None:
        done = {e.data["step"] for e in self.it.news if e.kind == "stepped" and e.data["round"] == self.it.round}
        self.tries(lambda: self.it.step(name, done, self.tasks, by=by, at=self.at, grid=GRID))

    @rule()
    def time_goes_by(self) -> None:
        self.at += HALF_AN_HOUR
        self.it.absent(self.tasks, at=self.at)
        assert self.it.absent(self.tasks, at=self.at) == []

    @rule()
    def unsolved(self) -> None:
        self.tries(lambda: self.it.unsolved(by=LIN, at=self.at, limits=LIMITS, hours=HOURS, days=15))
        if self.it.response is None:
            self.tasks = []

    @invariant()
    def nothing_is_mended_while_a_part_is_open(self) -> None:
        if self.it.stage in (Stage.RESOLVED, Stage.CLOSED):
            assert not [task for task in self.tasks if task.is_open]
            assert not self.it.awaits_lift

    @invariant()
    def every_part_is_open_or_done_or_excused_and_one_leads(self) -> None:
        assert all(not (task.done_at and task.excused_at) for task in self.tasks)
        assert len({task.department_id for task in self.tasks}) == len(self.tasks)
        leads = [task for task in self.tasks if task.part == Part.LEAD and not task.is_excused]
        assert len(leads) == (1 if self.tasks else 0)
        if self.tasks and self.it.stage in IN_HAND:
            assert leads[0].department_id == self.it.department_id
            assert leads[0].is_open or self.it.stage == Stage.WORKING
        assert bool(self.tasks) == (self.it.response is not None)

    @invariant()
    def the_events_tell_it_all(self) -> None:
        replay = Replay.of(self.it.news[:])
        assert (replay.response, replay.is_urgent) == (self.it.response, self.it.is_urgent)
        finished = [event for event in self.it.news if event.kind == "finished"]
        assert len(finished) >= len([task for task in self.tasks if task.done_at])


def _state(task: Task) -> tuple[Any, ...]:
    return task.department_id, task.part, task.reported_in_at, task.done_at, task.excused_at, task.reason


Together.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestTogether = Together.TestCase
