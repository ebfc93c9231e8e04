"""/report alone in private: one living message leads from the photo to the place, to what it is, to looking it over."""

from handlers.form import keeping, pressing
from handlers.form.filling import edited, hears, lead, takes
from handlers.routing import Router

__all__ = ["edited", "hears", "lead", "router", "takes"]

router = Router.of((pressing.router, keeping.router))
