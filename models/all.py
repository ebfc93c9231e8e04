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
    ticket,
    tray,
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
    "ticket",
    "tray",
]

metadata = Base.metadata
