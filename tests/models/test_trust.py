"""Who may let in and shut out, and that the last administrator stays."""

from datetime import UTC, datetime, timedelta

import pytest

from models.person import Address, Person, Role, RoleKind
from models.refusal import Refusal
from models.trust import REST, TRIES, Invitation, may_try, missed

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def person(id: int, *kinds: RoleKind) -> Person:
    roles = [Role(person_id=id, kind=kind.value, granted_at=NOON) for kind in kinds]
    return Person(id=id, roles=roles, addresses=[Address(name="沈宁")], misses=0, missed_at=None)


ADMIN = person(1, RoleKind.ADMIN)


@pytest.mark.parametrize("kind", [*RoleKind, None])
def test_only_an_administrator_who_is_heard_lets_in_and_shuts_out(kind: RoleKind | None) -> None:
    by = person(2, *([kind] if kind else []))
    whom = person(3, RoleKind.LEADER)
    doing = (
        lambda: whom.relieve(None, by=by, at=NOON, other_admins=1),
        lambda: whom.shut_out(by=by, at=NOON, other_admins=1),
        lambda: Invitation.to(RoleKind.ADMIN, "0", by=by, at=NOON, grid_id=None, department_id=None),
        lambda: Invitation.taken_back(1, by=by, at=NOON),
    )
    if kind == RoleKind.ADMIN:
        for does in doing:
            does()
        by.banned_at = NOON
    for does in doing:
        with pytest.raises(Refusal, match=r"who\.only_admin"):
            does()
    with pytest.raises(Refusal):
        whom.let_in(by=by)


def test_the_last_administrator_is_neither_revoked_nor_banned() -> None:
    last = person(2, RoleKind.ADMIN, RoleKind.LEADER)
    with pytest.raises(Refusal, match=r"revoke\.last_admin"):
        last.relieve(None, by=ADMIN, at=NOON, other_admins=0)
    assert last.is_admin
    with pytest.raises(Refusal, match=r"revoke\.last_admin"):
        last.shut_out(by=ADMIN, at=NOON, other_admins=0)
    assert [role.kind for role in last.relieve("leader", by=ADMIN, at=NOON, other_admins=0)] == ["leader"]
    assert (last.is_admin, len(last.grids)) == (True, 0)


def test_nobody_bans_himself_or_twice() -> None:
    with pytest.raises(Refusal, match=r"ban\.yourself"):
        ADMIN.shut_out(by=ADMIN, at=NOON, other_admins=5)
    rider = person(3)
    rider.shut_out(by=ADMIN, at=NOON, other_admins=0)
    with pytest.raises(Refusal, match=r"ban\.already"):
        rider.shut_out(by=ADMIN, at=NOON, other_admins=0)
    rider.let_in(by=ADMIN)
    with pytest.raises(Refusal, match=r"unban\.not_banned"):
        rider.let_in(by=ADMIN)


def test_a_role_given_again_is_the_same_row_and_no_longer_the_folders() -> None:
    leader = Person(id=5, roles=[], addresses=[])
    role = Role(person_id=5, kind="leader", grid_id=3, granted_at=NOON, by_folder=True)
    leader.roles.append(role)
    leader.relieve(None, by=ADMIN, at=NOON, other_admins=1)
    assert (leader.grids, role.revoked_by_id) == (frozenset(), 1)
    later = NOON + timedelta(days=1)
    assert leader.grant("leader", at=later, grid_id=3) is role
    assert (leader.grids, role.revoked_by_id, role.by_folder) == (frozenset({3}), None, False)
    assert leader.grant("leader", at=later, grid_id=3) is None
    assert leader.grant("leader", at=later, grid_id=4) is not role
    assert leader.grids == {3, 4}


def test_who_tries_many_links_waits_and_is_forgiven_after_a_while() -> None:
    rider = person(7)
    for _ in range(TRIES):
        assert may_try(rider, NOON)
        missed(rider, NOON)
    assert not may_try(rider, NOON)
    assert not may_try(rider, NOON + REST - timedelta(seconds=1))
    assert may_try(rider, NOON + REST)
    missed(rider, NOON + REST)
    assert (rider.misses, may_try(rider, NOON + REST)) == (1, True)
