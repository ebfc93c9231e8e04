"""Who may do what: by role, for a grid and all below it, for a department, and only while the role is held."""

from datetime import UTC, datetime

from models.grid import Grid
from models.person import Person, Role, RoleKind

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
STREET, COMMUNITY, GRID = Grid(id=1, path="/1/"), Grid(id=2, path="/1/2/"), Grid(id=3, path="/1/2/3/")
TENTH, OTHER = Grid(id=10, path="/1/10/"), Grid(id=13, path="/1/2/13/")
EVERYWHERE = (STREET, COMMUNITY, GRID, TENTH, OTHER)


def person(*roles: Role) -> Person:
    return Person(id=1, roles=list(roles), addresses=[])


def role(kind: RoleKind, **scope: object) -> Role:
    return Role(person_id=1, kind=kind, granted_at=NOON, **scope)


def test_somebody_without_a_role_may_nothing() -> None:
    rider = person()
    held = (rider.is_admin, rider.is_inspector, rider.departments, rider.grids, rider.is_banned)
    assert not any(held)
    assert not any(rider.leads(grid) for grid in EVERYWHERE)
    assert not rider.works_for(1)


def test_a_leader_leads_his_grid_and_all_below_it() -> None:
    qiao = person(role(RoleKind.LEADER, grid_id=2))
    assert [qiao.leads(grid) for grid in EVERYWHERE] == [False, True, True, False, True]
    assert qiao.grids == {2}
    assert not qiao.works_for(2)


def test_a_grid_is_not_within_another_because_its_number_begins_alike() -> None:
    assert not person(role(RoleKind.LEADER, grid_id=1)).grids.isdisjoint({1})
    assert not Grid(id=13, path="/13/").is_within(Grid(id=1, path="/1/"))
    assert not person(role(RoleKind.LEADER, grid_id=3)).leads(OTHER)


def test_an_officer_works_for_his_departments_only() -> None:
    lu = person(role(RoleKind.DEPARTMENT, department_id=4), role(RoleKind.DEPARTMENT, department_id=5))
    assert [lu.works_for(number) for number in (4, 5, 6, None)] == [True, True, False, False]
    assert not any(lu.leads(grid) for grid in EVERYWHERE)


def test_an_administrator_stands_in_for_leaders_and_not_for_departments() -> None:
    shen = person(role(RoleKind.ADMIN))
    assert all(shen.leads(grid) for grid in EVERYWHERE)
    assert not shen.works_for(4)


def test_an_inspector_looks_and_leads_nothing() -> None:
    gu = person(role(RoleKind.INSPECTOR))
    assert gu.is_inspector
    assert not any(gu.leads(grid) for grid in EVERYWHERE)


def test_what_was_revoked_is_held_no_more() -> None:
    for kind, scope in (
        (RoleKind.ADMIN, {}),
        (RoleKind.LEADER, {"grid_id": 2}),
        (RoleKind.DEPARTMENT, {"department_id": 4}),
        (RoleKind.INSPECTOR, {}),
    ):
        somebody = person(role(kind, **scope, revoked_at=NOON))
        held = (somebody.is_admin, somebody.is_inspector, somebody.departments, somebody.grids)
        assert not any(held)
        assert not somebody.leads(COMMUNITY)
        assert not somebody.works_for(4)


def test_a_banned_person_is_known_as_such() -> None:
    somebody = person()
    somebody.banned_at = NOON
    assert somebody.is_banned
