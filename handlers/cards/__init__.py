"""The living cards of tickets."""

from handlers.cards.choices import likely_departments
from handlers.cards.drawing import as_picture, draw, picture_of
from handlers.cards.face import Face

__all__ = ["Face", "as_picture", "draw", "likely_departments", "picture_of"]
