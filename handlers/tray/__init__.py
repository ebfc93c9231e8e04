"""待办: one living card in a leader's private chat for all that waits for him."""

from handlers.tray.drawing import Drawn, draw, moved
from handlers.tray.ringing import anew, edit, ring, tray_here
from handlers.tray.waiting import Waiting, unexplained, what_waits

__all__ = ["Drawn", "Waiting", "anew", "draw", "edit", "moved", "ring", "tray_here", "unexplained", "what_waits"]
