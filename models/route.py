"""Whose it is: ordered rules, the first match wins."""

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.grid import Grid
from models.types import Base, Key

ANY = "*"


class Route(Base):
    """A rule of `routes.csv`. grid_id None: anywhere; else that grid and all below it."""

    __tablename__ = "routes"

    id: Mapped[Key]
    priority: Mapped[int]
    category: Mapped[str]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"), default=None)
    lead_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    cc: Mapped[list[int]] = mapped_column(JSON, default=list)

    def covers(self, category: str, grid: Grid) -> bool:
        return self.category in (ANY, category) and (self.grid_id is None or self.grid_id in grid.line)
