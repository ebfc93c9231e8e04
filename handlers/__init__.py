"""What people can say to the bot, and what then happens: one verb, one file; all of them in this list."""

from handlers import (
    accept,
    albums,
    asking,
    bind,
    border,
    category,
    dispatch,
    drafts,
    form,
    grids,
    hand_back,
    known,
    lang,
    lists,
    office,
    pictures,
    report,
    resolve,
    secure,
    settle,
    show,
    start,
    withdraw,
)
from handlers.routing import Router
from handlers.tray import pressing

ROUTER = Router.of(
    file.router
    for file in (
        start, report, lists, show, withdraw, known, settle, accept, secure, hand_back, resolve, asking, dispatch,
        category, border, grids, lang, bind, albums, drafts, form, pictures, office, pressing,
    )
)  # fmt: skip
