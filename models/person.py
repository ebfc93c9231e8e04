"""People, under what names channels know them, and what they may do."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, Select, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.grid import Grid
from models.refusal import Refusal
from models.types import Base, Key

WARNED_FOR = timedelta(hours=1)


class RoleKind(StrEnum):
    ADMIN = "admin"
    LEADER = "leader"
    DEPARTMENT = "department"
    INSPECTOR = "inspector"


class Person(Base):
    """Somebody. Names stand in `Address` alone, so that they can be erased without touching the record.

    hinted_at: when this officer last heard what closing words usually say.
    misses, missed_at: links that opened nothing, tried one after another, and when the last one was (trust.py).
    """

    __tablename__ = "people"

    id: Mapped[Key]
    locale: Mapped[str | None] = mapped_column(default=None)
    banned_at: Mapped[datetime | None] = mapped_column(default=None)
    warned: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Of what kind of too much he was told, and when last (handlers/spam.py)."""
    hinted_at: Mapped[datetime | None] = mapped_column(default=None)
    misses: Mapped[int] = mapped_column(default=0)
    missed_at: Mapped[datetime | None] = mapped_column(default=None)
    roles: Mapped[list["Role"]] = relationship(back_populates="person", lazy="raise", foreign_keys="Role.person_id")
    addresses: Mapped[list["Address"]] = relationship(back_populates="person", lazy="raise")

    @classmethod
    def known_as(cls, channel: str, external_id: str) -> Select["Person"]:
        return (
            select(cls)
            .join(Address)
            .where(Address.channel == channel, Address.external_id == external_id)
            .options(joinedload(cls.roles), joinedload(cls.addresses))  # asked in every turn: one question, not three
        )

    @classmethod
    def known_among(cls, channel: str, external_ids: list[str]) -> Select["Person"]:
        return (
            select(cls)
            .join(Address)
            .where(Address.channel == channel, Address.external_id.in_(external_ids))
            .options(selectinload(cls.roles), selectinload(cls.addresses))
        )

    @classmethod
    def by_ids(cls, ids: list[int]) -> Select["Person"]:
        return select(cls).where(cls.id.in_(ids)).options(selectinload(cls.roles), selectinload(cls.addresses))

    @classmethod
    def with_role(
        cls, kind: RoleKind, *, grids: list[int] | None = None, department: int | None = None
    ) -> Select["Person"]:
        held = select(Role.person_id).where(Role.kind == kind.value, Role.revoked_at.is_(None))
        if grids is not None:
            held = held.where(Role.grid_id.in_(grids))
        if department is not None:
            held = held.where(Role.department_id == department)
        return (
            select(cls)
            .where(cls.id.in_(held))
            .options(selectinload(cls.roles), selectinload(cls.addresses))
            .order_by(cls.id)
        )

    @classmethod
    def called(cls, name: str) -> Select["Person"]:
        """Those a channel calls so, by name or by @username (without the @, in any case)."""
        fits = (Address.name == name) | (func.lower(Address.username) == name.lower())
        return (
            select(cls)
            .where(cls.id.in_(select(Address.person_id).where(fits)))
            .options(selectinload(cls.roles), selectinload(cls.addresses))
            .order_by(cls.id)
        )

    @property
    def is_banned(self) -> bool:
        return self.banned_at is not None

    @property
    def name(self) -> str:
        """What a channel calls him; empty where that was erased, or nobody ever told it."""
        return next((address.name for address in self.addresses if address.name), "")

    @property
    def is_admin(self) -> bool:
        return any(role.kind == RoleKind.ADMIN for role in self._held())

    @property
    def is_inspector(self) -> bool:
        return any(role.kind == RoleKind.INSPECTOR for role in self._held())

    @property
    def departments(self) -> frozenset[int]:
        return frozenset(role.department_id for role in self._held() if role.department_id is not None)

    @property
    def grids(self) -> frozenset[int]:
        """The grids this person leads by name; what lies below them is led too, see `leads`."""
        return frozenset(
            role.grid_id for role in self._held() if role.kind == RoleKind.LEADER and role.grid_id is not None
        )

    def leads(self, grid: Grid) -> bool:
        """A leader leads the grid and all below it. Administrators stand in where no leader can be reached."""
        return self.is_admin or not self.grids.isdisjoint(grid.line)

    def works_for(self, department_id: int | None) -> bool:
        return department_id is not None and department_id in self.departments

    @property
    def held(self) -> list["Role"]:
        """What he is now."""
        return self._held()

    def grant(
        self, kind: str, *, at: datetime, grid_id: int | None = None, department_id: int | None = None
    ) -> "Role | None":
        """Let in. A role that was taken away is given again; None: he has it already."""
        wanted = (kind, grid_id, department_id)
        role = next((role for role in self.roles if (role.kind, role.grid_id, role.department_id) == wanted), None)
        if role is not None and role.revoked_at is None:
            return None
        if role is None:
            role = Role(person_id=self.id, kind=kind, grid_id=grid_id, department_id=department_id, granted_at=at)
            self.roles.append(role)
        # Given in chat: neither the folder nor the settings take it away again.
        role.revoked_at = role.revoked_by_id = None
        role.by_folder = role.by_settings = False
        role.granted_at = at
        return role

    def relieve(
        self, kind: str | None, *, by: "Person", at: datetime, other_admins: int,
        grid_id: int | None = None, department_id: int | None = None,
    ) -> list["Role"]:  # fmt: skip
        """Take away what he holds, or what of it is of one kind, or for one grid or department. other_admins: how many
        there are besides him; the last one stays, or nobody could let anybody in. Returns the roles that ended."""
        _only_admin(by)
        roles = [role for role in self._held() if kind in (None, role.kind)]
        roles = [role for role in roles if grid_id in (None, role.grid_id)]
        roles = [role for role in roles if department_id in (None, role.department_id)]
        if not roles:
            raise Refusal("revoke.none")
        if not other_admins and any(role.kind == RoleKind.ADMIN for role in roles):
            raise Refusal("revoke.last_admin")
        for role in roles:
            role.revoked_at, role.revoked_by_id = at, by.id
        return roles

    def shut_out(self, *, by: "Person", at: datetime, other_admins: int) -> None:
        """What he says makes no tickets and what he presses does nothing, until an administrator lets him in again."""
        _only_admin(by)
        if by.id == self.id:
            raise Refusal("ban.yourself")
        if self.is_banned:
            raise Refusal("ban.already")
        if self.is_admin and not other_admins:
            raise Refusal("revoke.last_admin")
        self.banned_at = at

    def let_in(self, *, by: "Person") -> None:
        _only_admin(by)
        if not self.is_banned:
            raise Refusal("unban.not_banned")
        self.banned_at = None

    def hears_again(self, kind: str, at: datetime) -> bool:
        """Whether he may be told of this kind of too much: once an hour. Remembers that he now is."""
        last = (self.warned or {}).get(kind)
        if last is not None and at < datetime.fromisoformat(last) + WARNED_FOR:
            return False
        self.warned = {**(self.warned or {}), kind: at.isoformat()}
        return True

    def _held(self) -> list["Role"]:
        return [role for role in self.roles if role.revoked_at is None]


