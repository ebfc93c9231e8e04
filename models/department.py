"""Who mends things: departments, utilities, property managers."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key


class Department(Base):
    """`serves`: the generic names of the catalogue (排水公司, 市政中心 …) that this department answers to."""

    __tablename__ = "departments"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    serves: Mapped[list[str]] = mapped_column(JSON, default=list)
    phone: Mapped[str | None] = mapped_column(default=None)
    hotline: Mapped[str | None] = mapped_column(default=None)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
