"""An event, and who hears what. The only place that decides."""

from handlers.notices.catching_up import catch_up_department, catch_up_leader, photo_unexplained, photos_changed
from handlers.notices.telling import tell

__all__ = ["catch_up_department", "catch_up_leader", "photo_unexplained", "photos_changed", "tell"]
