"""People, under what names channels know them, and what they may do."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.grid import Grid
from models.types import Base, Key


class RoleKind(StrEnum):
    ADMIN = "admin"
    LEADER = "leader"
    DEPARTMENT = "department"
    INSPECTOR = "inspector"


class Person(Base):
    """Somebody. Names stand in `Address` alone, so that they can be erased without touching the record."""

    __tablename__ = "people"

    id: Mapped[Key]
    locale: Mapped[str | None] = mapped_column(default=None)
    banned_at: Mapped[datetime | None] = mapped_column(default=None)
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

    @property
    def is_banned(self) -> bool:
        return self.banned_at is not None

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

    def _held(self) -> list["Role"]:
        return [role for role in self.roles if role.revoked_at is None]


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
