"""The short number people use and the long one of the exports."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, inserting


class Serial(Base):
    """The last number given on a day of the district. Only ever counts up, so that no number is used twice."""

    __tablename__ = "serials"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(default=0)

    @classmethod
    @cache
    def counting(cls, dialect: str) -> Any:
        """Gives the next number of `day`; whoever else wants one waits until this transaction ends."""
        first = inserting(cls.__table__, dialect).values(last=1)
        counted = first.on_conflict_do_update(index_elements=["day"], set_={"last": cls.last + 1})
        return counted.returning(cls.__table__.c.last)


def short_number(prefix: str, day: date, serial: int) -> str:
    """LH + 261121 + 0007: the prefix, the district's day, and at least four digits (contract 5)."""
    return f"{prefix}{day:%y%m%d}{serial:04d}"


def case_code(adcode: str, day: date, serial: int) -> str:
    """19 digits: 6 district, 8 date, 5 serial (field.md d)."""
    return f"{adcode}{day:%Y%m%d}{serial:05d}"
