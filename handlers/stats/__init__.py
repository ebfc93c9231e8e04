"""/stats: the figures of a grid, a department or the whole district, for a while."""

from handlers.stats.asking import router

__all__ = ["router"]
