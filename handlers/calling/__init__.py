"""吹哨报到, 应急, 协商: several departments called to one ticket, and what each of them does there."""

from handlers.calling import agree, ask_off, council, emergency, excuse, report_in, whistle
from handlers.routing import Router

router = Router.of(file.router for file in (whistle, emergency, council, agree, report_in, ask_off, excuse))

__all__ = ["router"]
