"""/todo: what is mine to do now."""

from handlers.todo.listing import router, todo

__all__ = ["router", "todo"]