def _only_admin(person: Person) -> None:
    if person.is_banned or not person.is_admin:
        raise Refusal("who.only_admin")


class Address(Base):
    """Where a channel reaches a person, and what it calls him. The only table with names of people."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("channel", "external_id"), Index("ix_addresses_person_id", "person_id"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    username: Mapped[str | None] = mapped_column(default=None)
    person: Mapped[Person] = relationship(back_populates="addresses", lazy="raise")


class Role(Base):
    """What a person is in the town: for a grid and all below it, for a department, or for the whole district.

    by_folder: given by the district folder; by_settings: by ADMIN_IDS, and only as long as it stands there.
    revoked_by_id: an administrator took it away; then the folder does not bring it back.
    """

    __tablename__ = "roles"
    __table_args__ = (
        Index("ix_roles_person_id", "person_id"),
        Index("ix_roles_grid_id", "grid_id"),
        Index("ix_roles_department_id", "department_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"), default=None)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), default=None)
    by_folder: Mapped[bool] = mapped_column(default=False)
    by_settings: Mapped[bool] = mapped_column(default=False)
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    person: Mapped[Person] = relationship(back_populates="roles", lazy="raise", foreign_keys=[person_id])

    @classmethod
    def of_admins(cls) -> Select[int]:
        """Ids of the persons who are administrators now and can be heard. Locked, always in the same order: of two who
        revoke each other at the same time one is the last."""
        heard = select(Person.id).where(Person.banned_at.is_(None))
        held = cls.kind == RoleKind.ADMIN.value, cls.revoked_at.is_(None), cls.person_id.in_(heard)
        return select(cls.person_id).where(*held).order_by(cls.id).with_for_update(of=cls)
