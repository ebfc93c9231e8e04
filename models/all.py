"""Every table, for the one place that must see them together: the metadata."""

from models import (
    card,
    category,
    chat,
    correction,
    department,
    district,
    draft,
    grid,
    mail,
    person,
    photo,
    place,
    route,
    tally,
    task,
    ticket,
    tray,
    trust,
)
from models.types import Base

__all__ = [
    "card",
    "category",
    "chat",
    "correction",
    "department",
    "district",
    "draft",
    "grid",
    "mail",
    "metadata",
    "person",
    "photo",
    "place",
    "route",
    "tally",
    "task",
    "ticket",
    "tray",
    "trust",
]

metadata = Base.metadata
