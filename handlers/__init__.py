"""What people can say to the bot, and what then happens: one verb, one file; all of them in this list."""

from handlers import (
    accept,
    albums,
    asking,
    bind,
    dispatch,
    drafts,
    hand_back,
    known,
    lang,
    lists,
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

ROUTER = Router.of(
    file.router
    for file in (
        start, report, lists, show, withdraw, known, settle, accept, secure, hand_back, resolve, asking, dispatch,
        lang, bind, albums, drafts, pictures,
    )
)  # fmt: skip
