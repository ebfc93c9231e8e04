"""Every table, for the one place that must see them together: the metadata."""

from models import card, category, chat, department, district, draft, grid, mail, person, photo, place, route, ticket
from models.types import Base

__all__ = [
    "card",
    "category",
    "chat",
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
]

metadata = Base.metadata
