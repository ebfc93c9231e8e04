"""What went wrong, in the words of `base.py`: PTB's exceptions and Telegram's own texts, told apart in one table."""

import re
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.base import (
    ChatClosed,
    ChatMoved,
    MessageGone,
    MessageStays,
    Refused,
    SendError,
    TokenRejected,
    TooFast,
    Uncertain,
    Unsent,
)
from bot.channels.telegram.transport import Broken, NeverReached, ServerFault, TooMany

# Parts of Telegram's descriptions, small letters. Seen in the source of tdlib/telegram-bot-api and in its answers.
UNCHANGED: Final = ("message is not modified", "message_not_modified")
NO_TOPIC: Final = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid", "topic not found")
NO_TEXT: Final = ("there is no text in the message to edit",)
NO_CAPTION: Final = ("there is no caption in the message to edit",)
GONE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message_id_invalid",
    "message to react not found",
    "message not found",
)
STAYS: Final = ("message can't be deleted",)
CLOSED: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "chat_restricted",
    "have no rights to send a message",
    "not enough rights to send text messages",
    "need administrator rights in the channel chat",
    "group chat was deactivated",
    "bot was kicked",
    "bot is not a member",
)


BROKEN: Final = {"no answer within": "time-out", "connection broke": "reset", "a gateway answered": "5xx"}
"""In words of our own (transport.py): how a call broke off. Any other answer made no sense."""


def says(error: TelegramError, words: tuple[str, ...]) -> bool:
    """Whether the server refused for one of these reasons."""
    text = error.message.lower()
    return isinstance(error, BadRequest) and any(word in text for word in words)


def explained(error: TelegramError) -> SendError:
    """The same error for those who know no Telegram. Never carries a token, an address or what a person wrote."""
    told = _explained(error)
    told.cause = _cause(error, told)
    return told


def _explained(error: TelegramError) -> SendError:
    match error:
        case TooMany():
            return TooFast(error.message, error.seconds)
        case RetryAfter():  # from a request object that is not one of ours
            return TooFast("too many requests", error._retry_after.total_seconds())
        case ChatMigrated():
            return ChatMoved("the group became a supergroup", str(error.new_chat_id))
        case (
            InvalidToken() | EndPointNotFound(__cause__=InvalidToken())
        ):  # PTB's second name for a 401 after the first call
            return TokenRejected("the server rejected the bot's token")
        case EndPointNotFound():
            return Refused("the server does not have this method")
        case Forbidden():
            return ChatClosed(_harmless(error.message))
        case BadRequest() if says(error, CLOSED):
            return ChatClosed(_harmless(error.message))
        case BadRequest() if says(error, STAYS):
            return MessageStays(_harmless(error.message))
        case BadRequest() if says(error, GONE):
            return MessageGone(_harmless(error.message))
        case BadRequest():
            return Refused(_harmless(error.message))
        case NeverReached() | ServerFault():
            return Unsent(error.message)
        case Broken():
            return Uncertain(error.message)
        case Conflict():
            return Unsent(
                "a webhook is set" if webhook_stands(error) else "another process fetches with the same token"
            )
        case _:
            return Uncertain("no sensible answer")  # PTB could make nothing of it, and its text may quote the request


def _cause(error: TelegramError, told: SendError) -> str:
    match error:
        case TooMany() | RetryAfter():
            return "429"
        case ChatMigrated():
            return "moved"
        case EndPointNotFound() if not isinstance(told, TokenRejected):
            return "404"
        case InvalidToken() | EndPointNotFound():
            return "401"
        case Forbidden():
            return "403"
        case BadRequest():
            return "gone" if isinstance(told, MessageGone) else "400"
        case Conflict():
            return "409"
        case NeverReached():
            return "no connection"
        case ServerFault():
            return "5xx"
        case Broken():
            return next((cause for word, cause in BROKEN.items() if word in error.message), "garbled")
        case _:
            return "garbled"


def webhook_stands(error: TelegramError) -> bool:
    """Whether getUpdates is refused for a webhook, and not a poll of ours "terminated by setWebhook request"."""
    words = error.message.lower()
    return isinstance(error, Conflict) and "webhook" in words and "terminated" not in words


def _harmless(description: str) -> str:
    """A description without what it quotes: button links, names, ids; they may be somebody's."""
    return re.sub(r"\d{5,}", "…", re.sub(r"(['\"“]).*['\"”]", "'…'", description))[:160]
